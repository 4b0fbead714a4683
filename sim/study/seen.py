"""What a planner's program saw last year, beside the model's range of a year: where they disagree, and what to look at.
It calibrates nothing and changes nothing."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from textwrap import shorten
from typing import Any

import numpy as np
import pandas as pd

from sim.ensemble import A_CHUNK
from sim.measures.lives import Lives
from sim.program import words as w
from sim.study.sentences import say
from sim.study.simulate import cores, decided_by, runs_of
from sim.study.store import Store
from sim.study.study import Study
from sim.study.summary import WIDTH
from sim.study.tables import HIGH, LOW

SEEN = "last_year"  # the table's name, and that of the study's group
RUNS, A_YEAR, MONTHS = 200, 52, 12
FOLLOWED = 104  # weeks in which a woman's visits are known, from which none is missed
BELOW, WITHIN, ABOVE, UNKNOWN = "below", "within", "above", "not_compared"


def seen_of(study: Study) -> dict[str, int]:
    """What was given, by name; what was left empty is not there."""
    return {name: value for name, value in study.last_year if value is not None}


def seen_table(study: Study, store: Store) -> pd.DataFrame:
    """A row for each number given: hers, and the model's mean with its range over runs in the last year of referrals,
    and whether hers is below that range, within or above it, or not compared (visits, where women are not followed long
    enough). No rows where nothing is given, or there is no program or no whole year of referrals."""
    seen = seen_of(study)
    if not seen or not study.program.offered or study.plan["cohort_weeks"] < A_YEAR:
        return pd.DataFrame()
    years = year_of(study, store)[[*seen]]
    table = pd.DataFrame({"seen": seen, "mean": years.mean(), "low": years.quantile(LOW), "high": years.quantile(HIGH)})
    where = table["mean"].isna(), table["seen"] < table["low"], table["seen"] > table["high"]
    place = np.select(where, [UNKNOWN, BELOW, ABOVE], WITHIN)
    return table.assign(place=place, runs=RUNS).rename_axis("number").reset_index()


def year_of(study: Study, store: Store) -> pd.DataFrame:
    """By run, the last 52 weeks of referrals: women who entered, who completed, who wait when it ends, and visits kept
    a month."""
    own = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()
    key = {SEEN: own, "world": decided_by(study, study.plan, []), "runs": RUNS}
    if found := store.get(key):
        return found["years"]

    def some_of(some: np.ndarray) -> pd.DataFrame:
        runs = runs_of(study, study.plan, some)
        return one_year(Lives(runs, study.plan, study.costs), int(study.plan["cohort_weeks"]))

    with ThreadPoolExecutor(cores(study.threads)) as pool:
        parts = np.split(np.arange(1, RUNS + 1), range(A_CHUNK, RUNS, A_CHUNK))
        table = pd.concat(pool.map(some_of, parts), ignore_index=True)
    store.put(key, {"years": table})
    return table


def one_year(lives: Lives, end: int) -> pd.DataFrame:
    """The 52 weeks before `end`, counted by the calendar, a row for each run."""
    women, first = lives.women, end - A_YEAR

    def in_it(week: np.ndarray) -> np.ndarray:
        return np.asarray((week >= first) & (week < end))

    entered = lives.entered & in_it(women["referred"] + women["enrolled"])
    completed = lives.ended(w.CARE_TRANSFERRED) & in_it(women["referred"] + women["ended"])
    kept = (lives.state("contact") == w.VISIT_KEPT) & lives.referred[:, :, None]
    visits = (kept & in_it(women["referred"][:, :, None] + np.arange(lives.weeks))).sum(axis=(1, 2))
    a_month = visits / MONTHS if lives.weeks >= FOLLOWED else np.full(lives.replications, np.nan)
    waiting = lives.runs.log["waiting"][:, end - 1]
    sums = {"entered": entered.sum(axis=1), "completed": completed.sum(axis=1)}
    return pd.DataFrame({**sums, "waiting": waiting, "visits_a_month": a_month})


def seen_line(study: Study, table: pd.DataFrame) -> str:
    """Where hers and the model's range disagree, and what to look at; nothing where nothing was given."""
    if table.empty:
        return say("seen.no_year") if seen_of(study) else ""
    items = [say(f"seen.{row['place']}", **row, check=say(f"seen.check.{row['number']}")) for row in _outside(table)]
    for place in (WITHIN, UNKNOWN):
        names = [say(f"seen.names.{number}") for number in table.loc[table["place"] == place, "number"]]
        items += [say(f"seen.{place}", items=", ".join(names), weeks=FOLLOWED)] if names else []
    return say("seen.line", items="; ".join(items))


def seen_in_short(table: pd.DataFrame) -> str:
    """The same in one line."""
    if table.empty:
        return ""
    items = ", ".join(say("seen.short_item", **row) for row in _outside(table))
    return shorten(say("seen.short_apart", items=items), WIDTH, placeholder=" ...") if items else say("seen.short")


def _outside(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows outside the model's range, each with its number in words."""
    rows: Any = table[table["place"].isin([BELOW, ABOVE])].to_dict("records")
    return [{**row, "name": say(f"seen.names.{row['number']}")} for row in rows]
