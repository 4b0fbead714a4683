"""The verb `contribute`: which of the four key ingredients did the work, through which arrows of the theory of change,
and whether that stands under each rival explanation."""

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from textwrap import shorten, wrap
from typing import Any

import pandas as pd

from sim.measures.outcomes import left_out
from sim.study.asked import choose
from sim.study.contribution import ARMS, INGREDIENTS, KEYS, NORMAL, PILOT, Asked, contribution
from sim.study.design import Design, live
from sim.study.files import filling, seal
from sim.study.record import RESULTS, name_of, record_of
from sim.study.refusals import Refused
from sim.study.run import BLOCKS
from sim.study.saved import dictionary
from sim.study.sentences import say, sentences
from sim.study.sets import CENTRAL, EVIDENCE
from sim.study.store import Store
from sim.study.study import Study
from sim.study.summary import WIDTH
from sim.study.tables import harmless
from sim.study.theory import NO_RUN, SEEN, UNSEEN, arrow_table, badge_of, rival_table, runs_of
from sim.study.watching import watched
from sim.study.worlds import NO_PROGRAM

OUTCOMES = (
    "completed", "engaged_39", "training_or_work_39", "stably_housed_39", "any_income_39", "exited_39",
    "days_stably_housed", "services_linked_39", "still_exited_91",
)  # fmt: skip
PRECISION, BUDGET, ARROWS = 1.0, 12_000, 60  # points; runs of the combinations; paired runs of each arrow
POINTS, RUNS, PAIRED = (0.01, 50.0), (PILOT * len(ARMS), 1_000_000), (10, 100_000)  # what may be asked for
TIMED = 50  # runs by which the cost of one is measured
MOST = 9  # outcomes in the summary
Tables = Mapping[str, pd.DataFrame]


def contribute_main(study: Study, own: Mapping[str, str], command: str) -> int:
    """Lives the combinations, the arrows and the rivals, and keeps what they say in a folder; the exit code. Blocks of
    runs are kept: stopped, or asked for more precision, it goes on where it was."""
    precision, budget = float(own.get("precision", PRECISION)), int(own.get("budget", BUDGET))
    arrows, names = int(own.get("arrows", ARROWS)), own["outcomes"].split(",") if "outcomes" in own else None
    follow_up = study.cohort.follow_up_weeks
    outcomes = choose(names or [each for each in OUTCOMES if each not in left_out(follow_up)], follow_up)
    given = ("precision", precision, POINTS), ("budget", budget, RUNS), ("arrows", arrows or PAIRED[0], PAIRED)
    problems = [
        say("door.not_allowed", key=f"contribute.{key}", value=own[key], low=low, high=high)
        for key, value, (low, high) in given
        if not low <= value <= high
    ]
    problems += [say("contribute.within", outcome=o.name) for o in outcomes if o.population != "referred"]
    problems += [] if any(o.unit.startswith("share") for o in outcomes) else [say("contribute.no_share")]
    problems += [say("contribute.as_delivered", key=key) for key in KEYS if study.plan[key.replace(".", "_")] != 1]
    problems += [] if study.program.offered else [say("contribute.no_program")]
    if problems:
        raise Refused(*problems)
    place = Path(study.out) if study.out else RESULTS / f"{name_of([study])}_contribution"
    with filling(place) as filled:
        with watched(budget + runs_of(arrows)) as heard:
            asked = Asked(study, outcomes, precision, budget, Store(study.store or BLOCKS), heard)
            tables, about = contribution(asked)
            tables |= {"arrows": arrow_table(asked, arrows), "rivals": rival_table(asked, arrows)} if arrows else {}
        tables["shares"]["badge"] = tables["shares"]["of"].map({name: badge_of(study, name) for name in INGREDIENTS})
        text = [*lines(study, tables, about)]
        record = {**record_of([study], command, "compiled"), "contribution": about}
        keep(filled.folder, tables, text, record)
    print("\n".join(costs(asked, tables["ways"])), file=sys.stderr)
    print("\n".join([*text, say("summary.folder", folder=filled.place)]))
    return 0


def keep(folder: Path, tables: Tables, text: Sequence[str], record: Mapping[str, Any]) -> None:
    """Fills the folder: tables and texts to be read, figures, and the record."""
    from sim.study.figures.contribution import draw_contribution
    from sim.study.figures.theory import draw_theory

    told = dictionary("contribute", [*tables, "contribution", *(["theory_of_change"] if "arrows" in tables else [])])
    for name, table in {**tables, "dictionary": told}.items():
        harmless(table).to_csv(folder / f"{name}.csv", index=False, lineterminator="\n", encoding="utf-8")
    draw_contribution(tables["shares"], folder / "contribution", record)
    if "arrows" in tables:
        draw_theory(tables["arrows"], folder / "theory_of_change", record)
        story = "\n\n".join("\n".join(wrap(step, WIDTH)) for step in steps(tables))
        (folder / "story.txt").write_text(story + "\n", encoding="utf-8", newline="\n")
    (folder / "summary.txt").write_text("\n".join(text) + "\n", encoding="utf-8", newline="\n")
    seal(folder, record)


def costs(asked: Asked, ways: pd.DataFrame) -> Iterator[str]:
    """What each way costs for the outcome that is hardest to tell: its variance times CPU seconds, and the runs that
    the precision asked for needs; not kept, because seconds are never twice the same."""
    began = time.process_time()
    live(Design(asked.study, pd.DataFrame([dict.fromkeys(KEYS, 1.0)]), TIMED), asked.rated)
    seconds = (time.process_time() - began) / TIMED
    hardest = ways.loc[ways.loc[ways["taken"], "runs_needed"].idxmax(), "outcome"]
    for row in _rows(ways[ways["outcome"] == hardest]):
        said = {"cost": row["variance_runs"] * seconds, "ms": 1e3 * seconds}
        yield say("contribute.cost", **row, **said, mark=say("contribute.taken") if row["taken"] else "")


def lines(study: Study, tables: Tables, about: Mapping[str, Any]) -> Iterator[str]:
    """What was found, in at most 24 lines."""
    table, names = tables["shares"], [*tables["shares"]["outcome"].unique()]
    covers = say(f"contribute.covers.{'chance' if study.parameters_from == CENTRAL else 'both'}")
    room = WIDTH - len(say("contribute.what", scenario="", covers=covers))
    about_it = say("contribute.what", scenario=shorten(study.label, room, placeholder=" ..."), covers=covers)
    yield from (say("summary.heading"), about_it)
    heads = [say(f"contribute.columns.{name}") for name in ("outcome", "levels", *INGREDIENTS)]
    cells = [heads, *([_short(name), _levels(table, name), *_shares(table, name)] for name in names[:MOST])]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        row[0] = shorten(row[0], min(widths[0], WIDTH - sum(widths[1:]) - len(INGREDIENTS) - 1), placeholder="...")
    widths[0] = max(len(row[0]) for row in cells)
    yield from (" ".join(f"{cell:{wide}}" for cell, wide in zip(row, widths)).rstrip() for row in cells)
    first = table[table["outcome"] == names[0]]
    cut = "; ".join(f"{_name(row['of'])} {number_of(row)}" for row in _rows(first[first["kind"] == "cut"]))
    pair = _rows(first[first["kind"] == "pair"].sort_values("mean", key=abs))[-1]
    said = {"outcome": _label(names[0]), "cut": cut, "pair": " + ".join(map(_name, pair["of"].split()))}
    runs = ", ".join(say(f"contribute.runs.{way}", runs=number) for way, number in about["runs"].items())
    badges = {_name(row["of"]): row["badge"] for row in _rows(first[first["kind"] == "share"])}
    decided = ", ".join(name for name, badge in badges.items() if badge == EVIDENCE)
    after = [
        say("contribute.if_cut", **said, more=number_of(pair)),
        say(f"contribute.ended.{about['ended_by']}", **{**about, "runs": runs}),
        say("contribute.badge", decided=decided or say("calibration.none")),
    ]
    if "arrows" in tables:
        after += [say("contribute.arrows", **_counted(tables["arrows"])), _rivals(tables["rivals"], names[0])]
    for text in after:
        yield from wrap(text, WIDTH, subsequent_indent="   ")
    yield from wrap(say("summary.cannot"), WIDTH)


def steps(tables: Tables) -> Iterator[str]:
    """The six steps of a contribution analysis (Mayne 2001, 2008), with what runs say at each."""
    table, arrows, name = tables["shares"], tables["arrows"], str(tables["shares"]["outcome"].iloc[0])
    named = {
        kind: "; ".join(f"{row['from']} -> {row['to']}" for row in _rows(arrows[arrows["told"] == kind]))
        for kind in (UNSEEN, NO_RUN)
    }
    none, whole = (number_of(row) for row in _rows(table[(table["outcome"] == name) & (table["kind"] == "level")]))
    said = {**_counted(arrows), "outcome": _label(name), "none": none, "all": whole}
    said |= {f"{kind}_arrows": names or say("calibration.none") for kind, names in named.items()}
    said["shares"] = ", ".join(map(" ".join, zip(map(_name, INGREDIENTS), _shares(table, name), strict=True)))
    yield say("summary.heading")
    for step in ("one", "two", "three", "four", "five", "six"):
        yield say(f"contribute.steps.{step}", **said, rivals=_rivals(tables["rivals"], name))


def _counted(arrows: pd.DataFrame) -> dict[str, int]:
    told = arrows["told"].value_counts()
    counts = {kind: int(told.get(kind, 0)) for kind in (SEEN, UNSEEN, NO_RUN)}
    return {**counts, "all_arrows": len(arrows), "assumed": int((arrows["evidence"] == "assumed").sum())}


def _rivals(rivals: pd.DataFrame, outcome: str) -> str:
    """What the four add to an outcome under each rival, with its 95 % interval, and what there is without a program."""
    rows, told = _rows(rivals[rivals["outcome"] == outcome]), []
    for row in rows:
        four, half = (shown_as(row["unit"]) * number for number in (row["four"], NORMAL * row["four_error"]))
        if row["rival"] != NO_PROGRAM:
            name = say(f"contribute.rivals.{row['rival']}")
            told.append(say("contribute.rival", rival=name, four=f"{four:z.1f}", half=f"{half:.1f}"))
    anyway = f"{shown_as(rows[0]['unit']) * rows[0]['no_program']:z.0f}"
    return say("contribute.under", outcome=_label(outcome), rivals="; ".join(told), anyway=anyway)


def shown_as(unit: str) -> float:
    """Shares and what is counted for each woman are told of 100 women (or days)."""
    return 100.0 if unit.startswith("share") or unit in ("services", "goals") else 1.0


def number_of(row: Any) -> str:
    """12 (4 to 23): the mean with its range, of 100 women; the mean alone for a level. Below 5 with one decimal."""
    mean, low, high = (_digits(shown_as(row["unit"]) * row[key]) for key in ("mean", "low", "high"))
    return mean if row["kind"] == "level" else mean + say("figures.range", low=low, high=high)


def _digits(number: float) -> str:
    return f"{number:z.{int(abs(number) < 5)}f}"


def _levels(table: pd.DataFrame, outcome: str) -> str:
    """Without the four, and with all."""
    return "-".join(number_of(row) for row in _rows(table[(table["outcome"] == outcome) & (table["kind"] == "level")]))


def _shares(table: pd.DataFrame, outcome: str) -> list[str]:
    return [number_of(row) for row in _rows(table[(table["outcome"] == outcome) & (table["kind"] == "share")])]


def _rows(table: pd.DataFrame) -> list[Any]:
    return [*table.to_dict("records")]


def _label(outcome: str) -> str:
    return say(f"compare.outcomes.{outcome}")


def _short(outcome: str) -> str:
    known = sentences()["contribute"]["short"]
    return str(known.get(outcome, _label(outcome)))


def _name(ingredient: str) -> str:
    return say(f"contribute.names.{ingredient}")
