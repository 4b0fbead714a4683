"""Twins: the same women under two scenarios, pair by pair, until the difference is known well enough; what it is, for
whom, how sure, and where two lives part."""

import json
import re

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from test_twins import CHEAP, PLENTY
from trust.check import named
from worlds_for_tests import EDGES, drawn_rows

import sim
from sim.ensemble import run_ensemble
from sim.measures.lives import Lives
from sim.program import words as w
from sim.program.people import TIMELINE
from sim.study import pairs as pairs_of_runs
from sim.study.compare import tables_of, two_studies
from sim.study.door import main
from sim.study.files import complete, sealed
from sim.study.pairs import add_until, half_widths, has_held, pair_up, paired_table
from sim.study.pairs_by_woman import ALL, FEW, WANTS, first_wants, need_table
from sim.study.pairs_in_words import lines
from sim.study.refusals import Refused
from sim.study.store import Store
from sim.study.worlds import worlds_of

SMALL = ("cohort.weeks=30", "cohort.referred=12", "cohort.follow_up_weeks=60", "parameters_from=ranges")
NOWHERE = Store(None)


def paired(*words, most=30, precision=np.inf, base=SMALL, store=NOWHERE):
    """Pairs of runs of a small program and of the same with these words."""
    return pair_up(*worlds_of([sim.load_study(*base), sim.load_study(*base, *words)]), precision, most, store)


@pytest.fixture(scope="module")
def one_more():
    """A hundred pairs of the program as delivered and with one case manager more."""
    return paired("scenario=one_more_case_manager", most=100, base=())


def test_a_null_change_differs_by_exactly_zero_for_every_woman():
    """Two scenarios that say the same give every woman the same life, and the comparison says so."""
    found = paired("staffing.case_managers=1")
    assert (found.women[["more", "fewer", "change", *WANTS]] == 0).all(axis=None)
    table = paired_table(found)
    assert (table[["mean", "low", "high", "error", "more", "fewer"]].fillna(0) == 0).all(axis=None)
    assert table["variance_ratio"].isna().all()
    text = "\n".join(lines(found, tables_of(found), 1.0))
    assert "at most 0.0 of 100 women" in text
    assert "the same in 30 of 30 pairs" in text


def without_ties(seed, **costs):
    """Twelve parameter sets under which no ties form."""
    rows = drawn_rows(np.random.default_rng(seed), 12)
    for field, value in (costs | {"tie_forms": 0.0}).items():
        rows[field] = value
    return rows


def lived(plan, rows):
    return Lives(run_ensemble(plan, rows, 1, list(range(1, len(rows) + 1)), EDGES), plan, {})


def test_a_longer_wait_at_one_service_touches_only_women_who_came_to_it():
    """Where nothing is short and no ties form, only those who ever joined a service's queue live another life."""
    rows = without_ties(4, **CHEAP)
    here, there = (lived(PLENTY | {"community_least_wait_legal": weeks}, rows) for weeks in (0.0, 30.0))
    same = np.all([(here.state(name) == there.state(name)).all(axis=2) for name, *_ in TIMELINE], axis=0)
    never = here.referred & (here.runs.links["state"][:, : here.number_of_women, w.LEGAL] == w.NO_LINK)
    assert same[never].all()
    assert (~same).sum() > 20
    assert never.sum() > 20


def test_the_ways_a_pathway_ends_sum_to_one_in_every_week_under_both():
    """Cumulative incidences of completing, leaving and waiting too long, with still in, are all women in every week."""
    studies = [sim.load_study(*SMALL, "replications=20", *more) for more in ((), ("scenario=one_fewer_case_manager",))]
    ends = sim.compare(*studies, outcomes=["completed"]).tables["pathway"]
    shares = ends[["completed", "left", "waited_too_long", "still_in"]].to_numpy() / 12
    assert (np.abs(shares.sum(axis=1) - 1) < 1e-12).all()
    assert ends["scenario"].nunique() == 2


def test_a_help_makes_few_women_later_and_the_report_says_for_want_of_what(one_more):
    """One case manager more makes at most 1 % of women wait longer, or miss what they reached before; more than that
    are linked to fewer services, and the summary says how many of them because others took what is fixed."""
    tables = tables_of(one_more)
    less = tables["less"].set_index("outcome")
    links = less.loc["services_linked_39"]
    assert (less["less"].drop("services_linked_39") <= 0.01).all()
    assert links["less"] > 0.01
    assert 0 < links["opening"] <= links["less"]
    said = " ".join(" ".join(lines(one_more, tables, 1.0)).split())
    assert f"services linked, 9 months {100 * links['less']:.1f} (no place for her 0.0" in said
    assert f"opening {100 * links['opening']:.1f})" in said


def test_nobody_is_in_want_where_nothing_is_short():
    """With openings, seats, hours and places in plenty no woman's weeks part for want of one, whatever helps her; with
    few hours some do."""
    rows = without_ties(6, **CHEAP)
    more = rows.copy()
    more["trust_gain"] += 0.1
    a, b = lived(PLENTY, rows), lived(PLENTY, more)
    assert (a.state("trust") != b.state("trust")).any(axis=2).sum() > 50
    assert not first_wants(a, b).any()
    a, b = (lived(PLENTY | {"staffing_hours_per_week": hours}, without_ties(6)) for hours in (40.0, 4.0))
    wants = first_wants(a, b)
    assert wants[WANTS.index("hours")].sum() > 10
    assert (wants.sum(axis=0) <= 1).all()


def test_the_interval_of_independent_runs_is_the_textbook_one():
    values = np.random.default_rng(1).exponential(size=(40, 3))
    values[:4, 2] = np.nan
    error, half = half_widths(values, None)
    for column, known in enumerate(values[~np.isnan(values[:, column]), column] for column in range(3)):
        assert error[column] == pytest.approx(stats.sem(known))
        assert half[column] == pytest.approx(stats.sem(known) * stats.t.ppf(0.975, len(known) - 1))


def test_runs_of_one_parameter_set_count_as_one():
    """Two runs of a set are not two independent runs: the interval is that of the means by set."""
    sets = np.arange(60) // 2
    values = np.random.default_rng(2).normal(size=30)[sets] + np.random.default_rng(3).normal(size=60) / 5
    means = values.reshape(30, 2).mean(axis=1)
    error, half = half_widths(values[:, None], sets)
    assert error[0] == pytest.approx(stats.sem(means))
    assert half[0] == pytest.approx(stats.sem(means) * stats.t.ppf(0.975, 29))
    assert error[0] > 1.3 * half_widths(values[:, None], None)[0][0]


def test_one_lucky_look_does_not_end_it():
    """Precision that is lost again at the next look was luck; it ends when it has held, or at the most pairs."""
    assert not has_held({100: 0.9}, 1.0)
    assert not has_held({100: 0.9, 200: 1.1}, 1.0)
    assert has_held({100: 0.9, 200: 1.1, 300: 0.9, 400: 0.8}, 1.0)
    assert not has_held({4000: 1.1, 4100: 0.9, 4200: 0.9}, 1.0)
    assert has_held({4000: 1.1, 4100: 0.9, 4200: 0.9, 4300: 0.9, 4400: 0.9}, 1.0)
    assert [*add_until(1.0, 250, lambda cut: 2.0)] == [100, 200, 250]


def test_intervals_hold_the_truth_however_the_pairs_ended():
    """A small version of `do.py trust stopping`: in 200 made-up comparisons of each kind, 95 % intervals hold the truth
    about as often as they say."""
    found = named("stopping").part(0, 200)
    for kind, (hold, pairs, ended) in found["found"].items():
        assert 0.95 - hold / 200 < 4 * np.sqrt(0.05 * 0.95 / 200), kind
        assert pairs / 200 > 200, kind
        assert ended > 100, kind


def test_more_precision_lives_only_the_pairs_that_are_missing(tmp_path, monkeypatch):
    """Asked again for more, a comparison takes the pairs that are there and adds to them, and ends as one in one go."""
    store, calls, real = Store(tmp_path), [], pairs_of_runs.runs_of
    monkeypatch.setattr(pairs_of_runs, "A_LOOK", 25)
    first = paired("staffing.case_managers=2", most=50, store=store)
    monkeypatch.setattr(pairs_of_runs, "runs_of", lambda *about: calls.append(1) or real(*about))
    more = paired("staffing.case_managers=2", most=100, precision=0.01, store=store)
    assert len(calls) == 2 * 2
    assert (first.number, more.number, more.held) == (50, 100, False)
    assert first.held
    whole = paired("staffing.case_managers=2", most=100, precision=0.01)
    pd.testing.assert_frame_equal(more.runs, whole.runs, check_exact=True)
    pd.testing.assert_frame_equal(more.women, whole.women, check_exact=True)


def test_each_row_says_what_the_pairs_say(one_more):
    """Means subtract, pairs add up, and a share in women is the share times the women referred, run by run."""
    table = paired_table(one_more).set_index("outcome")
    a, b = one_more.by_run
    assert (table["more"] + table["equal"] + table["fewer"] == table["pairs"]).all()
    assert table["mean"].to_numpy() == pytest.approx((table["b"] - table["a"]).to_numpy(), nan_ok=True)
    women = (b["completed"] - a["completed"]) * a["women_referred"]
    assert table.loc["completed", "women"] == pytest.approx(women.mean())
    assert women.to_numpy() == pytest.approx(women.round().to_numpy())
    assert table.loc["completed_a_year", "mean"] == pytest.approx(table.loc["completed", "women_a_year"])
    entered = table.loc["women_entered"]
    assert entered["women"] != entered["women"]  # a number of women is not a share of women


def test_the_variance_ratio_is_what_other_seeds_would_have_cost(one_more):
    """Where B of one run is set against A of another, the mean difference is as much less precise as was said."""
    row = paired_table(one_more).set_index("outcome").loc["completed"]
    a, b = (wide["completed"].to_numpy() for wide in one_more.by_run)
    apart = [half_widths((np.roll(b, 2 * k) - a)[:, None], None)[0][0] ** 2 for k in range(1, 50)]
    alone = half_widths((b - a)[:, None], None)[0][0] ** 2
    assert np.mean(apart) / alone == pytest.approx(row["variance_ratio"], rel=0.4)
    assert row["runs_saved"] == np.floor(200 * (row["variance_ratio"] - 1))
    assert row["variance_ratio"] > 3


def test_differences_by_need_are_those_of_the_women_with_that_need(one_more):
    """All women together give the outcome's own difference; every woman has two needs at least."""
    table = need_table(one_more.women).set_index(["outcome", "need"])
    women = table.loc["completed"]["women"]
    assert women.drop(ALL).sum() > 2 * women[ALL]
    a, b = one_more.by_run
    total = ((b["completed"] - a["completed"]) * a["women_referred"]).sum() / a["women_referred"].sum()
    assert table.loc[("completed", ALL), "mean"] == pytest.approx(total)
    assert not table["too_few"].any()


def test_groups_under_ten_women_are_marked_as_too_few_to_read():
    found = paired("staffing.case_managers=2")
    table = need_table(found.women)
    assert (table["too_few"] == (table["women"] < FEW)).all()
    assert table["too_few"].any()
    by_need = next(line for line in lines(found, tables_of(found), 1.0) if line.startswith("weeks waited "))
    assert "few" in re.split("  +", by_need)


def test_a_comparison_ends_in_a_sealed_folder_and_says_why_it_ended(here, capsys):
    """Its summary is short, its record says what ended it, and the same again gives the same bytes."""
    words = ["compare", "compare.b=staffing.case_managers=2 staffing.turnover=0", "compare.budget=60", *SMALL]
    assert main([*words, "out=one"]) == 0
    printed = capsys.readouterr().out
    assert "ended at compare.budget" in printed
    assert "30 pairs of runs" in printed
    record = sealed(here / "one")
    complete(here / "one", record)
    assert record["compare"]["ended_by"] == "budget"
    assert record["compare"]["pairs"] == 30
    assert record["compare"]["looks"].keys() == {"30"}
    text = (here / "one" / "summary.txt").read_text(encoding="utf-8").splitlines()
    assert len(text) <= 24
    assert max(map(len, text)) <= 100
    names = {"differences.csv", "by_need.csv", "less.csv", "runs.parquet", "dictionary.csv", "summary.txt"}
    names |= {f"paired_differences.{kind}" for kind in ("png", "svg", "csv", "txt")}
    assert record["files"].keys() == names
    assert main([*words, "out=two"]) == 0
    again = json.loads((here / "two" / "record.json").read_text(encoding="utf-8"))["files"]
    different = {name for name in names if again[name] != record["files"][name]}
    assert different <= {"paired_differences.png", "paired_differences.svg"}  # these carry the command


def test_precision_that_has_held_ends_it(here, capsys):
    assert main(["compare", "compare.b=as_delivered", "compare.precision=50", "out=one", *SMALL]) == 0
    assert "ended at the precision asked for" in capsys.readouterr().out
    assert sealed(here / "one")["compare"]["pairs"] == 200


def test_a_program_is_compared_with_none_only_in_what_both_can_have(here, capsys):
    words = ["compare.a=no_program", "compare.b=as_delivered", "compare.budget=40", "out=one", *SMALL]
    assert main(["compare", *words]) == 0
    printed = capsys.readouterr().out
    assert re.search("^training or work", printed, re.MULTILINE)
    assert not re.search("^(completed|weeks waited)", printed, re.MULTILINE)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "compare: compare.b is needed, as in compare.b=one_more_case_manager"),
        (["compare.b=no_dropin"], "compare.b: scenario: no_dropin is unknown; did you mean no_drop_in?"),
        (["compare.b=staffing.case_managers=-1"], "compare.b: staffing.case_managers: -1 is not allowed (0 to 20)"),
        (["compare.b=no_drop_in seed=2"], "compare.b: seed belongs to both scenarios; write it outside of compare.b"),
        (["compare.b=cohort.weeks=20"], "cohort.weeks: 182 under A and 20 under B would refer other women, so no dif"),
        (["compare.b=no_drop_in", "replications=50"], "replications: compare adds pairs of runs until compare."),
        (["compare.b=no_drop_in", "compare.budget=2"], "compare.budget: 2 is not allowed (20 to 200000)"),
        (["compare.b=no_drop_in", "compare.precision=0"], "compare.precision: 0 is not allowed (0.01 to 50"),
        (["compare.b=no_drop_in", "compare.precision=1,5"], "compare.precision: \"1,5\" is not a number"),
        (["compare.b=\"no_drop_in"], "compare.b: \"\"no_drop_in\" cannot be used"),
        (["compare.b=no_drop_in", "compare.participant=P900", *SMALL], "compare.participant: P900 is not in run 1"),
        (["compare.b=no_drop_in", "compare.replication=2"], "compare.replication: only for one participant"),
        (["compare.b=no_drop_in", "compare.participant=P001", "compare.budget=50"], "compare.budget: not with compare"),
        (["compare.b=no_drop_in,remote_year"], "compare.b: 2 scenarios, and compare takes one (-m is not for"),
    ],
)  # fmt: skip
def test_what_cannot_be_compared_is_refused_in_one_line(here, capsys, words, said):
    assert main(["compare", *words]) == 2
    told = capsys.readouterr().err
    assert told.startswith(said)
    assert told.count("\n") == 1
    assert not list(here.iterdir())


def test_other_women_are_refused_whatever_made_them_other():
    """A share of women with a need that is changed under one scenario only gives other women, which is found out."""
    with pytest.raises(Refused, match="do not refer the same women"):
        paired("parameters.entry.need_justice=0.6")


def test_the_words_beside_a_and_b_are_for_both():
    a, b = two_studies(
        {"a": "no_drop_in", "b": "no_drop_in 'staffing.case_managers=3'"},
        "pathways compare 'compare.a=x' staffing.turnover=1 study=compare seed=7",
    )
    assert (a.scenario, b.scenario) == ("no_drop_in", "no_drop_in")
    assert (a.seed, b.seed, a.staffing.turnover, b.staffing.turnover) == (7, 7, 1, 1)
    assert (a.staffing.case_managers, b.staffing.case_managers) == (1, 3)
