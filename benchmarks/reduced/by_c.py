"""The reduced program in C: `program.c` compiled by the system's compiler into a temporary folder, called by ctypes."""

import ctypes
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.reduced import PLACES, TRUST_AT_START, WOMEN, Chances
from benchmarks.reduced.by_rules import ONE

ABOUT = ctypes.c_void_p
NUMBER = ctypes.c_int64
TAKES = [ABOUT, NUMBER, ABOUT, NUMBER, NUMBER, NUMBER, ctypes.c_double, ABOUT, ABOUT]


def compiled(folder: Path, function: str, *flags: str) -> Callable[[int, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """One of the two loops, with `-O3` and these flags, as a function like `by_rules.run`."""
    library = folder / f"program{len(list(folder.iterdir()))}.so"
    source = Path(__file__).with_name("program.c")
    subprocess.run(["cc", "-O3", *flags, "-shared", "-fPIC", "-o", str(library), str(source)], check=True)
    live = getattr(ctypes.CDLL(str(library)), function)
    live.argtypes, live.restype = TAKES, None

    def run(seed: int, replications: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        p = np.array([Chances()], np.float64)
        out, last = np.zeros((len(replications), WOMEN), ONE), np.zeros(len(replications), np.int64)
        live(
            p.ctypes.data, seed, replications.ctypes.data, len(replications), WOMEN, PLACES, TRUST_AT_START,
            out.ctypes.data, last.ctypes.data,
        )  # fmt: skip
        return out, last

    return run
