"""Tidy tables of what each run gave, outcome by outcome, and of how scenarios differ; the same to the last byte however
the runs were cut."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from sim.measures.questions import COMPARED, Outcome

LOW, HIGH = 0.05, 0.95
Sets = Mapping[str, Callable[[np.ndarray], np.ndarray | None]]
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # first characters that a spreadsheet obeys


def together(frames: Mapping[str, Sequence[pd.DataFrame]]) -> pd.DataFrame:
    """Parts of the same table of several scenarios as one, with the scenario in front."""
    joined = pd.concat([part for parts in frames.values() for part in parts], ignore_index=True)
    codes = np.repeat(np.arange(len(frames)), [sum(map(len, parts)) for parts in frames.values()])
    joined.insert(0, "scenario", pd.Series(pd.Categorical.from_codes(codes, pd.Index(list(frames)))))
    return joined


def difference_table(outcomes: pd.DataFrame) -> pd.DataFrame:
    """Every scenario against the first, run by run, in outcomes that are taken over the same women (or the program);
    none where other women are referred, or other runs are lived."""
    compared = outcomes[outcomes["population"].isin(COMPARED)]
    compared = compared.assign(outcome=compared["outcome"].cat.remove_unused_categories())
    values = compared.pivot(index=["replication", "outcome"], columns="scenario", values="value")
    referred = values.xs("women_referred", level="outcome")
    first, *others = outcomes["scenario"].cat.categories
    same = [other for other in others if np.array_equal(referred[other], referred[first])]
    frames = {other: [(values[other] - values[first]).rename("difference").reset_index()] for other in same}
    return together(frames) if frames else pd.DataFrame(columns=["scenario", "replication", "outcome", "difference"])


def summary_table(outcomes: pd.DataFrame, about: Sequence[Outcome], sets: Sets) -> pd.DataFrame:
    """Mean and 5th to 95th percentile over runs of every outcome in every scenario, the runs that have a value, and the
    share of their variance that is chance; `sets` tells by scenario which parameter set each run lived."""
    runs = outcomes.groupby(["scenario", "outcome"], observed=True, sort=False)["value"]
    spread = {"mean": runs.mean(), "low": runs.quantile(LOW), "high": runs.quantile(HIGH), "n": runs.count()}
    by_run = outcomes.pivot(index=["scenario", "replication"], columns="outcome", values="value")
    shares = {}
    for name, runs_of in sets.items():
        wide = by_run.loc[[name]].droplevel(0).dropna(how="all")
        shares[name] = chance_share(wide, runs_of(wide.index.to_numpy()))
    spread["chance_share"] = pd.concat(shares, names=["scenario", "outcome"])
    table = pd.DataFrame(spread).reset_index().astype({"scenario": str, "outcome": str})
    for place, column in enumerate(("unit", "better")):
        table.insert(2 + place, column, table["outcome"].map({o.name: getattr(o, column) for o in about}))
    return table


def chance_share(values: pd.DataFrame, sets: np.ndarray | None) -> pd.Series:
    """The share of each column's variance over runs (rows) that is chance: what runs of one set differ by; the
    rest is parameters. One-way analysis of variance with random effects, unbalanced (Searle, Casella and McCulloch
    1992). sets (R,): the set that each run lived; NaN without, or where none was lived twice."""
    if sets is None:
        return pd.Series(np.nan, values.columns)
    groups = values.groupby(sets)
    n, runs, number = groups.count(), values.count(), (groups.count() > 0).sum()
    within = (groups.var().fillna(0.0) * (n - 1).clip(lower=0)).sum() / (runs - number).where(runs > number)
    between = (n * (groups.mean() - values.mean()) ** 2).sum() / (number - 1).where(number > 1)
    parameters = ((between - within) / ((runs - (n**2).sum() / runs) / (number - 1))).clip(lower=0)
    return (within / (within + parameters)).astype(float)


def harmless(table: pd.DataFrame) -> pd.DataFrame:
    """Text that a spreadsheet would take for a formula, with an apostrophe in front."""
    return table.map(lambda cell: f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell)
