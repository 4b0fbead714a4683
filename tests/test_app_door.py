"""Facts about `pathways app` and `pathways page`: where they serve and write, what they say, and what they refuse."""

import importlib.util
import json
import re
import socket
from pathlib import Path

import pytest

from sim.app import app, page_file
from sim.study.door import main

SMALL = ["cohort.weeks=30", "cohort.referred=12", "cohort.follow_up_weeks=60"]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list:
    """Addresses that a browser was sent to, and places that were served; neither happens."""
    seen: list = []
    monkeypatch.setattr(app.webbrowser, "open", seen.append)
    monkeypatch.setattr(app, "_serve", lambda served, place: (place.listening.close(), seen.append(place)))
    return seen


def test_alone_it_serves_this_machine_and_opens_the_browser(started: list, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["app", *SMALL, "scenario=no_drop_in"]) == 0
    url, place = started
    assert re.fullmatch(r"http://127\.0\.0\.1:[0-9]+/#a=[0-9A-Z-]{14}", url)
    assert place.hosts == tuple(f"{name}:{place.address.rpartition(':')[2]}" for name in ("127.0.0.1", "localhost"))
    said = capsys.readouterr().out
    assert f"The page is at {url}\nOnly this computer can open it." in said
    assert "`pathways page page.grid=again`" in said  # a smaller program has no plans that were run beforehand


def test_a_class_gets_an_address_with_a_token_as_a_picture_and_is_told_what_that_means(
    started: list, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(app, "_listening", lambda host, ports: socket.create_server(("127.0.0.1", 0)))
    monkeypatch.setattr(app, "_around", lambda: "192.168.1.5")
    assert main(["app", *SMALL, "app.classroom=true", "app.open=false"]) == 0
    (place,) = started
    assert place.hosts == (place.address,)
    assert place.address.startswith("192.168.1.5:")
    said = capsys.readouterr().out
    (token,) = re.findall(rf"http://{place.address}/\?token=([0-9a-z]+)", said)
    assert len(token) == 12
    assert "\u2588" in said or "\u2580" in said
    assert "Everybody on this network who has this whole address" in said


def test_every_address_of_this_machine_is_served_when_that_is_asked_for(started: list, monkeypatch) -> None:
    monkeypatch.setattr(app, "_listening", lambda host, ports: socket.create_server(("127.0.0.1", 0)))
    monkeypatch.setattr(app, "_around", lambda: "10.0.0.7")
    assert main(["app", *SMALL, "app.host=0.0.0.0"]) == 0
    port = started[1].address.rpartition(":")[2]
    assert started[1].hosts == tuple(f"{name}:{port}" for name in ("10.0.0.7", "127.0.0.1", "localhost"))
    assert "?token=" in started[0]


def test_without_its_server_the_command_says_how_to_get_it(monkeypatch, capsys) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "uvicorn" else found(name))
    assert main(["app"]) == 2
    said = capsys.readouterr().err.splitlines()
    assert said == [
        "pathways app needs uvicorn: `python3 do.py app` installs all of it, or `pip install 'pathways[app]'`"
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["app.port=99999"], "app.port: 99999 is not allowed (0 to 65535)"),
        (["app.host=example.org"], 'app.host: "example.org" is not allowed'),
        (["app.host=999.1.1.1"], "app.host=999.1.1.1 app.port=0: cannot be used (write an address of this machine"),
        (["app.open=yes"], 'app.open: "yes" is not allowed (true or false)'),
        (["app.token=abc"], "app.token: unknown; did you mean app.open?"),
        (["page.grid=again"], "page.grid: belongs to page; write pathways page page.grid=VALUE"),
        (["replications=9"], "replications: the page has its own number of runs"),
        (["-m"], "-m: app takes one study"),
        (["staffing.case_managers=99"], "staffing.case_managers: 99 is not allowed (0 to 20)"),
        (["cohort.referrals_per_week=4"], "cohort.women_a_year: 208 is not on the page (4 to 60 by steps of 1)"),
    ],
)
def test_what_cannot_be_served_is_refused_in_one_line(started: list, capsys, words: list[str], said: str) -> None:
    assert main(["app", *words]) == 2
    assert capsys.readouterr().err.startswith(said)
    assert started == []


def test_a_port_that_is_taken_is_said_to_be(started: list, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["app", *SMALL, f"app.port={port}"]) == 2
    assert capsys.readouterr().err.startswith(f"app.host=127.0.0.1 app.port={port}: cannot be used (")


def test_a_page_is_written_once_and_says_how_to_hand_it_out(here: Path, monkeypatch, capsys) -> None:
    monkeypatch.setattr(page_file, "RUNS", 2)
    monkeypatch.setattr(page_file, "LEVELS", {"staffing.case_managers": (1, 2)})
    assert main(["page", *SMALL, "out=class.html", "scenario=no_drop_in"]) == 0
    said, text = capsys.readouterr().out, (here / "class.html").read_text(encoding="utf-8")
    assert said.startswith("class.html (")
    assert "holds 12 plans of 2 runs each and 3 programs to watch" in said
    assert f"Open it at {(here / 'class.html').as_uri()}#a=" in said
    known = json.loads(re.search(r'id="pathways">(.*?)</script>', text, re.DOTALL)[1])
    assert (known["mode"], len(known["grid"]["plans"]), len(known["watch"])) == ("file", 12, 3)
    assert "connect-src 'none'" in text
    assert main(["page", *SMALL, "out=class.html"]) == 2
    assert capsys.readouterr().err.splitlines() == ["out: class.html exists already; name another with out=PATH"]


def test_a_grid_that_is_of_another_model_is_not_handed_out(here: Path, monkeypatch, capsys) -> None:
    monkeypatch.setattr(page_file, "read_grid", lambda base: page_file.Grid(base, {}, 0, (), {}, "run it again"))
    assert main(["page"]) == 2
    assert capsys.readouterr().err == "run it again\n"
    assert list(here.iterdir()) == []
