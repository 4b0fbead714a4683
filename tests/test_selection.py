"""The set of plans that cannot be told apart from the best, and the frontier, where the truth is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trust.check import named

from sim.study.selection import (
    LOOKS,
    by_set,
    clearly_below,
    frontier_chances,
    is_settled,
    on_frontier,
    quantile,
    resampled,
    select,
)

RNG = np.random.default_rng(3)
SETS = np.arange(160) // 2


def plans(means, own=3.0, runs=160):
    """Made-up runs of plans, most of whose luck is shared."""
    shared = np.random.default_rng(7).normal(0, 10, (runs, 1))
    return np.asarray(means) + shared + np.random.default_rng(8).normal(0, own, (runs, len(means)))


def selected(values, zone=2.0, prices=0.0, budget=0.0):
    costs = np.zeros(values.shape) + prices

    def draw(who, first, last):
        some = values[first - 1 : last][:, who]
        return some, costs[first - 1 : last][:, who], SETS[first - 1 : last]

    return select(draw, values.shape[1], zone, LOOKS, lambda mean: mean <= budget)


# ---- the set


def test_a_part_of_the_long_check_holds_already():
    """A planted best is in the set in at least 95 of 100 made-up plannings of each kind."""
    found = named("selection").small(0)
    assert found["plannings"] == 50
    assert min(found["holds_the_best"].values()) >= 0.9
    assert found["highest_mean_is_the_best"]["one a hair above all others"] < 0.2


def test_a_planted_best_is_found_alone_and_what_is_far_below_is_stopped_early():
    found = selected(plans([0.0, -6.0, -30.0, -30.0]))
    assert [*found.kept] == [0]
    assert found.settled
    assert found.runs[2] < found.runs[0] or found.looks == 1


def test_the_best_within_the_budget_is_kept_and_what_it_cannot_pay_for_is_lived_on():
    """A dearer plan that gives more is no reason to stop a cheaper one."""
    found = selected(plans([0.0, 10.0, -10.0]), prices=[50.0, 90.0, 50.0], budget=60.0)
    assert [*found.kept] == [0]
    assert [*found.left] == [0, 1]


def test_plans_that_are_the_same_in_every_run_stay_together():
    """Where a lever changes nothing, no plan is picked for it."""
    values = plans([0.0, -20.0])[:, [0, 0, 0, 1]]
    assert [*selected(values).kept] == [0, 1, 2]


def test_what_is_nearer_than_the_zone_stays_however_sure_the_difference():
    values = plans([0.0, -1.0, -3.0], own=0.01)
    assert [*selected(values, zone=2.0).kept] == [0, 1]
    assert [*selected(values, zone=0.5).kept] == [0]


def test_runs_are_used_up_where_the_noise_is_wider_than_the_zone_and_that_is_said():
    found = selected(plans([0.0, 0.0, 0.0], own=40.0), zone=0.5)
    assert not found.settled
    assert found.looks == len(LOOKS)
    assert len(found.kept) == 3


def test_a_dearer_plan_is_out_only_where_another_clearly_costs_no_more():
    values = np.stack([np.full(40, 10.0), np.full(40, 5.0), np.full(40, 5.0)], axis=1)
    costs = np.stack([np.full(40, 100.0), np.full(40, 100.0), np.full(40, 60.0)], axis=1)
    assert [*clearly_below(values, 1.0, 3.0, costs)] == [False, True, False]
    assert [*clearly_below(values, 1.0, 3.0)] == [False, True, True]


def test_a_margin_is_wider_the_more_plans_and_looks_there_are():
    assert quantile(20, 10, 1) < quantile(20, 10, 4) < quantile(20, 300, 4) < quantile(10, 300, 4)


def test_runs_of_one_set_count_once():
    """Two runs that live one parameter set and agree say no more than one."""
    values = RNG.normal(size=(30, 2))
    twice = by_set(np.repeat(values, 2, axis=0), np.arange(60) // 2)
    assert np.allclose(twice, values)
    assert is_settled(values[:, [0, 0]], 0.0, 3.0)


def test_hundreds_of_plans_are_compared_in_parts_as_at_once(monkeypatch):
    values, costs = RNG.normal(0, 4, (40, 50)) + np.arange(50), RNG.normal(0, 1, (40, 50)) + np.arange(50) % 7
    whole = clearly_below(values, 1.0, 4.0, costs)
    monkeypatch.setattr("sim.study.selection.AT_ONCE", 7)
    assert (clearly_below(values, 1.0, 4.0, costs) == whole).all()


# ---- the frontier


def frontier_by_hand(values, costs):
    """Plan by plan: nobody gives as much for less, or more for no more."""
    pairs = [*zip(values, costs, strict=True)]
    return [not any((v >= a and k <= b) and (v > a or k < b) for v, k in pairs) for a, b in pairs]


numbers = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=12)


@settings(max_examples=200, deadline=None)
@given(numbers)
def test_the_frontier_is_that_of_every_pair_compared(some):
    values, costs = np.array(some, float).T
    assert [*on_frontier(values, costs)] == frontier_by_hand(values, costs)


@settings(max_examples=100, deadline=None)
@given(numbers)
def test_more_money_never_makes_the_frontier_worse(some):
    values, costs = np.array(some, float).T
    front = on_frontier(values, costs)
    order = np.argsort(costs[front], kind="stable")
    assert (np.diff(values[front][order]) >= 0).all()
    best = [values[costs <= budget].max() for budget in sorted(set(costs))]
    assert best == sorted(best)


def test_a_chance_is_one_where_nothing_varies_and_shared_where_two_plans_change_places():
    same = np.repeat([[1.0, 2.0, 1.5]], 20, axis=0), np.repeat([[1.0, 2.0, 2.0]], 20, axis=0)
    assert [*frontier_chances(*same, 1)] == [1, 1, 0]
    either = np.random.default_rng(1).normal(size=(40, 2))
    either -= either.mean(axis=0)
    chances = frontier_chances(either, np.ones((40, 2)), 1)
    assert chances.sum() == pytest.approx(1)
    assert 0.3 < chances[0] < 0.7


def test_weights_of_a_resample_add_to_one():
    assert np.allclose(resampled(30, 1).sum(axis=1), 1)
