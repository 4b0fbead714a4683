"""A long stream of replications takes no more memory than a short one."""

from collections.abc import Sequence

from benchmarks.streamed import measured
from trust.check import Check, Found

SIZES = (10_000, 100_000)  # replications
A_GIB, MORE = 1024, 1.05  # MiB; as many times as much memory as the shortest stream's that counts as flat


def streamed(replications: int, held: int = 0) -> Found:
    """The peak memory of a process that lives so many replications, and holds the last so many chunks of them."""
    return {"replications": replications, "MiB": measured(replications, held)[1]}


def together(parts: Sequence[Found]) -> Found:
    """Whether all stay below a GiB, and the longest close to the shortest."""
    peaks = [part["MiB"] for part in parts]
    return {"holds": max(peaks) < A_GIB and max(peaks) <= MORE * peaks[0], "peaks": list(parts)}


FACT = "Memory is flat: 100,000 replications take as much as 10,000, and less than a GiB."
CHECK = Check(FACT, len(SIZES), lambda number: streamed(SIZES[number]), together)
