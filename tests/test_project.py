"""Facts about the repository itself: its size, what its parts may import, its words, and what an installed copy has."""

import ast
import fnmatch
import io
import re
import subprocess
import sys
import tokenize
import tomllib
import zipfile
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
WORDING = tomllib.loads((ROOT / "tests" / "wording.toml").read_text(encoding="utf-8"))
LAYOUT = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)
MADE_BY_TOOLS = {".git", ".venv", "results", "build", "dist", "__pycache__"}


def python_files(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def code_lines(path: Path) -> int:
    """Lines that hold code: what a docstring or a comment explains is not paid for by explaining it less."""
    text = path.read_text(encoding="utf-8")
    documented = {
        line
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None
        for line in range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1)
    }
    tokens = [
        t for t in tokenize.generate_tokens(io.StringIO(text).readline) if t.type not in LAYOUT and t.string.strip()
    ]
    return len({line for t in tokens for line in range(t.start[0], t.end[0] + 1)} - documented)


def kept_files() -> list[Path]:
    """What git keeps or would keep; in a copy without git, everything that no tool has made."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        answer = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
        found = [ROOT / name for name in answer.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        found = [path for path in ROOT.rglob("*") if not MADE_BY_TOOLS & set(path.relative_to(ROOT).parts)]
    return sorted(path for path in found if path.is_file())


def texts() -> Iterator[tuple[str, str]]:
    """Each kept text file, by its name from the root; pictures and tables of bytes have none."""
    for path in kept_files():
        name = path.relative_to(ROOT).as_posix()
        if name in WORDING["unread"]:
            continue
        try:
            yield name, path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def imported(path: Path) -> set[str]:
    """Every dotted name that a file imports, at its top or inside a function."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def imports_any(path: Path, modules: tuple[str, ...]) -> bool:
    return any((name + ".").startswith(module + ".") for name in imported(path) for module in modules)


# ---- size


def test_the_package_and_its_tests_stay_within_their_budgets() -> None:
    app = {path for path in python_files("sim") if path.is_relative_to(ROOT / "sim" / "app")}
    tables = {ROOT / "sim" / "program" / name for name in ("words.py", "people.py", "levers.py")}  # data, a row a line
    tables |= {ROOT / "sim" / "measures" / f"{name}_list.py" for name in ("outcome", "delivery", "target")}
    assert sum(code_lines(path) for path in python_files("sim") if path not in app | tables) < 11500
    assert sum(code_lines(path) for path in app) < 2500
    assert sum(code_lines(path) for path in python_files("tests")) < 10500


def test_a_file_is_one_sitting_and_a_function_one_thought() -> None:
    kept = [path for path in kept_files() if path.suffix == ".py"]
    assert [path.name for path in kept if lines(path) > 300] == []
    functions = (
        (path.name, node.name, (node.end_lineno or node.lineno) - node.lineno + 1)
        for path in kept
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    # the order of the week is one thought, however many sentences it has
    assert [found for found in functions if found[2] > 50 and found[1] != "live_week"] == []


def test_each_of_at_most_fourteen_dependencies_has_a_reason() -> None:
    needs = PROJECT["project"]["dependencies"]
    assert len(needs) <= 14
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for need in needs + PROJECT["project"]["optional-dependencies"]["test"]:
        assert re.search(rf'^  "{re.escape(need)}", +# \w+', text, re.MULTILINE), f"{need} without a reason"


def test_every_package_that_is_imported_is_declared() -> None:
    extras, serving = PROJECT["project"]["optional-dependencies"], ("app.py", "server.py", "guard.py", "asked.py")
    core, app = ({re.split(r"[<>=]", need)[0].lower() for need in needs}
                 for needs in (PROJECT["project"]["dependencies"], extras["app"]))  # fmt: skip
    part_of = {"omegaconf": ["hydra-core"], "pydantic_core": ["pydantic"]}
    owners = packages_distributions() | part_of
    for path in python_files("sim"):
        declared = core | app if path.parent.name == "app" and path.name in serving else core
        for name in {name.split(".")[0] for name in imported(path)} - set(sys.stdlib_module_names) - {"sim"}:
            assert {owner.lower() for owner in owners[name]} & declared, f"{path.name} imports {name}, not declared"


def test_constraints_pin_every_dependency_and_hold_no_address() -> None:
    pins = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert [pin for pin in pins if not re.fullmatch(r"[a-z0-9-]+==[0-9][0-9a-z.]*( ; .+)?", pin)] == []
    pinned = {pin.split("==")[0] for pin in pins}
    for need in PROJECT["project"]["dependencies"] + PROJECT["project"]["optional-dependencies"]["test"]:
        assert re.split(r"[<>=]", need)[0].lower() in pinned
    assert [pin for pin in pins if re.match(r"mesa==3\.3\.\d+ ; python_full_version < '3\.12'", pin)]


# ---- what the parts may know


@pytest.mark.parametrize("path", python_files("sim/program"), ids=lambda path: path.name)
def test_only_the_telling_and_its_kernel_know_the_compiler(path: Path) -> None:
    assert imports_any(path, ("numba",)) == (path.name in ("telling.py", "kernel.py"))
    assert not imports_any(path, ("mesa", "networkx", "pandas", "hydra", "pydantic"))


def test_imports_point_one_way() -> None:
    (contract,) = PROJECT["tool"]["importlinter"]["contracts"]
    assert contract["type"] == "layers"
    assert contract["layers"] == ["sim.app", "sim.study", "sim.agents | sim.ensemble | sim.measures", "sim.program"]
    assert not contract.get("ignore_imports")


def test_every_module_says_what_it_is_for() -> None:
    files = [*python_files("sim"), *python_files("tests"), ROOT / "do.py"]
    silent = [path.name for path in files if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))]
    assert silent == []


def test_nothing_is_left_undone_or_switched_off() -> None:
    for path in (path for path in kept_files() if path.suffix == ".py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        names |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        off = {"skip", "skipif", "xfail", "importorskip", "NotImplementedError"}
        assert not names & off, f"{path.name}: {names & off}"
        assert not re.search(r"#.*\b(TO" r"DO|FIX" r"ME|X" r"XX)\b", path.read_text(encoding="utf-8")), path.name


# ---- words


def findings(entry: dict[str, object], name: str, text: str) -> list[str]:
    """Where a forbidden word stands in a text, outside the contexts that are allowed."""
    only_in = entry.get("only_in")
    if isinstance(only_in, list) and not any(fnmatch.fnmatch(name, pattern) for pattern in only_in):
        return []
    text = text.replace("_", " ")
    allowed = entry["allowed"]
    assert isinstance(allowed, list)
    for context in allowed:
        text = across_lines(context).sub(lambda found: re.sub(r"\S", ".", found[0]), text)
    return [
        f"{name}:{text.count(chr(10), 0, found.start()) + 1}: {found[0]!r}: write {entry['write']}"
        for found in across_lines(str(entry["not"])).finditer(text)
    ]


def across_lines(pattern: str) -> re.Pattern[str]:
    """A phrase may be broken over two lines."""
    return re.compile(pattern.replace(" ", r"\s+"), re.IGNORECASE)


@pytest.mark.parametrize("entry", WORDING["words"], ids=lambda entry: entry["caught"])
def test_the_words_for_people_are_the_ones_we_chose(entry: dict[str, object]) -> None:
    assert [found for name, text in texts() for found in findings(entry, name, text)] == []


@pytest.mark.parametrize("entry", WORDING["words"], ids=lambda entry: entry["caught"])
def test_a_word_is_forbidden_for_a_person_and_not_as_a_word(entry: dict[str, object]) -> None:
    assert findings(entry, "README.md", str(entry["caught"]))
    assert not findings(entry, "README.md", str(entry["fine"]))


def test_no_path_of_one_machine_and_no_address_of_a_registry() -> None:
    patterns = [re.compile(pattern, re.MULTILINE) for pattern in WORDING["addresses"]]
    assert [(name, found[0]) for name, text in texts() for pattern in patterns if (found := pattern.search(text))] == []


def test_the_readme_says_what_the_project_does_not_claim() -> None:
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    for said in (
        "python3 do.py run",
        "python3 do.py test",
        "a simulated program modelled on Exit Doors Here",
        "not endorsed by, the agency or the evaluation's authors",
        "not yet been reviewed by people with lived experience",
        "assumption",
        "doi:10.5334/ijic.7700",
    ):
        assert said in readme, said


# ---- an installed copy


def test_a_wheel_carries_its_configurations(tmp_path: Path) -> None:
    (wheel,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")
    configs = tmp_path / "installed" / "sim" / "_configs"
    kept = {path.relative_to(ROOT / "configs") for path in kept_files() if path.is_relative_to(ROOT / "configs")}
    assert {path.relative_to(configs) for path in configs.rglob("*") if path.is_file()} == kept
    ask = "import sys; sys.path.insert(0, 'installed'); from sim.study.places import configs; print(configs())"
    answer = subprocess.run([sys.executable, "-c", ask], cwd=tmp_path, capture_output=True, check=True, text=True)
    assert Path(answer.stdout.strip()) == configs
