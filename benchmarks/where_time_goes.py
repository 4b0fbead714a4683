"""Where a week's time goes: by stage on the true trajectory, by decision, and by where a woman is."""

import ast
import inspect
from collections import Counter
from collections.abc import Callable
from types import FunctionType
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

import sim
import sim.ensemble
from benchmarks.measured import in_turns, keep
from sim.agents import run_replications
from sim.program import telling, week
from sim.program import words as w
from sim.program.parameters import draw_parameters

ROUNDS, RUNS = 9, 25
BY_AGENTS = 2  # replications whose draws are counted
BLOCKS = 2_000_000
CLOCK = np.zeros(100, np.int64)  # the processor's counter when the last stage ended, then cycles by stage
READING = 1  # a stage of its own: what reading the counter costs
Row = dict[str, object]


@intrinsic
def lap(typing_context, stage):
    """Cycles since the last call are added to a stage's."""

    def read(context, builder, signature, arguments):
        number = ir.IntType(64)
        clock = builder.inttoptr(number(CLOCK.ctypes.data), number.as_pointer())
        counter = builder.module.declare_intrinsic("llvm.readcyclecounter", (), ir.FunctionType(number, ()))
        now, place = builder.call(counter, ()), builder.gep(clock, [arguments[0]])
        builder.store(builder.add(builder.load(place), builder.sub(now, builder.load(clock))), place)
        builder.store(now, clock)
        return context.get_dummy_value()

    return types.none(types.int64), read


def timed_week() -> tuple[Callable[..., None], list[str]]:
    """The order of the week as `week.py` has it, with a look at the clock after each stage; and the stages' names."""
    tree = ast.parse(inspect.getsource(week.live_week))
    told: Any = tree.body[0]
    stages: list[str] = []
    lines = ["lap(0)", f"lap({READING})"]
    for line in told.body[1:]:
        stages.append(line.value.args[0 if line.value.func.id == "together" else 1].id)
        lines += [ast.unparse(line), f"lap({READING + len(stages)})"]
    told.body, told.decorator_list = ast.parse("\n".join(lines)).body, []
    names = {**vars(week), "lap": lap}
    exec(compile(ast.fix_missing_locations(tree), "<the week, timed>", "exec"), names)
    return telling.rule(names["live_week"]), stages


def lived(study: sim.Study, **levers: float) -> Callable[[], Any]:
    """The kernel's work for `RUNS` replications of a changed plan; it answers with the runs."""
    rows = draw_parameters(study.parameters, study.seed, np.arange(RUNS))
    asked = (study.plan | levers, rows, study.seed, range(RUNS), study.edges)
    return lambda: sim.ensemble.run_ensemble(*asked)


def weeks_lived(runs: Any) -> int:
    return int((runs.timeline["phase"] >= 0).sum())


def by_stage(study: sim.Study) -> list[Row]:
    """Each stage's share of the cycles of the week, times the CPU time of the kernel without the clock."""
    told, stages = timed_week()
    plain, act, shares = sim.ensemble.live, lived(study), []
    same = act()
    seconds = in_turns({"plain": act}, ROUNDS)["plain"]
    sim.ensemble.live = numba.njit(
        FunctionType(plain.py_func.__code__, {**vars(sim.ensemble), "live_one_week": numba.njit(_nrt=False)(told)})
    )
    try:
        assert act().timeline.tobytes() == same.timeline.tobytes()
        for _ in range(ROUNDS):
            CLOCK[:] = 0
            act()
            cycles = CLOCK[READING : READING + 1 + len(stages)]
            own = np.maximum(cycles[1:] - cycles[0], 0)
            shares.append(own / own.sum())
    finally:
        sim.ensemble.live = plain
    share = np.median(shares, axis=0)
    each = float(np.median(seconds)) / weeks_lived(same) * 1e9
    rows: list[Row] = [
        {"table": "stage", "what": name, "share": part, "ns a participant-week": part * each}
        for name, part in zip(stages, (share / share.sum()).tolist(), strict=True)
    ]
    return sorted(rows, key=lambda row: -float(str(row["share"])))


@numba.njit
def draw_blocks(number: int, seed: int) -> float:
    """A number from each of so many blocks."""
    total = 0.0
    for i in range(number):
        total += telling.block(seed, 1, w.WOMAN, i % 50, i // 50, w.CRISIS, 0)[0] + 0.5
    return total


def by_decision(study: sim.Study) -> list[Row]:
    """Draws a participant-week of each decision, counted among the agents, and what their blocks cost compiled."""
    draw_blocks(1, 1)
    block = float(np.median(in_turns({"": lambda: draw_blocks(BLOCKS, 1)}, ROUNDS)[""])) / BLOCKS * 1e9
    order = list(vars(w))
    names = {vars(w)[name]: name for name in order[order.index("CRISIS") : order.index("EVENTS")]}
    names |= {w.PROGRESS + domain: "PROGRESS" for domain in range(len(w.DOMAINS))}
    counts: Counter[str] = Counter()
    seen: set[tuple[int, ...]] = set()
    rooms = telling.block

    def counted(seed, replication, kind, number, week, decision, other):
        counts[names[decision]] += 1
        seen.add((replication, kind, number, week, decision >> 2, other))
        return rooms(seed, replication, kind, number, week, decision, other)

    rows = draw_parameters(study.parameters, study.seed, np.arange(BY_AGENTS))
    telling.block = counted
    try:
        lives = run_replications(study.plan, rows, study.seed, range(BY_AGENTS), study.edges)
    finally:
        telling.block = rooms
    weeks = weeks_lived(lives)
    counts["all draws"] = sum(counts.values())
    counts["blocks, if four neighbours shared one"] = len(seen)
    return [
        {"table": "decision", "what": name, "draws a participant-week": number / weeks,
         "ns a participant-week": number / weeks * block}
        for name, number in counts.most_common()
    ]  # fmt: skip


def by_place(study: sim.Study) -> list[Row]:
    """Cost a participant-week in the program and outside it, and what places and weeks cost that nobody lives."""
    fixed = {"cohort_referred": 55.0}
    short = fixed | {"cohort_follow_up_weeks": 52.0}
    plans = {
        "as delivered": {},
        "55 women, no empty place": fixed,
        "55 women, usual services only": fixed | {"program_offered": 0.0},
        "followed for one year, referred over 3.5 years": short,
        "followed for one year, referred over 14 years": short | {"cohort_weeks": 4 * study.plan["cohort_weeks"]},
    }
    acts = {name: lived(study, **levers) for name, levers in plans.items()}
    runs = {name: act() for name, act in acts.items()}
    seconds = in_turns(acts, ROUNDS)
    rows: list[Row] = []
    for name, one in runs.items():
        phase = one.timeline["phase"]
        inside = int(((phase >= w.PRE_CTI) & (phase <= w.TRANSFER)).sum())
        weeks = weeks_lived(one)
        each = float(np.median(seconds[name])) / weeks * 1e9
        rows.append(
            {"table": "plan", "what": name, "share of weeks in program": inside / weeks, "ns a participant-week": each}
        )
    return rows


def main() -> None:
    study = sim.load_study()
    rows = by_stage(study) + by_decision(study) + by_place(study)
    keep("where_time_goes", rows, rounds=ROUNDS, runs=RUNS, by_agents=BY_AGENTS, blocks=BLOCKS)


if __name__ == "__main__":
    main()
