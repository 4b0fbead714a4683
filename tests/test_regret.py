"""Regret over worlds: luck taken out, conditions in words, and the same luck for all plans of a world."""

import numpy as np
import pandas as pd
import pytest

import sim
import sim.study.regret as regretting
import sim.study.staff
from sim.study.chance_taken_out import chosen_elsewhere, over_worlds, regret, regrets, smooth
from sim.study.conditions import Condition, holding, where
from sim.study.files import complete, read_table, sealed
from sim.study.plans import lived, planned
from sim.study.plans_in_words import favoured_of
from sim.study.refusals import Refused
from sim.study.regret import SPANS, live_worlds, settings_of, spread_over, stops_being_good, women_of
from sim.study.regret_in_words import conditions_of
from sim.study.staff import plan_table, staff_main
from sim.study.store import Store

SMALL = ("cohort.weeks=30", "cohort.referred=12", "cohort.follow_up_weeks=60", "threads=1")
TEAMS = {"case_managers": "1", "peer_mentors": "0,2", "caseload_limit": "15", "drop_in": "0,1", "warm": "0.5",
         "contact": "1"}  # fmt: skip
NOBODY = lambda runs: None  # noqa: E731  (who hears of progress)


@pytest.fixture(scope="module")
def study():
    return sim.load_study(*SMALL)


@pytest.fixture(scope="module")
def found(study, tmp_path_factory):
    return planned(study, "completed", TEAMS, 2.0, Store(tmp_path_factory.mktemp("blocks")), NOBODY)


# ---- luck


def made_up(worlds, plans, own, luck, seed=1):
    """What plans truly give in worlds, and two runs of each: a smooth part, a departure of the world's own, and luck,
    wider where there are more women."""
    random = np.random.default_rng(seed)
    about = random.uniform(-1, 1, (worlds, 3))
    truth = smooth(about) @ random.normal(0, 0.3, (10, plans)) + random.normal(0, own, (worlds, plans))
    size = np.exp(0.6 * about[:, 0])
    noise = random.normal(0, luck, (worlds, 2, plans)) * np.sqrt(size / size.mean())[:, None, None]
    shared = random.normal(0, 3, (worlds, 2, 1))
    return truth, truth[:, None] + shared + noise, about, size


@pytest.mark.parametrize("own", [0.0, 0.5])
def test_regret_is_that_of_the_truth_and_not_of_luck(own):
    """Mean, 90th percentile and maximum of each plan; read off the runs themselves they would be far larger."""
    truth, women, about, size = made_up(1000, 8, own, 1.0)
    able = np.ones(8, bool)
    told = regrets(women, about, size, able, 0.3, seed=1)
    true, seeming = over_worlds(regret(truth, able)), over_worlds(regret(women.mean(axis=1), able))
    guessed = told.draws.mean(axis=0)  # three statistics of eight plans
    assert (np.abs(guessed - true).mean(axis=1) < 0.5 * np.abs(seeming - true).mean(axis=1)).all()
    assert guessed[:2] == pytest.approx(true[:2], abs=0.3)
    assert told.beyond.mean(axis=0) == pytest.approx((regret(truth, able) > 0.3).mean(axis=0), abs=0.06)


def test_what_is_chosen_in_one_run_and_measured_in_the_other_is_below_the_truth_and_luck_above():
    truth, women, _, _ = made_up(1000, 8, 0.5, 1.0)
    able = np.ones(8, bool)
    true = regret(truth, able).mean(axis=0)
    assert (chosen_elsewhere(women, able) < true).all()
    assert (true < regret(women.mean(axis=1), able).mean(axis=0)).all()


def test_two_plans_that_are_the_same_in_every_run_have_the_same_regret():
    _, women, about, size = made_up(300, 3, 0.5, 1.0)
    women[:, :, 1] = women[:, :, 0]
    told = regrets(women, about, size, np.ones(3, bool), 0.3, seed=1)
    assert np.allclose(told.expected[:, 0], told.expected[:, 1], atol=1e-6)
    assert (regrets(women, about, size, np.ones(3, bool), 0.3, seed=1).draws == told.draws).all()


def test_only_a_plan_within_the_budget_is_the_best_and_none_is_above_it():
    values = np.array([[5.0, 3.0, 1.0], [0.0, 2.0, 4.0]])
    assert regret(values, np.array([False, True, True])).tolist() == [[0, 0, 2], [4, 2, 0]]


def test_where_nothing_differs_there_is_no_regret():
    women = np.random.default_rng(1).normal(size=(200, 2, 1)).repeat(4, axis=2)
    told = regrets(women, np.zeros((200, 3)), np.ones(200), np.ones(4, bool), 0.1, seed=1)
    assert (told.draws == 0).all()


# ---- conditions


def worlds_like(number, seed=2):
    random = np.random.default_rng(seed)
    table = pd.DataFrame({"intake": random.uniform(10, 30, number), "turnover": random.uniform(0.5, 2, number)})
    table = table.assign(openings=random.uniform(0.5, 1.5, number))
    return table.assign(**{f"parameters.{name}": random.random(number) for name in "abcdefgh"})


def test_planted_conditions_are_found_and_hold_in_worlds_that_were_not_used():
    about = worlds_like(1000)
    bad = (about["intake"] > 20) & (about["openings"] < 0.75)
    share = np.clip(np.where(bad, 0.7, 0.05) + np.random.default_rng(3).normal(0, 0.1, 1000), 0, 1)
    row = stops_being_good([share[:500], share[500:]], [about[:500], about[500:]])
    assert (row["first"], row["first_is"], row["second"], row["second_is"]) == ("intake", "above", "openings", "below")
    assert row["first_limit"] == pytest.approx(20, abs=1.5)
    assert row["second_limit"] == pytest.approx(0.75, abs=0.06)
    assert row["checked_behind_there"] == pytest.approx(0.7, abs=0.1)
    assert row["checked_behind_elsewhere"] < 0.12


def test_a_parameter_is_found_where_it_is_what_matters_and_one_condition_is_enough():
    about = worlds_like(1000)
    share = np.where(about["parameters.c"] > 0.5, 0.8, 0.1)
    row = stops_being_good([share[:500], share[500:]], [about[:500], about[500:]])
    assert (row["first"], row["first_is"], row["second"]) == ("parameters.c", "above", "")
    assert row["checked_behind_there"] > 0.75


def test_what_parts_worlds_by_chance_is_not_told(study):
    about = worlds_like(400)
    share = np.random.default_rng(5).random(400)
    row = stops_being_good([share[:200], share[200:]], [about[:200], about[200:]])
    assert row["behind_there"] > row["behind_elsewhere"]
    assert conditions_of(study, {**row, "checked_behind_there": row["checked_behind_elsewhere"] + 0.04}) == ""
    assert where(np.zeros(50), about[:50]) == ()
    assert conditions_of(study, stops_being_good([np.zeros(200)] * 2, [about[:200]] * 2)) == ""


def test_conditions_leave_a_tenth_of_worlds_on_either_side():
    about = worlds_like(400)
    conditions = where((about["intake"] > 29.5).to_numpy(float), about[["intake", "openings"]])
    assert 0.1 <= holding(conditions, about).mean() <= 0.9
    assert holding((Condition("intake", True, 20.0),), about).tolist() == (about["intake"] > 20).tolist()


# ---- worlds


def test_in_a_world_like_today_a_plan_lives_the_runs_that_it_would_live_anyway(study, found):
    """The same women, luck and parameters, for every plan."""
    same = pd.DataFrame(1.0, index=range(3), columns=[*SPANS])
    women = women_of(found, np.array([0, 2]), same, (2, 10), Store(None), NOBODY)
    runs = lived(study, found.rows.iloc[[0, 2]], "completed", (11, 16), Store(None), NOBODY)["women"]
    assert np.allclose(women.reshape(6, 2), runs.to_numpy())


def test_worlds_are_spread_over_the_ranges_and_within_the_levers():
    times = spread_over(np.array([[0.0, 0.0, 0.0], [1.0, 1.0, 1.0], [0.5, 0.5, 0.5]]))
    assert np.allclose(times.iloc[:2].T, [*SPANS.values()])
    assert times["turnover"][2] == pytest.approx(1)
    busy = sim.load_study("cohort.referrals_per_week=3", "staffing.turnover=3")
    rows = settings_of(busy, times, (2, 0))
    assert rows["cohort.referrals_per_week"].tolist()[:2] == pytest.approx([1.8, 5])
    assert rows["staffing.turnover"].max() == 4
    assert rows["community.openings.housing"].tolist()[:2] == pytest.approx([0.075, 0.225])


def test_where_parameters_are_drawn_a_world_has_one_set_and_whole_women_are_referred():
    drawn = sim.load_study(*SMALL, "parameters_from=ranges")
    rows = settings_of(drawn, spread_over(np.random.default_rng(1).random((4, 3))), (2, 0))
    assert (rows["cohort.referred"] == rows["cohort.referred"].round()).all()
    parameters = [key for key in rows if key.startswith("parameters.")]
    assert len(parameters) > 100
    assert rows[parameters].nunique().min() > 1


def test_the_best_of_every_corner_is_among_the_plans_compared(found, monkeypatch):
    monkeypatch.setattr(regretting, "CORNER_RUNS", 2)
    worlds = live_worlds(found, plan_table(found), 4, Store(None), NOBODY)
    assert worlds.women.shape == (4, 2, len(worlds.plans))
    assert 0 in worlds.plans
    assert worlds.able.any()
    assert favoured_of(plan_table(found)) in worlds.plans


# ---- the verb


def told(tmp_path, monkeypatch, own, name):
    monkeypatch.setattr(sim.study.staff, "CHANGE_RUNS", 20)
    monkeypatch.setattr(regretting, "CORNER_RUNS", 2)
    study = sim.load_study(*SMALL, f"out={(tmp_path / name).as_posix()}", f"store={(tmp_path / 'blocks').as_posix()}")
    assert staff_main(study, {**TEAMS, **own}, "pathways staff") == 0
    lines = (tmp_path / name / "summary.txt").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 100
    record = sealed(tmp_path / name)
    complete(tmp_path / name, record)
    return record, " ".join(" ".join(lines).split())


def test_regret_is_told_where_it_is_asked_for_after_what_a_smaller_budget_loses(tmp_path, monkeypatch):
    record, text = told(tmp_path, monkeypatch, {"worlds": "100", "budget": "250000"}, "one")
    assert {"regret.csv", "conditions.csv", "worlds.parquet", "regret.png", "regret.svg"} <= {*record["files"]}
    assert text.index("What the cut of") < text.index("in each of 100 worlds")
    assert "no share is a probability" in text
    says = pd.read_csv(tmp_path / "one" / "dictionary.csv").groupby("table")["column"].agg(list)
    tables = {name: pd.read_csv(tmp_path / "one" / f"{name}.csv") for name in ("regret", "conditions")}
    tables["worlds"] = read_table((tmp_path / "one" / "worlds.parquet").read_bytes())
    for name, table in tables.items():
        assert [*table] == says[name]
    worlds, regret_of = tables["worlds"], tables["regret"].set_index("plan")
    assert len(worlds) == 100 * len(regret_of)
    assert worlds.groupby("plan")["regret"].mean().to_numpy() == pytest.approx(regret_of["mean"].sort_index(), abs=1e-9)
    assert (worlds["regret"] >= 0).all()
    assert (regret_of["mean"] <= regret_of["most"]).all()


@pytest.mark.parametrize(("own", "said"), [
    ({"worlds": "20"}, "staff.worlds: 20 is not allowed (0, or from 100)"),
    ({"worlds": "100", "women": "30"}, "staff.worlds: belongs to the question of the best team"),
])  # fmt: skip
def test_too_few_worlds_are_refused(study, own, said):
    with pytest.raises(Refused) as refused:
        staff_main(study, own, "pathways staff")
    (problem,) = refused.value.problems
    assert problem.startswith(said)
