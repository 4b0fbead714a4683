"""History matching: keeps the parameter sets whose outputs lie inside every band, in two waves, and drops early those
that can no longer get there. It knows nothing of the program: whoever asks brings the simulator."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count, product
from typing import Any, NamedTuple

import numpy as np
from scipy.stats import qmc

# Given sets (N, P), runs of each and a seed: the value of each run's outputs, and the count of what each was taken
# over, both (N, runs, outputs). Another seed is other luck, and so is another place among the sets.
Simulate = Callable[[np.ndarray, int, int], tuple[np.ndarray, np.ndarray]]
WIDER = 4.0  # gaps between neighbours by which the box is wider than the sets that made it, on each side


class Part(NamedTuple):
    """Outputs that are lived together: their columns, and how."""

    columns: list[int]
    simulate: Simulate


@dataclass(frozen=True)
class Search:
    """low, high (P,): the ranges that sets are drawn from, uniformly. bands (T, 2): what is accepted of each output.
    stages: runs of each set, stage by stage, by which sets are dropped. runs: those by which the rest are judged, on
    seeds of their own. first: sets of the first wave, batch: sets drawn at a time in the second (powers of two), most:
    sets in all. wanted: accepted sets at which it ends. again: dropped sets judged after all. cut: standard errors
    outside a band from which a set is dropped. told: hears how far it is."""

    low: np.ndarray
    high: np.ndarray
    bands: np.ndarray
    parts: Sequence[Part]
    stages: tuple[int, ...]
    runs: int
    first: int
    batch: int
    most: int
    wanted: int
    again: int = 500
    cut: float = 3.0
    seed: int = 1
    told: Callable[..., Any] = lambda **what: None


class Sets:
    """Parameter sets: points (N, P), the sums of their outputs over runs and the counts of what they were taken over,
    both (N, T); places: where each stood when its outputs were last lived, for its luck (N, T)."""

    def __init__(self, points: np.ndarray, outputs: int) -> None:
        self.points = points
        self.sums, self.counts = np.zeros((2, len(points), outputs))
        self.places = np.zeros((len(points), outputs), int)

    def lived(self, who: np.ndarray, part: Part, runs: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
        """Lives one part of these sets, and adds what came out; values and counts by run."""
        values, counts = part.simulate(self.points[who], runs, seed)
        here = who[:, None], part.columns
        self.places[here] = np.arange(len(who))[:, None]
        values = np.where(counts > 0, values, 0.0)
        self.sums[here] += (values * counts).sum(axis=1)
        self.counts[here] += counts.sum(axis=1)
        return values, counts

    @property
    def means(self) -> np.ndarray:
        """Outputs pooled over runs by their counts, (N, T); NaN where there was nothing to take them over."""
        return pooled(self.sums, self.counts)


class Luck:
    """How far runs of one set lie apart, pooled over all sets: squared distances weighted by counts, and their degrees
    of freedom (T,)."""

    def __init__(self, outputs: int) -> None:
        self.squares, self.freedom = np.zeros((2, outputs))

    def learn(self, columns: list[int], values: np.ndarray, counts: np.ndarray) -> None:
        """Takes in runs of some sets."""
        total = counts.sum(axis=1)
        means = np.divide((values * counts).sum(axis=1), total, out=np.zeros(total.shape), where=total > 0)
        self.squares[columns] += (counts * (values - means[:, None]) ** 2).sum(axis=(0, 1))
        self.freedom[columns] += np.maximum((counts > 0).sum(axis=1) - 1, 0).sum(axis=0)

    def errors(self, counts: np.ndarray) -> np.ndarray:
        """Standard errors of means taken over these counts, (N, T); infinite where there are none."""
        variance = np.divide(self.squares, self.freedom, out=np.full(len(self.squares), np.inf), where=self.freedom > 0)
        return np.asarray(np.sqrt(np.divide(variance, counts, out=np.full(counts.shape, np.inf), where=counts > 0)))


@dataclass(frozen=True)
class Batch:
    """Sets drawn together. dropped (N,): the step at which each was dropped, 0 for none; judged: rows that were lived
    on seeds of their own (`fresh`, under `seed`); accepted: which of those (mask) lay inside all bands there;
    confirmed: which of these (mask) were nowhere clearly outside a band on other seeds again (`anew`)."""

    wave: int
    tried: Sets
    dropped: np.ndarray
    judged: np.ndarray
    fresh: Sets
    accepted: np.ndarray
    anew: Sets
    confirmed: np.ndarray
    seed: int

    @property
    def kept(self) -> np.ndarray:
        """Rows among the judged sets that were accepted and confirmed."""
        return np.asarray(np.flatnonzero(self.accepted)[self.confirmed])


@dataclass(frozen=True)
class Matched:
    """What a search found, batch by batch; the box of the second wave; `again`: sets that had been dropped, judged
    after all, and which of them (mask) would have been accepted."""

    batches: list[Batch]
    box: tuple[np.ndarray, np.ndarray]
    luck: Luck
    again: Sets
    wrongly: np.ndarray

    @property
    def points(self) -> np.ndarray:
        """The sets that are kept, (K, P)."""
        return np.vstack([batch.fresh.points[batch.kept] for batch in self.batches])

    @property
    def means(self) -> np.ndarray:
        """The outputs by which they were judged, (K, T)."""
        return np.vstack([batch.fresh.means[batch.kept] for batch in self.batches])


def pooled(sums: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Means by counts; NaN where there is nothing to take them over."""
    return np.asarray(np.divide(sums, counts, out=np.full(sums.shape, np.nan), where=counts > 0))


def inside(means: np.ndarray, bands: np.ndarray) -> np.ndarray:
    """Which outputs lie inside their band, (N, T); an output that does not exist does not."""
    return np.asarray((means >= bands[:, 0]) & (means <= bands[:, 1]))


def box_of(points: np.ndarray, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The ends between which these sets lie, a little wider so that chance cuts nothing off; with fewer than two sets,
    all there was."""
    if len(points) < 2:
        return low, high
    least, most = points.min(axis=0), points.max(axis=0)
    more = WIDER * (most - least) / (len(points) - 1)
    return np.maximum(low, least - more), np.minimum(high, most + more)


def search_for(search: Search) -> Matched:
    """Both waves: the second is drawn in the box that the accepted sets of the first leave, batch by batch, until
    enough sets are kept or as many were tried as may be."""
    seeds, luck = count(search.seed + 1), Luck(len(search.bands))
    batches = [_batch(search, luck, seeds, _drawn(search, search.low, search.high)(search.first), 1)]
    box = box_of(batches[0].fresh.points[batches[0].accepted], search.low, search.high)
    draw, tried = _drawn(search, *box), search.first
    while sum(len(batch.kept) for batch in batches) < search.wanted and tried + search.batch <= search.most:
        batches.append(_batch(search, luck, seeds, draw(search.batch), 2))
        tried += search.batch
    left = np.vstack([batch.tried.points[batch.dropped > 0] for batch in batches])
    chosen = np.random.default_rng(search.seed).permutation(len(left))[: search.again]
    again, wrongly = judge(search, left[np.sort(chosen)], next(seeds))
    search.told(again=len(wrongly), wrongly=int(wrongly.sum()))
    return Matched(batches, box, luck, again, wrongly)


def _drawn(search: Search, low: np.ndarray, high: np.ndarray) -> Callable[[int], np.ndarray]:
    """Draws so many sets more between these ends: scrambled Sobol points, uniform and evenly spread."""
    points = qmc.Sobol(len(low), rng=search.seed)
    return lambda number: np.asarray(low + points.random(number) * (high - low))


def _batch(search: Search, luck: Luck, seeds: "count[int]", points: np.ndarray, wave: int) -> Batch:
    """Sets tried, dropped, judged and confirmed. In the first wave no set is dropped before every output is known."""
    tried, dropped = Sets(points, len(search.bands)), np.zeros(len(points), int)
    for step, (runs, part) in enumerate(product(search.stages, search.parts), 1):
        left, seed = np.flatnonzero(dropped == 0), next(seeds)
        if len(left):
            luck.learn(part.columns, *tried.lived(left, part, runs, seed))
        if wave > 1 or step >= len(search.parts):
            gone = left[~_possible(search, luck, tried)[left]]
            dropped[gone] = step
        search.told(wave=wave, runs=runs, tried=len(left), left=int((dropped == 0).sum()))
    left, seed = np.flatnonzero(dropped == 0), next(seeds)
    fresh, accepted = judge(search, points[left], seed)
    anew, _ = judge(search, fresh.points[accepted], next(seeds), everything=True)
    confirmed = _possible(search, luck, anew)
    search.told(wave=wave, judged=len(left), accepted=int(accepted.sum()), confirmed=int(confirmed.sum()))
    return Batch(wave, tried, dropped, left, fresh, accepted, anew, confirmed, seed)


def judge(search: Search, points: np.ndarray, seed: int, everything: bool = False) -> tuple[Sets, np.ndarray]:
    """These sets on a seed of their own, and which (mask) lie inside all bands. A part is lived by those that the parts
    before it have left, or, for `everything`, by all."""
    sets, good = Sets(points, len(search.bands)), np.ones(len(points), bool)
    for part in search.parts:
        who = np.arange(len(points)) if everything else np.flatnonzero(good)
        if len(who):
            sets.lived(who, part, search.runs, seed)
        good &= inside(sets.means, search.bands)[:, part.columns].all(axis=1)
    return sets, good


def _possible(search: Search, luck: Luck, sets: Sets) -> np.ndarray:
    """Which sets have no output so many standard errors outside its band that it cannot be meant for it."""
    means, room = sets.means, search.cut * luck.errors(sets.counts)
    outside = (means < search.bands[:, 0] - room) | (means > search.bands[:, 1] + room)
    return np.asarray(~outside.any(axis=1))
