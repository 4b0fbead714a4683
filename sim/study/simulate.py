"""Lives worlds block by block, and tells what came out as tables: the same to the last byte however the work was cut,
stopped and taken up again."""

import hashlib
import inspect
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain
from typing import Any, Literal

import numpy as np
import pandas as pd

import sim.program
from sim.measures.lives import Lives
from sim.measures.outcomes import outcomes_of
from sim.measures.questions import Outcome
from sim.measures.weekly import by_week
from sim.program.world import Runs
from sim.study.asked import choose
from sim.study.places import PACKAGE
from sim.study.refusals import Refused
from sim.study.sentences import say
from sim.study.sets import drawn_from, rows_of, set_of
from sim.study.store import Key, Store, Tables
from sim.study.study import Study
from sim.study.tables import difference_table, summary_table, together
from sim.study.worlds import World

WHO = ("women_referred", "women_entered")  # outcomes that say who was compared
A_BLOCK = 250  # replications
DECIDING = ("measures/*.py", "agents.py", "ensemble.py", "study/sets.py", "study/simulate.py", "study/design.py")
Engine = Literal["compiled", "mesa"] | type[Any]  # or a subclass of sim.Program, with stages of one's own
Cut = tuple[int, int]  # first and last replication of a block


def simulate(
    worlds: Sequence[World],
    engine: Engine = "compiled",
    lived: Callable[[int], Any] = lambda runs: None,
    names: Sequence[str] | None = None,
    store: Store = Store(None),  # noqa: B008  (keeps nothing, so that it can be shared)
) -> dict[str, pd.DataFrame]:
    """The tables of these worlds. `lived` hears how many more runs are there; `names` asks for some outcomes; blocks in
    the store are taken from it. The tables by week are kept for a scenario and its twin, not for more."""
    asked = None if names is None else list(dict.fromkeys((*names, *WHO)))
    outcomes = choose(asked, int(min(world.plan["cohort_follow_up_weeks"] for world in worlds)))
    weekly = len(worlds) <= 2
    chunks: dict[str, list[Tables]] = {world.name: [] for world in worlds}
    for group in groups_of(worlds):
        cuts = blocks_of(group, engine, outcomes, weekly)
        blocks = {cut: store.get(key) for cut, key in cuts.items()}
        missing = [cut for cut, block in blocks.items() if block is None]
        lived(sum(last - first + 1 for first, last in blocks.keys() - missing) * len(group))
        wanted = [one for first, last in missing for one in range(first, last + 1)]
        ahead = _lived(group, wanted, engine, outcomes, weekly, lived)
        for cut in missing:
            made = _block(cut, ahead)
            store.put(cuts[cut], made)
            blocks[cut] = made
        for place, world in enumerate(group):
            mark = f"{place}_"
            for block in filter(None, blocks.values()):
                own = {name.removeprefix(mark): table for name, table in block.items() if name.startswith(mark)}
                chunks[world.name].append(own)
    kept = chunks[worlds[0].name][0]
    tables = {each: together({name: [p[each] for p in parts] for name, parts in chunks.items()}) for each in kept}
    table, sets = tables["outcomes"], {world.name: lambda some, of=world.study: set_of(of, some) for world in worlds}
    return tables | {"differences": difference_table(table), "summary": summary_table(table, outcomes, sets)}


def groups_of(worlds: Sequence[World]) -> list[Sequence[World]]:
    """Worlds that are lived side by side: a scenario and its twin, or two as long; others one after the other."""
    alike = len({world.study.replications for world in worlds}) == 1
    return [worlds] if len(worlds) <= 2 and alike else [[world] for world in worlds]


def blocks_of(group: Sequence[World], engine: Engine, outcomes: Sequence[Outcome], weekly: bool) -> dict[Cut, Key]:
    """Everything that decides each block of these worlds."""
    about = {
        "engine": engine if isinstance(engine, str) else text_of(engine),
        "worlds": [decided_by(world.study, world.plan, outcomes) for world in group],
        "weekly": weekly,
    }
    last = group[0].study.replications
    cuts = [(first, min(first + A_BLOCK - 1, last)) for first in range(1, last + 1, A_BLOCK)]
    return {cut: about | {"replications": cut} for cut in cuts}


def decided_by(study: Study, plan: Mapping[str, float], outcomes: Sequence[Outcome]) -> Key:
    """Everything that decides one world but its replications."""
    return {
        "rules": deciding(),
        "plan": plan,
        "edges": study.edges,
        "costs": study.costs,
        "seed": study.seed,
        "drawn": drawn_from(study),
        "parameters": [(p.name, p.value, p.low, p.high, p.scale) for p in study.parameters],
        "outcomes": [outcome.name for outcome in outcomes],
    } | ({"mechanism": study.mechanism.digest} if study.mechanism else {})


@cache
def deciding() -> str:
    """A hash of the text of the rules, the engines and the measures."""
    text = hashlib.sha256(sim.program.sources().encode())
    for file in sorted(chain(*(PACKAGE.glob(pattern) for pattern in DECIDING))):
        text.update(file.name.encode() + file.read_bytes().replace(b"\r\n", b"\n"))
    return text.hexdigest()


def text_of(model: type[Any]) -> str:
    """A hash of the text of a model with stages of one's own, and of its agents'; Refused where it cannot be read."""
    named = [each for each in vars(model).values() if inspect.isclass(each)]
    own = [each for each in (*model.__mro__, *named) if not each.__module__.startswith(("sim.", "mesa.", "builtins"))]
    try:
        return hashlib.sha256("".join(map(inspect.getsource, own)).encode()).hexdigest()
    except (OSError, TypeError):
        raise Refused(say("store.no_source", model=model.__name__)) from None


def _block(cut: Cut, ahead: Iterator[Tables]) -> Tables:
    """The next tables until this block is whole."""
    parts: list[Tables] = []
    while not parts or parts[-1]["0_outcomes"]["replication"].max() < cut[1]:
        parts.append(next(ahead))
    return {name: pd.concat([part[name] for part in parts], ignore_index=True) for name in parts[0]}


def _lived(
    group: Sequence[World],
    replications: Sequence[int],
    engine: Engine,
    outcomes: Sequence[Outcome],
    weekly: bool,
    lived: Callable[[int], Any],
) -> Iterator[Tables]:
    """The tables of worlds lived side by side, some replications at a time and in order; the name of each begins with
    its world's place in the group."""
    threads = max(1, cores(group[0].study.threads) // len(group))
    for chunk in zip(*(_chunks(world, replications, threads, engine) for world in group), strict=True):
        program = next((runs for world, runs in zip(group, chunk, strict=True) if world.offered), None)
        tables: Tables = {}
        for place, (world, runs) in enumerate(zip(group, chunk, strict=True)):
            same = program is not None and np.array_equal(runs.referred, program.referred)
            lives = Lives(runs, world.plan, world.study.costs, program if same and not world.offered else None)
            found = {"outcomes": outcomes_of(lives, outcomes)} | (by_week(lives) if weekly else {})
            tables |= {f"{place}_{name}": table for name, table in found.items()}
            lived(len(runs.referred))
        yield tables


def _chunks(world: World, replications: Sequence[int], threads: int, engine: Engine) -> Iterator[Runs]:
    """This world's runs, some at a time."""
    study = world.study
    if engine == "compiled":
        from sim.ensemble import in_chunks

        about = (world.plan, study.parameters, study.seed, replications, study.edges, threads)
        yield from in_chunks(*about, lambda parameters, seed, some: rows_of(study, some), study.mechanism)
    else:
        from sim.agents import program_with, run_replications

        model = program_with(study.mechanism) if engine == "mesa" else engine
        for one in replications:
            row = rows_of(study, np.array([one]))
            yield run_replications(world.plan, row, study.seed, [one], study.edges, model)


def runs_of(study: Study, plan: Mapping[str, float], some: np.ndarray, histories: bool = False) -> Runs:
    """These replications of a plan, with the study's parameters, luck, services and rules."""
    from sim.ensemble import run_ensemble

    about = (study.seed, some.tolist(), study.edges, histories, study.mechanism)
    return run_ensemble(plan, rows_of(study, some), *about)


def cores(asked: int) -> int:
    """Threads to use: those asked for, or every core that this process may use."""
    return asked or len(getattr(os, "sched_getaffinity", lambda who: range(os.cpu_count() or 1))(0))
