"""What is counted from the week of her referral, over all women referred, who are the same in every scenario: a row for
each outcome."""

import numpy as np

from sim.measures.lives import Lives, engaged, in_program, reached, stops, unmet
from sim.measures.questions import REFERRED, SHARE, Count, Measured, Population, listed
from sim.program import words as w

LINKS = Population("links of women at week 39")
STAYING = Population("women in the program at week 26", lambda lives, week: in_program(lives.at("phase", week)))


def final(field: str) -> Count:
    """What her record says at the end of the run."""
    return lambda lives, _: lives.women[field]


def at(field: str) -> Count:
    """The field at the outcome's week."""
    return lambda lives, week: lives.at(field, week)


def state(field: str, *codes: int) -> Count:
    """In one of these states at the outcome's week."""
    return lambda lives, week: np.isin(lives.at(field, week), codes)


def still(first: int) -> Count:
    """In a planned exit in every week from `first` to the outcome's."""
    return lambda lives, week: (lives.state("sex_work")[:, :, first - 1 : week] == w.EXITED).all(axis=2)


def number(field: str) -> Count:
    """How many of the field's bits are set at the outcome's week."""
    return lambda lives, week: np.bitwise_count(lives.at(field, week))


def links_held(lives: Lives, week: int) -> Measured:
    """Links of week 39 that still hold, out of the links of week 39."""
    before = np.where(lives.referred, lives.at("linked", 39), 0)
    return np.bitwise_count(before & lives.at("linked", week)), np.bitwise_count(before)


def returned(lives: Lives, weeks: int) -> np.ndarray:
    """Was in a planned exit and, a week later, involved again."""
    state = lives.state("sex_work")[:, :, :weeks]
    return np.asarray(((state[:, :, :-1] == w.EXITED) & (state[:, :, 1:] == w.INVOLVED)).any(axis=2))


# fmt: off
OF_WOMEN = listed(
    REFERRED,
    ("entered", SHARE, "more", 0, "was offered a place and took it", lambda x, _: x.entered),
    ("weeks_waited", "weeks", "less", 0, "weeks on the waiting list", final("waited")),
    ("engaged_{}", SHARE, "more", (13, 26, 39), "in pre-CTI to transfer of care, or completed, at week {}",
     lambda x, week: engaged(x.at("phase", week))),
    ("completed", SHARE, "more", 0, "her care was transferred as planned", lambda x, _: x.ended(w.CARE_TRANSFERRED)),
    ("left_program", SHARE, "neither", 0, "left the program before that", lambda x, _: x.ended(w.LEFT_THE_PROGRAM)),
    ("waited_too_long", SHARE, "less", 0, "the wait outlasted her interest", lambda x, _: x.ended(w.WAITED_TOO_LONG)),
    ("still_in", SHARE, "neither", 0, "none of these three by the end of the run", lambda x, _: x.ended(w.STILL_IN)),
    ("visits_kept", "visits", "more", 0, "visits kept, whole pathway", final("visits_kept")),
    ("visits_missed", "visits", "less", 0, "visits missed, whole pathway", final("visits_missed")),
    ("unmet_contacts", "contacts", "less", 0, "contacts due that no hours reached", final("contacts_unmet")),
    ("manager_changes", "times", "less", 0, "times she lost a case manager", final("manager_changes")),
    ("drop_in_sessions", "sessions", "more", 104, "drop-in sessions she sat in, first {} weeks",
     lambda x, weeks: x.state("attended")[:, :, :weeks].sum(axis=2)),
    ("goals_set", "goals", "more", 39, "goals set together by week {}", number("goals")),
    ("services_linked_{}", "services", "more", (39, 91), "services she is linked to at week {}", number("linked")),
    ("links_held_91", "share of links", "more", 91, "links of week 39 that still hold at week {}", links_held, LINKS),
    ("unmet_needs_39", "needs", "less", 39, "needs at entry that no link or reached state meets, week {}",
     lambda x, week: unmet(x, x.at, week)),
    ("trust_26", "0-1", "more", 26, "working alliance at week {}", at("trust"), STAYING),
    ("preparing_39", SHARE, "more", 39, "preparing for work or further, at week {}",
     state("employment", w.PREPARING, w.TRAINING, w.WORKING)),
    ("training_or_work_{}", SHARE, "more", (39, 91), "in training, a placement or work at week {}",
     state("employment", w.TRAINING, w.WORKING)),
    ("stably_housed_{}", SHARE, "more", (39, 91), "stably housed at week {}", state("housing", w.STABLE)),
    ("days_stably_housed", "share of days", "more", 104, "days stably housed in the first {} weeks",
     lambda x, weeks: (x.state("housing")[:, :, :weeks] == w.STABLE).mean(axis=2)),
    ("any_income_39", SHARE, "more", 39, "any income support or a job at week {}",
     lambda x, week: reached(x.at, week)[..., w.INCOME]),
    ("income_sufficient_{}", SHARE, "more", (39, 91), "income sufficient at week {}", state("income", w.SUFFICIENT)),
    ("uses_substances_39", SHARE, "less", 39, "uses substances at week {}", state("substance", w.USES)),
    ("weeks_in_crisis", "weeks", "less", 39, "weeks in crisis in the first {}",
     lambda x, weeks: x.state("crisis")[:, :, :weeks].sum(axis=2)),
    ("calm_39", SHARE, "more", 39, "no crisis in the last four weeks, at week {}",
     lambda x, week: ~x.state("crisis")[:, :, week - 4 : week].any(axis=2)),
    ("progress_39", "0-1", "more", 39, "mean progress at week {} over the goals she wanted", at("progress")),
    ("stopped_once_39", SHARE, "neither", 39, "stopped at least once in {} weeks: a full week in a break or exit",
     lambda x, weeks: stops(x.state("sex_work")[:, :, :weeks]).any(axis=2)),
    ("no_sex_work_13", SHARE, "neither", 39, "no sex work in the last 13 weeks, at week {}",
     lambda x, week: (x.state("sex_work")[:, :, week - 13 : week] != w.INVOLVED).all(axis=2)),
    ("exited_{}", SHARE, "neither", (39, 91, 195), "in a planned exit at week {}", state("sex_work", w.EXITED)),
    ("still_exited_{}", SHARE, "neither", (91, 195), "in a planned exit in every week from 39 to {}", still(39)),
    ("returned_104", SHARE, "neither", 104, "returned to sex work after a planned exit, in {} weeks", returned),
    ("intensity_{}", "0-1", "neither", (39, 91), "intensity of sex work at week {}", at("intensity")),
)
