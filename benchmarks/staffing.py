"""Teams lived with the same luck, as the staffing planner asks for them, against the kernel alone for the same weeks.

The 1,000 plans that are spoken of are a sample spread over the grid, because the work is a straight line in plans:
each is lived in blocks of its own.
"""

import numpy as np
import pandas as pd

import sim
from benchmarks.measured import in_turns, keep, middle
from sim.ensemble import A_CHUNK, run_ensemble
from sim.study.plans import grid, lived
from sim.study.sets import rows_of
from sim.study.store import Store
from sim.study.study import Study

PLANS, REPLICATIONS, ROUNDS = 20, 150, 3
WEEKS = 104  # of follow-up: a wait and nine months in the program, with room
WHOLE = 1000  # plans that the figure for all is told for


def sample(study: Study) -> pd.DataFrame:
    """Plans spread over the whole grid."""
    rows, _ = grid(study, {})
    return rows.iloc[np.linspace(0, len(rows) - 1, PLANS).round().astype(int)]


def by_kernel(study: Study, rows: pd.DataFrame) -> None:
    """The same runs, and nothing read off them."""
    for row in rows.to_dict("records"):
        plan = study.plan | {str(key).replace(".", "_"): float(value) for key, value in row.items()}
        for first in range(1, REPLICATIONS + 1, A_CHUNK):
            runs = np.arange(first, min(first + A_CHUNK, REPLICATIONS + 1))
            run_ensemble(plan, rows_of(study, runs), study.seed, runs.tolist(), study.edges)


def by_planner(study: Study, rows: pd.DataFrame) -> None:
    """What the verb `staff` asks of them: outcomes, costs, waits and hours of each run, as a table for each."""
    lived(study, rows, "completed", (1, REPLICATIONS), Store(None), lambda runs: None)


def main() -> None:
    study = sim.load_study(f"cohort.follow_up_weeks={WEEKS}", "threads=1")
    rows = sample(study)
    by_planner(study, rows.iloc[:1])  # compiled, or read from the cache, before the clock runs
    seconds = in_turns({"kernel": lambda: by_kernel(study, rows), "planner": lambda: by_planner(study, rows)}, ROUNDS)
    ratio = seconds["planner"] / seconds["kernel"]
    keep(
        "staffing",
        [
            {"what": "planner / kernel, the same runs", "unit": "times"} | middle(ratio),
            *(
                {"what": f"{who}, one thread, {WHOLE:,} plans", "unit": "CPU minutes"}
                | middle(seconds[who] * WHOLE / PLANS / 60)
                for who in seconds
            ),
        ],
        plans=PLANS,
        replications=REPLICATIONS,
        rounds=ROUNDS,
        follow_up_weeks=WEEKS,
    )


if __name__ == "__main__":
    main()
