"""Facts about the answers of the page: their numbers are Python's, whether they were kept or have just been lived."""

import base64
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.app.answers import MONTH, OUTCOMES, answer_of, bands, joined, live
from sim.app.grid import LEVELS, Grid, keep, lived_grid, plans_of, read_grid
from sim.app.island import island
from sim.app.levers import Base
from sim.app.one_file import PAGE, page_text, scripts
from sim.program import words as w
from sim.study.own_numbers import template
from sim.study.run import run
from sim.study.settings import load_study
from sim.study.store import Store

SMALL = ("cohort.weeks=30", "cohort.referred=12", "cohort.follow_up_weeks=60")
RUNS = 50


@pytest.fixture(scope="module")
def base() -> Base:
    return Base(*SMALL)


@pytest.fixture(scope="module")
def grid(base: Base) -> Grid:
    return lived_grid(base, {"staffing.case_managers": (1, 2)}, RUNS)


def unpacked(text: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), "<f4")


def test_the_page_s_numbers_are_those_of_the_command_run_by_run(base: Base) -> None:
    plan = base.start("one_more_case_manager")
    answer = answer_of(base, plan, live(base.study_of(plan), 1, RUNS))
    assert answer["record"]["command"] == f"pathways {' '.join(['scenario=one_more_case_manager', *SMALL])}"
    words = answer["record"]["command"].split()[1:]
    tables = run(load_study(*words, f"replications={RUNS}")).tables
    rows = tables["outcomes"][tables["outcomes"]["scenario"] == tables["outcomes"]["scenario"].iloc[-1]]
    wide = rows.pivot(index="replication", columns="outcome", values="value")
    for name in OUTCOMES:
        expected = wide[name].to_numpy(np.float32)
        assert np.array_equal(unpacked(answer["values"][name]), expected, equal_nan=True), name


def test_flows_and_months_are_those_of_the_command(base: Base) -> None:
    plan = base.start("as_delivered")
    answer = answer_of(base, plan, live(base.study_of(plan), 1, RUNS))
    tables = run(load_study(*base.words_of(plan), f"replications={RUNS}")).tables
    flows = tables["flows"][tables["flows"]["scenario"] == "as_delivered, " + ", ".join(SMALL)]
    means = flows.groupby(["from_phase", "to_phase", "reason"], observed=True)["women"].mean()
    assert {(*row[:3],): row[3] for row in answer["flows"]} == {
        key: round(mean, 3) for key, mean in means.items() if mean > 0
    }
    assert sum(row[3] for row in answer["flows"] if row[0] == "waiting list") == pytest.approx(12, abs=0.01)
    log = tables["occupancy"][tables["occupancy"]["scenario"] == flows["scenario"].iloc[0]]
    first = log[log["week"] < MONTH].groupby("replication")["waiting"].mean()
    months = answer["months"]["waiting_list"]
    assert months["mean"][0] == round(float(first.mean()), 3)
    assert [months[name][0] for name in ("low", "high")] == first.quantile([0.05, 0.95]).round(3).to_list()
    assert len(months["mean"]) == -(-30 // MONTH)


def test_who_waits_is_told_by_need_and_adds_up(base: Base) -> None:
    lived = live(base.study, 1, RUNS)
    assert lived.women.shape == lived.waited.shape == (RUNS, len(w.NEEDS))
    assert (lived.women.sum(axis=1) >= 2 * 12).all()  # every woman has two needs at least
    assert (lived.women <= 12).all()
    assert np.array_equal(np.isnan(lived.waited), lived.women == 0)
    without = live(base.study_of(base.start("no_program")), 1, 2)
    assert np.isnan(without.waited).all()


def test_runs_are_the_same_however_they_were_cut(base: Base) -> None:
    whole = live(base.study, 1, RUNS)
    parts = joined([live(base.study, first, last) for first, last in ((1, 25), (26, 30), (31, RUNS))])
    assert np.array_equal(whole.values, parts.values, equal_nan=True)
    assert bands(whole).equals(bands(parts))


def test_an_answer_is_plain_json_with_no_number_that_is_none(base: Base) -> None:
    lived = live(base.study_of(base.start("no_program")), 1, RUNS)
    answer = answer_of(base, base.start("no_program"), lived)
    text = json.dumps(answer, allow_nan=False)
    assert json.loads(text) == answer
    assert answer["months"]["hours_used"]["mean"] == [None] * 8  # nobody is in post


# ---- plans that were run beforehand


def test_a_kept_plan_gives_exactly_what_it_gives_when_it_is_run_again(base: Base, grid: Grid, tmp_path: Path) -> None:
    keep(grid, tmp_path / "kept")
    again = read_grid(base, tmp_path / "kept")
    assert again.stale == ""
    assert again.told() == grid.told()
    for plan in again.plans[:3]:
        fresh = answer_of(base, plan, live(base.study_of(plan), 1, RUNS), RUNS, True)
        assert again.answer(plan) == fresh


def test_a_plan_outside_the_grid_is_not_answered_by_it(base: Base, grid: Grid) -> None:
    assert grid.answer(base.plan_from("as_delivered", {"staffing.case_managers": 3.0})) is None
    assert grid.answer(base.plan_from("as_delivered", {"costs.salary_per_post": 70000.0})) is None
    same = grid.answer(base.start("one_more_case_manager"))
    assert same is not None
    assert same["plan"]["scenario"] == "one_more_case_manager"


def test_a_grid_of_another_model_or_with_a_changed_byte_is_not_used(
    base: Base, grid: Grid, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "kept"
    keep(grid, folder)
    assert "page.grid=again" in read_grid(Base("seed=2", *SMALL), folder).stale
    monkeypatch.setattr("sim.program.digest", lambda: "another")
    assert "another" in read_grid(base, folder).stale
    monkeypatch.undo()
    content = (folder / "values.parquet").read_bytes()
    (folder / "values.parquet").write_bytes(content[:-40] + bytes([content[-40] ^ 1]) + content[-39:])
    assert "not as it was written" in read_grid(base, folder).stale
    assert read_grid(base, tmp_path / "nowhere").plans == ()


def test_blocks_of_a_grid_are_taken_from_the_store(base: Base, grid: Grid, tmp_path: Path) -> None:
    levels, store = {"staffing.case_managers": (1,)}, Store(tmp_path)
    first, heard = lived_grid(base, levels, 2, store), list[int]()
    again = lived_grid(base, levels, 2, store, heard.append)
    assert first.told() == again.told()
    assert heard == [2] * len(plans_of(base, levels))


def test_the_grid_that_is_handed_out_is_this_model_s_and_a_sample_of_it_is_lived_again() -> None:
    base = Base()
    grid = read_grid(base)
    assert grid.stale == ""
    assert grid.plans == plans_of(base, LEVELS)
    for place in (0, 1, 40, len(grid.plans) - 1):
        plan = grid.plans[place]
        rows = grid.tables["values"]
        kept = rows[rows["plan"] == place][[*OUTCOMES]].head(4).to_numpy(np.float32)
        assert np.array_equal(kept, live(base.study_of(plan), 1, 4).values, equal_nan=True), plan
    assert {base.identity(base.start(name)) for name in base.starts} <= grid.places.keys()


# ---- the one file


def test_the_page_is_one_text_that_asks_nobody(base: Base, grid: Grid) -> None:
    text = page_text(island(base, "file", grid.told()), served=False)
    page = text.partition('<script type="application/json"')[0]
    assert "connect-src 'none'" in page
    assert text.count("<script") == 1 + len(scripts())
    assert text.count('id="pathways"') == 1
    for word in ("http-equiv", "<style>", "<body>"):
        assert page.count(word) == 1, word
    assert "{{" not in page


def test_scripts_are_small_classic_and_end_where_they_should() -> None:
    for path in scripts():
        code = path.read_text(encoding="utf-8")
        assert len(code.splitlines()) < 300, path.name
        for word in ("</script", "<!--", "import ", "eval(", "innerHTML", "document.write", "http://", "https://"):
            assert word not in code.replace("http://www.w3.org/2000/svg", ""), f"{path.name}: {word}"
    page = (PAGE / "index.html").read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    for word in (" style=", " onclick=", " onload=", "<script", "http:", "https:"):
        assert word not in page, word


def test_what_the_page_knows_is_what_python_knows(base: Base, grid: Grid) -> None:
    text = island(base, "file", grid.told())
    assert "<" not in text
    known = json.loads(text)
    assert [row["name"] for row in known["scenarios"]] == [*base.starts]
    assert [row["name"] for row in known["outcomes"]] == [*OUTCOMES]
    assert {row["kind"] for row in known["outcomes"]} == {"share", "weeks", "dollars", "number"}
    turnover = next(row for row in known["scenarios"] if row["name"] == "high_turnover")
    assert turnover["settings"] == {"staffing.turnover": 2}
    lines = [",".join(row[1:3]) for row in known["template"]]
    table = pd.read_csv(pd.io.common.StringIO(template(base.study)))
    assert lines == ["key,value", *(f"{key},{value}" for key, value in zip(table["key"], table["value"].fillna("")))]
