"""The waiting list where only the caseload acts: a discrete-time queue solved by its transition matrix, and beside it
the continuous-time M/M/c queue of Ciw, another simulator."""

import math
from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np
from scipy import stats
from worlds_for_tests import EDGES, NEVER, plan_with

from sim.ensemble import run_ensemble
from trust.chain import ENOUGH, logit, rows_without_effects, z_of
from trust.check import Check, Found

POSTS, CASELOAD, LEAVES = 2, 4, 0.1  # each place is free again at this weekly chance
PLACES = POSTS * CASELOAD
LOADS = (0.6, 0.9, 1.2)  # women referred for each place that falls free
REFERRED_FOR = 100  # weeks
LOOKED_AT = (2, 5, 10, 20, 40, 60, 80, 100)  # weeks
AT_MOST = (0, 1, 2, 4, 8, 12, 16, 24, 32, 48)  # women waiting
REPLICATIONS, RUNS_OF_CIW = 1000, 500  # of one part, at each load
FALSE_ALARM = 1e-3  # of all that is looked at together
STATES, LEFT_OUT = 160, 1e-9  # women waiting or in the program, at most; the chance of more must stay below this
HALF_A_WEEK = 0.5


def weekly(load: float) -> float:
    """Women referred a week at this load."""
    return load * PLACES * LEAVES


def referred(load: float) -> float:
    """Women referred in all, on average."""
    return weekly(load) * REFERRED_FOR


@cache
def steps(load: float, places: int, leaves: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Transition matrices between numbers of women: by a week's referrals, by its leaving, and to those who wait."""
    women = np.arange(STATES)
    referrals = stats.poisson.pmf(women[None, :] - women[:, None], weekly(load))
    referrals[:, -1] += 1 - referrals.sum(axis=1)
    inside = np.minimum(women, places)
    leaving = stats.binom.pmf(women[:, None] - women[None, :], inside[:, None], leaves)
    waiting = np.eye(STATES)[women - inside]
    return referrals, leaving, waiting


@cache
def shares(load: float, places: int = PLACES, leaves: float = LEAVES, late: bool = False) -> np.ndarray:
    """The chance of each number waiting (columns) by week: of referrals, and then until everybody has entered.

    Women are referred, then free places are filled, then those in the program may leave: a place is free for the
    week after. A program that looks at its list too `late` fills its places before the week's referrals.
    """
    referrals, leaving, waiting = steps(load, places, leaves)
    now, found = np.eye(STATES)[0], []
    for week in range(3 * REFERRED_FOR):
        more = referrals if week < REFERRED_FOR else np.eye(STATES)
        found.append(now @ waiting @ more if late else now @ more @ waiting)
        now = now @ leaving @ more if late else now @ more @ leaving
    return np.array(found)


def mean_wait(load: float, **fault: float) -> float:
    """Weeks that a woman waits: those waiting, summed over all weeks, for each woman referred."""
    return float((shares(load, **fault) @ np.arange(STATES)).sum() / referred(load))


def mean_wait_in_the_long_run(load: float) -> float:
    """The same of women referred when the queue has forgotten how it began, for loads below one."""
    referrals, leaving, waiting = steps(load, PLACES, LEAVES)
    settled = np.linalg.matrix_power(leaving @ referrals, 2**14)[0]
    return float(settled @ waiting @ np.arange(STATES) / weekly(load))


def sums(totals: np.ndarray) -> list[float]:
    """How many, their sum, and the sum of their squares."""
    return [len(totals), float(totals.sum()), float((totals**2).sum())]


def lived(number: int, replications: int = REPLICATIONS) -> Found:
    """Our own: by load, how often at most so many women waited in each week looked at, and the weeks waited by all."""
    found = {}
    worlds = range(number * replications + 1, (number + 1) * replications + 1)
    rows = rows_without_effects(replications, leaves=logit(LEAVES), lose_interest=NEVER)
    for load in LOADS:
        plan = plan_with(
            cohort_weeks=REFERRED_FOR, cohort_referrals_per_week=weekly(load), cohort_follow_up_weeks=4,
            staffing_case_managers=POSTS, staffing_caseload_limit=CASELOAD, staffing_turnover=0,
            drop_in_sessions_per_week=0, phases_pre_cti_limit_weeks=26, phases_minimum_weeks=78, phases_limit_weeks=78,
        )  # fmt: skip
        runs = run_ensemble(plan, rows, 17, worlds, EDGES)
        waiting = runs.log["waiting"][:, np.array(LOOKED_AT) - 1]
        entered = runs.women["enrolled"]  # her own week of entry: the weeks she waited
        assert ((entered >= 0).sum(axis=1) == runs.referred).all()
        at_most = [[int((waiting[:, i] <= most).sum()) for most in AT_MOST] for i in range(len(LOOKED_AT))]
        found[str(load)] = {"at_most": at_most, "waited": sums(np.maximum(entered, 0).sum(axis=1))}
    return found


def lived_in_ciw(number: int) -> Found:
    """Ciw's: by load, the weeks waited by all women referred, where a place is held for 1 / LEAVES weeks on average."""
    import ciw  # here, because only the long check has it installed

    class Referrals(ciw.dists.Exponential):
        def sample(self, t: float | None = None, ind: object = None) -> float:
            gap: float = super().sample(t, ind)
            return gap if (t or 0) + gap < REFERRED_FOR else math.inf

    def weeks_waited(load: float, seed: int) -> float:
        ciw.seed(seed)
        network = ciw.create_network(
            arrival_distributions=[Referrals(weekly(load))],
            service_distributions=[ciw.dists.Exponential(LEAVES)],
            number_of_servers=[PLACES],
        )
        simulation = ciw.Simulation(network)
        simulation.simulate_until_max_time(10 * REFERRED_FOR)
        return float(sum(record.waiting_time for record in simulation.get_all_records()))

    seeds = range(number * RUNS_OF_CIW, (number + 1) * RUNS_OF_CIW)
    return {str(load): {"waited": sums(np.array([weeks_waited(load, seed) for seed in seeds]))} for load in LOADS}


def waited(parts: Sequence[Found], load: float) -> tuple[float, float]:
    """The mean wait of a woman referred, in weeks, and its standard error."""
    runs, total, squares = np.sum([each[str(load)]["waited"] for each in parts], axis=0)
    spread = max(0.0, squares / runs - (total / runs) ** 2)
    return total / runs / referred(load), math.sqrt(spread / runs) / referred(load)


def z_values(parts: Sequence[Found], **fault: float) -> Iterator[float]:
    """Every statistic with enough runs expected within and without, and each mean wait, against the queue's."""
    for load in LOADS:
        runs = int(sum(each[str(load)]["waited"][0] for each in parts))
        counts = np.sum([each[str(load)]["at_most"] for each in parts], axis=0)
        exact = np.cumsum(shares(load, **fault), axis=1)[np.ix_(np.array(LOOKED_AT) - 1, AT_MOST)]
        enough = runs * np.minimum(exact, 1 - exact) >= ENOUGH
        yield from z_of(counts[enough], runs, exact[enough])
        mean, error = waited(parts, load)
        yield (mean - mean_wait(load, **fault)) / error


def against_the_matrix(parts: Sequence[Found], **fault: float) -> Found:
    """Our own against the queue's transition matrix (or that of a queue a little different)."""
    z = np.abs(list(z_values(parts, **fault)))
    bound = stats.norm.isf(FALSE_ALARM / 2 / len(z))
    left_out = max(float(shares(load, **fault)[:, -1 - PLACES :].sum(axis=1).max()) for load in LOADS)
    return {
        "holds": bool(z.max() <= bound and left_out < LEFT_OUT),
        "statistics": len(z),
        "largest_z": round(float(z.max()), 3),
        "bound": round(float(bound), 3),
        "left_out": float(f"{left_out:.1g}"),
    }


def against_ciw(parts: Sequence[Found], theirs: Sequence[Found]) -> Found:
    """Mean waits in weeks at each load, each with its standard error, and whether they differ by less than half a week
    for all that chance may have done."""
    bound, found = stats.norm.isf(FALSE_ALARM / 2 / len(LOADS)), []
    for load in LOADS:
        (ours, error), (other, its_error) = waited(parts, load), waited(theirs, load)
        apart = abs(ours - other) + bound * math.hypot(error, its_error)
        found.append([load, *(round(float(number), 3) for number in (ours, error, other, its_error, apart))])
    names = ("load", "mean_wait", "its_error", "in_ciw", "its_error_in_ciw", "apart_at_most")
    by_load = [dict(zip(names, row, strict=True)) for row in found]
    return {"holds": all(row[-1] < HALF_A_WEEK for row in found), "by_load": by_load}


def part(number: int) -> Found:
    """Both simulators at every load."""
    return {"lived": lived(number), "in_ciw": lived_in_ciw(number)}


def together(parts: Sequence[Found]) -> Found:
    """Our own against the matrix, and against Ciw."""
    ours = [each["lived"] for each in parts]
    matrix, ciw = against_the_matrix(ours), against_ciw(ours, [each["in_ciw"] for each in parts])
    each = {"replications": len(parts) * REPLICATIONS, "runs_of_ciw": len(parts) * RUNS_OF_CIW}
    return {"holds": matrix["holds"] and ciw["holds"], **each, "transition_matrix": matrix, "ciw": ciw}


CHECK = Check(
    "Where only the caseload acts, the waiting list at three loads is the queue that its transition matrix solves, "
    "and its mean wait is within half a week of that in Ciw's M/M/c",
    40,
    part,
    together,
)
