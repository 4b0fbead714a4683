"""Compiled code is named by the sources it was made from: an edited rule is never answered by old code."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from worlds_for_tests import plan_with, rows_with

import sim

PLAN = plan_with(cohort_referred=60, cohort_weeks=4, cohort_follow_up_weeks=8)
ASK = """
import json, sys
import numpy as np, platformdirs
platformdirs.user_cache_dir = lambda name: "compiled"
from sim.agents import run_replications
from sim.ensemble import live, run_ensemble

plan, row = json.load(sys.stdin)
rows = np.array([tuple(row.values())], [(name, "f8") for name in row])
told = [tell(plan, rows, 1, [1], ()).women["crisis"].sum() for tell in (run_ensemble, run_replications)]
print(*told, sum(live.stats.cache_hits.values()))
"""


def answers(folder: Path) -> list[int]:
    """Women in crisis at the end among a copy's arrays and among its agents, and how often it found code compiled."""
    row = dict(zip(rows_with().dtype.names, rows_with()[0].tolist(), strict=True))
    said = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=folder,
        env=os.environ | {"NUMBA_OPT": "1"},  # compiled sooner
        input=json.dumps([PLAN, row]),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return [int(number) for number in said.stdout.split()]


@pytest.fixture
def lives(tmp_path: Path) -> Path:
    """The rules of her life in a copy of the program, whose week is cut to one stage to be compiled in seconds."""
    shutil.copytree(Path(sim.__file__).parent, tmp_path / "sim")
    week = tmp_path / "sim" / "program" / "week.py"
    lines = week.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if "meet_crisis" in line or not line.startswith(("    each(", "    together("))]
    week.write_text("".join(kept), encoding="utf-8")
    return week.with_name("lives.py")


def test_an_edited_rule_is_answered_by_new_code(lives: Path) -> None:
    """A number edited in a rule moves the answer to what agents say; edited back, the first code answers, as it was."""
    copy = lives.parents[2]
    first, agents, found = answers(copy)
    assert (agents, found) == (first, 0)
    text = lives.read_text(encoding="utf-8")
    assert text.count("an_ordinary_week=p.crisis,") == 1
    lives.write_text(text.replace("an_ordinary_week=p.crisis,", "an_ordinary_week=p.crisis + 1,"), encoding="utf-8")
    moved, agents, found = answers(copy)
    assert (agents, found) == (moved, 0)
    assert moved > first > 0
    lives.write_text(text, encoding="utf-8")
    assert answers(copy) == [first, first, 1]
    assert len(list((copy / "compiled").iterdir())) == 2
