"""Facts about the look of the figures: names keep their distance, labels have room, nothing leaves the page."""

from itertools import combinations

import numpy as np
import pytest
from made_up_tables import NAMES, Tables, made_up_tables, summary
from matplotlib.textpath import TextPath

from sim.study.figures import FIGURES, draw
from sim.study.figures.page import fit
from sim.study.figures.panels import apart
from sim.study.figures.saying import title_of


@pytest.fixture(scope="module")
def tables() -> Tables:
    return made_up_tables()


def test_names_beside_lines_never_touch() -> None:
    for wanted in ([0.20, 0.13, 0.61], [0.5, 0.5, 0.5], [0.0, 0.01, 1.0], []):
        moved = apart(wanted, 0.11, 0.02, 0.98)
        assert all(abs(one - other) >= 0.11 - 1e-9 for one, other in combinations(moved, 2))
        assert all(0.02 <= place <= 0.98 for place in moved)
        assert np.array_equal(np.argsort(moved, kind="stable"), np.argsort(wanted, kind="stable"))


def test_fifty_scenarios_are_cut_to_forty_and_say_so() -> None:
    names = tuple(f"as_delivered, cohort.weeks={k}" for k in range(50))
    figure = draw(summary(names), "scenarios_compared", names)
    assert any("The first 40 of 50 scenarios." in text.get_text() for text in figure.texts)


def test_no_label_is_longer_than_its_room() -> None:
    name = title_of("as_delivered, community.openings.education_and_training=0.25, " + "very" * 30)
    for lines in (1, 2, 3):
        shown = fit(name, 1.6, 8, lines).split("\n")
        assert len(shown) <= lines
        assert all(TextPath((0, 0), line, size=8).get_extents().width <= 1.6 * 72 for line in shown)


@pytest.mark.parametrize("figure", FIGURES)
def test_nothing_written_leaves_the_page(figure: str, tables: Tables) -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    page = draw(tables, figure, NAMES, seed=123456)
    canvas = FigureCanvasAgg(page)
    canvas.draw()
    everything = [*page.texts, *(text for axes in page.axes for text in (*axes.texts, axes.title))]
    everything += [label for axes in page.axes if axes.axison for label in axes.get_yticklabels()]
    for text in everything:
        if text.get_text().strip() and text.get_visible():
            box = text.get_window_extent(canvas.get_renderer())
            assert min(box.x0, box.y0) >= 0, text.get_text()
            assert box.x1 <= page.bbox.width, text.get_text()
            assert box.y1 <= page.bbox.height, text.get_text()
