"""What is counted from the week of her enrolment: the measures of the calibration targets and of the patterns held out.
A world without a program is read from its twin's enrolment weeks."""

import numpy as np

from sim.measures.delivery_list import COMPLETING, attendance
from sim.measures.lives import Lives, engaged, reached, stops, unmet
from sim.measures.outcome_list import state
from sim.measures.questions import ENTERED, REFERRED, SHARE, TWINS, Count, Measured, Outcome, Population, listed
from sim.program import words as w


def since(field: str, *codes: int) -> Count:
    """In one of these states at the outcome's week since enrolment."""
    return lambda lives, week: np.isin(lives.since(field, week), codes)


def _returned(lives: Lives, weeks: int) -> Measured:
    """Involved again within 156 weeks of the first planned exit begun in weeks 0 to 38."""
    state = lives.since_entry("sex_work", weeks, before=1)
    begun = (state[:, :, 1:40] == w.EXITED) & (state[:, :, :39] != w.EXITED)
    since = np.arange(weeks) - begun.argmax(axis=2)[:, :, None]
    women = begun.any(axis=2) & lives.whole(weeks) & lives.referred
    return women & ((state[:, :, 1:] == w.INVOLVED) & (since > 0) & (since <= 156)).any(axis=2), women


def _not_housed(lives: Lives, weeks: int) -> np.ndarray:
    """Not stably housed at entry."""
    entry = np.clip(lives.entry - 1, 0, lives.weeks - 1)[:, :, None]
    housing = np.take_along_axis(lives.state("housing"), entry, axis=2)[:, :, 0]
    return np.asarray(lives.whole(weeks) & (housing != w.STABLE))


def _still_engaged(lives: Lives, week: int) -> np.ndarray:
    return np.asarray(lives.whole(week) & lives.engaged_since_entry(week))


def _stop_rate(housed: bool) -> Count:
    """Stops by involved week, weeks without housing apart from the others."""

    def measure(lives: Lives, weeks: int) -> Measured:
        housing = lives.since_entry("housing", weeks)[:, :, :-1]
        state = lives.since_entry("sex_work", weeks)
        counted = lives.whole(weeks)[:, :, None] & ((housing == w.NO_HOUSING) != housed)
        begun = (state[:, :, :-1] == w.INVOLVED) & (state[:, :, 1:] != w.INVOLVED)
        full = np.concatenate([state[:, :, 2:] != w.INVOLVED, np.ones_like(begun[:, :, :1])], axis=2)
        return (counted & begun & full).sum(axis=2), (counted & (state[:, :, :-1] == w.INVOLVED)).sum(axis=2)

    return measure


EXITING = Population("women whose planned exit began in weeks 0-38")
STAYING = Population("women still engaged at week 39, or their twins", _still_engaged)
UNHOUSED = Population("women who entered not stably housed, or their twins", _not_housed)
SESSIONS = Population("weeks with a session of women in the program")
INVOLVED = Population(f"involved weeks of {TWINS.words}")
# fmt: off
TARGETS = (
    Outcome("t02_weeks_to_completion", "weeks", COMPLETING, "neither", 104,
            "weeks from the first week of transition to completion, median",
            lambda x, _: x.women["ended"] - (x.state("phase") >= w.TRANSITION).argmax(axis=2), middle=True),
    *listed(
        TWINS,
        ("t03_visits_to_completion", "visits", "neither", 104,
         "visits kept from the first week of pre-CTI to completion, with contact.make_up at 0",
         lambda x, _: x.women["visits_kept"], COMPLETING),
        ("t04_engaged", SHARE, "more", 39, "still engaged, or completed, {} weeks after enrolment",
         lambda x, week: engaged(x.since("phase", week)), ENTERED),
        ("t05_attendance", "share of weeks", "more", 13, "came to the drop-in, by week with a session", attendance,
         SESSIONS),
        ("t06_first_link", SHARE, "more", 13, "a link to a service begun within {} weeks of enrolment",
         lambda x, n: (x.since_entry("linked", n) & ~x.since_entry("linked", n - 1, 1)).any(axis=2), ENTERED),
        ("t07_stopped", SHARE, "neither", 39, "stopped at least once in the {} weeks after enrolment",
         lambda x, n: stops(x.since_entry("sex_work", n, 2))[:, :, 2:].any(axis=2)),
        ("t08_returned", SHARE, "neither", 195, "involved again within 156 weeks of the first planned exit", _returned,
         EXITING),
        ("t09_no_sex_work", SHARE, "neither", 39, "no sex work in the last 13 weeks, {} weeks after enrolment",
         lambda x, n: (x.since_entry("sex_work", n)[:, :, -13:] != w.INVOLVED).all(axis=2), STAYING),
        ("t10_days_housed", "share of days", "more", 104, "days stably housed in the {} weeks after enrolment",
         lambda x, n: (x.since_entry("housing", n) == w.STABLE).mean(axis=2), UNHOUSED),
        ("t11_pre_employment", "mean state, 0-3", "more", 39, "pre-employment {} weeks after enrolment",
         lambda x, week: x.since("employment", week)),
        ("t11_housed", SHARE, "more", 39, "stably housed", since("housing", w.STABLE)),
        ("t11_income", SHARE, "more", 39, "any income support or a job",
         lambda x, week: reached(x.since, week)[..., w.INCOME]),
        ("t11_exited", SHARE, "neither", 39, "in a planned exit", since("sex_work", w.EXITED)),
        ("t13_lost_manager", SHARE, "less", 39, "lost a case manager within {} weeks, while engaged",
         lambda x, n: x.since("manager_changes", n) > x.since_entry("manager_changes", 0, 1)[:, :, 0], ENTERED),
    ),
)
HELD_OUT = listed(
    TWINS,
    *((f"h1_stops_{name}_housing", "stops an involved week", "neither", 104,
       f"stops by involved week, {words}, {{}} weeks since enrolment", _stop_rate(name == "with"), INVOLVED)
      for name, words in (("without", "women without housing"), ("with", "all other women"))),
    ("h2_less_intensity", SHARE, "neither", 13, "intensity lower than at entry, {} weeks after enrolment",
     lambda x, week: x.since("intensity", week) < x.women["intensity_start"]),
    ("h2_full_exit", SHARE, "neither", 13, "in a planned exit {} weeks after enrolment", since("sex_work", w.EXITED)),
    ("h3_unmet_needs", "needs", "less", 39, "needs at entry unmet {} weeks after enrolment",
     lambda x, week: unmet(x, x.since, week)),
    ("h4_housed", SHARE, "more", 26, "stably housed {} weeks after enrolment", since("housing", w.STABLE)),
    ("h4_work_or_school", SHARE, "more", 26, "in training, a placement or work {} weeks after enrolment",
     since("employment", w.TRAINING, w.WORKING)),
    ("h4_calm", SHARE, "more", 26, "no crisis in the last four weeks, {} weeks after enrolment",
     lambda x, week: ~x.since_entry("crisis", week)[:, :, -4:].any(axis=2)),
    ("h5_in_sex_work_780", SHARE, "neither", 780, "involved in sex work after 15 years", state("sex_work", w.INVOLVED),
     REFERRED),
)
