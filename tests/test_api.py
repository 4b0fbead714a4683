"""The Python API is a dozen names, each of which explains itself, and importing it costs next to nothing."""

import inspect
import subprocess
import sys

import pandas as pd
import pytest

import sim

NAMES = {
    "load_study", "Study", "run", "compare", "Result", "outcomes", "draw", "timeline", "replay", "Program",
    "program_of", "run_ensemble", "open_results", "swap",
}  # fmt: skip
SMALL = ("replications=3", "cohort.weeks=26", "cohort.follow_up_weeks=45")


def test_the_public_names_are_these():
    assert set(sim.__all__) == NAMES
    assert set(dir(sim)) >= NAMES
    with pytest.raises(AttributeError, match="nothing_of_the_kind"):
        sim.nothing_of_the_kind  # noqa: B018


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_public_name_explains_itself(name):
    doc = inspect.getdoc(getattr(sim, name))
    assert doc
    assert len(doc) > 40


def test_importing_the_package_imports_nothing_heavy():
    heavy = "mesa numba matplotlib hydra pandas numpy pydantic".split()
    code = f"import sim, sys; dir(sim); print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_both_engines_give_the_same_tables():
    study = sim.load_study(*SMALL)
    compiled, agents = (sim.run(study, engine=engine) for engine in ("compiled", "mesa"))
    assert compiled.tables.keys() == agents.tables.keys()
    for name, table in compiled.tables.items():
        pd.testing.assert_frame_equal(table, agents.tables[name], check_exact=True)


def test_a_result_can_be_read_drawn_and_saved(tmp_path):
    result = sim.run(sim.load_study(*SMALL))
    assert "no_program" in result.summary()
    figures = result.draw(tmp_path / "figures")
    assert {path.suffix for path in figures} >= {".png", ".svg", ".csv", ".txt"}
    folder = result.save(tmp_path / "mine")
    assert (folder / "record.json").is_file()
    assert (folder / "tables" / "outcomes.parquet").is_file()


def test_outcomes_lists_what_is_counted():
    table = sim.outcomes()
    assert {"name", "unit", "population", "better", "formula"} <= set(table.columns)
    assert "completed" in set(table["name"])
