"""What came out, in at most 24 lines that a planner can read: what was compared, who, what differs and how sure, what
it rests on and what it cannot tell."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from textwrap import wrap

import numpy as np
import pandas as pd

from sim.study.assumptions import runs_needed
from sim.study.how_sure import how_sure
from sim.study.sentences import say, sentences
from sim.study.tables import HIGH, LOW
from sim.study.worlds import NO_PROGRAM, World

WIDTH, MOST_ROWS = 100, 10
# The first five of these that the run can answer: shares of all women referred, the same women in every scenario.
HEADLINE = (
    "completed", "training_or_work_39", "stably_housed_39", "any_income_39", "exited_39",
    "engaged_13", "entered", "waited_too_long", "left_program",
)  # fmt: skip
LABEL, NUMBER = 27, 14
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


def closing(worlds: Sequence[World], folder: Path, figures: Sequence[str]) -> list[str]:
    """The folder, the figures to open first, what to try next."""
    first = [f"figures/{name}" for name in FIGURES_TO_OPEN if name in figures][:2]
    study = worlds[-1].study
    following = (
        "next_one" if worlds[-1].name == "as_delivered" else "next_base" if not study.changes else "next_explain"
    )
    return [
        say("summary.folder", folder=folder),
        *([say("summary.open", files=", ".join(first))] if first else []),
        say(f"summary.{following}", scenario=study.scenario),
    ]


def _pair(worlds: Sequence[World], tables: Tables) -> list[str]:
    """Two scenarios, A and B, or one alone."""
    names, letters = headline_of(tables), "AB"[: len(worlds)]
    paired = {
        str(name): rows["difference"].dropna().to_numpy()
        for name, rows in tables["differences"].groupby("outcome", observed=True)
    }
    lines = [_scenario(letter, world) for letter, world in zip(letters, worlds, strict=True)]
    heads = "".join(f"{letter:{NUMBER}}" for letter in letters) + (say("summary.against") if paired else "")
    lines += [_who(worlds, tables), "", f"{say('summary.of_100'):{LABEL}}{heads}".rstrip()]
    for name in names:
        cells = "".join(f"{_share(tables, world.name, name):{NUMBER - 1}} " for world in worlds)
        difference = _difference(paired[name]) if paired else ""
        lines.append(f"{say(f'summary.outcomes.{name}'):{LABEL}}{cells}{difference}".rstrip())
    if len(worlds) == 1:
        return [*lines, _ranges(worlds[-1], tables)]
    lines += _in_women(worlds, tables, names) if paired else [say("summary.other_women")]
    return [*lines, _ranges(worlds[-1], tables), *_assumptions(worlds[-1], tables)]


def _scenario(letter: str, world: World) -> str:
    about = say("summary.no_program") if world.name == NO_PROGRAM else world.study.about
    return _cut(say("summary.scenario", letter=letter, name=world.name, about=about), WIDTH)


def _cut(text: str, width: int) -> str:
    """The text, or as many of its words as there is room for."""
    return text if len(text) <= width else text[: width - 3].rsplit(" ", 1)[0] + " ..."


def _who(worlds: Sequence[World], tables: Tables) -> str:
    """Women referred, and those that entered where there was something to enter."""
    entered = ", ".join(
        say("summary.who_entered", letter=letter, entered=_share(tables, world.name, "women_entered", 1))
        for letter, world in zip("AB", worlds)
        if world.offered
    )
    referred = _share(tables, worlds[-1].name, "women_referred", 1)
    return say("summary.who", referred=referred, period=_period(worlds[-1]), entered=entered or say("summary.nobody"))


def _period(world: World) -> str:
    """How long women are referred: 3.5 years, or 40 weeks."""
    weeks = int(world.plan["cohort_weeks"])
    if weeks < 104:
        return say("summary.weeks", number=weeks)
    return say("summary.years", number=f"{weeks / 52:.3g}")


def _spread(tables: Tables, scenario: str, outcome: str) -> tuple[float, float, float]:
    """Mean and range of one outcome."""
    rows = tables["summary"]
    row = rows[(rows["scenario"] == scenario) & (rows["outcome"] == outcome)].iloc[0]
    return float(row["mean"]), float(row["low"]), float(row["high"])


def _share(tables: Tables, scenario: str, outcome: str, factor: float = 100) -> str:
    """52 (40 to 63): the mean with its range beside it."""
    mean, low, high = (factor * number for number in _spread(tables, scenario, outcome))
    if np.isnan(mean):
        return "-"
    return f"{mean:.0f}" if mean == low == high else f"{mean:.0f} ({low:.0f} to {high:.0f})"


def _more(numbers: np.ndarray, fine: bool = False) -> str:
    """11 more, 4 to 18; where the range spans zero neither more nor fewer is said: 1, -1 to 3. `fine` gives differences
    below 5 one decimal."""
    mean, low, high = (float(number) for number in (numbers.mean(), *np.quantile(numbers, [LOW, HIGH])))
    sign = 1 if low > 0 else -1 if high < 0 else 0
    near, far = sorted((low * sign, high * sign)) if sign else (low, high)
    number, least, most = (_plain(n, 1 if fine and abs(mean) < 5 else 0) for n in (mean * (sign or 1), near, far))
    word = {1: say("summary.more", number=number), -1: say("summary.fewer", number=number), 0: number}[sign]
    return word if low == high else f"{word}, {least} to {most}"


def _plain(number: float, digits: int) -> str:
    """Rounded, without a minus before nothing."""
    return f"{round(number, digits) + 0:.{digits}f}"


def _difference(differences: np.ndarray) -> str:
    """11 more, 4 to 18; usually, 88 %."""
    if len(differences) < 2:
        return _more(100 * differences) if len(differences) else "-"
    sure = how_sure(differences)
    return f"{_more(100 * differences, fine=not sure.equal)}; {sure.words}, {100 * sure.share:.0f} %"


def _in_women(worlds: Sequence[World], tables: Tables, names: Sequence[str]) -> list[str]:
    """The same differences in whole women, over all the years of referrals and, where it is two or more, a year."""
    outcomes, differences = tables["outcomes"], tables["differences"]
    referred = outcomes[(outcomes["scenario"] == worlds[-1].name) & (outcomes["outcome"] == "women_referred")]
    years = worlds[-1].plan["cohort_weeks"] / 52
    items = []
    for name in names:
        gaps = differences[differences["outcome"] == name].set_index("replication")["difference"]
        women = (gaps * referred.set_index("replication")["value"]).dropna().to_numpy()
        if len(women):
            a_year = round(abs(women.mean()) / years)
            more = _more(women) + (f" ({say('summary.a_year', number=a_year)})" if years > 1 and a_year > 1 else "")
            items.append(f"{say(f'summary.short.{name}')} {more}")
    text = say("summary.in_women", period=_period(worlds[-1]), items="; ".join(items))
    return wrap(text, WIDTH, subsequent_indent="   ")


def _ranges(world: World, tables: Tables) -> str:
    runs = int(tables["summary"]["n"].max())
    kind = "covers_none" if runs == 1 else "covers_both" if world.study.parameters_drawn else "covers_chance"
    return say(f"summary.{kind}", runs=f"{runs:,}")


def _assumptions(world: World, tables: Tables) -> list[str]:
    """The three assumptions that this very run's differences rise and fall with."""
    if not world.study.parameters_drawn:
        return [say("summary.fixed")]
    table = tables["assumptions"]
    lines = []
    for row in table[table["beyond_chance"].astype(bool)].head(3).to_dict("records"):
        tail = say(
            "summary.assumption", meaning="{}", low=f"{row['low']:.3g}", high=f"{row['high']:.3g}",
            unit=row["unit"], strength=row["strength"], outcome=say(f"summary.short.{row['outcome']}"),
            correlation=f"{row['correlation']:+.2f}",
        )  # fmt: skip
        room = WIDTH - len(tail) + 2
        lines.append(tail.replace("{}", _cut(row["meaning"], room), 1))
    return [say("summary.assumptions"), *(lines or [say("summary.too_few_runs", runs=runs_needed())])]


def _several(worlds: Sequence[World], tables: Tables) -> list[str]:
    """More than two scenarios: a row for each."""
    runs, known = int(tables["summary"]["n"].max()), set(tables["summary"]["outcome"])
    shown = {name: title for name, title in sentences()["summary"]["columns"].items() if name in known}
    room = WIDTH - (NUMBER + 1) * len(shown) - 1
    lines = [say("summary.several", scenarios=len(worlds), runs=f"{runs:,}"), ""]
    titles = "".join(f"{title:{NUMBER + 1}}" for title in shown.values())
    lines.append(f"{say('summary.of_100'):{room}}{titles}".rstrip())
    for world in worlds[:MOST_ROWS]:
        factors = {name: 0.001 if name.startswith("cost") else 100 for name in shown}
        cells = "".join(f"{_share(tables, world.name, name, factors[name]):{NUMBER}} " for name in shown)
        name = world.name if len(world.name) < room else re.sub(r"[a-z_]+\.", "", world.name)
        name = name if len(name) < room else "..." + name[4 - room :]
        lines.append(f"{name:{room}}{cells}".rstrip())
    if len(worlds) > MOST_ROWS:
        lines.append(say("summary.more_rows", number=len(worlds) - MOST_ROWS))
    return [*lines, "", _ranges(worlds[-1], tables), *_prices(worlds[-1])]


def _prices(world: World) -> list[str]:
    """What the costs rest on, where no source stands behind it."""
    lines = world.study.cost_lines.forward()
    names = [name for name, line in lines.items() if line.source == "placeholder"]
    if not names:
        return []
    text = say("summary.placeholders", year=world.study.cost_year, names=", ".join(names).replace("_", " "))
    return wrap(text, WIDTH, subsequent_indent="   ")
