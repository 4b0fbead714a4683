"""For reading the tidy tables: means and ranges over runs, and numbers as a planner reads them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from sim.study.how_sure import Sureness, how_sure
from sim.study.sentences import say

LOW, HIGH = 0.05, 0.95
NINE_MONTHS = 39  # weeks
NO_PROGRAM = "no_program"
NO_BREAK = "\u00a0"  # a space at which no line ends
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


ENDS = ("completed", "still_in", "left", "waited_too_long")


def title_of(scenario: str) -> str:
    """A scenario's name in words with the settings that were changed; the number of runs stands elsewhere."""
    name, *changes = scenario.split(", ")
    settings = [_setting(change) for change in changes if not change.startswith("replications=")]
    return ", ".join([say("figures.no_program") if name == NO_PROGRAM else name.replace("_", " "), *settings])


def _setting(change: str) -> str:
    """case managers = 3 for staffing.case_managers=3."""
    key, equals, value = change.partition("=")
    words = key.partition(".")[2] or key
    return f"{words.replace('.', ' ').replace('_', ' ')}{NO_BREAK}={NO_BREAK}{value}" if equals else change


def women(number: str) -> str:
    """1 woman, 2 women, 1 (0 to 3) women."""
    return say("figures.woman") if number == "1" else say("figures.women", number=number)


def percent(part: float) -> str:
    return say("figures.percent", number=f"{100 * part:.0f}")


def whole(number: float, decimals: int = 0) -> str:
    """A number with its thousands apart and a true minus; small negative numbers round to a plain zero."""
    text = f"{number:,.{decimals}f}"
    return text.replace("-", "−" if float(text.replace(",", "")) else "")


def number_of(row: Row, runs: int, decimals: int = 0, factor: float = 1.0) -> str:
    """A mean with its range: 31 (22 to 40); the mean alone where there is one run and so no range."""
    mean, low, high = (whole(factor * row[kind], decimals) for kind in ("mean", "low", "high"))
    return mean if runs < 2 or low == high == mean else mean + say("figures.range", low=low, high=high)


def share_of(row: Row, runs: int) -> str:
    """A mean share with its range: 31 % (22 to 40)."""
    mean, low, high = (whole(100 * row[kind]) for kind in ("mean", "low", "high"))
    share = say("figures.percent", number=mean)
    return share if runs < 2 or low == high == mean else share + say("figures.range", low=low, high=high)


def points(change: Row, runs: int) -> str:
    """A difference of shares in points, to one decimal where it is small."""
    return number_of(change, runs, 1 if abs(change["mean"]) < 0.05 else 0, 100)


def more_or_fewer(change: Row, runs: int) -> str:
    """A paired difference: 11 more (4 to 18); where its range spans zero neither is said: 1 (−1 to 3)."""
    if runs < 2 or change["low"] <= 0 <= change["high"]:
        return number_of(change, runs)
    low, high = sorted(abs(change[side]) for side in ("low", "high"))
    word = say("figures.more" if change["mean"] > 0 else "figures.fewer")
    return f"{whole(abs(change['mean']))} {word}" + say("figures.range", low=whole(low), high=whole(high))


def sure_of(change: Row) -> str:
    """How sure a paired difference is, in words with its share; nothing where there is one run."""
    if not change["sure"]:
        return ""
    return say("figures.sure", words=change["sure"], share=percent(change["paired"]))


def month_of(start: date, week: float) -> str:
    """The month in which a calendar week begins: March 2020."""
    return f"{start + timedelta(weeks=int(week)):%B %Y}"


def in_months(week: float) -> str:
    """Weeks as months: 39 weeks are 9 months."""
    return f"{week * 3 / 13:.0f}"
