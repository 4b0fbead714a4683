"""How sure an answer is, in words, from the share of paired runs in which one scenario has more; and which assumptions
it leans on: how far each drawn parameter and each paired difference rise together."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.study.sentences import say
from sim.study.sets import ASSUMPTION, EVIDENCE, IN_A_ROW, badges, numbers_of, set_of
from sim.study.study import Study

# from this share of paired runs on, these words
WORDS = ((0.95, "almost_always"), (0.8, "usually"), (0.6, "more_often"), (0.0, "unclear"))
# A rank correlation this many times 1/sqrt(runs - 1) from zero is beyond chance even as the largest of several hundred.
BEYOND_CHANCE = 4.0
FEWEST = 2  # sets of which anything can be said
SEEN = 0.2  # the least correlation that a result's badge must not have overlooked
ABOUT = "parameter meaning low high unit strength source badge outcome correlation beyond_chance".split()


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
    correlation (Spearman) over parameter sets, whether it is beyond chance, and its badge. No rows where nothing was
    drawn."""
    together, beyond = _together(study, differences, outcomes)
    known, rows = badges(study), []
    for p in study.parameters:
        if p.name in together.index:
            outcome = str(together.loc[p.name].abs().idxmax())
            correlation = float(together[outcome][p.name])
            about = (p.name, p.meaning, p.low, p.high, p.unit, p.strength, " ".join(p.source), known[p.name])
            rows.append((*about, outcome, correlation, abs(correlation) > beyond))
    table = pd.DataFrame(rows, columns=ABOUT)
    return table.sort_values("correlation", key=abs, ascending=False, kind="stable", ignore_index=True)


def badge_table(study: Study, differences: pd.DataFrame) -> pd.DataFrame:
    """Each outcome's badge: `evidence` where every parameter that its paired difference rises or falls with beyond
    chance was narrowed by the evidence, and there are sets enough to have seen the others; else `assumption`. Beside it
    how many such parameters there are, how many of them the evidence narrowed, and the one that matters most."""
    together, beyond = _together(study, differences, [str(name) for name in differences["outcome"].unique()])
    known, rows = badges(study), []
    for name, column in together.items():
        leans = column[column.abs() > beyond].sort_values(key=abs, ascending=False)
        decided = sum(known[str(parameter)] == EVIDENCE for parameter in leans.index)
        badge = EVIDENCE if beyond <= SEEN and decided == len(leans) > 0 else ASSUMPTION
        rows.append((name, badge, len(leans), decided, leans.index[0] if len(leans) else ""))
    return pd.DataFrame(rows, columns=["outcome", "badge", "leans_on", "of_evidence", "most"])


def badge_of(table: pd.DataFrame) -> str:
    """The badge of several results together: `evidence` where it is each one's."""
    return EVIDENCE if len(table) and (table["badge"] == EVIDENCE).all() else ASSUMPTION


def _together(study: Study, differences: pd.DataFrame, outcomes: Sequence[str]) -> tuple[pd.DataFrame, float]:
    """Rank correlations of each drawn parameter (rows) with each outcome's difference, over parameter sets (means of
    the runs that lived each); and the size from which one is beyond chance."""
    if differences.empty:
        return pd.DataFrame(), np.inf
    wide = differences.pivot(index="replication", columns="outcome", values="difference")
    runs = wide.index.to_numpy()
    sets = set_of(study, runs)
    numbers = pd.DataFrame(numbers_of(study, runs), index=wide.index)
    both = pd.concat([wide.astype(float), numbers], axis=1).groupby(runs if sets is None else sets).mean()
    moved = [name for name in outcomes if name in wide and both[name].nunique() > 1]
    drawn = [name for name in numbers if both[name].nunique() > 1]
    if not moved or not drawn or len(both) < FEWEST:
        return pd.DataFrame(), np.inf
    together = both[[*moved, *drawn]].rank().corr().loc[drawn, moved].fillna(0.0).round(9)
    return together, BEYOND_CHANCE / np.sqrt(len(both) - 1)


def runs_needed(correlation: float = SEEN) -> int:
    """Runs from which a rank correlation of this size is told from chance."""
    return IN_A_ROW * (int(np.ceil((BEYOND_CHANCE / correlation) ** 2)) + 1)
