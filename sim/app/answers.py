"""What a plan gave, run by run, as the page has it: the same arrays whether they were kept or have just been lived."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

import sim.program
from sim.app.codes import code_of
from sim.app.levers import Base, Plan
from sim.ensemble import A_CHUNK
from sim.measures.lives import Lives
from sim.measures.outcomes import NAMED, outcomes_of
from sim.measures.weekly import flows
from sim.program import words as w
from sim.study.door import release
from sim.study.simulate import runs_of
from sim.study.study import Study
from sim.study.tables import HIGH, LOW

OUTCOMES = (
    "women_referred", "completed", "entered", "training_or_work_39", "stably_housed_39", "any_income_39", "exited_39",
    "weeks_waited", "waited_too_long", "unmet_contacts", "cost_a_year", "hours_used", "waiting_list",
    "waiting_for_services",
)  # fmt: skip
ASKED = 500  # runs of a plan when all are there
MONTH = 4  # weeks
SERIES = ("waiting_list", "in_program", "hours_used")
IN_PROGRAM = ("pre_cti", "transition", "try_out", "transfer")
HOURS = ("drop_in", "crisis", "visits", "links")


@dataclass(frozen=True)
class Lived:
    """Runs 1 to R of a plan. values (R, outcomes); women (R, needs): referred with each need, and waited: the mean of
    the weeks that they waited; months: of each series by month of referrals (R, M); moves: women from phase to phase,
    for a reason. A number that does not exist is NaN. All are single precision, as they travel."""

    values: np.ndarray
    women: np.ndarray
    waited: np.ndarray
    months: dict[str, np.ndarray]
    moves: dict[tuple[str, ...], np.ndarray]

    @property
    def runs(self) -> int:
        return len(self.values)


def live(study: Study, first: int, last: int) -> Lived:
    """Runs `first` to `last` of a study, on the calling thread."""
    outcomes, parts = [NAMED[name] for name in OUTCOMES], []
    for begin in range(first, last + 1, A_CHUNK):
        runs = np.arange(begin, min(begin + A_CHUNK, last + 1))
        found = runs_of(study, study.plan, runs)
        lives = Lives(found, study.plan, study.costs)
        values = outcomes_of(lives, outcomes)["value"].to_numpy(np.float32).reshape(len(runs), -1)
        moves = {move: women.astype(np.float32) for move, women in flows(lives).items()}
        parts.append(Lived(values, *_by_need(lives), _by_month(lives), moves))
    return joined(parts)


def joined(parts: Sequence[Lived]) -> Lived:
    """Parts one after the other."""
    if len(parts) == 1:
        return parts[0]
    values, women, waited = (np.concatenate([getattr(part, name) for part in parts])
                             for name in ("values", "women", "waited"))  # fmt: skip
    months = {name: np.concatenate([part.months[name] for part in parts]) for name in parts[0].months}
    moves = {move: np.concatenate([part.moves[move] for part in parts]) for move in parts[0].moves}
    return Lived(values, women, waited, months, moves)


def _by_need(lives: Lives) -> tuple[np.ndarray, np.ndarray]:
    """Women referred with each need, and the mean of the weeks that they waited, (R, needs)."""
    has = (lives.women["needs"][:, :, None] >> np.arange(len(w.NEEDS)) & 1 > 0) & lives.referred[:, :, None]
    women, weeks = has.sum(axis=1), (has * lives.women["waited"][:, :, None]).sum(axis=1)
    exists = (women > 0) & (lives.plan["program_offered"] > 0)
    waited = np.divide(weeks, women, out=np.full(women.shape, np.nan), where=exists)
    return women.astype(np.float32), waited.astype(np.float32)


def _by_month(lives: Lives) -> dict[str, np.ndarray]:
    """Women waiting and in the program, and hours used of those supplied, by month of referrals, (R, M)."""
    weeks = int(lives.plan["cohort_weeks"])
    log, posts = lives.runs.log[:, :weeks], lives.runs.posts[:, :weeks]
    begins = np.arange(0, weeks, MONTH)
    length = np.diff(np.append(begins, weeks))

    def by_month(weekly: np.ndarray) -> np.ndarray:
        return np.asarray(np.add.reduceat(weekly.astype(float), begins, axis=1))

    inside = np.sum([log[phase].astype(float) for phase in IN_PROGRAM], axis=0)
    used = by_month(np.sum([posts[kind].astype(float) for kind in HOURS], axis=(0, 3)))
    supplied = by_month(posts["supplied"].astype(float).sum(axis=2))
    share = np.divide(used, supplied, out=np.full(used.shape, np.nan), where=supplied > 0)
    found = by_month(log["waiting"]) / length, by_month(inside) / length, share
    return {name: part.astype(np.float32) for name, part in zip(SERIES, found, strict=True)}


def bands(lived: Lived) -> pd.DataFrame:
    """Mean and 5th to 95th percentile over runs of each series and month."""
    frames = []
    for name, by_run in lived.months.items():
        table = pd.DataFrame(by_run, dtype=float)
        about = {"mean": table.mean(), "low": table.quantile(LOW), "high": table.quantile(HIGH)}
        frames.append(pd.DataFrame({"series": name, "month": table.columns, **about}))
    return pd.concat(frames, ignore_index=True).round(3)


def moved(lived: Lived) -> pd.DataFrame:
    """Mean women from phase to phase, for a reason."""
    rows = [(*move, round(float(women.mean()), 3)) for move, women in lived.moves.items()]
    return pd.DataFrame(rows, columns=["from_phase", "to_phase", "reason", "women"])


def answer_of(
    base: Base, plan: Plan, lived: Lived, asked: int = ASKED, grid: bool = False, place: int = 0,
    kept: tuple[pd.DataFrame, pd.DataFrame] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """A plan's answer as JSON. `kept`: its bands and moves, where only these were kept and not their runs."""
    series, moves = kept or (bands(lived), moved(lived))
    waits = {
        need: {"women": lived.women[:, place].astype(int).tolist(), "weeks_waited": packed(lived.waited[:, place])}
        for place, need in enumerate(w.NEEDS)
    }
    return {
        **standing(base, plan, lived.runs, asked, grid, place),
        "values": {name: packed(lived.values[:, place]) for place, name in enumerate(OUTCOMES)},
        "needs": waits,
        "months": {
            str(name): {part: _numbers(table[part]) for part in ("mean", "low", "high")}
            for name, table in series.groupby("series", observed=True, sort=False)
        },
        "flows": [[*row[:3], round(float(row[3]), 3)] for row in moves.itertuples(index=False) if row[3] > 0],
        "record": record(base, plan),
    }


def standing(base: Base, plan: Plan, runs: int, asked: int, grid: bool, place: int) -> dict[str, Any]:
    """How far a plan's answer is."""
    about = {"plan": plan.told(), "code": code_of(plan)}
    return {**about, "runs": runs, "asked": asked, "grid": grid, "place": place}


def record(base: Base, plan: Plan) -> dict[str, Any]:
    """What repeats an answer."""
    command = " ".join(["pathways", *base.words_of(plan)])
    return {"command": command, "seed": base.study.seed, "version": release(), "model": sim.program.digest()}


def packed(numbers: np.ndarray) -> str:
    """Numbers in single precision, little endian, as base64; one that does not exist is NaN."""
    return base64.b64encode(np.ascontiguousarray(numbers, "<f4").tobytes()).decode()


def _numbers(column: pd.Series) -> list[float | None]:
    return [None if np.isnan(number) else round(float(number), 3) for number in column]
