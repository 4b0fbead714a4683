"""One simulated participant's timeline in words, the service side first, replayed from one replication in Mesa."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from textwrap import wrap

import numpy as np
import pandas as pd

from sim.agents import Event, Participant, Program, program_with
from sim.program import words as w
from sim.program.arithmetic import logistic
from sim.study.refusals import Refused
from sim.study.sentences import say
from sim.study.sets import rows_of
from sim.study.study import Study

WORLDS = ("program", "no_program")
WIDTH, INDENT, MOST_REASONS = 100, 24, 5
STATES = {  # what the subject of an event is
    w.HOUSING_CHANGED: w.HOUSING_STATES, w.INCOME_CHANGED: w.INCOME_STATES, w.WORK_CHANGED: w.EMPLOYMENT_STATES,
    w.USE_CHANGED: w.SUBSTANCE_STATES, w.SET_GOAL: w.DOMAINS, w.MOVED_ON: w.PHASES,
}  # fmt: skip
SERVICE_EVENTS = (*range(w.REFERRED_TO, w.SUPPLEMENT_GRANTED + 1), w.INTRODUCED)
BY_POST = (w.ENTERED, w.LOST_MANAGER, w.GIVEN_MANAGER, w.HOURS_SHORT, w.POST_VACANT, w.POST_FILLED, w.POST_CLOSED)
SERVICE_SIDE_FIRST = (w.LEFT_EARLY, w.LEFT_THE_LIST, w.RETURNED)


def program_of(study: Study, replication: int = 1, world: str = "program") -> Program:
    """One replication of a study as a Mesa model whose first week is still to come: `step()` lives a week,
    `run_model()` all of them, and `agents_by_type` holds participants, case managers, peer mentors and services.

    world: "program", or "no_program" for its twin with usual services only.
    """
    if world not in WORLDS:
        raise Refused(say("timeline.no_world", value=world, names=", ".join(WORLDS)))
    plan = study.plan if world == "program" else {**study.plan, "program_offered": 0.0}
    return program_with(study.mechanism)(
        plan, rows_of(study, np.array([replication]))[0], study.seed, replication, study.edges
    )


def replay_run(study: Study, replication: int = 1, world: str = "program") -> Program:
    """The same, lived to its end, with every event and its reasons."""
    program = program_of(study, replication, world)
    program.run_model()
    return program


def about(event: Event) -> str:
    """What an event is about: a service, a goal, a phase, a state, her needs, or a case manager."""
    if event.what in SERVICE_EVENTS:
        return w.SERVICES[event.subject].replace("_", " ")
    if event.what == w.WAS_REFERRED:
        return ", ".join(need for bit, need in enumerate(w.NEEDS) if event.subject >> bit & 1)
    if event.what in BY_POST:
        return say("timeline.post", number=event.subject + 1) if event.subject >= 0 else say("timeline.nobody")
    return STATES[event.what][event.subject] if event.what in STATES else str(event.subject)


def timeline(study: Study, participant: str, replication: int = 1, world: str = "program") -> pd.DataFrame:
    """One simulated participant's events in order, as a tidy table.

    Columns: week (of the calendar), own_week (since her referral), event, about, log_odds and reasons (a dictionary of
    sizes that add up to it; empty where the event followed from the state alone). Refused if she was not referred.
    """
    return _table(*_find(replay_run(study, replication, world), participant))


def _find(program: Program, participant: str) -> tuple[Program, Participant]:
    for person in program.women:
        if person.name == participant:
            return program, person
    last = program.women[-1].name if program.women else say("timeline.nobody")
    raise Refused(say("timeline.unknown", value=participant, replication=program.replication, last=last))


def _table(program: Program, person: Participant) -> pd.DataFrame:
    rows = [
        {
            "week": event.week,
            "own_week": event.week - person.referred,
            "event": w.EVENTS[event.what],
            "about": about(event),
            "log_odds": sum(size for _, size in event.reasons) if event.reasons else float("nan"),
            "reasons": dict(event.reasons),
        }
        for event in program.events
        if event.who == person.name
    ]
    return pd.DataFrame(rows)


def events_table(program: Program, start: str) -> pd.DataFrame:
    """Every event of a run in the four columns that process-mining and animation tools read.

    case_id (the simulated participant or the post), activity, timestamp (the first day of the week) and resource.
    """
    first = date.fromisoformat(start)
    rows = [
        (event.who, w.EVENTS[event.what], (first + timedelta(weeks=event.week)).isoformat(), about(event))
        for event in program.events
    ]
    return pd.DataFrame(rows, columns=["case_id", "activity", "timestamp", "resource"])


def told_of(reasons: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
    """The reason of the ordinary week, and of the others the largest, in their own order."""
    usual, *others = reasons
    largest = sorted((r for r in others if round(r[1], 1)), key=lambda r: -abs(r[1]))[:MOST_REASONS]
    return [usual, *(reason for reason in others if reason in largest)]


def because(reasons: Sequence[tuple[str, float]], happened: bool = True) -> str:
    """The chance that the reasons made for what happened, or did not, and the largest of them in log odds."""
    if not reasons:
        return ""
    sizes = ", ".join(f"{name.replace('_', ' ')} {size:+.1f}".replace("-", "−") for name, size in told_of(reasons))
    return say(
        f"timeline.because{'' if happened else '_not'}",
        chance=f"{100 * logistic(sum(size for _, size in reasons)):.1f}",
        sizes=sizes,
    )


def told(program: Program, person: Participant, start: str) -> list[str]:
    """Her timeline in words; beside her leaving, and a return while she waits or is in the program, the service's side
    of it stands first."""
    first = date.fromisoformat(start)
    unmet, changes, left, lines = 0, 0, False, list[str]()
    for event in program.events:
        if event.who != person.name:
            continue
        unmet += event.what == w.HOURS_SHORT
        changes += event.what == w.LOST_MANAGER
        sentence = say(f"timeline.events.{w.EVENTS[event.what]}", about=about(event))
        left = left or event.what in (w.LEFT_EARLY, w.FINISHED)
        why = because(event.reasons, event.what != w.NOT_TAKEN_UP)
        if event.what in SERVICE_SIDE_FIRST and not (left and event.what == w.RETURNED):
            so_far = min(person.waited, event.week - person.referred + 1)
            why = f"{_service_side(so_far, unmet, changes)}. {why}"
        month = (first + timedelta(weeks=event.week)).strftime("%Y-%m")
        text = f"{sentence}. {why}" if why else f"{sentence}."
        head = f"week {event.week - person.referred:>3}  {month}   "
        lines += wrap(head + text, WIDTH, subsequent_indent=" " * INDENT, break_long_words=False)
    return lines


def _service_side(waited: int, unmet: int, changes: int) -> str:
    """What the service did or could not do, in numbers."""
    return say("timeline.service_side", waited=waited, unmet=unmet, changes=changes)


def explain(study: Study, participant: str, replication: int, world: str = "program") -> int:
    """Print one simulated participant's timeline; with out=FOLDER, also write every event of that run there."""
    program, person = _find(replay_run(study, replication, world), participant)
    scenario = study.label if world == "program" else say("timeline.twin", scenario=study.label)
    heading = say("timeline.heading", participant=participant, replication=replication, scenario=scenario)
    side = _service_side(person.waited, person.contacts_unmet, person.manager_changes)
    print("\n".join([*wrap(heading, WIDTH), *wrap(f"{side}.", WIDTH), say("timeline.reading")]))
    print("\n".join(told(program, person, study.cohort.start)))
    if study.out:
        folder = Path(study.out)
        if folder.exists():
            raise Refused(say("door.exists", file=folder))
        folder.mkdir(parents=True)
        events_table(program, study.cohort.start).to_csv(folder / "events.csv", index=False, lineterminator="\n")
    return 0
