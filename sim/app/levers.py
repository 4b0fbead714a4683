"""The levers of the page, and a plan in its four forms: what the page sends, a code for a board, words of the command
line, and a study. Nothing but names on a list and numbers in their range gets from the first form to the last."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache, reduce
from math import isfinite
from typing import Any, NamedTuple

import yaml

from sim.program.levers import LEVERS
from sim.study.places import configs
from sim.study.record import NOT_OF_THE_RESULT
from sim.study.refusals import Refused, not_one_of, number_text, plain, shown, unknown
from sim.study.sentences import say
from sim.study.settings import NOT_A_CHANGE, load_study, study_from
from sim.study.store import fingerprint
from sim.study.study import Study

NAMES = {lever.key: lever for lever in LEVERS}
INTAKE, RATE = "cohort.women_a_year", "cohort.referrals_per_week"
A_YEAR = 52
SCENARIOS = (  # in the order of the page and of the codes: new ones go to the end
    "as_delivered", "no_program", "planned_intake", "one_more_case_manager", "one_fewer_case_manager", "no_drop_in",
    "no_warm_hand_offs", "no_peer_mentors", "high_turnover", "remote_year", "rent_supplements", "funding_cut",
)  # fmt: skip
MOST_WOMEN, MOST_WEEKS = 300, 520  # of one run on the page: women referred; weeks of referrals and follow-up
MOST_OTHER = 80  # numbers beside the levers of the page
KEPT, KEPT_STUDIES = 5_000, 150  # plans whose names are remembered, and those whose studies are: about 0.2 MB each


class Slider(NamedTuple):
    """A lever of the page: its key, the ends of its range and its step. `sets` is the key that the model knows."""

    key: str
    low: float
    high: float
    step: float

    @property
    def sets(self) -> str:
        return RATE if self.key == INTAKE else self.key

    @property
    def steps(self) -> int:
        return round((self.high - self.low) / self.step) + 1

    def at(self, place: int) -> float:
        """The value at this place, counted from 0."""
        return round(self.low + place * self.step, 10)

    def nearest(self, value: float) -> int:
        """The place nearest to a value; the lower one where it lies between two."""
        return max(0, min(self.steps - 1, -round((self.low - value) / self.step)))


SLIDERS = (
    Slider("program.offered", 0, 1, 1),
    Slider("staffing.case_managers", 0, 10, 1),
    Slider("staffing.peer_mentors", 0, 10, 1),
    Slider("staffing.caseload_limit", 1, 40, 1),
    Slider("drop_in.sessions_per_week", 0, 5, 0.5),
    Slider("linking.warm_share", 0, 1, 0.05),
    Slider("community.rent_supplements", 0, 60, 1),
    Slider(INTAKE, 4, 60, 1),
    *(Slider(f"ingredients.{name}", 0, 1, 0.25) for name in ("trust", "goals", "links", "drop_in")),
)
BY_KEY = {slider.key: slider for slider in SLIDERS}
SETS = {slider.sets: slider for slider in SLIDERS}


@dataclass(frozen=True)
class Plan:
    """A scenario, the value of every lever of the page, and numbers of other keys; of a key that a lever sets only
    where the number lies between two steps and its lever stands at the nearest."""

    scenario: str
    levers: tuple[float, ...]
    other: tuple[tuple[str, float], ...] = ()

    def told(self) -> dict[str, Any]:
        """As the page has it."""
        levers = {slider.key: value for slider, value in zip(SLIDERS, self.levers, strict=True)}
        return {"scenario": self.scenario, "levers": levers, "other": dict(self.other)}


def asked_plan(told: Any) -> Plan:
    """The plan that a page or a class sent. Refused, line by line: anything but names on the lists and numbers."""
    if not isinstance(told, dict) or told.keys() != {"scenario", "levers", "other"}:
        raise Refused(say("app.not_a_plan"))
    scenario, levers, other = told["scenario"], told["levers"], told["other"]
    small = [isinstance(part, dict) and len(part) <= MOST_OTHER for part in (levers, other)]
    if not all(small) or not isinstance(scenario, str):
        raise Refused(say("app.not_a_plan"))
    problems = [] if scenario in SCENARIOS else [not_one_of("scenario", plain(scenario), SCENARIOS)]
    problems += [unknown(plain(str(key)), BY_KEY) for key in levers.keys() - BY_KEY.keys()]
    problems += [say("app.no_lever", key=key) for key in BY_KEY if key not in levers]
    problems += [_not_a_number(key, value) for key, value in {**levers, **other}.items() if not _is_number(value)]
    if problems:
        raise Refused(*problems)
    places = {slider: slider.nearest(levers[slider.key]) for slider in SLIDERS}
    off = [slider for slider, place in places.items() if abs(slider.at(place) - levers[slider.key]) > 1e-9]
    if off:
        raise Refused(*(_off(slider, levers[slider.key]) for slider in off))
    values = tuple(slider.at(place) for slider, place in places.items())
    return Plan(scenario, values, tuple(sorted((key, float(value)) for key, value in other.items())))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15 and isfinite(value)


def _not_a_number(key: Any, value: Any) -> str:
    return say("door.not_number", key=plain(str(key)), value=shown(value), hint="")


def _off(slider: Slider, value: float) -> str:
    """The line for a value that a lever of the page cannot take."""
    low, high, step = (number_text(each) for each in (slider.low, slider.high, slider.step))
    return say("app.off_step", key=slider.key, value=number_text(value), low=low, high=high, step=step)


class Base:
    """What every plan of a page starts from: words of the command line, such as another seed or a smaller program."""

    def __init__(self, *words: str) -> None:
        self.words = tuple(words)
        self.study_of = lru_cache(KEPT_STUDIES)(self._study_of)
        self.normal = lru_cache(KEPT)(self._normal)
        self.identity = lru_cache(KEPT)(self._identity)

    @cached_property
    def starts(self) -> dict[str, Study]:
        """The study of each scenario as it is; the words of the command line stand above what a scenario says."""
        usual = load_study(*self.words)
        taken = {word.partition("=")[0] for word in self.words}
        found = {}
        for name in SCENARIOS:
            says = yaml.safe_load((configs() / "scenario" / f"{name}.yaml").read_text(encoding="utf-8"))
            settings = usual.resolved() | {"scenario": name, "about": says.pop("about")}
            keys = {f"{group}.{key}": value for group, part in says.items() for key, value in part.items()}
            found[name] = _changed(settings, {key: value for key, value in keys.items() if key not in taken})
        return found

    @property
    def changes(self) -> list[str]:
        """The words on which any number depends."""
        return [word for word in self.words if word.partition("=")[0] not in NOT_OF_THE_RESULT]

    @property
    def study(self) -> Study:
        """The study that all else is compared with."""
        return self.starts[SCENARIOS[0]]

    @cached_property
    def rates(self) -> dict[float, float]:
        """Women referred a week by women referred a year, where a scenario says so itself."""
        found = [study.cohort.referrals_per_week for study in reversed(self.starts.values())]
        return {float(round(A_YEAR * rate)): rate for rate in found}

    def start(self, scenario: str) -> Plan:
        """A scenario as it is."""
        return self.plan_from(scenario, {})

    def plan_from(self, scenario: str, numbers: Mapping[str, float]) -> Plan:
        """A scenario with these numbers, by the keys of the command line. Refused where a lever of the page would lie
        outside of its range."""
        study, problems, values = self.starts[scenario], list[str](), list[float]()
        other = {key: float(value) for key, value in numbers.items() if key not in SETS}
        for slider in SLIDERS:
            value = float(numbers.get(slider.sets, study.plan[NAMES[slider.sets].name]))
            here = round(A_YEAR * value, 10) if slider.key == INTAKE else value
            place = slider.nearest(here)
            values.append(slider.at(place))
            if not slider.low - slider.step / 2 < here < slider.high + slider.step / 2:
                problems.append(_off(slider, here))
            if value != self._value(slider, slider.at(place)):
                other[slider.sets] = value
        if problems:
            raise Refused(*problems)
        return self.normal(Plan(scenario, tuple(values), tuple(sorted(other.items()))))

    def _value(self, slider: Slider, value: float) -> float:
        """What a lever's value means for the model."""
        return self.rates.get(value, round(value / A_YEAR, 4)) if slider.key == INTAKE else value

    def _normal(self, plan: Plan) -> Plan:
        """The same plan without numbers that change nothing. Refused, line by line: other keys, numbers out of range,
        and programs too large for a page."""
        start = self.starts[plan.scenario]
        known = {lever.key: start.plan[lever.name] for lever in LEVERS}
        known |= {f"costs.{name}": round(cost, 2) for name, cost in start.costs.items()}
        if problems := [unknown(plain(key), [*known, *BY_KEY]) for key, _ in plan.other if key not in known]:
            raise Refused(*problems)
        kept = []
        for key, value in plan.other:
            slider = SETS.get(key)
            if slider is None and value != known[key]:
                kept.append((key, value))
            elif slider and self._between(slider, value, plan.levers[SLIDERS.index(slider)]):
                kept.append((key, value))
        found = Plan(plan.scenario, plan.levers, tuple(kept))
        study = self.study_of(found)
        women = study.cohort.referred or study.cohort.referrals_per_week * study.cohort.weeks
        weeks = study.cohort.weeks + study.cohort.follow_up_weeks
        if women > MOST_WOMEN or weeks > MOST_WEEKS:
            size = {"women": round(women), "weeks": weeks, "most_women": MOST_WOMEN, "most_weeks": MOST_WEEKS}
            raise Refused(say("app.too_large", **size))
        return found

    def _between(self, slider: Slider, value: float, stands: float) -> bool:
        """The number is not a step of the lever itself, and the lever stands at the nearest one."""
        place = slider.nearest(round(A_YEAR * value, 10) if slider.key == INTAKE else value)
        return slider.at(place) == stands and value != self._value(slider, stands)

    def may_set(self, key: str) -> bool:
        """The page can set it: a lever, or what something costs."""
        group, _, name = key.partition(".")
        return key in NAMES or (group == "costs" and name in self.study.costs)

    def _identity(self, plan: Plan) -> str:
        """The same for plans that are lived alike, whatever they are called."""
        study = self.study_of(plan)
        return fingerprint({"plan": study.plan, "costs": study.costs})

    def _numbers(self, plan: Plan) -> dict[str, float]:
        """What a plan sets otherwise than its scenario does."""
        start, numbers = self.starts[plan.scenario].plan, dict(plan.other)
        for slider, value in zip(SLIDERS, plan.levers, strict=True):
            meant = numbers.pop(slider.sets, self._value(slider, value))
            if meant != start[NAMES[slider.sets].name]:
                numbers[slider.sets] = meant
        return numbers

    def words_of(self, plan: Plan) -> list[str]:
        """The plan on the command line, after `pathways`: its scenario and what differs from it."""
        set_here = {key: f"{key}={number_text(value)}" for key, value in sorted(self._numbers(plan).items())}
        kept = [word for word in self.changes if word.partition("=")[0] not in set_here]
        return [f"scenario={plan.scenario}", *kept, *set_here.values()]

    def _study_of(self, plan: Plan) -> Study:
        """The study of a plan, as its words would have it on the command line."""
        numbers = self._numbers(plan)
        changes = [word for word in self.words_of(plan)[1:] if word.partition("=")[0] not in NOT_A_CHANGE]
        return _changed(self.starts[plan.scenario].resolved() | {"changes": changes}, numbers)


def _changed(settings: dict[str, Any], numbers: Mapping[str, float]) -> Study:
    """The study of these settings with other numbers; a cost is then one's own."""
    for key, value in numbers.items():
        *path, last = key.split(".")
        node = reduce(lambda part, name: part[name], path, settings)
        whole = key in NAMES and NAMES[key].whole
        if path == ["costs"]:
            node[last] |= {"value": value, "range": [value, value], "year": None, "source": "own"}
        else:
            node[last] = int(value) if whole and value == int(value) else value
    return study_from(settings)
