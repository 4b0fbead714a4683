"""The pathway of all women referred, phase by phase, as bands whose height is a number of women."""

from itertools import pairwise

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path as Outline
from matplotlib.patheffects import withStroke

from sim.program.words import COMPLETED, LEFT_THE_PROGRAM, PHASES, REASONS, STILL_IN, WAITED_TOO_LONG
from sim.study.figures.axes import apart, beside
from sim.study.figures.reading import Occasion, Tables, by_run, of, referred, spread
from sim.study.figures.saying import number_of, whole, women
from sim.study.figures.style import BLUE, GREY, MARGIN, SKY, Look, Page, Words
from sim.study.sentences import say

STAGES = PHASES[: COMPLETED + 1]
DONE, WAITED, LEFT, STILL = STAGES[-1], REASONS[WAITED_TOO_LONG], REASONS[LEFT_THE_PROGRAM], REASONS[STILL_IN]
# from the top; those who left run beside the pathway that they left, and nothing about them alarms
LANES: dict[str, Look] = {
    DONE: {"facecolor": BLUE, "alpha": 0.55, "linewidth": 0},
    STILL: {"facecolor": SKY, "alpha": 0.5, "linewidth": 0},
    LEFT: {"facecolor": GREY, "alpha": 0.6, "linewidth": 0},
    WAITED: {"facecolor": GREY, "alpha": 0.6, "linewidth": 0, "hatch": "////", "edgecolor": "white"},
}
LEAST = 0.5  # women; a thinner band would be a hair
Place = tuple[str, str, str]  # part of the figure, from, to


def read_pathway(tables: Tables, occasion: Occasion) -> pd.DataFrame:
    """Women in each phase, where they went from it, how it ended, and the service side: means and ranges over runs."""
    flows = of(tables["flows"], occasion.main)
    if flows.empty:
        return pd.DataFrame()
    moves = by_run(flows, ["from_phase", "to_phase", "reason"], "women")
    come = referred(tables, occasion.main).reindex(moves.columns, fill_value=0.0)
    rows: dict[Place, pd.Series] = {}
    for stage, following in pairwise(STAGES):
        rows["phase", stage, ""] = come
        left_behind = come
        for end, mask in (
            (WAITED, [(before, why) == (stage, WAITED) for before, _, why in moves.index]),
            (LEFT, [(before, why) == (stage, LEFT) for before, _, why in moves.index]),
            (following, [(before, after) == (stage, following) for before, after, _ in moves.index]),
        ):
            rows["band", stage, end] = come = moves[mask].sum()
            left_behind = left_behind - come
        rows["band", stage, STILL] = left_behind
    rows["phase", DONE, ""] = come
    for end in (WAITED, LEFT, STILL):
        rows["end", "", end] = sum((rows["band", stage, end] for stage in STAGES[:-1]), 0 * come)
    rows["end", "", DONE] = come
    if not rows["phase", STAGES[1], ""].any():
        return pd.DataFrame()  # nobody was offered a place
    table = spread(pd.DataFrame(rows).T).rename_axis(["part", "from", "to"]).reset_index()
    table = table[(table["part"] != "band") | (table["mean"] > 0)]
    return pd.concat([table, _service_side(tables, occasion)], ignore_index=True)


def _service_side(tables: Tables, occasion: Occasion) -> pd.DataFrame:
    """Weeks waited, and contacts due that the team's hours did not reach, for each woman referred."""
    found = of(tables["summary"], occasion.main).set_index("outcome")
    found = found.reindex(["weeks_waited", "unmet_contacts"])[["mean", "low", "high"]]
    return found.assign(part="service side", to="").rename_axis("from").reset_index()


def _means(data: pd.DataFrame) -> dict[Place, float]:
    return dict(zip(zip(data["part"], data["from"], data["to"], strict=True), data["mean"], strict=True))


def _ranges(data: pd.DataFrame, runs: int) -> dict[Place, str]:
    """Each number with its range, as a planner reads it."""
    return {
        (row["part"], row["from"], row["to"]): number_of(row, runs, 1 if row["part"] == "service side" else 0)
        for _, row in data.iterrows()
    }


def tell_pathway(data: pd.DataFrame, occasion: Occasion, runs: int) -> Words:
    means, ranges = _means(data), _ranges(data, runs)
    said = {
        "referred": women(whole(means["phase", STAGES[0], ""])),
        "entered": ranges["phase", STAGES[1], ""],
        "completed": ranges["end", "", DONE],
        "waited": ranges["end", "", WAITED],
        "left": ranges["end", "", LEFT],
        "unmet": ranges["service side", "unmet_contacts", ""],
        "weeks": ranges["service side", "weeks_waited", ""],
        "phases": ", ".join(f"{stage} {whole(means['phase', stage, ''])}" for stage in STAGES[1:-1]),
    }
    return Words(*(say(f"figures.pathway.{part}", **said) for part in ("title", "how", "alt")))


def paint_pathway(page: Page, data: pd.DataFrame, occasion: Occasion, runs: int) -> None:
    """Columns are phases, bands are women; every column is as high as all women referred."""
    means, ranges = _means(data), _ranges(data, runs)
    room = 2.25
    height = page.top - page.bottom - 0.75
    axes = page.panel(MARGIN + 0.35, page.bottom + 0.1, page.width - 2 * MARGIN - 0.35 - room, height)
    total = means["phase", STAGES[0], ""]
    gap, inch = 0.05 * total, 1.15 * total / height
    axes.set_xlim(-0.04, len(STAGES) - 1 + 0.04)
    axes.set_ylim(-total - 3.0 * gap, 0)
    axes.set_axis_off()
    held = dict.fromkeys(LANES, 0.0)  # women who are in this lane already
    for column, (stage, following) in enumerate(pairwise(STAGES)):
        here = _tops({**held, DONE: means["phase", stage, ""]}, gap)
        joining = {lane: means.get(("band", stage, lane if lane != DONE else following), 0.0) for lane in LANES}
        there = _tops({lane: joining[lane] + (held[lane] if lane != DONE else 0.0) for lane in LANES}, gap)
        start = here[DONE]
        for lane, number in joining.items():
            _band(axes, column, start, there[lane], number, lane)
            start -= number
            if lane != DONE:
                _band(axes, column - 0.04, here[lane], there[lane] - number, held[lane], lane)
                held[lane] += number
                if number >= LEAST:
                    halo = [withStroke(linewidth=2.5, foreground="white")]
                    middle = there[lane] - number / 2
                    axes.text(
                        column + 0.9, middle, whole(number), ha="right", va="center", fontsize=8.5, path_effects=halo
                    )
        _bar(axes, column, stage, means["phase", stage, ""])
    _bar(axes, len(STAGES) - 1, DONE, means["phase", DONE, ""])
    tops = _tops({**held, DONE: means["phase", DONE, ""]}, gap)
    lanes = [lane for lane in LANES if lane == WAITED or means["end", "", lane] >= LEAST]
    middles = [tops[lane] - means["end", "", lane] / 2 for lane in lanes]
    for lane, place in zip(lanes, apart(middles, 0.42 * inch, -total - 3 * gap, 0), strict=True):
        beside(axes, len(STAGES) - 1 + 0.04, place, f"{lane}\n{ranges['end', '', lane]}")


def _tops(lanes: dict[str, float], gap: float) -> dict[str, float]:
    """Where each lane of a column begins, counted down from the top."""
    tops, top = {}, 0.0
    for lane in LANES:
        tops[lane] = top
        top -= lanes[lane] + (gap if lane != STILL or lanes[lane] else 0.0)
    return tops


def _band(axes: Axes, column: float, start: float, end: float, number: float, lane: str) -> None:
    """One band of women from a column to the next, its edges two gentle curves."""
    if number < LEAST:
        return
    left, right = column + 0.04, round(column) + (0.96 if lane == DONE else 1.0)
    bend = (left + right) / 2
    corners = [
        (left, start), (bend, start), (bend, end), (right, end),
        (right, end - number), (bend, end - number), (bend, start - number), (left, start - number), (left, start),
    ]  # fmt: skip
    curve = [Outline.MOVETO, *[Outline.CURVE4] * 3, Outline.LINETO, *[Outline.CURVE4] * 3, Outline.CLOSEPOLY]
    axes.add_patch(PathPatch(Outline(corners, curve), **LANES[lane]))


def _bar(axes: Axes, column: int, stage: str, number: float) -> None:
    """A phase: a bar as high as the women who came to it, named above it."""
    axes.add_patch(Rectangle((column - 0.04, -number), 0.08, number, facecolor=BLUE, linewidth=0))
    name = say("figures.pathway.first") if column == 0 else stage
    for text, above in ((whole(number), 7), (name, 22)):
        look: Look = {"ha": "center", "va": "baseline", "fontweight": "bold", "annotation_clip": False}
        axes.annotate(text, (column, 0), (0, above), "data", "offset points", **look)
