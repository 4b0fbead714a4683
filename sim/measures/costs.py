"""What the simulated program costs, in cents of the year that the costs are stated in: what was in post, held, made and
paid in each week of the team's work, times its price. Nothing is discounted."""

from collections.abc import Mapping

import numpy as np

from sim.program.world import Runs

CENTS, WEEKS_A_YEAR, MONTHS_A_YEAR = 100, 52, 12


IN_THE_PROGRAM = ("waiting", "pre_cti", "transition", "try_out", "transfer")


def at_work(runs: Runs, plan: Mapping[str, float]) -> np.ndarray:
    """Weeks in which the team works: those of referrals, and on until the last woman has left the program, (R, W)."""
    here = np.sum([runs.log[phase] for phase in IN_THE_PROGRAM], axis=0) > 0
    later = np.logical_or.accumulate(here[:, ::-1], axis=1)[:, ::-1]
    return np.asarray(later | (np.arange(here.shape[1]) < plan["cohort_weeks"]))


def cents(runs: Runs, plan: Mapping[str, float], prices: Mapping[str, float]) -> dict[str, np.ndarray]:
    """Whole cents by kind of cost, each (R,), over the weeks in which the team works. A vacant post costs nothing; a
    post with more contact hours costs more in proportion; overhead is on everything but rent supplements."""
    working = at_work(runs, plan)
    log = {name: (runs.log[name] * working).sum(axis=1, dtype=np.int64) for name in runs.log.dtype.names or ()}
    salaries = log["in_post"] * (prices["salary_per_post"] / WEEKS_A_YEAR)
    salaries = salaries * (plan["staffing_hours_per_week"] / prices["contact_hours_of_a_post"])
    parts = {
        "salaries": salaries,
        "benefits": salaries * prices["benefits_share"],
        "peer_mentors": log["peers_in_post"] * plan["staffing_peer_hours_per_week"] * prices["peer_hour"],
        "drop_in": log["sessions"] * prices["drop_in_session"],
        "warm_hand_offs": log["warm"] * prices["warm_hand_off"],
    }
    parts["overhead"] = np.asarray(sum(parts.values())) * prices["overhead_share"]
    parts["rent_supplements"] = log["supplements"] * (prices["rent_supplement_month"] * MONTHS_A_YEAR / WEEKS_A_YEAR)
    return {kind: np.rint(dollars * CENTS).astype(np.int64) for kind, dollars in parts.items()}


def dollars(runs: Runs, plan: Mapping[str, float], prices: Mapping[str, float]) -> np.ndarray:
    """What each run cost in dollars, (R,): the sum of whole cents."""
    return np.asarray(np.sum(list(cents(runs, plan, prices).values()), axis=0)) / CENTS
