"""What a result carries with it so that anybody can repeat it: settings, seed, versions, the model's digest, the
command; and the folder that it lives in, complete or not there at all."""

import hashlib
import json
import os
import platform
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import sim.program
from sim.study.outcomes import left_out
from sim.study.refusals import Refused
from sim.study.sentences import say
from sim.study.study import Study

FORMAT = 1
RESULTS = Path("results")
PACKAGES = (
    "pathways", "numpy", "numba", "pandas", "pyarrow", "mesa", "networkx", "hydra-core", "pydantic", "matplotlib",
)  # fmt: skip
NOT_OF_THE_RESULT = ("out", "threads", "debug")  # settings that no number depends on


def record_of(studies: Sequence[Study], command: str, engine: str) -> dict[str, Any]:
    """The record of a run, before its tables are known."""
    weeks = min(study.cohort.follow_up_weeks for study in studies)
    return {
        "format": FORMAT,
        "about": say("summary.heading"),
        "made": date.today().isoformat(),
        "command": command,
        "replay": "pathways replay replay.record=record.json",
        "engine": engine,
        "calibrated": False,
        "outcomes_left_out": left_out(weeks),  # they need more weeks of follow-up
        "seed": studies[0].seed,
        "model": sim.program.digest(),
        "python": platform.python_version(),
        "versions": {package: _version(package) for package in PACKAGES},
        "platform": f"{platform.system()} {platform.machine()}",
        "studies": [study.resolved() for study in studies],
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def write_record(record: dict[str, Any], folder: Path) -> None:
    """`record.json` in the folder, with the hash of every table beside it."""
    hashes = {path.name: hash_of(path) for path in sorted((folder / "tables").glob("*"))}
    text = json.dumps(record | {"tables": hashes}, indent=1, ensure_ascii=False)
    (folder / "record.json").write_text(text + "\n", encoding="utf-8", newline="\n")


def hash_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def name_of(studies: Sequence[Study]) -> str:
    """2026-11-22_as_delivered_3f2a: the day, the scenario (or how many), and four letters of what was asked."""
    asked = [{key: value for key, value in s.resolved().items() if key not in NOT_OF_THE_RESULT} for s in studies]
    letters = hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:4]
    what = studies[0].scenario if len(studies) == 1 else f"{len(studies)}_scenarios"
    return f"{date.today().isoformat()}_{what}_{letters}"


@contextmanager
def folder_for(wanted: Path) -> Iterator[tuple[Path, Path]]:
    """A folder to fill, and the name it takes when all has gone well: `wanted`, or the next that is free. Whatever
    stops the work before, nothing stays."""
    final = _free(wanted)
    filling = wanted.parent / f".{final.name}.{os.getpid()}"
    try:
        filling.mkdir(parents=True)
    except OSError:
        raise Refused(say("summary.not_written", folder=wanted)) from None
    try:
        yield filling, final
        while final.exists():  # taken in the meantime
            final = _free(wanted)
        filling.rename(final)
    except BaseException:
        shutil.rmtree(filling, ignore_errors=True)
        raise


def _free(wanted: Path) -> Path:
    """The name itself, or with -2, -3, ... where it is taken."""
    place, number = wanted, 2
    while place.exists():
        place, number = wanted.with_name(f"{wanted.name}-{number}"), number + 1
    return place


def read_record(path: Path) -> dict[str, Any]:
    """The record at this path, or in this folder; Refused when it is none, or of a format or model that is not ours."""
    file = path / "record.json" if path.is_dir() else path
    try:
        record = json.loads(file.read_text(encoding="utf-8"))
        found, model, command = record["format"], record["model"], record["command"]
        dict(record["tables"]), [dict(settings) for settings in record["studies"]]
    except (OSError, ValueError, KeyError, TypeError):
        raise Refused(say("summary.replay_unreadable", record=path)) from None
    if found != FORMAT:
        raise Refused(say("summary.replay_format", record=path, found=found))
    if model != sim.program.digest():
        raise Refused(
            say("summary.replay_model", record=path, theirs=model, ours=sim.program.digest(), command=command)
        )
    return dict(record)


def replay(path: Path) -> int:
    """Runs a record's settings again, in a new folder, and compares the tables byte for byte: 0 when all are same."""
    from sim.study.run import make  # which itself writes records
    from sim.study.settings import study_from

    record = read_record(path)
    studies = [study_from(settings).model_copy(update={"out": None}) for settings in record["studies"]]
    folder, _ = make(studies, record["command"], record["engine"])
    theirs = record["tables"]
    ours = {file.name: hash_of(file) for file in (folder / "tables").glob("*")}
    different = sorted(name for name in theirs.keys() | ours.keys() if theirs.get(name) != ours.get(name))
    if different:
        print(say("summary.replay_differs", tables=", ".join(different), folder=folder))
        return 1
    print(say("summary.replay_same", number=len(ours), folder=folder))
    return 0
