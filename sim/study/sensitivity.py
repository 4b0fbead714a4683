"""The verb `sensitivity`: which assumptions matter most for what a program adds, or for the difference between two
scenarios."""

import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import ceil
from pathlib import Path
from typing import Any

import pandas as pd

from sim.study.asked import choose
from sim.study.decision import other_women, study_of
from sim.study.files import filling, seal
from sim.study.record import RESULTS, name_of, record_of
from sim.study.refusals import Refused
from sim.study.run import BLOCKS
from sim.study.saved import dictionary
from sim.study.sensitivity_in_words import lines
from sim.study.sentences import say
from sim.study.sets import CENTRAL
from sim.study.store import Store
from sim.study.study import Study
from sim.study.tables import harmless
from sim.study.uncertain import Question, piloted
from sim.study.watching import watched
from sim.study.which_matter import FEW, SCREEN_RUNS, Size, tables_of
from sim.study.worlds import World, worlds_of

OUTCOME, MOST_OUTCOMES = "completed", 2
LEAST_CHECK = 100  # runs, ten in each tenth of what an assumption may be


def sensitivity_main(study: Study, own: Mapping[str, str], command: str) -> int:
    """Asks which assumptions matter most and keeps the answer in a folder; the exit code. Blocks of runs are kept:
    stopped, or asked for more base points, it goes on where it was."""
    size = Size(**{key: int(value) for key, value in own.items() if key in Size.__dataclass_fields__})
    worlds = _worlds(study, own, command)
    outcomes = choose(own.get("outcomes", OUTCOME).split(","), study.cohort.follow_up_weeks)
    problems = [say("sensitivity.within", outcome=o.name) for o in outcomes if o.population != "referred"]
    problems += [say("sensitivity.outcomes", most=MOST_OUTCOMES)] if len(outcomes) > MOST_OUTCOMES else []
    problems += [say("sensitivity.base", value=size.base)] if size.base & (size.base - 1) else []
    few = {"key": "sensitivity.check", "value": size.check, "low": LEAST_CHECK, "high": "100000"}
    problems += [say("door.not_allowed", **few)] if 0 < size.check < LEAST_CHECK else []
    problems += [say("sensitivity.central")] if study.parameters_from == CENTRAL else []
    if problems:
        raise Refused(*problems)
    studies = [world.study for world in worlds][0 if "b" in own else 1 :]
    place = Path(study.out) if study.out else RESULTS / f"{name_of(studies)}_sensitivity"
    question = Question(worlds, outcomes, Store(study.store or BLOCKS))
    with filling(place) as filled:
        pilot = piloted(question)
        size = replace(size, replications=int(min(size.replications, pilot.needed(FEW).max())))
        runs = size.runs(len(question.names))
        about = {"runs": f"{runs:,}", "each": size.replications, "minutes": ceil(runs * pilot.seconds / 60)}
        print(say("sensitivity.planned", **about), file=sys.stderr, flush=True)
        with watched(2 * runs) as heard:
            tables = tables_of(replace(question, heard=heard), size, pilot)
        text = [*lines(question, tables, size)]
        asked = {"worlds": [world.name for world in worlds], "screen_replications": SCREEN_RUNS, **vars(size)}
        keep(filled.folder, tables, text, {**record_of(studies, command, "compiled"), "sensitivity": asked})
    print("\n".join([*text, say("summary.folder", folder=filled.place)]))
    return 0


def _worlds(study: Study, own: Mapping[str, str], command: str) -> tuple[World, World]:
    """The same women without the program and with it, or the two scenarios asked for. Refused where there are not two,
    or they would refer other women."""
    words = [
        word for word in shlex.split(command)[1:] if "=" in word and not word.startswith(("sensitivity.", "study="))
    ]
    if any(word.startswith("replications=") for word in words):
        raise Refused(say("decision.replications", verb="sensitivity"))
    studies = [study]
    if "a" in own or "b" in own:
        if "b" not in own:
            raise Refused(say("sensitivity.no_b"))
        studies = [study_of(f"sensitivity.{side}", own.get(side, ""), words) for side in ("a", "b")]
        if other := other_women(*studies):
            raise Refused(say("decision.other_women", side="sensitivity.b", keys=", ".join(other)))
    worlds = worlds_of(studies)
    if len(worlds) != 2:
        raise Refused(say("sensitivity.no_program"))
    return worlds[0], worlds[1]


def keep(folder: Path, tables: Mapping[str, pd.DataFrame], text: Sequence[str], record: Mapping[str, Any]) -> None:
    """Fills the folder: tables to be read, the figure, the summary and the record."""
    from sim.study.figures.sensitivity import draw_sensitivity

    told = dictionary("sensitivity", [*tables, "sensitivity"])
    for name, table in {**tables, "dictionary": told}.items():
        harmless(table).to_csv(folder / f"{name}.csv", index=False, lineterminator="\n", encoding="utf-8")
    draw_sensitivity(tables, record["sensitivity"]["worlds"], folder / "sensitivity", record)
    (folder / "summary.txt").write_text("\n".join(text) + "\n", encoding="utf-8", newline="\n")
    seal(folder, record)
