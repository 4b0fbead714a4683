"""Everything the program knows, declared once: the kernel's records, the Mesa agents' attributes and the ODD table are
made from these lines. Each field names its unit, meaning, first value and the rules that write it (none: it is
laid out with the world)."""

from dataclasses import dataclass

import numpy as np

from sim.program import words as w

NOBODY = -1  # no case manager; no such week


@dataclass(frozen=True)
class Field:
    """One state variable of one kind of entity."""

    name: str
    unit: str
    meaning: str
    first: float
    writers: tuple[str, ...]
    kind: str = "i8"


def _fields(*rows: tuple[str, str, str, float, str]) -> tuple[Field, ...]:
    """The declarations as Fields; a first value written with a decimal point makes the field a real number."""
    return tuple(
        Field(name, unit, meaning, first, tuple(writers.split()), "f8" if isinstance(first, float) else "i8")
        for name, unit, meaning, first, writers in rows
    )


# fmt: off
PARTICIPANT = _fields(
    ("number", "order", "order of referral: P001 is 0; the key of her luck", 0, ""),
    ("referred", "calendar week", "week of her referral", NOBODY, ""),
    ("needs", "bits", "needs at entry, at least two of seven, one bit each", 0, "bring_needs"),
    ("readiness", "0-1", "readiness for change at entry", 0.0, "arrive"),
    ("violence", "yes/no", "lives with partner violence", 0, "arrive"),
    ("substance", "code", "does not use, uses, used before", 0, "arrive change_substance_use"),
    ("treated", "yes/no", "was ever treated for substance use", 0, "open_doors search_alone arrive"),
    ("phase", "code", "where she is on the pathway", w.WAITING, "arrive wait enter_next_phase go offer_places"),
    ("phase_weeks", "weeks", "whole weeks in this phase of the program", 0,
     "wait move_on enter_next_phase go offer_places"),
    ("enrolled", "her week", "first week of pre-CTI", NOBODY, "offer_places"),
    ("ended", "her week", "week in which she completed or left", NOBODY, "wait enter_next_phase go"),
    ("reason", "code", "why she is no longer in the program", w.STILL_IN, "wait enter_next_phase go"),
    ("waited", "weeks", "weeks on the waiting list", 0, "wait"),
    ("manager", "post", "her case manager's post", NOBODY, "enter_next_phase go reassign_women offer_places"),
    ("manager_changes", "times", "times she lost a case manager", 0, "reassign_women"),
    ("due", "yes/no", "contact is due this week", 0, "fall_due"),
    ("offered", "yes/no", "her case manager has the hours for it", 0, "fall_due offer_visits"),
    ("contact", "code", "none due, kept, missed, not offered", 0, "fall_due keep_visit"),
    ("seen", "her week", "last week with a visit or a drop-in", NOBODY, "keep_visit meet_peers offer_places"),
    ("visits_kept", "visits", "visits kept so far", 0, "keep_visit"),
    ("visits_missed", "visits", "visits missed so far", 0, "keep_visit"),
    ("contacts_unmet", "contacts", "contacts due that the hours did not reach", 0, "keep_visit"),
    ("answered", "yes/no", "staff had the hours for her crisis of last week", 0, "fall_due answer_crises"),
    ("hand_offs", "hand-offs", "warm hand-offs made for her this week", 0, "make_referrals fall_due"),
    ("trust", "0-1", "working alliance with her case manager", 0.0, "arrive reassign_women build_trust"),
    ("trust_start", "0-1", "working alliance at the start", 0.0, "arrive"),
    ("attended", "bits", "sessions of this week's drop-in she sat in, one bit each", 0, "come_to_drop_in seat_women"),
    ("habit", "0-1", "habit of coming to the drop-in", 0.0, "meet_peers"),
    ("peers", "women", "women she has a tie to who came this week", 0, "meet_peers"),
    ("housing", "code", "without housing, unstable, stable", w.NO_HOUSING, "begin_life move_house"),
    ("linked", "bits", "services she is linked to at the end of the week", 0, "count_links"),
    ("supplement", "yes/no", "holds a rent supplement", 0, "grant_supplements"),
    ("income", "code", "none or unstable, social assistance, sufficient", w.NO_INCOME,
     "begin_life change_income change_assistance"),
    ("employment", "code", "none, preparing, training, working", w.NO_WORK, "begin_life change_work"),
    ("sex_work", "code", "involved, short break, exited", w.INVOLVED, "enter_state"),
    ("sex_work_weeks", "weeks", "whole weeks in this state", 0, "enter_state change_sex_work"),
    ("intensity", "0-1", "intensity of sex work", 0.0, "arrive change_intensity"),
    ("intensity_start", "0-1", "intensity at entry", 0.0, "arrive"),
    ("crisis", "yes/no", "in crisis this week", 0, "meet_crisis"),
)
GOAL = _fields(
    ("wanted", "yes/no", "wanted at entry, in every world", 0, "bring_goals"),
    ("appeal", "0-1", "her own order among the goals", 0.0, "bring_goals"),
    ("focus", "phase", "phase in which it was last a focus area, 0 for never", 0, "choose_focus"),
    ("together", "yes/no", "was ever set together", 0, "choose_focus"),
    ("unreviewed", "weeks", "weeks since it was last reviewed together", 0, "set_goals choose_focus make_progress"),
    ("progress", "0-1", "progress towards it", 0.0, "make_progress"),
)
LINK = _fields(
    ("state", "code", "none, referred, waiting, linked, lapsed", w.NO_LINK, "change_link"),
    ("since", "her week", "week of the last change of state", NOBODY, "change_link"),
    ("warm", "yes/no", "was handed over in person", 0, "begin_link make_referrals"),
    ("unfollowed", "weeks", "weeks since staff last looked after it", 0,
     "begin_link make_referrals follow_up_links hold_links"),
    ("transferred", "yes/no", "was handed over for the time after the program", 0, "begin_link hand_over_links"),
)
CASE_MANAGER = _fields(
    ("number", "order", "which post", 0, ""),
    ("in_post", "yes/no", "somebody holds the post", 1, "hold hold_post"),
    ("vacant", "weeks", "weeks the post has been vacant", 0, "hold"),
    ("caseload", "women", "women of this case manager when places have been offered", 0, "reassign_women offer_places"),
    ("hours", "hours", "contact hours left this week", 0.0,
     "make_referrals hand_over_links follow_up_links renew_hours answer_crises offer_visits"),
    ("hours_supplied", "hours", "contact hours of the week, drop-in duty included", 0.0, "renew_hours"),
    ("hours_drop_in", "hours", "hours spent on the drop-in", 0.0, "renew_hours"),
    ("hours_crisis", "hours", "hours spent on crises", 0.0, "renew_hours answer_crises"),
    ("hours_visits", "hours", "hours spent on visits", 0.0, "renew_hours offer_visits"),
    ("hours_links", "hours", "hours spent on hand-offs and following up", 0.0,
     "make_referrals hand_over_links follow_up_links renew_hours"),
)
PEER_MENTOR = _fields(
    ("number", "order", "which post", 0, ""),
    ("in_post", "yes/no", "somebody holds the post", 1, "hold"),
    ("vacant", "weeks", "weeks the post has been vacant", 0, "hold"),
    ("hours", "hours", "hours left this week after the drop-in", 0.0, "renew_peer_hours"),
)
SERVICE = _fields(
    ("number", "order", "which service", 0, ""),
    ("kind", "code", "one of seven kinds", 0, ""),
    ("queue", "women", "women waiting for an opening", 0, "open_doors"),
    ("openings", "openings", "openings for this team's women this week", 0, "open_doors"),
)
DROP_IN = _fields(
    ("remote", "yes/no", "by telephone or screen this week", 0, "open_drop_in"),
    ("sessions", "sessions", "sessions held this week", 0, "open_drop_in"),
    ("seats", "seats", "seats of each session", 0, "open_drop_in"),
    ("attending", "women", "women seated, all sessions of the week", 0, "seat_women"),
    ("turned_away", "women", "women at the door of a full session", 0, "seat_women"),
)
ENTITIES = {
    "women": PARTICIPANT, "goals": GOAL, "links": LINK, "team": CASE_MANAGER, "peers": PEER_MENTOR,
    "services": SERVICE, "drop_in": DROP_IN,
}
# fmt: on

# The record of one woman's week, by her own weeks since referral: what outcomes are computed from.
TIMELINE = (
    ("phase", "i1", "phase at the end of the week"),
    ("contact", "i1", "none due, kept, missed, due and not offered"),
    ("sessions", "i1", "drop-in sessions held this week while she was engaged"),
    ("attended", "i1", "drop-in sessions she sat in"),
    ("housing", "i1", "housing at the end of the week"),
    ("income", "i1", "income at the end of the week"),
    ("employment", "i1", "pre-employment at the end of the week"),
    ("sex_work", "i1", "sex work state at the end of the week"),
    ("substance", "i1", "substance use at the end of the week"),
    ("crisis", "i1", "in crisis this week"),
    ("linked", "i2", "services she is linked to, one bit each"),
    ("links_open", "i1", "links, waits and referrals that staff look after"),
    ("links_followed", "i1", "those of them followed up within four weeks"),
    ("focus", "i1", "focus areas of this phase, one bit each"),
    ("goals", "i1", "goals ever set together, one bit each"),
    ("manager_changes", "i1", "times she has lost a case manager"),
    ("warm", "i1", "warm hand-offs made for her this week"),
    ("trust", "f4", "working alliance 0-1"),
    ("intensity", "f4", "intensity of sex work 0-1"),
    ("progress", "f4", "mean progress over the goals she wanted, 0-1"),
)
# The record of one calendar week of the program and of each post: what hours and cost are computed from.
LOG = (
    ("waiting", "i2", "women on the waiting list at the end of the week"),
    ("pre_cti", "i2", "women in pre-CTI"),
    ("transition", "i2", "women in transition"),
    ("try_out", "i2", "women in try-out"),
    ("transfer", "i2", "women in transfer of care"),
    ("in_post", "i2", "case managers in post"),
    ("peers_in_post", "i2", "peer mentors in post"),
    ("sessions", "i2", "drop-in sessions held"),
    ("attending", "i2", "women seated at the drop-in"),
    ("turned_away", "i2", "women turned away from a full session"),
    ("supplements", "i2", "rent supplements held"),
    ("unmet", "i2", "contacts due that the hours did not reach"),
    ("warm", "i2", "warm hand-offs made"),
    ("queued", "i2", "women in the queues of services, summed over services"),
    ("openings", "i2", "openings of services for this team's women"),
)
POST_LOG = (
    ("in_post", "i1", "somebody holds the post"),
    ("caseload", "i2", "women of this case manager when the week's places have been offered"),
    ("supplied", "f4", "hours supplied"),
    ("drop_in", "f4", "hours on the drop-in"),
    ("crisis", "f4", "hours on crises"),
    ("visits", "f4", "hours on visits"),
    ("links", "f4", "hours on hand-offs and following up"),
)


def record_of(fields: tuple[Field, ...]) -> np.dtype:
    """The kernel's record for one kind of entity."""
    return np.dtype([(field.name, field.kind) for field in fields])


def line_of(rows: tuple[tuple[str, str, str], ...]) -> np.dtype:
    """The packed record of one line of a timeline or log."""
    return np.dtype([(name, kind) for name, kind, _ in rows])


RECORDS = {name: record_of(fields) for name, fields in ENTITIES.items()}
TIMELINE_LINE, LOG_LINE, POST_LINE = line_of(TIMELINE), line_of(LOG), line_of(POST_LOG)


def blank(entity: str, shape: int | tuple[int, ...]) -> np.ndarray:
    """An array of one kind of entity in which every field has its declared first value."""
    array = np.zeros(shape, RECORDS[entity])
    for field in ENTITIES[entity]:
        array[field.name] = field.first
    return array
