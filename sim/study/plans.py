"""Staffing plans: teams within the levers that a planner states, lived with the same luck in rounds, so that those that
are clearly out are stopped early; and the single changes of a plan."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

import numpy as np
import pandas as pd

from sim.measures.questions import REFERRED, SHARE
from sim.program.levers import LEVERS
from sim.program.words import SERVICES
from sim.study.asked import choose
from sim.study.design import NAMES, Design, live
from sim.study.refusals import Refused, number_text
from sim.study.selection import LOOKS, select
from sim.study.sentences import say
from sim.study.sets import set_of
from sim.study.store import Store
from sim.study.study import Study

MOST_PLANS, SEARCHED = 5_000, 1_000  # plans that are enumerated, and lived where there are more
ALIKE = 1 + 1e-9  # times a budget that is the present plan's own mean cost, summed in another order
LEAST_RUNS = 80  # of plans that are left, so that what is told of them is known well enough
CONTACTS = [f"contact.{phase}" for phase in ("pre_cti", "transition", "try_out", "transfer")]
MEANT: dict[str, list[str]] = {  # a planner's word for a lever, and the keys that it sets; contact multiplies its keys
    "case_managers": ["staffing.case_managers"], "peer_mentors": ["staffing.peer_mentors"],
    "caseload_limit": ["staffing.caseload_limit"], "drop_in": ["drop_in.sessions_per_week"],
    "warm": ["linking.warm_share"], "contact": CONTACTS,
}  # fmt: skip
MOST_CONTACT = 2.0  # times the contact that is planned
COST, WHO, WAIT = "cost_a_year", "women_referred", "weeks_waited"
BESIDE = (COST, WHO, WAIT, "waited_too_long", "hours_used", "waiting_list", "waiting_for_services", "openings_a_year")


@dataclass(frozen=True)
class Planned:
    """rows: the settings of each plan, the planner's own first; words: the same as she stated them. by_run: of each
    outcome a column for each plan and a row for each run, NaN where a plan was stopped; `women`: women a year. sets:
    the parameter set of each run. left: plans never clearly out; kept: those within the budget that cannot be told
    apart from the best; settled: as well as the zone asks. zone: in women a year. of: teams within the levers, of
    which more than MOST_PLANS are searched, not enumerated."""

    study: Study
    outcome: str
    rows: pd.DataFrame
    words: pd.DataFrame
    by_run: Mapping[str, pd.DataFrame]
    sets: np.ndarray
    left: np.ndarray
    kept: np.ndarray
    settled: bool
    budget: float
    zone: float
    of: int


def asked_of(study: Study, name: str) -> str:
    """The outcome that plans are compared by: a share of all women referred of which more is better. Refused where it
    is none."""
    (outcome,) = choose([name], study.cohort.follow_up_weeks)
    if outcome.taken_over != REFERRED or outcome.unit != SHARE or outcome.better != "more":
        raise Refused(say("staff.not_more", outcome=name))
    return name


def choices(study: Study, own: Mapping[str, str]) -> dict[str, list[float]]:
    """The values of each lever to choose from: those stated, or a few around the study's own."""
    if problems := [*_problems(own)]:
        raise Refused(*problems)
    return {
        name: list(dict.fromkeys(map(float, own[name].split(",")))) if name in own else _around(name, _now(study, name))
        for name in MEANT
    }


def number_of(values: Mapping[str, Sequence[float]]) -> int:
    """Teams within these levers."""
    return prod(map(len, values.values()))


def most_runs(study: Study, own: Mapping[str, str]) -> int:
    """Runs that comparing the plans takes at most."""
    number = number_of(choices(study, own))
    return (number if number <= MOST_PLANS else SEARCHED) * LOOKS[-1]


def grid(study: Study, own: Mapping[str, str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Every team within the levers stated, by key and as stated; the study's own plan is the first."""
    values = choices(study, own)
    return teams(study, pd.DataFrame([*product(*values.values())], columns=[*values]))


def teams(study: Study, words: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """These teams by key and as stated, each once; the study's own plan is the first."""
    now = pd.DataFrame([{name: _now(study, name) for name in MEANT}])
    words = pd.concat([now, words], ignore_index=True).drop_duplicates(ignore_index=True)
    return by_key(study, words), words


def by_key(study: Study, words: pd.DataFrame) -> pd.DataFrame:
    """The settings of teams as stated, a row each."""
    return pd.DataFrame({key: _settings(study, name, key, words) for name, keys in MEANT.items() for key in keys})


def _problems(own: Mapping[str, str]) -> Iterator[str]:
    """A line for each value that a lever cannot take."""
    for name in own.keys() & MEANT.keys():
        lever = NAMES[MEANT[name][0]]
        high, whole = (MOST_CONTACT, False) if name == "contact" else (lever.high, lever.whole)
        for value in map(float, own[name].split(",")):
            if not lever.low <= value <= high:
                yield say("door.not_allowed", key=f"staff.{name}", value=number_text(value), low=lever.low, high=high)
            elif whole and value != round(value):
                yield say("door.not_whole", key=f"staff.{name}", value=number_text(value), hint="")


def _now(study: Study, name: str) -> float:
    return 1.0 if name == "contact" else study.plan[MEANT[name][0].replace(".", "_")]


def _settings(study: Study, name: str, key: str, words: pd.DataFrame) -> np.ndarray:
    """A key's value in each plan: as stated, or times what is planned, up to the most there can be."""
    values = words[name].to_numpy(float)
    return np.minimum(values * study.plan[key.replace(".", "_")], NAMES[key].high) if name == "contact" else values


def _around(name: str, now: float) -> list[float]:
    """A few values around the present one."""
    steps: dict[str, list[float]] = {
        "case_managers": [max(1.0, now - 1), now, now + 1, now + 2], "peer_mentors": [0.0, now, now + 2],
        "caseload_limit": [max(1.0, now - 5), now, now + 5], "drop_in": [0.0, now, now + 1],
        "warm": [now, 1.0], "contact": [0.5, 1.0],
    }  # fmt: skip
    most = NAMES[MEANT[name][0]].high
    return list(dict.fromkeys(min(each, most) for each in steps[name]))


def single_changes(study: Study) -> tuple[pd.DataFrame, list[str]]:
    """The plan as it is, and one thing more at a time: the settings of each, and its name."""
    keys = {lever.key: study.plan[lever.name] for lever in LEVERS}
    openings = [f"community.openings.{service}" for service in SERVICES]
    more: dict[str, dict[str, float]] = {
        "now": {}, "case_manager": {"staffing.case_managers": keys["staffing.case_managers"] + 1},
        "hours": {"staffing.hours_per_week": keys["staffing.hours_per_week"] + 5},
        "peer_mentor": {"staffing.peer_mentors": keys["staffing.peer_mentors"] + 1},
        "drop_in": {"drop_in.sessions_per_week": keys["drop_in.sessions_per_week"] + 1},
        "warm": {"linking.warm_share": keys["linking.warm_share"] + 0.25},
        "supplements": {"community.rent_supplements": keys["community.rent_supplements"] + 2},
        "contact": {key: min(1.0, 1.5 * keys[key]) for key in CONTACTS},
        "caseload": {"staffing.caseload_limit": keys["staffing.caseload_limit"] + 5},
        "openings": {key: 1.5 * keys[key] for key in openings},
    }  # fmt: skip
    able = {name: to for name, to in more.items() if all(NAMES[key].high >= value for key, value in to.items())}
    touched = list(dict.fromkeys(key for changes in able.values() for key in changes))
    return pd.DataFrame([{key: changes.get(key, keys[key]) for key in touched} for changes in able.values()]), [*able]


def lived(
    study: Study, rows: pd.DataFrame, outcome: str, runs: tuple[int, int], store: Store, heard: Callable[[int], Any]
) -> dict[str, pd.DataFrame]:
    """Runs from first to last (rows) of these plans (columns), by outcome; `women`: women a year."""
    design = Design(study, rows.reset_index(drop=True), runs[1] - runs[0] + 1, after=runs[0] - 1)
    names = list(dict.fromkeys([outcome, *BESIDE]))
    table = live(design, names, store, heard)
    wide = {
        str(name): of.pivot(index="replication", columns="row", values="value").set_axis(rows.index, axis=1)
        for name, of in table.groupby("outcome", observed=True)
    }
    return wide | {"women": wide[outcome].fillna(0.0) * wide[WHO] / (study.plan["cohort_weeks"] / 52)}


def own_sets(study: Study, runs: np.ndarray) -> np.ndarray:
    """The parameter set of each run; a run is its own where each has one of its own."""
    sets = set_of(study, runs)
    return runs if sets is None else sets


def planned(
    study: Study, outcome: str, own: Mapping[str, str], points: float, store: Store, heard: Callable[[int], Any]
) -> Planned:
    """Teams within the levers, lived until those within the budget are told apart as well as the zone asks; the
    planner's own plan to the end."""
    values = choices(study, own)
    if (number := number_of(values)) > MOST_PLANS:
        from sim.study.search_plans import found_plans

        rows, words = found_plans(study, outcome, values, store, heard)
    else:
        rows, words = grid(study, own)
    zone, rounds = points / 100 * referred_a_year(study), list[dict[str, pd.DataFrame]]()

    def draw(active: np.ndarray, first: int, last: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        runs = lived(study, rows.loc[sorted({0, *active})], outcome, (first, last), store, heard)
        rounds.append(runs)
        sets = own_sets(study, runs[COST].index.to_numpy())
        return runs["women"][active].to_numpy(), runs[COST][active].to_numpy(), sets

    def budget() -> float:
        return float(own.get("budget", pd.concat([each[COST][0] for each in rounds]).mean()))

    def within(costs: np.ndarray) -> np.ndarray:
        affordable = costs <= budget() * ALIKE
        if not affordable.any():
            raise Refused(say("staff.none_within", budget=f"{budget():,.0f}", least=f"{costs.min():,.0f}"))
        return np.asarray(affordable)

    found = select(draw, len(rows), zone, LOOKS, within, LEAST_RUNS)
    by_run = {name: pd.concat([each[name] for each in rounds]) for name in rounds[0]}
    sets = own_sets(study, by_run[COST].index.to_numpy())
    about = found.left, found.kept, found.settled, budget(), zone, number
    return Planned(study, outcome, rows, words, by_run, sets, *about)


def referred_a_year(study: Study) -> float:
    """Women referred a year, on average."""
    plan = study.plan
    return plan["cohort_referred"] * 52 / plan["cohort_weeks"] or plan["cohort_referrals_per_week"] * 52
