"""What knowing more would be worth: closed forms, what certainly holds, and the verb on a small program."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm, qmc
from test_dictionaries import said

import sim
from sim.study.data_sets import of_a_chance, of_the_program
from sim.study.decision import choice_of
from sim.study.door import main
from sim.study.files import complete, sealed, unchanged
from sim.study.refusals import Refused
from sim.study.value import value_main, worlds_of
from sim.study.value_of_information import against_best, of_chance, of_knowing, perfect, smooth

SMALL = ("cohort.weeks=30", "cohort.referred=12", "cohort.follow_up_weeks=60", "threads=1")
ASKED = {"sets": "20", "runs": "2", "women": "5,10", "worth": "600000"}
MEAN, SPREAD, SHARE = -0.3, 1.0, 0.4  # of what B gives more: known to depend on one number by this share


def closed(spread):
    """What it is worth to know a normal difference that varies so much (Raiffa and Schlaifer 1961)."""
    return spread * norm.pdf(MEAN / spread) - abs(MEAN) * norm.cdf(-abs(MEAN) / spread)


@pytest.fixture(scope="module")
def gaussian():
    """Two decisions in 16,384 worlds spread evenly and in no order: the number that matters by a share, luck of a
    study, and what B gives more."""
    points = norm.ppf(qmc.Sobol(3, rng=5).random_base2(14))
    number, luck, rest = np.random.default_rng(5).permutation(points).T
    more = MEAN + SPREAD * (np.sqrt(SHARE) * number + np.sqrt(1 - SHARE) * rest)
    return number, luck, more[:, None]


def test_knowing_everything_is_worth_what_the_closed_form_says(gaussian):
    _, _, more = gaussian
    found = perfect(np.repeat(more[:, None], 2, axis=1))
    assert found.value == pytest.approx(closed(SPREAD), rel=0.02)
    assert found.low == pytest.approx(found.high)


def test_chance_in_the_runs_of_a_world_is_taken_out(gaussian):
    """Means of four noisy runs promise too much, decisions tried on other runs give too little; the value is right."""
    _, _, more = gaussian
    noise = np.random.default_rng(3).normal(size=(len(more), 4, 1))
    found = perfect(more[:, None] + 1.5 * noise)
    assert found.low < 0.97 * closed(SPREAD) < 1.03 * closed(SPREAD) < found.high
    assert found.value == pytest.approx(closed(SPREAD), rel=0.02)


def test_knowing_one_number_is_worth_what_the_closed_form_says(gaussian):
    number, _, more = gaussian
    found = of_knowing(number, more)
    assert found.value == pytest.approx(closed(SPREAD * np.sqrt(SHARE)), rel=0.02)


@pytest.mark.parametrize("women", [5, 20, 100])
def test_a_study_is_worth_what_the_closed_form_says(gaussian, women):
    """Each woman tells the number with an error of variance 4: the posterior mean varies by n / (n + 4) of it."""
    number, luck, more = gaussian
    found = of_knowing(number + luck * 2 / np.sqrt(women), more)
    assert found.value == pytest.approx(closed(SPREAD * np.sqrt(SHARE * women / (women + 4))), rel=0.02)


def test_everything_is_worth_more_than_a_part_and_that_more_than_a_study_of_it(gaussian):
    number, luck, more = gaussian
    worth = [perfect(np.repeat(more[:, None], 2, axis=1)), of_knowing(number, more)]
    worth += [of_knowing(number + luck * 2 / np.sqrt(women), more) for women in (100, 20, 5)]
    values = [each.value for each in worth]
    assert values == sorted(values, reverse=True)
    assert values[-1] > 0


def test_where_the_decision_is_certain_nothing_is_worth_knowing(gaussian):
    number, _, more = gaussian
    assert perfect(np.repeat(more[:, None], 2, axis=1) - 20)[:3] == (0, 0, 0)
    assert of_knowing(number, more - 20)[:3] == (0, 0, 0)


def test_what_has_nothing_to_do_with_the_decision_is_worth_nothing_beyond_chance():
    rng = np.random.default_rng(2)
    numbers, more = rng.normal(size=(300, 6)), rng.normal(size=(300, 1)) - 0.02
    chance = of_chance(numbers, more, 1)
    assert all(of_knowing(column, more).high <= chance for column in numbers.T)
    assert of_knowing(more[:, 0] + 0.5 * numbers[:, 0], more).low > chance


def test_of_three_options_each_is_held_against_the_one_that_is_best_on_the_whole():
    options = np.array([[1.0, 5.0, 2.0], [1.0, 1.0, 9.0]])
    assert (against_best(options) == [[-1, 3], [-8, -8]]).all()
    assert perfect(np.repeat(against_best(options)[:, None], 2, axis=1)).value == pytest.approx(1.5)


def test_a_curve_finds_a_bend_and_keeps_a_straight_line_straight():
    x = np.linspace(0, 1, 200)
    noise = 0.1 * np.random.default_rng(4).normal(size=200)
    fitted = smooth(x[:, None], np.stack([np.sin(6 * x) + noise, 2 * x], axis=1), x[:, None])
    assert np.abs(fitted[:, 0] - np.sin(6 * x)).max() < 0.15
    assert np.abs(fitted[:, 1] - 2 * x).max() < 1e-6
    flat = smooth(np.ones((200, 1)), noise[:, None], np.ones((5, 1)))
    assert flat == pytest.approx(noise.mean())


# ---- data sets


def test_a_count_of_women_comes_out_as_often_as_its_chance():
    shares = np.array([*of_a_chance(np.full(20_000, 0.3), 20, 1)])
    assert shares.mean() == pytest.approx(0.3, abs=0.003)
    assert shares.var() == pytest.approx(0.3 * 0.7 / 20, rel=0.05)


def test_a_study_watches_the_first_women_of_a_world_and_the_next_study_the_next():
    women = pd.DataFrame({"row": [0] * 4 + [1] * 5, "kept": 1, "offered": [1, 1, 2, 2, 4, 4, 4, 4, 9]})
    women = women.assign(came=0, held=[1] * 4 + [0] * 5, completed=[1, 1, 0, 0, 1, 0, 0, 0, 1])
    first, second = of_the_program(women, 2, 2)
    assert first.tolist() == [[1.0, 0.0, 1.0], [0.25, 0.0, 0.5]]  # no drop-in was held in the second world
    assert second.tolist() == [[0.5, 0.0, 0.0], [0.25, 0.0, 0.0]]
    assert [*of_the_program(women.iloc[:0], 2, 2)] == []


# ---- the verb


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The small program through the verb."""
    place = tmp_path_factory.mktemp("value")
    words = [f"value.{key}={value}" for key, value in ASKED.items()]
    assert main(["value", *SMALL, *words, f"store={place / 'blocks'}", f"out={place / 'first'}"]) == 0
    return place / "first"


def test_the_chain_holds_in_every_row(folder):
    """Everything is worth at least as much as one assumption, that as a study that counts it, and none is below 0."""
    table = pd.read_csv(folder / "information.csv", keep_default_na=False, na_values=[""])
    everything = table[table["kind"] == "everything"].iloc[0]
    exactly = table[table["kind"] == "parameter"].set_index("name")
    counted = table[table["kind"] == "count"]
    assert len(exactly) > 150
    for column in ("value", "high"):
        assert (table[column] <= everything[column]).all()
        assert (counted[column].to_numpy() <= exactly.loc[counted["name"], column].to_numpy()).all()
    assert (table["low"] >= 0).all()
    assert (table["low"] <= table["value"]).all()
    assert (table["value"] <= table["high"]).all()
    assert set(table.loc[table["kind"] == "program", "name"]) == {"visits", "drop_in", "completing", "all"}


def test_the_folder_says_what_every_column_is_and_the_summary_is_short(folder):
    said(folder)
    text = (folder / "summary.txt").read_text(encoding="utf-8").splitlines()
    assert len(text) <= 24
    assert max(map(len, text)) <= 100
    record = sealed(folder)
    complete(folder, record)
    assert record["value"]["worlds"] == 20
    assert "simulated" in (folder / "value.txt").read_text(encoding="utf-8")


def test_taken_up_again_it_gives_the_same_bytes(folder, monkeypatch, capsys):
    """From the blocks that are kept: nothing is lived again."""
    monkeypatch.setattr("sim.study.design.run_ensemble", lambda *_: pytest.fail("lived again"))
    record = sealed(folder)
    words = [f"value.{key}={value}" for key, value in ASKED.items()]
    again = folder.with_name("again")
    assert main(["value", *SMALL, *words, f"store={folder.with_name('blocks')}", f"out={again}"]) == 0
    assert sealed(again)["files"] == record["files"]
    assert all(unchanged(folder, record, name) for name in record["files"])
    assert json.loads((again / "record.json").read_text(encoding="utf-8"))["value"]["two_best"]


def test_the_other_scenarios_choice_needs_no_new_word_where_the_study_is_not_as_delivered():
    """The first scenario is the study itself, whatever it is; the second is named."""
    choice = choice_of("value", {"b": "no_drop_in"}, "pathways value scenario=high_turnover seed=3")
    assert choice.names == ("high_turnover", "no_drop_in")
    assert {study.seed for study in choice.studies} == {3}


def test_worlds_are_the_accepted_sets_each_once():
    rows = worlds_of(sim.load_study(), 414)
    assert not rows.duplicated().any()
    assert rows.shape[0] == 414


@pytest.mark.parametrize(
    ("words", "own", "problem"),
    [
        (("parameters_from=central",), {}, "parameters_from: central leaves nothing"),
        ((), {"b": "planned_intake"}, "value.b: would refer other women (cohort."),
        ((), {"b": "no_such"}, "value.b: scenario: no_such is unknown"),
        ((), {"b": "no_drop_in seed=2"}, "value.b: seed belongs to all scenarios"),
        ((), {"b": '"'}, "value.b: "),
        ((), {"outcome": "weeks_waited"}, "value.outcome: weeks_waited is not a share"),
        ((), {"sets": "5000"}, "value.sets: 5000 is not allowed (20 to 4"),
        (("replications=5",), {}, "replications: value lives"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_line(words, own, problem):
    with pytest.raises(Refused) as refused:
        value_main(sim.load_study(*words), own, " ".join(["pathways", "value", *words]))
    assert len(refused.value.problems) == 1
    assert refused.value.problems[0].startswith(problem)
