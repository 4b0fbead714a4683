"""The worlds that a question needs, lived together so that twins can be read from each other: a program and the same
women without it, or several scenarios one after the other."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from sim.program.parameters import Parameter, central_parameters, draw_parameters
from sim.study.lives import Lives, Runs
from sim.study.outcomes import choose
from sim.study.sentences import say
from sim.study.study import Study
from sim.study.tables import Gathering, difference_table, outcome_table, summary_table, together

NO_PROGRAM = "no_program"
HOW_IT_IS_RUN = ("seed=", "replications=", "threads=", "out=", "debug=")
WHO = ("women_referred", "women_entered")  # outcomes that say who was compared
MOST_CHANGES = 3  # named one by one; more are counted
Engine = Literal["compiled", "mesa"]


class World(NamedTuple):
    """One scenario to be lived: its name in the tables, its study, and every lever's number."""

    name: str
    study: Study
    plan: Mapping[str, float]

    @property
    def offered(self) -> bool:
        return self.plan["program_offered"] > 0


def worlds_of(studies: Sequence[Study]) -> tuple[World, ...]:
    """One study with a program is lived beside its twin without one, which comes first; several as they are."""
    names = names_of(studies)
    worlds = [World(name, study, study.plan) for name, study in zip(names, studies, strict=True)]
    if len(worlds) == 1 and worlds[0].offered:
        worlds.insert(0, World(NO_PROGRAM, worlds[0].study, {**worlds[0].plan, "program_offered": 0.0}))
    return tuple(worlds)


def names_of(studies: Sequence[Study]) -> list[str]:
    """Each study's scenario with what was changed in it: among several, what was not changed in all of them. How it is
    run (seed, threads, ...) is no change of the scenario."""
    changes = [[change for change in study.changes if not change.startswith(HOW_IT_IS_RUN)] for study in studies]
    shared = set.intersection(*map(set, changes)) if len(studies) > 1 else set()
    names: list[str] = []
    for study, all_changes in zip(studies, changes, strict=True):
        own = [change for change in all_changes if change not in shared]
        own = own if len(own) <= MOST_CHANGES else [say("summary.changed", number=len(own))]
        name = ", ".join([study.scenario, *own])
        again = sum(other == name or other.startswith(f"{name} (") for other in names)
        names.append(f"{name} ({again + 1})" if again else name)
    return names


def _central(parameters: Sequence[Parameter], seed: int, replications: np.ndarray) -> np.ndarray:
    """The same central parameter set for every replication."""
    return np.repeat(central_parameters(parameters), len(replications))


def _chunks(world: World, threads: int, engine: Engine) -> Iterator[Runs]:
    """This world's runs, some at a time."""
    study, replications = world.study, range(1, world.study.replications + 1)
    rows = draw_parameters if study.parameters_drawn else _central
    if engine == "compiled":
        from sim.ensemble import in_chunks

        yield from in_chunks(world.plan, study.parameters, study.seed, replications, study.edges, threads, rows)
        return
    from sim.agents import run_replications

    for replication in replications:
        row = rows(study.parameters, study.seed, np.array([replication]))
        yield run_replications(world.plan, row, study.seed, [replication], study.edges)


def _cores(asked: int) -> int:
    """Threads to use: those asked for, or every core that this process may use."""
    return asked or len(getattr(os, "sched_getaffinity", lambda who: range(os.cpu_count() or 1))(0))


def simulate(
    worlds: Sequence[World],
    engine: Engine = "compiled",
    lived: Callable[[int], Any] = lambda runs: None,
    names: Sequence[str] | None = None,
) -> dict[str, pd.DataFrame]:
    """The tables of these worlds. `lived` hears how many more runs have been lived; `names` asks for some outcomes.
    The tables by week are kept for a scenario and its twin, not for more."""
    asked = None if names is None else list(dict.fromkeys((*names, *WHO)))
    outcomes = choose(asked, int(min(world.plan["cohort_follow_up_weeks"] for world in worlds)))
    weekly = len(worlds) <= 2
    gathered = {world.name: Gathering(outcomes, weekly) for world in worlds}
    for group in [worlds] if weekly else [[world] for world in worlds]:
        threads = max(1, _cores(group[0].study.threads) // len(group))
        for chunk in zip(*(_chunks(world, threads, engine) for world in group), strict=True):
            program = next((runs for world, runs in zip(group, chunk, strict=True) if world.offered), None)
            for world, runs in zip(group, chunk, strict=True):
                twin = None if world.offered or not _same_women(runs, program) else program
                lives = Lives(runs, world.plan, world.study.costs, twin)
                gathered[world.name].add(lives, runs.replications)
                lived(len(runs.referred))
    answers = {name: gathering.answers() for name, gathering in gathered.items()}
    by_week = {name: gathering.frames() for name, gathering in gathered.items()}
    kept = next(iter(by_week.values()))
    return {
        "outcomes": outcome_table(answers, outcomes),
        "differences": difference_table(answers, outcomes),
        "summary": summary_table(answers, outcomes),
    } | {table: together({name: frames[table] for name, frames in by_week.items()}) for table in kept}


def _same_women(runs: Runs, program: Runs | None) -> bool:
    """Whether both worlds refer the same women in the same weeks' order."""
    return program is not None and np.array_equal(runs.referred, program.referred)
