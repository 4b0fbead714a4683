"""The page, served: plans in, answers out. It remembers plans and their runs and the codes on the class board, and
nothing about who asked."""

import asyncio
import gzip
import json
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sim.app.answers import ASKED, answer_of, standing
from sim.app.asked import TEXT, TooLarge, WrongKind, json_of, plan_asked, text_of, whole
from sim.app.codes import code_of, plan_of_code
from sim.app.grid import Grid
from sim.app.guard import Guard, refusal
from sim.app.island import island
from sim.app.levers import Base, Plan
from sim.app.one_file import header_policy, page_text
from sim.app.own_file import plan_of_file
from sim.app.queue_of_plans import FIRST, Crowded, Queue, Waiting
from sim.app.watched import watch_of
from sim.study.refusals import Refused
from sim.study.sentences import say
from sim.study.simulate import cores

SOON, LATEST, PAUSE = 0.7, 1.8, 0.02  # seconds: runs are gathered for, an answer comes at the latest, between looks
MOST_ON_BOARD = 200  # codes, the latest
KEPT_AT_ONCE = 300  # answers of the grid that are remembered as text
KEPT_WATCHED, MOST_TO_WATCH = 12, 6  # programs remembered; visitors that wait for one
STATUS = {TooLarge: 413, WrongKind: 415, Crowded: 429}
Endpoint = Callable[[Request], Awaitable[Response]]


def app_of(
    base: Base, grid: Grid, mode: str = "app", hosts: Sequence[str] = ("127.0.0.1:8765",), token: str = "",
    join: dict[str, str] | None = None, asked: int = ASKED,
) -> Starlette:  # fmt: skip
    """The server as an ASGI application. hosts: what may stand in the address, with the port; token: "" where only this
    machine can ask; asked: runs of a plan when all are there."""
    served = Served(base, grid, mode, join, Queue(base, cores(base.study.threads), asked))

    @asynccontextmanager
    async def open_queue(app: Starlette) -> AsyncIterator[None]:
        served.queue.open()
        try:
            yield
        finally:
            served.queue.close()

    routes = [Route("/", served.page), Route("/answer", _told(served.answer), methods=["POST"])]
    routes += [Route(f"/{name}", _told(getattr(served, name)), methods=["POST"]) for name in ("watch", "load")]
    if mode == "classroom":
        routes += [Route("/board", served.board), Route("/board", _told(served.add_to_board), methods=["POST"])]
        routes += [Route("/qr.svg", served.picture)]
    return Starlette(
        routes=routes, lifespan=open_queue, middleware=[Middleware(Guard, hosts=tuple(hosts), token=token)],
        exception_handlers={HTTPException: _not_here},
    )  # fmt: skip


def _told(endpoint: Endpoint) -> Endpoint:
    """The endpoint, which answers what cannot be done with a line for each reason."""

    async def told(request: Request) -> Response:
        try:
            return await endpoint(request)
        except Refused as refused:
            return refusal(STATUS.get(type(refused), 400), *refused.problems)

    return told


async def _not_here(request: Request, problem: Exception) -> Response:
    status = problem.status_code if isinstance(problem, HTTPException) else 500
    return refusal(status, say("app.not_here"))


class Served:
    """What the server remembers: the page, the queue, the board, and programs that were watched."""

    def __init__(self, base: Base, grid: Grid, mode: str, join: dict[str, str] | None, queue: Queue) -> None:
        self.base, self.grid, self.join, self.queue = base, grid, join, queue
        self.codes: OrderedDict[str, None] = OrderedDict()
        self.watched: OrderedDict[tuple[str, int], dict[str, Any]] = OrderedDict()
        self.watching, self.one_at_a_time = 0, asyncio.Semaphore(1)
        self.packed = "", b""
        self.at_once = lru_cache(KEPT_AT_ONCE)(self._at_once)
        self.island = island(base, mode, grid.told(), join=join, asked=queue.asked)

    async def page(self, request: Request) -> Response:
        """The whole page; no other file is ever sent."""
        text = page_text(self.island, served=True)
        headers = {"Content-Security-Policy": header_policy(text)}
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return Response(text, headers=headers, media_type="text/html")
        if text != self.packed[0]:
            self.packed = text, gzip.compress(text.encode(), mtime=0)
        return Response(self.packed[1], headers={**headers, "Content-Encoding": "gzip"}, media_type="text/html")

    async def answer(self, request: Request) -> Response:
        """A plan's runs, more than the page has already, or its place in the queue."""
        told = await json_of(request, "plan", "have")
        plan, have = plan_asked(self.base, told["plan"]), whole(told["have"], "have", 0, self.queue.asked)
        if have < self.grid.runs and (found := self.at_once(plan)):
            return Response(found, media_type="application/json")
        waiting = self.queue.ask(plan, request.client.host if request.client else "")
        await self._until_enough(waiting, have)
        if waiting.problem:
            raise Refused(waiting.problem)
        runs, place = waiting.runs, self.queue.place(waiting)
        if runs <= have or runs < min(FIRST, self.queue.asked):
            return _json(standing(self.base, plan, min(runs, have), self.queue.asked, False, place))
        return _json(answer_of(self.base, plan, waiting.lived(), self.queue.asked, False, place))

    def _at_once(self, plan: Plan) -> str:
        """The answer of a plan that was run before anybody asked, or nothing."""
        found = self.grid.answer(plan)
        return _text(found) if found else ""

    async def _until_enough(self, waiting: Waiting, have: int) -> None:
        """Waits for as many runs as fit into a moment, or until no longer."""
        began = time.monotonic()
        while (passed := time.monotonic() - began) < LATEST and not waiting.problem:
            runs = waiting.runs
            news = runs > have and runs >= min(FIRST, self.queue.asked)
            if runs >= self.queue.asked or (news and passed > SOON):
                return
            await asyncio.sleep(PAUSE)

    async def watch(self, request: Request) -> Response:
        """One run, week by week, as Mesa lives it; one visitor's after the other's."""
        told = await json_of(request, "plan", "replication")
        plan, one = plan_asked(self.base, told["plan"]), whole(told["replication"], "replication", 1, ASKED)
        name = (self.base.identity(plan), one)
        if name not in self.watched and self.watching >= MOST_TO_WATCH:
            raise Crowded(say("app.crowded", waiting=self.watching))
        self.watching += 1
        try:
            async with self.one_at_a_time:
                if name not in self.watched:
                    self.watched[name] = await asyncio.to_thread(watch_of, self.base, plan, one)
                    while len(self.watched) > KEPT_WATCHED:
                        self.watched.popitem(last=False)
        finally:
            self.watching -= 1
        return _json({**self.watched[name], "plan": plan.told(), "code": code_of(plan)})

    async def load(self, request: Request) -> Response:
        """The plan of a planner's own numbers."""
        plan, notes = plan_of_file(self.base, await text_of(request, TEXT))
        return _json({"plan": plan.told(), "notes": notes})

    async def board(self, request: Request) -> Response:
        """The codes on the class board, the latest last."""
        return _json({"codes": [*self.codes]})

    async def add_to_board(self, request: Request) -> Response:
        """One code more; the oldest goes where there is no room."""
        code = (await json_of(request, "code"))["code"]
        if not isinstance(code, str):
            raise Refused(say("app.no_code", code=""))
        code = code_of(self.base.normal(plan_of_code(code)))
        self.codes[code] = None
        self.codes.move_to_end(code)
        while len(self.codes) > MOST_ON_BOARD:
            self.codes.popitem(last=False)
        return await self.board(request)

    async def picture(self, request: Request) -> Response:
        """The address of the class as a picture."""
        return Response(unquote((self.join or {"qr": ""})["qr"].partition(",")[2]), media_type="image/svg+xml")


def _json(told: dict[str, Any]) -> Response:
    return Response(_text(told), media_type="application/json")


def _text(told: dict[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
