"""Whether the published numbers are the same everywhere: other Pythons, packages, threads, processors."""

import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from unittest.mock import patch

import baseline
import llvmlite.binding
import numba
import numpy as np

import sim.program
from sim import ensemble
from sim.agents import run_replications
from sim.program.world import ARRAYS, Runs
from trust.check import Check, Found

TESTS = Path(__file__).resolve().parents[1]
ROOT = TESTS.parent
PACKAGES = "numpy numba llvmlite mesa networkx hydra-core pydantic pandas pyarrow matplotlib".split()
AGENTS = ("scenario=as_delivered", "scenario=remote_year", "ingredients.links=2", "seed=4294967295")  # of the thirty


class Place(NamedTuple):
    """A Python by name, or the one that runs this; the oldest packages allowed, or the newest; a plain processor."""

    name: str
    python: str = ""
    oldest: bool = False
    plain: bool = False


PLACES = (
    Place("this Python"),
    Place("this Python, a processor without extras", plain=True),
    Place("Python 3.11, oldest packages", "python3.11", oldest=True),
    Place("Python 3.12, newest packages", "python3.12"),
    Place("Python 3.13, newest packages", "python3.13"),
    Place("Python 3.14, newest packages", "python3.14"),
)
NEEDED, NEWER = PLACES[:3], PLACES[3:]  # and one of the newer


def extras() -> list[str]:
    """What NumPy found in this processor, and uses, beyond what it was built for."""
    return np.show_config(mode="dicts").get("SIMD Extensions", {}).get("found", [])


def on_threads(plan, rows, seed, replications, edges) -> Runs:
    """What `run_ensemble` gives, lived on two threads, one replication at a time."""
    with patch.object(ensemble, "A_CHUNK", 1):
        rows_of = lambda _, seed, some: rows[np.searchsorted(replications, some)]  # noqa: E731
        chunks = list(ensemble.in_chunks(plan, (), seed, replications, edges, 2, rows_of))
    return Runs(**{name: np.concatenate([getattr(chunk, name) for chunk in chunks]) for name in ARRAYS}, histories={})


def numbers_here() -> Found:
    """The digest that this process gives, on one thread, on two, and by agents in some configurations."""
    today = baseline.baseline()
    words = {name: next(words for words in baseline.configurations() if words[0] == name) for name in AGENTS}
    agents = {name: baseline.numbers(words[name], run_replications) for name in AGENTS}
    return {
        "digest": today["digest"],
        "on_two_threads": baseline.baseline(on_threads)["digest"],
        "agents_differ": [n for n in AGENTS if agents[n] != today["configurations"][" ".join(words[n])]],
        "python": platform.python_version(),
        "versions": {name: version(name) for name in PACKAGES},
        "processor": numba.config.CPU_NAME or llvmlite.binding.get_host_cpu_name(),
        "extras": extras(),
    }


def found_python(name: str) -> str | None:
    """The path of a Python that works, by its name or as uv knows it."""
    uv = [shutil.which("uv"), "python", "find", name.removeprefix("python")]
    known = subprocess.run(uv, capture_output=True, text=True, check=False).stdout.strip() if uv[0] else ""
    for path in filter(None, (shutil.which(name), known)):
        if subprocess.run([path, "-c", "import venv"], capture_output=True, check=False).returncode == 0:
            return path
    return None


def lower_bounds() -> list[str]:
    """The oldest version of each dependency that the project allows, as the one wanted."""
    text = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return [re.sub(r">=([0-9.]+).*", r"==\1", need) for need in text["project"]["dependencies"]]


def with_packages(python: str, home: Path, oldest: bool) -> str:
    """The Python of a fresh environment in which the project is installed, by uv or by pip."""
    subprocess.run([python, "-m", "venv", home], check=True, capture_output=True, text=True)
    mine = str(home / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))
    uv = shutil.which("uv")
    install = [uv, "pip", "install", "--python", mine] if uv else [mine, "-m", "pip", "install"]
    old = ["--resolution", "lowest-direct"] if uv else lower_bounds()
    wanted = [*install, "-e", str(ROOT), *(old if oldest else ())]
    subprocess.run(wanted, check=True, capture_output=True, text=True)
    return mine


def part(number: int) -> Found:
    """What one place gives, once a run has ended well in it; nothing where its Python is not found."""
    place = PLACES[number]
    python = found_python(place.python) if place.python else sys.executable
    if python is None:
        return {"place": place.name}
    settings: Mapping[str, str] = {"PYTHONHASHSEED": str(number)}
    if place.plain:
        settings |= {
            "NUMBA_CPU_NAME": "generic",
            "NUMBA_CPU_FEATURES": "",
            "NPY_DISABLE_CPU_FEATURES": " ".join(extras()),
        }
    with TemporaryDirectory() as folder:
        try:
            mine = with_packages(python, Path(folder) / "venv", place.oldest) if place.python else python
            around = os.environ | settings | {"XDG_CACHE_HOME": folder}
            for words in (("sim", "replications=2", f"out={folder}/run", f"store={folder}/blocks"), ("trust.places",)):
                words = [mine, "-m", *words]
                asked = subprocess.run(words, cwd=TESTS, env=around, check=True, capture_output=True, text=True)
        except subprocess.CalledProcessError as failed:
            return {"place": place.name, "failed": failed.stderr[-1000:]}
    return {"place": place.name} | json.loads(asked.stdout)


def together(parts: Sequence[Found]) -> Found:
    """Every place gives the published digest, and the places that are needed were there."""
    published = sim.program.digest()
    there = {part["place"]: part for part in parts if part.keys() - {"place"}}
    differ = [
        name
        for name, part in there.items()
        if not part.get("digest") == part.get("on_two_threads") == published or part["agents_differ"]
    ]
    plain = all(not there[place.name]["extras"] for place in PLACES if place.plain and place.name in there)
    enough = all(place.name in there for place in NEEDED) and any(place.name in there for place in NEWER)
    return {
        "holds": enough and plain and not differ,
        "published": published,
        "differ": differ,
        "not_there": [place.name for place in PLACES if place.name not in there],
        "places": there,
    }


CHECK = Check(
    "The published numbers to the last bit: Python 3.11 and newer, oldest and newest packages, one thread and two, a "
    "processor with its extras and without, arrays and agents",
    len(PLACES),
    part,
    together,
)

if __name__ == "__main__":
    print(json.dumps(numbers_here()))
