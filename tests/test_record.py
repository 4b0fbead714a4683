"""A record repeats its run, or says in one line why it cannot."""

import json

import pytest
from PIL import Image

import sim
from sim.study.files import seal, sealed
from sim.study.record import read_record, replay
from sim.study.refusals import Refused
from sim.study.run import make

SMALL = ("replications=3", "cohort.weeks=20", "cohort.follow_up_weeks=30")


@pytest.fixture
def kept(here):
    """A small results folder."""
    return make([sim.load_study(*SMALL, "out=kept")], "pathways out=kept")[0]


def test_a_record_repeats_its_run_to_the_last_byte(kept, capsys):
    """Tables and figures of a replay are those of the record, and one that is not is named."""
    record = read_record(kept)
    assert record["format"] == 1
    assert record["studies"][0]["cohort"]["weeks"] == 20
    assert record["files"].keys() >= {"tables/outcomes.parquet", "tables/summary.csv", "figures/occupancy.svg"}
    assert replay(kept / "record.json") == 0
    said = capsys.readouterr().out
    assert f"{sum('/' in name for name in record['files'])} tables and figures" in said
    (kept / "tables" / "outcomes.parquet").write_bytes(b"other")
    seal(kept, {key: part for key, part in record.items() if key not in ("files", "seal")})
    assert replay(kept) == 1
    assert "record: tables/outcomes.parquet; " in capsys.readouterr().out


def test_a_replay_lives_everything_again(kept, monkeypatch):
    """No kept block answers a replay: it would be compared with itself."""
    lived = []
    real = sim.ensemble.run_ensemble
    monkeypatch.setattr(sim.ensemble, "run_ensemble", lambda *about, **how: lived.append(about) or real(*about, **how))
    assert replay(kept) == 0
    assert len(lived) == 2, "the program and its twin"


def test_a_picture_carries_its_record(kept):
    """PNG and SVG hold the settings, seed, versions, digest and command of the run that they show."""
    record = {key: part for key, part in sealed(kept).items() if key not in ("made", "files", "seal")}
    with Image.open(kept / "figures" / "occupancy.png") as picture:
        assert json.loads(picture.text["Source"]) == record
    assert sim.program.digest() in (kept / "figures" / "occupancy.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {"model": "0123"},
            "made by model 0123, and this is {ours}; to run its settings with this model: pathways seed=3",
        ),
        ({"format": 2}, "format 2 cannot be read; this version reads format 1"),
        ({"engine": "Mine 77"}, "lived by Mine 77, which is not part of Pathways; run it where that model is"),
    ],
)
def test_a_record_that_cannot_be_repeated_is_refused_in_one_line(tmp_path, change, said):
    record = {"format": 1, "model": sim.program.digest(), "command": "pathways seed=3", "studies": [], "engine": "mesa"}
    seal(tmp_path, record | change)
    file = tmp_path / "record.json"
    with pytest.raises(Refused) as refused:
        replay(file)
    assert refused.value.problems == (f"{file}: {said.format(ours=sim.program.digest())}",)
    with pytest.raises(Refused, match="not a record"):
        replay(tmp_path / "nothing" / "at all")


@pytest.mark.parametrize("text", ["", "{}", "[1]", "null", "[" * 100_000, '{"format": 1, "seal": 3}', "\udcff"])
def test_a_record_that_was_edited_is_refused_in_one_line(tmp_path, text):
    file = tmp_path / "record.json"
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(Refused) as refused:
        replay(file)
    said = "not as it was written (damaged, or edited by hand), so it cannot be repeated"
    assert refused.value.problems == (f"{file}: {said}",)
