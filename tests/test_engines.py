"""Two engines, one telling: agents and arrays live the same weeks, to the last bit."""

import ast
import gc
import inspect
import re
import weakref

import networkx as nx
import numpy as np
import pytest
from mesa.discrete_space import Network
from trust import engines, memory
from worlds_for_tests import EDGES, PARAMETERS, World, plan_with, rows_with

from sim.agents import CaseManager, CommunityService, DropIn, Participant, PeerMentor, Program
from sim.ensemble import in_chunks, run_ensemble
from sim.program import week as the_week
from sim.program import words as w
from sim.program.parameters import draw_parameters
from sim.program.world import ARRAYS

SMALL = plan_with(cohort_referred=8, cohort_weeks=20, cohort_follow_up_weeks=40)


@pytest.mark.parametrize("part", range(4))
def test_engines_agree_on_every_field_of_every_entity_in_every_week(part):
    """Over random small worlds no field of anybody differs between the engines in any week, nor any line recorded."""
    found = engines.CHECK.small(part)
    assert found == {"holds": True, "agree": 50, "divided": None}


class Unseated(Participant):
    """A woman whose trust stays where it began if the drop-in has but two seats."""

    def build_trust(self, program):
        if program.plan.drop_in_seats > 2:
            super().build_trust(program)


class FewSeats(Program):
    """The program with a fault that only some plans show."""

    participant = Unseated


def test_a_configuration_that_divides_the_engines_is_made_small():
    """Of two hundred levers and parameters changed, the one behind a planted fault is left, with what it did first."""
    found = engines.together([engines.compared(2, FewSeats)])
    assert found["holds"] is False
    assert set(found["divided"]["changes"]) - set(engines.SIZES) == {"drop_in_seats"}
    assert re.match(r"P00\d, week \d+, trust: ", found["divided"]["differs"])


def test_a_difference_is_told_in_words():
    """When the engines differ, the sentence names who, which week and which field."""
    world = World(SMALL, rows_with(), 1, 1)
    (_, agents), (_, arrays) = engines.lived_by_agents(world), engines.lived_by_arrays(world)
    said = engines.first_difference
    assert said(agents, arrays) is None
    arrays["women"]["trust"][30, 4] += 2**-50
    arrays["links"]["state"][31, 2, w.LEGAL] += 1
    assert said(agents, arrays).startswith("P005, week 30, trust: ")
    arrays["women"]["trust"][30, 4] = agents["women"]["trust"][30, 4]
    assert said(agents, arrays).startswith("P003, links with legal, week 31, state: ")


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


def test_memory_does_not_grow_with_replications():
    """A thousand replications take no more memory than two hundred, as chunks are let go; held on to, they would."""
    few = memory.streamed(200)
    assert memory.together([few, memory.streamed(1_000)])["holds"]
    assert not memory.together([few, memory.streamed(10_000, held=400)])["holds"]


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
