"""What knowing more would be worth to a choice, in numbers: all (EVPI), one number (EVPPI) and a study (EVSI), by
regression of what each option gives on what would be known (Strong, Oakley and Brennan 2014, Medical Decision Making
34, 311-326; Strong, Oakley, Brennan and Breeze 2015, Medical Decision Making 35, 570-583)."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.interpolate import BSpline
from scipy.linalg import eigh

PIECES, DEGREE = 8, 3  # of a curve: intervals of equal width, cubic
PENALTIES = np.append(np.logspace(-6, 6, 37), np.inf)  # on bends; infinite: a straight line
CAUTION = 1.4  # times the degrees of freedom in cross-validation (Kim and Gu 2004, Journal of the RSS B 66, 337-356)
FOLDS = 10
SHUFFLES = 40  # times that worlds are dealt out anew, to see what chance alone gives
CHANCE = 0.95  # quantile of it


class Worth(NamedTuple):
    """What it would be worth to know something: never below 0. high: what the fitted answer promises, which chance
    lifts; low: what decisions gave in worlds that they were not made by, which chance lowers; value: in between. error:
    standard error over worlds."""

    value: float
    low: float
    high: float
    error: float


def against_best(options: np.ndarray) -> np.ndarray:
    """What each other option gives more than the one that is best on the whole: (..., D) to (..., D - 1)."""
    best = options.reshape(-1, options.shape[-1]).mean(axis=0).argmax()
    return np.asarray(np.delete(options, best, axis=-1) - options[..., [best]])


def perfect(runs: np.ndarray) -> Worth:
    """EVPI. runs (K, R, D - 1): of K worlds and R runs of each, what each other option gives more than the best. Means
    of runs hold chance that a maximum takes for knowledge: `value` is taken over means drawn together until they vary
    as worlds do; `high` over the means as they are; `low` decides by the other runs of a world."""
    worlds, number = runs.shape[:2]
    means = runs.mean(axis=1)
    centre, spread = means.mean(axis=0), means.var(axis=0, ddof=1)
    chance = runs.var(axis=1, ddof=1).mean(axis=0) / number
    share = np.sqrt(np.divide(np.clip(spread - chance, 0, None), spread, out=np.zeros_like(spread), where=spread > 0))
    drawn = _gain(centre + share * (means - centre))
    others = (means[:, None] * number - runs) / (number - 1)
    low = max(0.0, float(_taken(others, runs).mean()))
    high = float(_gain(means).mean())
    return Worth(float(np.clip(drawn.mean(), low, high)), low, high, float(drawn.std(ddof=1) / np.sqrt(worlds)))


def of_knowing(known: np.ndarray, means: np.ndarray) -> Worth:
    """EVPPI or EVSI by one regression. known (K,) or (K, F): a number that would be known, or what a study would have
    recorded, in K worlds; means (K, D - 1): what each other option gives more than the best."""
    features = known.reshape(len(known), -1)
    fitted, honest = smooth(features, means, features), np.empty_like(means)
    for fold in range(min(FOLDS, len(means))):
        out = np.arange(len(means)) % FOLDS == fold  # worlds come in no order
        honest[out] = smooth(features[~out], means[~out], features[out])
    return _ends(honest, means, max(0.0, float(_gain(fitted).mean())))


def _ends(decided_by: np.ndarray, means: np.ndarray, high: float) -> Worth:
    """Between what the decisions gave, at least nothing, and `high`, at most that."""
    taken = _taken(decided_by, means)
    low = float(np.clip(taken.mean(), 0.0, high))
    return Worth((low + high) / 2, low, high, float(taken.std(ddof=1) / np.sqrt(len(taken))))


def _gain(more: np.ndarray) -> np.ndarray:
    """What choosing anew in each world adds to staying with what is best on the whole."""
    kept = max(0.0, float(more.mean(axis=0).max(initial=-np.inf)))
    return np.asarray(np.maximum(0.0, more.max(axis=-1)) - kept)


def _taken(decided_by: np.ndarray, more: np.ndarray) -> np.ndarray:
    """What it adds to take the option that looks best, or to stay where none looks better."""
    best = decided_by.argmax(axis=-1)[..., None]
    gives = np.take_along_axis(more, best, axis=-1)[..., 0]
    return np.asarray(np.where(np.take_along_axis(decided_by, best, axis=-1)[..., 0] > 0, gives, 0.0))


def together(found: Sequence[Worth]) -> Worth:
    """Several data sets of one study: the mean of what each would be worth."""
    return Worth(*(float(part) for part in np.array(found).mean(axis=0)))


def at_most(found: Worth, whole: Worth) -> Worth:
    """Part of something is worth at most as much as the whole."""
    value, high = min(found.value, whole.value), min(found.high, whole.high)
    return Worth(value, min(found.low, value), max(value, high), found.error)


def smooth(features: np.ndarray, values: np.ndarray, at: np.ndarray) -> np.ndarray:
    """What curves through values (K, V), one for each feature (K, F) and added up, say at other features (J, F).

    Penalised B-splines (Eilers and Marx 1996, Statistical Science 11, 89-121), bent as far as generalised
    cross-validation allows, column by column.
    """
    level = values.mean(axis=0)
    basis, there, bends = _curves(features, at)
    if not basis.size:
        return np.broadcast_to(level, (len(at), len(level))).copy()
    inner = basis.T @ basis
    sizes, turned = eigh(bends, inner + 1e-9 * np.trace(inner) / len(inner) * np.eye(len(inner)))
    sizes = np.where(sizes > 1e-9 * sizes[-1], sizes, 0.0)  # straight lines are not penalised
    onto, number = basis @ turned, len(values)
    along = onto.T @ (values - level)
    with np.errstate(invalid="ignore"):
        kept = np.where(sizes > 0, 1 / (1 + number * PENALTIES[:, None] * sizes), 1.0)
    freedom = 1 + kept @ (onto**2).sum(axis=0)
    squares = ((values - level) ** 2).sum(axis=0) - (2 * kept - kept**2) @ along**2  # `onto` is orthonormal
    best = (squares / np.maximum(number - CAUTION * freedom, 1e-9)[:, None] ** 2).argmin(axis=0)
    return np.asarray(level + there @ turned @ (kept[best].T * along))


def _curves(features: np.ndarray, at: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The basis at the features and elsewhere, centred, and the penalty on its bends; nothing of what never varies."""
    parts, elsewhere, bends = [], [], []
    for known, there in zip(features.T, at.T, strict=True):
        low, high = min(known.min(), there.min()), max(known.max(), there.max())
        if known.max() <= known.min():
            continue
        knots = low + (high - low) / PIECES * np.arange(-DEGREE, PIECES + DEGREE + 1)
        ends = knots[DEGREE], knots[-DEGREE - 1]
        of_known, of_there = (BSpline.design_matrix(np.clip(x, *ends), knots, DEGREE).toarray() for x in (known, there))
        centre, bend = of_known.mean(axis=0), np.diff(np.eye(PIECES + DEGREE), 2, axis=0)
        parts.append(of_known - centre)
        elsewhere.append(of_there - centre)
        bends.append(bend.T @ bend)
    if not parts:
        return np.zeros((len(features), 0)), np.zeros((len(at), 0)), np.zeros((0, 0))
    penalty = np.zeros((len(bends) * (PIECES + DEGREE),) * 2)
    for place, bend in enumerate(bends):
        some = slice(place * (PIECES + DEGREE), (place + 1) * (PIECES + DEGREE))
        penalty[some, some] = bend
    return np.hstack(parts), np.hstack(elsewhere), penalty


def of_chance(numbers: np.ndarray, means: np.ndarray, seed: int) -> float:
    """The most that any of so many numbers (K, P) seems to be worth where worlds are dealt out anew, by the 95th
    percentile over deals: what is not above it cannot be told from nothing."""
    random, width = np.random.default_rng(seed), means.shape[1]
    dealt = np.hstack([means[random.permutation(len(means))] for _ in range(SHUFFLES)])
    most = np.zeros(SHUFFLES)
    for known in numbers.T:
        fitted = smooth(known[:, None], dealt, known[:, None])
        gains = [_gain(fitted[:, width * each : width * (each + 1)]).mean() for each in range(SHUFFLES)]
        most = np.maximum(most, gains)
    return float(np.quantile(most, CHANCE))
