"""One simulated participant's two timelines on one axis: her pathway and the states of her life under two scenarios."""

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import matplotlib.style
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MultipleLocator

from sim.program import words as w
from sim.study.figures import colours as c
from sim.study.figures.own_weeks import MONTH, QUARTER
from sim.study.figures.page import HALO, LOOK, MARGIN, Look, Page, Words
from sim.study.figures.saying import title_of
from sim.study.sentences import say
from sim.study.two_timelines import NAMES_OF, Parting, Weeks

PALE, DOTTED, MIDDLE = (c.PALE_GREY, ""), (c.PALE_SKY, "...."), (c.PALE_SKY, "")
DEEPER, HATCHED, STRONG = (c.SKY, ""), (c.PALE_BLUE, "////"), (c.BLUE, "")
FILLS = {  # colour and hatch of each state, in the order of its codes
    "phase": ((c.PALE_GREY, "////"), DOTTED, MIDDLE, DEEPER, HATCHED, STRONG, (c.GREY, ""), PALE),
    "housing": (PALE, MIDDLE, STRONG), "income": (PALE, MIDDLE, STRONG),
    "employment": (PALE, MIDDLE, DEEPER, STRONG), "sex_work": (PALE, DOTTED, STRONG),
}  # fmt: skip
TALL, HALF_A_YEAR = 0.84, 6  # of a bar's place; months


def draw_two(
    both: tuple[Weeks, Weeks], about: Mapping[str, Any], found: Parting | None, story: str, stem: Path,
    record: Mapping[str, Any],
) -> list[Path]:  # fmt: skip
    """The figure of two timelines, as PNG and SVG with its data and its words."""
    names = {**about, "a": title_of(about["a"]), "b": title_of(about["b"]), "story": story}
    said = {} if found is None else {"week": found.week, "how": found.how.partition(";")[0]}
    parts = ("title_never" if found is None else "title", "how", "alt")
    title, how, alt = (say(f"compare.two.{part}", **names, **said) for part in parts)
    words = Words(title, how if found is None else f"{how} {say('compare.two.dashed')}", alt)
    data = _drawn(both)
    with matplotlib.style.context(LOOK):
        subtitle = f"{say('figures.subtitle')} · {say('compare.two.subtitle', **names)}"
        page = Page(12.5, 0.95 * len(FILLS) + 0.5, words, subtitle, say("figures.foot"))
        panels = page.panels(len(FILLS), left=MARGIN + 0.3, right=2.6, low=0.5, high=0.3, down=0.36)
        for axes, field in zip(panels, FILLS, strict=True):
            _paint(axes, data, field)
            if found is not None:
                axes.axvline(found.week * MONTH, color=c.INK, linewidth=1.2, linestyle=(0, (4, 2)))
        for axes in panels[:-1]:
            axes.tick_params(axis="x", labelbottom=False)
        panels[-1].set_xlabel(say("figures.months_since_referral"))
        return page.save(data, stem, record)


def _drawn(both: tuple[Weeks, Weeks]) -> pd.DataFrame:
    """The numbers drawn: a row for each scenario and week, until the quarter of a year of the last change."""
    fields = [*FILLS, "contact"]
    table = pd.concat({side: pd.DataFrame(each.line)[fields] for side, each in zip("AB", both, strict=True)})
    table = table.rename_axis(["side", "week"]).reset_index()
    changes = table[(table[[*FILLS]].diff() != 0).any(axis=1) & (table["week"] > 0)]
    return table[table["week"] < QUARTER * (int(changes["week"].max() if len(changes) else 0) // QUARTER + 1)]


def _paint(axes: Axes, data: pd.DataFrame, field: str) -> None:
    """One bar a scenario, A above B, in the colours of the states that she was in."""
    bars: dict[str, Any] = {}
    for place, (_, rows) in enumerate(data.groupby("side")):
        values, last = rows[field].to_numpy(), len(rows)
        for first, end in pairwise([0, *(np.flatnonzero(np.diff(values)) + 1).tolist(), last]):
            colour, hatch = FILLS[field][values[first]]
            look: Look = {"color": colour, "hatch": hatch, "edgecolor": "white"}
            name = NAMES_OF[field][values[first]]
            bars[name] = axes.barh(place, (end - first) * MONTH, TALL, first * MONTH, **look)
        for what, mark in ((w.VISIT_KEPT, "|"), (w.NOT_OFFERED, "x")) if field == "phase" else ():
            weeks = np.flatnonzero(rows["contact"] == what) * MONTH
            axes.plot(weeks, np.full(len(weeks), place), mark, color=c.INK, markersize=5, path_effects=HALO)
    names = [name for name in NAMES_OF[field] if name in bars]
    beside: Look = {"loc": "center left", "bbox_to_anchor": (1, 0.5), "fontsize": 8, "labelspacing": 0.3}
    axes.legend([bars[name] for name in names], names, **beside)
    axes.set(title=say(f"compare.two.panels.{field}"), xlim=(0, last * MONTH), ylim=(1.5, -0.5))
    axes.xaxis.set_major_locator(MultipleLocator(HALF_A_YEAR))
    axes.set_yticks([0, 1], ["A", "B"])
    axes.grid(False)
