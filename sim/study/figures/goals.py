"""Goals wanted and set together, and the states that women reached, by domain, with the program and with its twin."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from sim.program.words import DOMAINS
from sim.study.figures.axes import beside
from sim.study.figures.reading import NINE_MONTHS, Occasion, Tables, by_run, difference, of, spread, weeks_gone_by
from sim.study.figures.saying import in_months, more_or_fewer, number_of, sure_of, title_of
from sim.study.figures.style import BLUE, DARK, GREY, MARGIN, Look, Page, Words, fit
from sim.study.sentences import say

DIFFERENCE = "difference"
COLUMNS = ["scenario", "kind", "domain", "week", "mean", "low", "high", "sure", "paired"]
MARKS: dict[str, Look] = {
    "wanted": {"marker": "o", "color": DARK, "markerfacecolor": "white"},
    "set": {"marker": "o", "color": BLUE},
    "program": {"marker": "o", "color": BLUE},
    "twin": {"marker": "s", "color": DARK, "markerfacecolor": "white"},
}


def read_goals(tables: Tables, occasion: Occasion) -> pd.DataFrame:
    """Women who wanted a goal, set it with the team and reached its state in week 39 (or the last of a shorter study),
    and the paired difference in states reached."""
    reached, tidy = {}, []
    for scenario in occasion.pair:
        goals = of(tables["goals"], scenario)
        for kind in ("wanted", "set", "reached") if scenario == occasion.main else ("reached",):
            reached[scenario] = by_run(goals, ["domain"], kind)
            tidy.append(spread(reached[scenario]).assign(scenario=scenario, kind=kind).reset_index())
    if occasion.twin is not None:
        change = difference(tables, occasion, *(reached[scenario] for scenario in occasion.pair))
        tidy.append(change.assign(scenario=DIFFERENCE, kind="reached").reset_index())
    data = pd.concat(tidy, ignore_index=True)
    data["week"] = min(NINE_MONTHS, int(weeks_gone_by(tables["pathway"])["week"].max()))
    data = data.reindex(columns=COLUMNS)
    return data if data["mean"].any() else data.iloc[:0]


def tell_goals(data: pd.DataFrame, occasion: Occasion, runs: int) -> Words:
    """The domain in which the scenarios differ most surely, or which most women reached."""
    reached = data[data["kind"] == "reached"]
    changes = reached[reached["scenario"] == DIFFERENCE]
    sure = changes[~changes["sure"].isin([say("summary.sure.unclear"), say("summary.sure.equal")])]
    own = reached[reached["scenario"] == occasion.main]
    most = (
        sure.sort_values(["paired", "mean"]).iloc[-1] if len(sure) else own.sort_values("mean", kind="stable").iloc[-1]
    )
    said = {
        "scenario": title_of(occasion.main),
        "twin": title_of(occasion.twin or ""),
        "months": in_months(data["week"].iloc[0]),
        "women": say(f"figures.goals.women.{most['domain']}"),
        "number": number_of(most, runs) if changes.empty else more_or_fewer(most, runs),
        "sure": sure_of(most) if len(sure) else "",
        "domains": _in_words(data, runs),
    }
    title = "title_alone" if changes.empty else "title_unclear" if sure.empty else "title"
    return Words(*(say(f"figures.goals.{part}", **said) for part in (title, "how", "alt")))


def _in_words(data: pd.DataFrame, runs: int) -> str:
    """Every number of the figure, domain by domain."""
    sentences = []
    for domain in DOMAINS:
        parts = [
            f"{_row_name(row['scenario'], row['kind'])} {number_of(row, runs)}"
            for _, row in data[(data["domain"] == domain) & (data["scenario"] != DIFFERENCE)].iterrows()
        ]
        sentences.append(f"{domain}: {', '.join(parts)}")
    return "; ".join(sentences)


def _row_name(scenario: str, kind: str) -> str:
    if kind != "reached":
        return say(f"figures.goals.{kind}")
    return say("figures.goals.reached", scenario=title_of(scenario))


def paint_goals(page: Page, data: pd.DataFrame, occasion: Occasion, runs: int) -> None:
    """Left what was wanted and set, right what was reached, on the same horizontal axis from zero."""
    names, gap = 1.75, 0.4
    wide = (page.width - 2 * MARGIN - 2 * names - gap) / 2
    tall = page.top - page.bottom - 0.95
    drawn = data[data["scenario"] != DIFFERENCE]
    for number, title in enumerate(("goals", "reached_title")):
        axes = page.panel(MARGIN + names + number * (wide + gap + names), page.bottom + 0.55, wide, tall)
        axes.set_title(say(f"figures.goals.{title}", months=in_months(data["week"].iloc[0])), x=-names / wide)
        heads = {d: say(f"figures.goals.states.{d}") if number else d for d in DOMAINS}
        for place, head in enumerate(heads.values()):
            halo = [withStroke(linewidth=3, foreground="white")]
            left = axes.get_yaxis_transform()
            axes.text(-names / wide, place - 0.38, head, transform=left, va="center", color=BLUE, path_effects=halo)
        _dots(axes, drawn[(drawn["kind"] == "reached") == bool(number)], occasion, runs)
        axes.set(xlim=(0, 1.42 * max(1.0, drawn["high"].max())), xlabel=say("figures.women_axis"))


def _dots(axes: Axes, data: pd.DataFrame, occasion: Occasion, runs: int) -> None:
    """For each domain a row for each kind or scenario: a dot, its range and both in numbers."""
    ticks, labels = [], []
    for place, domain in enumerate(DOMAINS):
        for number, row in enumerate(data[data["domain"] == domain].to_dict("records")):
            y = place - 0.04 + 0.34 * number
            of_goal = row["kind"] != "reached"
            mark = MARKS[row["kind"] if of_goal else "program" if row["scenario"] == occasion.main else "twin"]
            axes.plot([row["low"], row["high"]], [y, y], color=mark["color"], linewidth=1.6)
            axes.plot([row["mean"]], [y], markersize=7, linestyle="none", **mark)
            beside(axes, row["high"], y, number_of(row, runs), 7, fontsize=8.5)
            ticks.append(y)
            name = _row_name(row["scenario"], row["kind"]) if of_goal else title_of(row["scenario"])
            labels.append(fit(name, 1.65, 8, 2))
        if place:
            axes.axhline(place - 0.55, color=GREY, linewidth=0.6)
    axes.set_yticks(ticks, labels, fontsize=8)
    axes.set_ylim(len(DOMAINS) - 0.5, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.grid(False, axis="y")
