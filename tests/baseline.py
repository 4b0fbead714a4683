"""The numbers of thirty configurations, by hash: they move only on purpose, and together they name the model's version.

`python tests/baseline.py` compares; `python tests/baseline.py write` takes today's numbers as the published ones, which
needs a line in CHANGELOG.md that names the effect.
"""

import hashlib
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

from sim import load_study  # noqa: E402
from sim.agents import run_replications  # noqa: E402
from sim.ensemble import run_ensemble  # noqa: E402
from sim.program.parameters import draw_parameters  # noqa: E402
from sim.program.world import ARRAYS, Runs  # noqa: E402
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


def numbers(words: tuple[str, ...], live: Callable[..., Runs] = run_ensemble) -> str:
    """A hash of everything that two replications of one configuration give, whoever lives them."""
    study = load_study(*words)
    rows = draw_parameters(study.parameters, study.seed, np.array(REPLICATIONS))
    runs = live(study.plan, rows, study.seed, REPLICATIONS, study.edges)
    text = hashlib.sha256()
    for name in ARRAYS:
        text.update(getattr(runs, name).tobytes())
    return text.hexdigest()[:16]


def baseline(live: Callable[..., Runs] = run_ensemble) -> dict[str, Any]:
    """Today's numbers: a hash for each configuration, and one of them all."""
    each = {" ".join(words): numbers(words, live) for words in configurations()}
    return {"digest": hashlib.sha256(json.dumps(each).encode()).hexdigest()[:12], "configurations": each}


def compared() -> str:
    """The same numbers as published, in one line; or which configurations give others, and where to look."""
    published, today = json.loads(KEPT.read_text(encoding="utf-8")), baseline()
    if published == today:
        return f"same numbers as published: {today['digest']}"
    then, now = published["configurations"], today["configurations"]
    moved = [name for name in now if now[name] != then.get(name)]
    gone = [name for name in then if name not in now]
    lines = [f"other numbers than published: {today['digest']}, not {published['digest']}"]
    lines += [f"{len(moved)} of {len(now)} configurations moved: {'; '.join(moved)}"] if moved else []
    lines += [f"published and gone: {'; '.join(gone)}"] if gone else []
    lines += [f"lived by agents, the first of them {by_agents(moved[0], then, now)}"] if moved else []
    return "\n  ".join([*lines, "if that was the purpose: python tests/baseline.py write, and a line in CHANGELOG.md"])


def by_agents(name: str, then: Mapping[str, str], now: Mapping[str, str]) -> str:
    """Whether a configuration that moved did so in the telling or in compiled code."""
    agents = numbers(tuple(name.split()), run_replications)
    if agents == now[name]:
        return "moved as well: what changed is a rule, a parameter, a configuration, or a package that both engines use"
    return f"{'is as published' if agents == then.get(name) else 'moved elsewhere'}: what changed is compiled code"


if __name__ == "__main__":
    if sys.argv[1:] == ["write"]:
        KEPT.write_text(json.dumps(baseline(), indent=1) + "\n", encoding="utf-8", newline="\n")
    line = compared()
    print(line)
    sys.exit(not line.startswith("same"))
