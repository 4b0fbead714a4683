"""Dots on their ranges: goals and states reached with the program and with its twin, and outcomes by scenario."""

import numpy as np
import pandas as pd
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.program.words import DOMAINS
from sim.study.figures import colours as c
from sim.study.figures import reading
from sim.study.figures.page import HALO, MARGIN, Drawing, Look, Page, Words, fit, length
from sim.study.figures.panels import beside, dot, name_rows
from sim.study.figures.reading import DIFFERENCE, Occasion, Row, Tables, of
from sim.study.figures.saying import in_months, more_or_fewer, number_of, sure_of, title_of, words
from sim.study.sentences import say
from sim.study.worlds import NO_PROGRAM

FULL: Look = {"marker": "o", "color": c.BLUE}
EMPTY: Look = {"color": c.DARK, "markerfacecolor": "white"}
WANTED, TWIN = {"marker": "o", **EMPTY}, {"marker": "s", **EMPTY}
NAMES = 1.75  # inches left of a panel of goals
COLUMNS = ["scenario", "kind", "domain", "week", "mean", "low", "high", "sure", "paired"]
OUTCOMES = (
    "completed_a_year", "waited_too_long", "unmet_contacts", "services_linked_39",
    "days_stably_housed", "income_sufficient_39", "exited_39", "cost_a_year",
)  # fmt: skip
ACROSS = 4  # panels in a row
MOST = 40  # scenarios in one figure
SCENARIOS = 2.4  # inches for the names of scenarios


def read_goals(tables: Tables, occasion: Occasion) -> pd.DataFrame:
    """Women who wanted a goal, set it with the team and reached its state in week 39 (or the last of a shorter study),
    and the paired difference in states reached."""
    tidy, reached = [], {}
    for scenario in occasion.pair:
        goals = of(tables["goals"], scenario)
        kinds = ("wanted", "set", "reached") if scenario == occasion.main else ("reached",)
        tidy.append(reading.over_runs(goals, ["domain"], kinds, "kind").assign(scenario=scenario))
        reached[scenario] = reading.by_run(goals, ["domain"], "reached")
    tidy.append(reading.difference(tables, occasion, reached).assign(kind="reached"))
    data = pd.concat(tidy, ignore_index=True)
    data["week"] = reading.nine_months(reading.weeks_gone_by(tables["pathway"]))
    data = data.reindex(columns=COLUMNS)
    return data if data["mean"].any() else data.iloc[:0]


def tell_goals(data: pd.DataFrame, occasion: Occasion) -> Words:
    """The domain in which the scenarios differ most surely, or which most women reached."""
    own = data[(data["kind"] == "reached") & (data["scenario"] == occasion.main)]
    changes = of(data, DIFFERENCE)
    sure = changes[~changes["sure"].isin([say("summary.sure.unclear"), say("summary.sure.equal")])]
    most = (own.sort_values("mean", kind="stable") if sure.empty else sure.sort_values(["paired", "mean"])).iloc[-1]
    domains = []
    for domain in DOMAINS:
        rows = data[(data["domain"] == domain) & (data["scenario"] != DIFFERENCE)].to_dict("records")
        numbers = ", ".join(f"{_kind(row)} {number_of(row)}" for row in rows)
        domains.append(f"{domain}: {numbers}")
    return words(
        "goals", "title_alone" if changes.empty else "title_unclear" if sure.empty else "title",
        scenario=title_of(occasion.main), twin=title_of(occasion.twin or ""), months=in_months(data["week"].iloc[0]),
        women=say(f"figures.goals.women.{most['domain']}"),
        number=number_of(most) if changes.empty else more_or_fewer(most), sure="" if sure.empty else sure_of(most),
        domains="; ".join(domains),
    )  # fmt: skip


def _kind(row: Row) -> str:
    """What a row counts: wanted at entry, reached under a scenario."""
    return say(f"figures.goals.{row['kind']}", scenario=title_of(row["scenario"]))


def paint_goals(page: Page, data: pd.DataFrame, occasion: Occasion) -> None:
    """Left what was wanted and set, right what was reached, on the same horizontal axis from zero; for each domain a
    row for each kind or scenario."""
    data = data[data["scenario"] != DIFFERENCE]
    panels = page.panels(columns=2, left=MARGIN + NAMES, across=NAMES + 0.4)
    for axes, title in zip(panels, ("goals", "reached_title"), strict=True):
        left = -NAMES / (page.width * axes.get_position().width)
        ticks = {}
        for place, domain in enumerate(DOMAINS):
            head = domain if title == "goals" else say(f"figures.goals.states.{domain}")
            across = axes.get_yaxis_transform()
            axes.text(left, place - 0.38, head, transform=across, va="center", color=c.BLUE, path_effects=HALO)
            if place:
                axes.axhline(place - 0.55, color=c.GREY, linewidth=0.6)
            rows = data[(data["domain"] == domain) & ((data["kind"] == "reached") == (title != "goals"))]
            for number, row in enumerate(rows.to_dict("records")):
                y, kind, name = place - 0.04 + 0.34 * number, row["kind"], title_of(row["scenario"])
                twin = TWIN if row["scenario"] == occasion.twin else FULL
                dot(axes, row, y, WANTED if kind == "wanted" else twin)
                beside(axes, row["high"], y, number_of(row), fontsize=8.5)
                ticks[y] = fit(name if kind == "reached" else say(f"figures.goals.{kind}"), NAMES - 0.1, 8, 2)
        axes.set_title(say(f"figures.goals.{title}", months=in_months(data["week"].iloc[0])), x=left)
        name_rows(axes, ticks, 8, -0.6, len(DOMAINS) - 0.5)
        axes.set(xlim=(0, 1.42 * max(1.0, data["high"].max())), xlabel=say("figures.women_axis"))


def read_compare(tables: Tables, occasion: Occasion) -> pd.DataFrame:
    """Mean and range of the main outcomes over the same women, scenario by scenario."""
    summary, shown = tables["summary"], occasion.names[:MOST]
    drawn = summary[summary["outcome"].isin(OUTCOMES) & summary["scenario"].isin(shown)].dropna(subset="mean")
    share = drawn["unit"].str.startswith("share")
    drawn.loc[share, ["mean", "low", "high"]] *= 100
    drawn.loc[share, "unit"] = "%"
    places = {"outcome": OUTCOMES.index, "scenario": shown.index}
    drawn = drawn.sort_values(list(places), key=lambda names: names.map(places[str(names.name)]))
    return drawn[["outcome", "scenario", "unit", "better", "mean", "low", "high", "n"]].reset_index(drop=True)


def tell_compare(data: pd.DataFrame, occasion: Occasion) -> Words:
    """The extremes of the first outcome that every scenario has some of."""
    least_of = data.groupby("outcome", sort=False)["mean"].min()
    telling = (least_of[least_of > 0].index if (least_of > 0).any() else least_of.index)[0]
    rows = data[data["outcome"] == telling]
    most, least = rows.loc[rows["mean"].idxmax()], rows.loc[rows["mean"].idxmin()]
    lines = [
        f"{_outcome(str(outcome))}: "
        + ", ".join(f"{title_of(row['scenario'])} {_number(row)}" for _, row in rows.iterrows())
        for outcome, rows in data.groupby("outcome", sort=False)
    ]
    return words(
        "compare", "title" if most["mean"] > least["mean"] else "title_alone", outcome=_outcome(str(telling)),
        most=title_of(most["scenario"]), highest=_number(most), least=title_of(least["scenario"]),
        lowest=_number(least), scenarios=str(data["scenario"].nunique()), lines="; ".join(lines),
        cut=say("figures.compare.cut", shown=MOST, all=len(occasion.names)) if len(occasion.names) > MOST else "",
    )  # fmt: skip


def _number(row: Row) -> str:
    """A number with its range; its unit is in the outcome's name. Women are whole, dollars are shown to the hundred."""
    if row["unit"].startswith("CAD"):
        return number_of({kind: round(row[kind], -2) for kind in ("mean", "low", "high")})
    return number_of(row, 0 if row["unit"] == "%" or row["unit"].startswith("women") else 1)


def _outcome(name: str) -> str:
    return say(f"figures.compare.outcomes.{name}")


def size_compare(data: pd.DataFrame) -> tuple[float, float]:
    return 13.0, 0.05 + -(-data["outcome"].nunique() // ACROSS) * (1.2 + 0.52 * data["scenario"].nunique())


def paint_compare(page: Page, data: pd.DataFrame, occasion: Occasion) -> None:
    """A panel for each outcome with a line in it for each scenario: its range, its mean, and both in numbers above."""
    scenarios = [name for name in occasion.names if name in set(data["scenario"])]
    names = [fit(title_of(name), SCENARIOS - 0.2, 8.5, 3) for name in scenarios]
    outcomes = list(data["outcome"].unique())
    rows = -(-len(outcomes) // ACROSS)
    edges = {"left": MARGIN + SCENARIOS, "low": 0.4, "high": 0.85}
    panels = page.panels(rows, ACROSS, **edges, across=0.35, down=1.2, share="row")
    for axes in panels[len(outcomes) :]:
        axes.remove()
    for axes, outcome in zip(panels, outcomes, strict=False):
        rows = data[data["outcome"] == outcome]
        wide, end = page.width * axes.get_position().width, 1.12 * max(rows["high"].max(), 1e-9)
        for row in rows.to_dict("records"):
            place = scenarios.index(row["scenario"])
            dot(axes, row, place, TWIN if row["scenario"].startswith(NO_PROGRAM) else FULL)
            half = min(0.5, (length(_number(row), 8) + 0.1) / wide / 2)  # of the panel, so that the number stays inside
            at = end * np.clip((row["low"] + row["high"]) / 2 / end, half, 1 - half)
            axes.annotate(_number(row), (at, place), (0, 6), "data", "offset points", ha="center", fontsize=8)
        title = fit(_outcome(outcome), wide, 10, bold=True)
        axes.set_title(title, pad=19, va="baseline", linespacing=1.3)
        better = say(f"figures.compare.better.{rows['better'].iloc[0]}")
        axes.annotate(better, (0, 1), (0, 5), "axes fraction", "offset points", fontsize=8.5, color=c.DARK)
        name_rows(axes, dict(enumerate(names)), 8.5, -0.75, len(scenarios) - 0.5)
        axes.set_xlim(0, end)
        axes.xaxis.set_major_locator(MaxNLocator(4))
        if rows["unit"].iloc[0].startswith("CAD"):
            axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value / 1000:,.0f}k" if value else "0"))


GOALS = Drawing(("goals", "pathway"), read_goals, tell_goals, paint_goals)
COMPARE = Drawing(("summary",), read_compare, tell_compare, paint_compare, size_compare, range(2, 10_000))
