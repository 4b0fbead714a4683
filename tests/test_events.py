"""Events: what is told is what happened, once each, with the reasons that decided it."""

from collections import Counter
from functools import cache

import numpy as np
import pytest
from worlds_for_tests import EDGES, drawn_world, plan_with, rows_with

from sim import agents
from sim.agents import CaseManager, Participant, PeerMentor, Program
from sim.program import odds as the_odds
from sim.program import staff
from sim.program import words as w
from sim.program.arithmetic import falls_below

WORLDS = 25
# which events tell which change of which field; a case manager also goes with the end of her program
TOLD = {
    "phase": {w.ENTERED: w.PRE_CTI, w.LEFT_THE_LIST: w.LEFT, w.FINISHED: w.COMPLETED, w.LEFT_EARLY: w.LEFT},
    "housing": {w.HOUSING_CHANGED: None},
    "income": {w.INCOME_CHANGED: None},
    "employment": {w.WORK_CHANGED: None},
    "substance": {w.USE_CHANGED: None},
    "sex_work": {w.BREAK_BEGAN: w.SHORT_BREAK, w.EXIT_BEGAN: w.EXITED, w.RETURNED: w.INVOLVED},
    "manager": {w.LOST_MANAGER: -1, w.ENTERED: None, w.GIVEN_MANAGER: None, w.FINISHED: -1, w.LEFT_EARLY: -1},
    "supplement": {w.SUPPLEMENT_GRANTED: 1},
    "crisis": {w.CRISIS_BEGAN: 1},
}
LINKS = {
    w.REFERRED_TO: w.REFERRED, w.JOINED_QUEUE: w.QUEUED, w.NOT_TAKEN_UP: w.LAPSED, w.WAS_LINKED: w.LINKED,
    w.LINK_LAPSED: w.LAPSED, w.FOUND_ALONE: w.LINKED,
}  # fmt: skip
POSTS = {w.POST_VACANT: 0, w.POST_FILLED: 1, w.POST_CLOSED: 0}


class Watched:
    """Whoever is watched writes down every change of a field that events tell of."""

    fields: frozenset[str] = frozenset()

    def __setattr__(self, name, value):
        if name in self.fields and name in self.__dict__ and self.__dict__[name] != value:
            self.notice(name, value)
        super().__setattr__(name, value)


class WatchedWoman(Watched, Participant):
    """A woman whose changes are written down once she has arrived."""

    fields = frozenset(TOLD)

    def arrive(self, program):
        self.arriving = True
        super().arrive(program)
        self.arriving = False

    def notice(self, name, value):
        if not self.arriving and (name, value) != ("crisis", 0):
            self.model.changes.append((self.model.week, self.name, name, value))


class WatchedCaseManager(Watched, CaseManager):
    """A case manager's post whose vacancies are written down."""

    fields = frozenset({"in_post"})

    def notice(self, name, value):
        self.model.changes.append((self.model.week, self.name, name, value))


class WatchedPeerMentor(WatchedCaseManager, PeerMentor):
    """A peer mentor's post, likewise."""

    __init__ = PeerMentor.__init__


class WatchedLink(Watched, agents.Link):
    """A link whose changes of state are written down, for whomever it is."""

    fields = frozenset({"state"})
    changes: list = []

    def notice(self, name, value):
        WatchedLink.changes.append((id(self), value))


class WatchedProgram(Program):
    """A program that remembers, for each event, the draw that came last before it was told."""

    participant, case_manager, peer_mentor = WatchedWoman, WatchedCaseManager, WatchedPeerMentor

    def __init__(self, *words):
        self.changes, self.draws = [], []
        super().__init__(*words)

    def hear(self, one, what, subject, why):
        self.draws.append(DRAWS[-1] if DRAWS else None)
        super().hear(one, what, subject, why)


DRAWS = []


def watched_draw(u, odds):
    """The same draw, written down."""
    DRAWS.append((u, odds))
    return falls_below(u, odds)


@cache
def programs():
    """Random worlds lived under watch, each with its changes of links by woman and service."""
    found = []
    busy = plan_with(
        cohort_referred=20, staffing_case_managers=2, staffing_turnover=4, drop_in_seats=2, staffing_hours_per_week=9,
        community_rent_supplements=30, funding_cut_from_week=50, funding_posts_closed=1, staffing_caseload_limit=6,
    )  # fmt: skip
    worlds = [drawn_world(np.random.default_rng([7, number])) for number in range(WORLDS)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(agents, "Link", WatchedLink)
        for module in (the_odds, staff):
            patch.setattr(module, "falls_below", watched_draw)
        for plan, rows, seed, replication in [(busy, rows_with(), 1, 1), *worlds]:
            DRAWS.clear()
            WatchedLink.changes = []
            program = WatchedProgram(plan, rows[0], seed, replication, EDGES)
            program.run_model()
            whose = {id(link): (program.women[key[0]].name, key[1]) for key, link in program.links.items()}
            program.link_changes = [(*whose[link], state) for link, state in WatchedLink.changes]
            found.append(program)
    return found


def told(program, kinds, state_of):
    """Events of some kinds as changes: week, who, and what she came to."""
    return [(event.week, event.who, state_of(event)) for event in program.events if event.what in kinds]


def without_those_who_had_none(events):
    """Events of case managers, but for the end of her program when there was nobody left for her to lose."""
    has, kept = {}, []
    for week, who, manager in events:
        if manager != has.get(who, -1):
            kept.append((week, who, manager))
        has[who] = manager
    return kept


@pytest.mark.parametrize("field", [field for field in TOLD if field != "phase"])
def test_each_change_is_one_event_and_each_event_one_change(field):
    """Whatever changes in her life is told once, in that week, and nothing is told that did not change."""
    seen = 0
    for program in programs():
        changed = [(week, who, value) for week, who, name, value in program.changes if name == field]
        states = TOLD[field]

        def came_to(event, states=states):
            return event.subject if states[event.what] is None else states[event.what]

        events = told(program, states, came_to)
        if field == "manager":
            events = without_those_who_had_none(events)
        assert changed == events
        seen += len(changed)
    assert seen > 5


def test_each_change_of_phase_is_one_event():
    """Every change of phase is told once in its week, in order, and nothing else is told of phases."""
    moves = TOLD["phase"] | {w.MOVED_ON: None}
    for program in programs():
        changed = [(week, who, value) for week, who, name, value in program.changes if name == "phase"]
        events = told(program, moves, lambda event: moves[event.what] or event.subject)
        assert changed == events
    seen = Counter(value for program in programs() for _, _, name, value in program.changes if name == "phase")
    assert seen.keys() == {w.PRE_CTI, w.TRANSITION, w.TRY_OUT, w.TRANSFER, w.COMPLETED, w.LEFT}


def test_each_change_of_a_link_is_one_event():
    """Every referral, queue, link and lapse is told once, in order, with the service it is about."""
    seen = Counter()
    for program in programs():
        events = [(event.who, event.subject, LINKS[event.what]) for event in program.events if event.what in LINKS]
        assert program.link_changes == events
        seen.update(state for *_, state in events)
    assert min(seen[state] for state in (w.REFERRED, w.QUEUED, w.LINKED, w.LAPSED)) > 20


def test_each_vacancy_and_hire_is_one_event():
    """Every change of a post, of case managers and of peer mentors, is told once in its week."""
    seen = Counter()
    for program in programs():
        changed = [(week, who, value) for week, who, name, value in program.changes if name == "in_post"]
        events = [(event.week, event.who, POSTS[event.what]) for event in program.events if event.what in POSTS]
        assert changed == events
        seen.update(event.what for event in program.events if event.what in POSTS)
    assert seen.keys() == set(POSTS)


def test_counts_of_events_are_what_the_women_remember():
    """Events of unmet contacts, goals, hand-overs and full sessions are as many as the women and the log count."""
    for program in programs():
        number = Counter(event.what for event in program.events)
        women = program.agents_by_type.get(WatchedWoman, [])
        assert number[w.WAS_REFERRED] == len(women)
        assert number[w.HOURS_SHORT] == sum(woman.contacts_unmet for woman in women)
        assert number[w.LOST_MANAGER] == sum(woman.manager_changes for woman in women)
        assert number[w.TURNED_AWAY] == program.log["turned_away"].sum()
        assert number[w.HANDED_OVER] == sum(link.transferred for link in program.links.values())
        together = {(event.who, event.subject) for event in program.events if event.what == w.SET_GOAL}
        assert len(together) == sum(goal.together for goal in program.goals.values())


def test_reasons_add_up_to_the_log_odds_of_the_draw():
    """The sizes of an event's reasons sum, in order, to the log odds that its draw was compared with, and the draw
    fell as the event says."""
    kinds = set()
    for program in programs():
        for event, draw in zip(program.events, program.draws, strict=True):
            if event.reasons:
                odds = 0.0
                for _, size in event.reasons:
                    odds = odds + size
                u, compared = draw
                assert odds == compared
                assert falls_below(u, odds) == (event.what != w.NOT_TAKEN_UP)
                kinds.add(event.what)
    assert kinds >= {
        w.LEFT_THE_LIST, w.LEFT_EARLY, w.REFERRED_TO, w.JOINED_QUEUE, w.NOT_TAKEN_UP, w.LINK_LAPSED, w.FOUND_ALONE,
        w.HANDED_OVER, w.HOUSING_CHANGED, w.INCOME_CHANGED, w.WORK_CHANGED, w.USE_CHANGED, w.BREAK_BEGAN, w.EXIT_BEGAN,
        w.RETURNED, w.CRISIS_BEGAN, w.POST_VACANT, w.POST_FILLED,
    }  # fmt: skip


def test_every_kind_of_event_happens():
    """Every kind of event in the list has happened to somebody."""
    happened = {event.what for program in programs() for event in program.events}
    assert happened == set(range(len(w.EVENTS)))
