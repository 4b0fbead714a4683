"""Runs told by hand: a few women whose every week is written down, so that each outcome can be counted on fingers."""

from types import SimpleNamespace

import numpy as np

from sim.program import words as w
from sim.program.levers import LEVERS
from sim.program.people import LOG_LINE, NOBODY, POST_LINE, TIMELINE_LINE, blank

PLAN = {lever.name: 1.0 for lever in LEVERS} | {"cohort_weeks": 26.0, "staffing_hours_per_week": 20.0}
PRICES = {
    "salary_per_post": 52_000.0, "benefits_share": 0.2, "contact_hours_of_a_post": 20.0, "peer_hour": 30.0,
    "drop_in_session": 100.0, "warm_hand_off": 20.0, "rent_supplement_month": 520.0, "overhead_share": 0.1,
}  # fmt: skip


def woman(**story):
    """One woman: fields of her timeline as [(value, weeks), ..., value] or one value, others of her record."""
    return story


def told(*replications, weeks=60, calendar=80, posts=1):
    """Runs of replications, each a list of women."""
    most = max(len(women) for women in replications) + 2  # two rows that nobody fills
    runs = SimpleNamespace(
        replications=np.arange(1, len(replications) + 1),
        referred=np.array([len(women) for women in replications]),
        women=blank("women", (len(replications), most)),
        goals=blank("goals", (len(replications), most, len(w.DOMAINS))),
        timeline=np.zeros((len(replications), most, weeks), TIMELINE_LINE),
        log=np.zeros((len(replications), calendar), LOG_LINE),
        posts=np.zeros((len(replications), calendar, posts), POST_LINE),
    )
    runs.timeline["phase"] = -1
    for r, women in enumerate(replications):
        for number, story in enumerate(women):
            _write(runs, r, number, {"phase": w.USUAL_SERVICES} | story)
    return runs


def _write(runs, r, number, story):
    for field, value in story.items():
        if field == "wanted":
            runs.goals["wanted"][r, number] = value
        elif field in TIMELINE_LINE.names:
            runs.timeline[field][r, number] = _week_by_week(value, runs.timeline.shape[2])
        else:
            runs.women[field][r, number] = value
    phase = runs.timeline["phase"][r, number]
    inside = np.flatnonzero((phase >= w.PRE_CTI) & (phase <= w.TRANSFER))
    runs.women["phase"][r, number] = phase[-1]
    if "enrolled" not in story:
        runs.women["enrolled"][r, number] = inside[0] if len(inside) else NOBODY
    gone = np.flatnonzero((phase == w.COMPLETED) | (phase == w.LEFT))
    if len(gone):
        why = (
            w.CARE_TRANSFERRED if phase[-1] == w.COMPLETED else w.LEFT_THE_PROGRAM if len(inside) else w.WAITED_TOO_LONG
        )
        runs.women["ended"][r, number], runs.women["reason"][r, number] = gone[0], why


def _week_by_week(value, weeks):
    """[(0, 3), (1, 2), 0]: three weeks of 0, two of 1, and 0 from then on."""
    if not isinstance(value, list):
        return np.full(weeks, value)
    *first, last = value
    line = [code for code, times in first for _ in range(times)]
    return np.array([*line, *[last] * weeks])[:weeks]


FINISHER = woman(
    phase=[(w.PRE_CTI, 2), (w.TRANSITION, 12), (w.TRY_OUT, 13), (w.TRANSFER, 13), w.COMPLETED],
    contact=[(w.VISIT_KEPT, 1), (w.VISIT_MISSED, 1), (w.VISIT_KEPT, 2), (w.NOT_OFFERED, 1), w.NO_CONTACT_DUE],
    visits_kept=3, visits_missed=1, contacts_unmet=1,
    sessions=[(1, 40), 0], attended=[(1, 10), 0],
    housing=[(w.NO_HOUSING, 20), w.STABLE], employment=[(w.NO_WORK, 38), w.TRAINING],
    income=[(w.NO_INCOME, 10), w.SOCIAL_ASSISTANCE],
    linked=[(0, 8), (1 << w.HOUSING_SERVICE | 1 << w.LEGAL, 40), 1 << w.LEGAL],
    needs=1 << w.SAFETY | 1 << w.JUSTICE | 1 << w.LIFE_SKILLS | 1 << w.SUBSTANCE_USE,
    sex_work=[(w.INVOLVED, 5), (w.SHORT_BREAK, 1), (w.INVOLVED, 24), w.EXITED],
    wanted=[1, 1, 0, 1], goals=[(0, 3), 1 << w.PRE_EMPLOYMENT | 1 << w.EXITING],
    focus=[(0, 3), (0b1111, 11), (0b0011, 26), 0],
)  # fmt: skip
LEAVER = woman(
    phase=[(w.WAITING, 3), (w.PRE_CTI, 2), (w.TRANSITION, 5), w.LEFT], waited=3,
    contact=[(w.NO_CONTACT_DUE, 3), (w.VISIT_MISSED, 2), w.NO_CONTACT_DUE], visits_missed=2,
    sex_work=[(w.INVOLVED, 5), (w.SHORT_BREAK, 2), w.INVOLVED], crisis=[(1, 4), 0],
    sessions=[(0, 3), (1, 7), 0], manager_changes=[(0, 6), 1], housing=[(w.UNSTABLE, 39), w.STABLE],
)  # fmt: skip
WAITER = woman(
    phase=[(w.WAITING, 5), w.LEFT], waited=6, housing=w.STABLE, income=w.SUFFICIENT, employment=w.WORKING,
    sex_work=[(w.INVOLVED, 20), (w.EXITED, 10), w.INVOLVED],
)  # fmt: skip
