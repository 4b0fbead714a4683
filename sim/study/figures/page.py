"""The page that every figure is drawn on: the finding on top, colours with dashes and hatches, and its files."""

import json
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from sim.study.figures import colours as c
from sim.study.figures.reading import Occasion, Tables
from sim.study.tables import harmless

LOOK: list[Any] = ["default", {  # of every figure, whatever a user's own settings are
    "font.family": "sans-serif", "font.sans-serif": ["DejaVu Sans", "Verdana", "Arial"], "font.size": 9.5,
    "text.parse_math": False, "text.color": c.INK, "svg.fonttype": "none", "svg.hashsalt": "pathways",
    "axes.edgecolor": c.DARK, "axes.labelcolor": c.INK, "axes.linewidth": 0.7, "axes.axisbelow": True,
    "axes.spines.top": False, "axes.spines.right": False,
    "axes.titlesize": 10, "axes.titlelocation": "left", "axes.titleweight": "bold",
    "axes.grid": True, "grid.color": c.FAINT, "grid.linewidth": 0.7, "hatch.linewidth": 0.6,
    "xtick.color": c.DARK, "xtick.labelcolor": c.INK, "xtick.labelsize": 9,
    "ytick.color": c.DARK, "ytick.labelcolor": c.INK, "ytick.labelsize": 9,
    "lines.linewidth": 1.8, "lines.solid_capstyle": "butt", "legend.frameon": False, "savefig.dpi": 200,
}]  # fmt: skip
MARGIN, ROOM = 0.45, 1.35  # inches at the edges, and to the right of a panel for direct labels
HALO = [withStroke(linewidth=3, foreground="white")]  # around text that stands on something
Look = dict[str, Any]  # how a mark or a line is drawn, in matplotlib's own words


class Words(NamedTuple):
    """What is said with a figure: the finding, how to read it, and the same for those who do not see it."""

    title: str
    how: str
    alt: str


def length(text: str, size: float, bold: bool = False) -> float:
    """About how long a line of text is, in inches; rather too long than too short."""
    return len(text) * size * (0.585 if bold else 0.57) / 72


def fit(text: str, inches: float, size: float, lines: int | None = None, bold: bool = False) -> str:
    """The text in lines of this length, cut with an ellipsis where there would be too many."""
    across = int(inches / length("x", size, bold))
    text = text.replace(" %", "\u00a0%")  # no line ends there
    return textwrap.fill(text, across, max_lines=lines, placeholder=" …", break_on_hyphens=False)


def height(text: str, size: float) -> float:
    """How high the lines of a text stand, in inches."""
    return (text.count("\n") + 1) * 1.4 * size / 72


class Page:
    """A figure in inches: the words at its head, the caution at its foot, and between them a body as high as asked
    for, however long the words are."""

    def __init__(self, width: float, body: float, words: Words, subtitle: str, foot: str) -> None:
        room = width - 2 * MARGIN
        title, foot = fit(words.title, room, 14.5, bold=True), fit(foot, room, 8)
        below = f"{fit(subtitle, room, 9.5)}\n{fit(words.how, room, 9.5)}"
        self.words, self.width, self.body, self.bottom = words, width, body, 0.38 + height(foot, 8)
        top = self.bottom + body
        self.height = top + 0.53 + height(title, 14.5) + height(below, 9.5)
        self.figure = Figure(figsize=(width, self.height), dpi=200, facecolor="white")
        left = MARGIN / width
        self.figure.text(left, 1 - 0.39 / self.height, title, va="top", fontsize=14.5, fontweight="bold")
        self.figure.text(left, (top + 0.13) / self.height, below, va="bottom", color=c.DARK)
        self.figure.text(left, 0.17 / self.height, foot, va="bottom", fontsize=8, color=c.DARK)

    def panels(
        self, rows: int = 1, columns: int = 1, *, left: float, right: float = MARGIN, low: float = 0.55,
        high: float = 0.4, across: float = 0.0, down: float = 0.0, share: Any = False,
    ) -> list[Axes]:  # fmt: skip
        """A grid of panels, row by row: inches from the edges of the page and of the body, and inches between them;
        `share` their vertical axis: all, or those of a row."""
        wide = (self.width - left - right - across * (columns - 1)) / columns
        tall = (self.body - low - high - down * (rows - 1)) / rows
        places = {
            "left": left / self.width, "right": 1 - right / self.width, "wspace": across / wide,
            "bottom": (self.bottom + low) / self.height, "top": (self.bottom + self.body - high) / self.height,
            "hspace": down / tall,
        }  # fmt: skip
        return list(self.figure.subplots(rows, columns, sharey=share, squeeze=False, gridspec_kw=places).flat)

    def save(self, data: pd.DataFrame, stem: Path, record: Mapping[str, Any]) -> list[Path]:
        """Write the picture twice, the numbers drawn and the alt text; the same figure gives the same bytes. The
        pictures carry the record, but for its day."""
        png, svg, csv, txt = (stem.with_name(f"{stem.name}.{kind}") for kind in ("png", "svg", "csv", "txt"))
        source = json.dumps({key: part for key, part in record.items() if key != "made"}, ensure_ascii=False)
        said = {"Title": self.words.title, "Description": self.words.alt, "Source": source}
        self.figure.savefig(png, metadata={"Software": None, **said})
        self.figure.savefig(svg, metadata={"Date": None, "Creator": None, **said})
        harmless(data).to_csv(csv, index=False, lineterminator="\n", encoding="utf-8")
        txt.write_text(self.words.alt + "\n", encoding="utf-8", newline="\n")
        return [png, svg, csv, txt]


@dataclass(frozen=True)
class Drawing:
    """One figure: the tables it needs, the numbers it shows, its words, how it is painted and how large."""

    needs: tuple[str, ...]
    read: Callable[[Tables, Occasion], pd.DataFrame]
    tell: Callable[[pd.DataFrame, Occasion], Words]
    paint: Callable[[Page, pd.DataFrame, Occasion], None]
    size: Callable[[pd.DataFrame], tuple[float, float]] = lambda _: (11.0, 4.5)  # inches, the words not counted
    scenarios: range = range(1, 3)  # drawn for so many: most figures show one scenario, alone or beside its twin
