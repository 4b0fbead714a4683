"""Tidy tables of what each run gave, outcome by outcome, and of how scenarios differ; the same to the last byte however
the runs were cut."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from sim.measures.questions import COMPARED, Outcome

LOW, HIGH = 0.05, 0.95
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


def summary_table(outcomes: pd.DataFrame, about: Sequence[Outcome]) -> pd.DataFrame:
    """Mean and 5th to 95th percentile over runs of every outcome in every scenario, and the runs that have a value."""
    runs = outcomes.groupby(["scenario", "outcome"], observed=True, sort=False)["value"]
    spread = {"mean": runs.mean(), "low": runs.quantile(LOW), "high": runs.quantile(HIGH), "n": runs.count()}
    table = pd.DataFrame(spread).reset_index().astype({"scenario": str, "outcome": str})
    for place, column in enumerate(("unit", "better")):
        table.insert(2 + place, column, table["outcome"].map({o.name: getattr(o, column) for o in about}))
    return table


def harmless(table: pd.DataFrame) -> pd.DataFrame:
    """Text that a spreadsheet would take for a formula, with an apostrophe in front."""
    return table.map(lambda cell: f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell)
