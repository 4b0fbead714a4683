"""A comparison in words: at most 24 lines that a planner can read, from the tables of its pairs."""

from collections.abc import Mapping, Sequence
from textwrap import shorten, wrap
from typing import Any

import numpy as np
import pandas as pd

from sim.program.words import NEEDS
from sim.study.pairs import Pairs
from sim.study.pairs_by_woman import WANTS
from sim.study.sentences import say
from sim.study.sets import IN_A_ROW, changed, ensemble_of
from sim.study.summary import HEADLINE, OF_A_PROGRAM, WIDTH
from sim.study.worlds import World

SMALL = 0.01  # share of women who are later or have less from which it is explained
MOST_LESS = 2  # outcomes named then
FEWEST = 100  # pairs from which words say how sure it is
WAIT = "weeks_waited"
Tables = Mapping[str, pd.DataFrame]
Row = Mapping[str, Any]


def lines(pairs: Pairs, tables: Tables, precision: float) -> list[str]:
    """What came out: what was compared, how precisely it is known, what differs and for whom, what it rests on."""
    table = tables["differences"].set_index("outcome")
    own = () if all(world.offered for world in pairs.worlds) else OF_A_PROGRAM
    names = [name for name in HEADLINE if name in table.index and name not in own][:5]
    by_need, less = (tables[name][~tables[name]["outcome"].isin(own)] for name in ("by_need", "less"))
    rows: Any = table.loc[names].reset_index().to_dict("records")
    heads = [say(f"compare.columns.{name}") for name in ("outcome", "a", "b", "mean", "pairs", "sure")]
    return [
        say("summary.heading"),
        *(_scenario(letter, world) for letter, world in zip("AB", pairs.worlds, strict=True)),
        *_wrapped(_ended(pairs, precision, rows[0])),
        *_columns([heads, *map(_cells, rows)]),
        *_wrapped(_in_women(pairs, rows)),
        *_columns([[say(f"compare.needs.{need}") for need in ("of_100", *NEEDS)], *_needs(by_need, names[0])], 2),
        *_wrapped(_later(less)),
        *_wrapped(_covers(pairs, rows)),
        *wrap(say("summary.cannot"), WIDTH),
    ]


def _wrapped(text: str) -> list[str]:
    return wrap(text, WIDTH, subsequent_indent="   ")


def _name(row: Row) -> str:
    return say(f"compare.outcomes.{row['outcome']}")


def in_pairs(row: Row, sentence: str) -> str:
    """In how many pairs B is better, the same and worse, or has more and less where neither way is better."""
    first, last = ("fewer", "more") if row["better"] == "less" else ("more", "fewer")
    way = "neither" if row["better"] == "neither" else "better"
    return say(f"{sentence}.{way}", first=row[first], equal=row["equal"], last=row[last])


def in_words(row: Row) -> str:
    """How sure a difference is, in words with its share; below a hundred pairs only in how many of them it is so."""
    if row["pairs"] < FEWEST:
        most = max(("more", "equal", "fewer"), key=lambda way: row[way])
        return say(f"compare.few_pairs.{most}", number=row[most], pairs=row["pairs"])
    if row["equal"] > row["pairs"] / 2:
        how = "all_equal" if row["equal"] == row["pairs"] else "equal"
        return say(f"compare.{how}", share=f"{100 * row['share']:.0f}")
    return f"{row['sure']}, {100 * row['share']:.0f} %"


def _scenario(letter: str, world: World) -> str:
    unnamed = [change for change in world.study.changes if change not in world.name]
    about = say("summary.with_changes") if world.study.changes else world.study.about
    about = say("compare.with", changes=", ".join(unnamed)) if unnamed else about
    head = say("summary.scenario", letter=letter, name=world.name)
    return f"{head} {shorten(about, max(WIDTH - len(head) - 1, 4), placeholder=' ...')}"[:WIDTH]


def _ended(pairs: Pairs, precision: float, first: Row) -> str:
    """Why no more pairs were added, and what pairing was worth."""
    about = {"pairs": f"{pairs.number:,}", "runs": f"{2 * pairs.number:,}", "asked": f"{precision:g}"}
    about |= {"half": f"{pairs.looks[pairs.number]:.2g}"}
    text = say(f"compare.ended.{'precision' if pairs.held else 'budget'}", **about)
    if np.isnan(first["variance_ratio"]):
        return text
    name = say(f"summary.short.{first['outcome']}")
    ratio = {"ratio": f"{first['variance_ratio']:.3g}", "saved": f"{max(first['runs_saved'], 0):,.0f}"}
    return f"{text} {say('compare.same_luck', outcome=name, **ratio)}"


def _cells(row: Row) -> list[str]:
    """A share in both scenarios, its difference in points with precision and range, the pairs, and how sure."""
    points = {key: f"{100 * row[key]:+z.1f}" for key in ("mean", "low", "high")}
    return [
        say(f"summary.short.{row['outcome']}"),
        *(f"{100 * row[side]:.0f}" for side in "ab"),
        say("compare.points", **points, half=f"{100 * row['half_width']:.1f}"),
        in_pairs(row, "compare.pairs"),
        in_words(row),
    ]


def _columns(rows: Sequence[Sequence[str]], apart: int = 1) -> list[str]:
    """Cells under each other, so many spaces apart."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        (" " * apart).join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]


def _in_women(pairs: Pairs, rows: Sequence[Row]) -> str:
    """The same shares in women, over all the years of referrals, and a year."""
    items = [
        f"{say('summary.short.' + row['outcome'])} {row['women']:+z.0f} "
        f"({row['women_low']:+z.0f} to {row['women_high']:+z.0f}; {row['women_a_year']:+z.1f})"
        for row in rows
    ]
    referred = pairs.runs.loc[pairs.runs["outcome"] == "women_referred", "a"].mean()
    return say("compare.in_women", items="; ".join(items), referred=f"{referred:.0f}")


def _needs(table: pd.DataFrame, outcome: str) -> list[list[str]]:
    """Of 100 women with each need: for how many there is more and less of the first outcome, and who waits longer and
    less long."""
    rows = []
    for name in (outcome, WAIT):
        groups: Any = table[(table["outcome"] == name) & table["need"].isin(NEEDS)].to_dict("records")
        shares = [
            say("compare.too_few") if row["too_few"] else f"{100 * row['more']:.1f}/{100 * row['fewer']:.1f}"
            for row in groups
        ]
        rows += [[say(f"compare.outcomes.{name}"), *shares]] if shares else []
    return rows


def _later(less: pd.DataFrame) -> str:
    """How many women are later or have less under B, and, where it is more than a few, for want of what."""
    most: Any = less.sort_values("less", ascending=False, kind="stable").head(MOST_LESS).to_dict("records")
    about = [{"outcome": _name(row), "share": f"{100 * row['less']:.1f}"} for row in most]
    if most[0]["less"] <= SMALL:
        return say("compare.few_less", **about[0])
    items = [
        say("compare.less_row", **said, **{want: f"{100 * row[want]:.1f}" for want in WANTS})
        for row, said in zip(most, about, strict=True)
        if row["less"] > SMALL
    ]
    return say("compare.less", items="; ".join(items))


def _covers(pairs: Pairs, rows: Sequence[Row]) -> str:
    """What the ranges cover; row by row, the share of chance and the badge, where either can be told."""
    study = pairs.worlds[-1].study
    ensemble, other = ensemble_of(study), changed(study)
    kind = "changed" if other else "accepted" if ensemble else study.parameters_from
    runs = say("compare.pairs_of", pairs=f"{pairs.number:,}")
    sets = min(len(ensemble.sets), -(-pairs.number // IN_A_ROW)) if ensemble else 0
    text = [say(f"summary.covers.{kind}", runs=runs, sets=sets, changed=len(other))]
    shares = ["-" if np.isnan(row["chance_share"]) else f"{100 * row['chance_share']:.0f}" for row in rows]
    badges = [say(f"badges.{row['badge']}") if isinstance(row["badge"], str) else "-" for row in rows]
    badges = badges if len({*badges} - {"-"}) > 1 else sorted({*badges} - {"-"}) or ["-"]
    for name, cells in (("chance", shares), ("badge", badges)):
        text += [say(f"compare.{name}", items=", ".join(cells))] if {*cells} != {"-"} else []
    return " ".join(text)
