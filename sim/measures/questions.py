"""How an outcome is asked: whom it is taken over, what is counted, and in which way more is better."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np

from sim.measures.lives import Lives

Measured = tuple[np.ndarray, np.ndarray]  # what is counted, and out of what; by woman (R, N) or by run (R,)
# Given an outcome's weeks: one number for each woman, or, where it is not taken over women, what is Measured.
Count = Callable[[Lives, int], Any]
Better = Literal["more", "less", "neither"]


class Population(NamedTuple):
    """Whom or what an outcome is taken over, and, where it is women, which."""

    words: str
    women: Count = lambda lives, weeks: lives.referred


REFERRED = Population("referred")
ENTERED = Population("women who entered", lambda lives, weeks: lives.whole(weeks) & lives.entered)
TWINS = Population("women who entered, or their twins", lambda lives, weeks: lives.whole(weeks))
PROGRAM = Population("program")
COMPARED = ("referred", "program")  # the same in every scenario; all else is shown for one at a time, never subtracted
SHARE = "share of women"


@dataclass(frozen=True)
class Outcome:
    """One question put to the runs. Its value in a run is the sum of what is counted over the sum of what it is counted
    out of (or, where `middle`, the median over the women it is taken over)."""

    name: str
    unit: str
    taken_over: Population
    better: Better
    weeks: int  # weeks of follow-up it cannot do without
    formula: str
    counted: Count
    middle: bool = False

    def measure(self, lives: Lives) -> Measured:
        """What is counted, and out of what, in these runs."""
        found = self.counted(lives, self.weeks)
        if isinstance(found, tuple):
            return found
        women = self.taken_over.women(lives, self.weeks)
        return np.where(women, found, 0), women

    @property
    def population(self) -> str:
        return self.taken_over.words

    @property
    def within(self) -> bool:
        """Shown for one scenario at a time and never subtracted."""
        return self.population not in COMPARED


Weeks = int | tuple[int, ...]
Row = tuple[str, str, Better, Weeks, str, Count] | tuple[str, str, Better, Weeks, str, Count, Population]


def listed(over: Population, *rows: Row) -> tuple[Outcome, ...]:
    """Outcomes from rows: name, unit, which way is better, weeks, formula, what is counted and, where it is not `over`,
    whom it is taken over. A row with several weeks is an outcome for each, which stands at {} in name and formula."""
    return tuple(
        Outcome(name.format(week), unit, (*other, over)[0], better, week, formula.format(week), counted)
        for name, unit, better, weeks, formula, counted, *other in rows
        for week in (weeks if isinstance(weeks, tuple) else (weeks,))
    )


def added(part: np.ndarray) -> np.ndarray:
    """Sums over all axes but the first, (R,): one after the other, so that no bit depends on how runs are cut."""
    return np.asarray(np.cumsum(np.hstack([np.zeros((len(part), 1)), part.reshape(len(part), -1)]), axis=1)[:, -1])
