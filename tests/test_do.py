"""Facts about `do.py`: what it accepts, what it hands over, when it sets up again. None uses the network."""

import ast
import shutil
import sys
from pathlib import Path

import pytest

import do

ROOT = Path(__file__).resolve().parents[1]
SOURCE = (ROOT / "do.py").read_text(encoding="utf-8")


def test_an_old_python_can_read_it_and_is_told_in_one_line() -> None:
    tree = ast.parse(SOURCE, feature_version=(3, 4))
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr | ast.AnnAssign)]
    assert do.too_old((3, 11, 0)) is None
    assert do.too_old((3, 14, 2)) is None
    line = do.too_old((3, 9, 18))
    assert "3.11 or newer" in line
    assert "\n" not in line


def test_it_needs_nothing_but_python() -> None:
    imports = [node for node in ast.walk(ast.parse(SOURCE)) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {alias.name for node in imports if isinstance(node, ast.Import) for alias in node.names}
    assert names <= set(sys.stdlib_module_names)
    assert all(isinstance(node, ast.Import) for node in imports)


def test_without_a_verb_it_lists_what_it_can_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert do.main([]) == 0
    said = capsys.readouterr().out
    assert "python3 do.py run" in said
    assert "python3 do.py test" in said


def test_an_unknown_verb_is_one_line_and_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        do.main(["tests"])
    assert stopped.value.code == 2
    assert capsys.readouterr().err == "tests: unknown; do.py knows run, app, test and trust\n"


def test_words_go_to_the_simulation_and_its_exit_code_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    handed = []
    monkeypatch.setattr(do, "set_up", lambda verb: handed.append(verb))
    monkeypatch.setattr(do, "hand_over", lambda words: handed.extend(words) or 2)
    assert do.main(["run", "staffing.case_managers=3", "-m"]) == 2
    assert handed == ["run", "-P", "-m", "sim", "staffing.case_managers=3", "-m"]
    assert do.main(["app", "app.classroom=true"]) == 2
    assert handed[6:] == ["app", "-P", "-m", "sim", "app", "app.classroom=true"]


def test_one_failed_check_fails_the_whole_and_the_last_line_names_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = []
    monkeypatch.setattr(do, "hand_over", lambda words, folder: asked.append(words) or int("mypy" in words))
    monkeypatch.setattr(do, "browser", lambda: "chromium")
    assert do.test(["-k", "trust"]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "Failed: mypy"
    assert [name for name, _ in do.CHECKS] == [
        "ruff check",
        "ruff format",
        "lint-imports",
        "mypy",
        "the same numbers as published",
        "pytest",
    ]
    assert len(asked) == len(do.CHECKS)
    assert asked[-1][-2:] == ["-k", "trust"]


def test_it_sets_up_again_only_when_what_to_install_changed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, tmp_path)
    installs = []
    monkeypatch.setattr(do, "ROOT", str(tmp_path))
    monkeypatch.setattr(do, "STAMP", str(tmp_path / "stamp"))
    monkeypatch.setattr(do, "LOG", str(tmp_path / "log"))
    monkeypatch.setattr(do, "PYTHON", sys.executable)
    monkeypatch.setattr(do, "installer", list)
    monkeypatch.setattr(do, "quietly", lambda command, log="": log == "" or installs.append(command[-1]) or True)
    for verb in ("run", "run", "test", "run", "test"):
        do.set_up(verb)
    assert installs == [".", ".[test]"]
    with open(tmp_path / "constraints.txt", "a", encoding="utf-8") as file:
        file.write("another==1.0\n")
    do.set_up("run")
    assert installs == [".", ".[test]", "."]


def test_without_a_browser_the_last_line_says_that_the_page_was_not_tested(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(do, "hand_over", lambda words, folder: 0)
    monkeypatch.setattr(do.shutil, "which", lambda name: None)
    assert do.test([]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "Everything passed; page not tested: no browser"


def test_the_continuous_check_types_the_same_command_and_needs_a_browser() -> None:
    text = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "python3 do.py test | tee" in text
    assert do.NOT_TESTED in text
    assert [name for name in do.BROWSERS if name not in text] == []
