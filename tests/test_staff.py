"""The staffing planner: teams, rounds, what is told of them, what one thing more adds, and waits by posts."""

import json

import numpy as np
import pandas as pd
import pytest
from trust import waiting as queue
from trust.chain import logit, rows_without_effects
from worlds_for_tests import NEVER

import sim
import sim.study.capacity
import sim.study.staff
from sim.ensemble import run_ensemble
from sim.measures.costs import cents
from sim.measures.lives import Lives
from sim.study.capacity import counted, wait_table, waits
from sim.study.design import Design, live
from sim.study.files import complete, sealed
from sim.study.plans import COST, MEANT, grid, lived, planned, single_changes
from sim.study.refusals import Refused
from sim.study.sets import rows_of
from sim.study.staff import change_table, plan_table, staff_main
from sim.study.store import Store

SMALL = ("cohort.weeks=30", "cohort.referred=12", "cohort.follow_up_weeks=60", "threads=1")
TEAMS = {"case_managers": "1,2", "peer_mentors": "0,2", "caseload_limit": "2,15", "drop_in": "0,1", "warm": "0.5",
         "contact": "1"}  # fmt: skip
NOBODY = lambda runs: None  # noqa: E731  (who hears of progress)


@pytest.fixture(scope="module")
def study():
    return sim.load_study(*SMALL)


@pytest.fixture(scope="module")
def found(study, tmp_path_factory):
    store = Store(tmp_path_factory.mktemp("blocks"))
    return planned(study, "completed", TEAMS, 2.0, store, NOBODY)


# ---- teams


def test_every_team_within_the_levers_is_there_once_and_the_present_one_first(study):
    rows, words = grid(study, TEAMS)
    assert len(rows) == len(words) == 16
    assert not words.duplicated().any()
    assert (rows.iloc[0] == [study.plan[key.replace(".", "_")] for key in rows]).all()


def test_a_few_hundred_teams_are_looked_at_where_nothing_is_stated():
    rows, words = grid(sim.load_study(), {})
    assert 200 <= len(rows) <= 1000
    assert [*words] == [*MEANT]
    assert rows["contact.try_out"].nunique() == 2


def test_contact_as_a_multiple_stops_at_a_visit_a_week(study):
    rows, _ = grid(study, {**TEAMS, "contact": "2"})
    twice = rows.iloc[-1]
    assert (twice["contact.pre_cti"], twice["contact.try_out"]) == (1, 1)
    assert twice["contact.transfer"] == pytest.approx(0.46)


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ({"case_managers": "1,30"}, "staff.case_managers: 30 is not allowed (0 to 20)"),
        ({"peer_mentors": "1.5"}, "staff.peer_mentors: 1.5 is not a whole number"),
        ({"outcome": "exited_39"}, "staff.outcome: exited_39 is not a share of all women referred of which more is"),
        ({"outcome": "weeks_waited"}, "staff.outcome: weeks_waited is not a share"),
        ({"budget": "100"}, "staff.budget: 100 CAD a year is below what every plan asked for costs"),
        ({"zone": "0"}, "staff.zone: 0 is not allowed (0.1 to 20)"),
        ({"women": "30", "budget": "200000"}, "staff.budget: belongs to the question of the best team"),
        ({"women": "0"}, "staff.women: 0 is not allowed (1 to 250)"),
        ({"weeks": "80"}, "staff.weeks: more than the weeks each woman is followed (60)"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_line(study, own, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    small = {} if {"women", "weeks"} & {*own} else {name: value for name, value in TEAMS.items() if name not in own}
    small |= {"case_managers": "1", "drop_in": "1"} if "budget" in own and small else {}
    with pytest.raises(Refused) as refused:
        staff_main(study, {**small, **own}, "pathways staff")
    (problem,) = refused.value.problems
    assert problem.startswith(said)


def test_without_a_program_there_is_no_team():
    with pytest.raises(Refused, match=r"program.offered: 0 leaves no team to plan"):
        staff_main(sim.load_study("scenario=no_program"), {}, "pathways staff")


# ---- rounds


def test_runs_added_in_rounds_are_those_of_one_long_round(study, tmp_path):
    """Every plan lives replications 1, 2, ... whichever rounds they come in, from the store or not."""
    rows, _ = grid(study, TEAMS)
    store, some = Store(tmp_path), rows.iloc[[0, 3]]
    for _ in range(2):
        rounds = [lived(study, some, "completed", cut, store, NOBODY) for cut in ((1, 6), (7, 10))]
        table = live(Design(study, some.reset_index(drop=True), 10), ["completed"])
        whole = table.pivot(index="replication", columns="row", values="value").to_numpy()
        assert (pd.concat([each["completed"] for each in rounds]).to_numpy() == whole).all()


def test_a_plans_cost_adds_up_to_the_cent(study):
    rows, _ = grid(study, TEAMS)
    plan = study.plan | {key.replace(".", "_"): float(value) for key, value in rows.iloc[5].items()}
    runs = np.arange(1, 5)
    parts = cents(run_ensemble(plan, rows_of(study, runs), study.seed, runs.tolist(), study.edges), plan, study.costs)
    told = lived(study, rows.iloc[[5]], "completed", (1, 4), Store(None), NOBODY)[COST][5]
    assert (np.rint(100 * told.to_numpy() * 30 / 52) == sum(parts.values())).all()


def test_what_is_clearly_out_is_stopped_and_your_plan_is_lived_to_the_end(found):
    runs = found.by_run["women"].count()
    assert runs.min() < runs.max() == runs[0]
    assert set(found.kept) <= set(found.left) <= set(range(16))


def test_the_set_keeps_to_the_budget_and_a_larger_one_gives_no_less(study, found):
    table = plan_table(found)
    kept = table[table["cannot_be_told_apart"]]
    assert kept["within_budget"].all()
    assert (kept["cost_a_year"] <= found.budget * 1.000001).all()
    best = {}
    for budget in (240_000, 500_000):
        last = planned(study, "completed", {**TEAMS, "budget": str(budget)}, 2.0, Store(None), NOBODY)
        best[budget] = plan_table(last).loc[last.kept, "women_a_year"].max()
    assert best[500_000] >= best[240_000]


def test_a_chance_of_being_on_the_frontier_is_nought_for_what_was_stopped(found):
    table = plan_table(found)
    assert table["on_frontier"].between(0, 1).all()
    assert (table.loc[~table.index.isin([0, *found.left]), "on_frontier"] == 0).all()
    assert table.loc[~table["dominated"], "on_frontier"].min() >= 0.05


# ---- one thing more


def test_hours_that_nobody_needs_change_nothing_and_are_called_inert(monkeypatch, tmp_path):
    """With hours, posts and places beyond any use, another post changes no woman's weeks; it only costs."""
    monkeypatch.setattr(sim.study.staff, "CHANGE_RUNS", 20)
    plenty = sim.load_study(*SMALL, "staffing.case_managers=6", "staffing.hours_per_week=35", "staffing.turnover=0")
    own = {name: f"{plenty.plan[keys[0].replace('.', '_')]:g}" for name, keys in MEANT.items()} | {"contact": "1"}
    alone = planned(plenty, "completed", own, 2.0, Store(tmp_path), NOBODY)
    changes, _ = change_table(alone, Store(tmp_path), NOBODY)
    by_name = changes.set_index("change")
    assert by_name.loc[["case_manager", "hours"], "inert"].all()
    assert (by_name.loc[["hours"], ["women_a_year", "women_a_year_half_width"]] == 0).all(axis=None)
    assert (by_name.loc[["case_manager", "hours"], "cost_a_year"] > 1000).all()
    assert by_name["chance_most"].sum() == pytest.approx(1)


def test_single_changes_change_one_thing_each(study):
    rows, names = single_changes(study)
    changed = (rows != rows.iloc[0]).sum(axis=1)
    assert changed.tolist() == [0, 1, 1, 1, 1, 1, 1, 2, 1, 7]  # contact: two phases are already at a visit a week
    assert len(names) == len(rows)
    full = sim.load_study(*SMALL, "linking.warm_share=0.9")
    assert "warm" not in single_changes(full)[1]


# ---- the verb


def told(tmp_path, monkeypatch, own, name):
    monkeypatch.setattr(sim.study.staff, "CHANGE_RUNS", 20)
    monkeypatch.setattr(sim.study.capacity, "RUNS", 30)
    study = sim.load_study(*SMALL, f"out={(tmp_path / name).as_posix()}", f"store={(tmp_path / 'blocks').as_posix()}")
    assert staff_main(study, own, "pathways staff") == 0
    record = sealed(tmp_path / name)
    complete(tmp_path / name, record)
    says = pd.read_csv(tmp_path / name / "dictionary.csv").groupby("table")["column"].agg(list).to_dict()
    files = {path.stem: path for path in (tmp_path / name).glob("*.csv") if path.stem != "dictionary"}
    assert {stem: [*pd.read_csv(path)] for stem, path in files.items()} == says
    lines = (tmp_path / name / "summary.txt").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 100
    return record, " ".join(" ".join(lines).split())


def test_the_verb_answers_in_few_lines_and_twice_the_same(tmp_path, monkeypatch):
    """A set and not one plan, what one thing more adds and what binds, on placeholder prices that are named."""
    records = [told(tmp_path, monkeypatch, TEAMS, name) for name in ("one", "two")]
    assert records[0][0]["files"] == records[1][0]["files"]
    assert {"plans.csv", "changes.csv", "plans.svg", "plans.png"} <= {*records[0][0]["files"]}
    text = records[0][1]
    for part in ("cannot be told apart from the best", "The next 10,000 CAD", "What binds instead",
                 "placeholders without a source: salary per post", "Your plan is"):  # fmt: skip
        assert part in text
    assert json.loads((tmp_path / "one" / "record.json").read_text())["staff"]["level"] == 0.95


def test_a_smaller_budget_shows_first_what_is_lost_and_for_whom(tmp_path, monkeypatch):
    record, text = told(tmp_path, monkeypatch, {**TEAMS, "budget": "240000"}, "cut")
    assert text.index("What the cut of") < text.index("Within it one team is left")
    assert "fewer women a year" in text
    assert "“completed”, of 100: all" in text
    assert "Weeks waited: all" in text
    lost = pd.read_csv(tmp_path / "cut" / "lost.csv")
    assert {"all", "housing", "safety"} <= {*lost["need"]}
    assert "lost.csv" in record["files"]


# ---- waits


def test_a_wait_that_is_asked_about_is_told_by_posts_without_picking_one(tmp_path, monkeypatch):
    record, text = told(tmp_path, monkeypatch, {"women": "40", "weeks": "2", "posts": "0,1,3"}, "waits")
    assert {"waits.csv", "waits.png", "summary.txt"} <= {*record["files"]}
    assert "No number of posts is picked here" in text
    assert "Who waits longer" in text
    table = pd.read_csv(tmp_path / "waits" / "waits.csv")
    everybody = table[table["need"] == "all"].set_index("posts")
    assert everybody["within"][0] == 0
    assert everybody["within"].is_monotonic_increasing
    assert everybody["mean_wait"].is_monotonic_decreasing
    assert everybody["women"].nunique() == 1


def test_without_a_post_nobody_begins_and_whoever_leaves_has_waited_too_long(monkeypatch):
    monkeypatch.setattr(sim.study.capacity, "RUNS", 10)
    runs = waits(sim.load_study(*SMALL), {"women": 20.0, "weeks": 60.0}, 0, Store(None))
    everybody = runs[runs["need"] == "all"]
    assert (everybody["within"] == 0).all()
    assert everybody["gave_up"].sum() > 0.9 * everybody["women"].sum()


def test_with_a_post_for_every_woman_nobody_waits(monkeypatch):
    monkeypatch.setattr(sim.study.capacity, "RUNS", 10)
    free = sim.load_study(*SMALL, "staffing.turnover=0", "staffing.caseload_limit=40")
    runs = waits(free, {"women": 20.0, "weeks": 1.0}, 20, Store(None))
    assert (runs["within"] == runs["women"]).all()
    assert (runs["waited"] == 0).all()
    assert (wait_table(free, runs.assign(posts=20), 90)["runs_at_level"] == 1).all()


@pytest.mark.parametrize("load", [0.6, 1.2])
def test_a_queue_that_is_solved_by_hand_waits_as_long_through_this_door(load, monkeypatch):
    """Where only the caseload acts, the mean wait is that of the queue's transition matrix, within its noise."""
    rows = rows_without_effects(400, leaves=logit(queue.LEAVES), lose_interest=NEVER)
    monkeypatch.setattr(sim.study.capacity, "RUNS", len(rows))
    monkeypatch.setattr(sim.study.simulate, "rows_of", lambda study, some: rows[: len(some)])
    study = sim.load_study(
        f"cohort.weeks={queue.REFERRED_FOR}", "cohort.follow_up_weeks=4", f"staffing.caseload_limit={queue.CASELOAD}",
        "staffing.turnover=0", "drop_in.sessions_per_week=0",
    )  # fmt: skip
    never_moves_on = {"pre_cti_limit_weeks": 26, "minimum_weeks": 78, "limit_weeks": 78}
    study = study.model_copy(update={"phases": study.phases.model_copy(update=never_moves_on)})
    runs = waits(study, {"women": 52 * queue.weekly(load), "weeks": 4.0}, queue.POSTS, Store(None))
    waited = runs.loc[runs["need"] == "all", "waited"] / queue.referred(load)
    assert abs(waited.mean() - queue.mean_wait(load)) < 4 * waited.std() / np.sqrt(len(rows))


def test_women_are_counted_once_by_the_week_of_referral_and_the_weeks_they_waited(study):
    """Against each woman's own record, one by one; those referred while the program fills are left out."""
    plan = study.plan | {"staffing_caseload_limit": 2.0}
    runs = run_ensemble(plan, rows_of(study, np.arange(1, 4)), study.seed, [1, 2, 3], study.edges)
    lives = Lives(runs, plan, study.costs)
    table = counted(lives, 3, 10).set_index(["replication", "need"])
    for place, one in enumerate((1, 2, 3)):
        women = [woman for woman in runs.women[place][: runs.referred[place]] if woman["referred"] >= 10]
        began = [woman for woman in women if woman["enrolled"] >= 0 and woman["waited"] < 3]
        assert table.loc[(one, "all"), "women"] == len(women)
        assert table.loc[(one, "all"), "within"] == len(began)
        assert table.loc[(one, "all"), "waited"] == sum(int(woman["waited"]) for woman in women)
