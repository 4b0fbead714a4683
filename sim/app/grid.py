"""Plans that were run before anybody asks: every combination of a few levers, and every named scenario. They are kept
beside the configurations, sealed, and are answered at once for as long as model and settings are the same."""

import hashlib
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import sim.program
from sim.app import answers
from sim.app.answers import OUTCOMES, Lived, answer_of, bands, live, moved
from sim.app.codes import code_of, plan_of_code
from sim.app.levers import INTAKE, SLIDERS, Base, Plan
from sim.measures.outcomes import NAMED
from sim.program import words as w
from sim.study.door import release
from sim.study.files import Damaged, complete, filling, read_table, seal, sealed, unchanged, write_table
from sim.study.places import configs
from sim.study.refusals import Refused
from sim.study.sentences import say
from sim.study.sets import drawn_from
from sim.study.simulate import cores, decided_by
from sim.study.store import Key, Store, Tables, fingerprint

KEPT = Path("grid", "exit_doors_here")  # beside the other configurations
FORMAT = 1
RUNS = 200  # of each plan: half as many parameter sets, and the file stays small enough to hand out
LEVELS: Mapping[str, Sequence[float]] = {
    "staffing.case_managers": (1, 2, 3, 4),
    "drop_in.sessions_per_week": (0, 1, 2),
    "linking.warm_share": (0.5, 1),
    "community.rent_supplements": (2, 8),
    INTAKE: (16, 30),
}
WOMEN, WAITED = "women", "waited"
Levels = Mapping[str, Sequence[float]]


@dataclass(frozen=True)
class Grid:
    """Plans with their tables, by place: values (a row for each run), months and flows. stale: why there are none."""

    base: Base
    levels: Levels
    runs: int
    plans: tuple[Plan, ...]
    tables: Tables
    stale: str = ""

    @cached_property
    def places(self) -> dict[str, int]:
        """Where each plan is, by its identity."""
        return {self.base.identity(plan): place for place, plan in reversed([*enumerate(self.plans)])}

    @cached_property
    def _parts(self) -> dict[str, dict[Any, pd.DataFrame]]:
        return {name: dict([*table.groupby("plan", observed=True)]) for name, table in self.tables.items()}

    def answer(self, plan: Plan) -> dict[str, Any] | None:
        """The answer of a plan that was run, under the name by which it is asked; None where it was not."""
        place = self.places.get(self.base.identity(plan))
        if place is None:
            return None
        values = self._parts["values"][place]
        columns = ([*OUTCOMES], [f"{WOMEN} {need}" for need in w.NEEDS], [f"{WAITED} {need}" for need in w.NEEDS])
        of_outcomes, women, waited = (values[names].to_numpy(np.float32) for names in columns)
        months, moves = (self._parts[name][place].drop(columns="plan") for name in ("months", "flows"))
        lived = Lived(of_outcomes, women, waited, {}, {})
        return answer_of(self.base, plan, lived, self.runs, True, kept=(months, moves))

    def told(self) -> dict[str, Any]:
        """As the page has it."""
        plans = [self.answer(plan) for plan in self.plans]
        levels = {key: [*values] for key, values in self.levels.items()}
        about = {"levers": [*levels], "levels": levels, "runs": self.runs, "plans": plans}
        return about | ({"stale": self.stale} if self.stale else {})


def no_grid(base: Base, stale: str = "") -> Grid:
    """No plan was run before."""
    return Grid(base, {}, 0, (), {}, stale)


def plans_of(base: Base, levels: Levels) -> tuple[Plan, ...]:
    """Every combination of these levels, all else as delivered, and the scenarios that are none of them."""
    first = base.start(next(iter(base.starts)))
    stands = {slider.key: value for slider, value in zip(SLIDERS, first.levers, strict=True)}
    each = ({**stands, **dict(zip(levels, values, strict=True))} for values in product(*levels.values()))
    plans = [base.normal(Plan(first.scenario, tuple(map(float, values.values())), first.other)) for values in each]
    every = {base.identity(plan): plan for plan in (*(base.start(name) for name in base.starts), *plans)}
    return tuple(every.values())


def lived_grid(
    base: Base, levels: Levels = LEVELS, runs: int = RUNS, store: Store = Store(None),  # noqa: B008
    heard: Callable[[int], Any] = lambda runs: None,
) -> Grid:  # fmt: skip
    """The grid, lived; plans in the store are taken from it, and `heard` hears how many more runs are there."""
    plans, blocks = plans_of(base, levels), dict[int, Tables]()
    with ThreadPoolExecutor(cores(base.study.threads)) as pool:
        try:
            working = {pool.submit(_block, base, plan, runs, store): place for place, plan in enumerate(plans)}
            for done in as_completed(working):
                blocks[working[done]] = done.result()
                heard(runs)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    tables = {name: pd.concat([*_placed(blocks, name)], ignore_index=True) for name in blocks[0]}
    return Grid(base, levels, runs, plans, tables)


def _placed(blocks: Mapping[int, Tables], name: str) -> Iterator[pd.DataFrame]:
    for place in sorted(blocks):
        yield blocks[place][name].assign(plan=np.int16(place))


def _block(base: Base, plan: Plan, runs: int, store: Store) -> Tables:
    """The tables of one plan."""
    study = base.study_of(plan)
    about = decided_by(study, study.plan, [NAMED[name] for name in OUTCOMES])
    key = {**about, "runs": runs, "read_off": _text_of_answers()}
    if found := store.get(key):
        return found
    lived = live(study, 1, runs)
    values = pd.DataFrame(lived.values, columns=[*OUTCOMES])
    for place, need in enumerate(w.NEEDS):
        values[f"{WOMEN} {need}"] = lived.women[:, place].astype(np.int16)
        values[f"{WAITED} {need}"] = lived.waited[:, place]
    months, flows = bands(lived), moved(lived)
    small = dict.fromkeys(("mean", "low", "high"), np.float32)
    tables = {"values": values, "months": months.astype({"month": np.int16, **small}), "flows": flows}
    store.put(key, tables)
    return tables


def _text_of_answers() -> str:
    return hashlib.sha256(Path(str(answers.__file__)).read_bytes()).hexdigest()


def decided(base: Base, plans: Sequence[Plan]) -> str:
    """A name for everything that decides the answers of these plans, the model's rules by their published numbers."""
    study = base.study
    about: Key = {
        "model": sim.program.digest(),
        "plans": [base.identity(plan) for plan in plans],
        "edges": study.edges,
        "seed": study.seed,
        "drawn": drawn_from(study),
        "parameters": [(p.name, p.value, p.low, p.high, p.scale) for p in study.parameters],
    }
    return fingerprint(about)


def keep(grid: Grid, folder: Path) -> None:
    """The grid in this folder, instead of what was there."""
    with filling(folder.with_name(f"{folder.name}_new")) as filled:
        for name, table in grid.tables.items():
            write_table(table, filled.folder / f"{name}.parquet")
        about = {"format": FORMAT, "command": "pathways page page.grid=again", "model": sim.program.digest()}
        levels = {key: [*values] for key, values in grid.levels.items()}
        about |= {"version": release(), "decided": decided(grid.base, grid.plans), "runs": grid.runs, "levels": levels}
        seal(filled.folder, about | {"plans": [code_of(plan) for plan in grid.plans]})
    shutil.rmtree(folder, ignore_errors=True)
    filled.place.rename(folder)


def read_grid(base: Base, folder: Path | None = None) -> Grid:
    """The grid that is kept; none, with the reason, where there is none, a byte of it has changed, or it was made with
    another model or other settings."""
    folder = folder or configs() / KEPT
    try:
        record = sealed(folder)
        complete(folder, record)
        plans = tuple(map(plan_of_code, record["plans"]))
        if record["format"] != FORMAT or record["decided"] != decided(base, plans):
            return no_grid(base, say("app.other_grid", theirs=record["model"], ours=sim.program.digest()))
        files = {name.removesuffix(".parquet"): unchanged(folder, record, name) for name in record["files"]}
    except (Damaged, OSError, KeyError, Refused):
        return no_grid(base, say("app.damaged_grid", folder=KEPT.as_posix()))
    tables = {name: read_table(content) for name, content in files.items()}
    return Grid(base, record["levels"], record["runs"], plans, tables)
