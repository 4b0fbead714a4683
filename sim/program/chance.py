"""Addressed chance: every random number is looked up by who, when and what for, so that a woman's luck is hers in every
world. The generator is Philox 4x32-10 (Salmon et al. 2011, doi:10.1145/2063384.2063405); it has no state."""

from collections.abc import Callable
from typing import Any

import numpy as np

FOUR = 4  # numbers in one block
HALF, WORD = 0.5, 4294967296.0  # a word of 32 bits becomes a number strictly between 0 and 1


def philox_over(number: Callable[[int], Any]) -> Callable[..., tuple[Any, Any, Any, Any]]:
    """Philox 4x32-10 over one kind of number: `int` for Python, `numpy.uint64` for arrays and compiled code."""
    m0, m1 = number(0xD2511F53), number(0xCD9E8D57)
    w0, w1 = number(0x9E3779B9), number(0xBB67AE85)
    mask, shift = number(0xFFFFFFFF), number(32)

    def philox(c0: Any, c1: Any, c2: Any, c3: Any, k0: Any, k1: Any) -> tuple[Any, Any, Any, Any]:
        for _ in range(10):
            left, right = m0 * c0, m1 * c2
            c0, c1, c2, c3 = (right >> shift) ^ c1 ^ k0, right & mask, (left >> shift) ^ c3 ^ k1, left & mask
            k0, k1 = (k0 + w0) & mask, (k1 + w1) & mask
        return c0, c1, c2, c3

    return philox


philox_of_whole_numbers = philox_over(int)
philox_of_words = philox_over(np.uint64)


def address(kind: int, number: int, week: int, decision: int, other: int) -> tuple[int, int, int, int]:
    """The four counters of a block: who (kind and number), when, and what for."""
    return number, week, (kind << 16) + (decision >> 2), other


def draws(kind: int, numbers: np.ndarray, decision: int, seed: int, replications: np.ndarray) -> np.ndarray:
    """Numbers in (0, 1) outside any week, for many at once.

    `numbers` and `replications` broadcast against each other; the answer has their common shape.
    """
    who, world = np.broadcast_arrays(np.asarray(numbers, np.uint64), np.asarray(replications, np.uint64))
    place = [np.full(who.shape, part, np.uint64) for part in address(kind, 0, 0, decision, 0)]
    words = philox_of_words(who, place[1], place[2], place[3], np.full(who.shape, seed, np.uint64), world)
    share: np.ndarray = (words[decision % FOUR].astype(np.float64) + HALF) / WORD
    return share
