"""Stages of the week told otherwise: which can be, what each may change, and the week with others in their place."""

import ast
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from textwrap import dedent
from types import FunctionType
from typing import Any, NamedTuple

from sim.program import week
from sim.program.people import ENTITIES
from sim.program.telling import rule

Act = Callable[..., None]


class Stage(NamedTuple):
    """A line of the week: the rule as published, and who does it (`followed`, `team`, ...; nothing for the program as a
    whole)."""

    act: Act
    who: str


@dataclass(frozen=True, eq=False)
class Mechanism:
    """Rules by the stage that each stands in for, and a hash of what they say."""

    rules: Mapping[str, Act]
    digest: str

    def week(self) -> Act:
        """The one order of the week, in which these names mean these rules."""
        return renamed(week.live_week, self.rules)


def renamed(act: Any, names: Mapping[str, Any]) -> Any:
    """The same function, in which these names mean something else."""
    return FunctionType(act.__code__, {**act.__globals__, **names}, act.__name__, act.__defaults__, act.__closure__)


@cache
def stages() -> dict[str, Stage]:
    """Every stage of the week by name, in order."""
    calls = [node for node in ast.walk(ast.parse(dedent(inspect.getsource(week.live_week)))) if type(node) is ast.Call]
    found = {}
    for call in sorted(calls, key=lambda call: call.lineno):
        words = [part.attr if isinstance(part, ast.Attribute) else getattr(part, "id", "") for part in call.args]
        who, name = (words[0], words[1]) if len(words) == 3 else ("", words[0])
        found[name] = Stage(getattr(week, name), who)
    return found


def reached(act: Act) -> set[str]:
    """The names of a rule and of every rule that it comes to call."""
    found: dict[str, Any] = {act.__name__: act}
    left = [act]
    while left:
        code = left.pop()
        for name in code.__code__.co_names:
            other = code.__globals__.get(name)
            if isinstance(other, FunctionType) and other.__name__ not in found:
                found[other.__name__] = other
                left.append(other)
    return set(found)


def may_change(stage: str) -> set[tuple[str, str]]:
    """The fields (entity, field) that a stage's rules declare as theirs."""
    names = reached(stages()[stage].act)
    return {(entity, f.name) for entity, fields in ENTITIES.items() for f in fields if names & {*f.writers}}


def as_rule(act: Act) -> Act:
    """A rule of one's own, told in Python as it stands and compiled where the kernel calls it."""
    return rule(act)
