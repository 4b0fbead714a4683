"""What a chunk of runs looks like from each woman's side: her weeks since referral and her weeks since enrolment."""

from collections.abc import Callable, Mapping
from functools import cached_property

import numpy as np

from sim.program import words as w
from sim.program.world import Runs

# Each need at entry, the services that meet it, and the domain whose reached state meets it (MODEL.md, section 8).
NEED_MET_BY = (
    (w.JUSTICE, 1 << w.LEGAL, w.EXITING),
    (w.SOCIAL_SUPPORT, 1 << w.COUNSELLING | 1 << w.HEALTH, w.EXITING),
    (w.SUBSTANCE_USE, 1 << w.TREATMENT, w.EXITING),
    (w.EMPLOYMENT, 1 << w.EDUCATION | 1 << w.INCOME_SUPPORT, w.PRE_EMPLOYMENT),
    (w.LIFE_SKILLS, 1 << w.EDUCATION, w.PRE_EMPLOYMENT),
    (w.SAFETY, 1 << w.HOUSING_SERVICE, w.HOUSING),
    (w.HOUSING_NEED, 1 << w.HOUSING_SERVICE, w.HOUSING),
)
BEFORE, AFTER = 2, 195  # weeks before and after enrolment that outcomes look at
At = Callable[[str, int], np.ndarray]  # a field when so many weeks have gone by, by one of her clocks


class Lives:
    """Runs seen by woman: R replications, N women, F weeks of her own. `other` is the same women's run in another world
    whose enrolment weeks are to be used; `prices` are dollars by name, as costs.py uses them."""

    def __init__(
        self, runs: Runs, plan: Mapping[str, float], prices: Mapping[str, float], other: Runs | None = None
    ) -> None:
        self.runs, self.plan, self.prices = runs, plan, prices
        most = max(1, int(runs.referred.max(initial=0)))  # rows past the most women referred are unused in every run
        self.women, self.goals, self._timeline = runs.women[:, :most], runs.goals[:, :most], runs.timeline[:, :most]
        self.replications, self.number_of_women, self.weeks = self._timeline.shape
        self.referred = np.arange(self.number_of_women) < runs.referred[:, None]
        self.entered = self.referred & (self.women["enrolled"] >= 0)
        self.entry = np.where(self.referred, (other or runs).women["enrolled"][:, :most], -1)
        self._other = Lives(other, plan, prices) if other is not None else self
        self._states: dict[str, np.ndarray] = {}
        self._since_entry: dict[str, np.ndarray] = {}

    def state(self, field: str) -> np.ndarray:
        """One field of the timeline, (R, N, F)."""
        if field not in self._states:
            self._states[field] = np.ascontiguousarray(self._timeline[field])
        return self._states[field]

    def at(self, field: str, week: int) -> np.ndarray:
        """The field when `week` weeks have gone by since her referral, (R, N)."""
        return np.asarray(self._timeline[field][:, :, week - 1])

    def since(self, field: str, week: int) -> np.ndarray:
        """The field when `week` weeks have gone by since her enrolment, (R, N)."""
        return np.asarray(self.since_entry(field, week)[:, :, -1])

    def since_entry(self, field: str, weeks: int, before: int = 0) -> np.ndarray:
        """The field from `before` weeks before her enrolment until `weeks` after it, (R, N, before + weeks). Weeks
        before her referral are 0 (involved, no link, no loss); weeks not simulated repeat the last one, see `whole`."""
        if field not in self._since_entry:
            where, before_referral = self._entry_weeks
            self._since_entry[field] = np.take(self.state(field), where)
            self._since_entry[field][before_referral] = 0
        return self._since_entry[field][:, :, BEFORE - before : BEFORE + weeks]

    @cached_property
    def _entry_weeks(self) -> tuple[np.ndarray, np.ndarray]:
        """Where in a field her weeks around her enrolment are, as far as any outcome looks; and which came before her
        referral."""
        weeks = self.entry[:, :, None] + np.arange(-BEFORE, AFTER)
        women = np.arange(self.entry.size).reshape(*self.entry.shape, 1)
        return women * self.weeks + np.clip(weeks, 0, self.weeks - 1), weeks < 0

    def whole(self, weeks: int) -> np.ndarray:
        """Women who entered (in the world whose enrolment counts) and whose next `weeks` weeks were all simulated."""
        return np.asarray((self.entry >= 0) & (self.entry + weeks <= self.weeks))

    def engaged_since_entry(self, week: int) -> np.ndarray:
        """Still engaged, or completed, `week` weeks after enrolment, in the world whose enrolment counts."""
        return engaged(self._other.since("phase", week))

    def ended(self, reason: int) -> np.ndarray:
        """Her pathway ended for this reason, (R, N)."""
        return np.asarray(self.referred & (self.women["reason"] == reason))


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


def reached(at: At, week: int) -> np.ndarray:
    """Whether the state that each of the four domains aims at is reached, (R, N, 4), by one of her clocks."""
    work, income = at("employment", week), at("income", week)
    any_income = (income >= w.SOCIAL_ASSISTANCE) | (work == w.WORKING)
    housed, exited = at("housing", week) == w.STABLE, at("sex_work", week) == w.EXITED
    return np.stack([work >= w.TRAINING, housed, any_income, exited], axis=-1)


def unmet(lives: Lives, at: At, week: int) -> np.ndarray:
    """How many of her needs at entry neither a linked service nor a reached state meets, (R, N)."""
    needs, linked, states = lives.women["needs"], at("linked", week), reached(at, week)
    missing = np.zeros(linked.shape, np.int64)
    for need, services, domain in NEED_MET_BY:
        missing += (needs >> need & 1 > 0) & (linked & services == 0) & ~states[..., domain]
    return missing
