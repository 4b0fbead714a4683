"""Regret over worlds: how far plans are below the best, and in which worlds the favoured plan is."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from textwrap import fill
from typing import Any

import matplotlib.style
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sim.study.figures import colours as c
from sim.study.figures.page import LOOK, MARGIN, Look, Page, Words
from sim.study.figures.panels import beside, name_rows
from sim.study.plans import MEANT
from sim.study.plans_in_words import Row, label, rows_of
from sim.study.regret import SPANS
from sim.study.regret_in_words import conditions_of
from sim.study.sentences import say
from sim.study.study import Study

Tables = Mapping[str, pd.DataFrame]
ROWS, ACROSS = 10, 30  # plans shown, and letters in a line of their names


def draw_regret(study: Study, tables: Tables, about: Mapping[str, Any], stem: Path, record: Mapping[str, Any]) -> None:
    """The figure of regret, as PNG and SVG with its data and its words."""
    regret = tables["regret"].sort_values("ninth", kind="stable")
    with matplotlib.style.context(LOOK):
        words = _words(study, tables, about, regret)
        page = Page(13.0, 5.0, words, say("staff.regret.figure.subtitle"), say("staff.figure.foot"))
        (axes,) = page.panels(left=MARGIN + 2.2, right=6.7, high=0.35)
        always = regret["favoured"] | regret["yours"]
        shown = pd.concat([regret[always], regret[~always]]).head(ROWS).sort_values("ninth", kind="stable")
        _paint_plans(axes, rows_of(shown), about["zone"])
        (axes,) = page.panels(left=13.0 - 5.5, right=MARGIN + 1.2, high=0.35)
        favoured = rows_of(tables["conditions"])[0]
        worlds = tables["worlds"]
        told = bool(conditions_of(study, favoured))
        _paint_worlds(axes, worlds[worlds["plan"] == favoured["plan"]], favoured, told)
        page.save(tables["regret"], stem, record)


def _paint_plans(axes: Axes, rows: list[Row], zone: float) -> None:
    """A line for each plan from nought to its largest regret, thick up to the 90th percentile; a dot at the mean."""
    for place, row in enumerate(rows):
        colour = c.DEEP_AMBER if row["yours"] else c.BLUE if row["cannot_be_told_apart"] else c.GREY
        axes.plot([0, row["most"]], [place, place], color=colour, linewidth=1)
        axes.plot([0, row["ninth"]], [place, place], color=colour, linewidth=5, alpha=0.6)
        axes.plot([row["mean"]], [place], "o", color=colour, markersize=6, markeredgecolor="white", zorder=3)
        axes.plot([row["most"]], [place], "|", color=colour, markersize=9)
        beside(axes, row["most"], place, say("staff.regret.figure.beside", behind=100 * row["behind"]), fontsize=8.5,
               color=c.DARK)  # fmt: skip
    axes.axvline(zone, color=c.DARK, linestyle="dashed", linewidth=1)
    differ = [name for name in MEANT if len({row[name] for row in rows}) > 1]
    names = {float(place): f"{_name(row)}\n{_levers(row, differ)}" for place, row in enumerate(rows)}
    name_rows(axes, names, 8.5, -0.6, len(rows) - 0.4)
    axes.set_xlim(left=0)
    axes.set(title=say("staff.regret.figure.plans"), xlabel=say("staff.regret.figure.women"))


def _name(row: Row) -> str:
    kind = "yours" if row["yours"] else "favoured" if row["favoured"] else "plan"
    return say(f"staff.regret.figure.{kind}", plan=row["plan"])


def _levers(row: Row, differ: Sequence[str]) -> str:
    """The levers in which the plans shown differ."""
    text = ", ".join(f"{say(f'staff.columns.{name}')}\u00a0{row[name]:g}" for name in differ)
    return fill(text, ACROSS, break_on_hyphens=False)


def _paint_worlds(axes: Axes, worlds: pd.DataFrame, found: Row, told: bool) -> None:
    """A dot for each world, by two of what it is like; larger and darker the likelier the plan is behind there; lines
    at the limits that were found, where they are told."""
    seen = [found[name] for name in ("first", "second") if found[name] in SPANS]
    first, second = [*dict.fromkeys([*seen, *SPANS])][:2]
    chance = worlds["behind"].to_numpy()
    order = np.argsort(chance, kind="stable")
    look: Look = {"cmap": "Blues", "vmin": -0.3, "vmax": 1.0, "linewidth": 0.3, "edgecolor": c.DARK}
    at = worlds[first].to_numpy()[order], worlds[second].to_numpy()[order]
    axes.scatter(*at, s=4 + 60 * chance[order], c=chance[order], **look)
    for name in ("first", "second"):
        if told and found[name] in (first, second):
            line = axes.axvline if found[name] == first else axes.axhline
            line(found[f"{name}_limit"], color=c.DEEP_AMBER, linestyle="dashed", linewidth=1.4)
    axes.set(xscale="log", yscale="log", xlabel=say(f"staff.regret.figure.{first}"))
    axes.set(title=say("staff.regret.figure.worlds", plan=found["plan"]), ylabel=say(f"staff.regret.figure.{second}"))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(matplotlib.ticker.MaxNLocator(5))
        axis.set_major_formatter(matplotlib.ticker.FormatStrFormatter("%g"))
        axis.set_minor_locator(matplotlib.ticker.NullLocator())


def _words(study: Study, tables: Tables, about: Mapping[str, Any], regret: pd.DataFrame) -> Words:
    """The favoured plan's regret, and where it is behind."""
    favoured, found = rows_of(regret[regret["favoured"]])[0], rows_of(tables["conditions"])[0]
    where = conditions_of(study, found)
    rows = "; ".join(say("staff.regret.item", name=_name(row), **{n: row[n] for n in ("mean", "ninth", "most")})
                     for row in rows_of(regret))  # fmt: skip
    said = {**about, **favoured, "rows": rows, "worlds": f"{tables['worlds']['world'].max():,}", "where": where,
            "behind": 100 * favoured["behind"], "outcome": label(about["outcome"])}  # fmt: skip
    said["most_where"] = say("staff.regret.figure.where", where=where) if where else ""
    return Words(*(say(f"staff.regret.figure.{part}", **said) for part in ("title", "how", "alt")))
