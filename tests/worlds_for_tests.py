"""Small worlds for tests: plans and parameter rows as delivered, changed by name, or drawn over all their ranges."""

from typing import NamedTuple

import numpy as np

import sim
from sim.program.levers import LEVERS
from sim.program.parameters import central_parameters, rows_of

STUDY = sim.load_study()
AS_DELIVERED = STUDY.plan
PARAMETERS = STUDY.parameters
EDGES = STUDY.edges
NEVER, ALWAYS = -690.0, 690.0  # log odds of what never happens, and of what always does


class World(NamedTuple):
    """One replication: its plan, its one parameter row in an array of one, and where its luck is."""

    plan: dict[str, float]
    rows: np.ndarray
    seed: int
    replication: int


def plan_with(**levers: float) -> dict[str, float]:
    """The plan as delivered, for a year of referrals and a year and a half of follow-up, with these levers changed."""
    small = AS_DELIVERED | {"cohort_weeks": 52.0, "cohort_follow_up_weeks": 78.0}
    unknown = set(levers) - set(small)
    assert not unknown, unknown
    return small | {name: float(value) for name, value in levers.items()}


def rows_with(number: int = 1, **values: float) -> np.ndarray:
    """Kernel rows at central values, with these fields set as the rules use them (log odds, logarithms)."""
    rows = np.repeat(central_parameters(PARAMETERS), number)
    for name, value in values.items():
        rows[name] = value
    return rows


def drawn_rows(rng: np.random.Generator, number: int) -> np.ndarray:
    """Kernel rows drawn over every parameter's range, its ends among them."""
    numbers = {}
    for parameter in PARAMETERS:
        share = np.clip(rng.uniform(-0.1, 1.1, number), 0, 1)
        numbers[parameter.name] = parameter.low + share * (parameter.high - parameter.low)
    return rows_of(PARAMETERS, numbers)


def drawn_plan(rng: np.random.Generator) -> dict[str, float]:
    """A small plan: each lever as delivered, at an end of its range, or anywhere between; contradictions put right."""
    plan = dict(AS_DELIVERED)
    for lever in LEVERS:
        choice = rng.random()
        if choice < 0.2:
            plan[lever.name] = lever.low
        elif choice < 0.3:
            plan[lever.name] = lever.high
        elif choice < 0.7:
            number = rng.uniform(lever.low, lever.high)
            plan[lever.name] = float(round(number)) if lever.whole else number
    plan |= {"program_offered": float(rng.random() < 0.95), "cohort_weeks": float(rng.integers(5, 41))}
    women = 3 + 22 * rng.random() ** 3  # few more often than many: a thousand weeks of agents take seconds
    plan["cohort_referred"] = float(round(women)) if rng.random() < 0.5 else 0.0
    plan["cohort_referrals_per_week"] = women / plan["cohort_weeks"]
    plan["cohort_follow_up_weeks"] = float(round(10 + 50 * rng.random() ** 2))
    if rng.random() < 0.8:  # posts closed for everybody, or none at all, are seldom worth looking at
        plan |= {"staffing_case_managers": float(rng.integers(1, 5)), "funding_posts_closed": float(rng.integers(0, 3))}
    plan |= {"staffing_caseload_limit": float(rng.integers(1, 16)), "drop_in_seats": float(rng.integers(0, 9))}
    plan |= {"remote_from_week": float(rng.integers(0, 40)), "funding_cut_from_week": float(rng.integers(0, 60))}
    plan["phases_minimum_weeks"] = float(rng.integers(1, 12))
    plan["phases_limit_weeks"] = plan["phases_minimum_weeks"] + float(rng.integers(0, 8))
    plan["phases_extension_weeks"] = float(rng.integers(0, 5))
    plan["drop_in_room"] = max(plan["drop_in_room"], plan["drop_in_seats"])
    return plan


def drawn_world(rng: np.random.Generator) -> World:
    """One random small world."""
    return World(drawn_plan(rng), drawn_rows(rng, 1), int(rng.integers(2**32)), int(rng.integers(1, 10_000)))
