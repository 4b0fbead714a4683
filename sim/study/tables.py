"""Tidy tables from chunks of runs: what each run gave, week by week and outcome by outcome, the same to the last byte
however the runs were cut."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.program import words as w
from sim.study.lives import Lives, Outcome
from sim.study.outcomes import Answers, outcomes_of
from sim.study.weekly import ends_by_week, flows, goals, states_by_week

LOW, HIGH = 0.05, 0.95
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # first characters that a spreadsheet obeys
KEPT_BY_CALENDAR = 200  # replications whose calendar weeks are kept one by one


def unfold(axes: Sequence[Mapping[str, Any]], columns: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """Arrays of one shape as a tidy table: a row for each place in them, labelled along each axis."""
    shape = [len(next(iter(labels.values()))) for labels in axes]
    frame: dict[str, Any] = {}
    for labels, place in zip(axes, np.indices(shape).reshape(len(shape), -1), strict=True):
        for label, names in labels.items():
            if isinstance(names[0] if len(names) else 0, str):
                kinds = list(dict.fromkeys(names))
                frame[label] = pd.Categorical.from_codes(
                    np.array([kinds.index(n) for n in names])[place], pd.Index(kinds)
                )
            else:
                frame[label] = np.asarray(names, np.int32)[place]
    return pd.DataFrame(frame | {column: np.ascontiguousarray(values).ravel() for column, values in columns.items()})


class Gathering:
    """The tables of one scenario while its chunks of runs come in."""

    def __init__(self, outcomes: Sequence[Outcome], weekly: bool) -> None:
        self.outcomes, self.weekly = outcomes, weekly
        self._answers: list[Answers] = []
        self._parts: dict[str, list[dict[Any, np.ndarray]]] = {}

    def add(self, lives: Lives, replications: np.ndarray) -> None:
        """One chunk of runs; chunks come in order, from replication 1."""
        self._answers.append(outcomes_of(lives, self.outcomes))
        if self.weekly:
            self._keep("pathway", ends_by_week(lives))
            self._keep("states", states_by_week(lives))
            self._keep("flows", flows(lives))
            self._keep("goals", goals(lives))
            some = replications <= KEPT_BY_CALENDAR
            for name, log in (("occupancy", lives.runs.log[some]), ("posts", lives.runs.posts[some])):
                self._keep(name, {field: log[field] for field in log.dtype.names or ()})

    def _keep(self, table: str, parts: Mapping[Any, np.ndarray]) -> None:
        small = {name: part.astype(np.int32) if part.dtype.kind in "iu" else part for name, part in parts.items()}
        self._parts.setdefault(table, []).append(small)

    def answers(self) -> Answers:
        """Every run's value of every outcome."""
        return Answers(*(np.concatenate(parts) for parts in zip(*self._answers, strict=True)))

    def frames(self) -> dict[str, pd.DataFrame]:
        """The tables by week, phase and domain, in an order that no cutting into chunks changes."""
        return {table: self._frame(table) for table in self._parts}

    def _frame(self, table: str) -> pd.DataFrame:
        chunks = self._parts[table]
        parts = {name: np.concatenate([chunk[name] for chunk in chunks]) for name in chunks[0]}
        shape = next(iter(parts.values())).shape
        axes: list[Mapping[str, Any]] = [{"replication": range(1, shape[0] + 1)}]
        if table in ("states", "flows"):  # a row for each part, not a column
            names = ("domain", "state") if table == "states" else ("from_phase", "to_phase", "reason")
            axes += [{"week": np.arange(shape[1])}] if table == "states" else []
            axes += [dict(zip(names, zip(*parts, strict=True), strict=True))]
            return unfold(axes, {"women": np.stack(list(parts.values()), axis=-1)})
        if table == "goals":
            return unfold([*axes, {"domain": w.DOMAINS}], parts)
        axes += [{"week": np.arange(shape[1])}] + ([{"post": np.arange(shape[2])}] if table == "posts" else [])
        return unfold(axes, parts)


def together(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The same table of several scenarios as one, with the scenario in front."""
    joined = pd.concat(list(frames.values()), ignore_index=True)
    codes = np.repeat(np.arange(len(frames)), [len(frame) for frame in frames.values()])
    names = pd.Series(pd.Categorical.from_codes(codes, pd.Index(list(frames))), name="scenario")
    return pd.concat([names, joined], axis=1)


def outcome_table(answers: Mapping[str, Answers], outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """A row for each scenario, run and outcome."""
    about = {"outcome": [outcome.name for outcome in outcomes], "population": [o.population for o in outcomes]}
    frames = {
        scenario: unfold(
            [{"replication": range(1, len(answer.values) + 1)}, about], {"value": answer.values, "count": answer.counts}
        )
        for scenario, answer in answers.items()
    }
    return together(frames)


def difference_table(answers: Mapping[str, Answers], outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """Every scenario against the first, run by run, in outcomes that are taken over the same women (or the program);
    none where other women are referred, or other runs are lived."""
    against, *others = answers
    kept = [place for place, outcome in enumerate(outcomes) if not outcome.within]
    who = [outcome.name for outcome in outcomes].index("women_referred")
    base = answers[against].values
    frames = {}
    for other in others:
        values = answers[other].values
        if np.array_equal(values[:, who], base[:, who]):
            axes = {"replication": range(1, len(base) + 1)}, {"outcome": [outcomes[place].name for place in kept]}
            frames[other] = unfold(axes, {"difference": values[:, kept] - base[:, kept]})
    return together(frames) if frames else pd.DataFrame(columns=["scenario", "replication", "outcome", "difference"])


def summary_table(answers: Mapping[str, Answers], outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """Mean and 5th to 95th percentile over runs of every outcome in every scenario, and the runs that have a value."""
    rows = []
    for scenario, answer in answers.items():
        for outcome, values in zip(outcomes, answer.values.T, strict=True):
            known = values[~np.isnan(values)]
            spread = [known.mean(), *np.quantile(known, [LOW, HIGH])] if len(known) else [np.nan] * 3
            rows.append((scenario, outcome.name, outcome.unit, outcome.better, *spread, len(known)))
    return pd.DataFrame(rows, columns=["scenario", "outcome", "unit", "better", "mean", "low", "high", "n"])


def write_tables(tables: Mapping[str, pd.DataFrame], folder: Path) -> None:
    """Every table as Parquet, with checksums of its pages; the summary also as CSV."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder.mkdir()
    for name, table in tables.items():
        arrow = pa.Table.from_pandas(table, preserve_index=False)
        pq.write_table(arrow, folder / f"{name}.parquet", compression="zstd", write_page_checksum=True)
    harmless(tables["summary"]).to_csv(folder / "summary.csv", index=False, lineterminator="\n", encoding="utf-8")


def harmless(table: pd.DataFrame) -> pd.DataFrame:
    """Text that a spreadsheet would take for a formula, with an apostrophe in front."""
    safe = table.copy()
    for column in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[column]):
            safe[column] = [
                f"'{text}" if str(text)[:1] in ("=", "+", "-", "@", "\t", "\r") else text for text in safe[column]
            ]
    return safe
