"""Logarithm and logistic in plain arithmetic, because the library's differ in the last bit between machines."""

import math
from typing import Any

import numpy as np

from sim.program.telling import rule

LN2 = 0.6931471805599453
ROOT_HALF = 0.7071067811865476
HALF = 0.5
SERIES = tuple(1.0 / math.factorial(k) for k in range(14, -1, -1))  # of e to the x: what is left out is below 1e-17
TERMS = 12  # of the logarithm's series: likewise
LARGEST = 700.0


@rule
def exponential(x: float) -> float:
    """e to the power x: powers of two exactly, and a series for the rest."""
    x = max(-LARGEST, min(LARGEST, x))
    twos = math.floor(x / LN2 + HALF)
    rest = x - twos * LN2
    total = SERIES[0]
    for term in SERIES[1:]:
        total = total * rest + term
    return math.ldexp(total, int(twos))


@rule
def logistic(x: float) -> float:
    """The chance whose log odds are x."""
    return 1.0 / (1.0 + exponential(-x))


@rule
def falls_below(u: float, x: float) -> bool:
    """Whether u is below the chance whose log odds are x.

    That chance is below e to the x, so below the next power of two: most draws need no more than this to be settled.
    """
    if x < 0 and u >= math.ldexp(1.0, max(-1000, int(math.floor(x / LN2)) + 1)):
        return False
    return u < logistic(x)


@rule
def logarithm(x: float) -> float:
    """Natural logarithm of a positive number: powers of two exactly, and a series for the rest."""
    part, twos = math.frexp(x)
    if part < ROOT_HALF:
        part, twos = part * 2.0, twos - 1
    return _of_parts(part, twos)


def logarithms(x: np.ndarray) -> np.ndarray:
    """The same for many positive numbers at once, to the same bits."""
    part, twos = np.frexp(x)
    low = part < ROOT_HALF
    answer: np.ndarray = _of_parts(np.where(low, part * 2.0, part), twos - low)
    return answer


@rule
def _of_parts(part: Any, twos: Any) -> Any:
    """The logarithm of part times two to the power twos: the inverse hyperbolic tangent's series."""
    ratio = (part - 1.0) / (part + 1.0)
    square, power, total = ratio * ratio, ratio, 0.0
    for k in range(TERMS):
        total = total + power / (2 * k + 1)
        power = power * square
    return 2.0 * total + twos * LN2
