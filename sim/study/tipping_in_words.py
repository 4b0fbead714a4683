"""Where a choice flips, in words: at most 24 lines that a planner can read."""

from collections.abc import Mapping, Sequence
from textwrap import shorten, wrap
from typing import Any

import numpy as np
import pandas as pd

from sim.study.decision import Choice, choice_lines
from sim.study.sentences import say
from sim.study.sets import EVIDENCE
from sim.study.summary import WIDTH
from sim.study.tipping_points import FLIPS, STAYS, UNDECIDED

LINES, NAMED = 24, 2  # of the summary; assumptions by name in a sentence
NAME = 40  # letters of an assumption there
Tables = Mapping[str, pd.DataFrame]


def lines(choice: Choice, tables: Tables, about: Mapping[str, Any]) -> list[str]:
    """What is chosen from, how many assumptions flip it, where, at which price, and what that rests on."""
    points = tables["points"]
    parameters = points[points["kind"] == "parameter"]
    flips = by_distance(parameters[parameters["told"] == FLIPS])
    counts = {kind: int((parameters["told"] == kind).sum()) for kind in (STAYS, UNDECIDED)}
    counted = {"flips": flips["name"].nunique(), "all": parameters["name"].nunique(), **counts}
    text = [*choice_lines(choice, tables["options"]), say("tipping.counted", **counted)]
    decided = int((flips.drop_duplicates("name")["badge"] == EVIDENCE).sum())
    after = [_nearest(parameters), _prices(points[points["kind"] != "parameter"])]
    after += [say("tipping.rests", **about, decided=decided, told=counted["flips"])]
    above, below = (
        [line for part in parts for line in wrap(part, WIDTH, subsequent_indent="   ")] for parts in (text, after)
    )
    closing = wrap(say("summary.cannot"), WIDTH)
    room = LINES - 1 - len(above) - len(below) - len(closing)
    return [say("summary.heading"), *above, *_table(flips, room), *below, *closing]


def by_distance(flips: pd.DataFrame) -> pd.DataFrame:
    """Those first whose tipping point is nearest to where the assumption stands today, in parts of its range."""
    away = (flips["value"] - flips["now_middle"]).abs() / (flips["high"] - flips["low"])
    return flips.assign(away=away).sort_values("away", kind="stable").drop(columns="away")


def _table(flips: pd.DataFrame, room: int) -> list[str]:
    """A row for each tipping point, nearest first, in so many lines."""
    shown = flips if len(flips) < room else flips.head(max(1, room - 2))
    rows: list[Sequence[str]] = [
        [say(f"tipping.columns.{name}") for name in ("name", "value", "now", "above", "badge")]
    ]
    for row in shown.to_dict("records"):
        value = say(
            "tipping.bracket", value=short(row["value"]), low=short(row["bracket_low"]), high=short(row["bracket_high"])
        )
        now = say("tipping.now", low=short(row["now_low"]), high=short(row["now_high"]))
        rows.append([_name(row), value, now, row["above"], say(f"badges.{row['badge']}")])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    told = [" ".join(f"{cell:{wide}}" for cell, wide in zip(row, widths, strict=True)).rstrip()[:WIDTH] for row in rows]
    more = [say("tipping.more_rows", number=len(flips) - len(shown))] if len(shown) < len(flips) else []
    return [*told, *more] if len(rows) > 1 else []


def _name(row: Any) -> str:
    return shorten(row["meaning"], NAME, placeholder=" ...")


def short(number: float) -> str:
    """Three digits that count."""
    return f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.3g}"


def nearest(stays: pd.DataFrame) -> pd.DataFrame:
    """Of assumptions that do not flip the choice, those first that come nearest to it: at which end, how near."""
    ends = stays[["at_low", "at_high"]].abs().to_numpy()
    at = np.where(ends.argmin(axis=1) == 0, stays["low"], stays["high"])
    return stays.assign(least=ends.min(axis=1), end=at).sort_values("least", kind="stable")


def _nearest(parameters: pd.DataFrame) -> str:
    """Of those that do not flip the choice, the ones that come nearest to it, if they move anything at all."""
    moved = (parameters["at_high"] - parameters["at_low"]).abs() > parameters["at_middle_half_width"]
    stays = parameters[(parameters["told"] == STAYS) & moved]
    rows: Any = nearest(stays).head(NAMED).to_dict("records") if len(stays) else []
    items = [say("tipping.near", name=_name(row), end=short(row["end"]), least=f"{row['least']:.2f}") for row in rows]
    return say("tipping.nearest", items="; ".join(items)) if items else ""


def _prices(rows: pd.DataFrame) -> str:
    """At what worth of one woman more, and at which prices, the choice flips."""
    told: Any = rows[rows["told"] == FLIPS].to_dict("records")
    items = []
    for row in told:
        said = {name: short(row[name]) for name in ("value", "bracket_low", "bracket_high", "now_middle")}
        kind = "worth" if row["kind"] == "worth" else "price"
        items.append(say(f"tipping.{kind}", **said, name=row["meaning"], unit=row["unit"], above=row["above"]))
    prices = rows[rows["kind"] == "cost"]
    if len(prices) and (prices["told"] != FLIPS).any():
        items.append(say("tipping.no_price", number=int((prices["told"] != FLIPS).sum())))
    return " ".join(items) or say("tipping.no_worth")
