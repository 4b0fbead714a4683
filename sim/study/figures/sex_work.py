"""Sex work over a woman's own weeks, with the program and with its twin side by side; no state is a failure."""

import pandas as pd
from matplotlib.axes import Axes

from sim.program.words import EXITED, INVOLVED, SEX_WORK_STATES, SHORT_BREAK
from sim.study.figures.axes import apart, beside, month_ticks, share_axis
from sim.study.figures.reading import NINE_MONTHS, Occasion, Tables, by_run, difference, of, spread, weeks_gone_by
from sim.study.figures.saying import in_months, percent, points, share_of, sure_of, title_of
from sim.study.figures.style import AMBER, BLUE, DARK, DEEP_AMBER, MARGIN, ROOM, Look, Page, Words, fit
from sim.study.sentences import say

LINES: dict[str, Look] = {
    SEX_WORK_STATES[INVOLVED]: {"color": DARK, "linestyle": "solid"},
    SEX_WORK_STATES[SHORT_BREAK]: {"color": AMBER, "linestyle": (0, (1.2, 1.2))},
    SEX_WORK_STATES[EXITED]: {"color": BLUE, "linestyle": (0, (5, 1.6))},
}
DIFFERENCE = "difference"
COLUMNS = ["scenario", "week", "state", "mean", "low", "high", "sure", "paired"]


def read_sex_work(tables: Tables, occasion: Occasion) -> pd.DataFrame:
    """Share of all women referred in each state by own week, and the paired difference in exits at nine months."""
    states = weeks_gone_by(tables["states"][tables["states"]["domain"] == "sex_work"])
    shares = {}
    for scenario in occasion.pair:
        counts = by_run(of(states, scenario), ["week", "state"], "women")
        everyone = counts.groupby(level="week").sum()
        weeks = counts.index.get_level_values("week")
        shares[scenario] = counts.div(everyone.where(everyone > 0).loc[weeks].set_axis(counts.index))
    tidy = [spread(runs).assign(scenario=scenario).reset_index() for scenario, runs in shares.items()]
    if occasion.twin is not None and tidy[0].size and tidy[1].size:
        exits = [(_nine_months(tidy[0]), SEX_WORK_STATES[EXITED])]
        change = difference(tables, occasion, *(shares[scenario].loc[exits] for scenario in occasion.pair))
        tidy.append(change.assign(scenario=DIFFERENCE).reset_index())
    return pd.concat(tidy, ignore_index=True).reindex(columns=COLUMNS)


def _nine_months(data: pd.DataFrame) -> int:
    """Week 39, or the last week of a shorter study."""
    return int(min(NINE_MONTHS, data["week"].max()))


def tell_sex_work(data: pd.DataFrame, occasion: Occasion, runs: int) -> Words:
    week = _nine_months(data)
    now = data[data["week"] == week]
    said = {"months": in_months(week), "scenario": title_of(occasion.main)}
    for who, scenario in zip(("here", "there"), occasion.pair, strict=False):
        rows = now[now["scenario"] == scenario].set_index("state")
        for state in SEX_WORK_STATES:
            key = f"{who}_{state.replace(' ', '_')}"
            said |= {key: share_of(rows.loc[state], runs), f"{key}_short": percent(float(rows["mean"][state]))}
    if occasion.twin is None:
        return Words(*(say(f"figures.sex_work.{part}", **said) for part in ("title_alone", "how", "alt_alone")))
    said |= {"twin": title_of(occasion.twin), "difference": ""}
    for change in now[now["scenario"] == DIFFERENCE].to_dict("records"):
        said["difference"] = say("figures.sex_work.difference", points=points(change, runs), sure=sure_of(change))
    return Words(*(say(f"figures.sex_work.{part}", **said) for part in ("title", "how", "alt")))


def paint_sex_work(page: Page, data: pd.DataFrame, occasion: Occasion, runs: int) -> None:
    """One panel for each scenario on the same vertical axis; a line, its band and its name for each state."""
    wide = (page.width - 2 * MARGIN - 0.5) / len(occasion.pair) - ROOM
    first: Axes | None = None
    for number, scenario in enumerate(occasion.pair):
        left = MARGIN + 0.5 + number * (wide + ROOM)
        axes = page.panel(left, page.bottom + 0.55, wide, page.top - page.bottom - 0.95, first)
        first = first or axes
        _lines(axes, data[data["scenario"] == scenario])
        axes.set_title(fit(title_of(scenario), wide + ROOM - 0.3, 10, 2, "bold"))
        axes.set_xlabel(say("figures.months_since_referral"))
        if number:
            axes.tick_params(labelleft=False)


def _lines(axes: Axes, data: pd.DataFrame) -> None:
    ends, weeks = [], data["week"].max()
    for state, style in LINES.items():
        line = data[data["state"] == state].sort_values("week")
        axes.fill_between(line["week"], line["low"], line["high"], color=style["color"], alpha=0.16, linewidth=0)
        axes.plot(line["week"], line["mean"], **style)
        ends.append(float(line["mean"].iloc[-1]))
    for (state, style), value, place in zip(LINES.items(), ends, apart(ends, 0.085, 0.02, 0.98), strict=True):
        colour = DEEP_AMBER if style["color"] == AMBER else style["color"]
        beside(axes, weeks, place, f"{state}\n{percent(value)}", color=colour)
    share_axis(axes)
    month_ticks(axes, weeks)
