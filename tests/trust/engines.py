"""The two engines compared on random configurations; one that divides them is made as small as it can be."""

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Any

import numpy as np
from worlds_for_tests import AS_DELIVERED, EDGES, World, drawn_world, rows_with

from sim.agents import Program
from sim.ensemble import run_ensemble
from sim.program import words as w
from sim.program.people import ENTITIES, RECORDS
from sim.program.world import ARRAYS, Runs, beginnings
from trust.check import Check, Found

PARTS, A_PART = 200, 50
MOST_WOMEN = 25
GETTERS = {entity: attrgetter(*(field.name for field in fields)) for entity, fields in ENTITIES.items()}
SIZES = {"cohort_referred": 1.0, "cohort_weeks": 1.0, "cohort_follow_up_weeks": 4.0}  # the smallest world
Histories = Mapping[str, np.ndarray]  # every field of an entity, by week and whose it is
Changes = dict[str, float]  # levers and parameters that are not as they usually are, by field name
Divides = Callable[[Changes], bool]  # whether the engines differ in a world with these changes


def agents_week(program: Program) -> dict[str, tuple[list[Any], list[Any]]]:
    """Every field of every entity as it stands: for each entity its keys, and as many tuples."""
    seen = {}
    for entity, getter in GETTERS.items():
        everyone = getattr(program, entity)
        keys, ones = (everyone.keys(), everyone.values()) if isinstance(everyone, dict) else (None, everyone)
        seen[entity] = (list(keys) if keys is not None else list(range(len(everyone))), [getter(one) for one in ones])
    return seen


def lived_by_agents(world: World, told: type[Program] = Program) -> tuple[Runs, Histories]:
    """What the agents' run gave, and every entity's records week by week, in the form of the ensemble's histories."""
    program = told(world.plan, world.rows[0], world.seed, world.replication, EDGES)
    states = program.random.getstate(), program.rng.bit_generator.state
    weeks, ties = [], np.zeros((program.size.weeks, *program.ties.shape), program.ties.dtype)
    while not program.is_finished:
        program.step()
        weeks.append(agents_week(program))
        ties[program.week - 1] = program.ties
    assert states == (program.random.getstate(), program.rng.bit_generator.state)
    histories = {}
    for entity, first in beginnings(program.size).items():
        histories[entity] = np.zeros((program.size.weeks, *first.shape), RECORDS[entity])
        absent = first if entity in ("goals", "links") else np.zeros_like(first)
        for number, seen in enumerate(weeks):
            keys, rows = seen[entity]
            histories[entity][number] = absent
            if keys:
                where = tuple(np.array(keys).reshape(len(keys), -1).T)
                histories[entity][number][where] = np.array(rows, RECORDS[entity])
    return program.results(), histories | {"ties": ties}


def lived_by_arrays(world: World) -> tuple[Runs, Histories]:
    """The same of the compiled engine."""
    runs = run_ensemble(world.plan, world.rows, world.seed, [world.replication], EDGES, histories=True)
    return runs, {entity: history[0] for entity, history in runs.histories.items()}


def in_words(entity: str, week: int, place: Sequence[int], field: str, agents: object, arrays: object) -> str:
    """A difference as a person can follow it."""
    who = {"team": "case manager", "peers": "peer mentor", "services": "service", "drop_in": "drop-in"}
    name = f"{who[entity]} {place[0] + 1}" if entity in who else f"P{place[0] + 1:03d}"
    if len(place) > 1:
        other = {"goals": w.DOMAINS, "links": w.SERVICES}.get(entity, [f"P{n + 1:03d}" for n in range(place[1] + 1)])
        name += f", {entity} with {other[place[1]]}"
    return f"{name}, week {week}, {field}: {agents} among agents, {arrays} in arrays"


def first_difference(agents: Histories, arrays: Histories) -> str | None:
    """Where two histories by entity first differ, in words; None when every bit is the same."""
    found = []
    for entity, theirs in arrays.items():
        mine = agents[entity]
        if mine.tobytes() == theirs.tobytes():
            continue
        for field in mine.dtype.names or (entity,):
            here, there = (history[field] if mine.dtype.names else history for history in (mine, theirs))
            differ = here.view("i8") != there.view("i8")
            if differ.any():
                week, *place = map(int, np.argwhere(differ)[0])
                at = (week, *place)
                found.append((week, in_words(entity, week, place, field, here[at], there[at])))
    return min(found)[1] if found else None


def difference(world: World, told: type[Program] = Program) -> str | None:
    """What first divides the engines in this world, or which of their results; None when nothing does."""
    (by_agents, agents), (by_arrays, arrays) = lived_by_agents(world, told), lived_by_arrays(world)
    unlike = [name for name in ARRAYS if getattr(by_agents, name).tobytes() != getattr(by_arrays, name).tobytes()]
    return first_difference(agents, arrays) or (f"{unlike[0]} of the results" if unlike else None)


def changes_of(world: World) -> Changes:
    """What makes a world another than the smallest with the plan as delivered and central parameters."""
    usual = rows_with()
    parameters = {name: float(world.rows[name][0]) for name in usual.dtype.names if world.rows[name] != usual[name]}
    base = AS_DELIVERED | SIZES
    return {name: value for name, value in world.plan.items() if value != base[name]} | parameters


def world_with(changes: Changes, world: World) -> World:
    """The smallest world with these changes, and with another's luck."""
    levers = {name: value for name, value in changes.items() if name in world.plan}
    rows = rows_with(**{name: value for name, value in changes.items() if name not in levers})
    return World(AS_DELIVERED | SIZES | levers, rows, world.seed, world.replication)


def fewest(changes: Changes, divides: Divides) -> Changes:
    """As few women, then weeks, as still divide the engines, tried from the fewest up."""
    for size, least in SIZES.items():
        if size in changes:
            most = int(changes[size]) or MOST_WOMEN  # nobody fixed is a number that varies
            changes = next(filter(divides, (changes | {size: float(n)} for n in range(int(least) + 1, most))), changes)
    return changes


def undone(changes: Changes, divides: Divides) -> Changes:
    """Changes taken back as long as the engines stay divided: all at once, then half of them, down to each alone."""
    block = len(changes)
    while block:
        names = list(changes)
        for start in range(0, len(names), block):
            fewer = {name: changes[name] for name in changes if name not in names[start : start + block]}
            changes = fewer if divides(fewer) else changes
        block //= 2
    return changes


def smallest(world: World, told: type[Program] = Program) -> Changes:
    """What is left of a world's changes when the engines, divided by it, would agree with any of them taken back."""

    def divides(some: Changes) -> bool:
        return difference(world_with(some, world), told) is not None

    changes, before = changes_of(world), Changes()
    while changes != before:
        before = changes
        changes = undone(fewest(changes, divides), divides)
    return changes


def compared(part: int, told: type[Program] = Program) -> Found:
    """Random worlds, up to the first that divides the engines: what it comes down to, and what differs there."""
    for number in range(part * A_PART, (part + 1) * A_PART):
        world = drawn_world(np.random.default_rng([2, number]))
        if difference(world, told):
            changes = smallest(world, told)
            said = difference(world_with(changes, world), told)
            luck = {"seed": world.seed, "replication": world.replication}
            return {"agree": number - part * A_PART, "divided": {"differs": said, "changes": changes} | luck}
    return {"agree": A_PART, "divided": None}


def together(parts: Sequence[Found]) -> Found:
    """Whether no world divided the engines, and the smallest that did."""
    divided = [part["divided"] for part in parts if part["divided"]]
    smallest_of_all = min(divided, key=lambda one: len(one["changes"]), default=None)
    return {"holds": not divided, "agree": sum(part["agree"] for part in parts), "divided": smallest_of_all}


FACT = "Agents and arrays agree bit for bit on every field of everybody, in every week of 10,000 random configurations."
CHECK = Check(FACT, PARTS, compared, together)
