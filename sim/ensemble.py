"""The compiled engine: many replications of the one telling, as arrays, on several threads."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import islice
from pathlib import Path

import numba
import numpy as np
import platformdirs

import sim.program
from sim.program.entry import referral_weeks
from sim.program.kernel import World, lay_out_world
from sim.program.levers import plan_row
from sim.program.mechanism import Mechanism, renamed
from sim.program.parameters import Parameter, draw_parameters
from sim.program.pathway import is_over
from sim.program.telling import rule
from sim.program.week import live_week
from sim.program.world import Edges, Runs, beginnings, blank_runs, by_service, doors_of, size_of

# Compiled code is kept per user under the digest of the sources, so that an edited rule is never answered by old code.
CACHE = Path(platformdirs.user_cache_dir("pathways")) / sim.program.sources()
numba.config.CACHE_DIR = str(CACHE)  # type: ignore[attr-defined]
A_CHUNK = 25  # replications held in memory at a time


def compiled(week: Callable[..., None]) -> Callable[..., None]:
    """The week compiled without counting references: nothing in it makes an array, and the caller holds them all."""
    return numba.njit(nogil=True, _nrt=False)(week)  # type: ignore[call-overload,no-any-return]


live_one_week = compiled(live_week)


@numba.njit(nogil=True, cache=True)
def live(first, state, fixed, rows, when, seed, replications, out, history):
    """Live every replication of a chunk, one after the other, in the thread's own arrays."""
    women, goals, links, team, peers, services, drop_in, ties = state
    doors, openings, least_waits, plan, weeks, follow_up = fixed
    for r in range(len(replications)):
        women[:], goals[:], links[:], team[:] = first[0], first[1], first[2], first[3]
        peers[:], services[:], drop_in[:], ties[:] = first[4], first[5], first[6], 0
        referred, oldest = 0, 0
        while referred < len(women) and when[r, referred] >= 0:
            women[referred].referred = when[r, referred]
            referred += 1
        out[0][r] = referred
        here = 0
        for week in range(weeks):
            while here < referred and women[here].referred <= week:
                here += 1
            while oldest < here and is_over(women[oldest], week, follow_up):
                oldest += 1
            if oldest == referred:
                break
            # fmt: off
            world = lay_out_world(World(  # type: ignore[call-arg, var-annotated]
                women[:here], women[oldest:here], goals, links, ties, team, peers, services, drop_in,
                doors, openings, least_waits, rows[r], plan[0],
                out[4][r], out[5][r], out[6][r], seed, replications[r], week,
            ))
            # fmt: on
            live_one_week(world)
            if len(history[0]) > r:
                history[0][r, week, :here], history[1][r, week], history[2][r, week] = women[:here], goals, links
                history[3][r, week], history[4][r, week] = team, peers
                history[5][r, week], history[6][r, week], history[7][r, week] = services, drop_in, ties
        out[1][r], out[2][r], out[3][r] = women, goals, links


@cache
def kernel_with(mechanism: Mechanism) -> Callable[..., None]:
    """`live` with other rules in the week. It is compiled when first called, in half a minute, and kept by this process
    alone: what a rule of one's own says can change without its text changing."""
    week = compiled(mechanism.week())
    return numba.njit(nogil=True)(renamed(live.py_func, {"live_one_week": week}))


def compiled_alone(act: Callable[..., None], of_one: bool) -> Callable[..., None]:
    """One rule by itself, compiled: what it does in one week of a program to the one chosen of `everyone`, or, where it
    is not of one, to the program."""

    told = act if of_one else rule(lambda one, program: act(program))

    def once(everyone, chosen, here, arrays, fixed, row, out, luck):
        women, goals, links, team, peers, services, drop_in, ties = arrays
        doors, openings, least_waits, plan = fixed
        # fmt: off
        told(everyone[chosen], lay_out_world(World(  # type: ignore[call-arg]
            women[:here], women[:here], goals, links, ties, team, peers, services, drop_in, doors, openings,
            least_waits, row[0], plan[0], out[0], out[1], out[2], luck[0], luck[1], luck[2],
        )))
        # fmt: on

    return numba.njit(once)  # type: ignore[no-any-return]


def run_ensemble(
    plan: Mapping[str, float],
    rows: np.ndarray,
    seed: int,
    replications: Sequence[int],
    edges: Edges,
    histories: bool = False,
    mechanism: Mechanism | None = None,
) -> Runs:
    """Live these replications of one plan, on the calling thread.

    plan: every lever by field name. rows (R,): a parameter set for each replication. histories: also keep every field
    of every entity in every week (large). mechanism: rules to take the place of others. Two calls with one seed are
    twins: the same women with the same luck.
    """
    worlds = np.asarray(replications, np.int64)
    when = referral_weeks(plan, seed, worlds)
    size = size_of(plan, when.shape[1])
    first = beginnings(size)
    state = (*(array.copy() for array in first.values()), np.zeros((size.women, size.women), np.int64))
    fixed = (
        doors_of(edges),
        by_service(plan, "openings"),
        by_service(plan, "least_wait"),
        plan_row(plan),
        size.weeks,
        size.follow_up,
    )
    kept = len(worlds) if histories else 0
    kinds = first | {"ties": state[7]}
    history = {name: np.zeros((kept, size.weeks, *array.shape), array.dtype) for name, array in kinds.items()}
    runs = blank_runs(size, worlds, history)
    out = (runs.referred, runs.women, runs.goals, runs.links, runs.timeline, runs.log, runs.posts)
    kernel = kernel_with(mechanism) if mechanism else live
    kernel(tuple(first.values()), state, fixed, rows, when, seed, worlds, out, tuple(history.values()))
    return runs


def in_chunks(
    plan: Mapping[str, float],
    parameters: Sequence[Parameter],
    seed: int,
    replications: Sequence[int],
    edges: Edges,
    threads: int = 1,
    rows: Callable[[Sequence[Parameter], int, np.ndarray], np.ndarray] = draw_parameters,
    mechanism: Mechanism | None = None,
) -> Iterator[Runs]:
    """The same replications some at a time, in order, so that memory stays flat; `threads` chunks are lived at once."""

    def work(some: Sequence[int]) -> Runs:
        own = rows(parameters, seed, np.asarray(some))
        return run_ensemble(plan, own, seed, some, edges, mechanism=mechanism)

    chunks = [replications[i : i + A_CHUNK] for i in range(0, len(replications), A_CHUNK)]
    with ThreadPoolExecutor(max(1, threads)) as pool:
        waiting = deque(pool.submit(work, some) for some in chunks[: threads + 1])
        ahead = iter(chunks[threads + 1 :])
        try:
            while waiting:
                yield waiting.popleft().result()
                waiting.extend(pool.submit(work, some) for some in islice(ahead, 1))
        finally:
            for later in waiting:
                later.cancel()


def is_prepared() -> bool:
    """The kernel has been compiled on this machine, in this process or an earlier one."""
    return bool(live.overloads) or any(CACHE.rglob("*live*.nbi"))
