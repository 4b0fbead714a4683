"""The parameter sets that runs live: the accepted ones, drawn from the ranges, or the central one; and what of them the
evidence decided."""

from collections.abc import Mapping
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

import sim.program
from sim.program.parameters import Parameter, draw_numbers
from sim.program.parameters import rows_of as kernel_rows
from sim.study.files import Damaged, complete, read_table, sealed, unchanged
from sim.study.lines import ACCEPTED as ACCEPTED
from sim.study.lines import CENTRAL as CENTRAL
from sim.study.lines import RANGES as RANGES
from sim.study.places import RECORD, configs
from sim.study.refusals import Refused, plain
from sim.study.sentences import say
from sim.study.study import Study

SHIPPED = Path("ensemble", "exit_doors_here")  # the accepted sets, beside the other configurations
IN_A_ROW = 2  # runs that live the same set, so that chance can be told from parameters
EVIDENCE, ASSUMPTION = "evidence", "assumption"
ORDER = Parameter("parameter_set", 0.5, 0.0, 1.0, "", "as_is", (), "assumed", "the order in which runs take sets")


class Ensemble(NamedTuple):
    """Accepted sets, a row each and a column for each parameter by its key, with outputs beside; their record, and the
    badge of every parameter by its key."""

    sets: pd.DataFrame
    record: Mapping[str, Any]
    badges: Mapping[str, str]


def read_ensemble(folder: Path, of_any_model: bool = False) -> Ensemble:
    """The ensemble in this folder. Refused, in one line, when it is none, is not as it was written, or was made by
    another model: then the line says how to test it again."""
    try:
        record = sealed(folder)
        complete(folder, record)
        record["files"]["ensemble.parquet"]  # a folder of something else holds none
        sets = read_table(unchanged(folder, record, "ensemble.parquet"))
        badges = pd.read_csv(BytesIO(unchanged(folder, record, "prior_posterior.csv")))[["parameter", "badge"]]
        theirs = record["calibration"] and record["model"]
    except Damaged as damaged:
        raise Refused(say("calibration.damaged", file=damaged)) from None
    except (OSError, KeyError):
        raise Refused(say("calibration.no_ensemble", folder=plain(str(folder)), record=RECORD)) from None
    ours = sim.program.digest()
    if theirs != ours and not of_any_model:
        raise Refused(say("calibration.other_model", folder=folder, theirs=theirs, ours=ours))
    return Ensemble(sets, record, dict(badges.itertuples(index=False)))


@cache
def _once(folder: Path) -> Ensemble:
    """Read once in a process: every run lives the same sets."""
    ensemble = read_ensemble(folder)
    if ensemble.sets.empty:
        raise Refused(say("calibration.no_sets", folder=folder))
    return ensemble


def ensemble_of(study: Study) -> Ensemble | None:
    """The accepted sets that a study draws from, or None where it draws from ranges or stands at central values."""
    if study.parameters_from in (RANGES, CENTRAL):
        return None
    return _once(configs() / SHIPPED if study.parameters_from == ACCEPTED else Path(study.parameters_from))


def drawn_from(study: Study) -> str:
    """What decides the parameters of a study's runs: the way, or the seal of the accepted sets."""
    ensemble = ensemble_of(study)
    return str(ensemble.record["seal"]) if ensemble else study.parameters_from


def columns_of(study: Study) -> dict[str, str]:
    """The key of each parameter, by its name, that a study takes from accepted sets: not those it was given another
    range for, or that stand fixed."""
    if (ensemble := ensemble_of(study)) is None:
        return {}
    ranges = ensemble.record["calibration"]["ranges"]
    keys = {p.name: key for p, key in zip(study.parameters, study.parameter_keys, strict=True)}
    return {p.name: keys[p.name] for p in study.parameters if ranges.get(keys[p.name]) == [p.low, p.high]}


def changed(study: Study) -> list[str]:
    """Parameters of the accepted sets that a study takes from elsewhere: sets with these were not held against the
    targets."""
    ensemble = ensemble_of(study)
    return sorted({*ensemble.record["calibration"]["ranges"]} - {*columns_of(study).values()}) if ensemble else []


def set_of(study: Study, replications: np.ndarray) -> np.ndarray | None:
    """The row of the accepted set that each run lives; two runs in a row share one. None where each has its own."""
    if (ensemble := ensemble_of(study)) is None:
        return None
    number = len(ensemble.sets)
    order = np.argsort(draw_numbers([ORDER], study.seed, np.arange(1, number + 1))[ORDER.name], kind="stable")
    return np.asarray(order[(np.asarray(replications) - 1) // IN_A_ROW % number])


def numbers_of(study: Study, replications: np.ndarray) -> dict[str, np.ndarray]:
    """Each run's value of every parameter by name, in the unit people read."""
    if study.parameters_from == CENTRAL:
        return {p.name: np.full(len(replications), p.value) for p in study.parameters}
    numbers = draw_numbers(study.parameters, study.seed, replications)
    ensemble, rows = ensemble_of(study), set_of(study, replications)
    if ensemble is not None:
        numbers |= {name: ensemble.sets[key].to_numpy()[rows] for name, key in columns_of(study).items()}
    return numbers


def rows_of(study: Study, replications: np.ndarray) -> np.ndarray:
    """The kernel's parameter row of each run."""
    return kernel_rows(study.parameters, numbers_of(study, replications))


def badges(study: Study) -> dict[str, str]:
    """Each parameter's badge by its name: `evidence` where the accepted sets have narrowed it by a quarter or more,
    `assumption` elsewhere."""
    ensemble, columns = ensemble_of(study), columns_of(study)
    known = ensemble.badges if ensemble else {}
    return {p.name: known.get(columns.get(p.name, ""), ASSUMPTION) for p in study.parameters}
