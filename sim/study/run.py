"""Runs studies and keeps what they gave: the main job of the command, and the same for Python."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from sim.study.community_of_a_run import lived_by_agents
from sim.study.how_sure import leaning
from sim.study.record import RESULTS, folder_for, name_of, record_of, write_record
from sim.study.sentences import say
from sim.study.study import Study
from sim.study.summary import closing, headline_of, summary_of
from sim.study.tables import write_tables
from sim.study.worlds import Engine, World, simulate, worlds_of


@dataclass(frozen=True)
class Result:
    """What one or more scenarios gave.

    tables: tidy pandas tables by name (outcomes, differences, summary and, for a scenario and its twin, pathway,
    states, flows, goals, occupancy, posts, assumptions, community_nodes, community_edges and the events of run 1).
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
        return draw_all(self.tables, Path(folder), names, study.seed, start, study.parameters_drawn)

    def save(self, folder: str | Path) -> Path:
        """Everything, in a folder of this name or, where it is taken, the next that is free."""
        with folder_for(Path(folder)) as (filling, final):
            self._fill(filling, final)
        return final

    def _fill(self, filling: Path, final: Path) -> list[str]:
        """Tables, figures, summary and record in the folder that is being filled; the lines of the summary."""
        write_tables(self.tables, filling / "tables")
        if "events" in self.tables:
            self.tables["events"].to_csv(filling / "events.csv", index=False, lineterminator="\n", encoding="utf-8")
        figures = self.draw(filling / "figures")
        lines = summary_of(self.worlds, self.tables) + closing(self.worlds, final, [path.name for path in figures])
        (filling / "summary.txt").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
        write_record(self.record, filling)
        return lines


def _result(
    studies: Sequence[Study], command: str, engine: Engine, lived: Callable[[int], Any] = lambda runs: None,
    names: Sequence[str] | None = None,
) -> Result:  # fmt: skip
    worlds = worlds_of(studies)
    tables = simulate(worlds, engine, lived, names)
    if len(worlds) == 2:
        tables["assumptions"] = leaning(worlds[-1].study, tables["differences"], headline_of(tables))
    if len(worlds) <= 2:
        tables |= lived_by_agents(next((world for world in reversed(worlds) if world.offered), worlds[-1]))
    return Result(worlds, tables, record_of(studies, command, engine))


def run(study: Study, engine: Engine = "compiled", outcomes: Sequence[str] | None = None) -> Result:
    """Run a study, and beside it its twin: the same women with the same luck and usual services only.

    engine: "compiled" (fast) or "mesa" (agents, one by one); both give the same tables. outcomes: names from
    `sim.outcomes()`, or all that the follow-up is long enough for; Refused, by name, where it is not. Nothing is
    written; see `Result.save`.
    """
    return _result([study], "sim.run(study)", engine, names=outcomes)


def compare(*studies: Study, engine: Engine = "compiled", outcomes: Sequence[str] | None = None) -> Result:
    """Run several studies with the same luck; `differences` holds each against the first, run by run, over all women
    referred. Where cohorts differ the women do too, and no difference is taken. Settings as in `run`."""
    return _result(studies, "sim.compare(...)", engine, names=outcomes)


def make(studies: Sequence[Study], command: str, engine: Engine = "compiled") -> tuple[Path, list[str]]:
    """Run studies into a new results folder, watched by a progress bar; the folder and the lines of its summary."""
    from tqdm import tqdm

    from sim.ensemble import is_prepared

    wanted = Path(studies[0].out) if studies[0].out else RESULTS / name_of(studies)
    with folder_for(wanted) as (filling, final):
        if engine == "compiled" and not is_prepared():
            print(say("summary.preparing"), file=sys.stderr, flush=True)
        total = sum(world.study.replications for world in worlds_of(studies))
        with tqdm(total=total, unit=f" {say('summary.runs')}", disable=None, leave=False) as bar:
            result = _result(studies, command, engine, bar.update)
        lines = result._fill(filling, final)
    return final, lines


def run_main(studies: Sequence[Study], command: str) -> int:
    """The main job: run, write the folder, say in at most 24 lines what came out."""
    _, lines = make(studies, command)
    print("\n".join(lines))
    return 0
