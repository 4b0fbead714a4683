"""The worlds that a question needs, lived together so that twins can be read from each other: a program and the same
women without it, or several scenarios one after the other."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from sim.measures.lives import Lives
from sim.measures.outcomes import outcomes_of
from sim.measures.weekly import by_week
from sim.program.parameters import central_parameters, draw_parameters
from sim.program.world import Runs
from sim.study.asked import choose
from sim.study.sentences import say
from sim.study.study import Study
from sim.study.tables import difference_table, summary_table, together

NO_PROGRAM = "no_program"
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
    worlds = [World(name, study, study.plan) for name, study in zip(names_of(studies), studies, strict=True)]
    if len(worlds) == 1 and worlds[0].offered:
        worlds.insert(0, World(NO_PROGRAM, worlds[0].study, {**worlds[0].plan, "program_offered": 0.0}))
    return tuple(worlds)


def names_of(studies: Sequence[Study]) -> list[str]:
    """Each study's scenario with what was changed in it: among several, what was not changed in all of them."""
    shared = set.intersection(*(set(study.changes) for study in studies)) if len(studies) > 1 else set()
    names: list[str] = []
    for study in studies:
        own = [change for change in study.changes if change not in shared]
        own = own if len(own) <= MOST_CHANGES else [say("summary.changed", number=len(own))]
        name = study.model_copy(update={"changes": own}).label
        again = sum(other == name or other.startswith(f"{name} (") for other in names)
        names.append(f"{name} ({again + 1})" if again else name)
    return names


def rows_of(study: Study, replications: np.ndarray) -> np.ndarray:
    """Each replication's parameter set: its own, or the central one for all."""
    if study.parameters_drawn:
        return draw_parameters(study.parameters, study.seed, replications)
    return np.repeat(central_parameters(study.parameters), len(replications))


def _chunks(world: World, threads: int, engine: Engine) -> Iterator[Runs]:
    """This world's runs, some at a time."""
    study, replications = world.study, range(1, world.study.replications + 1)
    if engine == "compiled":
        from sim.ensemble import in_chunks

        about = (world.plan, study.parameters, study.seed, replications, study.edges, threads)
        yield from in_chunks(*about, lambda parameters, seed, some: rows_of(study, some))
    else:
        from sim.agents import run_replications

        for one in replications:
            yield run_replications(world.plan, rows_of(study, np.array([one])), study.seed, [one], study.edges)


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
    pair = len(worlds) <= 2
    chunks: dict[str, list[dict[str, pd.DataFrame]]] = {world.name: [] for world in worlds}
    for group in [worlds] if pair else [[world] for world in worlds]:
        threads = max(1, _cores(group[0].study.threads) // len(group))
        for chunk in zip(*(_chunks(world, threads, engine) for world in group), strict=True):
            program = next((runs for world, runs in zip(group, chunk, strict=True) if world.offered), None)
            for world, runs in zip(group, chunk, strict=True):
                same = program is not None and np.array_equal(runs.referred, program.referred)
                lives = Lives(runs, world.plan, world.study.costs, program if same and not world.offered else None)
                weekly = by_week(lives) if pair else {}
                chunks[world.name].append({"outcomes": outcomes_of(lives, outcomes)} | weekly)
                lived(len(runs.referred))
    kept = chunks[worlds[0].name][0]
    tables = {each: together({name: [p[each] for p in parts] for name, parts in chunks.items()}) for each in kept}
    table = tables["outcomes"]
    return tables | {"differences": difference_table(table), "summary": summary_table(table, outcomes)}
