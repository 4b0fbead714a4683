"""Which of many assumptions move an answer at all: elementary effects (Morris 1991, Technometrics 33, 161-174; mean of
sizes after Campolongo, Cariboni and Saltelli 2007, Environmental Modelling and Software 22, 1509-1518)."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

LEVELS = 4  # places that a parameter is set to: both ends of what it may be, a third and two thirds
STEP = LEVELS / (2 * (LEVELS - 1))  # from one place to another, of the whole range
RESAMPLES = 1000
# Given points (rows x names, from 0 to 1) and how many in a row share their luck, each row's outcomes (rows, outcomes).
Answers = Callable[[pd.DataFrame, int], np.ndarray]


def problem_of(names: Sequence[str]) -> dict[str, Any]:
    """SALib's account of parameters that lie anywhere from 0 to 1."""
    return {"num_vars": len(names), "names": [*names], "bounds": [[0.0, 1.0]] * len(names)}


def screened(names: Sequence[str], trajectories: int, seed: int, answers: Answers) -> list[pd.DataFrame]:
    """For each outcome a table with a row for each name: how the answer changes over its whole range when nothing else
    does. `effect`: the mean; `size`: the mean of sizes, with the half-width of its 95 % interval over trajectories;
    `largest`: the largest size; `spread`: the standard deviation, large where it acts otherwise elsewhere."""
    from SALib.analyze import morris as effects
    from SALib.sample import morris as trajectory

    problem = problem_of(names)
    points = trajectory.sample(problem, trajectories, num_levels=LEVELS, seed=seed)
    found = answers(pd.DataFrame(points, columns=[*names]), len(names) + 1)
    tables = []
    for values in found.T:
        about = {"num_levels": LEVELS, "num_resamples": RESAMPLES, "seed": seed}
        told = effects.analyze(problem, points, np.ascontiguousarray(values), **about)
        table = {"parameter": [*names], "effect": told["mu"], "size": told["mu_star"]}
        table |= {"half_width": told["mu_star_conf"], "largest": largest(points, values), "spread": told["sigma"]}
        tables.append(pd.DataFrame({key: np.asarray(each) for key, each in table.items()}))
    return tables


def largest(points: np.ndarray, values: np.ndarray) -> np.ndarray:
    """The largest size of any elementary effect of each parameter, (P,)."""
    size = points.shape[1] + 1
    steps = np.abs(np.diff(values.reshape(-1, size), axis=1)) / STEP
    which = np.abs(np.diff(points.reshape(-1, size, size - 1), axis=1)).argmax(axis=2)
    most = np.zeros(size - 1)
    np.maximum.at(most, which.ravel(), steps.ravel())
    return most


def kept(tables: Sequence[pd.DataFrame], leave_out: Sequence[str], most: int) -> list[str]:
    """The names that matter most in any of the outcomes, at most so many: by the size of their effect as a share of
    the largest in that outcome; none whose interval reaches nothing."""
    ranks = []
    for table in tables:
        own = table[~table["parameter"].isin([*leave_out])].set_index("parameter")
        told = own["size"].where(own["size"] > own["half_width"], 0.0)
        ranks.append(told / (told.max() or 1.0))
    rank = pd.concat(ranks, axis=1).max(axis=1)
    return [str(name) for name in rank[rank > 0].sort_values(ascending=False, kind="stable").index[:most]]
