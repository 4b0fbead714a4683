"""What each player adds to a game: Shapley shares (Shapley 1953), the Shapley interaction index (Grabisch and Roubens
1999) and leaving one out, each a weighted sum over coalitions whose weights are exact fractions."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations, product
from math import factorial
from typing import Any

Coalition = tuple[int, ...]  # 1 for each player who is in it, else 0
Weights = tuple[Fraction, ...]  # one for each coalition, in the order of `coalitions`


def coalitions(players: int) -> tuple[Coalition, ...]:
    """Every coalition, (2**players, players): nobody first, all last."""
    return tuple(product((0, 1), repeat=players))


def shares(players: int) -> list[Weights]:
    """Each player's Shapley share: what she adds, over all orders in which players may join."""
    return [_derivative(players, (one,)) for one in range(players)]


def pairs(players: int) -> dict[tuple[int, int], Weights]:
    """What two add together beyond what each adds alone, over all orders in which the pair, as one, may join."""
    return {pair: _derivative(players, pair) for pair in combinations(range(players), 2)}


def cuts(players: int) -> list[Weights]:
    """What all have that all but one have not."""
    whole = (1,) * players
    without = [tuple(int(other != one) for other in range(players)) for one in range(players)]
    return [tuple(Fraction((each == whole) - (each == cut)) for each in coalitions(players)) for cut in without]


def worth(weights: Sequence[Any], values: Sequence[Any]) -> Any:
    """The weighted sum: exact where the values are whole numbers or fractions."""
    return sum(weight * value for weight, value in zip(weights, values, strict=True))


def _derivative(players: int, together: tuple[int, ...]) -> Weights:
    """The mean discrete derivative for these players: over coalitions of the others, each size weighing the same."""
    others = players - len(together)
    each = {one: sum(one) - sum(one[player] for player in together) for one in coalitions(players)}
    return tuple(
        Fraction(factorial(size) * factorial(others - size), factorial(others + 1))
        * (-1) ** (len(together) - sum(coalition[player] for player in together))
        for coalition, size in each.items()
    )
