"""What each assumption does to an answer from low to high, and its share of the variance, beside chance and a dummy."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib.style
import pandas as pd
from matplotlib.axes import Axes

from sim.study.contribute import shown_as
from sim.study.figures import colours as c
from sim.study.figures.page import LOOK, MARGIN, Look, Page, Words, fit
from sim.study.figures.panels import beside, dot, name_rows
from sim.study.figures.saying import title_of, whole
from sim.study.sensitivity_in_words import label, share_of, words_of
from sim.study.sentences import say
from sim.study.uncertain import CHANCE, DUMMY

A_ROW, NAMES, HEAD = 0.31, 4.7, 1.15  # inches: a row, its name, and what stands above and below the rows of an outcome
ENDS: dict[str, Look] = {
    "low": {"marker": "o", "color": c.AMBER, "markerfacecolor": "white", "markersize": 6, "markeredgewidth": 1.6},
    "high": {"marker": "o", "color": c.BLUE, "markersize": 6},
}


def draw_sensitivity(
    tables: Mapping[str, pd.DataFrame], worlds: Sequence[str], stem: Path, record: Mapping[str, Any]
) -> list[Path]:
    """The figure of a verb's tables, as PNG and SVG with its data and its words."""
    left = tables["tornado"].drop(columns=["badge", "meaning"])
    data = tables["shares"].merge(left, how="left", on=["outcome", "unit", "parameter"], validate="one_to_one")
    luck = data["parameter"].map({CHANCE: 1, DUMMY: 2}).fillna(0)
    data = data.assign(last=luck).sort_values(["last", "total"], ascending=[True, False], kind="stable")
    data = data.drop(columns="last")
    outcomes = [data[data["outcome"] == name] for name in tables["outcomes"]["outcome"]]
    with matplotlib.style.context(LOOK):
        body = sum(HEAD + A_ROW * len(rows) for rows in outcomes)
        subtitle = say("sensitivity.figure.subtitle", a=title_of(worlds[0]), b=title_of(worlds[1]))
        page = Page(13.0, body, _words(outcomes), subtitle, say("sensitivity.figure.foot"))
        top = 0.0
        for rows in outcomes:
            tall = HEAD + A_ROW * len(rows)
            inside = {"low": body - top - tall + 0.6, "high": top + HEAD - 0.6}
            ends, parts = page.panels(1, 2, left=MARGIN + NAMES, right=MARGIN + 0.75, across=0.6, share=False, **inside)
            _paint_ends(ends, rows)
            _paint_shares(parts, rows)
            top += tall
        return page.save(data.reset_index(drop=True), stem, record)


def _paint_ends(axes: Axes, rows: pd.DataFrame) -> None:
    """The outcome at the low and the high end of each assumption, with the 95 % interval of the change."""
    factor, names = shown_as(rows["unit"].iloc[0]), {}
    told: Any = rows.to_dict("records")
    for place, row in enumerate(told):
        names[float(place)] = _name(row)
        if row["low"] != row["low"]:
            continue
        axes.plot([factor * row["low"], factor * row["high"]], [place, place], color=c.GREY, linewidth=1)
        for side, mark in ENDS.items():
            half, mean = factor * row[f"{side}_half_width"], factor * row[side]
            dot(axes, {"low": mean - half, "mean": mean, "high": mean + half}, place, mark)
    axes.axvline(factor * rows["middle"].max(), color=c.DARK, linewidth=0.8)
    name_rows(axes, names, 8.5, -0.6, len(rows) - 0.4)
    handles = [
        axes.plot([], [], linestyle="none", label=say(f"sensitivity.figure.{side}"), **ENDS[side])[0] for side in ENDS
    ]
    axes.legend(handles=handles, loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2, fontsize=8.5, borderaxespad=0.2)
    label = "of_100" if factor > 1 else "in_unit"
    axes.set_xlabel(say(f"sensitivity.figure.{label}", outcome=_outcome(rows), unit=rows["unit"].iloc[0]))
    left = -(NAMES - 0.05) / (axes.get_window_extent().width / axes.figure.dpi)
    axes.set_title(fit(_outcome(rows), NAMES, 10, 1, bold=True), x=left)


def _paint_shares(axes: Axes, rows: pd.DataFrame) -> None:
    """Shares of the variance: dark what each does alone, pale with all that it does together with others."""
    told: Any = rows.to_dict("records")
    for place, row in enumerate(told):
        dark, pale = (c.DARK, c.PALE_GREY) if row["parameter"] in (CHANCE, DUMMY) else (c.BLUE, c.PALE_SKY)
        for kind, colour, tall, down in (("total", pale, 0.68, 0.17), ("first", dark, 0.36, -0.17)):
            mean, half = 100 * row[kind], 100 * row[f"{kind}_half_width"]
            axes.barh(place, max(mean, 0.0), tall, color=colour)
            axes.plot([mean - half, mean + half], [place + down] * 2, color=c.INK, linewidth=1, clip_on=True)
        end = max(100 * (row[kind] + row[f"{kind}_half_width"]) for kind in ("first", "total"))
        beside(axes, max(end, 0.0), place, share_of(row, "total"), fontsize=8)
    axes.axvline(0, color=c.DARK, linewidth=0.8)
    name_rows(axes, {}, 8, -0.6, len(rows) - 0.4)
    axes.set_xlabel(say("sensitivity.figure.shares"))
    axes.set_xlim(left=min(0.0, max(-15.0, axes.get_xlim()[0])))


def _outcome(rows: pd.DataFrame) -> str:
    return label(rows["outcome"].iloc[0])


def _name(row: Any) -> str:
    """What is assumed, from which value to which, and on what it rests."""
    if row["parameter"] in (CHANCE, DUMMY):
        return say(f"sensitivity.figure.{row['parameter']}")
    values = {side: f"{row[f'{side}_value']:.3g}" for side in ("low", "high")}
    mark = say(f"sensitivity.marks.{row['badge']}")
    after = say("sensitivity.figure.values", **values, mark=mark)
    letters = int((NAMES - 0.15) / (8.5 * 0.57 / 72)) - len(after)
    meaning = row["meaning"]
    return f"{meaning if len(meaning) <= letters else meaning[: letters - 2] + ' …'}{after}"


def _words(outcomes: Sequence[pd.DataFrame]) -> Words:
    """The finding of the first outcome, and for those who do not see the figure all of them."""
    first, told = outcomes[0], []
    for rows in outcomes:
        factor, items = shown_as(rows["unit"].iloc[0]), []
        each: Any = rows.to_dict("records")
        for row in each:
            said = {
                "name": words_of(row["parameter"]),
                "first": share_of(row, "first"),
                "total": share_of(row, "total"),
            }
            ends = {side: whole(factor * row[side], 1) for side in ("low", "high")} if row["low"] == row["low"] else {}
            items.append(say(f"sensitivity.figure.alt_{'row' if ends else 'luck'}", **said, **ends))
        told.append(say("sensitivity.figure.alt_outcome", outcome=_outcome(rows), rows="; ".join(items)))
    real: Any = first[~first["parameter"].isin([CHANCE, DUMMY])].to_dict("records")
    most = ", ".join(
        say("sensitivity.figure.most", name=words_of(r["parameter"]), share=share_of(r, "total")) for r in real[:2]
    )
    title = say(
        "sensitivity.figure.title" if real else "sensitivity.figure.title_none", outcome=_outcome(first), most=most
    )
    return Words(title, say("sensitivity.figure.how"), say("sensitivity.figure.alt", rows=". ".join(told)))
