"""The 16 combinations of the four key ingredients, lived: a pilot measures how many runs each way of estimating needs,
the cheapest is taken for each outcome, and what each ingredient adds is told with its error and its range."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import fsum
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sim.measures.questions import SHARE, Outcome
from sim.study.design import Design, live
from sim.study.how_sure import BEYOND_CHANCE
from sim.study.pairs import half_widths
from sim.study.sets import CENTRAL, columns_of, ensemble_of, numbers_of, set_of
from sim.study.shapley import Weights, coalitions, cuts, pairs, shares, worth
from sim.study.store import Store
from sim.study.study import Study
from sim.study.tables import HIGH, LOW, chance_share

INGREDIENTS = ("trust", "goals", "links", "drop_in")
FOUR = len(INGREDIENTS)
KEYS = [f"ingredients.{name}" for name in INGREDIENTS]
ARMS = np.array(coalitions(FOUR), float)  # (16, 4): none first, all last
LEVELS = {"none": 0, "all": len(ARMS) - 1}
WEIGHTS: dict[tuple[str, str], Weights] = {  # everything that is told of an outcome, by kind and of whom
    **{("share", name): row for name, row in zip(INGREDIENTS, shares(FOUR), strict=True)},
    **{("level", name): tuple(Fraction(a == at) for a in range(len(ARMS))) for name, at in LEVELS.items()},
    **{("cut", name): row for name, row in zip(INGREDIENTS, cuts(FOUR), strict=True)},
    **{("pair", f"{INGREDIENTS[a]} {INGREDIENTS[b]}"): row for (a, b), row in pairs(FOUR).items()},
}
TABLE = np.array([[float(weight) for weight in row] for row in WEIGHTS.values()])  # (K, 16)
TOLD = pd.DataFrame([*WEIGHTS], columns=["kind", "of"])
SHARES = TABLE[TOLD["kind"] == "share"]  # (4, 16)
TOGETHER = (("share", "level"), ("cut",), ("pair",))  # kinds that one way estimates, so that they add up
PILOT = 200  # paired runs of every combination, by which the ways are compared
SPARE = 1.1  # times the runs that the pilot foresees, because it foresees with error
A_ROW = 10  # runs that independent combinations are lived in at a time
MOST = 5  # control variates
NORMAL = 1.96  # half a 95 % interval, in standard errors
TWINS, INDEPENDENT = "twins", "independent"
WHO = "women_referred"


@dataclass(frozen=True)
class Asked:
    """What is asked: the outcomes, the precision in points, and how many runs may be lived for it at most."""

    study: Study
    outcomes: tuple[Outcome, ...]
    precision: float
    runs: int
    store: Store
    heard: Callable[[int], Any] = lambda runs: None

    @property
    def rated(self) -> list[str]:
        """Shares of women or of days: what the precision is asked of."""
        return [outcome.name for outcome in self.outcomes if outcome.unit.startswith("share")]


class Arm(NamedTuple):
    """Runs of one combination: their values, a row a run and a column an outcome; how far what is known of each run
    lies from its known mean; and the parameter set that each lived, None where each has its own."""

    values: pd.DataFrame
    known: pd.DataFrame
    sets: np.ndarray | None


class Way(NamedTuple):
    """A way to estimate one outcome: controls are subtracted by their departures times slopes, (16, controls)."""

    name: str
    controls: list[str]
    slopes: np.ndarray

    @property
    def label(self) -> str:
        return f"{self.name}, controlled" if self.controls else self.name


Arms = Sequence[Arm]


def lived(asked: Asked, runs: np.ndarray, same_luck: bool) -> Arms:
    """Runs of every combination, as many of each as `runs` says, (16,): with the same luck, or each with its own."""
    times = np.ones(len(ARMS), int) if same_luck else np.ceil(runs / A_ROW).astype(int)
    rows = pd.DataFrame(np.repeat(ARMS, times, axis=0), columns=KEYS)
    design = Design(asked.study, rows, int(runs.max()) if same_luck else A_ROW, same_luck)
    table = live(design, [*(outcome.name for outcome in asked.outcomes), WHO], asked.store, asked.heard)
    arm = np.repeat(np.arange(len(ARMS)), times)[table["row"]]
    tidy = table.assign(arm=arm, outcome=table["outcome"].astype(str))
    wide = tidy.pivot(index=["arm", "replication"], columns="outcome", values="value").dropna()
    values = [values.droplevel("arm") for _, values in wide.groupby(level="arm")]
    return [Arm(each, departures(asked, each), set_of(asked.study, each.index.to_numpy())) for each in values]


def departures(asked: Asked, values: pd.DataFrame) -> pd.DataFrame:
    """How far each run's parameters, and the women referred in it, lie from their known means."""
    study, ensemble = asked.study, ensemble_of(asked.study)
    if ensemble is not None:
        means = {name: float(ensemble.sets[key].mean()) for name, key in columns_of(study).items()}
    else:
        drawn = study.parameters if study.parameters_from != CENTRAL else ()
        means = {p.name: (p.low + p.high) / 2 for p in drawn}
    numbers = numbers_of(study, values.index.to_numpy())
    found: dict[str, Any] = {name: numbers[name] - mean for name, mean in means.items()}
    if not study.plan["cohort_referred"]:  # the number of women referred is Poisson
        found[WHO] = values[WHO] - study.plan["cohort_referrals_per_week"] * study.plan["cohort_weeks"]
    return pd.DataFrame(found, index=values.index)


def ways_of(pilot: Arms, outcome: str) -> list[Way]:
    """Twins and independent combinations, without control variates and with the few that explain most, of those that
    are correlated beyond chance with a share or a combination."""
    y = np.stack([arm.values[outcome] for arm in pilot], axis=1)
    known = pilot[0].known.loc[:, pilot[0].known.std() > 0]
    standard, ways = (known - known.mean()) / known.std() / np.sqrt(len(y) - 1), []
    for name, told in ((TWINS, pd.DataFrame(y @ SHARES.T)), (INDEPENDENT, pd.DataFrame(y))):
        ways.append(Way(name, [], np.zeros((len(ARMS), 0))))
        explained = pd.DataFrame(standard.to_numpy().T @ (told - told.mean()).to_numpy(), known.columns) ** 2
        beyond = explained[(explained > BEYOND_CHANCE**2 * told.var()).any(axis=1)].sum(axis=1)
        if controls := [str(each) for each in beyond.sort_values(ascending=False, kind="stable").index[:MOST]]:
            slopes = np.linalg.lstsq(known[controls].to_numpy(), y - y.mean(axis=0), rcond=None)[0].T
            ways.append(Way(name, controls, slopes))
    return ways


def controlled(arms: Arms, outcome: str, way: Way) -> list[np.ndarray]:
    """Each combination's values, less what the controls explain of them."""
    return [
        arm.values[outcome].to_numpy(float) - arm.known[way.controls].to_numpy(float) @ slope
        for arm, slope in zip(arms, way.slopes, strict=True)
    ]


def errors_of(values: np.ndarray, sets: np.ndarray | None, way: Way) -> np.ndarray:
    """Standard errors of the means of columns, (K,): larger than they look where slopes were fitted, to a pilot."""
    return np.asarray(half_widths(values, sets)[0] * np.sqrt((PILOT - 1) / (PILOT - 1 - len(way.controls))))


def arm_errors(arms: Arms, outcome: str, way: Way) -> np.ndarray:
    """The standard error of each combination's mean, (16,)."""
    values = zip(arms, controlled(arms, outcome, way), strict=True)
    return np.array([errors_of(each[:, None], arm.sets, way)[0] for arm, each in values])


def weighed(values: np.ndarray) -> np.ndarray:
    """Everything that is told, (R, K), of combinations' values, (R, 16); what cancels is exactly zero."""
    return np.array([[fsum(row) for row in TABLE * each] for each in values])


def estimate(arms: Arms, outcome: str, way: Way) -> tuple[np.ndarray, np.ndarray]:
    """Means and standard errors of everything that is told of one outcome, (K,) each."""
    values = controlled(arms, outcome, way)
    means = weighed(np.array([[value.mean() for value in values]]))[0]
    if way.name == INDEPENDENT:
        return means, np.sqrt(TABLE**2 @ arm_errors(arms, outcome, way) ** 2)
    return means, errors_of(weighed(np.stack(values, axis=1)), arms[0].sets, way)


def allocation(spread: np.ndarray) -> np.ndarray:
    """The share of runs that each combination is given, (16,), so that the variances of the four shares add up to least
    (Neyman 1934); spread: the variance of one run of each."""
    weight = np.sqrt((SHARES**2).sum(axis=0) * spread)
    weight = np.maximum(weight, weight.max() / len(ARMS)) if weight.max() > 0 else np.ones(len(ARMS))
    return np.asarray(weight / weight.sum())


def plan_runs(asked: Asked, pilot: Arms, ways: Mapping[str, Sequence[Way]]) -> pd.DataFrame:
    """A row for each outcome and way: the variance of its widest share times the runs it took (in points), the runs it
    needs to be as precise as asked for, those still to be lived (none where the pilot's own are enough), and whether it
    is taken because these are fewest."""
    rows, runs, goal = [], len(pilot[0].values), (asked.precision / NORMAL) ** 2
    for name in asked.rated:
        for way in ways[name]:
            if way.name == TWINS:
                one = len(ARMS) * runs * (estimate(pilot, name, way)[1][: len(SHARES)] ** 2).max()
            else:
                spread = runs * arm_errors(pilot, name, way) ** 2
                one = (SHARES**2 @ (spread / allocation(spread))).max()
            needed = np.ceil(1e4 * one / goal)
            enough = way.name == TWINS and needed <= len(ARMS) * runs
            still = 0.0 if enough else np.ceil(SPARE * needed)
            rows.append((name, way.label, 1e4 * one, needed, still, " ".join(way.controls)))
    table = pd.DataFrame(rows, columns=["outcome", "way", "variance_runs", "runs_needed", "runs_still", "controls"])
    best = table.sort_values(["runs_still", "variance_runs"], kind="stable").groupby("outcome").head(1).index
    return table.assign(taken=table.index.isin(best))


def contribution(asked: Asked) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    """Lives the pilot, then what the ways taken still need, and tells what each ingredient adds: tables `shares` and
    `ways`, and how it was come by."""
    pilot = lived(asked, np.full(len(ARMS), PILOT), True)
    ways = {outcome.name: ways_of(pilot, outcome.name) for outcome in asked.outcomes}
    plan = plan_runs(asked, pilot, ways)
    taken = {name: plan[plan["taken"] & plan["way"].str.startswith(name)] for name in (TWINS, INDEPENDENT)}
    still = {name: float(rows["runs_still"].max()) if len(rows) else 0.0 for name, rows in taken.items()}
    part = min(1.0, max(0.0, asked.runs - PILOT * len(ARMS)) / max(1.0, sum(still.values())))
    paired = 2 * int(still[TWINS] * part / len(ARMS) / 2)  # two runs in a row live the same parameters
    arms = {TWINS: lived(asked, np.full(len(ARMS), paired), True) if paired > PILOT else pilot}
    if still[INDEPENDENT] * part >= len(ARMS) * A_ROW:
        spread = sum(arm_errors(pilot, name, ways[name][-1]) ** 2 for name in taken[INDEPENDENT]["outcome"])
        arms[INDEPENDENT] = lived(asked, still[INDEPENDENT] * part * allocation(np.asarray(spread)), False)
    table = pd.concat([told(arms, outcome, ways[outcome.name]) for outcome in asked.outcomes], ignore_index=True)
    worst = table.loc[(table["kind"] == "share") & table["outcome"].isin(asked.rated), "half_width"].max()
    runs = {name: sum(len(arm.values) for arm in each) for name, each in arms.items()}
    ended = "precision" if 100 * worst <= asked.precision else "budget" if part < 1 else "pilot"
    about = {"runs": runs, "half_width": 100 * float(worst), "precision": asked.precision, "ended_by": ended}
    return {"shares": table, "ways": plan}, {**about, "rest": rest_of(table)}


def told(arms: Mapping[str, Arms], outcome: Outcome, ways: Sequence[Way]) -> pd.DataFrame:
    """Everything that is told of one outcome, a row each; every kind by the way whose largest error is least. Ranges
    hold 90 % of paired runs; counts are of the women in them, in 24ths, and add up exactly."""
    found = [(way, *estimate(arms[way.name], outcome.name, way)) for way in ways if way.name in arms]
    table, twins = TOLD.assign(mean=0.0, error=0.0, way=""), arms[TWINS]
    for kinds in TOGETHER:
        rows = table["kind"].isin(kinds).to_numpy()
        way, means, errors = min(found, key=lambda one: float(one[2][rows & (TOLD["kind"] == kinds[0])].max()))
        table.loc[rows, ["mean", "error"]] = np.stack([means, errors], axis=1)[rows]
        table.loc[rows, "way"] = way.label
    by_run = pd.DataFrame(weighed(np.stack([arm.values[outcome.name] for arm in twins], axis=1)))
    table["half_width"] = NORMAL * table["error"]
    table["low"], table["high"] = by_run.quantile(LOW), by_run.quantile(HIGH)
    table["chance_share"] = chance_share(by_run, twins[0].sets)
    if outcome.unit == SHARE:
        counted = [int((arm.values[outcome.name] * arm.values[WHO]).round().sum()) for arm in twins]
        table["women_24ths"] = [int(24 * worth(row, counted)) for row in WEIGHTS.values()]
        table["of_women"] = int(twins[0].values[WHO].sum())
    table.insert(0, "outcome", outcome.name)
    table.insert(1, "unit", outcome.unit)
    return table


def rest_of(table: pd.DataFrame) -> float:
    """The largest difference, over outcomes, between the sum of the shares and what all four add."""
    of = table[table["kind"].isin(["share", "level"])].pivot(index="outcome", columns=["kind", "of"], values="mean")
    rest = of[[("share", name) for name in INGREDIENTS]].sum(axis=1) - of["level", "all"] + of["level", "none"]
    return float(rest.abs().max())
