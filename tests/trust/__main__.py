"""`python3 do.py trust [check ...]`: does what has no result under today's model yet, or the checks that are named.

Parts that are done stay done: stopped and started again, it goes on from there.
"""

import hashlib
import json
import os
import platform
import shutil
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from datetime import date
from importlib.metadata import distributions
from multiprocessing import get_context
from pathlib import Path

from tqdm import tqdm
from trust.check import NAMES, RESULTS, Found, named

import sim.program

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / ".trust"  # parts done so far, by the text that decides them
PACKAGES = "numpy numba scipy mesa pandas pyarrow ciw".split()


def text_of_everything() -> str:
    """A hash of the program, its configurations and the checks: no part done under another text is taken over."""
    text = hashlib.sha256()
    for top, kind in (("sim", "*.py"), ("configs", "*.*"), ("tests", "*.py")):
        for file in sorted((ROOT / top).rglob(kind)):
            text.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return text.hexdigest()[:16]


def done(name: str, number: int) -> tuple[int, Found, float]:
    """One part's number, what it found, and its CPU seconds."""
    before = time.process_time()
    found = named(name).part(number)
    return number, found, time.process_time() - before


def found_by(name: str) -> tuple[list[Found], float]:
    """What every part of a check found, in order, and the CPU seconds of all."""
    folder = KEPT / text_of_everything() / name
    folder.mkdir(parents=True, exist_ok=True)
    missing = [n for n in range(named(name).parts) if not (folder / f"{n}.json").exists()]
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
        waiting = [pool.submit(done, name, number) for number in missing]
        try:
            for each in tqdm(as_completed(waiting), name, len(waiting), unit="part"):
                number, found, seconds = each.result()
                beside = folder / f".{number}"
                beside.write_text(json.dumps([found, seconds]), encoding="utf-8")
                beside.replace(folder / f"{number}.json")
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    parts = [json.loads((folder / f"{n}.json").read_text(encoding="utf-8")) for n in range(named(name).parts)]
    return [found for found, _ in parts], sum(seconds for _, seconds in parts)


def tried(name: str) -> bool:
    """Whether the fact held; its result and record are kept when it did."""
    check = named(name)
    parts, seconds = found_by(name)
    found = check.together(parts)
    record = {
        "format": 1,
        "check": name,
        "fact": check.fact,
        "found": found,
        "parts": check.parts,
        "cpu_seconds": round(seconds),
        "made": date.today().isoformat(),
        "command": f"python3 do.py trust {name}",
        "model": sim.program.digest(),
        "sources": sim.program.sources(),
        "python": platform.python_version(),
        "versions": {each.name: each.version for each in distributions() if each.name in PACKAGES},
        "platform": f"{platform.system()} {platform.machine()}",
    }
    text = json.dumps(record, indent=1, ensure_ascii=False) + "\n"
    print(f"{name}: {'holds' if found['holds'] else 'DOES NOT HOLD'}: {check.fact}\n  {json.dumps(found)[:2000]}")
    if found["holds"]:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / f"{name}.json").write_text(text, encoding="utf-8", newline="\n")
        shutil.rmtree(KEPT / text_of_everything() / name)
    return bool(found["holds"])


def is_current(name: str) -> bool:
    """A result is kept that was made by today's model."""
    file = RESULTS / f"{name}.json"
    return file.exists() and json.loads(file.read_text(encoding="utf-8"))["model"] == sim.program.digest()


def main(words: list[str]) -> int:
    """The exit code: 0 when everything tried holds."""
    unknown = [word for word in words if word not in NAMES]
    if unknown:
        print(f"{unknown[0]}: unknown; the checks are {', '.join(NAMES)}", file=sys.stderr)
        return 2
    asked = words or [name for name in NAMES if not is_current(name)]
    if not asked:
        print(f"Every check has a result under the model {sim.program.digest()}; name one to do it again.")
    return int(not all([tried(name) for name in asked]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
