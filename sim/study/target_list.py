"""What is counted from the week of her enrolment: the measures of the calibration targets and of the patterns held out.
A world without a program is read from its twin's enrolment weeks."""

import numpy as np

from sim.program import words as w
from sim.study.delivery_list import attendance, weeks_to_completion
from sim.study.lives import Lives, Measure, Measured, Outcome, calm, engaged, over, reached, stops, unmet
from sim.study.outcome_list import SHARE, TWINS, WEEKS, entering, twins


def _states(lives: Lives, week: int) -> np.ndarray:
    return reached(*(lives.since(field, week) for field in ("employment", "housing", "income", "sex_work")))


# T06-T13: her life and her links since enrolment
def _new_link(lives: Lives) -> np.ndarray:
    linked = lives.since_entry("linked", 13, before=1)
    return np.asarray(((linked[:, :, 1:] & ~linked[:, :, :-1]) != 0).any(axis=2))


def _stopped(lives: Lives) -> np.ndarray:
    return np.asarray(stops(lives.since_entry("sex_work", 39, before=2))[:, :, 2:].any(axis=2))


def _exit_begun(lives: Lives, weeks: int) -> tuple[np.ndarray, np.ndarray]:
    """Whether a planned exit began in the first 39 weeks, and in which week the first did."""
    state = lives.since_entry("sex_work", weeks, before=1)
    begun = (state[:, :, 1:40] == w.EXITED) & (state[:, :, :39] != w.EXITED)
    return begun.any(axis=2), begun.argmax(axis=2)


def _returned(lives: Lives) -> Measured:
    """Involved again within 156 weeks of the first planned exit begun in weeks 0 to 38."""
    begun, when = _exit_begun(lives, 195)
    since = np.arange(195) - when[:, :, None]
    involved = lives.since_entry("sex_work", 195) == w.INVOLVED
    women = begun & lives.whole(195) & lives.referred
    return women & (involved & (since > 0) & (since <= 156)).any(axis=2), women


def _no_sex_work(lives: Lives) -> Measured:
    women = lives.whole(39) & lives.engaged_since_entry(39)
    return women & (lives.since_entry("sex_work", 39)[:, :, 26:] != w.INVOLVED).all(axis=2), women


def _days_housed(lives: Lives) -> Measured:
    entry = np.clip(lives.entry - 1, 0, lives.weeks - 1)[:, :, None]
    at_entry = np.take_along_axis(lives.state("housing"), entry, axis=2)[:, :, 0]
    women = lives.whole(104) & (at_entry != w.STABLE)
    return np.where(women, (lives.since_entry("housing", 104) == w.STABLE).mean(axis=2), 0), women


def _lost_manager(lives: Lives) -> np.ndarray:
    changes = lives.since_entry("manager_changes", 39, before=1)
    return np.asarray(changes[:, :, -1] > changes[:, :, 0])


TARGETS = (
    Outcome("t02_weeks_to_completion", WEEKS, "women who completed", "neither", 104,
            "weeks from the first week of transition to completion, median", weeks_to_completion, middle=True),
    Outcome("t03_visits_to_completion", "visits", "women who completed", "neither", 104,
            "visits kept from the first week of pre-CTI to completion, with contact.make_up at 0",
            over(lambda lives: weeks_to_completion(lives)[1], lambda lives: lives.women["visits_kept"])),
    entering("t04_engaged", SHARE, "more", 39, "still engaged, or completed, 39 weeks after enrolment",
             lambda lives: engaged(lives.since("phase", 39))),
    Outcome("t05_attendance", "share of weeks", "weeks with a session of women in the program", "more", 13,
            "came to the drop-in, by week with a session", attendance),
    entering("t06_first_link", SHARE, "more", 13, "a link to a service begun within 13 weeks of enrolment", _new_link),
    twins("t07_stopped", SHARE, "neither", 39, "stopped at least once in the 39 weeks after enrolment", _stopped),
    Outcome("t08_returned", SHARE, "women whose planned exit began in weeks 0-38", "neither", 195,
            "involved again within 156 weeks of the first planned exit", _returned),
    Outcome("t09_no_sex_work", SHARE, "women still engaged at week 39, or their twins", "neither", 39,
            "no sex work in the last 13 weeks, 39 weeks after enrolment", _no_sex_work),
    Outcome("t10_days_housed", "share of days", "women who entered not stably housed, or their twins", "more", 104,
            "days stably housed in the 104 weeks after enrolment", _days_housed),
    twins("t11_pre_employment", "mean state, 0-3", "more", 39, "pre-employment 39 weeks after enrolment",
          lambda lives: lives.since("employment", 39)),
    twins("t11_housed", SHARE, "more", 39, "stably housed", lambda lives: _states(lives, 39)[..., w.HOUSING]),
    twins("t11_income", SHARE, "more", 39, "any income support or a job",
          lambda lives: _states(lives, 39)[..., w.INCOME]),
    twins("t11_exited", SHARE, "neither", 39, "in a planned exit", lambda lives: _states(lives, 39)[..., w.EXITING]),
    entering("t13_lost_manager", SHARE, "less", 39, "lost a case manager within 39 weeks, while engaged",
             _lost_manager),
)  # fmt: skip


def _stop_rate(housed: bool) -> Measure:
    """Stops by involved week, weeks without housing apart from the others; 104 weeks since enrolment."""

    def measure(lives: Lives) -> Measured:
        housing = lives.since_entry("housing", 104)[:, :, :-1]
        state = lives.since_entry("sex_work", 104)
        counted = lives.whole(104)[:, :, None] & ((housing == w.NO_HOUSING) != housed)
        begun = (state[:, :, :-1] == w.INVOLVED) & (state[:, :, 1:] != w.INVOLVED)
        full = np.concatenate([state[:, :, 2:] != w.INVOLVED, np.ones_like(begun[:, :, :1])], axis=2)
        return (counted & begun & full).sum(axis=2), (counted & (state[:, :, :-1] == w.INVOLVED)).sum(axis=2)

    return measure


def _involved_weeks(name: str, words: str, housed: bool) -> Outcome:
    population = f"involved weeks of {TWINS}"
    formula = f"stops by involved week, {words}, 104 weeks since enrolment"
    return Outcome(name, "stops an involved week", population, "neither", 104, formula, _stop_rate(housed))


def _intensity_lower(lives: Lives) -> np.ndarray:
    return np.asarray(lives.since("intensity", 13) < lives.women["intensity_start"])


HELD_OUT = (
    _involved_weeks("h1_stops_without_housing", "women without housing", False),
    _involved_weeks("h1_stops_with_housing", "all other women", True),
    twins("h2_less_intensity", SHARE, "neither", 13, "intensity lower than at entry, 13 weeks after enrolment",
          _intensity_lower),
    twins("h2_full_exit", SHARE, "neither", 13, "in a planned exit 13 weeks after enrolment",
          lambda lives: lives.since("sex_work", 13) == w.EXITED),
    twins("h3_unmet_needs", "needs", "less", 39, "needs at entry unmet 39 weeks after enrolment",
          lambda lives: unmet(lives.needs(), lives.since("linked", 39), _states(lives, 39))),
    twins("h4_housed", SHARE, "more", 26, "stably housed 26 weeks after enrolment",
          lambda lives: _states(lives, 26)[..., w.HOUSING]),
    twins("h4_work_or_school", SHARE, "more", 26, "in training, a placement or work 26 weeks after enrolment",
          lambda lives: _states(lives, 26)[..., w.PRE_EMPLOYMENT]),
    twins("h4_calm", SHARE, "more", 26, "no crisis in the last four weeks, 26 weeks after enrolment",
          lambda lives: calm(lives.since_entry("crisis", 26)[:, :, 22:])),
    Outcome("h5_in_sex_work_780", SHARE, "referred", "neither", 780, "involved in sex work after 15 years",
            over(lambda lives: lives.referred, lambda lives: lives.at("sex_work", 780) == w.INVOLVED)),
)  # fmt: skip
