"""What the page draws of a week is what Mesa's agents are in that week; its words are those of a woman's timeline."""

import ast
import json
import re
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.app.watch import GROUPS, NAMES, NOT_YET, changes, drawn, first_apart, unfolded, watched_program
from sim.program import words as w
from sim.study.explain import because, program_of, replay_run, told
from sim.study.refusals import Refused
from sim.study.sentences import say

SMALL = ("cohort.weeks=30", "cohort.referred=12", "cohort.follow_up_weeks=60", "parameters_from=ranges")
MOST_BYTES = 600_000
ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def study():
    return sim.load_study(*SMALL, "staffing.turnover=4", "staffing.case_managers=2")


@pytest.fixture(scope="module")
def watch(study):
    return json.loads(json.dumps(watched_program(study, 2)))


def test_what_is_drawn_in_week_n_is_what_mesas_agents_are_in_week_n(study, watch):
    """P001 to the last woman, every post and the drop-in, every week, every field."""
    states = {field: unfolded(watch["state"][field], watch["weeks"]) for field in NAMES}
    others = {
        (group, field): unfolded(watch[group][field], watch["weeks"]) for group in GROUPS for field in GROUPS[group]
    }
    program = program_of(study, 2)
    for week in range(watch["weeks"]):
        program.step()
        for field in NAMES:
            lived = [drawn(field, getattr(person, field)) for person in program.women]
            assert states[field][: len(lived), week].tolist() == lived, (week, field)
            assert (states[field][len(lived) :, week] == NOT_YET).all()
        for (group, field), rows in others.items():
            assert rows[:, week].tolist() == [drawn(field, getattr(one, field)) for one in getattr(program, group)]
        tied = {(a, b) for a, b, first, last in watch["ties"] if first <= week <= last}
        assert tied == {(a, b) for a, b in np.argwhere(np.triu(program.ties > week)).tolist()}
    assert program.is_finished
    assert [one["name"] for one in watch["women"]] == [person.name for person in program.women]
    assert len(watch["women"]) == 12
    assert watch["ties"]


def test_the_log_of_the_page_counts_the_women_that_it_draws(watch):
    """Women waiting, and women who sat at the drop-in."""
    phase, attended = (unfolded(watch["state"][name], watch["weeks"]) for name in ("phase", "attended"))
    log = {name: unfolded([line], watch["weeks"])[0] for name, line in watch["log"].items()}
    assert ((phase == w.WAITING).sum(axis=0) == log["waiting"]).all()
    seats = sum((np.maximum(attended, 0) >> bit & 1).sum(axis=0) for bit in range(8))
    assert (seats == log["attending"]).all()


def test_every_event_of_every_woman_is_told_as_her_timeline_tells_it(study, watch):
    """The same sentences, chances and reasons; before her leaving, and her return, the service's side."""
    program = replay_run(study, 2)
    for person in program.women:
        lines = " ".join(" ".join(told(program, person, study.cohort.start)).split())
        for event in watch["events"][person.name]:
            assert watch["texts"][event[2]] in lines
            assert reasons(watch, event) in lines
    events = [event for event in program.events if event.who in watch["events"]]
    assert len(events) == sum(map(len, watch["events"].values()))


def reasons(watch, event):
    """An event's chance and reasons, put together as the page does it."""
    _, what, _, _, chance, *pairs = event
    if chance < 0:
        return ""
    names = [watch["reasons"][number] for number in pairs[::2]]
    sizes = ", ".join(f"{name} {size / 10:+.1f}" for name, size in zip(names, pairs[1::2], strict=True))
    sentence = "because_not" if what == w.NOT_TAKEN_UP else "because"
    return say(f"timeline.{sentence}", chance=f"{chance / 10:.1f}", sizes=sizes.replace("-", "−"))


def test_where_she_leaves_the_service_side_is_there_and_speaks_of_the_past_only(watch):
    seen = 0
    for name, events in watch["events"].items():
        referred = next(one["referred"] for one in watch["women"] if one["name"] == name)
        for week, what, _, side, *_ in events:
            if what in (w.LEFT_EARLY, w.LEFT_THE_LIST):
                assert "The service's side" in watch["texts"][side]
                seen += 1
            if side >= 0:
                assert int(watch["texts"][side].split()[3]) <= week - referred + 1
    assert seen


def test_the_reasons_that_are_shown_are_those_that_explain_shows():
    assert (
        because([("an_ordinary_week", -2.0), ("trust", 0.34)])
        == "Chance that week 16.0 %: an ordinary week −2.0, trust +0.3."
    )


@pytest.mark.parametrize("line", [[], [3], [0, 0, 0], [1, 2, 2, -1, -1, 5]])
def test_what_is_folded_unfolds(line):
    first = 4
    lines = unfolded([changes(line, first)], first + len(line))
    assert lines[0].tolist() == [NOT_YET] * first + line


def test_two_programs_part_where_the_first_woman_is_not_as_she_was(watch, study):
    """Fewer hours: before that week all is the same; in it every woman named differs, and nobody else."""
    other = watched_program(sim.load_study(*SMALL, "staffing.turnover=4", "staffing.hours_per_week=4"), 2)
    found = first_apart(watch, other)
    assert found is not None
    week, weeks = found["week"], min(watch["weeks"], other["weeks"])
    lines = {field: [unfolded(one["state"][field], weeks) for one in (watch, other)] for field in NAMES}
    assert all((a[:, :week] == b[:, :week]).all() for a, b in lines.values())
    drawn_apart = {
        f"P{number + 1:03d}" for a, b in lines.values() for number in np.flatnonzero(a[:, week] != b[:, week])
    }
    assert drawn_apart <= set(found["women"])
    for name, fields in found["women"].items():
        for field, (a, b) in fields.items():
            assert a != b
            if field in NAMES:
                assert [one[int(name[1:]) - 1, week] for one in lines[field]] == [a, b]
    assert first_apart(watch, watch) is None


def test_women_who_are_referred_in_other_weeks_part_in_the_first_of_them(watch):
    later = {
        **watch,
        "women": [{**one, "referred": one["referred"] + (one["name"] == "P003")} for one in watch["women"]],
    }
    first = watch["women"][2]["referred"]
    assert first_apart(watch, later) == {"week": first, "women": {"P003": {"referred": [first, first + 1]}}}


def test_a_watched_program_is_small_enough_to_travel():
    """As delivered, all six years of it."""
    text = json.dumps(watched_program(sim.load_study(), 1), separators=(",", ":"))
    assert len(text) < MOST_BYTES / 2


@pytest.mark.parametrize("path", sorted((ROOT / "sim" / "app" / "page").iterdir()), ids=lambda path: path.name)
def test_each_part_of_the_page_is_short_stands_alone_and_takes_no_text_for_code(path):
    """No framework, no import, nothing from elsewhere, nothing kept in the browser."""
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) < 300
    sinks = (
        r"innerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|\bimport\b|(local|session)Storage|\.cookie"
    )
    assert not re.findall(sinks, text)
    assert set(re.findall(r"https?://[^\s\"'%]+", text)) <= {"http://www.w3.org/2000/svg"}


def test_mesas_own_view_can_be_read_and_pins_what_it_needs():
    """It is not installed by default, so it is only compiled."""
    text = (ROOT / "experiments" / "solara_view.py").read_text(encoding="utf-8")
    compile(text, "solara_view.py", "exec")
    pinned = set(re.findall(r'"([a-z]+)==[0-9.]+"', ast.get_docstring(ast.parse(text))))
    assert {"solara", "mesa", "altair"} <= pinned


def test_without_a_program_nobody_has_a_place_and_nobody_holds_a_post():
    watch = watched_program(sim.load_study(*SMALL), 1, "no_program")
    phase = unfolded(watch["state"]["phase"], watch["weeks"])
    assert set(np.unique(phase)) == {NOT_YET, w.USUAL_SERVICES}
    assert watch["team"]["in_post"] == []
    with pytest.raises(Refused, match="program, no_program"):
        watched_program(sim.load_study(*SMALL), 1, "elsewhere")
