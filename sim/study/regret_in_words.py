"""Regret in few lines: how far the favoured plan and the planner's own are below the best over worlds, and where."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from sim.study.plans_in_words import Row, rows_of
from sim.study.regret import SPANS
from sim.study.sentences import say
from sim.study.study import Study

TELLING = 0.05  # more often where a condition holds, in worlds that did not find it, from which the condition is told


def regret_lines(study: Study, tables: Mapping[str, pd.DataFrame], zone: float) -> list[str]:
    """Over which worlds, how far the plans are below the best, and where each is below by more than the zone."""
    regret, worlds = tables["regret"], tables["worlds"]
    spans = {f"{name}_{end}": SPANS[name][place] for name in ("turnover", "openings") for place, end in enumerate(ENDS)}
    spans |= {"least": worlds["intake"].min(), "most": worlds["intake"].max()}
    over = say(
        "staff.regret.over", worlds=f"{worlds['world'].max():,}", compared=regret["within_budget"].sum(), **spans
    )
    told = [row for row in rows_of(regret.sort_values("favoured", ascending=False)) if row["favoured"] or row["yours"]]
    items = "; ".join(say("staff.regret.item", name=_named(row), **_numbers(row)) for row in told)
    lines = [f"{over} {items}. {say('staff.regret.luck', **_numbers(told[0]))}"]
    by_plan = {row["plan"]: row for row in rows_of(tables["conditions"])}
    return [*lines, *(_where(study, row, by_plan[row["plan"]], zone) for row in told)]


ENDS = ("low", "high")


def _named(row: Row) -> str:
    return say("staff.regret.yours" if row["yours"] else "staff.regret.plan", plan=row["plan"])


def _numbers(row: Row) -> dict[str, float]:
    return {name: row[name] for name in ("mean", "ninth", "most", "mean_with_luck")}


def _where(study: Study, row: Row, found: Row, zone: float) -> str:
    """The conditions, with shares of the worlds that found them and of those that did not."""
    said = {name: 100 * found[name] for name in found if "behind" in name}
    said |= {"name": _named(row).capitalize(), "zone": zone, "behind": 100 * row["behind"]}
    told = conditions_of(study, found)
    return say(f"staff.regret.{'where' if told else 'nowhere'}", **said, conditions=told)


def conditions_of(study: Study, found: Row) -> str:
    """The one or two conditions in words; nothing where none told apart the worlds that did not find it."""
    more = found["checked_behind_there"] - found["checked_behind_elsewhere"]
    if not found["first"] or np.isnan(more) or more < TELLING:
        return ""
    return say("staff.regret.and").join(_condition(study, found, name) for name in ("first", "second") if found[name])


def _condition(study: Study, found: Row, name: str) -> str:
    keys = {key: p for p, key in zip(study.parameters, study.parameter_keys, strict=True)}
    column, about = found[name], dict[str, Any](limit=found[f"{name}_limit"])
    if column in keys:
        about |= {"meaning": keys[column].meaning, "unit": keys[column].unit}
    kind = "parameter" if column in keys else column
    return say(f"staff.regret.{kind}_{found[f'{name}_is']}", **about)
