"""A record repeats its run: tables and figures of random studies come out again with the same bytes."""

import os
import tempfile
from collections.abc import Sequence
from contextlib import chdir, redirect_stdout
from io import StringIO
from pathlib import Path

import numpy as np

from sim.study.overrides import options
from sim.study.record import replay
from sim.study.run import make
from sim.study.settings import load_study
from trust.check import Check, Found

PARTS, STUDIES = 20, 5


def drawn_words(rng: np.random.Generator) -> list[str]:
    """The words of a random small study: a scenario, a seed, a length, a team."""
    return [
        f"scenario={rng.choice(sorted(options()['scenario']))}",
        f"seed={rng.integers(2**32)}",
        f"replications={rng.integers(1, 6)}",
        f"cohort.weeks={rng.integers(10, 60)}",
        f"cohort.follow_up_weeks={rng.integers(20, 110)}",
        f"staffing.case_managers={rng.integers(0, 4)}",
        f"parameters_from={rng.choice(['accepted', 'accepted', 'ranges', 'central'])}",
    ]


def part(number: int) -> Found:
    """Some studies, each run and replayed in a folder of its own."""
    rng, same, differ = np.random.default_rng([5, number]), 0, []
    for _ in range(STUDIES):
        words = drawn_words(rng)
        engine = "mesa" if rng.random() < 0.1 else "compiled"
        with tempfile.TemporaryDirectory() as folder, chdir(folder), redirect_stdout(StringIO()) as said:
            kept, _ = make([load_study(*words)], "pathways " + " ".join(words), engine)
            os.rename(kept, "moved")
            same += (repeated := replay(Path("moved")) == 0)
            differ += [] if repeated else [[words, said.getvalue()]]
    return {"same": same, "differ": differ}


def together(found: Sequence[Found]) -> Found:
    """How many came out the same."""
    same, differ = sum(one["same"] for one in found), [each for one in found for each in one["differ"]]
    return {"same": same, "of": same + len(differ), "differ": differ[:3], "holds": not differ}


CHECK = Check(__doc__, PARTS, part, together)
