"""What a chunk of runs looks like from each woman's side: her weeks since referral, her weeks since enrolment, and the
sums over women that every outcome is made of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, Protocol

import numpy as np

from sim.program import words as w

# Each need at entry, the services that meet it, and the domain whose reached state meets it (MODEL.md, section 8).
NEED_MET_BY = (
    (w.JUSTICE, (w.LEGAL,), w.EXITING),
    (w.SOCIAL_SUPPORT, (w.COUNSELLING, w.HEALTH), w.EXITING),
    (w.SUBSTANCE_USE, (w.TREATMENT,), w.EXITING),
    (w.EMPLOYMENT, (w.EDUCATION, w.INCOME_SUPPORT), w.PRE_EMPLOYMENT),
    (w.LIFE_SKILLS, (w.EDUCATION,), w.PRE_EMPLOYMENT),
    (w.SAFETY, (w.HOUSING_SERVICE,), w.HOUSING),
    (w.HOUSING_NEED, (w.HOUSING_SERVICE,), w.HOUSING),
)
BEFORE, AFTER = 2, 195  # weeks before and after enrolment that outcomes look at


class Runs(Protocol):
    """Some replications of one world, as either engine gives them: R replications, N women, F weeks of her own, W weeks
    of the calendar, P posts."""

    @property
    def replications(self) -> np.ndarray: ...  # (R,)
    @property
    def referred(self) -> np.ndarray: ...  # (R,) women referred
    @property
    def women(self) -> np.ndarray: ...  # (R, N) final record of each woman; rows from `referred` on are unused
    @property
    def goals(self) -> np.ndarray: ...  # (R, N, 4)
    @property
    def diary(self) -> np.ndarray: ...  # (R, N, F) her own weeks; week 0 is the week of her referral
    @property
    def log(self) -> np.ndarray: ...  # (R, W)
    @property
    def posts(self) -> np.ndarray: ...  # (R, W, P)


class Lives:
    """Runs seen by woman. `other` is the same women's run in another world whose enrolment weeks are to be used;
    `prices` are dollars by name, as costs.py uses them."""

    def __init__(
        self, runs: Runs, plan: Mapping[str, float], prices: Mapping[str, float], other: Runs | None = None
    ) -> None:
        self.runs, self.plan, self.prices = runs, plan, prices
        most = max(1, int(runs.referred.max(initial=0)))  # rows past the most women referred are unused in every run
        self.women, self.goals, self._diary = runs.women[:, :most], runs.goals[:, :most], runs.diary[:, :most]
        self.replications, self.number_of_women, self.weeks = self._diary.shape
        self.referred = np.arange(self.number_of_women) < runs.referred[:, None]
        self.entered = self.referred & (self.women["enrolled"] >= 0)
        self.entry = np.where(self.referred, (other or runs).women["enrolled"][:, :most], -1)
        self._other = Lives(other, plan, prices) if other is not None else self
        self._states: dict[str, np.ndarray] = {}
        self._since_entry: dict[str, np.ndarray] = {}

    def state(self, field: str) -> np.ndarray:
        """One field of the diary, (R, N, F)."""
        if field not in self._states:
            self._states[field] = np.ascontiguousarray(self._diary[field])
        return self._states[field]

    def at(self, field: str, week: int) -> np.ndarray:
        """The field when `week` weeks have gone by since her referral, (R, N)."""
        return np.asarray(self._diary[field][:, :, week - 1])

    def first(self, field: str, weeks: int) -> np.ndarray:
        """The field in her first weeks since referral, (R, N, weeks)."""
        return self.state(field)[:, :, :weeks]

    def since_entry(self, field: str, weeks: int, before: int = 0) -> np.ndarray:
        """The field from `before` weeks before her enrolment until `weeks` after it, (R, N, before + weeks). Weeks
        before her referral are 0 (involved, no link, no loss); weeks not simulated repeat the last one, see `whole`."""
        if field not in self._since_entry:
            found = np.take_along_axis(self.state(field), np.clip(self._entry_weeks, 0, self.weeks - 1), axis=2)
            self._since_entry[field] = np.where(self._entry_weeks < 0, 0, found).astype(found.dtype)
        return self._since_entry[field][:, :, BEFORE - before : BEFORE + weeks]

    @cached_property
    def _entry_weeks(self) -> np.ndarray:
        """Her own weeks around her enrolment, as far as any outcome looks."""
        return self.entry[:, :, None] + np.arange(-BEFORE, AFTER)

    def since(self, field: str, week: int) -> np.ndarray:
        """The field when `week` weeks have gone by since her enrolment, (R, N)."""
        return np.asarray(self.since_entry(field, week)[:, :, -1])

    def whole(self, weeks: int) -> np.ndarray:
        """Women who entered (in the world whose enrolment counts) and whose next `weeks` weeks were all simulated."""
        return np.asarray((self.entry >= 0) & (self.entry + weeks <= self.weeks))

    def engaged_since_entry(self, week: int) -> np.ndarray:
        """Still engaged, or completed, `week` weeks after enrolment, in the world whose enrolment counts."""
        return engaged(self._other.since("phase", week))

    def needs(self) -> np.ndarray:
        """The needs she entered with, (R, N, 7)."""
        return np.stack([(self.women["needs"] & (1 << need)) > 0 for need in range(len(w.NEEDS))], axis=-1)

    @cached_property
    def referral_weeks(self) -> slice:
        """The calendar weeks in which women are referred: the program at work, without its running out."""
        return slice(0, int(self.plan["cohort_weeks"]))


def engaged(phase: np.ndarray) -> np.ndarray:
    """In pre-CTI, transition, try-out or transfer of care, or completed."""
    return np.asarray((phase >= w.PRE_CTI) & (phase <= w.COMPLETED))


def in_program(phase: np.ndarray) -> np.ndarray:
    """In pre-CTI, transition, try-out or transfer of care."""
    return np.asarray((phase >= w.PRE_CTI) & (phase <= w.TRANSFER))


def stops(sex_work: np.ndarray) -> np.ndarray:
    """Weeks in which a stop shows: the first full week in a break or after an exit. Same shape; a stop begins in one
    week, and the next is the first that is full. Her first week can only begin one."""
    still = np.asarray(sex_work != w.INVOLVED)
    shown = np.zeros_like(still)
    shown[..., 1:] = still[..., 1:] & still[..., :-1]
    shown[..., 2:] &= ~still[..., :-2]
    return shown


def calm(crisis: np.ndarray) -> np.ndarray:
    """No crisis in any of these weeks; the last axis is the weeks."""
    return np.asarray((crisis == 0).all(axis=-1))


def reached(employment: np.ndarray, housing: np.ndarray, income: np.ndarray, sex_work: np.ndarray) -> np.ndarray:
    """Whether the state that each of the four domains aims at is reached, (..., 4)."""
    any_income = (income >= w.SOCIAL_ASSISTANCE) | (employment == w.WORKING)
    return np.stack([employment >= w.TRAINING, housing == w.STABLE, any_income, sex_work == w.EXITED], axis=-1)


def unmet(needs: np.ndarray, linked: np.ndarray, states: np.ndarray) -> np.ndarray:
    """How many of her needs at entry neither a linked service nor a reached state meets, (R, N)."""
    missing = np.zeros(linked.shape, np.int64)
    for need, services, domain in NEED_MET_BY:
        bits = sum(1 << service for service in services)
        missing += needs[..., need] & ((linked & bits) == 0) & ~states[..., domain]
    return missing


Measured = tuple[np.ndarray, np.ndarray]  # what is counted, and out of what; by woman (R, N) or by run (R,)
Measure = Callable[[Lives], Measured]
Count = Callable[[Lives], np.ndarray]
Better = Literal["more", "less", "neither"]


def over(women: Count, counted: Count) -> Measure:
    """What is counted, each woman of this population being one."""

    def measure(lives: Lives) -> Measured:
        taken = women(lives)
        return np.where(taken, counted(lives), 0), taken

    return measure


@dataclass(frozen=True)
class Outcome:
    """One question put to the runs. Its value in a run is the sum of what is counted over the sum of what it is counted
    out of (or, where `middle`, the median over the women it is taken over)."""

    name: str
    unit: str
    population: str  # whom it is taken over; only outcomes over "referred" or "program" are compared between scenarios
    better: Better
    weeks: int  # weeks of follow-up it cannot do without
    formula: str
    measure: Measure
    middle: bool = False

    @property
    def within(self) -> bool:
        """Shown for one scenario at a time and never subtracted."""
        return self.population not in ("referred", "program")
