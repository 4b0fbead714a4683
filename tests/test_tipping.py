"""Where a choice flips: planted points are found, what has no effect flips nothing, prices are solved, and the verb."""

import json

import numpy as np
import pandas as pd
import pytest
from test_dictionaries import said

from sim.measures.costs import dollars
from sim.study.decision import choice_of
from sim.study.door import main
from sim.study.files import complete, sealed
from sim.study.refusals import Refused
from sim.study.simulate import runs_of
from sim.study.store import Store
from sim.study.tipping import ranges_of, tipping_main
from sim.study.tipping_points import FINEST, FLIPS, STAYS, UNDECIDED, Search, search, solved
from sim.study.tipping_tables import as_it_is

SMALL = ("cohort.weeks=30", "cohort.referred=12", "cohort.follow_up_weeks=60", "threads=1")
ASKED = {"worth": "150000", "parameters": "visit_kept,moves_on,short_break", "pairs": "4", "budget": "400",
         "b": "no_drop_in"}  # fmt: skip
PAIRS, RUNS = 20, 400
LUCK = np.random.default_rng(1).normal(size=RUNS)
LUCK -= LUCK.mean()


def made_up(effect, own=0.0):
    """What B gives more in the runs of a made-up program: its luck is that of all values but for a part of its own."""

    def ask(jobs):
        found = []
        for job in jobs:
            runs = np.arange(job.first - 1, job.last)
            rng = [np.random.default_rng(int(1e6 * abs(value))).normal(size=RUNS)[runs] for value in job.values]
            found.append(
                np.array([effect(value) + LUCK[runs] + own * o for value, o in zip(job.values, rng, strict=True)])
            )
        return found

    return ask


def searched(effect, own=0.0, base=1.0, most=20_000, ends=(0.0, 1.0)):
    return search({"x": ends}, base + LUCK, None, made_up(effect, own), PAIRS, most)


@pytest.mark.parametrize(("point", "low", "high"), [(0.37, 0.0, 1.0), (0.9, 0.5, 1.5), (-3.3, -10.0, 90.0)])
def test_a_planted_point_is_found_within_a_64th_of_the_range(point, low, high):
    wide = (high - low) / FINEST
    found = searched(lambda value: 100 * (value - point) / (high - low), ends=(low, high))
    (flip,) = found.flips("x")
    assert flip.low <= point <= flip.high
    assert flip.high - flip.low == pytest.approx(wide)
    assert flip.value == pytest.approx(point, abs=wide / 50)  # the effect is a straight line
    assert flip.above == 1


def test_where_values_cannot_be_told_from_nothing_the_bracket_stops_at_them():
    """An effect that is weak beside the luck of each value: the bracket is wider, and still holds the point."""
    found = searched(lambda value: 3 * (value - 0.4), own=1.5)
    (flip,) = found.flips("x")
    assert flip.low <= 0.4 <= flip.high
    assert flip.high - flip.low > 1 / FINEST
    assert found.look("x", flip.low).sign == -1
    assert found.look("x", flip.high).sign == 1


def test_what_changes_nothing_flips_nothing_and_needs_no_runs_of_its_own():
    """Its runs are those of the base, whose mean is known from many more: no interval is wider than the base's."""
    found = searched(lambda value: 0.3, base=0.3)
    looks = [found.look("x", value) for value in (0.0, 0.5, 1.0)]
    assert found.told("x", (0.0, 0.5, 1.0)) == STAYS
    assert found.flips("x") == []
    assert all(look.mean == pytest.approx(0.3) and look.half < 2.1 / np.sqrt(RUNS) for look in looks)
    assert 20_000 - found.left == 3 * PAIRS


def test_a_choice_that_is_a_toss_up_is_undecided_whatever_the_assumption():
    found = searched(lambda value: 0.0, base=0.0)
    assert found.told("x", (0.0, 0.5, 1.0)) == UNDECIDED


def test_a_choice_that_flips_twice_is_told_twice():
    found = searched(lambda value: 40 * abs(value - 0.5) - 10)
    first, second = found.flips("x")
    assert (first.above, second.above) == (-1, 1)
    assert (first.value, second.value) == (pytest.approx(0.25, abs=0.01), pytest.approx(0.75, abs=0.01))


def test_more_pairs_are_given_where_they_promise_to_tell():
    found = searched(lambda value: 0.5, own=0.9, base=0.5)
    assert found.told("x", (0.0, 0.5, 1.0)) != FLIPS
    assert max(len(runs) for runs in found.seen["x"].values()) > PAIRS


def test_no_more_runs_are_lived_than_the_budget_has():
    found = searched(lambda value: 30 * (value - 0.37), own=1.0, most=3 * PAIRS + 100)
    assert found.left >= 0
    (flip,) = found.flips("x")
    assert flip.low <= 0.37 <= flip.high


def test_an_interval_holds_the_truth_in_about_95_of_100_searches():
    """The mean at a value, told by twins and by the many runs of the base."""
    held = []
    for seed in range(400):
        rng = np.random.default_rng(seed)
        base = 0.2 + rng.normal(size=200)
        search_of = Search(base, None, made_up(lambda value: 0.0), 0)
        search_of.seen["x"] = {0.0: 0.5 + 0.8 * (base[:PAIRS] - 0.2) + 0.6 * rng.normal(size=PAIRS)}
        look = search_of.look("x", 0.0)
        held.append(abs(look.mean - 0.5) <= look.half)
    assert 0.92 <= np.mean(held) <= 0.98


def test_a_price_is_solved():
    """600 CAD more for two women more a year: at 300 CAD a woman neither is preferred."""
    flip = solved(lambda worth: 2 + 0.5 * LUCK - 600 / worth, (1.0, 1e6), None)
    assert flip.value == pytest.approx(300)
    assert flip.low < 300 < flip.high
    assert flip.above == 1
    assert solved(lambda worth: -2 + LUCK - 600 / worth, (1.0, 1e6), None) is None


# ---- the verb


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The small program through the verb."""
    place = tmp_path_factory.mktemp("tipping")
    words = [f"tipping.{key}={value}" for key, value in ASKED.items()]
    assert main(["tipping", *SMALL, *words, f"store={place / 'blocks'}", f"out={place / 'first'}"]) == 0
    return place / "first"


def test_every_assumption_and_price_has_a_row(folder):
    table = pd.read_csv(folder / "points.csv")
    assert set(table.loc[table["kind"] == "parameter", "name"]) == set(ASKED["parameters"].split(","))
    assert (table["kind"] == "cost").sum() == 9 - 1  # every cost but none without a range
    assert set(table["told"]) <= {FLIPS, STAYS, UNDECIDED}
    flips = table[table["told"] == FLIPS]
    assert (flips["bracket_low"] <= flips["value"]).all()
    assert (flips["value"] <= flips["bracket_high"]).all()
    assert table.loc[table["told"] != FLIPS, "value"].isna().all()


def test_what_cannot_touch_the_choice_stands_as_everything_does(folder):
    """Short breaks do not change who completes: at both ends the difference is that of the middle."""
    table = pd.read_csv(folder / "points.csv").set_index("name")
    options = pd.read_csv(folder / "options.csv")
    row = table.loc["short_break"]
    assert row["at_low"] == pytest.approx(row["at_high"])
    assert row["told"] != FLIPS
    assert table.loc["moves_on", "at_low"] != table.loc["moves_on", "at_high"]
    assert options["name"].tolist() == ["as_delivered", "no_drop_in"]


def test_the_folder_says_what_every_column_is_and_the_summary_is_short(folder):
    said(folder)
    text = (folder / "summary.txt").read_text(encoding="utf-8").splitlines()
    assert len(text) <= 24
    assert max(map(len, text)) <= 100
    record = sealed(folder)
    complete(folder, record)
    assert record["tipping"]["runs"] <= int(ASKED["budget"])


def test_taken_up_again_it_gives_the_same_bytes(folder, monkeypatch, capsys):
    """From the blocks that are kept: nothing is lived again."""
    monkeypatch.setattr("sim.study.design.run_ensemble", lambda *_: pytest.fail("lived again"))
    words = [f"tipping.{key}={value}" for key, value in ASKED.items()]
    again = folder.with_name("again")
    assert main(["tipping", *SMALL, *words, f"store={folder.with_name('blocks')}", f"out={again}"]) == 0
    assert sealed(again)["files"] == sealed(folder)["files"]
    assert json.loads((again / "record.json").read_text(encoding="utf-8"))["tipping"]["pairs"] == 4


def test_each_price_at_its_ends_is_what_the_runs_cost_at_that_price():
    command = " ".join(["pathways", "tipping", *SMALL])
    choice = choice_of("tipping", {"worth": "100000"}, command)
    _, cost, prices = as_it_is(choice, 4, Store(None), lambda runs: None)
    runs, study = np.arange(1, 5), choice.studies[1]
    lived = runs_of(study, study.plan, runs)
    high = study.cost_lines.forward()["peer_hour"].range[1]
    assert prices["peer_hour"][1, :, 1] == pytest.approx(
        dollars(lived, study.plan, {**study.costs, "peer_hour": high}) / choice.years
    )
    assert cost[:, 1] == pytest.approx(dollars(lived, study.plan, study.costs) / choice.years)


def test_an_assumption_that_a_planner_has_fixed_is_not_moved():
    command = "pathways tipping parameters.contact.visit_kept=0.7"
    ranges = ranges_of(choice_of("tipping", {}, command), None)
    assert "parameters.contact.visit_kept" not in ranges
    assert len(ranges) > 150


@pytest.mark.parametrize(
    ("own", "problem"),
    [
        ({"parameters": "visits_kept"}, "tipping.parameters: visits_kept is unknown; did you mean visit_kept?"),
        ({"parameters": "visit_kept", "pairs": "20", "budget": "500"}, "tipping.budget: 500 runs are too few"),
        ({"b": "planned_intake"}, "tipping.b: would refer other women"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_line(own, problem):
    import sim

    with pytest.raises(Refused) as refused:
        tipping_main(sim.load_study(), own, "pathways tipping")
    assert refused.value.problems[0].startswith(problem)
