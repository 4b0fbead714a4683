"""What knowing more would be worth, in words: at most 24 lines that a planner can read."""

from collections.abc import Mapping
from textwrap import shorten, wrap
from typing import Any

import pandas as pd

from sim.study.decision import Choice, choice_lines
from sim.study.sentences import say
from sim.study.sets import EVIDENCE
from sim.study.summary import WIDTH

LINES, NAME = 24, 44  # of the summary, and letters of an assumption in it
NORMAL = 1.96  # half a 95 % interval, in standard errors
LEAST = 0.005  # women a year: less is said to be nothing


def lines(choice: Choice, tables: Mapping[str, pd.DataFrame], about: Mapping[str, Any]) -> list[str]:
    """What is chosen from, what knowing everything, one assumption or a study would be worth, and how sure that is."""
    table, options = tables["information"], tables["options"]
    whole: Any = table.iloc[0]
    best: Any = options.iloc[int(options["utility"].argmax())]
    text = [*choice_lines(choice, options)]
    said = {"best": best["option"], "share": f"{100 * best['best_in']:.0f}", **_ends(whole)}
    certain = whole["high"] < LEAST
    text.append(say(f"value.{'certain' if certain else 'everything'}", **said, money=money(choice, whole["value"])))
    parameters = table[table["kind"] == "parameter"]
    told = parameters[parameters["beyond_chance"] & (parameters["value"] >= LEAST)]
    decided = int((told["badge"] == EVIDENCE).sum())
    after = [] if certain else [_rest(parameters, told, about)]
    after.append(say("value.rests", worlds=about["worlds"], runs=about["runs"], decided=decided, told=len(told)))
    above, below = (
        [line for part in parts for line in wrap(part, WIDTH, subsequent_indent="   ")] for parts in (text, after)
    )
    closing = wrap(say("summary.cannot"), WIDTH)
    room = LINES - 1 - len(above) - len(below) - len(closing)
    return [say("summary.heading"), *above, *([] if certain else _studies(table, told, room)), *below, *closing]


def _ends(row: Any) -> dict[str, str]:
    return {name: f"{row[name]:.2f}" for name in ("value", "low", "high")}


def half_of(row: Any) -> float:
    """How far off the value may be: by which parameter sets there are (95 %), and by what chance does to the ends."""
    return float(max(NORMAL * row["error"], (row["high"] - row["low"]) / 2))


def money(choice: Choice, women: float) -> str:
    """The same in money, where the planner said what one woman more is worth."""
    return say("value.money", cad=f"{round(women * choice.worth, -2):,.0f}") if choice.worth else ""


def _studies(table: pd.DataFrame, told: pd.DataFrame, room: int) -> list[str]:
    """A row for each assumption that is worth knowing, and for each study of the program: exactly, and by women; in so
    many lines, with the study that watches everything last."""
    sizes = sorted(table["women"].dropna().astype(int).unique())
    years = table[table["kind"] == "program"].groupby("women")["years"].first()
    of = table.set_index(["kind", "name"])
    studies = [*table.loc[table["kind"] == "program", "name"].unique()]
    heads = [say(f"value.columns.{name}") for name in ("name", "exactly", "badge")]
    rows = [[*heads[:2], *map(str, sizes), heads[2]]]
    for row in told.head(max(1, room - 2 - len(studies))).to_dict("records"):
        cells = _by_size(of, "count", row["name"], sizes)
        name = shorten(row["meaning"], NAME, placeholder=" ...")
        rows.append(
            [name, say("value.range", value=row["value"], half=half_of(row)), *cells, say(f"badges.{row['badge']}")]
        )
    for name in studies[-max(1, room - 1 - len(rows)) :]:
        rows.append([say(f"value.studies.{name}"), "", *_by_size(of, "program", name, sizes), ""])
    if len(years):
        rows.append([say("value.columns.years"), "", *(f"{years[size]:.0f}" for size in sizes), ""])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [" ".join(f"{cell:{wide}}" for cell, wide in zip(row, widths, strict=True)).rstrip()[:WIDTH] for row in rows]


def _by_size(of: pd.DataFrame, kind: str, name: str, sizes: list[int]) -> list[str]:
    """What studies of so many women would be worth, a dash where none can count it."""
    if (kind, name) not in of.index:
        return ["-"] * len(sizes)
    rows: Any = of.loc[[(kind, name)]].set_index("women")
    cells = [
        say("value.cell" if rows.loc[size, "beyond_chance"] else "value.by_chance", worth=rows.loc[size, "value"])
        for size in sizes
    ]
    return cells


def _rest(parameters: pd.DataFrame, told: pd.DataFrame, about: Mapping[str, Any]) -> str:
    """What cannot be told from nothing, and what would change no decision."""
    nothing = parameters[parameters["high"] < LEAST]
    said = {"all": len(parameters), "told": len(told), "chance": f"{about['chance']:.2f}", "nothing": len(nothing)}
    example = shorten(str(nothing["meaning"].iloc[0]), 60, placeholder=" ...") if len(nothing) else ""
    return say("value.rest", **said) + (" " + say("value.nothing", **said, example=example) if len(nothing) else "")
