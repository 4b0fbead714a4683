"""A planner's own numbers as a plan of the page, by the same strict door as on the command line."""

from collections.abc import Mapping, Sequence
from typing import Any

from sim.app.answers import ASKED
from sim.app.codes import code_of
from sim.app.levers import Base, Plan
from sim.study.overrides import FILE
from sim.study.own_numbers import SEEN, read_own_numbers, read_own_text
from sim.study.refusals import Refused, number_text, plain
from sim.study.sentences import say

COSTS, START = "costs.", "cohort.start"
NOT_OF_THE_PAGE = ("scenario=", f"{FILE}=", "out=", "debug=")  # words that no plan rests on


def plan_of_file(base: Base, text: str) -> tuple[Plan, list[str]]:
    """The plan of a file's text, and what of it the page leaves aside. Refused, line by line."""
    return plan_of_numbers(base, *read_own_text(text, say("app.in_file")))


def plan_of_numbers(
    base: Base, numbers: Mapping[str, tuple[Any, str]], problems: Sequence[str]
) -> tuple[Plan, list[str]]:
    """The plan of numbers by key, each with where it stands; parameters are not set on the page."""
    kept, origins, found = dict[str, float](), dict[str, str](), [*problems]
    notes = [say("app.seen")] if any(name.startswith(SEEN) for name in numbers) else []
    for name, (value, origin) in numbers.items():
        key = name.removesuffix(".value") if name.startswith(COSTS) else name
        if key == START:
            notes += [say("app.start", start=base.study.cohort.start)] if value != base.study.cohort.start else []
        elif not base.may_set(key) and not key.startswith(SEEN):
            found.append(origin + say("app.not_on_page", key=plain(key)))
        elif isinstance(value, bool) or not isinstance(value, int | float):
            found.append(origin + say("door.not_number", key=key, value=plain(str(value)), hint=""))
        elif not key.startswith(SEEN):
            kept[key], origins[key] = float(value), origin
    if found:
        raise Refused(*found)
    try:
        return base.plan_from(next(iter(base.starts)), kept), notes
    except Refused as refused:
        raise Refused(*(origins.get(line.partition(":")[0], "") + line for line in refused.problems)) from None


def base_of(words: Sequence[str]) -> tuple[Base, str]:
    """What the page starts from, and the part of its address that opens it at the scenario or the file asked for."""
    if any(word.startswith("replications=") for word in words):
        raise Refused(say("app.replications", runs=ASKED))
    base = Base(*(word for word in words if not word.startswith(NOT_OF_THE_PAGE)))
    base.start(next(iter(base.starts)))  # refused at once where the page has no room for it
    asked = dict(word.partition("=")[::2] for word in words)
    if file := asked.get(FILE, ""):
        plan, _ = plan_of_numbers(base, *read_own_numbers(file))
    elif scenario := asked.get("scenario", ""):
        plan = base.start(scenario)
    else:
        return base, ""
    return base, "&".join([f"#a={code_of(plan)}", *(f"a.{key}={number_text(value)}" for key, value in plan.other)])
