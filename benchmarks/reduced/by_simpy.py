"""The reduced program as a SimPy user would write it: each woman a process that asks for one of the places."""

import random

import simpy

from benchmarks.reduced import COMPLETED, LEFT, PHASES, PLACES, TRUST_AT_START, WOMEN, Chances, Outcome


class Tally:
    completed = left = weeks = visits = 0
    trust = 0.0


def woman(env, places, p, luck, tally):
    """She waits for a place, lives week after week in the program, and gives the place back."""
    phase, trust = 1, TRUST_AT_START
    with places.request() as place:
        yield place
        while phase <= PHASES:
            tally.weeks += 1
            if luck.random() < p.visit + p.visit_trust * trust:
                tally.visits += 1
                trust += p.gain * (1 - trust)
            else:
                trust -= p.fade * trust
            if luck.random() < p.leave * (1 - trust):
                phase = LEFT
            elif luck.random() < p.move:
                phase += 1
            yield env.timeout(1)
    tally.completed += phase == COMPLETED
    tally.left += phase == LEFT
    tally.trust += trust


def run(seed: int) -> Outcome:
    env, luck, tally = simpy.Environment(), random.Random(seed), Tally()
    places = simpy.Resource(env, capacity=PLACES)
    for _ in range(WOMEN):
        env.process(woman(env, places, Chances(), luck, tally))
    env.run()
    return Outcome(tally.completed, tally.left, tally.weeks, tally.visits, tally.trust, int(env.now) - 1)
