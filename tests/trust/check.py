"""What a long check is: parts that can be done in any order, on any core, on any day, and what they say together."""

import importlib
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

Found = Mapping[str, Any]  # what a part, or a whole check, found: JSON, nothing else
RESULTS = Path(__file__).parent / "results"
# Each is a module beside this one with a `CHECK`; it is imported when it is asked for.
NAMES = ("engines", "chain", "waiting", "memory", "luck", "places", "faults", "replays", "calibrated", "stopping",
         "selection")  # fmt: skip


class Check(NamedTuple):
    """A fact; how many parts try it in full; what one part does; and what they say together, "holds" among it."""

    fact: str
    parts: int
    part: Callable[[int], Found]
    together: Callable[[Sequence[Found]], Found]

    def small(self, *numbers: int) -> Found:
        """What these parts alone say."""
        return self.together([self.part(number) for number in numbers])


def named(name: str) -> Check:
    """The check of this name."""
    check: Check = importlib.import_module(f"trust.{name}").CHECK
    return check


def done(name: str, number: int) -> tuple[int, Found, float]:
    """One part's number, what it found, and its CPU seconds."""
    before = sum(os.times()[:4])  # this process's and its children's
    found = named(name).part(number)
    return number, found, sum(os.times()[:4]) - before
