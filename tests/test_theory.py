"""The theory of change is data that agrees with the model and its sources, and its arrows carry what runs say."""

import pandas as pd
import pytest
import yaml

import sim
import sim.study.theory
from sim.measures.outcomes import NAMED
from sim.study.asked import choose
from sim.study.contribution import INGREDIENTS, Asked
from sim.study.places import configs
from sim.study.store import Store
from sim.study.targets import evidence
from sim.study.theory import OFF, arrow_table, badge_of, rival_table, runs_of, theory

SMALL = ("cohort.weeks=30", "cohort.referred=12", "cohort.follow_up_weeks=60", "threads=1")
STUDY = sim.load_study(*SMALL)
LINES = {f"{file}.{name}": line for file, names in STUDY.parameter_lines.items() for name, line in names.items()}
NOTHING = {"as_is": 0.0, "log": 1.0, "logit": 1e-9}  # where a parameter does nothing, by its scale


def asked(*words, outcomes=("completed",)):
    return Asked(sim.load_study(*SMALL, *words), choose(outcomes, 60), 1.0, 0, Store(None))


def test_every_arrow_names_an_ingredient_an_outcome_and_evidence_that_exist():
    seen = pd.read_csv(configs() / "evidence.csv", index_col="id")["seen"]
    for arrow in theory()["arrows"]:
        assert arrow["ingredient"] in OFF, arrow
        cited = [] if arrow["evidence"] == "assumed" else arrow["evidence"]
        assert set(cited) <= evidence(), arrow
        assert all(seen[row] != "no" for row in cited), arrow
        assert arrow["outcome"] is None or NAMED[arrow["outcome"]].population == "referred", arrow
        assert arrow["from"] in theory()["nodes"], arrow
        assert arrow["to"] in theory()["nodes"], arrow


def test_what_cuts_an_arrow_is_where_its_parameter_does_nothing_and_cites_what_the_parameter_cites():
    for arrow in theory()["arrows"]:
        for key, value in arrow.get("cut", {}).items():
            line = LINES[key]
            assert value == NOTHING[line.scale], arrow
            assert line.range[0] < line.range[1], arrow
        lines = [LINES[key] for key in arrow.get("cut", {})]
        if lines:
            sources = {source for line in lines for source in line.sources}
            cited = {"assumed"} if arrow["evidence"] == "assumed" else set(arrow["evidence"])
            assert sources == cited, arrow
            assert {line.strength for line in lines} == {arrow["strength"]}, arrow


def test_no_two_arrows_are_the_same_and_every_ingredient_has_some():
    ends = [(arrow["from"], arrow["to"]) for arrow in theory()["arrows"]]
    assert len(ends) == len(set(ends))
    assert {arrow["ingredient"] for arrow in theory()["arrows"]} == set(OFF)
    assert [arrow for arrow in theory()["arrows"] if "cut" not in arrow]


def test_rivals_that_are_scenarios_too_are_the_same_in_both():
    for rival, scenario in (("more_intake", "planned_intake"), ("remote_year", "remote_year")):
        text = (configs() / "scenario" / f"{scenario}.yaml").read_text(encoding="utf-8")
        settings = {f"{group}.{key}": value for group, part in yaml.safe_load(text).items() if group != "about"
                    for key, value in part.items()}  # fmt: skip
        assert theory()["rivals"][rival] == {"levers": settings}


@pytest.fixture(scope="module")
def arrows():
    return arrow_table(asked("parameters.pathway.leaves_goals=0"), 30).set_index(["from", "to"])


def test_where_trust_cannot_grow_trust_building_adds_nothing(arrows):
    """The one arrow that all of an ingredient goes through carries the whole of it, exactly."""
    root = arrows.loc[("visits", "trust")]
    assert root["carried"] == root["whole"] > 0
    assert root["told"] == "seen"


def test_an_arrow_that_does_nothing_already_carries_exactly_nothing(arrows):
    null = arrows.loc[("goals set together", "staying")]
    assert (null["carried"], null["carried_error"], null["told"]) == (0, 0, "unseen")


def test_an_arrow_that_the_model_has_not_is_shown_without_a_run(arrows):
    for ends in (("trust", "quality of life"), ("women she knows", "fewer crises")):
        assert arrows.loc[ends, "told"] == "no_run"
        assert pd.isna(arrows.loc[ends, "carried"])
    longer = {arrow["outcome"] for arrow in theory()["arrows"]} - {*arrows["outcome"]} - {None}
    assert all(NAMED[name].weeks > 60 for name in longer)


def test_without_a_program_the_four_add_nothing_under_any_rival_they_are_told_among_the_same_women():
    table = rival_table(asked(outcomes=("completed", "exited_39")), 10).set_index(["rival", "outcome"])
    assert (table.loc["no_program", ["four", "program", "four_error"]].to_numpy() == 0).all()
    assert (table.loc[(slice(None), "completed"), "no_program"] == 0).all()
    told = table["all"] - table["none"]
    pd.testing.assert_series_equal(told, table["four"], check_names=False, atol=1e-12, rtol=0)
    assert table.loc[("as_studied", "completed"), "four"] > 0.1


def test_the_runs_told_beforehand_are_those_that_are_lived():
    heard = []
    one = Asked(STUDY, choose(["completed"], 60), 1.0, 0, Store(None), heard.append)
    arrow_table(one, 2)
    rival_table(one, 2)
    longer = sum("cut" in a and NAMED[a["outcome"]].weeks > 60 for a in theory()["arrows"])
    assert sum(heard) == runs_of(2) - 2 * 2 * longer


def test_an_ingredient_rests_on_evidence_only_where_all_it_acts_through_does(monkeypatch):
    assert {badge_of(STUDY, name) for name in INGREDIENTS} == {"assumption"}
    through = {key.partition(".")[2] for a in theory()["arrows"] if a["ingredient"] == "goals" for key in a["cut"]}
    known = dict.fromkeys([p.name for p in STUDY.parameters], "assumption") | dict.fromkeys(through, "evidence")
    monkeypatch.setattr(sim.study.theory, "badges", lambda study: known)
    assert badge_of(STUDY, "goals") == "evidence"
    known["goal_effect"] = "assumption"
    assert badge_of(STUDY, "goals") == "assumption"
