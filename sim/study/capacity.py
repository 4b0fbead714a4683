"""How waits fall with posts: the curve for an intake that a planner asks about, with the level that she asks for marked
and who waits longer beside it. No smallest team is picked."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from math import ceil
from pathlib import Path
from textwrap import wrap
from typing import Any

import numpy as np
import pandas as pd

from sim.ensemble import A_CHUNK
from sim.measures.lives import Lives
from sim.measures.outcomes import NAMED, outcomes_of
from sim.measures.tidy import unfold
from sim.program import words as w
from sim.program.levers import LEVERS
from sim.study.pairs import half_widths
from sim.study.pairs_by_woman import ALL
from sim.study.plans import COST, own_sets
from sim.study.plans_in_words import WIDTH, placeholders, rests_on
from sim.study.refusals import Refused
from sim.study.saved import dictionary
from sim.study.sentences import say
from sim.study.simulate import cores, decided_by, runs_of
from sim.study.store import Store
from sim.study.study import Study
from sim.study.tables import HIGH, LOW
from sim.study.watching import watched

KEYS = ("women", "weeks", "percent", "posts")  # the verb's keys that ask for waits
ASKED: dict[str, tuple[float, float, float]] = {  # as given where it is not, and what may be asked for
    "women": (30.0, 1.0, 250.0), "weeks": (4.0, 1.0, 104.0), "percent": (90.0, 1.0, 100.0),
}  # fmt: skip
RUNS = 200  # of each number of posts
A_YEAR_IN, MORE = 0.75, 3  # years in the program, by which posts are thought of, and posts more that are tried
BURN_IN = 52  # weeks of referrals while an empty program fills, whose women are not counted where there are two years
MOST_POSTS = next(int(lever.high) for lever in LEVERS if lever.key == "staffing.case_managers")
BESIDE = (COST, "hours_used", "waiting_for_services", "waiting_list")
Answer = tuple[list[str], dict[str, Any]]


def capacity(study: Study, own: Mapping[str, str], store: Store, folder: Path, record: Mapping[str, Any]) -> Answer:
    """Fills the folder with the table of waits and its figure; the summary, and the record."""
    from sim.study.figures.staffing import draw_waits

    asked = {name: float(own.get(name, usual)) for name, (usual, _, _) in ASKED.items()}
    problems = [
        say("door.not_allowed", key=f"staff.{name}", value=own[name], low=f"{low:g}", high=f"{high:g}")
        for name, (_, low, high) in ASKED.items()
        if not low <= asked[name] <= high
    ]
    enough = ceil(asked["women"] * A_YEAR_IN / study.plan["staffing_caseload_limit"])
    usual = range(1, min(MOST_POSTS, enough + MORE) + 1)
    posts = sorted({int(each) for each in own["posts"].split(",")}) if "posts" in own else [*usual]
    if posts[-1] > MOST_POSTS:
        problems.append(say("door.not_allowed", key="staff.posts", value=own["posts"], low=0, high=MOST_POSTS))
    if asked["weeks"] > study.plan["cohort_follow_up_weeks"]:
        problems.append(say("staff.too_short", have=study.cohort.follow_up_weeks))
    if problems:
        raise Refused(*problems)
    with watched(RUNS * len(posts)) as heard:
        frames = []
        for number in posts:
            frames.append(waits(study, asked, number, store).assign(posts=number))
            heard(RUNS)
    table = wait_table(study, pd.concat(frames, ignore_index=True), asked["percent"])
    told = dictionary("staff", ["waits"])
    told.to_csv(folder / "dictionary.csv", index=False, lineterminator="\n", encoding="utf-8")
    about = {**asked, "posts": posts, "runs": RUNS, "burn_in": burn_in(study)}
    draw_waits(table, about, folder / "waits", {**record, "staff": about})
    return lines(study, table, about), {**record, "staff": about}


def burn_in(study: Study) -> int:
    """Weeks of referrals whose women are not counted, because the program begins empty."""
    return BURN_IN if study.plan["cohort_weeks"] >= 2 * BURN_IN else 0


def waits(study: Study, asked: Mapping[str, float], posts: int, store: Store) -> pd.DataFrame:
    """By run and need at entry: women counted, how many began within the weeks asked for, the weeks that they waited in
    all, how many waited too long; and what the program cost and used, by run."""
    plan = study.plan | {"staffing_case_managers": float(posts), "cohort_referred": 0.0}
    plan |= {"cohort_referrals_per_week": asked["women"] / 52}
    outcomes = [NAMED[name] for name in BESIDE]
    key = {**decided_by(study, plan, outcomes), "waits": asked["weeks"], "burn_in": burn_in(study), "runs": RUNS}
    if found := store.get(key):
        return found["waits"]
    every = np.arange(1, RUNS + 1)

    def some_of(some: np.ndarray) -> pd.DataFrame:
        runs = runs_of(study, plan, some)
        lives = Lives(runs, plan, study.costs)
        beside = outcomes_of(lives, outcomes).pivot(index="replication", columns="outcome", values="value")
        beside.columns = beside.columns.astype(str)
        return counted(lives, asked["weeks"], burn_in(study)).merge(beside.reset_index(), on="replication")

    with ThreadPoolExecutor(cores(study.threads)) as pool:
        table = pd.concat(pool.map(some_of, np.split(every, range(A_CHUNK, RUNS, A_CHUNK))), ignore_index=True)
    store.put(key, {"waits": table})
    return table


def counted(lives: Lives, weeks: float, first: int) -> pd.DataFrame:
    """By run and need at entry: women referred from the first week on, how many of them began after fewer weeks than
    these, the weeks they waited, and how many waited too long."""
    who = lives.referred & (lives.women["referred"] >= first)
    needs = [who, *(who & (lives.women["needs"] >> need & 1 > 0) for need in range(len(w.NEEDS)))]
    about = {"within": lives.entered & (lives.women["waited"] < weeks), "waited": lives.women["waited"],
             "gave_up": lives.ended(w.WAITED_TOO_LONG)}  # fmt: skip
    sums = {name: np.stack([np.where(some, part, 0).sum(axis=1) for some in needs], axis=1)
            for name, part in {"women": who, **about}.items()}  # fmt: skip
    return unfold([{"replication": lives.runs.replications}, {"need": [ALL, *w.NEEDS]}], sums)


def wait_table(study: Study, runs: pd.DataFrame, percent: float) -> pd.DataFrame:
    """A row for each number of posts and need: the share that begins within the weeks asked for, with its range over
    runs, half-width and the share of runs that reach the level; the mean wait, the share that waited too long; and for
    all women what the program cost and used."""
    runs = runs[runs["women"] > 0].astype({"need": str})
    runs = runs.assign(share=runs["within"] / runs["women"])
    rows = []
    for (posts, need), group in runs.groupby(["posts", "need"], sort=False):
        sums, sets = (
            group[["women", "within", "waited", "gave_up"]].sum(),
            own_sets(study, group["replication"].to_numpy()),
        )
        half = float(half_widths(group[["share"]].to_numpy(), sets)[1][0])
        row = {"posts": posts, "need": need, "women": group["women"].mean(), "within": group["share"].mean()}
        row |= {"low": group["share"].quantile(LOW), "high": group["share"].quantile(HIGH), "half_width": half}
        row |= {"runs_at_level": (group["share"] >= percent / 100).mean(), "mean_wait": sums["waited"] / sums["women"]}
        row |= {"waited_too_long": sums["gave_up"] / sums["women"]}
        rows.append(row | ({name: group[name].mean() for name in BESIDE} if need == ALL else {}))
    return pd.DataFrame(rows)


def in_words(about: Mapping[str, Any]) -> dict[str, Any]:
    """What was asked, with its numbers counted in words: 1 week, 4 weeks."""
    count = {"women_a_year": ("women", about["women"]), "within_weeks": ("weeks", about["weeks"])}
    said = {key: say(f"staff.waits.count.{name}{'_one' if number == 1 else ''}", number=number)
            for key, (name, number) in count.items()}  # fmt: skip
    posts = ", ".join(map(str, about["posts"]))
    return {**about, **said, "posts": say(f"staff.waits.count.posts{'_one' if posts == '1' else ''}", number=posts)}


def lines(study: Study, table: pd.DataFrame, about: Mapping[str, Any]) -> list[str]:
    """What was found, in at most 24 lines."""
    everybody: Any = table[table["need"] == ALL].to_dict("records")
    heads = [say(f"staff.waits.columns.{name}") for name in ("posts", "within", "level", "wait", "gave_up", "used",
                                                            "queue", "cost")]  # fmt: skip
    rows = [heads, *([
        f"{row['posts']}", say("staff.of_100", mean=100 * row["within"], low=100 * row["low"], high=100 * row["high"]),
        f"{100 * row['runs_at_level']:.0f} %", f"{row['mean_wait']:.1f}", f"{100 * row['waited_too_long']:.0f}",
        f"{100 * row['hours_used']:.0f} %", f"{row['waiting_for_services']:.1f}", f"{row[COST] / 1000:,.0f}",
    ] for row in everybody[:9])]  # fmt: skip
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    text = [" ".join(f"{cell:{wide}}" for cell, wide in zip(row, widths, strict=True)).rstrip() for row in rows]
    longest = []
    for posts, group in list(table[table["need"] != ALL].groupby("posts"))[:2]:
        order: Any = group.sort_values("mean_wait", kind="stable")[["need", "mean_wait"]].to_records(index=False)
        (least, shortest), (most, longest_wait) = order[0], order[-1]
        said = {"most": most, "longest": longest_wait, "least": least, "shortest": shortest}
        longest.append(say("staff.waits.who", posts=posts, **said))
    first, last = everybody[0], everybody[-1]
    queue = {"first": first["waiting_for_services"], "last": last["waiting_for_services"]}
    services = "services" if len(everybody) > 1 else "services_one"
    after = [
        say("staff.waits.longer", items="; ".join(longest)),
        say(f"staff.waits.{services}", a=first["posts"], b=last["posts"], **queue),
        say("staff.waits.burn_in" if about["burn_in"] else "staff.waits.no_burn_in", weeks=about["burn_in"]),
        placeholders(study),
        rests_on(study, about["runs"]),
    ]
    return [
        say("summary.heading"),
        *wrap(say("staff.waits.asked", **in_words(about)), WIDTH),
        *text,
        *(line for each in after if each for line in wrap(each, WIDTH, subsequent_indent="   ")),
        *wrap(say("summary.cannot"), WIDTH),
    ]
