"""What a result carries with it so that anybody can repeat it: settings, seed, versions, the model's digest, the
command."""

import hashlib
import json
import platform
import shlex
from collections.abc import Sequence
from datetime import date
from importlib.metadata import distributions
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sim.program
from sim.measures.outcomes import left_out
from sim.study.door import STUDYING, main
from sim.study.files import Damaged, numbered, sealed, unchanged
from sim.study.places import RECORD
from sim.study.refusals import Refused
from sim.study.sentences import say
from sim.study.sets import drawn_from
from sim.study.simulate import Engine, text_of
from sim.study.store import Store
from sim.study.study import Study

FORMAT = 1
RESULTS = Path("results")
PACKAGES = "pathways numpy numba pandas pyarrow mesa networkx hydra-core pydantic matplotlib".split()
NOWHERE = {"out": None, "store": None}  # where results are kept is not part of them
ENGINES = ("compiled", "mesa")
NOT_OF_THE_RESULT = ("out", "store", "sweep", "threads", "debug")  # settings that no number depends on


def record_of(studies: Sequence[Study], command: str, engine: Engine) -> dict[str, Any]:
    """The record of a run, before its tables are known."""
    return {
        "format": FORMAT,
        "about": say("summary.heading"),
        "made": date.today().isoformat(),
        "command": command,
        "replay": "pathways replay replay.record=record.json",
        "engine": engine if isinstance(engine, str) else f"{engine.__qualname__} {text_of(engine)}",
        "parameters_from": {study.parameters_from: drawn_from(study) for study in studies},
        "outcomes_left_out": left_out(min(study.cohort.follow_up_weeks for study in studies)),  # they need more weeks
        "seed": studies[0].seed,
        "model": sim.program.digest(),
        "python": platform.python_version(),
        "versions": {each.name: each.version for each in distributions() if each.name in PACKAGES},
        "platform": f"{platform.system()} {platform.machine()}",
        "studies": [study.model_copy(update=NOWHERE).resolved() for study in studies],
    }


def name_of(studies: Sequence[Study]) -> str:
    """2026-11-22_as_delivered_3f2a: the day, the scenario (or how many), and four letters of what was asked."""
    asked = [{key: value for key, value in s.resolved().items() if key not in NOT_OF_THE_RESULT} for s in studies]
    letters = hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:4]
    what = studies[0].scenario if len(studies) == 1 else f"{len(studies)}_scenarios"
    return f"{date.today().isoformat()}_{what}_{letters}"


def read_record(path: Path) -> dict[str, Any]:
    """The record at this path, or in this folder; Refused when it is none, is not as it was written, or is of a format
    or a model that is not ours."""
    folder = path if path.is_dir() else path.parent
    try:
        record = sealed(folder)
        found, theirs, command, ours = record["format"], record["model"], record["command"], sim.program.digest()
    except Damaged:
        raise Refused(say("summary.replay_damaged", file=folder / RECORD)) from None
    except (OSError, KeyError):
        raise Refused(say("summary.replay_unreadable", record=path)) from None
    if found != FORMAT:
        raise Refused(say("summary.replay_format", record=path, found=found))
    if theirs != ours:
        raise Refused(say("summary.replay_model", record=path, theirs=theirs, ours=ours, command=command))
    return record


def _asked_again(words: Sequence[str]) -> Path:
    """The folder that a verb's command makes when it is asked again, with nothing that was kept."""
    wanted = RESULTS / f"{date.today().isoformat()}_{words[1]}_again"
    folder = next(place for place in numbered(wanted) if not place.exists())
    asked = [word for word in words[1:] if word.partition("=")[0] not in NOWHERE]
    with TemporaryDirectory() as store:
        code = main([*asked, f"out={folder}", f"store={store}"])
    if not folder.exists():
        raise Refused(say("summary.replay_failed", command=shlex.join(words), code=code))
    return folder


def replay(path: Path) -> int:
    """Lives a record's settings again, in a new folder, and compares tables and figures byte for byte: 0 when all are
    the same."""
    from sim.study.run import make  # which itself writes records
    from sim.study.settings import study_from

    record = read_record(path)
    if record["engine"] not in ENGINES:
        raise Refused(say("summary.replay_engine", record=path, engine=record["engine"]))
    place = path if path.is_dir() else path.parent
    try:
        for name in record["files"]:
            unchanged(place, record, name)
    except Damaged as damaged:
        raise Refused(say("summary.replay_damaged", file=damaged)) from None
    words = shlex.split(record["command"])
    verb = bool(words[1:]) and words[1] in STUDYING
    if verb:
        folder = _asked_again(words)
    else:
        studies = [study_from(settings) for settings in record["studies"]]
        folder, _ = make(studies, record["command"], record["engine"], Store(None))
    theirs, ours = (
        {name: known for name, known in files.items() if "/" in name or verb}
        for files in (record["files"], sealed(folder)["files"])
    )
    different = sorted(name for name in theirs.keys() | ours.keys() if theirs.get(name) != ours.get(name))
    if different:
        print(say("summary.replay_differs", files=", ".join(different), folder=folder))
    else:
        print(say("summary.replay_same", number=len(ours), folder=folder))
    return int(bool(different))
