"""What plans say, in at most 24 lines that a planner can read: the set within the budget, what is lost where it is cut,
what one thing more would add, and where it adds nothing and why."""

from collections.abc import Mapping
from textwrap import wrap
from typing import Any

import numpy as np
import pandas as pd

from sim.program.words import NEEDS
from sim.study.pairs_by_woman import ALL
from sim.study.plans import COST, MEANT, WAIT
from sim.study.sentences import say, sentences
from sim.study.sets import IN_A_ROW, changed, ensemble_of
from sim.study.study import Study

WIDTH, MOST_LINES, LEAST_ROWS = 100, 24, 3
MOST_CHANGES = 2
INERT = 0.5  # of the zone: a change whose 95 % interval lies within it changes nothing that matters
Tables = Mapping[str, pd.DataFrame]
Row = Any  # a row of a table, by column


def plan_lines(study: Study, about: Mapping[str, Any], tables: Tables, badge: str) -> list[str]:
    """What was found."""
    plans = tables["plans"]
    yours, outcome = rows_of(plans)[0], label(about["outcome"])
    said = {**about, "outcome": outcome, "women": women(yours), "cost": dollars(yours["cost_a_year"])}
    said |= {"plans": f"{len(plans):,}", "budget": dollars(about["budget"])}
    before = [say("staff.what", **said), say("staff.budget", **said)]
    before += _lost(plans, tables["lost"], about) if "lost" in tables else []
    settled = "settled" if about["settled"] else "unsettled"
    before.append(say(f"staff.{settled}", **said))
    changes = tables["changes"]
    after = [_shared(plans)]
    after += [] if "lost" in tables else [*_next(changes, about["zone"]), why(yours, changes)]
    after += [placeholders(study), rests_on(study, about["runs"], badge)]
    cannot = wrap(say("summary.cannot"), WIDTH)
    top = [line for each in before for line in wrap(each, WIDTH, subsequent_indent="   ")]
    low = [line for each in after if each for line in wrap(each, WIDTH, subsequent_indent="   ")]
    room = MOST_LINES - 1 - len(top) - len(low) - len(cannot)
    return [say("summary.heading"), *top, *table_of(plans, max(LEAST_ROWS, room)), *low, *cannot]


def rows_of(table: pd.DataFrame) -> list[Row]:
    """The rows of a table, each by column."""
    return [*table.to_dict("records")]


def label(outcome: str) -> str:
    """An outcome in words."""
    return say(f"compare.outcomes.{outcome}")


def women(row: Row) -> str:
    """10.3 (7.1 to 13.4): women a year with their range."""
    return say("staff.range", **{key: f"{row[f'women_a_year{end}']:.1f}" for key, end in ENDS.items()})


def dollars(number: float) -> str:
    """180,400: dollars to the hundred."""
    return f"{round(number, -2):,.0f}"


def cost(row: Row) -> str:
    """180,400 (171,000 to 190,200): dollars a year with their range."""
    return say("staff.range", **{key: dollars(row[f"cost_a_year{end}"]) for key, end in ENDS.items()})


ENDS = {"mean": "", "low": "_low", "high": "_high"}


def table_of(plans: pd.DataFrame, lines: int) -> list[str]:
    """Your plan and some of those that cannot be told apart, spread over what they cost."""
    kept = plans[plans["cannot_be_told_apart"] & ~plans["yours"]].sort_values("cost_a_year", kind="stable")
    some = kept.iloc[np.unique(np.linspace(0, len(kept) - 1, min(lines - 2, len(kept))).round().astype(int))]
    heads = [say(f"staff.columns.{name}") for name in ("plan", *MEANT, "women", "cost", "frontier")]
    cells = [heads, *([
        say("staff.yours") if row["yours"] else f"{row['plan']}", *(f"{row[name]:g}" for name in MEANT), women(row),
        f"{row['cost_a_year'] / 1000:,.0f}", f"{100 * row['on_frontier']:.0f} %",
    ] for row in [*rows_of(plans.head(1)), *rows_of(some)])]  # fmt: skip
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [" ".join(f"{cell:{wide}}" for cell, wide in zip(row, widths, strict=True)).rstrip() for row in cells]


def _shared(plans: pd.DataFrame) -> str:
    """What all plans of the set have, and whether the planner's own is one of them."""
    kept = plans[plans["cannot_be_told_apart"]]
    items = []
    for name in MEANT:
        values = sorted(kept[name].unique())
        text = f"{values[0]:g}" if len(values) == 1 else say("staff.or", values=", ".join(f"{v:g}" for v in values))
        items.append(f"{say(f'staff.columns.{name}')} {text}")
    inside = "yours_in" if plans["cannot_be_told_apart"].iloc[0] else "yours_out"
    return f"{say('staff.shared', items='; '.join(items))} {say(f'staff.{inside}')}"


def _lost(plans: pd.DataFrame, lost: pd.DataFrame, about: Mapping[str, Any]) -> list[str]:
    """What a budget below the present one takes, and from whom, said before anything else."""
    plan, yours = int(lost["plan"].iloc[0]), rows_of(plans)[0]
    row, by_name = rows_of(plans)[plan], {outcome: rows.set_index("need") for outcome, rows in lost.groupby("outcome")}
    changed_to = [say("staff.from_to", name=say(f"staff.columns.{name}"), before=yours[name], after=row[name])
                  for name in MEANT if yours[name] != row[name]]  # fmt: skip
    by_need = []
    for outcome in (about["outcome"], WAIT):
        rows = by_name[outcome]
        factor = 100 if outcome != WAIT else 1
        parts = [f"{say(f'staff.needs.{need}')} {factor * rows['mean'][need]:+z.1f}"
                 for need in (ALL, *NEEDS) if not rows["too_few"][need]]  # fmt: skip
        by_need.append(say(f"staff.lost_{'wait' if outcome == WAIT else 'women'}", outcome=label(outcome),
                           items=", ".join(parts)))  # fmt: skip
    everybody = by_name[about["outcome"]].loc[ALL]
    a_year = -100 * about["zone"] / about["zone_points"]
    ends = {"mean": everybody["mean"], "low": everybody["high"], "high": everybody["low"]}
    less = say("staff.range", **{key: f"{a_year * end:z.1f}" for key, end in ends.items()})
    share = {"fewer": 100 * everybody["fewer"], "more": 100 * everybody["more"], "changes": ", ".join(changed_to)}
    cut = dollars(yours["cost_a_year"] - about["budget"])
    head = say("staff.lost", plan=plan, less=less, cut=cut, **share)
    return [head, " ".join(by_need)]


def _next(changes: pd.DataFrame, zone: float) -> list[str]:
    """The next dollars, and what changes nothing."""
    paid = changes.dropna(subset="per_10000_cad").sort_values("per_10000_cad", ascending=False, kind="stable")
    items = [say("staff.next_item", name=named(row), chance=100 * row["chance_most"], per=row["per_10000_cad"],
                 women=row["women_a_year"], half=row["women_a_year_half_width"], cost=row[COST] / 1000)
             for row in rows_of(paid[~paid["inert"]].head(MOST_CHANGES))]  # fmt: skip
    text = [say("staff.next", items="; ".join(items)) if items else say("staff.no_next")]
    inert = changes[changes["inert"] & (changes["change"] != "openings")]
    names = ", ".join(named(row) for row in rows_of(inert))
    return [*text, say("staff.inert", names=names, zone=INERT * zone)] if len(inert) else text


def why(yours: Row, changes: pd.DataFrame) -> str:
    """What binds instead: hours used, the list, the services' queues, and what more openings would add."""
    rows = rows_of(changes[changes["change"] == "openings"])
    if not rows:  # there cannot be half as many again
        return ""
    more = {"more": rows[0]["women_a_year"], "half": rows[0]["women_a_year_half_width"]}
    here = {"queue": yours["waiting_for_services"], "openings": yours["openings_a_year"], "wait": yours[WAIT]}
    return say("staff.why", used=100 * yours["hours_used"], **here, **more)


def named(row: Row) -> str:
    """A single change in words."""
    return str(sentences()["staff"]["changes"][row["change"]])


def placeholders(study: Study) -> str:
    """What costs rest on, where no source stands behind them; nothing where each has one."""
    names = [name for name, line in study.cost_lines.forward().items() if line.source == "placeholder"]
    listed = ", ".join(names).replace("_", " ")
    return say("staff.placeholders", names=listed) if names else ""


def rests_on(study: Study, runs: int, badge: str = "") -> str:
    """What the ranges cover, and the badge of what is said."""
    ensemble, other = ensemble_of(study), changed(study)
    kind = "changed" if other else "accepted" if ensemble else study.parameters_from
    sets = min(len(ensemble.sets), -(-runs // IN_A_ROW)) if ensemble else 0
    text = say(f"summary.covers.{kind}", runs=f"{runs:,}", sets=sets, changed=len(other))
    return f"{text} {say('staff.badge', badge=say(f'badges.{badge}'))}" if badge else text
