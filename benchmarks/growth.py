"""Cost grows in a line with women, weeks and replications, and memory does not grow at all."""

import sys
from collections.abc import Mapping

import matplotlib

matplotlib.use("Agg")

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt

import sim
from benchmarks.measured import TABLES, cpu_seconds, keep
from benchmarks.streamed import TINY, measured
from sim.ensemble import run_ensemble
from sim.program.parameters import central_parameters

ROUNDS = 7
YEAR = 52.0
WOMEN, YEARS, REPLICATIONS = (20, 40, 80, 160, 320), (1, 2, 4, 8, 16), (10, 20, 40, 80, 160)
MANY = (1_000, 10_000, 100_000)
A_MILLION = "million"  # the word on the command line that adds a million replications


def seconds(study: sim.Study, levers: Mapping[str, float], replications: int) -> tuple[float, int]:
    """CPU seconds of the kernel for so many replications of a changed plan, and the participant-weeks lived."""
    plan = study.plan | levers
    rows = np.repeat(central_parameters(study.parameters), replications)
    kept = {}

    def act() -> None:
        kept["runs"] = run_ensemble(plan, rows, study.seed, range(1, replications + 1), study.edges)

    return cpu_seconds(act), int((kept["runs"].timeline["phase"] >= 0).sum())


def growth(study: sim.Study) -> list[dict[str, object]]:
    """Median seconds by number of women, of years that each is followed, and of replications; sizes take turns."""
    fixed = {"cohort_referred": 40.0, "cohort_weeks": 2 * YEAR, "cohort_follow_up_weeks": 2 * YEAR}
    asked: list[tuple[str, int, dict[str, float], int]] = []
    for women in WOMEN:
        asked.append(("women", women, fixed | {"cohort_referred": float(women)}, 20))
        posts = max(1.0, women / 40)
        grown = {"staffing_case_managers": posts, "drop_in_seats": 12 * posts, "drop_in_room": 20 * posts}
        asked.append(("women, and posts and seats with them", women, fixed | grown | {"cohort_referred": women}, 20))
    asked += [("years of follow-up", years, fixed | {"cohort_follow_up_weeks": years * YEAR}, 20) for years in YEARS]
    asked += [("replications", number, fixed, number) for number in REPLICATIONS]
    times: list[list[float]] = [[] for _ in asked]
    weeks = [0] * len(asked)
    for _ in range(ROUNDS):
        for i, (_, _, levers, replications) in enumerate(asked):
            took, weeks[i] = seconds(study, levers, replications)
            times[i].append(took)
    return [
        {"of": of, "size": size, "CPU seconds": float(np.median(times[i])), "participant-weeks": weeks[i],
         "ns a participant-week": float(np.median(times[i])) / weeks[i] * 1e9}
        for i, (of, size, _, _) in enumerate(asked)
    ]  # fmt: skip


def memory(replications: int) -> dict[str, object]:
    """CPU seconds and peak memory of so many replications, streamed."""
    took, peak = measured(replications)
    of = "replications of a tiny plan, streamed"
    return {"of": of, "size": replications, "CPU seconds": took, "peak memory, MiB": peak}


def draw(table: pd.DataFrame) -> None:
    """Seconds by size for each way of growing, each with the straight line through the origin that fits it best."""
    kinds = list(dict.fromkeys(table["of"]))
    figure, panels = plt.subplots(1, len(kinds), figsize=(3.1 * len(kinds), 3.2), layout="constrained")
    for panel, kind in zip(panels, kinds, strict=True):
        some = table[table["of"] == kind]
        x, y = some["participant-weeks"] / 1e6, some["CPU seconds"]
        slope = (x * y).sum() / (x * x).sum()
        panel.plot(x, slope * x, color="0.6", linewidth=1)
        panel.plot(x, y, "o", color="0.1")
        for size, a, b in zip(some["size"], x, y, strict=True):
            panel.annotate(str(size), (a, b), textcoords="offset points", xytext=(-4, 5), ha="right", fontsize=8)
        panel.set(title=kind.replace(", ", ",\n"), xlabel="million simulated participant-weeks", xlim=0, ylim=0)
    panels[0].set_ylabel("CPU seconds (median)")
    figure.savefig(TABLES / "growth.png", dpi=110, metadata={"Software": None})


def main() -> None:
    study = sim.load_study()
    seconds(study, TINY, 1)  # read from the cache, or compiled, before the clock runs
    rows = growth(study)
    sizes = (*MANY, 1_000_000) if A_MILLION in sys.argv else MANY
    table = keep("growth", rows + [memory(size) for size in sizes], rounds=ROUNDS, tiny=TINY)
    draw(table.dropna(subset="participant-weeks"))


if __name__ == "__main__":
    main()
