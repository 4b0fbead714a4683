"""Asks a chunk of runs the questions that were chosen: one value for each run, or for each woman; what cannot be
answered from these runs is refused by name."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.study.delivery_list import DELIVERED, DELIVERY
from sim.study.lives import Lives, Outcome
from sim.study.outcome_list import OF_WOMEN
from sim.study.refusals import Refused, not_one_of
from sim.study.sentences import say
from sim.study.target_list import HELD_OUT, TARGETS

OUTCOMES = OF_WOMEN + DELIVERY + TARGETS + DELIVERED + HELD_OUT
NAMED = {outcome.name: outcome for outcome in OUTCOMES}


class Answers(NamedTuple):
    """Each outcome's value in each run and what it was taken over, both (R, outcomes); no value is NaN."""

    values: np.ndarray
    counts: np.ndarray


def choose(names: Sequence[str] | None, follow_up_weeks: int) -> tuple[Outcome, ...]:
    """The outcomes of these names, or all that so many weeks of follow-up can answer. Refused, with a line for each,
    are unknown names and outcomes that need more weeks than there are."""
    if names is None:
        return tuple(outcome for outcome in OUTCOMES if outcome.weeks <= follow_up_weeks)
    problems = [not_one_of("outcomes", name, NAMED) for name in names if name not in NAMED]
    chosen = [NAMED[name] for name in names if name in NAMED]
    problems += [
        say("summary.needs_weeks", outcome=outcome.name, weeks=outcome.weeks, have=follow_up_weeks)
        for outcome in chosen
        if outcome.weeks > follow_up_weeks
    ]
    if problems:
        raise Refused(*problems)
    return tuple(chosen)


def left_out(follow_up_weeks: int) -> tuple[str, ...]:
    """Outcomes that need more weeks than there are."""
    return tuple(outcome.name for outcome in OUTCOMES if outcome.weeks > follow_up_weeks)


def outcomes_of(lives: Lives, outcomes: Sequence[Outcome]) -> Answers:
    """Every run's value of every outcome. Sums run over women in order of referral, one after the other, so that no bit
    depends on how runs are cut into chunks."""
    values = np.full((lives.replications, len(outcomes)), np.nan)
    counts = np.zeros_like(values)
    for column, outcome in enumerate(outcomes):
        counted, out_of = outcome.measure(lives)
        top, bottom = (_added(part) for part in (counted, out_of))
        some = bottom > 0
        if outcome.middle:
            values[some, column] = [np.median(counted[r][out_of[r] > 0]) for r in np.flatnonzero(some)]
        else:
            values[some, column] = top[some] / bottom[some]
        counts[:, column] = bottom
    return Answers(values, counts)


def _added(part: np.ndarray) -> np.ndarray:
    """Sums over women, (R,); sums over the program are sums already."""
    if part.ndim == 1 or part.shape[1] == 0:
        return part if part.ndim == 1 else np.zeros(len(part))
    return np.asarray(np.cumsum(part, axis=1, dtype=float)[:, -1])


def by_woman(lives: Lives, outcome: Outcome) -> tuple[np.ndarray, np.ndarray]:
    """Each woman's own value, and for whom it exists, both (R, N): what paired women are compared by."""
    counted, out_of = outcome.measure(lives)
    if counted.ndim == 1:
        raise Refused(say("summary.not_by_woman", outcome=outcome.name))
    exists = out_of > 0
    return np.divide(counted, out_of, out=np.full(counted.shape, np.nan), where=exists), exists


def definitions() -> pd.DataFrame:
    """Every outcome with its unit, whom it is taken over, which way is better, and its formula in words."""
    columns = ("name", "unit", "population", "within", "better", "weeks", "formula")
    return pd.DataFrame([{column: getattr(outcome, column) for column in columns} for outcome in OUTCOMES])


def held_out(outcomes: pd.DataFrame, program: str, none: str) -> pd.DataFrame:
    """The patterns that nothing is tuned to, pooled over all runs of two scenarios: pattern, scenario, value. There are
    no published values here to compare with."""
    pooled = outcomes[outcomes["count"] > 0].assign(sum=lambda rows: rows["value"] * rows["count"])
    pooled = pooled.groupby(["scenario", "outcome"], sort=False)[["sum", "count"]].sum()
    share = (pooled["sum"] / pooled["count"]).to_dict()
    rows = []
    for scenario in (program, none):
        without, others = (share.get((scenario, f"h1_stops_{kind}_housing")) for kind in ("without", "with"))
        if without is not None and others:
            rows.append(("rate ratio of stopping, women without housing against others", scenario, without / others))
        rows += [
            (NAMED[name].formula, scenario, share[scenario, name])
            for name in ("h2_less_intensity", "h2_full_exit", "h3_unmet_needs", "h5_in_sex_work_780")
            if (scenario, name) in share
        ]
    for name in ("h4_housed", "h4_work_or_school", "h4_calm"):
        here, there = share.get((program, name)), share.get((none, name))
        if here is not None and there is not None and 0 < there < 1 and here < 1:
            odds = here / (1 - here) * (1 - there) / there
            rows.append((f"odds ratio, {NAMED[name].formula}", f"{program} against {none}", odds))
    return pd.DataFrame(rows, columns=["pattern", "scenario", "value"])
