"""Which of many plans cannot be told apart from the best, when all are lived with the same luck: in rounds, those that
are clearly out stopped early; and how sure it is that a plan is on the frontier. Numbers only.

Subset selection by paired t with Bonferroni's bound (Nelson, Swann, Goldsman and Song 2001, Operations Research 49,
950-963), at looks planned ahead. The best plan is left out only if at some look another's mean is above its by more
than the paired margin, and all margins together hold with the level asked for. The indifference zone keeps in whatever
the means leave nearer to the best than a planner cares for, and says when no more runs are needed.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from scipy.special import stdtrit

LEVEL = 0.95
LOOKS = (20, 40, 80, 160)  # runs of a plan when it is looked at whether it is out, planned ahead
AT_ONCE = 256  # plans compared with all others at a time, which bounds memory
RESAMPLES = 1000  # of the sets, by which a chance is told


Draw = Callable[[np.ndarray, int, int], tuple[np.ndarray, np.ndarray, np.ndarray]]
Within = Callable[[np.ndarray], np.ndarray]


class Selected(NamedTuple):
    """kept: plans within the budget that cannot be told apart from the best. left: plans that were never stopped.
    settled: margins among the kept are within the zone, so that none is further below the best than twice the zone.
    runs: of each plan. looks: how many there were."""

    kept: np.ndarray
    left: np.ndarray
    settled: bool
    runs: np.ndarray
    looks: int


def by_set(values: np.ndarray, sets: np.ndarray) -> np.ndarray:
    """Means of the runs that lived each parameter set, (S, K), of values (R, K): runs of one set are not independent,
    sets are."""
    codes = np.unique(sets, return_inverse=True)[1]
    sums = np.zeros((codes.max() + 1, values.shape[1]))
    np.add.at(sums, codes, values)
    return np.asarray(sums / np.bincount(codes)[:, None])


def quantile(number: int, plans: int, looks: int) -> float:
    """How many standard errors a margin is, from so many sets, where one of `plans` is compared with each other at
    every look."""
    return float(stdtrit(number - 1, 1 - (1 - LEVEL) / max(1, looks * (plans - 1))))


def clearly_below(values: np.ndarray, zone: float, times: float, costs: np.ndarray | None = None) -> np.ndarray:
    """Plans than which another clearly has more, and by more than the zone, (K,); with costs, another that clearly
    costs no more. values, costs (S, K): by set; times: standard errors in a margin."""
    found, part = np.zeros(values.shape[1], bool), range(0, values.shape[1], AT_ONCE)
    for some in (slice(first, first + AT_ONCE) for first in part):
        gap, margin = _gaps(values, some, times)
        better = gap > np.maximum(margin, zone)
        if costs is not None:
            more, wide = _gaps(costs, some, times)
            better &= more + wide <= 0
        found[some] = better.any(axis=1)
    return found


def _gaps(values: np.ndarray, some: slice, times: float) -> tuple[np.ndarray, np.ndarray]:
    """How far each plan's mean is above that of some, and the margin of it, (some, K)."""
    number, mean = len(values), values.mean(axis=0)
    apart = values - mean
    both = apart[:, some].T @ apart
    own = (apart**2).sum(axis=0)
    spread = np.maximum(own[some, None] + own - 2 * both, 0) / (number - 1)
    spread[spread < 1e-12 * (own[some, None] + own + 1e-300)] = 0.0  # what is left of equal columns
    return mean - mean[some, None], times * np.sqrt(spread / number)


def is_settled(values: np.ndarray, zone: float, times: float) -> bool:
    """The margins between these plans and the one with the highest mean are within the zone."""
    best = int(values.mean(axis=0).argmax())
    return bool((_gaps(values, slice(best, best + 1), times)[1] <= zone).all())


def select(
    draw: Draw,
    plans: int,
    zone: float,
    looks: Sequence[int],
    within: Within,
    least: int = 0,
) -> Selected:
    """Draws rounds until the plans within the budget are told apart as well as the zone asks, or the looks are used up.
    A plan is stopped when another clearly gives more, by more than the zone, and clearly costs no more.
    draw: values and costs (R, active), and sets (R,), of runs from first to last of these plans. within: whether mean
    costs are within the budget. least: runs before which nothing ends."""
    left, runs, sets = np.arange(plans), np.zeros(plans, int), np.zeros(0, int)
    values, costs = np.zeros((2, 0, plans))
    number, settled, kept = 0, False, left
    while number < len(looks) and not (settled and len(values) >= least):
        more, prices, own = draw(left, len(values) + 1, looks[number])
        values, costs, sets = np.vstack([values, more]), np.vstack([costs, prices]), np.concatenate([sets, own])
        runs[left], number = looks[number], number + 1
        gives, takes = by_set(values, sets), by_set(costs, sets)
        times = quantile(len(gives), plans, len(looks))
        some = np.flatnonzero(within(takes.mean(axis=0)))
        some = some[~clearly_below(gives[:, some], zone, times)]
        settled, kept = is_settled(gives[:, some], zone, times), left[some]
        still = ~clearly_below(gives, zone, times, takes)
        left, values, costs = left[still], values[:, still], costs[:, still]
    return Selected(kept, left, settled, runs, number)


def on_frontier(values: np.ndarray, costs: np.ndarray) -> np.ndarray:
    """Plans than which none has more for no more money, or as much for less, (..., K)."""
    order = np.lexsort((-values, costs), axis=-1)
    value, cost = np.take_along_axis(values, order, -1), np.take_along_axis(costs, order, -1)
    before = np.concatenate([np.full((*value.shape[:-1], 1), -np.inf), np.maximum.accumulate(value, -1)[..., :-1]], -1)
    shown = value > before
    for place in range(1, value.shape[-1]):  # twins of a plan on the frontier are on it too
        same = (value[..., place] == value[..., place - 1]) & (cost[..., place] == cost[..., place - 1])
        shown[..., place] |= same & shown[..., place - 1]
    found = np.empty_like(shown)
    np.put_along_axis(found, order, shown, -1)
    return found


def resampled(number: int, seed: int) -> np.ndarray:
    """Weights of sets in resamples of them, (RESAMPLES, number); each row adds to 1."""
    return np.random.default_rng([seed, number]).multinomial(number, np.full(number, 1 / number), RESAMPLES) / number


def frontier_chances(values: np.ndarray, costs: np.ndarray, seed: int) -> np.ndarray:
    """The share of resamples of sets in whose means each plan is on the frontier, (K,). values, costs (S, K)."""
    weights = resampled(len(values), seed)
    # rounded, so that plans in which every run is the same tie whatever the order of adding
    return np.asarray(on_frontier((weights @ values).round(9), (weights @ costs).round(4)).mean(axis=0))
