"""Plans by what they cost and give, with what one thing more would add; and how waits fall with posts."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib.style
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from sim.study.capacity import in_words
from sim.study.figures import colours as c
from sim.study.figures.page import HALO, LOOK, MARGIN, Look, Page, Words
from sim.study.figures.panels import band, beside, dot, name_lines, name_rows
from sim.study.pairs_by_woman import ALL
from sim.study.plans import COST
from sim.study.plans_in_words import cost, dollars, label, named, rows_of, women
from sim.study.sentences import say

THOUSAND = 1000
NAMES, NUMBERS = 1.75, 2.15  # inches: names of changes, and what stands beside their lines
ROOM_BESIDE, MOST_TICKS = 0.4, 12  # posts beside the first and the last, and numbers of posts that each have a tick
TAKES = 0.19, 0.055  # half the width and the height of a label with room around it, in shares of its panel
RANGE = ["mean", "low", "high"]


def draw_frontier(
    plans: pd.DataFrame, changes: pd.DataFrame, about: Mapping[str, Any], stem: Path, record: Mapping[str, Any]
) -> list[Path]:
    """The figure of the plans and the single changes, as PNG and SVG with its data and its words."""
    with matplotlib.style.context(LOOK):
        page = Page(13.0, 5.0, _words(plans, changes, about), say("staff.figure.subtitle"), say("staff.figure.foot"))
        (axes,) = page.panels(left=MARGIN + 0.35, right=7.0, high=0.35)
        _paint_plans(axes, plans, about)
        (axes,) = page.panels(left=13.0 - 6.4 + NAMES, right=MARGIN + NUMBERS, high=0.35)
        _paint_changes(axes, changes)
        return page.save(plans, stem, record)


def _paint_plans(axes: Axes, plans: pd.DataFrame, about: Mapping[str, Any]) -> None:
    """A dot for each plan: grey where dominated, blue and larger the more often it is on the frontier; ringed where it
    cannot be told apart from the best; the planner's own as a diamond; the frontier's range as a band."""
    front = plans[~plans["dominated"]].sort_values("cost_a_year")
    places = front["cost_a_year"] / THOUSAND
    ends = {key: front[f"women_a_year{end}"].to_numpy() for key, end in zip(RANGE, ("", "_low", "_high"), strict=True)}
    axes.fill_between(places, ends["low"], ends["high"], color=c.PALE_SKY, alpha=0.35, linewidth=0, step="post")
    out = plans[plans["dominated"]]
    look: Look = {"linestyle": "none", "zorder": 2}
    axes.plot(out["cost_a_year"] / THOUSAND, out["women_a_year"], ".", color=c.GREY, markersize=5, **look)
    sizes = 12 + 70 * front["on_frontier"]
    axes.scatter(places, front["women_a_year"], s=sizes, color=c.BLUE, zorder=3, linewidth=0)
    kept = plans[plans["cannot_be_told_apart"]]
    look = {"facecolors": "none", "edgecolors": c.INK, "linewidth": 1.1, "zorder": 4}
    axes.scatter(kept["cost_a_year"] / THOUSAND, kept["women_a_year"], s=130, **look)
    yours = rows_of(plans)[0]
    at = yours["cost_a_year"] / THOUSAND, yours["women_a_year"]
    axes.plot(*at, "D", color=c.AMBER, markeredgecolor=c.INK, markersize=8, zorder=5)
    axes.axvline(about["budget"] / THOUSAND, color=c.DARK, linestyle="dashed", linewidth=1)
    top = axes.get_xaxis_transform()
    axes.text(about["budget"] / THOUSAND, 0.01, say("staff.figure.budget"), transform=top, rotation=90, ha="right",
              va="bottom", color=c.DARK, path_effects=HALO)  # fmt: skip
    axes.set(title=say("staff.figure.plans", outcome=label(about["outcome"])), xlabel=say("staff.figure.cost"))
    axes.set_ylim(bottom=0)
    points = plans[["cost_a_year", "women_a_year"]].to_numpy() / (THOUSAND, 1)
    look = {"path_effects": HALO, "zorder": 6, "ha": "center", "va": "center"}
    line: Look = {"arrowstyle": "-", "color": c.INK, "linewidth": 0.9, "shrinkA": 2, "shrinkB": 5}
    place = _free(axes, points, at)
    axes.annotate(say("staff.figure.yours"), at, place, "data", "axes fraction", arrowprops=line, **look)


def _free(axes: Axes, points: np.ndarray, at: tuple[float, float]) -> tuple[float, float]:
    """The place nearest to a point, in shares of the panel, where a label as wide as TAKES covers none of these."""
    shares = axes.transData + axes.transAxes.inverted()
    places = np.array([(x, y) for x in np.linspace(0.18, 0.82, 17) for y in np.linspace(0.2, 0.95, 26)])
    apart = np.abs(places[:, None] - shares.transform(points)) / TAKES
    clear = apart.max(axis=2).min(axis=1)
    far = np.linalg.norm((places - shares.transform(at)) / TAKES, axis=1)
    best = np.argmin(np.where(clear >= 1, far, np.inf)) if (clear >= 1).any() else clear.argmax()
    return float(places[best][0]), float(places[best][1])


def _paint_changes(axes: Axes, changes: pd.DataFrame) -> None:
    """A line for each single change: the 95 % interval of what it adds; grey where that is inert."""
    rows, edge = rows_of(changes), 0.0
    for place, row in enumerate(rows):
        half = row["women_a_year_half_width"]
        ends = {"mean": row["women_a_year"], "low": row["women_a_year"] - half, "high": row["women_a_year"] + half}
        clear = ends["low"] > 0 or ends["high"] < 0
        mark: Look = {"marker": "o", "markersize": 5, "color": c.GREY if row["inert"] else c.BLUE if clear else c.DARK}
        dot(axes, ends, place, mark)
        edge = max(edge, abs(ends["low"]), abs(ends["high"]))
    edge = 1.1 * max(edge, 1e-9)
    axes.axvline(0, color=c.DARK, linewidth=0.8)
    axes.set_xlim(-edge, edge)
    for place, row in enumerate(rows):
        beside(axes, edge, place, _beside(row), fontsize=8.5, color=c.DARK)
    name_rows(axes, {place: named(row) for place, row in enumerate(rows)}, 8.5, -0.6, len(rows) - 0.4)
    axes.set(title=say("staff.figure.changes"), xlabel=say("staff.figure.more"))


def _beside(row: Any) -> str:
    """What a change costs, and how sure it is the one that adds most for it."""
    text = say("staff.figure.costs", cost=row[COST] / THOUSAND)
    if row["inert"]:
        return f"{text} {say('staff.figure.inert')}"
    if np.isnan(row["per_10000_cad"]):
        return text
    return f"{text} {say('staff.figure.per', per=row['per_10000_cad'], chance=100 * row['chance_most'])}"


def _words(plans: pd.DataFrame, changes: pd.DataFrame, about: Mapping[str, Any]) -> Words:
    """How many plans cannot be told apart within the budget, and whether the planner's own is one of them."""
    yours = rows_of(plans)[0]
    said = {**about, "plans": f"{len(plans):,}", "outcome": label(about["outcome"]), "women": women(yours)}
    said |= {"cost": cost(yours), "budget": dollars(about["budget"]), "front": int((~plans["dominated"]).sum())}
    rows = [f"{say('staff.columns.plan')} {row['plan']}: {women(row)}, {cost(row)}"
            for row in rows_of(plans[plans["cannot_be_told_apart"]].head(20))]  # fmt: skip
    added = [f"{named(row)} {row['women_a_year']:+z.2f} ±{row['women_a_year_half_width']:.2f}, {_beside(row)}"
             for row in rows_of(changes)]  # fmt: skip
    said |= {"rows": "; ".join(rows), "changes": "; ".join(added)}
    one = "one_" if about["kept"] == 1 else ""
    kind = f"title_{one}{'in' if plans['cannot_be_told_apart'].iloc[0] else 'out'}"
    return Words(*(say(f"staff.figure.{part}", **said) for part in (kind, "how", "alt")))


def draw_waits(table: pd.DataFrame, about: Mapping[str, Any], stem: Path, record: Mapping[str, Any]) -> list[Path]:
    """The figure of waits by posts, as PNG and SVG with its data and its words."""
    everybody = table[table["need"] == ALL].set_index("posts")
    with matplotlib.style.context(LOOK):
        page = Page(13.0, 4.3, _wait_words(table, about), say("staff.waits.figure.subtitle"), say("staff.figure.foot"))
        (axes,) = page.panels(left=MARGIN + 0.35, right=7.2, high=0.35)
        line = 100 * everybody[["within", "low", "high"]].rename(columns={"within": "mean"})
        band(axes, line, c.BLUE)
        axes.plot(line.index, line["mean"], "o", color=c.BLUE)
        if len(line) == 1:  # no band without a second number
            axes.vlines(line.index, line["low"], line["high"], color=c.BLUE, linewidth=1.6)
        axes.axhline(about["percent"], color=c.DEEP_AMBER, linestyle="dashed", linewidth=1.2)
        axes.annotate(say("staff.waits.figure.level", **about), (0.995, about["percent"]), (0, -5),
                      axes.get_yaxis_transform(), "offset points", ha="right", va="top", color=c.DEEP_AMBER,
                      path_effects=HALO)  # fmt: skip
        axes.set(ylim=(0, 102), title=say("staff.waits.figure.within", **in_words(about)))
        _by_posts(axes, about["posts"])
        (axes,) = page.panels(left=13.0 - 6.0, right=MARGIN + 1.9, high=0.35)
        lines = {"waiting_list": c.BLUE, "waiting_for_services": c.DEEP_AMBER}
        for name, colour in lines.items():
            axes.plot(everybody.index, everybody[name], "o-", color=colour)
        axes.set_title(say("staff.waits.figure.women"))
        axes.set_ylim(bottom=0)
        _by_posts(axes, about["posts"])
        last = {say(f"staff.waits.figure.{name}"): float(everybody[name].iloc[-1]) for name in lines}
        name_lines(axes, last, [*lines.values()])
        return page.save(table, stem, record)


def _by_posts(axes: Axes, posts: Sequence[int]) -> None:
    """An axis of whole posts: a tick for each number asked about, or for some of many."""
    axes.set_xlabel(say("staff.waits.figure.posts"))
    axes.set_xlim(posts[0] - ROOM_BESIDE, posts[-1] + ROOM_BESIDE)
    if len(posts) <= MOST_TICKS:
        axes.set_xticks(posts)
    else:
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))


def _wait_words(table: pd.DataFrame, about: Mapping[str, Any]) -> Words:
    """The share that waits no longer than asked for, by posts, without naming one of them."""
    rows = rows_of(table[table["need"] == ALL])
    said = {"shares": ", ".join(f"{100 * row['within']:.0f}" for row in rows),
            "waits": "; ".join(f"{row['posts']}, {row['need']}: {row['mean_wait']:.1f}" for row in rows_of(table)),
            "services": ", ".join(f"{row['waiting_for_services']:.1f}" for row in rows)}  # fmt: skip
    said = {**in_words(about), **said}
    return Words(*(say(f"staff.waits.figure.{part}", **said) for part in ("title", "how", "alt")))
