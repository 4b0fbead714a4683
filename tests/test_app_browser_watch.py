"""A program watched in a real browser: what is drawn in a week is what Mesa's agents are in it, and why."""

import numpy as np
import pytest
from browser_for_tests import BASE, FEW, OUTSIDE, at
from playwright.sync_api import expect

from sim.app.watch import first_apart, unfolded
from sim.program import words as w
from sim.study.explain import about, because, program_of
from sim.study.sentences import say

RUN = 1
DRAWN = """() => {
  const names = (side, dots) => [...side.querySelectorAll(dots)].map((dot) => dot.querySelector("title").textContent);
  const slider = document.querySelector(".watch-time input[type=range]"), seen = [];
  for (let week = 0; week <= Number(slider.max); week += 1) {
    slider.value = week;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    const side = document.querySelector(".side-a");
    seen.push({
      counts: [...side.querySelectorAll(".pathway .count")].map((node) => Number(node.textContent)),
      dots: names(side, ".pathway .woman:not(.absent)"),
      seated: names(side, ".pathway .woman.seated:not(.absent)"),
      room: side.querySelectorAll(".drop-in .woman").length,
      caseloads: [...side.querySelectorAll(".team .post")].map((node) => node.querySelectorAll(".woman").length),
      vacant: [...side.querySelectorAll(".team .post")].map((node) => node.classList.contains("vacant")),
      links: side.querySelectorAll(".community line.link").length,
      ties: side.querySelectorAll(".community line.tie").length,
    });
  }
  return seen;
}"""


@pytest.fixture(scope="module")
def lived():
    """Every week of the program that is watched, by stepping Mesa itself."""
    program, weeks = program_of(BASE.study, RUN), []
    while not program.is_finished:
        program.step()
        women = [person for person in program.women if w.PRE_CTI <= person.phase <= w.TRANSFER]
        inside = {person.number for person in women}
        tied = np.argwhere(np.triu(program.ties > program.week - 1)).tolist()
        weeks.append(
            {
                "counts": [sum(person.phase == phase for person in program.women) for phase in range(w.USUAL_SERVICES)],
                "dots": [person.name for person in program.women],
                "seated": [person.name for person in program.women if person.attended],
                "room": sum(person.attended > 0 for person in program.women),
                "caseloads": [sum(p.manager == post.number for p in program.women) for post in program.team],
                "vacant": [not post.in_post for post in program.team],
                "links": sum(int(person.linked).bit_count() for person in women),
                "ties": sum(a in inside and b in inside for a, b in tied),
            }
        )
    return program, weeks


def test_what_is_drawn_in_week_n_is_mesas_state_in_week_n(window, stick, lived):
    """Every week: women by phase, who sat in the drop-in, every caseload, every vacant post, links and ties."""
    page = window.open(at(stick, "watch"))
    page.locator(".side-b").wait_for()
    drawn = page.evaluate(DRAWN)
    assert len(drawn) >= len(lived[1])
    for week, (seen, true) in enumerate(zip(drawn, lived[1], strict=False)):
        assert seen == true, week


def test_the_page_unfolds_every_state_as_python_does(window, stick):
    page = window.open(at(stick, "watch"))
    page.locator(".side-b").wait_for()
    states = page.evaluate(
        "Pathways.watch.here.views.map((view) => Object.fromEntries(Object.entries(view.state)"
        ".map(([name, rows]) => [name, rows.map((row) => Array.from(row))])))"
    )
    watches = page.evaluate("Pathways.data.watch")
    for watch, state in zip(watches, states, strict=True):
        assert {name: unfolded(rows, watch["weeks"]).tolist() for name, rows in watch["state"].items()} == state


def test_the_first_week_in_which_two_plans_part_is_named_and_gone_to(window, stick):
    page = window.open(at(stick, "watch"))
    found = first_apart(*page.evaluate("Pathways.data.watch"))
    said = page.locator(".parting").inner_text()
    assert f"first part in week {found['week']} " in said
    assert all(f"{name}:" in said for name in [*found["women"]][:4])
    assert page.evaluate("Pathways.weeks.apart(...Pathways.watch.here.views)") == found
    page.locator(".to-parting").click()
    assert f"Week {found['week']} of" in page.locator(".watch-now").inner_text()
    assert next(iter(found["women"])) in page.locator(".participant h2").inner_text()


def test_every_event_of_every_participant_is_told_with_its_reasons(window, stick, lived):
    """As `explain` words them; where she leaves, the service's side stands before what happened."""
    page = window.open(at(stick, "watch", FEW, FEW))
    page.locator(".who").wait_for()
    program, left = lived[0], 0
    for number, person in enumerate(program.women):
        page.locator(".who").select_option(str(number))
        shown = [" ".join(text.split()) for text in page.locator(".story li").all_inner_texts()]
        events = [event for event in program.events if event.who == person.name]
        assert len(shown) == len(events)
        for text, event in zip(shown, events, strict=True):
            sentence = say(f"timeline.events.{w.EVENTS[event.what]}", about=about(event))
            assert sentence[1:] in text
            assert text.endswith(because(event.reasons, event.what != w.NOT_TAKEN_UP) or f"{sentence[1:]}.")
            if event.what == w.LEFT_EARLY:
                assert text.index("The service's side") < text.index("eft the program")
                left += 1
    assert left


def test_time_can_be_played_paused_stepped_and_jumped_with_the_keyboard_alone(window, stick):
    page = window.open(at(stick, "watch"))
    page.get_by_role("button", name=say("watch.play")).focus()
    page.keyboard.press("Enter")
    expect(page.locator(".watch-now")).to_contain_text("Week 2 of")
    page.keyboard.press("Enter")
    week = page.evaluate("Pathways.watch.here.week")
    assert page.evaluate("Pathways.watch.here.timer") is None
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert page.evaluate("Pathways.watch.here.week") == week + 1
    jump = page.get_by_label(say("watch.jump"))
    for typed, shown in (("33", 33), ("99999", page.evaluate("Pathways.watch.here.views[0].weeks") - 1), ("-4", 0)):
        jump.focus()
        page.keyboard.press("Control+a")
        page.keyboard.type(typed)
        page.keyboard.press("Enter")
        assert page.evaluate("Pathways.watch.here.week") == pytest.approx(shown, abs=20 if shown > 100 else 0)
    page.get_by_label(say("watch.week"), exact=True).focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("Pathways.watch.here.week") == 1
    page.wait_for_url("**week=1&**")
    page.goto(f"{page.url.split('#')[0]}#{page.url.split('#')[1].replace('week=1', 'week=9')}")
    expect(page.locator(".watch-now")).to_contain_text("Week 9 of")
    page.get_by_label(say("watch.choose")).focus()
    page.keyboard.type("P004")
    assert "P004" in page.locator(".participant h2").inner_text()


def test_a_program_that_is_not_in_the_file_is_said_not_to_be(window, stick):
    page = window.open(at(stick, "watch", OUTSIDE, OUTSIDE))
    assert "does not hold its weeks" in page.locator("#watch").inner_text()
    page.get_by_role("button", name="No drop-in").click()
    page.locator(".side-a").wait_for()
    assert "No session this week." in page.locator(".side-a").inner_text()


def test_who_asked_for_less_motion_sees_no_dot_move(window, stick):
    page = window.open(at(stick, "watch"), reduced_motion="reduce")
    page.locator(".pathway .woman").first.wait_for(state="attached")
    seconds = "getComputedStyle(document.querySelector('.pathway .woman')).transitionDuration"
    assert page.evaluate(seconds) == "0s"
    assert window.open(at(stick, "watch")).evaluate(seconds) != "0s"
