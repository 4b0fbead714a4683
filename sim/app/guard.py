"""Who may ask the server, and what every answer says to the browser: the right host, the right origin and, beyond this
machine, a token; nothing from elsewhere runs in the page."""

import re
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from secrets import compare_digest
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sim.app.one_file import header_policy, policy
from sim.study.sentences import say

COOKIE = "pathways"
# The token leaves the address at once, and whatever plan stood behind # stays.
COME_IN = 'location.replace("/" + location.hash)'
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True)
class Guard:
    """hosts: what may stand in the address, with the port. token: none where only this machine can ask."""

    app: ASGIApp
    hosts: tuple[str, ...]
    token: str = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in ALWAYS.items():
                    headers[name] = value
                headers.setdefault("Content-Security-Policy", header_policy(""))
            await send(message)

        answer = self._stopped(scope, Headers(scope=scope))
        await (answer or self.app)(scope, receive, marked)

    def _stopped(self, scope: Scope, headers: Headers) -> Response | None:
        """What is said to who may not ask, or who shows the token for the first time; nothing to everybody else."""
        if headers.getlist("host") not in [[host] for host in self.hosts]:
            return refusal(403, say("app.wrong_host"))
        if scope["method"] not in ("GET", "HEAD"):
            own = headers.getlist("origin") in [[f"http://{host}"] for host in self.hosts]
            if not own or headers.get("sec-fetch-site", "same-origin") != "same-origin":
                return refusal(403, say("app.wrong_origin"))
        if not self.token:
            return None
        shown = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        if scope["path"] == "/" and scope["method"] == "GET" and self._is_token(shown):
            return self._welcome()
        return None if self._is_token(self._cookie(headers)) else refusal(403, say("app.no_token"))

    def _is_token(self, shown: str) -> bool:
        return compare_digest(shown.lower().encode(), self.token.encode())

    def _cookie(self, headers: Headers) -> str:
        try:
            found = SimpleCookie(headers.get("cookie", "")).get(self._name)
        except CookieError:
            return ""
        return found.value if found else ""

    @property
    def _name(self) -> str:
        """Cookies do not know ports: the name does."""
        return f"{COOKIE}_{self.hosts[0].rpartition(':')[2]}"

    def _welcome(self) -> Response:
        page = f'<!doctype html><html lang="en"><title>Pathways</title><script>{COME_IN}</script></html>'
        headers = {"Content-Security-Policy": policy("", [COME_IN], served=False)}
        answer = HTMLResponse(page, headers=headers)
        answer.set_cookie(self._name, self.token, httponly=True, samesite="strict")
        return answer


def refusal(status: int, *problems: str) -> JSONResponse:
    """One line for each problem."""
    lines = [re.sub(r"\s+", " ", line) for problem in problems for line in problem.splitlines()]
    return JSONResponse({"problems": lines}, status)
