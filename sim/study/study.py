"""What a study is: every setting with its unit and range, checked all at once and never changed afterwards."""

from datetime import date
from operator import attrgetter
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, Field, GetPydanticSchema, PrivateAttr, ValidationInfo, create_model

from sim.program.levers import LEVERS, Lever
from sim.program.words import SERVICES
from sim.study.lines import Checked, Chosen, Costs, ParameterLine, Place, check, refuse, within

if TYPE_CHECKING:
    from sim.program.mechanism import Mechanism
    from sim.program.parameters import Parameter

Service: Any = Literal[SERVICES]
BESIDE_LEVERS: dict[str, dict[str, Any]] = {  # what else a group holds
    "cohort": {"start": Annotated[str, AfterValidator(lambda text: date.fromisoformat(text).isoformat())]},
    "community": {"referrals": dict[Service, dict[Service, Annotated[float, within(0, 1)]]]},
}
NOT_BELOW = {"phases.limit_weeks": "phases.minimum_weeks", "drop_in.room": "drop_in.seats"}


def _number(lever: Lever) -> Any:
    """The type of a lever's number: within its range, and not below its neighbour."""
    neighbour = NOT_BELOW.get(lever.key, "")

    def checked(value: float, info: ValidationInfo) -> float:
        check(value, lever.low, lever.high)
        least = info.data.get(neighbour.rpartition(".")[2], value)
        if value < least:
            raise refuse("above", key=neighbour, value=least, high=lever.key, limit=value)
        return value

    return Annotated[int if lever.whole else float, AfterValidator(checked)]


def _group(name: str) -> type[Checked]:
    """The model of one group of levers, made from their declarations so that no range is written twice."""
    types = dict(BESIDE_LEVERS.get(name, {}))
    for lever in LEVERS:
        if lever.key.startswith(f"{name}."):
            part, _, rest = lever.key.removeprefix(f"{name}.").partition(".")
            types[part] = types.get(part) or (_group(f"{name}.{part}") if rest else _number(lever))
    fields: dict[str, Any] = {part: (kind, ...) for part, kind in types.items()}
    return create_model(name, __base__=Checked, **fields)


def levers(name: str) -> GetPydanticSchema:
    """The schema of one group of levers."""
    return GetPydanticSchema(lambda source, schema_of: schema_of(_group(name)))


LAST_YEAR = {"entered": 1000, "completed": 1000, "waiting": 1000, "visits_a_month": 5000}  # the most each may be


class LastYear(Checked):
    """What a planner's program saw in its last year; the model's range stands beside it, and nothing rests on it."""

    entered: Annotated[int, within(0, LAST_YEAR["entered"])] | None = None
    completed: Annotated[int, within(0, LAST_YEAR["completed"])] | None = None
    waiting: Annotated[int, within(0, LAST_YEAR["waiting"])] | None = None
    visits_a_month: Annotated[int, within(0, LAST_YEAR["visits_a_month"])] | None = None


class Sweep(Checked):
    """What a study larger than usual needs."""

    confirmed: bool


class Study(Checked):
    """Everything that a run depends on, as `load_study()` makes it: frozen, and checked as a whole."""

    scenario: str
    about: str
    changes: list[str] = []
    seed: Annotated[int, within(0, 2**32 - 1)]
    replications: Annotated[int, within(1, 100_000)]
    threads: Annotated[int, within(0, 256)]
    parameters_from: Chosen
    out: Place
    store: Place
    sweep: "Sweep"
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
    last_year: LastYear = LastYear()
    _mechanism: Any = PrivateAttr(None)

    @property
    def label(self) -> str:
        """The scenario's name and what was changed in it, for tables and figures with several studies."""
        return ", ".join((self.scenario, *self.changes))

    @property
    def plan(self) -> dict[str, float]:
        """Every lever's number by its name in the kernel's record."""
        return {lever.name: float(attrgetter(lever.key)(self)) for lever in LEVERS}

    @property
    def parameters(self) -> "tuple[Parameter, ...]":
        """The assumptions, each with the range that replications draw from; a fixed one has a range of no width."""
        from sim.program.parameters import Parameter  # not needed to refuse a typing mistake

        def parameter(name: str, line: ParameterLine) -> Parameter:
            low, high = (line.value, line.value) if line.fixed else line.range
            about = (line.unit, line.scale, line.sources, line.strength, line.meaning)
            return Parameter(name, line.value, low, high, *about)

        return tuple(parameter(*named) for file in self.parameter_lines.values() for named in file.items())

    @property
    def parameter_keys(self) -> list[str]:
        """The key of each parameter, as on the command line, in the same order."""
        return [f"parameters.{file}.{name}" for file, names in self.parameter_lines.items() for name in names]

    @property
    def edges(self) -> tuple[tuple[str, str, float], ...]:
        """Referral edges among the services: from, to, probability."""
        return tuple((a, b, share) for a, row in self.community.referrals.items() for b, share in row.items())

    @property
    def costs(self) -> dict[str, float]:
        """Every cost by name, in dollars of `cost_year`; `cost_lines` has their sources."""
        return {name: line.value for name, line in self.cost_lines.forward().items()}

    @property
    def mechanism(self) -> "Mechanism | None":
        """Rules that stand in for published ones (`sim.swap`), or None."""
        return self._mechanism  # type: ignore[no-any-return]

    @property
    def cost_year(self) -> int:
        return self.cost_lines.year

    def resolved(self) -> dict[str, Any]:
        """All settings as plain data, from which `Study.model_validate` makes the same study again."""
        return self.model_dump(mode="json", by_alias=True)
