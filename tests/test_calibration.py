"""Calibration keeps what the evidence allows, drops little that it allows, relaxes nothing, and can be believed."""

import dataclasses
import json
import shutil

import numpy as np
import pandas as pd
import pytest
import yaml
from trust.calibrated import PARTS_OF_IT, places, planted, together

import sim
import sim.program
import sim.study.design
from sim.study.accepted import Part, box_of, inside, search_for
from sim.study.calibrate import calibrate_main
from sim.study.calibration import Asked, retest
from sim.study.places import configs
from sim.study.prior_posterior import prior_posterior
from sim.study.refusals import Refused
from sim.study.sets import read_ensemble
from sim.study.targets import evidence, fitted, read_targets
from sim.study.targets_met import pairs_table

OURS = configs() / "targets" / "exit_doors_here.yaml"
T04 = {"use": "fitted", "outcomes": ["t04_engaged"], "band": [0.05, 0.95], "source": "assumed"}
T04 |= {"definition": "still engaged", "population": "women who entered", "basis": "assumption"}
VISITS = {**T04, "outcomes": ["visits_kept"], "band": [1, 60], "levers": {"contact.make_up": 0}}
STAY = {**T04, "use": "check", "outcomes": ["t04_engaged", "entered"], "share_of_sets": 0.9}
STAY.pop("band")
SMALL = ("cohort.weeks=30", "cohort.referred=12", "cohort.follow_up_weeks=60", "threads=1")
FEW = {"draws": "256", "sets": "20", "women": "30"}


# ---- targets are data


def test_every_target_cites_evidence_that_was_seen_or_is_called_an_assumption():
    seen = pd.read_csv(configs() / "evidence.csv", index_col="id")["seen"]
    for name, target in read_targets().items():
        rows = target.source if isinstance(target.source, list) else []
        assert all(seen[row] != "no" for row in rows), name
        assert ("assumption" in target.basis or target.use == "reported") or rows, name


def test_what_decides_is_apart_from_what_is_only_looked_at():
    """Eleven bands are fitted; the check of direction, the inputs and the delivery measures are not, and no pattern
    that is held out is a target at all."""
    targets = read_targets()
    assert list(fitted(targets)) == "T02 T03 T04 T05 T06 T07 T08 T09 T10_no_program T10_program T13".split()
    assert {name for name, target in targets.items() if target.use == "input"} == {
        "T01_as_delivered",
        "T01_planned_intake",
    }
    assert not [o for target in targets.values() for o in target.outcomes if o.startswith("h")]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"source": None}, "T04.source: is needed"),
        ({"source": []}, "T04.source: [] is not a row of configs/evidence.csv; cite one that is, or write assumed"),
        ({"source": ["Z9"]}, 'T04.source: "Z9" is not a row of configs/evidence.csv; cite one that is, or write assumed'),  # noqa: E501
        ({"band": [0.8, 0.5]}, "T04.band: 0.8 to 0.5 is not allowed (the lower end comes first)"),
        ({"band": None}, "T04: a target that is fitted needs one outcome and a band"),
        ({"n": 9}, "T04.n: 9 is too few to be held against (at least 10)"),
        ({"outcomes": ["t04_engage"]}, "T04.outcomes: t04_engage is not an outcome; did you mean t04_engaged?"),
        ({"outcomes": ["luck"]}, "T04.outcomes: luck is not an outcome; sim.outcomes() lists them"),
        ({"levers": {"staffing.cats": 1}}, "T04.levers: staffing.cats is not a lever; `pathways template` lists them"),
        ({"levers": {"staffing.case_managers": -3}}, "T04.levers.staffing.case_managers: -3 is not allowed (0 to 20)"),
        ({"centre": 2.0}, "T04.centre: 2 is not allowed (0.05 to 0.95)"),
        ({"bnad": [0, 1]}, "T04.bnad: unknown; did you mean T04.band?"),
    ],
)  # fmt: skip
def test_a_target_that_cannot_be_used_is_refused_in_one_line(tmp_path, change, said):
    target = {key: value for key, value in {**T04, **change}.items() if value is not None}
    file = tmp_path / "mine.yaml"
    file.write_text(yaml.safe_dump({"T04": target}), encoding="utf-8")
    with pytest.raises(Refused) as refused:
        read_targets(file)
    assert refused.value.problems == (f"calibrate.targets mine.yaml: {said}",)


def test_a_file_of_targets_that_cannot_be_read_or_fits_nothing_is_refused(tmp_path):
    for text in ("", "a: [", "T04: {use: reported}"):
        file = tmp_path / "mine.yaml"
        file.write_text(text, encoding="utf-8")
        with pytest.raises(Refused):
            read_targets(file)
    assert evidence() > {"A01", "D51"}


# ---- history matching, on made-up programs


@pytest.fixture(scope="module")
def found():
    return planted(3)


def test_planted_truth_is_recovered(found):
    """The kept sets lie around the numbers that gave the targets, and closely where the outputs speak of them."""
    truth, matched, _ = found
    low, high = np.quantile(matched.points, [0.01, 0.99], axis=0)
    assert ((low < truth) & (truth < high)).all()
    assert (high - low)[0] < 0.6
    assert (high - low)[3] > 0.9


def test_what_is_kept_can_be_believed():
    """Over 100 made-up programs the truth's place among the kept sets is even enough; the large version is a long
    check."""
    covered = together([places(number) for number in range(2)])
    assert max(covered["away"].values()) < covered["band"]
    assert all(abs(share - 0.8) < 0.15 for share in covered["covered"]["80%"])


def test_what_is_kept_by_one_number_alone_is_not_believed(monkeypatch):
    """A search that shifts what it keeps is found out."""
    whole = [places(number) for number in range(2)]
    shifted = [{**part, "places": [[place**3 for place in row] for row in part["places"]]} for part in whole]
    assert not together(shifted)["holds"]


def test_every_set_kept_lies_inside_every_band_on_runs_that_did_not_choose_it(found):
    _, matched, search = found
    assert inside(matched.means, search.bands).all()
    assert len(matched.points) >= search.wanted
    for batch in matched.batches:
        assert (batch.fresh.counts[batch.kept] == 55 * search.runs).all()


def test_little_is_dropped_that_the_bands_allow(found):
    """Dropped sets that are judged after all lie outside."""
    _, matched, search = found
    everything = dataclasses.replace(search, again=10**6)
    assert search_for(everything).wrongly.mean() < 0.01
    assert len(matched.again.points) == search.again


def test_no_two_calls_share_their_luck():
    """Each stage, each judgement and each confirmation has a seed of its own."""
    seeds = []

    def heard(part):
        def simulate(points, runs, seed):
            seeds.append((seed, tuple(part.columns)))
            return part.simulate(points, runs, seed)

        return Part(part.columns, simulate)

    _, _, search = planted(1)
    search_for(dataclasses.replace(search, parts=[heard(part) for part in PARTS_OF_IT]))
    assert len(seeds) == len(set(seeds)) > 10


def test_the_second_wave_is_drawn_in_the_box_that_the_first_leaves(found):
    _, matched, search = found
    first, *others = matched.batches
    assert others
    low, high = box_of(first.fresh.points[first.accepted], search.low, search.high)
    assert all(((batch.tried.points >= low) & (batch.tried.points <= high)).all() for batch in others)
    assert (high - low)[0] < 0.8
    assert box_of(np.array([[0.5]]), np.zeros(1), np.ones(1)) == (0, 1)


def test_bands_that_cannot_be_met_together_are_named_and_not_relaxed(found):
    """Two outputs that rise with the same number, one asked to be high and one low: no set is kept, and the pair is the
    one that agrees least."""
    _, _, search = found
    bands = np.array([[0.70, 0.75], [0.0, 1.0], [0.0, 1.0]])
    both = Part([0, 1, 2], lambda points, runs, seed: _same_twice(points, runs, seed))
    bands[1] = [0.25, 0.30]
    small = dataclasses.replace(search, bands=bands, parts=[both], most=2048)
    matched = search_for(small)
    assert len(matched.points) == 0
    pairs = pairs_table(["a", "b", "c"], bands, matched.batches[0].tried.means)
    assert tuple(pairs.loc[0, ["one", "other"]]) == ("a", "b")
    assert pairs.loc[0, "inside_both"] == 0


def _same_twice(points, runs, seed):
    values = np.repeat(points[:, None, [0, 0, 1]], runs, axis=1)
    return values, np.full(values.shape, 55.0)


# ---- from prior to posterior


def test_contraction_is_told_from_chance():
    """Sets as spread as their range contract by nothing, give or take what the standard error says; sets in half of it
    by three quarters; and parameters that go together are named."""
    random = np.random.default_rng(1)
    even = random.random((400, 40))
    sets = pd.DataFrame(even, columns=[f"p{number}" for number in range(40)])
    sets["p1"] = 2 + sets["p1"] / 2
    sets["p3"] = 0.9 * sets["p2"] + 0.1 * sets["p3"]
    low, high = np.zeros(40), np.ones(40)
    low[1], high[1] = 2, 3
    table = prior_posterior(low, high, sets).set_index("parameter")
    assert table.index[0] == "p1"
    assert table.loc["p1", "contraction"] == pytest.approx(0.75, abs=0.04)
    assert table["badge"].eq("evidence").sum() == 1
    others = table.drop(index=["p1", "p3"])
    assert (others["contraction"] / others["contraction_error"]).std() == pytest.approx(1, abs=0.35)
    assert others["contraction_error"].mean() == pytest.approx(12 * np.sqrt((1 / 80 - 1 / 144) / 400), rel=0.05)
    assert table.loc["p2", "correlated_with"] == "p3"
    assert prior_posterior(low, high, sets[:3]).empty


# ---- the program itself


@pytest.fixture(scope="module")
def calibrated(tmp_path_factory):
    """A small calibration of the program: wide bands, few women; its folder, its study's words, and its targets."""
    place = tmp_path_factory.mktemp("calibrated")
    file = place / "mine.yaml"
    file.write_text(yaml.safe_dump({"T04": T04, "visits": VISITS, "stay": STAY}), encoding="utf-8")
    words = (*SMALL, f"store={place / 'blocks'}")
    study = sim.load_study(*words, f"out={place / 'first'}")
    assert calibrate_main(study, {"targets": str(file), **FEW}, "pathways calibrate") == 0
    return place, words, file


def test_a_calibration_is_a_sealed_folder_with_its_record(calibrated, capsys):
    place, _, _ = calibrated
    ensemble, record, _ = read_ensemble(place / "first")
    assert record["model"] == sim.program.digest()
    assert record["calibration"]["sets"] == len(ensemble) >= 20
    assert ensemble["T04"].between(0.05, 0.95).all()
    kept = {path.name for path in (place / "first").iterdir()}
    assert kept >= {"ensemble.parquet", "waves.parquet", "targets.csv", "pairs.csv", "prior_posterior.csv"}
    assert kept >= {"prior_posterior.png", "prior_posterior.svg", "prior_posterior.txt", "summary.txt", "record.json"}
    waves = pd.read_parquet(place / "first" / "waves.parquet")
    assert waves["kept"].sum() == len(ensemble)
    targets = pd.read_csv(place / "first" / "targets.csv")
    assert targets.loc[targets["use"] == "fitted", "inside"].eq(1).all()
    parameters = pd.read_csv(place / "first" / "prior_posterior.csv")
    assert len(parameters) == len(Asked(sim.load_study(), {}).ranges) > 150


def test_stopped_and_started_again_it_gives_the_same_bytes_and_lives_nothing_twice(calibrated, monkeypatch):
    place, words, file = calibrated
    monkeypatch.setattr(sim.study.design, "run_ensemble", None)
    study = sim.load_study(*words, f"out={place / 'second'}")
    assert calibrate_main(study, {"targets": str(file), **FEW}, "pathways calibrate") == 0
    first, second = ((place / name / "ensemble.parquet").read_bytes() for name in ("first", "second"))
    assert first == second


def test_under_the_same_model_every_set_gives_again_what_it_was_judged_by(calibrated):
    """Tested again, a set lives the very runs by which it was judged."""
    place, words, _ = calibrated
    ensemble, _, _ = read_ensemble(place / "first")
    again, _, _ = retest(place / "first", sim.load_study(*words))
    pd.testing.assert_frame_equal(ensemble, again, check_exact=True)


def test_under_another_model_an_ensemble_is_refused_until_it_is_tested_again(calibrated, monkeypatch):
    place, words, _ = calibrated
    monkeypatch.setattr(sim.program, "digest", lambda: "another")
    with pytest.raises(Refused, match=r"pathways calibrate calibrate\.retest="):
        read_ensemble(place / "first")
    study = sim.load_study(*words, "staffing.case_managers=2", f"out={place / 'tested'}")
    calibrate_main(study, {"retest": str(place / "first")}, "pathways calibrate")
    _, record, _ = read_ensemble(place / "tested")
    assert record["calibration"]["of_model"] != "another"
    assert record["calibration"]["sets"] <= record["calibration"]["sets_before"]


def test_an_ensemble_that_was_changed_or_drawn_from_other_ranges_is_refused(calibrated, tmp_path):
    place, words, _ = calibrated
    with pytest.raises(Refused, match="other ranges"):
        retest(place / "first", sim.load_study(*words, "parameters.trust.trust_gain=0.1"))
    with pytest.raises(Refused, match="holds no ensemble"):
        read_ensemble(tmp_path)
    changed = shutil.copytree(place / "first", tmp_path / "changed")
    record = json.loads((changed / "record.json").read_text(encoding="utf-8"))
    (changed / "record.json").write_text(json.dumps({**record, "model": "ours"}), encoding="utf-8")
    with pytest.raises(Refused, match="not as it was written"):
        read_ensemble(changed)
