"""What came of a calibration, as tables: the sets that are kept, all that were tried, how every target was met, and
which targets ask for different sets."""

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from sim.measures.outcomes import NAMED
from sim.measures.target_list import HELD_OUT
from sim.study.accepted import Matched, inside
from sim.study.design import PROGRAM
from sim.study.sentences import say
from sim.study.targets import Output, Targets, fitted
from sim.study.worlds import NO_PROGRAM

LOW, HIGH = 0.05, 0.95
COLUMNS = (
    "target use band_low band_high definition taken_over outcome world unit prior_inside inside mean low high"
).split()  # of the table of targets, whatever targets there are


def ensemble_table(parameters: Sequence[str], names: Sequence[str], found: Matched) -> pd.DataFrame:
    """A row for each set that is kept: its parameters, the outputs by which it was judged, and the luck it had then: a
    seed, and its place for every target."""
    points = pd.DataFrame(found.points, columns=list(parameters))
    means = pd.DataFrame(found.means, columns=list(names))
    places = np.vstack([batch.fresh.places[batch.kept] for batch in found.batches])
    luck = pd.DataFrame(places, columns=[f"place_{name}" for name in names])
    seeds = np.concatenate([np.full(len(batch.kept), batch.seed) for batch in found.batches])
    return pd.concat([points, means, luck], axis=1).assign(seed=seeds)


def waves_table(names: Sequence[str], found: Matched) -> pd.DataFrame:
    """A row for each set tried: its wave, the step at which it was dropped (0: never), whether it was kept, and its
    outputs as far as it was lived. Its parameters follow from the seed."""
    frames = []
    for batch in found.batches:
        table = pd.DataFrame(batch.tried.means.astype(np.float32), columns=list(names))
        kept = np.isin(np.arange(len(table)), batch.judged[batch.kept])
        table.insert(0, "kept", kept)
        table.insert(0, "dropped", batch.dropped)
        table.insert(0, "wave", batch.wave)
        frames.append(table)
    return pd.concat(frames, ignore_index=True)


def pairs_table(names: Sequence[str], bands: np.ndarray, prior: np.ndarray) -> pd.DataFrame:
    """For each pair of targets the share of the first wave's sets inside one band, the other, and both, and how many
    times as many these are as if the two had nothing to do with each other; the lowest first. As far as each set was
    lived."""
    good = inside(prior, bands)
    share = good.mean(axis=0)
    rows = []
    for a, b in combinations(range(len(names)), 2):
        both, apart = (good[:, a] & good[:, b]).mean(), share[a] * share[b]
        rows.append((names[a], names[b], share[a], share[b], both, both / apart if apart else np.nan))
    table = pd.DataFrame(rows, columns=["one", "other", "inside_one", "inside_other", "inside_both", "ratio"])
    return table.sort_values("ratio", kind="stable", ignore_index=True)


def targets_table(
    targets: Targets, prior: np.ndarray | None, ensemble: pd.DataFrame, others: Mapping[Output, np.ndarray]
) -> pd.DataFrame:
    """A row for each output of every target: its band, the share inside it of the first wave's sets (as far as each was
    lived) and of the kept sets, and the kept sets' mean and 5th to 95th percentile. Of a check, `inside` is the share
    of kept sets in which the program is higher; a row tells of all together, and its band is the share asked for."""
    rows = []
    for name, target in targets.items():
        band = np.array([target.band or (np.nan, np.nan)])
        about, higher = {"target": name, "use": target.use, "band_low": band[0, 0], "band_high": band[0, 1]}, []
        about |= {"definition": target.definition, "taken_over": target.population}
        for output in target.outputs:
            row = {**about, "outcome": output.outcome, "world": output.world, "unit": NAMED[output.outcome].unit}
            kept = ensemble[name].to_numpy() if target.use == "fitted" else others[output]
            if target.use == "fitted" and prior is not None:
                row["prior_inside"] = inside(prior[:, [[*fitted(targets)].index(name)]], band).mean()
            if target.band is not None:
                row["inside"] = _share(inside(kept[:, None], band))
            elif target.use == "check" and output.world == PROGRAM:
                higher.append(kept > others[output._replace(world=NO_PROGRAM)])
                row["inside"] = _share(higher[-1])
            rows.append(row | _spread(kept))
        if higher:
            rows.append(
                {**about, "outcome": "all", "band_low": target.share_of_sets, "inside": _share(np.all(higher, axis=0))}
            )
    return pd.DataFrame(rows, columns=COLUMNS)


def held_out_table(values: Mapping[tuple[str, str], np.ndarray]) -> pd.DataFrame:
    """The five patterns that nothing is tuned to: pattern, scenario, unit, and over parameter sets the mean and the 5th
    to 95th percentile. values: each held-out outcome in both worlds, a number for each set. There are no published
    values here to compare with."""
    odds = {key: _ratio(value, 1 - value) for key, value in values.items()}
    rows = []
    for world in (PROGRAM, NO_PROGRAM):
        rates = [values[f"h1_stops_{name}_housing", world] for name in ("without", "with")]
        rows.append((say("calibration.held_out.stopping"), world, say("calibration.held_out.ratio"), _ratio(*rates)))
    for outcome in HELD_OUT:
        if outcome.name.startswith("h4"):
            against = say("calibration.held_out.against", one=PROGRAM, other=NO_PROGRAM)
            pattern = say("calibration.held_out.odds", what=outcome.formula)
            ratio = _ratio(odds[outcome.name, PROGRAM], odds[outcome.name, NO_PROGRAM])
            rows.append((pattern, against, say("calibration.held_out.ratio"), ratio))
        elif not outcome.name.startswith("h1"):
            worlds = (NO_PROGRAM,) if outcome.name.startswith("h5") else (PROGRAM, NO_PROGRAM)
            rows += [(outcome.formula, world, outcome.unit, values[outcome.name, world]) for world in worlds]
    about = ("pattern", "scenario", "unit")
    return pd.DataFrame([dict(zip(about, row[:3], strict=True)) | _spread(row[3]) for row in rows])


def _ratio(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return np.asarray(np.divide(one, other, out=np.full(len(one), np.nan), where=other > 0))


def _share(good: np.ndarray) -> float:
    return float(good.mean()) if good.size else np.nan


def _spread(values: np.ndarray) -> dict[str, float]:
    known = values[~np.isnan(values)]
    low, high = np.quantile(known, [LOW, HIGH]) if len(known) else (np.nan, np.nan)
    return {"mean": float(known.mean()) if len(known) else np.nan, "low": float(low), "high": float(high)}
