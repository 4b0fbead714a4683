"""What is said at the door when something cannot be used: one plain line for each problem."""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from sim.study.sentences import say

SHOWN = 40  # characters of a value that are shown back


class Refused(Exception):
    """A request that cannot be met; `problems` holds one line for each reason."""

    def __init__(self, *problems: str) -> None:
        self.problems = tuple(dict.fromkeys(problems))
        super().__init__("\n".join(self.problems))


def plain(word: str) -> str:
    """A word somebody typed, as it may be printed: nothing that a terminal would obey, never long."""
    text = "".join(letter if letter.isprintable() else "?" for letter in word)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."


def shown(value: Any) -> str:
    """A value as it may be printed, text in quotes, yes and no as YAML writes them."""
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    return plain(f'"{value}"' if isinstance(value, str) else str(value))


def number_text(number: float) -> str:
    """A number as a planner would write it: 20, 0.15, 4294967295."""
    return plain(str(int(number)) if number == int(number) else repr(float(number)))


def in_plain_notation(text: str) -> str:
    """A number that was written as 1,5 or 65,000 or 6.5e4, as it should be written; nothing for other text."""
    if re.fullmatch(r"-?[1-9][0-9]{0,2}([, '][0-9]{3})+(\.[0-9]+)?", text):
        return re.sub("[, ']", "", text)
    if re.fullmatch(r"-?[0-9]+,[0-9]+", text):
        return text.replace(",", ".")
    return number_text(float(text)) if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?[eE]\+?[0-9]", text) else ""


def closest(word: str, names: Iterable[str], likeness: float = 0.6) -> str:
    """The name that was probably meant, or nothing."""
    return next(iter(get_close_matches(word, list(names), 1, likeness)), "")


def unknown(key: str, known: Iterable[str]) -> str:
    """The line for a key that does not exist, with the nearest that does or the settings below it."""
    names = list(known)
    depth = key.count(".") + 2
    below = [*dict.fromkeys(".".join(name.split(".")[:depth]) for name in names if name.startswith(f"{key}."))]
    if below:
        return say("door.several", key=plain(key), keys=", ".join(below[:8]) + (", ..." if len(below) > 8 else ""))
    ends = {name.rpartition(".")[2]: name for name in reversed(names)} | {"": ""}
    close = closest(key, names, 0.75) or ends[closest(key.rpartition(".")[2], ends, 0.75)]
    return say("door.unknown_close" if close else "door.unknown", key=plain(key), close=close)


def not_one_of(key: str, value: Any, names: Iterable[str]) -> str:
    """The line for a name that is not in a list, with the nearest that is or the whole list."""
    listed = sorted(names)
    close = closest(str(value), listed)
    sentence = "door.name_close" if close else "door.name"
    return say(sentence, key=key, value=plain(str(value)), close=close, names=", ".join(listed))
