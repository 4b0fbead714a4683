"""What a program saw last year stands beside the model's range, and changes nothing in the model."""

import json

import numpy as np
import pandas as pd
import pytest

import sim.study.figures
import sim.study.seen
from sim.ensemble import run_ensemble
from sim.measures.lives import Lives
from sim.program import words as w
from sim.study.door import main
from sim.study.run import make
from sim.study.seen import one_year, seen_in_short, seen_line, seen_of, seen_table, year_of
from sim.study.sets import rows_of
from sim.study.settings import Refused, load_study
from sim.study.simulate import decided_by
from sim.study.store import Store

SMALL = ("cohort.weeks=60", "cohort.referred=14", "cohort.follow_up_weeks=110", "replications=4", "threads=1")
GIVEN = ("last_year.entered=0", "last_year.completed=900", "last_year.waiting=0", "last_year.visits_a_month=3")


@pytest.fixture(autouse=True)
def few(monkeypatch):
    monkeypatch.setattr(sim.study.seen, "RUNS", 20)


def from_file(here, *lines):
    (here / "my.csv").write_text("\n".join(["key,value", "staffing.case_managers,1", *lines]) + "\n", encoding="utf-8")
    return load_study("scenario.file=my.csv")


def test_what_is_left_empty_is_not_given(here):
    study = from_file(here, "last_year.entered,", "last_year.waiting,4")
    assert seen_of(study) == {"waiting": 4}


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("last_year.entered,-3", "last_year.entered: -3 is not allowed (0 to 1000)"),
        ("last_year.completed,many", 'last_year.completed: "many" is not a whole number'),
        ("last_year.waiting,2.5", "last_year.waiting: 2.5 is not a whole number"),
        ("last_year.visits_a_month,6000", "last_year.visits_a_month: 6000 is not allowed (0 to 5000)"),
        ("last_year.visits,3", "last_year.visits: unknown; did you mean last_year.visits_a_month?"),
        ('last_year.entered,"1,5"', 'last_year.entered: "1,5" is not a number; write 1.5'),
        (
            "last_year.entered,=2*3",
            'last_year.entered: "=2*3" is not a number; write the number that the formula gives',
        ),
    ],
)
def test_a_number_that_no_year_has_is_refused_by_its_line(here, line, problem):
    with pytest.raises(Refused) as refused:
        from_file(here, line)
    assert list(refused.value.problems) == [f"scenario.file my.csv, line 3: {problem}"]


def test_a_template_writes_what_was_given_and_reads_it_back(here):
    assert main(["template", *GIVEN]) == 0
    assert seen_of(load_study("scenario.file=my_program.csv")) == seen_of(load_study(*GIVEN))


def test_it_decides_no_run_and_names_no_scenario():
    """Blocks of runs with and without are the same, and so is the scenario's name in tables."""
    plain, given = load_study(*SMALL), load_study(*SMALL, *GIVEN)
    assert decided_by(given, given.plan, []) == decided_by(plain, plain.plan, [])
    assert given.label == plain.label


def test_every_table_is_the_same_with_it_and_without(here, monkeypatch):
    """A run with it has one table more; the record keeps what was given; the summary says it in one line."""
    monkeypatch.setattr(sim.study.figures, "draw_all", lambda *about, **more: [])
    files = {}
    for name, words in (("plain", ()), ("given", GIVEN)):
        folder, lines = make([load_study(*SMALL, *words, f"out={name}")], "pathways", store=Store(None))
        record = json.loads((folder / "record.json").read_text(encoding="utf-8"))
        files[name] = record["files"]
        summary = (folder / "summary.txt").read_text(encoding="utf-8").splitlines()
        assert len(summary) <= 24
        assert max(map(len, summary)) <= 100
    assert record["studies"][0]["last_year"] == {"entered": 0, "completed": 900, "waiting": 0, "visits_a_month": 3}
    assert any("last_year.csv" in line and "completed 900" in line for line in lines)
    assert files["given"].keys() - files["plain"].keys() == {"last_year.csv", "tables/last_year.parquet"}
    told = {"summary.txt", "tables/dictionary.csv"}
    changed = [name for name in files["plain"].keys() - told if files["plain"][name] != files["given"][name]]
    assert not changed


def test_a_year_is_counted_woman_by_woman_over_its_52_weeks():
    study, runs = load_study(*SMALL), np.arange(1, 5)
    lived = run_ensemble(study.plan, rows_of(study, runs), study.seed, runs.tolist(), study.edges)
    table = one_year(Lives(lived, study.plan, study.costs), 60)
    for place in range(4):
        women = lived.women[place][: lived.referred[place]]
        entered = [
            woman for woman in women if woman["enrolled"] >= 0 and 8 <= woman["referred"] + woman["enrolled"] < 60
        ]
        done = [woman for woman in women
                if woman["reason"] == w.CARE_TRANSFERRED and 8 <= woman["referred"] + woman["ended"] < 60]  # fmt: skip
        visits = sum(
            int(week["contact"] == w.VISIT_KEPT and 8 <= woman["referred"] + number < 60)
            for woman, weeks in zip(women, lived.timeline[place], strict=False)
            for number, week in enumerate(weeks)
        )
        assert table["entered"][place] == len(entered)
        assert table["completed"][place] == len(done)
        assert table["visits_a_month"][place] == pytest.approx(visits / 12)
        assert table["waiting"][place] == lived.log["waiting"][place][59]


def test_where_hers_and_the_models_disagree_is_said_with_what_to_look_at():
    study = load_study(*SMALL, *GIVEN)
    table = seen_table(study, Store(None)).set_index("number")
    assert table["place"].to_dict() == {
        "entered": "below", "completed": "above", "waiting": "within", "visits_a_month": "below"}  # fmt: skip
    text = seen_line(study, table.reset_index())
    assert "completed 900 is above what 95 % of runs give" in text
    assert "check cohort.referrals_per_week" in text
    assert "waiting at its end within" in text
    assert "fitted" in text
    assert "completed 900" in seen_in_short(table.reset_index())


def test_the_end_of_the_range_is_within_it():
    study = load_study(*SMALL)
    low = int(np.ceil(year_of(study, Store(None))["entered"].quantile(0.05)))
    at_end = seen_table(load_study(*SMALL, f"last_year.entered={low}"), Store(None))
    assert at_end["place"].tolist() == ["within"]


def test_what_the_model_cannot_answer_is_not_compared():
    """Visits of women who are followed too short are not known; less than a year of referrals has no year."""
    short = load_study(*SMALL[:2], "cohort.follow_up_weeks=60", *GIVEN)
    table = seen_table(short, Store(None)).set_index("number")
    assert table["place"]["visits_a_month"] == "not_compared"
    assert "visits a month not compared" in seen_line(short, table.reset_index())
    less = load_study(*SMALL[1:], "cohort.weeks=40", *GIVEN)
    assert seen_table(less, Store(None)).empty
    assert "not compared" in seen_line(less, pd.DataFrame())


def test_where_nothing_is_given_nothing_is_said():
    study = load_study(*SMALL)
    assert seen_table(study, Store(None)).empty
    assert seen_line(study, pd.DataFrame()) == ""
