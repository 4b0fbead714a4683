"""A study is composed from the configurations, checked as a whole, and never changes afterwards."""

import json
import shutil

import pytest
import yaml
from pydantic import ValidationError

from sim.program.levers import LEVERS
from sim.study.places import configs
from sim.study.refusals import number_text
from sim.study.sentences import say
from sim.study.settings import Refused, compose, known_keys, load_study, options, read_studies, study_from
from sim.study.study import LAST_YEAR

SCENARIOS = {
    "as_delivered", "no_program", "planned_intake", "one_more_case_manager", "one_fewer_case_manager", "no_drop_in",
    "no_warm_hand_offs", "no_peer_mentors", "high_turnover", "remote_year", "rent_supplements", "funding_cut",
}  # fmt: skip
DELIVERED = load_study()


def problems(*words, many=False):
    with pytest.raises(Refused) as refused:
        read_studies(words, many)
    return list(refused.value.problems)


def with_number(key, value):
    """The settings as delivered with one number put in, whatever it is."""
    settings = compose()
    *path, last = key.split(".")
    node = settings
    for part in path:
        node = node[part]
    node[last] = value
    return settings


def refusals(key, value):
    with pytest.raises(Refused) as refused:
        study_from(with_number(key, value))
    return [line for line in refused.value.problems if line.startswith(f"{key}:")]


# what is composed


def test_every_lever_has_a_default_and_no_other_key_stands_beside_them():
    assert list(DELIVERED.plan) == [lever.name for lever in LEVERS]
    beside = {"cohort.start", "seed", "replications", "threads", "out", "store", "sweep.confirmed", "debug"}
    beside |= {"parameters_from", "costs.year", *(f"last_year.{name}" for name in LAST_YEAR)}
    others = {key for key in known_keys() if not key.startswith(("parameters.", "costs.", "community.referrals."))}
    assert others | {"costs.year"} == {lever.key for lever in LEVERS} | beside


def test_the_program_as_delivered_has_the_published_design():
    assert DELIVERED.plan["program_offered"] == 1
    assert [DELIVERED.plan[f"contact_{phase}"] for phase in ("transition", "try_out", "transfer")] == [1, 0.5, 0.23]
    assert DELIVERED.plan["drop_in_sessions_per_week"] == 1
    assert all(DELIVERED.plan[f"ingredients_{name}"] == 1 for name in ("trust", "goals", "links", "drop_in"))


def test_the_twelve_scenarios_are_there_and_no_other():
    assert set(options()["scenario"]) == SCENARIOS


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_a_scenario_says_in_one_sentence_what_it_is_and_changes_something(name):
    study = load_study(f"scenario={name}")
    assert study.scenario == study.label == name
    assert study.about.endswith(".")
    assert study.about.count(". ") == 0
    text = (configs() / "scenario" / f"{name}.yaml").read_text(encoding="utf-8").splitlines()
    assert text[1].startswith("about:")
    assert (study.plan == DELIVERED.plan) == (name == "as_delivered")


def test_every_parameter_file_is_composed_and_names_are_unique_over_files():
    files = {path.stem for path in (configs() / "parameters").glob("*.yaml")}
    assert set(compose()["parameters"]) == files
    names = [p.name for p in DELIVERED.parameters]
    assert len(names) == len(set(names)) > 50
    assert all(p.low <= p.value <= p.high and p.unit and p.meaning for p in DELIVERED.parameters)


def test_referral_edges_join_two_different_services_with_a_probability():
    assert DELIVERED.edges
    assert all(a != b and 0 < share < 1 for a, b, share in DELIVERED.edges)


def test_a_twin_differs_only_in_what_its_scenario_changes():
    other = load_study("scenario=no_warm_hand_offs")
    changed = {name for name in other.plan if other.plan[name] != DELIVERED.plan[name]}
    assert changed == {"linking_warm_share"}
    assert other.parameters == DELIVERED.parameters


# what is refused


@pytest.mark.parametrize("lever", LEVERS, ids=lambda lever: lever.key)
def test_a_lever_is_refused_outside_its_range_and_for_anything_but_a_number(lever):
    low, high = number_text(lever.low), number_text(lever.high)
    for outside in (lever.low - 1, lever.high + 1):
        wording = f"{lever.key}: {number_text(outside)} is not allowed ({low} to {high})"
        assert refusals(lever.key, outside if lever.whole else float(outside)) == [wording]
    kind = "whole number" if lever.whole else "number"
    for value, seen in (("many", '"many"'), (True, "true"), (None, "null"), ("3", '"3"')):
        assert refusals(lever.key, value) == [f"{lever.key}: {seen} is not a {kind}"]
    for value, seen in ((float("nan"), "nan"), (float("inf"), "inf")):
        assert refusals(lever.key, value)[0].startswith(f"{lever.key}: {seen} is not a ")
    if lever.whole:
        assert refusals(lever.key, 1.5) == [f"{lever.key}: 1.5 is not a whole number"]


def test_all_problems_are_said_at_once():
    staff = ("staffing.case_managers=-3", "staffing.case_manager=3")
    assert problems(*staff, "drop_in.seats=30", "seed=many", "scenario=no_dropin") == [
        "staffing.case_manager: unknown; did you mean staffing.case_managers?",
        "scenario: no_dropin is unknown; did you mean no_drop_in?",
        'seed: "many" is not a whole number',
        "staffing.case_managers: -3 is not allowed (0 to 20)",
        "drop_in.seats: 30 is above drop_in.room: 20; lower the first or raise the second",
    ]


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["phases.minimum_weeks=18"], "phases.minimum_weeks: 18 is above phases.limit_weeks: 17"),
        (["phases.limit_weeks=10"], "phases.minimum_weeks: 11 is above phases.limit_weeks: 10"),
        (["drop_in.room=10"], "drop_in.seats: 12 is above drop_in.room: 10"),
        (["cohort.follow_up_weeks=3"], "cohort.follow_up_weeks: 3 is not allowed (4 to 1040)"),
        (["costs.year=2040"], "costs.year: 2040 is not allowed (2018 to 2025)"),
        (["cohort.start=1/1/2018"], 'cohort.start: "1/1/2018" is not a date; write it as in 2018-01-01'),
        (["replications=0"], "replications: 0 is not allowed (1 to 100000)"),
        (["replications=100001"], "replications: 100001 is not allowed (1 to 100000)"),
        (["seed=4294967296"], "seed: 4294967296 is not allowed (0 to 4294967295)"),
        (["seed=-1"], "seed: -1 is not allowed (0 to 4294967295)"),
        (["replications=1e3"], "replications: 1000.0 is not a whole number; write 1000"),
        (
            ["parameters_from=CON"],
            'parameters_from: "CON" is not allowed (names of at most 60 letters that every system takes, without ..)',
        ),
        (["community.referrals.housing.health=2"], "community.referrals.housing.health: 2 is not allowed (0 to 1)"),
    ],
)
def test_contradictions_and_impossible_settings_are_refused(words, line):
    assert [problem[: len(line)] for problem in problems(*words)] == [line]


def test_ones_own_cost_means_the_same_wherever_the_year_stands():
    for words in (["costs.year=2018", "costs.peer_hour=50"], ["costs.peer_hour=50", "costs.year=2018"]):
        assert load_study(*words).costs["peer_hour"] == 50
    assert problems("costs.year=2040", "costs.peer_hour=50") == ["costs.year: 2040 is not allowed (2018 to 2025)"]


def test_a_scenario_may_raise_both_sides_of_a_contradiction():
    study = load_study("drop_in.seats=30", "drop_in.room=40")
    assert (study.drop_in.seats, study.drop_in.room) == (30, 40)


# parameters and costs


def parameter(study, name):
    return next(p for p in study.parameters if p.name == name)


def test_a_bare_number_fixes_a_parameter():
    fixed = parameter(load_study("parameters.trust.trust_gain=0.1"), "trust_gain")
    assert (fixed.value, fixed.low, fixed.high) == (0.1, 0.1, 0.1)


def test_a_parameter_outside_its_range_is_refused_until_the_range_is_widened_too():
    low, high = (number_text(end) for end in compose()["parameters"]["trust"]["trust_gain"]["range"])
    line = f"parameters.trust.trust_gain.value: 0.9 is not allowed ({low} to {high})"
    assert problems("parameters.trust.trust_gain.value=0.9") == [line]
    assert problems("parameters.trust.trust_gain=0.9") == [line]
    wide = load_study("parameters.trust.trust_gain.value=0.9", "parameters.trust.trust_gain.range=[0.1,0.95]")
    assert (parameter(wide, "trust_gain").value, parameter(wide, "trust_gain").high) == (0.9, 0.95)


@pytest.mark.parametrize(
    ("word", "line"),
    [
        (
            "trust.trust_gain.range=[2,1]",
            "parameters.trust.trust_gain.range: 2.0 to 1.0 is not allowed (the lower end comes first)",
        ),
        ("trust.trust_gain.range=3", "parameters.trust.trust_gain.range: 3 is not a range; write it as in [0.1, 0.2]"),
        (
            "trust.trust_gain.range=[1,2,3]",
            "parameters.trust.trust_gain.range: [1, 2, 3] is not a range; write it as in [0.1, 0.2]",
        ),
        ("trust.trust_gain=[1,2]", "parameters.trust.trust_gain: [1, 2] is not one plain value"),
        ("trust.trust_gain=high", 'parameters.trust.trust_gain.value: "high" is not a number'),
        ("trust.trust_gian=0.1", "parameters.trust.trust_gian: unknown; did you mean parameters.trust.trust_gain?"),
        (
            "trust.trust_gain.unit=x",
            "parameters.trust.trust_gain.unit: unknown; did you mean parameters.trust.trust_gain?",
        ),
    ],
)
def test_parameters_are_refused_in_plain_words(word, line):
    assert problems(f"parameters.{word}") == [line]


def test_a_range_must_stay_where_its_scale_is_defined():
    logit = next(
        f"{file}.{name}"
        for file, lines in compose()["parameters"].items()
        for name, line in lines.items()
        if line["scale"] == "logit"
    )
    assert problems(f"parameters.{logit}.range=[0,0.9]") == [
        f"parameters.{logit}.range: 0.0 to 0.9 is not allowed (above 0 and below 1)"
    ]  # fmt: skip


def test_an_older_price_is_brought_forward_and_a_share_is_not():
    index = compose()["costs"]["index"]
    assert DELIVERED.costs["peer_hour"] == pytest.approx(37.5 * index[2025] / index[2018])
    assert DELIVERED.costs["benefits_share"] == compose()["costs"]["benefits_share"]["value"]
    assert load_study("costs.year=2018").costs["peer_hour"] == 37.5


def test_ones_own_cost_is_in_todays_dollars_and_no_longer_a_placeholder():
    study = load_study("costs.peer_hour=50", "costs.salary_per_post=71000")
    lines = study.cost_lines.forward()
    assert (study.costs["peer_hour"], lines["peer_hour"].source) == (50, "own")
    assert (study.costs["salary_per_post"], lines["salary_per_post"].source) == (71000, "own")
    assert problems("costs.salary_per_post=-1") == ["costs.salary_per_post: -1 is not allowed (0 to 10000000)"]
    assert problems("costs.peer_hour=nan") == ["costs.peer_hour.value: nan is not a number"]
    assert problems("costs.benefits_share=20") == ["costs.benefits_share: 20 is not allowed (0 to 1)"]


# what a study is afterwards


def test_a_study_cannot_be_changed():
    with pytest.raises(ValidationError):
        DELIVERED.seed = 2
    with pytest.raises(ValidationError):
        DELIVERED.staffing.case_managers = 2


def test_what_a_record_holds_makes_the_same_study_again():
    study = load_study(
        "scenario=remote_year", "staffing.case_managers=3", "parameters.trust.trust_gain=0.1", "costs.peer_hour=50"
    )
    again = study_from(json.loads(json.dumps(study.resolved())))
    assert again == study
    assert (again.plan, again.parameters, again.costs, again.edges) == (
        study.plan,
        study.parameters,
        study.costs,
        study.edges,
    )


@pytest.mark.parametrize(
    "spoilt", [{}, {"seed": "1"}, {"costs": 3}, {"costs": {"index": "x", "year": []}}, {"parameters": [1]}]
)
def test_a_record_that_is_not_whole_is_refused(spoilt):
    settings = {**DELIVERED.resolved(), **spoilt} if spoilt else {}
    with pytest.raises(Refused):
        study_from(settings)


def test_a_study_is_labelled_by_its_scenario_and_what_was_changed_in_it():
    how_it_is_run = ("out=here", "threads=2", "seed=3", "replications=9")
    study = load_study("scenario=no_drop_in", "staffing.case_managers=3", *how_it_is_run)
    assert study.label == "no_drop_in, staffing.case_managers=3"


def test_composing_leaves_no_trace_between_studies():
    load_study("staffing.case_managers=9", "parameters.trust.trust_gain=0.1")
    assert load_study() == DELIVERED


def test_the_configurations_are_found_in_a_checkout_and_in_a_wheel(tmp_path):
    checkout, wheel = tmp_path / "checkout" / "sim", tmp_path / "site-packages" / "sim"
    shutil.copytree(configs() / "sentences", checkout.parent / "configs" / "sentences")
    shutil.copytree(configs() / "sentences", wheel / "_configs" / "sentences")
    for folder in (checkout.parent / "configs", wheel / "_configs"):
        (folder / "config.yaml").write_text("seed: 1\n", encoding="utf-8")
        assert configs(checkout if "checkout" in folder.parts else wheel) == folder
    with pytest.raises(FileNotFoundError):
        configs(tmp_path / "nowhere" / "sim")


def test_a_sentence_that_does_not_exist_is_an_error():
    with pytest.raises(KeyError):
        say("door.no_such_sentence")
    with pytest.raises(KeyError):
        say("door")
    assert yaml.safe_load((configs() / "sentences" / "en.yaml").read_text(encoding="utf-8")).keys() >= {"door"}
