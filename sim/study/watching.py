"""Watching long work: a bar in terminals and notebooks, a plain log elsewhere; and how large a study is, before it
starts in earnest."""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import pandas as pd
from tqdm.auto import tqdm

from sim.measures.weekly import KEPT_BY_WEEK
from sim.study.refusals import Refused
from sim.study.sentences import say
from sim.study.simulate import A_BLOCK, Engine, simulate
from sim.study.worlds import World

LARGE, CONFIRMED = 20_000, 1_000_000  # program-runs from which the size is told, and from which it is asked about
A_LINE = 30  # seconds between two lines of a log
ALL_RUNS = ("outcomes", "differences")  # tables that grow with every run
GIB, TWICE = 2**30, 2  # in blocks, and in the results
LINE = "{n_fmt} of {total_fmt}{unit}, {rate_fmt}, {elapsed} so far, {remaining} left"


class Log(tqdm):  # type: ignore[type-arg]
    """Progress as lines, for whoever reads it later."""

    def display(self, msg: str | None = None, pos: int | None = None) -> None:
        """One line more."""
        print(self.format_meter(**self.format_dict), file=sys.stderr, flush=True)


@contextmanager
def watched(total: int) -> Iterator[Callable[[int], Any]]:
    """What to call with each number of runs that are there."""
    unit = f" {say('summary.runs')}"
    if sys.stderr.isatty() or "ipykernel" in sys.modules:
        with tqdm(total=total, unit=unit, leave=False) as bar:
            yield bar.update
    else:
        with Log(total=total, unit=unit, mininterval=A_LINE, delay=A_LINE, bar_format=LINE) as log:
            yield log.update


def weigh(worlds: Sequence[World], engine: Engine, confirmed: bool) -> None:
    """Says how large a large study is, by a pilot of its first runs, lived again later; Refused where it is very large
    and nobody has said that this is meant."""
    runs = sum(world.study.replications for world in worlds)
    if runs <= LARGE:
        return
    pilot = [world._replace(study=world.study.model_copy(update={"replications": A_BLOCK})) for world in worlds[:3]]
    before = time.monotonic()
    tables = simulate(pilot, engine)
    share = runs / (A_BLOCK * len(pilot))
    minutes = share * (time.monotonic() - before) / 60
    size = sum(
        _size(table) * (share if name in ALL_RUNS else min(share, KEPT_BY_WEEK / A_BLOCK))
        for name, table in tables.items()
    )
    about = {"runs": runs, "blocks": -(-runs // A_BLOCK), "disk": TWICE * size / GIB, "minutes": minutes}
    print(say("store.size", **about), file=sys.stderr, flush=True)
    if runs > CONFIRMED and not confirmed:
        if not (sys.stdin.isatty() and input(say("store.go_on")).strip().lower() in ("y", "yes")):
            raise Refused(say("store.unconfirmed", runs=runs, limit=CONFIRMED))


def _size(table: pd.DataFrame) -> int:
    """Bytes of a table on the disk."""
    buffer = BytesIO()
    table.to_parquet(buffer, compression="zstd")
    return buffer.tell()
