"""Runs and CPU seconds until what each of the four ingredients adds is known to one point, by way of estimating; and a
look at whether the way that was taken keeps its promise."""

from itertools import product

import numpy as np
import pandas as pd

import sim
from benchmarks.measured import cpu_seconds, keep, middle
from sim.study.asked import choose
from sim.study.contribute import OUTCOMES, PRECISION
from sim.study.contribution import ARMS, KEYS, PILOT, Asked, contribution, lived, plan_runs, ways_of
from sim.study.design import Design, live
from sim.study.store import Store

ROUNDS = 5  # in which a run's cost is measured, every combination 10 times in each
FROM = ("accepted", "ranges", "central")  # where runs take their parameters
SEEDS = (1, 2, 3)  # the pilot's verdict on other women


def cost() -> dict[str, float]:
    """CPU seconds of one run, over all combinations."""
    rows = pd.DataFrame(ARMS, columns=KEYS)
    study = sim.load_study("threads=1")
    live(Design(study, rows, 2), OUTCOMES)  # compiled, or read from the cache, before the clock runs
    rounds = [cpu_seconds(lambda: live(Design(study, rows, 10), OUTCOMES)) for _ in range(ROUNDS)]
    return middle(np.array(rounds) / (10 * len(ARMS)))


def ways(seed: int, parameters: str) -> pd.DataFrame:
    """By a pilot: a row for each way, with the runs that its hardest outcome needs."""
    study = sim.load_study("threads=0", f"seed={seed}", f"parameters_from={parameters}")
    asked = Asked(study, choose(OUTCOMES, study.cohort.follow_up_weeks), PRECISION, 0, Store(None))
    pilot = lived(asked, np.full(len(ARMS), PILOT), True)
    table = plan_runs(asked, pilot, {name: ways_of(pilot, name) for name in asked.rated})
    return (
        table.groupby("way")["runs_needed"].max().rename("runs").reset_index().assign(seed=seed, parameters=parameters)
    )


def promise(seconds: float) -> dict[str, object]:
    """What the whole takes, the pilot included, and how precise it then is."""
    study = sim.load_study("threads=1")
    asked = Asked(study, choose(OUTCOMES, study.cohort.follow_up_weeks), PRECISION, 10**6, Store(None))
    told: dict[str, float] = {}
    spent = cpu_seconds(lambda: told.update(_about(asked)))
    return {
        "what": "pilot and what it lacked, to one point", "parameters": "accepted", "way": "as taken",
        "runs": told["runs"], "cpu_seconds": spent, "half_width": told["half_width"],
        "by_cost_of_a_run": told["runs"] * seconds,
    }  # fmt: skip


def _about(asked: Asked) -> dict[str, float]:
    about = contribution(asked)[1]
    return {"runs": sum(about["runs"].values()), "half_width": about["half_width"]}


def main() -> None:
    one = cost()
    found = pd.concat([ways(seed, parameters) for seed, parameters in product(SEEDS, FROM)])
    rows: list[dict[str, object]] = [{"what": "CPU seconds of a run", **one}]
    for (parameters, way), group in found.groupby(["parameters", "way"], sort=False):
        about = middle(group["runs"])
        rows.append(
            {
                "what": "runs to one point",
                "parameters": parameters,
                "way": way,
                **about,
                "cpu_seconds": about["median"] * one["median"],
            }
        )
    twins = {row["parameters"]: row["median"] for row in rows if row.get("way") == "twins"}
    for row in rows[1:]:
        row["twins_are_so_many_times_as_dear"] = twins[row["parameters"]] / row["median"]
    keep(
        "contribution",
        [*rows, promise(one["median"])],
        outcomes=OUTCOMES,
        precision=PRECISION,
        pilot=PILOT,
        seeds=SEEDS,
    )


if __name__ == "__main__":
    main()
