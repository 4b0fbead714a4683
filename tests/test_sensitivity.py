"""Which assumptions matter: functions whose shares are known, a dummy that has none, and the verb."""

import json

import numpy as np
import pandas as pd
import pytest

import sim
import sim.study.design
import sim.study.which_matter
from sim.study.asked import choose
from sim.study.door import main
from sim.study.files import complete, sealed
from sim.study.refusals import Refused
from sim.study.screen import kept, screened
from sim.study.sensitivity import sensitivity_main
from sim.study.shares import moved, points_of, shares
from sim.study.store import Store
from sim.study.uncertain import CHANCE, DUMMY, Lucky, Pilot, Question, settings_at
from sim.study.which_matter import Size, tables_of
from sim.study.worlds import worlds_of

SMALL = ("cohort.weeks=10", "cohort.referred=6", "cohort.follow_up_weeks=45", "threads=1")
SIZE = Size(trajectories=2, keep=3, base=8, replications=2, check=60, pairs=10)
ABC = ["a", "b", "c"]
FEW = ("trust_gain", "leaves")


def ishigami(points):
    """Ishigami and Homma (1990), from three numbers between 0 and 1."""
    a, b, c = (np.pi * (2 * points - 1)).T
    return np.sin(a) + 7 * np.sin(b) ** 2 + 0.1 * c**4 * np.sin(a)


# ---- functions with known answers


def test_the_shares_of_ishigamis_function_are_the_known_ones():
    """First order 0.314, 0.442, 0; total 0.558, 0.442, 0.244; a and c together 0.244, other pairs nothing."""
    found = shares(ABC, ishigami(points_of(ABC, 1024, 1).to_numpy()), 1)
    assert found.singles["first"].to_numpy() == pytest.approx([0.314, 0.442, 0], abs=0.03)
    assert found.singles["total"].to_numpy() == pytest.approx([0.558, 0.442, 0.244], abs=0.03)
    assert found.pairs.set_index(["parameter", "other"])["share"].to_numpy() == pytest.approx([0, 0.244, 0], abs=0.04)
    inside = (found.singles["total"] - [0.558, 0.442, 0.244]).abs() < found.singles["total_half_width"]
    assert inside.all()


def test_the_shares_of_sobols_g_function_are_the_known_ones():
    """Product of (|4 x - 2| + a) / (1 + a): each share is known from its own a."""
    weights = np.array([0.0, 1.0, 4.5, 99.0])
    names = [*"wxyz"]
    points = points_of(names, 1024, 2).to_numpy()
    found = shares(names, np.prod((np.abs(4 * points - 2) + weights) / (1 + weights), axis=1), 2).singles
    own = 1 / (3 * (1 + weights) ** 2)
    whole = np.prod(1 + own) - 1
    assert found["first"].to_numpy() == pytest.approx(own / whole, abs=0.02)
    assert found["total"].to_numpy() == pytest.approx([o * np.prod(1 + own) / (1 + o) / whole for o in own], abs=0.02)


def test_a_screen_finds_what_matters_and_by_how_much():
    """A straight line is found exactly: its slope is its effect, its size and its largest; what is bent or acts with
    others is spread; a name that is in no rule is zero and is not kept."""

    def answers(points, together):
        assert len(points) % together == 0
        x = points.to_numpy()
        return np.stack([3 * x[:, 0] - x[:, 1] + 0 * x[:, 3], 2 * x[:, 2] * x[:, 0]], axis=1)

    line, both = (table.set_index("parameter") for table in screened([*"wxyz"], 8, 1, answers))
    assert line["effect"].to_numpy() == pytest.approx([3, -1, 0, 0])
    assert line[["size", "largest"]].to_numpy() == pytest.approx(np.array([[3, 1, 0, 0]] * 2).T)
    assert line["spread"].to_numpy() == pytest.approx(0, abs=1e-9)
    assert (both["spread"] > 0.1).tolist() == [True, False, True, False]
    assert (both["largest"] >= both["size"]).all()
    tables = [line.reset_index(), both.reset_index()]
    assert kept(tables, (), 2) == ["w", "y"]
    assert set(kept(tables, ("w",), 9)) == {"x", "y"}


def test_the_check_sees_a_distribution_that_widens_without_moving():
    """What moves no mean is seen all the same, and what is in no rule is not."""
    rng = np.random.default_rng(3)
    points = rng.random((2000, 3))
    values = np.where(points[:, 0] > 0.5, 3.0, 1.0) * rng.normal(size=2000) + 0.01 * points[:, 1]
    found = moved(ABC, points, values)
    assert found[0] > 2 * found[1:].max()


def test_where_nothing_varies_nothing_has_a_share():
    found = shares(ABC, np.full(8 * 8, 0.7), 1)
    assert (found.singles[["first", "total", "first_half_width"]].to_numpy() == 0).all()


@pytest.mark.parametrize(("runs", "share"), [(1, 0.36), (4, 0.1233)])
def test_luck_has_the_share_that_runs_of_one_row_differ_by(runs, share):
    """A fake program: 4 a + 3 luck; a mean of more runs has less luck in it."""
    names = ["a", CHANCE, DUMMY]
    points = points_of(names, 1024, 4)
    luck = np.random.default_rng(5).normal(size=(2 * 1024, runs)).mean(axis=1)
    first = points.index.to_numpy() // 8 * 8
    other = points[CHANCE].to_numpy() != points[CHANCE].to_numpy()[first]
    values = 4 * 12**0.5 * points["a"].to_numpy() + 3 * luck[2 * (first // 8) + other]
    found = shares(names, values, 4).singles.set_index("parameter")
    assert found["total"].to_numpy() == pytest.approx([1 - share, share, 0], abs=0.03)
    assert found.loc[DUMMY, "total"] == 0


def test_a_pilot_says_how_many_runs_leave_a_tenth_to_chance():
    pilot = Pilot(np.array([4.0, 0.0, 1.0]), np.array([1.0, 1.0, 0.0]), 0.1)
    assert pilot.needed(0.1).tolist() == [36, 1, np.inf]


# ---- the program itself


def asked(*words, outcomes=("completed", "stably_housed_39"), store=None):
    study = sim.load_study(*SMALL, *words)
    return Question(worlds_of([study]), choose(outcomes, 45), Store(store))


@pytest.fixture(scope="module")
def found():
    return tables_of(asked("drop_in.sessions_per_week=0"), SIZE, Pilot(np.ones(2), np.ones(2), 0.1))


def test_a_dummy_moves_nothing_and_has_no_share(found):
    """It is in no rule, so that every run with it elsewhere is the same run: zero, alone and in all."""
    screen, singles = (found[name].set_index("parameter") for name in ("screen", "shares"))
    assert (screen.loc[DUMMY, ["effect", "size", "half_width", "largest"]].to_numpy() == 0).all()
    assert (singles.loc[DUMMY, ["first", "total", "total_half_width"]].to_numpy() == 0).all()
    assert (screen.loc[CHANCE, "largest"] > 0).all()
    assert len(found["pairs"]) == 2 * 10


def test_a_parameter_of_what_is_switched_off_moves_nothing(found):
    """Without drop-in sessions nobody's habit, distance or peer mentor can matter; every other name is still there."""
    screen = found["screen"].set_index("parameter")
    assert (screen.loc[["attends", "attends_trust", "habit_gain", "trust_drop_in"], "largest"] == 0).all()
    assert screen.loc["leaves", "largest"].max() > 0
    assert len(screen) == 2 * (len(asked().names) + 2)


def test_every_outcome_is_told_of_the_same_assumptions(found):
    """Those kept, with luck and the dummy in the shares, at low and at high in the tornado; the others are dropped."""
    chosen = set(found["screen"].loc[found["screen"]["kept"], "parameter"])
    assert len(chosen) == 3
    for _, rows in found["shares"].groupby("outcome"):
        assert set(rows["parameter"]) == {*chosen, CHANCE, DUMMY}
    for _, rows in found["tornado"].groupby("outcome"):
        assert set(rows["parameter"]) == chosen
        assert (rows["low_value"] < rows["high_value"]).all()
        assert (rows["change"] - rows["high"] + rows["low"]).abs().max() < 1e-12


def test_an_outcome_that_one_assumption_sets_is_put_down_to_it(monkeypatch):
    """A made-up program in which trust gained at a visit is all that counts: the only one kept, with all the share."""
    key = "parameters.trust.trust_gain"

    def made_up(self, designs, how):
        return np.repeat(designs[1].rows[key].to_numpy()[:, None, None], designs[1].replications, axis=1)

    monkeypatch.setattr(Question, "_lived", made_up)
    size = Size(trajectories=4, keep=3, base=256, replications=2, check=0, pairs=10)
    tables = tables_of(
        asked("parameters_from=ranges", outcomes=["completed"]), size, Pilot(np.zeros(1), np.ones(1), 0.1)
    )
    assert tables["screen"].loc[tables["screen"]["kept"], "parameter"].tolist() == ["trust_gain"]
    singles = tables["shares"].set_index("parameter")
    assert singles.loc["trust_gain", ["first", "total"]].tolist() == pytest.approx([1, 1], abs=0.05)
    assert (singles.loc[[CHANCE, DUMMY], "total"] == 0).all()
    (row,) = tables["tornado"].to_dict("records")
    assert (row["low"], row["high"]) == pytest.approx((row["low_value"], row["high_value"]))
    assert tables["outcomes"]["chance_of_mean"].tolist() == [0]


def test_where_no_assumption_matters_none_is_kept_and_that_is_said(tmp_path, monkeypatch, capsys):
    """A made-up program that gives everybody the same."""
    same = lambda self, designs, how: np.zeros((len(designs[0].rows), designs[0].replications, 1))  # noqa: E731
    monkeypatch.setattr(Question, "_lived", same)
    assert main(["sensitivity", *SMALL, "sensitivity.check=100", f"out={(tmp_path / 'none').as_posix()}"]) == 0
    assert "Dropped: 171 of 171" in capsys.readouterr().out.replace("\n   ", " ")
    assert "hangs on none" in (tmp_path / "none" / "sensitivity.svg").read_text(encoding="utf-8")


def test_a_row_is_the_scenario_with_these_values_and_the_twin_has_no_program():
    """Places are quantiles of the accepted sets, or shares of a range; what is not asked about stands in its middle."""
    points = pd.DataFrame({"trust_gain": [0.0, 0.5, 1.0], CHANCE: 0.5})
    for source in ("accepted", "ranges"):
        without, program = asked(f"parameters_from={source}").worlds
        rows, line = settings_at(program, points), program.study.parameter_lines["trust"]["trust_gain"]
        ends = rows["parameters.trust.trust_gain"].to_numpy()
        assert (ends >= line.range[0]).all()
        assert (ends <= line.range[1]).all()
        assert (ends[[0, 2]].tolist() == [*line.range]) == (source == "ranges")
        assert rows["parameters.pathway.leaves"].nunique() == 1
        assert settings_at(without, points)["program.offered"].tolist() == [0, 0, 0]
        assert len(rows.columns) == len(program.study.parameters)


def test_rows_together_share_their_luck_but_those_of_other_luck():
    design = Lucky(sim.load_study(*SMALL), pd.DataFrame(index=range(4)), 3, lucks=np.array([0, 0, 1, 2]))
    assert design.luck(1, 4).tolist() == [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
    question = asked("parameters_from=ranges", outcomes=["completed"])
    points = pd.DataFrame({"visit_kept": 0.5, CHANCE: [0.1, 0.1, 0.9, 0.1]}, index=range(4))
    one, again, other, after = question.differences(points, 3, 4, {})[:, :, 0]
    assert (one == again).all()
    assert (one != other).any()
    assert (one != after).any()


def test_cut_otherwise_stopped_and_taken_up_again_the_tables_are_the_same(tmp_path, monkeypatch):
    """Whatever the blocks; what is kept is not lived again, and more base points keep those that were lived."""
    about = Size(trajectories=2, keep=2, base=4, replications=2, check=20, pairs=5), Pilot(np.ones(1), np.ones(1), 0.1)
    known = zip(sim.load_study().parameters, sim.load_study().parameter_keys, strict=True)
    free = [f"{key}={p.value}" for p, key in known if p.name not in FEW]
    question = asked("parameters_from=ranges", *free, outcomes=["completed"], store=tmp_path / "one")
    first = tables_of(question, *about)
    calls, real = [], sim.study.design.run_ensemble
    monkeypatch.setattr(sim.study.design, "run_ensemble", lambda *args: calls.append(1) or real(*args))
    again = tables_of(question, *about)
    assert calls == []
    monkeypatch.setattr(sim.study.design, "A_BLOCK", 6)
    other = tables_of(asked("parameters_from=ranges", *free, outcomes=["completed"]), *about)
    for name, table in first.items():
        pd.testing.assert_frame_equal(table, again[name], check_exact=True)
        pd.testing.assert_frame_equal(table, other[name], check_exact=True)
    assert set(first["screen"]["parameter"]) == {*FEW, CHANCE, DUMMY}


# ---- the verb


def test_the_verb_answers_in_few_lines_and_twice_the_same(tmp_path, capsys):
    size = {"trajectories": 4, "keep": 3, "base": 8, "replications": 1, "check": 100, "pairs": 10}
    own = {"b": "one_more_case_manager", **size}
    words = ["sensitivity", *SMALL, *(f"sensitivity.{key}={value}" for key, value in own.items())]
    words.append(f"store={(tmp_path / 'blocks').as_posix()}")
    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        assert main([*words, f"out={folder.as_posix()}"]) == 0
    said = capsys.readouterr()
    records = [sealed(folder) for folder in folders]
    assert records[0]["files"] == records[1]["files"]
    complete(folders[0], records[0])
    text = (folders[0] / "summary.txt").read_text(encoding="utf-8").splitlines()
    assert len(text) <= 24
    assert max(map(len, text)) <= 100
    assert "nan" not in " ".join(text)
    assert said.out.splitlines()[: len(text)] == text
    assert "runs of both worlds planned at most" in said.err
    assert json.loads((folders[0] / "record.json").read_text())["sensitivity"]["worlds"] == [
        "as_delivered",
        "one_more_case_manager",
    ]
    told = pd.read_csv(folders[0] / "dictionary.csv")
    for name in set(told["table"]):
        assert [*pd.read_csv(folders[0] / f"{name}.csv")] == [*told.loc[told["table"] == name, "column"]]
    assert (folders[0] / "sensitivity.txt").read_text(encoding="utf-8").count("variance") > 2


@pytest.mark.parametrize(
    ("words", "own", "said"),
    [
        ((), {"outcomes": "t04_engaged"}, "sensitivity.outcomes: t04_engaged is not taken over all women referred"),
        ((), {"outcomes": "completed,entered,exited_39"}, "sensitivity.outcomes: more than 2"),
        ((), {"base": "100"}, "sensitivity.base: 100 is not a power of 2"),
        ((), {"check": "20"}, "sensitivity.check: 20 is not allowed (100 to 100000)"),
        ((), {"a": "no_drop_in"}, "sensitivity.a: needs sensitivity.b"),
        (("parameters_from=central",), {}, "parameters_from: central leaves no assumption"),
        (("scenario=no_program",), {}, "program.offered: 0 leaves no program to ask about"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_line(words, own, said):
    with pytest.raises(Refused) as refused:
        sensitivity_main(sim.load_study(*SMALL, *words), own, "pathways sensitivity")
    (problem,) = refused.value.problems
    assert problem.startswith(said)


@pytest.mark.parametrize(
    ("word", "said"),
    [("replications=5", "replications: sensitivity lives"), ("seed=1", "sensitivity.b: would refer other women")],
)
def test_scenarios_that_refer_other_women_and_runs_of_ones_own_are_refused(word, said):
    command = f"pathways sensitivity {' '.join(SMALL[1:])} {word}"
    with pytest.raises(Refused, match=said):
        sensitivity_main(sim.load_study(*SMALL), {"b": "cohort.weeks=20"}, command)
