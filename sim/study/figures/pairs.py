"""Paired differences of two scenarios: every outcome taken over women, with its range, the pairs and how sure it is."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib.style
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sim.study.figures import colours as c
from sim.study.figures.page import LOOK, MARGIN, Look, Page, Words
from sim.study.figures.panels import beside, dot, name_rows
from sim.study.figures.saying import number_of, title_of
from sim.study.how_sure import badge_of
from sim.study.pairs import Pairs
from sim.study.pairs_in_words import in_pairs, in_words
from sim.study.sentences import say, sentences
from sim.study.sets import ACCEPTED, CENTRAL, RANGES
from sim.study.summary import OF_A_PROGRAM

A_ROW, NAMES = 0.235, 2.2  # inches: a row, and its name
NUMBERS, PAIRS = 6.3, 2.45  # inches: what stands beside a row, and where the pairs begin in it
POINTS, DECIMALS = 100, 2  # of a share, and decimals of other units
SIDES = ["mean", "low", "high"]
SCALE = "0-1"  # a unit that is none


def draw_differences(table: pd.DataFrame, pairs: Pairs, stem: Path, record: Mapping[str, Any]) -> list[Path]:
    """The figure of a comparison's differences, as PNG and SVG with its data and its words."""
    offered = all(world.offered for world in pairs.worlds)
    shown = [name for name in sentences()["compare"]["outcomes"] if offered or name not in OF_A_PROGRAM]
    data = table[table["outcome"].isin(shown)].dropna(subset="mean")
    data = data.assign(clear=(data["low"] > 0) | (data["high"] < 0))
    shares, others = (data[data["unit"].str.startswith("share") == share] for share in (True, False))
    names = {side: title_of(world.name) for side, world in zip("ab", pairs.worlds, strict=True)}
    subtitle = f"{say('figures.subtitle')} · {say('compare.figure.runs', pairs=f'{pairs.number:,}', **names)}"
    covers = pairs.worlds[-1].study.parameters_from
    foot = [say(f"figures.bands.{covers if covers in (RANGES, CENTRAL) else ACCEPTED}")]
    known = data.dropna(subset="badge")
    foot += [say("figures.badge", badge=say(f"badges.{badge_of(known)}"))] if len(known) else []
    foot += [say("figures.foot")]
    upper, lower = (A_ROW * (len(rows) + 1) for rows in (shares, others))
    with matplotlib.style.context(LOOK):
        page = Page(13.3, upper + lower + 1.6, _words(data, names), subtitle, " ".join(foot))
        left, right = MARGIN + NAMES, MARGIN + NUMBERS
        (axes,) = page.panels(left=left, right=right, low=lower + 1.25, high=0.35)
        _forest(axes, shares, np.full(len(shares), 1 / POINTS))
        axes.set(title=say("compare.figure.shares"), xlabel=say("compare.figure.points"))
        (axes,) = page.panels(left=left, right=right, low=0.1, high=upper + 1.25)
        _forest(axes, others, others[SIDES].abs().max(axis=1).replace(0, 1).to_numpy())
        axes.set(title=say("compare.figure.others"), xticks=[])
        return page.save(data, stem, record)


def _words(data: pd.DataFrame, names: Mapping[str, str]) -> Words:
    """The finding: the surest difference of a share whose range leaves zero out, or that there is none."""
    clear = data[data["clear"] & data["unit"].str.startswith("share of women")].sort_values("share", kind="stable")
    about = {**names, "rows": "; ".join(f"{_name(row)} {_number(row)}, {_sure(row)}" for row in _rows(data))}
    if len(clear):
        first = _rows(clear)[-1]
        about |= {"outcome": _name(first), "number": _number(first), "sure": _sure(first)}
    return Words(
        *(say(f"compare.figure.{part}", **about) for part in ("title" if len(clear) else "unclear", "how", "alt"))
    )


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    rows: Any = table.to_dict("records")
    return list(rows)


def _name(row: Mapping[str, Any]) -> str:
    return say(f"compare.outcomes.{row['outcome']}")


def _number(row: Mapping[str, Any]) -> str:
    """A difference with its range: in points, or in its own unit."""
    if row["unit"].startswith("share"):
        return say("compare.figure.in_points", number=number_of(row, 1, POINTS))
    return f"{number_of(row, DECIMALS)} {row['unit']}".removesuffix(f" {SCALE}")


def _sure(row: Mapping[str, Any]) -> str:
    """The pairs in which B is better, the same and worse, and how sure that is."""
    pairs = in_pairs(row, "compare.figure.pairs")
    return say("compare.figure.sure", pairs=pairs, sure=in_words(row))


def _forest(axes: Axes, table: pd.DataFrame, scales: np.ndarray) -> None:
    """A row for each outcome: its range and mean around zero, blue where the range leaves zero out; numbers beside."""
    ends = table[["low", "high"]].to_numpy() / scales[:, None]
    edge = 1.08 * max(float(np.abs(ends).max()), 1e-9)
    axes.axvline(0, color=c.DARK, linewidth=0.8)
    for place, (row, scale) in enumerate(zip(_rows(table), scales, strict=True)):
        mark: Look = {"marker": "o", "markersize": 4.5, "color": c.BLUE if row["clear"] else c.DARK}
        dot(axes, {side: row[side] / scale for side in SIDES}, place, mark)
        beside(axes, edge, place, _number(row), fontsize=8.5)
        axes.annotate(_sure(row), (edge, place), (72 * PAIRS, 0), "data", "offset points", va="center", fontsize=8.5,
                      annotation_clip=False, color=c.DARK)  # fmt: skip
    name_rows(axes, dict(enumerate(map(_name, _rows(table)))), 8.5, -0.7, len(table) - 0.3)
    axes.set_xlim(-edge, edge)
