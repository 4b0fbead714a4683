"""What an experiment keeps of a study's folder: a few small files with their record, each time the same bytes."""

import json
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from sim.study.door import main
from sim.study.files import filling, seal, sealed

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "experiments" / "results"
NOT_OF_THE_RESULT = ("files", "seal", "made")


def experiment(name: str, command: Sequence[str], files: Sequence[str], part: str = "") -> int:
    """Run this command, and keep these files of what it gives in `results/NAME`, or in a part of it where a question
    has several; where they are kept already, say whether they came out the same. The exit code: 0, or 1 where they did
    not."""
    work = ROOT / "results" / "experiments"
    work.mkdir(parents=True, exist_ok=True)
    out = f"{name}_{part}" if part else name
    shutil.rmtree(work / out, ignore_errors=True)
    os.chdir(work)  # so that the command in the record names no folder of one machine
    if code := main([*command, f"out={out}"]):
        return code
    return keep_result(name, work / out, files, part)


def keep_result(name: str, found: Path, files: Sequence[str], part: str = "") -> int:
    """Keep these files of a study's folder in `results/NAME`, or in a part of it, or say whether they are the same."""
    record = {key: value for key, value in sealed(found).items() if key not in NOT_OF_THE_RESULT}
    record["replay"] = f"python -m experiments.{name}"
    kept = RESULTS / name / part
    kept.parent.mkdir(exist_ok=True)
    again = kept.exists()
    with filling(kept.with_name(f"{kept.name}_again") if again else kept) as filled:
        for file in files:
            (filled.folder / file).parent.mkdir(exist_ok=True)
            shutil.copy(found / file, filled.folder / file)
        seal(filled.folder, record)
    if not again:
        print(f"kept: {kept.relative_to(ROOT).as_posix()}", file=sys.stderr)
        return 0
    before, now = (json.loads((folder / "record.json").read_text(encoding="utf-8")) for folder in (kept, filled.place))
    different = sorted(
        file for file in {*before["files"], *now["files"]} if before["files"].get(file) != now["files"].get(file)
    )
    if before == now:
        shutil.rmtree(filled.place)
        print("the same to the last byte", file=sys.stderr)
        return 0
    print(
        f"not the same: {', '.join(different or ['record.json'])}; the new ones are in {filled.place}", file=sys.stderr
    )
    return 1
