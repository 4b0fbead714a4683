"""Published numbers move only on purpose."""

import json

import baseline
import pytest
from trust import places

import sim.program
from sim.agents import run_replications

KEPT = json.loads(baseline.KEPT.read_text(encoding="utf-8"))["configurations"]
MOVED = next(iter(KEPT))


def test_thirty_configurations_give_the_published_numbers():
    """Every bit of thirty configurations is as published; `python tests/baseline.py` says which are not."""
    assert len(list(baseline.configurations())) == 30
    assert baseline.compared() == f"same numbers as published: {sim.program.digest()}"


def test_configurations_that_differ_give_different_numbers():
    """No two of the thirty are the same, so that each can tell a change that the others miss."""
    assert len(set(KEPT.values())) == len(KEPT)


@pytest.mark.parametrize(
    ("agents", "said"),
    [
        ("other", "moved as well: what changed is a rule"),
        (KEPT[MOVED], "is as published: what changed is compiled code"),
    ],
    ids=["in the telling", "in compiled code"],
)
def test_a_moved_number_is_named(agents, said, monkeypatch):
    """When configurations give other numbers, it is said which, and whether agents' numbers moved as well."""
    names = [" ".join(words) for words in baseline.configurations()]
    today = KEPT | {MOVED: "other"}
    monkeypatch.setattr(baseline, "configurations", lambda: [tuple(name.split()) for name in names[:-1]])
    monkeypatch.setattr(
        baseline, "numbers", lambda words, live: agents if live is run_replications else today[" ".join(words)]
    )
    first, moved, gone, by_agents, advice = baseline.compared().split("\n  ")
    assert first.startswith("other numbers than published: ")
    assert first.endswith(sim.program.digest())
    assert moved == f"1 of 29 configurations moved: {MOVED}"
    assert gone == f"published and gone: {names[-1]}"
    assert said in by_agents
    assert "baseline.py write" in advice


def test_threads_and_agents_give_the_published_numbers():
    """A published configuration gives its numbers on two threads, and lived by agents."""
    words = (places.AGENTS[0], *baseline.SMALL)
    for live in (places.on_threads, run_replications):
        assert baseline.numbers(words, live) == KEPT[" ".join(words)]


def place(name, **more):
    """What a place that gives the published numbers tells, and what else it is made to tell."""
    digest = sim.program.digest()
    return {"place": name, "digest": digest, "on_two_threads": digest, "agents_differ": [], "extras": []} | more


NEEDED, NEWER = [place(each.name) for each in places.NEEDED], [{"place": each.name} for each in places.NEWER]


@pytest.mark.parametrize(
    "wrong",
    [
        {"digest": "0"},
        {"on_two_threads": "0"},
        {"agents_differ": [MOVED]},
        {"extras": ["AVX2"]},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_place_with_other_numbers_would_be_seen(wrong):
    """The published numbers hold everywhere only if every place gives them, and a newer Python was among them."""
    newer = place(places.NEWER[0].name)
    assert places.together([*NEEDED, newer, *NEWER[1:]])["holds"]
    assert not places.together([*NEEDED, *NEWER])["holds"]
    assert not places.together([*NEEDED[1:], newer])["holds"]
    assert not places.together([NEEDED[0], NEEDED[1] | wrong, NEEDED[2], newer])["holds"]
    assert not places.together([*NEEDED, {"place": newer["place"], "failed": "no such package"}])["holds"]
