"""The tables of tipping points: a row for each assumption, cost and what one woman more is worth, with where the choice
flips and where the assumption stands today."""

import hashlib
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.measures.costs import dollars
from sim.measures.lives import Lives
from sim.measures.outcomes import outcomes_of
from sim.study.asked import choose
from sim.study.decision import COST, Choice, all_at_once, in_words
from sim.study.design import Design, read_off
from sim.study.lines import CostLine
from sim.study.own_keys import VERB_KEYS
from sim.study.pairs import half_widths
from sim.study.sets import ASSUMPTION, IN_A_ROW, badges, ensemble_of, numbers_of
from sim.study.simulate import A_BLOCK
from sim.study.store import Store
from sim.study.study import Study
from sim.study.tables import HIGH, LOW
from sim.study.tipping_points import FLIPS, STAYS, UNDECIDED, Flip, Search, middle_of, solved

WORTH = VERB_KEYS["tipping.worth"]
ONE_OVER = ("contact_hours_of_a_post",)  # costs: what a run costs is linear in one over these, in the others themselves
WORLDS = 400  # draws that show where an assumption stands where no sets are accepted
WHERE = ("low", "middle", "high")
Prices = Mapping[str, np.ndarray]


def as_it_is(
    choice: Choice, runs: int, store: Store, heard: Callable[[int], Any]
) -> tuple[np.ndarray, np.ndarray, Prices]:
    """Women and CAD a year with every assumption as it is, (runs, 2); and CAD a year with each cost at both ends of its
    range, (2, runs, 2), by the name of the cost."""
    priced = {name: line.range for name, line in _costs(choice).items()} if choice.worth else {}
    text = hashlib.sha256(Path(__file__).read_bytes().replace(b"\r\n", b"\n")).hexdigest()  # of how a run is read here
    alone = [study.model_copy(update={"threads": 1}) for study in choice.studies]
    outcomes = choose([choice.outcome, COST], int(choice.studies[0].cohort.follow_up_weeks))

    def one(job: tuple[int, Study]) -> pd.DataFrame:
        first, study = job
        design = Design(study, pd.DataFrame(index=range(1)), min(A_BLOCK, runs - first), after=first)
        read, how = partial(_read, choice, study, outcomes, priced), {"priced": priced, "by": text}
        return read_off(design, read, outcomes, how, ("replication",), store, heard)

    blocks = all_at_once(choice.studies[0], one, [(first, of) for of in alone for first in range(0, runs, A_BLOCK)])
    half = len(blocks) // 2
    found = [pd.concat(part, ignore_index=True) for part in (blocks[:half], blocks[half:])]
    columns = {name: np.stack([table[name].to_numpy() for table in found], axis=1) for name in found[0]}
    prices = {name: np.stack([columns[f"{name} {end}"] for end in ("low", "high")]) for name in priced}
    return columns["women"], columns["cost"], prices


def _read(
    choice: Choice, study: Study, outcomes: Any, priced: Mapping[str, tuple[float, float]],
    lives: Lives, twins: Lives | None, at: np.ndarray,
) -> pd.DataFrame:  # fmt: skip
    """Of each run women and CAD a year, and CAD a year with each cost at either end."""
    told = outcomes_of(lives, outcomes)
    values, counts = (told[name].to_numpy().reshape(-1, len(outcomes)) for name in ("value", "count"))
    table = {"replication": lives.runs.replications, "women": np.nan_to_num(values[:, 0]) * counts[:, 0] / choice.years}
    table["cost"] = values[:, 1]
    for name, ends in priced.items():
        for end, price in zip(("low", "high"), ends, strict=True):
            cost = dollars(lives.runs, lives.plan, {**study.costs, name: price})
            table[f"{name} {end}"] = cost / choice.years
    return pd.DataFrame(table)


def _costs(choice: Choice) -> dict[str, CostLine]:
    """The costs that have a range."""
    lines = choice.studies[0].cost_lines.forward()
    return {name: line for name, line in lines.items() if line.range[0] < line.range[1]}


def point_table(choice: Choice, found: Search, ranges: Mapping[str, tuple[float, float]]) -> pd.DataFrame:
    """A row for each assumption (two where the choice flips twice): its range, what B gives more than A at its ends and
    middle, whether and where the choice flips, and where the accepted sets stand."""
    study, rows = choice.studies[0], []
    ensemble = ensemble_of(study)
    number = len(ensemble.sets) if ensemble else WORLDS
    now, known = numbers_of(study, 1 + IN_A_ROW * np.arange(number)), badges(study)
    lines = dict(zip(study.parameter_keys, study.parameters, strict=True))
    for key, ends in ranges.items():
        p, looks = lines[key], [found.look(key, value) for value in middle_of(*ends)]
        row = {"kind": "parameter", "name": p.name, "unit": p.unit, "low": ends[0], "high": ends[1]}
        for where, look in zip(WHERE, looks, strict=True):
            row |= {f"at_{where}": look.mean, f"at_{where}_half_width": look.half}
        unclear = " ".join(where for where, look in zip(WHERE, looks, strict=True) if not look.sign)
        row |= {"told": found.told(key, middle_of(*ends)), "undecided_at": unclear}
        row |= {f"now_{name}": np.quantile(now[p.name], q) for name, q in zip(WHERE, (LOW, 0.5, HIGH), strict=True)}
        about = {"badge": known[p.name], "meaning": in_words(key, p.meaning)}
        flips: list[Flip | None] = [*found.flips(key)] or [None]
        rows += [{**row, **_flip(flip, now[p.name]), **about} for flip in flips]
    return pd.DataFrame(rows)


def _flip(flip: Flip | None, now: np.ndarray | None) -> dict[str, Any]:
    if flip is None:
        return {"value": np.nan, "bracket_low": np.nan, "bracket_high": np.nan, "above": "", "now_above": np.nan}
    share = np.nan if now is None else float((now > flip.value).mean())
    ends = {"value": flip.value, "bracket_low": flip.low, "bracket_high": flip.high}
    return {**ends, "above": "B" if flip.above > 0 else "A", "now_above": share}


def price_table(
    choice: Choice, women: np.ndarray, cost: np.ndarray, prices: Prices, sets: np.ndarray | None
) -> pd.DataFrame:
    """A row for each cost, and one for what one woman more is worth: the same, solved, because each run's cost is
    linear in each cost."""
    more, dearer = women[:, 1] - women[:, 0], cost[:, 1] - cost[:, 0]
    ends = (WORTH.low, WORTH.high)
    about = {"unit": "CAD a year", "low": ends[0], "high": ends[1], "badge": ASSUMPTION, "meaning": "worth"}
    rows = [{"kind": "worth", "name": "worth", **about, **_solved(lambda worth: more - dearer / worth, ends, sets)}]
    rows[0] |= {"now_middle": choice.worth or np.nan}
    lines, standing = _costs(choice), choice.studies[0].costs
    for name, at_ends in prices.items():
        low, high = lines[name].range
        at_low, at_high = (more - (end[:, 1] - end[:, 0]) / (choice.worth or np.inf) for end in at_ends)

        def at(price: float, name: str = name, low: float = low, high: float = high,
               at_low: np.ndarray = at_low, at_high: np.ndarray = at_high) -> np.ndarray:  # fmt: skip
            x, first, last = (1 / each for each in (price, low, high)) if name in ONE_OVER else (price, low, high)
            part = (x - first) / (last - first)
            return (1 - part) * at_low + part * at_high

        line = lines[name]
        badge = ASSUMPTION  # costs are not fitted to anything
        about = {"unit": line.unit, "low": low, "high": high, "badge": badge, "meaning": line.meaning}
        rows.append(
            {"kind": "cost", "name": name, **about, "now_middle": standing[name], **_solved(at, (low, high), sets)}
        )
    return pd.DataFrame(rows)


def _solved(
    difference: Callable[[float], np.ndarray], ends: tuple[float, float], sets: np.ndarray | None
) -> dict[str, Any]:
    """What B gives more at the ends and in the middle, whether the choice flips between them, and where."""
    row: dict[str, Any] = {}
    unclear: list[str] = []
    for where, value in zip(WHERE, middle_of(*ends), strict=True):
        values = difference(value)
        mean, half = float(values.mean()), float(half_widths(values[:, None], sets)[1][0])
        row |= {f"at_{where}": mean, f"at_{where}_half_width": half}
        unclear += [where] if abs(mean) <= half else []
    flip = solved(difference, ends, sets)
    told = FLIPS if flip and not {"low", "high"} & {*unclear} else UNDECIDED if unclear else STAYS
    return {**row, "told": told, "undecided_at": " ".join(unclear), **_flip(flip if told == FLIPS else None, None)}


def look_table(found: Search) -> pd.DataFrame:
    """A row for each value that was looked at: what B gives more there, with its 95 % interval and its pairs."""
    rows = []
    for key, of in found.seen.items():
        for value in sorted(of):
            look = found.look(key, value)
            about = (key.rpartition(".")[2], value, look.mean, look.half, len(of[value]), look.sign)
            rows.append(about)
    return pd.DataFrame(rows, columns="name value more half_width pairs preferred".split())
