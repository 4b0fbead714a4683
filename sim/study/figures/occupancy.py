"""How full the program is over the calendar: the waiting list and each phase."""

import pandas as pd
from matplotlib.axes import Axes

from sim.program.words import PHASES
from sim.study.figures.axes import calendar_ticks, stack_means
from sim.study.figures.reading import Occasion, Tables, by_run, of, spread
from sim.study.figures.saying import month_of, number_of, whole, women
from sim.study.figures.style import AMBER, BLUE, DARK, GREEN, GREY, MARGIN, ROOM, SKY, Look, Page, Words
from sim.study.sentences import say

PLACES = dict(zip(("waiting", "pre_cti", "transition", "try_out", "transfer"), PHASES, strict=False))
FILLS: dict[str, Look] = {
    "pre_cti": {"facecolor": AMBER},
    "transition": {"facecolor": SKY, "hatch": "...", "edgecolor": "white"},
    "try_out": {"facecolor": BLUE},
    "transfer": {"facecolor": GREEN, "hatch": "\\\\\\\\", "edgecolor": "white"},
    "waiting": {"facecolor": GREY, "hatch": "////", "edgecolor": "white"},
}
HOURS_FILLS = {
    "visits": {"facecolor": BLUE},
    "drop_in": {"facecolor": SKY, "hatch": "...", "edgecolor": "white"},
    "links": {"facecolor": GREEN, "hatch": "\\\\\\\\", "edgecolor": "white"},
    "crisis": {"facecolor": AMBER},
}
ROWS = 3  # posts with a row of their own; further posts share the last row


def read_occupancy(tables: Tables, occasion: Occasion) -> pd.DataFrame:
    """Women on the waiting list and in each phase by calendar week, up to the last week with anybody there."""
    weeks = of(tables["occupancy"], occasion.main)
    busy = weeks.loc[weeks[list(PLACES)].sum(axis="columns") > 0, "week"]
    if busy.empty:
        return pd.DataFrame()
    weeks = weeks[weeks["week"] <= busy.max()]
    tidy = [spread(by_run(weeks, ["week"], place)).assign(place=place) for place in PLACES]
    return pd.concat(tidy).reset_index()[["week", "place", "mean", "low", "high"]].reset_index(drop=True)


def tell_occupancy(data: pd.DataFrame, occasion: Occasion, runs: int) -> Words:
    """When the program is at its fullest (nine tenths of its highest mean or more), and the longest waiting list."""
    means = data.pivot(index="week", columns="place", values="mean")
    inside = means.drop(columns="waiting").sum(axis="columns")
    full = inside.index[inside >= 0.9 * inside.max()]
    longest = data[data["place"] == "waiting"].sort_values("mean", kind="stable").iloc[-1]
    said = {
        "first": month_of(occasion.start, full.min()),
        "last": month_of(occasion.start, full.max()),
        "inside": women(whole(inside[full].mean())),
        "longest": month_of(occasion.start, longest["week"]),
        "waiting": women(number_of(longest, runs)),
        "phases": ", ".join(f"{name} {whole(means.loc[full, place].mean(), 1)}" for place, name in PLACES.items()),
    }
    return Words(*(say(f"figures.occupancy.{part}", **said) for part in ("title", "how", "alt")))


def paint_occupancy(page: Page, data: pd.DataFrame, occasion: Occasion, runs: int) -> None:
    """Means stacked above; below each phase alone, with its band, on one vertical axis."""
    weeks = data["week"].max()
    means = data.pivot(index="week", columns="place", values="mean")
    left, each = MARGIN + 0.45, 1.55
    tall = page.top - page.bottom - each - 1.6
    stack = page.panel(left, page.bottom + each + 1.25, page.width - left - MARGIN - ROOM, tall)
    stack_means(page, stack, means.rename(columns=PLACES), {PLACES[place]: fill for place, fill in FILLS.items()})
    stack.set(title=say("figures.occupancy.stacked"), ylabel=say("figures.women_axis"))
    calendar_ticks(stack, occasion.start, weeks)
    wide = (page.width - left - MARGIN - 4 * 0.35) / 5
    first: Axes | None = None
    for number, (place, name) in enumerate(PLACES.items()):
        small = page.panel(left + number * (wide + 0.35), page.bottom + 0.45, wide, each, first)
        line = data[data["place"] == place].sort_values("week")
        small.fill_between(line["week"], line["low"], line["high"], color=DARK, alpha=0.25, linewidth=0)
        small.plot(line["week"], line["mean"], color=DARK if place == "waiting" else BLUE, linewidth=1.6)
        small.set_title(name)
        calendar_ticks(small, occasion.start, weeks, most=3)
        if number:
            small.tick_params(labelleft=False)
        first = first or small
    if first is not None:
        first.set_ylim(0, max(1.0, 1.05 * data["high"].max()))
        first.set_ylabel(say("figures.women_axis"))
