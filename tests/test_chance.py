"""Addressed chance: the generator is the published one, and nobody's numbers depend on anybody else's."""

import ast
import pickle
import random
import re

import numpy as np
import pytest
from scipy import stats
from trust import luck
from worlds_for_tests import EDGES, PARAMETERS, drawn_rows, drawn_world, plan_with, rows_with

from sim.agents import Participant, Program
from sim.ensemble import run_ensemble
from sim.program import telling
from sim.program import words as w
from sim.program.chance import HALF, WORD, address, draws, philox_of_whole_numbers, philox_of_words
from sim.program.parameters import draw_numbers, draw_parameters
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
OTHER_CHANCE = set("random secrets uuid urandom getrandbits randbytes default_rng rng RandomState shuffle".split())
CLOCKS = set("time datetime perf_counter monotonic getpid hash id".split())  # what differs from run to run


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


def drawn_in(plan, rows, model=Program):
    """What agents lived and every number that they drew, in order."""
    lived = []

    def live():
        lived.append(model(plan, rows[0], 1, 1, EDGES))
        lived[0].run_model()

    return lived, luck.drawn_by(live)


def test_no_number_is_drawn_twice():
    """In 50,000 draws no number serves two purposes or is drawn again, but for the two reasons that are listed."""
    seen, again = 0, set()
    for number in range(12):
        world = drawn_world(np.random.default_rng([3, number]))
        found = luck.judged(drawn_in(world.plan, world.rows)[1])
        assert found["wrong"] == []
        seen, again = seen + found["draws"], again | set(found["again"])
    assert seen > 50_000
    assert again == set(luck.AGAIN)


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
def test_the_same_address_holds_the_same_number_in_every_world(change):
    """Whatever else differs between two worlds, a number that both draw is the same in both."""
    here, there = (
        {draw.where: draw.number for draw in drawn_in(plan, rows_with())[1]} for plan in (BUSY, BUSY | change)
    )
    shared = here.keys() & there.keys()
    assert len(shared) > 2000
    assert here.keys() != there.keys()
    assert all(here[where] == there[where] for where in shared)


def with_one_more(decision):
    """The program in which every woman meets one more decision every week."""

    class Doubtful(Participant):
        def meet_crisis(self, program):
            telling.luck(program, w.WOMAN, self.number, program.week - self.referred, decision, 0)
            super().meet_crisis(program)

    return type("OneMoreDecision", (Program,), {"participant": Doubtful})


def test_a_new_decision_moves_nobody():
    """A decision added at the end of the list leaves every life as it was."""
    (usual,), drawn = drawn_in(BUSY, rows_with())
    (more,), drawn_more = drawn_in(BUSY, rows_with(), with_one_more(w.RETURN + 1))
    assert len(drawn_more) > len(drawn)
    assert luck.judged(drawn_more)["wrong"] == []
    for name in ARRAYS:
        assert getattr(usual.results(), name).tobytes() == getattr(more.results(), name).tobytes(), name


@pytest.mark.parametrize(
    ("decision", "fault"),
    [
        (w.CRISIS, "meet_crisis draws a number again"),
        (w.HOUSE, "change_housing and meet_crisis draw one number"),
        (w.GAP, "meet_crisis and referral_weeks draw one number"),
        (2**36, "meet_crisis draws outside 32 bits"),
    ],
    ids=["again", "another rule's", "another's outside the week", "no such place"],
)
def test_a_number_drawn_twice_would_be_seen(decision, fault):
    """A rule that reads a number a second time, or another rule's, or at no address, is named."""
    assert fault in luck.judged(drawn_in(BUSY, rows_with(), with_one_more(decision))[1])["wrong"]


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


def numbers_of(**where):
    """A number for each decision, woman and week; shape (decisions, women, weeks)."""
    return (luck.cube(**where) + HALF) / WORD


def test_the_numbers_that_are_tested_are_those_that_are_drawn():
    """The battery reads, in each order, what the rules draw at each address."""
    words = luck.cube(7, 3)
    for order, (slow, middle, fast) in luck.ORDERS.items():
        assert {"decision": 0, "woman": 1, "week": 2}[order] == fast
        assert {slow, middle, fast} == {0, 1, 2}
    for decision, number, week in np.random.default_rng(1).integers(0, words.shape, (200, 3)).tolist():
        block = telling.block(7, 3, w.WOMAN, number, week, decision, 0)
        assert words[decision, number, week] == block[decision % 4]


def test_each_decision_is_even_over_0_to_1():
    """Every decision's numbers pass for even ones (Kolmogorov-Smirnov, false alarm 1 in 10,000 over all of them)."""
    smallest = min(stats.kstest(numbers.ravel(), "uniform").pvalue for numbers in numbers_of())
    assert smallest > FALSE_ALARM / luck.DECISIONS


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
    pairs += [(u[decision], u[decision + 1]) for decision in range(luck.DECISIONS - 1)]
    assert all(is_independent(a, b, len(pairs)) for a, b in pairs)
    assert not is_independent(u[0, :, :-1], (u[0, :, :-1] + u[0, :, 1:] / 50) % 1, 1), "a fault would be seen"


RUN = {"draws": luck.ENOUGH, "again": {"SEAT": 2}, "wrong": []}
FAULTY = [{"told": fault.__name__, "order": "woman", "p_values": {"4/0": [0.0]}} for fault in luck.FAULTS]


def judged_with(run=RUN, p=0.5, faulty=FAULTY, orders=luck.ORDERS):
    """Whether the long check holds with these findings."""
    sound = [{"told": "sound", "order": order, "p_values": {"0/0": [0.5, p]}} for order in orders]
    return luck.together([run, *sound, *faulty])["holds"]


def test_the_long_check_can_turn_red():
    """It holds only with draws enough, right addresses, three orders without an extreme p-value, and faults seen."""
    assert judged_with()
    assert not judged_with(RUN | {"draws": luck.ENOUGH - 1})
    assert not judged_with(RUN | {"wrong": ["meet_crisis draws a number again"]})
    assert not judged_with(p=1e-5)
    assert not judged_with(p=1 - 1e-5)
    assert not judged_with(faulty=FAULTY[1:])
    assert not judged_with(orders=("decision", "week"))


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


def test_no_other_chance_is_touched():
    """A run of either engine leaves the random numbers of Python and of NumPy where they were."""
    before = pickle.dumps((random.getstate(), np.random.get_state()))  # noqa: NPY002
    drawn_in(BUSY, rows_with())
    run_ensemble(BUSY, draw_parameters(PARAMETERS, 1, np.arange(3)), 1, range(3), EDGES)
    assert pickle.dumps((random.getstate(), np.random.get_state())) == before  # noqa: NPY002


SEEDED = (  # what lays out designs, draws samples from results or random people to try a rule on
    "accepted", "identifiability", "selection", "regret", "chance_taken_out", "value_of_information", "data_sets",
    "which_matter", "uncertain", "mechanism",
)  # fmt: skip


def test_no_other_chance_is_named():
    """No source of the package names another random number, and the model names no clock. Mesa's generator, which
    nobody asks, is handed on to its network; a sweep in random order is refused; and where designs are laid out or
    samples drawn from results, which is no part of any life, the sequence is seeded. Only a token is never the same."""
    named = set()
    for path in PACKAGE.rglob("*.py"):
        model = path.parent.name in ("program", PACKAGE.name)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            texts = [getattr(node, field, None) for field in ("id", "attr", "arg", "name", "module")]
            words = {word for text in texts if isinstance(text, str) for word in text.split(".")}
            named |= {(path.stem, word) for word in words & (OTHER_CHANCE | CLOCKS if model else OTHER_CHANCE)}
    seeded = {(name, word) for name, word in named if name in SEEDED}
    tokens = {("app", "secrets"), ("guard", "secrets")}  # a door's key, made and compared
    assert named - seeded == {("agents", "random"), ("agents", "rng"), ("overrides", "shuffle")} | tokens
