"""Regret without the luck of single runs: what plans give in many worlds, each lived a few times. Numbers only.

A mean of few runs is what a plan gives in a world, and luck; the best of several such means was chosen for its luck
too, so that regret read off them is too large. Worlds are therefore taken together, as areas are in small-area
estimation (Fay and Herriot 1979, Journal of the American Statistical Association 74, 269-277, here of several plans at
once): what plans give is smooth in what a world is like, with a departure of the world's own; how wide luck is, runs of
one world tell. Draws of what remains possible give each a regret in every world, so that its spread over worlds is
neither widened by luck nor narrowed by means that were shrunk.
"""

from itertools import combinations_with_replacement
from typing import NamedTuple

import numpy as np

DRAWS, MODELS = 200, 25  # of what plans give in every world, and of the model that they are drawn from
GROUPS, LEAST = 5, 200  # of worlds by how many women there are, and worlds from which there is one more
NINE_OF_TEN = 0.9
STATISTICS = ("mean", "ninth", "most")  # over worlds: the mean regret, its 90th percentile and its maximum


class Model(NamedTuple):
    """slopes (q, K): of what worlds are like; spread (K, K): covariance of departures from that; luck (K, K): of the
    mean over a world's runs."""

    slopes: np.ndarray
    spread: np.ndarray
    luck: np.ndarray


class Regrets(NamedTuple):
    """expected (W, K): regret in each world, mean over draws; beyond (W, K): the share of draws in which it is more
    than a zone; draws (DRAWS, 3, K): mean, 90th percentile and maximum over worlds in each draw."""

    expected: np.ndarray
    beyond: np.ndarray
    draws: np.ndarray


def model_of(apart: np.ndarray, shape: np.ndarray) -> Model:
    """The model of runs (W, R, K), each less the mean of all plans, in worlds of this shape (W, q)."""
    means, (worlds, runs, _) = apart.mean(axis=1), apart.shape
    own = apart - means[:, None]
    luck = np.einsum("wri,wrj->ij", own, own) / (worlds * (runs - 1) * runs)
    slopes = np.linalg.lstsq(shape, means, rcond=None)[0]
    left = means - shape @ slopes
    return Model(slopes, psd(left.T @ left / (worlds - np.linalg.matrix_rank(shape)) - luck), luck)


def possible(model: Model, means: np.ndarray, shape: np.ndarray, size: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What plans give in each world by this model: expected (W, K), and a root of the covariance of what remains
    possible, (W, K, K)."""
    total = model.spread + (size / size.mean())[:, None, None] * model.luck
    weight = model.spread @ np.linalg.pinv(total, rcond=1e-9, hermitian=True)
    fit = shape @ model.slopes
    return fit + np.einsum("wij,wj->wi", weight, means - fit), root(model.spread - weight @ model.spread)


def smooth(about: np.ndarray) -> np.ndarray:
    """What worlds are like, with every product of two, each standardised, and one (W, q)."""
    wide = about.std(axis=0)
    some = (about - about.mean(axis=0)) / np.where(wide > 0, wide, 1.0)
    pairs = [some[:, i] * some[:, j] for i, j in combinations_with_replacement(range(some.shape[1]), 2)]
    return np.column_stack([np.ones(len(some)), some, *pairs])


def root(matrices: np.ndarray) -> np.ndarray:
    """A root of symmetric matrices; what is below zero in them is left out."""
    values, vectors = np.linalg.eigh((matrices + np.swapaxes(matrices, -1, -2)) / 2)
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0))[..., None, :])


def psd(matrix: np.ndarray) -> np.ndarray:
    """The nearest covariance."""
    half = root(matrix)
    return np.asarray(half @ half.T)


def regret(values: np.ndarray, able: np.ndarray) -> np.ndarray:
    """How far each plan is below the best of those within the budget, (W, K); nought where it is above."""
    return np.asarray(np.maximum(values[:, able].max(axis=1, keepdims=True) - values, 0))


def regrets(
    women: np.ndarray, about: np.ndarray, size: np.ndarray, able: np.ndarray, zone: float, seed: int
) -> Regrets:
    """Regret from runs (W, R, K) in worlds that are like this, (W, D), of this many women (W,), with which the variance
    of luck grows; able (K,): plans within the budget. Worlds with about as many women have a model of their own: where
    there are few, plans may never differ. It is made again from resampled worlds, so that draws differ by what is not
    known of it too."""
    apart, shape = women - women.mean(axis=2, keepdims=True), smooth(about)
    random = np.random.default_rng([seed, DRAWS])
    means, draws = apart.mean(axis=1), []
    expected, beyond, mean = np.zeros((3, *means.shape))
    half = np.zeros((*means.shape, means.shape[1]))
    groups = np.array_split(np.argsort(size, kind="stable"), min(GROUPS, 1 + len(size) // LEAST))
    for _ in range(MODELS):
        for some in groups:
            again = random.choice(some, len(some))
            model = model_of(apart[again], shape[again])
            mean[some], half[some] = possible(model, means[some], shape[some], size[some])
        for _ in range(DRAWS // MODELS):
            here = regret(mean + np.einsum("wij,wj->wi", half, random.normal(size=mean.shape)), able)
            expected, beyond = expected + here / DRAWS, beyond + (here > zone) / DRAWS
            draws.append(over_worlds(here))
    return Regrets(expected, beyond, np.stack(draws))


def over_worlds(here: np.ndarray) -> np.ndarray:
    """Mean, 90th percentile and maximum of regret (W, K) over worlds, (3, K)."""
    return np.stack([here.mean(axis=0), np.quantile(here, NINE_OF_TEN, axis=0), here.max(axis=0)])


def chosen_elsewhere(women: np.ndarray, able: np.ndarray) -> np.ndarray:
    """Mean regret against the plan that was best in some of a world's runs, measured on the others, (K,): never too
    large for luck, but too small, because the best is not always found."""
    halves = [women[:, ::2].mean(axis=1), women[:, 1::2].mean(axis=1)]
    found = []
    for chooses, measures in (halves, halves[::-1]):
        best = np.flatnonzero(able)[chooses[:, able].argmax(axis=1)]
        found.append((np.take_along_axis(measures, best[:, None], 1) - measures).mean(axis=0))
    return np.asarray(np.mean(found, axis=0))
