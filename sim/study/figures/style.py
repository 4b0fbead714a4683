"""The look of every figure: one page with the finding on top, colours with dashes and hatches, and its files."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib.style
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath

from sim.study.tables import harmless

# Okabe and Ito's colours, without the two that read as alarm; greys where a state is nobody's failure
BLUE, SKY, GREEN, AMBER, GREY, DARK, INK, FAINT = (
    "#0072B2",
    "#56B4E9",
    "#009E73",
    "#E69F00",
    "#B8B8B8",
    "#6B6B6B",
    "#222222",
    "#E6E6E6",
)
DEEP_AMBER = "#8A5F00"  # amber that can be read as text
Look = dict[str, Any]  # how a mark, a line or a fill is drawn, in matplotlib's own words
LOOK = {
    "font.family": "sans-serif", "font.sans-serif": ["DejaVu Sans", "Verdana", "Arial"], "font.size": 9.5,
    "text.parse_math": False, "text.color": INK, "svg.fonttype": "none", "svg.hashsalt": "pathways",
    "axes.edgecolor": DARK, "axes.labelcolor": INK, "axes.linewidth": 0.7, "axes.axisbelow": True,
    "axes.spines.top": False, "axes.spines.right": False,
    "axes.titlesize": 10, "axes.titlelocation": "left", "axes.titleweight": "bold",
    "axes.grid": True, "grid.color": FAINT, "grid.linewidth": 0.7, "hatch.linewidth": 0.6,
    "xtick.color": DARK, "xtick.labelcolor": INK, "xtick.labelsize": 9,
    "ytick.color": DARK, "ytick.labelcolor": INK, "ytick.labelsize": 9,
    "lines.linewidth": 2.0, "lines.solid_capstyle": "butt", "savefig.dpi": 200,
}  # fmt: skip
SPACE = 0.35  # of the size of the text, between words
MARGIN, ROOM = 0.45, 1.35  # inches at the edges, and to the right of a panel for direct labels


@dataclass(frozen=True)
class Words:
    """What is said with a figure: the finding, how to read it, and the same for those who do not see it."""

    title: str
    how: str
    alt: str


@contextmanager
def look() -> Iterator[None]:
    """Inside, matplotlib draws in this project's style whatever a user's own settings are."""
    with matplotlib.style.context(["default", LOOK]):
        yield


def wrap(text: str, inches: float, size: float, weight: str = "normal") -> list[str]:
    """The text in lines no wider than this, measured with the font itself."""
    lines, used, space = [""], 0.0, SPACE * size
    for word in text.split(" "):
        length = size * _em(word, weight)
        if lines[-1] and used + space + length > inches * 72:
            lines, used = [*lines, word], length
        else:
            lines[-1], used = f"{lines[-1]} {word}".strip(), used + space + length
    return lines


def length(text: str, size: float, weight: str = "normal") -> float:
    """How long a line of text is, in inches."""
    words = text.split(" ")
    return (sum(_em(word, weight) for word in words) + SPACE * (len(words) - 1)) * size / 72


def fit(text: str, inches: float, size: float, lines: int, weight: str = "normal") -> str:
    """The text in at most so many lines of this length, cut with an ellipsis where it does not fit."""
    wrapped = wrap(text, inches, size, weight)
    if len(wrapped) > lines:
        wrapped = [*wrapped[: lines - 1], wrapped[lines - 1] + " …"]
    while any(length(line, size, weight) > inches for line in wrapped):
        wrapped = [line if length(line, size, weight) <= inches else line[:-2].rstrip(" …") + "…" for line in wrapped]
    return "\n".join(wrapped)


@cache
def _em(word: str, weight: str) -> float:
    """How long a word is, as a multiple of the size it is set in."""
    font = FontProperties(weight=weight)
    between, bars = (TextPath((0, 0), text, size=100, prop=font).get_extents().width for text in (f"|{word}|", "||"))
    return float(between - bars) / 100


class Page:
    """A figure in inches: the words at its head, the caution at its foot, and between `bottom` and `top` a body as high
    as asked for, however long the words are."""

    def __init__(self, width: float, body: float, words: Words, subtitle: str, foot: str) -> None:
        room = width - 2 * MARGIN
        title = wrap(words.title, room, 14.5, "bold")
        below = wrap(subtitle, room, 9.5) + wrap(words.how, room, 9.5)
        last = wrap(foot, room, 8)
        self.words, self.width, self.bottom = words, width, 0.38 + 0.155 * len(last)
        self.top = self.bottom + body
        self.height = self.top + 0.53 + 0.275 * len(title) + 0.19 * len(below)
        self.figure = Figure(figsize=(width, self.height), dpi=200, facecolor="white")
        for number, line in enumerate(title):
            self.say(MARGIN, self.height - 0.585 - 0.275 * number, line, fontsize=14.5, fontweight="bold")
        for number, line in enumerate(reversed(below)):
            self.say(MARGIN, self.top + 0.17 + 0.19 * number, line, fontsize=9.5, color=DARK)
        for number, line in enumerate(reversed(last)):
            self.say(MARGIN, 0.2 + 0.155 * number, line, fontsize=8, color=DARK)

    def say(self, left: float, bottom: float, text: str, **style: object) -> None:
        """Write text at a place in inches."""
        self.figure.text(left / self.width, bottom / self.height, text, **style)  # type: ignore[arg-type]

    def panel(self, left: float, bottom: float, width: float, height: float, share: Axes | None = None) -> Axes:
        """A panel at a place in inches, sharing its vertical axis with another where one is given."""
        box = (left / self.width, bottom / self.height, width / self.width, height / self.height)
        return self.figure.add_axes(box, sharey=share)


def save(figure: Figure, words: Words, data: pd.DataFrame, stem: Path) -> list[Path]:
    """Write the picture twice, the numbers drawn and the alt text; the same figure gives the same bytes."""
    png, svg, csv, txt = (stem.with_name(f"{stem.name}.{kind}") for kind in ("png", "svg", "csv", "txt"))
    figure.savefig(png, metadata={"Software": None, "Title": words.title, "Description": words.alt})
    figure.savefig(svg, metadata={"Date": None, "Creator": None, "Title": words.title, "Description": words.alt})
    harmless(data).to_csv(csv, index=False, lineterminator="\n", encoding="utf-8")
    txt.write_text(words.alt + "\n", encoding="utf-8", newline="\n")
    return [png, svg, csv, txt]
