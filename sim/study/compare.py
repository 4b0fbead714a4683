"""The verb `compare`: two scenarios for the same women with the same luck, pair by pair, until the difference is known
as precisely as was asked for; what it is, for whom, how sure, and who is later or has less, and why."""

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.measures.outcomes import NAMED
from sim.program.levers import LEVERS
from sim.study.files import filling, seal, write_table
from sim.study.how_sure import badge_table
from sim.study.pairs import A_LOOK, LOOK_AHEAD, Pairs, pair_up, paired_table
from sim.study.pairs_by_woman import ALL, WANTS, need_table
from sim.study.pairs_in_words import lines
from sim.study.record import RESULTS, name_of, record_of
from sim.study.refusals import Refused, plain, shown
from sim.study.run import BLOCKS
from sim.study.saved import dictionary
from sim.study.sentences import say
from sim.study.settings import NOT_A_CHANGE, read_studies
from sim.study.store import Store
from sim.study.study import Study
from sim.study.tables import harmless
from sim.study.watching import watched
from sim.study.worlds import worlds_of

PRECISION, BUDGET = 1.0, 10_000  # points, and runs of both scenarios together
POINTS, RUNS = (0.01, 50.0), (20, 200_000)  # what may be asked for
FOR_BOTH = (*NOT_A_CHANGE[1:], "parameters_from")  # settings that cannot be one scenario's own
FIGURE = "paired_differences"
Tables = Mapping[str, pd.DataFrame]


def compare_main(study: Study, own: Mapping[str, str], command: str) -> int:
    """Compares two scenarios, or with `participant` one woman's weeks in both; the exit code. Blocks of pairs are kept:
    stopped, or asked for more precision, it goes on where it was."""
    _refuse_unheeded(own)
    a, b = worlds_of(two_studies(own, command))
    if "participant" in own:
        from sim.study.two_timelines import side_by_side

        return side_by_side(a, b, own["participant"], int(own.get("replication", "1")), command, study.out)
    precision, budget = float(own.get("precision", PRECISION)), int(own.get("budget", BUDGET))
    for key, value, (low, high) in (("precision", precision, POINTS), ("budget", budget, RUNS)):
        if not low <= value <= high:
            raise Refused(say("door.not_allowed", key=f"compare.{key}", value=own[key], low=low, high=high))
    place = Path(study.out) if study.out else RESULTS / name_of([a.study, b.study])
    store = Store(study.store or BLOCKS)
    with filling(place) as filled:
        with watched(budget) as heard:
            pairs = pair_up(a, b, precision, budget // 2, store, heard)
        tables = tables_of(pairs)
        text = lines(pairs, tables, precision)
        about = {"precision": precision, "budget": budget, "pairs": pairs.number, "looks": dict(pairs.looks)}
        about |= {
            "ended_by": "precision" if pairs.held else "budget",
            "rule": say("compare.rule", look=A_LOOK, more=f"{100 * LOOK_AHEAD:g}"),
        }
        record = {**record_of([a.study, b.study], command, "compiled"), "compare": about}
        keep(filled.folder, pairs, tables, text, record)
    print("\n".join([*text, say("summary.folder", folder=filled.place), say("summary.open", files=f"{FIGURE}.png")]))
    return 0


def _refuse_unheeded(own: Mapping[str, str]) -> None:
    """Refuses what one woman's weeks, or else a comparison of all women, would leave unheeded."""
    one = "participant" in own
    unheeded = [name for name in (("precision", "budget") if one else ("replication",)) if name in own]
    if unheeded:
        raise Refused(*(say(f"compare.{'of_all' if one else 'of_one'}", key=f"compare.{name}") for name in unheeded))


def two_studies(own: Mapping[str, str], command: str) -> list[Study]:
    """The studies of A and B: a scenario's name, settings, or both, and the command's other words for each. Refused
    where they would refer other women."""
    words = [word for word in shlex.split(command)[1:] if "=" in word and not word.startswith(("compare.", "study="))]
    problems = [say("compare.replications")] if any(word.startswith("replications=") for word in words) else []
    studies = []
    for side in ("a", "b"):
        try:
            mine = [word if "=" in word else f"scenario={word}" for word in shlex.split(own.get(side, ""))]
            found = read_studies([*words, *mine], many=True)  # whether -m was given or not
            problems += [say("compare.one_each", side=side, number=len(found))] if len(found) > 1 else []
            studies += found
        except Refused as refused:
            problems += [f"compare.{side}: {problem}" for problem in refused.problems]
        except ValueError:  # a quotation mark that is not closed
            problems.append(say("door.unusable", key=f"compare.{side}", value=shown(own[side])))
        else:
            keys = [word.partition("=")[0] for word in mine]
            problems += [say("compare.both", side=side, key=plain(key)) for key in keys if key in FOR_BOTH]
    if not problems:
        cohort = [lever for lever in LEVERS if lever.key.startswith("cohort.")]
        plans: Any = [{lever.key: study.plan[lever.name] for lever in cohort} for study in studies]
        other = [key for key in plans[0] if plans[0][key] != plans[1][key]]
        names = [study.scenario for study in studies]
        for key in other:
            a, b = (f"{plan[key]:g}" for plan in plans)
            apart = f"scenario={','.join(names)}" if names[0] != names[1] else f"{key}={a},{b}"
            problems.append(say("compare.cohort", key=key, a=a, b=b, apart=apart))
    if problems:
        raise Refused(*problems)
    return studies


def tables_of(pairs: Pairs) -> dict[str, pd.DataFrame]:
    """The tables of a comparison: differences, by_need, who is later or has less and for want of what, every run."""
    differences = paired_table(pairs)
    badges = badge_table(pairs.worlds[0].study, pairs.runs.assign(difference=pairs.runs["b"] - pairs.runs["a"]))
    differences["badge"] = differences["outcome"].map(dict(zip(badges["outcome"], badges["badge"], strict=True)))
    by_need = need_table(pairs.women)
    less = by_need[(by_need["need"] == ALL) & by_need["outcome"].map(lambda name: NAMED[name].better != "neither")]
    more_is_better = less["outcome"].map(lambda name: NAMED[name].better == "more").to_numpy(bool)
    less = less.assign(less=np.where(more_is_better, less["fewer"], less["more"]))[["outcome", "less", *WANTS]]
    return {"differences": differences, "by_need": by_need, "less": less, "runs": pairs.runs}


def keep(folder: Path, pairs: Pairs, tables: Tables, text: Sequence[str], record: Mapping[str, Any]) -> None:
    """Fills the folder: what is read as text, every run as Parquet, the figure and the record."""
    from sim.study.figures.pairs import draw_differences

    told = dictionary("compare", [*tables, FIGURE])
    for name, table in {**tables, "dictionary": told}.items():
        if name == "runs":
            write_table(table, folder / "runs.parquet")
        else:
            harmless(table).to_csv(folder / f"{name}.csv", index=False, lineterminator="\n", encoding="utf-8")
    draw_differences(tables["differences"], pairs, folder / FIGURE, record)
    (folder / "summary.txt").write_text("\n".join(text) + "\n", encoding="utf-8", newline="\n")
    seal(folder, record)
