"""The place a week is lived in: what both engines lay out before the first week, from the same declarations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sim.program import words as w
from sim.program.people import LOG_LINE, POST_LINE, TIMELINE_LINE, blank

Edges = Sequence[tuple[str, str, float]]  # from one service to the next, with the chance that the link leads on


FINAL = ("women", "goals", "links")  # entities whose last state is kept
TIMED_PHASES = w.TRANSFER - w.PRE_CTI  # transition, try-out, transfer of care
ARRAYS = ("replications", "referred", *FINAL, "timeline", "log", "posts")


class Size(NamedTuple):
    """How large one replication's arrays are."""

    women: int
    posts: int
    peers: int
    weeks: int
    follow_up: int


def size_of(plan: Mapping[str, float], women: int) -> Size:
    """Weeks to simulate: the last woman referred is followed to the end, and the team works until she has left."""
    phases = TIMED_PHASES * (plan["phases_limit_weeks"] + plan["phases_extension_weeks"])
    longest = int(phases + plan["phases_pre_cti_limit_weeks"]) + 1
    follow_up = int(plan["cohort_follow_up_weeks"])
    weeks = int(plan["cohort_weeks"]) + follow_up + longest
    offered = int(plan["program_offered"])  # where no program is offered, nobody is in post
    posts, peers = offered * int(plan["staffing_case_managers"]), offered * int(plan["staffing_peer_mentors"])
    return Size(women, posts, peers, weeks, follow_up)


def beginnings(size: Size) -> dict[str, np.ndarray]:
    """Every entity of one replication with its first values: nobody referred, every post held."""
    services, domains = len(w.SERVICES), len(w.DOMAINS)
    shapes: dict[str, int | tuple[int, ...]] = {
        "women": size.women,
        "goals": (size.women, domains),
        "links": (size.women, services),
        "team": size.posts,
    }
    shapes |= {"peers": size.peers, "services": services, "drop_in": 1}
    arrays = {entity: blank(entity, shape) for entity, shape in shapes.items()}
    for entity in ("women", "team", "peers", "services"):
        arrays[entity]["number"] = np.arange(len(arrays[entity]))
    arrays["services"]["kind"] = np.arange(len(w.SERVICES))
    return arrays


@dataclass(frozen=True)
class Runs:
    """Several replications of one plan.

    referred (R,): women referred. women (R, N), goals (R, N, 4), links (R, N, 7): final states, rows past `referred`
    unused. timeline (R, N, F): by weeks since her referral, phase -1 where nothing was lived. log (R, W) and
    posts (R, W, P): by calendar week. histories: every field of every entity at the end of each week, when asked for.
    """

    replications: np.ndarray
    referred: np.ndarray
    women: np.ndarray
    goals: np.ndarray
    links: np.ndarray
    timeline: np.ndarray
    log: np.ndarray
    posts: np.ndarray
    histories: dict[str, np.ndarray]


def blank_runs(size: Size, replications: np.ndarray, histories: dict[str, np.ndarray] | None = None) -> Runs:
    """Results of some replications with nothing lived yet."""
    first = beginnings(size)
    finals = {name: np.zeros((len(replications), *first[name].shape), first[name].dtype) for name in FINAL}
    shape = (len(replications), size.women, size.follow_up)
    timeline = np.zeros(shape, TIMELINE_LINE)
    timeline["phase"] = -1
    log = np.zeros((len(replications), size.weeks), LOG_LINE)
    posts = np.zeros((len(replications), size.weeks, size.posts), POST_LINE)
    referred = np.zeros(len(replications), np.int64)
    return Runs(replications, referred, **finals, timeline=timeline, log=log, posts=posts, histories=histories or {})


def by_service(plan: Mapping[str, float], lever: str) -> np.ndarray:
    """The openings or the least wait of each service."""
    return np.array([plan[f"community_{lever}_{name}"] for name in w.SERVICES], np.float64)


def doors_of(edges: Edges) -> np.ndarray:
    """The community graph's referral edges as a matrix of chances: from the row's service to the column's."""
    doors = np.zeros((len(w.SERVICES), len(w.SERVICES)))
    for source, target, chance in edges:
        doors[w.SERVICES.index(source), w.SERVICES.index(target)] = chance
    return doors
