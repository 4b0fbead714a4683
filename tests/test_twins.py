"""Twins: the same women with the same luck differ only by what the scenario changes."""

import numpy as np
import pytest
from worlds_for_tests import AS_DELIVERED, EDGES, NEVER, drawn_rows, plan_with, rows_with

from sim.agents import Program
from sim.ensemble import run_ensemble
from sim.program import telling
from sim.program import words as w
from sim.program.chance import address, philox_of_whole_numbers
from sim.program.world import ARRAYS

RUNS = range(1, 13)
# Nothing binds: nobody waits, hours, seats and openings are plenty, no post falls vacant, no supplements to share.
PLENTY = plan_with(
    staffing_case_managers=3, staffing_caseload_limit=40, staffing_hours_per_week=40, staffing_turnover=0,
    staffing_peer_mentors=10, staffing_peer_hours_per_week=20, drop_in_seats=60, drop_in_room=60,
    community_rent_supplements=0, **{f"community_openings_{name}": 10 for name in w.SERVICES},
)  # fmt: skip
CHEAP = {"hours_visit": 0.01, "hours_crisis": 0.01, "hours_warm": 0.01, "hours_follow_up": 0.001}


def run(plan, rows, seed=1):
    return run_ensemble(plan, rows, seed, list(RUNS)[: len(rows)], EDGES)


def assert_same(here, there, but=()):
    for name in ARRAYS:
        if name not in but:
            assert getattr(here, name).tobytes() == getattr(there, name).tobytes(), name


def test_no_change_no_difference():
    """Two runs of one plan are the same to the last bit."""
    rows = drawn_rows(np.random.default_rng(1), len(RUNS))
    assert_same(run(AS_DELIVERED, rows), run(dict(AS_DELIVERED), rows.copy()))


def test_a_woman_added_changes_nobody_else_where_nothing_binds():
    """Where hours, places, seats and openings are plenty and no ties form, women added leave every other life alone."""
    rows = drawn_rows(np.random.default_rng(2), len(RUNS))
    for field, cost in (CHEAP | {"tie_forms": 0.0}).items():
        rows[field] = cost
    few, more = (run(PLENTY | {"cohort_weeks": weeks}, rows) for weeks in (40.0, 60.0))
    assert (more.referred - few.referred).sum() > 30
    for r, women in enumerate(few.referred):
        for name in ("women", "goals", "links", "timeline"):
            hers, again = getattr(few, name)[r, :women], getattr(more, name)[r, :women]
            fields = [field for field in hers.dtype.names if not (name == "women" and field == "manager")]
            for field in fields:
                assert (hers[field] == again[field]).all(), (name, field)


def test_which_post_serves_her_does_not_matter_where_nothing_binds():
    """With hours and places in plenty and nobody leaving, one post more or less changes no life."""
    rows = drawn_rows(np.random.default_rng(3), len(RUNS))
    for field, cost in CHEAP.items():
        rows[field] = cost
    three, five = run(PLENTY, rows), run(PLENTY | {"staffing_case_managers": 5.0}, rows)
    assert three.timeline.tobytes() == five.timeline.tobytes()
    assert (five.posts["caseload"][:, :, 3:] > 0).any(), "the others have women too"


WITHOUT = {  # an ingredient, and its effect taken out of the rules: what the parameters and levers are then
    "trust": ({"trust_gain": 0.0}, {}),
    "goals": ({"goal_effect": 0.0, "exit_goal": 0.0, "break_goal": 0.0, "leaves_goals": 0.0}, {}),
    "links": ({"referral": NEVER, "hand_over": NEVER}, {}),
    "drop_in": ({}, {"drop_in_sessions_per_week": 0.0}),
}


@pytest.mark.parametrize("ingredient", WITHOUT)
def test_an_ingredient_at_dose_0_is_its_effect_taken_out(ingredient):
    """An ingredient switched off is the same, to the last bit, as rules without its effect; the others stand."""
    parameters, levers = WITHOUT[ingredient]
    rows = drawn_rows(np.random.default_rng(4), len(RUNS))
    taken_out = rows.copy()
    for name, value in parameters.items():
        taken_out[name] = value
    off, out = run(AS_DELIVERED | {f"ingredients_{ingredient}": 0.0}, rows), run(AS_DELIVERED | levers, taken_out)
    assert_same(off, out)
    usual = run(AS_DELIVERED, rows)
    assert usual.timeline.tobytes() != off.timeline.tobytes()
    for other, count in SIGNS.items():
        if other != ingredient:
            assert count(off) > 0, f"{other} is gone as well"


SIGNS = {
    "trust": lambda runs: (runs.women["trust"] - runs.women["trust_start"]).max(),
    "goals": lambda runs: runs.goals["together"].sum(),
    "links": lambda runs: runs.log["warm"].sum(),
    "drop_in": lambda runs: runs.log["attending"].sum(),
}


@pytest.mark.parametrize(
    "change",
    [
        {"program_offered": 0}, {"staffing_case_managers": 5}, {"ingredients_goals": 0, "ingredients_links": 2},
        {"staffing_turnover": 4, "drop_in_sessions_per_week": 5, "contact_transition": 0.2},
    ],
    ids=["no program", "more staff", "other doses", "another program"],
)  # fmt: skip
def test_what_she_brings_is_hers_in_every_world(change):
    """Her needs, goals, readiness, violence, trust and intensity at entry and first states are hers in every world."""
    rows = drawn_rows(np.random.default_rng(5), len(RUNS))
    here, there = run(AS_DELIVERED, rows), run(AS_DELIVERED | {name: float(to) for name, to in change.items()}, rows)
    assert (here.referred == there.referred).all()
    for field in ("number", "referred", "needs", "readiness", "violence", "trust_start", "intensity_start"):
        assert (here.women[field] == there.women[field]).all(), field
    for field in ("wanted", "appeal"):
        assert (here.goals[field] == there.goals[field]).all(), field
    for field in ("housing", "income", "employment", "sex_work", "substance"):
        assert (here.timeline[field][:, :, 0] == there.timeline[field][:, :, 0]).all(), field


def relabelled(order, monkeypatch, rows):
    """A run of agents in which woman number i has the luck of woman order[i], and every pair the luck of its two."""

    def block(seed, replication, kind, number, week, decision, other):
        if kind == w.WOMAN:
            number = order[number]
            if decision == w.TIE:
                number, other = sorted((number, order[other]))
        return philox_of_whole_numbers(*address(kind, number, week, decision, other), seed, replication)

    one_week = PLENTY | {"cohort_weeks": 1.0, "cohort_referred": float(len(order)), "staffing_case_managers": 1.0}
    with monkeypatch.context() as patch:
        patch.setattr(telling, "block", block)
        program = Program(one_week, rows[0], 1, 1, EDGES)
        program.run_model()
    return program.results()


def test_relabelled_women_live_the_same_lives(monkeypatch):
    """Women referred in one week and numbered otherwise, each with her own luck, live the same program."""
    rows = rows_with(1, tie_forms=0.5, **CHEAP)
    order = np.random.default_rng(6).permutation(9).tolist()
    usual, other = (relabelled(numbers, monkeypatch, rows) for numbers in (list(range(9)), order))
    assert usual.women["peers"].max() == 0  # nobody is left at the end, but they met:
    assert (usual.timeline["attended"].sum(axis=2) > 0).sum() > 5
    fields = [field for field in usual.women.dtype.names if field != "number"]
    for field in fields:
        assert (other.women[field][0] == usual.women[field][0, order]).all(), field
    for name in ("goals", "links", "timeline"):
        assert getattr(other, name)[0].tobytes() == getattr(usual, name)[0, order].tobytes(), name
    assert other.log.tobytes() == usual.log.tobytes()
