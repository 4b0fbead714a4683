"""A class in a real browser: one file from a USB stick, a guess before what the runs showed, codes on one board."""

import numpy as np
from browser_for_tests import FEW, NO_DROP_IN, OUTSIDE, VIEWS, at, plan, serving, small_grid, violations
from playwright.sync_api import expect

from sim.app.codes import code_of
from sim.program import words as w
from sim.study.sentences import say


def test_the_file_opens_from_a_stick_and_asks_nothing_of_anybody(window, stick):
    page = window.open(stick)
    expect(page.locator("#answer")).to_contain_text("women")
    for view in VIEWS[1:]:
        page.get_by_role("link", name=say(f"page.view.{view}"), exact=True).click()
        page.locator(f"#view-{view}").wait_for()
    assert {url.split("#")[0] for url in window.asked} == {stick}


def test_a_plan_outside_the_grid_is_said_to_be_so(window, stick):
    """The nearest plan that was run stands in, and the page says in what it differs."""
    page = window.open(f"{stick}#a={OUTSIDE}&b={FEW}")
    said = page.locator("#notices").inner_text()
    assert "not among the plans that were run" in said
    assert "Peer mentors 2 in place of 9" in said


def test_levers_that_were_not_run_cannot_be_moved_in_a_file(window, stick):
    page = window.open(stick)
    assert page.locator("#a-staffing-peer_mentors").is_disabled()
    assert page.locator("#a-staffing-case_managers").is_enabled()
    assert page.locator("#a-staffing-case_managers").get_attribute("max") == "1"


# ---- lessons


def test_a_guess_comes_before_the_reveal_and_the_reveal_is_what_runs_showed(window, stick):
    """By keyboard: nothing is shown before every point has a guess that can be one."""
    page = window.open(at(stick, "lessons"))
    chart = page.locator("#predict-team")
    reveal, fields = chart.get_by_role("button", name=say("lessons.reveal"), exact=True), chart.locator("input")
    assert reveal.is_disabled()
    for wrong in ("", "-1", "99999"):
        fields.nth(0).fill("5")
        fields.nth(1).fill(wrong)
        assert reveal.is_disabled()
    assert chart.locator("td").count() == 0
    fields.nth(1).fill("7")
    reveal.focus()
    page.keyboard.press("Enter")
    table = small_grid().tables["values"]
    for place, code in enumerate((FEW, plan(staffing__case_managers=2))):
        number = next(k for k, one in enumerate(small_grid().plans) if code_of(one) == code)
        own = table[table["plan"] == number]
        women = own["completed"].astype(np.float32) * own["women_referred"].astype(np.float32)
        text = chart.locator("tbody tr").nth(place).inner_text()
        assert f"{women.mean():.0f} (" in text or f"{np.floor(women.mean() + 0.5):.0f} (" in text
        assert f"({women.quantile(0.05):.0f} to {women.quantile(0.95):.0f})" in text
    assert "of your 2 guesses lie in the range" in chart.inner_text()
    chart.get_by_role("button", name=say("lessons.again")).click()
    assert reveal.is_disabled()
    assert chart.locator("td").count() == 0


def test_a_guess_can_be_drawn_with_the_pointer(window, stick):
    page = window.open(at(stick, "lessons"))
    page.get_by_role("button", name="2. ").click()
    chart = page.locator("#predict-who")
    box = chart.locator("svg").bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 30, box["y"] + 160, steps=20)
    page.mouse.up()
    values = [float(field.input_value()) for field in chart.locator("input").all()]
    assert len(values) == len(w.NEEDS)
    assert values == sorted(values, reverse=True)
    assert chart.get_by_role("button", name=say("lessons.reveal"), exact=True).is_enabled()


def test_every_lesson_can_be_gone_through(window, stick):
    page = window.open(at(stick, "lessons"))
    for number in range(1, 6):
        page.get_by_role("button", name=f"{number}. ").click()
        lesson = page.locator(".lesson")
        for field in lesson.locator("input[type=number]").all():
            field.fill("3")
        for choice in lesson.locator("input[value=cannot]").all():
            choice.check()
        for reveal in lesson.get_by_role("button", name=say("lessons.reveal"), exact=True).all():
            reveal.click()
        assert lesson.locator("tbody tr, .told li").count() >= 2


# ---- the board


def test_the_board_takes_codes_and_nothing_else(window, stick):
    """Twice the same is once; what is no code, or no plan that was run, is said to be so."""
    page = window.open(at(stick, "board"))
    page.get_by_label(say("lessons.board.codes")).fill(
        f"{FEW}, {NO_DROP_IN.lower()}\n{FEW} {OUTSIDE} 1234-5678-9ABC Anna"
    )
    page.get_by_role("button", name=say("lessons.board.put"), exact=True).click()
    said = page.locator("#board [role=status]").inner_text()
    assert "Plans on the board: 3; drawn: 2." in said
    assert "not run for this file" in said
    assert "1234-5678-9ABC, Anna" in said
    assert page.locator("#board tbody code").all_inner_texts() == [FEW, NO_DROP_IN, OUTSIDE]
    assert page.locator(".board-picture .mark").count() == 2
    page.get_by_role("button", name=say("lessons.board.use_of", letter="A", code=NO_DROP_IN)).click()
    assert page.evaluate("Pathways.codes.code(Pathways.state.a)") == NO_DROP_IN
    page.get_by_role("button", name=say("lessons.board.drop_of", code=FEW)).click()
    assert page.locator("#board tbody tr").count() == 2


def test_a_classroom_shares_one_board(window):
    """Two laptops: a code that one puts on the board stands on the other's."""
    join = {
        "url": "http://127.0.0.1/",
        "qr": "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E",
        "svg": "",
    }
    with serving("classroom", join=join) as address:
        first, second = (window.open(at(address, "board")) for _ in range(2))
        first.get_by_role("button", name=say("lessons.board.put_plan", letter="B")).click()
        second.locator("#board tbody code").wait_for()
        assert second.locator("#board tbody code").all_inner_texts() == [NO_DROP_IN]
        second.locator(".board-picture .mark").wait_for()
        assert join["url"] in second.locator("#board").inner_text()
        assert violations(second) == []
