"""Counts women by their own weeks: how the pathway ends, the states of their lives, the phases they go through; and the
program by weeks of the calendar. Each as a tidy table."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from sim.measures.lives import Lives, reached
from sim.measures.tidy import unfold
from sim.program import words as w
from sim.program.people import LOG, POST_LOG

GOAL_WEEK = 39
KEPT_BY_WEEK = 1000  # replications whose weeks of women are kept one by one
KEPT_BY_CALENDAR = 200  # replications whose weeks of the calendar are
STATES: dict[str, tuple[str, ...]] = {"sex_work": w.SEX_WORK_STATES, "housing": w.HOUSING_STATES}
STATES |= {"income": w.INCOME_STATES, "employment": w.EMPLOYMENT_STATES}
ENDS = {"completed": w.CARE_TRANSFERRED, "left": w.LEFT_THE_PROGRAM, "waited_too_long": w.WAITED_TOO_LONG}


def ends_by_week(lives: Lives) -> dict[str, np.ndarray]:
    """Women who had completed, left and waited too long by the end of each of their own weeks, and those still in; each
    (R, F). They sum to all women referred. Without a program nobody ends, so that everybody is still in."""
    gone = lives.women["ended"][:, :, None] <= np.arange(lives.weeks)
    ends = {name: (lives.ended(reason)[:, :, None] & gone).sum(axis=1) for name, reason in ENDS.items()}
    return ends | {"still_in": lives.runs.referred[:, None] - np.sum(list(ends.values()), axis=0)}


def states_by_week(lives: Lives) -> dict[tuple[str, ...], np.ndarray]:
    """Women in each state of each domain by own week, (R, F)."""
    return {
        (domain, name): ((lives.state(domain) == code) & lives.referred[:, :, None]).sum(axis=1)
        for domain, names in STATES.items()
        for code, name in enumerate(names)
    }


def flows(lives: Lives) -> dict[tuple[str, ...], np.ndarray]:
    """Women who went from one phase to another within their follow-up, with the reason, (R,); those who stayed are told
    as going nowhere. A phase that began and ended in one week counts as gone through."""
    phase = lives.state("phase")
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
    return {
        (w.PHASES[here], w.PHASES[there], w.REASONS[why]): (women & lives.referred).sum(axis=1)
        for (here, there, why), women in moves.items()
    }


def goals(lives: Lives) -> dict[str, np.ndarray]:
    """Women who wanted a goal, had it set together, and had reached its state, 39 weeks after referral (or at the end
    of a shorter follow-up); each (R, 4), by domain."""
    week = min(GOAL_WEEK, lives.weeks)
    wanted = (lives.goals["wanted"] > 0) & lives.referred[:, :, None]
    together = lives.at("goals", week)[:, :, None] >> np.arange(len(w.DOMAINS)) & 1
    parts = {"wanted": wanted, "set": wanted & (together > 0), "reached": wanted & reached(lives.at, week)}
    return {kind: women.sum(axis=1) for kind, women in parts.items()}


def by_week(lives: Lives) -> dict[str, pd.DataFrame]:
    """The tables of one chunk of runs by week, phase and domain; a chunk more only adds rows at their end."""
    runs, week = {"replication": lives.runs.replications}, {"week": range(lives.weeks)}
    own, kept = (lives.runs.replications <= most for most in (KEPT_BY_WEEK, KEPT_BY_CALENDAR))
    log, posts = lives.runs.log[kept], lives.runs.posts[kept]
    by_own = {"replication": runs["replication"][own]}
    calendar: list[dict[str, Any]] = [{"replication": runs["replication"][kept]}, {"week": range(log.shape[1])}]
    states, moves = states_by_week(lives), flows(lives)
    return {
        "pathway": unfold([by_own, week], {name: part[own] for name, part in ends_by_week(lives).items()}),
        "states": unfold([by_own, week, labels(states, "domain", "state")], {"women": women(states)["women"][own]}),
        "flows": unfold([runs, labels(moves, "from_phase", "to_phase", "reason")], women(moves)),
        "goals": unfold([runs, {"domain": w.DOMAINS}], goals(lives)),
        "occupancy": unfold(calendar, {name: log[name] for name, *_ in LOG}),
        "posts": unfold([*calendar, {"post": range(posts.shape[2])}], {name: posts[name] for name, *_ in POST_LOG}),
    }


def labels(parts: Mapping[tuple[str, ...], np.ndarray], *names: str) -> dict[str, tuple[str, ...]]:
    """What each part is called, under these names."""
    return dict(zip(names, zip(*parts, strict=True), strict=True))


def women(parts: Mapping[tuple[str, ...], np.ndarray]) -> dict[str, np.ndarray]:
    """All parts as one column."""
    return {"women": np.stack(list(parts.values()), axis=-1)}
