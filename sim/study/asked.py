"""Which outcomes are asked for, and what they say of one woman or of all; the rest is refused by name."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sim.measures.lives import Lives
from sim.measures.outcomes import NAMED, OUTCOMES, left_out
from sim.measures.questions import Outcome
from sim.measures.target_list import HELD_OUT
from sim.study.refusals import Refused, not_one_of
from sim.study.sentences import say


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


def by_woman(lives: Lives, outcome: Outcome) -> tuple[np.ndarray, np.ndarray]:
    """Each woman's own value, and for whom it exists, both (R, N): what paired women are compared by."""
    counted, out_of = outcome.measure(lives)
    if counted.ndim == 1:
        raise Refused(say("summary.not_by_woman", outcome=outcome.name))
    exists = out_of > 0
    return np.divide(counted, out_of, out=np.full(counted.shape, np.nan), where=exists), exists


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
