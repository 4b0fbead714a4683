"""The theory of change: boxes and arrows, and beside them what each arrow carries when runs are asked."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib.style
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sim.study.contribution import NORMAL
from sim.study.figures import colours as c
from sim.study.figures.page import HALO, LOOK, MARGIN, Page, Words, fit
from sim.study.figures.panels import dot, name_rows
from sim.study.sentences import say
from sim.study.theory import NO_RUN, OFF, SEEN, UNSEEN, theory

WIDE, A_ROW, NAMES, LIST = 16.0, 0.165, 3.75, 4.0  # inches: the page, a row of the list, its name, and its line
DASHES: dict[str, Any] = {SEEN: "solid", UNSEEN: (0, (4, 2)), NO_RUN: (0, (1, 2))}
WIDEST, NARROWEST = 4.0, 0.7  # points, for an arrow that carries everything and one that carries nothing
LEAST, MOST = -50, 150  # percent that the list shows
MIDDLE: Any = {"ha": "center", "va": "center"}


def draw_theory(arrows: pd.DataFrame, stem: Path, record: Mapping[str, Any]) -> list[Path]:
    """The figure of a table of arrows, as PNG and SVG with its data and its words."""
    share = 100 * arrows["carried"] / arrows["whole"].where(arrows["whole"] != 0)
    half = 100 * NORMAL * arrows["carried_error"] / arrows["whole"].abs().where(arrows["whole"] != 0)
    data = arrows.assign(number=range(1, len(arrows) + 1), share=share, half=half)
    with matplotlib.style.context(LOOK):
        body = A_ROW * (len(data) + len(OFF)) + 0.7
        page = Page(WIDE, body, _words(data), say("contribute.theory.subtitle"), say("contribute.theory.foot"))
        (boxes,) = page.panels(left=MARGIN, right=LIST + NAMES + 0.1, low=0.6, high=0.1)
        (rows,) = page.panels(left=WIDE - LIST + 0.4, right=MARGIN, low=0.5, high=0.1)
        _paint_boxes(boxes, data)
        _paint_rows(rows, data)
        return page.save(data, stem, record)


def _colour(row: Any) -> str:
    return c.GREY if row["evidence"] == "assumed" else c.BLUE


def _paint_boxes(axes: Axes, data: pd.DataFrame) -> None:
    """A box for each name, an arrow for each row: as wide as what it carries, and its number on it."""
    places, boxes = theory()["nodes"], {}
    edge = {"boxstyle": "round,pad=0.35", "facecolor": "white", "edgecolor": c.DARK, "linewidth": 0.8}
    for name, (column, down) in places.items():
        boxes[name] = axes.text(column, down, fit(name, 0.95, 8, 2), fontsize=8, bbox=edge, zorder=5, **MIDDLE)
    axes.set(xlim=(-0.45, 4.45), ylim=(10.2, -0.5))
    axes.axis("off")
    figure: Any = axes.figure
    figure.draw_without_rendering()  # the boxes are as large as their words only now
    told: Any = data.to_dict("records")
    for row in told:
        start, end = places[row["from"]], places[row["to"]]
        carried = min(1.0, abs(row["share"]) / 100) if row["told"] != NO_RUN else 0.0
        bend = 0.35 if start[0] == end[0] else 0.06
        line = {
            "arrowstyle": "-|>", "color": _colour(row), "linestyle": DASHES[row["told"]], "shrinkA": 0, "shrinkB": 2,
            "linewidth": NARROWEST + (WIDEST - NARROWEST) * carried, "connectionstyle": f"arc3,rad={bend}",
            "patchA": boxes[row["from"]].get_bbox_patch(), "patchB": boxes[row["to"]].get_bbox_patch(),
        }  # fmt: skip
        axes.annotate("", end, start, arrowprops=line, zorder=2)
        part = 0.45 if end[0] - start[0] < 2 else 0.35
        x, y = (start[axis] + part * (end[axis] - start[axis]) for axis in (0, 1))
        x, y = x + bend * (end[1] - start[1]) * 0.05, y + bend * (end[0] - start[0])
        axes.text(x, y, str(row["number"]), fontsize=6.5, path_effects=HALO, zorder=6, **MIDDLE)
    looks = {kind: {"color": c.DARK, "linestyle": dash} for kind, dash in DASHES.items()}
    looks |= {name: {"color": colour, "linewidth": 3} for name, colour in (("source", c.BLUE), ("assumed", c.GREY))}
    keys = [Line2D([], [], label=say(f"contribute.theory.lines.{name}"), **look) for name, look in looks.items()]
    axes.legend(handles=keys, loc="upper left", bbox_to_anchor=(0, 0.01), ncols=3, fontsize=8)


def _paint_rows(axes: Axes, data: pd.DataFrame) -> None:
    """A line for each arrow under the name of its ingredient: what it carries of what that adds."""
    place, names, heads = 0, {}, {}
    for ingredient in OFF:
        heads[place] = say(f"contribute.theory.groups.{ingredient}")
        told: Any = data[data["ingredient"] == ingredient].to_dict("records")
        for row in told:
            place += 1
            names[float(place)] = fit(_row(row), NAMES, 7, 1)
            if row["told"] == NO_RUN:
                axes.text(2, place, say("contribute.theory.no_run"), fontsize=7, va="center", color=c.DARK)
                continue
            colour = _colour(row) if row["told"] == SEEN else c.PALE_GREY
            low, mean, high = np.clip(row["share"] + row["half"] * np.array([-1, 0, 1]), LEAST, MOST)
            dot(
                axes, {"low": low, "mean": mean, "high": high}, place, {"marker": "o", "color": colour, "markersize": 4}
            )
        place += 1
    left = -NAMES / (WIDE * axes.get_position().width)
    for at, head in heads.items():
        axes.text(left, at, head, transform=axes.get_yaxis_transform(), va="center", fontsize=8, weight="bold")
    axes.axvline(0, color=c.GREY, linewidth=0.8)
    name_rows(axes, names, 7, -0.7, place - 0.3)
    axes.set(xlim=(LEAST, MOST), xlabel=say("contribute.theory.axis"))


def _row(row: Any) -> str:
    return say("contribute.theory.row", number=row["number"], start=row["from"], to=row["to"], outcome=_outcome(row))


def _outcome(row: Any) -> str:
    return say(f"compare.outcomes.{row['outcome']}" if row["outcome"] else "contribute.theory.no_outcome")


def _words(data: pd.DataFrame) -> Words:
    counts, told = data["told"].value_counts(), []
    about = {kind: int(counts.get(kind, 0)) for kind in DASHES}
    about |= {"all_arrows": len(data), "assumed": int((data["evidence"] == "assumed").sum())}
    rows: Any = data.rename(columns={"from": "start"}).to_dict("records")
    for row in rows:
        sentence = "no_run" if row["told"] == NO_RUN else "said"
        said = say(f"contribute.theory.{sentence}", carried=row["share"], outcome_name=_outcome(row))
        told.append(say("contribute.theory.alt_row", said=said, **row))
    alt = say("contribute.theory.alt", rows="; ".join(told))
    return Words(say("contribute.theory.title", **about), say("contribute.theory.how"), alt)
