"""A reduced program by our rules, in plain Mesa, SimPy and C: participant-weeks a CPU second, and that all agree."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.measured import in_turns, keep, middle
from benchmarks.reduced import COMPLETED, LEFT, MOST_WEEKS, Outcome, by_c, by_mesa, by_rules, by_simpy

ROUNDS = 15
FAST, SLOW = 2000, 25  # replications in a round of what is compiled, and of what is not
SEED = 1
FAR = 4.0  # standard errors between two means: further apart, two tellings are not the same program
AS_RULES = "C, cc -O3, a number when needed"
IN_BLOCKS = "C, cc -O3, a block a woman and week"
NATIVE = ("-march=native", "-ffp-contract=off")  # as Numba compiles: for this processor, multiplying and adding apart
Run = Callable[[int, np.ndarray], tuple[np.ndarray, np.ndarray]]


def outcomes(women: np.ndarray, last: np.ndarray) -> np.ndarray:
    """The same six numbers a replication as `Outcome` holds; shape (R, 6)."""
    completed, left = ((women["phase"] == state).sum(1) for state in (COMPLETED, LEFT))
    sums = [women[field].sum(1) for field in ("weeks", "visits", "trust")]
    return np.column_stack([completed, left, *sums, last])


def agree(ours: np.ndarray, theirs: np.ndarray) -> list[float]:
    """Distance between the means of each outcome, in standard errors."""
    spread = np.sqrt(ours.var(0) / len(ours) + theirs.var(0) / len(theirs))
    return (np.abs(ours.mean(0) - theirs.mean(0)) / spread).tolist()


def measure(fast: dict[str, Run]) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Participant-weeks a CPU second of each telling by round, and the outcomes of its replications."""
    given: dict[str, list[np.ndarray]] = {name: [] for name in (*fast, "Mesa", "SimPy")}
    replications = np.arange(FAST, dtype=np.int64)

    def all_at_once(name: str) -> Callable[[], None]:
        return lambda: given[name].append(outcomes(*fast[name](SEED, replications)))

    def one_by_one(name: str, run: Callable[[int], Outcome]) -> Callable[[], None]:
        return lambda: given[name].append(np.array([run(1 + len(given[name]) * SLOW + i) for i in range(SLOW)], float))

    contestants = {name: all_at_once(name) for name in fast}
    contestants |= {"Mesa": one_by_one("Mesa", by_mesa.run), "SimPy": one_by_one("SimPy", by_simpy.run)}
    seconds = in_turns(contestants, ROUNDS)
    weeks_in_program = Outcome._fields.index("weeks_in_program")
    rates = {
        name: np.array([batch[:, weeks_in_program].sum() for batch in batches]) / seconds[name]
        for name, batches in given.items()
    }
    results = {name: batches[0] if name in fast else np.concatenate(batches) for name, batches in given.items()}
    return rates, results


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        fast: dict[str, Run] = {
            "rules, compiled": by_rules.run,
            AS_RULES: by_c.compiled(Path(folder), "live_numbers"),
            IN_BLOCKS: by_c.compiled(Path(folder), "live_blocks"),
            f"{AS_RULES}, {' '.join(NATIVE)}": by_c.compiled(Path(folder), "live_numbers", *NATIVE),
            f"{IN_BLOCKS}, {' '.join(NATIVE)}": by_c.compiled(Path(folder), "live_blocks", *NATIVE),
        }
        lives = [run(SEED, np.arange(FAST, dtype=np.int64)) for run in fast.values()]
        assert lives[0][1].max() < MOST_WEEKS
        for women, last in lives[1:]:  # C and the rules draw the same numbers and give the same bytes
            assert women.tobytes() == lives[0][0].tobytes()
            assert last.tobytes() == lives[0][1].tobytes()
        rates, results = measure(fast)
    ours = "rules, compiled"
    rows: list[dict[str, object]] = []
    for name, rate in rates.items():
        far = agree(results[ours], results[name]) if name != ours else [0.0]
        assert max(far) < FAR, f"{name} tells another program: {far}"
        ratio = middle(rates[ours] / rate)
        rows.append({
            "telling": name, "participant-weeks a CPU second": float(np.median(rate)),
            "rules are so many times as fast": ratio["median"], "lowest": ratio["lowest"], "highest": ratio["highest"],
            "means apart, standard errors": max(far),
        })  # fmt: skip
    keep("reduced_model", rows, rounds=ROUNDS, fast=FAST, slow=SLOW, seed=SEED)


if __name__ == "__main__":
    main()
