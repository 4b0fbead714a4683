"""What a command line asks for: its verb, its options and its `key=value` words, or what it probably meant instead."""

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

from sim.study.refusals import Refused, plain
from sim.study.sentences import say

VERBS = ("run", "explain", "template", "replay")
LATER = (
    "compare", "contribute", "calibrate", "staff", "sweep", "sensitivity", "value", "tipping", "evaluate", "app",
    "page",
)  # fmt: skip
OPTIONS = ("-m", "--multirun", "--help", "--version", "--cfg", "--info", "--shell-completion")
VERB_KEYS = {
    "explain.participant": "explain", "explain.replication": "explain", "explain.program": "explain",
    "replay.record": "replay",
}  # fmt: skip


class Asked(NamedTuple):
    """A command line, sorted: its verb, if several studies may be meant, the verb's own keys, the study's words."""

    verb: str
    many: bool
    own: dict[str, str]
    words: list[str]


def sort_words(words: Sequence[str]) -> Asked:
    """The parts of a command line; Refused for a word that is none of them."""
    many, verb, own, rest, problems = False, "", dict[str, str](), list[str](), list[str]()
    for word in words:
        key, equals, value = word.partition("=")
        if word in ("-m", "--multirun"):
            many = True
        elif word.startswith("-"):
            problems.append(_unknown_option(word))
        elif not verb and (word in VERBS or (key == "study" and value in VERBS)):
            verb = value or word
        elif key.partition(".")[0] in LATER or (key == "study" and value in LATER):
            problems.append(say("door.later", verb=value if key == "study" else key.partition(".")[0]))
        elif key in VERB_KEYS and value:
            own[key] = value
        elif not equals or not key:
            problems.append(_bare(word))
        else:
            rest.append(word)
    verb = verb or "run"
    problems += [say("door.belongs", key=key, verb=VERB_KEYS[key]) for key in own if VERB_KEYS[key] != verb]
    if problems:
        raise Refused(*problems, *_other_problems(rest, many))
    return Asked(verb, many, own, rest)


def _other_problems(words: list[str], many: bool) -> tuple[str, ...]:
    """What else is wrong with the words that are keys and values."""
    from sim.study.settings import read_studies

    try:
        read_studies(words, many)
    except Refused as refused:
        return refused.problems
    return ()


def _bare(word: str) -> str:
    """The line for a word without a value, by what was probably meant."""
    from sim.study.settings import known_keys, options

    if word in VERBS or word.startswith("="):
        return say("door.verb_first" if word in VERBS else "door.spaces", word=plain(word))
    if word in known_keys():
        return say("door.no_value", key=word)
    meant = {name: name for name in (*VERBS, *LATER)} | {name: f"scenario={name}" for name in options()["scenario"]}
    if Path(word).suffix in (".csv", ".yaml", ".yml"):
        return say("door.unknown_close", key=plain(word), close=f"scenario.file={plain(word)}")
    close = get_close_matches(word, [*meant, *known_keys()], n=1)
    if close:
        return say("door.unknown_close", key=plain(word), close=meant.get(close[0], close[0]))
    return say("door.no_meaning", word=plain(word))


def _unknown_option(word: str) -> str:
    bare = word.lstrip("-")
    close = [bare] if "=" in bare and "." in bare else get_close_matches(word, OPTIONS, n=1)
    if close:
        return say("door.option_close", option=plain(word), close=plain(close[0]))
    return say("door.unknown_option", option=plain(word))
