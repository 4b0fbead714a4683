"""Pairs are added until a difference is known precisely enough, and its 95 % interval is one: it holds the truth in
94 to 96 of 100 comparisons, whenever they ended."""

from collections.abc import Callable, Sequence

import numpy as np

from sim.study.pairs import add_until, half_widths
from trust.check import Check, Found

A_PART, PARTS = 500, 20  # comparisons of each kind in a part, and parts
MOST = 4000  # pairs at most
IN_A_SET, SETS = 2, 400  # runs in a row that live one parameter set, and sets there are
WOMEN = 55
BETWEEN = (0.94, 0.96)  # the share of intervals that hold the truth
Draw = Callable[[np.random.Generator, np.ndarray], np.ndarray]  # differences of outcomes, given the set of each pair


def even(random: np.random.Generator, sets: np.ndarray) -> np.ndarray:
    """One outcome, spread evenly around its mean; half of its variance is the parameters'."""
    return np.asarray(random.normal(0, 10, SETS)[sets] + random.normal(0, 10, len(sets)))[:, None]


def of_women(random: np.random.Generator, sets: np.ndarray) -> np.ndarray:
    """Women, of 55, for whom there is more under B, less those for whom there is less: often the same, in points."""
    more, less = random.gamma(1, 0.03, SETS)[sets], random.gamma(1, 0.01, SETS)[sets]
    change = random.poisson(WOMEN * more) - random.poisson(WOMEN * less)
    return np.asarray(100 * (change / WOMEN - 0.02))[:, None]


def several(random: np.random.Generator, sets: np.ndarray) -> np.ndarray:
    """Five outcomes that move together, of which the widest decides when to end; the third is looked at."""
    shared = random.normal(0, 6, SETS)[sets] + random.normal(0, 6, len(sets))
    return np.asarray(shared[:, None] + random.normal(0, 8, (len(sets), 5)))


KINDS: dict[str, tuple[Draw, tuple[float, float]]] = {  # and the precisions asked for, anywhere between
    "even": (even, (0.75, 3.0)), "of women": (of_women, (0.2, 0.9)), "several": (several, (0.8, 2.4)),
}  # fmt: skip


def compared(kind: str, seed: int) -> tuple[bool, int, bool]:
    """Whether the interval of a made-up comparison holds the truth, 0; its pairs; and whether precision ended it."""
    draw, asked = KINDS[kind]
    random = np.random.default_rng([seed, *kind.encode()])
    order = random.permutation(SETS)[np.arange(MOST) // IN_A_SET % SETS]
    values, precision = draw(random, order), random.uniform(*asked)
    looks = add_until(precision, MOST, lambda cut: float(half_widths(values[: cut[1]], order[: cut[1]])[1].max()))
    last, column = max(looks), values.shape[1] // 2
    half = half_widths(values[:last], order[:last])[1][column]
    return bool(abs(values[:last, column].mean()) <= half), last, last < MOST


def part(number: int, comparisons: int = A_PART) -> Found:
    """Of some comparisons by kind: how many intervals hold the truth, pairs in all, how many precision ended."""
    seeds = range(1 + number * comparisons, 1 + (number + 1) * comparisons)
    found = {kind: np.array([compared(kind, seed) for seed in seeds]).sum(axis=0) for kind in KINDS}
    return {"comparisons": comparisons, "found": {kind: sums.tolist() for kind, sums in found.items()}}


def together(parts: Sequence[Found]) -> Found:
    """By kind, the share of intervals that hold the truth, the share that precision ended, and the mean of pairs."""
    number = sum(each["comparisons"] for each in parts)
    sums = {kind: np.sum([each["found"][kind] for each in parts], axis=0) for kind in KINDS}
    covered = {kind: round(float(hold / number), 4) for kind, (hold, _, _) in sums.items()}
    return {
        "holds": all(BETWEEN[0] <= share <= BETWEEN[1] for share in covered.values()),
        "comparisons": number,
        "covered": covered,
        "ended_by_precision": {kind: round(float(ended / number), 4) for kind, (_, _, ended) in sums.items()},
        "mean_pairs": {kind: round(float(pairs / number)) for kind, (_, pairs, _) in sums.items()},
    }


FACT = (
    "In 10,000 made-up comparisons of each of three kinds, pairs added until the precision asked for has held, the 95 %"
    " interval of the mean difference holds the truth in 94 to 96 of 100."
)
CHECK = Check(FACT, PARTS, part, together)
