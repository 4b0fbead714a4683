"""A study that is killed, or whose disk fails, at any file it opens, makes or renames: what was finished stays, nothing
half done does, and the same command ends in the same bytes as if nothing had happened."""

import errno
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace

from tqdm.auto import tqdm

import sim.ensemble
import sim.study.figures
import sim.study.simulate
from sim.study.files import complete, sealed, unchanged
from sim.study.refusals import Refused
from sim.study.run import make
from sim.study.settings import load_study
from trust.check import Check, Found

POINTS, A_PART = 200, 10  # of each kind: killed, and each fault of the disk
FAULTS = (errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EIO)
SETTINGS = ("replications=12", "cohort.weeks=20", "cohort.follow_up_weeks=30", "threads=1")
REFUSED, OTHERWISE = 3, 4  # exit codes of a child that said one line, and of one that did not
FOR_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def make_in(folder: Path) -> Path:
    """The results of a small study in blocks of four runs, whose blocks and results are in this folder."""
    words = (*SETTINGS, f"out={folder / 'results'}", f"store={folder / 'blocks'}")
    return make([load_study(*words)], "pathways")[0]


def small_blocks() -> None:
    """Blocks of four runs, and no pictures: they would only be more files."""
    tqdm.set_lock(threading.RLock())  # the usual one, shared among processes, outlives one that is killed
    sim.study.simulate.A_BLOCK = sim.ensemble.A_CHUNK = 4
    sim.study.figures.draw_all = lambda *about, **more: []


def in_a_child(act: Callable[[], int]) -> int:
    """How a forked process ended that did this: its exit code, or minus the signal that ended it."""
    child = os.fork()
    if child == 0:
        code = OTHERWISE
        try:
            code = act()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def struck(folder: Path, at: int, strike: Callable[[bool], None]) -> int:
    """How the study ends when, from its file operation of this number on, `strike` is called at each with whether it
    writes. Their number is left in a file `count` beside the folder."""
    seen = SimpleNamespace(number=0)

    def hook(event: str, about: tuple[object, ...]) -> None:
        if event in ("open", "os.mkdir", "os.rename") and str(about[0]).startswith(str(folder)):
            seen.number += 1
            if seen.number >= at > 0:
                strike(event != "open" or bool(int(about[2]) & FOR_WRITING))  # type: ignore[call-overload]

    def act() -> int:
        sys.stderr = open(os.devnull, "w")
        sys.addaudithook(hook)
        try:
            make_in(folder)
        except Refused as refused:
            return REFUSED if len(refused.problems) == 1 and "\n" not in refused.problems[0] else OTHERWISE
        folder.with_name("count").write_text(str(seen.number))
        return 0

    return in_a_child(act)


def kill(writes: bool) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def fail(code: int) -> Callable[[bool], None]:
    """A disk that can no longer be written: every write fails, and reading does not."""

    def strike(writes: bool) -> None:
        if writes:
            raise OSError(code, os.strerror(code))

    return strike


STRIKES = {"killed": (kill, -signal.SIGKILL)} | {os.strerror(code): (fail(code), REFUSED) for code in FAULTS}


def whole(folder: Path) -> bool:
    """A folder as it was written; Damaged, or no such file, where it is not."""
    record = sealed(folder)
    complete(folder, record)
    return all(unchanged(folder, record, name) for name in record["files"])


def blocks_in(folder: Path) -> dict[str, float]:
    """Every block, each byte of it as it was written, with the time it was made."""
    places = sorted(folder.glob("blocks/*/[!.]*"))
    for place in places:
        whole(place)
    return {place.name: place.stat().st_mtime_ns for place in places}


def bytes_of(results: Path) -> dict[str, bytes]:
    """The tables of a results folder."""
    return {path.name: path.read_bytes() for path in sorted((results / "tables").iterdir())}


def tried(cases: Sequence[tuple[int, str]]) -> Found:
    """Studies struck at these of POINTS points, by name of what struck them."""
    small_blocks()
    with tempfile.TemporaryDirectory() as place:
        unbroken = Path(place) / "unbroken"
        assert struck(unbroken, 0, kill) == 0
        operations = int((Path(place) / "count").read_text())
        expected, all_blocks = bytes_of(unbroken / "results"), set(blocks_in(unbroken))
        wrong = []
        for point, name in cases:
            strike, code = STRIKES[name]
            folder = Path(place) / f"{point}_{name.replace(' ', '_')}"
            ended = struck(folder, 1 + point * operations // POINTS, strike)
            before = blocks_in(folder)
            left = [path.name for path in folder.glob("**/.*")] if code == REFUSED else []
            done = [whole(path) for path in folder.glob("results*")]  # struck after all was done, at the very end
            make_in(folder)
            after = blocks_in(folder)
            kept = all(after[block] == made for block, made in before.items())
            same = bytes_of(folder / "results") == expected and set(after) == all_blocks
            if ended not in (code, *(0 for _ in done)) or left or not kept or not same:
                wrong.append([point, name, ended, left, done, kept, same])
    return {"operations": operations, "struck": len(cases), "wrong": wrong}


def part(number: int) -> Found:
    """Ten points, at each of which a study is killed, and its disk fails in every way."""
    points = range(number * A_PART, (number + 1) * A_PART)
    return tried([(point, name) for point in points for name in STRIKES])


def together(found: Sequence[Found]) -> Found:
    """Whether every study struck ended as it should."""
    wrong = [each for one in found for each in one["wrong"]]
    return {
        "operations": found[0]["operations"],
        "struck": sum(one["struck"] for one in found),
        "wrong": wrong[:5],
        "holds": not wrong,
    }


CHECK = Check(__doc__.replace("\n", " "), POINTS // A_PART, part, together)
