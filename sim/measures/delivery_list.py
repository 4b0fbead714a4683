"""How, and at what cost, the program is delivered: sums over the program as a whole, and the six measures of delivery
that a fidelity review would rate."""

from collections.abc import Callable
from operator import attrgetter
from typing import Any

import numpy as np

from sim.measures.costs import dollars
from sim.measures.lives import Lives, in_program
from sim.measures.questions import ENTERED, PROGRAM, SHARE, Count, Measured, Population, added, listed
from sim.program import words as w

Sum = Callable[[Lives], Any]  # by woman (R, N), by run (R,), or one number for every run
WOMEN, A_YEAR, CAD = "women", "women a year", "CAD"


def by(top: Sum, bottom: Sum = lambda lives: 1) -> Count:
    """One sum over the program as a whole by another."""

    def measure(lives: Lives, _: int) -> Measured:
        parts = top(lives), bottom(lives)
        counted, out_of = (added(part) if np.ndim(part) else np.full(lives.replications, 1.0 * part) for part in parts)
        return counted, out_of

    return measure


referred, entered = attrgetter("referred"), attrgetter("entered")


def completed(lives: Lives) -> np.ndarray:
    return lives.ended(w.CARE_TRANSFERRED)


def cost(lives: Lives) -> np.ndarray:
    return dollars(lives.runs, lives.plan, lives.prices)


def weeks(lives: Lives) -> int:
    """The weeks of referrals: the program at work, without its running out."""
    return int(lives.plan["cohort_weeks"])


def years(lives: Lives) -> float:
    """Years of referrals; what happens while the program runs out belongs to them."""
    return weeks(lives) / 52


def logged(field: str) -> Sum:
    """A column of the log over all simulated weeks."""
    return lambda lives: lives.runs.log[field]


def on_file(*kinds: str) -> Sum:
    """Columns of the posts' log over the weeks of referrals."""
    return lambda lives: sum(lives.runs.posts[:, : weeks(lives)][kind].astype(float) for kind in kinds)


def caseload(lives: Lives) -> np.ndarray:
    """Women of case managers in post."""
    return np.asarray(on_file("caseload")(lives) * (on_file("in_post")(lives) > 0))


def planned(lives: Lives) -> int:
    """Post-weeks of the plan during the weeks of referrals."""
    return int(lives.runs.posts.shape[2]) * weeks(lives)


# fmt: off
DELIVERY = listed(
    PROGRAM,
    ("women_referred", WOMEN, "neither", 0, "women referred", by(referred)),
    ("women_entered", WOMEN, "more", 0, "women who entered", by(entered)),
    ("entered_a_year", A_YEAR, "more", 0, "women who entered, by years of referrals (check T01)", by(entered, years)),
    ("completed_a_year", A_YEAR, "more", 0, "women who completed, by years of referrals", by(completed, years)),
    ("caseload", WOMEN, "neither", 0, "women of a case manager in post, mean over post-weeks of referrals",
     by(caseload, on_file("in_post"))),
    ("hours_used", "share of hours", "neither", 0, "hours used of those supplied, over the weeks of referrals",
     by(on_file("drop_in", "crisis", "visits", "links"), on_file("supplied"))),
    ("post_vacant", "share of post-weeks", "less", 0, "post-weeks without a case manager, of those planned",
     by(lambda x: planned(x) - added(on_file("in_post")(x)), planned)),
    ("waiting_list", WOMEN, "less", 0, "women on the waiting list, mean over the weeks of referrals",
     by(lambda x: x.runs.log["waiting"][:, : weeks(x)].mean(axis=1))),
    ("waiting_for_services", WOMEN, "less", 0, "women in the queues of services, mean over all weeks simulated",
     by(logged("queued"), lambda x: x.runs.log.shape[1])),
    ("openings_a_year", "openings a year", "neither", 0, "openings of services for the program's women",
     by(logged("openings"), lambda x: x.runs.log.shape[1] / 52)),
    ("women_at_a_session", WOMEN, "more", 0, "women seated at a drop-in session, mean over sessions held",
     by(logged("attending"), logged("sessions"))),
    ("turned_away_a_year", A_YEAR, "less", 0, "women turned away from a full drop-in",
     by(logged("turned_away"), years)),
    ("warm_a_year", "hand-offs a year", "neither", 0, "warm hand-offs made", by(logged("warm"), years)),
    ("supplement_years", "supplement-years", "neither", 0, "rent supplements held, in years",
     by(logged("supplements"), lambda x: 52)),
    ("cost", CAD, "less", 0, "cost from the first week until the last woman has left the program", by(cost)),
    ("cost_a_year", "CAD a year", "less", 0, "the same by years of referrals", by(cost, years)),
    ("cost_per_woman_referred", CAD, "less", 0, "cost by women referred", by(cost, referred)),
    ("cost_per_woman_completing", CAD, "less", 0, "cost by women completing", by(cost, completed),
     Population("women who completed")),
)
# fmt: on


def _within(lives: Lives) -> np.ndarray:
    """Weeks of the timeline in which she is in the program, her first week included, (R, N, F)."""
    return in_program(lives.state("phase")) & lives.entered[:, :, None]


def _followed(lives: Lives, _: int) -> Measured:
    """Links and waits followed up, out of those there were, over her weeks in the program."""
    done, possible = (np.where(_within(lives), lives.state(name), 0).sum(axis=2)
                      for name in ("links_followed", "links_open"))  # fmt: skip
    return np.minimum(done, possible), possible


def attendance(lives: Lives, _: int) -> Measured:
    held = _within(lives) & (lives.state("sessions") > 0)
    return (held & (lives.state("attended") > 0)).sum(axis=2), held.sum(axis=2)


def _contacts(phase: int) -> Count:
    """Contacts made of those due in the weeks that began in this phase."""

    def measure(lives: Lives, _: int) -> Measured:
        contact, begun = lives.state("contact"), np.roll(lives.state("phase"), 1, axis=2)
        begun[:, :, 0] = w.WAITING
        begun = np.where(in_program(begun), begun, w.PRE_CTI)  # contact falls due only in the program
        due = (contact != w.NO_CONTACT_DUE) & (begun == phase) & lives.referred[:, :, None]
        return (due & (contact == w.VISIT_KEPT)).sum(axis=2), due.sum(axis=2)

    return measure


def _few_focus_areas(lives: Lives, _: int) -> Measured:
    """Phases begun in which she never had more than three focus areas, out of phases begun with one at least."""
    areas, phase = np.bitwise_count(lives.state("focus")) * lives.entered[:, :, None], lives.state("phase")
    most = np.array([(areas * (phase == k)).max(axis=2) for k in (w.TRANSITION, w.TRY_OUT, w.TRANSFER)])
    return ((most > 0) & (most <= 3)).sum(axis=0), (most > 0).sum(axis=0)


def has_completed(lives: Lives, _: int = 0) -> np.ndarray:
    """Completed within the follow-up."""
    return np.asarray(completed(lives) & (lives.women["ended"] < lives.weeks))


# fmt: off
COMPLETING = Population("women who completed", has_completed)
DUE = Population("contacts due to women in the program")
PHASES = Population("phases with a focus area")
LINKS = Population("links and waits of women in the program")
BY_PHASE = (("pre_cti", 13, w.PRE_CTI), ("transition", 13, w.TRANSITION), ("try_out", 39, w.TRY_OUT),
            ("transfer", 39, w.TRANSFER))
DELIVERED = listed(
    ENTERED,
    ("t12_early_contact", SHARE, "more", 2, "a visit kept or a drop-in within two weeks of entry",
     lambda x, n: ((x.since_entry("contact", n) == w.VISIT_KEPT) | (x.since_entry("attended", n) > 0)).any(axis=2)),
    *((f"t12_contact_{name}", "share of contacts", "more", n, f"contacts made of those due in {w.PHASES[phase]}",
       _contacts(phase), DUE) for name, n, phase in BY_PHASE),
    ("t12_focus_areas", "share of phases", "more", 13, "at most three focus areas in the phase", _few_focus_areas,
     PHASES),
    ("t12_linked_13", SHARE, "more", 13, "linked to a service at week {} after enrolment",
     lambda x, week: x.since("linked", week) != 0),
    ("t12_links_followed", "share of link-weeks", "more", 13, "followed up within four weeks", _followed, LINKS),
    ("t12_transfer_meeting", SHARE, "more", 104, "a visit kept in transfer of care, before the end",
     lambda x, weeks: _contacts(w.TRANSFER)(x, weeks)[0] > 0, COMPLETING),
)
