"""A tiny plan streamed in a process of its own, which imports little else, to see how much memory it takes."""

import subprocess
import sys
import time
from collections import deque
from pathlib import Path

import numpy as np

import sim
from sim.ensemble import in_chunks
from sim.program.parameters import Parameter, central_parameters

ROOT = Path(__file__).resolve().parents[1]
TINY = {"cohort_referred": 3.0, "cohort_weeks": 4.0, "cohort_follow_up_weeks": 4.0, "phases_limit_weeks": 2.0,
        "phases_minimum_weeks": 1.0, "phases_pre_cti_limit_weeks": 1.0}  # fmt: skip
KIB = 1024


def central(parameters: tuple[Parameter, ...], seed: int, replications: np.ndarray) -> np.ndarray:
    """Central values for every replication."""
    return np.repeat(central_parameters(parameters), len(replications))


def peak_memory() -> float:
    """The most memory that this process has held, in MiB; Linux's `ru_maxrss` would count its parent's as well."""
    status = Path("/proc/self/status")
    if status.exists():
        kept = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(kept["VmHWM"].split()[0]) / KIB
    import resource  # which Windows does not have

    unit = KIB**2 if sys.platform == "darwin" else KIB
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def stream(replications: int, held: int) -> None:
    """Live so many replications, hold on to the last so many chunks of them, print CPU seconds and peak memory."""
    study = sim.load_study()
    chunks = in_chunks(
        study.plan | TINY, study.parameters, 1, range(replications), study.edges, threads=2, rows=central
    )
    before = time.process_time()
    deque(chunks, maxlen=held)
    print(time.process_time() - before, peak_memory())


def measured(replications: int, held: int = 0) -> tuple[float, float]:
    """CPU seconds, and peak memory in MiB, of a process that streams so many replications and holds so many chunks."""
    command = [sys.executable, "-m", "benchmarks.streamed", str(replications), str(held)]
    took, peak = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout.split()
    return float(took), float(peak)


if __name__ == "__main__":
    stream(int(sys.argv[1]), int(sys.argv[2]))
