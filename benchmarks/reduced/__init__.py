"""A reduced program told five times: a caseload with visits, trust, leaving, and three phases to move through.

All women are referred before the first week; forty of them, twenty places. In each week of the program a visit is kept
or missed, trust grows or fades, and she leaves, moves on, or stays. It exists for `benchmarks.reduced_model` alone.
"""

from typing import NamedTuple

WOMEN, PLACES, PHASES, MOST_WEEKS = 40, 20, 3, 2000
WAITING, COMPLETED, LEFT = 0, PHASES + 1, PHASES + 2  # 1, 2 and 3 are the phases
TRUST_AT_START = 0.3


class Chances(NamedTuple):
    """Weekly chances, and how fast trust moves."""

    visit: float = 0.6
    visit_trust: float = 0.3
    gain: float = 0.1
    fade: float = 0.05
    leave: float = 0.02
    move: float = 0.05


class Outcome(NamedTuple):
    """What one replication gave."""

    completed: int
    left: int
    weeks_in_program: int
    visits_kept: int
    trust: float
    last_week: int
