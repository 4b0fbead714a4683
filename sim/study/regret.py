"""Robust to what is not known: how far plans are below the best of those within the budget, in worlds that differ in
parameters, in how many women are referred, how often posts fall vacant and how many openings services have."""

from collections.abc import Callable
from functools import partial
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import qmc

from sim.measures.lives import Lives
from sim.measures.outcomes import NAMED
from sim.measures.questions import Outcome, added
from sim.program.words import SERVICES
from sim.study.chance_taken_out import STATISTICS, Regrets, chosen_elsewhere, over_worlds, regret, regrets
from sim.study.conditions import Condition, holding, influential, where
from sim.study.design import NAMES, Design, read_off
from sim.study.lines import RANGES
from sim.study.plans import Planned, referred_a_year
from sim.study.plans_in_words import favoured_of
from sim.study.sets import IN_A_ROW, numbers_of, set_of
from sim.study.store import Store
from sim.study.study import Study
from sim.study.tables import HIGH, LOW

FEWEST, WORLDS = 100, "worlds"  # of which there are so many at least; their table
SPANS = {"intake": (0.6, 2.0), "turnover": (0.5, 2.0), "openings": (0.5, 1.5)}  # times what the study has
RUNS = IN_A_ROW  # of each plan in each world: they live one parameter set
LUCK, CORNER_LUCK = 10_000, 4_000  # runs before the first: other luck than that by which plans were compared
KEPT = 4  # plans lived of those that cannot be told apart, spread over what they cost
SCREENED, CORNER_RUNS = 60, 8  # plans that are tried in every corner of the worlds, and runs of each
CORNERS = np.array([*product((0.0, 1.0), repeat=len(SPANS))])
Tables = dict[str, pd.DataFrame]
Heard = Callable[[int], Any]


class Worlds(NamedTuple):
    """times: a row for each world, what intake, turnover and openings are multiplied by. plans: numbers of those
    compared. able: which of them are within the budget. women (W, R, K): women a year, by world, run and plan."""

    times: pd.DataFrame
    plans: np.ndarray
    able: np.ndarray
    women: np.ndarray


def runs_of(worlds: int) -> int:
    """Runs that so many worlds take at most; none where none are asked for."""
    if not worlds:
        return 0
    corners = len(CORNERS)
    return corners * SCREENED * CORNER_RUNS + worlds * RUNS * (KEPT + 2 + corners)


def regret_tables(found: Planned, plans: pd.DataFrame, number: int, store: Store, heard: Heard) -> Tables:
    """regret: a row for each plan compared. conditions: where the favoured plan, and the planner's own, are behind.
    worlds: a row for each world and plan. The favoured plan is the one among those that cannot be told apart whose mean
    is highest."""
    worlds = live_worlds(found, plans, number, store, heard)
    size, about = worlds.times["intake"].to_numpy(), described(found.study, worlds.times)
    luckless = partial(regrets, zone=found.zone, able=worlds.able, seed=found.study.seed)
    whole = luckless(worlds.women, worlds.times.to_numpy(), size)
    favoured = favoured_of(plans)
    halves = [slice(0, number // 2), slice(number // 2, number)]
    parts = [luckless(worlds.women[half], worlds.times.to_numpy()[half], size[half]) for half in halves]
    rows = []
    for plan in dict.fromkeys((favoured, 0)):
        at = int(np.flatnonzero(worlds.plans == plan)[0])
        shares = [part.beyond[:, at] for part in parts]
        rows.append({"plan": plan, **stops_being_good(shares, [about.iloc[half] for half in halves])})
    tables = {"regret": regret_table(worlds, whole, plans, favoured), "conditions": pd.DataFrame(rows)}
    return tables | {WORLDS: world_table(found.study, worlds, whole)}


def live_worlds(found: Planned, plans: pd.DataFrame, number: int, store: Store, heard: Heard) -> Worlds:
    """Worlds spread evenly over their ranges, in which every plan compared is lived with the same luck: the planner's
    own, the favoured and some more of those that cannot be told apart, and from every corner of the worlds the plan
    within the budget that gives most there."""
    kept = plans[plans["cannot_be_told_apart"]].sort_values("cost_a_year", kind="stable").index.to_numpy()
    some = kept[np.unique(np.linspace(0, len(kept) - 1, min(KEPT, len(kept))).round().astype(int))]
    able = plans[plans["within_budget"]].nlargest(SCREENED, "women_a_year").index.to_numpy()
    there = women_of(found, able, spread_over(CORNERS), (CORNER_RUNS, CORNER_LUCK), store, heard).mean(axis=1)
    compared = np.array(sorted({0, favoured_of(plans), *some.tolist(), *able[there.argmax(axis=1)].tolist()}))
    times = spread_over(qmc.LatinHypercube(len(SPANS), rng=found.study.seed).random(number))
    women = women_of(found, compared, times, (RUNS, LUCK), store, heard)
    return Worlds(times, compared, plans["within_budget"].to_numpy()[compared], women)


def spread_over(points: np.ndarray) -> pd.DataFrame:
    """Points of the unit cube (W, D) as multiples within their ranges; halving is as far as doubling."""
    low, high = np.log(np.array([*SPANS.values()])).T
    return pd.DataFrame(np.exp(low + points * (high - low)), columns=[*SPANS])


def women_of(
    found: Planned, plans: np.ndarray, times: pd.DataFrame, runs: tuple[int, int], store: Store, heard: Heard
) -> np.ndarray:
    """Women a year with the outcome, by world, run and plan (W, R, K); in a world all plans have the same luck and
    parameters."""
    study, asked = found.study, NAMED[found.outcome]
    worlds = settings_of(study, times, runs)
    read = partial(_women, asked, study.plan["cohort_weeks"] / 52)
    each = []
    for plan in plans:
        rows = worlds.assign(**{str(key): float(value) for key, value in found.rows.loc[plan].items()})
        design = Design(study, rows, runs[0], same_luck=False, after=runs[1])
        table = read_off(design, read, [asked], {"read": "women"}, ("row", "replication"), store, heard)
        each.append(table["women"].to_numpy().reshape(len(times), runs[0]))
    return np.stack(each, axis=2)


def _women(outcome: Outcome, years: float, lives: Lives, twins: Lives | None, at: np.ndarray) -> pd.DataFrame:
    women = added(outcome.measure(lives)[0]) / years
    return pd.DataFrame({"row": at, "replication": lives.runs.replications, "women": women})


def settings_of(study: Study, times: pd.DataFrame, runs: tuple[int, int]) -> pd.DataFrame:
    """The settings of worlds by key, as far as the levers go. Where parameters are drawn from their ranges, each world
    has a set of its own; accepted sets are taken in turn as it is."""
    intake = "cohort.referred" if study.plan["cohort_referred"] else "cohort.referrals_per_week"
    keys = {intake: "intake", "staffing.turnover": "turnover"}
    keys |= {f"community.openings.{service}": "openings" for service in SERVICES}
    found = dict[str, Any]()
    for key, name in keys.items():
        values = np.minimum(study.plan[NAMES[key].name] * times[name].to_numpy(), NAMES[key].high)
        found[key] = values.round() if NAMES[key].whole else values
    if study.parameters_from == RANGES:
        found |= {str(key): values for key, values in parameters_of(study, len(times), runs).items()}
    return pd.DataFrame(found)


def parameters_of(study: Study, worlds: int, runs: tuple[int, int]) -> pd.DataFrame:
    """The parameters of each world by key: those of its first run."""
    first = runs[1] + 1 + runs[0] * np.arange(worlds)
    keys = {p.name: key for p, key in zip(study.parameters, study.parameter_keys, strict=True)}
    return pd.DataFrame({keys[name]: each for name, each in numbers_of(study, first).items() if np.ptp(each) > 0})


def described(study: Study, times: pd.DataFrame) -> pd.DataFrame:
    """What a planner can see of each world: women referred a year, and how often posts fall vacant and services have
    openings as multiples of the plan; with the parameters by key."""
    seen = times.assign(intake=times["intake"] * referred_a_year(study))
    return pd.concat([seen, parameters_of(study, len(times), (RUNS, LUCK))], axis=1)


def stops_being_good(shares: list[np.ndarray], about: list[pd.DataFrame]) -> dict[str, Any]:
    """Where a plan is behind by more than the zone: conditions found on the first half of worlds; the share of worlds
    in which it is, where they hold and elsewhere, on that half and on the other."""
    seen, parameters = [*SPANS], [*about[0].columns.difference([*SPANS])]
    columns = [*seen, *influential(shares[0], about[0][parameters])]
    conditions = where(shares[0], about[0][columns])
    row: dict[str, Any] = {}
    for place, name in enumerate(("first", "second")):
        one = conditions[place] if place < len(conditions) else Condition("", False, np.nan)
        row |= {name: one.column, f"{name}_is": ("above" if one.above else "below") if one.column else "",
                f"{name}_limit": one.limit}  # fmt: skip
    for half, (share, table) in enumerate(zip(shares, about, strict=True)):
        inside, name = holding(conditions, table), "checked_" if half else ""
        row |= {f"{name}worlds": inside.mean() if conditions else np.nan, f"{name}behind": share.mean()}
        some = {"there": share[inside], "elsewhere": share[~inside]} if conditions else {"there": [], "elsewhere": []}
        row |= {f"{name}behind_{side}": np.mean(part) if len(part) else np.nan for side, part in some.items()}
    return row


def regret_table(worlds: Worlds, whole: Regrets, plans: pd.DataFrame, favoured: int) -> pd.DataFrame:
    """A row for each plan compared: regret over worlds with ranges, how often beyond the zone, and what it would seem
    with luck."""
    table = plans.loc[worlds.plans].drop(columns=[name for name in plans if name not in ABOUT])
    table = table.assign(favoured=worlds.plans == favoured)
    for place, name in enumerate(STATISTICS):
        draws = whole.draws[:, place]
        table[name] = draws.mean(axis=0)
        table[f"{name}_low"], table[f"{name}_high"] = np.quantile(draws, (LOW, HIGH), axis=0)
    table["behind"] = whole.beyond.mean(axis=0)
    seeming = over_worlds(regret(worlds.women.mean(axis=1), worlds.able))
    table = table.assign(**{f"{name}_with_luck": seeming[place] for place, name in enumerate(STATISTICS)})
    return table.assign(mean_chosen_elsewhere=chosen_elsewhere(worlds.women, worlds.able)).reset_index(drop=True)


ABOUT = ("plan case_managers peer_mentors caseload_limit drop_in warm contact yours within_budget cost_a_year "
         "cannot_be_told_apart").split()  # fmt: skip


def world_table(study: Study, worlds: Worlds, whole: Regrets) -> pd.DataFrame:
    """A row for each world and plan: the world, women a year as lived, regret expected and the chance that it is beyond
    the zone."""
    number = len(worlds.times)
    first = LUCK + 1 + RUNS * np.arange(number)
    sets = set_of(study, first)
    table = described(study, worlds.times)[[*SPANS]].assign(parameter_set=first if sets is None else sets)
    table.insert(0, "world", np.arange(1, number + 1))
    long = table.loc[np.repeat(np.arange(number), len(worlds.plans))].reset_index(drop=True)
    values = {"women_a_year": worlds.women.mean(axis=1), "regret": whole.expected, "behind": whole.beyond}
    return long.assign(plan=np.tile(worlds.plans, number), **{name: each.ravel() for name, each in values.items()})
