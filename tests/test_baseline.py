"""Published numbers move only on purpose."""

import json

import baseline

import sim.program


def test_thirty_configurations_give_the_published_numbers():
    """Every bit of thirty configurations is as published; `python tests/baseline.py` says which are not."""
    assert len(list(baseline.configurations())) == 30
    assert baseline.compared() == f"same numbers as published: {sim.program.digest()}"


def test_configurations_that_differ_give_different_numbers():
    """No two of the thirty are the same, so that each can tell a change that the others miss."""
    kept = json.loads(baseline.KEPT.read_text(encoding="utf-8"))["configurations"]
    assert len(set(kept.values())) == len(kept)


def test_a_moved_number_is_named(monkeypatch):
    """When a configuration gives other numbers, the line names it."""
    kept = json.loads(baseline.KEPT.read_text(encoding="utf-8"))["configurations"]
    moved = next(iter(kept))
    today = kept | {moved: "other"}
    monkeypatch.setattr(baseline, "numbers", lambda words: today[" ".join(words)])
    assert baseline.compared() == f"1 of 30 configurations give other numbers than published: {moved}"
