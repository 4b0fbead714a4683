"""A number with its range, unit and source, as parameters and costs are written; one that cannot be used is refused."""

import re
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from sim.study.refusals import number_text

LONGEST = 60  # letters of one name in a path
TAKEN = set('<>:"|?*')  # signs that some system keeps for itself, and names likewise
RESERVED = {"~", "con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))}
MOST_MONEY = 10_000_000.0  # CAD, for any one cost


class Checked(BaseModel):
    """Frozen, nothing unknown, no number made from text, from yes or no, or from infinity."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False, validate_default=True)


def refuse(sentence: str, **values: Any) -> PydanticCustomError:
    """What a check raises: the door's sentence and its values; `part` is what of the checked it is about."""
    return PydanticCustomError(sentence, sentence, values)


def check(value: float, low: float, high: float, part: str = "") -> float:
    """The number, which must lie from `low` to `high`."""
    if not low <= value <= high:
        seen = {"value": number_text(value), "low": number_text(low), "high": number_text(high)}
        raise refuse("not_allowed", part=part, **seen)
    return value


def within(low: float, high: float) -> AfterValidator:
    """A number from `low` to `high`."""
    return AfterValidator(lambda value: check(value, low, high))


def check_place(value: str | None) -> str | None:
    """A path to a folder whose every part any system takes as a name, and which does not climb out by `..`."""
    path = re.sub(r"^[A-Za-z]:(?=[/\\])", "", "here" if value is None else value)
    for part in [part for part in re.split(r"[/\\]", path) if part not in ("", ".")] or [".."]:
        reserved = part.partition(".")[0].lower() in RESERVED
        if reserved or not part.isprintable() or set(part) & TAKEN or part[-1] in " ." or len(part) > LONGEST:
            raise refuse("not_a_place", most=LONGEST)
    return value


Place = Annotated[str | None, AfterValidator(check_place)]
RANGES, CENTRAL, ACCEPTED = "ranges", "central", "accepted"  # where parameters may come from
Chosen = Annotated[str, AfterValidator(check_place)]
Pair = Annotated[tuple[float, float], BeforeValidator(lambda given: tuple(given) if isinstance(given, list) else given)]
Year = Annotated[int, Field(strict=False)]  # JSON writes it as text


class Line(Checked):
    """A number with its range, unit and source, as the configurations write parameters and costs."""

    value: float
    range: Pair
    unit: str
    source: list[str] | Literal["assumed", "placeholder", "own"]
    meaning: str

    @property
    def sources(self) -> tuple[str, ...]:
        return tuple(self.source) if isinstance(self.source, list) else (self.source,)

    @model_validator(mode="after")
    def _inside(self) -> Self:
        low, high = self.range
        if low > high:
            raise refuse("inverted", low=low, high=high)
        check(self.value, low, high, part=".value")
        return self


class ParameterLine(Line):
    """One assumption about people, staff or services; `fixed` when every replication takes its value."""

    scale: Literal["as_is", "logit", "log"]
    strength: Literal["strong", "indirect", "weak", "assumed"]
    fixed: bool = False

    @model_validator(mode="after")
    def _on_scale(self) -> Self:
        low, high = self.range
        if (self.scale != "as_is" and low <= 0) or (self.scale == "logit" and high >= 1):
            raise refuse(f"off_{self.scale}", low=low, high=high)
        return self


class CostLine(Line):
    """One cost in dollars of its own year; a share, an hour or a planner's own number has no year."""

    year: int | None

    @property
    def most(self) -> float:
        """The highest that it may be."""
        return 1.0 if self.unit.startswith("share") else MOST_MONEY

    @model_validator(mode="after")
    def _payable(self) -> Self:
        for number in (self.value, *self.range):
            check(number, 0, self.most)
        return self


class Costs(Checked):
    """What the program pays for, and the index that brings older prices forward to `year`."""

    year: int
    index_name: str
    index: dict[Year, float]
    salary_per_post: CostLine
    benefits_share: CostLine
    contact_hours_of_a_post: CostLine
    peer_hour: CostLine
    drop_in_session: CostLine
    warm_hand_off: CostLine
    rent_supplement_month: CostLine
    overhead_share: CostLine

    @model_validator(mode="after")
    def _priced(self) -> Self:
        check(self.year, min(self.index), max(self.index), part=".year")
        return self

    def forward(self) -> dict[str, CostLine]:
        """Every cost by name, in dollars of `year`; what has no year stays as it is."""
        lines = {}
        for name, line in self:
            if isinstance(line, CostLine):
                factor = self.index[self.year] / self.index[line.year] if line.year else 1.0
                ends = (line.range[0] * factor, line.range[1] * factor)
                year = self.year if line.year else None
                lines[name] = line.model_copy(update={"value": line.value * factor, "range": ends, "year": year})
        return lines
