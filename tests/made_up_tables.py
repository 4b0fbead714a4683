"""Tables with the columns of a study, made up by a seeded draw: for tests of what is made from tables."""

import numpy as np
import pandas as pd

from sim.program.people import LOG, POST_LOG
from sim.program.words import DOMAINS, PHASES, REASONS, SERVICES, SEX_WORK_STATES

WEEKS, CALENDAR, RUNS, NAMES = 60, 110, 5, ("no_program", "as_delivered")
Tables = dict[str, pd.DataFrame]


def made_up_tables(runs: int = RUNS, posts: int = 2, names: tuple[str, ...] = NAMES) -> Tables:
    """Tables with the columns of a study, of women who move along the pathway by a seeded draw."""
    parts: dict[str, list[pd.DataFrame]] = {}
    for scenario in names:
        for run in range(1, runs + 1):
            for name, frame in one_run(np.random.default_rng(run), scenario != "no_program", posts).items():
                parts.setdefault(name, []).append(frame.assign(scenario=scenario, replication=run))
    return {name: pd.concat(frames, ignore_index=True) for name, frames in parts.items()} | community() | summary(names)


def one_run(rng: np.random.Generator, offered: bool, posts: int) -> Tables:
    """One run's tables, by a woman's own weeks and by the calendar."""
    women = 30 + int(rng.integers(0, 10))
    phase = np.full((women, WEEKS), 7)
    moves: dict[tuple[int, int, int], int] = {}
    for woman in range(women if offered else 0):
        now = 0
        for week in range(WEEKS):
            leaves, moves_on = ((0.04, 0.3), (0.02, 0.4), (0.012, 0.09))[min(now, 2)]
            luck = rng.random()
            if now < 5 and luck < leaves + moves_on:
                after = 6 if luck < leaves else now + 1
                why = (2 if now == 0 else 3) if after == 6 else 1 if after == 5 else 0
                moves[now, after, why] = moves.get((now, after, why), 0) + 1
                now = after
            phase[woman, week] = now
    waited = (phase[:, -1] == 6) & ~np.isin(phase, (1, 2, 3, 4)).any(axis=1)
    gone, done = phase == 6, phase == 5
    ends = {"completed": done, "left": gone & ~waited[:, None], "waited_too_long": gone & waited[:, None]}
    pathway = pd.DataFrame({name: who.sum(axis=0) for name, who in ends.items()}).assign(week=range(WEEKS))
    state = rng.choice(3, (women, WEEKS), p=(0.6, 0.15, 0.25) if offered else (0.75, 0.15, 0.1))
    flows = [(PHASES[a], PHASES[b], REASONS[why], number) for (a, b, why), number in moves.items()]
    tables = {
        "pathway": pathway.assign(still_in=women - pathway[list(ends)].sum(axis=1)),
        "flows": pd.DataFrame(flows, columns=["from_phase", "to_phase", "reason", "women"]).astype({"women": int}),
        "states": pd.DataFrame({
            "week": np.repeat(range(WEEKS), 3), "domain": "sex_work", "state": list(SEX_WORK_STATES) * WEEKS,
            "women": np.stack([(state == code).sum(axis=0) for code in range(3)], axis=1).ravel(),
        }),
        "goals": pd.DataFrame({
            "domain": DOMAINS, "wanted": rng.binomial(women, 0.7, 4), "set": rng.binomial(women, 0.4, 4) * offered,
            "reached": rng.binomial(women, 0.4 if offered else 0.15, 4),
        }),
    }  # fmt: skip
    return tables | by_calendar(rng, phase, posts)


def by_calendar(rng: np.random.Generator, phase: np.ndarray, posts: int) -> Tables:
    """The log of the program and of its posts, for women referred at random in the first weeks."""
    log = {name: np.zeros(CALENDAR, int) for name, *_ in LOG}
    for woman, start in enumerate(rng.integers(0, CALENDAR - WEEKS, len(phase))):
        for code, name in enumerate(("waiting", "pre_cti", "transition", "try_out", "transfer")):
            log[name][start : start + WEEKS] += phase[woman] == code
    inside = sum(log[name] for name in ("pre_cti", "transition", "try_out", "transfer"))
    frames = []
    for post in range(posts):
        there = (rng.random(CALENDAR) > 0.05).astype(int)
        load = (np.asarray(inside) + post) // posts * there
        hours = {"supplied": 20.0 * there, "drop_in": 3.0 * there, "crisis": 0.06 * load, "visits": 0.9 * load}
        columns = {"in_post": there, "caseload": load, **hours, "links": 0.2 * load}
        frames.append(
            pd.DataFrame({name: columns[name] for name, *_ in POST_LOG}).assign(post=post, week=range(CALENDAR))
        )
    occupancy = {"occupancy": pd.DataFrame(log).assign(week=range(CALENDAR))}
    return occupancy | ({"posts": pd.concat(frames, ignore_index=True)} if frames else {})


def community(women: int = 12) -> Tables:
    """A community graph: services, posts and women, with links, ties and a caseload."""
    nodes = [(name, "service", name.replace("_", " ")) for name in SERVICES]
    nodes += [("case manager 1", "case manager", "case manager 1"), ("peer mentor 1", "peer mentor", "peer mentor 1")]
    people = [f"P{number:03}" for number in range(1, women + 1)]
    edges = [("housing", "health", "referral", 0.1), ("legal", "counselling", "referral", 0.2)]
    edges += [("case manager 1", person, "caseload", 1.0) for person in people]
    edges += [(person, SERVICES[place % 7], "link", 1.0) for place, person in enumerate(people) if place % 3]
    edges += [(one, other, "tie", 1.0) for one, other in zip(people, people[2:], strict=False)]
    return {
        "community_nodes": pd.DataFrame(
            [*nodes, *((p, "woman", p) for p in people)], columns=["node", "kind", "label"]
        ),
        "community_edges": pd.DataFrame(edges, columns=["source", "target", "kind", "weight"]),
    }


def summary(names: tuple[str, ...]) -> Tables:
    """A summary of the outcomes that figures read."""
    outcomes = (
        ("completed_a_year", "women a year", "more", 8.0), ("waited_too_long", "share of women", "less", 0.3),
        ("unmet_contacts", "contacts", "less", 1.4), ("services_linked_39", "services", "more", 1.7),
        ("days_stably_housed", "share of days", "more", 0.4), ("income_sufficient_39", "share of women", "more", 0.11),
        ("exited_39", "share of women", "neither", 0.22), ("cost_a_year", "CAD a year", "less", 412_345.0),
        ("weeks_waited", "weeks", "less", 4.9), ("hours_used", "share of hours", "neither", 0.62),
    )  # fmt: skip
    rows = [
        (name, outcome, unit, better, size * 0.9**k, 0.7 * size * 0.9**k, 1.4 * size * 0.9**k, RUNS)
        for k, name in enumerate(names)
        for outcome, unit, better, size in outcomes
    ]
    return {
        "summary": pd.DataFrame(rows, columns=["scenario", "outcome", "unit", "better", "mean", "low", "high", "n"])
    }
