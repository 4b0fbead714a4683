"""What the long checks found is committed with its record, under today's model."""

import json

import pytest
from trust.check import NAMES, RESULTS, named

import sim.program


@pytest.mark.parametrize("name", NAMES)
def test_a_long_check_holds_under_todays_model(name: str) -> None:
    """Each check has a committed result of all its parts that holds, made by the model of today's baseline."""
    record = json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))
    assert record["found"]["holds"] is True
    assert record["model"] == sim.program.digest(), f"do it again: python3 do.py trust {name}"
    assert (record["fact"], record["parts"]) == (named(name).fact, named(name).parts)


def test_every_result_belongs_to_a_check() -> None:
    """No result is left behind by a check that is gone."""
    assert sorted(file.stem for file in RESULTS.glob("*.json")) == sorted(NAMES)
