"""Asks a chunk of runs the questions that were chosen: one value for each run, or for each woman; what cannot be
answered from these runs is refused by name."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sim.study.delivery_list import DELIVERED, DELIVERY
from sim.study.lives import Lives
from sim.study.outcome_list import OF_WOMEN
from sim.study.questions import Outcome, added
from sim.study.refusals import Refused, not_one_of
from sim.study.sentences import say
from sim.study.tables import unfold
from sim.study.target_list import HELD_OUT, TARGETS

OUTCOMES = OF_WOMEN + DELIVERY + TARGETS + DELIVERED + HELD_OUT
NAMED = {outcome.name: outcome for outcome in OUTCOMES}


def choose(names: Sequence[str] | None, follow_up_weeks: int) -> tuple[Outcome, ...]:
    """The outcomes of these names, or all that so many weeks of follow-up can answer. Refused, with a line for each,
    are unknown names and outcomes that need more weeks than there are."""
    too_long = left_out(follow_up_weeks)
    if names is None:
        return tuple(outcome for outcome in OUTCOMES if outcome.name not in too_long)
    problems = [not_one_of("outcomes", name, NAMED) for name in names if name not in NAMED]
    problems += [
        say("summary.needs_weeks", outcome=name, weeks=NAMED[name].weeks, have=follow_up_weeks)
        for name in names
        if name in too_long
    ]
    if problems:
        raise Refused(*problems)
    return tuple(NAMED[name] for name in names)


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
    known = outcomes[outcomes["count"] > 0]
    sums = known.assign(value=known["value"] * known["count"]).groupby(["outcome", "scenario"], observed=True)
    pooled = (sums["value"].sum() / sums["count"].sum()).unstack()
    pooled = pooled.reindex(index=[outcome.name for outcome in HELD_OUT], columns=[program, none])
    odds, formula = pooled / (1 - pooled), {outcome.name: outcome.formula for outcome in HELD_OUT}
    odds_ratios = odds[program] / odds[none]
    rates = pooled.loc["h1_stops_without_housing"] / pooled.loc["h1_stops_with_housing"]
    ratio = "rate ratio of stopping, women without housing against others"
    rows = [(ratio, scenario, rates[scenario]) for scenario in (program, none)]
    for name in formula:
        if name.startswith("h4"):
            rows.append((f"odds ratio, {formula[name]}", f"{program} against {none}", odds_ratios[name]))
        elif not name.startswith("h1"):
            rows += [(formula[name], scenario, pooled[scenario][name]) for scenario in (program, none)]
    table = pd.DataFrame(rows, columns=["pattern", "scenario", "value"])
    return table[table["value"].abs() < np.inf]
