"""What the model is held against, read as data and checked: targets with their outcomes, bands and sources."""

import csv
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, Self

import yaml
from pydantic import AfterValidator, Field, TypeAdapter, ValidationError, model_validator

from sim.measures.outcomes import NAMED
from sim.program.levers import LEVERS
from sim.study.lines import Checked, Pair, check, refuse
from sim.study.places import configs
from sim.study.refusals import Refused, closest, plain, shown, unknown
from sim.study.sentences import say, sentences

LEAST = 10  # women or runs below which a number brought along says nothing
OURS = "exit_doors_here.yaml"
ALLOWED = {lever.key: (lever.low, lever.high) for lever in LEVERS}


class Output(NamedTuple):
    """One number of a parameter set: an outcome in a world, with these levers changed."""

    outcome: str
    world: str
    levers: tuple[tuple[str, float], ...]


@cache
def evidence() -> frozenset[str]:
    """The ids of the rows of evidence."""
    with (configs() / "evidence.csv").open(encoding="utf-8", newline="") as page:
        return frozenset(row["id"] for row in csv.DictReader(page))


def _cited(source: Any) -> Any:
    """Every row cited is there, and one is, unless the target is called an assumption."""
    missing = [row for row in source if row not in evidence()] if isinstance(source, list) else []
    if missing or not source:
        raise refuse("no_row", row=shown(missing[0]) if missing else "[]")
    return source


def _asked(outcomes: list[str]) -> list[str]:
    """Every outcome is one that the model has."""
    for name in outcomes:
        if name not in NAMED:
            close = closest(name, NAMED)
            raise refuse("no_outcome_close" if close else "no_outcome", outcome=plain(name), close=close)
    return outcomes


def _set(levers: dict[str, float]) -> dict[str, float]:
    """Every lever exists and may take its value."""
    for key, value in levers.items():
        if key not in ALLOWED:
            raise refuse("no_lever", lever=plain(key))
        check(value, *ALLOWED[key], part=f".{key}")
    return levers


def _enough(number: int) -> int:
    """A count large enough to be held against."""
    if number < LEAST:
        raise refuse("too_few", least=LEAST)
    return number


class Target(Checked):
    """One target: which outcome, of whom, in which world; the band that is accepted, and what it rests on."""

    use: Literal["fitted", "check", "input", "reported"]
    outcomes: Annotated[list[str], Field(min_length=1), AfterValidator(_asked)]
    world: Literal["program", "no_program"] = "program"
    levers: Annotated[dict[str, float], AfterValidator(_set)] = {}
    definition: str
    population: str
    band: Pair | None = None
    centre: float | None = None
    share_of_sets: float | None = None
    basis: str
    source: Annotated[list[str] | Literal["assumed"], AfterValidator(_cited)]
    n: Annotated[int, AfterValidator(_enough)] | None = None

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if self.use in ("fitted", "input") and (self.band is None or len(self.outcomes) > 1):
            raise refuse("no_band", use=self.use)
        if (self.use == "check") != (self.share_of_sets is not None):
            raise refuse("no_share")
        if self.band and not self.band[0] < self.band[1]:
            raise refuse("inverted_band", low=self.band[0], high=self.band[1])
        if self.band and self.centre is not None:
            check(self.centre, *self.band, part=".centre")
        return self

    @property
    def outputs(self) -> list[Output]:
        """What has to be known of a set; a check compares both worlds."""
        worlds = ("program", "no_program") if self.use == "check" else (self.world,)
        levers = tuple(sorted(self.levers.items()))
        return [Output(name, world, levers) for world, name in product(worlds, self.outcomes)]


Targets = dict[str, Target]


def read_targets(path: str | Path | None = None) -> Targets:
    """The targets in this file, or our own; Refused, with a line for each problem."""
    file = configs() / "targets" / OURS if path is None else Path(path)
    try:
        targets = TypeAdapter(Targets).validate_python(yaml.safe_load(file.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        raise Refused(say("calibration.no_targets", file=plain(str(file)))) from None
    except ValidationError as error:
        raise Refused(*_problems(file, error)) from None
    if not any(target.use == "fitted" for target in targets.values()):
        raise Refused(say("calibration.none_fitted", file=plain(str(file))))
    return targets


def _problems(file: Path, error: ValidationError) -> Iterator[str]:
    """What was found, in the words of the door."""
    for found in error.errors():
        kind, about = found["type"], found.get("ctx", {})
        key = ".".join(plain(str(part)) for part in found["loc"][:2]) + about.get("part", "")
        where = say("calibration.in_targets", file=plain(file.name))
        if kind == "extra_forbidden":
            yield where + unknown(key, [f"{found['loc'][0]}.{name}" for name in Target.model_fields])
            continue
        section = next((each for each in ("calibration", "door") if kind in sentences()[each]), "")
        sentence = f"{section}.{kind}" if section else "door.unusable"
        yield where + say(sentence, **{**about, "key": key, "value": about.get("value", shown(found["input"]))})


def fitted(targets: Targets) -> Targets:
    """Those that decide which sets are kept."""
    return {name: target for name, target in targets.items() if target.use == "fitted"}
