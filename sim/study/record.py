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
from importlib.metadata import distributions
from itertools import chain, count
from pathlib import Path
from typing import Any

import sim.program
from sim.measures.outcomes import left_out
from sim.study.refusals import Refused
from sim.study.sentences import say
from sim.study.study import Study

FORMAT = 1
RESULTS = Path("results")
PACKAGES = "pathways numpy numba pandas pyarrow mesa networkx hydra-core pydantic matplotlib".split()
NOT_OF_THE_RESULT = ("out", "threads", "debug")  # settings that no number depends on


def record_of(studies: Sequence[Study], command: str, engine: str) -> dict[str, Any]:
    """The record of a run, before its tables are known."""
    return {
        "format": FORMAT,
        "about": say("summary.heading"),
        "made": date.today().isoformat(),
        "command": command,
        "replay": "pathways replay replay.record=record.json",
        "engine": engine,
        "calibrated": False,
        "outcomes_left_out": left_out(min(study.cohort.follow_up_weeks for study in studies)),  # they need more weeks
        "seed": studies[0].seed,
        "model": sim.program.digest(),
        "python": platform.python_version(),
        "versions": {each.name: each.version for each in distributions() if each.name in PACKAGES},
        "platform": f"{platform.system()} {platform.machine()}",
        "studies": [study.resolved() for study in studies],
    }


def write_record(record: dict[str, Any], folder: Path) -> None:
    """`record.json` in the folder, with the hash of every table beside it."""
    text = json.dumps(record | {"tables": _hashes(folder)}, indent=1, ensure_ascii=False)
    (folder / "record.json").write_text(text + "\n", encoding="utf-8", newline="\n")


def _hashes(folder: Path) -> dict[str, str]:
    """The hash of every table in a results folder."""
    files = sorted((folder / "tables").glob("*"))
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


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
        filling.rename(final if not final.exists() else _free(wanted))  # where it was taken in the meantime
    except BaseException:
        shutil.rmtree(filling, ignore_errors=True)
        raise


def _free(wanted: Path) -> Path:
    """The name itself, or with -2, -3, ... where it is taken."""
    names = chain([wanted], (wanted.with_name(f"{wanted.name}-{number}") for number in count(2)))
    return next(place for place in names if not place.exists())


def read_record(path: Path) -> dict[str, Any]:
    """The record at this path, or in this folder; Refused when it is none, or of a format or model that is not ours."""
    try:
        record = json.loads((path / "record.json" if path.is_dir() else path).read_text(encoding="utf-8"))
        found, theirs, command, ours = record["format"], record["model"], record["command"], sim.program.digest()
        dict(record["tables"]), [dict(settings) for settings in record["studies"]]
    except (OSError, ValueError, KeyError, TypeError):
        raise Refused(say("summary.replay_unreadable", record=path)) from None
    if found != FORMAT:
        raise Refused(say("summary.replay_format", record=path, found=found))
    if theirs != ours:
        raise Refused(say("summary.replay_model", record=path, theirs=theirs, ours=ours, command=command))
    return dict(record)


def replay(path: Path) -> int:
    """Runs a record's settings again, in a new folder, and compares the tables byte for byte: 0 when all are same."""
    from sim.study.run import make  # which itself writes records
    from sim.study.settings import study_from

    record = read_record(path)
    studies = [study_from(settings).model_copy(update={"out": None}) for settings in record["studies"]]
    folder, _ = make(studies, record["command"], record["engine"])
    theirs, ours = record["tables"], _hashes(folder)
    different = sorted(name for name in theirs.keys() | ours.keys() if theirs.get(name) != ours.get(name))
    if different:
        print(say("summary.replay_differs", tables=", ".join(different), folder=folder))
    else:
        print(say("summary.replay_same", number=len(ours), folder=folder))
    return int(bool(different))
