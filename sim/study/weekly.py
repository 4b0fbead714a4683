"""Counts women by their own weeks: how the pathway ends, the states of their lives, the phases they go through."""

import numpy as np

from sim.program import words as w
from sim.study.lives import Lives, reached

GOAL_WEEK = 39
STATES = {
    "sex_work": w.SEX_WORK_STATES,
    "housing": w.HOUSING_STATES,
    "income": w.INCOME_STATES,
    "employment": w.EMPLOYMENT_STATES,
}
ENDS = {"completed": w.CARE_TRANSFERRED, "left": w.LEFT_THE_PROGRAM, "waited_too_long": w.WAITED_TOO_LONG}


def ends_by_week(lives: Lives) -> dict[str, np.ndarray]:
    """Women who had completed, left and waited too long by the end of each of their own weeks, and those still in; each
    (R, F). They sum to all women referred. Without a program nobody ends, so that everybody is still in."""
    ends = {}
    for name, reason in ENDS.items():
        women = lives.referred & (lives.women["reason"] == reason) & (lives.women["ended"] < lives.weeks)
        count = np.zeros((lives.replications, lives.weeks), np.int64)
        run, woman = np.nonzero(women)
        np.add.at(count, (run, lives.women["ended"][run, woman]), 1)
        ends[name] = count.cumsum(axis=1)
    ends["still_in"] = lives.runs.referred[:, None] - np.sum(list(ends.values()), axis=0)
    return ends


def states_by_week(lives: Lives) -> dict[tuple[str, ...], np.ndarray]:
    """Women in each state of each domain by own week, (R, F)."""
    here = lives.referred[:, :, None]
    return {
        (domain, name): ((lives.state(domain) == code) & here).sum(axis=1)
        for domain, names in STATES.items()
        for code, name in enumerate(names)
    }


def flows(lives: Lives) -> dict[tuple[str, ...], np.ndarray]:
    """Women who went from one phase to another within their follow-up, with the reason, (R,); those who stayed are told
    as going nowhere. A phase that began and ended in one week counts as gone through."""
    phase, here = lives.state("phase"), lives.referred
    last = phase[:, :, -1]
    furthest = np.where(phase <= w.TRANSFER, phase, w.WAITING).max(axis=2)
    began = lives.entered & (lives.women["enrolled"] < lives.weeks)
    furthest = np.where(last == w.COMPLETED, w.TRANSFER, np.maximum(furthest, began * w.PRE_CTI))
    moves = {(w.USUAL_SERVICES, w.USUAL_SERVICES, w.STILL_IN): last == w.USUAL_SERVICES}
    for k in range(w.WAITING, w.COMPLETED):
        leaving = w.WAITED_TOO_LONG if k == w.WAITING else w.LEFT_THE_PROGRAM
        on = furthest > k if k < w.TRANSFER else last == w.COMPLETED
        moves[k, k + 1, w.CARE_TRANSFERRED if k == w.TRANSFER else w.STILL_IN] = on & (last != w.USUAL_SERVICES)
        moves[k, w.LEFT, leaving] = (last == w.LEFT) & (furthest == k)
        moves[k, k, w.STILL_IN] = last == k
    names = {(w.PHASES[a], w.PHASES[b], w.REASONS[why]): women for (a, b, why), women in moves.items()}
    return {move: (women & here).sum(axis=1) for move, women in names.items()}


def goals(lives: Lives) -> dict[str, np.ndarray]:
    """Women who wanted a goal, had it set together, and had reached its state, 39 weeks after referral (or at the end
    of a shorter follow-up); each (R, 4), by domain."""
    week = min(GOAL_WEEK, lives.weeks)
    wanted = (lives.goals["wanted"] > 0) & lives.referred[:, :, None]
    there = reached(*(lives.at(field, week) for field in ("employment", "housing", "income", "sex_work")))
    together = (lives.at("goals", week)[:, :, None] >> np.arange(len(w.DOMAINS)) & 1).astype(bool)
    parts = {"wanted": wanted, "set": wanted & together, "reached": wanted & there}
    return {kind: women.sum(axis=1) for kind, women in parts.items()}
