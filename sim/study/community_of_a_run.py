"""The first run of a study, lived by agents: every event of it, and its community halfway: women in the program, case
managers, peer mentors and services, and the ties between them."""

from itertools import combinations

import pandas as pd

from sim.agents import Participant, Program
from sim.measures.lives import in_program
from sim.study.explain import events_table, program_of
from sim.study.worlds import World

REPLICATION = 1


def lived_by_agents(world: World) -> dict[str, pd.DataFrame]:
    """Nodes (node, kind, label) and edges (source, target, kind, weight) of the community in the middle week of the
    referrals, and every event of the run to its end (case_id, activity, timestamp, resource)."""
    study = world.study
    program = program_of(study, REPLICATION, "program" if world.offered else "no_program")
    for _ in range(int(world.plan["cohort_weeks"]) // 2):
        program.step()
    edges = [(a, b, "referral", float(chance)) for a, b, chance in study.edges if chance > 0]
    community = _community(program, edges)
    program.run_model()
    return community | {"events": events_table(program, study.cohort.start)}


def _community(program: Program, edges: list[tuple[str, str, str, float]]) -> dict[str, pd.DataFrame]:
    """The community as it stands, beside the edges among the services."""
    women = [person for person in program.women if in_program(person.phase)]
    team, peers = ([post for post in posts if post.in_post] for posts in (program.team, program.peers))
    everybody = {"service": program.services, "case manager": team, "peer mentor": peers, "woman": women}
    nodes = [(one.name, kind, one.name.replace("_", " ")) for kind, group in everybody.items() for one in group]
    edges = edges + [edge for person in women for edge in _edges_of(person, program)]
    edges += [
        (one.name, other.name, "tie", 1.0)
        for one, other in combinations(women, 2)
        if program.ties[one.number, other.number] >= program.week
    ]
    return {
        "community_nodes": pd.DataFrame(nodes, columns=["node", "kind", "label"]),
        "community_edges": pd.DataFrame(edges, columns=["source", "target", "kind", "weight"]),
    }


def _edges_of(person: Participant, program: Program) -> list[tuple[str, str, str, float]]:
    """Her case manager and the services she is linked to."""
    held = [(program.team[person.manager].name, person.name, "caseload", 1.0)] if person.manager >= 0 else []
    linked = [service.name for service in program.services if person.linked >> service.kind & 1]
    return held + [(person.name, name, "link", 1.0) for name in linked]
