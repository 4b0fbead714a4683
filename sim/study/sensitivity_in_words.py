"""Which assumptions matter most, in words: at most 24 lines that a planner can read."""

from collections.abc import Iterator
from textwrap import shorten, wrap
from typing import Any

import pandas as pd

from sim.study.contribute import shown_as
from sim.study.sentences import say
from sim.study.sets import ASSUMPTION
from sim.study.summary import WIDTH
from sim.study.uncertain import CHANCE, DUMMY, Question
from sim.study.which_matter import DUMMIES, FEW, Size, Tables

MOST_LINES, SCENARIO, NAME = 24, 36, 25  # lines; letters of a scenario's name, and of an assumption's
COLUMNS = "name values outcome first total seen".split()
SMALL = 5  # a number below it has a decimal
PLAIN = 0.01  # percent: a share below it is said to be 0


def lines(question: Question, tables: Tables, size: Size) -> list[str]:
    """What the difference hangs on, how sure that is, what is chance, what was dropped, and whether a check agrees."""
    a, b = (shorten(world.name, SCENARIO, placeholder="...") for world in question.worlds)
    head = [say("summary.heading"), *_wrapped(say("sensitivity.what", a=a, b=b, names=len(question.names)))]
    head.append(say("sensitivity.row", **{name: say(f"sensitivity.columns.{name}") for name in COLUMNS}))
    badges = tables["screen"][tables["screen"]["kept"]].drop_duplicates("parameter")["badge"]
    dummy = tables["shares"].loc[tables["shares"]["parameter"] == DUMMY, "total"].max()
    about = {"assumed": int((badges == ASSUMPTION).sum()), "kept": len(badges), "dummy": f"{100 * dummy:g}"}
    foot = [*_wrapped(say("sensitivity.rests", **about)), *wrap(say("summary.cannot"), WIDTH)]
    parts = []
    for outcome in question.outcomes:
        of = {name: table[table["outcome"] == outcome.name] for name, table in tables.items()}
        parts.append((_wrapped(_outcome(of)), [*_assumptions(of)], _wrapped(" ".join(_around(of, size)))))
    taken = len(head) + len(foot) + sum(len(above) + len(below) for above, _, below in parts)
    most = max(1, (MOST_LINES - taken) // len(parts))
    return [*head, *(line for above, rows, below in parts for line in (*above, *rows[:most], *below)), *foot]


def _outcome(tables: Tables) -> str:
    """How large the difference is, and how far assumptions and chance move it."""
    (about,) = _rows(tables["outcomes"])
    said = {name: amount(about, name) for name in ("chance_sd", "apart_sd", "together_sd")}
    together = "" if pd.isna(about["together_sd"]) else say("sensitivity.together", **said)
    mean = say(f"sensitivity.{_of(about)}", number=amount(about, "mean"))
    return say(
        "sensitivity.outcome", **{**said, "together": together, "mean": mean, "outcome": label(about["outcome"])}
    )


def _assumptions(tables: Tables) -> Iterator[str]:
    """A line each, the largest share first: from which value to which, the outcome there, shares, and the check."""
    (about,) = _rows(tables["outcomes"])
    tornado: Any = tables["tornado"].set_index("parameter").to_dict("index")
    real = tables["shares"][~tables["shares"]["parameter"].isin([CHANCE, DUMMY])]
    for row in _rows(real.sort_values("total", ascending=False, kind="stable")):
        ends = tornado[row["parameter"]]
        small = abs(shown_as(row["unit"]) * ends["change"]) < SMALL
        seen = "seen" if row["moved"] > about["moved_by_chance"] else "unseen"
        name = f"{say('sensitivity.marks.' + row['badge'])} {words_of(row['parameter'])}"
        cells = {
            "name": shorten(name, NAME + 4, placeholder="..."), "first": share_of(row, "first"),
            "values": say("sensitivity.ends", **{side: f"{ends[f'{side}_value']:.3g}" for side in ("low", "high")}),
            "outcome": say("sensitivity.ends", **{side: amount(ends, side, small) for side in ("low", "high")}),
            "total": share_of(row, "total"), "seen": "-" if pd.isna(row["moved"]) else say(f"sensitivity.{seen}"),
        }  # fmt: skip
        yield say("sensitivity.row", **cells).rstrip()


def _around(tables: Tables, size: Size) -> Iterator[str]:
    """Chance and the dummy, the pair that does most together, what was dropped, and the check."""
    (about,) = _rows(tables["outcomes"])
    singles: Any = tables["shares"].set_index("parameter").to_dict("index")
    said = {"run": _known(f"{100 * about['chance_of_run']:.0f}"), "bar": share_of(singles[CHANCE], "total")}
    said |= {"runs": about["runs"], "few": f"{100 * FEW:.0f}", "needed": f"{about['runs_needed']:.0f}"}
    more = say("sensitivity.more", **said) if about["runs"] < about["runs_needed"] else ""
    yield say("sensitivity.chance_is", **said, more=more)
    luck = tables["pairs"][["parameter", "other"]].isin([CHANCE, DUMMY]).any(axis=1)
    for pair in _rows(tables["pairs"][~luck])[:1]:
        both = {"one": words_of(pair["parameter"]), "other": words_of(pair["other"])}
        yield say("sensitivity.pair", **both, share=f"{100 * pair['share']:z.0f} ±{100 * pair['half_width']:.0f}")
    screen = tables["screen"][~tables["screen"]["parameter"].isin([CHANCE, DUMMY])]
    dropped, chosen = screen[~screen["kept"]], int(screen["kept"].sum())
    for row in _rows(dropped)[:1]:
        most = say(f"sensitivity.{_of(row)}", number=f"{amount(row, 'size')} ±{amount(row, 'half_width')}")
        counted = {"dropped": len(dropped), "all": len(screen), "zero": int((dropped["largest"] == 0).sum())}
        yield say("sensitivity.dropped", **counted, most=most, name=words_of(row["parameter"]))
    if size.check:
        seen = int((tables["shares"]["moved"] > about["moved_by_chance"]).sum())
        agree = _known(f"{about['agreement']:.2f}")
        yield say("sensitivity.check", seen=seen, kept=chosen, agreement=agree, dummies=DUMMIES)


def amount(row: Any, name: str, small: bool | None = None) -> str:
    """A number in the outcome's unit; a share, of 100. Below 5 (or where it is small) with one decimal."""
    number = shown_as(row["unit"]) * row[name]
    return _known(f"{number:z.{int(abs(number) < SMALL if small is None else small)}f}")


def share_of(row: Any, kind: str) -> str:
    """48 ±12: a share of the variance in percent, with the half-width of its 95 % interval."""
    number, half = 100 * row[kind], 100 * row[f"{kind}_half_width"]
    return f"{number:z.0f} ±{half:.0f}" if max(abs(number), half) > PLAIN else "0"


def words_of(parameter: str) -> str:
    """A parameter's name in words."""
    return say(f"sensitivity.{parameter}") if parameter in (CHANCE, DUMMY) else parameter.replace("_", " ")


def label(outcome: str) -> str:
    """An outcome's short name."""
    return say(f"compare.outcomes.{outcome}")


def _known(number: str) -> str:
    """A dash for what was not asked or cannot be told, as chance from one run a row."""
    return "-" if number == "nan" else number


def _of(row: Any) -> str:
    return "of_100" if shown_as(row["unit"]) > 1 else "in_unit"


def _wrapped(text: str) -> list[str]:
    return wrap(text, WIDTH, subsequent_indent="   ")


def _rows(table: pd.DataFrame) -> list[Any]:
    return [*table.to_dict("records")]
