"""Facts of the program in every week of many random worlds: what is conserved, and what never happens."""

from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest
from worlds_for_tests import EDGES, drawn_plan, drawn_rows, drawn_world, plan_with

from sim.ensemble import run_ensemble
from sim.program import words as w

WORLDS = 120
HOUR = 1e-9  # what adding hours in another order may leave over


def lived(plan, rows, seed, replication):
    """One replication's histories, cut to the weeks that were lived; `present` marks the women referred so far."""
    runs = run_ensemble(plan, rows, seed, [replication], EDGES, histories=True)
    history = {entity: array[0] for entity, array in runs.histories.items()}
    weeks = int((history["services"]["kind"].sum(axis=1) > 0).sum())
    told = SimpleNamespace(**{entity: array[:weeks] for entity, array in history.items()})
    told.plan, told.p, told.log, told.posts = plan, rows[0], runs.log[0, :weeks], runs.posts[0, :weeks]
    told.week = np.arange(weeks)[:, None]
    told.referral = np.where(runs.women["referred"][0] < 0, 10**6, runs.women["referred"][0])
    told.present = told.referral <= told.week
    told.own = told.week - told.referral
    told.phase = np.where(told.present, told.women["phase"], -1)
    told.inside = (told.phase >= w.PRE_CTI) & (told.phase <= w.TRANSFER)
    done = ~(told.inside | (told.phase == w.WAITING))  # and once her follow-up is over as well, her weeks end
    over = (told.own >= plan["cohort_follow_up_weeks"]) & np.vstack([np.ones_like(done[:1]), done[:-1]])
    told.followed = told.present & ~over
    ended = (told.women["ended"] == told.own) & told.present
    told.ends = ended & np.isin(told.women["reason"], (w.CARE_TRANSFERRED, w.LEFT_THE_PROGRAM))
    told.enters = (told.women["enrolled"] == told.own) & told.present & (told.women["enrolled"] >= 0)
    return told


@cache
def worlds():
    """Random worlds, and some with many women, several posts that often fall vacant, and little of everything."""
    small = [lived(*drawn_world(np.random.default_rng([4, number]))) for number in range(WORLDS)]
    rng = np.random.default_rng(5)
    hard = plan_with(
        cohort_referred=60, staffing_case_managers=3, staffing_turnover=4, staffing_caseload_limit=6,
        drop_in_seats=4, drop_in_sessions_per_week=2, staffing_hours_per_week=12,
    )  # fmt: skip
    crowded = [lived(hard, drawn_rows(rng, 1), 5, replication) for replication in range(1, 9)]
    return [world for world in small + crowded if len(world.week)]


def no_program_worlds():
    """Random worlds in which the program does not exist."""
    rng = np.random.default_rng(6)
    plans = [drawn_plan(rng) | {"program_offered": 0.0, "community_rent_supplements": 60.0} for _ in range(20)]
    return [lived(plan, drawn_rows(rng, 1), 6, number) for number, plan in enumerate(plans)]


def steps(array, present):
    """This week's value and the last one's, for women who were there already."""
    there = present[:-1]
    return array[1:][there], array[:-1][there]


# ---- the pathway


def test_each_woman_is_in_one_phase_and_moves_through_them_in_order():
    """From week to week she stays, moves to the next phase or leaves; who completes was in transfer of care."""
    ways = {
        w.WAITING: {w.WAITING, w.PRE_CTI, w.TRANSITION, w.LEFT},  # a first visit may be kept in the week she enters
        w.PRE_CTI: {w.PRE_CTI, w.TRANSITION, w.LEFT}, w.TRANSITION: {w.TRANSITION, w.TRY_OUT, w.LEFT},
        w.TRY_OUT: {w.TRY_OUT, w.TRANSFER, w.LEFT}, w.TRANSFER: {w.TRANSFER, w.COMPLETED, w.LEFT},
        w.COMPLETED: {w.COMPLETED}, w.LEFT: {w.LEFT}, w.USUAL_SERVICES: {w.USUAL_SERVICES},
    }  # fmt: skip
    seen = set()
    for world in worlds():
        assert np.isin(world.phase[world.present], list(ways)).all()
        now, before = steps(world.phase, world.present)
        seen |= set(zip(before.tolist(), now.tolist()))
    assert seen <= {(before, now) for before, nexts in ways.items() for now in nexts}
    assert len(seen) > 15, "the worlds are too alike to show it"


def test_women_who_entered_are_in_the_program_or_completed_or_left():
    """In every week, women who entered are as many as those in the program, completed and left together."""
    for world in worlds():
        entered = (world.present & (world.women["enrolled"] >= 0)).sum(axis=1)
        left = (world.phase == w.LEFT) & (world.women["reason"] == w.LEFT_THE_PROGRAM)
        assert (entered == (world.inside | (world.phase == w.COMPLETED) | left).sum(axis=1)).all()
        gone = world.present & (world.women["reason"] == w.WAITED_TOO_LONG)
        never = world.present & (world.women["enrolled"] < 0)
        assert (never == (gone | np.isin(world.phase, (w.WAITING, w.USUAL_SERVICES)))).all()


def test_a_woman_enters_after_her_referral_and_ends_after_she_entered():
    """Nobody enters before her referral, is seen before she entered, or ends twice."""
    for world in worlds():
        women, entered = world.women, world.present & (world.women["enrolled"] >= 0)
        assert (women["enrolled"][entered] <= world.own[entered]).all()
        assert (women["waited"] == women["enrolled"])[entered].all(), "every week before entering was a week of waiting"
        assert (women["seen"][entered] >= women["enrolled"][entered]).all()
        ended = world.present & (women["ended"] >= 0)
        assert (ended == (world.present & (women["reason"] != w.STILL_IN))).all()
        assert (women["ended"][ended] >= women["enrolled"][ended]).all()
        for field in ("enrolled", "ended"):
            now, before = steps(women[field], world.present)
            assert (now[before >= 0] == before[before >= 0]).all()


def test_places_are_offered_in_the_order_of_the_list():
    """Nobody is offered a place in a week in which a woman referred before her is still waiting, or gives up."""
    for world in worlds():
        gave_up = world.present & (world.women["reason"] == w.WAITED_TOO_LONG) & (world.women["ended"] == world.own)
        waiting = (world.phase == w.WAITING) | gave_up
        number = np.arange(waiting.shape[1])
        first_waiting = np.where(waiting, number, 10**6).min(axis=1)
        last_entered = np.where(world.enters, number, -1).max(axis=1)
        assert (last_entered < first_waiting).all()


def test_what_is_counted_never_falls():
    """Waits, visits, unmet contacts, changes of case manager, progress and goals set together only grow."""
    for world in worlds():
        for field in ("waited", "visits_kept", "visits_missed", "contacts_unmet", "manager_changes", "supplement"):
            now, before = steps(world.women[field], world.present)
            assert (now >= before).all(), field
        now, before = steps(world.women["waited"], world.present)
        still, _ = steps(world.phase == w.WAITING, world.present)
        assert (now[still] == before[still] + 1).all()
        for field in ("together", "progress"):
            now, before = steps(world.goals[field], world.present)
            assert (now >= before).all(), field


def test_shares_stay_between_0_and_1():
    """Trust, habit, intensity, readiness and progress are shares; trust never falls below its start."""
    for world in worlds():
        for field in ("trust", "trust_start", "habit", "intensity", "intensity_start", "readiness"):
            shares = world.women[field][world.present]
            assert ((shares >= 0) & (shares <= 1)).all(), field
        assert (world.women["trust"] >= world.women["trust_start"] - 1e-12)[world.present].all()
        assert ((world.goals["progress"] >= 0) & (world.goals["progress"] <= 1)).all()
        apart = world.present & (world.women["sex_work"] != w.INVOLVED)
        assert (world.women["intensity"][apart] == 0).all()


def test_every_woman_comes_with_two_needs_at_least():
    """Nobody is referred with fewer than two of the seven needs."""
    for world in worlds():
        needs = np.bitwise_count(world.women["needs"][world.present])
        assert ((needs >= 2) & (needs <= len(w.NEEDS))).all()


# ---- staff, hours and places


def test_no_post_gives_more_hours_than_it_has():
    """The hours of every post and week add up to what it supplied, and a vacant post supplies none."""
    for world in worlds():
        team = world.team
        used = sum(team[field] for field in ("hours_drop_in", "hours_crisis", "hours_visits", "hours_links"))
        assert (np.abs(used + team["hours"] - team["hours_supplied"]) < HOUR).all()
        assert (team["hours"] > -HOUR).all()
        assert (team["hours_supplied"] == world.plan["staffing_hours_per_week"] * team["in_post"]).all()


def test_visits_need_somebody_in_post():
    """Where no post is held no visit is kept or missed, and every woman with a case manager has one who is in post."""
    for world in worlds():
        visited = world.followed & np.isin(world.women["contact"], (w.VISIT_KEPT, w.VISIT_MISSED))
        nobody = world.team["in_post"].sum(axis=1) == 0
        assert not visited[nobody].any()
        manager = np.where(world.present, world.women["manager"], -1)
        has = manager >= 0
        if has.any():
            assert np.take_along_axis(world.team["in_post"], np.maximum(manager, 0), axis=1)[has].all()
        assert (has <= world.inside).all(), "who is not in the program has no case manager"
        assert (world.inside <= has)[~nobody].all(), "while somebody is in post every woman in the program has her"


def test_a_caseload_is_the_women_of_the_post():
    """Each post's caseload is the number of its women, those who completed or left this week among them."""
    for world in worlds():
        managers = np.where(world.present, world.women["manager"], -1)
        women = np.stack([(managers == post).sum(axis=1) for post in range(world.team.shape[1])] or [[]], axis=-1)
        if world.team.shape[1]:
            over = world.team["caseload"] - women
            assert (over >= 0).all()
            some = world.team["in_post"].sum(axis=1) > 0
            assert (over.sum(axis=1) == np.where(some, world.ends.sum(axis=1), 0)).all()


def test_a_caseload_passes_its_limit_only_by_reassignment():
    """Who enters is given a post below its limit; only women whose case manager left bring a post above it."""
    passed = 0
    for world in worlds():
        limit, caseload = world.plan["staffing_caseload_limit"], world.team["caseload"]
        manager = world.women["manager"]
        for week, number in np.argwhere(world.enters & (manager >= 0)):
            assert caseload[week, manager[week, number]] <= limit
        grown = (caseload[1:] > limit) & (caseload[1:] > caseload[:-1])
        for week, post in np.argwhere(grown):
            taken = (manager[week + 1] == post) & (manager[week] != post) & world.inside[week] & world.inside[week + 1]
            left = world.ends[week + 1] & world.inside[week]
            assert (taken | left).any()
            passed += 1
    assert passed > 10, "the worlds are too easy to show it"


def test_a_funding_shock_closes_posts_for_good():
    """From the week of the shock the last posts are closed, and nobody is hired into them again."""
    shocks = 0
    for world in worlds():
        left = max(0, int(world.plan["staffing_case_managers"] - world.plan["funding_posts_closed"]))
        closed = world.team["in_post"][int(world.plan["funding_cut_from_week"]) :, left:]
        assert (closed == 0).all()
        shocks += closed.size > 0
    assert shocks > 10


def test_seats_are_never_exceeded():
    """In no session sit more women than it has seats; who is not in the program does not come."""
    turned_away = 0
    for world in worlds():
        sessions = world.drop_in["sessions"][:, 0]
        attended = np.where(world.followed, world.women["attended"], 0)
        for session in range(int(sessions.max(initial=0))):
            seated = (attended >> session & 1).sum(axis=1)
            assert (seated <= world.drop_in["seats"][:, 0]).all()
            assert (seated[sessions <= session] == 0).all()
        assert (np.bitwise_count(attended).sum(axis=1) == world.drop_in["attending"][:, 0]).all()
        assert not attended[~(world.inside | world.ends)].any()
        turned_away += world.drop_in["turned_away"].sum()
    assert turned_away > 20


# ---- services


def test_nobody_is_referred_or_queues_twice():
    """A link goes from referral to queue to link; once lapsed it may begin again, and only after some weeks."""
    ways = {
        w.NO_LINK: {w.NO_LINK, w.REFERRED, w.QUEUED, w.LINKED, w.LAPSED}, w.REFERRED: {w.QUEUED, w.LINKED, w.LAPSED},
        w.QUEUED: {w.QUEUED, w.LINKED, w.LAPSED}, w.LINKED: {w.LINKED, w.LAPSED},
        w.LAPSED: {w.LAPSED, w.REFERRED, w.QUEUED, w.LINKED},
    }  # fmt: skip
    for world in worlds():
        there = world.followed[:-1] & world.followed[1:]
        now, before = world.links["state"][1:][there], world.links["state"][:-1][there]
        since, was_since = world.links["since"][1:][there], world.links["since"][:-1][there]
        for state, nexts in ways.items():
            assert np.isin(now[before == state], list(nexts)).all(), w.LINK_STATES[state]
        again = (before == w.LAPSED) & np.isin(now, (w.REFERRED, w.QUEUED, w.LINKED))
        assert (since[again] - was_since[again] >= world.p["try_again_weeks"]).all()


def test_links_wait_as_long_as_the_service_asks():
    """Nobody is linked through an opening before the least wait, and no more women than there are openings."""
    for world in worlds():
        queued = world.links["state"][:-1] == w.QUEUED
        linked = (
            queued & (world.links["state"][1:] == w.LINKED) & (world.links["since"][1:] > world.links["since"][:-1])
        )
        waits = (world.links["since"][1:] - world.links["since"][:-1])[linked]
        least = np.array([world.plan[f"community_least_wait_{name}"] for name in w.SERVICES])
        assert (waits >= np.broadcast_to(least, linked.shape)[linked]).all()
        assert (linked.sum(axis=1) <= world.services["openings"][1:]).all()


def test_without_a_program_nobody_meets_it():
    """Where no program is offered nobody waits, visits, queues for its openings or is given its rent supplements."""
    for world in no_program_worlds():
        assert (world.phase[world.present] == w.USUAL_SERVICES).all()
        for field in ("contact", "attended", "visits_kept", "supplement", "waited", "hand_offs"):
            assert not world.women[field][world.present].any(), field
        assert (world.women["manager"][world.present] == -1).all()
        assert np.isin(world.links["state"], (w.NO_LINK, w.LINKED, w.LAPSED)).all()
        assert not world.services["queue"].any()
        assert not world.goals["together"].any()
    assert any((world.links["state"] == w.LINKED).any() for world in no_program_worlds())


@pytest.mark.parametrize("field", ["waiting", "pre_cti", "transition", "try_out", "transfer"])
def test_the_log_counts_the_women_of_each_phase(field):
    """The log of the week holds the number of women in each phase."""
    phase = {"waiting": w.WAITING, "pre_cti": 1, "transition": 2, "try_out": 3, "transfer": 4}[field]
    for world in worlds():
        assert (world.log[field] == (world.phase == phase).sum(axis=1)).all()
