"""Facts about the figures: what each draws is what the tables hold, said in its words, and written the same way twice."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.program.people import LOG, POST_LOG
from sim.program.words import DOMAINS, PHASES, REASONS, SERVICES, SEX_WORK_STATES
from sim.study.figures import FIGURES, draw, draw_all, numbers

WEEKS, CALENDAR = 104, 150
KINDS = ("visits", "drop_in", "links", "crisis")


def made_up_tables(
    runs: int = 8, posts: int = 2, names: tuple[str, ...] = ("as_delivered", "no_program")
) -> dict[str, pd.DataFrame]:
    """Tables with the columns of a study, from women who move along the pathway by a seeded draw."""
    parts: dict[str, list[pd.DataFrame]] = {}
    for scenario in names:
        for run in range(runs):
            rng = np.random.default_rng([run, len(scenario)])
            for name, frame in one_run(rng, scenario != "no_program", posts, run).items():
                parts.setdefault(name, []).append(frame.assign(scenario=scenario, replication=run))
    return {name: pd.concat(frames, ignore_index=True) for name, frames in parts.items()} | community() | summary(names)


def one_run(rng: np.random.Generator, offered: bool, posts: int, run: int) -> dict[str, pd.DataFrame]:
    """One run's tables: phases by own week and by the calendar, lives as three states that move at random."""
    number = 40 + int(rng.integers(0, 20))
    phase = np.zeros((number, WEEKS), int) if offered else np.full((number, WEEKS), 7)
    referred = np.sort(rng.integers(0, 90, number))
    flows: dict[tuple[int, int, int], int] = {}
    for woman in range(number if offered else 0):
        now = 0 if rng.random() < 0.6 else 1
        if now:
            flows[0, 1, 0] = flows.get((0, 1, 0), 0) + 1
        for week in range(WEEKS):
            phase[woman, week] = now
            gone, on = (0.04, 0.08) if now == 0 else (0.012, 0.3 if now == 1 else 0.075)
            if now < 5 and (draw_one := rng.random()) < gone + on:
                after = 6 if draw_one < gone else now + 1
                why = 0 if after < 5 else 1 if after == 5 else 2 if now == 0 else 3
                flows[now, after, why] = flows.get((now, after, why), 0) + 1
                now = after
    waited = np.array(
        [[0] if not offered else [(0 in row) and 1 not in row for row in [phase[woman]]] for woman in range(number)]
    )
    waited = np.array([offered and 6 in phase[w] and not np.isin(phase[w], (1, 2, 3, 4)).any() for w in range(number)])
    log = {name: np.zeros(CALENDAR, int) for name, *_ in LOG}
    for woman in range(number):
        for week in range(min(WEEKS, CALENDAR - referred[woman])):
            for code, name in enumerate(("waiting", "pre_cti", "transition", "try_out", "transfer")):
                log[name][referred[woman] + week] += phase[woman, week] == code
    inside = sum(log[name] for name in ("pre_cti", "transition", "try_out", "transfer"))
    log["unmet"] = rng.binomial(np.asarray(inside), 0.08)
    post_frames = []
    for post in range(posts):
        caseload = (np.asarray(inside) + post) // posts
        there = (rng.random(CALENDAR) > 0.06) & (np.arange(CALENDAR) < np.flatnonzero(inside).max(initial=-1) + 1)
        columns = {"in_post": there, "caseload": caseload * there, "supplied": 20.0 * there}
        columns |= {
            "drop_in": 3.0 * there,
            "crisis": 0.06 * caseload * there,
            "visits": np.minimum(14, 0.9 * caseload) * there,
            "links": np.minimum(2.5, 0.2 * caseload) * there,
        }
        post_frames.append(
            pd.DataFrame({name: columns[name] for name, *_ in POST_LOG}).assign(week=range(CALENDAR), post=post)
        )
    ends = pd.DataFrame({
        "week": range(WEEKS), "completed": (phase == 5).sum(0), "left": ((phase == 6) & ~waited[:, None]).sum(0),
        "waited_too_long": ((phase == 6) & waited[:, None]).sum(0),
    })  # fmt: skip
    ends["still_in"] = number - ends[["completed", "left", "waited_too_long"]].sum(axis=1)
    state = np.zeros((number, WEEKS), int)
    for week in range(1, WEEKS):
        draw_all_women, before = rng.random(number), state[:, week - 1]
        start = np.where(draw_all_women < 0.012, 1, np.where(draw_all_women > (0.992 if offered else 0.996), 2, 0))
        state[:, week] = np.where(
            before == 0, start, np.where(draw_all_women < np.where(before == 1, 0.05, 0.008), 0, before)
        )
    states = pd.DataFrame([
        {"week": week, "domain": "sex_work", "state": name, "women": int((state[:, week] == code).sum())}
        for week in range(WEEKS) for code, name in enumerate(SEX_WORK_STATES)
    ])  # fmt: skip
    goals = pd.DataFrame({
        "domain": DOMAINS, "wanted": rng.binomial(number, (0.6, 0.7, 0.75, 0.85)),
        "set": rng.binomial(number, (0.3, 0.45, 0.4, 0.5)) * offered,
        "reached": rng.binomial(number, (0.3, 0.45, 0.6, 0.22) if offered else (0.24, 0.28, 0.55, 0.1)),
    })  # fmt: skip
    found = {
        "pathway": ends, "states": states, "goals": goals,
        "occupancy": pd.DataFrame(log).assign(week=range(CALENDAR)),
        "flows": pd.DataFrame(
            [{"from_phase": PHASES[a], "to_phase": PHASES[b], "reason": REASONS[c], "women": n} for (a, b, c), n in flows.items()],
            columns=["from_phase", "to_phase", "reason", "women"],
        ),
    }  # fmt: skip
    return found | ({"posts": pd.concat(post_frames, ignore_index=True)} if post_frames else {})


def community(women: int = 48) -> dict[str, pd.DataFrame]:
    """A community graph: services, posts and women, with links, ties and a caseload."""
    rng = np.random.default_rng(5)
    nodes = [(f"service {name}", "service", name.replace("_", " ")) for name in SERVICES]
    nodes += [(f"post {k}", "case manager", f"case manager {k + 1}") for k in range(2)]
    nodes += [(f"peer {k}", "peer mentor", f"peer mentor {k + 1}") for k in range(2)]
    nodes += [(f"P{k + 1:03}", "woman", f"P{k + 1:03}") for k in range(women)]
    edges = [
        (f"service {SERVICES[a]}", f"service {SERVICES[b]}", "referral", 0.1)
        for a, b in ((0, 1), (3, 6), (4, 3), (5, 1))
    ]
    for k in range(women):
        edges += [(f"P{k + 1:03}", f"service {name}", "link", 1.0) for name in SERVICES if rng.random() < 0.12]
        edges += [(f"P{k + 1:03}", f"post {k % 2}", "caseload", float(rng.uniform(0.3, 0.9)))] if k % 3 == 0 else []
        edges += [
            (f"P{k + 1:03}", f"P{j + 1:03}", "tie", 0.5) for j in range(0, k, 3) if k % 3 == 0 and rng.random() < 0.15
        ]
    return {
        "community_nodes": pd.DataFrame(nodes, columns=["node", "kind", "label"]),
        "community_edges": pd.DataFrame(edges, columns=["source", "target", "kind", "weight"]),
    }


def summary(names: tuple[str, ...]) -> dict[str, pd.DataFrame]:
    """A summary of eight outcomes for each scenario."""
    outcomes = (
        ("completed_a_year", "women a year", "more", 8), ("waited_too_long", "share of women", "less", 0.3),
        ("unmet_contacts", "contacts", "less", 1.4), ("services_linked_39", "services", "more", 1.7),
        ("days_stably_housed", "share of days", "more", 0.4), ("income_sufficient_39", "share of women", "more", 0.11),
        ("exited_39", "share of women", "neither", 0.22), ("cost_a_year", "CAD a year", "less", 412_345.0),
        ("weeks_waited", "weeks", "less", 4.9), ("hours_used", "share of hours", "neither", 0.62),
    )  # fmt: skip
    rows = [
        (name, outcome, unit, better, size * f, 0.7 * size * f, 1.4 * size * f, 8)
        for k, name in enumerate(names) for outcome, unit, better, size in outcomes if (f := 0.0 if name == "no_program" and outcome == "cost_a_year" else 0.9**k) is not None
    ]  # fmt: skip
    return {
        "summary": pd.DataFrame(rows, columns=["scenario", "outcome", "unit", "better", "mean", "low", "high", "n"])
    }
