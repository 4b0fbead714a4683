"""How sure an answer is, in words: from the share of paired runs in which one scenario has more."""

from typing import NamedTuple

import numpy as np

from sim.study.sentences import say

# from this share of paired runs on, these words
WORDS = ((0.95, "almost_always"), (0.8, "usually"), (0.6, "more_often"), (0.0, "unclear"))


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
