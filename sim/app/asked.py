"""What a request may say: a small body of the right kind, JSON without tricks, names and numbers that are allowed."""

import asyncio
import json
from typing import Any, NoReturn

from starlette.requests import Request

from sim.app.levers import Base, Plan, asked_plan
from sim.study.refusals import Refused
from sim.study.sentences import say

MOST_BYTES = 64 * 1024
JSON, TEXT = ("application/json",), ("text/csv", "text/plain")
PATIENCE = 20.0  # seconds within which a small body is here


class TooLarge(Refused):
    """More bytes than anybody needs."""


class WrongKind(Refused):
    """Neither JSON nor a table, whichever was meant."""


async def text_of(request: Request, kinds: tuple[str, ...]) -> str:
    """The body, which is of one of these kinds and small. Refused, TooLarge or WrongKind."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in kinds:
        raise WrongKind(say("app.wrong_kind", kind=kinds[0]))
    body = bytearray()
    try:
        async with asyncio.timeout(PATIENCE):
            async for part in request.stream():
                body += part
                if len(body) > MOST_BYTES:
                    raise TooLarge(say("app.too_many_bytes", most=MOST_BYTES // 1024))
        return body.decode("utf-8-sig")
    except (UnicodeDecodeError, TimeoutError):
        raise Refused(say("app.not_json")) from None


async def json_of(request: Request, *names: str) -> dict[str, Any]:
    """The body as an object with exactly these names."""
    text = await text_of(request, JSON)
    try:
        told = json.loads(text, parse_constant=_refuse, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise Refused(say("app.not_json")) from None
    if not isinstance(told, dict) or told.keys() != {*names}:
        raise Refused(say("app.other_names", names=", ".join(names)))
    return told


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("twice")
    return found


def plan_asked(base: Base, told: Any) -> Plan:
    """The plan, without numbers that change nothing."""
    return base.normal(asked_plan(told))


def whole(told: Any, name: str, low: int, high: int) -> int:
    """A whole number from `low` to `high`."""
    if isinstance(told, bool) or not isinstance(told, int) or not low <= told <= high:
        raise Refused(say("app.not_whole", name=name, low=low, high=high))
    return told
