"""The keys that belong to one verb, as in `compare.budget`: what each may be, and what `pathways VERB --help` says."""

import re
from collections.abc import Sequence
from math import inf, isfinite
from typing import NamedTuple

import yaml

from sim.study.places import configs
from sim.study.refusals import closest, number_text, plain, shown
from sim.study.sentences import say

EVALUATION = "consent pre_weeks post_week reached_engaged reached_left trust_error half_width rows pooled".split()


class Own(NamedTuple):
    """A verb's own key: of what kind its values are, the usual one as `--help` writes it, and the ends of its range."""

    kind: str
    usual: str = ""
    low: float = -inf
    high: float = inf


WHOLE, NUMBER = "-?[0-9]+", "-?[0-9]+([.][0-9]+)?"
KINDS = {  # how values are written, and the sentence for one that is not
    "whole": (WHOLE, "door.not_whole"), "wholes": (f"{WHOLE}(,{WHOLE})*", "door.not_whole"),
    "number": (NUMBER, "door.not_number"), "numbers": (f"{NUMBER}(,{NUMBER})*", "door.not_number"),
    "participant": ("P[0-9]{3,5}", "door.not_participant"), "world": ("program|no_program", "door.not_world"),
    "outcome": ("[a-z0-9_]+", "door.unusable"), "outcomes": ("[a-z0-9_]+(,[a-z0-9_]+)*", "door.unusable"),
    "yes_no": ("true|false", "door.not_bool"), "host": ("[0-9.]{7,15}|localhost", "app.not_a_host"),
    "kept": ("kept|again", "app.not_kept"),
    "scenario": (".+", "door.unusable"), "file": (".+", "door.unusable"), "setting": (".+", "door.not_number"),
}  # fmt: skip
VERB_KEYS = {  # what each is for stands in the sentences, under door.own
    "explain.participant": Own("participant"),
    "explain.replication": Own("whole", "1", 1, 999_999),
    "explain.program": Own("world", "program"),
    "replay.record": Own("file"),
    "calibrate.draws": Own("whole", "65536", 1, 9_999_999),
    "calibrate.sets": Own("whole", "400", 1, 99_999),
    "calibrate.women": Own("whole", "600", 1, 999_999),
    "calibrate.targets": Own("file"),
    "calibrate.retest": Own("file"),
    "compare.a": Own("scenario", "as_delivered"),
    "compare.b": Own("scenario"),
    "compare.precision": Own("number", "1", 0.01, 50),
    "compare.budget": Own("whole", "10000", 20, 200_000),
    "compare.participant": Own("participant"),
    "compare.replication": Own("whole", "1", 1, 999_999),
    "contribute.outcomes": Own("outcomes"),
    "contribute.precision": Own("number", "1", 0.01, 50),
    "contribute.budget": Own("whole", "12000", 3200, 1_000_000),
    "contribute.arrows": Own("whole", "60", 0, 100_000),
    "staff.budget": Own("number", "", 1, 10_000_000),
    "staff.outcome": Own("outcome", "completed"),
    "staff.zone": Own("number", "2", 0.1, 20),
    "staff.worlds": Own("whole", "0", 0, 100_000),
    "staff.case_managers": Own("numbers", "", 0, 20),
    "staff.peer_mentors": Own("numbers", "", 0, 10),
    "staff.caseload_limit": Own("numbers", "", 1, 40),
    "staff.drop_in": Own("numbers", "", 0, 5),
    "staff.warm": Own("numbers", "", 0, 1),
    "staff.contact": Own("numbers", "", 0, 2),
    "staff.women": Own("number", "30", 1, 250),
    "staff.weeks": Own("number", "4", 1, 104),
    "staff.percent": Own("number", "90", 1, 100),
    "staff.posts": Own("wholes", "", 0, 20),
    "app.port": Own("whole", "0", 0, 65535),
    "app.host": Own("host", "127.0.0.1"),
    "app.classroom": Own("yes_no", "false"),
    "app.open": Own("yes_no", "true"),
    "page.grid": Own("kept", "kept"),
    **{f"{verb}.{side}": Own("scenario") for verb in ("value", "tipping") for side in ("a", "b")},
    **{f"{verb}.outcome": Own("outcome", "completed") for verb in ("value", "tipping")},
    **{f"{verb}.worth": Own("number", "", 1, 100_000_000) for verb in ("value", "tipping")},
    **{f"value.{side}": Own("scenario") for side in ("c", "d")},
    "value.sets": Own("whole", "", 20, 100_000),
    "value.runs": Own("whole", "20", 2, 10_000),
    "value.women": Own("wholes", "20,55,100,300", 1, 2000),
    "tipping.parameters": Own("outcomes"),
    "tipping.pairs": Own("whole", "20", 4, 10_000),
    "tipping.budget": Own("whole", "40000", 100, 10_000_000),
    "sensitivity.a": Own("scenario", "as_delivered"),
    "sensitivity.b": Own("scenario"),
    "sensitivity.outcomes": Own("outcomes", "completed"),
    "sensitivity.trajectories": Own("whole", "10", 4, 1000),
    "sensitivity.keep": Own("whole", "10", 2, 40),
    "sensitivity.base": Own("whole", "128", 8, 16_384),
    "sensitivity.replications": Own("whole", "8", 1, 1000),
    "sensitivity.pairs": Own("whole", "60", 10, 10_000),
    "sensitivity.check": Own("whole", "1500", 0, 100_000),
    **{f"evaluate.{name}": Own("setting") for name in EVALUATION},  # usual and range stand in configs/evaluation
}
OWNERS = {key.partition(".")[0] for key in VERB_KEYS}


def problem_with(key: str, value: str) -> list[str]:
    """A line where a verb's key cannot have this value."""
    own = VERB_KEYS[key]
    pattern, sentence = KINDS[own.kind]
    if not re.fullmatch(pattern, value):
        return [say(sentence, key=key, value=shown(value), hint="")]
    low, high = (number_text(end) if isfinite(end) else "" for end in (own.low, own.high))
    outside = [each for each in value.split(",") if low and not own.low <= float(each) <= own.high]
    return [say("door.not_allowed", key=key, value=plain(each), low=low, high=high) for each in outside[:1]]


def not_own(key: str, verb: str) -> str:
    """The line for a verb's key that has no value or does not exist."""
    if key in VERB_KEYS:
        return say("door.no_value", key=key)
    names = [own.removeprefix(f"{verb}.") for own in VERB_KEYS if own.startswith(f"{verb}.")]
    close = closest(key.removeprefix(f"{verb}."), names)
    return say(
        "door.unknown_close" if close else "door.unknown_own", key=plain(key), close=f"{verb}.{close}", verb=verb
    )


def help_of(words: Sequence[str]) -> str:
    """What --help says: of a verb with keys of its own these, with their usual values and what is allowed."""
    everything = say("door.help")
    verb = next((word for word in words if word in OWNERS), "")
    if not verb:
        return everything
    lines, kinds = [next(line for line in everything.splitlines() if line.split()[:1] == [verb]), ""], "door.own_kinds"
    file = configs() / "evaluation" / "assumed.yaml"
    settings = yaml.safe_load(file.read_text(encoding="utf-8")) if verb == "evaluate" else {}
    lines.append(say("door.help_row", key="", usual=say("door.usual"), allowed=say("door.may_be"), meaning="").rstrip())
    for key, own in VERB_KEYS.items():
        owner, name = key.split(".")
        if owner == verb:
            usual, low, high = own.usual, own.low, own.high
            if name in settings:
                usual, (low, high) = settings[name]["value"], settings[name]["allowed"]
            ends = {"low": number_text(low), "high": number_text(high)} if isfinite(low) else {}
            allowed = say("door.own_range", **ends) if ends else say(f"{kinds}.{own.kind}")
            row = {"key": key, "usual": usual or "-", "allowed": allowed, "meaning": say(f"door.own_keys.{key}")}
            lines.append(say("door.help_row", **row))
    return "\n".join([*lines, "", say("door.help_others")])
