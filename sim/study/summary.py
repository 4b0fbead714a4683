"""What came out, in at most 24 lines that a planner can read: what was compared, who, what differs and how sure, what
it rests on and what it cannot tell."""

import re
from collections.abc import Mapping, Sequence
from textwrap import shorten, wrap

import numpy as np
import pandas as pd

from sim.study.how_sure import badge_of, how_sure, runs_needed
from sim.study.sentences import say, sentences
from sim.study.sets import CENTRAL, IN_A_ROW, changed, ensemble_of, set_of
from sim.study.tables import HIGH, LOW, chance_share
from sim.study.worlds import NO_PROGRAM, World

WIDTH, MOST_ROWS, MOST_ASSUMPTIONS = 100, 10, 2
OF_A_PROGRAM = (  # nothing without one
    "completed", "engaged_13", "entered", "waited_too_long", "left_program", "engaged_26", "engaged_39", "still_in",
    "weeks_waited", "visits_kept", "visits_missed", "unmet_contacts", "manager_changes", "drop_in_sessions",
    "goals_set",
)  # fmt: skip
# The first five of these that the run can answer: shares of all women referred, the same women in every scenario.
HEADLINE = ("completed", "training_or_work_39", "stably_housed_39", "any_income_39", "exited_39", *OF_A_PROGRAM[1:5])
FIGURES_TO_OPEN = ("pathway_by_phase.png", "goals_and_states.png", "scenarios_compared.png", "sex_work.png")
Tables = Mapping[str, pd.DataFrame]


def headline_of(tables: Tables) -> list[str]:
    """The five outcomes that the summary shows."""
    known = set(tables["summary"]["outcome"])
    return [name for name in HEADLINE if name in known][:5]


def summary_of(worlds: Sequence[World], tables: Tables) -> list[str]:
    """The summary without the lines that name the folder."""
    middle = _several(worlds, tables) if len(worlds) > 2 else _pair(worlds, tables)
    return [say("summary.heading"), *middle, *wrap(say("summary.cannot"), WIDTH)]


def closing(worlds: Sequence[World], figures: Sequence[str]) -> list[str]:
    """The figures to open first, and what to try next."""
    first = ", ".join([f"figures/{name}" for name in FIGURES_TO_OPEN if name in figures][:2])
    name, study = worlds[-1].name, worlds[-1].study
    following = "next_one" if name == "as_delivered" else "next_base" if not study.changes else "next_explain"
    words = " ".join([f"scenario={study.scenario}", *study.changes])
    after = say(f"summary.{following}", scenario=study.scenario, words=words)
    return [
        *([say("summary.open", files=first)] if first else []),
        after if len(after) <= WIDTH else after.removesuffix(words).rstrip(),
    ]


def _pair(worlds: Sequence[World], tables: Tables) -> list[str]:
    """Two scenarios, A and B, or one alone."""
    names, letters = headline_of(tables), "AB"[: len(worlds)]
    paired = {
        str(name): rows.set_index("replication")["difference"].dropna()
        for name, rows in tables["differences"].groupby("outcome", observed=True)
    }
    lines = [_scenario(letter, world) for letter, world in zip(letters, worlds, strict=True)]
    rows = [[say("summary.of_100"), *letters, say("summary.against") if paired else ""]]
    for name in names:
        cells = [_share(tables, world, name) for world in worlds]
        both = paired and _in_both(worlds, name)
        rows.append([say(f"summary.outcomes.{name}"), *cells, _difference(paired[name].to_numpy()) if both else ""])
    lines += [_who(worlds, tables), *_columns(rows)]
    if len(worlds) == 1:
        return [*lines, *_ranges(worlds, tables, names)]
    lines += _in_women(worlds, tables, paired, names) if paired else [say("summary.other_women")]
    if worlds[-1].offered and {"cost_a_year", "waited_too_long"} <= set(tables["summary"]["outcome"]):
        cost, waited = _share(tables, worlds[-1], "cost_a_year", 0.001), _share(tables, worlds[-1], "waited_too_long")
        lines += wrap(say("summary.delivery", letter=letters[-1], cost=cost, waited=waited), WIDTH)
    return [*lines, *_ranges(worlds, tables, names), *(_assumptions(worlds[-1], tables) if paired else [])]


def _in_both(worlds: Sequence[World], outcome: str) -> bool:
    """Neither scenario lacks the program that this outcome is an outcome of."""
    return outcome not in OF_A_PROGRAM or all(world.offered for world in worlds)


def _columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Cells under each other."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [" ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _scenario(letter: str, world: World) -> str:
    """The scenario in one line."""
    head = say("summary.scenario", letter=letter, name=world.name)
    about = say("summary.with_changes") if world.study.changes else world.study.about
    about = say("summary.no_program") if world.name == NO_PROGRAM else about
    return f"{head} {shorten(about, WIDTH - len(head) - 1, placeholder=' ...')}"


def _who(worlds: Sequence[World], tables: Tables) -> str:
    """Women referred, and those that entered where there was something to enter."""
    offered = [(letter, world) for letter, world in zip("AB", worlds) if world.offered]
    entered = [f"{letter} {_share(tables, world, 'women_entered', 1)}" for letter, world in offered]
    return say(
        "summary.who", referred=_share(tables, worlds[-1], "women_referred", 1),
        period=_period(worlds[-1].plan["cohort_weeks"]), entered=", ".join(entered) or say("summary.nobody"),
    )  # fmt: skip


def _period(weeks: float) -> str:
    """How long women are referred: 3.5 years, or 40 weeks."""
    return say("summary.weeks" if weeks < 104 else "summary.years", weeks=int(weeks), years=f"{weeks / 52:.3g}")


def _share(tables: Tables, world: World, outcome: str, factor: float = 100) -> str:
    """52 (40 to 63): the mean with its range beside it; in words where there is nothing that it could be a share of."""
    if outcome in OF_A_PROGRAM and not world.offered:
        return say("summary.without")
    rows = tables["summary"]
    row = rows[(rows["scenario"] == world.name) & (rows["outcome"] == outcome)].iloc[0]
    mean, low, high = (factor * row[column] for column in ("mean", "low", "high"))
    if np.isnan(mean):
        return "-"
    return f"{mean:.0f}" if mean == low == high else f"{mean:.0f} ({low:.0f} to {high:.0f})"


def _more(numbers: np.ndarray, digits: int = 0, years: float = 0, compared: bool = True) -> str:
    """11 more, 4 to 18; where the range spans zero, or nothing is compared, neither more nor fewer is said: 1, -1 to 3.
    With `years` also the mean a year: 11 more, 4 to 18 (3.1)."""
    mean, low, high = (float(number) for number in (numbers.mean(), *np.quantile(numbers, [LOW, HIGH])))
    word = "fewer" if high < 0 else "more" if low > 0 else "number"
    if word == "fewer":
        mean, low, high = -mean, -high, -low
    text = say(f"summary.{word if compared else 'number'}", number=f"{mean:z.{digits}f}")
    text += f", {low:z.{digits}f} to {high:z.{digits}f}" if low < high else ""
    return f"{text} ({mean / years:z.{int(abs(mean / years) < 10)}f})" if years else text


def _difference(differences: np.ndarray) -> str:
    """11 more, 4 to 18; usually, 88 %. Below 5 with one decimal."""
    points = 100 * differences
    if len(points) < 2:
        return _more(points) if len(points) else "-"
    sure = how_sure(differences)
    words = f"{sure.words}, {100 * sure.share:.0f} %"
    return words if sure.equal else f"{_more(points, int(abs(points.mean()) < 5))}; {words}"


def _in_women(
    worlds: Sequence[World], tables: Tables, paired: Mapping[str, pd.Series], names: Sequence[str]
) -> list[str]:
    """The same differences in whole women, over all the years of referrals and, where it is more than one, a year."""
    table, weeks = tables["outcomes"], worlds[-1].plan["cohort_weeks"]
    referred = table[table["outcome"] == "women_referred"].groupby("replication")["value"].first()
    years = weeks / 52 if weeks > 52 else 0
    items = []
    for name in names:
        women = (paired[name] * referred).dropna().to_numpy()
        if len(women):
            items.append(f"{say(f'summary.short.{name}')} {_more(women, 0, years, _in_both(worlds, name))}")
    which = "in_women_a_year" if years else "in_women"
    return wrap(say(f"summary.{which}", period=_period(weeks), items="; ".join(items)), WIDTH, subsequent_indent="   ")


def _ranges(worlds: Sequence[World], tables: Tables, names: Sequence[str] = ()) -> list[str]:
    """What the ranges cover and, of these outcomes, how much of each is chance."""
    study, runs = worlds[-1].study, int(tables["summary"]["n"].max())
    ensemble, other = ensemble_of(study), changed(study)
    kind = "changed" if other else "accepted" if ensemble else study.parameters_from
    about = {"runs": f"{runs:,}", "sets": min(len(ensemble.sets), -(-runs // IN_A_ROW)) if ensemble else 0}
    text = say(f"summary.covers.{'one_run' if runs == 1 else kind}", **about, changed=len(other))
    rows = tables["summary"].pivot(index="outcome", columns="scenario", values="chance_share").reindex([*names])
    shares = {letter: rows[world.name] for letter, world in zip("AB", worlds, strict=False)}
    items = [say("summary.chance_of", letter=each, shares=_in_percent(found)) for each, found in shares.items()]
    if len(worlds) == 2 and len(tables["differences"]):
        wide = tables["differences"].pivot(index="replication", columns="outcome", values="difference")
        found = chance_share(wide.reindex(columns=[*names]), set_of(study, wide.index.to_numpy()))
        items.append(say("summary.chance_of_difference", shares=_in_percent(found)))
    known = len(rows) and rows.notna().any(axis=None)
    return wrap(f"{text} {say('summary.chance', shares='; '.join(items))}" if known else text, WIDTH)


def _in_percent(shares: pd.Series) -> str:
    return ", ".join("-" if np.isnan(share) else f"{100 * share:.0f}" for share in shares)


def _assumptions(world: World, tables: Tables) -> list[str]:
    """The assumptions that this very run's differences rise and fall with, and whether evidence decided them."""
    if world.study.parameters_from == CENTRAL:
        return [say("summary.fixed")]
    table, lines = tables["assumptions"], []
    for row in table[table["beyond_chance"].astype(bool)].head(MOST_ASSUMPTIONS).to_dict("records"):
        about = {str(name): value for name, value in row.items()}
        tail = say("summary.assumption", **about | {"outcome": say(f"summary.short.{row['outcome']}")})
        lines.append(f"   {shorten(row['meaning'], WIDTH - len(tail) - 3, placeholder=' ...')}{tail}")
    heading = say("summary.assumptions", badge=say(f"badges.{badge_of(tables['badges'])}"))
    return [heading, *(lines or [say("summary.too_few_runs", runs=runs_needed())])]


def _several(worlds: Sequence[World], tables: Tables) -> list[str]:
    """More than two scenarios: a row for each."""
    known, titles = set(tables["summary"]["outcome"]), sentences()["summary"]["columns"]
    shown = {name: title for name, title in titles.items() if name in known}
    rows = [["", *shown.values()]]
    for world in worlds[:MOST_ROWS]:
        factors = {name: 0.001 if name.startswith("cost") else 100 for name in shown}
        rows.append(["", *(_share(tables, world, name, factor) for name, factor in factors.items())])
    room = WIDTH - max(map(len, _columns(rows)))
    for row, name in zip(rows, [say("summary.of_100"), *(world.name for world in worlds)]):
        short = name if len(name) <= room else re.sub(r"[a-z_]+\.", "", name)
        row[0] = short if len(short) <= room else "..." + short[3 - room :]
    more = [say("summary.more_rows", number=len(worlds) - MOST_ROWS)] if len(worlds) > MOST_ROWS else []
    runs = int(tables["summary"]["n"].max())
    heading = say("summary.several", scenarios=len(worlds), runs=f"{runs:,}")
    return [heading, "", *_columns(rows), *more, "", *_ranges(worlds, tables), *_prices(worlds[-1])]


def _prices(world: World) -> list[str]:
    """What the costs rest on, where no source stands behind it."""
    names = [name for name, line in world.study.cost_lines.forward().items() if line.source == "placeholder"]
    text = say("summary.placeholders", year=world.study.cost_year, names=", ".join(names).replace("_", " "))
    return wrap(text, WIDTH, subsequent_indent="   ") if names else []
