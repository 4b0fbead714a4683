"""Which assumptions a run's answer leans on: how far each drawn parameter and each paired difference rise together."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sim.program.parameters import draw_numbers
from sim.study.study import Study

# A rank correlation this many times 1/sqrt(runs - 1) from zero is beyond chance even as the largest of several hundred.
BEYOND_CHANCE = 4.0


def leaning(study: Study, differences: pd.DataFrame, outcomes: Sequence[str]) -> pd.DataFrame:
    """Each parameter with the one of these outcomes whose paired difference it moves most, strongest first: rank
    correlation (Spearman) over the runs, and whether it is beyond chance. No rows where nothing was drawn."""
    columns = [
        "parameter",
        "meaning",
        "low",
        "high",
        "unit",
        "strength",
        "source",
        "outcome",
        "correlation",
        "beyond_chance",
    ]
    wide = differences.pivot(index="replication", columns="outcome", values="difference")
    moved = {name: _ranks(wide[name].to_numpy()) for name in outcomes if name in wide and wide[name].nunique() > 1}
    if not study.parameters_drawn or not moved or len(wide) < 3:
        return pd.DataFrame(columns=columns)
    numbers = draw_numbers(study.parameters, study.seed, wide.index.to_numpy())
    rows = []
    for parameter in study.parameters:
        if parameter.high > parameter.low:
            drawn = _ranks(numbers[parameter.name])
            outcome, rho = max(
                ((name, _together(drawn, ranks)) for name, ranks in moved.items()), key=lambda pair: abs(pair[1])
            )
            beyond = abs(rho) > BEYOND_CHANCE / np.sqrt(len(wide) - 1)
            about = (parameter.low, parameter.high, parameter.unit, parameter.strength, " ".join(parameter.source))
            rows.append((parameter.name, parameter.meaning, *about, outcome, rho, beyond))
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values("correlation", key=abs, ascending=False, kind="stable", ignore_index=True)


def _ranks(values: np.ndarray) -> np.ndarray:
    """Ranks with mean zero and length one, ties sharing theirs; a run without a value takes the middle."""
    ranks = pd.Series(values).rank().to_numpy()
    ranks = np.where(np.isnan(ranks), np.nanmean(ranks), ranks)
    ranks = ranks - ranks.mean()
    return np.asarray(ranks / np.sqrt((ranks**2).sum()))


def _together(one: np.ndarray, other: np.ndarray) -> float:
    """Correlation of two such ranks, without the linear algebra whose last bits depend on the machine."""
    return float((one * other).sum())


def runs_needed(correlation: float = 0.2) -> int:
    """Runs from which a rank correlation of this size is told from chance."""
    return int(np.ceil((BEYOND_CHANCE / correlation) ** 2)) + 1
