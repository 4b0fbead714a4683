"""What a study is: every setting with its unit and range, checked all at once and never changed afterwards."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, GetPydanticSchema, create_model, model_validator
from pydantic_core import PydanticCustomError

from sim.program.levers import LEVERS
from sim.program.words import SERVICES
from sim.study.lines import Checked, Costs, ParameterLine, Share, within
from sim.study.refusals import not_allowed
from sim.study.sentences import say

if TYPE_CHECKING:
    from sim.program.parameters import Parameter

NOT_ABOVE = (("phases.minimum_weeks", "phases.limit_weeks"), ("drop_in.seats", "drop_in.room"))


def _iso_date(text: str) -> str:
    """A date as 2018-01-01."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise PydanticCustomError("date", "not a date") from None


class _Cohort(Checked):
    start: Annotated[str, AfterValidator(_iso_date)]


class _Community(Checked):
    referrals: dict[Literal[SERVICES], dict[Literal[SERVICES], Share]]  # type: ignore[valid-type]


BESIDE_LEVERS: dict[str, type[Checked]] = {"cohort": _Cohort, "community": _Community}


@cache
def lever_group(name: str) -> type[Checked]:
    """The model of one group of levers, made from their declarations so that no range is written twice."""
    fields: dict[str, Any] = {}
    for lever in LEVERS:
        if lever.key.startswith(f"{name}."):
            part, _, rest = lever.key.removeprefix(f"{name}.").partition(".")
            kind: Any = int if lever.whole else float
            fields[part] = (
                lever_group(f"{name}.{part}") if rest else Annotated[kind, within(lever.low, lever.high)],
                ...,
            )
    return create_model(name, __base__=BESIDE_LEVERS.get(name, Checked), **fields)


def levers(name: str) -> GetPydanticSchema:
    """The schema of a group of levers."""
    return GetPydanticSchema(lambda source, take: take(lever_group(name)))


def numbers_in(node: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    """Every number of nested settings with its dotted key."""
    for name, value in node.items():
        if isinstance(value, Mapping):
            yield from numbers_in(value, f"{path}{name}.")
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield f"{path}{name}", value


def contradictions(settings: Mapping[str, Any]) -> dict[str, str]:
    """By key, a line for each pair of settings that cannot both hold, and for a year that no price is known for."""
    numbers = dict(numbers_in(settings))
    lines = {
        low: say("door.above", low=low, value=numbers[low], high=high, limit=numbers[high])
        for low, high in NOT_ABOVE
        if low in numbers and high in numbers and numbers[low] > numbers[high]
    }
    years = [int(key.rpartition(".")[2]) for key in numbers if re.fullmatch(r"costs\.index\.\d{4}", key)]
    asked = numbers.get("costs.year")
    if asked is not None and years and asked not in years:
        lines["costs.year"] = not_allowed("costs.year", asked, min(years), max(years))
    return lines


class Study(Checked):
    """Everything that a run depends on, as `load_study()` makes it: frozen, and checked as a whole."""

    scenario: str
    about: str
    changes: list[str] = []
    seed: Annotated[int, within(0, 2**32 - 1)]
    replications: Annotated[int, within(1, 100_000)]
    threads: Annotated[int, within(0, 256)]
    parameters_drawn: bool
    out: str | None
    debug: bool
    program: Annotated[Any, levers("program")]
    cohort: Annotated[Any, levers("cohort")]
    staffing: Annotated[Any, levers("staffing")]
    contact: Annotated[Any, levers("contact")]
    phases: Annotated[Any, levers("phases")]
    drop_in: Annotated[Any, levers("drop_in")]
    linking: Annotated[Any, levers("linking")]
    community: Annotated[Any, levers("community")]
    ingredients: Annotated[Any, levers("ingredients")]
    remote: Annotated[Any, levers("remote")]
    funding: Annotated[Any, levers("funding")]
    parameter_lines: dict[str, dict[str, ParameterLine]] = Field(alias="parameters")
    cost_lines: Costs = Field(alias="costs")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if lines := contradictions(self.resolved()):
            raise PydanticCustomError("contradiction", "\n".join(lines.values()))
        return self

    @property
    def label(self) -> str:
        """The scenario's name and what was changed in it, for tables and figures with several studies."""
        return ", ".join((self.scenario, *self.changes))

    @property
    def plan(self) -> dict[str, float]:
        """Every lever's number by its name in the kernel's record."""
        numbers = dict(numbers_in(self.resolved()))
        return {lever.name: float(numbers[lever.key]) for lever in LEVERS}

    @property
    def parameters(self) -> "tuple[Parameter, ...]":
        """The assumptions, each with the range that replications draw from; a fixed one has a range of no width."""
        from sim.program.parameters import Parameter  # not needed to refuse a typing mistake

        lines = [(name, line) for file in self.parameter_lines.values() for name, line in file.items()]
        return tuple(
            Parameter(
                name,
                line.value,
                *((line.value, line.value) if line.fixed else line.range),
                line.unit,
                line.scale,
                line.sources,
                line.strength,
                line.meaning,
            )
            for name, line in lines
        )

    @property
    def edges(self) -> tuple[tuple[str, str, float], ...]:
        """Referral edges among the services: from, to, probability."""
        return tuple((a, b, share) for a, row in self.community.referrals.items() for b, share in row.items())

    @property
    def costs(self) -> dict[str, float]:
        """Every cost by name, in dollars of `cost_year`; `cost_lines` has their sources."""
        return {name: line.value for name, line in self.cost_lines.forward().items()}

    @property
    def cost_year(self) -> int:
        return self.cost_lines.year

    def resolved(self) -> dict[str, Any]:
        """All settings as plain data, from which `Study.model_validate` makes the same study again."""
        return self.model_dump(mode="json", by_alias=True)
