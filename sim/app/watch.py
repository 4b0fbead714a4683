"""One replication as Mesa lives it, week by week, small enough to travel to the page: every state that is drawn, every
event in words with its reasons, the service side first where she leaves or returns."""

from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from typing import Any

import numpy as np

from sim.agents import Event, Program
from sim.program import words as w
from sim.program.arithmetic import logistic
from sim.program.people import LOG
from sim.study.explain import SERVICE_SIDE_FIRST, about, program_of, told_of
from sim.study.sentences import say, sentences
from sim.study.study import Study

NAMES: dict[str, tuple[str, ...]] = {  # fields of a woman that are drawn, and what their codes are called
    "phase": w.PHASES, "manager": (), "contact": w.CONTACTS, "attended": (), "crisis": (), "trust": (), "linked": (),
    "housing": w.HOUSING_STATES, "income": w.INCOME_STATES, "employment": w.EMPLOYMENT_STATES,
    "sex_work": w.SEX_WORK_STATES, "substance": w.SUBSTANCE_STATES, "supplement": (),
}  # fmt: skip
GROUPS = {  # and of everyone else in the program
    "team": ("in_post", "hours_supplied", "hours"),
    "peers": ("in_post",),
    "drop_in": ("remote", "sessions", "seats", "attending", "turned_away"),
}
PERCENT, TENTHS = 100, 10  # trust travels in whole percent, hours and log odds in tenths
NOT_YET = -9  # a woman who has not been referred yet has no state
NO_SIDE, NO_CHANCE = -1, -1  # nothing of the service stands beside this event; it followed from the state alone

Watch = dict[str, Any]


def watched_program(study: Study, replication: int = 1, world: str = "program") -> Watch:
    """One replication lived by agents from its first week to its last, as plain data for JSON (about 200 kB).

    women: name, week of referral, needs. state: each drawn field of each woman as `changes` in order of week, which
    `unfolded` makes (women, weeks). team, peers, drop_in and log likewise; trust is in whole percent, hours in tenths.
    ties: [woman, woman, first week, last week]. events by name: [week, what (an index into `told`), text and side
    (indices into `texts`; side -1: none), chance in tenths of a percent (-1: no draw), then reasons (indices into
    `reasons`) and their sizes in tenths, by turns]. Weeks are of the calendar, from 0; a state is that at the end of
    its week. Refused for a world that does not exist.
    """
    program = program_of(study, replication, world)
    book = Book()
    while not program.is_finished:
        program.step()
        book.keep(program)
    women = [
        {"name": person.name, "referred": person.referred, "needs": [*_needs(person.needs)]} for person in program.women
    ]
    return {
        "replication": replication,
        "weeks": program.week,
        "start": study.cohort.start,
        "referral_weeks": int(study.plan["cohort_weeks"]),
        "follow_up_weeks": int(study.plan["cohort_follow_up_weeks"]),
        "caseload_limit": int(study.plan["staffing_caseload_limit"]),
        "names": NAMES,
        "services": [name.replace("_", " ") for name in w.SERVICES],
        "edges": [[w.SERVICES.index(a), w.SERVICES.index(b), chance] for a, b, chance in study.edges],
        "because": [sentences()["timeline"][name] for name in ("because", "because_not")],
        "women": women,
        **book.changes(),
        "log": {name: changes(program.log[name][: program.week].tolist()) for name, *_ in LOG},
        **events_in_words(program),
    }


class Book:
    """What is drawn of each week, written down when the week is over."""

    def __init__(self) -> None:
        self.lines: dict[tuple[str, int, str], list[int]] = {}  # the first week, then a value for each
        self.tied: dict[tuple[int, int], list[int]] = {}

    def keep(self, program: Program) -> None:
        """The week that has just been lived."""
        week = program.week - 1
        for person in program.women:
            for field in NAMES:
                self._note("state", person.number, field, week, drawn(field, getattr(person, field)))
        for group, fields in GROUPS.items():
            for number, one in enumerate(getattr(program, group)):
                for field in fields:
                    self._note(group, number, field, week, drawn(field, getattr(one, field)))
        for a, b in np.argwhere(np.triu(program.ties > week)).tolist():
            spells = self.tied.setdefault((a, b), [])
            if not spells or spells[-1] != week - 1:
                spells += [week, week]
            spells[-1] = week

    def _note(self, group: str, number: int, field: str, week: int, value: int) -> None:
        key = (group, number, field)
        self.lines.setdefault(key, [week]).append(value)

    def changes(self) -> Watch:
        """Every group of the drawn as changes, and the spells of the ties."""
        parts: Watch = {group: {field: [] for field in fields} for group, fields in (GROUPS | {"state": NAMES}).items()}
        for (group, _, field), line in self.lines.items():
            parts[group][field].append(changes(line[1:], line[0]))
        pairs = [[*pair, *spells[n : n + 2]] for pair, spells in self.tied.items() for n in range(0, len(spells), 2)]
        return {**parts, "ties": pairs}


def drawn(field: str, value: float) -> int:
    """A field as it travels: whole, trust in percent and hours in tenths."""
    return round(value * {"trust": PERCENT, "hours": TENTHS, "hours_supplied": TENTHS}.get(field, 1))


def changes(line: Iterable[int], first: int = 0) -> list[int]:
    """A line of values by week as weeks since the change before, and what it changed to, by turns."""
    told, since, week = list[int](), 0, first
    for value, same in groupby(line):
        told += [week - since, value]
        since, week = week, week + sum(1 for _ in same)
    return told


def unfolded(rows: Iterable[list[int]], weeks: int) -> np.ndarray:
    """What `changes` folded, (rows, weeks); before the first change NOT_YET."""
    lines = []
    for row in rows:
        line, week = np.full(weeks, NOT_YET), 0
        for gap, value in zip(row[::2], row[1::2], strict=True):
            week += gap
            line[week:] = value
        lines.append(line)
    return np.array(lines).reshape(-1, weeks)


def events_in_words(program: Program) -> Watch:
    """Every event of a run, with its sentence, the service's side of it where that stands first, and its reasons."""
    people = {person.name: person for person in program.women}
    texts: dict[str, int] = {}
    names: dict[str, int] = {}
    told: dict[str, list[list[int]]] = {}
    unmet, lost, left = Counter[str](), Counter[str](), set[str]()
    for event in program.events:
        who, side = event.who, NO_SIDE
        unmet[who] += event.what == w.HOURS_SHORT
        lost[who] += event.what == w.LOST_MANAGER
        left |= {who} if event.what in (w.LEFT_EARLY, w.FINISHED) else set()
        if event.what in SERVICE_SIDE_FIRST and not (who in left and event.what == w.RETURNED):
            waited = min(people[who].waited, event.week - people[who].referred + 1)  # so far
            text = say("timeline.service_side", waited=waited, unmet=unmet[who], changes=lost[who])
            side = texts.setdefault(text, len(texts))
        text = say(f"timeline.events.{w.EVENTS[event.what]}", about=about(event))
        number = texts.setdefault(text, len(texts))
        told.setdefault(who, []).append([event.week, event.what, number, side, *reasons_of(event, names)])
    team = {who: told.pop(who) for who in [*told] if who not in people}
    return {"texts": [*texts], "reasons": [*names], "told": w.EVENTS, "events": told, "team_events": team}


def reasons_of(event: Event, names: dict[str, int]) -> list[int]:
    """The chance that the reasons made, the ordinary week's size, and the largest of the others in their own order, as
    `explain` tells them."""
    if not event.reasons:
        return [NO_CHANCE]
    told = [(name.replace("_", " "), size) for name, size in told_of(event.reasons)]
    sizes = [(names.setdefault(name, len(names)), round(TENTHS * size)) for name, size in told]
    chance = f"{PERCENT * logistic(sum(size for _, size in event.reasons)):.1f}"
    return [int(chance.replace(".", "")), *(number for pair in sizes for number in pair)]


def first_apart(a: Watch, b: Watch) -> dict[str, Any] | None:
    """The first week in which two watched programs are not the same for the same women, by what is drawn and by what
    happened: {"week", "women": {name: {field: [value under a, value under b]}}}; under "events" stand the texts that
    only one of them has. A woman referred in other weeks parts in the first of them. None where they never part."""
    found: dict[int, dict[str, dict[str, list[Any]]]] = {}
    weeks = min(a["weeks"], b["weeks"])
    both = [*zip(a["women"], b["women"], strict=False)]
    for one, other in both:
        if one["referred"] != other["referred"]:
            when = [one["referred"], other["referred"]]
            found.setdefault(min(when), {}).setdefault(one["name"], {})["referred"] = when
    for field in NAMES:
        lines = [unfolded(watch["state"][field][: len(both)], weeks) for watch in (a, b)]
        for woman, week in zip(*_first_true(lines[0] != lines[1]), strict=True):
            parts = found.setdefault(week, {}).setdefault(a["women"][woman]["name"], {})
            parts[field] = [int(line[woman, week]) for line in lines]
    for woman, _ in both:
        for week, texts in _only(a, b, woman["name"]).items():
            found.setdefault(week, {}).setdefault(woman["name"], {})["events"] = texts
    return {"week": min(found), "women": found[min(found)]} if found else None


def _first_true(apart: np.ndarray) -> tuple[list[int], list[int]]:
    """The rows with a true value, and where in each the first one is."""
    rows = np.flatnonzero(apart.any(axis=1))
    return rows.tolist(), apart[rows].argmax(axis=1).tolist()


def _only(a: Watch, b: Watch, name: str) -> dict[int, list[Any]]:
    """What happened to her under one only, by week."""
    happened = [Counter((e[0], watch["texts"][e[2]]) for e in watch["events"].get(name, [])) for watch in (a, b)]
    only = [sorted((one - other).elements()) for one, other in (happened, happened[::-1])]
    weeks = sorted({week for side in only for week, _ in side})
    return {week: [[text for when, text in side if when == week] for side in only] for week in weeks[:1]}


def _needs(bits: int) -> Iterable[str]:
    return (need for bit, need in enumerate(w.NEEDS) if bits >> bit & 1)
