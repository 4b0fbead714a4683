"""`pathways page`: the page as one file that works without a server and without internet, with plans that were run
before, programs to watch and the lessons in it."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from sim.app.grid import KEPT, LEVELS, RUNS, Grid, keep, lived_grid, plans_of, read_grid
from sim.app.island import island
from sim.app.levers import Base, Plan
from sim.app.one_file import page_text
from sim.app.own_file import base_of
from sim.app.watched import watch_of
from sim.study.places import configs
from sim.study.record import RESULTS
from sim.study.refusals import Refused, plain
from sim.study.sentences import say
from sim.study.store import Store
from sim.study.watching import watched

FILE = "pathways.html"
TO_WATCH = ("as_delivered", "no_drop_in", "one_more_case_manager")
BLOCKS = RESULTS / ".blocks"
MIB = 2**20


def page_main(words: Sequence[str], own: Mapping[str, str], command: str) -> int:
    """Writes the file, and says how large it is and how to hand it out: 0. Nothing that is there is written over."""
    asked = dict(word.partition("=")[::2] for word in words)
    out = Path(asked.get("out", FILE))
    base, first = base_of(words)
    if out.exists():
        raise Refused(say("door.exists", file=plain(str(out))))
    grid = _grid(base, own.get("grid") == "again")
    text = file_text(base, grid, [base.start(name) for name in TO_WATCH])
    try:
        with open(out, "x", encoding="utf-8", newline="") as page:
            page.write(text)
    except OSError as problem:
        sentence = "door.exists" if isinstance(problem, FileExistsError) else "door.not_written"
        raise Refused(say(sentence, file=plain(str(out)))) from None
    size = out.stat().st_size / MIB
    print(say("app.written", file=out, size=f"{size:.1f}", plans=len(grid.plans), runs=grid.runs, watch=len(TO_WATCH)))
    if first:
        print(say("app.open_at", address=f"{out.resolve().as_uri()}{first}"))
    return 0


def file_text(base: Base, grid: Grid, watch: Iterable[Plan] = (), replication: int = 1) -> str:
    """The page with these plans that were run, and these to be watched in one run."""
    programs = [watch_of(base, plan, replication) for plan in watch]
    return page_text(island(base, "file", grid.told(), programs), served=False)


def _grid(base: Base, again: bool) -> Grid:
    """The grid that is kept; lived where other settings are asked for; kept anew where that is asked for."""
    grid = read_grid(base)
    if not again and not grid.stale:
        return grid
    if not again and not base.changes:
        raise Refused(grid.stale)
    plans = plans_of(base, LEVELS)
    print(say("app.living", plans=len(plans), runs=RUNS), file=sys.stderr, flush=True)
    store = Store(base.study.store or BLOCKS)
    with watched(len(plans) * RUNS) as heard:
        grid = lived_grid(base, LEVELS, RUNS, store, heard)
    if again and not base.changes:
        keep(grid, configs() / KEPT)
    return grid
