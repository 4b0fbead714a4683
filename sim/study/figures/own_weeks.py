"""Over a woman's own weeks: how the pathway ends, and sex work with the program and with its twin side by side."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MultipleLocator, PercentFormatter

from sim.program.words import SEX_WORK_STATES
from sim.study.figures import colours as c
from sim.study.figures import reading
from sim.study.figures.page import MARGIN, ROOM, Drawing, Page, Words, fit
from sim.study.figures.panels import band, name_lines, stack
from sim.study.figures.reading import DIFFERENCE, ENDS, Occasion, Tables, of
from sim.study.figures.saying import in_months, number_of, percent, share_of, sure_of, title_of, words
from sim.study.sentences import say

MONTH = 3 / 13  # of a week
QUARTER = 13  # weeks
FILLS = {
    "completed": (c.BLUE, ""), "still_in": (c.PALE_SKY, ""), "left": (c.GREY, ""), "waited_too_long": (c.GREY, "////"),
}  # fmt: skip
DASHES = dict(zip(SEX_WORK_STATES, ("solid", (0, (1.2, 1.2)), (0, (5, 1.6))), strict=True))
COLOURS = dict(zip(SEX_WORK_STATES, (c.DARK, c.AMBER, c.BLUE), strict=True))
COLUMNS = ["scenario", "week", "state", "mean", "low", "high", "sure", "paired"]


def _own_weeks(axes: Axes, last: float, most: int = 6) -> None:
    """Shares, from nothing to all, over a woman's own months."""
    step = next((step for step in (1, 2, 3, 6, 9, 12, 18, 24, 36, 60) if int(last) / step <= most), 120)
    axes.xaxis.set_major_locator(MultipleLocator(step))
    axes.yaxis.set_major_formatter(PercentFormatter(1, symbol=" %"))
    axes.set(xlim=(0, last), ylim=(0, 1), yticks=(0, 0.25, 0.5, 0.75, 1), xlabel=say("figures.months_since_referral"))


def read_ends(tables: Tables, occasion: Occasion) -> pd.DataFrame:
    """Share of all women referred in each of the four, by own week: means that sum to one, and ranges over runs. It
    ends with the quarter of a year in which the last woman of all runs completed, left or gave up waiting."""
    ends = reading.weeks_gone_by(of(tables["pathway"], occasion.main))
    everyone = ends[list(ENDS)].sum(axis="columns")
    moving = ends["still_in"] > ends.groupby("replication")["still_in"].transform("min")
    if not moving.any():
        return pd.DataFrame()  # no program, or nobody referred
    last = -(-int(ends.loc[moving, "week"].max() + 1) // QUARTER) * QUARTER
    shares = ends.assign(**{end: ends[end] / everyone for end in ENDS})[everyone > 0]
    referral = shares[shares["week"] == 1].assign(week=0, **{end: float(end == "still_in") for end in ENDS})
    data = reading.over_runs(pd.concat([referral, shares]), ["week"], ENDS, "end")
    return data[data["week"] <= last]


def tell_ends(data: pd.DataFrame, occasion: Occasion) -> Words:
    final = data[data["week"] == data["week"].max()].set_index("end")
    return words("ends", months=in_months(data["week"].max()), **{end: share_of(final.loc[end]) for end in ENDS})


def paint_ends(page: Page, data: pd.DataFrame, occasion: Occasion) -> None:
    """Means stacked on the left; on the right each of the four alone, with its band."""
    data = data.set_index(data["week"] * MONTH)
    names = {end: say(f"figures.ends.names.{end}") for end in ENDS}
    means = data.pivot(columns="end", values="mean")[list(ENDS)]
    (axes,) = page.panels(left=0.9, right=page.width - 4.7)
    stack(axes, means, FILLS)
    _own_weeks(axes, means.index[-1])
    axes.set_title(say("figures.ends.stacked"))
    middles = means.iloc[-1].cumsum() - means.iloc[-1] / 2
    labels = {f"{names[end]}\n{percent(means[end].iloc[-1])}": middles[end] for end in ENDS}
    name_lines(axes, labels, [c.INK] * len(ENDS))
    panels = page.panels(2, 2, left=6.5, across=0.3, down=0.75, share=True)
    for end, panel in zip(ENDS, panels, strict=True):
        band(panel, data[data["end"] == end], c.BLUE if end == "completed" else c.DARK)
        _own_weeks(panel, means.index[-1], most=3)
        panel.set_title(names[end])
    for panel in panels[:2]:
        panel.set_xlabel("")


def read_sex_work(tables: Tables, occasion: Occasion) -> pd.DataFrame:
    """Share of all women referred in each state by own week, and the paired difference in exits at nine months."""
    states = reading.weeks_gone_by(tables["states"][tables["states"]["domain"] == "sex_work"])
    exits, tidy = {}, []
    for scenario in occasion.pair:
        women = reading.by_run(of(states, scenario), ["week", "state"], "women")
        shares = women / women.groupby(level="week").transform("sum")
        exits[scenario] = shares.loc[[(reading.nine_months(states), "exited")]]
        tidy.append(reading.spread(shares).assign(scenario=scenario).reset_index())
    tidy.append(reading.difference(tables, occasion, exits))
    return pd.concat(tidy, ignore_index=True).reindex(columns=COLUMNS)


def tell_sex_work(data: pd.DataFrame, occasion: Occasion) -> Words:
    week = reading.nine_months(data)
    now = data[data["week"] == week]
    said = {"months": in_months(week), "scenario": title_of(occasion.main), "difference": ""}
    for who, scenario in zip(("here", "there"), occasion.pair, strict=False):
        for row in of(now, scenario).to_dict("records"):
            key = f"{who}_{row['state'].replace(' ', '_')}"
            said |= {key: share_of(row), f"{key}_short": percent(row["mean"])}
    if occasion.twin is None:
        return words("sex_work", "title_alone", "alt_alone", **said)
    for change in of(now, DIFFERENCE).to_dict("records"):
        points = number_of(change, 1 if abs(change["mean"]) < 0.05 else 0, 100)
        said["difference"] = say("figures.sex_work.difference", points=points, sure=sure_of(change))
    return words("sex_work", twin=title_of(occasion.twin), **said)


def paint_sex_work(page: Page, data: pd.DataFrame, occasion: Occasion) -> None:
    """One panel for each scenario on the same vertical axis; a line, its band and its name for each state."""
    data = data.set_index(data["week"] * MONTH)
    panels = page.panels(columns=len(occasion.pair), left=0.95, right=MARGIN + ROOM, across=ROOM, share=True)
    for axes, scenario in zip(panels, occasion.pair, strict=True):
        lines = dict(list(of(data, scenario).groupby("state", observed=True)))
        for state, colour in COLOURS.items():
            band(axes, lines[state], colour, DASHES[state], shade=colour)
        _own_weeks(axes, data.index.max())
        ends = {state: lines[state]["mean"].iloc[-1] for state in COLOURS}
        colours = [c.DEEP_AMBER if colour == c.AMBER else colour for colour in COLOURS.values()]
        name_lines(axes, {f"{state}\n{percent(end)}": end for state, end in ends.items()}, colours)
        wide = page.width * axes.get_position().width + ROOM - 0.3
        axes.set_title(fit(title_of(scenario), wide, 10, 2, bold=True))


PATHWAY_ENDS = Drawing(("pathway",), read_ends, tell_ends, paint_ends)
SEX_WORK = Drawing(("states", "pathway"), read_sex_work, tell_sex_work, paint_sex_work)
