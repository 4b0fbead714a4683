"""The planner's own plan over the calendar: the list and the waits, what is not reached, and each post's hours week by
week, marked where they fall short; paler where the program fills and where it runs out."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import matplotlib.style
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LinearSegmentedColormap, Normalize

from sim.study.figures import colours as c
from sim.study.figures.calendar_weeks import _calendar
from sim.study.figures.page import LOOK, Look, Page, Words
from sim.study.figures.panels import band
from sim.study.plans_in_words import rows_of
from sim.study.sentences import say
from sim.study.service import COUNTED, RUNS, TEAM, in_words, numbers

WIDE, LEFT, RIGHT = 13.0, 1.15, 1.45
A_POST, LEAST = 0.34, 0.55  # inches of a row of the heat map, and of one map at least
MOST_HIGH = 3.0  # inches of a heat map, however many posts there are
FULL = 1.5  # of the hours supplied, from which colours do not deepen
SHADES = LinearSegmentedColormap.from_list("hours", ["#F3F8FB", c.PALE_SKY, c.PALE_BLUE, c.BLUE, "#003B5C"])
MONTHLY = ("waiting", "weeks_waited", "unmet")


def draw_service(months: pd.DataFrame, weeks: pd.DataFrame, stem: Path, record: Mapping[str, Any]) -> list[Path]:
    """The figure of service quality, as PNG and SVG with its data by week and post and its words."""
    team, about = _by_day(months, weeks), {"runs": RUNS, "run": f"{weeks['run'].max():.0f}"}
    posts = weeks[weeks["post"] != TEAM]
    high = float(np.clip(A_POST * max(1, posts["post"].nunique()), LEAST, MOST_HIGH))
    body = 3.45 + 2 * (high + 0.75)
    with matplotlib.style.context(LOOK):
        page = Page(WIDE, body, _words(months, about), say("service.subtitle", **about), say("staff.figure.foot"))
        panels = page.panels(columns=4, left=LEFT - 0.45, low=body - 2.6, high=0.35, across=0.5)
        for axes, name in zip(panels, MONTHLY, strict=False):
            _paint_month(axes, team, name)
        _paint_shares(panels[-1], team)
        for axes in panels:
            _shade(axes, weeks, c.FAINT, 4)
        low = 0.5
        for name, kind in (("run_", "one_run"), ("", "mean")):
            (axes,) = page.panels(left=LEFT, right=RIGHT, low=low, high=body - low - high)
            _paint_posts(axes, posts, name)
            axes.set_title(say(f"service.{kind}", **about), pad=20 if kind == "mean" else None)
            _shade(axes, weeks, "white", 14, named=kind == "mean")
            low += high + 0.85
        _key(page, axes)
        return page.save(weeks, stem, record)


def _days(begins: pd.Series) -> np.ndarray:
    """Days in matplotlib's count."""
    return np.array([(date.fromisoformat(day) - date(1970, 1, 1)).days for day in begins])


def _by_day(months: pd.DataFrame, weeks: pd.DataFrame) -> pd.DataFrame:
    """The rows of all posts together, in order, by the day in the middle of their weeks."""
    team = weeks[weeks["post"] == TEAM]
    middle = team.assign(day=_days(team["begins"]) + 3.5).groupby(["month", "part"], as_index=False)["day"].mean()
    return months[months["post"] == TEAM].merge(middle, on=["month", "part"]).sort_values("day").set_index("day")


def _paint_month(axes: Axes, team: pd.DataFrame, name: str) -> None:
    """A mean by month in the band of its range."""
    line = team[[name, f"{name}_low", f"{name}_high"]].set_axis(["mean", "low", "high"], axis=1)
    band(axes, line, c.BLUE)
    axes.set_title(say(f"service.panels.{name}"))
    axes.set_ylim(0, max(1.0, 1.05 * team[f"{name}_high"].max()))


def _paint_shares(axes: Axes, team: pd.DataFrame) -> None:
    """Post-weeks above their hours, and vacant, by month."""
    for name, colour, dash in (("above", c.BLUE, "solid"), ("vacant", c.DEEP_AMBER, "dashed")):
        axes.plot(100 * team[name], color=colour, linestyle=dash, label=say(f"service.panels.{name}"))
    axes.set_title(say("service.panels.shares"))
    axes.set_ylim(0, max(10.0, 140 * float(team[["above", "vacant"]].fillna(0).to_numpy().max())))
    look: Look = {"frameon": True, "framealpha": 1, "edgecolor": "white", "fontsize": 8.5, "borderaxespad": 0.1}
    axes.legend(loc="upper right", **look).set_zorder(6)


def _paint_posts(axes: Axes, posts: pd.DataFrame, run: str) -> None:
    """A row for each post and a cell for each week: the deeper the more of its hours were asked for, a dot where more
    than there are, hatched where nobody holds it."""
    grid = {name: posts.pivot(index="post", columns="week", values=f"{run}{name}") for name in ("load", "vacant")}
    order = sorted(grid["load"].index, key=int)
    if order:
        load, vacant = (grid[name].loc[order].to_numpy(float) for name in ("load", "vacant"))
        days = _days(posts["begins"].drop_duplicates())
        edges = np.append(days, days[-1] + 7)
        look: Look = {"cmap": SHADES, "vmin": 0, "vmax": FULL, "linewidth": 0}
        axes.pcolormesh(edges, np.arange(len(order) + 1) + 0.5, np.ma.masked_invalid(load), rasterized=True, **look)
        row, week = np.nonzero(np.nan_to_num(load) > 1)
        axes.plot(days[week] + 3.5, row + 1, linestyle="none", marker="o", markersize=2.6, markerfacecolor="white",
                  markeredgecolor=c.INK, markeredgewidth=0.6)  # fmt: skip
        for place, empty in enumerate(vacant >= 1):
            spans = [(float(day), 7.0) for day in days[empty]]
            axes.broken_barh(spans, (place + 0.5, 1), facecolor="white", hatch="//////", edgecolor=c.DARK, linewidth=0)
    axes.set_yticks(range(1, len(order) + 1), [say("service.post", number=post) for post in order])
    axes.set_ylim(len(order) + 0.5, 0.5)
    axes.tick_params(axis="y", length=0)
    axes.grid(False)


def _shade(axes: Axes, weeks: pd.DataFrame, colour: str, most: int, named: bool = False) -> None:
    """What no total counts is paler, behind a dashed line; and the calendar below."""
    days, counted = _days(weeks["begins"]), (weeks["part"] == COUNTED).to_numpy()
    ends = days[counted].min(), days[counted].max() + 7
    for part, (first, last) in zip(("fills", "runs_out"), ((days.min(), ends[0]), (ends[1], days.max() + 7)),
                                   strict=True):  # fmt: skip
        if last > first:
            axes.axvspan(first, last, facecolor=colour, alpha=0.5, zorder=4, linewidth=0)
            axes.axvline(last if part == "fills" else first, color=c.INK, linewidth=0.9, linestyle="dashed", zorder=5)
            if named:
                where: Look = {"transform": axes.get_xaxis_transform(), "fontsize": 8.5, "color": c.DARK}
                axes.text((first + last) / 2, 1.04, say(f"service.parts.{part}"), ha="center", va="bottom", **where)
    _calendar(axes, pd.Index(days), most)
    axes.set_xlim(days.min(), days.max() + 7)


def _key(page: Page, axes: Axes) -> None:
    """The colours in percent, and the marks in words."""
    place = axes.get_position()
    key = page.figure.add_axes((place.x1 + 0.2 / WIDE, place.y0, 0.14 / WIDE, place.height))
    bar = page.figure.colorbar(ScalarMappable(Normalize(0, 100 * FULL), SHADES), cax=key)
    bar.set_ticks([0, 100, 100 * FULL], labels=["0 %", "100 %", "150 %"])
    bar.outline.set_visible(False)


def _words(months: pd.DataFrame, about: Mapping[str, Any]) -> Words:
    """What the counted weeks give, and each post's."""
    totals = months[months["month"] == TEAM].set_index("post")
    counted = months.loc[(months["part"] == COUNTED) & (months["month"] != TEAM), "month"]
    said = {**about, "first": in_words(counted.min()), "last": in_words(counted.max())}
    said |= numbers(totals.loc[TEAM].to_dict())
    posts = [say("service.alt_post", number=post, **numbers(row)) for post, row in totals.drop(TEAM).iterrows()]
    said["posts"] = "; ".join(posts)
    team = months[(months["post"] == TEAM) & (months["part"] == COUNTED) & (months["month"] != TEAM)]
    by_year = team.groupby("fiscal_year")[["waiting", "weeks_waited", "unmet"]].mean()
    said["years"] = "; ".join(say("service.alt_year", **row) for row in rows_of(by_year.reset_index()))
    return Words(*(say(f"service.{part}", **said) for part in ("title", "how", "alt")))
