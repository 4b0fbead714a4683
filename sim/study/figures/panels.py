"""What recurs in panels: a line in its band, stacked means, dots on their ranges, and names beside them."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sim.study.figures import colours as c
from sim.study.figures.page import Look
from sim.study.figures.reading import Row


def band(axes: Axes, line: pd.DataFrame, colour: str, dash: object = "solid", shade: str = c.DARK) -> None:
    """A mean over its index, in the band of its range."""
    axes.fill_between(line.index, line["low"], line["high"], color=shade, alpha=0.2, linewidth=0)
    axes.plot(line.index, line["mean"], color=colour, linestyle=dash)


def stack(axes: Axes, means: pd.DataFrame, fills: Mapping[str, tuple[str, str]]) -> None:
    """The columns of means, one on the other; `fills`: colour and hatch of each by name, from the bottom."""
    colours, hatch = zip(*fills.values(), strict=True)
    layers = means[list(fills)].to_numpy().T
    look: Look = {"colors": colours, "hatch": hatch, "edgecolor": "white", "linewidth": 0}
    axes.stackplot(means.index, layers, labels=list(fills), **look)
    axes.grid(False)


def name_layers(axes: Axes) -> None:
    """The names of a stack beside it, in its order."""
    look: Look = {"borderaxespad": 0.3, "labelspacing": 0.6, "handlelength": 2, "handleheight": 1.2}
    axes.legend(loc="lower left", bbox_to_anchor=(1, -0.03), reverse=True, **look)


def dot(axes: Axes, row: Row, place: float, mark: Look) -> None:
    """A mean on the line of its range."""
    axes.plot([row["low"], row["high"]], [place, place], color=mark["color"], linewidth=1.6)
    axes.plot([row["mean"]], [place], linestyle="none", clip_on=False, zorder=3, **mark)


def name_rows(axes: Axes, names: Mapping[float, str], size: float, top: float, bottom: float) -> None:
    """The names of rows of dots on the left, the first row at the top."""
    axes.set_yticks(list(names), list(names.values()), fontsize=size)
    axes.set_ylim(bottom, top)
    axes.tick_params(axis="y", length=0, pad=8)
    axes.grid(False, axis="y")


def beside(axes: Axes, x: float, y: float, text: str, **style: Any) -> None:
    """Write text to the right of a point, past the edge of the panel where need be."""
    axes.annotate(text, (x, y), (6, 0), "data", "offset points", va="center", annotation_clip=False, **style)


def name_lines(axes: Axes, names: Mapping[str, float], colours: Sequence[str]) -> None:
    """Write two-line names at the right edge, each as near its place as keeps them apart."""
    low, high = axes.get_ylim()
    inch = (high - low) / axes.bbox.height * axes.figure.dpi
    places = apart(list(names.values()), 0.4 * inch, low + 0.07 * inch, high - 0.07 * inch)
    for name, place, colour in zip(names, places, colours, strict=True):
        beside(axes, axes.get_xlim()[1], place, name, color=colour)


def apart(places: Sequence[float], least: float, lowest: float, highest: float) -> list[float]:
    """The places moved evenly until they are `least` apart, in their order, and inside the bounds where they fit."""
    order, steps = np.argsort(places, kind="stable"), least * np.arange(len(places))
    level = np.asarray(places, float)[order] - steps  # where this never falls they are far enough apart
    level = (np.maximum.accumulate(level) + np.minimum.accumulate(level[::-1])[::-1]) / 2
    moved = np.empty(len(places))
    moved[order] = np.clip(level, lowest, highest - least * (len(places) - 1)) + steps
    return [float(place) for place in moved]
