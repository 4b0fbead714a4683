"""The figures of a study, made from the tidy tables: the finding as the title, the very numbers drawn beside it."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

import matplotlib.style
import pandas as pd
from matplotlib.figure import Figure

from sim.study.figures.calendar_weeks import HOURS, OCCUPANCY
from sim.study.figures.community import COMMUNITY
from sim.study.figures.dots import COMPARE, GOALS
from sim.study.figures.own_weeks import PATHWAY_ENDS, SEX_WORK
from sim.study.figures.page import LOOK, Drawing, Page
from sim.study.figures.pathway import PATHWAY
from sim.study.figures.reading import Occasion, Tables, of
from sim.study.figures.saying import title_of
from sim.study.how_sure import badge_of
from sim.study.sentences import say
from sim.study.sets import ACCEPTED, CENTRAL, RANGES

__all__ = ["FIGURES", "draw", "draw_all", "numbers"]

FIGURES: dict[str, Drawing] = {
    "pathway_by_phase": PATHWAY,
    "how_the_pathway_ends": PATHWAY_ENDS,
    "sex_work": SEX_WORK,
    "goals_and_states": GOALS,
    "occupancy": OCCUPANCY,
    "caseload_and_hours": HOURS,
    "community": COMMUNITY,
    "scenarios_compared": COMPARE,
}


def _names(tables: Tables, names: Sequence[str]) -> tuple[str, ...]:
    """The study's scenarios; without names, all those in the order of the tables."""
    found = [name for table in tables.values() if "scenario" in table for name in table["scenario"].unique()]
    return tuple(names or dict.fromkeys(found))


def numbers(tables: Tables, figure_name: str, occasion: Occasion) -> pd.DataFrame:
    """The very numbers that a figure shows; no rows where there is nothing to show."""
    drawing = FIGURES[figure_name]
    there = all(need in tables and not tables[need].empty for need in drawing.needs)
    return drawing.read(tables, occasion) if there and len(occasion.names) in drawing.scenarios else pd.DataFrame()


def _page(tables: Tables, figure_name: str, occasion: Occasion, data: pd.DataFrame) -> Page:
    """The painted page; it says how many runs its first table tells of."""
    drawing = FIGURES[figure_name]
    table = tables[drawing.needs[0]]
    in_each = "replication" in table
    runs = of(table, occasion.main)["replication"].nunique() if in_each else table["n"].max() if "n" in table else 1
    about = [say("figures.subtitle")]
    about += [title_of(occasion.main)] if in_each else []
    about += [say("figures.run") if runs == 1 else say("figures.runs", runs=f"{runs:,}")]
    about += [] if occasion.seed is None else [say("figures.seed", seed=occasion.seed)]
    covers = "one_run" if runs == 1 else occasion.parameters_from
    covers = covers if covers in ("one_run", RANGES, CENTRAL) else ACCEPTED
    badge = [say("figures.badge", badge=say(f"badges.{badge_of(tables['badges'])}"))] if "badges" in tables else []
    foot = " ".join([say(f"figures.bands.{covers}"), *badge, say("figures.foot")])
    page = Page(*drawing.size(data), drawing.tell(data, occasion), " · ".join(about), foot)
    drawing.paint(page, data, occasion)
    return page


def draw(
    tables: Tables, figure_name: str, names: Sequence[str] = (), seed: int | None = None,
    start: date = date(2018, 1, 1), parameters_from: str = ACCEPTED,
) -> Figure:  # fmt: skip
    """One figure of a study as a matplotlib Figure, its finding as its title.

    tables: those of a `Result`. figure_name: a key of `FIGURES`. names: the scenarios, all in the tables when left out;
    the last that has a program is shown, beside the other where there are two. seed, start and parameters_from of the
    study are written into the figure. KeyError for a figure that does not exist, ValueError where there is nothing to
    show.
    """
    occasion = Occasion(_names(tables, names), seed, start, parameters_from)
    data = numbers(tables, figure_name, occasion)
    if data.empty:
        raise ValueError(say("figures.nothing", figure=figure_name))
    with matplotlib.style.context(LOOK):
        return _page(tables, figure_name, occasion, data).figure


def draw_all(
    tables: Tables, folder: Path, names: Sequence[str] = (), seed: int | None = None,
    start: date = date(2018, 1, 1), parameters_from: str = ACCEPTED, record: Mapping[str, Any] = MappingProxyType({}),
) -> list[Path]:  # fmt: skip
    """Every figure that the tables can show, in `folder`, each as PNG and SVG, which carry the record, with its data as
    CSV and its alt text."""
    occasion = Occasion(_names(tables, names), seed, start, parameters_from)
    folder.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    with matplotlib.style.context(LOOK):
        for figure_name in FIGURES:
            if not (data := numbers(tables, figure_name, occasion)).empty:
                paths += _page(tables, figure_name, occasion, data).save(data, folder / figure_name, record)
    return paths
