"""What is uncertain in a difference between two worlds, and what runs say of it wherever it is set: every parameter by
its place in what it may be, luck as one more thing that can be another, and one thing that is in no rule."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sim.measures.lives import Lives
from sim.measures.outcomes import outcomes_of
from sim.measures.questions import Outcome
from sim.study.design import Design, read_off
from sim.study.sets import columns_of, ensemble_of
from sim.study.store import Key, Store
from sim.study.worlds import World

CHANCE, DUMMY = "chance", "dummy"  # all luck together, and what is in no rule
MIDDLE = 0.5  # where a parameter stands that is not asked about
PILOT, PILOT_RUNS = 60, 4  # rows by which chance and the time of a run are measured, and runs of each


@dataclass(frozen=True)
class Lucky(Design):
    """A design whose rows say which luck they live: rows with the same number live the same runs."""

    lucks: np.ndarray = field(default_factory=lambda: np.zeros(0, int))

    def luck(self, first: int, last: int) -> np.ndarray:
        """The number of each run of these rows, (rows, replications)."""
        begin = self.lucks[first:last, None] * self.replications
        return np.asarray(begin + np.arange(1, self.replications + 1) + self.after)


class Pilot(NamedTuple):
    """Of each outcome over all that is uncertain, (outcomes,): the variance of one run that is chance, and of what runs
    give on the average. seconds: of processor time, for a run of both worlds."""

    chance: np.ndarray
    parameters: np.ndarray
    seconds: float

    def needed(self, share: float) -> np.ndarray:
        """Runs of a row after which chance is this share of the variance of its mean, (outcomes,)."""
        odds = np.full(len(self.chance), np.inf)
        np.divide(self.chance, self.parameters, out=odds, where=self.parameters > 0)
        return np.asarray(np.maximum(1.0, np.ceil(odds * (1 - share) / share)))


@dataclass(frozen=True)
class Question:
    """How the second world differs from the first in these outcomes. `heard` hears how many more runs are there."""

    worlds: tuple[World, World]
    outcomes: Sequence[Outcome]
    store: Store
    heard: Callable[[int], Any] = lambda runs: None

    @cached_property
    def names(self) -> list[str]:
        """The parameters that are not fixed in both worlds."""
        free = (p.name for world in self.worlds for p in world.study.parameters if p.low < p.high)
        return list(dict.fromkeys(free))

    def differences(self, points: pd.DataFrame, together: int, replications: int, how: Key) -> np.ndarray:
        """The second world less the first, (rows, replications, outcomes); zero where nobody was referred. points: a
        row each, a column for each parameter asked about (others stand in the middle): its place from 0 to 1.
        `together` rows in a row share their luck, except those whose place of chance is another than their first's.
        how: all that decides the luck besides."""
        first = points.index.to_numpy() // together * together
        chance = points[CHANCE].to_numpy() if CHANCE in points else first
        lucks = 2 * (first // together) + (chance != chance[first])
        how = {**how, "together": together, "chance": [*points].index(CHANCE) if CHANCE in points else None}
        rows = (settings_at(world, points) for world in self.worlds)
        return self._lived([Lucky(w.study, r, replications, lucks=lucks) for w, r in zip(self.worlds, rows)], how)

    def drawn(self, runs: int) -> np.ndarray:
        """The same of runs that draw all parameters together, as their study says, each with its own luck: (runs,
        outcomes)."""
        nothing = pd.DataFrame(index=range(runs))
        designs = [Design(w.study, nothing.assign(**offered(w, runs)), same_luck=False) for w in self.worlds]
        return self._lived(designs, {"of": "differences"})[:, 0]

    def _lived(self, designs: Sequence[Design], how: Key) -> np.ndarray:
        """What the second design's runs gave less the first's."""
        read, about = partial(_values_of, self.outcomes), (("row", "replication"), self.store, self.heard)
        tables = [read_off(design, read, self.outcomes, how, *about) for design in designs]
        shape = (len(designs[0].rows), designs[0].replications, len(self.outcomes))
        first, second = (table["value"].to_numpy(float).reshape(shape) for table in tables)
        return np.asarray(np.nan_to_num(second - first))


def piloted(question: Question) -> Pilot:
    """What a few rows over all that is uncertain say; nothing of it is kept."""
    alone = replace(question, store=Store(None), heard=lambda runs: None)
    points = np.random.default_rng(question.worlds[0].study.seed).random((PILOT, len(question.names)))
    table = pd.DataFrame(points, columns=question.names)
    alone.differences(table[:1], 1, 1, {})  # so that the engine is prepared
    began = time.process_time()
    values = alone.differences(table, 1, PILOT_RUNS, {})
    seconds = (time.process_time() - began) / (PILOT * PILOT_RUNS)
    chance = values.var(axis=1, ddof=1).mean(axis=0)
    return Pilot(chance, values.mean(axis=1).var(axis=0, ddof=1) - chance / PILOT_RUNS, seconds)


def offered(world: World, rows: int) -> dict[str, np.ndarray]:
    """The column of a design's rows that tells a twin without a program from its study."""
    there = world.plan["program_offered"]
    return {} if there == world.study.plan["program_offered"] else {"program.offered": np.full(rows, there)}


def _values_of(outcomes: Sequence[Outcome], lives: Lives, twins: Lives | None, at: np.ndarray) -> pd.DataFrame:
    """What is kept of every run: a row for each outcome."""
    table = outcomes_of(lives, outcomes)[["replication", "outcome", "value"]]
    return table.assign(row=np.repeat(at, len(outcomes)).astype(np.int32))


def settings_at(world: World, points: pd.DataFrame) -> pd.DataFrame:
    """The rows of a world's design where parameters have these places of what its study lets them be: the accepted
    sets' quantiles, or a range from end to end. No parameter is left to be drawn."""
    study, rows = world.study, {}
    ensemble, columns = ensemble_of(study), columns_of(study)
    for p, key in zip(study.parameters, study.parameter_keys, strict=True):
        places = points[p.name].to_numpy() if p.name in points else MIDDLE
        if ensemble is not None and p.name in columns:
            rows[key] = np.quantile(ensemble.sets[columns[p.name]], places)
        else:
            rows[key] = p.low + places * (p.high - p.low)
    return pd.DataFrame(rows | offered(world, len(points)), index=points.index)
