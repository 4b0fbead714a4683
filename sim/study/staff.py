"""The verb `staff`: which teams give most within a budget and cannot be told apart, what one thing more would add,
where it adds nothing and why; or, asked for waits, how they fall with posts."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.study.capacity import KEYS, capacity
from sim.study.files import filling, seal, write_table
from sim.study.how_sure import badge_of, badge_table, how_sure
from sim.study.lines import MOST_MONEY
from sim.study.pairs import A_LOOK, half_widths, pair_up
from sim.study.pairs_by_woman import need_table
from sim.study.plans import (
    ALIKE,
    BESIDE,
    COST,
    MOST_PLANS,
    WAIT,
    WHO,
    Planned,
    asked_of,
    lived,
    most_runs,
    own_sets,
    planned,
    single_changes,
)
from sim.study.plans_in_words import INERT, favoured_of, plan_lines
from sim.study.record import RESULTS, name_of, record_of
from sim.study.refusals import Refused
from sim.study.regret import FEWEST, WORLDS, regret_tables, runs_of
from sim.study.regret_in_words import regret_lines
from sim.study.run import BLOCKS
from sim.study.saved import dictionary
from sim.study.seen import SEEN, seen_in_short, seen_line, seen_table
from sim.study.selection import LEVEL, LOOKS, by_set, frontier_chances, resampled
from sim.study.sentences import say
from sim.study.service import is_too_large, service_line, service_tables
from sim.study.store import Store
from sim.study.study import Study
from sim.study.tables import HIGH, LOW, harmless
from sim.study.watching import watched
from sim.study.worlds import World

OUTCOME, ZONE = "completed", 2.0  # what plans are compared by, and points of women referred within which they are alike
ZONES, BUDGETS = (0.1, 20.0), (1.0, MOST_MONEY)
OUT = 0.05  # chance of being on the frontier, below which a plan is drawn as dominated
LESS = 0.995  # of the present cost: a budget below it is a cut
CHANGE_RUNS = 200  # paired runs of each single change
CAD, LEAST_COST = 10_000, 1_000  # the next dollars are told by so many; CAD a year from which a change costs something
Tables = Mapping[str, pd.DataFrame]


def staff_main(study: Study, own: Mapping[str, str], command: str) -> int:
    """Lives the plans and keeps what they say in a folder; the exit code. Blocks of runs are kept: stopped, it goes on
    where it was."""
    place = Path(study.out) if study.out else RESULTS / f"{name_of([study])}_staff"
    problems = [] if study.program.offered else [say("staff.no_program")]
    if 0 < int(own.get("worlds", 0)) < FEWEST:
        problems.append(say("staff.regret.few", value=own["worlds"], least=FEWEST))
    given = ("zone", ZONES), ("budget", BUDGETS)
    problems += [
        say("door.not_allowed", key=f"staff.{name}", value=own[name], low=f"{low:g}", high=f"{high:g}")
        for name, (low, high) in given
        if name in own and not low <= float(own[name]) <= high
    ]
    waits = [key for key in own if key in KEYS]
    problems += [say("staff.two_questions", key=f"staff.{key}") for key in own if waits and key not in KEYS]
    if problems:
        raise Refused(*problems)
    store = Store(study.store or BLOCKS)
    with filling(place) as filled:
        if waits:
            text, about = capacity(study, own, store, filled.folder, record_of([study], command, "compiled"))
        else:
            text, about = answer(study, own, store, filled.folder, record_of([study], command, "compiled"))
        (filled.folder / "summary.txt").write_text("\n".join(text) + "\n", encoding="utf-8", newline="\n")
        seal(filled.folder, about)
    print("\n".join([*text, say("summary.folder", folder=filled.place)]))
    return 0


def answer(
    study: Study, own: Mapping[str, str], store: Store, folder: Path, record: Mapping[str, Any]
) -> tuple[list[str], dict[str, Any]]:
    """Fills the folder with tables and figure; the summary, and the record."""
    from sim.study.figures.regret import draw_regret
    from sim.study.figures.service import draw_service
    from sim.study.figures.staffing import draw_frontier

    outcome, zone = asked_of(study, own.get("outcome", OUTCOME)), float(own.get("zone", ZONE))
    worlds = int(own.get("worlds", 0))
    most = most_runs(study, own) + len(single_changes(study)[1]) * CHANGE_RUNS + runs_of(worlds)
    with watched(most) as heard:
        found = planned(study, outcome, own, zone, store, heard)
        plans = plan_table(found)
        changes, badge = change_table(found, store, heard)
        tables: dict[str, pd.DataFrame] = {"plans": plans, "changes": changes}
        if found.budget < LESS * plans["cost_a_year"].iloc[0]:
            tables["lost"] = lost_table(found, plans, store, heard)
        tables |= {} if is_too_large(study) else service_tables(study, store)
        regrets = regret_tables(found, plans, worlds, store, heard) if worlds else {}
    tables |= {name: table for name, table in regrets.items() if name != WORLDS}
    if regrets:
        write_table(regrets[WORLDS], folder / f"{WORLDS}.parquet")
    if len(seen := seen_table(study, store)):
        tables[SEEN] = seen
    told = dictionary("staff", [*tables, *regrets], {"outcome": [{"outcome": outcome}]})
    told = pd.concat([told, *([dictionary(SEEN)] if SEEN in tables else [])], ignore_index=True)
    for name, table in {**tables, "dictionary": told}.items():
        harmless(table).to_csv(folder / f"{name}.csv", index=False, lineterminator="\n", encoding="utf-8")
    about = {
        "outcome": outcome, "zone_points": zone, "zone": found.zone, "budget": found.budget, "plans": len(plans),
        "of": found.of, "searched": found.of > MOST_PLANS, "runs": len(found.sets), "looks": list(LOOKS),
        "kept": len(found.kept), "settled": found.settled,
        "level": LEVEL, "rule": say("staff.rule"),
    }  # fmt: skip
    draw_frontier(plans, changes, about, folder / "plans", {**record, "staff": about})
    if regrets:
        draw_regret(study, regrets, about, folder / "regret", {**record, "staff": about})
    if "service" in tables:
        draw_service(tables["service_months"], tables["service"], folder / "service", {**record, "staff": about})
    by_week = service_line(study, tables["service_months"]) if "service" in tables else say("service.too_large")
    beside = [(by_week, say("service.short")), (seen_line(study, seen), seen_in_short(seen))]
    regret = regret_lines(study, regrets, found.zone) if regrets else []
    return plan_lines(study, about, tables, badge, beside, regret), {**record, "staff": about}


def spread(values: pd.DataFrame, name: str, sets: np.ndarray) -> dict[str, Any]:
    """Means of columns, their range over runs and the half-width of the mean's 95 % interval, under this name."""
    return {
        name: values.mean(), f"{name}_low": values.quantile(LOW), f"{name}_high": values.quantile(HIGH),
        f"{name}_half_width": half_widths(values.to_numpy(), sets)[1],
    }  # fmt: skip


def plan_table(found: Planned) -> pd.DataFrame:
    """A row for each plan, the planner's own first: its levers as stated, women a year and cost a year with ranges over
    runs and half-widths, waits and hours, its runs, its chance of being on the frontier, whether it is dominated,
    within the budget (and the share of runs that cost more), and among those that cannot be told apart."""
    values = found.by_run["women"]
    plans = values.columns
    table = found.words.assign(yours=np.arange(len(plans)) == 0)
    for name, column in (("women", "women_a_year"), (COST, "cost_a_year")):
        table = table.assign(**spread(found.by_run[name][plans], column, found.sets))
    for name in (found.outcome, *(each for each in BESIDE if each not in (COST, WHO))):
        table[name] = found.by_run[name][plans].mean()
    table["runs"] = values.count()
    there = sorted({0, *found.left})
    gives, costs = (by_set(found.by_run[name][there].to_numpy(), found.sets) for name in ("women", COST))
    table["on_frontier"] = 0.0
    table.loc[there, "on_frontier"] = frontier_chances(gives, costs, found.study.seed)
    table["dominated"] = table["on_frontier"] < OUT
    table["within_budget"] = table["cost_a_year"] <= found.budget * ALIKE
    table["runs_over_budget"] = (found.by_run[COST][plans] > found.budget).sum() / table["runs"]
    table["cannot_be_told_apart"] = table.index.isin(found.kept)
    table.insert(0, "plan", np.arange(len(table)))
    return table


def change_table(found: Planned, store: Store, heard: Any) -> tuple[pd.DataFrame, str]:
    """A row for each single change of the plan: what it adds in women a year with range and half-width, of 100 women,
    and to cost, waits, hours used and waits for services; women more per 10,000 CAD where it costs something, and the
    share of resamples in which it has most of that; how sure; whether it is inert. And the badge of all together."""
    study, outcome = found.study, found.outcome
    rows, names = single_changes(study)
    runs = lived(study, rows, outcome, (1, CHANGE_RUNS), store, heard)
    sets = own_sets(study, runs[COST].index.to_numpy())
    extra = {name: of.sub(of[0], axis=0).drop(columns=0) for name, of in runs.items()}
    table = pd.DataFrame({"change": names[1:]}, index=extra["women"].columns)
    table = table.assign(**spread(extra["women"], "women_a_year", sets))
    for name in (outcome, COST, WAIT, "hours_used", "waiting_for_services"):
        table[name] = extra[name].mean()
    paid = table[COST] > LEAST_COST
    table["per_10000_cad"] = (CAD * table["women_a_year"] / table[COST]).where(paid)
    table["chance_most"] = np.nan
    if paid.any():
        weights, chosen = resampled(len(np.unique(sets)), study.seed), paid[paid].index
        gain, price = (weights @ by_set(extra[name][chosen].to_numpy(), sets) for name in ("women", COST))
        most = (gain / price).argmax(axis=1)
        table.loc[chosen, "chance_most"] = np.bincount(most, minlength=len(chosen)) / len(most)
    sure = [how_sure(column) for column in extra["women"].to_numpy().T]
    table = table.assign(sure=[one.words for one in sure], share=[one.share for one in sure])
    ends = table["women_a_year"].abs() + table["women_a_year_half_width"]
    table["inert"] = ends < INERT * found.zone
    by_name = extra["women"].set_axis(names[1:], axis=1).reset_index()
    badges = badge_table(study, by_name.melt("replication", var_name="outcome", value_name="difference"))
    return table.assign(badge=table["change"].map(dict(badges[["outcome", "badge"]].to_numpy()))), badge_of(badges)


def lost_table(found: Planned, plans: pd.DataFrame, store: Store, heard: Any) -> pd.DataFrame:
    """Of women by need at entry: what one of the plans that cannot be told apart, the one whose mean is highest, takes
    from them against the present plan, for how many, and for want of what."""
    example = favoured_of(plans)
    levers = {key.replace(".", "_"): float(found.rows[key][example]) for key in map(str, found.rows)}
    here = World(say("staff.yours"), found.study, found.study.plan)
    there = World(say("staff.example"), found.study, {**found.study.plan, **levers})
    table = need_table(pair_up(here, there, 100.0, A_LOOK, store, heard).women)
    return table[table["outcome"].isin([found.outcome, WAIT, OUTCOME])].assign(plan=example)
