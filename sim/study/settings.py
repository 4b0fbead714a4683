"""From words to studies: composed, changed as asked, and checked all at once before anything runs."""

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import product
from math import isfinite, prod
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from sim.study.lines import ACCEPTED, CENTRAL, RANGES
from sim.study.overrides import FILE, MOST, compose, known_keys, options, read_word
from sim.study.own_numbers import SEEN, read_own_numbers
from sim.study.places import RECORD
from sim.study.refusals import Refused, closest, plain, shown, unknown
from sim.study.sentences import say, sentences
from sim.study.study import Study

__all__ = ["Refused", "Study", "compose", "known_keys", "load_study", "options", "read_studies", "study_from"]

# what a label leaves out: the scenario's own name, and how a study is run
NOT_A_CHANGE = ("scenario", "seed", "replications", "threads", "out", "store", "sweep.confirmed", "debug")
WORDINGS = {  # the sentences for what pydantic finds by itself
    "int_type": "not_whole", "int_from_float": "not_whole", "float_type": "not_number", "finite_number": "not_number",
    "bool_type": "not_bool", "string_type": "not_text", "value_error": "not_date",
}  # fmt: skip


def load_study(*overrides: str) -> Study:
    """One study from words such as `"staffing.case_managers=3"`; Refused, with all problems, when it cannot be."""
    return read_studies(overrides)[0]


def read_studies(words: Sequence[str], many: bool = False, problems: Sequence[str] = ()) -> list[Study]:
    """Every study that the words ask for, all of them checked; Refused with all problems, those already known first."""
    asked: dict[str, list[Any]] = {}
    studies, found = [], list(problems)
    for word in words:
        try:
            key, values = read_word(word, many)
            found += [say("door.twice", key=key)] if key in asked else []
            asked[key] = values
        except Refused as refused:
            found += refused.problems
    if prod(len(values) for values in asked.values()) > MOST:
        raise Refused(*found, say("door.too_many", most=MOST))
    for combination in product(*asked.values()):
        try:
            studies.append(_study(dict(zip(asked, combination, strict=True))))
        except Refused as refused:
            found += refused.problems
    if found:
        raise Refused(*found)
    return studies


def _study(asked: Mapping[str, Any]) -> Study:
    """One study. Later wins: the configurations, the scenario, a file of one's own numbers, the words."""
    settings = compose(**{key: value for key, value in asked.items() if key in options()})
    numbers, problems = read_own_numbers(asked[FILE]) if FILE in asked else ({}, [])
    numbers |= {key: (value, "") for key, value in asked.items() if key not in options() and key != FILE}
    for key, (value, origin) in numbers.items():
        if problem := _misshapen(key, value):
            problems.append(origin + problem)
        else:
            _put(settings, key, value)
    changed = {key: value for key, value in asked.items() if key not in NOT_A_CHANGE and not key.startswith(SEEN)}
    settings["changes"] = [f"{key}={plain(str(value))}" for key, value in changed.items()]
    return study_from(settings, {key: origin for key, (_, origin) in numbers.items()}, problems)


def _misshapen(key: str, value: Any) -> str:
    """Why a value has not the form that its key takes, or nothing: a range is two numbers, all else one plain value."""
    if not key.endswith(".range"):
        return say("door.one_value", key=key, value=shown(value)) if isinstance(value, list | dict) else ""
    pair = isinstance(value, list) and [isinstance(end, int | float) for end in value] == [True, True]
    return "" if pair else say("door.not_range", key=key, value=shown(value))


def _put(settings: dict[str, Any], key: str, value: Any) -> None:
    """Sets one key. A bare number fixes a parameter, or replaces a cost by one's own."""
    *path, last = key.split(".")
    node = settings
    for part in path:
        node = node[part]
    line = node[last]
    if not (isinstance(line, dict) and "range" in line):
        node[last] = value
    elif path[0] == "parameters":
        line |= {"value": value, "fixed": True}
    elif value != _costs_in_template()[last]:  # an untouched template changes nothing
        ends = [value, value] if isinstance(value, int | float) and isfinite(value) else line["range"]
        line |= {"value": value, "range": ends, "year": None, "source": "own"}


@cache
def _costs_in_template() -> dict[str, float]:
    """Every cost as delivered, to the cent."""
    return {name: round(cost, 2) for name, cost in load_study().costs.items()}


def study_from(
    settings: Mapping[str, Any], origins: Mapping[str, str] = MappingProxyType({}), problems: Sequence[str] = ()
) -> Study:
    """The study of plain settings, a record's too; Refused with every problem, those already known first.

    `origins` says, for the keys that a file has set, where they stand.
    """
    try:
        study = Study.model_validate(settings)
    except ValidationError as error:
        told = dict(_told(found, found.get("ctx", {})) for found in error.errors())
        lines = (origins.get(key, origins.get(key.rpartition(".")[0], "")) + line for key, line in told.items())
        raise Refused(*problems, *lines) from None
    known, way = (RANGES, CENTRAL, ACCEPTED), study.parameters_from
    if way not in known and not (Path(way) / RECORD).is_file():
        close = closest(way.lower(), known)
        problems = [*problems, say(f"door.parameters_from{'_close' if close else ''}", value=shown(way), close=close)]
    if problems:
        raise Refused(*problems)
    return study


def _told(found: Mapping[str, Any], about: Mapping[str, Any]) -> tuple[str, str]:
    """The key that pydantic found something at, and what it found, in the words of the door."""
    kind, value, place = found["type"], found["input"], [str(part) for part in found["loc"] if part != "[key]"]
    key = about.get("key", ".".join(place)) + about.get("part", "")
    if kind == "extra_forbidden":
        return key, unknown(key, known_keys())
    name = WORDINGS.get(kind, kind if kind in sentences()["door"] else "unusable")
    whole = name == "not_whole" and isinstance(value, float) and value.is_integer()
    hint = say("door.write", number=int(value)) if whole else ""
    return key, say(f"door.{name}", **{"value": shown(value), "hint": hint, **about, "key": key})
