"""Exact answers, worked out here by matrix powers, queues and sums, against what many simulated people did.

Each comparison bounds the largest of its z-values so that it raises a false alarm once in 10,000 times over all it
looks at (once in 1,000 where it is the small version of a long check in `trust`); and for each a planted fault (a wrong
sign, a shifted week) shows that it can turn red.
"""

import heapq
import math
from functools import cache

import numpy as np
import pytest
from scipy import stats
from trust import chain, waiting
from trust.chain import ENOUGH, KEPT, LEAST, LEAVES, MOST, MOVES, OPEN, logit, rows_without_effects, shares_after, z_of
from worlds_for_tests import ALWAYS, EDGES, NEVER, plan_with, rows_with

from sim.ensemble import run_ensemble
from sim.program import words as w

FALSE_ALARM = 1e-4


def worst(counts, people, exact):
    """The largest z-value of observed counts against exact shares, and the bound for a family of so many."""
    counts, exact = np.ravel(counts), np.ravel(exact)
    enough = people * np.minimum(exact, 1 - exact) >= ENOUGH
    assert enough.any()
    z = z_of(counts[enough], people, exact[enough])
    return np.abs(z).max(), stats.norm.isf(FALSE_ALARM / 2 / enough.sum())


def agrees(counts, people, exact):
    """Whether counts may well have come from these shares."""
    largest, bound = worst(counts, people, exact)
    return largest < bound


# ---- the pathway, as an absorbing chain


@cache
def pathways_lived():
    """10,000 women whom nothing holds back: one part of a hundred of the long check."""
    return [chain.part(0)]


def test_the_pathway_is_the_chain_that_its_weekly_chances_make():
    """With places for all and constant chances, 200 shares by phase and week are those of an absorbing chain."""
    found = chain.together(pathways_lived())
    assert found["holds"], found
    assert (found["women"], found["statistics"]) == (10_000, 200)


@pytest.mark.parametrize(
    "fault",
    [{"leaves": 1 - LEAVES}, {"moves": 1 - MOVES}, {"least": LEAST + 1}, {"most": MOST + 1}, {"kept": KEPT + 0.05}],
)
def test_a_fault_in_the_pathway_would_be_seen(fault):
    """A sign turned round, a phase shifted by a week or a chance off by a little would be noticed."""
    assert not chain.together(pathways_lived(), **fault)["holds"]


# ---- sex work, without a program

PAUSES, BACK, STOPS, FROM_BREAK, EARLY, LATE, EARLY_WEEKS = 0.03, 0.1, 0.02, 1.2, 0.15, 0.03, 5
OWN_WEEKS = (1, 3, 6, 10, 16, 26, 40, 60, 90)


def sex_work(stops=STOPS, effect=FROM_BREAK, early_weeks=EARLY_WEEKS, late=LATE, shifted=0):
    """One week of the chain: involved, short break, and a planned exit by its whole weeks."""
    from_break = 1 / (1 + math.exp(-(logit(stops) + effect)))
    step = np.zeros((3 + early_weeks, 3 + early_weeks))
    step[0, [0, 1, 2]] = (1 - stops) * (1 - PAUSES), (1 - stops) * PAUSES, stops
    step[1, [0, 1, 2]] = (1 - from_break) * BACK, (1 - from_break) * (1 - BACK), from_break
    for weeks in range(early_weeks + 1):
        back = EARLY if weeks < early_weeks else late
        step[2 + weeks, 0] = back
        step[2 + weeks, 2 + min(weeks + 1, early_weeks)] += 1 - back
    start = np.eye(3 + early_weeks)[0]
    shares = shares_after(step, start, np.array(OWN_WEEKS) + shifted)
    return np.stack([shares[:, 0], shares[:, 1], shares[:, 2:].sum(axis=1)], axis=1)


@cache
def sex_work_lived():
    """Women in each state of sex work by own week, without a program and with nothing else that matters to it."""
    rows = rows_with(
        200, exit=logit(STOPS), exit_from_break=FROM_BREAK, short_break=logit(PAUSES), break_return=logit(BACK),
        exit_return=logit(LATE), exit_return_first=logit(EARLY) - logit(LATE), exit_first_weeks=EARLY_WEEKS,
    )  # fmt: skip
    for name in (
        "exit_goal", "exit_progress", "exit_housing", "exit_income", "exit_links", "exit_trust", "exit_no_use",
        "exit_treated", "exit_violence", "no_use_mean", "treated_mean", "violence_mean", "stop_need", "break_goal",
        "exit_return_housing", "exit_return_income", "exit_return_links",
    ):  # fmt: skip
        rows[name] = 0.0
    plan = OPEN | {"program_offered": 0.0, "cohort_follow_up_weeks": 90.0}
    state = run_ensemble(plan, rows, 12, range(1, 201), EDGES).timeline["sex_work"]
    return np.array([[(state[:, :, week - 1] == code).sum() for code in range(3)] for week in OWN_WEEKS])


def test_sex_work_is_the_chain_that_its_weekly_chances_make():
    """With constant chances, women involved, in a break and exited by week are those of a Markov chain."""
    assert agrees(sex_work_lived(), 10_000, sex_work())


@pytest.mark.parametrize("fault", [{"effect": -FROM_BREAK}, {"early_weeks": EARLY_WEEKS + 1}, {"shifted": 1}])
def test_a_fault_in_sex_work_would_be_seen(fault):
    """A sign turned round, first weeks that last one too long or a shift by a week would be noticed."""
    assert not agrees(sex_work_lived(), 10_000, sex_work(**fault))


# ---- the waiting list

PHASE = 4  # weeks that each of three phases lasts here, exactly; the first visit is kept in the week of entry


def entries(referred, places, stay=3 * PHASE + 1):
    """The week each woman enters when only places are short: first come, first served, each place taken for `stay`."""
    free = [0] * places
    weeks = []
    for week in sorted(referred):
        weeks.append(max(int(week), heapq.heappop(free)))
        heapq.heappush(free, weeks[-1] + stay)
    return weeks


@cache
def queues_lived():
    """For 30 replications, the weeks in which women were referred and in which they entered."""
    rows = rows_without_effects(30, visit_kept=ALWAYS, leaves=NEVER, lose_interest=NEVER)
    plan = plan_with(
        cohort_referrals_per_week=0.7, cohort_follow_up_weeks=200, staffing_case_managers=2, staffing_caseload_limit=3,
        staffing_turnover=0, phases_minimum_weeks=PHASE, phases_limit_weeks=PHASE,
    )  # fmt: skip
    runs = run_ensemble(plan, rows, 13, range(1, 31), EDGES)
    return [
        (women["referred"][:number].tolist(), (women["referred"] + women["enrolled"])[:number].tolist())
        for women, number in zip(runs.women, runs.referred, strict=True)
    ]


def test_the_waiting_list_is_a_queue():
    """Where only the caseload limit acts, every woman enters in the very week that a queue of so many places gives."""
    assert all(entered == entries(referred, places=6) for referred, entered in queues_lived())
    assert sum(a < b for referred, entered in queues_lived() for a, b in zip(referred, entered, strict=True)) > 200


@pytest.mark.parametrize("fault", [{"places": 5}, {"places": 6, "stay": 3 * PHASE}, {"places": 6, "stay": 14}])
def test_a_fault_in_the_waiting_list_would_be_seen(fault):
    """A place too few, or a place free a week too early or late, would be noticed."""
    assert any(entered != entries(referred, **fault) for referred, entered in queues_lived())


def test_interest_is_lost_at_its_weekly_chance():
    """Where nobody is in post, those still waiting after k weeks are the k-th power of those still after one."""
    plan = OPEN | {"staffing_case_managers": 0.0}
    phase = run_ensemble(plan, rows_without_effects(200, lose_interest=logit(0.03)), 14, range(1, 201), EDGES).timeline[
        "phase"
    ]
    weeks = np.arange(1, 50, 3)
    waiting = [(phase[:, :, week - 1] == w.WAITING).sum() for week in weeks]
    assert agrees(waiting, 10_000, 0.97**weeks)
    assert not agrees(waiting, 10_000, 0.97 ** (weeks - 1))


@cache
def waits_lived():
    """400 replications at each load, of the 40,000 of the long check."""
    return [waiting.lived(0, 400)]


def test_the_waiting_list_is_the_queue_that_its_transition_matrix_solves():
    """Where places are free again at a constant chance, numbers waiting at three loads are those of a Markov chain."""
    found = waiting.against_the_matrix(waits_lived())
    assert found["holds"], found
    assert found["statistics"] > 60


@pytest.mark.parametrize("fault", [{"places": waiting.PLACES + 1}, {"late": True}, {"leaves": waiting.LEAVES + 0.01}])
def test_a_fault_in_the_queue_would_be_seen(fault):
    """A place more, a list looked at before the week's referrals, or another chance of leaving would be noticed."""
    assert not waiting.against_the_matrix(waits_lived(), **fault)["holds"]


def wait_by_erlang(load, places=waiting.PLACES, leaves=waiting.LEAVES):
    """Mean weeks of waiting in the continuous-time queue M/M/c in the long run (Erlang's formula C)."""
    offered, blocked = load * places, 1.0
    for place in range(1, places + 1):
        blocked = offered * blocked / (place + offered * blocked)
    return blocked / (1 - load * (1 - blocked)) / (places * leaves * (1 - load))


@pytest.mark.parametrize("load", [load for load in waiting.LOADS if load < 1])
def test_weeks_or_hours_make_little_difference_to_the_wait(load):
    """In the long run the mean wait of our weekly queue is within half a week of a queue in continuous time."""
    assert abs(waiting.mean_wait_in_the_long_run(load) - wait_by_erlang(load)) < waiting.HALF_A_WEEK


def test_half_a_week_more_in_another_simulator_would_be_seen():
    """Mean waits that are the same pass the comparison with Ciw, and half a week more at each load does not."""
    ours, longer = (
        {
            str(load): {"waited": waiting.sums((waiting.mean_wait(load) + more) * waiting.referred(load) * np.ones(9))}
            for load in waiting.LOADS
        }
        for more in (0, waiting.HALF_A_WEEK)
    )
    assert waiting.against_ciw([ours], [ours])["holds"]
    assert not waiting.against_ciw([ours], [longer])["holds"]


# ---- staff and referrals

VACANT, TIMES, TO_FILL, ADVERTISED = 0.01, 3.0, 8, 2


@cache
def posts_lived():
    """Whether each of 20 posts in 250 replications was held, by week."""
    plan = plan_with(
        cohort_weeks=1, cohort_referred=1, cohort_follow_up_weeks=150, staffing_case_managers=20,
        staffing_turnover=TIMES, staffing_weeks_to_fill=TO_FILL, drop_in_sessions_per_week=0,
    )  # fmt: skip
    rows = rows_with(250, post_vacancy=logit(VACANT), weeks_to_advertise=ADVERTISED)
    return run_ensemble(plan, rows, 15, range(1, 251), EDGES).posts["in_post"][:, :150]


def falls_vacant():
    """The weekly chance: the evidence's odds, times the turnover asked for."""
    odds = VACANT / (1 - VACANT) * TIMES
    return odds / (1 + odds)


def held(to_fill=TO_FILL, advertised=ADVERTISED):
    """The share of posts held, by week: held, advertised for some weeks, then filled at a constant chance."""
    step = np.zeros((advertised + 2, advertised + 2))
    step[0, :2] = 1 - falls_vacant(), falls_vacant()
    for week in range(1, advertised + 1):
        step[week, week + 1] = 1.0
    step[-1, [0, -1]] = 1 / (to_fill - advertised), 1 - 1 / (to_fill - advertised)
    return shares_after(step, np.eye(advertised + 2)[0], np.arange(1, 151, 10))[:, 0]


def test_posts_are_held_as_their_chain_says():
    """The share of posts held in each week is that of a chain of vacancies, advertising and hiring."""
    counts = posts_lived().sum(axis=(0, 2))[::10]
    assert agrees(counts, 5000, held())
    assert not agrees(counts, 5000, held(to_fill=TO_FILL + 1)), "a week longer to fill would be seen"


def test_a_post_lasts_geometrically():
    """Posts never vacated so far shrink by the same share every week."""
    never = posts_lived().cumprod(axis=1).sum(axis=(0, 2))
    weeks = np.arange(1, 151)
    assert agrees(never[::10], 5000, (1 - falls_vacant()) ** weeks[::10])
    assert not agrees(never[::10], 5000, (1 - falls_vacant()) ** (weeks[::10] + 1.5))
    assert not agrees(never[::10], 5000, (1 - falls_vacant() / TIMES) ** weeks[::10])


def test_the_number_referred_is_a_poisson_number():
    """Over many replications the numbers of women referred are spread as Poisson numbers of that mean are."""
    plan = plan_with(cohort_weeks=40, cohort_referrals_per_week=0.3, cohort_follow_up_weeks=4, program_offered=0)
    referred = run_ensemble(plan, rows_with(2000), 16, range(1, 2001), EDGES).referred
    up_to = [(referred <= number).sum() for number in range(30)]
    assert agrees(up_to, 2000, stats.poisson.cdf(np.arange(30), 12))
    assert not agrees(up_to, 2000, stats.poisson.cdf(np.arange(30), 12.5))
