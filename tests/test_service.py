"""The planner's own plan week by week: hours by post, what they do not reach, vacancies, waits; and what counts."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import sim
import sim.study.service
from sim.ensemble import run_ensemble
from sim.measures.lives import Lives
from sim.measures.outcomes import NAMED, outcomes_of
from sim.study.capacity import in_words
from sim.study.figures.service import _paint_posts, draw_service
from sim.study.plans_in_words import why
from sim.study.sentences import say
from sim.study.service import (
    calendar,
    fiscal_year,
    is_too_large,
    month_table,
    service,
    service_line,
    week_table,
    weekly,
)
from sim.study.sets import rows_of
from sim.study.store import Store

SMALL = ("cohort.weeks=30", "cohort.referred=14", "cohort.follow_up_weeks=60", "threads=1")
STRETCHED = ("staffing.hours_per_week=5", "staffing.case_managers=2", "staffing.turnover=3")
RUNS = np.arange(1, 21)


@pytest.fixture(scope="module")
def study():
    return sim.load_study(*SMALL, *STRETCHED)


@pytest.fixture(scope="module")
def runs(study):
    return run_ensemble(study.plan, rows_of(study, RUNS), study.seed, RUNS.tolist(), study.edges, histories=True)


@pytest.fixture(scope="module")
def weeks(study, runs):
    return weekly(runs, study, rows_of(study, RUNS)["hours_visit"])


@pytest.fixture(scope="module")
def tables(study):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sim.study.service, "RUNS", len(RUNS))
        return service(study, Store(None))


def test_hours_by_post_add_up_to_the_hours_of_the_runs_outcome(study, runs, weeks):
    outcomes = outcomes_of(Lives(runs, study.plan, study.costs), [NAMED["hours_used"]]).set_index("replication")
    referred = weeks[weeks["week"] < 30].assign(own=weeks["post"] != "all")
    sums = referred.groupby(["own", "replication"])[["used", "supplied"]].sum()
    assert sums.loc[True, "used"].to_numpy() == pytest.approx(sums.loc[False, "used"].to_numpy())
    by_run = sums.loc[True, "used"] / sums.loc[True, "supplied"]
    assert by_run.to_numpy() == pytest.approx(outcomes["value"].to_numpy())


def test_every_contact_that_was_not_offered_is_one_posts_or_nobodys(runs, weeks):
    team, posts = weeks[weeks["post"] == "all"], weeks[weeks["post"] != "all"]
    assert team["unmet"].sum() == runs.log["unmet"].sum() > 0
    assert posts["unmet"].sum() + team["unmet_nobody"].sum() == team["unmet"].sum()
    nobody = team[(team["unmet_nobody"] > 0)]
    assert (nobody["in_post"] == 0).all()


def test_a_post_is_above_its_hours_exactly_where_they_did_not_reach_a_contact(weeks):
    posts = weeks[(weeks["post"] != "all") & (weeks["in_post"] > 0)]
    load = posts["asked"] / posts["supplied"]
    assert ((load > 1.0001) == (posts["unmet"] > 0)).all()
    assert ((posts["above"] > 0) == (posts["unmet"] > 0)).all()
    assert (posts["used"] <= posts["supplied"] + 1e-5).all()


def test_a_program_without_women_uses_no_hours_and_has_no_wait():
    study = sim.load_study("cohort.weeks=10", "cohort.referrals_per_week=0.01", "cohort.follow_up_weeks=10")
    lived = run_ensemble(study.plan, rows_of(study, RUNS), study.seed, RUNS.tolist(), study.edges, histories=True)
    empty = RUNS[lived.referred == 0]
    table = weekly(lived, study, rows_of(study, RUNS)["hours_visit"])
    none = table[table["replication"].isin(empty)]
    assert len(empty) > 10
    assert (none[["used", "asked", "waiting", "waited", "unmet", "caseload"]] == 0).all(axis=None)


def vacant_share(leaves, ahead, filled, weeks):
    """The expected share of weeks in which a post is vacant that was held before the first week: it
    falls vacant with one chance a week; after the weeks of advertising it is filled with another."""
    here, empty, shares = 1.0, np.zeros(ahead + 1), []
    for _ in range(weeks):
        back, here_now = filled * empty[-1], here * (1 - leaves)
        empty = np.concatenate([[here * leaves], empty[:-2], [empty[-2:].sum() - back]]) if ahead else \
            np.array([here * leaves + empty[0] - back])  # fmt: skip
        here = here_now + back
        shares.append(1 - here)
    return float(np.mean(shares))


def test_posts_are_vacant_as_often_as_turnover_and_weeks_to_fill_imply():
    """Run by run, by its own parameters: the mean over runs is what the renewals give, which a week more is not."""
    study = sim.load_study("cohort.weeks=150", "cohort.referred=4", "cohort.follow_up_weeks=8", "staffing.turnover=4",
                           "staffing.weeks_to_fill=9", "staffing.case_managers=20")  # fmt: skip
    some, plan = np.arange(1, 101), study.plan
    rows = rows_of(study, some)
    lived = run_ensemble(plan, rows, study.seed, some.tolist(), study.edges, histories=True)
    table = weekly(lived, study, rows["hours_visit"])
    team = table[(table["post"] == "all") & (table["working"] > 0)]
    apart: dict[int, list[float]] = {8: [], 9: [], 10: []}
    for run, own in team.groupby("replication"):
        row = rows[run - 1]
        leaves = 1 / (1 + np.exp(-row["post_vacancy"] - np.log(4)))
        for fill, differences in apart.items():
            ahead = int(np.floor(min(row["weeks_to_advertise"], fill - 1)))
            expected = vacant_share(leaves, ahead, 1 / (fill - ahead), len(own))
            differences.append(1 - own["in_post"].mean() / 20 - expected)
    errors = {fill: np.mean(each) / np.std(each) * np.sqrt(len(some)) for fill, each in apart.items()}
    assert abs(errors[9]) < 3
    assert errors[8] > 3
    assert errors[10] < -3


def test_only_weeks_of_a_program_that_has_filled_and_is_referred_to_are_counted():
    study = sim.load_study("cohort.weeks=110", "cohort.start=2020-01-01")
    told = calendar(study, 130)
    assert told["part"].tolist() == ["fills"] * 52 + ["counted"] * 58 + ["runs out"] * 20
    assert told["month"].iloc[[0, 4, 5]].tolist() == ["2020-01", "2020-01", "2020-02"]
    assert set(calendar(sim.load_study(*SMALL), 40)["part"]) == {"counted", "runs out"}
    assert [fiscal_year(month) for month in ("2020-03", "2020-04")] == ["2019-20", "2020-21"]


def test_totals_are_of_the_counted_weeks_and_months_add_up_to_them(study, weeks, tables):
    months = month_table(study, tables).set_index(["month", "post"])
    counted = weeks[weeks["week"] < 30]
    total = months.loc[("all", "all")]
    assert total["weeks"] == 30
    assert total["used"] == pytest.approx(counted.loc[counted["post"] == "all", "used"].mean())
    assert months.loc[("all", "1"), "used"] + months.loc[("all", "2"), "used"] == pytest.approx(total["used"])
    each = months[(months["part"] == "counted") & (months.index.get_level_values("month") != "all")].xs(
        "all", level="post"
    )
    assert each["weeks"].sum() == 30
    assert (each["weeks"] * each["used"]).sum() / 30 == pytest.approx(total["used"])
    assert months.xs("1", level="post")["waiting"].isna().all()


def test_a_post_above_its_hours_is_marked_in_the_picture_and_a_vacant_one_hatched(study, tables):
    table = week_table(study, tables)
    posts = table[table["post"] != "all"]
    axes = plt.figure().add_subplot()
    _paint_posts(axes, posts, "run_")
    (marks,) = axes.lines
    assert len(marks.get_xdata()) == (posts["run_load"] > 1).sum() > 0
    hatched = sum(len(spans.get_paths()) for spans in axes.collections if spans.get_hatch())
    assert hatched == (posts["run_vacant"] >= 1).sum()
    plt.close("all")


def test_the_figure_says_in_words_what_it_shows(study, tables, tmp_path):
    months, weeks = month_table(study, tables), week_table(study, tables)
    draw_service(months, weeks, tmp_path / "service", {})
    alt = (tmp_path / "service.txt").read_text(encoding="utf-8")
    assert "post 2:" in alt
    assert "By fiscal year" in alt
    assert pd.read_csv(tmp_path / "service.csv").shape[0] == len(weeks)
    text = service_line(study, months)
    assert "service.png" in text
    assert "begins empty" in text


@pytest.mark.parametrize(
    ("gains", "said"),
    [
        ({"case_manager": 0.0, "openings": 1.0}, "What binds instead: services; 2.0 women wait for 60 openings a year"),
        (
            {"case_manager": 0.0, "openings": 0.0, "drop_in": 0.7},
            "What binds instead: one drop-in more a week adds",
        ),
        ({"case_manager": 0.0, "openings": 0.0}, "What binds instead is nothing that can be bought here"),
    ],
)
def test_where_another_post_changes_nothing_what_binds_is_what_would_change_something(gains, said):
    changes = pd.DataFrame({"change": [*gains], "women_a_year": [*gains.values()]})
    changes = changes.assign(women_a_year_half_width=0.05, inert=changes["women_a_year"] == 0)
    yours = {"hours_used": 0.6, "weeks_waited": 0.2, "waiting_for_services": 2.0, "openings_a_year": 60.0}
    text = why(yours, changes)
    assert said in text
    assert text.startswith("Hours and places are left over (60 % of hours used, 0.2 weeks' wait)")
    assert why({**yours, "hours_used": 0.95}, changes).startswith("95 % of hours are used")


def test_one_is_said_in_the_singular():
    said = in_words({"women": 1.0, "weeks": 1.0, "posts": [1]})
    assert (said["women_a_year"], said["within_weeks"], said["posts"]) == ("1 woman", "1 week", "1 case manager post")
    assert in_words({"women": 30.0, "weeks": 4.0, "posts": [1, 2]})["posts"] == "1, 2 case manager posts"


def test_runs_whose_weeks_do_not_fit_in_memory_are_not_told():
    assert not is_too_large(sim.load_study("scenario=planned_intake"))
    assert is_too_large(sim.load_study("cohort.referred=1000", "cohort.weeks=520", "cohort.follow_up_weeks=1040"))
    assert say("service.too_large")
