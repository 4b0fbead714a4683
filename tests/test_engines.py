"""Two engines, one telling: agents and arrays live the same weeks, to the last bit."""

import ast
import gc
import inspect
import weakref
from operator import attrgetter

import networkx as nx
import numpy as np
import pytest
from mesa.discrete_space import Network
from worlds_for_tests import EDGES, PARAMETERS, World, drawn_world, plan_with, rows_with

from sim.agents import CaseManager, CommunityService, DropIn, Participant, PeerMentor, Program
from sim.ensemble import in_chunks, run_ensemble
from sim.program import week as the_week
from sim.program import words as w
from sim.program.parameters import draw_parameters
from sim.program.people import ENTITIES, RECORDS
from sim.program.world import ARRAYS, beginnings

CONFIGURATIONS = 200
GETTERS = {entity: attrgetter(*(field.name for field in fields)) for entity, fields in ENTITIES.items()}
SMALL = plan_with(cohort_referred=8, cohort_weeks=20, cohort_follow_up_weeks=40)


def agents_week(program):
    """Every field of every entity as it stands: for each entity its keys, and as many tuples."""
    seen = {}
    for entity, getter in GETTERS.items():
        everyone = getattr(program, entity)
        keys, ones = (everyone.keys(), everyone.values()) if isinstance(everyone, dict) else (None, everyone)
        seen[entity] = (list(keys) if keys is not None else list(range(len(everyone))), [getter(one) for one in ones])
    return seen


def lived_by_agents(world):
    """The model after its run, and every entity's records week by week, in the form of the ensemble's histories."""
    program = Program(world.plan, world.rows[0], world.seed, world.replication, EDGES)
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
    return program, histories | {"ties": ties}


def in_words(entity, week, place, field, agents, arrays):
    """A difference as a person can follow it."""
    who = {"team": "case manager", "peers": "peer mentor", "services": "service", "drop_in": "drop-in"}
    name = (
        f"P{place[0] + 1:03d}"
        if entity in ("women", "goals", "links", "ties", "timeline")
        else f"{who[entity]} {place[0] + 1}"
    )
    if len(place) > 1:
        other = {"goals": w.DOMAINS, "links": w.SERVICES}.get(entity, [f"P{n + 1:03d}" for n in range(place[1] + 1)])
        name += f", {entity} with {other[place[1]]}"
    return f"{name}, week {week}, {field}: {agents} among agents, {arrays} in arrays"


def first_difference(agents, arrays):
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


def both(world):
    """The two engines' histories and results of one world."""
    program, agents = lived_by_agents(world)
    runs = run_ensemble(world.plan, world.rows, world.seed, [world.replication], EDGES, histories=True)
    return agents, {entity: history[0] for entity, history in runs.histories.items()}, program.results(), runs


@pytest.mark.parametrize("part", range(4))
def test_engines_agree_on_every_field_of_every_entity_in_every_week(part):
    """Over random small worlds no field of anybody differs between the engines in any week, nor any line recorded."""
    for number in range(part, CONFIGURATIONS, 4):
        world = drawn_world(np.random.default_rng([2, number]))
        agents, arrays, by_agents, by_arrays = both(world)
        assert first_difference(agents, arrays) is None, f"world {number}: {first_difference(agents, arrays)}"
        for name in ARRAYS:
            assert getattr(by_agents, name).tobytes() == getattr(by_arrays, name).tobytes(), f"world {number}: {name}"


def test_a_difference_is_told_in_words():
    """When the engines differ, the sentence names who, which week and which field."""
    agents, arrays, *_ = both(World(SMALL, rows_with(), 1, 1))
    assert first_difference(agents, arrays) is None
    arrays["women"]["trust"][30, 4] += 2**-50
    arrays["links"]["state"][31, 2, w.LEGAL] += 1
    said = first_difference(agents, arrays)
    assert said.startswith("P005, week 30, trust: ")
    arrays["women"]["trust"][30, 4] = agents["women"]["trust"][30, 4]
    assert first_difference(agents, arrays).startswith("P003, links with legal, week 31, state: ")


def test_threads_and_chunks_change_nothing():
    """However many threads and chunks a run is cut into, its bytes are the same."""
    replications = list(range(1, 61))
    whole = run_ensemble(SMALL, draw_parameters(PARAMETERS, 5, np.array(replications)), 5, replications, EDGES)
    for threads in (1, 3):
        chunks = list(in_chunks(SMALL, PARAMETERS, 5, replications, EDGES, threads))
        assert [len(chunk.referred) for chunk in chunks] == [25, 25, 10]
        for name in ARRAYS:
            joined = np.concatenate([getattr(chunk, name) for chunk in chunks])
            assert joined.tobytes() == getattr(whole, name).tobytes(), name


def stages():
    """The sentences of the week: the word that is said, whom it is said of, and the rule."""
    sentences = ast.parse(inspect.getsource(the_week.live_week)).body[0].body[1:]  # after the docstring
    for sentence in sentences:
        said, arguments = sentence.value.func.id, [ast.unparse(argument) for argument in sentence.value.args]
        yield said, arguments[0] if said == "each" else "program", arguments[-2]


def test_every_line_of_the_week_is_a_method_of_those_who_live_it():
    """Each stage of the week is a method of the agents that live it, or of the model."""
    lives_it = {
        "program.followed": Participant, "program.team": CaseManager, "program.peers": PeerMentor,
        "program.services": CommunityService, "program.drop_in": DropIn, "program": Program,
    }  # fmt: skip
    told = list(stages())
    assert len(told) > 30
    for _, whose, stage in told:
        assert getattr(lives_it[whose], stage) is getattr(the_week, stage), stage


def small_program(**more):
    return Program(SMALL, rows_with()[0], 1, 1, EDGES, **more)


def test_agents_can_be_used_the_mesa_way():
    """AgentSets of the program can be selected, grouped, aggregated, read and told to live a stage."""
    program = small_program()
    for _ in range(20):
        program.step()
    women = program.agents_by_type[Participant]
    engaged = women.select(lambda woman: w.PRE_CTI <= woman.phase <= w.TRANSFER)
    assert sum(program.log[19][phase] for phase in ("pre_cti", "transition", "try_out", "transfer")) == len(engaged)
    assert women.agg("trust", max) == max(women.get("trust"))
    sizes = {phase: len(group) for phase, group in women.groupby("phase")}
    assert sum(sizes.values()) == len(women)
    before = engaged.get("phase_weeks")
    engaged.do("move_on", program)
    assert all(after in (was + 1, 0) for was, after in zip(before, engaged.get("phase_weeks"), strict=True))
    kinds = {Participant, CaseManager, PeerMentor, CommunityService, DropIn}
    assert set(program.agents_by_type) == kinds


def test_a_data_collector_is_made_only_when_asked_for():
    """Fields of the women are collected each week when they are named, and no collector exists otherwise."""
    assert small_program().datacollector is None
    program = small_program(collect=("phase", "trust"))
    program.run_model()
    frame = program.datacollector.get_agenttype_vars_dataframe(Participant)
    assert list(frame.columns) == ["phase", "trust"]
    assert len(frame.loc[program.week]) == 8


def test_services_live_on_a_mesa_network():
    """The community services stand on the nodes of a network, whose edges are the configured referral edges."""
    program = small_program()
    assert isinstance(program.community, Network)
    assert nx.is_directed(program.community.G)
    assert {(a, b, edge["chance"]) for a, b, edge in program.community.G.edges(data=True)} == set(EDGES)
    for service in program.services:
        assert list(service.cell.agents) == [service]
        onward = {other.name for cell in service.cell.connections.values() for other in cell.agents}
        assert onward == {b for a, b, _ in EDGES if a == service.name}


class Unmoved(Participant):
    """A woman whose trust stays where it began."""

    def build_trust(self, program):
        """Nothing: contact builds no trust."""


class WithoutTrust(Program):
    """The program with that one stage told otherwise."""

    participant = Unmoved


def test_a_subclass_may_tell_one_stage_otherwise():
    """Trust that is never built is the ingredient at dose 0, whichever way it is said."""
    told = WithoutTrust(SMALL, rows_with()[0], 1, 1, EDGES)
    told.run_model()
    asked = run_ensemble(SMALL | {"ingredients_trust": 0.0}, rows_with(), 1, [1], EDGES)
    usual = run_ensemble(SMALL, rows_with(), 1, [1], EDGES)
    assert told.results().timeline.tobytes() == asked.timeline.tobytes() != usual.timeline.tobytes()


def test_a_model_that_is_dropped_is_gone():
    """No model is kept alive after a run, by Mesa's numbering of agents or by anything else."""
    program = small_program(collect=("phase",))
    program.run_model()
    gone = weakref.ref(program)
    del program
    gc.collect()
    assert gone() is None
