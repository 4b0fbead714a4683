"""Which assumptions matter for a difference between two worlds, as tables: all of them screened, those kept with their
shares of the variance, what each does from low to high, and whether a check that does not rest on variance agrees."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.study.screen import kept, screened
from sim.study.sets import badges, numbers_of
from sim.study.shares import moved, points_of, shares
from sim.study.tables import HIGH, LOW
from sim.study.uncertain import CHANCE, DUMMY, MIDDLE, Pilot, Question, settings_at

SCREEN_RUNS = 2  # of each row of the screen
FEW = 0.1  # of the variance of a row's mean may be chance
DUMMIES = 20  # that say how far a distribution seems to move by chance alone
NORMAL = 1.96  # half a 95 % interval, in standard errors
Tables = dict[str, pd.DataFrame]


@dataclass(frozen=True)
class Size:
    """How much is asked: trajectories of the screen, parameters kept at most, base points of the shares, runs of each
    of their rows at most, runs of the check, and paired runs at low and at high."""

    trajectories: int = 10
    keep: int = 10
    base: int = 128
    replications: int = 8
    check: int = 1500
    pairs: int = 60

    def runs(self, names: int) -> int:
        """Runs of both worlds, at most, where so many parameters are uncertain."""
        most = min(self.keep, names)
        screen = self.trajectories * (names + 3) * SCREEN_RUNS  # with luck and the dummy, and where it begins
        rows = self.base * (2 * (most + 2) + 2)
        return screen + rows * self.replications + (2 * most + 1) * self.pairs + self.check


def tables_of(question: Question, size: Size, pilot: Pilot) -> Tables:
    """screen: every parameter in every outcome. shares: those kept, luck and the dummy; pairs: each two of them.
    tornado: those kept, at low and at high. outcomes: what is to be known of each outcome besides."""
    screen, chosen = _screen(question, size)
    tables = {"screen": screen, "tornado": _tornado(question, chosen, size.pairs)}
    tables |= _shares(question, chosen, size, pilot)
    study = question.worlds[1].study
    known, meant = badges(study), {p.name: p.meaning for p in study.parameters}
    for name in ("screen", "shares", "tornado"):
        of = tables[name]["parameter"]
        tables[name] = tables[name].assign(badge=of.map(known), meaning=of.map(meant))
    return tables


def _of_all(question: Question, tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Tables of the outcomes, one after the other, with each one's name and unit in front."""
    about = ({"outcome": outcome.name, "unit": outcome.unit} for outcome in question.outcomes)
    told = [pd.DataFrame(each, index=table.index).join(table) for each, table in zip(about, tables, strict=True)]
    return pd.concat(told, ignore_index=True)


def _screen(question: Question, size: Size) -> tuple[pd.DataFrame, list[str]]:
    """Every parameter, the largest first, and the names of those kept."""

    def answers(points: pd.DataFrame, together: int) -> np.ndarray:
        return np.asarray(question.differences(points, together, SCREEN_RUNS, {"of": "screen"}).mean(axis=1))

    seed, extra = question.worlds[1].study.seed, [CHANCE, DUMMY]
    found = screened([*question.names, *extra], size.trajectories, seed, answers)
    chosen = kept(found, extra, size.keep)
    table = _of_all(question, [each.sort_values("size", ascending=False, kind="stable") for each in found])
    return table.assign(kept=table["parameter"].isin(chosen)), chosen


def _shares(question: Question, chosen: Sequence[str], size: Size, pilot: Pilot) -> Tables:
    """The tables `shares`, `pairs` and `outcomes`."""
    seed, names = question.worlds[1].study.seed, [*chosen, CHANCE, DUMMY]
    points = points_of(names, size.base, seed)
    runs = question.differences(points, 2 * len(names) + 2, size.replications, {"of": "shares"})
    together = question.drawn(size.check) if size.check else np.zeros((0, len(question.outcomes)))
    places, singles, pairs, about = _drawn_places(question, chosen, size.check), [], [], []
    for outcome, values in enumerate(np.moveaxis(runs, 2, 0)):
        found = shares(names, values.mean(axis=1), seed)
        known = moved([*places], places.to_numpy(), together[:, outcome]) if size.check else np.full(len(names), np.nan)
        distance = pd.Series(known[: len(chosen)], [*chosen], dtype="float64")
        singles.append(found.singles.assign(moved=found.singles["parameter"].map(distance)))
        pairs.append(found.pairs.sort_values("share", ascending=False, kind="stable"))
        row = {"runs_needed": pilot.needed(FEW)[outcome], **_spread(values, together[:, outcome])}
        total = found.singles["total"][: len(chosen)]
        row["moved_by_chance"] = known[len(chosen) :].max() if size.check else np.nan
        row["agreement"] = distance.rank().corr(total.set_axis(distance.index).rank())
        about.append(pd.DataFrame([row]))
    tables = {"shares": singles, "pairs": pairs, "outcomes": about}
    return {name: _of_all(question, each) for name, each in tables.items()}


def _spread(values: np.ndarray, together: np.ndarray) -> dict[str, Any]:
    """How far assumptions and chance move an outcome. values (rows, runs): at the points of the shares; together:
    in runs that draw all assumptions at once."""
    runs, means = values.shape[1], values.mean(axis=1)
    chance = values.var(axis=1, ddof=1).mean() if runs > 1 else np.nan
    apart = np.maximum(0.0, means.var() - chance / runs)
    return {
        "runs": runs, "mean": means.mean(), "chance_of_mean": chance / runs / (means.var() or np.nan),
        "chance_of_run": chance / (apart + chance or np.nan), "chance_sd": chance**0.5, "apart_sd": apart**0.5,
        "together_sd": np.maximum(0.0, together.var() - chance) ** 0.5 if len(together) else np.nan,
    }  # fmt: skip


def _drawn_places(question: Question, chosen: Sequence[str], runs: int) -> pd.DataFrame:
    """What runs draw of the parameters kept, and what dummies draw, a column each."""
    study = question.worlds[1].study
    drawn = numbers_of(study, np.arange(1, runs + 1))
    dummies = np.random.default_rng(study.seed).random((DUMMIES, runs))
    return pd.DataFrame(
        {**{name: drawn[name] for name in chosen}, **{f"{DUMMY}_{i}": d for i, d in enumerate(dummies)}}
    )


def _tornado(question: Question, chosen: Sequence[str], pairs: int) -> pd.DataFrame:
    """Each parameter at its low and its high, all others in the middle, with the same luck: the outcome there, and how
    far from the middle that is with the half-width of its 95 % interval."""
    points = pd.DataFrame(MIDDLE, index=range(2 * len(chosen) + 1), columns=[*chosen])
    for place, name in enumerate(chosen):
        points.loc[[1 + place, 1 + len(chosen) + place], name] = LOW, HIGH
    runs = question.differences(points, len(points), pairs, {"of": "tornado"})
    study, tables = question.worlds[1].study, []
    keys = {p.name: key for p, key in zip(study.parameters, study.parameter_keys, strict=True)}
    set_to = settings_at(question.worlds[1], points)[[keys[name] for name in chosen]].to_numpy()[1:]
    numbers = set_to.reshape(2, len(chosen), len(chosen)).diagonal(axis1=1, axis2=2)
    units = {p.name: p.unit for p in study.parameters}
    for values in np.moveaxis(runs, 2, 0):
        low, high = values[1:].reshape(2, len(chosen), pairs)
        table = {"parameter": chosen, "parameter_unit": [units[name] for name in chosen], "middle": values[0].mean()}
        for side, lived, number in (("low", low, numbers[0]), ("high", high, numbers[1])):
            table |= {f"{side}_value": number, side: lived.mean(axis=1), f"{side}_half_width": _half(lived - values[0])}
        table |= {"change": (high - low).mean(axis=1), "change_half_width": _half(high - low)}
        tables.append(pd.DataFrame(table).sort_values("change", key=abs, ascending=False, kind="stable"))
    return _of_all(question, tables)


def _half(changes: np.ndarray) -> np.ndarray:
    """Half the 95 % interval of the mean of paired changes (..., pairs)."""
    return np.asarray(NORMAL * changes.std(axis=-1, ddof=1) / changes.shape[-1] ** 0.5)
