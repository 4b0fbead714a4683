"""What is assumed about people, staff and services: each parameter with its range, unit, source and strength, and the
sets that replications draw from those ranges."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.program import words as w
from sim.program.arithmetic import logarithms
from sim.program.chance import draws

SCALES = ("as_is", "logit", "log")
STRENGTHS = ("strong", "indirect", "weak", "assumed")
# Derived from the others: the mean of each published rate ratio over women who enter, so that a ratio moves women
# apart and leaves the average where it was.
DERIVED: dict[str, tuple[str, Callable[[Mapping[str, np.ndarray]], np.ndarray]]] = {
    "no_use_mean": ("exit_no_use", lambda p: 1 - p["uses_share"]),
    "treated_mean": ("exit_treated", lambda p: p["treated_share"] * (p["uses_share"] + p["used_before_share"])),
    "violence_mean": ("exit_violence", lambda p: p["violence_share"]),
}


@dataclass(frozen=True)
class Parameter:
    """One assumption. `low` and `high` bound what a replication may draw; `scale` says how the rules use the number:
    as it is, as log odds (`logit`, for weekly chances) or as a logarithm (`log`, for ratios)."""

    name: str
    value: float
    low: float
    high: float
    unit: str
    scale: str
    source: tuple[str, ...]
    strength: str
    meaning: str


def _scaled(parameter: Parameter, number: np.ndarray) -> np.ndarray:
    """Numbers in the unit people read, as the rules use them."""
    if parameter.scale == "as_is":
        return number
    ratio = number / (1 - number) if parameter.scale == "logit" else number
    return logarithms(ratio)


def rows_of(parameters: Sequence[Parameter], numbers: Mapping[str, np.ndarray]) -> np.ndarray:
    """The kernel's rows for given values by name, each an array over rows, in the unit people read."""
    size = len(next(iter(numbers.values())))
    rows = np.zeros(size, row_of(parameters))
    for parameter in parameters:
        rows[parameter.name] = _scaled(parameter, numbers[parameter.name])
    for name, (ratio, share) in DERIVED.items():
        mean = 1 + share(numbers) * (numbers[ratio] - 1)
        rows[name] = logarithms(mean)
    return rows


def row_of(parameters: Sequence[Parameter]) -> np.dtype:
    """The kernel's record of one parameter set."""
    return np.dtype([(name, "f8") for name in (*(p.name for p in parameters), *DERIVED)])


def draw_numbers(parameters: Sequence[Parameter], seed: int, replications: np.ndarray) -> dict[str, np.ndarray]:
    """Each replication's own parameter set, uniform and independent over the ranges, in the unit people read.

    A parameter's numbers are addressed by its name, so that adding one leaves the others' draws as they were.
    """
    codes = np.array([_code(parameter.name) for parameter in parameters])
    shares = draws(w.PARAMETER, codes[:, None], w.VALUE, seed, np.asarray(replications))
    return {p.name: p.low + share * (p.high - p.low) for p, share in zip(parameters, shares, strict=True)}


def _code(name: str) -> int:
    """A number of 32 bits for a name (FNV-1a): the same on every machine."""
    code = 0x811C9DC5
    for letter in name.encode():
        code = (code ^ letter) * 0x01000193 % 2**32
    return code


def draw_parameters(parameters: Sequence[Parameter], seed: int, replications: np.ndarray) -> np.ndarray:
    """The kernel's rows for each replication's own parameter set."""
    return rows_of(parameters, draw_numbers(parameters, seed, replications))


def central_parameters(parameters: Sequence[Parameter]) -> np.ndarray:
    """One kernel row with every parameter at its value."""
    return rows_of(parameters, {p.name: np.array([p.value]) for p in parameters})
