"""Which outcomes are asked for, and what they say of one woman or of all; the rest is refused by name."""

from collections.abc import Sequence

import numpy as np

from sim.measures.lives import Lives
from sim.measures.outcomes import NAMED, OUTCOMES, left_out
from sim.measures.questions import Outcome
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
