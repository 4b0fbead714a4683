"""The simulated evaluation asks whom it says it asks, its change is taken apart without a rest, and what data cannot
tell is not told."""

import hashlib
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

import sim
from sim.program import words as w
from sim.study.change_and_effect import PARTS, by_run, over_runs, width_table
from sim.study.design import Design
from sim.study.evaluate import answer, evaluate_main
from sim.study.evaluation import groups_of, lived, read_settings, settings
from sim.study.files import sealed
from sim.study.identifiability import DATA, INGREDIENTS, contractions, data_sets, pooled, strengths, told
from sim.study.places import configs
from sim.study.refusals import Refused
from sim.study.store import Store

SMALL = ("cohort.weeks=30", "cohort.referred=12", "cohort.follow_up_weeks=70", "threads=1", "parameters_from=ranges")
NO_INGREDIENTS = [f"ingredients.{name}=0" for name in INGREDIENTS]
NO_ROOM = ("community.rent_supplements=0", "community.openings.housing=0")
EVERYBODY = {"consent": "1", "reached_engaged": "1", "reached_left": "1", "pre_weeks": "0"}


def asked_in(runs, own=None, *words, store=None):
    """The women of so many small runs, and the settings by which they are asked."""
    asked = read_settings(own or {})
    design = Design(sim.load_study(*SMALL, *words), pd.DataFrame(index=range(runs)), 1, same_luck=False, twin=True)
    return lived(design, asked, store or Store(None)), asked


@pytest.fixture(scope="module")
def usual():
    return asked_in(40)


# ---- whom it asks


def test_every_setting_has_a_source_that_was_seen_or_is_called_assumed():
    """Its value lies in its range, and both in what may be set."""
    seen = pd.read_csv(configs() / "evidence.csv", index_col="id")["seen"]
    for name, line in settings().items():
        assert line.source in ("assumed", "chosen") or all(seen[row] != "no" for row in line.source), name
        assert line.allowed[0] <= line.range[0] <= line.value <= line.range[1] <= line.allowed[1], name


def test_each_group_holds_the_next_and_nobody_answers_twice_who_had_left_before_the_first(usual):
    women, asked = usual
    groups = groups_of(women, asked)
    for larger, smaller in pairwise(groups):
        assert (larger >= smaller).all()
        assert larger.sum() > smaller.sum() > 0
    assert women["still_pre"][groups.both].all()


def test_she_who_consents_when_few_do_consents_when_more_do(usual):
    """Consent and being reached are hers: another share moves who is asked at its edge alone."""
    women, asked = usual
    few, many = (groups_of(women, {**asked, "consent": share}) for share in (0.4, 0.8))
    assert (few.consented <= many.consented).all()
    assert few.consented.sum() / many.began.sum() == pytest.approx(0.4, abs=0.08)
    left = many.consented & women["still_pre"].to_numpy() & ~women["still_post"].to_numpy()
    assert groups_of(women, {**asked, "reached_left": 0.0}).both[left].sum() == 0


def test_when_everybody_is_asked_and_reached_the_change_is_that_of_all_who_began_phase_1():
    """Read again from each woman's timeline, week by week: the first week of transition, and 39 weeks later."""
    women, asked = asked_in(3, EVERYBODY)
    runs = by_run(women, groups_of(women, asked))
    assert (runs["women_both"] == runs["women_began"]).all()
    assert np.array_equal(runs["effect_both"], runs["effect_began"])
    assert not runs[["loss", "consent"]].to_numpy().any()
    study = sim.load_study(*SMALL, "replications=3")
    for replication, own in runs[runs["domain"] == "exiting"].groupby("replication"):
        row = sim.study.sets.rows_of(study, np.array([replication]))
        world = sim.ensemble.run_ensemble(study.plan, row, study.seed, [replication], study.edges)
        changes = []
        for timeline in world.timeline[0, : world.referred[0]]:
            if w.TRANSITION in timeline["phase"]:
                begin = [*timeline["phase"]].index(w.TRANSITION)
                if begin + 39 < len(timeline):
                    pre, post = timeline["sex_work"][begin] == w.EXITED, timeline["sex_work"][begin + 39] == w.EXITED
                    changes.append(int(post) - int(pre))
        assert own["change"].item() == pytest.approx(np.mean(changes), abs=1e-12)
        assert own["women_began"].item() == len(changes)


# ---- change and effect


def test_the_parts_add_up_to_the_change_in_every_run_and_on_average(usual):
    women, asked = usual
    runs = by_run(women, groups_of(women, asked))
    assert np.abs(runs["change"] - runs["effect_entered"] - runs[[*PARTS]].sum(axis=1)).max() < 1e-12
    means = over_runs(runs, ("change", "effect_entered", *PARTS)).pivot(
        index="measure", columns="domain", values="mean"
    )
    assert np.abs(means.loc["change"] - means.loc[["effect_entered", *PARTS]].sum()).max() < 1e-12
    assert runs[["natural_course", "loss", "consent", "selection"]].abs().sum().gt(0).all()


def test_without_an_effect_the_effect_is_zero_for_every_run_and_the_change_is_not():
    """A program without its ingredients, and without room for its women, leaves their lives as they were."""
    women, asked = asked_in(20, None, *NO_INGREDIENTS, *NO_ROOM)
    runs = by_run(women, groups_of(women, asked))
    for effect in ("effect_both", "effect_began", "effect_entered", "before_pre", "loss", "selection"):
        assert not runs[effect].any(), effect
    assert np.allclose(runs["change"], runs["natural_course"], atol=1e-12)
    assert runs["change"].mean() > 0.01


def test_how_wide_it_is_and_how_many_women_are_needed_is_known_for_made_up_runs():
    """Women who change by 1 with a chance of a half: a variance of 1/4, so 97 women for ±10 points and 385 for ±5; runs
    that differ by chance alone are all chance, and a 95 % interval holds the true change as often as it says."""
    random, size = np.random.default_rng(1), 60
    changes = random.random((2000, size)) < 0.5
    change, error = changes.mean(axis=1), changes.std(axis=1, ddof=1) / np.sqrt(size)
    about = {"replication": np.arange(2000), "domain": "housing", "change": change, "standard_error": error}
    about |= dict.fromkeys(("effect_both", "effect_began", "effect_entered"), 0.5)
    table = width_table(pd.DataFrame(about).assign(women_both=size), np.arange(2000) // 2, 10.0)
    row = table.set_index("measure").loc["change"]
    assert (row["women_needed"], row["women_needed_half"]) == (97, 385)
    assert row["holds_effect_both"] == pytest.approx(0.95, abs=0.02)
    assert row["chance_share"] == pytest.approx(1, abs=0.06)
    assert row["shared_luck"] == pytest.approx(1, abs=0.06)


# ---- what could be told


def test_a_number_that_the_data_determine_contracts_by_all_and_the_others_by_nothing():
    random = np.random.default_rng(2)
    truth = random.uniform(0, 2, (300, 3))
    noise = random.normal(size=(300, 4))
    first = np.column_stack([noise, 3 * truth[:, 0] + 0.01 * noise[:, 0], np.full(300, np.nan)])
    second = np.column_stack([first, (truth[:, 1] + 0.5) ** 2])
    less, more = contractions(truth, [first, second], np.arange(300))
    assert less.loc[0, "contraction"] > 0.99
    assert less.loc[[1, 2], "contraction"].max() < 0.03
    assert more.loc[1, "contraction"] > 0.98
    assert more.loc[2, "contraction"] < 0.03
    assert (more["contraction"] >= less["contraction"] - 1e-12).all()
    assert (more["chance_high"] < 0.06).all()


def test_the_contraction_is_the_one_that_theory_gives_and_several_data_sets_of_a_row_count_as_one_row():
    """A number seen with an error of its own variance: half of its variance is left. Copies of a row add nothing."""
    random = np.random.default_rng(3)
    truth = random.normal(size=(2000, 1))
    seen = truth + random.normal(size=(2000, 1))
    (once,) = contractions(truth, [seen], np.arange(2000))
    assert once.loc[0, "contraction"] == pytest.approx(0.5, abs=3 * once.loc[0, "error"])
    assert once.loc[0, "error"] == pytest.approx(0.02, abs=0.01)
    few = slice(200)
    (alone,), (copied,) = (
        contractions(
            np.repeat(truth[few], times, 0), [np.repeat(seen[few], times, 0)], np.repeat(np.arange(200), times)
        )
        for times in (1, 5)
    )
    assert copied.loc[0, "contraction"] == pytest.approx(alone.loc[0, "contraction"], abs=0.02)
    assert copied.loc[0, "error"] == pytest.approx(alone.loc[0, "error"], rel=0.1)


def test_what_is_told_is_the_least_data_and_the_fewest_women_that_do():
    rows = [
        ("trust", "exit", 1, 0.30, 0.10), ("trust", "exit", 4, 0.30, 0.02), ("trust", "scores", 1, 0.9, 0.01),
        ("goals", "exit", 4, 0.20, 0.01), ("links", "scores", 1, 0.4, 0.01), ("links", "scores", 4, 0.5, 0.01),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns="ingredient data evaluations contraction error".split()).assign(chance_high=0.05)
    found = told(table)[["ingredient", "data", "evaluations"]]
    assert [*found.itertuples(index=False, name=None)] == [("trust", "exit", 4), ("links", "scores", 1)]


def test_nothing_is_told_at_a_size_at_which_chance_alone_would_tell_it():
    """And where that is every size, the rows are too few to tell anything, and this is said."""
    rows = [("trust", "scores", 1, 0.9, 0.01, 0.55), ("trust", "scores", 4, 0.6, 0.01, 0.2)]
    table = pd.DataFrame(rows, columns="ingredient data evaluations contraction error chance_high".split())
    assert [*told(table)["evaluations"]] == [4]
    assert "trust by scores" in answer(table.assign(women=9))
    assert told(table[:1]).empty
    assert answer(table[:1]).endswith("too few rows to tell (evaluate.rows); chance alone gives as much.")


def test_a_single_run_has_no_range_and_rows_too_few_tell_nothing(tmp_path, capsys):
    study = sim.load_study(*SMALL, "replications=1", f"out={tmp_path / 'one'}", f"store={tmp_path / 'kept'}")
    assert evaluate_main(study, {"rows": "20", "pooled": "1"}, "pathways evaluate") == 0
    said, few = capsys.readouterr().out, "oo few rows to tell (evaluate.rows)"
    assert ("1 evaluation; " in said, said.count(" (-)"), few in said) == (True, 3 * len(w.DOMAINS), True)
    names = ("identifiability.svg", "change_and_effect.svg")
    made = [(tmp_path / "one/figures" / name).read_text(encoding="utf-8") for name in names]
    assert ("20 rows of strengths, 1 evaluation each" in made[0], few in made[0]) == (True, True)
    assert "Badge of the differences" in made[1]


def test_a_data_set_pools_evaluations_of_one_row_and_no_others():
    """Its states are means over all its women with both questionnaires, and no score goes with another beyond 1."""
    asked = read_settings({"rows": "20", "pooled": "4"})
    design = strengths(sim.load_study(*SMALL), asked)
    assert design.rows.filter(like="ingredients").describe().loc[["min", "max"]].to_numpy().T == pytest.approx(
        np.tile([0, 2], (4, 1)), abs=0.1
    )
    women = lived(design, asked, Store(None))
    whole, single = (data_sets(women, asked, together) for together in (4, 1))
    assert pooled(4) == [1, 4]
    assert (len(whole), len(single)) == (20, 80)
    assert np.array_equal(whole["women"], single.groupby("row")["women"].sum())
    both = groups_of(women, asked).both
    exited = women[both].groupby("row")["post_exiting"].mean()
    assert np.allclose(whole["exit: exiting_post"], exited)
    assert {name.partition(": ")[0] for name in whole} == {"row", "women", *DATA}
    assert single.filter(like=" with ").abs().max().max() <= 1 + 1e-9


# ---- the verb


@pytest.mark.parametrize(
    ("own", "words", "said"),
    [
        ({"consent": "0"}, (), "evaluate.consent: 0 is not allowed (0.05 to 1)"),
        ({"consent": "nan"}, (), "evaluate.consent: nan is not allowed (0.05 to 1)"),
        ({"consent": "half"}, (), 'evaluate.consent: "half" is not a number'),
        ({"rows": "100.5"}, (), "evaluate.rows: 100.5 is not a whole number"),
        ({"reached_left": "-1"}, (), "evaluate.reached_left: -1 is not allowed (0 to 1)"),
        ({"post_week": "90"}, (), "evaluate.post_week: 90 needs 99 weeks and the run has 70; set cohort.follow_up_weeks=99 or more"),  # noqa: E501
        ({}, ("scenario=no_program",), "evaluate: this scenario has no program (program.offered: 0), so there is nothing to evaluate"),  # noqa: E501
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_in_one_line(here, own, words, said):
    with pytest.raises(Refused) as refused:
        evaluate_main(sim.load_study(*SMALL, *words), own, "pathways evaluate")
    assert refused.value.problems == (said,)
    assert not [*here.iterdir()]


def test_when_nobody_is_reached_that_is_said(here):
    own = {"reached_engaged": "0", "reached_left": "0", "rows": "20", "pooled": "1"}
    with pytest.raises(Refused, match="nobody filled in both questionnaires"):
        evaluate_main(sim.load_study(*SMALL, "replications=2"), own, "pathways evaluate")


def test_a_larger_study_takes_the_smaller_ones_blocks_only_where_they_are_the_same(tmp_path):
    store = Store(tmp_path)
    asked_in(4, store=store)
    women, _ = asked_in(6, store=store)
    assert women["replication"].nunique() == 6
    assert asked_in(6)[0].equals(women)


def test_the_same_command_gives_the_same_bytes_and_lives_nothing_twice(tmp_path, monkeypatch, capsys):
    """Tables, figures and summary; stopped or not, from the store or lived again."""
    own = {"rows": "20", "pooled": "2"}

    def made(name, store):
        study = sim.load_study(*SMALL, "replications=8", f"out={tmp_path / name}", f"store={tmp_path / store}")
        assert evaluate_main(study, own, "pathways evaluate evaluate.rows=20") == 0
        return sealed(tmp_path / name)

    first = made("first", "one")
    again = made("again", "two")
    monkeypatch.setattr(sim.study.design, "run_ensemble", None)
    kept = made("kept", "one")
    assert first["files"] == again["files"] == kept["files"]
    assert first["evaluation"]["rows"] == 20
    assert {"tables/width.csv", "tables/contraction.csv", "figures/change_and_effect.png"} <= first["files"].keys()
    summary = (tmp_path / "first" / "summary.txt").read_text(encoding="utf-8")
    assert capsys.readouterr().out.startswith(summary)
    lines = [*summary.splitlines(), "Folder"]
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 100
    digest = hashlib.sha256((tmp_path / "first" / "summary.txt").read_bytes()).hexdigest()
    assert first["files"]["summary.txt"] == digest
