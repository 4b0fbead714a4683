"""From words to studies: Hydra composes the groups, then everything is checked at once, before anything runs."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from functools import cache
from itertools import product
from math import isfinite, prod
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from sim.study.overrides import FILE, MOST, read_word, settable
from sim.study.own_numbers import asked_cost, read_own_numbers
from sim.study.places import configs
from sim.study.refusals import Refused, not_allowed, plain, shown, unknown
from sim.study.sentences import say
from sim.study.study import Study, contradictions

__all__ = ["Refused", "Study", "compose", "known_keys", "load_study", "options", "read_studies", "study_from"]

GROUPS = ("program", "cohort", "staffing", "community", "costs", "scenario")
NOT_A_CHANGE = (
    "scenario",
    "out",
    "debug",
    "threads",
)  # what a label leaves out: the name itself, and no number's cause


@cache
def _composed(choices: tuple[str, ...]) -> dict[str, Any]:
    from hydra import compose as hydra_compose
    from hydra import initialize_config_dir
    from omegaconf import OmegaConf

    with initialize_config_dir(version_base="1.3", config_dir=str(configs())):
        settings = OmegaConf.to_container(hydra_compose("config", overrides=list(choices)), resolve=False)
    assert isinstance(settings, dict)
    return {str(key): value for key, value in settings.items()}


def compose(**choices: str) -> dict[str, Any]:
    """The composed settings as plain data, with other options of some groups: `compose(scenario="no_drop_in")`."""
    words = tuple(f"{group}={option}" for group, option in sorted(choices.items()))
    return deepcopy(_composed(words)) | {"scenario": choices.get("scenario", "as_delivered")}


@cache
def options() -> dict[str, tuple[str, ...]]:
    """The names that each group offers."""
    return {group: tuple(sorted(path.stem for path in (configs() / group).glob("*.yaml"))) for group in GROUPS}


@cache
def known_keys() -> dict[str, Any]:
    """Every key that may be set, with what it is when nothing is asked."""
    return dict(settable(compose()))


def put(settings: dict[str, Any], key: str, value: Any) -> None:
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
    elif value != asked_cost(settings["costs"], last):
        year = line["year"] and settings["costs"]["year"]
        own_range = [value, value] if isinstance(value, int | float) and isfinite(value) else line["range"]
        line |= {"value": value, "range": own_range, "year": year, "source": "own"}


def load_study(*overrides: str) -> Study:
    """One study from words such as `"staffing.case_managers=3"`; Refused, with all problems, when it cannot be."""
    return read_studies(overrides)[0]


def read_studies(words: Sequence[str], many: bool = False) -> list[Study]:
    """Every study that the words ask for, all of them checked; Refused with every problem of every one."""
    known = known_keys()
    asked: dict[str, list[Any]] = {}
    problems: list[str] = []
    for word in words:
        try:
            key, values = read_word(word, known, options(), many)
            if key in asked:
                raise Refused(say("door.twice", key=key))
            asked[key] = values
        except Refused as refused:
            problems += refused.problems
    if prod(len(values) for values in asked.values()) > MOST:
        raise Refused(*problems, say("door.too_many", most=MOST))
    studies = []
    for combination in product(*asked.values()):
        try:
            studies.append(_study(dict(zip(asked, combination, strict=True)), known))
        except Refused as refused:
            problems += refused.problems
    if problems:
        raise Refused(*problems)
    return studies


def _study(asked: Mapping[str, Any], known: Mapping[str, Any]) -> Study:
    """One study. Later wins: the configurations, the scenario, a file of one's own numbers, the words."""
    settings = compose(**{key: value for key, value in asked.items() if key in GROUPS})
    own, problems = read_own_numbers(asked[FILE], known) if FILE in asked else ({}, [])
    for key, (value, _) in own.items():
        put(settings, key, value)
    for key, value in asked.items():
        if key not in GROUPS and key != FILE:
            put(settings, key, value)
    changes = [f"{key}={plain(str(value))}" for key, value in asked.items() if key not in NOT_A_CHANGE]
    return study_from(settings | {"changes": changes}, {key: origin for key, (_, origin) in own.items()}, problems)


def study_from(
    settings: Mapping[str, Any], origins: Mapping[str, str] = MappingProxyType({}), problems: Sequence[str] = ()
) -> Study:
    """The study of plain settings, a record's too; Refused with every problem, those already known first.

    `origins` says, for the keys that a file has set, where they stand.
    """
    lines: dict[str, str] = {}
    try:
        study = Study.model_validate(settings)
    except ValidationError as error:
        for found in error.errors():
            key = ".".join(str(part) for part in found["loc"] if part != "[key]")
            lines[key] = _line(found["type"], key, found["input"], found.get("ctx", {}))
        lines.pop("", None)  # contradictions, which are told apart below
        lines |= {key: line for key, line in contradictions(settings).items() if key not in lines}
    else:
        if not problems:
            return study
    raise Refused(*problems, *(_origin(key, origins) + line for key, line in lines.items()))


def _origin(key: str, origins: Mapping[str, str]) -> str:
    return next((origins[name] for name in (key, key.rpartition(".")[0]) if name in origins), "")


def _line(kind: str, key: str, value: Any, about: Mapping[str, Any]) -> str:
    """What pydantic found, in the words of the door."""
    if kind in ("range", "outside"):
        whole_key = key if kind == "range" else f"{key}.value"
        return not_allowed(whole_key, about.get("value", value), about["low"], about["high"])
    if kind == "extra_forbidden":
        return unknown(key, known_keys())
    hint = ""
    if kind in ("int_type", "int_from_float") and isinstance(value, float) and value.is_integer():
        hint = say("door.write", number=int(value))
    wordings = {
        "int_type": "not_whole", "int_from_float": "not_whole", "float_type": "not_number",
        "finite_number": "not_number", "bool_type": "not_bool", "string_type": "not_text", "date": "not_date",
    }  # fmt: skip
    name = kind if kind in ("inverted", "off_logit", "off_log") else wordings.get(kind, "unusable")
    return say(f"door.{name}", **{"key": key, "value": shown(value), "hint": hint, **about})
