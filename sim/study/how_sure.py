"""How sure an answer is, in words, from the share of paired runs in which one scenario has more; and which assumptions
it leans on: how far each drawn parameter and each paired difference rise together."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.program.parameters import draw_numbers
from sim.study.sentences import say
from sim.study.study import Study

# from this share of paired runs on, these words
WORDS = ((0.95, "almost_always"), (0.8, "usually"), (0.6, "more_often"), (0.0, "unclear"))
# A rank correlation this many times 1/sqrt(runs - 1) from zero is beyond chance even as the largest of several hundred.
BEYOND_CHANCE = 4.0
ABOUT = "parameter meaning low high unit strength source outcome correlation beyond_chance".split()


class Sureness(NamedTuple):
    """The words, and the share of paired runs on the side that they speak of (a tie counts as half)."""

    words: str
    share: float
    equal: bool = False


def how_sure(differences: np.ndarray) -> Sureness:
    """Words for paired differences; where more than half are exactly equal, they say so with that share."""
    more, equal = float(np.mean(differences > 0)), float(np.mean(differences == 0))
    if equal > 0.5:
        return Sureness(say("summary.sure.equal"), equal, equal=True)
    share = max(more + equal / 2, 1 - more - equal / 2)
    return Sureness(say(f"summary.sure.{next(word for least, word in WORDS if share >= least)}"), share)


def leaning(study: Study, differences: pd.DataFrame, outcomes: Sequence[str]) -> pd.DataFrame:
    """Each parameter with the one of these outcomes whose paired difference it moves most, strongest first: rank
    correlation (Spearman) over the runs, and whether it is beyond chance. No rows where nothing was drawn."""
    wide = differences.pivot(index="replication", columns="outcome", values="difference")
    moved = [name for name in outcomes if name in wide and wide[name].nunique() > 1]
    drawn = [p for p in study.parameters if p.high > p.low and study.parameters_drawn and moved and len(wide) > 2]
    numbers = pd.DataFrame(draw_numbers(drawn, study.seed, wide.index.to_numpy()), index=wide.index)
    together = pd.concat([wide[moved].astype(float), numbers], axis=1).rank().corr().fillna(0.0).round(9)
    rows = []
    for p in drawn:
        outcome = str(together.loc[p.name, moved].abs().idxmax())
        correlation = float(together[outcome][p.name])
        beyond = abs(correlation) > BEYOND_CHANCE / np.sqrt(len(wide) - 1)
        about = (p.name, p.meaning, p.low, p.high, p.unit, p.strength, " ".join(p.source))
        rows.append((*about, outcome, correlation, beyond))
    table = pd.DataFrame(rows, columns=ABOUT)
    return table.sort_values("correlation", key=abs, ascending=False, kind="stable", ignore_index=True)


def runs_needed(correlation: float = 0.2) -> int:
    """Runs from which a rank correlation of this size is told from chance."""
    return int(np.ceil((BEYOND_CHANCE / correlation) ** 2)) + 1
