"""The figures of a study, made from the tidy tables: the finding as the title, the very numbers drawn beside it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from sim.study.figures.community import paint_community, read_community, tell_community
from sim.study.figures.compare import paint_compare, read_compare, size_compare, tell_compare
from sim.study.figures.ends import paint_ends, read_ends, tell_ends
from sim.study.figures.goals import paint_goals, read_goals, tell_goals
from sim.study.figures.hours import paint_hours, read_hours, size_hours, tell_hours
from sim.study.figures.occupancy import paint_occupancy, read_occupancy, tell_occupancy
from sim.study.figures.pathway import paint_pathway, read_pathway, tell_pathway
from sim.study.figures.reading import Occasion, Tables, of
from sim.study.figures.saying import title_of
from sim.study.figures.sex_work import paint_sex_work, read_sex_work, tell_sex_work
from sim.study.figures.style import Page, Words, look, save
from sim.study.sentences import say

__all__ = ["FIGURES", "draw", "draw_all", "numbers"]


@dataclass(frozen=True)
class Drawing:
    """One figure: the tables it needs, the numbers it shows, its words, how it is painted and how large."""

    needs: tuple[str, ...]
    read: Callable[[Tables, Occasion], pd.DataFrame]
    tell: Callable[[pd.DataFrame, Occasion, int], Words]
    paint: Callable[[Page, pd.DataFrame, Occasion, int], None]
    size: Callable[[pd.DataFrame], tuple[float, float]] = lambda _: (11.0, 4.5)  # inches, the words not counted
    scenarios: range = range(1, 3)  # drawn for so many: most figures show one scenario, alone or beside its twin


FIGURES = {
    "pathway_by_phase": Drawing(("flows", "pathway", "summary"), read_pathway, tell_pathway, paint_pathway),
    "how_the_pathway_ends": Drawing(("pathway",), read_ends, tell_ends, paint_ends),
    "sex_work": Drawing(("states", "pathway"), read_sex_work, tell_sex_work, paint_sex_work),
    "goals_and_states": Drawing(("goals", "pathway"), read_goals, tell_goals, paint_goals),
    "occupancy": Drawing(("occupancy",), read_occupancy, tell_occupancy, paint_occupancy),
    "caseload_and_hours": Drawing(("posts", "summary"), read_hours, tell_hours, paint_hours, size_hours),
    "community": Drawing(
        ("community_nodes", "community_edges"), read_community, tell_community, paint_community, lambda _: (11.0, 6.0)
    ),
    "scenarios_compared": Drawing(
        ("summary",), read_compare, tell_compare, paint_compare, size_compare, range(2, 10_000)
    ),
}


def _occasion(tables: Tables, names: Sequence[str], *about: Any) -> Occasion:
    """The study's scenarios; without names, all those in the order of the tables."""
    found = [name for table in tables.values() if "scenario" in table for name in table["scenario"].unique()]
    return Occasion(tuple(names or dict.fromkeys(found)), *about)


def numbers(tables: Tables, figure_name: str, occasion: Occasion) -> pd.DataFrame:
    """The very numbers that a figure shows; no rows where there is nothing to show."""
    drawing = FIGURES[figure_name]
    if len(occasion.names) not in drawing.scenarios:
        return pd.DataFrame()
    if any(need not in tables or tables[need].empty for need in drawing.needs):
        return pd.DataFrame()
    return drawing.read(tables, occasion)


def _runs(table: pd.DataFrame, occasion: Occasion) -> int:
    """How many runs a table tells of."""
    if "replication" in table:
        return int(of(table, occasion.main)["replication"].nunique())
    return int(table["n"].max()) if "n" in table else 1


def _page(tables: Tables, figure_name: str, occasion: Occasion, data: pd.DataFrame) -> Page:
    """The painted page."""
    drawing = FIGURES[figure_name]
    table = tables[drawing.needs[0]]
    runs = _runs(table, occasion)
    about = [say("figures.subtitle")]
    about += [title_of(occasion.main)] if "scenario" in table and 1 in drawing.scenarios else []
    about += [say("figures.run") if runs == 1 else say("figures.runs", runs=f"{runs:,}")]
    about += [] if occasion.seed is None else [say("figures.seed", seed=occasion.seed)]
    covers = "one_run" if runs == 1 else "chance_and_parameters" if occasion.parameters_drawn else "chance"
    foot = f"{say(f'figures.bands.{covers}')} {say('figures.foot')}"
    with look():
        page = Page(*drawing.size(data), drawing.tell(data, occasion, runs), " · ".join(about), foot)
        drawing.paint(page, data, occasion, runs)
    return page


def draw(
    tables: Tables, figure_name: str, names: Sequence[str] = (), seed: int | None = None,
    start: date = date(2018, 1, 1), parameters_drawn: bool = True,
) -> Figure:  # fmt: skip
    """One figure of a study as a matplotlib Figure, its finding as its title.

    tables: those of a `Result`. figure_name: a key of `FIGURES`. names: the scenarios, all in the tables when left out;
    the last that has a program is shown, beside the other where there are two. seed, start and parameters_drawn of the
    study are written into the figure. KeyError for a figure that does not exist, ValueError where there is nothing to
    show.
    """
    occasion = _occasion(tables, names, seed, start, parameters_drawn)
    data = numbers(tables, figure_name, occasion)
    if data.empty:
        raise ValueError(say("figures.nothing", figure=figure_name))
    return _page(tables, figure_name, occasion, data).figure


def draw_all(
    tables: Tables, folder: Path, names: Sequence[str] = (), seed: int | None = None,
    start: date = date(2018, 1, 1), parameters_drawn: bool = True,
) -> list[Path]:  # fmt: skip
    """Every figure that the tables can show, in `folder`, each as PNG and SVG with its data as CSV and its alt text."""
    occasion = _occasion(tables, names, seed, start, parameters_drawn)
    folder.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    for figure_name in FIGURES:
        data = numbers(tables, figure_name, occasion)
        if not data.empty:
            page = _page(tables, figure_name, occasion, data)
            with look():
                paths += save(page.figure, page.words, data, folder / figure_name)
    return paths
