"""One `key=value` as somebody typed it: only keys that exist, only plain values, in Hydra's own grammar.

Nothing that Hydra or OmegaConf would look up, call or instantiate gets past this file.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from sim.program.levers import LEVERS
from sim.study.refusals import Refused, not_one_of, plain, shown, unknown
from sim.study.sentences import say

FILE = "scenario.file"
PATHS = ("out", FILE)
NOT_SETTABLE = ("scenario", "about", "costs.index", "costs.index_name")
MOST = 1000  # studies in one command
LONGEST = 1000  # characters of one value

WHOLE = {lever.key for lever in LEVERS if lever.whole} | {"seed", "replications", "threads", "costs.year"}


def settable(node: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    """Every key that may be set, with what it is now. A parameter or cost may be set whole, or its value or range."""
    for name, value in node.items():
        key = f"{path}{name}"
        if key in NOT_SETTABLE:
            continue
        if isinstance(value, Mapping) and "range" in value:
            yield from ((key, value["value"]), (f"{key}.value", value["value"]), (f"{key}.range", value["range"]))
        elif isinstance(value, Mapping):
            yield from settable(value, f"{key}.")
        else:
            yield key, value


def read_word(
    word: str, known: Mapping[str, Any], options: Mapping[str, tuple[str, ...]], many: bool
) -> tuple[str, list[Any]]:
    """The key and the values it is to take, more than one only when `many`; Refused when either cannot be used."""
    key, equals, text = word.partition("=")
    if key == "hydra" or key.startswith(("hydra.", "hydra/")):
        raise Refused(say("door.hydra", key=plain(key)))
    if key.startswith(("~", "+")) or "@" in key:
        raise Refused(say("door.only_set", key=plain(key), bare=plain(key.lstrip("~+").partition("@")[0])))
    if key not in known and key not in options and key != FILE:
        raise Refused(unknown(key, (*known, *options, FILE)))
    if not equals or not text:
        raise Refused(say("door.no_value", key=key))
    if key in PATHS:
        return key, _paths(key, text, many)
    values = _values(key, text, many)
    for value in values:
        _check_plain(key, value, options)
    return key, values


def _paths(key: str, text: str, many: bool) -> list[Any]:
    """File and folder names, taken as they are: spaces, brackets and colons mean nothing here."""
    if not text.isprintable():
        raise Refused(say("door.unreadable", key=key, value=shown(text)))
    if key == "out":
        return [None if text == "null" else text]
    return text.split(",") if many else [text]


def _values(key: str, text: str, many: bool) -> list[Any]:
    """What Hydra's grammar reads: one value, or those of a list or `range()`, never at random."""
    from hydra.core.override_parser.overrides_parser import OverridesParser
    from hydra.core.override_parser.types import ChoiceSweep, RangeSweep

    refused = Refused(say("door.unreadable", key=key, value=shown(text)))
    if "${" in text or len(text) > LONGEST:
        raise refused
    try:
        override = OverridesParser.create().parse_override(f"{key}={text}")
        value = override.value()
        if not override.is_sweep_override():
            return [value]
        if not isinstance(value, ChoiceSweep | RangeSweep) or value.shuffle:
            raise refused
        values = list(islice(override.sweep_iterator(_unquoted), MOST + 1))
    except Exception as problem:  # the grammar raises many kinds, and none of its wording is ours
        raise refused from problem
    if not many:
        half = re.fullmatch("([0-9]+),([0-9]+)", text) if key not in WHOLE else None
        hint = say("door.or_point", number=f"{half[1]}.{half[2]}") if half else ""
        raise Refused(say("door.add_m", key=key, value=plain(text), hint=hint))
    return values


def _unquoted(value: Any) -> Any:
    return getattr(value, "text", value)


def _check_plain(key: str, value: Any, options: Mapping[str, tuple[str, ...]]) -> None:
    """A group takes one of its names, a range two numbers, everything else one plain value."""
    if key in options:
        if value not in options[key]:
            raise Refused(not_one_of(key, value, options[key]))
    elif key.endswith(".range"):
        if not (isinstance(value, list) and len(value) == 2 and all(isinstance(end, int | float) for end in value)):
            raise Refused(say("door.not_range", key=key, value=shown(value)))
    elif isinstance(value, list | dict):
        raise Refused(say("door.one_value", key=key, value=shown(value)))
