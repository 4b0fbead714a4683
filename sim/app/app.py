"""`pathways app`: the page in a browser, from this machine; for a class also from the laptops and phones around it."""

import importlib.util
import ipaddress
import socket
import sys
import webbrowser
from collections.abc import Mapping, Sequence
from secrets import choice
from typing import NamedTuple

from sim.app.answers import live
from sim.app.codes import LETTERS
from sim.app.grid import read_grid
from sim.app.own_file import base_of
from sim.ensemble import is_prepared
from sim.study.refusals import Refused, plain
from sim.study.sentences import say

NEEDED = ("starlette", "uvicorn", "segno")  # the extra `app`
LOOPBACK, EVERYWHERE = "127.0.0.1", "0.0.0.0"
FIRST_PORT = 8765  # tried before any that is free
ELSEWHERE = ("192.0.2.1", 9)  # a documentation address (RFC 5737): nothing is sent to it
MOST_AT_ONCE = 400  # connections
SIGNS = 12  # of a token, 60 bits: short enough to be typed from a board


class Place(NamedTuple):
    """Where the page is served: a socket, the address for a browser, and what may stand in the address."""

    listening: socket.socket
    address: str
    hosts: tuple[str, ...]
    alone: bool  # only this machine can reach it


def app_main(words: Sequence[str], own: Mapping[str, str], command: str) -> int:
    """Serves until it is stopped: 0. Refused where what it needs is not installed, or the address is not free."""
    if missing := [name for name in NEEDED if importlib.util.find_spec(name) is None]:
        raise Refused(say("app.not_installed", names=", ".join(missing)))
    from sim.app.server import app_of

    base, first = base_of(words)
    if not is_prepared():
        print(say("summary.preparing"), file=sys.stderr, flush=True)
    live(base.study, 1, 1)  # so that nobody's first numbers wait for the rules to be loaded
    classroom, grid = own.get("classroom") == "true", read_grid(base)
    place = _place(own.get("host", _around() if classroom else LOOPBACK), int(own.get("port", "0")))
    token = "" if place.alone else "".join(choice(LETTERS.lower()) for _ in range(SIGNS))
    url = f"http://{place.address}/{f'?token={token}' if token else ''}{first}"
    with place.listening:
        join = _join(url) if classroom else None
        served = app_of(base, grid, "classroom" if classroom else "app", place.hosts, token, join)
        _tell(url, place, classroom, grid.stale)
        if own.get("open", "true") == "true":
            webbrowser.open(url)
        _serve(served, place)
    print(say("app.stopped"))
    return 0


def _around() -> str:
    """This machine's address among those around it; its own where there are none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect(ELSEWHERE)
            return str(asking.getsockname()[0])
        except OSError:
            return LOOPBACK


def _place(host: str, port: int) -> Place:
    """A socket on this host, and on this port, the usual one or any that is free."""
    try:
        alone = host == "localhost" or ipaddress.IPv4Address(host).is_loopback
        listening = _listening(host, (port,) if port else (FIRST_PORT, 0))
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or say("app.no_host")
        raise Refused(say("app.not_served", host=plain(host), port=port, reason=reason)) from None
    port = listening.getsockname()[1]
    shown = _around() if host == EVERYWHERE else host
    names = dict.fromkeys((shown, LOOPBACK, "localhost") if alone or host == EVERYWHERE else (shown,))
    return Place(listening, f"{shown}:{port}", tuple(f"{name}:{port}" for name in names), alone)


def _listening(host: str, ports: Sequence[int]) -> socket.socket:
    """A socket on the first of these ports that is free."""
    *some, last = ports
    for port in some:
        try:
            return socket.create_server((host, port))
        except OSError:
            continue
    return socket.create_server((host, last))


def _tell(url: str, place: Place, classroom: bool, stale: str) -> None:
    """Where the page is, who can open it and what that means."""
    print(say("app.here", url=url))
    if classroom:
        import segno

        segno.make(url).terminal(out=sys.stdout, compact=True)
    print(say("app.alone" if place.alone else "app.around"))
    if stale:
        print(stale)
    print(say("app.stop"), flush=True)


def _join(url: str) -> dict[str, str]:
    """The address for a class, and the same as a picture."""
    import segno

    return {"url": url, "qr": segno.make(url).svg_data_uri(scale=8)}


def _serve(app: object, place: Place) -> None:
    """Answers until it is stopped."""
    import uvicorn

    about = {"log_level": "warning", "access_log": False, "server_header": False, "date_header": False}
    config = uvicorn.Config(app, lifespan="on", ws="none", proxy_headers=False, limit_concurrency=MOST_AT_ONCE, **about)  # type: ignore[arg-type]
    try:
        uvicorn.Server(config).run(sockets=[place.listening])
    except KeyboardInterrupt:
        pass
