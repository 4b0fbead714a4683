"""The page in a real browser is safe and can be used by everyone: nothing that is typed, loaded or named ever runs, and
axe finds nothing at any size."""

import json
import re
from itertools import cycle

import pytest
from browser_for_tests import PHONE, VIEWS, WIDE, at, sideways, small_text, violations
from injections import INJECTIONS, RAN

from sim.study.sentences import say

TYPED = """([texts, field, button]) => {
  for (const text of texts) {
    const box = document.querySelector(field);
    const put = [...document.querySelectorAll("button")].find((one) => one.textContent === button);
    box.value = text;
    put.click();
  }
}"""
ADDRESSES = """async (texts) => {
  for (const text of texts) {
    location.hash = "#a=" + text + "&b." + text + "=1&view=" + text;
    await new Promise((drawn) => setTimeout(drawn));
  }
}"""
PARTS = "img, iframe, object, embed, base, link, video, math, style, script, [onerror], [onload], [onfocus], [ontoggle]"


def parts(page):
    """Whether anything that was put in has run, and how many parts a page has that could run or ask for something."""
    return page.evaluate(f"[{RAN}, document.querySelectorAll('{PARTS}').length]")


def test_a_hundred_injections_by_every_field_and_the_address_run_nothing(window, stick, tmp_path):
    assert len(set(INJECTIONS)) >= 100
    page = window.open(at(stick, "board"))
    page.locator("#board textarea").wait_for()
    before = parts(page)
    page.evaluate(TYPED, [INJECTIONS, "#board textarea", say("lessons.board.put")])
    assert page.locator("#board tbody tr").count() == 0
    page.goto(at(stick, "keep"))
    page.locator("#typed").wait_for()
    page.evaluate(TYPED, [INJECTIONS, "#typed", say("page.keeping.code.take", letter="A")])
    rows = [json.dumps(text) for text in INJECTIONS]
    file = tmp_path / "my_program.csv"
    lines = [f"{row},{row},{row}" for row in rows] + [f"x,staffing.case_managers,{row}" for row in rows]
    file.write_text("\n".join(["name,key,value", *lines]), encoding="utf-8")
    page.locator("#keep input[type=file]").first.set_input_files(file)
    page.locator("#keep [role=alert] li").first.wait_for()
    page.evaluate(ADDRESSES, INJECTIONS)
    assert before[0] is False
    assert parts(page) == before


SHOWN = {  # names in the data that are only shown, by the part that they stand in
    "levers": "name unit meaning evidence source", "scenarios": "title sentence", "outcomes": "label formula",
    "watch": "name texts services reasons", "cite": "cite", "assumptions": "assumptions", "cannot": "cannot",
    "placeholders": "placeholders",
}  # fmt: skip


def poisoned(value, poison, key="", top=""):
    """Data in which every name that is only shown has become an injection."""
    if isinstance(value, dict):
        return {name: poisoned(part, poison, name, top or name) for name, part in value.items()}
    if isinstance(value, list):
        return [poisoned(part, poison, key, top) for part in value]
    shown = isinstance(value, str) and key in SHOWN.get(top, "").split()
    return f"{value} {next(poison)}" if shown else value


def test_a_hundred_injections_through_names_in_the_data_run_nothing(window, stick, tmp_path):
    """Names of scenarios, levers, outcomes, services, participants and events, in every view and in the report."""
    text, poison = small_text(), cycle(INJECTIONS)
    found = re.search(r'id="pathways">(.*?)</script>', text, re.DOTALL)
    data = json.dumps(poisoned(json.loads(found[1]), poison)).replace("<", "\\u003c")
    file = tmp_path / "poisoned.html"
    file.write_text(text.replace(found[1], data), encoding="utf-8")
    before = parts(window.open(stick))
    page = window.open(file.as_uri())
    for view in VIEWS:
        page.goto(at(file.as_uri(), view))
        page.locator(f"#view-{view}").wait_for()
        if view == "watch":
            page.locator(".who").select_option("1")
        assert view not in ("compare", "watch") or "window.ran" in page.locator("body").inner_text()
        assert parts(page) == before
    with page.expect_download() as download:
        page.get_by_role("button", name=say("page.keeping.report.write"), exact=True).click()
    download.value.save_as(tmp_path / "report.html")
    report = window.open((tmp_path / "report.html").as_uri())
    assert "window.ran" in report.locator("body").inner_text()
    asking = "script, img, iframe, object, embed, base, link, [onerror], [onload], [onfocus], [ontoggle]"
    assert report.evaluate(f"[{RAN}, document.querySelectorAll('{asking}').length]") == [False, 0]


# ---- everyone can use it


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing_that_somebody_could_not_use(window, stick, size):
    """Every view, with a participant chosen, a guess revealed and a code on the board; nothing scrolls sideways."""
    page = window.open(at(stick, "compare"), size)
    for view in VIEWS:
        page.goto(at(stick, view))
        page.locator(f"#view-{view}").wait_for()
        if view == "watch":
            page.locator(".who").select_option("2")
        if view == "lessons":
            for field in page.locator(".lesson input").all():
                field.fill("4")
            page.locator(".lesson .reveal").first.click()
        if view == "board":
            page.get_by_role("button", name=say("lessons.board.put_plan", letter="A")).click()
        page.wait_for_timeout(200)
        assert violations(page) == [], view
        assert sideways(page) <= 0, view


def test_at_twice_the_size_nothing_needs_sideways_scrolling(window, stick):
    """1280 by 900 pixels at 200 %."""
    page = window.open(at(stick, "compare"), (640, 450), device_scale_factor=2)
    for view in VIEWS:
        page.goto(at(stick, view))
        page.locator(f"#view-{view}").wait_for()
        assert sideways(page) <= 0, view
