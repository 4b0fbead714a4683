"""What the page knows before anything is asked, as one JSON: levers, scenarios, outcomes, sentences, kept answers."""

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

import sim.program
from sim.app.answers import ASKED, OUTCOMES
from sim.app.codes import SALT
from sim.app.levers import NAMES, SETS, SLIDERS, Base, Slider
from sim.measures.outcomes import NAMED
from sim.measures.questions import SHARE
from sim.program import words as w
from sim.study.door import release
from sim.study.own_numbers import template
from sim.study.sentences import say, sentences
from sim.study.sets import EVIDENCE, badges
from sim.study.summary import OF_A_PROGRAM

KINDS = {SHARE: "share", "share of hours": "share", "weeks": "weeks", "CAD a year": "dollars"}
SENTENCES = ("page", "watch", "lessons")  # what scripts say
BECAUSE = ("because", "because_not")

Json = dict[str, Any]


def island(
    base: Base, mode: str, grid: Json, watch: Sequence[Json] = (), join: Json | None = None, asked: int = ASKED
) -> str:
    """The data of a page, as JSON that may stand inside HTML. mode: file, app or classroom. join: the address of a
    classroom, and its code as a picture. asked: runs of a plan when all are there."""
    study = base.study
    told = {
        "mode": mode, "asked": asked, "board": mode != "app", "join": join,
        "levers": [_lever(slider) for slider in SLIDERS], "salt": SALT,
        "rates": {f"{women:g}": rate for women, rate in base.rates.items()},
        "scenarios": [_scenario(base, name) for name in base.starts],
        "outcomes": [_outcome(name) for name in OUTCOMES],
        "needs": w.NEEDS, "phases": w.PHASES, "goals": w.DOMAINS,
        "assumptions": sentences()["app"]["assumptions"], "cannot": sentences()["app"]["cannot"],
        "badges": _badges(base), "placeholders": _placeholders(base), "template": _template(base),
        "cite": say("app.cite", version=release()), "version": release(), "model": sim.program.digest(),
        "seed": study.seed, "start": study.cohort.start, "weeks_referred": study.cohort.weeks,
        "cost_year": study.cost_year,
        "sentences": _sentences(), "grid": grid, "watch": list(watch),
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False, allow_nan=False, separators=(",", ":")).replace("<", "\\u003c")


def _lever(slider: Slider) -> Json:
    about = sentences()["app"]["levers"][slider.key]
    lever = slider._asdict() | {"sets": slider.sets, "range": None, "whole": slider.step == 1}
    return lever | {name: about[name] for name in ("name", "unit", "meaning", "evidence", "source")}


def _scenario(base: Base, name: str) -> Json:
    """A scenario with its plan and, of keys beside the page's levers, what it sets otherwise than the first does."""
    own, usual = base.starts[name].plan, base.study.plan
    beside = {key: lever.name for key, lever in NAMES.items() if key not in SETS}
    return {
        "name": name, "title": sentences()["app"]["scenarios"][name], "sentence": base.starts[name].about,
        "plan": base.start(name).told(),
        "settings": {key: own[at] for key, at in beside.items() if own[at] != usual[at]},
    }  # fmt: skip


def _outcome(name: str) -> Json:
    outcome = NAMED[name]
    about = {"unit": outcome.unit, "better": outcome.better, "kind": KINDS.get(outcome.unit, "number")}
    label = sentences()["app"]["outcomes"][name]
    return {"name": name, "label": label, **about, "formula": outcome.formula, "of_a_program": name in OF_A_PROGRAM}


def _badges(base: Base) -> Json:
    """How many assumptions there are, and how many of them the evidence narrowed."""
    known = badges(base.study)
    return {"parameters": len(known), "narrowed": sum(badge == EVIDENCE for badge in known.values())}


def _placeholders(base: Base) -> list[str]:
    lines = base.study.cost_lines.forward()
    return [name.replace("_", " ") for name, line in lines.items() if line.source == "placeholder"]


def _template(base: Base) -> list[list[str]]:
    """The rows of my_program.csv, its header first."""
    return list(csv.reader(io.StringIO(template(base.study))))


def _sentences() -> Json:
    every = sentences()
    because = {name: every["timeline"][name] for name in BECAUSE}
    return {name: every[name] for name in SENTENCES if name in every} | {"timeline": because}
