"""Long work can be watched, says how large it is before it starts, and lands where it was sent and nowhere else."""

import io
import random
import re
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

import sim
from sim.study import watching
from sim.study.files import filling
from sim.study.refusals import Refused
from sim.study.settings import study_from
from sim.study.watching import Log, watched, weigh
from sim.study.worlds import worlds_of

TINY = ("cohort.weeks=1", "cohort.referred=1", "cohort.follow_up_weeks=4")


def weighed(monkeypatch, typed=None, confirmed=False, runs=60_000, scenarios=10):
    """Weigh many tiny runs, with somebody at the terminal who types this, or with nobody."""
    studies = [sim.load_study(*TINY, f"replications={runs}", f"seed={seed}") for seed in range(scenarios)]
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(isatty=lambda: typed is not None))
    monkeypatch.setattr("builtins.input", lambda question: typed)
    weigh(worlds_of(studies), "compiled", confirmed)


def test_a_large_study_says_how_large_it_is(monkeypatch, capsys):
    """Runs, blocks, time and disk are told before a large study starts, and nothing before a usual one."""
    weighed(monkeypatch)
    said = capsys.readouterr().err
    assert re.fullmatch(r"600,000 runs in 2,400 blocks: about \d+ minutes and \d+\.\d GiB of disk, .*\n", said)
    weighed(monkeypatch, runs=100)
    assert capsys.readouterr().err == ""


def test_more_than_a_million_runs_must_be_meant(monkeypatch):
    """Nobody starts a million runs by mistake: it is asked, or confirmed, or refused in one line."""
    with pytest.raises(Refused, match=r"sweep\.confirmed: false, and this is 1,200,000 runs, more than 1,000,000"):
        weighed(monkeypatch, runs=100_000, scenarios=12)
    with pytest.raises(Refused):
        weighed(monkeypatch, typed="n", runs=100_000, scenarios=12)
    weighed(monkeypatch, typed="y", runs=100_000, scenarios=12)
    weighed(monkeypatch, confirmed=True, runs=100_000, scenarios=12)


def test_where_nobody_watches_progress_is_a_plain_log(monkeypatch):
    """Each line of the log says how far the work is, how fast it goes and how long it will take."""
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with Log(total=400, unit=" runs", bar_format=watching.LINE, mininterval=0, miniters=1) as log:
        log.start_t -= 10
        log.update(100)
        log.update(100)
    lines = sys.stderr.getvalue().split("\n")
    assert re.fullmatch(r"200 of 400 runs, +\d+\.\d+ runs/s, 00:10 so far, 00:1\d left", lines[3]), lines
    assert "\r" not in sys.stderr.getvalue()


def test_short_work_is_not_logged(monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with watched(3) as lived:
        lived(3)
    assert sys.stderr.getvalue() == ""


PARTS = (
    "..", "...", "con", "NUL.txt", "aux", "a" * 300, "~", "$(id)", "`id`", "a\x1b[2J", "\u202egnp", "a:b", "a|b", "<x>",
    "?", "*", "a ", "a.", "é", "名", "\ud800", "-rf", "%2e%2e", "results", ".git", "host\\share", ".", "file",
)  # fmt: skip


def placed(name):
    """A folder made under this name as results are, through the door of all settings; or the lines that refuse it."""
    try:
        study = study_from(sim.load_study(*TINY).resolved() | {"out": name})
        with filling(Path(study.out)) as filled:
            (filled.folder / "table").write_text("made")
    except Refused as refused:
        return None, refused.problems
    return filled.place, ()


def test_no_name_leads_outside_the_folder_that_was_named(here, monkeypatch):
    """Of 500 hostile names each is refused in one line with nothing written, or becomes a folder below this one."""
    inside = here / "a" / "b"
    inside.mkdir(parents=True)
    (inside / "file").write_text("in the way")
    monkeypatch.chdir(inside)
    chance, outcomes = random.Random(7), []
    for _ in range(500):
        folder, lines = placed(chance.choice("/\\").join(chance.choices(PARTS, k=chance.randint(1, 4))))
        outcomes.append(folder is None)
        assert all(line.isprintable() for line in lines)
        assert len(lines) == (folder is None)
        assert folder is None or (folder.resolve().is_relative_to(inside) and (folder / "table").is_file())
        assert [*here.iterdir()] == [inside.parent]
        assert [*inside.parent.iterdir()] == [inside]
    assert 50 < sum(outcomes) < 450
