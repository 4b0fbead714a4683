"""Calibration says of made-up programs, whose numbers are known, what is true of them: as often as it claims to."""

from collections.abc import Sequence

import numpy as np
from scipy.stats import kstwo

from sim.study.accepted import Matched, Part, Search, search_for
from trust.check import Check, Found

A_PART, PARTS = 50, 20  # data sets in a part, and parts
WOMEN, RUNS = 55, 13  # women in a run, and runs by which a set is judged
HALF = np.array([0.08, 0.10, 0.12])  # half the width of each output's band
LEVELS, WITHIN = (0.5, 0.8, 0.95), 0.03  # intervals, and how far the share that they cover may be from them
NAMES = ("moves two outputs", "moves one", "moves another", "moves none")


def made_up(columns: list[int]) -> Part:
    """Outputs of a program of four numbers from 0 to 1; they are shares of its women. The first number moves two of
    three, the last one none."""

    def simulate(points: np.ndarray, runs: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
        a, b, c, _ = points.T
        odds = np.exp(np.stack([2 * a - 1, a + b - 1, 2 * c + b / 2 - 1.5], axis=1)[:, columns])
        shape = (len(points), runs, len(columns))
        women = np.random.default_rng([seed, *columns]).binomial(WOMEN, (odds / (1 + odds))[:, None], shape)
        return women / WOMEN, np.full(shape, float(WOMEN))

    return Part(columns, simulate)


PARTS_OF_IT = [made_up([0, 1]), made_up([2])]


def planted(seed: int) -> tuple[np.ndarray, Matched, Search]:
    """The numbers of one made-up program, and what a search for them in both its waves keeps. Each band lies anywhere
    around what that program gave, so that the sets inside all bands are its exact posterior."""
    random = np.random.default_rng(seed)
    truth, gave = random.random(4), np.zeros(3)
    for part in PARTS_OF_IT:
        gave[part.columns] = part.simulate(truth[None], RUNS, seed)[0].mean(axis=(0, 1))
    middle = gave + random.uniform(-HALF, HALF)
    bands = np.stack([middle - HALF, middle + HALF], axis=1)
    sizes = {"first": 1024, "batch": 512, "most": 2**14, "wanted": 200, "again": 20}
    search = Search(np.zeros(4), np.ones(4), bands, PARTS_OF_IT, (2, 4), RUNS, **sizes, seed=1000 * seed)
    return truth, search_for(search), search


def places(number: int, sets: int = A_PART) -> Found:
    """Of some made-up programs, where among the kept sets the truth stands: 0 to 1 for each number, evenly if what is
    kept can be believed; and how many sets that was."""
    rows, kept = [], []
    for seed in range(1 + number * sets, 1 + (number + 1) * sets):
        truth, found, _ = planted(seed)
        below = (found.points < truth).sum(axis=0) + np.random.default_rng(seed).random(4)
        rows.append([round(float(place), 6) for place in below / (len(found.points) + 1)])
        kept.append(len(found.points))
    return {"places": rows, "fewest": min(kept)}


def together(parts: Sequence[Found]) -> Found:
    """Of each number, the largest distance of the places' distribution from an even one, the band that it stays in by
    chance alone in 95 of 100 such checks of all four, and the share of truths in each central interval."""
    found = np.array([row for part in parts for row in part["places"]])
    size = len(found)
    order, steps = np.sort(found, axis=0), np.arange(size + 1)[:, None] / size
    away = np.maximum(np.abs(steps[1:] - order), np.abs(steps[:-1] - order)).max(axis=0)
    band = float(kstwo.ppf(1 - 0.05 / len(NAMES), size))
    covered = {level: (np.abs(found - 0.5) < level / 2).mean(axis=0) for level in LEVELS}
    off = max(float(np.abs(share - level).max()) for level, share in covered.items())
    return {
        "holds": bool((away < band).all() and off <= WITHIN),
        "data_sets": size,
        "fewest_kept": min(part["fewest"] for part in parts),
        "band": round(band, 4),
        "away": dict(zip(NAMES, away.round(4).tolist(), strict=True)),
        "covered": {f"{level:.0%}": share.round(3).tolist() for level, share in covered.items()},
    }


FACT = (
    "Over 1,000 made-up programs, searched for in both waves, the truth's place among the kept sets is spread evenly"
    " (inside the simultaneous 95 % band), and 50, 80 and 95 % intervals cover it as often, within 3 points."
)
CHECK = Check(FACT, PARTS, places, together)
