"""Where a choice flips: a line for each assumption over its range, where it stands today, and its tipping point."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib.style
import pandas as pd
from matplotlib.axes import Axes

from sim.study.figures import colours as c
from sim.study.figures.page import LOOK, MARGIN, Page, Words, fit
from sim.study.figures.panels import beside, name_rows
from sim.study.sentences import say
from sim.study.sets import EVIDENCE
from sim.study.tipping_in_words import by_distance, nearest, short
from sim.study.tipping_points import FLIPS, STAYS, UNDECIDED

MOST, FEW = 18, 6  # lines; up to the few, those that come nearest are shown as well
A_ROW, NAMES, TOLD = 0.3, 4.2, 3.6  # inches: a line, its name, and what is told of it
PLACES = ("now_low", "now_middle", "now_high", "bracket_low", "bracket_high", "value")


def draw_tipping(points: pd.DataFrame, names: Sequence[str], stem: Path, record: Mapping[str, Any]) -> list[Path]:
    """The figure of a table of tipping points, as PNG and SVG with its data and its words."""
    flips = points[(points["told"] == FLIPS) & (points["kind"] != "worth")]
    data = by_distance(flips[flips["kind"] == "parameter"]).head(MOST)
    others = nearest(points[(points["told"] != FLIPS) & (points["kind"] == "parameter")])[points.columns]
    data = pd.concat([data, flips[flips["kind"] == "cost"]], ignore_index=True)
    data = pd.concat([each for each in (data, others.head(max(0, FEW - len(data)))) if len(each)], ignore_index=True)
    with matplotlib.style.context(LOOK):
        subtitle = say("tipping.figure.subtitle", names=say("decision.against").join(names))
        body = A_ROW * max(3, len(data)) + 0.7
        page = Page(13.0, body, _words(points, data), subtitle, say("tipping.figure.foot"))
        (axes,) = page.panels(left=MARGIN + NAMES, right=MARGIN + TOLD, low=0.5, high=0.1)
        _paint(axes, data)
        return page.save(data, stem, record)


def _paint(axes: Axes, data: pd.DataFrame) -> None:
    """Each range is as wide as the panel; where the accepted sets lie is thick."""
    rows: Any = data.to_dict("records")
    for place, row in enumerate(rows):
        at = {name: (row[name] - row["low"]) / (row["high"] - row["low"]) for name in PLACES}
        colour = c.BLUE if row["badge"] == EVIDENCE else c.DARK
        axes.plot([0, 1], [place, place], color=c.GREY, linewidth=1)
        axes.plot([at["now_low"], at["now_high"]], [place, place], color=colour, linewidth=4, alpha=0.5)
        axes.plot([at["now_middle"]], [place], marker="o", color=colour, markersize=5)
        said = {name: short(row[name]) for name in ("low", "high", "value")}
        text = say(f"tipping.figure.{row['told']}", **said, unit=row["unit"], above=row["above"])
        beside(axes, 1.0, place, fit(text, TOLD, 8, 1), fontsize=8)
        if row["told"] == FLIPS:
            axes.plot([at["bracket_low"], at["bracket_high"]], [place, place], color=c.DEEP_AMBER, linewidth=2)
            axes.plot([at["value"]], [place], marker="D", color=c.DEEP_AMBER, markersize=6, zorder=4)
    names = {float(place): fit(row["meaning"], NAMES, 8, 1) for place, row in enumerate(rows)}
    name_rows(axes, names, 8, -0.6, max(len(rows), 1) - 0.4)
    axes.set_xticks([0, 1], [say("tipping.figure.low"), say("tipping.figure.high")])
    axes.set_xlim(-0.02, 1.02)


def _words(points: pd.DataFrame, data: pd.DataFrame) -> Words:
    """The finding, how to read it, and all of it for those who do not see the figure."""
    parameters = points[points["kind"] == "parameter"]
    told = {kind: parameters.loc[parameters["told"] == kind, "name"].nunique() for kind in (FLIPS, STAYS, UNDECIDED)}
    rows: Any = data[data["told"] == FLIPS].to_dict("records")
    items = "; ".join(
        say("tipping.figure.said", name=row["meaning"], value=short(row["value"]), unit=row["unit"], above=row["above"])
        for row in rows
    )
    said = {**told, "all": parameters["name"].nunique()}
    alt = say("tipping.figure.alt", **said, items=items or say("tipping.figure.none"))
    return Words(say("tipping.figure.title", **said), say("tipping.figure.how"), alt)
