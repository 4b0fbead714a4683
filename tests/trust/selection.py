"""The set of plans that cannot be told apart from the best holds the best, in at least 95 of 100 made-up plannings
whose truth is known, whichever way plans are made up."""

from collections.abc import Callable, Sequence

import numpy as np

from sim.study.selection import LOOKS, select
from trust.check import Check, Found

A_PART, PARTS = 50, 20  # plannings of each kind in a part, and parts
IN_A_SET = 2  # runs in a row that live one parameter set
ZONE = 2.0  # points
WOMEN, OTHER_LUCK = 55, 0.15  # women referred, and the share of them whose luck a plan changes
ENOUGH = 0.95
PRICES, BUDGET = (60.0, 90.0, 120.0, 150.0), 105.0  # what a plan costs, of which two are within the budget
Draw = Callable[[np.random.Generator, np.ndarray], np.ndarray]  # runs of plans with these true means, from their sets


def even(means: np.ndarray) -> Callable[[np.random.Generator, np.ndarray], np.ndarray]:
    """Luck and parameters that all plans share, and some that each has of its own, spread evenly."""

    def draw(random: np.random.Generator, sets: np.ndarray) -> np.ndarray:
        own = random.normal(0, 3, (sets.max() + 1, len(means)))[sets] + random.normal(0, 4, (len(sets), len(means)))
        return np.asarray(means + random.normal(0, 8, len(sets))[:, None] + own)

    return draw


def of_women(means: np.ndarray) -> Callable[[np.random.Generator, np.ndarray], np.ndarray]:
    """Women, of 55, in points: most have the same luck under every plan; how much a plan does differs by set."""

    def draw(random: np.random.Generator, sets: np.ndarray) -> np.ndarray:
        effect = random.gamma(2, 0.5, sets.max() + 1)[sets]
        shares = 0.5 + (means[None, :] / 100) * effect[:, None]
        luck = np.repeat(random.random((len(sets), WOMEN))[:, :, None], len(means), axis=2)
        other = random.random(luck.shape) < OTHER_LUCK
        luck[other] = random.random(int(other.sum()))
        return np.asarray(100 * (luck < shares[:, None, :]).mean(axis=1))

    return draw


STEPS = np.arange(24) / 2.0
KINDS: dict[str, tuple[np.ndarray, Callable[[np.ndarray], Draw]]] = {  # true means below the first, and how drawn
    "one a zone above all others": (np.r_[0.0, np.full(39, -ZONE)], even),
    "one a hair above all others": (np.r_[0.0, np.full(39, -0.01)], even),
    "each half a point below the next": (-STEPS, even),
    "women, each half a point below the next": (-STEPS, of_women),
    "women, one a zone above all others": (np.r_[0.0, np.full(23, -ZONE)], of_women),
}


def planned(kind: str, seed: int) -> tuple[bool, bool, bool, int, float]:
    """Of one made-up planning: whether the set holds the best; whether the highest mean alone would have been
    the best; whether no plan in the set is more than two zones below; plans in the set; runs of a plan."""
    means, way = KINDS[kind]
    random, drawn = np.random.default_rng([seed, *kind.encode()]), way(means)
    sets = np.arange(LOOKS[-1]) // IN_A_SET
    whole = drawn(random, sets)  # all of it, so that early stopping moves nobody's luck
    dear = np.r_[PRICES[1], random.choice(PRICES, len(means) - 1)]  # half of the others are beyond the budget
    costs = dear + random.normal(0, 4, (len(sets), 1)) + random.normal(0, 2, whole.shape)

    def draw(who: np.ndarray, first: int, last: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        return whole[first - 1 : last][:, who], costs[first - 1 : last][:, who], sets[first - 1 : last]

    found = select(draw, len(means), ZONE, LOOKS, lambda mean: mean <= BUDGET)
    lone = int(np.where(dear <= BUDGET, whole[: LOOKS[0]].mean(axis=0), -np.inf).argmax())
    near = bool((means[found.kept] >= -2 * ZONE).all()) or not found.settled
    return bool(0 in found.kept), lone == 0, near, len(found.kept), float(found.runs.mean())


def part(number: int, plannings: int = A_PART) -> Found:
    """Of some plannings by kind: sums of what each was."""
    seeds = range(1 + number * plannings, 1 + (number + 1) * plannings)
    found = {kind: np.sum([planned(kind, seed) for seed in seeds], axis=0, dtype=float) for kind in KINDS}
    return {"plannings": plannings, "found": {kind: sums.tolist() for kind, sums in found.items()}}


def together(parts: Sequence[Found]) -> Found:
    """By kind, the share of plannings whose set holds the best, that the highest mean alone would have been it, and in
    which no plan of a settled set is further below than promised; and means of the set's size and of a plan's runs."""
    number = sum(each["plannings"] for each in parts)
    means = {kind: np.sum([each["found"][kind] for each in parts], axis=0) / number for kind in KINDS}
    columns = ("holds_the_best", "highest_mean_is_the_best", "near_the_best", "plans_in_the_set", "mean_runs")
    told = {name: {kind: round(float(means[kind][at]), 4) for kind in KINDS} for at, name in enumerate(columns)}
    right = [share for name in ("holds_the_best", "near_the_best") for share in told[name].values()]
    return {"holds": min(right) >= ENOUGH, "plannings": number, **told}


FACT = (
    "In 1,000 made-up plannings of each of five kinds, the set of plans within a budget that cannot be told apart from"
    " the best of them holds it in at least 95 of 100, and no plan of a set that is settled is more than two zones"
    " below it."
)
CHECK = Check(FACT, PARTS, part, together)
