"""How much of an answer's variance each assumption is behind, alone and together with others (Sobol 2001; Saltelli and
others 2010, Computer Physics Communications 181, 259-270), and a check that does not rest on variance: how far an
answer's distribution moves once one is known (Pianosi and Wagener 2018, Environmental Modelling and Software 108,
197-207)."""

from collections.abc import Sequence
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sim.study.screen import problem_of

RESAMPLES = 200  # of base points, by which intervals are told
SLICES = 10  # of what a parameter may be, in each of which the answer's distribution is looked at


class Shares(NamedTuple):
    """Of one outcome: singles, a row for each name with `first` (alone) and `total` (with all it does together with
    others), shares of the variance, and the half-widths of their 95 % intervals; pairs, a row for each two names with
    what they do together beyond what each does alone."""

    singles: pd.DataFrame
    pairs: pd.DataFrame


def points_of(names: Sequence[str], base: int, seed: int) -> pd.DataFrame:
    """Points from 0 to 1 for so many base points (a power of 2) and these names: 2 x names + 2 rows for each base
    point, of which the first and the last have nothing in common, and each other differs from one of them in one
    name."""
    from SALib.sample import sobol

    return pd.DataFrame(sobol.sample(problem_of(names), base, seed=seed), columns=[*names])


def shares(names: Sequence[str], values: np.ndarray, seed: int) -> Shares:
    """Shares of the variance of values (rows,) at `points_of` these names; zeros where nothing varies."""
    from SALib.analyze import sobol

    pairs = [*combinations(range(len(names)), 2)]
    keys = ("S1", "S1_conf", "ST", "ST_conf")
    if np.ptp(values) > 0:
        told = sobol.analyze(problem_of(names), values, num_resamples=RESAMPLES, seed=seed + 1)  # 0 would be no seed
    else:
        told = {
            **dict.fromkeys(keys, np.zeros(len(names))),
            **dict.fromkeys(("S2", "S2_conf"), np.zeros([len(names)] * 2)),
        }
    columns = zip(("first", "first_half_width", "total", "total_half_width"), keys, strict=True)
    singles = pd.DataFrame({"parameter": [*names], **{column: np.asarray(told[key]) for column, key in columns}})
    rows = [(names[a], names[b], told["S2"][a, b], told["S2_conf"][a, b]) for a, b in pairs]
    return Shares(singles, pd.DataFrame(rows, columns=["parameter", "other", "share", "half_width"]))


def moved(names: Sequence[str], points: np.ndarray, values: np.ndarray) -> np.ndarray:
    """How far the distribution of values (rows,) moves when a parameter is known (PAWN): the median over slices of its
    range of the largest distance between the distributions (Kolmogorov and Smirnov), (names,)."""
    from SALib.analyze import pawn

    if np.ptp(values) == 0:
        return np.zeros(len(names))
    told: Any = pawn.analyze(problem_of(names), points, values, S=SLICES)
    return np.asarray(told["median"], float)
