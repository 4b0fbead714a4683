"""Facts about the server of the page: who may ask, what may be asked, and what is sent to whom."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from visitors_for_tests import BASE, RUNS, Visitor, problems, served, small_grid

from sim.app import server
from sim.app.asked import MOST_BYTES
from sim.app.codes import code_of
from sim.app.grid import no_grid

TOKEN = "secret-of-the-class"


@pytest.fixture(scope="module")
def page() -> Iterator[Visitor]:
    """The page as a browser on this machine asks for it."""
    with served(small_grid()) as visitor:
        yield visitor


@pytest.fixture(scope="module")
def classroom() -> Iterator[Visitor]:
    """The same from elsewhere, with a token and a board."""
    join = {"url": f"http://classroom.example/?token={TOKEN}", "qr": "data:image/svg+xml,%3Csvg/%3E"}
    with served(no_grid(BASE), "classroom.example", mode="classroom", token=TOKEN, join=join) as visitor:
        yield visitor


@pytest.fixture
def pupil(classroom: Visitor) -> Visitor:
    """One who has the token."""
    return replace(classroom, cookie=f"pathways_{classroom.port}={TOKEN}")


# ---- who may ask


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:80", "localhost:8765.evil.example", ""])
def test_another_host_than_the_page_s_own_is_turned_away(page, host) -> None:
    for answer in (page.get("/", Host=host), page.post("/answer", {}, Host=host)):
        assert problems(answer, 403) == ["this address is not the one that the page was opened at"]


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "https://127.0.0.1:8765", "http://127.0.0.1:1", None]
)
def test_only_the_page_itself_may_ask(page, origin) -> None:
    told = {"plan": BASE.start("as_delivered").told(), "have": 0}
    for answer in (page.post("/answer", told, Origin=origin), page.post("/answer", told, Sec_Fetch_Site="cross-site")):
        assert problems(answer, 403) == ["only the page itself may ask for this"]


def test_beyond_this_machine_a_token_opens_the_page_and_leaves_the_address(classroom, pupil) -> None:
    for wrong in (
        "",
        "?token=",
        f"?token={TOKEN[:-1]}",
        "?token=%C3%A9",
        f"?token[]={TOKEN}",
        f"?token=x&token={TOKEN}",
    ):
        assert "token" in problems(classroom.get(f"/{wrong}"), 403)[0]
    for answer in (classroom.post("/answer", {}), classroom.get("/qr.svg"), classroom.get("/", Cookie='a="\\; =;')):
        problems(answer, 403)
    answer = classroom.get(f"/?token={TOKEN}")
    assert answer.status == 200
    assert answer.headers["set-cookie"].startswith(f"pathways_{classroom.port}={TOKEN}; HttpOnly")
    assert "SameSite=strict" in answer.headers["set-cookie"]
    assert b'location.replace("/" + location.hash)' in answer.body
    assert pupil.get("/").status == 200
    picture = pupil.get("/qr.svg")
    assert (picture.headers["content-type"], picture.body) == ("image/svg+xml", b"<svg/>")


def test_the_board_takes_codes_and_nothing_else_and_never_grows_without_end(pupil, monkeypatch) -> None:
    monkeypatch.setattr(server, "MOST_ON_BOARD", 3)
    code = code_of(BASE.start("no_drop_in"))
    assert pupil.post("/board", {"code": code.lower()}).told == {"codes": [code]}
    for wrong in ("", "<script>alert(1)</script>", code[:-1], code[:-1] + "0", "A" * 60_000, 3, None, [code], {}):
        problems(pupil.post("/board", {"code": wrong}), 400)
    for limit in (8, 9, 10, 11):
        pupil.post(
            "/board", {"code": code_of(BASE.plan_from("as_delivered", {"staffing.caseload_limit": float(limit)}))}
        )
    codes = pupil.get("/board").told["codes"]
    assert len(codes) == 3
    assert code not in codes


def test_alone_there_is_no_board(page) -> None:
    for answer in (page.get("/board"), page.post("/board", {"code": "x"}), page.get("/qr.svg")):
        problems(answer, 404)


# ---- what may be asked


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"3", b'"plan"', b"null", b"\xff", b'{"plan": NaN, "have": 0}', b'{"plan": 1e999, "have": 0}',
     b'{"plan": {}, "have": 0, "have": 1}', b'{"plan": {}, "have": 0, "out": "x"}', b'{"have": 0}', b"[" * 60_000,
     b'{"plan": {"scenario": ' + b'{"a":' * 9_000, b'{"plan": {}, "have": ' + b"9" * 50_000 + b"}"],
)  # fmt: skip
def test_a_body_that_is_not_what_was_asked_for_is_refused(page, body) -> None:
    assert len(problems(page.ask("POST", "/answer", body), 400)) == 1


@pytest.mark.parametrize("have", [-1, RUNS + 1, 1.5, "0", None, True, [], {}])
def test_the_runs_that_a_page_has_are_a_whole_number(page, have) -> None:
    problems(page.post("/answer", {"plan": BASE.start("as_delivered").told(), "have": have}), 400)


def test_a_body_is_small_and_of_the_right_kind(page) -> None:
    large = b'{"plan": "' + b"a" * MOST_BYTES + b'", "have": 0}'
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (large[:9000], large[9000:], b""))
    assert problems(page.ask("POST", "/answer", large), 413) == ["more than 64 KB"]
    problems(page.ask("POST", "/answer", chunks, Content_Length=None, Transfer_Encoding="chunked"), 413)
    problems(page.ask("POST", "/load", large, Content_Type="text/csv"), 413)
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "text/html", "", None):
        problems(page.ask("POST", "/answer", b"{}", Content_Type=kind), 415)
    problems(page.ask("POST", "/load", b"{}"), 415)


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "javascript:alert(1)", "{{7*7}}", "${7*7}",
     "'; DROP TABLE plans; --", "../../../etc/passwd", "\x1b]0;owned\x07", "=1+1", "\u202enoitcejni", "__proto__",
     "\0"],
)  # fmt: skip
def test_a_text_that_would_run_somewhere_is_data_here_and_is_refused(page, pupil, text) -> None:
    told = BASE.start("as_delivered").told()
    answers = [
        page.post("/answer", {"plan": told | {"scenario": text}, "have": 0}),
        page.post("/answer", {"plan": told | {"other": {text: 1}}, "have": 0}),
        page.post("/answer", {"plan": told | {"levers": told["levers"] | {text: 1}}, "have": 0}),
        page.post("/answer", {"plan": told | {"levers": told["levers"] | {"linking.warm_share": text}}, "have": 0}),
        page.load(f"key,value\n{text},1\n"),
        page.post("/watch", {"plan": told, "replication": text}),
        pupil.post("/board", {"code": text}),
    ]
    for answer in answers:
        problems(answer, 400)
        assert answer.headers["content-type"] == "application/json"


# ---- what is sent


def test_nothing_but_the_page_is_served(page) -> None:
    for path in (
        "/start.js",
        "/index.html",
        "/../pyproject.toml",
        "/%2e%2e/do.py",
        "/static/x",
        "/docs",
        "/openapi.json",
    ):
        problems(page.get(path), 404)
    for answer in (page.get("/answer"), page.ask("PUT", "/answer"), page.ask("DELETE", "/")):
        problems(answer, 405)


def test_the_page_runs_only_its_own_scripts_and_stands_in_no_other_page(page) -> None:
    answer = page.get("/")
    text = answer.body.decode()
    policy = answer.headers["content-security-policy"]
    assert policy.endswith("frame-ancestors 'none'")
    assert "unsafe" not in policy
    assert "connect-src 'self'" in policy
    allowed = set(re.findall(r"'sha256-[^']+'", policy))
    assert len(allowed) == 1 + len({*re.findall(r"<script>(.*?)</script>", text, re.DOTALL)})
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "access-control-allow-origin" not in answer.headers
    assert "set-cookie" not in answer.headers
    assert json.loads(re.search(r'id="pathways">(.*?)</script>', text, re.DOTALL)[1])["mode"] == "app"
