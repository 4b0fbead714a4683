"""Pairs of runs: two scenarios for the same women with the same luck, lived block by block until the mean difference is
known as precisely as was asked for, and what they say: run by run, and of women by their needs at entry."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from sim.ensemble import A_CHUNK
from sim.measures.lives import Lives
from sim.measures.outcomes import outcomes_of
from sim.measures.questions import REFERRED, SHARE, Outcome
from sim.study.asked import choose
from sim.study.how_sure import Sureness, how_sure
from sim.study.pairs_by_woman import women_of
from sim.study.refusals import Refused
from sim.study.sentences import say
from sim.study.sets import set_of
from sim.study.simulate import Cut, cores, decided_by, runs_of
from sim.study.store import Store, Tables
from sim.study.tables import HIGH, LOW, chance_share
from sim.study.worlds import World

LEVEL = 0.95
A_LOOK = 100  # pairs between two looks at the precision, which are planned ahead and cannot be chosen by luck
# Precision must hold at every look of this many pairs more, as a share of those there were when it was first reached:
# the look-ahead of Hoad, Robinson and Davies (2010), Journal of the Operational Research Society 61, 1632-1644.
LOOK_AHEAD = 0.05
DECIDING = ("pairs.py", "pairs_by_woman.py")  # files that decide a block, besides those that decide a run


@dataclass(frozen=True)
class Pairs:
    """worlds: A and B. outcomes: those compared. runs: what each gave by replication and outcome (a, b). women: by
    replication, outcome and need, how many there are, for how many B has more or fewer, and the sum of the changes.
    looks: the widest half-width of any share, in points, by pairs so far; held: it had reached what was asked for."""

    worlds: tuple[World, World]
    outcomes: tuple[Outcome, ...]
    runs: pd.DataFrame
    women: pd.DataFrame
    looks: Mapping[int, float]
    held: bool

    @property
    def number(self) -> int:
        """How many pairs there are."""
        return max(self.looks)

    @property
    def by_run(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """A and B: a row for each replication, a column for each outcome."""
        a, b = (self.runs.pivot(index="replication", columns="outcome", values=side) for side in ("a", "b"))
        return a, b


def half_widths(values: np.ndarray, sets: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """Standard errors of the means of columns, and half-widths of their 95 % intervals, (K,). values (R, K): a row a
    run, NaN where there is none; sets (R,): the parameter set that each lived. Runs of one set are not independent:
    errors are taken from the sets' own sums, each run its own set where there are none."""
    there, own = ~np.isnan(values), np.arange(len(values))
    codes = np.unique(own if sets is None else sets, return_inverse=True)[1]
    sums, counts = np.zeros((2, codes.max() + 1, values.shape[1]))
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(there, values, 0.0).sum(axis=0) / there.sum(axis=0)
        np.add.at(sums, codes, np.where(there, values - mean, 0.0))
        np.add.at(counts, codes, there)
        number = (counts > 0).sum(axis=0)
        error = np.sqrt((sums**2).sum(axis=0) * number / (number - 1)) / there.sum(axis=0)
        return error, stdtrit(number - 1, (1 + LEVEL) / 2) * error


def has_held(looks: Mapping[int, float], precision: float) -> bool:
    """The precision was reached, and held at every later look for as many pairs as the look-ahead asks for."""
    since = 0
    for pairs, half in looks.items():
        since = (since or pairs) if half <= precision else 0
    return since > 0 and max(looks) > since and max(looks) >= (1 + LOOK_AHEAD) * since


def add_until(precision: float, most: int, add: Callable[[Cut], float]) -> dict[int, float]:
    """Adds pairs, a block at a time, until the precision has held or there are `most`; the half-width at each look.
    add: adds the pairs from first to last, and says how wide the widest interval is now."""
    looks: dict[int, float] = {}
    while (now := max(looks, default=0)) < most and not has_held(looks, precision):
        last = min(now + A_LOOK, most)
        looks[last] = add((now + 1, last))
    return looks


def pair_up(
    a: World, b: World, precision: float, most: int, store: Store, heard: Callable[[int], Any] = lambda runs: None
) -> Pairs:
    """Pairs of runs of A and B, added until every share of women or days is known to this many points, or until there
    are `most`. Blocks in the store are taken from it. Refused where the women are not the same in both."""
    follow_up = int(min(world.plan["cohort_follow_up_weeks"] for world in (a, b)))
    outcomes = tuple(outcome for outcome in choose(None, follow_up) if not outcome.within)
    shares = [o.name for o in outcomes if o.taken_over == REFERRED and o.unit.startswith("share")]
    blocks: list[Tables] = []

    def add(cut: Cut) -> float:
        blocks.append(_block((a, b), outcomes, cut, store))
        heard(2 * (cut[1] - cut[0] + 1))
        rows = pd.concat([block["runs"] for block in blocks], ignore_index=True)
        rows = rows.assign(change=rows["b"] - rows["a"])[rows["outcome"].isin(shares)]
        wide = rows.pivot(index="replication", columns="outcome", values="change")
        return float(100 * np.nanmax(half_widths(wide.to_numpy(), set_of(a.study, wide.index.to_numpy()))[1]))

    looks = add_until(precision, most, add)
    runs, women = (pd.concat([block[name] for block in blocks], ignore_index=True) for name in ("runs", "women"))
    return Pairs((a, b), outcomes, runs, women, looks, has_held(looks, precision))


def _block(worlds: tuple[World, World], outcomes: Sequence[Outcome], cut: Cut, store: Store) -> Tables:
    """Both scenarios' runs from first to last, from the store or lived."""
    key = {
        "pairs": [hashlib.sha256(Path(__file__).with_name(name).read_bytes()).hexdigest() for name in DECIDING],
        "worlds": [decided_by(world.study, world.plan, outcomes) for world in worlds],
        "replications": cut,
    }
    if found := store.get(key):
        return found
    runs = np.arange(cut[0], cut[1] + 1)
    chunks = [runs[first : first + A_CHUNK] for first in range(0, len(runs), A_CHUNK)]
    with ThreadPoolExecutor(cores(worlds[0].study.threads)) as pool:
        parts = list(pool.map(lambda some: _lived(worlds, outcomes, some), chunks))
    block = {name: pd.concat([part[name] for part in parts], ignore_index=True) for name in parts[0]}
    store.put(key, block)
    return block


def _lived(worlds: tuple[World, World], outcomes: Sequence[Outcome], some: np.ndarray) -> Tables:
    """Some replications under both, and what they gave."""
    a, b = (
        Lives(
            runs_of(study, plan, some), plan, study.costs
        )
        for _, study, plan in worlds
    )  # fmt: skip
    if not (np.array_equal(a.referred, b.referred) and (a.women["needs"] == b.women["needs"]).all()):
        raise Refused(say("compare.other_women"))
    here, there = (outcomes_of(lives, outcomes) for lives in (a, b))
    return {"runs": here[["replication", "outcome"]].assign(a=here["value"], b=there["value"]), "women": women_of(a, b)}


def paired_table(pairs: Pairs) -> pd.DataFrame:
    """A row for each outcome: means of A and B, the mean difference (B minus A) with its range over pairs (5 to 95 %),
    standard error and 95 % half-width; pairs in which B has more, the same, less; how sure, in words with their share;
    shares also in women, and a year; the variance under independent seeds over that of pairs, and the runs this saved;
    and the share of the differences' variance that is chance."""
    (a, b), study = pairs.by_run, pairs.worlds[0].study
    names = [outcome.name for outcome in pairs.outcomes]
    a, b = a[names], b[names]
    change, sets = b - a, set_of(study, a.index.to_numpy())
    error, half = half_widths(change.to_numpy(), sets)
    alone = half_widths(a.to_numpy(), sets)[0] ** 2 + half_widths(b.to_numpy(), sets)[0] ** 2
    ratio = np.divide(alone, error**2, out=np.full(len(names), np.nan), where=error > 0)
    known = [change[name].dropna().to_numpy() for name in names]
    sure = [how_sure(each) if len(each) else Sureness("", np.nan) for each in known]
    women = change.mul(b["women_referred"], axis=0)
    women[[outcome.name for outcome in pairs.outcomes if outcome.unit != SHARE]] = np.nan
    table = {
        "outcome": names, "unit": [o.unit for o in pairs.outcomes], "better": [o.better for o in pairs.outcomes],
        "a": a.mean(), "b": b.mean(), "mean": change.mean(), "low": change.quantile(LOW),
        "high": change.quantile(HIGH), "error": error, "half_width": half, "pairs": change.count(),
        "more": (change > 0).sum(), "equal": (change == 0).sum(), "fewer": (change < 0).sum(),
        "sure": [one.words for one in sure], "share": [one.share for one in sure],
        "women": women.mean(), "women_low": women.quantile(LOW), "women_high": women.quantile(HIGH),
        "women_a_year": women.mean() / (pairs.worlds[0].plan["cohort_weeks"] / 52),
        "variance_ratio": ratio, "runs_saved": np.floor(2 * pairs.number * (ratio - 1)),
        "chance_share": chance_share(change, sets),
    }  # fmt: skip
    return pd.DataFrame(table).reset_index(drop=True)
