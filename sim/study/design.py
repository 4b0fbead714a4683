"""Many scenarios at once: a design is a table with a row for each, a column for each setting that differs from a study,
and its rows are lived in blocks, as arrays. Calibration, sensitivity and sweeps all ask in this way."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from sim.ensemble import A_CHUNK, run_ensemble
from sim.measures.lives import Lives
from sim.measures.outcomes import outcomes_of
from sim.measures.questions import Outcome
from sim.program.levers import LEVERS
from sim.program.parameters import rows_of
from sim.study.asked import choose
from sim.study.refusals import Refused, number_text, unknown
from sim.study.sentences import say
from sim.study.sets import numbers_of
from sim.study.simulate import A_BLOCK, Cut, cores, decided_by
from sim.study.store import Key, Store
from sim.study.study import Study
from sim.study.worlds import NO_PROGRAM

PROGRAM = "program"
# A table of what is read off some runs, given their lives, their twins' (or none) and the row of each run.
Read = Callable[[Lives, Lives | None, np.ndarray], pd.DataFrame]
OPEN = {"as_is": (-np.inf, np.inf), "logit": (0.0, 1.0), "log": (0.0, np.inf)}  # where a scale has a value
NAMES = {lever.key: lever for lever in LEVERS}


@dataclass(frozen=True)
class Design:
    """rows: a column for each setting, by its key as on the command line (`staffing.case_managers`,
    `parameters.trust.trust_gain`); all else is as in the study, and parameters without a column are drawn for each run.
    replications: runs of each row; with `same_luck` they are runs 1, 2, ... of every row, otherwise each row's own;
    `after`: the runs before the first. twin: beside each run, the same women with usual services only. Refused, line by
    line: what cannot be set."""

    study: Study
    rows: pd.DataFrame
    replications: int = 1
    same_luck: bool = True
    twin: bool = False
    after: int = 0

    def __post_init__(self) -> None:
        if problems := [*self._problems()]:
            raise Refused(*problems)

    @property
    def parameters(self) -> dict[str, str]:
        """The name of each parameter that can be set, by its key."""
        lines = self.study.parameter_lines
        return {f"parameters.{file}.{name}": name for file, names in lines.items() for name in names}

    def _problems(self) -> Iterator[str]:
        known, scales = self.parameters, {p.name: p.scale for p in self.study.parameters}
        for key in self.rows.columns:
            if key not in NAMES and key not in known:
                yield unknown(key, [*NAMES, *known])
                continue
            lever = NAMES.get(key)
            low, high = (lever.low, lever.high) if lever else OPEN[scales[known[key]]]
            values = self.rows[key].to_numpy(float)
            right = (values >= low) & (values <= high) if lever else (values > low) & (values < high)
            right &= np.isfinite(values) & (values == values.round() if lever and lever.whole else True)
            for row in np.flatnonzero(~right)[:1]:
                value = number_text(values[row]) if np.isfinite(values[row]) else str(values[row])
                yield say("store.not_in_design", key=key, row=row + 1, value=value, low=low, high=high)

    def plans(self, first: int, last: int) -> pd.DataFrame:
        """Every lever of these rows."""
        plan = pd.DataFrame([self.study.plan] * (last - first))
        for key in self.rows.columns.intersection([*NAMES]):
            plan[NAMES[key].name] = self.rows[key].to_numpy(float)[first:last]
        return plan

    def luck(self, first: int, last: int) -> np.ndarray:
        """The number of each run of these rows, (rows, replications)."""
        begin = np.arange(first, last)[:, None] * (0 if self.same_luck else self.replications)
        return begin + np.arange(1, self.replications + 1) + self.after

    def numbers(self, at: np.ndarray, runs: np.ndarray) -> np.ndarray:
        """The kernel's parameter rows of runs, given the row of the design that each belongs to."""
        parameters = self.study.parameters
        values = numbers_of(self.study, runs)
        for key in self.rows.columns.difference([*NAMES]):
            values[self.parameters[key]] = self.rows[key].to_numpy(float)[at]
        return rows_of(parameters, values)


def live(
    design: Design,
    outcomes: Sequence[str],
    store: Store = Store(None),  # noqa: B008  (keeps nothing, so that it can be shared)
    lived: Callable[[int], Any] = lambda runs: None,
) -> pd.DataFrame:
    """What every run of a design gave: row, world (program or no_program), replication, outcome, value, count. Blocks
    in the store are taken from it; `lived` hears how many more runs are there."""
    asked = choose(outcomes, int(design.plans(0, len(design.rows))["cohort_follow_up_weeks"].min()))
    return read_off(design, partial(_outcomes, asked), asked, {}, ("row", "world", "replication"), store, lived)


def read_off(
    design: Design, read: Read, outcomes: Sequence[Outcome], how: Key, order: Sequence[str], store: Store,
    lived: Callable[[int], Any] = lambda runs: None,
) -> pd.DataFrame:  # fmt: skip
    """What `read` makes of every run of a design, block by block and in this order; `how` is what decides its table
    besides the design and the outcomes."""
    each = max(1, A_BLOCK // design.replications)
    cuts = [(first, min(first + each, len(design.rows))) for first in range(0, len(design.rows), each)]
    keys = {cut: {**block_of(design, cut, outcomes), **how} for cut in cuts}
    blocks: dict[Cut, pd.DataFrame] = {}
    for cut, key in keys.items():
        if found := store.get(key):
            blocks[cut] = found["outcomes"]
            lived((cut[1] - cut[0]) * design.replications)
    with ThreadPoolExecutor(cores(design.study.threads)) as pool:
        try:
            working = {pool.submit(_block, design, cut, read, order): cut for cut in cuts if cut not in blocks}
            for done in as_completed(working):
                cut = working[done]
                blocks[cut] = done.result()
                store.put(keys[cut], {"outcomes": blocks[cut]})
                lived((cut[1] - cut[0]) * design.replications)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return pd.concat([blocks[cut] for cut in cuts], ignore_index=True)


def block_of(design: Design, cut: Cut, outcomes: Sequence[Outcome]) -> Key:
    """Everything that decides a block of rows."""
    part = design.rows.iloc[slice(*cut)]
    return {
        **decided_by(design.study, design.study.plan, outcomes),
        "rows": {key: hashlib.sha256(part[key].to_numpy(float).tobytes()).hexdigest() for key in part.columns},
        "cut": cut,
        "runs": [design.replications, design.same_luck, design.twin, design.after],
    }


def _block(design: Design, cut: Cut, read: Read, order: Sequence[str]) -> pd.DataFrame:
    """The rows of a block, lived: those with the same levers in one call, their parameters as arrays."""
    luck, plans = design.luck(*cut), design.plans(*cut)
    frames: list[pd.DataFrame] = []
    for _, alike in plans.groupby([*plans.columns], sort=False):
        plan = {str(name): float(value) for name, value in alike.iloc[0].items()}
        at = np.repeat(alike.index.to_numpy(), design.replications)
        runs = luck[alike.index].ravel()
        for begin in range(0, len(runs), A_CHUNK):
            some = slice(begin, begin + A_CHUNK)
            frames.append(_called(design, plan, cut[0] + at[some], runs[some], read))
    table: pd.DataFrame = pd.concat(frames, ignore_index=True)
    return table.sort_values([*order], kind="stable", ignore_index=True)


def _called(design: Design, plan: dict[str, float], at: np.ndarray, runs: np.ndarray, read: Read) -> pd.DataFrame:
    """One call of the engine for each world, and what is read off."""
    study, rows = design.study, design.numbers(at, runs)
    about = (study.seed, runs.tolist(), study.edges, False, study.mechanism)
    lived = run_ensemble(plan, rows, *about)
    twins = None
    if design.twin:
        without = {**plan, "program_offered": 0.0}
        other = run_ensemble(without, rows, *about)
        twins = Lives(other, without, study.costs, lived)
    return read(Lives(lived, plan, study.costs), twins, at)


def _outcomes(outcomes: Sequence[Outcome], lives: Lives, twins: Lives | None, at: np.ndarray) -> pd.DataFrame:
    """The outcomes of these runs in both worlds; `at` is the row of each."""
    frames = []
    for name, world in ((PROGRAM, lives), (NO_PROGRAM, twins)):
        if world is not None:
            table = outcomes_of(world, outcomes).drop(columns="population")
            table.insert(0, "world", pd.Series(pd.Categorical([name] * len(table), [PROGRAM, NO_PROGRAM])))
            table.insert(0, "row", np.repeat(at, len(outcomes)).astype(np.int32))
            frames.append(table)
    return pd.concat(frames, ignore_index=True)
