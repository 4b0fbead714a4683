"""What the evidence decided and what it left open: each parameter's range before and after, how far it contracted, and
the badge that travels with results that lean on it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib.style
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from sim.study.figures import colours as c
from sim.study.figures.page import LOOK, MARGIN, Page, Words, fit
from sim.study.figures.panels import beside, name_rows
from sim.study.sentences import say
from sim.study.sets import ASSUMPTION, EVIDENCE

COLUMNS = (
    "parameter prior_low prior_high low middle high contraction contraction_error correlation correlated_with badge"
).split()
FEWEST = 20  # sets of which a spread can be told
CONTRACTED = 0.25  # contraction from which the evidence is said to have decided a parameter
LOW, MIDDLE, HIGH = 0.05, 0.5, 0.95  # what the accepted range holds
IN_DETAIL, BESIDE = 20, 4  # parameters shown in detail, and columns of all others
A_ROW, NAMES, A_NAME = 0.27, 3.3, 1.55  # inches: a row in detail, its name, and the name of one of the others


def prior_posterior(low: ArrayLike, high: ArrayLike, sets: pd.DataFrame) -> pd.DataFrame:
    """A row for each parameter, the most contracted first: prior range, accepted range (5 to 95 %), contraction
    (1 - posterior variance / prior variance) with its standard error, the largest rank correlation with another
    parameter among the accepted sets, and the badge: `evidence` where the contraction is 25 % or more, `assumption`
    elsewhere. low, high (P,): prior ranges; sets: a row a set, a column a parameter. No
    rows where there are too few sets."""
    if len(sets) < FEWEST:
        return pd.DataFrame(columns=COLUMNS)
    low, high = np.asarray(low), np.asarray(high)
    points, prior = sets.to_numpy(float), (high - low) ** 2 / 12
    away = points - points.mean(axis=0)
    variance = (away**2).sum(axis=0) / (len(points) - 1)
    error = np.sqrt(np.maximum((away**4).mean(axis=0) - variance**2, 0) / len(points)) / prior
    together = sets.rank().corr().to_numpy().copy()
    np.fill_diagonal(together, 0.0)
    nearest = np.abs(together).argmax(axis=0)
    ends = sets.quantile([LOW, MIDDLE, HIGH]).to_numpy()
    contraction = 1 - variance / prior
    table = {
        "parameter": sets.columns, "prior_low": low, "prior_high": high, "low": ends[0], "middle": ends[1],
        "high": ends[2], "contraction": contraction, "contraction_error": error,
        "correlation": together[nearest, np.arange(len(nearest))], "correlated_with": sets.columns[nearest],
        "badge": np.where(contraction >= CONTRACTED, EVIDENCE, ASSUMPTION),
    }  # fmt: skip
    return pd.DataFrame(table).sort_values("contraction", ascending=False, kind="stable", ignore_index=True)


def _shares(table: pd.DataFrame) -> pd.DataFrame:
    """The accepted ranges as shares of the prior ranges."""
    return table[["low", "middle", "high"]].sub(table["prior_low"], axis=0).div(
        table["prior_high"] - table["prior_low"], axis=0
    )  # fmt: skip


def draw_prior_posterior(
    table: pd.DataFrame, sets: int, stem: Path, record: Mapping[str, Any], meanings: Mapping[str, str]
) -> list[Path]:
    """The figure of such a table, as PNG and SVG with its data and its words; `meanings` by key, for those shown in
    detail."""
    detail, rest = table[:IN_DETAIL], table[IN_DETAIL:]
    decided = int((table["badge"] == EVIDENCE).sum())
    upper, lower = A_ROW * len(detail), 0.115 * -(-len(rest) // BESIDE)
    about = {"sets": f"{sets:,}", "decided": decided, "all": len(table), "detail": len(detail)}
    named = ", ".join(_name(key) for key in table.loc[table["badge"] == EVIDENCE, "parameter"]) or say(
        "calibration.none"
    )
    words = Words(*(say(f"calibration.figure.{part}", **about, named=named) for part in ("title", "how", "alt")))
    with matplotlib.style.context(LOOK):
        page = Page(
            13.0, upper + lower + 1.75, words, say("calibration.figure.subtitle"), say("calibration.figure.foot")
        )
        (axes,) = page.panels(left=MARGIN + NAMES, right=4.0, low=lower + 1.35, high=0.05)
        _paint_detail(axes, detail, meanings)
        panels = page.panels(
            columns=BESIDE, left=MARGIN + A_NAME, right=MARGIN + 0.35, low=0.2, high=upper + 1.3, across=A_NAME + 0.5
        )
        for number, panel in enumerate(panels):
            each = -(-len(rest) // BESIDE)
            _paint_rest(panel, rest[number * each : (number + 1) * each], each)
        return page.save(table, stem, record)


def _name(key: str) -> str:
    return key.rpartition(".")[2].replace("_", " ")


def _ranges(axes: Axes, table: pd.DataFrame, thick: float) -> Any:
    """Prior ranges pale, accepted ranges dark on them, dots at the middle; the rows."""
    shares = _shares(table)
    rows: Any = list(zip(table.to_dict("records"), shares.to_numpy(), strict=True))
    for place, (row, (low, middle, high)) in enumerate(rows):
        colour = c.BLUE if row["badge"] == EVIDENCE else c.DARK
        axes.plot([0, 1], [place, place], color=c.PALE_GREY, linewidth=2.2 * thick)
        axes.plot([low, high], [place, place], color=colour, linewidth=thick)
        axes.plot([middle], [place], "o", color=colour, markersize=1.6 * thick)
    axes.set_xlim(0, 1)
    return rows


def _paint_detail(axes: Axes, table: pd.DataFrame, meanings: Mapping[str, str]) -> None:
    """The most contracted parameters: meaning, prior range at the ends, accepted range and badge beside it."""
    names = {}
    for place, (row, _) in enumerate(_ranges(axes, table, 2.6)):
        names[float(place)] = fit(meanings.get(row["parameter"], _name(row["parameter"])), NAMES - 0.1, 8, 1)
        said = {name: f"{row[name]:.3g}" for name in ("prior_low", "prior_high", "low", "high")}
        text = say(
            f"calibration.figure.{row['badge']}", **said, contraction=f"{100 * row['contraction']:.0f}",
            error=f"{100 * row['contraction_error']:.0f}",
        )  # fmt: skip
        beside(axes, 1, place, text, fontsize=8)
    name_rows(axes, names, 8, -0.6, len(table) - 0.4)
    axes.set_xticks([0, 0.5, 1], [say(f"calibration.figure.{end}") for end in ("lower", "half", "upper")])


def _paint_rest(axes: Axes, table: pd.DataFrame, most: int) -> None:
    """All other parameters, a thin line each, with the contraction in percent."""
    for place, (row, _) in enumerate(_ranges(axes, table, 1.0)):
        beside(axes, 1, place, f"{100 * row['contraction']:z.0f}", fontsize=5.5, color=c.DARK)
    names = {float(place): _name(key)[:34] for place, key in enumerate(table["parameter"])}
    name_rows(axes, names, 5.5, -0.8, most - 0.2)
    axes.tick_params(axis="y", pad=2)
    axes.set_xticks([])
    for side in axes.spines.values():
        side.set_visible(False)
