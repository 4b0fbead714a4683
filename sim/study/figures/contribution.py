"""What each ingredient adds to every outcome, beside what is lost if it alone is cut."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib.style
import pandas as pd
from matplotlib.axes import Axes

from sim.study.contribute import number_of, shown_as
from sim.study.contribution import INGREDIENTS
from sim.study.figures import colours as c
from sim.study.figures.page import LOOK, MARGIN, Look, Page, Words, fit
from sim.study.figures.panels import beside, dot, name_rows
from sim.study.sentences import say

ACROSS, TALL, NAMES = 3, 2.15, 1.1  # panels in a row; inches: a panel with its head, and the names of ingredients
MARKS: dict[str, Look] = {"share": {"marker": "o"}, "cut": {"marker": "s", "markerfacecolor": "white"}}
LOWER = 0.36  # how far a square stands below its dot, in rows


def draw_contribution(table: pd.DataFrame, stem: Path, record: Mapping[str, Any]) -> list[Path]:
    """The figure of a table of shares, as PNG and SVG with its data and its words."""
    names = [*table["outcome"].unique()]
    down = -(-len(names) // ACROSS)
    data = table[table["kind"] != "pair"]
    with matplotlib.style.context(LOOK):
        page = Page(
            13.0,
            down * TALL + 0.1,
            _words(data, names),
            say("contribute.figure.subtitle"),
            say("contribute.figure.foot"),
        )
        edges = {"left": MARGIN + NAMES, "right": 1.45, "low": 0.3, "high": 0.35, "across": NAMES + 1.45, "down": 0.55}
        panels = page.panels(down, ACROSS, **edges)
        for axes in panels[len(names) :]:
            axes.remove()
        for axes, name in zip(panels, names, strict=False):
            _paint(axes, data[data["outcome"] == name])
        return page.save(data, stem, record)


def _paint(axes: Axes, rows: pd.DataFrame) -> None:
    """One outcome: a row for each ingredient, its share above what is lost if it is cut, in numbers beside them."""
    factor, ticks = shown_as(rows["unit"].iloc[0]), {}
    told: Any = rows[rows["kind"].isin([*MARKS])].to_dict("records")
    end = factor * max(row["high"] for row in told)
    for row in told:
        place = INGREDIENTS.index(row["of"]) + LOWER * (row["kind"] == "cut")
        colour = c.BLUE if row["kind"] == "share" and (row["low"] > 0 or row["high"] < 0) else c.DARK
        mark = {**MARKS[row["kind"]], "color": colour, "markersize": 5}
        dot(axes, {key: factor * row[key] for key in ("mean", "low", "high")}, place, mark)
        beside(axes, 1.04 * end, place, number_of(row).replace("-", "−"), fontsize=8, color=colour)
        if row["kind"] == "share":
            badge = say(f"contribute.figure.marks.{row['badge']}")
            ticks[place + LOWER / 2] = f"{say('contribute.names.' + row['of'])} {badge}"
    axes.axvline(0, color=c.GREY, linewidth=0.8)
    axes.set_xlim(min(0.0, factor * rows["low"].min()) - 0.03 * end, 1.04 * end)
    name_rows(axes, ticks, 9, -0.5, len(INGREDIENTS) - 0.3)
    levels = {row["of"]: number_of(row) for row in rows[rows["kind"] == "level"].to_dict("records")}
    head = say("contribute.figure.head", outcome=_outcome(rows), **levels)
    axes.set_title(fit(head, 4.3, 9.5, 1, bold=True), x=-NAMES / axes.get_window_extent().width * axes.figure.dpi)


def _outcome(rows: pd.DataFrame) -> str:
    return say(f"compare.outcomes.{rows['outcome'].iloc[0]}")


def _list(rows: pd.DataFrame) -> str:
    """Ingredients with their numbers, the largest first."""
    ordered: Any = rows.sort_values("mean", ascending=False, kind="stable").to_dict("records")
    said = [
        say("contribute.figure.share", name=say(f"contribute.names.{row['of']}"), number=number_of(row))
        for row in ordered
    ]
    return say("contribute.figure.and").join([", ".join(said[:-1]), said[-1]])


def _words(data: pd.DataFrame, names: list[str]) -> Words:
    """The finding of the first outcome, and for those who do not see the figure all of them."""
    of = {name: data[data["outcome"] == name] for name in names}
    first = of[names[0]].set_index(["kind", "of"])
    none, whole = (shown_as(first["unit"].iloc[0]) * first["mean"]["level", level] for level in ("none", "all"))
    said = {name: {kind: _list(rows[rows["kind"] == kind]) for kind in MARKS} for name, rows in of.items()}
    rows = "; ".join(
        say("contribute.figure.row", outcome=_outcome(of[name]), shares=said[name]["share"], cuts=said[name]["cut"])
        for name in names
    )
    title = say(
        "contribute.figure.title",
        outcome=_outcome(of[names[0]]),
        shares=said[names[0]]["share"],
        total=f"{whole - none:.0f}",
        none=f"{none:.0f}",
        all=f"{whole:.0f}",
    )
    return Words(title, say("contribute.figure.how"), say("contribute.figure.alt", rows=rows))
