"""Data that a study of n women would give in each of many worlds: a count of those to whom something happens, or what
the first n women of the program's own runs show."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.measures.delivery_list import attendance
from sim.measures.lives import Lives
from sim.program.words import CARE_TRANSFERRED
from sim.study.design import Design, read_off
from sim.study.store import Store

SEEN = ("visits", "drop_in", "completing")  # shares: visits kept, weeks with a drop-in in which she came, completing
STUDIES = {**{name: [place] for place, name in enumerate(SEEN)}, "all": [0, 1, 2]}  # what is looked at in each
MOST = 5  # data sets of each world


def watched_women(design: Design, store: Store, heard: Callable[[int], Any] = lambda runs: None) -> pd.DataFrame:
    """A row for each woman who entered in the runs of a design, in the order in which they were referred: visits kept
    and offered, weeks with a drop-in in which she came and in which there was one, and whether she completed."""
    text = hashlib.sha256(Path(__file__).read_bytes().replace(b"\r\n", b"\n")).hexdigest()  # of how a run is read here
    return read_off(design, _charts, (), {"by": text}, ("row", "replication", "woman"), store, heard)


def _charts(lives: Lives, twins: Lives | None, at: np.ndarray) -> pd.DataFrame:
    run, woman = np.nonzero(lives.entered)
    came, held = attendance(lives, 0)
    kept, missed = (lives.women[f"visits_{name}"] for name in ("kept", "missed"))
    told = {
        "kept": kept, "offered": kept + missed, "came": came, "held": held, "completed": lives.ended(CARE_TRANSFERRED),
    }  # fmt: skip
    about = {"row": at[run], "replication": lives.runs.replications[run], "woman": woman}
    return pd.DataFrame({name: np.asarray(values, np.int32) for name, values in about.items()}
                        | {name: values[run, woman].astype(np.int16) for name, values in told.items()})  # fmt: skip


def of_the_program(women: pd.DataFrame, worlds: int, size: int) -> Iterator[np.ndarray]:
    """What studies of this many women would have seen, data set by data set, each (worlds, 3): the shares of `SEEN`.
    Women come as they do in the program, one run after the other, and again from the first where there are too few;
    where no woman could show a share, it is as in the other worlds on average."""
    sizes = np.bincount(women["row"], minlength=worlds)
    if not len(women):
        return
    first = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    values = women[["kept", "offered", "came", "held", "completed"]].to_numpy(float)
    for one in range(int(np.clip(sizes.min() // size, 1, MOST))):
        place = first[:, None] + (one * size + np.arange(size)) % np.maximum(sizes, 1)[:, None]
        sums = values[np.minimum(place, len(values) - 1)].sum(axis=1) * (sizes > 0)[:, None]
        kept, offered, came, held, completed = sums.T
        asked = np.stack([offered, held, np.where(sizes > 0, size, 0)], axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            shares = np.stack([kept, came, completed], axis=1) / asked
        yield np.where(asked > 0, shares, np.nanmean(shares, axis=0) if (asked > 0).any() else 0.0)


def of_a_chance(chances: np.ndarray, size: int, seed: int) -> Iterator[np.ndarray]:
    """Of so many women, each counted once, the share to whom it happens, data set by data set, each (worlds,)."""
    random = np.random.default_rng(seed)
    for _ in range(MOST):
        yield random.binomial(size, chances) / size
