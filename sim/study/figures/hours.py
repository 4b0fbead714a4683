"""Each case manager's post over the calendar: women on the caseload, and hours by kind against hours supplied."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from sim.study.figures.axes import calendar_ticks, stack_means
from sim.study.figures.reading import Occasion, Tables, by_run, of, spread
from sim.study.figures.saying import number_of, percent, share_of, women
from sim.study.figures.style import AMBER, BLUE, DARK, GREEN, INK, SKY, Look, Page, Words
from sim.study.sentences import say

KINDS: dict[str, Look] = {
    "visits": {"facecolor": BLUE},
    "drop_in": {"facecolor": SKY, "hatch": "...", "edgecolor": "white"},
    "links": {"facecolor": GREEN, "hatch": "\\\\\\\\", "edgecolor": "white"},
    "crisis": {"facecolor": AMBER},
}
MEASURES = ("caseload", "supplied", "used", *KINDS)
OWN_ROW = 3  # posts with a row of panels; further posts share one row, as the mean of a post
ALL, OTHERS = "all posts", "other posts"
SHARE_USED = "share of hours used"


def read_hours(tables: Tables, occasion: Occasion) -> pd.DataFrame:
    """Caseload and hours a week of each post, and the share of hours used in the weeks in which women are referred."""
    posts = of(tables["posts"], occasion.main)
    busy = posts.loc[posts["caseload"] > 0, "week"]
    if busy.empty:
        return pd.DataFrame()
    posts = posts[posts["week"] <= busy.max()]
    posts = posts.assign(used=posts[list(KINDS)].sum(axis="columns"))
    rows = [(f"{number + 1}", lines) for number, lines in posts.groupby("post") if number < OWN_ROW]
    others = posts[posts["post"] >= OWN_ROW]
    if not others.empty:
        rows.append((OTHERS, others.groupby(["replication", "week"], as_index=False)[list(MEASURES)].mean()))
    tidy = [
        spread(by_run(lines, ["week"], measure)).assign(post=post, measure=measure).reset_index()
        for post, lines in rows
        for measure in MEASURES
    ]
    share = of(tables["summary"], occasion.main)
    share = share.loc[share["outcome"] == "hours_used", ["mean", "low", "high"]]
    tidy.append(share.assign(post=ALL, measure=SHARE_USED, week=-1))
    return pd.concat(tidy, ignore_index=True)[["post", "measure", "week", "mean", "low", "high"]]


def tell_hours(data: pd.DataFrame, occasion: Occasion, runs: int) -> Words:
    used = data[data["measure"] == SHARE_USED].iloc[0]
    caseload = data[data["measure"] == "caseload"]
    full = "nearly_all" if used["mean"] >= 0.9 else "most" if used["mean"] >= 0.6 else "part"
    kinds = data[data["measure"].isin(list(KINDS))].groupby("measure")["mean"].sum()
    parts = [f"{say(f'figures.hours.kinds.{kind}')} {percent(kinds[kind] / max(kinds.sum(), 1e-9))}" for kind in KINDS]
    said = {
        "used": share_of(used, runs),
        "caseload": women(number_of(caseload.sort_values("mean", kind="stable").iloc[-1], runs)),
        "kinds": ", ".join(parts),
        "posts": str(data.loc[data["post"] != ALL, "post"].nunique()),
    }
    return Words(*(say(f"figures.hours.{part}", **said) for part in (f"title_{full}", "how", "alt")))


def size_hours(data: pd.DataFrame) -> tuple[float, float]:
    return 11.5, 0.1 + 2.35 * (data["post"].nunique() - 1)


def paint_hours(page: Page, data: pd.DataFrame, occasion: Occasion, runs: int) -> None:
    """A row for each post: its caseload, its hours by kind as stacked means, and all its hours used with their band."""
    posts = [post for post in data["post"].unique() if post != ALL]
    tall = (page.top - page.bottom - 0.1) / len(posts)
    women, hours = (
        1.1 * max(1.0, data.loc[data["measure"].isin(measures), "high"].max())
        for measures in (["caseload"], ["supplied", "used"])
    )
    for number, post in enumerate(posts):
        low, height = page.top - (number + 1) * tall + 0.45, tall - 0.9
        panels = [page.panel(left, low, wide, height) for left, wide in ((0.95, 2.35), (3.95, 3.3), (8.75, 2.3))]
        wide = data[data["post"] == post].pivot(index="week", columns="measure")
        layers = {say(f"figures.hours.kinds.{kind}"): fill for kind, fill in KINDS.items()}
        stack_means(page, panels[1], wide["mean"].rename(columns=dict(zip(KINDS, layers, strict=True))), layers)
        for panel, measure, colour in ((panels[0], "caseload", DARK), (panels[2], "used", BLUE)):
            low_side, line, high_side = (wide[kind][measure] for kind in ("low", "mean", "high"))
            panel.fill_between(wide.index, low_side, high_side, color=DARK, alpha=0.22, linewidth=0)
            panel.plot(wide.index, line, color=colour, linewidth=1.6)
        for panel in panels[1:]:
            panel.plot(wide.index, wide["mean"]["supplied"], color=INK, linewidth=1.3, linestyle=(0, (4, 2)))
        name = say("figures.hours.others") if post == OTHERS else say("figures.hours.post", number=post)
        for panel, title, top in zip(panels, ("caseload", "by_kind", "used"), (women, hours, hours), strict=True):
            panel.set_title(say(f"figures.hours.panels.{title}", post=name))
            panel.set_ylim(0, top)
            panel.yaxis.set_major_locator(MaxNLocator(5, integer=True))
            calendar_ticks(panel, occasion.start, data["week"].max(), most=5)
        _name_supplied(panels[1], height)


def _name_supplied(panel: Axes, height: float) -> None:
    """The dashed line's name, above the names of the stack."""
    place = (0.05 + 0.26 * len(KINDS) + 0.085) / height
    corner: Look = {"transform": panel.transAxes, "clip_on": False}
    panel.plot([1.03, 1.09], [place, place], color=INK, linewidth=1.3, linestyle=(0, (3, 1.5)), **corner)
    panel.text(1.115, place, say("figures.hours.supplied"), va="center", **corner)
