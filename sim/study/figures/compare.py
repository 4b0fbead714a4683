"""Several scenarios, outcome by outcome: a dot for the mean and a line for the range, each outcome on its own scale."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.study.figures.reading import NO_PROGRAM, Occasion, Row, Tables
from sim.study.figures.saying import number_of, title_of
from sim.study.figures.style import BLUE, DARK, MARGIN, Page, Words, fit, length, wrap
from sim.study.sentences import say

OUTCOMES = (
    "completed_a_year", "waited_too_long", "unmet_contacts", "services_linked_39",
    "days_stably_housed", "income_sufficient_39", "exited_39", "cost_a_year",
)  # fmt: skip
ACROSS = 4  # panels in a row
MOST = 40  # scenarios in one figure
NAMES = 2.4  # inches for the names of scenarios


def read_compare(tables: Tables, occasion: Occasion) -> pd.DataFrame:
    """Mean and range of the main outcomes over the same women, scenario by scenario."""
    summary, shown = tables["summary"], occasion.names[:MOST]
    drawn = summary[summary["outcome"].isin(OUTCOMES) & summary["scenario"].isin(shown)].copy()
    share = drawn["unit"].str.startswith("share")
    drawn.loc[share, ["mean", "low", "high"]] *= 100
    drawn.loc[share, "unit"] = "%"
    drawn["order"] = drawn["outcome"].map(OUTCOMES.index)
    drawn["row"] = drawn["scenario"].map(shown.index)
    drawn = drawn.dropna(subset="mean").sort_values(["order", "row"])
    return drawn[["outcome", "scenario", "unit", "better", "mean", "low", "high", "n"]].reset_index(drop=True)


def tell_compare(data: pd.DataFrame, occasion: Occasion, runs: int) -> Words:
    """The extremes of the first outcome that every scenario has some of."""
    least_of = data.groupby("outcome", sort=False)["mean"].min()
    telling = (least_of[least_of > 0].index if (least_of > 0).any() else least_of.index)[0]
    rows = data[data["outcome"] == telling]
    most, least = rows.loc[rows["mean"].idxmax()], rows.loc[rows["mean"].idxmin()]
    lines = []
    for outcome, rows in data.groupby("outcome", sort=False):
        numbers = ", ".join(f"{title_of(row['scenario'])} {_number(row, runs)}" for _, row in rows.iterrows())
        lines.append(f"{say(f'figures.compare.outcomes.{outcome}')}: {numbers}")
    said = {
        "outcome": say(f"figures.compare.outcomes.{most['outcome']}"),
        "most": title_of(most["scenario"]),
        "highest": _number(most, runs),
        "least": title_of(least["scenario"]),
        "lowest": _number(least, runs),
        "scenarios": str(data["scenario"].nunique()),
        "lines": "; ".join(lines),
        "cut": say("figures.compare.cut", shown=MOST, all=len(occasion.names)) if len(occasion.names) > MOST else "",
    }
    title = "title" if most["mean"] > least["mean"] else "title_alone"
    return Words(*(say(f"figures.compare.{part}", **said) for part in (title, "how", "alt")))


def _number(row: Row, runs: int) -> str:
    """A number with its range; its unit is in the outcome's name. Women are whole, dollars are shown to the hundred."""
    if row["unit"].startswith("CAD"):
        row = pd.Series({kind: round(row[kind], -2) for kind in ("mean", "low", "high")})
        return number_of(row, runs)
    return number_of(row, runs, 0 if row["unit"] == "%" or row["unit"].startswith("women") else 1)


def size_compare(data: pd.DataFrame) -> tuple[float, float]:
    rows = -(-data["outcome"].nunique() // ACROSS)
    return 13.0, 0.05 + rows * (1.2 + _row(data) * data["scenario"].nunique())


def _label(scenario: str) -> str:
    return fit(title_of(scenario), NAMES - 0.2, 8.5, 4)


def _row(data: pd.DataFrame) -> float:
    """Inches for one scenario: room for its numbers, or for the lines of the longest name."""
    return max(0.46, *(0.16 * (_label(name).count("\n") + 1) + 0.06 for name in data["scenario"].unique()))


def paint_compare(page: Page, data: pd.DataFrame, occasion: Occasion, runs: int) -> None:
    """A panel for each outcome, a line in it for each scenario."""
    outcomes = list(data["outcome"].unique())
    scenarios = [name for name in occasion.names if name in set(data["scenario"])]
    down, gap = -(-len(outcomes) // ACROSS), 0.35
    across = min(ACROSS, len(outcomes))
    tall = (page.top - page.bottom - 0.05) / down
    wide = (page.width - 2 * MARGIN - NAMES - (across - 1) * gap) / across
    names = [_label(name) for name in scenarios]
    for number, outcome in enumerate(outcomes):
        column, row = number % ACROSS, number // ACROSS
        axes = page.panel(MARGIN + NAMES + column * (wide + gap), page.top - (row + 1) * tall + 0.4, wide, tall - 1.2)
        rows = data[data["outcome"] == outcome].set_index("scenario")
        _dots(axes, rows, scenarios, runs, wide)
        title = wrap(say(f"figures.compare.outcomes.{outcome}"), wide, 10, "bold")
        axes.set_title("\n".join(title), pad=19, va="baseline", linespacing=1.3)
        better = say(f"figures.compare.better.{rows['better'].iloc[0]}")
        axes.annotate(better, (0, 1), (0, 5), "axes fraction", "offset points", fontsize=8.5, color=DARK)
        axes.set_yticks(range(len(scenarios)), names if not column else [""] * len(names), fontsize=8.5)


def _dots(axes: Axes, rows: pd.DataFrame, scenarios: list[str], runs: int, wide: float) -> None:
    """A line for each scenario: its range, its mean and both in numbers above; the axis begins at zero."""
    end = 1.12 * max(float(rows["high"].max()), 1e-9)
    for place, scenario in enumerate(scenarios):
        if scenario not in rows.index:
            continue  # it does not have this outcome
        line, offered = rows.loc[scenario], not scenario.startswith(NO_PROGRAM)
        colour, fill = (BLUE, BLUE) if offered else (DARK, "white")
        axes.plot([line["low"], line["high"]], [place, place], color=colour, linewidth=1.6)
        shape = "o" if offered else "s"
        axes.plot([line["mean"]], [place], shape, color=colour, markerfacecolor=fill, clip_on=False, zorder=3)
        text = _number(line, runs)
        half = min(0.5, length(text, 8) / wide / 2 + 0.01)
        at = min(max((line["low"] + line["high"]) / 2 / end, half), 1 - half)
        axes.annotate(text, (at * end, place), (0, 6), "data", "offset points", ha="center", va="bottom", fontsize=8)
    axes.set(ylim=(len(scenarios) - 0.5, -0.75), xlim=(0, end))
    axes.tick_params(axis="y", length=0, pad=9)
    axes.grid(False, axis="y")
    axes.xaxis.set_major_locator(MaxNLocator(4))
    if rows["unit"].iloc[0].startswith("CAD"):
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value / 1000:,.0f}k" if value else "0"))
