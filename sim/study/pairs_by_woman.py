"""What pairs of runs say of one woman and another: who has more and who less by need at entry, and whose weeks part for
want of what all women share."""

from typing import Any

import numpy as np
import pandas as pd

from sim.measures.lives import Lives
from sim.measures.outcomes import NAMED
from sim.measures.questions import added
from sim.measures.tidy import unfold
from sim.program import words as w
from sim.program.people import TIMELINE
from sim.study.asked import by_woman
from sim.study.tables import HIGH, LOW

FEW = 10  # women in a group, below which nothing is read from it
ALL = "all"  # the group of all women
WANTS = ("place", "hours", "seat", "opening")  # what women share, and what one may want because another has it
OF_WOMEN = (
    "weeks_waited", "entered", "completed", "services_linked_39", "training_or_work_39", "stably_housed_39",
    "any_income_39", "exited_39",
)  # fmt: skip


def women_of(a: Lives, b: Lives) -> pd.DataFrame:
    """Of women by need at entry, in every run: how many, for how many B has more or fewer, the sum of changes, and who
    is later or has less because her weeks first parted for want of what women share."""
    names = [name for name in OF_WOMEN if NAMED[name].weeks <= min(a.weeks, b.weeks)]
    needs = [a.referred, *(a.referred & (a.women["needs"] >> need & 1 > 0) for need in range(len(w.NEEDS)))]
    wants = first_wants(a, b)
    found = np.zeros((4 + len(WANTS), a.replications, len(names), len(needs)))
    for place, name in enumerate(names):
        change = by_woman(b, NAMED[name])[0] - by_woman(a, NAMED[name])[0]
        less = {"more": change < 0, "less": change > 0, "neither": np.zeros_like(a.referred)}[NAMED[name].better]
        for group, who in enumerate(needs):
            parts = who, who & (change > 0), who & (change < 0), np.where(who, change, 0.0)
            found[:, :, place, group] = [added(part) for part in (*parts, *(who & less & want for want in wants))]
    labels: list[dict[str, Any]] = [{"replication": a.runs.replications}, {"outcome": names}, {"need": [ALL, *w.NEEDS]}]
    return unfold(labels, dict(zip(("women", "more", "fewer", "change", *WANTS), found, strict=True)))


def first_wants(a: Lives, b: Lives) -> np.ndarray:
    """Women whose weeks, the same until then, first part because something that women share and that she had under A is
    not there for her under B: a place, the team's hours, a seat or an opening, (4, R, N); at most one of them."""
    apart = np.zeros((a.replications, a.number_of_women, a.weeks), bool)
    for name, *_ in TIMELINE:
        apart |= a.state(name) != b.state(name)
    first = apart.argmax(axis=2)[:, :, None]

    def then(lives: Lives, field: str) -> np.ndarray:
        return np.asarray(np.take_along_axis(lives.state(field), first, axis=2)[:, :, 0])

    same_sessions = then(a, "sessions") == then(b, "sessions")
    wants = (
        (then(b, "phase") == w.WAITING) & (then(a, "phase") != w.WAITING),
        (then(b, "contact") == w.NOT_OFFERED) & (then(a, "contact") != w.NOT_OFFERED),
        (then(b, "attended") < then(a, "attended")) & same_sessions,
        then(a, "linked") & ~then(b, "linked") != 0,
    )
    which = np.select([want & apart.any(axis=2) for want in wants], range(len(wants)), -1)
    return np.asarray(which == np.arange(len(wants))[:, None, None])


def need_table(women: pd.DataFrame) -> pd.DataFrame:
    """A row for each outcome and need at entry: women in a run, the mean difference over them with its range over
    pairs, the share for whom B has more and fewer, the share that is later or has less for want of what women share,
    and whether they are too few to read."""
    runs = women.assign(mean=women["change"] / women["women"].where(women["women"] > 0))
    groups = runs.groupby(["outcome", "need"], sort=False, observed=True)
    total, each = groups[["women", "more", "fewer", "change", *WANTS]].sum(), groups["mean"]
    table = pd.DataFrame({"women": groups["women"].mean(), "mean": total["change"] / total["women"]})
    table = table.assign(low=each.quantile(LOW), high=each.quantile(HIGH))
    table = table.assign(**{name: total[name] / total["women"] for name in ("more", "fewer", *WANTS)})
    return table.assign(too_few=table["women"] < FEW).reset_index()
