"""What each ingredient adds: Shapley shares that are known beforehand, ways of estimating that agree, and the verb."""

import json
from fractions import Fraction
from itertools import permutations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
import sim.program
import sim.study.contribution
from experiments import which_team_for_the_budget
from sim.study.asked import choose
from sim.study.contribute import contribute_main
from sim.study.contribution import ARMS, INGREDIENTS, WEIGHTS, Arm, Asked, contribution, estimate, plan_runs, ways_of
from sim.study.files import complete, sealed, unchanged
from sim.study.refusals import Refused
from sim.study.shapley import coalitions, cuts, pairs, shares, worth
from sim.study.store import Store

SMALL = ("cohort.weeks=30", "cohort.referred=12", "cohort.follow_up_weeks=60", "threads=1")
ROOT = Path(__file__).resolve().parents[1]
FEW = 20  # paired runs of a pilot


def played(players, worth_of):
    """A game's values in the order of its coalitions, given what a set of players is worth."""
    return [worth_of({one for one, there in enumerate(each) if there}) for each in coalitions(players)]


def share_of(values, players):
    return [worth(row, values) for row in shares(players)]


# ---- games with known answers


def test_the_owner_of_the_one_left_glove_has_two_thirds():
    """One left glove and two right ones: a pair is worth 1 (Shapley and Shubik 1969)."""
    gloves = played(3, lambda who: int(0 in who and bool(who & {1, 2})))
    assert share_of(gloves, 3) == [Fraction(2, 3), Fraction(1, 6), Fraction(1, 6)]


def test_a_dictator_has_everything_and_equals_share_alike():
    assert share_of(played(4, lambda who: int(2 in who)), 4) == [0, 0, 1, 0]
    assert share_of(played(4, lambda who: len(who) ** 2), 4) == [4, 4, 4, 4]


def test_where_nobody_needs_anybody_a_share_is_what_one_adds_alone_and_no_pair_interacts():
    own = [3, 5, 7, 11]
    values = played(4, lambda who: sum(own[one] for one in who))
    assert share_of(values, 4) == own
    assert [worth(row, values) for row in cuts(4)] == own
    assert all(worth(row, values) == 0 for row in pairs(4).values())


def test_two_who_need_each_other_interact_and_two_who_replace_each_other_do_so_with_a_minus():
    both = {pair: worth(row, played(4, lambda who: int({0, 1} <= who))) for pair, row in pairs(4).items()}
    either = {pair: worth(row, played(4, lambda who: int(bool(who & {0, 1})))) for pair, row in pairs(4).items()}
    others = [0] * 5
    assert [*both.values()] == [1, *others]
    assert [*either.values()] == [-1, *others]


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 5).flatmap(lambda n: st.lists(st.integers(-50, 50), min_size=2**n, max_size=2**n)))
def test_shares_are_what_each_adds_over_all_orders_and_add_up(values):
    """Against all orders counted one by one; and their sum is what all add (efficiency), exactly."""
    players = len(values).bit_length() - 1
    at = dict(zip(coalitions(players), values, strict=True))
    orders = [*permutations(range(players))]
    added = [0] * players
    for order in orders:
        here = [0] * players
        for one in order:
            before = at[tuple(here)]
            here[one] = 1
            added[one] += at[tuple(here)] - before
    assert share_of(values, players) == [Fraction(total, len(orders)) for total in added]
    assert sum(share_of(values, players)) == values[-1] - values[0]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(-50, 50), min_size=8, max_size=8))
def test_who_changes_nothing_has_nothing_and_who_is_alike_has_alike(values):
    """A null player added to any game has no share and interacts with nobody; its twin in a game shares as it does."""
    without = dict(zip(coalitions(3), values, strict=True))
    null = [without[each[:3]] for each in coalitions(4)]
    assert share_of(null, 4) == [*share_of(values, 3), 0]
    assert all(worth(row, null) == 0 for pair, row in pairs(4).items() if 3 in pair)
    alike = [without[(each[0], each[1], int(each[2] or each[3]))] for each in coalitions(4)]
    assert share_of(alike, 4)[2] == share_of(alike, 4)[3]


def test_the_weights_of_four_are_24ths():
    assert all((24 * weight).denominator == 1 for row in WEIGHTS.values() for weight in row)
    assert [int(24 * weight) for weight in WEIGHTS["share", "trust"]] == [-6, *[-2] * 6, -6, 6, *[2] * 6, 6]


# ---- ways of estimating, on made-up programs


def made_up(noise, effect, runs=400):
    """Arms of a made-up program: women are drawn alike in every combination (`noise`), and trust adds `effect`, which
    differs from run to run."""
    rng = np.random.default_rng(5)
    common, own = noise * rng.normal(size=runs), effect * (1 + rng.normal(size=runs))
    known = pd.DataFrame({"effect": own - effect, "noise": common})
    arms = []
    for arm in ARMS:
        values = pd.DataFrame({"completed": 0.2 + common + own * arm[0] + 0.01 * rng.normal(size=runs)})
        arms.append(Arm(values, known.assign(nothing=rng.normal(size=runs)), None))
    return arms


def asked_of(precision=0.1, runs=10**6, *words):
    study = sim.load_study(*SMALL, *words)
    return Asked(study, choose(["completed"], 60), precision, runs, Store(None))


def cheapest(arms, controls):
    ways = ways_of(arms, "completed")
    ways = [way for way in ways if bool(way.controls) == controls]
    table = plan_runs(asked_of(), arms, {"completed": ways})
    return table[table["taken"]]["way"].item().partition(",")[0]


def test_twins_are_taken_where_luck_is_shared_and_independent_runs_where_the_effect_itself_varies():
    """Common luck cancels between combinations; an effect that varies adds up over them."""
    assert cheapest(made_up(noise=0.2, effect=0.05), controls=False) == "twins"
    assert cheapest(made_up(noise=0.02, effect=0.2), controls=False) == "independent"


@pytest.mark.parametrize("number", range(4))
def test_every_way_finds_the_same_share_within_its_error(number):
    arms = made_up(noise=0.1, effect=0.1)
    way = ways_of(arms, "completed")[number]
    means, errors = estimate(arms, "completed", way)
    assert (np.abs(means[:4] - [0.1, 0, 0, 0]) <= 4 * errors[:4] + 1e-12).all()


def test_control_variates_take_away_what_is_known_to_vary():
    arms = made_up(noise=0.1, effect=0.1)
    plain, controlled = (estimate(arms, "completed", way)[1][0] for way in ways_of(arms, "completed")[:2])
    assert controlled < plain / 10


# ---- the program itself


@pytest.fixture(scope="module")
def found():
    patch = pytest.MonkeyPatch()
    patch.setattr(sim.study.contribution, "PILOT", FEW)
    study = sim.load_study(*SMALL, "drop_in.sessions_per_week=0")
    tables, about = contribution(Asked(study, choose(["completed", "exited_39"], 60), 50.0, 10**4, Store(None)))
    patch.undo()
    return tables["shares"].set_index(["outcome", "kind", "of"]).sort_index(), about


def test_an_ingredient_that_cannot_act_has_a_share_of_exactly_zero(found):
    """Where no drop-in is planned, drop-in on or off changes nothing for any woman."""
    table, _ = found
    null = table[table.index.get_level_values("of").str.contains("drop_in")]
    assert len(null) == 2 * (1 + 1 + 3)
    assert (null[["mean", "error", "low", "high", "women_24ths"]].to_numpy() == 0).all()
    assert table.loc[("completed", "share", "trust"), "mean"] > 0.05


def test_women_counted_in_24ths_add_up_exactly_and_means_to_the_last_bit(found):
    table, about = found
    for outcome in ("completed", "exited_39"):
        counted = table.loc[outcome, "women_24ths"].astype(int)
        assert counted["share"].sum() == counted["level"]["all"] - counted["level"]["none"]
        assert (counted["level"] % 24 == 0).all()
    assert about["rest"] < 1e-12


def test_runs_are_added_until_the_precision_or_the_budget(monkeypatch):
    """What the pilot lacks is lived, whichever way; with no budget left the answer says how far it came."""
    monkeypatch.setattr(sim.study.contribution, "PILOT", FEW)
    _, whole = contribution(asked_of(2.0, 10**4))
    assert whole["half_width"] < 2 * whole["precision"]
    assert sum(whole["runs"].values()) > FEW * len(ARMS)
    _, short = contribution(asked_of(2.0, FEW * len(ARMS)))
    assert short["runs"] == {"twins": FEW * len(ARMS)}
    assert short["half_width"] > whole["half_width"]
    assert short["ended_by"] == "budget"
    assert whole["ended_by"] == ("precision" if whole["half_width"] <= 2 else "pilot")


def test_independent_combinations_are_lived_with_luck_of_their_own():
    runs = sim.study.contribution.lived(asked_of(), np.arange(16) + 5.0, False)
    replications = [set(arm.values.index) for arm in runs]
    assert [len(each) for each in replications] == [10] * 6 + [20] * 10
    assert sum(map(len, replications)) == len(set().union(*replications))


# ---- the verb


def test_the_verb_answers_in_few_lines_and_twice_the_same(tmp_path, monkeypatch, capsys):
    """A sealed folder with tables, figures and texts; again, from the store or not, the same bytes."""
    monkeypatch.setattr(sim.study.contribution, "PILOT", FEW)
    monkeypatch.setattr(sim.study.contribute, "RUNS", (FEW, 10**6))
    own = {"outcomes": "completed,stably_housed_39", "precision": "8", "budget": "400", "arrows": "10"}
    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        study = sim.load_study(*SMALL, f"out={folder.as_posix()}", f"store={(tmp_path / 'blocks').as_posix()}")
        assert contribute_main(study, own, "pathways contribute") == 0
    said = capsys.readouterr()
    records = [sealed(folder) for folder in folders]
    assert records[0]["files"] == records[1]["files"]
    complete(folders[0], records[0])
    assert {"shares.csv", "ways.csv", "arrows.csv", "rivals.csv", "contribution.svg", "theory_of_change.png"} <= {
        *records[0]["files"]
    }
    lines = (folders[0] / "summary.txt").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 100
    assert said.out.splitlines()[: len(lines)] == lines
    assert "variance x CPU seconds" in said.err
    table = pd.read_csv(folders[0] / "shares.csv")
    assert set(table.loc[table["kind"] == "share", "badge"]) == {"assumption"}
    story = (folders[0] / "story.txt").read_text(encoding="utf-8")
    assert [f"{step}. " in story for step in range(1, 7)] == [True] * 6
    assert json.loads((folders[0] / "record.json").read_text())["contribution"]["runs"]["twins"] >= FEW * 16


@pytest.mark.parametrize(
    ("words", "own", "said"),
    [
        ((), {"outcomes": "luck"}, "outcomes: luck is unknown; choose from"),
        ((), {"outcomes": "t04_engaged"}, "contribute.outcomes: t04_engaged is not taken over all women referred"),
        ((), {"outcomes": "goals_set"}, "contribute.outcomes: none is a share of women or of days"),
        ((), {"precision": "0"}, "contribute.precision: 0 is not allowed (0.01 to 50.0)"),
        ((), {"budget": "16"}, "contribute.budget: 16 is not allowed (3200 to 1000000)"),
        ((), {"arrows": "3"}, "contribute.arrows: 3 is not allowed (10 to 100000)"),
        (("ingredients.goals=0.5",), {}, "ingredients.goals: contribute sets it to 0 and 1 itself; leave it at 1"),
        (("scenario=no_program",), {}, "program.offered: 0 leaves no ingredient that could contribute"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_line(words, own, said):
    with pytest.raises(Refused) as refused:
        contribute_main(sim.load_study(*SMALL, *words), own, "pathways contribute")
    (problem,) = refused.value.problems
    assert problem.startswith(said)


def test_the_ingredients_are_the_four_that_the_program_has():
    assert {f"ingredients_{name}" for name in INGREDIENTS} == {
        name for name in sim.load_study().plan if name.startswith("ingredients_")
    }


# ---- what is published


@pytest.mark.parametrize("name", sorted(path.stem for path in (ROOT / "experiments").glob("[wd]*.py")))
def test_a_published_result_is_whole_small_and_of_this_model(name):
    """Every byte as it was written, a few hundred KB, made by the model that is here with the command that it names."""
    kept = ROOT / "experiments" / "results" / name
    folders = [path.parent for path in kept.rglob("record.json")]
    assert folders
    for folder in folders:
        record = sealed(folder)
        complete(folder, record)
        assert all(unchanged(folder, record, file) for file in record["files"])
        assert record["model"] == sim.program.digest()
        assert record["replay"] == f"python -m experiments.{name}"
    assert sum(path.stat().st_size for path in kept.rglob("*") if path.is_file()) < 700_000 * len(folders)
    assert (ROOT / "experiments" / f"{name}.py").exists()


def test_the_page_for_a_board_is_written_from_the_tables_that_are_kept():
    """No number of it was typed."""
    assert which_team_for_the_budget.PAGE.read_text(encoding="utf-8") == which_team_for_the_budget.page()
