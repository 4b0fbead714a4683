"""Addressed chance: the generator is the published one, and nobody's numbers depend on anybody else's."""

import re
import sys

import numpy as np
import pytest
from scipy import stats
from worlds_for_tests import EDGES, PARAMETERS, drawn_rows, drawn_world, plan_with, rows_with

from sim.agents import Participant, Program
from sim.ensemble import run_ensemble
from sim.program import telling
from sim.program import words as w
from sim.program.chance import HALF, WORD, address, draws, philox_of_whole_numbers, philox_of_words
from sim.program.parameters import draw_numbers
from sim.program.world import ARRAYS
from sim.study.places import PACKAGE

# Known answers of Philox 4x32-10, as its authors publish them with Random123: counter, key, answer.
KNOWN = (
    ("00000000 " * 4, "00000000 " * 2, "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ffffffff " * 4, "ffffffff " * 2, "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"),
)
FALSE_ALARM = 1e-4  # of each family of tests below, shared out evenly among its members
BUSY = plan_with(cohort_referred=12, cohort_weeks=20, cohort_follow_up_weeks=40, staffing_case_managers=2)
NOT_IN_THE_WEEK = ("luck", "her_luck", "happens", "block")


def words_of(text):
    return [int(word, 16) for word in text.split()]


@pytest.mark.parametrize("vector", KNOWN, ids=["zeros", "ones", "pi"])
def test_the_generator_gives_the_published_answers(vector):
    """Philox 4x32-10 gives the known answers for whole numbers and for arrays of 64-bit words."""
    counter, key, answer = map(words_of, vector)
    assert list(philox_of_whole_numbers(*counter, *key)) == answer
    many = philox_of_words(*(np.full(3, word, np.uint64) for word in counter + key))
    assert [word.tolist() for word in many] == [[word] * 3 for word in answer]
    assert {word.dtype for word in many} == {np.dtype(np.uint64)}


def test_compiled_code_draws_from_the_same_generator():
    """A woman's readiness, drawn by the compiled engine, is the word of the published generator at her address."""
    seed = 2**32 - 3
    runs = run_ensemble(BUSY, rows_with(2), seed, [1, 70_000], EDGES)
    for place, replication in enumerate((1, 70_000)):
        for number in range(12):
            block = philox_of_whole_numbers(number, 0, w.READY >> 2, 0, seed, replication)
            assert runs.women["readiness"][place, number] == (block[w.READY & 3] + 0.5) / 2**32


def drawn_in(plan, rows, monkeypatch, model=Program):
    """Every number drawn in a run of agents, in order: its address, the rule that asked, and the block's words."""
    found = []

    def listen(seed, replication, kind, number, week, decision, other):
        frame = sys._getframe(1)
        while frame.f_code.co_name in NOT_IN_THE_WEEK:
            frame = frame.f_back
        words = philox_of_whole_numbers(*address(kind, number, week, decision, other), seed, replication)
        found.append(((kind, number, week, decision, other), frame.f_code.co_name, words[decision % 4]))
        return words

    with monkeypatch.context() as patch:
        patch.setattr(telling, "block", listen)
        program = model(plan, rows[0], 1, 1, EDGES)
        program.run_model()
    return program.results(), found


def test_no_address_serves_two_purposes(monkeypatch):
    """A number is drawn by one rule only, and again only to find the likeliest need or the last at the door."""
    for number in range(12):
        world = drawn_world(np.random.default_rng([3, number]))
        askers, times = {}, {}
        for where, rule, _ in drawn_in(world.plan, world.rows, monkeypatch)[1]:
            askers.setdefault(where, set()).add(rule)
            times[where] = times.get(where, 0) + 1
        assert {where: rules for where, rules in askers.items() if len(rules) > 1} == {}
        assert {where[3] for where, often in times.items() if often > 1} <= {w.NEED, w.SEAT}
        assert w.GAP not in {where[3] for where in times}, "the gap before her referral is drawn outside the week"


def test_every_decision_has_a_code_of_its_own():
    """No two decisions that the rules draw for share a code, and kinds and decisions never share a place."""
    kinds = "WOMAN|POST|PEER|SERVICE|SESSION|PARAMETER"
    asked = re.compile(rf"(?:happens|luck|draws)\((?:[^()]*?, )?w\.(?!{kinds})([A-Z_]+)")
    sources = [path.read_text(encoding="utf-8") for path in (PACKAGE / "program").glob("*.py")]
    names = {name for source in sources for name in asked.findall(source)}
    assert len(names) > 40
    codes = [getattr(w, name) + extra for name in names for extra in range(len(w.DOMAINS) if name == "PROGRESS" else 1)]
    assert len(set(codes)) == len(codes)
    places = {address(kind, 7, 3, decision, 0)[2] for kind in range(6) for decision in range(0, 400, 4)}
    assert len(places) == 600


@pytest.mark.parametrize(
    "change",
    [
        {"staffing_case_managers": 3.0},
        {"staffing_peer_mentors": 5.0},
        {"cohort_referred": 0.0},
        {"ingredients_links": 0.0},
    ],
    ids=["a post", "peer mentors", "another cohort", "an ingredient off"],
)
def test_the_same_address_holds_the_same_number_in_every_world(change, monkeypatch):
    """Whatever else differs between two worlds, a number that both draw is the same in both."""
    here, there = (
        {where: word for where, _, word in drawn_in(plan, rows_with(), monkeypatch)[1]}
        for plan in (BUSY, BUSY | change)
    )
    shared = here.keys() & there.keys()
    assert len(shared) > 2000
    assert here.keys() != there.keys()
    assert all(here[where] == there[where] for where in shared)


class Doubtful(Participant):
    """A woman who meets one more decision every week, at the end of the list."""

    def meet_crisis(self, program):
        telling.luck(program, w.WOMAN, self.number, program.week - self.referred, w.RETURN + 1, 0)
        super().meet_crisis(program)


class OneMoreDecision(Program):
    """The program with that decision."""

    participant = Doubtful


def test_a_new_decision_moves_nobody(monkeypatch):
    """A decision added at the end of the list leaves every life as it was."""
    usual, drawn = drawn_in(BUSY, rows_with(), monkeypatch)
    more, drawn_more = drawn_in(BUSY, rows_with(), monkeypatch, OneMoreDecision)
    assert len(drawn_more) > len(drawn)
    for name in ARRAYS:
        assert getattr(usual, name).tobytes() == getattr(more, name).tobytes(), name


def test_a_woman_more_brings_only_herself():
    """Women referred after the others change neither when the others come nor what they bring with them."""
    plans = [plan_with(cohort_weeks=weeks, cohort_referrals_per_week=0.3) for weeks in (40, 60)]
    few, more = (run_ensemble(plan, rows_with(20), 1, range(1, 21), EDGES) for plan in plans)
    assert more.referred.sum() > few.referred.sum() + 50
    hers = ("number", "referred", "needs", "readiness", "violence", "trust_start", "intensity_start")
    for r, women in enumerate(few.referred):
        for field in hers:
            assert (few.women[field][r, :women] == more.women[field][r, :women]).all(), field
        for field in ("wanted", "appeal"):
            assert (few.goals[field][r, :women] == more.goals[field][r, :women]).all(), field


def test_replications_and_seeds_are_worlds_of_their_own():
    """Another replication or another seed gives other women."""
    rows = drawn_rows(np.random.default_rng(1), 1)
    found = {
        run_ensemble(BUSY, rows, seed, [replication], EDGES).women["readiness"].tobytes()
        for seed, replication in ((0, 1), (1, 0), (1, 1), (1, 2), (2, 1))
    }
    assert len(found) == 5


DECISIONS, WOMEN, WEEKS = w.RETURN + 1, 150, 100


def numbers_of(seed=1, replication=1, kind=w.WOMAN, other=0):
    """A number for each decision, woman and week, as the program draws them; shape (decisions, women, weeks)."""
    decision, number, week = np.indices((DECISIONS, WOMEN, WEEKS)).astype(np.uint64)
    place = np.full(decision.shape, kind << 16, np.uint64) + (decision >> np.uint64(2))
    rest = [np.full(decision.shape, part, np.uint64) for part in (other, seed, replication)]
    words = np.stack(philox_of_words(number, week, place, *rest))
    chosen = np.take_along_axis(words, (decision % np.uint64(4)).astype(np.int64)[None], axis=0)[0]
    return (chosen + HALF) / WORD


def test_each_decision_is_even_over_0_to_1():
    """Every decision's numbers pass for even ones (Kolmogorov-Smirnov, false alarm 1 in 10,000 over all of them)."""
    smallest = min(stats.kstest(numbers.ravel(), "uniform").pvalue for numbers in numbers_of())
    assert smallest > FALSE_ALARM / DECISIONS


def is_independent(a, b, members):
    """Chi-square over an 8 by 8 table of two even numbers met together."""
    table, _, _ = np.histogram2d(a.ravel(), b.ravel(), bins=8, range=[[0, 1], [0, 1]])
    return stats.chisquare(table.ravel()).pvalue > FALSE_ALARM / members


def test_neighbours_know_nothing_of_each_other():
    """Numbers of neighbouring decisions, women, weeks, sessions, kinds, replications and seeds pass for independent
    (chi-square, false alarm 1 in 10,000 over all of them)."""
    u = numbers_of()
    pairs = [(u[:, :-1], u[:, 1:]), (u[:, :, :-1], u[:, :, 1:])]
    pairs += [(u, numbers_of(**other)) for other in ({"seed": 2}, {"replication": 2}, {"kind": w.POST}, {"other": 1})]
    pairs += [(u[decision], u[decision + 1]) for decision in range(DECISIONS - 1)]
    assert all(is_independent(a, b, len(pairs)) for a, b in pairs)
    assert not is_independent(u[0, :, :-1], (u[0, :, :-1] + u[0, :, 1:] / 50) % 1, 1), "a fault would be seen"


def test_draws_outside_the_week_are_at_addresses_too():
    """Parameters and gaps between referrals are looked up by number, replication and seed, for many at once."""
    many = draws(w.WOMAN, np.arange(5)[None, :], w.GAP, 9, np.arange(1, 4)[:, None])
    assert many.shape == (3, 5)
    assert many[2, 4] == (philox_of_whole_numbers(4, 0, w.GAP >> 2, 0, 9, 3)[w.GAP & 3] + 0.5) / 2**32


def test_each_parameter_has_numbers_of_its_own():
    """No two parameters share their draws, and one parameter more leaves the others' draws as they were."""
    replications = np.arange(1, 40)
    drawn = draw_numbers(PARAMETERS, 1, replications)
    spans = [p for p in PARAMETERS if p.high > p.low]
    shares = {((drawn[p.name] - p.low) / (p.high - p.low)).round(9).tobytes() for p in spans}
    assert len(shares) == len(spans)
    fewer = draw_numbers(PARAMETERS[1:], 1, replications)
    assert all((fewer[name] == drawn[name]).all() for name in fewer)
