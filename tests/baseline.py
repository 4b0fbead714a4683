"""The numbers of thirty configurations, by hash: they move only on purpose, and together they name the model's version.

`python tests/baseline.py` compares; `python tests/baseline.py write` takes today's numbers as the published ones, which
needs a line in CHANGELOG.md that names the effect.
"""

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

from sim import load_study  # noqa: E402
from sim.ensemble import run_ensemble  # noqa: E402
from sim.program.parameters import draw_parameters  # noqa: E402
from sim.program.world import ARRAYS  # noqa: E402
from sim.study.settings import options  # noqa: E402

KEPT = ROOT / "sim" / "baseline.json"
SMALL = ("cohort.weeks=130", "cohort.follow_up_weeks=60")  # a remote year, as named, begins in week 115
CHANGES = (
    "ingredients.trust=0", "ingredients.goals=0", "ingredients.links=0", "ingredients.drop_in=0.5",
    "staffing.caseload_limit=3", "staffing.hours_per_week=4", "staffing.case_managers=3", "staffing.weeks_to_fill=30",
    "contact.make_up=1", "phases.extension_weeks=10", "drop_in.seats=3", "drop_in.sessions_per_week=2.5",
    "ingredients.links=2",
    "linking.warm_share=1", "community.rent_supplements=30", "community.least_wait.health=20", "cohort.referred=40",
    "seed=4294967295",
)  # fmt: skip
REPLICATIONS = (1, 2)


def configurations() -> Iterator[tuple[str, ...]]:
    """The twelve named scenarios, and as delivered with one thing changed, each over all of its parameters' ranges."""
    for scenario in options()["scenario"]:
        yield (f"scenario={scenario}", *SMALL)
    for change in CHANGES:
        yield (change, *SMALL)


def numbers(words: tuple[str, ...]) -> str:
    """A hash of everything that two replications of one configuration give."""
    study = load_study(*words)
    rows = draw_parameters(study.parameters, study.seed, np.array(REPLICATIONS))
    runs = run_ensemble(study.plan, rows, study.seed, REPLICATIONS, study.edges)
    text = hashlib.sha256()
    for name in ARRAYS:
        text.update(getattr(runs, name).tobytes())
    return text.hexdigest()[:16]


def baseline() -> dict[str, object]:
    """Today's numbers: a hash for each configuration, and one of them all."""
    each = {" ".join(words): numbers(words) for words in configurations()}
    return {"digest": hashlib.sha256(json.dumps(each).encode()).hexdigest()[:12], "configurations": each}


def compared() -> str:
    """One line: the same numbers as published, or what differs."""
    published, today = json.loads(KEPT.read_text(encoding="utf-8")), baseline()
    if published == today:
        return f"same numbers as published: {today['digest']}"
    then, now = published["configurations"], today["configurations"]
    moved = [name for name in now if now[name] != then.get(name)]  # type: ignore[attr-defined,index]
    return f"{len(moved)} of {len(now)} configurations give other numbers than published: {'; '.join(moved)}"  # type: ignore[arg-type]


if __name__ == "__main__":
    if sys.argv[1:] == ["write"]:
        KEPT.write_text(json.dumps(baseline(), indent=1) + "\n", encoding="utf-8", newline="\n")
    line = compared()
    print(line)
    sys.exit(not line.startswith("same"))
