"""What may be set, and what a word such as `staffing.case_managers=3` sets: only keys that exist, only plain values.

Hydra composes the groups and reads the values; nothing that it would look up, call or instantiate gets past this file.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from functools import cache
from itertools import islice
from typing import Any

from sim.program.levers import LEVERS
from sim.study.places import configs
from sim.study.refusals import Refused, in_plain_notation, not_one_of, plain, shown, unknown
from sim.study.sentences import say

FILE = "scenario.file"
GROUPS = ("program", "cohort", "staffing", "community", "costs", "scenario")
NOT_SETTABLE = ("scenario", "about", "costs.index", "costs.index_name")
WHOLE = {lever.key for lever in LEVERS if lever.whole} | {"seed", "replications", "threads", "costs.year"}
MOST = 1000  # studies in one command, and characters of one value


def compose(**choices: str) -> dict[str, Any]:
    """The composed settings as plain data, with other options of some groups: `compose(scenario="no_drop_in")`."""
    words = tuple(f"{group}={option}" for group, option in sorted(choices.items()))
    return {**deepcopy(_composed(words)), "scenario": choices.get("scenario", "as_delivered")}


@cache
def _composed(words: tuple[str, ...]) -> Any:
    import hydra
    from omegaconf import OmegaConf

    with hydra.initialize_config_dir(version_base="1.3", config_dir=str(configs())):
        return OmegaConf.to_container(hydra.compose("config", overrides=list(words)), resolve=False)


@cache
def options() -> dict[str, tuple[str, ...]]:
    """The names that each group offers."""
    return {group: tuple(sorted(path.stem for path in (configs() / group).glob("*.yaml"))) for group in GROUPS}


@cache
def known_keys() -> tuple[str, ...]:
    """Every key that may be set. A parameter or cost may be set whole, or its value or its range."""
    return tuple(_keys(compose()))


def _keys(node: Mapping[str, Any], path: str = "") -> Iterator[str]:
    for name, value in node.items():
        key = f"{path}{name}"
        if key in NOT_SETTABLE:
            continue
        if isinstance(value, Mapping) and "range" not in value:
            yield from _keys(value, f"{key}.")
        else:
            yield from (key, f"{key}.value", f"{key}.range") if isinstance(value, Mapping) else (key,)


def read_word(word: str, many: bool) -> tuple[str, list[Any]]:
    """The key and the values it is to take, more than one only when `many`; Refused when either cannot be used."""
    key, _, text = word.partition("=")
    names = (*known_keys(), *options(), FILE)
    if key not in names:
        raise Refused(unknown(key, names))
    if not text:
        raise Refused(say("door.no_value", key=key))
    if "${" in text or not text.isprintable():
        raise Refused(say("door.unreadable", key=key, value=shown(text)))
    if key == "out":  # names of folders and files are taken as they are: brackets and colons mean nothing in them
        return key, [None if text == "null" else text]
    values = (text.split(",") if many else [text]) if key == FILE else _values(key, text, many)
    for value in values:
        if key in options() and value not in options()[key]:
            raise Refused(not_one_of(key, value, options()[key]))
    return key, values


def _values(key: str, text: str, many: bool) -> list[Any]:
    """What Hydra's grammar reads: one value, or those of a list or `range()`, never at random."""
    from hydra.core.override_parser.overrides_parser import OverridesParser
    from hydra.core.override_parser.types import ChoiceSweep, RangeSweep

    try:
        override = OverridesParser.create().parse_override(f"{key}={text[:MOST]}")
        value = override.value()
        if not override.is_sweep_override():
            return [value]
        if not isinstance(value, ChoiceSweep | RangeSweep) or value.shuffle:
            raise ValueError(text)
        values = list(islice(override.sweep_iterator(lambda item: getattr(item, "text", item)), MOST + 1))
    except Exception as problem:  # the grammar raises many kinds, and none of its wording is ours
        raise Refused(say("door.unreadable", key=key, value=shown(text))) from problem
    if not many:
        number = "" if key in WHOLE else in_plain_notation(text)
        hint = say("door.or_point", number=number) if number else ""
        raise Refused(say("door.add_m", key=key, value=plain(text), hint=hint))
    return values
