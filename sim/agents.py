"""Mesa: the same program with everybody in it an agent, for looking closely at one run, stage by stage."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from types import SimpleNamespace
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import mesa
import networkx as nx
import numpy as np
from mesa.discrete_space import FixedAgent, Network

from sim.program import community, contact, drop_in, entry, goals, lives, pathway, record, sex_work, staff, trust
from sim.program import words as w
from sim.program.levers import plan_row
from sim.program.mechanism import Mechanism, stages
from sim.program.odds import NO_DRAW
from sim.program.people import ENTITIES, Field
from sim.program.week import live_week
from sim.program.world import ARRAYS, Edges, Runs, beginnings, blank_runs, by_service, doors_of, size_of


class Event(NamedTuple):
    """Something that happened: calendar week, to whom, what (an index into `words.EVENTS`), about which service,
    domain, post or state, and the reasons with their sizes, which add up to the log odds that the draw met."""

    week: int
    who: str
    what: int
    subject: int
    reasons: tuple[tuple[str, float], ...]


def _first_values(one: Any, fields: tuple[Field, ...]) -> None:
    """Give an agent, a goal or a link every declared field with its first value."""
    for field in fields:
        setattr(one, field.name, field.first)


def _as_numbers(row: Any) -> SimpleNamespace:
    """One record as plain numbers by name."""
    return SimpleNamespace(**{name: float(row[name]) for name in row.dtype.names})


class Goal:
    """One woman's goal in one domain."""

    def __init__(self) -> None:
        _first_values(self, ENTITIES["goals"])


class Link:
    """The edge between one woman and one community service."""

    def __init__(self) -> None:
        _first_values(self, ENTITIES["links"])


class Numbers(WeakKeyDictionary[mesa.Model, Iterator[int]]):
    """Mesa's numbering of agents, by model; unlike Mesa's own it lets go of a model that nobody holds any more."""

    def __getitem__(self, model: mesa.Model) -> Iterator[int]:
        return self.setdefault(model, count(1))


class Someone(mesa.Agent):
    """One who lives the week."""

    _ids = Numbers()
    name: str


class Participant(Someone):
    """A woman who was referred; the stages of her week are the rules themselves."""

    arrive = entry.arrive
    wait, move_on, leave = pathway.wait, pathway.move_on, pathway.leave
    fall_due, keep_visit = contact.fall_due, contact.keep_visit
    set_goals, make_progress = goals.set_goals, goals.make_progress
    make_referrals, hand_over_links = community.make_referrals, community.hand_over_links
    take_up_links, hold_links = community.take_up_links, community.hold_links
    search_alone, count_links = community.search_alone, community.count_links
    come_to_drop_in, meet_peers, form_ties = drop_in.come_to_drop_in, drop_in.meet_peers, drop_in.form_ties
    build_trust = trust.build_trust
    meet_crisis, change_substance_use = lives.meet_crisis, lives.change_substance_use
    change_housing, change_income, change_work = lives.change_housing, lives.change_income, lives.change_work
    change_sex_work, change_intensity = sex_work.change_sex_work, sex_work.change_intensity
    keep_timeline = record.keep_timeline

    def __init__(self, model: "Program", number: int, referred: int) -> None:
        super().__init__(model)
        _first_values(self, ENTITIES["women"])
        self.number, self.referred = number, referred
        self.name = f"P{number + 1:03d}"  # P001 is the first woman referred


class CaseManager(Someone):
    """A case manager's post."""

    hold_post, renew_hours = staff.hold_post, contact.renew_hours
    answer_crises, offer_visits = contact.answer_crises, contact.offer_visits
    follow_up_links, keep_post_log = community.follow_up_links, record.keep_post_log

    def __init__(self, model: "Program", number: int) -> None:
        super().__init__(model)
        _first_values(self, ENTITIES["team"])
        self.number = number
        self.name = f"case manager {number + 1}"


class PeerMentor(Someone):
    """A peer mentor's post."""

    hold_peer_post, renew_peer_hours = staff.hold_peer_post, contact.renew_peer_hours

    def __init__(self, model: "Program", number: int) -> None:
        super().__init__(model)
        _first_values(self, ENTITIES["peers"])
        self.number = number
        self.name = f"peer mentor {number + 1}"


class CommunityService(Someone, FixedAgent):
    """A community service, on its node of the service graph."""

    open_doors = community.open_doors

    def __init__(self, model: "Program", number: int) -> None:
        super().__init__(model)
        _first_values(self, ENTITIES["services"])
        self.number, self.kind = number, number
        self.name = w.SERVICES[number]


class DropIn(Someone):
    """The weekly drop-in."""

    open_drop_in, seat_women = drop_in.open_drop_in, drop_in.seat_women

    def __init__(self, model: "Program") -> None:
        super().__init__(model)
        _first_values(self, ENTITIES["drop_in"])
        self.name = "drop-in"


class Program(mesa.Model):
    """One replication of one plan.

    plan: every lever by field name. row: one parameter set (a record). seed and replication address its luck; Mesa's
    own random numbers are never touched. `collect` names fields of the women to gather each week by a DataCollector.
    """

    reassign_women, offer_places, keep_log = staff.reassign_women, staff.offer_places, record.keep_log
    # a subclass may put its own here
    participant, case_manager, peer_mentor = Participant, CaseManager, PeerMentor
    community_service, weekly_drop_in = CommunityService, DropIn

    def __init__(
        self,
        plan: Mapping[str, float],
        row: np.ndarray,
        seed: int = 1,
        replication: int = 1,
        edges: Edges = (),
        collect: tuple[str, ...] = (),
    ) -> None:
        super().__init__(rng=seed)
        self.seed_of_luck, self.replication, self.week = seed, replication, 0
        self.plan, self.p = _as_numbers(plan_row(plan)[0]), _as_numbers(row)
        self.referral_weeks = entry.referral_weeks(plan, seed, np.array([replication]))[0].tolist()
        self.size = size_of(plan, len(self.referral_weeks))
        self.openings, self.least_waits = by_service(plan, "openings").tolist(), by_service(plan, "least_wait").tolist()
        self.doors, self.events = doors_of(edges), list[Event]()
        self.ties = np.zeros((self.size.women, self.size.women), np.int64)
        self.runs = blank_runs(self.size, np.array([replication]))
        books = (self.runs.timeline, self.runs.log, self.runs.posts)
        self.timeline, self.log, self.posts = (book[0].view(np.recarray) for book in books)
        self.women: list[Participant] = []
        self.followed: list[Participant] = []
        self.goals: dict[tuple[int, int], Goal] = {}
        self.links: dict[tuple[int, int], Link] = {}
        self.team = [self.case_manager(self, number) for number in range(self.size.posts)]
        self.peers = [self.peer_mentor(self, number) for number in range(self.size.peers)]
        self.services = [self.community_service(self, number) for number in range(len(w.SERVICES))]
        self.drop_in = [self.weekly_drop_in(self)]
        self.community = Network(service_graph(edges), random=self.random)
        for service in self.services:
            service.cell = self.community[service.name]
        reporters = {Participant: {name: name for name in collect}}
        self.datacollector = mesa.DataCollector(agenttype_reporters=reporters) if collect else None

    def step(self) -> None:
        """Live one week."""
        while len(self.women) < len(self.referral_weeks) and 0 <= self.referral_weeks[len(self.women)] <= self.week:
            self._refer(len(self.women))
        while self.followed and pathway.is_over(self.followed[0], self.week, self.size.follow_up):
            self.followed.pop(0)
        live_week(self)
        self.week += 1
        if self.datacollector:
            self.datacollector.collect(self)

    def _refer(self, number: int) -> None:
        """A woman is referred: an agent with her goals and her links, none of them begun."""
        person = self.participant(self, number, self.referral_weeks[number])
        self.women.append(person)
        self.followed.append(person)
        for domain in range(len(w.DOMAINS)):
            self.goals[number, domain] = Goal()
        for service in range(len(w.SERVICES)):
            self.links[number, service] = Link()

    @property
    def referred(self) -> int:
        """Women referred over the whole run."""
        return sum(week >= 0 for week in self.referral_weeks)

    @property
    def is_finished(self) -> bool:
        """Every woman referred has been followed to the end."""
        everybody = len(self.women) == self.referred
        over = all(pathway.is_over(person, self.week, self.size.follow_up) for person in self.followed)
        return self.week >= self.size.weeks or (everybody and over)

    def run_model(self) -> None:
        """Live week after week until the last woman has been followed to the end."""
        while not self.is_finished:
            self.step()

    def results(self) -> Runs:
        """The run so far, in the form in which the ensemble gives many."""
        runs, first = self.runs, beginnings(self.size)
        runs.referred[0] = self.referred
        ones: dict[str, dict[Any, Any]] = {
            "women": dict(enumerate(self.women)),
            "goals": self.goals,
            "links": self.links,
        }
        for entity, everyone in ones.items():
            final = getattr(runs, entity)[0]
            final[:] = first[entity]
            for key, one in everyone.items():
                final[key] = tuple(getattr(one, field.name) for field in ENTITIES[entity])
        return runs

    def hear(self, one: Any, what: int, subject: int, why: Any) -> None:
        """Keep an event with the reasons that decided it."""
        sizes = () if why is NO_DRAW else tuple(zip(why._fields, why, strict=True))
        self.events.append(Event(self.week, one.name, what, subject, sizes))


def run_replications(
    plan: Mapping[str, float],
    rows: np.ndarray,
    seed: int,
    replications: Sequence[int],
    edges: Edges,
    model: type[Program] = Program,
) -> Runs:
    """What `run_ensemble` gives, lived by agents: the same numbers, hundreds of times slower (see `benchmarks/`).
    model: a subclass that tells some stage otherwise."""
    runs = []
    for row, replication in zip(rows, replications, strict=True):
        program = model(plan, row, seed, int(replication), edges)
        program.run_model()
        runs.append(program.results())
    parts = {name: np.concatenate([getattr(run, name) for run in runs]) for name in ARRAYS}
    return Runs(**parts, histories={})


WHOSE = {"followed": "participant", "team": "case_manager", "peers": "peer_mentor", "services": "community_service",
         "drop_in": "weekly_drop_in", "": ""}  # fmt: skip


def program_with(mechanism: Mechanism | None) -> type[Program]:
    """The model in which these rules stand in for others."""
    told: type[Program] = Program
    for name, act in (mechanism.rules if mechanism else {}).items():
        who = WHOSE[stages()[name].who]
        own = {who: type(who, (getattr(told, who),), {name: act})} if who else {name: act}
        told = type("Program", (told,), own)
    return told


def service_graph(edges: Edges) -> "nx.DiGraph[str]":
    """The community services as a graph; an edge carries the chance that one link leads on to the next."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(w.SERVICES)
    graph.add_weighted_edges_from(edges, weight="chance")
    return graph
