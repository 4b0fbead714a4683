"""Which parameter sets runs live, how sure an answer is, and whether evidence or assumption decides it."""

import numpy as np
import pandas as pd
import pytest

import sim
from sim.study.how_sure import badge_of, badge_table, how_sure, leaning
from sim.study.refusals import Refused
from sim.study.sets import badges, changed, ensemble_of, numbers_of, set_of
from sim.study.tables import chance_share

RUNS = np.arange(1, 201)
STUDY = sim.load_study("replications=200")


def test_two_runs_in_a_row_live_one_accepted_set_and_all_sets_come_before_any_comes_again():
    sets, number = set_of(STUDY, np.arange(1, 2001)), len(ensemble_of(STUDY).sets)
    assert (sets[::2] == sets[1::2]).all()
    assert sorted(sets[: 2 * number : 2]) == [*range(number)]
    assert (sets[2 * number :] == sets[: 2000 - 2 * number]).all()
    assert not np.array_equal(sets, set_of(sim.load_study("seed=2"), np.arange(1, 2001)))


def test_every_run_lives_a_row_of_the_accepted_sets():
    numbers, ensemble = numbers_of(STUDY, RUNS), ensemble_of(STUDY)
    for name, key in zip(numbers, STUDY.parameter_keys, strict=True):
        if key in ensemble.sets:
            assert (numbers[name] == ensemble.sets[key].to_numpy()[set_of(STUDY, RUNS)]).all()
    assert changed(STUDY) == []


def test_what_a_study_says_itself_stands_and_is_named():
    """A parameter that is fixed, or has another range, does not come from the accepted sets."""
    study = sim.load_study("parameters.trust.trust_gain=0.1", "parameters.pathway.leaves.range=[0.005,0.01]")
    numbers = numbers_of(study, RUNS)
    assert (numbers["trust_gain"] == 0.1).all()
    assert (numbers["leaves"] >= 0.005).all()
    assert (numbers["leaves"] <= 0.01).all()
    assert changed(study) == ["parameters.pathway.leaves", "parameters.trust.trust_gain"]
    assert badges(study)["leaves"] == "assumption"
    assert badges(STUDY)["leaves"] == "evidence"
    assert (numbers["moves_on"] == numbers_of(STUDY, RUNS)["moves_on"]).all()


def test_without_accepted_sets_each_run_draws_its_own_or_stands_at_the_centre():
    drawn, central = (sim.load_study(f"parameters_from={way}") for way in ("ranges", "central"))
    assert set_of(drawn, RUNS) is set_of(central, RUNS) is None
    assert len(np.unique(numbers_of(drawn, RUNS)["leaves"])) == len(RUNS)
    assert {len(np.unique(values)) for values in numbers_of(central, RUNS).values()} == {1}
    assert set(badges(drawn).values()) == {"assumption"}


def test_sets_that_are_not_there_are_refused_in_one_line(tmp_path):
    with pytest.raises(Refused, match=r"parameters_from: .* not allowed .*; did you mean accepted\?"):
        sim.load_study("parameters_from=Acepted")
    (tmp_path / "record.json").write_text("{}")
    with pytest.raises(Refused, match="not as it was written"):
        sim.run(sim.load_study(f"parameters_from={tmp_path}", "replications=2"))


@pytest.mark.parametrize("share", [0.0, 0.25, 0.7, 1.0])
def test_the_share_of_chance_is_told_from_runs_of_the_same_set(share):
    """Of numbers that are made of a set's own and of chance, the share of the variance that is chance is found."""
    random, sets = np.random.default_rng(3), np.repeat(np.arange(4000), 2)
    values = np.sqrt(1 - share) * random.normal(size=4000)[sets] + np.sqrt(share) * random.normal(size=8000)
    assert chance_share(pd.DataFrame({"one": values}), sets)["one"] == pytest.approx(share, abs=0.04)


def test_where_no_set_is_lived_twice_the_share_of_chance_is_not_told():
    one = pd.DataFrame({"one": np.arange(4.0)})
    assert chance_share(one, np.arange(4)).isna().all()
    assert chance_share(one, None).isna().all()
    assert chance_share(one, np.zeros(4, int)).isna().all(), "one set says nothing of parameters"


def planted(parameter, outcome="completed", runs=1000):
    """Differences that are one parameter's number."""
    runs = np.arange(1, 1 + runs)
    return pd.DataFrame({"replication": runs, "outcome": outcome, "difference": numbers_of(STUDY, runs)[parameter]})


def test_a_result_is_called_evidence_where_all_that_it_leans_on_was_narrowed():
    found = [badge_table(STUDY, planted(name)).iloc[0] for name in ("exit_return", "exit_goal")]
    assert [(row["badge"], row["leans_on"], row["most"]) for row in found] == [
        ("evidence", 1, "exit_return"), ("assumption", 1, "exit_goal"),
    ]  # fmt: skip
    both = badge_table(STUDY, pd.concat([planted("exit_return"), planted("exit_goal", "exited_39")]))
    assert badge_of(both) == "assumption"
    assert badge_of(both[:1]) == "evidence"
    assert badge_of(badge_table(STUDY, planted("exit_return", runs=200))) == "assumption", "others may be overlooked"


@pytest.mark.parametrize(
    ("more", "equal", "fewer", "words", "share"),
    [
        (96, 0, 4, "almost always", 0.96),
        (4, 0, 96, "almost always", 0.96),
        (80, 10, 10, "usually", 0.85),
        (60, 4, 36, "more often than not", 0.62),
        (45, 10, 45, "no clear difference", 0.5),
        (40, 60, 0, "no difference in most runs", 0.6),
    ],
)
def test_how_sure_is_said_in_the_words_agreed(more, equal, fewer, words, share):
    assert how_sure(np.repeat([1.0, 0.0, -1.0], [more, equal, fewer]))[:2] == (words, pytest.approx(share))


def test_the_assumption_that_decides_is_named_first():
    study = sim.load_study("replications=200")
    runs = np.arange(1, 201)
    drawn = numbers_of(study, runs)
    name = next(parameter.name for parameter in study.parameters if parameter.high > parameter.low)
    planted = pd.DataFrame({"replication": runs, "outcome": "completed", "difference": -drawn[name]})
    table = leaning(study, planted, ["completed", "exited_39"])
    assert table.iloc[0][["parameter", "correlation", "beyond_chance"]].tolist() == [name, pytest.approx(-1), True]
    assert table["beyond_chance"].sum() == 1
