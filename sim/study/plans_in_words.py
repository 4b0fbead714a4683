"""What plans say, in at most 24 lines that a planner can read: the set within the budget, what is lost where it is cut,
what one thing more would add, and where it adds nothing and why."""

from collections.abc import Mapping, Sequence
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
MOST_CHANGES, UNLIKELY = 2, 0.05  # changes named for the next dollars, and the chance below which one is not
SLACK = 0.9  # of hours used, below which some are left over
INERT = 0.5  # of the zone: a change whose 95 % interval lies within it changes nothing that matters
Tables = Mapping[str, pd.DataFrame]
Row = Any  # a row of a table, by column
Said = tuple[str, ...]  # a sentence, and a shorter form of it


def plan_lines(
    study: Study,
    about: Mapping[str, Any],
    tables: Tables,
    badge: str,
    beside: Sequence[Said] = (),
    regret: Sequence[str] = (),
) -> list[str]:
    """What was found; `beside`: what else the folder holds; `regret`: of regret, before which others give
    way where lines run out."""
    plans = tables["plans"]
    yours, outcome = rows_of(plans)[0], label(about["outcome"])
    said = {**about, "outcome": outcome, "women": women(yours), "cost": dollars(yours["cost_a_year"])}
    said |= {"plans": f"{len(plans):,}", "budget": dollars(about["budget"])}
    before = [say("staff.what", **said), say("staff.budget", **said)]
    before += [say("staff.search.what", **{**said, "of": f"{about['of']:,}"})] if about["searched"] else []
    before += _lost(plans, tables["lost"], about) if "lost" in tables else []
    settled = "one" if about["kept"] == 1 else "settled" if about["settled"] else "unsettled"
    before.append(say(f"staff.{settled}", **said))
    changes = tables["changes"]
    after: list[Said] = [_shared(plans), *((each,) for each in regret)]
    after += [] if "lost" in tables else [*_next(changes, about["zone"]), (why(yours, changes),)]
    last = [
        *_wrapped([placeholders(study), rests_on(study, about["runs"], badge)]),
        *wrap(say("summary.cannot"), WIDTH),
    ]
    top = [say("summary.heading"), *_wrapped(before)]
    low = _fitting([*after, *beside], regret, MOST_LINES - len(top) - LEAST_ROWS - len(last))
    room = MOST_LINES - len(top) - len(low) - len(last)
    return [*top, *table_of(plans, max(LEAST_ROWS, room)), *low, *last]


def _wrapped(sentences: Sequence[str]) -> list[str]:
    lines = (wrap(each, WIDTH, subsequent_indent="   ", break_on_hyphens=False) for each in sentences if each)
    return [line for each in lines for line in each]


def _fitting(sentences: Sequence[Said], first: Sequence[str], room: int) -> list[str]:
    """The lines of those that there is room for, in their order: the last give way, but for those that come first; and
    where there is room they take the longer form."""
    said = [forms[-1] for forms in sentences]
    for place in reversed(range(len(said))):
        if len(_wrapped(said)) > room and said[place] not in first:
            said[place] = ""
    for place, forms in enumerate(sentences):
        longer = [*said[:place], forms[0], *said[place + 1 :]]
        said = longer if said[place] and len(_wrapped(longer)) <= room else said
    return _wrapped(said)


def rows_of(table: pd.DataFrame) -> list[Row]:
    """The rows of a table, each by column."""
    return [*table.to_dict("records")]


def favoured_of(plans: pd.DataFrame) -> int:
    """The number of the plan whose mean is highest among those that cannot be told apart."""
    kept = plans[plans["cannot_be_told_apart"]]
    return int(kept["plan"].to_numpy()[kept["women_a_year"].to_numpy().argmax()])


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
    """Your plan, the favoured and some more of those that cannot be told apart, spread over what they cost."""
    kept = plans[plans["cannot_be_told_apart"] & ~plans["yours"]].sort_values("cost_a_year", kind="stable")
    some = kept.iloc[np.unique(np.linspace(0, len(kept) - 1, min(lines - 2, len(kept))).round().astype(int))]
    if (favoured := favoured_of(plans)) not in some.index and len(some):
        some = pd.concat([some.iloc[:-1], kept.loc[[favoured]]]) if favoured in kept.index else some
    heads = [say(f"staff.columns.{name}") for name in ("plan", *MEANT, "women", "cost", "frontier")]
    cells = [heads, *([
        say("staff.yours") if row["yours"] else f"{row['plan']}", *(f"{row[name]:g}" for name in MEANT), women(row),
        f"{row['cost_a_year'] / 1000:,.0f}", f"{100 * row['on_frontier']:.0f} %",
    ] for row in [*rows_of(plans.head(1)), *rows_of(some)])]  # fmt: skip
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [" ".join(f"{cell:{wide}}" for cell, wide in zip(row, widths, strict=True)).rstrip() for row in cells]


def _shared(plans: pd.DataFrame) -> Said:
    """What all plans of the set have, and whether the planner's own is one of them; the latter alone."""
    kept = plans[plans["cannot_be_told_apart"]]
    items = []
    for name in MEANT:
        values = sorted(kept[name].unique())
        text = f"{values[0]:g}" if len(values) == 1 else say("staff.or", values=", ".join(f"{v:g}" for v in values))
        items.append(f"{say(f'staff.columns.{name}')} {text}")
    one = "one_" if len(kept) == 1 else ""
    inside = say(f"staff.yours_{one}{'in' if plans['cannot_be_told_apart'].iloc[0] else 'out'}")
    alone = f"{say('staff.not_shared')} {inside}"
    return (f"{say('staff.shared', items='; '.join(items))} {inside}", alone) if len(kept) > 1 else (alone,)


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


def _next(changes: pd.DataFrame, zone: float) -> list[Said]:
    """The next dollars, as far as a change may be the right one, and what changes nothing."""
    paid = changes.dropna(subset="per_10000_cad").sort_values("per_10000_cad", ascending=False, kind="stable")
    paid = paid[~paid["inert"] & (paid["chance_most"] >= UNLIKELY)]
    items = [say("staff.next_item", name=named(row), chance=100 * row["chance_most"], per=row["per_10000_cad"],
                 women=row["women_a_year"], half=row["women_a_year_half_width"], cost=row[COST] / 1000)
             for row in rows_of(paid.head(MOST_CHANGES))]  # fmt: skip
    text: list[Said] = [(say("staff.next", items="; ".join(items)) if items else say("staff.no_next"),)]
    inert = changes[changes["inert"] & (changes["change"] != "openings")]
    names = ", ".join(say(f"staff.one_more.{row['change']}") for row in rows_of(inert))
    return [*text, (say("staff.inert", names=names, zone=INERT * zone),)] if len(inert) else text


def why(yours: Row, changes: pd.DataFrame) -> str:
    """Whether hours and places are left over, and what binds instead: openings of services, another change, or nothing
    that a team can have."""
    used, wait = yours["hours_used"], yours[WAIT]
    slack = say(f"staff.why.{'slack' if used < SLACK and wait < 1 else 'used'}", used=100 * used, wait=wait)
    adds = changes[~changes["inert"] & (changes["women_a_year"] > changes["women_a_year_half_width"])]
    most = rows_of(adds.sort_values("women_a_year", ascending=False, kind="stable").head(1))
    rows = rows_of(changes[changes["change"] == "openings"])
    if not rows:  # there cannot be half as many again
        return slack
    opens = {"more": rows[0]["women_a_year"], "half": rows[0]["women_a_year_half_width"]}
    opens |= {"queue": yours["waiting_for_services"], "openings": yours["openings_a_year"]}
    binds = "nothing" if not most else "openings" if most[0]["change"] == "openings" else "change"
    said = {"name": named(most[0]), "adds": most[0]["women_a_year"]} if most else {}
    return f"{slack} {say(f'staff.why.{binds}', **opens, **said)}"


def named(row: Row) -> str:
    """A single change in words."""
    return str(sentences()["staff"]["changes"][row["change"]])


def placeholders(study: Study) -> str:
    """What costs rest on, where no source stands behind them; nothing where each has one."""
    names = [name for name, line in study.cost_lines.forward().items() if line.source == "placeholder"]
    first, more = names[0].replace("_", " ") if names else "", len(names) - 1
    return say("staff.placeholders" if more else "staff.placeholder", name=first, more=more) if names else ""


def rests_on(study: Study, runs: int, badge: str = "") -> str:
    """What the ranges cover, and the badge of what is said."""
    ensemble, other = ensemble_of(study), changed(study)
    kind = "changed" if other else "accepted" if ensemble else study.parameters_from
    sets = min(len(ensemble.sets), -(-runs // IN_A_ROW)) if ensemble else 0
    text = say(f"summary.covers.{kind}", runs=f"{runs:,}", sets=sets, changed=len(other))
    return f"{text} {say('staff.badge', badge=say(f'badges.{badge}'))}" if badge else text
