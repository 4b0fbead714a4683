"""The words that differ between the two rooms in which the one telling is told. Here they are Mesa's, where everybody
is an agent; `kernel` has the same words for compiled code, where everybody is a record."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias, TypeVar

from numba.extending import register_jitable

from sim.program.chance import FOUR, HALF, WORD, address, philox_of_whole_numbers

Act = TypeVar("Act", bound=Callable[..., Any])
# An agent in Mesa, a record in the kernel, with the fields declared in `people`; the world likewise.
Person: TypeAlias = Any
Post: TypeAlias = Any
Peer: TypeAlias = Any
Door: TypeAlias = Any
DropIn: TypeAlias = Any
World: TypeAlias = Any


def rule(act: Act) -> Act:
    """A rule is told in Python as it stands, and compiled where a kernel calls it."""
    compiled: Act = register_jitable(act)
    return compiled


def each(everyone: Iterable[Any], act: Callable[..., None], program: World) -> None:
    """Each of them does this, in order; in Mesa by name, so that a subclass may tell it otherwise."""
    for one in everyone:
        getattr(one, act.__name__)(program)


def together(act: Callable[..., None], program: World) -> None:
    """The program as a whole does this; in Mesa by name, so that a subclass may tell it otherwise."""
    getattr(program, act.__name__)()


def tell(program: World, one: Any, what: int, subject: int, why: Sequence[float]) -> None:
    """An event: to whom it happened, what, about which service, domain, post or state, and the reasons by size."""
    program.hear(one, what, subject, why)


def total(why: Sequence[float]) -> float:
    """The log odds: every reason added, in order."""
    odds = 0.0
    for size in why:
        odds = odds + size
    return odds


def block(seed: int, replication: int, kind: int, number: int, week: int, decision: int, other: int) -> Any:
    """Four words of 32 bits at one address."""
    return philox_of_whole_numbers(*address(kind, number, week, decision, other), seed, replication)


@rule
def luck(program: World, kind: int, number: int, week: int, decision: int, other: int) -> float:
    """The number in (0, 1) at this address, the same in every world with this seed and replication."""
    words = block(program.seed_of_luck, program.replication, kind, number, week, decision, other)
    return (words[decision % FOUR] + HALF) / WORD
