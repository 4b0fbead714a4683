"""Two women, one place, four weeks: every path that chance can take through the rules, against a count by hand."""

import math
from collections import Counter
from functools import cache
from itertools import product

import numpy as np
import pytest
from trust.chain import BOUND, ENOUGH, logit, rows_without_effects, z_of
from worlds_for_tests import EDGES, plan_with

from sim.agents import Program
from sim.ensemble import run_ensemble
from sim.program import contact, pathway
from sim.program import words as w

KEPT, MOVES, LEAVES, LEAVES_MISSED, LOSES_INTEREST = 0.6, 0.35, 0.1, 0.3, 0.15
WEEKS, LIMIT = 4, 2  # LIMIT: weeks of a phase at most; at least one
PLAN = plan_with(
    cohort_weeks=1, cohort_referred=2, cohort_follow_up_weeks=WEEKS, staffing_case_managers=1,
    staffing_caseload_limit=1, staffing_turnover=0, drop_in_sessions_per_week=0, contact_try_out=1, contact_transfer=1,
    phases_pre_cti_limit_weeks=LIMIT, phases_minimum_weeks=1, phases_limit_weeks=LIMIT,
)  # fmt: skip
ROWS = rows_without_effects(
    visit_kept=logit(KEPT), moves_on=logit(MOVES), leaves=logit(LEAVES), lose_interest=logit(LOSES_INTEREST),
    leaves_missed=logit(LEAVES_MISSED) - logit(LEAVES),
)  # fmt: skip


def every_path(live):
    """What `live` answers on each path that decisions at log odds can take, with the chance of that path."""
    path = []
    while True:
        chances = []

        def happens(person, program, decision, other, odds, chances=chances):
            if len(chances) == len(path):
                path.append(True)
            falls = path[len(chances)]
            chance = 1 / (1 + math.exp(-odds))
            chances.append(chance if falls else 1 - chance)
            return falls

        yield live(happens), math.prod(chances)
        while path and not path[-1]:
            path.pop()
        if not path:
            return
        path[-1] = False


@cache
def by_the_rules():
    """The chance of each pair of phases, week after week, over every path through the rules of the week.

    Each path is lived in a replication of its own: other lives, needs and goals, none of which may matter.
    """
    found, paths = Counter(), 0

    def live(happens):
        nonlocal paths
        paths += 1
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(pathway, "happens", happens)
            patch.setattr(contact, "happens", happens)
            program, weeks = Program(PLAN, ROWS[0], 1, paths, EDGES), []
            for _ in range(WEEKS):
                program.step()
                weeks.append(tuple(person.phase for person in program.women))
        return tuple(weeks)

    for weeks, chance in every_path(live):
        found[weeks] += chance
    return found, paths


def a_week_inside(phase, weeks, seen, kept):
    """Where a woman in the program may be a week later: phase, whole weeks in it, whether she was seen in it."""
    for visit, chance in ((True, kept), (False, 1 - kept)):
        leaves, seen_now, last = LEAVES if visit else LEAVES_MISSED, seen or visit, weeks + 1 == LIMIT
        if phase == w.PRE_CTI:
            moves = 1.0 if visit or last else 0.0
        else:
            moves = 1.0 if last else MOVES * seen_now
        if phase == w.TRANSFER:
            yield (w.COMPLETED if seen_now else w.LEFT, 0, False), chance * moves
        else:
            yield (phase + 1, 0, False), chance * moves * (1 - leaves)
            yield (w.LEFT, 0, False), chance * moves * leaves
        yield (phase, weeks + 1, seen_now), chance * (1 - moves) * (1 - leaves)
        yield (w.LEFT, 0, False), chance * (1 - moves) * leaves


def a_week(woman, kept):
    """The same for any woman: one who waits may lose interest, one who is gone stays gone."""
    if woman[0] == w.WAITING:
        return [(woman, 1 - LOSES_INTEREST), ((w.LEFT, 0, False), LOSES_INTEREST)]
    return list(a_week_inside(*woman, kept)) if w.PRE_CTI <= woman[0] <= w.TRANSFER else [(woman, 1.0)]


def by_hand(kept=KEPT, idle=0, last_come=False):
    """The same chances counted without the rules; a place may stay idle for a week, or go to who came last."""
    found = {(((w.WAITING, 0, False),) * 2, ()): 1.0}
    for _ in range(WEEKS):
        then = Counter()
        for (women, weeks), chance in found.items():
            women, recent = list(women), weeks[-1 - idle :]
            waiting = [number for number in range(2) if women[number][0] == w.WAITING]
            taken = any(w.PRE_CTI <= phase <= w.TRANSFER for pair in recent for phase in pair)
            if waiting and not taken:
                women[waiting[-1 if last_come else 0]] = (w.PRE_CTI, 0, False)
            for (one, hers), (other, others) in product(a_week(women[0], kept), a_week(women[1], kept)):
                then[(one, other), (*weeks, (one[0], other[0]))] += chance * hers * others
        found = then
    total = Counter()
    for (_, weeks), chance in found.items():
        total[weeks] += chance
    return total


def apart(here, there):
    """The largest difference between two sets of chances."""
    return max(abs(here[weeks] - there[weeks]) for weeks in here | there)


def test_two_women_and_one_place_are_enumerated_exactly():
    """Over four weeks every path through the rules has the chance counted by hand, to 1e-12, and they sum to one."""
    rules, paths = by_the_rules()
    assert paths > 500
    assert len(rules) > 50
    assert sum(rules.values()) == pytest.approx(1, abs=1e-12)
    assert apart(rules, by_hand()) < 1e-12


@pytest.mark.parametrize("fault", [{"kept": KEPT + 1e-9}, {"idle": 1}, {"last_come": True}])
def test_a_fault_in_the_enumeration_would_be_seen(fault):
    """A visit kept a billionth more often, a place free a week later or given to who came last would be noticed."""
    assert apart(by_the_rules()[0], by_hand(**fault)) > 1e-10


def test_the_compiled_engine_lives_the_enumerated_paths():
    """What 100,000 replications of the compiled engine did is what the enumeration says is likely."""
    lived, runs = Counter(), 100_000
    for first in range(1, runs, 10_000):
        worlds = range(first, first + 10_000)
        phase = run_ensemble(PLAN, np.repeat(ROWS, 10_000), 18, worlds, EDGES).timeline["phase"]
        histories, times = np.unique(phase.transpose(0, 2, 1).reshape(10_000, -1), axis=0, return_counts=True)
        for history, number in zip(histories, times, strict=True):
            lived[tuple(zip(*[map(int, history)] * 2, strict=True))] += int(number)
    exact = by_hand()
    assert set(lived) <= {weeks for weeks, chance in exact.items() if chance > 0}
    often = [weeks for weeks, chance in exact.items() if runs * chance >= ENOUGH]
    assert len(often) > 40
    counts, chances = (np.array([found[weeks] for weeks in often]) for found in (lived, exact))
    assert np.abs(z_of(counts, runs, chances)).max() < BOUND
