"""A run ends in tables, a record and a summary that can be trusted, or leaves nothing at all."""

import re
from itertools import count

import numpy as np
import pandas as pd
import pytest
from told import FINISHER, LEAVER, WAITER, told

import sim
import sim.ensemble
import sim.study.figures
from sim.program.people import LOG
from sim.program.words import SERVICES
from sim.study.files import filling, write_table
from sim.study.record import name_of
from sim.study.refusals import Refused
from sim.study.run import make, run_main
from sim.study.tables import harmless

SMALL = ("replications=12", "cohort.weeks=40", "cohort.follow_up_weeks=60")
COLUMNS = {
    "outcomes": "scenario replication outcome population value count",
    "differences": "scenario replication outcome difference",
    "summary": "scenario outcome unit better mean low high n chance_share",
    "pathway": "scenario replication week completed left waited_too_long still_in",
    "states": "scenario replication week domain state women",
    "flows": "scenario replication from_phase to_phase reason women",
    "goals": "scenario replication domain wanted set reached",
    "assumptions": "parameter meaning low high unit strength source badge outcome correlation beyond_chance",
    "community_nodes": "node kind label",
    "community_edges": "source target kind weight",
}


@pytest.fixture(scope="module")
def result():
    return sim.run(sim.load_study(*SMALL))


@pytest.fixture
def told_runs(monkeypatch):
    """In place of the engine: three women told by hand, in two replications of which one is a chunk."""

    def in_chunks(plan, parameters, seed, replications, *_):
        for replication in replications:
            runs = told([FINISHER, LEAVER, WAITER], weeks=60, calendar=120)
            runs.replications = np.array([replication])
            yield runs

    monkeypatch.setattr(sim.ensemble, "in_chunks", in_chunks)
    monkeypatch.setattr(sim.study.figures, "draw_all", lambda *about, **more: [])


def files_of(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_every_table_has_its_columns(result):
    assert {name: " ".join(table.columns) for name, table in result.tables.items() if name in COLUMNS} == COLUMNS
    assert {"waiting", "unmet", "in_post"} < set(result.tables["occupancy"].columns)
    assert {"post", "caseload", "supplied"} < set(result.tables["posts"].columns)


def test_a_scenario_and_its_twin_hold_the_same_women(result):
    counts = result.tables["outcomes"].pivot(index=["outcome", "replication"], columns="scenario", values="count")
    for outcome in ("completed", "t11_housed"):
        here, there = (counts.loc[outcome, world.name] for world in result.worlds)
        assert here.equals(there.rename(here.name))
        assert here.sum() > 0


def test_differences_are_the_second_less_the_first_run_by_run(result):
    values = result.tables["outcomes"].pivot(index=["outcome", "replication"], columns="scenario", values="value")
    none, program = (values[world.name] for world in result.worlds)
    for outcome, paired in result.tables["differences"].groupby("outcome", observed=True):
        assert np.array_equal(paired["difference"], (program - none).loc[outcome], equal_nan=True), outcome
    assert "t04_engaged" not in set(result.tables["differences"]["outcome"])


def test_summary_numbers_are_the_mean_and_the_5th_to_95th_percentile_of_runs(result):
    runs = result.tables["outcomes"].query("scenario != 'no_program' and outcome == 'completed'")["value"]
    row = result.tables["summary"].query("scenario != 'no_program' and outcome == 'completed'").iloc[0]
    assert [row["mean"], row["low"], row["high"]] == pytest.approx([runs.mean(), *np.quantile(runs, [0.05, 0.95])])
    assert row["n"] == 12


def test_no_change_is_no_difference_to_the_last_bit():
    study = sim.load_study(*SMALL)
    same = sim.compare(study, study)
    assert (same.tables["differences"]["difference"].dropna() == 0).all()
    assert "no difference in most runs" in same.summary()


def _over(usual, words):
    """The usual settings but for those that are given."""
    given = {word.partition("=")[0] for word in words}
    return [word for word in usual if word.partition("=")[0] not in given] + list(words)


EDGES = {
    "no posts": ("staffing.case_managers=0",),
    "no posts, no drop-in": ("staffing.case_managers=0", "staffing.peer_mentors=0", "drop_in.sessions_per_week=0"),
    "no openings": tuple(f"community.openings.{name}=0" for name in SERVICES) + ("community.rent_supplements=0",),
    "one woman": ("cohort.referred=1",),
    "nobody enters": ("staffing.caseload_limit=1", "staffing.case_managers=0", "cohort.referred=2"),
    "nobody referred": ("cohort.referrals_per_week=0.01", "cohort.weeks=2"),
    "the shortest": ("cohort.weeks=1", "cohort.follow_up_weeks=4"),
}


@pytest.mark.parametrize("kind", EDGES)
def test_a_plan_at_its_edge_runs_to_the_end_of_the_tables(kind):
    edge = sim.run(sim.load_study(*_over(("replications=3", *SMALL[1:]), EDGES[kind])))
    assert edge.tables.keys() >= COLUMNS.keys()
    assert max(map(len, edge.summary().splitlines())) <= 100
    values = edge.tables["outcomes"].pivot(index="replication", columns=["scenario", "outcome"], values="value")
    if "posts" in kind or "nobody" in kind:
        assert (values[edge.worlds[-1].name]["women_entered"] == 0).all()
    if "openings" in kind:
        assert (values[edge.worlds[-1].name]["supplement_years"] == 0).all()


def test_where_no_program_is_offered_nothing_is_logged_and_nothing_is_paid(result):
    log = result.tables["occupancy"].query("scenario == 'no_program'")
    assert not log[[name for name, *_ in LOG]].to_numpy().any()
    assert result.tables["posts"].query("scenario == 'no_program'").empty
    values = result.tables["outcomes"].query("scenario == 'no_program'").set_index("outcome")["value"]
    assert (values["cost"] == 0).all()
    assert values[["caseload", "hours_used", "post_vacant"]].isna().all()


def test_every_event_of_the_first_run_is_a_row_of_its_own(result, tmp_path):
    events = pd.read_csv(result.save(tmp_path / "kept") / "events.csv")
    assert events.columns.tolist() == ["case_id", "activity", "timestamp", "resource"]
    outcomes = result.tables["outcomes"].query("scenario != 'no_program' and replication == 1")
    first = outcomes.set_index("outcome")["value"]
    assert (events["activity"] == "was referred").sum() == first["women_referred"]
    assert (events["activity"] == "completed").sum() == round(first["completed"] * first["women_referred"])


def test_two_scenarios_show_the_community_and_the_events_of_the_last_that_has_a_program():
    none, program = sim.load_study(*SMALL, "scenario=no_program"), sim.load_study(*SMALL)
    for studies in ((none, program), (program, none)):
        assert "case manager" in set(sim.compare(*studies).tables["community_nodes"]["kind"])
    more = sim.load_study(*SMALL, "staffing.case_managers=3", "staffing.turnover=0")
    nodes = sim.compare(program, more).tables["community_nodes"]
    assert (nodes["kind"] == "case manager").sum() == 3


def test_other_women_are_not_subtracted():
    other = sim.compare(*(sim.load_study(*SMALL, f"cohort.referred={women}") for women in (5, 6)))
    assert other.tables["differences"].empty
    assert "no difference is taken" in other.summary()


def test_the_tables_are_the_same_bytes_however_the_work_is_cut(result, tmp_path, monkeypatch):
    monkeypatch.setattr(sim.ensemble, "A_CHUNK", 5)
    again = sim.run(sim.load_study(*SMALL, "threads=2"))
    for name, table in result.tables.items():
        write_table(table, tmp_path / "one")
        write_table(again.tables[name], tmp_path / "two")
        assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes(), name


RUNS = ("replications=3", "cohort.follow_up_weeks=60")
SUMMARIES = {
    "the program and its twin": [()],
    "something changed": [("staffing.case_managers=3", "linking.warm_share=0.9", "phases.limit_weeks=30")],
    "central parameters": [("parameters_from=central",)],
    "a single run": [("replications=1",)],
    "no program": [("scenario=no_program",)],
    "a short follow-up": [("cohort.follow_up_weeks=20",)],
    "nobody referred": [("cohort.referrals_per_week=0.01", "cohort.weeks=2")],
    "two scenarios": [(), ("scenario=high_turnover",)],
    "three scenarios": [(), ("scenario=high_turnover",), ("staffing.case_managers=2",)],
    "many scenarios": [(f"staffing.case_managers={posts}",) for posts in range(20)],
}


@pytest.mark.parametrize("kind", SUMMARIES)
def test_the_summary_is_at_most_24_lines_of_100_columns(kind, here, capsys, told_runs):
    studies = [sim.load_study(*_over(RUNS, words)) for words in SUMMARIES[kind]]
    assert run_main(studies, "pathways") == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 100
    assert "simulated program modelled on Exit Doors Here" in lines[0]
    covers = {"central parameters": "NOT CALIBRATED", "a single run": "One run"}.get(kind, "that the evidence allows")
    assert any(covers in line for line in lines)
    assert any(line.startswith("Folder results/") for line in lines)
    (folder,) = (here / "results").glob("[!.]*")
    kept = (folder / "summary.txt").read_text(encoding="utf-8")
    assert kept.splitlines() == [line for line in lines if not line.startswith("Folder")]


def test_outcomes_can_be_asked_for_by_name_and_are_refused_by_name():
    study = sim.load_study(*SMALL[1:], "replications=2")
    some = sim.run(study, outcomes=["completed", "exited_39"])
    assert set(some.tables["summary"]["outcome"]) == {"completed", "exited_39", "women_referred", "women_entered"}
    assert "completed the program" in some.summary()
    needs = r"exited_195 needs 195 weeks and the run has 60; set cohort\.follow_up_weeks=195"
    with pytest.raises(Refused, match=needs):
        sim.run(study, outcomes=["exited_195"])


def test_costs_without_a_source_are_named_as_placeholders():
    studies = [sim.load_study(*SMALL[1:], "replications=2", f"staffing.case_managers={posts}") for posts in (1, 2, 3)]
    placeholders = "Placeholders without a source, to be replaced by your own: salary per post"
    assert placeholders in sim.compare(*studies).summary()


def test_where_assumptions_cannot_be_ranked_the_summary_says_why(result):
    assert "too few runs" in result.summary()
    assert "central values" in sim.run(sim.load_study(*SMALL, "parameters_from=central")).summary()


def test_several_scenarios_end_in_one_table_and_one_figure(here):
    studies = [sim.load_study(*SMALL, f"staffing.case_managers={posts}") for posts in (1, 2, 3)]
    folder, lines = make(studies, "pathways -m staffing.case_managers=1,2,3")
    assert {path.stem for path in (folder / "figures").iterdir()} == {"scenarios_compared"}
    assert sum(line.startswith("as_delivered") for line in lines) == 3
    kept = pd.read_parquet(folder / "tables" / "outcomes.parquet")
    assert set(kept["scenario"]) == {f"as_delivered, staffing.case_managers={posts}" for posts in (1, 2, 3)}


def test_an_interrupted_run_leaves_nothing(here, monkeypatch, told_runs):
    taken = count()

    def interrupted(plan, parameters, seed, replications, *_):
        for _ in replications:
            if next(taken) == 3:
                raise KeyboardInterrupt
            yield told([FINISHER], weeks=60)

    monkeypatch.setattr(sim.ensemble, "in_chunks", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run_main([sim.load_study("replications=5", "cohort.follow_up_weeks=60")], "pathways")
    assert [path.name for path in (here / "results").iterdir()] in ([], [".blocks"])


def test_a_run_never_lands_in_an_existing_folder(here, told_runs):
    study = sim.load_study("replications=2", "cohort.follow_up_weeks=60")
    first, second = make([study], "pathways")[0], make([study], "pathways")[0]
    assert second.name == f"{first.name}-2"
    assert files_of(first) == files_of(second)
    with filling(first) as filled:
        (quicker := first.with_name(f"{first.name}-3")).mkdir()
    assert filled.place.name == f"{first.name}-4"
    assert not filled.folder.exists()
    filled.place.rmdir(), quicker.rmdir()
    assert sorted(path.name for path in first.parent.iterdir()) == [".blocks", first.name, second.name]


def test_the_folder_is_named_by_day_scenario_and_what_was_asked():
    plain, asked = sim.load_study(), sim.load_study("staffing.case_managers=3")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d_as_delivered_[0-9a-z]{4}", name_of([plain]))
    assert name_of([plain]) == name_of([sim.load_study("threads=2", "out=elsewhere")])
    assert name_of([plain]) != name_of([asked])


def test_text_in_csv_is_never_a_formula():
    table = harmless(pd.DataFrame({"name": ["=1+1", "+x", "-y", "@z", "fine", "a=b"], "number": [-1.0, 0, 1, 2, 3, 4]}))
    assert table["name"].tolist() == ["'=1+1", "'+x", "'-y", "'@z", "fine", "a=b"]
    assert table["number"].tolist() == [-1, 0, 1, 2, 3, 4]


def test_a_place_that_cannot_be_written_is_refused_in_one_line(here):
    (here / "file").write_text("taken")
    with pytest.raises(Refused) as refused:
        run_main([sim.load_study("replications=1", "out=file/mine")], "pathways")
    assert refused.value.problems[0].startswith("file/mine: could not be written (Not a directory); blocks of runs")
