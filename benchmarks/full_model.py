"""The compiled engine against our own agents on the same lives, and two threads against one."""

import os
import time
from pathlib import Path

import numpy as np

import sim
from benchmarks.measured import cpu_seconds, in_turns, keep, middle
from sim.agents import run_replications
from sim.ensemble import in_chunks, run_ensemble
from sim.program.parameters import draw_parameters

ROUNDS = 5  # one replication each by agents, four CPU seconds
OFTEN = 10  # times that the compiled engine lives what the agents live once
THREADED = 200  # replications on one thread and on two
PAIRS, MOST_PAIRS = 7, 40  # pairs of runs with the machine to themselves, and pairs tried to find them
QUIET = 0.1  # of a core taken by other processes, at most


def against_agents(study: sim.Study) -> list[dict[str, object]]:
    """Participant-weeks a CPU second of both engines, one replication after another, and the ratio of each round."""
    rates: dict[str, list[float]] = {"agents (Mesa)": [], "compiled, one thread": []}
    for replication in range(1, ROUNDS + 1):
        rows = draw_parameters(study.parameters, study.seed, np.array([replication]))
        asked = (study.plan, rows, study.seed, [replication], study.edges)
        kept = {}

        def agents(asked=asked, kept=kept):
            kept["agents"] = run_replications(*asked)

        def compiled(asked=asked, kept=kept):
            for _ in range(OFTEN):
                kept["compiled"] = run_ensemble(*asked)

        compiled()  # read from the cache, or compiled, before the clock runs
        seconds = in_turns({"agents": agents, "compiled": compiled}, 1)
        same = all(
            getattr(kept["agents"], part).tobytes() == getattr(kept["compiled"], part).tobytes()
            for part in ("women", "goals", "links", "timeline", "log", "posts")
        )
        assert same, "the engines told different lives"
        weeks = int((kept["compiled"].timeline["phase"] >= 0).sum())
        rates["agents (Mesa)"].append(weeks / seconds["agents"][0])
        rates["compiled, one thread"].append(weeks * OFTEN / seconds["compiled"][0])
    ratio = np.array(rates["compiled, one thread"]) / np.array(rates["agents (Mesa)"])
    table = [{"what": name, "unit": "participant-weeks a CPU second"} | middle(rate) for name, rate in rates.items()]
    return [*table, {"what": "compiled / agents", "unit": "times"} | middle(ratio)]


def busy_seconds() -> float:
    """CPU seconds that the whole machine has worked since it started, where the system tells it (Linux)."""
    counts = Path("/proc/stat")
    if not counts.exists():
        return 0.0
    user, nice, system = (int(word) for word in counts.read_text().split()[1:4])
    return (user + nice + system) / os.sysconf("SC_CLK_TCK")


def timed(study: sim.Study, threads: int) -> tuple[float, float, float]:
    """Seconds by the clock and of the CPU, and the share of a core that other processes took meanwhile."""
    replications = range(1, THREADED + 1)

    def work() -> None:
        for _ in in_chunks(study.plan, study.parameters, study.seed, replications, study.edges, threads):
            pass

    busy, began = busy_seconds(), time.perf_counter()
    cpu = cpu_seconds(work)
    clock = time.perf_counter() - began
    return clock, cpu, max(0.0, busy_seconds() - busy - cpu) / clock


def two_threads(study: sim.Study) -> list[dict[str, object]]:
    """The same replications on one thread and on two, pair by pair, until enough had the machine to themselves."""
    pairs = []
    while len(pairs) < MOST_PAIRS and sum(max(one[2], two[2]) < QUIET for one, two in pairs) < PAIRS:
        pairs.append((timed(study, 1), timed(study, 2)))
    pairs.sort(key=lambda pair: max(pair[0][2], pair[1][2]))
    quietest = np.array(pairs[:PAIRS])  # pair, threads, (clock, CPU, others)
    rows: list[dict[str, object]] = []
    for threads, words in enumerate(("one thread", "two threads")):
        for column, unit in enumerate(("clock seconds", "CPU seconds", "cores taken by others")):
            what = f"{THREADED} replications, {words}"
            rows.append({"what": what, "unit": unit} | middle(quietest[:, threads, column]))
    ratio = quietest[:, 0, 0] / quietest[:, 1, 0]
    return [*rows, {"what": "two threads / one, by the clock", "unit": "times"} | middle(ratio)]


def main() -> None:
    study = sim.load_study()
    rows = against_agents(study) + two_threads(study)
    keep("full_model", rows, scenario=study.scenario, rounds=ROUNDS, often=OFTEN, threaded=THREADED, pairs=PAIRS)


if __name__ == "__main__":
    main()
