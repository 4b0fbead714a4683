"""Another rule in the place of a published one: the same rule gives the same lives in both engines, and one that does
what it may not is refused before any run."""

import random

import pytest

import sim
from sim.program.community import open_doors
from sim.program.contact import answer_crises
from sim.program.mechanism import may_change, stages
from sim.program.staff import offer_places
from sim.program.telling import each, together
from sim.program.trust import build_trust
from sim.study.refusals import Refused
from sim.study.simulate import decided_by

SMALL = ("cohort.weeks=30", "cohort.referred=12", "cohort.follow_up_weeks=60", "threads=1")
STUDY = sim.load_study(*SMALL, "replications=6")
OUTCOMES = ["completed", "trust_26"]
published_trust = build_trust


def no_trust(person, program):
    """Trust stays where it began."""
    person.trust = person.trust_start


@pytest.fixture(scope="module")
def told_otherwise():
    """The study in which trust stays where it began; its kernel is compiled once."""
    return sim.swap(STUDY, build_trust=no_trust)


def test_the_stages_that_can_be_swapped_are_the_lines_of_the_week():
    """Every stage is found under the name it has in the week, with who does it."""
    assert len(stages()) == 40
    assert {stage.who for stage in stages().values()} == {"followed", "team", "peers", "services", "drop_in", ""}
    assert not {each.__name__, together.__name__} & set(stages())
    assert may_change("build_trust") == {("women", "trust")}


@pytest.mark.parametrize(
    ("name", "act"),
    [
        ("offer_places", offer_places),
        ("answer_crises", answer_crises),
        ("open_doors", open_doors),
    ],
)
def test_a_published_rule_passes_the_trial(name, act):
    """What the published rules do to random people is what they may do, whoever does it."""
    assert sim.swap(STUDY, **{name: act}).mechanism.rules[name].__name__ == name


def test_engines_agree_when_a_rule_is_swapped(told_otherwise):
    """Agents and arrays live the same weeks with another rule of trust."""
    tables = [sim.run(told_otherwise, engine, OUTCOMES).tables for engine in ("compiled", "mesa")]
    assert tables[0]["outcomes"].equals(tables[1]["outcomes"])
    published = sim.run(STUDY, "mesa", OUTCOMES).tables["outcomes"]
    assert not published.equals(tables[0]["outcomes"])


def test_an_identical_rule_gives_the_same_bytes():
    """The published rule in its own place changes no number of any table."""
    one = sim.run(STUDY, outcomes=OUTCOMES).tables
    two = sim.run(sim.swap(STUDY, build_trust=published_trust), outcomes=OUTCOMES).tables
    assert all(table.equals(two[name]) for name, table in one.items())


def test_what_is_kept_of_one_rule_never_answers_for_another(told_otherwise):
    """Kept blocks know by which rules they were lived, and which values stood around them."""

    def with_gain(size):
        def gaining(person, program):
            person.trust = min(1.0, person.trust + size)

        return gaining

    keys = [decided_by(sim.swap(STUDY, build_trust=with_gain(size)), STUDY.plan, []) for size in (0.1, 0.2)]
    keys += [decided_by(study, STUDY.plan, []) for study in (STUDY, told_otherwise)]
    assert all(one != two for place, one in enumerate(keys) for two in keys[:place])
    assert told_otherwise.resolved() == STUDY.resolved()


def another_field(person, program):
    person.habit = 0.5


def beyond_its_range(person, program):
    person.trust = person.trust + 0.5


def own_dice(person, program):
    person.trust = random.random()


def unknown_word(person, program):
    person.trust = never_defined  # noqa: F821


def new_field(person, program):
    person.confidence = 0.5


def not_for_compiling(person, program):
    person.trust = 0.5 if program.p.__class__ else 0.1


def takes_more(person, program, other):
    person.trust = 0.5


def by_nothing(person, program):
    person.trust = person.trust / (person.trust_start - person.trust_start)


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (another_field, "build_trust: changes women.habit from 0.[0-9]+ to 0.5, which it does not own"),
        (beyond_its_range, r"build_trust: women.trust becomes 1.[0-9]+ \(allowed 0 to 1\)"),
        (own_dice, "build_trust: women.trust is 0.[0-9]+ in one call and 0.[0-9]+ in the next with the same luck"),
        (unknown_word, "build_trust: stops: NameError: name 'never_defined' is not defined"),
        (new_field, "build_trust: stops: AttributeError: confidence is not declared in sim.program.people"),
        (not_for_compiling, "build_trust: cannot be compiled: .*__class__"),
        (takes_more, "build_trust: takes 3 arguments; the rule in whose place it stands takes 2"),
        (by_nothing, "build_trust: stops: ZeroDivisionError"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)  # fmt: skip
def test_a_rule_that_does_what_it_may_not_is_refused_with_the_field_and_the_value(act, said):
    """Before the first run, in one line."""
    with pytest.raises(Refused, match=said) as refused:
        sim.swap(STUDY, build_trust=act)
    assert "\n" not in str(refused.value)


def test_an_unknown_stage_is_refused_with_what_was_probably_meant():
    """A typing mistake in the name of a stage is answered with the name."""
    with pytest.raises(Refused, match=r"build_truts: .*did you mean build_trust"):
        sim.swap(STUDY, build_truts=no_trust)
