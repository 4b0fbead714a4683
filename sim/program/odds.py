"""How a decision falls: the log odds are a sum of named reasons, compared with one addressed number."""

from collections import namedtuple
from typing import Any

from sim.program import words as w
from sim.program.arithmetic import exponential, falls_below, logarithm
from sim.program.telling import Person, World, luck, rule

NEVER = -690.0  # log odds of what does not happen
MANY = 100  # openings in one week, at most


def reasons(name: str, fields: str) -> Any:
    """A kind of decision with its reasons by name, whose sizes add up to its log odds."""
    return namedtuple(name, fields)


NO_DRAW = namedtuple("NO_DRAW", "")()  # what follows from the state alone


@rule
def her_week(person: Person, program: World) -> int:
    """Weeks since her referral."""
    return program.week - person.referred


@rule
def her_luck(person: Person, program: World, decision: int, other: int) -> float:
    """Her number for this decision in this week of her own."""
    return luck(program, w.WOMAN, person.number, program.week - person.referred, decision, other)


@rule
def happens(person: Person, program: World, decision: int, other: int, odds: float) -> bool:
    """Whether it happens to her this week, at these log odds."""
    return falls_below(her_luck(person, program, decision, other), odds)


@rule
def log_of(share: float) -> float:
    """The natural logarithm of a share or a multiple; of nothing, the log odds of never."""
    return logarithm(share) if share > 0 else NEVER


@rule
def log_odds(share: float) -> float:
    """The log odds of a share between 0 and 1."""
    if share <= 0:
        return NEVER
    return -NEVER if share >= 1 else logarithm(share / (1 - share))


@rule
def poisson(u: float, mean: float) -> int:
    """The whole number whose cumulative Poisson share first exceeds u; at most MANY."""
    share = exponential(-mean)
    below, number = share, 0
    while u >= below and number < MANY:
        number += 1
        share = share * mean / number
        below = below + share
    return number
