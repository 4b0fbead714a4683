"""No dead knob: every lever and every parameter changes what happens, and each lever moves the outcome it should."""

from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import yaml
from worlds_for_tests import EDGES, PARAMETERS, plan_with

import sim
from sim.ensemble import run_ensemble
from sim.measures.lives import Lives
from sim.measures.outcomes import NAMED, outcomes_of
from sim.program.levers import LEVERS
from sim.program.parameters import central_parameters, rows_of
from sim.study.asked import choose

TABLE = yaml.safe_load((Path(__file__).parent / "levers.yaml").read_text(encoding="utf-8"))
EXEMPT = {"drop_in.room"}  # a limit that the door checks seats against: nobody in the program meets it
PAIRS = 30  # paired runs at central parameters, so that chance alone differs between them
BEYOND_CHANCE = 4.0  # mean over standard error of the paired differences: false alarm 3 in 100,000 for each lever
FEW, MANY = 3, 60  # replications tried for each parameter, and for those that the few did not move

# Everything binds, so that every mechanism is at work: short hours, a waiting list, vacancies, a remote period.
BUSY = plan_with(
    cohort_weeks=60, cohort_referrals_per_week=0.8, cohort_follow_up_weeks=70, staffing_case_managers=2,
    staffing_turnover=4, staffing_weeks_to_fill=12, staffing_caseload_limit=8, staffing_hours_per_week=14,
    staffing_peer_hours_per_week=10, contact_make_up=0.5, phases_extension_weeks=4, drop_in_sessions_per_week=2,
    drop_in_seats=10, community_rent_supplements=20, remote_from_week=20, remote_weeks=30,
)  # fmt: skip


# ---- levers


def words_for(row, end):
    """The scenario of one row of the table, at its low or high end, as words for `load_study`."""
    others = {"cohort.follow_up_weeks": 104} | row.get("with", {})
    return [f"{key}={value}" for key, value in (others | {row["lever"]: row[end]}).items()]


def values(study, outcome):
    """The outcome in each of the paired runs of a study."""
    rows = np.repeat(central_parameters(study.parameters), PAIRS)
    runs = run_ensemble(study.plan, rows, 1, range(1, PAIRS + 1), study.edges)
    asked = choose([outcome], int(study.plan["cohort_follow_up_weeks"]))
    return outcomes_of(Lives(runs, study.plan, study.costs), asked)["value"].to_numpy()


@cache
def moved():
    """For each lever the paired differences of its outcome, high minus low."""
    ends = [[sim.load_study(*words_for(row, end)) for end in ("low", "high")] for row in TABLE]
    with ThreadPoolExecutor(2) as pool:
        low, high = (
            list(pool.map(values, [pair[end] for pair in ends], [row["outcome"] for row in TABLE])) for end in (0, 1)
        )
    return {row["lever"]: b - a for row, a, b in zip(TABLE, low, high, strict=True)}


def test_the_table_of_levers_is_complete():
    """Every lever has one row, with an outcome that exists, two values in its range and a direction."""
    ranges = {lever.key: (lever.low, lever.high) for lever in LEVERS}
    assert sorted(row["lever"] for row in TABLE) == sorted(ranges.keys() - EXEMPT)
    for row in TABLE:
        low, high = ranges[row["lever"]]
        assert low <= row["low"] < row["high"] <= high, row
        assert row["outcome"] in NAMED
        assert row["direction"] in ("+", "-")
        assert row.keys() <= {"lever", "outcome", "low", "high", "direction", "with"}


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row["lever"])
def test_each_lever_moves_its_outcome_beyond_chance(row):
    """From its low to its high value this lever moves the outcome named in the table, the way the table says."""
    differences = moved()[row["lever"]]
    differences = differences[np.isfinite(differences)]
    assert len(differences) > PAIRS / 2
    error = differences.std(ddof=1) / len(differences) ** 0.5
    sign = 1 if row["direction"] == "+" else -1
    assert sign * differences.mean() > BEYOND_CHANCE * error, differences.mean() / error


# ---- parameters


def ends_of(parameter):
    """Two values to compare: the ends of its range, or for a fixed one its value and a tenth more."""
    if parameter.high > parameter.low:
        return parameter.low, parameter.high
    return parameter.value, parameter.value * 1.1


def unmoved(parameters, replications):
    """Of these parameters, the ones whose two values give the same lives in every replication."""
    base = {p.name: p.low + 0.7 * (p.high - p.low) for p in PARAMETERS}  # away from values without effect
    sets = [base | {p.name: value} for p in parameters for value in ends_of(p)]
    rows = rows_of(PARAMETERS, {name: np.repeat([one[name] for one in sets], replications) for name in base})
    every = [*range(1, replications + 1)] * len(sets)
    timeline = run_ensemble(BUSY, rows, 1, every, EDGES).timeline
    lives = [timeline[i : i + replications].tobytes() for i in range(0, len(every), replications)]
    return [p for i, p in enumerate(parameters) if lives[2 * i] == lives[2 * i + 1]]


def test_every_parameter_changes_what_happens():
    """Over its range, or a tenth up where it is fixed, every parameter changes somebody's weeks in a busy program."""
    few = unmoved(PARAMETERS, FEW)
    assert len(few) < len(PARAMETERS) / 5
    assert [parameter.name for parameter in unmoved(few, MANY)] == []


def test_a_parameter_is_fixed_only_as_a_reference():
    """Ranges of no width belong to the reference woman alone: her centres and standard deviations."""
    fixed = [parameter.name for parameter in PARAMETERS if parameter.low == parameter.high]
    assert fixed
    assert all(name.endswith(("_centre", "_sd")) for name in fixed)


def test_every_parameter_stands_within_its_range():
    """Each parameter's value lies between the ends of its range, and its scale can take both ends."""
    for parameter in PARAMETERS:
        assert parameter.low <= parameter.value <= parameter.high, parameter.name
        if parameter.scale == "logit":
            assert 0 < parameter.low <= parameter.high < 1, parameter.name
        if parameter.scale == "log":
            assert parameter.low > 0, parameter.name
