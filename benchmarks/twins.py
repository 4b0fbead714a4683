"""Pairs of runs with the same luck against independent seeds, for one case manager more: pairs and time until the
difference is known to a point, and how much less it varies."""

import numpy as np
import pandas as pd

import sim
from benchmarks.measured import cpu_seconds, keep, middle
from sim.measures.outcomes import NAMED
from sim.study.pairs import Pairs, half_widths, pair_up
from sim.study.sets import set_of
from sim.study.store import Store
from sim.study.worlds import worlds_of

SEEDS = range(1, 6)  # rounds; B of each is also set against A of the next, as independent seeds would be
PAIRS = 400  # pairs by which variances are measured
PRECISION = 1.0  # points
NORMAL = 1.96  # standard errors in half of a 95 % interval
STEP = 10  # pairs between the sizes that are looked at afterwards
OUTCOMES = (
    "completed",
    "entered",
    "stably_housed_39",
    "exited_39",
    "services_linked_39",
    "weeks_waited",
    "unmet_contacts",
)
WAYS = {"accepted": "accepted parameter sets", "central": "central parameters, luck alone"}


def compared(seed: int, way: str, precision: float, most: int) -> Pairs:
    """As delivered, and with one case manager more."""
    words = (f"seed={seed}", f"parameters_from={way}", "threads=1")
    a, b = sim.load_study(*words), sim.load_study(*words, "scenario=one_more_case_manager")
    return pair_up(*worlds_of([a, b]), precision, most, Store(None))


def to_a_point(way: str) -> list[dict[str, object]]:
    """What the rule takes until every share is known to a point, and which pairs would just have done, looked at
    afterwards: for every share, and for completing alone."""
    found: dict[str, list[float]] = {"pairs": [], "CPU seconds": [], "every share": [], "completed": []}
    for seed in SEEDS:
        kept = {}
        seconds = cpu_seconds(lambda seed=seed, kept=kept: kept.update(found=compared(seed, way, PRECISION, 10_000)))
        pairs = kept["found"]
        found["pairs"].append(pairs.number)
        found["CPU seconds"].append(seconds)
        a, b = pairs.by_run
        shares = [name for name in a if NAMED[name].population == "referred" and NAMED[name].unit.startswith("share")]
        for what, names in (("every share", shares), ("completed", ["completed"])):
            found[what].append(first_reached(b[names] - a[names], set_of(pairs.worlds[0].study, a.index.to_numpy())))
    words = {
        "pairs": ("one more case manager, every share to 1 point, by the rule", "pairs"),
        "CPU seconds": ("the same, both scenarios and all tables", "CPU seconds"),
        "every share": ("the same, first reached (looked at afterwards)", "pairs"),
        "completed": ("completed alone to 1 point, first reached", "pairs"),
    }
    return [
        {"what": f"{words[key][0]}; {WAYS[way]}", "unit": words[key][1]} | middle(each) for key, each in found.items()
    ]


def first_reached(change: pd.DataFrame, sets: np.ndarray | None) -> float:
    """The fewest pairs, by tens, with which every column is known to a point."""
    for pairs in range(2 * STEP, len(change) + 1, STEP):
        half = half_widths(change.to_numpy()[:pairs], None if sets is None else sets[:pairs])[1]
        if 100 * np.max(half) <= PRECISION:
            return pairs
    return np.nan


def variances(way: str) -> list[dict[str, object]]:
    """How many times as much the difference varies between B and A of other seeds as between those of one; and the
    pairs with other seeds by which the share completing would be known to a point."""
    runs = [compared(seed, way, 0.0, PAIRS).by_run for seed in SEEDS]
    rows: list[dict[str, object]] = []
    for name in OUTCOMES:
        ratios, needed = [], []
        for (a, b), (other, _) in zip(runs, [*runs[1:], runs[0]], strict=True):
            apart = (b[name] - other[name]).var()
            ratios.append(apart / (b[name] - a[name]).var())
            needed.append(np.ceil(apart * (100 * NORMAL / PRECISION) ** 2))
        rows.append({"what": f"variance ratio, {name}; {WAYS[way]}", "unit": "times"} | middle(ratios))
        if name == "completed":
            what = f"completed to 1 point by independent seeds, from the variance; {WAYS[way]}"
            rows.append({"what": what, "unit": "pairs"} | middle(needed))
    return rows


def main() -> None:
    compared(1, "central", 50.0, 10)  # compiled, or read from the cache, before the clock runs
    rows = [row for way in WAYS for row in (*to_a_point(way), *variances(way))]
    keep("twins", rows, seeds=list(SEEDS), pairs=PAIRS, precision=PRECISION, step=STEP)


if __name__ == "__main__":
    main()
