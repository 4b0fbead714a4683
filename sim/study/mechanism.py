"""Another rule in the place of a published one: tried alone on random people in both engines, and refused by field and
value before any run where it does what it may not."""

import inspect
from collections.abc import Iterator
from hashlib import sha256
from math import inf, isfinite
from types import FunctionType, SimpleNamespace
from typing import Any, NamedTuple

import numpy as np

from sim.ensemble import compiled_alone, run_ensemble
from sim.program.levers import plan_row
from sim.program.mechanism import Act, Mechanism, as_rule, may_change, renamed, stages
from sim.program.people import ENTITIES, RECORDS
from sim.program.world import by_service, doors_of
from sim.study.refusals import Refused, closest
from sim.study.sentences import say
from sim.study.sets import rows_of
from sim.study.study import Study

PEOPLE = 1000  # random people on whom a rule is tried
SMALL = {"cohort_referred": 20.0, "cohort_weeks": 30.0, "cohort_follow_up_weeks": 60.0}  # the program they are from
RUNS = 25
LIVED = 90  # weeks of it, by which most of its women have left
STIRRED = 0.5  # of the people have a random value in each field between 0 and 1, so that rare ones are tried too
YES_NO, SHARE = "yes/no", "0-1"
COUNTED = "weeks hours visits contacts times women sessions seats openings hand-offs".split()
RANGES = {YES_NO: (0.0, 1.0), SHARE: (0.0, 1.0), **dict.fromkeys(COUNTED, (0.0, inf))}
RECORDED = ("timeline", "log", "posts")  # what the stages of the record write
State = dict[str, np.ndarray]  # one program's arrays by name, at some moment


class Rest(NamedTuple):
    """What of a moment a rule only reads: to whom it happens (entity and place, or nothing), how many women have been
    referred, services and plan, parameters, and where luck is looked up (seed, replication, week)."""

    who: str
    chosen: int
    here: int
    fixed: tuple[np.ndarray, ...]
    row: np.ndarray
    luck: tuple[int, int, int]


class One(SimpleNamespace):
    """Somebody with declared fields and no others."""

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in vars(self):
            raise AttributeError(say("mechanism.undeclared", field=name))
        super().__setattr__(name, value)


def swap(study: Study, **rules: Act) -> Study:
    """The same study with rules of your own in the place of published ones, by the names they have in the week
    (`sim.program.week`): `swap(study, build_trust=my_trust)`. Both engines, and everything that is asked of the study,
    use them.

    A rule takes whom it happens to and the program (or the program alone, where the published one does), reads fields
    declared in `sim.program.people`, parameters `program.p` and levers `program.plan`, and changes only what the
    published rule changes. Refused, with the field and the value: a rule that is not told so, cannot be compiled,
    changes a field it does not own, leaves a field's range, or gives another result in a second call or when compiled.
    """
    if unknown := [name for name in rules if name not in stages()]:
        close = closest(unknown[0], stages())
        raise Refused(say("mechanism.unknown", name=unknown[0], close=close, names=", ".join(stages())))
    told = {}
    for name, act in rules.items():
        published, own = (len(inspect.signature(each).parameters) for each in (stages()[name].act, act))
        if own != published:
            raise Refused(say("mechanism.takes", name=name, own=own, published=published))
        told[name] = renamed(act, {})  # a function of its own, so that what is compiled is not found again
        told[name].__name__ = name
        as_rule(told[name])
        try_out(study, name, told[name])
    changed = study.model_copy()
    changed._mechanism = Mechanism(told, sha256("".join(map(text_of, told.values())).encode()).hexdigest())
    return changed


def text_of(act: Any) -> str:
    """What a rule says, with the values that it has from around it and what the functions it calls say."""
    around = [cell.cell_contents for cell in act.__closure__ or ()]
    named = {name: act.__globals__.get(name) for name in act.__code__.co_names}
    plain = {name: value for name, value in named.items() if isinstance(value, int | float | str)}
    called = [text_of(value) for value in named.values() if isinstance(value, FunctionType) and value is not act]
    return str(
        (act.__name__, act.__code__.co_code.hex(), act.__code__.co_consts, around, sorted(plain.items()), called)
    )


def try_out(study: Study, name: str, act: Act) -> None:
    """Refused where a rule, alone on random people, does what it may not."""
    own, tried = may_change(name), compiled_alone(act, bool(stages()[name].who))
    for state, rest in moments(study, name):
        told, compiled, again = copied(state), copied(state), copied(state)
        try:
            in_python(act, told, rest)
        except Exception as error:
            raise Refused(say("mechanism.raised", name=name, reason=first_line(error))) from None
        try:
            in_kernel(tried, compiled, rest)
            in_kernel(tried, again, rest)
        except Exception as error:
            raise Refused(say("mechanism.not_compiled", name=name, reason=first_line(error))) from None
        for other, how in ((again, "again"), (told, "python")):
            for entity, field, one, two in differing(compiled, other):
                about = {"name": name, "field": f"{entity}.{field}"}
                raise Refused(say(f"mechanism.{how}", **about, compiled=one, other=two))
        for entity, field, was, now in differing(state, compiled):
            about = {"name": name, "field": f"{entity}.{field}"}
            if (entity, field) not in own and entity not in RECORDED:
                raise Refused(say("mechanism.not_its_own", **about, value=now, was=was, own=listed(own)))
            low, high = range_of(entity, field)
            if not (isfinite(now) and low <= now <= high):
                raise Refused(say("mechanism.outside", **about, value=now, low=f"{low:g}", high=f"{high:g}"))


def first_line(error: Exception) -> str:
    """What went wrong, in one line: of what the compiler says, the first that is about the rule."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    inner = [place for place, line in enumerate(lines) if line.startswith("Rejected as")]
    lines = [line for line in lines[inner[-1] + 1 if inner else 0 :] if "nopython" not in line]
    return f"{type(error).__name__}: {lines[0].rstrip(':')}" if lines else type(error).__name__


def listed(own: set[tuple[str, str]]) -> str:
    return ", ".join(sorted(f"{entity}.{field}" for entity, field in own)) or say("mechanism.nothing")


def range_of(entity: str, field: str) -> tuple[float, float]:
    """What a field can be, by its unit."""
    units = {f.name: f.unit for f in ENTITIES.get(entity, ())}
    return RANGES.get(units.get(field, ""), (-inf, inf))


def copied(state: State) -> State:
    return {name: array.copy() for name, array in state.items()}


def differing(one: State, two: State) -> Any:
    """The first place of every field in which two states differ: entity, field, and both values."""
    for entity in one:
        if one[entity].tobytes() == two[entity].tobytes():
            continue
        fields = RECORDS[entity].names if entity in RECORDS else one[entity].dtype.names
        for field in fields or ("",):
            a, b = (each[entity][field] if field else each[entity] for each in (one, two))
            where = np.argwhere((a != b) & ~((a != a) & (b != b)))
            if len(where):
                at = tuple(where[0])
                yield entity, field, float(a[at]), float(b[at])


def moments(study: Study, name: str) -> Iterator[tuple[State, Rest]]:
    """Random people, each at the end of some week of a small program under parameters from their ranges: the state of
    that program, and what does not change."""
    plan, rng = study.plan | SMALL, np.random.default_rng(study.seed)
    every = np.arange(1, RUNS + 1)
    rows = rows_of(study.model_copy(update={"parameters_from": "ranges"}), every)
    runs = run_ensemble(plan, rows, study.seed, every.tolist(), study.edges, histories=True)
    services = by_service(plan, "openings"), by_service(plan, "least_wait")
    fixed, who = (doors_of(study.edges), *services, plan_row(plan)), stages()[name].who
    shares = [field.name for field in ENTITIES["women"] if field.unit == SHARE]
    for number in range(PEOPLE):
        run, week = number % RUNS, int(rng.integers(LIVED))
        state = {entity: history[run, week].copy() for entity, history in runs.histories.items()}
        women = state["women"]
        here = int((women["number"] < (runs.women[run]["referred"] <= week).sum()).sum())
        everyone = "women" if who == "followed" else who
        if not here or (who and not len(state[everyone])):
            continue  # nobody yet to whom it could happen
        for field in shares:
            stirred = rng.random(len(women)) < STIRRED
            women[field][stirred] = rng.random(int(stirred.sum()))
        state |= {each: getattr(runs, each)[run].copy() for each in RECORDED}
        chosen = int(rng.integers(here if everyone == "women" else len(state[everyone]))) if who else 0
        yield state, Rest(everyone, chosen, here, fixed, rows[run : run + 1], (study.seed, run + 1, week))


def in_kernel(tried: Act, state: State, rest: Rest) -> None:
    """What the compiled rule does to a state."""
    arrays = tuple(state[name] for name in (*ENTITIES, "ties"))
    out = tuple(state[name] for name in RECORDED)
    tried(state[rest.who or "women"], rest.chosen, rest.here, arrays, rest.fixed, rest.row, out, rest.luck)


def in_python(act: Act, state: State, rest: Rest) -> None:
    """What the rule does to the same people in Python, as agents would tell it."""
    ones: dict[str, Any] = {}
    for entity in ENTITIES:
        names = RECORDS[entity].names or ()
        each = {at: One(**dict(zip(names, state[entity][at].item(), strict=True)))
                for at in np.ndindex(state[entity].shape)}  # fmt: skip
        ones[entity] = each if state[entity].ndim > 1 else [*each.values()]
    doors, openings, least_waits, plan = rest.fixed
    seed, replication, week = rest.luck
    numbers = [SimpleNamespace(**dict(zip(row.dtype.names, row.item(), strict=True))) for row in (rest.row[0], plan[0])]
    books = {name: state[name].view(np.recarray) for name in RECORDED}
    here = ones | {"women": ones["women"][: rest.here], "followed": ones["women"][: rest.here]}
    program = SimpleNamespace(
        **here, **books, ties=state["ties"], doors=doors, openings=openings.tolist(), least_waits=least_waits.tolist(),
        p=numbers[0], plan=numbers[1], seed_of_luck=seed, replication=replication, week=week, hear=lambda *event: None,
    )  # fmt: skip
    act(*([ones[rest.who][rest.chosen]] if rest.who else []), program)
    for entity in ENTITIES:
        for at in np.ndindex(state[entity].shape):
            one = ones[entity][at if state[entity].ndim > 1 else at[0]]
            state[entity][at] = tuple(getattr(one, name) for name in RECORDS[entity].names or ())
