"""The pathway of all women referred, phase by phase, as bands whose height is a number of women."""

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sim.program.words import COMPLETED, LEFT_THE_PROGRAM, PHASES, REASONS, STILL_IN, WAITED_TOO_LONG
from sim.study.figures import colours as c
from sim.study.figures.page import HALO, MARGIN, Drawing, Page, Words
from sim.study.figures.panels import name_lines
from sim.study.figures.reading import Occasion, Tables, by_run, of, referred, spread
from sim.study.figures.saying import number_of, whole, women, words
from sim.study.sentences import say

STAGES = PHASES[: COMPLETED + 1]
DONE, WAITED, LEFT, STILL = STAGES[-1], REASONS[WAITED_TOO_LONG], REASONS[LEFT_THE_PROGRAM], REASONS[STILL_IN]
# from the top; those who left run beside the pathway that they left, and nothing about them alarms
LANES = {DONE: (c.PALE_BLUE, ""), STILL: (c.PALE_SKY, ""), LEFT: (c.PALE_GREY, ""), WAITED: (c.PALE_GREY, "////")}
LEAST = 0.5  # women; a thinner band would be a hair
HALF = 0.04  # of a bar's width


def read_pathway(tables: Tables, occasion: Occasion) -> pd.DataFrame:
    """Women in each phase, where they went from it, how it ended, and the service side: means and ranges over runs."""
    flows = of(tables["flows"], occasion.main).astype({"to_phase": str, "reason": str})
    if flows.empty:
        return pd.DataFrame()
    flows["to"] = flows["to_phase"].where(~flows["reason"].isin([WAITED, LEFT]), flows["reason"])
    moves = dict(by_run(flows, ["from_phase", "to"], "women").iterrows())
    come = referred(tables, occasion.main)
    rows: dict[tuple[str, str, str], Any] = {}  # by part of the figure, from and to
    for stage, following in pairwise(STAGES):
        ends: dict[str, Any] = {end: moves.get((stage, end), 0.0 * come) for end in (WAITED, LEFT, following)}
        ends[STILL] = come - sum(ends.values())
        rows |= {("phase", stage, ""): come} | {("band", stage, end): number for end, number in ends.items()}
        come = ends[following]
    rows |= {("end", "", end): sum(rows["band", stage, end] for stage in STAGES[:-1]) for end in (WAITED, LEFT, STILL)}
    rows |= {("phase", DONE, ""): come, ("end", "", DONE): come}
    if not rows["phase", STAGES[1], ""].any():
        return pd.DataFrame()  # nobody was offered a place
    table = spread(pd.DataFrame(rows).T).rename_axis(["part", "from", "to"]).reset_index()
    table = table[(table["part"] != "band") | (table["mean"] > 0)]
    service = of(tables["summary"], occasion.main).rename(columns={"outcome": "from"})
    service = service[service["from"].isin(["weeks_waited", "unmet_contacts"])].assign(part="service side", to="")
    return pd.concat([table, service[table.columns]], ignore_index=True)


def tell_pathway(data: pd.DataFrame, occasion: Occasion) -> Words:
    rows = {(row["part"], row["from"], row["to"]): row for row in data.to_dict("records")}
    phases = {stage: rows["phase", stage, ""] for stage in STAGES}
    return words(
        "pathway", referred=women(whole(phases[STAGES[0]]["mean"])), entered=number_of(phases[STAGES[1]]),
        completed=number_of(rows["end", "", DONE]), waited=number_of(rows["end", "", WAITED]),
        left=number_of(rows["end", "", LEFT]), unmet=number_of(rows["service side", "unmet_contacts", ""], 1),
        weeks=number_of(rows["service side", "weeks_waited", ""], 1),
        phases=", ".join(f"{stage} {whole(phases[stage]['mean'])}" for stage in STAGES[1:-1]),
    )  # fmt: skip


def paint_pathway(page: Page, data: pd.DataFrame, occasion: Occasion) -> None:
    """Columns are phases, bands are women; every column is as high as all women referred."""
    means = data.set_index(["part", "from", "to"])["mean"].to_dict()
    phases = [means["phase", stage, ""] for stage in STAGES]
    gap = 0.05 * phases[0]
    (axes,) = page.panels(left=MARGIN + 0.35, right=MARGIN + 2.25, low=0.1, high=0.65)
    axes.set(xlim=(-HALF, len(STAGES) - 1 + HALF), ylim=(-phases[0] - 3 * gap, 0))
    axes.set_axis_off()
    held = dict.fromkeys(LANES, 0.0)  # women who are in each lane already
    for column, (stage, following) in enumerate(pairwise(STAGES)):
        joining = {lane: means.get(("band", stage, following if lane == DONE else lane), 0.0) for lane in LANES}
        here = _tops(held | {DONE: phases[column]}, gap)
        after = {lane: held[lane] + joining[lane] for lane in LANES} | {DONE: joining[DONE]}
        there, start = _tops(after, gap), here[DONE]
        for lane, number in joining.items():
            _band(axes, column, (start, there[lane]), number, lane)
            start -= number
            if lane != DONE:
                _band(axes, column, (here[lane], there[lane] - number), held[lane], lane)
            if lane != DONE and number >= LEAST:
                place = (column + 0.9, there[lane] - number / 2)
                axes.text(*place, whole(number), ha="right", va="center", fontsize=8.5, path_effects=HALO)
        held = after
    axes.bar(range(len(STAGES)), [-number for number in phases], 2 * HALF, color=c.BLUE)
    for column, (stage, number) in enumerate(zip(STAGES, phases, strict=True)):
        name = stage if column else say("figures.pathway.first")
        axes.annotate(
            f"{name}\n{whole(number)}", (column, 0), (0, 7), "data", "offset points",
            ha="center", va="bottom", linespacing=1.4, fontweight="bold", annotation_clip=False,
        )  # fmt: skip
    ends = data[data["part"] == "end"].set_index("to")
    shown = [lane for lane in LANES if lane == WAITED or ends["mean"][lane] >= LEAST]
    tops = _tops(held, gap)
    names = {f"{lane}\n{number_of(ends.loc[lane])}": tops[lane] - held[lane] / 2 for lane in shown}
    name_lines(axes, names, [c.INK] * len(names))


def _tops(lanes: dict[str, float], gap: float) -> dict[str, float]:
    """Where each lane of a column begins, counted down from the top."""
    tops, top = {}, 0.0
    for lane in LANES:
        tops[lane] = top
        top -= lanes[lane] + (gap if lane != STILL or lanes[lane] else 0.0)
    return tops


def _band(axes: Axes, column: int, tops: tuple[float, float], number: float, lane: str) -> None:
    """One band of women from a column to the next, its edges two gentle curves."""
    if number < LEAST:
        return
    way = np.linspace(0, 1, 50)
    top = tops[0] + (tops[1] - tops[0]) * way**2 * (3 - 2 * way)
    colour, hatch = LANES[lane]
    axes.fill_between(column + way, top, top - number, facecolor=colour, hatch=hatch, edgecolor="white", linewidth=0)


PATHWAY = Drawing(("flows", "pathway", "summary"), read_pathway, tell_pathway, paint_pathway)
