"""Where something happens, said in few words: the one or two conditions that part worlds best. Numbers only."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

PARTS = 8  # thresholds stand between so many parts of each column
LEAST = 0.1  # of worlds, on either side
SIMPLER = 0.9  # one condition is said where it parts worlds so nearly as well as two
INFLUENTIAL = 3  # parameters among which conditions are looked for, those that it rises or falls with most


class Condition(NamedTuple):
    """A column is above, or below, a limit."""

    column: str
    above: bool
    limit: float

    def holds(self, table: pd.DataFrame) -> np.ndarray:
        """Whether it holds in each row."""
        values = table[self.column].to_numpy(float)
        return np.asarray(values > self.limit if self.above else values < self.limit)


def where(share: np.ndarray, table: pd.DataFrame) -> tuple[Condition, ...]:
    """The one or two conditions on columns under which `share` (W,) is higher than elsewhere, parting it best (between
    the groups' sums of squares); none where nothing parts it."""
    some = [each for column in table for each in _thresholds(str(column), table[column].to_numpy(float))]
    if not some or np.ptp(share) == 0:
        return ()
    holds = np.stack([each.holds(table) for each in some]).astype(float)
    inside, total = holds @ holds.T, len(share)
    gap = ((holds * (share - share.mean())) @ holds.T) / np.maximum(inside, 1)  # mean inside, less the mean of all
    score = np.where((gap > 0) & (inside >= LEAST * total) & (inside <= (1 - LEAST) * total),
                     gap**2 * inside / np.maximum(1 - inside / total, LEAST / 2), 0.0)  # fmt: skip
    first, second = np.unravel_index(score.argmax(), score.shape)
    alone = int(score.diagonal().argmax())
    if score.max() == 0:
        return ()
    if score[alone, alone] >= SIMPLER * score.max():
        return (some[alone],)
    return tuple(some[each] for each in sorted({int(first), int(second)}))


def influential(share: np.ndarray, table: pd.DataFrame) -> list[str]:
    """The columns that it rises or falls with most, by rank correlation."""
    varying = [column for column in table if table[column].nunique() > 1]
    if not varying or np.ptp(share) == 0:
        return []
    strength = pd.Series({column: abs(spearmanr(table[column], share).statistic) for column in varying})
    return [*strength.nlargest(INFLUENTIAL).index]


def holding(conditions: tuple[Condition, ...], table: pd.DataFrame) -> np.ndarray:
    """Whether all of them hold in each row."""
    every = [np.ones(len(table), bool), *(each.holds(table) for each in conditions)]
    return np.asarray(np.all(every, axis=0))


def _thresholds(column: str, values: np.ndarray) -> list[Condition]:
    limits = {float(f"{limit:.2g}") for limit in np.quantile(values, np.arange(1, PARTS) / PARTS)}
    return [Condition(column, above, limit) for limit in sorted(limits) for above in (True, False)]
