"""How the planner's own plan is delivered, week by week: who waits and how long, what each post's hours reach and what
they do not, vacancies; by month, with the weeks in which the program fills and runs out told apart."""

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.ensemble import A_CHUNK
from sim.measures.costs import at_work
from sim.measures.tidy import unfold
from sim.program import words as w
from sim.program.people import LOG, NOBODY
from sim.program.world import Runs, size_of
from sim.study.capacity import burn_in
from sim.study.sentences import say
from sim.study.sets import rows_of
from sim.study.simulate import cores, decided_by, runs_of
from sim.study.store import Store, Tables
from sim.study.study import Study
from sim.study.tables import HIGH, LOW

RUNS = 100
AT_ONCE, MOST_BYTES = 2**28, 2**31  # memory for the histories of some runs, and of one beyond which none is kept
BYTES_OF_A_WOMAN = 1000  # in a week of a history, besides eight for her tie to each other woman
KINDS = ("drop_in", "crisis", "visits", "links")
TEAM = "all"  # the row of all posts together
FILLS, COUNTED, RUNS_OUT = "fills", "counted", "runs out"  # parts of the calendar; only one counts in totals
RANGED = ("waiting", "weeks_waited", "load", "above", "vacant", "unmet")  # told with their range over runs
PERCENT = ("load", "above", "vacant")
OF_TEAM = ("waiting", "weeks_waited", "queued", "unmet_nobody")  # no post's own
A_MONTH = 52 / 12  # weeks
MOST_OVER = 0.5  # of the runs: a week is shown while the team is still at work in more


def is_too_large(study: Study) -> bool:
    """The weeks of one run, woman by woman, would not fit in memory."""
    return _bytes(study) > MOST_BYTES


def _bytes(study: Study) -> float:
    plan = study.plan
    women = plan["cohort_referred"] or 1.5 * plan["cohort_referrals_per_week"] * plan["cohort_weeks"] + 20
    return float(size_of(plan, 1).weeks * women * (BYTES_OF_A_WOMAN + 8 * women))


def service(study: Study, store: Store, heard: Callable[[int], Any] = lambda runs: None) -> Tables:
    """months: by run, month, part of the calendar and post, means of its weeks. weeks: by week and post, means over
    runs. example: the weeks of the run in the middle by hours asked for. Every post has a row, and all together one."""
    own = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()
    key = {"service": own, "world": decided_by(study, study.plan, []), "start": study.cohort.start, "runs": RUNS}
    if found := store.get(key):
        heard(RUNS)
        return found
    each = int(np.clip(AT_ONCE // _bytes(study), 1, A_CHUNK))
    parts = np.split(np.arange(1, RUNS + 1), range(each, RUNS, each))

    def some_of(some: np.ndarray) -> Tables:
        table = _lived(study, some)
        heard(len(some))
        by_month = table.drop(columns="week").groupby(["replication", "month", "part", "post"], sort=False)
        sums = table.drop(columns=["replication", "month", "part"]).groupby(["week", "post"], sort=False).sum()
        return {"months": by_month.mean().assign(weeks=by_month.size()).reset_index(), "weeks": sums.reset_index()}

    with ThreadPoolExecutor(cores(study.threads)) as pool:
        made = list(pool.map(some_of, parts))
    tables = {name: pd.concat([part[name] for part in made], ignore_index=True) for name in made[0]}
    weeks = tables["weeks"].groupby(["week", "post"], sort=False).sum() / RUNS
    tables["weeks"] = weeks.reset_index().merge(calendar(study, len(weeks)), on="week")
    counted = tables["months"][(tables["months"]["part"] == COUNTED) & (tables["months"]["post"] == TEAM)]
    asked = (counted["asked"] * counted["weeks"]).groupby(counted["replication"]).sum().sort_values(kind="stable")
    tables["example"] = _lived(study, asked.index.to_numpy()[[len(asked) // 2]])
    store.put(key, tables)
    return tables


def _lived(study: Study, some: np.ndarray) -> pd.DataFrame:
    """Some runs, week by week, with the month of each."""
    rows = rows_of(study, some)
    runs = runs_of(study, study.plan, some, histories=True)
    table = weekly(runs, study, rows["hours_visit"]).astype({"post": str})
    return table.merge(calendar(study, runs.log.shape[1]), on="week")


def weekly(runs: Runs, study: Study, hours_visit: np.ndarray) -> pd.DataFrame:
    """By run, week of the team's work and post: hours supplied, used by kind and asked for (those used, and what unmet
    contacts would have taken), contacts unmet, whether somebody holds the post and whether its hours fell short. Of all
    together also contacts unmet for want of anybody in post, women on the list, referred, the weeks these were to wait,
    and women in the queues of services."""
    posts = runs.posts
    lived = np.any([runs.log[name] > 0 for name, *_ in LOG], axis=0)  # a run without women lives no week
    working = at_work(runs, study.plan) & np.logical_or.accumulate(lived[:, ::-1], axis=1)[:, ::-1]
    unmet = unmet_by_post(runs)
    parts = {name: posts[name].astype(float) for name in ("supplied", *KINDS, "in_post", "caseload")}
    parts["used"] = np.sum([parts[kind] for kind in KINDS], axis=0)
    parts["asked"] = parts["used"] + unmet * hours_visit[:, None, None]
    parts["above"] = (unmet > 0) * parts["in_post"]
    parts = {name: np.concatenate([part.sum(axis=2, keepdims=True), part], axis=2) for name, part in parts.items()}
    log = {"unmet_nobody": runs.log["unmet"] - unmet.sum(axis=2), **{n: runs.log[n] for n in ("waiting", "queued")}}
    log |= dict(zip(("women", "waited"), _by_referral(runs), strict=True))
    for name, part in {**log, "unmet": runs.log["unmet"], "working": 1}.items():
        own = unmet if name == "unmet" else np.full(unmet.shape, float(name == "working"))
        parts[name] = np.concatenate([np.broadcast_to(part, working.shape)[:, :, None], own], axis=2)
    parts = {name: part.astype(float) * working[:, :, None] for name, part in parts.items()}
    numbers = [str(1 + post) for post in range(unmet.shape[2])]
    weeks = range(working.shape[1])
    axes: list[dict[str, Any]] = [{"replication": runs.replications}, {"week": weeks}, {"post": [TEAM, *numbers]}]
    table = unfold(axes, parts)
    last = max(int(study.plan["cohort_weeks"]) - 1, *np.flatnonzero(working.any(axis=0)))
    here: pd.DataFrame = table[table["week"] <= last]
    return here


def unmet_by_post(runs: Runs) -> np.ndarray:
    """Contacts due that a post's hours did not reach, (R, W, P): of women who have this case manager when the week
    ends, or, of those who left in it, had when it began; where that post fell vacant, of the one in post with fewest
    hours left. Where nobody is in post they are no post's."""
    women, in_post = runs.histories["women"], runs.posts["in_post"] > 0
    missed, now = women["contact"] == w.NOT_OFFERED, women["manager"]
    if not in_post.shape[2]:
        return np.zeros(in_post.shape, np.int64)
    before = np.full_like(now, NOBODY)
    before[:, 1:] = now[:, :-1]
    left = runs.posts["supplied"] - sum(runs.posts[kind] for kind in ("drop_in", "crisis", "visits"))
    fewest = np.where(in_post, left, np.inf).argmin(axis=2)[:, :, None]
    held = np.take_along_axis(in_post, np.maximum(before, 0), axis=2) & (before != NOBODY)
    whose = np.where(now != NOBODY, now, np.where(held, before, fewest))
    found = [(missed & (whose == post)).sum(axis=2) * in_post[:, :, post] for post in range(in_post.shape[2])]
    return np.stack(found, axis=2)


def _by_referral(runs: Runs) -> np.ndarray:
    """Women by the week of their referral, and the weeks that they waited in all, both (R, W)."""
    found = np.zeros((2, *runs.log.shape))
    there = np.arange(runs.women.shape[1]) < runs.referred[:, None]
    run, woman = np.nonzero(there)
    week = runs.women["referred"][run, woman]
    np.add.at(found[0], (run, week), 1)
    np.add.at(found[1], (run, week), runs.women["waited"][run, woman])
    return found


def calendar(study: Study, weeks: int) -> pd.DataFrame:
    """The month that each week begins in, and its part: the program fills, is counted, or runs out."""
    start, number = date.fromisoformat(study.cohort.start), np.arange(weeks)
    months = [f"{start + timedelta(weeks=int(week)):%Y-%m}" for week in number]
    part = np.where(number < burn_in(study), FILLS, np.where(number < study.plan["cohort_weeks"], COUNTED, RUNS_OUT))
    return pd.DataFrame({"week": number.astype(np.int32), "month": months, "part": part})


def shares(table: pd.DataFrame, posts: int) -> pd.DataFrame:
    """What sums or means of weeks say: hours asked for of those supplied, post-weeks above them and vacant, the mean
    wait of women referred, contacts unmet a month."""
    held = table["in_post"].where(table["in_post"] > 0)
    planned = table["working"] * np.where(table["post"] == TEAM, posts, 1)
    return table.assign(
        load=table["asked"] / table["supplied"].where(table["supplied"] > 0), above=table["above"] / held,
        vacant=1 - table["in_post"] / planned.where(planned > 0),
        weeks_waited=table["waited"] / table["women"].where(table["women"] > 0),
        unmet=A_MONTH * table["unmet"], unmet_nobody=A_MONTH * table["unmet_nobody"],
    )  # fmt: skip


def service_tables(study: Study, store: Store) -> Tables:
    """The present plan by week and by month, as a folder keeps them."""
    tables = service(study, store)
    return {"service": week_table(study, tables), "service_months": month_table(study, tables)}


def month_table(study: Study, tables: Tables) -> pd.DataFrame:
    """A row for each month, part and post, and first one for all weeks that are counted: means and ranges over runs."""
    posts, months = int(study.plan["staffing_case_managers"]), tables["months"]
    values = [*months.columns.difference(["replication", "month", "part", "post", "weeks"])]
    counted = months[months["part"] == COUNTED]
    sums = counted[values].mul(counted["weeks"], axis=0).assign(**counted[["replication", "post", "weeks"]])
    sums = sums.groupby(["replication", "post"], as_index=False, sort=False).sum()
    total = sums.assign(**{name: sums[name] / sums["weeks"] for name in values}, month=TEAM, part=COUNTED)
    runs = shares(pd.concat([total, months], ignore_index=True), posts)
    groups = runs.groupby(["month", "part", "post"], sort=False)
    means = groups[["supplied", "used", *KINDS, "caseload", "queued", "unmet_nobody"]].mean()
    table = pd.concat([groups[["weeks"]].max(), means], axis=1)
    for name in RANGED:
        each = groups[name]
        table = table.assign(
            **{name: each.mean(), f"{name}_low": each.quantile(LOW), f"{name}_high": each.quantile(HIGH)}
        )
    table = table.reset_index()
    of_team = [name for name in map(str, table) if name.startswith(OF_TEAM)]
    table[of_team] = table[of_team].where(table["post"] == TEAM)
    table.insert(1, "fiscal_year", table["month"].map(fiscal_year))
    return table


def fiscal_year(month: str) -> str:
    """2018-19 for the months April 2018 to March 2019."""
    if month == TEAM:
        return ""
    year, number = map(int, month.split("-"))
    first = year - (number < 4)
    return f"{first}-{(first + 1) % 100:02d}"


def week_table(study: Study, tables: Tables) -> pd.DataFrame:
    """A row for each week and post: means over runs, and beside them the run in the middle."""
    posts, start = int(study.plan["staffing_case_managers"]), date.fromisoformat(study.cohort.start)
    mean, first = (shares(tables[name], posts) for name in ("weeks", "example"))
    about = ["week", "month", "part", "post"]
    table = mean[[*about, "working", "load", "above", "vacant", "unmet", "caseload", "waiting"]]
    run = {"replication": "run", "load": "run_load", "above": "run_above", "vacant": "run_vacant"}
    table = table.merge(first[["week", "post", *run]].rename(columns=run), on=["week", "post"], how="left")
    table.loc[table["post"] != TEAM, "waiting"] = np.nan
    table.insert(1, "begins", [f"{start + timedelta(weeks=int(week))}" for week in table["week"]])
    return table[table.pop("working") > MOST_OVER].reset_index(drop=True)


def service_line(study: Study, months: pd.DataFrame) -> str:
    """Who waits, what posts' hours do not reach and how often nobody holds them, in the weeks that are counted."""
    row: Any = months[(months["month"] == TEAM) & (months["post"] == TEAM)].iloc[0]
    counted = months.loc[(months["part"] == COUNTED) & (months["month"] != TEAM), "month"]
    ends = {"first": in_words(counted.min()), "last": in_words(counted.max())}
    return say(f"service.line{'' if burn_in(study) else '_from_empty'}", weeks=burn_in(study), **ends, **numbers(row))


def numbers(row: Any) -> dict[str, float]:
    """A row's numbers as they are told, shares in percent."""
    names = [f"{name}{end}" for name in RANGED for end in ("", "_low", "_high")]
    told = {name: row[name] * (100 if name.startswith(PERCENT) else 1) for name in names}
    return {**told, "unmet_nobody": row["unmet_nobody"]}


def in_words(month: str) -> str:
    """January 2019 for 2019-01."""
    return f"{date.fromisoformat(f'{month}-01'):%B %Y}"
