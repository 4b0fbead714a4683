"""The page served from this machine, and visitors who ask it what a browser asks, and what none would."""

import json
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from http.client import HTTPConnection
from typing import Any

import uvicorn

from sim.app.grid import Grid, lived_grid
from sim.app.levers import Base
from sim.app.server import app_of

BASE = Base("cohort.weeks=30", "cohort.referred=12", "cohort.follow_up_weeks=60")
RUNS = 50
PATIENCE = 60  # seconds until an answer is there, however busy the machine is
PLAIN = {"Content-Type": "application/json"}


@cache
def small_grid() -> Grid:
    """Plans of a small program that were run beforehand."""
    return lived_grid(BASE, {"staffing.case_managers": (1, 2)}, RUNS)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def told(self) -> Any:
        return json.loads(self.body)


@dataclass
class Visitor:
    """Somebody's browser: the port that it goes to, and the host that it believes it is at."""

    port: int
    host: str
    cookie: str = ""

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str | None) -> Answer:
        """Headers as given, those of a page of this host beside them; None leaves one out."""
        usual = {"Host": self.host, "Origin": f"http://{self.host}", "Cookie": self.cookie or None} | PLAIN
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        going = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        going.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in (usual | {"Content-Length": str(len(body))} | given).items():
            if value is not None:
                going.putheader(name, value.encode())
        going.endheaders(body)
        back = going.getresponse()
        answer = Answer(back.status, {name.lower(): value for name, value in back.getheaders()}, back.read())
        going.close()
        return answer

    def get(self, path: str, **headers: str | None) -> Answer:
        return self.ask("GET", path, **headers)

    def post(self, path: str, told: Any, **headers: str | None) -> Answer:
        return self.ask("POST", path, json.dumps(told).encode(), **headers)

    def load(self, text: str) -> Answer:
        return self.ask("POST", "/load", text.encode(), Content_Type="text/csv")


@contextmanager
def served(grid: Grid, name: str = "127.0.0.1", **about: Any) -> Iterator[Visitor]:
    """A server under this name until the end, and its first visitor."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        app = app_of(BASE, grid, hosts=(f"{name}:{port}", f"localhost:{port}"), asked=RUNS, **about)
        config = uvicorn.Config(app, lifespan="on", ws="none", log_level="error", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        try:
            yield Visitor(port, f"{name}:{port}")
        finally:
            server.should_exit = True
            thread.join()


def problems(answer: Answer, status: int) -> list[str]:
    assert answer.status == status, answer.body
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    lines = answer.told["problems"]
    assert lines
    assert all(line.isprintable() and len(line) < 400 for line in lines)
    return lines
