"""A planner's whole job in a real browser: from opening the page to the printed report, with every slip on the way."""

import csv
import io
import re

import numpy as np
import pytest
from browser_for_tests import ASKED, FEW, NO_DROP_IN, RUNS, at, plan, serving, sideways, small_grid, violations
from playwright.sync_api import expect

from sim.app.codes import code_of, plan_of_code
from sim.study.sentences import say

MENTORS, MANAGERS = "#b-staffing-peer_mentors", "#b-staffing-case_managers"
CODE = "Pathways.codes.code(Pathways.state.{})"


@pytest.fixture(scope="module")
def address():
    with serving() as address:
        yield address


def count_of(page):
    """Paired runs that the page says it shows."""
    return int(re.search(r"\d+", page.locator("#basis").inner_text())[0])


def button(page, key, **values):
    return page.get_by_role("button", name=say(f"page.{key}", **values), exact=True)


def view(page, name):
    page.get_by_role("link", name=say(f"page.view.{name}"), exact=True).click()
    page.locator(f"#view-{name}").wait_for()


def saved(page, press):
    """The name and the text of what a press writes to a file."""
    with page.expect_download() as download:
        press.click()
    with open(download.value.path(), encoding="utf-8", newline="") as file:
        return download.value.suggested_filename, file.read()


def test_the_whole_job_from_opening_to_the_printed_report(window, address, tmp_path):
    page = window.open(address)
    # the first numbers stand there at once, with how many runs they are, what they rest on and what they cannot tell
    expect(page.locator("#answer")).to_contain_text("women")
    assert count_of(page) >= 50
    assert say("page.rests.cannot") in page.locator("#results").inner_text()
    # one lever more, by keyboard alone: a plan that nobody ran before, first some runs and then all that were asked for
    page.locator(MENTORS).focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(page.locator("#basis")).to_contain_text(str(ASKED))
    assert page.evaluate("Pathways.state.b.levers['staffing.peer_mentors']") == 5
    changed = page.evaluate(CODE.format("b"))
    page.wait_for_url(f"**b={changed}**")
    # undo and redo are the browser's back and forward
    page.locator(MENTORS).press("ArrowRight")
    expect(page.locator("#basis")).to_contain_text(str(ASKED))
    page.wait_for_url(lambda url: changed not in url)
    page.go_back()
    assert page.evaluate(CODE.format("b")) == changed
    button(page, "redo").click()
    page.wait_for_url(lambda url: changed not in url)
    button(page, "undo").click()
    page.wait_for_url(f"**b={changed}**")
    # what money adds, then keeping: the code, the file, the numbers, the report
    view(page, "frontier")
    assert say("page.money.here", letter="A") in page.locator("#frontier").inner_text()
    view(page, "keep")
    assert changed in page.locator("#keep").inner_text()
    name, text = saved(page, button(page, "keeping.file.save", letter="B"))
    rows = {row["key"]: row["value"] for row in csv.DictReader(io.StringIO(text))}
    assert (name, rows["staffing.peer_mentors"], rows["staffing.case_managers"]) == ("my_program.csv", "5", "2")
    file = tmp_path / name
    file.write_text(text.replace("staffing.peer_mentors,5", "staffing.peer_mentors,7"), encoding="utf-8")
    page.locator("#keep input[type=file]").first.set_input_files(file)
    expect(page.locator("#keep")).to_contain_text(mentors(7, case_managers=2))
    expect(button(page, "keeping.report.write")).to_be_enabled()
    name, report = saved(page, button(page, "keeping.report.write"))
    printed(window, tmp_path, report)


def mentors(number, case_managers=1):
    """The code of the plan with so many peer mentors and case managers."""
    return plan(staffing__peer_mentors=number, staffing__case_managers=case_managers)


def printed(window, folder, report):
    """The report opens by itself, marks what differs, says how to make it again, and prints on both papers."""
    file = folder / "report.html"
    file.write_text(report, encoding="utf-8")
    page = window.open(file.as_uri())
    said = page.locator("body").inner_text()
    for part in ("A simulated program modelled on Exit Doors Here", say("page.report.again"), "pathways compare"):
        assert part in said
    assert page.locator("mark").count() >= 2
    assert page.locator("script").count() == 0
    assert page.locator("figure svg").count() >= 3
    assert violations(page) == []
    for paper in ("Letter", "A4"):
        assert page.pdf(format=paper).startswith(b"%PDF")
    page.set_viewport_size({"width": 390, "height": 844})
    assert sideways(page) <= 0
    assert violations(page) == []


def test_the_numbers_on_the_page_are_those_of_the_runs(window, address):
    """Completion under both plans, the difference for the same women, and in how many pairs."""
    page = window.open(at(address, "compare"))
    expect(page.locator("#basis")).to_contain_text(str(RUNS))
    table = small_grid().tables["values"]
    plans = [code_of(plan) for plan in small_grid().plans]
    a, b = (table[table["plan"] == plans.index(code)].reset_index(drop=True) for code in (FEW, NO_DROP_IN))
    women = [(one["completed"].astype(np.float32) * one["women_referred"].astype(np.float32)) for one in (a, b)]
    difference = women[1] - women[0]
    pairs = {"more": int((difference > 0).sum()), "fewer": int((difference < 0).sum())}
    most = max(pairs, key=pairs.__getitem__)
    assert f"In {pairs[most]} of {RUNS} paired runs {most}" in page.locator("#answer").inner_text()
    card = page.locator(".card.both").inner_text()
    assert f"{pairs[most]} of {RUNS} pairs" in card
    text = page.locator(".card.a").inner_text()
    low, high = (women[0].quantile(share) for share in (0.05, 0.95))
    assert f"{low:.0f} to {high:.0f} women" in text


def test_the_same_address_is_the_same_comparison(window, address):
    page, again = window.open(at(address, "compare")), window.open(at(address, "compare"))
    assert page.locator("#answer").inner_text() == again.locator("#answer").inner_text()


def test_a_plan_code_typed_from_a_board_is_that_plan(window, address):
    page = window.open(address)
    view(page, "keep")
    page.locator("#typed").fill(NO_DROP_IN.lower().replace("0", "o"))
    button(page, "keeping.code.take", letter="A").click()
    assert page.evaluate(CODE.format("a")) == NO_DROP_IN
    assert page.evaluate("Pathways.state.a.levers") == plan_of_code(NO_DROP_IN).told()["levers"]


def plans_of(page):
    return page.evaluate("JSON.stringify([Pathways.state.a, Pathways.state.b])")


def test_what_is_no_plan_code_is_refused_in_words(window, address):
    page = window.open(address)
    view(page, "keep")
    before = plans_of(page)
    for typed in ("", "1234", "02EG-H75T-CCDR", "<b>plan</b>", "🙂" * 30):
        page.locator("#typed").fill(typed)
        button(page, "keeping.code.take", letter="A").click()
        assert "not a plan code" in page.locator("#keep [role=alert]").inner_text()
        assert plans_of(page) == before


UNUSABLE = {  # lines of a file after its header, and what is said of them
    "x,staffing.case_managers,-3": "-3",
    "x,staffing.case_manager,3": "staffing.case_manager",
    "x,drop_in.seats,many": "many",
    'x,staffing.peer_mentors,"1,5"': "1.5",
    "x,out,elsewhere": "out",
    "x,staffing.case_managers,2\n" * 5000: "",
}


def test_a_file_that_cannot_be_used_is_refused_line_by_line(window, address, tmp_path):
    """Out of range, an unknown key, no number, a comma, a key of the command line, too long, and no table at all."""
    page = window.open(address)
    view(page, "keep")
    before, file, said = plans_of(page), tmp_path / "my_program.csv", page.locator("#keep [role=alert] li")
    for rows, line in [*((f"name,key,value\n{rows}", line) for rows, line in UNUSABLE.items()), ("no table", "")]:
        file.write_text(rows, encoding="utf-8")
        page.evaluate("document.querySelector('#keep section').classList.add('before')")
        page.locator("#keep input[type=file]").first.set_input_files(file)
        expect(page.locator("#keep .before")).to_have_count(0)  # drawn again
        expect(said.first).to_contain_text(line)
        assert plans_of(page) == before


def test_an_address_that_cannot_be_read_leaves_the_plans_alone(window, address):
    page = window.open(address)
    before = plans_of(page)
    for fragment in ("a=1234", "a=&b=", "c=1", "a.__proto__=1", "week=-1", "view=elsewhere", "%%%"):
        page.goto(f"{address}#{fragment}")
        expect(page.locator("#notices")).to_contain_text("left out")
        assert plans_of(page) == before


def test_a_program_is_watched_as_the_server_lives_it(window, address):
    """A plan that is in no file, in a run that the planner chooses."""
    page = window.open(at(address, "watch", mentors(3), mentors(3)))
    page.locator(".side-a").wait_for()
    page.get_by_label(say("watch.run")).fill("2")
    page.get_by_label(say("watch.run")).press("Enter")
    page.locator(".side-a").wait_for()
    expect(page.get_by_label(say("watch.run"))).to_have_value("2")
    assert page.evaluate("() => Pathways.watch.here.views[0].replication") == 2
    assert say("watch.post_name", number=1) in page.locator("#watch").inner_text()


def test_everything_on_the_page_is_reached_with_the_keyboard(window, address):
    """From the top: the way past the levers, the views, both starting points and every lever that can be moved."""
    page = window.open(address)
    expect(page.locator("#answer")).to_contain_text("women")
    seen = set()
    for _ in range(120):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))
    levers = page.evaluate("[...document.querySelectorAll('#levers input:not([disabled])')].map((one) => one.id)")
    assert set(levers) | {"skip", "starts-a", "starts-b", say("page.view.frontier"), say("page.undo")} <= seen


def test_visitors_do_not_see_each_other(window, address):
    first, second = window.open(address), window.open(address)
    first.locator(MANAGERS).press("ArrowRight")
    assert first.evaluate(CODE.format("b")) != second.evaluate(CODE.format("b"))
    assert first.context.cookies() == []
