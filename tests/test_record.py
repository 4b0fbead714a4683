"""A record repeats its run, or says in one line why it cannot."""

import json

import pytest

import sim
import sim.study.figures
from sim.study.record import read_record, replay
from sim.study.refusals import Refused
from sim.study.run import make

SMALL = ("replications=12", "cohort.weeks=40", "cohort.follow_up_weeks=60")


def test_a_record_repeats_its_run_to_the_last_byte(here, capsys, monkeypatch):
    monkeypatch.setattr(sim.study.figures, "draw_all", lambda *about, **more: [])
    folder, _ = make([sim.load_study(*SMALL, "out=kept")], "pathways out=kept")
    record = read_record(folder)
    assert record["format"] == 1
    assert record["studies"][0]["cohort"]["weeks"] == 40
    assert record["tables"].keys() >= {"outcomes.parquet", "summary.csv"}
    assert replay(folder / "record.json") == 0
    assert "same to the last byte" in capsys.readouterr().out
    record["tables"]["outcomes.parquet"] = "0" * 64
    (folder / "record.json").write_text(json.dumps(record), encoding="utf-8")
    assert replay(folder) == 1
    assert "outcomes.parquet" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {"model": "0123"},
            "made by model 0123, and this is {ours}; to run its settings with this model: pathways seed=3",
        ),
        ({"format": 2}, "format 2 cannot be read; this version reads format 1"),
        ({"studies": 3}, "not a record; give the path of a record.json"),
    ],
)
def test_a_record_that_cannot_be_repeated_is_refused_in_one_line(tmp_path, change, said):
    record = {"format": 1, "model": sim.program.digest(), "command": "pathways seed=3", "studies": [], "tables": {}}
    file = tmp_path / "record.json"
    file.write_text(json.dumps(record | change), encoding="utf-8")
    with pytest.raises(Refused) as refused:
        replay(file)
    assert refused.value.problems == (f"{file}: {said.format(ours=sim.program.digest())}",)
    with pytest.raises(Refused, match="not a record"):
        replay(tmp_path / "nothing")
