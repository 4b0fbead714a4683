"""One simulated participant's two timelines on one axis: her pathway and the states of her life under two scenarios."""

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib.style
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MultipleLocator

from sim.program import words as w
from sim.study.figures import colours as c
from sim.study.figures.own_weeks import MONTH, QUARTER
from sim.study.figures.page import HALO, LOOK, MARGIN, Page, Words
from sim.study.figures.saying import title_of
from sim.study.sentences import say

if TYPE_CHECKING:
    from sim.study.two_timelines import Parting, Weeks

PALE, MIDDLE, STRONG = (c.PALE_GREY, ""), (c.PALE_SKY, ""), (c.BLUE, "")
FILLS = {  # colour and hatch of each state, in the order of its codes
    "phase": (
        (c.PALE_GREY, "////"), (c.PALE_SKY, "...."), (c.PALE_SKY, ""), (c.SKY, ""), (c.PALE_BLUE, "////"), STRONG,
        (c.GREY, ""), PALE,
    ),
    "housing": (PALE, MIDDLE, STRONG), "income": (PALE, MIDDLE, STRONG),
    "employment": (PALE, MIDDLE, (c.SKY, ""), STRONG), "sex_work": (PALE, (c.PALE_SKY, "...."), STRONG),
}  # fmt: skip
STATES = {
    "phase": w.PHASES, "housing": w.HOUSING_STATES, "income": w.INCOME_STATES, "employment": w.EMPLOYMENT_STATES,
    "sex_work": w.SEX_WORK_STATES,
}  # fmt: skip
TALL, HALF_A_YEAR = 0.84, 6  # of a bar's place; months


def draw_two(
    both: "tuple[Weeks, Weeks]", about: Mapping[str, Any], found: "Parting | None", story: str, stem: Path,
    record: Mapping[str, Any],
) -> list[Path]:  # fmt: skip
    """The figure of two timelines, as PNG and SVG with its data and its words."""
    names = {**about, "a": title_of(about["a"]), "b": title_of(about["b"]), "story": story}
    said = {} if found is None else {"week": found.week, "how": found.how}
    parts = ("title_never" if found is None else "title", "how", "alt")
    words = Words(*(say(f"compare.two.{part}", **names, **said) for part in parts))
    last = _last(both)
    with matplotlib.style.context(LOOK):
        subtitle = f"{say('figures.subtitle')} · {say('compare.two.subtitle', **names)}"
        page = Page(12.5, 0.95 * len(STATES) + 0.5, words, subtitle, say("figures.foot"))
        panels = page.panels(len(STATES), left=MARGIN + 0.3, right=2.6, low=0.5, high=0.3, down=0.36)
        for axes, field in zip(panels, STATES, strict=True):
            _paint(axes, both, field, last)
            if found is not None:
                axes.axvline(found.week * MONTH, color=c.INK, linewidth=1.2, linestyle=(0, (4, 2)))
        for axes in panels[:-1]:
            axes.tick_params(axis="x", labelbottom=False)
        panels[-1].set_xlabel(say("figures.months_since_referral"))
        return page.save(_data(both, last), stem, record)


def _last(both: "tuple[Weeks, Weeks]") -> int:
    """The quarter of a year in which the last change under either scenario falls."""
    changes = [np.flatnonzero(np.diff(each.line[field])).max(initial=0) for each in both for field in STATES]
    most = max(len(each.line) for each in both)
    return min(most, QUARTER * (int(max(changes)) // QUARTER + 1))


def _data(both: "tuple[Weeks, Weeks]", last: int) -> pd.DataFrame:
    """The numbers drawn: a row for each week and scenario."""
    return pd.concat(
        {
            side: pd.DataFrame({"week": range(last)} | {f: _padded(each.line[f], last) for f in (*STATES, "contact")})
            for side, each in zip("AB", both, strict=True)
        },
        names=["side"],
    ).reset_index(level="side")


def _padded(values: np.ndarray, last: int) -> np.ndarray:
    return np.pad(values[:last].astype(int), (0, max(0, last - len(values))), constant_values=-1)


def _paint(axes: Axes, both: "tuple[Weeks, Weeks]", field: str, last: int) -> None:
    """One bar a scenario, A above B, in the colours of the states that she was in."""
    seen: dict[int, Any] = {}
    for place, each in enumerate(both):
        values = _padded(each.line[field], last)
        cuts = [0, *(np.flatnonzero(np.diff(values)) + 1).tolist(), last]
        for first, end in pairwise(cuts):
            state = int(values[first])
            if state >= 0:
                colour, hatch = FILLS[field][state]
                seen[state] = axes.barh(
                    place, (end - first) * MONTH, TALL, first * MONTH, color=colour, hatch=hatch, edgecolor="white"
                )
        if field == "phase":
            contact = _padded(each.line["contact"], last)
            for what, mark in ((w.VISIT_KEPT, "|"), (w.NOT_OFFERED, "x")):
                weeks = np.flatnonzero(contact == what) * MONTH
                axes.plot(weeks, np.full(len(weeks), place), mark, color=c.INK, markersize=5, path_effects=HALO)
    names = {STATES[field][state]: bars for state, bars in sorted(seen.items())}
    axes.legend(
        list(names.values()), list(names), loc="center left", bbox_to_anchor=(1, 0.5), fontsize=8, labelspacing=0.3
    )
    axes.set(title=say(f"compare.two.panels.{field}"), xlim=(0, last * MONTH), ylim=(1.5, -0.5))
    axes.xaxis.set_major_locator(MultipleLocator(HALF_A_YEAR))
    axes.set_yticks([0, 1], ["A", "B"])
    axes.grid(False)
