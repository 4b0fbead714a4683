"""Facts about the plans of the page: what may be asked, what a code holds, and that a plan is the study it says."""

import json
import random
from pathlib import Path

import pytest

from sim.app.codes import LETTERS, code_of, plan_of_code
from sim.app.levers import BY_KEY, INTAKE, RATE, SCENARIOS, SLIDERS, Base, Plan, asked_plan
from sim.app.own_file import base_of, plan_of_file
from sim.program.levers import LEVERS
from sim.study.overrides import options
from sim.study.own_numbers import template
from sim.study.refusals import Refused
from sim.study.settings import load_study


@pytest.fixture(scope="module")
def base() -> Base:
    return Base()


def any_plan(luck: random.Random) -> Plan:
    return Plan(luck.choice(SCENARIOS), tuple(slider.at(luck.randrange(slider.steps)) for slider in SLIDERS))


def changed(base: Base, **levers: float) -> dict:
    told = base.start("as_delivered").told()
    return told | {"levers": told["levers"] | {key.replace("__", "."): value for key, value in levers.items()}}


def refused(base: Base, told: object) -> tuple[str, ...]:
    with pytest.raises(Refused) as stopped:
        base.normal(asked_plan(told))
    assert all("\n" not in line for line in stopped.value.problems)
    return stopped.value.problems


# ---- what a plan is


def test_every_scenario_is_on_the_page_in_an_order_that_codes_rest_on() -> None:
    assert {*SCENARIOS} == {*options()["scenario"]}
    assert SCENARIOS[:2] == ("as_delivered", "no_program")


def test_a_scenario_as_it_is_is_the_study_of_that_scenario(base: Base) -> None:
    for name in SCENARIOS:
        theirs, ours = load_study(f"scenario={name}"), base.study_of(base.start(name))
        assert (ours.plan, ours.costs, ours.edges) == (theirs.plan, theirs.costs, theirs.edges), name
        assert (ours.scenario, ours.about, ours.label) == (name, theirs.about, theirs.label)
        assert base.start(name).other == ()


def test_sixteen_women_a_year_are_the_referrals_of_the_program_as_delivered(base: Base) -> None:
    start = base.start("as_delivered")
    assert dict(zip(BY_KEY, start.levers))[INTAKE] == 16
    assert base.study_of(start).cohort.referrals_per_week == 0.3075
    planned = base.normal(asked_plan(changed(base, **{"cohort__women_a_year": 30})))
    assert base.study_of(planned).cohort.referrals_per_week == 0.5825
    other = base.normal(asked_plan(changed(base, **{"cohort__women_a_year": 20})))
    assert base.study_of(other).cohort.referrals_per_week == round(20 / 52, 4)


def test_a_plan_is_the_study_that_its_words_are_on_the_command_line() -> None:
    luck = random.Random(1)
    base = Base("seed=7", "costs.drop_in_session=410", "cohort.weeks=100")
    for _ in range(6):
        plan = base.normal(any_plan(luck))
        ours, theirs = base.study_of(plan), load_study(*base.words_of(plan))
        assert (ours.plan, ours.costs, ours.seed) == (theirs.plan, theirs.costs, theirs.seed)
        assert ours.changes == [word for word in base.words_of(plan)[1:] if not word.startswith("seed=")]


def test_other_numbers_stand_where_they_change_something_and_nowhere_else(base: Base) -> None:
    told = base.start("high_turnover").told()
    other = {"staffing.turnover": 2, "costs.salary_per_post": 70000, "costs.drop_in_session": 300}
    plan = base.normal(asked_plan(told | {"other": other}))
    assert dict(plan.other) == {"costs.salary_per_post": 70000}
    assert base.study_of(plan).costs["salary_per_post"] == 70000
    assert base.study_of(plan).staffing.turnover == 2
    assert base.words_of(plan) == ["scenario=high_turnover", "costs.salary_per_post=70000"]


def test_a_number_between_two_steps_is_kept_until_its_lever_is_moved(base: Base) -> None:
    plan = base.plan_from("as_delivered", {RATE: 0.4, "linking.warm_share": 0.33})
    assert dict(plan.other) == {RATE: 0.4, "linking.warm_share": 0.33}
    assert (dict(zip(BY_KEY, plan.levers))[INTAKE], base.study_of(plan).linking.warm_share) == (21, 0.33)
    moved = plan.told()
    moved["levers"][INTAKE], moved["levers"]["linking.warm_share"] = 30, 0.5
    assert base.normal(asked_plan(moved)).other == ()


def test_plans_that_are_lived_alike_have_one_identity(base: Base) -> None:
    alike = base.normal(asked_plan(changed(base, **{"staffing__case_managers": 2})))
    assert base.identity(alike) == base.identity(base.start("one_more_case_manager"))
    assert base.identity(alike) != base.identity(base.start("as_delivered"))


# ---- what is refused


@pytest.mark.parametrize(
    "told",
    [
        None, [], "as_delivered", {"scenario": "as_delivered"}, {"scenario": {}, "levers": {}, "other": {}},
        {"scenario": "as_delivered", "levers": [], "other": {}},
        {"scenario": "as_delivered", "levers": {}, "other": {}, "parameters_from": "/etc"},
        {"scenario": "as_delivered", "levers": {}, "other": {f"k{n}": 1 for n in range(90)}},
    ],
)  # fmt: skip
def test_what_is_not_a_plan_is_refused_in_one_line(base: Base, told: object) -> None:
    assert len(refused(base, told)) == 1


@pytest.mark.parametrize("value", ["3", None, True, [1], {"a": 1}, float("nan"), float("inf"), 10**400, -1, 2.5, 11])
def test_a_lever_takes_a_number_on_its_steps_and_nothing_else(base: Base, value: object) -> None:
    (line,) = refused(base, changed(base, **{"staffing__case_managers": value}))
    assert line.startswith("staffing.case_managers: ")


@pytest.mark.parametrize(
    "key",
    ["parameters_from", "out", "store", "seed", "threads", "replications", "hydra.run.dir", "scenario.file", "debug",
     "parameters.trust.trust_gain", "parameters.trust.trust_gain.value", "costs.index", "costs.year", "cohort.start",
     "costs.salary_per_post.range", "community.referrals.housing.health", "last_year.entered", "__class__", "a" * 300,
     "<script>alert(1)</script>", "\x1b[2J", "../../etc/passwd", "${oc.env:HOME}", ""],
)  # fmt: skip
def test_no_key_but_levers_and_costs_arrives_through_a_plan(base: Base, key: str) -> None:
    (line,) = refused(base, base.start("as_delivered").told() | {"other": {key: 1}})
    assert line.isprintable()
    assert len(line) < 300


def test_a_name_that_is_no_scenario_is_refused_and_is_no_path(base: Base) -> None:
    for name in ("../as_delivered", "as_delivered,no_program", "<img src=x onerror=alert(1)>", "nothing", "a" * 5000):
        (line,) = refused(base, base.start("as_delivered").told() | {"scenario": name})
        assert line.startswith("scenario: ")
        assert len(line) < 400


def test_a_program_that_is_too_large_for_the_page_is_refused(base: Base) -> None:
    told = base.start("as_delivered").told()
    for other in ({"cohort.weeks": 520}, {"cohort.referred": 1000}, {"cohort.follow_up_weeks": 1040}):
        (line,) = refused(base, told | {"other": other})
        assert "more than the page lives" in line


def test_numbers_out_of_range_are_refused_by_the_same_door(base: Base) -> None:
    told = base.start("as_delivered").told()
    assert refused(base, told | {"other": {"staffing.turnover": 9}}) == (
        "staffing.turnover: 9 is not allowed (0 to 4)",
    )
    (line,) = refused(base, told | {"other": {"drop_in.room": 5}})
    assert line.startswith("drop_in.seats: 12 is above drop_in.room")


# ---- codes


def test_a_code_holds_scenario_and_levers_and_nothing_else(base: Base) -> None:
    luck = random.Random(2)
    for _ in range(300):
        plan = any_plan(luck)
        code = code_of(plan)
        assert plan_of_code(code) == plan
        assert [len(part) for part in code.split("-")] == [4, 4, 4]
    assert code_of(base.start("as_delivered")) != code_of(base.start("one_more_case_manager"))


def test_a_code_is_read_as_people_write_it(base: Base) -> None:
    plan = base.start("as_delivered")
    code = code_of(plan)
    assert plan_of_code(code.lower().replace("-", " ")) == plan
    assert plan_of_code(code.replace("0", "O").replace("1", "l")) == plan


def test_a_slip_of_one_sign_or_two_that_change_places_is_noticed() -> None:
    luck = random.Random(3)
    for _ in range(100):
        code = code_of(any_plan(luck)).replace("-", "")
        here = luck.randrange(11)
        wrong = luck.choice([sign for sign in LETTERS if sign != code[here]])
        slips = [code[:here] + wrong + code[here + 1 :]]
        slips += [code[:here] + code[here + 1] + code[here] + code[here + 2 :]] if code[here] != code[here + 1] else []
        for slip in slips:
            with pytest.raises(Refused):
                plan_of_code(slip)


@pytest.mark.parametrize("code", ["", "ABC", "U" * 12, "0" * 5000, "<b>", "ÀÀÀÀ-ÀÀÀÀ-ÀÀÀÀ", "ZZZZ-ZZZZ-ZZZZ"])
def test_what_is_no_code_is_refused(code: str) -> None:
    with pytest.raises(Refused) as stopped:
        plan_of_code(code)
    assert len(stopped.value.problems) == 1


# ---- a file of one's own numbers


def test_the_template_untouched_is_the_program_as_delivered(base: Base) -> None:
    assert plan_of_file(base, template(base.study)) == (base.start("as_delivered"), [])


def test_a_file_is_the_plan_that_the_command_line_makes_of_it(base: Base) -> None:
    rows = ["key;value", "staffing.case_managers;3", "staffing.turnover;1.5", "costs.salary_per_post;71000"]
    plan, notes = plan_of_file(base, "\n".join([*rows, "linking.warm_share;0.42"]))
    assert notes == []
    assert dict(plan.other) == {"costs.salary_per_post": 71000, "linking.warm_share": 0.42, "staffing.turnover": 1.5}
    theirs = load_study("staffing.case_managers=3", "staffing.turnover=1.5", "costs.salary_per_post=71000",
                        "linking.warm_share=0.42")  # fmt: skip
    assert (base.study_of(plan).plan, base.study_of(plan).costs) == (theirs.plan, theirs.costs)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("staffing.case_managers,many", "line 2: staffing.case_managers"),
        ("staffing.case_managers,99", "line 2: staffing.case_managers: 99 is not on the page (0 to 10 by steps of 1)"),
        ("staffing.turnover,99", "line 2: staffing.turnover: 99 is not allowed (0 to 4)"),
        ("parameters.trust.trust_gain,0.1", "line 2: parameters.trust.trust_gain: the page sets levers and costs"),
        ("seed,3", "line 2: seed: does not belong"),
        ("out,elsewhere", "line 2: out: "),
        ("staffing.case_managers,=1+1", "line 2: staffing.case_managers"),
        ("nothing,1", "line 2: nothing: unknown"),
        ('"', "line 2: cannot be read as CSV"),
    ],
)
def test_a_line_of_a_file_that_cannot_be_used_is_named(base: Base, row: str, said: str) -> None:
    with pytest.raises(Refused) as stopped:
        plan_of_file(base, f"key,value\n{row}\n")
    assert stopped.value.problems[0].startswith(f"my_program.csv, {said}")


def test_every_lever_of_the_page_is_one_of_the_model() -> None:
    ranges = {lever.key: lever for lever in LEVERS}
    for slider in SLIDERS:
        lever, rate = ranges[slider.sets], 52 if slider.key == INTAKE else 1
        assert lever.low <= slider.low / rate <= slider.high / rate <= lever.high
        assert slider.at(slider.steps - 1) == slider.high
        assert not lever.whole or slider.step == 1
        assert [slider.nearest(slider.at(place)) for place in range(slider.steps)] == [*range(slider.steps)]
    assert json.loads(json.dumps(Base().start("no_drop_in").told()))["levers"]["drop_in.sessions_per_week"] == 0


def test_the_words_of_the_command_are_what_every_plan_starts_from_and_its_scenario_is_where_it_opens() -> None:
    base, first = base_of(["scenario=no_drop_in", "seed=5", "out=x.html", "debug=true", "threads=1"])
    assert (base.changes, base.study.seed) == (["seed=5"], 5)
    assert first == f"#a={code_of(base.start('no_drop_in'))}"
    assert base_of([])[1] == ""


def test_a_file_named_on_the_command_line_is_the_plan_that_the_page_opens_with(here: Path) -> None:
    (here / "my.csv").write_text("key,value\nstaffing.turnover,1.5\nlast_year.entered,12\n", encoding="utf-8")
    base, first = base_of(["scenario.file=my.csv"])
    assert first == f"#a={code_of(base.start('as_delivered'))}&a.staffing.turnover=1.5"
