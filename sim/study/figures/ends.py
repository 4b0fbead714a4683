"""How the pathway ends over a woman's own weeks: completed, left, waited too long or still in; they sum to one."""

import pandas as pd

from sim.study.figures.axes import apart, beside, month_ticks, share_axis
from sim.study.figures.reading import ENDS, Occasion, Tables, by_run, of, referred, share, spread, weeks_gone_by
from sim.study.figures.saying import in_months, percent, share_of
from sim.study.figures.style import BLUE, DARK, GREY, MARGIN, ROOM, SKY, Look, Page, Words
from sim.study.sentences import say

STACK = 3.8  # inches
QUARTER = 13  # weeks
FILLS: dict[str, Look] = {
    "completed": {"facecolor": BLUE, "linewidth": 0},
    "still_in": {"facecolor": SKY, "alpha": 0.55, "linewidth": 0},
    "left": {"facecolor": GREY, "linewidth": 0},
    "waited_too_long": {"facecolor": GREY, "linewidth": 0, "hatch": "////", "edgecolor": "white"},
}


def read_ends(tables: Tables, occasion: Occasion) -> pd.DataFrame:
    """Share of all women referred in each of the four, by own week: means that sum to one, and ranges over runs."""
    ends = of(tables["pathway"], occasion.main)
    if not ends[["completed", "left", "waited_too_long"]].to_numpy().any():
        return pd.DataFrame()  # no program, or nobody referred
    came, ends = referred(tables, occasion.main), weeks_gone_by(ends)
    tidy = []
    for end in ENDS:
        runs = by_run(ends, ["week"], end)
        runs.loc[0] = came if end == "still_in" else 0.0  # at the moment of referral
        tidy.append(spread(share(runs.sort_index(), came)).assign(end=end))
    data = pd.concat(tidy).reset_index()[["week", "end", "mean", "low", "high"]]
    return data[data["week"] <= _last_change(ends)]


def _last_change(ends: pd.DataFrame) -> int:
    """The end of the quarter of a year in which the last woman of all runs completed, left or gave up waiting."""
    final = ends["still_in"] == ends.groupby("replication")["still_in"].transform("min")
    week = int(ends.loc[~final, "week"].max() if not final.all() else 0) + 1
    return -(-week // QUARTER) * QUARTER


def tell_ends(data: pd.DataFrame, occasion: Occasion, runs: int) -> Words:
    last = data["week"].max()
    final = data[data["week"] == last].set_index("end")
    said = {end: share_of(final.loc[end], runs) for end in ENDS}
    return Words(*(say(f"figures.ends.{part}", months=in_months(last), **said) for part in ("title", "how", "alt")))


def paint_ends(page: Page, data: pd.DataFrame, occasion: Occasion, runs: int) -> None:
    """Means stacked on the left; on the right each of the four alone, with its band."""
    weeks = sorted(data["week"].unique())
    wide = {kind: data.pivot(index="week", columns="end", values=kind)[list(ENDS)] for kind in ("mean", "low", "high")}
    low, height = page.bottom + 0.55, page.top - page.bottom - 0.95
    stack = page.panel(MARGIN + 0.45, low, STACK, height)
    base = pd.Series(0.0, index=wide["mean"].index)
    middles = []
    for end in ENDS:
        top = base + wide["mean"][end]
        stack.fill_between(weeks, base, top, **FILLS[end])
        middles.append(float((base.iloc[-1] + top.iloc[-1]) / 2))
        base = top
    for end, middle in zip(ENDS, apart(middles, 0.09, 0.02, 0.98), strict=True):
        share = percent(wide["mean"][end].iloc[-1])
        beside(stack, weeks[-1], middle, f"{say(f'figures.ends.names.{end}')}\n{share}")
    stack.set(ylim=(0, 1), title=say("figures.ends.stacked"), xlabel=say("figures.months_since_referral"))
    stack.grid(False)
    share_axis(stack)
    month_ticks(stack, weeks[-1])
    left = MARGIN + 0.45 + STACK + ROOM + 0.45
    wide_each, tall_each = (page.width - MARGIN - left - 0.3) / 2, (height - 0.75) / 2
    for number, end in enumerate(ENDS):
        column, row = number % 2, number // 2
        corner = (left + column * (wide_each + 0.3), low + (1 - row) * (tall_each + 0.75))
        small = page.panel(*corner, wide_each, tall_each)
        small.fill_between(weeks, wide["low"][end], wide["high"][end], color=DARK, alpha=0.22, linewidth=0)
        small.plot(weeks, wide["mean"][end], color=BLUE if end == "completed" else DARK)
        small.set(ylim=(0, 1), title=say(f"figures.ends.names.{end}"))
        month_ticks(small, weeks[-1], most=3)
        share_axis(small)
        if column:
            small.tick_params(labelleft=False)
        if row:
            small.set_xlabel(say("figures.months_since_referral"))
