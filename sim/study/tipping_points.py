"""Where a choice between two scenarios flips as one assumption moves: looked for on twins, bisected, or solved."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import brentq
from scipy.special import stdtrit

from sim.study.pairs import LEVEL, half_widths

FINEST, AT_AN_EDGE = 64, 16  # parts of the range: a bracket, and what is left beside values that cannot be told
MORE = (2, 4, 8)  # times the pairs of the first look that a value may be given to be told from nothing
ROUNDS = 2  # in which such pairs are given
SPARE = 1.3  # times the pairs foreseen for that, because they are foreseen with error
FLIPS, STAYS, UNDECIDED = "flips", "does_not_flip", "undecided"


class Job(NamedTuple):
    """Paired runs from first to last with one assumption at each of these values."""

    key: str
    values: tuple[float, ...]
    first: int
    last: int


# What B gives more than A in the runs of each job, (values, runs).
Ask = Callable[[Sequence[Job]], Sequence[np.ndarray]]


class Look(NamedTuple):
    """The mean difference, half of its 95 % interval, and how much of that comes from the runs of this value alone."""

    mean: float
    half: float
    own: float

    @property
    def sign(self) -> int:
        """Which is preferred: 1 for B, -1 for A, 0 where the interval spans zero."""
        return 0 if abs(self.mean) <= self.half else int(np.sign(self.mean))


class Flip(NamedTuple):
    """Where the choice flips: at this value, surely between low and high; `above`: 1 where B is preferred above it."""

    value: float
    low: float
    high: float
    above: int


@dataclass
class Search:
    """base (N,): the differences of runs 1 to N with every assumption as it is; sets (N,): the parameter set of each.
    seen: by assumption and value, the differences of runs 1 to n."""

    base: np.ndarray
    sets: np.ndarray | None
    ask: Ask
    left: int
    seen: dict[str, dict[float, np.ndarray]] = field(default_factory=dict)

    def live(self, jobs: Sequence[Job]) -> None:
        """Lives these, and adds them to what is seen."""
        self.left -= sum(len(job.values) * (job.last - job.first + 1) for job in jobs)
        for job, found in zip(jobs, self.ask(jobs), strict=True):
            of = self.seen.setdefault(job.key, {})
            for value, runs in zip(job.values, found, strict=True):
                of[value] = np.append(of.get(value, []), runs)

    def look(self, key: str, value: float) -> Look:
        """The difference at a value. Its runs are twins of the base's, so that what luck gave to both is taken out by
        regression on the base, whose mean more runs tell (control variates)."""
        own = self.seen[key][value]
        base, number = self.base[: len(own)], len(own)
        spread = base.var()
        slope = float(np.clip(np.cov(own, base, bias=True)[0, 1] / spread, 0, 1)) if spread > 0 else 0.0
        rest = own - slope * base
        errors = np.array([self._error(rest), slope * self._error(self.base)])
        freedom = np.array([self._clusters(number), self._clusters(len(self.base))]) - 1
        error = float(np.sqrt((errors**2).sum()))
        if error == 0:
            return Look(float(own.mean()), 0.0, 0.0)
        t = stdtrit(error**4 / (errors**4 / freedom).sum(), (1 + LEVEL) / 2)  # Welch and Satterthwaite
        return Look(float(rest.mean() + slope * self.base.mean()), float(t * error), float(t * errors[0]))

    def _error(self, values: np.ndarray) -> float:
        sets = None if self.sets is None else self.sets[: len(values)]
        return float(half_widths(values[:, None], sets)[0][0])

    def _clusters(self, number: int) -> int:
        return number if self.sets is None else len(np.unique(self.sets[:number]))

    def sharpen(self, pairs: int) -> None:
        """Values that cannot be told from nothing are given more pairs where that promises to tell them, those first
        that need fewest, for as much of the budget as is left but for bisection (half)."""
        wanted: list[tuple[int, str, float]] = []
        for key, of in self.seen.items():
            for value in of:
                look = self.look(key, value)
                short = look.mean**2 - (look.half**2 - look.own**2)
                if look.sign == 0 and short > 0:
                    needed = SPARE * len(of[value]) * look.own**2 / short
                    wanted += [(times, key, value) for times in MORE if times * pairs >= needed][:1]
        jobs, most = [], self.left // 2
        for times, key, value in sorted(wanted):
            job = Job(key, (value,), len(self.seen[key][value]) + 1, min(times * pairs, len(self.base)))
            if (cost := job.last - job.first + 1) <= most and cost > 0:
                jobs.append(job)
                most -= cost
        self.live(jobs)

    def brackets(self, key: str) -> list[tuple[float, float]]:
        """Neighbouring values, of those told from nothing, between which the choice flips."""
        signs = {value: self.look(key, value).sign for value in sorted(self.seen[key])}
        return [(a, b) for a, b in pairwise(value for value in signs if signs[value]) if signs[a] != signs[b]]

    def bisect(self, ranges: Mapping[str, tuple[float, float]], pairs: int) -> None:
        """Halves every bracket until it is a 64th of the range, or holds a value that cannot be told from nothing; then
        the rest on either side of such values, until it is a 16th."""
        while True:
            jobs = []
            for key, (low, high) in ranges.items():
                for a, b in self.brackets(key):
                    inside = [value for value in sorted(self.seen[key]) if a <= value <= b]
                    finest = 1.001 * (high - low) / (FINEST if len(inside) == 2 else AT_AN_EDGE)
                    gaps = {(inside[0], inside[1]), (inside[-2], inside[-1])}
                    values = tuple(sorted((x + y) / 2 for x, y in gaps if y - x > finest))
                    jobs += [Job(key, values, 1, min(MORE[0] * pairs, len(self.base)))] if values else []
            if not jobs or sum(len(job.values) * job.last for job in jobs) > self.left:
                return
            self.live(jobs)

    def flips(self, key: str) -> list[Flip]:
        """Where the choice flips, once or more: straight between the means that lie around zero."""
        found = []
        for low, high in self.brackets(key):
            values = [value for value in sorted(self.seen[key]) if low <= value <= high]
            means = [self.look(key, value).mean for value in values]
            at = next(i for i in range(len(values) - 1) if means[i] * means[-1] <= 0 < means[i + 1] * means[-1])
            part = means[at] / (means[at] - means[at + 1])
            value = values[at] + part * (values[at + 1] - values[at])
            found.append(Flip(value, low, high, self.look(key, high).sign))
        return found

    def told(self, key: str, values: Sequence[float]) -> str:
        """Whether the choice flips, does not at any of these values, or one of them cannot be told from nothing."""
        if self.brackets(key):
            return FLIPS
        return STAYS if all(self.look(key, value).sign for value in values) else UNDECIDED


def search(
    ranges: Mapping[str, tuple[float, float]],
    base: np.ndarray,
    sets: np.ndarray | None,
    ask: Ask,
    pairs: int,
    most: int,
) -> Search:
    """Looks at both ends and the middle of every range, gives more pairs where that promises to tell, and bisects where
    the choice flips; `most` pairs at most."""
    found = Search(base, sets, ask, most)
    found.live([Job(key, middle_of(*ends), 1, pairs) for key, ends in ranges.items()])
    for _ in range(ROUNDS):
        found.sharpen(pairs)
    found.bisect(ranges, pairs)
    return found


def middle_of(low: float, high: float) -> tuple[float, float, float]:
    return low, (low + high) / 2, high


def solved(difference: Callable[[float], np.ndarray], ends: tuple[float, float], sets: np.ndarray | None) -> Any:
    """Where the mean of differences (R,), known for every value, is zero between two ends, and between which values
    its 95 % interval spans zero; None where it is zero nowhere."""

    def side(value: float, by: int) -> float:
        values = difference(value)
        return float(values.mean() + by * half_widths(values[:, None], sets)[1][0])

    def root(by: int, otherwise: float) -> float:
        low, high = (side(end, by) for end in ends)
        return float(brentq(side, *ends, args=(by,), rtol=1e-12)) if low * high < 0 else otherwise

    value = root(0, np.nan)
    if np.isnan(value):
        return None
    above = int(np.sign(side(ends[1], 0)))
    return Flip(value, root(above, ends[0]), root(-above, ends[1]), above)
