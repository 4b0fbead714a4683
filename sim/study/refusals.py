"""What is said at the door when something cannot be used: one plain line for each problem."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from sim.study.sentences import say

SHOWN = 40  # characters of a value that are shown back


class Refused(Exception):
    """A request that cannot be met; `problems` holds one line for each reason."""

    def __init__(self, *problems: str) -> None:
        self.problems = tuple(dict.fromkeys(problems))
        super().__init__("\n".join(self.problems))


def shown(value: Any) -> str:
    """A value as it may be printed: text in quotes, nothing that a terminal would obey, never long."""
    if value is None or isinstance(value, bool):
        return str({None: "null", True: "true", False: "false"}[value])
    text = f'"{value}"' if isinstance(value, str) else str(value)
    text = "".join(letter if letter.isprintable() else "?" for letter in text)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."


def plain(word: str) -> str:
    """A word somebody typed, without quotes, as it may be printed."""
    return shown(word)[1:].removesuffix('"')


def number_text(number: float) -> str:
    """A number as a planner would write it: 20, 0.15, 4294967295."""
    return str(int(number)) if number == int(number) else repr(float(number))


def not_allowed(key: str, value: Any, low: float, high: float) -> str:
    """The line for a number outside its range."""
    seen = number_text(value) if isinstance(value, float) else shown(value)
    return say("door.not_allowed", key=key, value=seen, low=number_text(low), high=number_text(high))


def unknown(key: str, known: Iterable[str]) -> str:
    """The line for a key that does not exist, with the nearest that does or the settings below it."""
    names = list(known)
    depth = key.count(".") + 2
    below = dict.fromkeys(".".join(name.split(".")[:depth]) for name in names if name.startswith(f"{key}."))
    if below:
        return say("door.several", key=plain(key), keys=", ".join([*below][:8]) + (", ..." if len(below) > 8 else ""))
    ends: Mapping[str, str] = {name.rsplit(".", 1)[-1]: name for name in reversed(names)}
    close = get_close_matches(key, names, n=1, cutoff=0.75) or [
        ends[end] for end in get_close_matches(key.rsplit(".", 1)[-1], ends, n=1, cutoff=0.75)
    ]
    if close:
        return say("door.unknown_close", key=plain(key), close=close[0])
    return say("door.unknown", key=plain(key))


def not_one_of(key: str, value: Any, names: Iterable[str]) -> str:
    """The line for a name that is not in a list, with the nearest that is or the whole list."""
    listed = sorted(names)
    close = get_close_matches(str(value), listed, n=1)
    if close:
        return say("door.name_close", key=key, value=plain(str(value)), close=close[0])
    return say("door.name", key=key, value=plain(str(value)), names=", ".join(listed))
