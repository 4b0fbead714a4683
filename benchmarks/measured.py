"""What every measurement shares: contestants taking turns, CPU seconds, and a table with a record of its making."""

import json
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
import pandas as pd

import sim.program

TABLES = Path(__file__).parent / "tables"
PACKAGES = ("numpy", "numba", "llvmlite", "mesa", "simpy", "pandas", "matplotlib")


def cpu_seconds(act: Callable[[], object]) -> float:
    """CPU seconds of this process, all threads, that one call takes."""
    before = time.process_time()
    act()
    return time.process_time() - before


def in_turns(contestants: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, np.ndarray]:
    """CPU seconds of each contestant in each round; they take turns, so that a busy minute strikes them alike."""
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, act in contestants.items():
            seconds[name].append(cpu_seconds(act))
    return {name: np.array(times) for name, times in seconds.items()}


def middle(values: Sequence[float] | np.ndarray) -> dict[str, float]:
    """The median of some rounds with the lowest and the highest."""
    return {"median": float(np.median(values)), "lowest": float(np.min(values)), "highest": float(np.max(values))}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _processor() -> str:
    """The processor's name, where the system tells it."""
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{names[0]}, {len(names)} cores" if names else platform.processor()


def _compiler() -> str:
    try:
        answer = subprocess.run(["cc", "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "none"
    return answer.stdout.splitlines()[0]


def keep(name: str, rows: Sequence[Mapping[str, object]], **settings: object) -> pd.DataFrame:
    """The table, printed and kept in `tables/` with a record of when, where and with what it was measured."""
    table = pd.DataFrame(rows)
    TABLES.mkdir(exist_ok=True)
    table.to_csv(TABLES / f"{name}.csv", index=False, float_format="%.5g", lineterminator="\n")
    record = {
        "format": 1,
        "command": f"python -m benchmarks.{name}",
        "measured": datetime.now(UTC).isoformat(timespec="seconds"),
        "processor": _processor(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "versions": {package: _version(package) for package in PACKAGES},
        "compiler": _compiler(),
        "digest": sim.program.digest(),
        "settings": settings,
    }
    text = json.dumps(record, indent=1, ensure_ascii=False) + "\n"
    (TABLES / f"{name}.json").write_text(text, encoding="utf-8", newline="\n")
    print(table.to_string(index=False, float_format=lambda x: f"{x:.4g}"), file=sys.stdout)
    return table
