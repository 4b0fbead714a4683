"""What knowing each assumption exactly, or a study of so many women, would be worth to a choice."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib.style
import pandas as pd
from matplotlib.axes import Axes

from sim.study.figures import colours as c
from sim.study.figures.page import LOOK, MARGIN, Page, Words, fit
from sim.study.figures.panels import dot, name_lines, name_rows
from sim.study.sentences import say
from sim.study.value_in_words import LEAST

MOST, COUNTS = 12, 3  # assumptions on the left, and on the right those that a study could count
NAMES, LINES = 3.6, 2.0  # inches: the names on the left, and those beside the lines


def draw_value(
    table: pd.DataFrame, chance: float, names: Sequence[str], stem: Path, record: Mapping[str, Any]
) -> list[Path]:
    """The figure of a table of what knowing more would be worth, as PNG and SVG with its data and its words."""
    exactly = table[table["kind"] == "parameter"].head(MOST)
    counts = table[(table["kind"] == "count") & table["name"].isin(_counted(table))]
    data = pd.concat([table[table["kind"] == "everything"], exactly, counts, table[table["kind"] == "program"]])
    options = say("decision.against").join(names)
    with matplotlib.style.context(LOOK):
        subtitle = say("value.figure.subtitle", names=options)
        page = Page(13.0, 4.3, _words(data, options), subtitle, say("value.figure.foot"))
        (left,) = page.panels(left=MARGIN + NAMES, right=6.6)
        (right,) = page.panels(left=13.0 - 5.6, right=MARGIN + LINES)
        _paint_exactly(left, exactly, chance)
        _paint_studies(right, pd.concat([data[data["kind"] == "program"], counts]), chance)
        return page.save(data, stem, record)


def _counted(table: pd.DataFrame) -> list[str]:
    """The assumptions most worth a study that counts them."""
    told = table.loc[(table["kind"] == "parameter") & table["beyond_chance"], "name"]
    worth = table[(table["kind"] == "count") & table["name"].isin(told)].groupby("name", sort=False)["value"].max()
    return [*worth.sort_values(ascending=False, kind="stable").head(COUNTS).index]


def _paint_exactly(axes: Axes, rows: pd.DataFrame, chance: float) -> None:
    """A row for each assumption, from the low to the high end."""
    told: Any = rows.to_dict("records")
    for place, row in enumerate(told):
        mark = {"marker": "o", "color": c.BLUE if row["beyond_chance"] else c.GREY, "markersize": 5}
        dot(axes, {"low": row["low"], "mean": row["value"], "high": row["high"]}, place, mark)
    names = {float(place): fit(row["meaning"], NAMES, 8, 1) for place, row in enumerate(told)}
    name_rows(axes, names, 8, -0.6, max(len(told), 1) - 0.4)
    axes.axvline(chance, color=c.DARK, linestyle=":", linewidth=1.2)
    axes.set_xlim(left=0)
    axes.set_xlabel(say("value.figure.axis"))
    axes.set_title(say("value.columns.exactly"))


def _paint_studies(axes: Axes, rows: pd.DataFrame, chance: float) -> None:
    """A line for each study by its women: what it would be worth."""
    names, colours = {}, [c.BLUE, c.SKY, c.GREEN, c.INK, c.AMBER, c.DEEP_AMBER, c.DARK]
    groups = rows.groupby(["kind", "name"], sort=False)
    for ((kind, _), of), colour in zip(groups, colours, strict=False):
        axes.plot(
            of["women"],
            of["value"],
            color=colour,
            linestyle="solid" if kind == "program" else "dashed",
            marker="o",
            markersize=4,
        )
        names[fit(_label(of.iloc[0]), LINES - 0.1, 8, 2)] = float(of["value"].iloc[-1])
    axes.axhline(chance, color=c.DARK, linestyle=":", linewidth=1.2)
    axes.set_ylim(bottom=0)
    axes.set_xlabel(say("value.figure.women"))
    axes.set_ylabel(say("value.figure.axis"))
    if names:
        name_lines(axes, names, colours[: len(names)])
    axes.set_title(say("value.figure.studies"))


def _label(row: Any) -> str:
    return say(f"value.studies.{row['name']}") if row["kind"] == "program" else str(row["meaning"])


def _words(data: pd.DataFrame, names: str) -> Words:
    """The finding, how to read it, and all of it for those who do not see the figure."""
    rows: Any = data.to_dict("records")
    most = f"{rows[0]['value']:.2f}"
    exactly = [row for row in rows if row["kind"] == "parameter"]
    first = exactly[0] if exactly and exactly[0]["beyond_chance"] else {"meaning": "", "value": 0.0}
    kind = "title_certain" if rows[0]["high"] < LEAST else "title" if first["meaning"] else "title_none"
    title = say(f"value.figure.{kind}", name=first["meaning"], value=f"{first['value']:.2f}", most=most)
    studies = "; ".join(
        f"{_label(row)}, {row['women']:.0f}: {row['value']:.2f}" for row in rows if row["kind"] in ("program", "count")
    )
    said = {"rows": "; ".join(f"{row['meaning']} {row['value']:.2f}" for row in exactly), "most": most}
    return Words(title, say("value.figure.how"), say("value.figure.alt", names=names, studies=studies, **said))
