"""Pictures of the page for people to look at: `python tests/screenshots.py FOLDER` draws every view at the size of a
desktop and of a phone, and the report on screen and as it prints on Letter and on A4."""

import sys
from pathlib import Path

from browser_for_tests import PHONE, VIEWS, WIDE, Window, at, chromium
from playwright.sync_api import Page

from sim.app.grid import read_grid
from sim.app.levers import Base
from sim.app.page_file import TO_WATCH, file_text
from sim.study.sentences import say

PAPER = (816, 1056)  # Letter at 96 dots an inch
REST = 700  # milliseconds until everything has come to rest
WEEK = 60  # of the program that is watched


def prepared(page: Page, view: str) -> None:
    """The view with something to see in it."""
    page.locator(f"#view-{view}").wait_for()
    if view == "watch":
        page.evaluate(f"Pathways.set({{ week: {WEEK} }})")
        page.locator(".who").select_option("2")
    if view == "lessons":
        for field in page.locator(".lesson input").all():
            field.fill("20")
        for reveal in page.locator(".lesson .reveal").all():
            reveal.click()
    if view == "board":
        codes = page.evaluate("Pathways.data.grid.plans.filter((_, k) => k % 6 === 0).map((one) => one.code).join(' ')")
        page.locator("#board textarea").fill(codes)
        page.get_by_role("button", name=say("lessons.board.put"), exact=True).click()
    page.wait_for_timeout(REST)


def draw(folder: Path) -> None:
    """Every picture, into this folder."""
    folder.mkdir(parents=True, exist_ok=True)
    base = Base()
    file, report = folder / "pathways.html", folder / "report.html"
    file.write_text(file_text(base, read_grid(base), [base.start(name) for name in TO_WATCH]), encoding="utf-8")
    with chromium() as browser:
        window = Window(browser)
        for name, size in (("desktop", WIDE), ("phone", PHONE)):
            page = window.open(file.resolve().as_uri(), size)
            for view in VIEWS:
                page.goto(at(file.resolve().as_uri(), view))
                prepared(page, view)
                page.screenshot(path=folder / f"{view}_{name}.png", full_page=True)
        with page.expect_download() as download:
            page.get_by_role("button", name=say("page.keeping.report.write"), exact=True).click()
        download.value.save_as(report)
        page = window.open(report.resolve().as_uri(), PAPER)
        page.emulate_media(media="print")
        page.screenshot(path=folder / "report_print.png", full_page=True)
        for paper in ("Letter", "A4"):
            page.pdf(path=folder / f"report_{paper}.pdf", format=paper)
    print("\n".join([str(folder), *window.troubles]))


if __name__ == "__main__":
    sys.path.append(str(Path(__file__).resolve().parents[1]))  # where do.py is
    draw(Path(sys.argv[1] if len(sys.argv) > 1 else "screenshots"))
