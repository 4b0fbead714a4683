"""What is counted from the week of her referral, each outcome declared once. Those over all women referred may be
compared between scenarios; the others are shown for one scenario at a time."""

import numpy as np

from sim.program import words as w
from sim.study.lives import (
    Better,
    Count,
    Lives,
    Measured,
    Outcome,
    calm,
    engaged,
    in_program,
    over,
    reached,
    stops,
    unmet,
)

SHARE, WEEKS = "share of women", "weeks"
ENTERED, TWINS = "women who entered", "women who entered, or their twins"


def woman(name: str, unit: str, better: Better, weeks: int, formula: str, counted: Count) -> Outcome:
    """An outcome over all women referred."""
    return Outcome(name, unit, "referred", better, weeks, formula, over(lambda lives: lives.referred, counted))


def twins(name: str, unit: str, better: Better, weeks: int, formula: str, counted: Count) -> Outcome:
    """An outcome over women who entered and whose next weeks were all simulated; where there was no program, over their
    twins."""
    return Outcome(name, unit, TWINS, better, weeks, formula, over(lambda lives: lives.whole(weeks), counted))


def entering(name: str, unit: str, better: Better, weeks: int, formula: str, counted: Count) -> Outcome:
    """The same, over women who entered this very program."""

    def women(lives: Lives) -> np.ndarray:
        return lives.whole(weeks) & lives.entered

    return Outcome(name, unit, ENTERED, better, weeks, formula, over(women, counted))


def ended(reason: int) -> Count:
    """Her pathway ended for this reason."""
    return lambda lives: lives.referred & (lives.women["reason"] == reason)


def final(field: str) -> Count:
    return lambda lives: np.asarray(lives.women[field])


def states(lives: Lives, week: int) -> np.ndarray:
    """Which domains' states are reached when so many weeks have gone by, (R, N, 4)."""
    return reached(*(lives.at(field, week) for field in ("employment", "housing", "income", "sex_work")))


def no_sex_work(state: np.ndarray) -> np.ndarray:
    """Not involved in any of these weeks; the last axis is the weeks."""
    return np.asarray((state != w.INVOLVED).all(axis=-1))


def returned(lives: Lives, weeks: int) -> np.ndarray:
    """Was in a planned exit and, a week later, involved again."""
    state = lives.first("sex_work", weeks)
    return np.asarray(((state[:, :, :-1] == w.EXITED) & (state[:, :, 1:] == w.INVOLVED)).any(axis=2))


def exited_all_along(lives: Lives, first: int, last: int) -> np.ndarray:
    """In a planned exit in every week between these, both included."""
    return np.asarray((lives.state("sex_work")[:, :, first - 1 : last] == w.EXITED).all(axis=2))


def still_linked(lives: Lives) -> Measured:
    """Links of week 39 that still hold at week 91, out of the links of week 39."""
    before = np.where(lives.referred, lives.at("linked", 39), 0)
    return np.bitwise_count(before & lives.at("linked", 91)), np.bitwise_count(before)


def engaged_at(week: int) -> Outcome:
    return woman(
        f"engaged_{week}", SHARE, "more", week, f"in pre-CTI to transfer of care, or completed, at week {week}",
        lambda lives: engaged(lives.at("phase", week)),
    )  # fmt: skip


PATHWAY = (
    woman("entered", SHARE, "more", 0, "was offered a place and took it", lambda lives: lives.entered),
    woman("weeks_waited", WEEKS, "less", 0, "weeks on the waiting list", final("waited")),
    *(engaged_at(week) for week in (13, 26, 39)),
    woman("completed", SHARE, "more", 0, "her care was transferred as planned", ended(w.CARE_TRANSFERRED)),
    woman("left_program", SHARE, "neither", 0, "left the program before that", ended(w.LEFT_THE_PROGRAM)),
    woman("waited_too_long", SHARE, "less", 0, "the wait outlasted her interest", ended(w.WAITED_TOO_LONG)),
    woman("still_in", SHARE, "neither", 0, "none of these three by the end of the run", ended(w.STILL_IN)),
)  # fmt: skip

CONTACT = (
    woman("visits_kept", "visits", "more", 0, "visits kept, whole pathway", final("visits_kept")),
    woman("visits_missed", "visits", "less", 0, "visits missed, whole pathway", final("visits_missed")),
    woman("unmet_contacts", "contacts", "less", 0, "contacts due that no hours reached", final("contacts_unmet")),
    woman("manager_changes", "times", "less", 0, "times she lost a case manager", final("manager_changes")),
    woman("drop_in_sessions", "sessions", "more", 104, "drop-in sessions she sat in, first 104 weeks",
          lambda lives: lives.first("attended", 104).sum(axis=2)),
    woman("goals_set", "goals", "more", 39, "goals set together by week 39",
          lambda lives: np.bitwise_count(lives.at("goals", 39))),
    woman("services_linked_39", "services", "more", 39, "services she is linked to at week 39",
          lambda lives: np.bitwise_count(lives.at("linked", 39))),
    woman("services_linked_91", "services", "more", 91, "services she is linked to at week 91",
          lambda lives: np.bitwise_count(lives.at("linked", 91))),
    Outcome("links_held_91", "share of links", "links of women at week 39", "more", 91,
            "links of week 39 that still hold at week 91", still_linked),
    woman("unmet_needs_39", "needs", "less", 39, "needs at entry that no link or reached state meets, week 39",
          lambda lives: unmet(lives.needs(), lives.at("linked", 39), states(lives, 39))),
    Outcome("trust_26", "0-1", "women in the program at week 26", "more", 26, "working alliance at week 26",
            over(lambda lives: in_program(lives.at("phase", 26)), lambda lives: lives.at("trust", 26))),
)  # fmt: skip

LIFE = (
    woman("preparing_39", SHARE, "more", 39, "preparing for work or further, at week 39",
          lambda lives: lives.at("employment", 39) >= w.PREPARING),
    woman("training_or_work_39", SHARE, "more", 39, "in training, a placement or work at week 39",
          lambda lives: lives.at("employment", 39) >= w.TRAINING),
    woman("training_or_work_91", SHARE, "more", 91, "in training, a placement or work at week 91",
          lambda lives: lives.at("employment", 91) >= w.TRAINING),
    woman("stably_housed_39", SHARE, "more", 39, "stably housed at week 39",
          lambda lives: lives.at("housing", 39) == w.STABLE),
    woman("stably_housed_91", SHARE, "more", 91, "stably housed at week 91",
          lambda lives: lives.at("housing", 91) == w.STABLE),
    woman("days_stably_housed", "share of days", "more", 104, "days stably housed in the first 104 weeks",
          lambda lives: (lives.first("housing", 104) == w.STABLE).mean(axis=2)),
    woman("any_income_39", SHARE, "more", 39, "any income support or a job at week 39",
          lambda lives: states(lives, 39)[..., w.INCOME]),
    woman("income_sufficient_39", SHARE, "more", 39, "income sufficient at week 39",
          lambda lives: lives.at("income", 39) == w.SUFFICIENT),
    woman("income_sufficient_91", SHARE, "more", 91, "income sufficient at week 91",
          lambda lives: lives.at("income", 91) == w.SUFFICIENT),
    woman("uses_substances_39", SHARE, "less", 39, "uses substances at week 39",
          lambda lives: lives.at("substance", 39) == w.USES),
    woman("weeks_in_crisis", WEEKS, "less", 39, "weeks in crisis in the first 39",
          lambda lives: lives.first("crisis", 39).sum(axis=2)),
    woman("calm_39", SHARE, "more", 39, "no crisis in the last four weeks, at week 39",
          lambda lives: calm(lives.state("crisis")[:, :, 35:39])),
    woman("progress_39", "0-1", "more", 39, "mean progress at week 39 over the goals she wanted",
          lambda lives: lives.at("progress", 39)),
)  # fmt: skip

SEX_WORK = (
    woman("stopped_once_39", SHARE, "neither", 39, "stopped at least once in 39 weeks: a full week in a break or exit",
          lambda lives: np.asarray(stops(lives.first("sex_work", 39)).any(axis=2))),
    woman("no_sex_work_13", SHARE, "neither", 39, "no sex work in the last 13 weeks, at week 39",
          lambda lives: no_sex_work(lives.state("sex_work")[:, :, 26:39])),
    woman("exited_39", SHARE, "neither", 39, "in a planned exit at week 39",
          lambda lives: lives.at("sex_work", 39) == w.EXITED),
    woman("exited_91", SHARE, "neither", 91, "in a planned exit at week 91",
          lambda lives: lives.at("sex_work", 91) == w.EXITED),
    woman("exited_195", SHARE, "neither", 195, "in a planned exit at week 195",
          lambda lives: lives.at("sex_work", 195) == w.EXITED),
    woman("still_exited_91", SHARE, "neither", 91, "in a planned exit in every week from 39 to 91",
          lambda lives: exited_all_along(lives, 39, 91)),
    woman("still_exited_195", SHARE, "neither", 195, "in a planned exit in every week from 39 to 195",
          lambda lives: exited_all_along(lives, 39, 195)),
    woman("returned_104", SHARE, "neither", 104, "returned to sex work after a planned exit, in 104 weeks",
          lambda lives: returned(lives, 104)),
    woman("intensity_39", "0-1", "neither", 39, "intensity of sex work at week 39",
          lambda lives: lives.at("intensity", 39)),
    woman("intensity_91", "0-1", "neither", 91, "intensity of sex work at week 91",
          lambda lives: lives.at("intensity", 91)),
)  # fmt: skip

OF_WOMEN = PATHWAY + CONTACT + LIFE + SEX_WORK
