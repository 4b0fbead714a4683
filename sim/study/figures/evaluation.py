"""The two figures of the simulated evaluation: its change beside the effect, and which data tell which ingredient."""

from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import matplotlib.style
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, NullLocator

from sim.program.words import DOMAINS
from sim.study.change_and_effect import EFFECTS, PARTS
from sim.study.figures import colours as c
from sim.study.figures.page import HALO, LOOK, MARGIN, Look, Page, Words, fit
from sim.study.figures.panels import beside, dot, name_rows
from sim.study.figures.reading import Tables
from sim.study.figures.saying import number_of, whole
from sim.study.identifiability import DATA, INGREDIENTS, TOLD, told, too_few_rows
from sim.study.sentences import say

FULL: Look = {"marker": "o", "color": c.BLUE}
EMPTY: Look = {"marker": "s", "color": c.DARK, "markerfacecolor": "white"}
NAMES, A_ROW = 2.35, 0.27  # inches: the name of a row, and its height
STEP = len(PARTS) + 1.6  # rows from one domain to the next
ASIDE = 1.04  # times, so that marks do not hide each other
LINES = {  # colour, dash and mark of the data used
    "exit": (c.DARK, "dotted", "o"), "states": (c.GREEN, "dashdot", "s"),
    "attendance": (c.DEEP_AMBER, "dashed", "^"), "scores": (c.BLUE, "solid", "D"),
}  # fmt: skip


def draw_evaluation(
    tables: Tables, folder: Path, about: Mapping[str, Sequence[str]], foot: str, record: Mapping[str, Any]
) -> list[Path]:
    """Both figures, `change` and `told`, each as PNG and SVG with its data, its words and what it is made from."""
    subtitles = {name: " · ".join([say("figures.subtitle"), *parts]) for name, parts in about.items()}
    foot = f"{foot} {say('figures.foot')}"
    parts = tables["decomposition"]
    points = parts.assign(**{name: 100 * parts[name] for name in ("mean", "low", "high")})
    with matplotlib.style.context(LOOK):
        words = _words_of_change(points, tables["runs"])
        change = Page(13.0, A_ROW * STEP * len(DOMAINS) + 0.95, words, subtitles["change"], foot)
        _paint_change(change, points)
        paths = change.save(points, folder / "change_and_effect", record)
        table = tables["contraction"]
        ingredients = Page(13.0, 4.1, _words_of_told(table), subtitles["told"], say("figures.foot"))
        panels = ingredients.panels(columns=4, left=MARGIN + 0.55, high=0.85, across=0.3, share="all")
        for axes, name in zip(panels, INGREDIENTS, strict=True):
            _paint_told(axes, table[table["ingredient"] == name])
        panels[0].set_ylabel(say("evaluation.figure.told.contraction"))
        names = [say(f"evaluation.data.{data}") for data in DATA]
        at = MARGIN / ingredients.width, (ingredients.bottom + ingredients.body) / ingredients.height
        marks: Any = panels[0].containers
        ingredients.figure.legend(marks, names, loc="upper left", bbox_to_anchor=at, ncols=len(DATA))
        return paths + ingredients.save(table, folder / "identifiability", record)


def _words_of_change(points: pd.DataFrame, runs: pd.DataFrame) -> Words:
    """The domain in which the change is furthest from the effect on the same women."""
    rows: Any = points.set_index(["domain", "measure"])
    means = rows["mean"].unstack()
    domain: Any = (means["change"] - means["effect_both"]).abs().idxmax()
    said = {"change": "change", "effect": "effect_both", "natural": "natural_course"}
    about = {name: whole(means.loc[domain, measure]) for name, measure in said.items()} | {"domain": str(domain)}
    about |= {who: f"{runs[f'women_{who}'].mean():.0f}" for who in ("both", "entered")}
    domains = []
    for each in DOMAINS:
        numbers = {name: number_of(rows.loc[each, name]) for name in ("change", *EFFECTS)}
        domains.append(say("evaluation.figure.change.of_domain", domain=each, **numbers))
    parts = ("title", "how", "alt")
    return Words(*(say(f"evaluation.figure.change.{part}", **about, domains="; ".join(domains)) for part in parts))


def _paint_change(page: Page, points: pd.DataFrame) -> None:
    """Left the change and the effects, right what makes the difference, domain by domain on one axis each."""
    ends = 1.05 * min(points["low"].min(), 0), 1.05 * points["high"].max()
    panels = page.panels(columns=2, left=MARGIN + NAMES, right=1.1, across=NAMES + 1.1)
    for axes, side, measures in zip(panels, ("left", "right"), (("change", *EFFECTS), PARTS), strict=True):
        left = -NAMES / (page.width * axes.get_position().width)
        names: dict[float, str] = {}
        for start, domain in zip(count(0, STEP), DOMAINS):
            look: Look = {"transform": axes.get_yaxis_transform(), "va": "center", "path_effects": HALO}
            axes.text(left, start - 0.9, domain, color=c.BLUE, **look)
            for y, measure in zip(count(start), measures):
                row = points[(points["domain"] == domain) & (points["measure"] == measure)].iloc[0]
                dot(axes, row, y, EMPTY if measure in EFFECTS else FULL)
                beside(axes, row["high"], y, number_of(row, int(side == "right")), fontsize=8)
                names[y] = fit(say(f"evaluation.figure.change.rows.{measure}"), NAMES - 0.1, 8, 1)
        axes.axvline(0, color=c.GREY, linewidth=0.8)
        axes.set_title(say(f"evaluation.figure.change.{side}"), x=left)
        name_rows(axes, names, 8, -1.6, len(DOMAINS) * STEP - 1.2)
        axes.set(xlim=ends, xlabel=say("evaluation.figure.change.axis"))


def _words_of_told(table: pd.DataFrame) -> Words:
    """Which ingredients are told, and which are not."""
    found, women = [*told(table)["ingredient"]], f"{table['women'].max():.0f}"
    names = {name: say(f"evaluation.ingredients.{name}") for name in INGREDIENTS}
    some = ", ".join(names[name] for name in INGREDIENTS if name in found)
    others = ", ".join(names[name] for name in INGREDIENTS if name not in found)
    lines: Any = table.to_dict("records")
    cells = [
        say("evaluation.figure.told.row", **line | {"ingredient": names[line["ingredient"]]}, used=used)
        for line in lines
        for used in [say(f"evaluation.with.{line['data']}")]
    ]
    title = say("evaluation.figure.told.told", names=some) if some else say("evaluation.figure.told.told_none")
    title += say("evaluation.figure.told.never", names=others, women=women) if some and others else ""
    title = say("evaluation.figure.told.too_few") if too_few_rows(table) else title
    how, alt = say("evaluation.figure.told.how"), say("evaluation.figure.told.alt", rows="; ".join(cells))
    return Words(title, how, alt)


def _paint_told(axes: Axes, table: pd.DataFrame) -> None:
    """Contraction over the number of women, a line for the data used, in percent."""
    for place, data in enumerate(DATA):
        line: Any = table[table["data"] == data]
        colour, dash, mark = LINES[data]
        look: Look = {"color": colour, "linestyle": dash, "marker": mark, "markersize": 5}
        aside = ASIDE ** (place - 1.5)
        axes.errorbar(aside * line["women"], 100 * line["contraction"], 100 * line["error"], **look)
    chance: Any = table.groupby("women")["chance_high"].max()
    axes.plot(chance.index, 100 * chance, color=c.GREY, linestyle="dotted")
    axes.axhline(100 * TOLD, color=c.GREY, linewidth=0.8)
    axes.set_xscale("log")
    axes.set_xlim(chance.index[0] / 1.3, chance.index[-1] * 1.3)
    axes.xaxis.set_major_locator(FixedLocator([*chance.index]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xticklabels([f"{number:.0f}" for number in chance.index])
    axes.set_ylim(-2, 100)
    axes.set_title(say(f"evaluation.ingredients.{table['ingredient'].iloc[0]}"))
    axes.set_xlabel(say("evaluation.figure.told.axis"))
