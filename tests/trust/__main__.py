"""`python3 do.py trust [check ...]`: does what has no result under today's model yet, or the checks that are named.

Parts that are done stay done: stopped and started again, it goes on from there.
"""

import hashlib
import json
import os
import platform
import shutil
import sys
from concurrent.futures import ProcessPoolExecutor, as_completed
from datetime import date
from importlib.metadata import distributions
from modulefinder import ModuleFinder
from multiprocessing import get_context
from pathlib import Path

from tqdm import tqdm

import sim.program
from trust.check import NAMES, RESULTS, Found, done, named

TESTS = Path(__file__).resolve().parents[1]
ROOT = TESTS.parent
KEPT = ROOT / ".trust"  # parts done so far, by the text that decides them and the check
PACKAGES = "numpy numba scipy mesa pandas pyarrow ciw".split()


def text_behind(name: str) -> str:
    """A hash of the configurations and of all of ours that a check imports; under another one, no part done counts."""
    finder = ModuleFinder([str(TESTS), str(ROOT)])
    finder.run_script(str(TESTS / "trust" / f"{name}.py"))
    files = {Path(module.__file__) for module in finder.modules.values() if module.__file__}
    files.discard(TESTS / "trust" / "check.py")  # which names every other check
    text = hashlib.sha256()
    for file in sorted(files | set(ROOT.glob("configs/**/*.*"))):
        text.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return text.hexdigest()[:16]


def found_by(name: str, folder: Path) -> tuple[list[Found], float]:
    """What every part of a check found, in order, and the CPU seconds of all; parts done are kept in the folder."""
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
    folder = KEPT / text_behind(name) / name
    parts, seconds = found_by(name, folder)
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
        "versions": {each.name: each.version for each in distributions() if each.name.lower() in PACKAGES},
        "platform": f"{platform.system()} {platform.machine()}",
    }
    text = json.dumps(record, indent=1, ensure_ascii=False) + "\n"
    print(f"{name}: {'holds' if found['holds'] else 'DOES NOT HOLD'}: {check.fact}\n  {json.dumps(found)[:2000]}")
    if found["holds"]:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / f"{name}.json").write_text(text, encoding="utf-8", newline="\n")
        shutil.rmtree(folder)
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
    return int([tried(name) for name in asked].count(False) > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
