"""One woman's life under two scenarios, and beside another woman's: where they part, and where they cannot."""

import re

import numpy as np
import pandas as pd
import pytest
from test_twins import CHEAP, PLENTY
from worlds_for_tests import EDGES, drawn_rows

import sim
from sim.agents import Program
from sim.program import telling
from sim.program import words as w
from sim.program.chance import address, philox_of_whole_numbers
from sim.study.door import main
from sim.study.files import complete, sealed
from sim.study.two_timelines import events_of_both, parting, weeks_of
from sim.study.worlds import worlds_of

SMALL = ("cohort.weeks=30", "cohort.referred=12", "cohort.follow_up_weeks=60", "parameters_from=ranges")


def test_another_womans_luck_touches_nobody_else_where_nothing_is_short(monkeypatch):
    """One woman given another run's luck lives another life; with hours, places, seats and openings in plenty, and no
    ties, all others live the same."""
    rows = drawn_rows(np.random.default_rng(3), 1)
    for field, cost in (CHEAP | {"tie_forms": 0.0}).items():
        rows[field] = cost
    plan, stranger = PLENTY | {"cohort_weeks": 4.0, "cohort_referred": 6.0}, 2

    def block(seed, replication, kind, number, week, decision, other):
        elsewhere = 99 if kind == w.WOMAN and number == stranger else replication
        return philox_of_whole_numbers(*address(kind, number, week, decision, other), seed, elsewhere)

    def lived():
        program = Program(plan, rows[0], 1, 1, EDGES)
        program.run_model()
        return program.results()

    usual = lived()
    monkeypatch.setattr(telling, "block", block)
    other = lived()
    others = np.arange(usual.referred[0]) != stranger
    assert usual.timeline[0, stranger].tobytes() != other.timeline[0, stranger].tobytes()
    assert usual.timeline[0, : len(others)][others].tobytes() == other.timeline[0, : len(others)][others].tobytes()


@pytest.fixture(scope="module")
def two_lives():
    worlds = worlds_of([sim.load_study(*SMALL), sim.load_study(*SMALL, "staffing.hours_per_week=4")])
    return {name: tuple(weeks_of(world, name, 1) for world in worlds) for name in ("P006", "P009")}


def test_two_lives_are_the_same_until_the_week_in_which_they_part(two_lives):
    """Every line of both timelines and every event before that week is the same; in it something is not."""
    for a, b in two_lives.values():
        events = events_of_both(a, b)
        found = parting(a, b, events)
        assert a.line[: found.week].tobytes() == b.line[: found.week].tobytes()
        assert (events.loc[events["own_week"] < found.week, "side"] == "AB").all()
        now = events.loc[events["own_week"] == found.week, "side"]
        assert (now != "AB").any() or a.line[found.week] != b.line[found.week]
        assert len(events[events["side"] != "B"]) == len(a.events)
        assert len(events[events["side"] != "A"]) == len(b.events)


def test_the_parting_is_named_with_its_reason(two_lives):
    """Fewer hours part two lives where a contact that was due is not offered."""
    stories = [parting(a, b, events_of_both(a, b)).how for a, b in two_lives.values()]
    assert any("under B only: contact was due, and the team's hours did not reach her" in story for story in stories)


def test_a_life_never_parts_from_itself():
    world = worlds_of([sim.load_study(*SMALL)])[1]
    hers = weeks_of(world, "P003", 2)
    assert parting(hers, hers, events_of_both(hers, hers)) is None


def test_both_timelines_are_printed_and_drawn(here, capsys):
    """Side by side on one axis, for a simulated participant, the service's side named first where she leaves."""
    words = ["compare.participant=P006", "compare.b=staffing.hours_per_week=4", "out=one", *SMALL]
    assert main(["compare", *words]) == 0
    printed = capsys.readouterr().out
    assert max(map(len, printed.splitlines())) <= 100
    assert "not a real person" in " ".join(printed.split())
    assert re.search(r"They part in week \d+ since her referral", printed)
    record = sealed(here / "one")
    complete(here / "one", record)
    assert "two_timelines.png" in record["files"]
    drawn = pd.read_csv(here / "one" / "two_timelines.csv")
    assert drawn.groupby("side")["week"].count().nunique() == 1
    for line in re.findall(r"[Ll]eft the program|[Ll]eft the waiting list", printed):
        assert printed.index("The service's side") < printed.index(line)
