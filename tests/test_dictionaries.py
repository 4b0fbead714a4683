"""Every folder that a verb fills says what each column of each of its tables is."""

import pandas as pd
import pytest
import yaml
from test_calibration import SMALL, STAY, T04, VISITS

import sim
from sim.study.calibrate import calibrate_main
from sim.study.door import main
from sim.study.evaluate import evaluate_main
from sim.study.saved import dictionary

OF_A_KIND = {
    "yes or no": lambda column: column.dtype == bool,
    "whole": lambda column: column.dtype.kind in "if" and (column.dropna() % 1 == 0).all(),
    "number": lambda column: column.dtype.kind in "if",
    "text": lambda column: column.dtype.kind not in "ifb" or column.isna().all(),
}
FEW = {"draws": "256", "sets": "20", "women": "1"}
WEEKS = "cohort.follow_up_weeks"
BOTH = ("cohort.weeks=30", "cohort.referred=12", "threads=1")


def said(folder):
    """The folder's dictionary, held against every other table in it."""
    told = pd.read_csv(folder / "dictionary.csv", keep_default_na=False)
    files = [path for path in folder.iterdir() if path.suffix in (".csv", ".parquet") and path.stem != "dictionary"]
    assert {path.stem for path in files} == set(told["table"])
    for path in files:
        table = pd.read_csv(path) if path.suffix == ".csv" else pd.read_parquet(path)
        about = told[told["table"] == path.stem]
        assert [*table] == [*about["column"]], path.name
        kinds = zip(table.items(), about["type"], strict=True)
        assert not [name for (name, column), kind in kinds if not OF_A_KIND[kind](column)], path.name
    assert not told["meaning"].str.contains("{", regex=False).any()
    assert (told["meaning"].str.len() > 4).all()
    return told


@pytest.fixture(scope="module")
def calibrated(tmp_path_factory):
    """A small calibration, and its ensemble tested again."""
    place = tmp_path_factory.mktemp("calibrated")
    file, words = place / "mine.yaml", (*SMALL, f"store={place / 'blocks'}")
    file.write_text(yaml.safe_dump({"stay": STAY, "T04": T04, "visits": VISITS}), encoding="utf-8")
    own = {"targets": str(file), **FEW}
    assert calibrate_main(sim.load_study(*words, f"out={place / 'first'}"), own, "pathways calibrate") == 0
    again = {"retest": str(place / "first")}
    calibrate_main(sim.load_study(*words, f"out={place / 'again'}"), again, "pathways calibrate")
    return place


def test_a_calibration_says_what_every_column_is(calibrated):
    """Its sets are told column by column: a parameter with its unit and meaning, and what was fitted with its unit."""
    told = said(calibrated / "first").set_index(["table", "column"])
    line = sim.load_study().parameter_lines["trust"]["trust_gain"]
    about = told.loc[("ensemble", "parameters.trust.trust_gain")]
    assert (about["unit"], about["meaning"]) == (line.unit, line.meaning)
    assert told.loc[("waves", "visits"), "unit"] == "visits"


def test_an_ensemble_tested_again_has_the_same_columns_in_fewer_tables(calibrated):
    assert {"waves", "pairs"}.isdisjoint(said(calibrated / "again")["table"])


def test_a_comparison_says_what_every_column_is(tmp_path, capsys):
    words = (
        "compare",
        "compare.b=one_more_case_manager",
        "compare.budget=20",
        *BOTH,
        f"{WEEKS}=60",
        f"store={tmp_path / 'blocks'}",
    )
    assert main([*words, f"out={tmp_path / 'pairs'}"]) == 0
    assert {"differences", "by_need", "less", "runs", "paired_differences"} == set(said(tmp_path / "pairs")["table"])


def test_two_timelines_say_what_every_column_is(tmp_path, capsys):
    words = ("compare", "compare.b=no_drop_in", "compare.participant=P003", *BOTH, f"{WEEKS}=60")
    assert main([*words, f"out={tmp_path / 'weeks'}"]) == 0
    assert {"events", "two_timelines"} == set(said(tmp_path / "weeks")["table"])


def test_an_evaluation_says_what_every_column_is(tmp_path, capsys):
    words = (*BOTH, f"{WEEKS}=70", "parameters_from=ranges", "replications=8", f"store={tmp_path / 'blocks'}")
    study = sim.load_study(*words, f"out={tmp_path / 'asked'}")
    assert evaluate_main(study, {"rows": "20", "pooled": "2"}, "pathways evaluate") == 0
    said(tmp_path / "asked" / "tables")


VERBS = "run calibrate compare contribute evaluate staff last_year sensitivity value tipping".split()


@pytest.mark.parametrize("verb", VERBS)
def test_no_column_of_a_table_is_told_twice_and_each_has_a_line(verb):
    told = dictionary(verb)
    assert not told.duplicated(["table", "column"]).any()
    assert told["type"].isin([*OF_A_KIND]).all()
    assert (told["holds"].str.len() > 10).all()
