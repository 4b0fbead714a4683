"""Asks a chunk of runs the questions that were chosen: one value for each run."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sim.measures.delivery_list import DELIVERED, DELIVERY
from sim.measures.lives import Lives
from sim.measures.outcome_list import OF_WOMEN
from sim.measures.questions import Outcome, added
from sim.measures.target_list import HELD_OUT, TARGETS
from sim.measures.tidy import unfold

OUTCOMES = OF_WOMEN + DELIVERY + TARGETS + DELIVERED + HELD_OUT
NAMED = {outcome.name: outcome for outcome in OUTCOMES}


def left_out(follow_up_weeks: int) -> tuple[str, ...]:
    """Outcomes that need more weeks than there are."""
    return tuple(outcome.name for outcome in OUTCOMES if outcome.weeks > follow_up_weeks)


def outcomes_of(lives: Lives, outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """A row for each run and outcome: its value (none is NaN), and the count of what it was taken over."""
    values, counts = np.full((2, lives.replications, len(outcomes)), np.nan)
    for column, outcome in enumerate(outcomes):
        counted, out_of = outcome.measure(lives)
        counts[:, column] = added(out_of)
        some = counts[:, column] > 0
        if outcome.middle:
            values[some, column] = [np.median(counted[r][out_of[r] > 0]) for r in np.flatnonzero(some)]
        else:
            values[some, column] = added(counted)[some] / counts[some, column]
    about = {"outcome": [outcome.name for outcome in outcomes], "population": [o.population for o in outcomes]}
    return unfold([{"replication": lives.runs.replications}, about], {"value": values, "count": counts})


def definitions() -> pd.DataFrame:
    """Every outcome with its unit, whom it is taken over, which way is better, and its formula in words."""
    columns = ("name", "unit", "population", "within", "better", "weeks", "formula")
    return pd.DataFrame([{column: getattr(outcome, column) for column in columns} for outcome in OUTCOMES])
