"""The reduced program as our engines tell it: rules over records, compiled, with the program's own words and chance."""

from typing import Any, NamedTuple

import numba
import numpy as np

from benchmarks.reduced import COMPLETED, LEFT, MOST_WEEKS, PHASES, PLACES, TRUST_AT_START, WAITING, WOMEN, Chances
from sim.program.kernel import lay_out_world
from sim.program.telling import each, luck, rule

WOMAN = 0  # the kind in the address of her luck
VISIT, LEAVE, MOVE = range(3)
OPEN, FREED, OVER = range(3)  # places, and women whose weeks are over
ONE = np.dtype([("number", "i8"), ("phase", "i8"), ("weeks", "i8"), ("visits", "i8"), ("trust", "f8")])
CHANCES = np.dtype([(name, "f8") for name in Chances._fields])


class World(NamedTuple):
    women: Any
    places: Any
    p: Any
    seed_of_luck: int
    replication: int
    week: int


@rule
def enter(woman, program):
    """An open place is hers, in the order of referral."""
    if woman.phase == WAITING and program.places[OPEN] > 0:
        woman.phase = 1
        program.places[OPEN] -= 1


@rule
def keep_visit(woman, program):
    """A visit is kept or missed; trust grows with it, and fades without."""
    p = program.p
    woman.weeks += 1
    if luck(program, WOMAN, woman.number, program.week, VISIT, 0) < p.visit + p.visit_trust * woman.trust:
        woman.visits += 1
        woman.trust = woman.trust + p.gain * (1 - woman.trust)
    else:
        woman.trust = woman.trust - p.fade * woman.trust


@rule
def leave_or_move_on(woman, program):
    """She leaves, the less likely the more trust there is; or moves on to the next phase; or stays."""
    p = program.p
    if luck(program, WOMAN, woman.number, program.week, LEAVE, 0) < p.leave * (1 - woman.trust):
        woman.phase = LEFT
    elif luck(program, WOMAN, woman.number, program.week, MOVE, 0) < p.move:
        woman.phase += 1
    if woman.phase >= COMPLETED:
        program.places[FREED] += 1


@rule
def spend_week(woman, program):
    """All that this week holds for one woman."""
    enter(woman, program)
    if WAITING < woman.phase <= PHASES:
        keep_visit(woman, program)
        leave_or_move_on(woman, program)


@rule
def live_week(program):
    """Places freed this week are offered in the next."""
    each(program.women, spend_week, program)
    program.places[OPEN] += program.places[FREED]
    program.places[OVER] += program.places[FREED]
    program.places[FREED] = 0


live_one_week = numba.njit(nogil=True, _nrt=False)(live_week)


@numba.njit(nogil=True)
def live(first, women, places, p, seed, replications, out, last):
    """Live every replication until nobody is waiting or in the program."""
    for r in range(len(replications)):
        women[:], places[:] = first, 0
        places[OPEN] = PLACES
        for week in range(MOST_WEEKS):
            live_one_week(lay_out_world(World(women, places, p[0], seed, replications[r], week)))
            if places[OVER] == len(women):
                last[r] = week
                break
        out[r] = women


def run(seed: int, replications: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Final records of every woman (R, N) and the last week of each replication (R,)."""
    first = np.zeros(WOMEN, ONE)
    first["number"], first["trust"] = np.arange(WOMEN), TRUST_AT_START
    out, last = np.zeros((len(replications), WOMEN), ONE), np.zeros(len(replications), np.int64)
    live(first, first.copy(), np.zeros(3, np.int64), np.array([Chances()], CHANCES), seed, replications, out, last)
    return out, last
