"""What nobody should type or write in a file is refused: it runs nothing, reads no secret, writes nothing."""

import csv
import io
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import sim
from sim.study.door import main
from sim.study.settings import Refused, load_study, read_studies

CANARY = "canary-7f3a"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """An empty folder, a secret in the environment that must never be seen, and a run that must never begin."""

    def begun(*asked):
        raise AssertionError(asked)

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATHWAYS_SECRET", CANARY)
    monkeypatch.setitem(sys.modules, "sim.study.run", SimpleNamespace(run_main=begun))
    return tmp_path


def refused(folder, capsys, *words):
    """The lines of a command that is refused as every refusal must be."""
    before, environment = sorted(folder.iterdir()), dict(os.environ)
    assert main(words) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert sorted(folder.iterdir()) == before
    assert dict(os.environ) == environment
    assert CANARY not in printed.err.replace("touch canary-7f3a", "")
    return printed.err.splitlines()


# what nobody should type


@pytest.mark.parametrize(
    "word",
    [
        "hydra.run.dir=../..", "hydra/launcher=basic", "hydra=x", "hydra.searchpath=[file:///tmp]", "+hydra.job.name=x",
        "hydra.callbacks.x._target_=os.system", "~seed", "+seed=3", "++staffing.case_managers=3", "scenario@staffing=x",
        "seed=${oc.env:PATHWAYS_SECRET}", "staffing.case_managers=${seed}", "scenario=${oc.env:PATHWAYS_SECRET}",
        "staffing.case_managers={_target_: os.system}", "staffing._target_=os.system", "_target_=os.system",
        "staffing.case_managers=[1,2]", "scenario=../../etc/passwd", "scenario=/etc/passwd", "scenario=[no_drop_in]",
        "staffing={case_managers: 3}", "scenario=null", "seed=shuffle(1,2,3)", "seed=interval(1,2)", "scenario=glob(*)",
        "seed=\x1b[31mred", "about=hello", "costs.index=1", "program.offered=true", "seed=0x10", "seed=nan",
        "sentences=en", "parameters=trust", "parameters@parameters.trust=contact", "seed=" + "[" * 900,
        "seed=" + "9" * 5000, "out=\x00", "=3", "seed=1;ls",
    ],
)  # fmt: skip
@pytest.mark.parametrize("many", [False, True])
def test_nothing_but_a_plain_value_for_an_existing_key_gets_in(folder, capsys, word, many):
    lines = refused(folder, capsys, *(["-m"] if many else []), word)
    assert all(line.isprintable() and len(line) < 300 for line in lines)


@pytest.mark.parametrize(
    "option", ["--config-dir=/tmp", "-cd", "--config-path=/tmp", "--config-name=x", "--run", "-p", "--resolve"]
)
def test_hydra_s_own_options_are_not_let_in(folder, capsys, option):
    assert option in refused(folder, capsys, option)[0]


@pytest.mark.parametrize(
    "words", [["--info", "config", "hydra.run.dir=x"], ["--shell-completion", "install=x;ls"], ["-i", "x"]]
)
def test_hydra_is_asked_nothing_else(folder, capsys, words):
    assert len(refused(folder, capsys, *words)) == 1


def test_more_studies_than_can_be_meant_are_refused_at_once(folder, capsys):
    line = "-m: more than 1000 scenarios are not allowed in one command"
    assert refused(folder, capsys, "-m", "seed=range(0,4000000000)") == [line]
    assert refused(folder, capsys, "-m", "seed=range(0,100)", "replications=range(1,100)") == [line]


@settings(deadline=None, max_examples=60, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    key=st.sampled_from(["seed", "staffing.turnover", "scenario", "out", "costs.peer_hour"]), text=st.text(max_size=30)
)
def test_whatever_is_typed_is_read_or_refused(key, text):
    lines: tuple[str, ...] = ()
    try:
        read_studies([f"{key}={text}"])
    except Refused as no:
        lines = no.problems
    assert all(line and "\n" not in line for line in lines)


# what nobody should write in a file


def bomb(levels):
    lines = ["a0: &a0 [1, 1]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}]" for n in range(1, levels))]
    return "\n".join(lines)


HOSTILE = {
    "python object": "staffing: !!python/object/apply:os.system ['touch canary-7f3a']",
    "python name": "staffing.case_managers: !!python/name:os.system",
    "own tag": "staffing.case_managers: !number 3",
    "explicit type": "staffing.case_managers: !!int 3",
    "hydra callback": "hydra:\n  callbacks:\n    x:\n      _target_: os.system",
    "hydra folder": "hydra.run.dir: ../..",
    "target": "staffing:\n  _target_: os.system\n  case_managers: 3",
    "defaults list": "defaults:\n  - scenario: no_drop_in",
    "package header": "# @package _global_\nhydra:\n  searchpath: [file:///tmp]",
    "environment": "staffing.case_managers: ${oc.env:PATHWAYS_SECRET}",
    "environment in text": "cohort.start: ${oc.env:PATHWAYS_SECRET}",
    "interpolation": "staffing.case_managers: ${seed}",
    "missing value": "staffing.case_managers: ???",
    "alias": "staffing: &s\n  case_managers: 3\ndrop_in: *s",
    "anchor": "staffing.case_managers: &s 3",
    "alias bomb": bomb(9),
    "merge key": "staffing:\n  <<: {case_managers: 3}",
    "two documents": "staffing.case_managers: 3\n---\nstaffing.case_managers: 4",
    "deep maps": ":\n ".join(f"{'  ' * n}a" for n in range(400)) + ": 3",
    "deep lists": "staffing.case_managers: " + "[" * 5000,
    "deep flow": "{a: " * 5000,
    "list at the top": "- staffing.case_managers: 3",
    "one word": "staffing.case_managers",
    "list of lists": "parameters.trust.trust_gain.range: [[1, 2], 3]",
    "map in a list": "parameters.trust.trust_gain.range: [{a: 1}, 3]",
    "list for a lever": "staffing.case_managers: [3]",
    "map for a lever": "staffing.case_managers: {a: 3}",
    "key that is a list": "? [a, b]\n: 3",
    "empty key": ": 3",
    "duplicate": "staffing.case_managers: 3\nstaffing.case_managers: 4",
    "boolean": "staffing.case_managers: true",
    "no": "program.offered: no",
    "text number": 'staffing.case_managers: "3"',
    "exponent": "replications: 1e3",
    "exponent of a lever": "cohort.weeks: 1e2",
    "hexadecimal": "staffing.case_managers: 0x3",
    "octal": "staffing.case_managers: 0o3",
    "sexagesimal": "staffing.case_managers: 1:30",
    "underscore": "cohort.weeks: 1_0",
    "not a number": "staffing.turnover: .nan",
    "infinity": "staffing.turnover: .inf",
    "null": "staffing.turnover: ~",
    "nothing": "staffing.turnover:",
    "huge": "staffing.turnover: " + "9" * 4500,
    "terminal escape": 'staffing.turnover: "\\e[31mred"',
    "broken": "staffing: [",
    "tabs": "staffing:\n\tcase_managers: 3",
    "control character": "staffing.case_managers: 3\x07",
    "empty": "",
    "only a comment": "# nothing",
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("suffix", [".yaml", ".csv"])
def test_a_hostile_file_is_refused_and_does_nothing(name, suffix, folder, capsys):
    text = HOSTILE[name]
    if suffix == ".csv":
        key, _, value = text.partition(":")
        cells = io.StringIO()
        csv.writer(cells).writerows([("key", "value"), (key, value.strip() or text)])
        text = cells.getvalue()
    file = folder / f"hostile{suffix}"
    file.write_text(text, encoding="utf-8")
    lines = refused(folder, capsys, f"scenario.file={file.name}")
    assert lines
    assert all(line.startswith(f"scenario.file hostile{suffix}") and line.isprintable() for line in lines)


def test_a_file_is_data_wherever_it_stands(folder):
    (folder / "conf").mkdir()
    (folder / "conf" / "as_delivered.yaml").write_text("staffing.case_managers: 7\n", encoding="utf-8")
    assert load_study() == load_study("scenario=as_delivered")
    assert load_study("scenario.file=conf/as_delivered.yaml").staffing.case_managers == 7


@settings(deadline=None, max_examples=80, derandomize=True, suppress_health_check=list(HealthCheck))
@given(text=st.text(max_size=80), value=st.text(max_size=12), kind=st.sampled_from([".csv", ".yaml"]))
def test_whatever_a_file_says_it_is_read_or_refused(text, value, kind):
    name = f"fuzz{kind}"
    joint = "key,value\nstaffing.turnover," if kind == ".csv" else "staffing.turnover: "
    for content in (text, joint + value + "\n" + text):
        with open(name, "w", encoding="utf-8", errors="replace", newline="") as page:
            page.write(content)
        lines: tuple[str, ...] = ()
        try:
            load_study(f"scenario.file={name}")
        except Refused as no:
            lines = no.problems
        assert all(line.startswith(f"scenario.file {name}") and "\n" not in line for line in lines)


def test_nothing_in_the_package_reads_pickles():
    """No file of the package loads code that somebody else may have written."""
    for file in Path(sim.__file__).parent.rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        assert not [word for word in ("pickle", "joblib", "shelve", "marshal", "eval(", "exec(") if word in text], file
