"""Asks the program as history matching does: which parameter sets the evidence allows, and which of them it still
allows under another model."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log2, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.measures.target_list import HELD_OUT
from sim.study.accepted import Part, Search, Sets, Simulate, inside, search_for
from sim.study.design import PROGRAM, Design, live
from sim.study.lines import ParameterLine
from sim.study.prior_posterior import prior_posterior
from sim.study.refusals import Refused
from sim.study.sentences import say
from sim.study.sets import read_ensemble
from sim.study.store import Store
from sim.study.study import Study
from sim.study.targets import Output, Target, Targets, fitted
from sim.study.targets_met import ensemble_table, held_out_table, pairs_table, targets_table, waves_table
from sim.study.watching import watched
from sim.study.worlds import NO_PROGRAM

FIRST = 2  # runs of every set
SURE = 3  # standard deviations of the number referred by which runs are enough for the women asked for
WAVE, BATCH = 8, 4  # the first wave is at most this part of all draws, and a batch of the second this part of the first
Levers = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Remembered(Design):
    """Rows that live the very runs they once lived, at other places of a larger design. Its blocks are not kept."""

    places: tuple[int, ...] = ()

    def luck(self, first: int, last: int) -> np.ndarray:
        before = np.array(self.places[first:last])[:, None] * self.replications
        return np.asarray(before + np.arange(1, self.replications + 1))


@dataclass(frozen=True)
class Asked:
    """What is calibrated: a study and the targets it is held against."""

    study: Study
    targets: Targets

    @cached_property
    def drawn(self) -> dict[str, ParameterLine]:
        """Every parameter that is drawn, by its key."""
        lines = self.study.parameter_lines
        every = {f"parameters.{file}.{name}": line for file, names in lines.items() for name, line in names.items()}
        return {key: line for key, line in every.items() if not line.fixed and line.range[0] < line.range[1]}

    @property
    def ranges(self) -> dict[str, tuple[float, float]]:
        return {key: line.range for key, line in self.drawn.items()}

    @property
    def fitted(self) -> dict[str, Target]:
        return fitted(self.targets)

    @property
    def outputs(self) -> list[Output]:
        """Of the fitted targets."""
        return [target.outputs[0] for target in self.fitted.values()]

    @property
    def others(self) -> list[Output]:
        """Of all other targets."""
        return [output for target in self.targets.values() if target.use != "fitted" for output in target.outputs]

    @property
    def bands(self) -> np.ndarray:
        """Of the fitted targets, (T, 2)."""
        return np.array([target.band for target in self.fitted.values()])

    def runs(self, women: int) -> int:
        """Runs in which, but for rare luck, at least so many women are referred."""
        cohort = self.study.cohort
        expected = cohort.referred or cohort.referrals_per_week * cohort.weeks
        return next(runs for runs in range(1, 10**6) if runs * expected - SURE * sqrt(runs * expected) >= women)

    def parts(self, outputs: Sequence[Output], store: Store) -> list[Part]:
        """Outputs under the same levers are lived together."""
        groups: dict[Levers, list[int]] = {}
        for column, output in enumerate(outputs):
            groups.setdefault(output.levers, []).append(column)
        return [Part(some, simulator(self, [outputs[column] for column in some], store)) for some in groups.values()]


def simulator(asked: Asked, outputs: Sequence[Output], store: Store, places: tuple[int, ...] = ()) -> Simulate:
    """The model as history matching asks it, for outputs under the same levers; with `places`, each set's luck is what
    it was at that place."""
    names = [*dict.fromkeys(output.outcome for output in outputs)]
    twin = any(output.world == NO_PROGRAM for output in outputs)
    columns = [(int(output.world != PROGRAM), names.index(output.outcome)) for output in outputs]

    def simulate(points: np.ndarray, runs: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
        study = asked.study.model_copy(update={"seed": seed % 2**32})
        rows = pd.DataFrame(points, columns=[*asked.ranges]).assign(**dict(outputs[0].levers))
        about = (study, rows, runs, False, twin)
        with watched(len(rows) * runs) as heard:
            table = live(Remembered(*about, places=places) if places else Design(*about), names, store, heard)
        shape = (len(rows), 1 + twin, runs, len(names))  # the order of the table's rows
        found = [table[name].to_numpy(float).reshape(shape) for name in ("value", "count")]
        values, counts = (np.stack([part[:, world, :, name] for world, name in columns], axis=2) for part in found)
        return values, counts

    return simulate


def calibrate(
    asked: Asked, draws: int, sets: int, women: int, store: Store, told: Callable[..., Any] = lambda **what: None
) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    """The tables of a calibration by name, and what its record says of it. draws: sets tried at most, sets: those that
    are enough, women: referred in the runs by which a set is judged."""
    low, high = np.array([*asked.ranges.values()]).T
    runs, first = asked.runs(women), 2 ** max(2, int(log2(max(1, draws // WAVE))))
    search = Search(
        low, high, asked.bands, asked.parts(asked.outputs, store), (FIRST, max(1, runs // 3)), runs,
        first, first // BATCH, draws, sets, seed=asked.study.seed, told=told,
    )  # fmt: skip
    found = search_for(search)
    ensemble = ensemble_table([*asked.ranges], [*asked.fitted], found)
    others = lived_for_kept(asked, ensemble, asked.others, runs, store)
    prior = found.batches[0].tried.means
    tables = {
        "ensemble": ensemble,
        "waves": waves_table([*asked.fitted], found),
        "pairs": pairs_table([*asked.fitted], asked.bands, prior),
        "targets": targets_table(asked.targets, prior, ensemble, others),
        "prior_posterior": prior_posterior(low, high, ensemble[[*asked.ranges]]),
        "held_out": held_out(asked, ensemble, runs, store),
    }
    about = {
        "sets": len(ensemble), "tried": len(tables["waves"]), "first_wave": first, "wanted": sets, "women": women,
        "stages": list(search.stages), "runs": runs, "cut": search.cut,
        "judged": sum(len(batch.judged) for batch in found.batches),
        "not_confirmed": int(sum((~batch.confirmed).sum() for batch in found.batches)),
        "again": len(found.wrongly), "wrongly_dropped": int(found.wrongly.sum()),
        "box": {key: [float(a), float(b)] for key, a, b in zip(asked.ranges, *found.box, strict=True)},
        **held_against(asked),
    }  # fmt: skip
    return tables, about


def held_against(asked: Asked) -> dict[str, Any]:
    """What decides whether an ensemble can be tested again: the ranges it was drawn from, and its targets."""
    return {
        "ranges": {key: list(ends) for key, ends in asked.ranges.items()},
        "targets": {name: target.model_dump(mode="json") for name, target in asked.targets.items()},
    }


def held_out(asked: Asked, ensemble: pd.DataFrame, runs: int, store: Store) -> pd.DataFrame:
    """The patterns that nothing is tuned to, for the sets that are kept; followed for as long as each asks."""
    have = asked.study.cohort.follow_up_weeks
    outputs = [
        Output(outcome.name, world, (("cohort.follow_up_weeks", float(outcome.weeks)),) if outcome.weeks > have else ())
        for world in (PROGRAM, NO_PROGRAM)
        for outcome in HELD_OUT
    ]
    lived = lived_for_kept(asked, ensemble, outputs, runs, store)
    return held_out_table({(output.outcome, output.world): values for output, values in lived.items()})


def lived_for_kept(
    asked: Asked, ensemble: pd.DataFrame, outputs: Sequence[Output], runs: int, store: Store
) -> Mapping[Output, np.ndarray]:
    """Outputs that did not decide which sets are kept, of those sets: the mean of each (K,), by output."""
    sets = Sets(ensemble[[*asked.ranges]].to_numpy(), len(outputs))
    for part in asked.parts(outputs, store) if len(ensemble) else ():
        sets.lived(np.arange(len(ensemble)), part, runs, asked.study.seed)
    return dict(zip(outputs, sets.means.T, strict=True))


def retest(folder: Path, study: Study) -> tuple[pd.DataFrame, Asked, Mapping[str, Any]]:
    """The sets of this ensemble that lie inside all bands under today's model, on the very luck by which they were
    judged, so that only what the model changed moves them; what they are held against; and the folder's record."""
    ensemble, record, _ = read_ensemble(folder, of_any_model=True)
    about = record["calibration"]
    asked = Asked(study, {name: Target.model_validate(one) for name, one in about["targets"].items()})
    if held_against(asked)["ranges"] != about["ranges"]:
        raise Refused(say("calibration.other_ranges", folder=folder))
    names, nowhere = [*asked.fitted], Store(None)
    for seed, rows in ensemble.groupby("seed"):
        sets = Sets(rows[[*asked.ranges]].to_numpy(), len(names))
        for columns, _ in asked.parts(asked.outputs, nowhere):
            places = tuple(rows[f"place_{names[columns[0]]}"])
            simulate = simulator(asked, [asked.outputs[column] for column in columns], nowhere, places)
            sets.lived(np.arange(len(rows)), Part(columns, simulate), about["runs"], int(str(seed)))
        ensemble.loc[rows.index, names] = sets.means
    kept = np.flatnonzero(inside(ensemble[names].to_numpy(), asked.bands).all(axis=1))
    return ensemble.iloc[kept].reset_index(drop=True), asked, record
