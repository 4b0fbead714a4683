"""One simulated participant's weeks under two scenarios, side by side: the same until the first week in which they
part, which is named with its reason."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from textwrap import wrap
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sim.program import words as w
from sim.study.explain import SERVICE_SIDE_FIRST, WIDTH, because, timeline
from sim.study.files import filling, seal
from sim.study.record import record_of
from sim.study.refusals import Refused
from sim.study.saved import dictionary
from sim.study.sentences import say
from sim.study.simulate import runs_of
from sim.study.tables import harmless
from sim.study.worlds import World

NAMES_OF = {
    "phase": w.PHASES, "contact": w.CONTACTS, "housing": w.HOUSING_STATES, "income": w.INCOME_STATES,
    "employment": w.EMPLOYMENT_STATES, "sex_work": w.SEX_WORK_STATES, "substance": w.SUBSTANCE_STATES,
}  # fmt: skip
MOST_FIELDS = 3  # named where several part in the same week
SIDES = "AB"
FIGURE = "two_timelines"
HAPPENED = ["own_week", "event", "about"]


class Weeks(NamedTuple):
    """One woman's life under one scenario: her events with their reasons, the line of every week (F,), and what the
    service did or could not do, in words."""

    events: pd.DataFrame
    line: np.ndarray
    service: str


class Parting(NamedTuple):
    """The first week, since her referral, in which two lives are not the same, and in words how."""

    week: int
    how: str


def weeks_of(world: World, participant: str, replication: int) -> Weeks:
    """Her weeks in one run. Refused, by name, if she was not referred in it."""
    study = world.study
    some = np.array([replication])
    try:
        events = timeline(study, participant, replication)
    except Refused as refused:
        raise Refused(*(problem.replace("explain.", "compare.", 1) for problem in refused.problems)) from None
    runs = runs_of(study, world.plan, some)
    number = int(participant[1:]) - 1
    her = runs.women[0, number]
    about = {"waited": her["waited"], "unmet": her["contacts_unmet"], "changes": her["manager_changes"]}
    return Weeks(events, runs.timeline[0, number], say("compare.two.service_side", **about))


def events_of_both(a: Weeks, b: Weeks) -> pd.DataFrame:
    """Every event in order of its week: `side` is A, B or both (AB); `reasons` is a dictionary of sizes."""
    tables = (a.events, b.events)
    sides = [each.assign(again=each.groupby(HAPPENED).cumcount(), order=range(len(each))) for each in tables]
    both = sides[0].merge(sides[1], "outer", [*HAPPENED, "week", "again"], suffixes=("", "_b"), indicator="side")
    both["side"] = both["side"].map({"left_only": "A", "right_only": "B", "both": "AB"}).astype(str)
    both["reasons"] = both["reasons"].where(both["side"] != "B", both["reasons_b"])
    both["order"] = both["order"].fillna(both["order_b"])
    table: pd.DataFrame = both.sort_values(["own_week", "order"], kind="stable", ignore_index=True)
    return table[[*HAPPENED, "week", "side", "reasons"]]


def parting(a: Weeks, b: Weeks, events: pd.DataFrame) -> Parting | None:
    """Where the two lives part: by an event that happened under one scenario only, with the chance that it had and why,
    and by what is different at the end of that week; None where they never do."""
    apart = np.flatnonzero(a.line != b.line)
    alone = events[(events["side"] != "AB") & (events["own_week"] < len(a.line))]
    if not len(apart) and alone.empty:
        return None
    week = int(min([*apart[:1], *alone["own_week"]]))
    rows: Any = alone[alone["own_week"] == week].to_dict("records")
    parts = [say("compare.two.only", side=row["side"], event=_told(row)) for row in rows]
    other = [name for name in a.line.dtype.names or () if a.line[name][week] != b.line[name][week]]
    for name in other[:MOST_FIELDS]:
        values = {"a": _value(a, name, week), "b": _value(b, name, week)}
        parts.append(say("compare.two.differs", what=say(f"compare.two.fields.{name}"), **values))
    return Parting(week, "; ".join(parts))


def _value(weeks: Weeks, name: str, week: int) -> str:
    value = weeks.line[name][week]
    return NAMES_OF[name][value] if name in NAMES_OF else f"{value:.3g}"


def _told(row: Mapping[str, Any]) -> str:
    """An event in words, with the chance that its reasons made."""
    sentence = say(f"timeline.events.{row['event']}", about=row["about"])
    why = because(tuple(row["reasons"].items()), row["event"] != w.EVENTS[w.NOT_TAKEN_UP])
    return f"{sentence} ({why.rstrip('.')})" if why else sentence


def side_by_side(a: World, b: World, participant: str, replication: int, command: str, out: str | None) -> int:
    """Prints one simulated participant's weeks under both, and with out=FOLDER keeps them there with their figure."""
    both = weeks_of(a, participant, replication), weeks_of(b, participant, replication)
    events, start = events_of_both(*both), date.fromisoformat(a.study.cohort.start)
    found = parting(*both, events)
    about = {"participant": participant, "replication": replication, "a": a.name, "b": b.name}
    if found is None:
        story = say("compare.two.never", weeks=len(both[0].line))
    else:
        month = (start + timedelta(weeks=int(events["week"].iloc[0]) + found.week)).strftime("%Y-%m")
        story = say("compare.two.parted", week=found.week, month=month, how=found.how)
    sides = [f"{letter}      {each.service}." for letter, each in zip(SIDES, both, strict=True)]
    lines = [line for text in (say("compare.two.heading", **about), story, *sides) for line in wrap(text, WIDTH)]
    lines += [say("timeline.reading"), *_lines(both, events)]
    print("\n".join(lines))
    if out:
        from sim.study.figures.two_timelines import draw_two

        with filling(Path(out)) as filled:
            record = {**record_of([a.study, b.study], command, "compiled"), **about}
            draw_two(both, about, found, story, filled.folder / FIGURE, record)
            told = events.assign(reasons=events["reasons"].map(lambda reasons: because(tuple(reasons.items()))))
            for name, table in {"events": told, "dictionary": dictionary("compare", ["events", FIGURE])}.items():
                place = filled.folder / f"{name}.csv"
                harmless(table).to_csv(place, index=False, lineterminator="\n", encoding="utf-8")
            (filled.folder / "summary.txt").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
            seal(filled.folder, record)
        print("\n".join([say("summary.folder", folder=filled.place), say("summary.open", files=f"{FIGURE}.png")]))
    return 0


def _lines(both: tuple[Weeks, Weeks], events: pd.DataFrame) -> list[str]:
    """Every event in order, under A, B or both, with the chance of what happened under one only; beside her leaving,
    and a return while she waits or is in the program, the service's side stands first."""
    lines, left, rows = list[str](), set[str](), list[Any](events.to_dict("records"))
    for row in rows:
        what, sides = w.EVENTS.index(row["event"]), [side for side in row["side"] if side not in left]
        text = _told(row if len(row["side"]) == 1 else {**row, "reasons": {}})
        if what in SERVICE_SIDE_FIRST and sides:
            first = [both[SIDES.index(side)].service for side in sides]
            first = [f"{side}: {each}" for side, each in zip(sides, first, strict=True)] if len(sides) > 1 else first
            text = f"{'; '.join(first)}. {text[0].upper()}{text[1:]}"
        left |= set(row["side"]) if what in (w.LEFT_EARLY, w.FINISHED) else set()
        head = f"week {row['own_week']:>3}  {' + '.join(row['side']):7}"
        lines += wrap(f"{head}{text}.", WIDTH, subsequent_indent=" " * len(head), break_long_words=False)
    return lines
