"""A small program as a page in the Chromium of this machine, as a file or served, that tells of every request to
another host and of every error of its scripts."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from sim.app.codes import code_of
from sim.app.grid import Grid, lived_grid
from sim.app.levers import INTAKE, Base, Plan
from sim.app.page_file import file_text
from sim.app.server import app_of

BASE = Base("cohort.weeks=40", "cohort.follow_up_weeks=60")
LEVELS = {"staffing.case_managers": (1, 2), "drop_in.sessions_per_week": (0, 1), INTAKE: (16, 30)}
RUNS, ASKED = 60, 60
WATCHED = ("as_delivered", "no_drop_in")
VIEWS = ("compare", "frontier", "watch", "lessons", "board", "keep")
WIDE, PHONE = (1280, 900), (390, 844)
PATIENCE = 15_000  # milliseconds until something that should happen has not
OWN = ("file:", "data:", "blob:", "about:", "http://127.0.0.1:")


def plan(**levers: float) -> str:
    """The code of the plan as delivered with these levers changed; two underscores stand for a point."""
    start = BASE.start("as_delivered")
    values = start.told()["levers"] | {key.replace("__", "."): value for key, value in levers.items()}
    return code_of(Plan(start.scenario, tuple(map(float, values.values()))))


FEW, NO_DROP_IN, OUTSIDE = plan(), plan(drop_in__sessions_per_week=0), plan(staffing__peer_mentors=9)


def at(page: str, view: str, a: str = FEW, b: str = NO_DROP_IN) -> str:
    """The address of a view of two plans."""
    return f"{page}#a={a}&b={b}&view={view}"


@cache
def small_grid() -> Grid:
    """Plans that were run beforehand."""
    return lived_grid(BASE, LEVELS, RUNS)


@cache
def small_text() -> str:
    """The page of the small program as one file."""
    return file_text(BASE, small_grid(), [BASE.start(name) for name in WATCHED])


@dataclass
class Window:
    """One visitor's pages, and what must not happen in them: requests elsewhere, errors, dialogs."""

    browser: Browser
    troubles: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def open(self, url: str, size: tuple[int, int] = WIDE, **about: Any) -> Page:
        """A fresh page that knows nothing of the others."""
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]}, accept_downloads=True, **about
        )
        context.set_default_timeout(PATIENCE)
        context.on("request", lambda request: self._heard(request.url))
        context.on("weberror", lambda problem: self.troubles.append(str(problem.error)))
        context.on("console", lambda said: self._said(said.type, said.text))
        context.on("dialog", lambda dialog: (self.troubles.append(dialog.message), dialog.dismiss()))
        page = context.new_page()
        page.goto(url)
        return page

    def close(self) -> None:
        """All of them are closed."""
        for context in self.browser.contexts:
            context.close()

    def _said(self, kind: str, text: str) -> None:
        refused = "Failed to load resource" in text and "status of 4" in text  # a request that was refused in words
        if kind in ("error", "warning") and not refused:
            self.troubles.append(text)

    def _heard(self, url: str) -> None:
        self.asked.append(url)
        if not url.startswith(OWN):
            self.troubles.append(f"asked {url}")


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser of this machine, without a screen."""
    import do

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=do.browser(), args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def serving(mode: str = "app", **about: Any) -> Iterator[str]:
    """The address of the small program's page, served from this machine on a port that was free."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        host = f"127.0.0.1:{listening.getsockname()[1]}"
        app = app_of(BASE, small_grid(), mode, (host,), asked=ASKED, **about)
        server = uvicorn.Server(
            uvicorn.Config(app, lifespan="on", ws="none", log_level="error", timeout_graceful_shutdown=1)
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield f"http://{host}/"
        server.should_exit = True
        thread.join()


def written(folder: Path, name: str = "pathways.html") -> str:
    """The address of the small program's page as a file in this folder."""
    file = folder / name
    file.write_text(small_text(), encoding="utf-8")
    return file.as_uri()


def violations(page: Page) -> list[str]:
    """What axe finds that somebody could not use: the rule and where."""
    found = Axe().run(page).response["violations"]
    return [f"{rule['id']}: {node['target']} {node['failureSummary']}" for rule in found for node in rule["nodes"]]


def sideways(page: Page) -> int:
    """Pixels by which the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
