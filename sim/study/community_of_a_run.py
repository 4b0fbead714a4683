"""The community of one simulated run, halfway: women in the program, case managers, peer mentors and services, and the
ties between them, read from the agents themselves."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.program import words as w
from sim.program.parameters import central_parameters, draw_parameters

if TYPE_CHECKING:
    from sim.agents import Participant, Program
    from sim.study.worlds import World

REPLICATION = 1


def community_tables(world: "World") -> dict[str, pd.DataFrame]:
    """Nodes (node, kind, label) and edges (source, target, kind, weight) in the middle week of the referrals."""
    from sim.agents import Program

    study = world.study
    drawn = draw_parameters(study.parameters, study.seed, np.array([REPLICATION]))
    rows = drawn if study.parameters_drawn else central_parameters(study.parameters)
    program = Program(world.plan, rows[0], study.seed, REPLICATION, study.edges)
    for _ in range(int(world.plan["cohort_weeks"]) // 2):
        program.step()
    women = [person for person in program.women if w.PRE_CTI <= person.phase <= w.TRANSFER]
    nodes = [(service.name, "service", service.name.replace("_", " ")) for service in program.services]
    nodes += [(post.name, "case manager", post.name) for post in program.team if post.in_post]
    nodes += [(post.name, "peer mentor", post.name) for post in program.peers if post.in_post]
    nodes += [(person.name, "woman", person.name) for person in women]
    edges = [(a, b, "referral", float(chance)) for a, b, chance in study.edges if chance > 0]
    edges += [edge for person in women for edge in _edges_of(person, program)]
    edges += [
        (one.name, other.name, "tie", 1.0)
        for place, one in enumerate(women)
        for other in women[place + 1 :]
        if program.ties[one.number, other.number] >= program.week
    ]
    return {
        "community_nodes": pd.DataFrame(nodes, columns=["node", "kind", "label"]),
        "community_edges": pd.DataFrame(edges, columns=["source", "target", "kind", "weight"]),
    }


def _edges_of(person: "Participant", program: "Program") -> list[tuple[str, str, str, float]]:
    """Her case manager and the services she is linked to."""
    held = [(program.team[person.manager].name, person.name, "caseload", 1.0)] if person.manager >= 0 else []
    linked = [service.name for service in program.services if person.linked >> service.kind & 1]
    return held + [(person.name, name, "link", 1.0) for name in linked]
