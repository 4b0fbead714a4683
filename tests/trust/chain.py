"""The pathway as an absorbing Markov chain: its shares by matrix powers, and those of women whom nothing holds back."""

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
from worlds_for_tests import ALWAYS, EDGES, plan_with, rows_with

from sim.ensemble import run_ensemble
from sim.program import words as w
from trust.check import Check, Found

BOUND = 4.56  # of the largest |z|: of 200 statistics one goes beyond it once in 1,000 times
STATISTICS, ENOUGH = 200, 20  # ENOUGH: expected women, and expected others, at the least
PEOPLE, REPLICATIONS = 50, 200  # women of one replication, all referred in its first week; replications of one part
KEPT, MOVES, LEAVES = 0.4, 0.15, 0.01
FIRST, LEAST, MOST = 8, 11, 20  # weeks: pre-CTI at most, other phases at least and at most
WEEKS = range(1, FIRST + 3 * MOST + 1)
NO_EFFECT = (
    "leaves_unmet", "leaves_vacancy", "leaves_missed", "leaves_crisis", "leaves_first", "leaves_trust", "leaves_goals",
    "leaves_links", "leaves_drop_in", "moves_on_trust", "moves_on_progress", "moves_on_links", "moves_on_drop_in",
    "visit_trust", "visit_crisis", "visit_substance", "visit_no_housing", "visit_remote", "peer_engagement",
    "hours_visit", "hours_crisis", "hours_warm", "hours_follow_up", "lose_interest_crisis",
)  # fmt: skip
OPEN = plan_with(
    cohort_weeks=1, cohort_referred=PEOPLE, cohort_follow_up_weeks=WEEKS[-1], staffing_case_managers=20,
    staffing_turnover=0, staffing_caseload_limit=40, drop_in_sessions_per_week=1, drop_in_seats=60, drop_in_room=60,
    phases_pre_cti_limit_weeks=FIRST, phases_minimum_weeks=LEAST, phases_limit_weeks=MOST,
)  # fmt: skip


def logit(share: float) -> float:
    """The log odds of a share."""
    return math.log(share / (1 - share))


def rows_without_effects(number: int = 1, **values: float) -> np.ndarray:
    """Parameter rows by which nothing in her life, the team or the drop-in moves her along the pathway."""
    return rows_with(number, **dict.fromkeys(NO_EFFECT, 0.0) | values)


def z_of(counts: np.ndarray, people: int, exact: np.ndarray) -> np.ndarray:
    """How many standard deviations each count of so many people lies from its exact share."""
    spread: np.ndarray = np.sqrt(people * exact * (1 - exact))
    return (counts - people * exact) / spread


def shares_after(step: np.ndarray, start: np.ndarray, weeks: Iterable[int]) -> np.ndarray:
    """The share of people in each state when so many steps of a Markov chain have been taken, by matrix powers."""
    return np.array([(np.linalg.matrix_power(step.T, week) @ start) for week in weeks])


def pathway(
    kept: float = KEPT, moves: float = MOVES, leaves: float = LEAVES, least: int = LEAST, most: int = MOST
) -> np.ndarray:
    """Shares in each phase or end state (columns) by week, of a chain whose states are (phase, whole weeks in it)."""
    phases = [FIRST, most, most, most]
    number = {(phase, week): i for i, (phase, week) in enumerate((f, v) for f in range(4) for v in range(phases[f]))}
    completed, left = len(number), len(number) + 1
    step = np.zeros((left + 1, left + 1))
    for (phase, week), here in number.items():
        if phase == 0:
            on = 1.0 if week + 1 >= FIRST else kept
        else:
            on = 1.0 if week + 1 >= most else moves * (week + 1 >= least)
        following = completed if phase == 3 else number[phase + 1, 0]
        stays = 1.0 if following == completed else 1 - leaves
        step[here, following] += on * stays
        step[here, left] += on * (1 - stays)
        if on < 1:
            step[here, number[phase, week + 1]] += (1 - on) * (1 - leaves)
            step[here, left] += (1 - on) * leaves
    step[completed, completed] = step[left, left] = 1.0
    shares = shares_after(step, np.eye(left + 1)[0], WEEKS)
    ends = np.cumsum([0, *phases])
    by_phase = [shares[:, a:b].sum(axis=1) for a, b in pairwise(ends)]
    return np.stack([*by_phase, shares[:, completed], shares[:, left]], axis=1)


def part(number: int) -> Found:
    """Of 10,000 women whom nothing holds back, how many were in each phase or end state, by their own week."""
    rows = rows_without_effects(REPLICATIONS, visit_kept=logit(KEPT), moves_on=logit(MOVES), leaves=logit(LEAVES))
    rows["attends"] = ALWAYS  # everybody is seen every week, so that whoever stays completes
    worlds = range(number * REPLICATIONS + 1, (number + 1) * REPLICATIONS + 1)
    phase = run_ensemble(OPEN, rows, 11, worlds, EDGES).timeline["phase"]
    counts = [[int((phase[:, :, week - 1] == code).sum()) for code in range(w.PRE_CTI, 7)] for week in WEEKS]
    return {"women": REPLICATIONS * PEOPLE, "counts": counts}


def together(parts: Sequence[Found], **fault: float) -> Found:
    """The 200 statistics that most women, or most others, are expected in, against the chain (or a faulty one)."""
    people = sum(each["women"] for each in parts)
    counts = np.sum([each["counts"] for each in parts], axis=0)
    rarer = np.minimum(pathway(), 1 - pathway()).ravel()
    looked_at = np.argsort(-rarer, kind="stable")[:STATISTICS]
    exact = np.clip(pathway(**fault), 1e-12, 1 - 1e-12)
    z = np.abs(z_of(counts.ravel(), people, exact.ravel()))[looked_at]
    least = REPLICATIONS * PEOPLE * rarer[looked_at[-1]]  # at the size of one part
    whole = counts.sum() == people * len(WEEKS)
    return {
        "holds": bool(z.max() <= BOUND and least >= ENOUGH and whole),
        "women": people,
        "statistics": len(z),
        "largest_z": round(float(z.max()), 3),
        "bound": BOUND,
        "mean_square_z": round(float((z**2).mean()), 3),
        "least_expected_in_10000": round(float(least), 1),
    }


CHECK = Check(
    "With places for all and constant chances, 200 shares of women by phase and week are those of an absorbing chain",
    100,
    part,
    together,
)
