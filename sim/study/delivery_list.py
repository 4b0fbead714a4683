"""How, and at what cost, the program is delivered: sums over the program as a whole, and the six measures of delivery
that a fidelity review would rate."""

import numpy as np

from sim.program import words as w
from sim.study.costs import dollars
from sim.study.lives import Better, Count, Lives, Measure, Measured, Outcome, in_program, over
from sim.study.outcome_list import SHARE, ended, entering

WOMEN, CAD = "women", "CAD"


def program(
    name: str, unit: str, better: Better, formula: str, top: Count, bottom: Count, population: str = "program"
) -> Outcome:
    """An outcome of the program as a whole: one sum over another, each (R,)."""

    def measure(lives: Lives) -> Measured:
        return top(lives).astype(float), np.broadcast_to(bottom(lives), lives.runs.referred.shape).astype(float)

    return Outcome(name, unit, population, better, 0, formula, measure)


def years(lives: Lives) -> np.ndarray:
    """Years of referrals; what happens while the program runs out belongs to them."""
    return np.array(lives.plan["cohort_weeks"] / 52)


def one(lives: Lives) -> np.ndarray:
    return np.array(1)


def number(women: Count) -> Count:
    """How many women, (R,)."""
    return lambda lives: women(lives).sum(axis=1)


def logged(field: str) -> Count:
    """The sum of a column of the log over all simulated weeks, (R,)."""
    return lambda lives: lives.runs.log[field].sum(axis=1, dtype=float)


def on_file(*kinds: str, while_held: bool = False) -> Count:
    """Sums of columns of the posts' log over the weeks of referrals, (R,), added one after the other so that the last
    bit does not depend on how the runs are cut into chunks."""

    def add(lives: Lives) -> np.ndarray:
        posts = lives.runs.posts[:, lives.referral_weeks]
        amount = lives.plan["program_offered"] * np.sum([posts[kind].astype(float) for kind in kinds], axis=0)
        amount = amount * (posts["in_post"] > 0) if while_held else amount
        return np.asarray(np.cumsum(amount.reshape(len(amount), -1), axis=1)[:, -1])

    return add


def waiting(lives: Lives) -> np.ndarray:
    return np.asarray(lives.runs.log["waiting"][:, lives.referral_weeks].mean(axis=1))


def posts_planned(lives: Lives) -> np.ndarray:
    """Post-weeks of the plan during the weeks of referrals."""
    return np.array(lives.plan["program_offered"] * lives.plan["staffing_case_managers"] * lives.plan["cohort_weeks"])


def cost(lives: Lives) -> np.ndarray:
    return dollars(lives.runs, lives.plan, lives.prices)


DELIVERY = (
    program("women_referred", WOMEN, "neither", "women referred", number(lambda lives: lives.referred), one),
    program("women_entered", WOMEN, "more", "women who entered", number(lambda lives: lives.entered), one),
    program("entered_a_year", "women a year", "more", "women who entered, by years of referrals (check T01)",
            number(lambda lives: lives.entered), years),
    program("completed_a_year", "women a year", "more", "women who completed, by years of referrals",
            number(ended(w.CARE_TRANSFERRED)), years),
    program("caseload", "women", "neither", "women of a case manager in post, mean over post-weeks of referrals",
            on_file("caseload", while_held=True), on_file("in_post")),
    program("hours_used", "share of hours", "neither", "hours used of those supplied, over the weeks of referrals",
            on_file("drop_in", "crisis", "visits", "links"), on_file("supplied")),
    program("post_vacant", "share of post-weeks", "less", "post-weeks without a case manager, of those planned",
            lambda lives: posts_planned(lives) - on_file("in_post")(lives), posts_planned),
    program("waiting_list", WOMEN, "less", "women on the waiting list, mean over the weeks of referrals", waiting, one),
    program("turned_away_a_year", "women a year", "less", "women turned away from a full drop-in",
            logged("turned_away"), years),
    program("warm_a_year", "hand-offs a year", "neither", "warm hand-offs made", logged("warm"), years),
    program("supplement_years", "supplement-years", "neither", "rent supplements held, in years",
            logged("supplements"), lambda lives: np.array(52)),
    program("cost", CAD, "less", "cost over all simulated weeks", cost, one),
    program("cost_a_year", "CAD a year", "less", "the same by years of referrals", cost, years),
    program("cost_per_woman_referred", CAD, "less", "cost by women referred", cost,
            number(lambda lives: lives.referred)),
    program("cost_per_woman_completing", CAD, "less", "cost by women completing", cost,
            number(ended(w.CARE_TRANSFERRED)), "women who completed"),
)  # fmt: skip


def _within(lives: Lives) -> np.ndarray:
    """Weeks of the diary in which she is in the program, her first week included, (R, N, F)."""
    return in_program(lives.state("phase")) & lives.entered[:, :, None]


def weeks_to_completion(lives: Lives) -> Measured:
    """Weeks from the first week of transition to completion, women who complete within the follow-up."""
    women = lives.women
    done = ended(w.CARE_TRANSFERRED)(lives) & (women["ended"] < lives.weeks)
    begun = (lives.state("phase") >= w.TRANSITION).argmax(axis=2)
    return np.where(done, women["ended"] - begun, 0), done


def _by_week(top: str, bottom: str) -> Measure:
    """The sum of one field over the sum of another, over her weeks in the program."""

    def measure(lives: Lives) -> Measured:
        within = _within(lives)
        counted, possible = (np.where(within, lives.state(field), 0).sum(axis=2) for field in (top, bottom))
        return np.minimum(counted, possible), possible

    return measure


def attendance(lives: Lives) -> Measured:
    held = _within(lives) & (lives.state("sessions") > 0)
    return (held & (lives.state("attended") > 0)).sum(axis=2), held.sum(axis=2)


def _contacts_made(phase: int) -> Measure:
    """Contacts made of those due in the weeks that began in this phase."""

    def measure(lives: Lives) -> Measured:
        contact, during = lives.state("contact"), lives.state("phase").copy()
        during[:, :, 1:] = lives.state("phase")[:, :, :-1]
        during[:, :, 0] = w.WAITING
        during = np.where(in_program(during), during, w.PRE_CTI)  # contact falls due only in the program
        due = (contact != w.NO_CONTACT_DUE) & (during == phase) & lives.referred[:, :, None]
        return (due & (contact == w.VISIT_KEPT)).sum(axis=2), due.sum(axis=2)

    return measure


def _early_contact(lives: Lives) -> np.ndarray:
    kept = lives.since_entry("contact", 2) == w.VISIT_KEPT
    return np.asarray((kept | (lives.since_entry("attended", 2) > 0)).any(axis=2))


def _few_focus_areas(lives: Lives) -> Measured:
    """Phases begun in which she never had more than three focus areas, out of phases begun with one at least."""
    areas, phase = np.bitwise_count(lives.state("focus")), lives.state("phase")
    most = [np.where(phase == k, areas, 0).max(axis=2) for k in (w.TRANSITION, w.TRY_OUT, w.TRANSFER)]
    begun = np.stack(most, axis=2) * lives.entered[:, :, None]
    return ((begun > 0) & (begun <= 3)).sum(axis=2), (begun > 0).sum(axis=2)


def _transfer_meeting(lives: Lives) -> np.ndarray:
    """A visit was kept in transfer of care."""
    return _contacts_made(w.TRANSFER)(lives)[0] > 0


CONTACTS_DUE = "contacts due to women in the program"
DELIVERED = (
    entering("t12_early_contact", SHARE, "more", 2, "a visit kept or a drop-in within two weeks of entry",
             _early_contact),
    Outcome("t12_contact_pre_cti", "share of contacts", CONTACTS_DUE, "more", 13,
            "contacts made of those due in pre-CTI", _contacts_made(w.PRE_CTI)),
    Outcome("t12_contact_transition", "share of contacts", CONTACTS_DUE, "more", 13,
            "contacts made of those due in transition", _contacts_made(w.TRANSITION)),
    Outcome("t12_contact_try_out", "share of contacts", CONTACTS_DUE, "more", 39,
            "contacts made of those due in try-out", _contacts_made(w.TRY_OUT)),
    Outcome("t12_contact_transfer", "share of contacts", CONTACTS_DUE, "more", 39,
            "contacts made of those due in transfer of care", _contacts_made(w.TRANSFER)),
    Outcome("t12_focus_areas", "share of phases", "phases with a focus area", "more", 13,
            "at most three focus areas in the phase", _few_focus_areas),
    entering("t12_linked_13", SHARE, "more", 13, "linked to a service at week 13 after enrolment",
             lambda lives: lives.since("linked", 13) != 0),
    Outcome("t12_links_followed", "share of link-weeks", "links and waits of women in the program", "more", 13,
            "followed up within four weeks", _by_week("links_followed", "links_open")),
    Outcome("t12_transfer_meeting", SHARE, "women who completed", "more", 104,
            "a visit kept in transfer of care, before the end",
            over(lambda lives: weeks_to_completion(lives)[1], _transfer_meeting)),
)  # fmt: skip
