"""How long one waits: for help, for the first run after an install, and for the main job again."""

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import sim
from benchmarks.measured import cpu_seconds, keep, middle
from sim.ensemble import in_chunks

ROUNDS = 3
HEAVY = ("mesa", "numba", "matplotlib")  # what `--help` has no use for


def command(words: Sequence[str], cache: str) -> tuple[float, float, str]:
    """CPU seconds and seconds by the clock of one command with its caches in this folder, and what it imported."""
    usual = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    answer = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "sim", *words],
        env={**usual, "XDG_CACHE_HOME": cache}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    took, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, took, answer.stderr


def imported(log: str) -> set[str]:
    """Packages in what `-X importtime` wrote."""
    lines = (line.rpartition("|")[2].strip() for line in log.splitlines() if line.startswith("import time:"))
    return {name.partition(".")[0] for name in lines}


def kernel(study: sim.Study) -> tuple[float, float]:
    """CPU seconds and seconds by the clock of the kernel alone for the main job: a program and its twin."""

    def act() -> None:
        for offered in (0.0, 1.0):
            plan = study.plan | {"program_offered": offered}
            replications = range(1, study.replications + 1)
            for _ in in_chunks(plan, study.parameters, study.seed, replications, study.edges, os.cpu_count() or 1):
                pass

    began = time.perf_counter()
    return cpu_seconds(act), time.perf_counter() - began


def main() -> None:
    study = sim.load_study()
    rows: list[dict[str, object]] = []

    def note(what: str, times: Sequence[tuple[float, float]]) -> None:
        for unit, values in zip(("CPU seconds", "clock seconds"), zip(*times, strict=True), strict=True):
            rows.append({"what": what, "unit": unit} | middle(values))

    with tempfile.TemporaryDirectory() as folder:
        helped = [command(["--help"], folder) for _ in range(ROUNDS)]
        assert not imported(helped[0][2]) & set(HEAVY), "help imports what it has no use for"
        note("--help", [one[:2] for one in helped])
        out = str(Path(folder) / "first")
        note("first run after an install, compiling included", [command([f"out={out}", f"store={out}b"], folder)[:2]])
        again, alone = [], []
        kernel(sim.load_study("replications=1"))  # read from the cache, or compiled, before the clock runs
        for number in range(ROUNDS):
            again.append(command([f"out={out}{number}", f"store={out}b{number}"], folder)[:2])
            alone.append(kernel(study))
        note("the main job again", again)
        note("the kernel alone", alone)
        over = [job[0] - 2 * own[0] for job, own in zip(again, alone, strict=True)]
        rows.append({"what": "the main job beyond twice the kernel", "unit": "CPU seconds"} | middle(over))
    keep("start", rows, replications=study.replications, rounds=ROUNDS)


if __name__ == "__main__":
    main()
