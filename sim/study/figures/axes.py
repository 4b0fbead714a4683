"""What the panels share: axes of months, of the calendar and of shares, stacked means, and labels kept apart."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from sim.study.figures.style import Look, Page


def beside(axes: Axes, x: float, y: float, text: str, gap: float = 6, **style: Any) -> None:
    """Write text to the right of a point, past the edge of the panel where need be."""
    axes.annotate(text, (x, y), (gap, 0), "data", "offset points", va="center", annotation_clip=False, **style)


def apart(places: Sequence[float], least: float, lowest: float, highest: float) -> list[float]:
    """The places moved as little as keeps them `least` apart, in their order, and inside the bounds where they fit."""
    order = sorted(range(len(places)), key=lambda i: places[i])
    moved = [min(max(places[i], lowest), highest) for i in order]
    for _ in range(200):
        for i, j in pairwise(range(len(moved))):
            overlap = least - (moved[j] - moved[i])
            if overlap > 0:
                moved[i], moved[j] = moved[i] - overlap / 2, moved[j] + overlap / 2
        below, above = lowest - moved[0] if moved else 0, moved[-1] - highest if moved else 0
        if below > 0 and above <= 0:
            moved = [place + below for place in moved]
        elif above > 0 and below <= 0:
            moved = [place - above for place in moved]
    return [place for _, place in sorted(zip(order, moved, strict=True))]


def month_ticks(axes: Axes, weeks: float, most: int = 6) -> None:
    """Label a woman's own weeks in months; the axis ends with the last week."""
    months = int(weeks * 3 / 13)
    step = next((s for s in (1, 2, 3, 6, 9, 12, 18, 24, 36, 60) if months / s <= most), 120)
    ticks = range(0, months + 1, step)
    axes.set_xticks([tick * 13 / 3 for tick in ticks], [str(tick) for tick in ticks])
    axes.set_xlim(0, max(weeks, 1))


def calendar_ticks(axes: Axes, start: date, weeks: float, most: int = 8) -> None:
    """Label calendar weeks with the months and years in which they begin."""
    months = max(1, round(weeks * 12 / 52))
    step = next((s for s in (1, 2, 3, 6, 12, 24, 60) if months / s <= most), 120)
    ticks: list[float] = []
    labels: list[str] = []
    year, month = start.year, (start.month - 1) // min(step, 12) * min(step, 12) + 1
    while (day := date(year, month, 1)) and (place := (day - start).days / 7) <= weeks:
        if 0 <= place <= 0.97 * weeks:
            ticks.append(place)
            year_below = f"\n{day:%Y}" if month == 1 or not labels else ""
            labels.append(f"{day:%Y}" if step >= 12 else f"{day:%b}{year_below}")
        year, month = divmod(year * 12 + month - 1 + step, 12)
        month += 1
    axes.set_xticks(ticks, labels)
    axes.set_xlim(0, max(weeks, 1))


def share_axis(axes: Axes) -> None:
    """A vertical axis of shares, from nothing to all."""
    ticks = (0, 0.25, 0.5, 0.75, 1)
    axes.set_yticks(ticks, [f"{100 * tick:.0f} %" for tick in ticks])
    axes.set_ylim(0, 1)


def stack_means(page: Page, axes: Axes, means: pd.DataFrame, layers: Mapping[str, Look]) -> None:
    """Stack the columns of means, and name them beside the panel in the order of the stack; `layers`: fill by name."""
    base = pd.Series(0.0, index=means.index)
    axes.grid(False)
    box = axes.get_position()
    wide, tall = page.width * box.width, page.height * box.height
    for number, (layer, fill) in enumerate(layers.items()):
        top = base + means[layer]
        axes.fill_between(means.index, base, top, linewidth=0, **fill)
        base = top
        left, low = 1 + 0.1 / wide, (0.05 + 0.26 * number) / tall
        corner: Look = {"transform": axes.transAxes, "clip_on": False}
        axes.add_patch(Rectangle((left, low), 0.2 / wide, 0.17 / tall, linewidth=0, **corner, **fill))
        axes.text(left + 0.28 / wide, low + 0.085 / tall, layer, va="center", **corner)
    axes.set_ylim(0, max(1.0, 1.08 * float(base.max())))
