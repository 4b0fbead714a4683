"""For reading the tidy tables: which scenarios are shown, means and ranges over runs, paired differences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from sim.study.how_sure import Sureness, how_sure
from sim.study.sets import ACCEPTED
from sim.study.worlds import NO_PROGRAM

DIFFERENCE = "difference"  # stands for a scenario in what is drawn of paired differences
ENDS = ("completed", "still_in", "left", "waited_too_long")
Tables = Mapping[str, pd.DataFrame]
Row = Any  # a line of a table, however pandas gives it: mean, low and high by name


@dataclass(frozen=True)
class Occasion:
    """What a figure has to know of the study besides its tables."""

    names: tuple[str, ...]
    seed: int | None = None
    start: date = date(2018, 1, 1)
    parameters_from: str = ACCEPTED

    @property
    def main(self) -> str:
        """The scenario that figures of one scenario show: the last that has a program."""
        return next((name for name in reversed(self.names) if not name.startswith(NO_PROGRAM)), self.names[-1])

    @property
    def twin(self) -> str | None:
        """The scenario set beside it, against which differences are taken."""
        return next((name for name in self.names if name != self.main), None)

    @property
    def pair(self) -> tuple[str, ...]:
        return (self.main,) if self.twin is None else (self.main, self.twin)


def of(table: pd.DataFrame, scenario: str) -> pd.DataFrame:
    """The rows of one scenario."""
    return table[table["scenario"] == scenario]


def by_run(table: pd.DataFrame, keys: Sequence[str], column: str) -> pd.DataFrame:
    """One row for each combination of keys, one column for each run; a combination that a run never met is zero."""
    grouped = table.groupby([*keys, "replication"], observed=True, sort=False)[column].sum()
    return grouped.unstack("replication", fill_value=0).astype(float)


def spread(runs: pd.DataFrame) -> pd.DataFrame:
    """Mean and 5th to 95th percentile over runs; runs in which the value does not exist are left out."""
    if runs.empty:
        return pd.DataFrame({"mean": [], "low": [], "high": []}, index=runs.index[:0])
    low, high = (runs.quantile(part, axis="columns") for part in (0.05, 0.95))
    return pd.DataFrame({"mean": runs.mean(axis="columns"), "low": low, "high": high}).dropna()


def over_runs(table: pd.DataFrame, keys: Sequence[str], columns: Sequence[str], named: str) -> pd.DataFrame:
    """The spread of each column by keys, in one tidy table with the column's name under `named`."""
    tidy = {column: spread(by_run(table, keys, column)) for column in columns}
    return pd.concat(tidy, names=[named, *keys]).reset_index()


def difference(tables: Tables, occasion: Occasion, runs: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Spread of the paired differences and how sure they are; no rows where other women are referred, or no twin."""
    came = [referred(tables, scenario) for scenario in occasion.pair]
    if len(came) < 2 or not came[0].equals(came[1]):
        return pd.DataFrame()
    here, there = (runs[scenario] for scenario in occasion.pair)
    change = (here - there).dropna(axis="columns")
    table = spread(change)
    sure = [how_sure(row) if len(row) > 1 else Sureness("", np.nan) for row in change.loc[table.index].to_numpy()]
    table = table.assign(scenario=DIFFERENCE, sure=[one.words for one in sure], paired=[one.share for one in sure])
    return table.reset_index()


def weeks_gone_by(table: pd.DataFrame) -> pd.DataFrame:
    """The table with each of a woman's own weeks numbered by its end, so that week 39 closes nine months."""
    return table.assign(week=table["week"] - table["week"].min() + 1)


def nine_months(table: pd.DataFrame) -> int:
    """Week 39, or the last week of a shorter study."""
    return int(min(39, table["week"].max()))


def referred(tables: Tables, scenario: str) -> pd.Series:
    """Women referred in each run."""
    ends = of(tables["pathway"], scenario)
    first = ends[ends["week"] == ends["week"].min()].set_index("replication")
    women_referred: pd.Series = first[list(ENDS)].sum(axis="columns").astype(float)
    return women_referred
