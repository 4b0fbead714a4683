"""For reading the tidy tables: which scenarios are shown, means and ranges over runs, paired differences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from sim.study.how_sure import Sureness, how_sure

LOW, HIGH = 0.05, 0.95
NINE_MONTHS = 39  # weeks
NO_PROGRAM = "no_program"
ENDS = ("completed", "still_in", "left", "waited_too_long")
Tables = Mapping[str, pd.DataFrame]
Row = Any  # a line of a table, however pandas gives it: mean, low and high by name


@dataclass(frozen=True)
class Occasion:
    """What a figure has to know of the study besides its tables."""

    names: tuple[str, ...]
    seed: int | None = None
    start: date = date(2018, 1, 1)
    parameters_drawn: bool = True

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
    runs = np.sort(table["replication"].unique())
    grouped = table.groupby([*keys, "replication"], observed=True, sort=False)[column].sum()
    return grouped.unstack("replication", fill_value=0).reindex(columns=runs, fill_value=0).astype(float)


def spread(runs: pd.DataFrame) -> pd.DataFrame:
    """Mean and 5th to 95th percentile over runs; runs in which the value does not exist are left out."""
    known = runs.dropna(axis="columns", how="all")
    values = known.to_numpy(dtype=float)
    if values.size == 0:
        return pd.DataFrame({"mean": [], "low": [], "high": []}, index=runs.index[:0])
    low, high = np.nanquantile(values, [LOW, HIGH], axis=1)
    return pd.DataFrame({"mean": np.nanmean(values, axis=1), "low": low, "high": high}, index=runs.index)


def difference(tables: Tables, occasion: Occasion, here: pd.DataFrame, there: pd.DataFrame) -> pd.DataFrame:
    """Spread of the paired differences and how sure they are; no rows where other women are referred."""
    came = [referred(tables, scenario) for scenario in occasion.pair]
    if len(came) < 2 or not came[0].equals(came[1]):
        return pd.DataFrame()
    change = (here - there).dropna(axis="columns")
    table = spread(change)
    sure = [how_sure(row) if len(row) > 1 else Sureness("", np.nan) for row in change.loc[table.index].to_numpy()]
    return table.assign(sure=[one.words for one in sure], paired=[one.share for one in sure])


def share(part: pd.DataFrame, whole: pd.Series) -> pd.DataFrame:
    """Each run's counts as shares of its own women; a run without women has no share."""
    return part.div(whole.where(whole > 0), axis="columns")


def weeks_gone_by(table: pd.DataFrame) -> pd.DataFrame:
    """The table with each of a woman's own weeks numbered by its end, so that week 39 closes nine months."""
    return table.assign(week=table["week"] - table["week"].min() + 1)


def referred(tables: Tables, scenario: str) -> pd.Series:
    """Women referred in each run."""
    ends = of(tables["pathway"], scenario)
    first = ends[ends["week"] == ends["week"].min()].set_index("replication").sort_index()
    women_referred: pd.Series = first[list(ENDS)].sum(axis="columns").astype(float)
    return women_referred
