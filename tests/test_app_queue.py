"""Facts about answers that are asked for: each visitor gets the one for her plan, at once or in turn."""

import asyncio
import base64
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import pytest
from visitors_for_tests import BASE, RUNS, Visitor, problems, served, small_grid

from sim.app import queue_of_plans
from sim.app.answers import OUTCOMES, live
from sim.app.codes import code_of
from sim.app.levers import Plan
from sim.app.queue_of_plans import FIRST, Crowded, Queue
from sim.study.own_numbers import template


@pytest.fixture(scope="module")
def page() -> Iterator[Visitor]:
    """The page as a browser on this machine asks for it."""
    with served(small_grid()) as visitor:
        yield visitor


def plan_of(number: int) -> Plan:
    """Plans that are no grid's: another caseload limit for each."""
    return BASE.plan_from("as_delivered", {"staffing.caseload_limit": 1.0 + number % 40, "linking.warm_share": 0.25})


def ask(page: Visitor, plan: Plan) -> dict:
    """Asks as the page does, until all runs are there."""
    found = {"runs": 0, "asked": 1}
    while found["runs"] < found["asked"]:
        found = page.post("/answer", {"plan": plan.told(), "have": found["runs"]}).told
    return found


def values_of(answer: dict) -> np.ndarray:
    columns = [np.frombuffer(base64.b64decode(answer["values"][name]), "<f4") for name in OUTCOMES]
    return np.stack(columns, axis=1)


# ---- answers


def test_a_plan_of_the_grid_is_answered_at_once_and_another_grows_to_all_its_runs(page) -> None:
    found = page.post("/answer", {"plan": BASE.start("no_drop_in").told(), "have": 0}).told
    assert (found["runs"], found["grid"]) == (RUNS, True)
    assert found == json.loads(json.dumps(small_grid().answer(BASE.start("no_drop_in"))))
    plan = plan_of(3)
    found = ask(page, plan)
    assert (found["runs"], found["grid"], found["place"], found["code"]) == (RUNS, False, 0, code_of(plan))
    assert np.array_equal(values_of(found), live(BASE.study_of(plan), 1, RUNS).values, equal_nan=True)
    again = page.post("/answer", {"plan": plan.told(), "have": RUNS}).told
    assert again == {"plan": plan.told(), "code": code_of(plan), "runs": RUNS, "asked": RUNS, "grid": False, "place": 0}


def test_fifty_visitors_at_once_each_get_the_answer_for_her_own_plan(page) -> None:
    asked = [BASE.start("no_drop_in") if number % 5 == 0 else plan_of(number) for number in range(50)]
    with ThreadPoolExecutor(50) as visitors:
        found = [*visitors.map(partial(ask, page), asked)]
    assert [answer["plan"] for answer in found] == [plan.told() for plan in asked]
    for plan, answer in list(zip(asked, found, strict=True))[::9]:
        assert np.array_equal(values_of(answer), live(BASE.study_of(plan), 1, RUNS).values, equal_nan=True)
    codes = {answer["code"]: values_of(answer).tobytes() for answer in found}
    assert len(codes) == 41 - 8  # caseloads 5, 10, ... are asked for in the grid's place
    assert len({*codes.values()}) > 5


def test_what_is_loaded_is_the_plan_of_the_file_or_lines_that_say_why_not(page) -> None:
    found = page.load(template(BASE.study).replace("staffing.case_managers,1", "staffing.case_managers,2")).told
    assert found == {"plan": BASE.plan_from("as_delivered", {"staffing.case_managers": 2.0}).told(), "notes": []}
    later = page.load("key,value\ncohort.start,2026-01-01\n").told
    assert later["plan"] == BASE.start("as_delivered").told()
    assert later["notes"] == ["cohort.start: only labels the weeks; the page starts on 2018-01-01"]
    (line,) = problems(page.load("key,value\nout,<script>alert(1)</script>\n"), 400)
    assert line.startswith("my_program.csv, line 2: out")
    problems(page.ask("POST", "/load", b"key,value\n\xff\xfe,1\n", Content_Type="text/csv"), 400)


def test_a_program_that_is_watched_belongs_to_the_plan_that_was_asked_for(page) -> None:
    plan = BASE.start("no_drop_in")
    found = page.post("/watch", {"plan": plan.told(), "replication": 1}).told
    assert (found["plan"], found["code"], found["replication"]) == (plan.told(), code_of(plan), 1)
    assert len(found["women"]) == 12
    for replication in (0, 501, 1.5, "1", True, None):
        problems(page.post("/watch", {"plan": plan.told(), "replication": replication}), 400)


# ---- the queue


def test_everybody_s_first_runs_come_before_anybody_s_last() -> None:
    time = [0.0]
    queue = Queue(BASE, 0, 200, lambda: time[0])
    first, second = queue.ask(plan_of(1), "one"), queue.ask(plan_of(2), "two")
    assert [queue.place(first), queue.place(second)] == [0, 1]
    first.ahead = FIRST + 1  # its first runs have been given out
    first.parts = {1: live(BASE.study, 1, FIRST)}
    assert [queue.place(first), queue.place(second)] == [1, 0]
    assert queue.ask(plan_of(1), "three") is first
    time[0] = 60.0  # nobody has asked for the second any more
    queue.ask(plan_of(1), "one")
    assert queue.place(first) == 0


def test_one_address_cannot_fill_the_queue_nor_can_all_together(monkeypatch) -> None:
    monkeypatch.setattr(queue_of_plans, "MOST_OF_ONE", 2)
    monkeypatch.setattr(queue_of_plans, "MOST_IN_ALL", 4)
    queue = Queue(BASE, 0, 200, lambda: 0.0)
    for number in (1, 2):
        queue.ask(plan_of(number), "one")
    with pytest.raises(Crowded):
        queue.ask(plan_of(3), "one")
    assert queue.ask(plan_of(2), "one").plan == plan_of(2)  # what waits already may be asked for again
    queue.ask(plan_of(3), "two")
    queue.ask(plan_of(4), "three")
    with pytest.raises(Crowded):
        queue.ask(plan_of(5), "four")


def test_plans_that_nobody_asked_for_lately_are_forgotten_when_there_are_too_many(monkeypatch) -> None:
    monkeypatch.setattr(queue_of_plans, "KEPT", 2)
    time = [0.0]
    queue = Queue(BASE, 0, 200, lambda: time[0])
    first = queue.ask(plan_of(1), "one")
    for number in range(2, 6):
        time[0] += 60.0
        queue.ask(plan_of(number), "one")
    assert queue.ask(plan_of(1), "one") is not first


def test_a_queue_that_is_closed_finishes_what_it_has_begun() -> None:
    queue = Queue(BASE, 2, 25)
    queue.open()
    waiting = queue.ask(plan_of(7), "one")

    async def until_there() -> None:
        while waiting.runs < 25:
            await asyncio.sleep(0.01)

    asyncio.run(until_there())
    queue.close()
    assert np.array_equal(waiting.lived().values, live(BASE.study_of(plan_of(7)), 1, 25).values, equal_nan=True)
