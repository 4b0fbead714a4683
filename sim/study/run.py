"""Runs studies and keeps what they gave: the main job of the command, and the same for Python."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from sim.study.community_of_a_run import lived_by_agents
from sim.study.files import filling, seal, write_table
from sim.study.how_sure import badge_table, leaning
from sim.study.record import RESULTS, name_of, record_of
from sim.study.saved import dictionary
from sim.study.seen import SEEN, seen_in_short, seen_table
from sim.study.sentences import say
from sim.study.simulate import Engine, simulate
from sim.study.store import Store
from sim.study.study import Study
from sim.study.summary import closing, headline_of, summary_of
from sim.study.tables import harmless
from sim.study.watching import watched, weigh
from sim.study.worlds import World, worlds_of

BLOCKS = RESULTS / ".blocks"


@dataclass(frozen=True)
class Result:
    """What one or more scenarios gave.

    tables: tidy pandas tables by name (outcomes, differences, summary and, for a scenario and its twin, pathway,
    states, flows, goals, occupancy, posts, assumptions, community_nodes, community_edges and the events of run 1; and
    last_year, where the study says what a program saw).
    record: settings, seed, versions and the model's digest. worlds: the scenarios in order.
    """

    worlds: tuple[World, ...]
    tables: dict[str, pd.DataFrame]
    record: dict[str, Any]

    def summary(self) -> str:
        """In at most 24 lines: what was compared, what came out, how sure, and what it rests on."""
        return "\n".join(summary_of(self.worlds, self.tables))

    def draw(self, folder: str | Path) -> list[Path]:
        """Every figure that the tables can show, as PNG and SVG with its data and its words, in this folder."""
        from sim.study.figures import draw_all

        study, names = self.worlds[-1].study, [world.name for world in self.worlds]
        start = date.fromisoformat(study.cohort.start)
        return draw_all(self.tables, Path(folder), names, study.seed, start, study.parameters_from, self.record)

    def save(self, folder: str | Path) -> Path:
        """Everything, in a folder of this name or, where it is taken, the next that is free."""
        with filling(Path(folder)) as filled:
            self._fill(filled.folder)
        return filled.place

    def _fill(self, folder: Path) -> tuple[list[str], list[str]]:
        """Tables, figures, summary and record in the folder that is being filled; the summary, and what to open and to
        try next."""
        (folder / "tables").mkdir()
        for name, table in self.tables.items():
            write_table(table, folder / "tables" / f"{name}.parquet")
        for name, place in (("summary", "tables/summary.csv"), ("events", "events.csv"), (SEEN, f"{SEEN}.csv")):
            if name in self.tables:
                text = harmless(self.tables[name]).to_csv(index=False, lineterminator="\n")
                (folder / place).write_text(text, encoding="utf-8", newline="\n")
        told = pd.concat([dictionary(), *([dictionary(SEEN)] if SEEN in self.tables else [])], ignore_index=True)
        told.to_csv(folder / "tables" / "dictionary.csv", index=False, lineterminator="\n", encoding="utf-8")
        figures = self.draw(folder / "figures")
        lines, after = summary_of(self.worlds, self.tables), closing(self.worlds, [path.name for path in figures])
        after = [*after[:-1], seen_in_short(self.tables[SEEN])] if SEEN in self.tables else after
        (folder / "summary.txt").write_text("\n".join([*lines, *after]) + "\n", encoding="utf-8", newline="\n")
        seal(folder, self.record)
        return lines, after


def _result(
    studies: Sequence[Study], command: str, engine: Engine, names: Sequence[str] | None = None,
    lived: Callable[[int], Any] = lambda runs: None, store: Store | None = None,
) -> Result:  # fmt: skip
    worlds = worlds_of(studies)
    store = store or Store(studies[0].store)
    tables = simulate(worlds, engine, lived, names, store)
    if len(studies) == 1 and not (seen := seen_table(studies[0], store)).empty:
        tables[SEEN] = seen
    if len(worlds) == 2:
        tables["badges"] = badge_table(worlds[-1].study, tables["differences"])
        tables["assumptions"] = leaning(worlds[-1].study, tables["differences"], headline_of(tables))
    if len(worlds) <= 2:
        tables |= lived_by_agents(next((world for world in reversed(worlds) if world.offered), worlds[-1]))
    return Result(worlds, tables, record_of(studies, command, engine))


def run(study: Study, engine: Engine = "compiled", outcomes: Sequence[str] | None = None) -> Result:
    """Run a study, and beside it its twin: the same women with the same luck and usual services only.

    engine: "compiled" (fast), "mesa" (agents, one by one; the same tables), or a subclass of `sim.Program` with stages
    of its own. outcomes: names from `sim.outcomes()`, or all that the follow-up is long enough for; Refused, by name,
    where it is not. Nothing is written, but finished blocks of runs where the study has `store=FOLDER`; see
    `Result.save`.
    """
    return _result([study], "sim.run(study)", engine, outcomes)


def compare(*studies: Study, engine: Engine = "compiled", outcomes: Sequence[str] | None = None) -> Result:
    """Run several studies with the same luck; `differences` holds each against the first, run by run, over all women
    referred. Where cohorts differ the women do too, and no difference is taken. Settings as in `run`."""
    return _result(studies, "sim.compare(...)", engine, outcomes)


def make(
    studies: Sequence[Study], command: str, engine: Engine = "compiled", store: Store | None = None
) -> tuple[Path, list[str]]:
    """Run studies into a new results folder, watched; the folder and the lines of its summary. What is done stays in
    the store, however this ends."""
    from sim.ensemble import is_prepared

    store = store or Store(studies[0].store or BLOCKS)
    wanted = Path(studies[0].out) if studies[0].out else RESULTS / name_of(studies)
    with filling(wanted) as filled:
        if engine == "compiled" and not is_prepared():
            print(say("summary.preparing"), file=sys.stderr, flush=True)
        worlds = worlds_of(studies)
        weigh(worlds, engine, studies[0].sweep.confirmed)
        with watched(sum(world.study.replications for world in worlds)) as lived:
            result = _result(studies, command, engine, None, lived, store)
        lines, after = result._fill(filled.folder)
    return filled.place, [*lines, say("summary.folder", folder=filled.place), *after]


def run_main(studies: Sequence[Study], command: str) -> int:
    """The main job: run, write the folder, say in at most 24 lines what came out."""
    _, lines = make(studies, command)
    print("\n".join(lines))
    return 0
