"""Over the calendar: how full the program is, and each case manager's post with its caseload and hours."""

from datetime import date

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.ticker import MaxNLocator

from sim.program.words import PHASES
from sim.study.figures import colours as c
from sim.study.figures.page import MARGIN, ROOM, Drawing, Page, Words
from sim.study.figures.panels import band, name_layers, stack
from sim.study.figures.reading import Occasion, Tables, of, over_runs
from sim.study.figures.saying import month_of, number_of, percent, share_of, whole, women, words
from sim.study.sentences import say

PLACES = dict(zip(("waiting", "pre_cti", "transition", "try_out", "transfer"), PHASES, strict=False))
DOTS, STROKES = (c.SKY, "..."), (c.GREEN, "\\\\\\\\")
PLACE_FILLS = (c.GREY, "////"), (c.AMBER, ""), DOTS, (c.BLUE, ""), STROKES
KIND_FILLS = {"visits": (c.BLUE, ""), "drop_in": DOTS, "links": STROKES, "crisis": (c.AMBER, "")}
MEASURES = ("caseload", "supplied", "used", *KIND_FILLS)
OWN_ROW = 3  # posts with a row of panels; further posts share one row, as the mean of a post
ALL, OTHERS = "all posts", "other posts"
SHARE_USED = "share of hours used"


def _by_day(data: pd.DataFrame, occasion: Occasion) -> pd.DataFrame:
    """The data by the days, in matplotlib's count, on which its calendar weeks begin."""
    first = (occasion.start - date(1970, 1, 1)).days
    return data.set_index(first + 7 * data["week"])


def _calendar(axes: Axes, days: pd.Index, most: int = 8) -> None:
    """An axis of the months and years of these days."""
    locator = AutoDateLocator(minticks=most // 3, maxticks=most)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
    axes.set_xlim(days.min(), days.max() + 1)


def read_occupancy(tables: Tables, occasion: Occasion) -> pd.DataFrame:
    """Women on the waiting list and in each phase by calendar week, up to the last week with anybody there."""
    weeks = of(tables["occupancy"], occasion.main)
    last = weeks.loc[weeks[list(PLACES)].any(axis="columns"), "week"].max()
    return over_runs(weeks[weeks["week"] <= last], ["week"], list(PLACES), "place")


def tell_occupancy(data: pd.DataFrame, occasion: Occasion) -> Words:
    """When the program is at its fullest (nine tenths of its highest mean or more), and the longest waiting list."""
    means = data.pivot(index="week", columns="place", values="mean")
    inside = means.drop(columns="waiting").sum(axis="columns")
    full = inside.index[inside >= 0.9 * inside.max()]
    longest = data[data["place"] == "waiting"].sort_values("mean", kind="stable").iloc[-1]
    return words(
        "occupancy", first=month_of(occasion.start, full.min()), last=month_of(occasion.start, full.max()),
        inside=women(whole(inside[full].mean())), longest=month_of(occasion.start, longest["week"]),
        waiting=women(number_of(longest)),
        phases=", ".join(f"{name} {whole(means.loc[full, place].mean(), 1)}" for place, name in PLACES.items()),
    )  # fmt: skip


def paint_occupancy(page: Page, data: pd.DataFrame, occasion: Occasion) -> None:
    """Means stacked above; below each phase alone, with its band, on one vertical axis."""
    data = _by_day(data, occasion)
    means = data.pivot(columns="place", values="mean").rename(columns=PLACES)
    fills = dict(zip(PLACES.values(), PLACE_FILLS, strict=True))
    (axes,) = page.panels(left=0.9, right=MARGIN + ROOM, low=2.8, high=0.35)
    stack(axes, means, {name: fills[name] for name in (*PHASES[1 : len(PLACES)], PHASES[0])})
    name_layers(axes)
    _calendar(axes, means.index)
    axes.set(title=say("figures.occupancy.stacked"), ylabel=say("figures.women_axis"))
    axes.set_ylim(0, max(1.0, 1.08 * means.sum(axis="columns").max()))
    panels = page.panels(columns=5, left=0.9, low=0.45, high=page.body - 2, across=0.35, share=True)
    for panel, (place, name) in zip(panels, PLACES.items(), strict=True):
        band(panel, data[data["place"] == place], c.DARK if place == "waiting" else c.BLUE)
        _calendar(panel, means.index, most=3)
        panel.set_title(name)
    panels[0].set(ylim=(0, max(1.0, 1.05 * data["high"].max())), ylabel=say("figures.women_axis"))


def read_hours(tables: Tables, occasion: Occasion) -> pd.DataFrame:
    """Caseload and hours a week of each post, and the share of hours used in the weeks in which women are referred."""
    posts = of(tables["posts"], occasion.main)
    posts = posts[posts["week"] <= posts.loc[posts["caseload"] > 0, "week"].max()]
    if posts.empty:
        return pd.DataFrame()
    row = np.where(posts["post"] < OWN_ROW, (posts["post"] + 1).astype(str), OTHERS)
    posts = posts.assign(used=posts[list(KIND_FILLS)].sum(axis="columns"), post=row)
    posts = posts.groupby(["replication", "post", "week"], as_index=False)[list(MEASURES)].mean()
    data = over_runs(posts, ["post", "week"], MEASURES, "measure")
    summary = of(tables["summary"], occasion.main)
    share = summary[summary["outcome"] == "hours_used"].assign(post=ALL, measure=SHARE_USED, week=-1)
    return pd.concat([data, share[data.columns]], ignore_index=True)


def tell_hours(data: pd.DataFrame, occasion: Occasion) -> Words:
    used = data[data["measure"] == SHARE_USED].iloc[0]
    fullest = data[data["measure"] == "caseload"].sort_values("mean", kind="stable").iloc[-1]
    kinds = data.groupby("measure")["mean"].sum()[list(KIND_FILLS)]
    parts = (kinds / max(kinds.sum(), 1e-9)).items()
    return words(
        "hours", "title_nearly_all" if used["mean"] >= 0.9 else "title_most" if used["mean"] >= 0.6 else "title_part",
        used=share_of(used), caseload=women(number_of(fullest)),
        kinds=", ".join(f"{say(f'figures.hours.kinds.{kind}')} {percent(part)}" for kind, part in parts),
        posts=str(data["post"].nunique() - 1),
    )  # fmt: skip


def size_hours(data: pd.DataFrame) -> tuple[float, float]:
    return 11.5, 0.1 + 2.35 * (data["post"].nunique() - 1)


def paint_hours(page: Page, data: pd.DataFrame, occasion: Occasion) -> None:
    """A row for each post: its caseload, its hours by kind as stacked means, and all its hours used with their band."""
    data = _by_day(data[data["post"] != ALL], occasion)
    fills = {say(f"figures.hours.kinds.{kind}"): fill for kind, fill in KIND_FILLS.items()}
    edges, rows = ((0.95, 3.3), (3.95, 7.25), (8.75, 11.05)), data["post"].nunique()
    grid = [
        page.panels(rows, left=left, right=page.width - right, low=0.45, high=0.55, down=0.9, share=True)
        for left, right in edges
    ]
    for (post, lines), *panels in zip(data.groupby("post"), *grid, strict=True):
        caseload, by_kind, used = panels
        means = lines.pivot(columns="measure", values="mean")
        stack(by_kind, means.rename(columns=dict(zip(KIND_FILLS, fills, strict=True))), fills)
        band(caseload, lines[lines["measure"] == "caseload"], c.DARK)
        band(used, lines[lines["measure"] == "used"], c.BLUE)
        for panel in (by_kind, used):
            name = say("figures.hours.supplied")
            panel.plot(means["supplied"], color=c.INK, linewidth=1.3, linestyle=(0, (4, 2)), label=name)
        name_layers(by_kind)
        name = say("figures.hours.others") if post == OTHERS else say("figures.hours.post", number=post)
        for panel, title in zip(panels, ("caseload", "by_kind", "used"), strict=True):
            shown = data["measure"].isin(["caseload"] if panel is caseload else ["supplied", "used"])
            panel.set(title=say(f"figures.hours.panels.{title}", post=name))
            panel.set_ylim(0, 1.1 * max(1.0, data.loc[shown, "high"].max()))
            panel.yaxis.set_major_locator(MaxNLocator(5, integer=True))
            _calendar(panel, means.index, most=6)


OCCUPANCY = Drawing(("occupancy",), read_occupancy, tell_occupancy, paint_occupancy)
HOURS = Drawing(("posts", "summary"), read_hours, tell_hours, paint_hours, size_hours)
