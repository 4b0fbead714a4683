"""The compiled engine against our own agents on the same lives, and two threads against one."""

import time

import numpy as np

import sim
from benchmarks.measured import cpu_seconds, in_turns, keep, middle
from sim.agents import run_replications
from sim.ensemble import in_chunks, run_ensemble
from sim.program.parameters import draw_parameters

ROUNDS = 5  # one replication each by agents, four CPU seconds
OFTEN = 10  # times that the compiled engine lives what the agents live once
THREADED = 200  # replications on one thread and on two
PAIRS = 15


def against_agents(study: sim.Study) -> list[dict[str, object]]:
    """Participant-weeks a CPU second of both engines, round by round on one replication after another, and the ratio."""
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


def two_threads(study: sim.Study) -> list[dict[str, object]]:
    """Seconds by the clock and of the CPU for the same replications on one thread and on two, pair by pair."""
    replications = range(1, THREADED + 1)
    clock: dict[int, list[float]] = {1: [], 2: []}
    cpu: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(PAIRS):
        for threads in clock:

            def work(threads=threads):
                for _ in in_chunks(study.plan, study.parameters, study.seed, replications, study.edges, threads):
                    pass

            before = time.perf_counter()
            cpu[threads].append(cpu_seconds(work))
            clock[threads].append(time.perf_counter() - before)
    rows = []
    for threads in clock:
        words = "one thread" if threads == 1 else "two threads"
        rows.append({"what": f"{THREADED} replications, {words}", "unit": "clock seconds"} | middle(clock[threads]))
        rows.append({"what": f"{THREADED} replications, {words}", "unit": "CPU seconds"} | middle(cpu[threads]))
    pairs = np.array(clock[1]) / np.array(clock[2])
    best = min(clock[1]) / min(clock[2])  # what the median would be if nobody else used the machine
    rows.append({"what": "two threads / one, by the clock", "unit": "times"} | middle(pairs))
    rows.append({"what": "the same, quickest against quickest", "unit": "times", "median": best})
    return rows


def main() -> None:
    study = sim.load_study()
    rows = against_agents(study) + two_threads(study)
    keep("full_model", rows, scenario=study.scenario, rounds=ROUNDS, often=OFTEN, threaded=THREADED, pairs=PAIRS)


if __name__ == "__main__":
    main()
