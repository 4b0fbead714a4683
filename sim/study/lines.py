"""A number with its range, unit and source, as parameters and costs are written; one that cannot be used is refused."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, model_validator
from pydantic_core import PydanticCustomError

MOST_MONEY = 10_000_000.0  # CAD, for any one cost


class Checked(BaseModel):
    """Frozen, nothing unknown, no number made from text, from yes or no, or from infinity."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False, validate_default=True)


def within(low: float, high: float) -> AfterValidator:
    """A number that must lie from `low` to `high`."""

    def check(value: float) -> float:
        if not low <= value <= high:
            raise PydanticCustomError("range", "{low} to {high}", {"low": low, "high": high})
        return value

    return AfterValidator(check)


Share = Annotated[float, within(0, 1)]
Pair = Annotated[tuple[float, float], BeforeValidator(lambda given: tuple(given) if isinstance(given, list) else given)]
Year = Annotated[int, BeforeValidator(int)]  # JSON writes it as text


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
            raise PydanticCustomError("inverted", "inverted", {"low": low, "high": high})
        if not low <= self.value <= high:
            raise PydanticCustomError("outside", "outside", {"value": self.value, "low": low, "high": high})
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
            raise PydanticCustomError(f"off_{self.scale}", "off scale", {"low": low, "high": high})
        return self


class CostLine(Line):
    """One cost as stated in its own year; a share or an hour has no year."""

    year: int | None

    @model_validator(mode="after")
    def _payable(self) -> Self:
        if not (0 <= self.range[0] and self.range[1] <= self.most):
            raise PydanticCustomError("range", "range", {"value": self.value, "low": 0, "high": self.most})
        return self

    @property
    def most(self) -> float:
        """The highest that it may be."""
        return 1.0 if self.unit.startswith("share") else MOST_MONEY


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

    def forward(self) -> dict[str, CostLine]:
        """Every cost by name, in dollars of `year`; what has no year stays as it is."""
        lines = {name: line for name, line in self if isinstance(line, CostLine)}
        return {name: line if line.year is None else self._scaled(line, line.year) for name, line in lines.items()}

    def _scaled(self, line: CostLine, stated: int) -> CostLine:
        factor = self.index[self.year] / self.index[stated]
        low, high = line.range
        new = {"value": line.value * factor, "range": (low * factor, high * factor), "year": self.year}
        return line.model_copy(update=new)
