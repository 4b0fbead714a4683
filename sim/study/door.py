"""The command `pathways [verb] [-m] [key=value ...]`: it reads what is asked, checks all of it, and only then runs.

What is slow to import is imported where it is needed, so that --help and a typing mistake are answered at once.
"""

import os
import re
import shlex
import sys
import traceback
from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import yaml

from sim.study.own_keys import OWNERS, VERB_KEYS, help_of, not_own, problem_with
from sim.study.places import configs
from sim.study.refusals import Refused, closest, plain, shown
from sim.study.sentences import say

if TYPE_CHECKING:
    from sim.study.study import Study

# Each is sim/study/VERB.py with VERB_main(study, own, command).
STUDYING = ("calibrate", "compare", "evaluate", "contribute", "staff", "value", "tipping", "sensitivity")
# Found by name, so that what is asked does not depend on what shows it: VERB_main(words, own, command).
SHOWING = {"app": "sim.app.app", "page": "sim.app.page_file"}
VERBS = ("run", "explain", "template", "replay", *STUDYING, *SHOWING)
SETTINGS_OF_ALL = ("sweep.confirmed",)  # keys of a later verb's group that every study has
LATER = ("sweep",)
OPTIONS = ("-m", "--multirun", "--help", "--version", "--cfg", "--info", "--shell-completion")
NEEDED = {
    "explain": "explain.participant=P001",
    "replay": "replay.record=results/NAME/record.json",
    "compare": "compare.b=one_more_case_manager",
}
ASKED_OF_HYDRA = "(--info|-i)( (all|config|defaults))?|(--shell-completion|-sc) ((un)?install|query)=(bash|zsh|fish)"


class Asked(NamedTuple):
    """A command line, sorted: `own` are the verb's keys, `words` the studies'; `show` asks for their settings only."""

    verb: str
    many: bool
    show: bool
    own: dict[str, str]
    words: list[str]
    problems: list[str]


def main(argv: Sequence[str] | None = None) -> int:
    """The command's exit code: 0, 2 when something asked cannot be done, 130 when interrupted, 1 for any other stop."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        return _answer(words)
    except (Exception, KeyboardInterrupt) as stop:
        if "debug=true" in words:
            traceback.print_exc()
        if isinstance(stop, BrokenPipeError):  # whoever read the output has closed it
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        if isinstance(stop, Refused):
            code, line = 2, str(stop)
        elif isinstance(stop, KeyboardInterrupt):
            code, line = 130, say("door.stopped")
        else:
            code, line = 1, say("door.unexpected", kind=type(stop).__name__, reason=" ".join(str(stop).split()))
        print(line, file=sys.stderr)
        return code


def _answer(words: list[str]) -> int:
    if "--help" in words or "-h" in words:
        print(help_of([word.removeprefix("study=") for word in words]))
        return 0
    if "--version" in words:
        print("pathways", release())
        return 0
    if words and words[0] in ("--info", "-i", "--shell-completion", "-sc"):
        return _ask_hydra(words)
    asked = _sorted(words)
    if asked.verb == "replay":
        return _replay(asked)
    if asked.many and asked.verb != "run":
        raise Refused(*asked.problems, say("door.one_study", verb=asked.verb))
    from sim.study.settings import read_studies

    studies = read_studies(asked.words, asked.many, asked.problems)
    if asked.show:
        print(yaml.safe_dump_all([study.resolved() for study in studies], sort_keys=False, width=120), end="")
        return 0
    if asked.verb == "run":
        from sim.study.run import run_main

        return run_main(studies, shlex.join(["pathways", *words]))
    if asked.verb == "template":
        return _write_template(studies[0])
    own = {key.partition(".")[2]: value for key, value in asked.own.items()}
    if asked.verb in STUDYING:
        module = import_module(f"sim.study.{asked.verb}")
        kept = [word for word in words if not word.startswith(("out=", "store="))]  # no part of what comes out
        return int(getattr(module, f"{asked.verb}_main")(studies[0], own, shlex.join(["pathways", *kept])))
    if asked.verb in SHOWING:
        module = import_module(SHOWING[asked.verb])
        return int(getattr(module, f"{asked.verb}_main")(asked.words, own, shlex.join(["pathways", *words])))
    from sim.study.explain import explain

    return explain(studies[0], own["participant"], int(own.get("replication", "1")), own.get("program", "program"))


def _sorted(words: Sequence[str]) -> Asked:
    """The parts of a command line, and a line for each word that is none of them."""
    verb, many, show, own, rest, problems = "", False, False, dict[str, str](), list[str](), list[str]()
    left = iter(words)
    for word in left:
        key, equals, value = word.partition("=")
        start = value if key == "study" else key.partition(".")[0]
        if word in ("-m", "--multirun"):
            many = True
        elif word in ("-c", "--cfg"):
            show, what = True, next(left, "")
            problems += [] if what == "job" else [say("door.cfg_job", value=shown(what))]
        elif word.startswith("-"):
            problems.append(_unknown_option(word))
        elif not verb and start in VERBS and word in (start, f"study={start}"):
            verb = start
        elif start in LATER and key not in SETTINGS_OF_ALL:
            problems.append(say("door.later", verb=start, verbs=", ".join(VERBS)))
        elif key in VERB_KEYS and value:
            problems += [say("door.twice", key=key)] if key in own else []
            own[key] = value
        elif "." in key and start in OWNERS:
            problems.append(not_own(key, start))
        elif not equals or not key:
            problems.append(_bare(word))
        else:
            rest.append(word)
    verb = verb or "run"
    return Asked(verb, many, show, own, rest, problems + _problems_of_own(verb, own))


def _problems_of_own(verb: str, own: Mapping[str, str]) -> list[str]:
    """What is wrong with the verb's own keys."""
    example = NEEDED.get(verb, "")
    needed = {example.partition("=")[0]} - {"", *own}
    problems = [say("door.needs", verb=verb, key=key, example=example) for key in needed]
    for key, value in own.items():
        if key.partition(".")[0] != verb:
            problems.append(say("door.belongs", key=key, verb=key.partition(".")[0]))
        else:
            problems += problem_with(key, value)
    return problems


def _bare(word: str) -> str:
    """The line for a word without a value, by what was probably meant."""
    from sim.study.overrides import known_keys, options

    if word in VERBS or word.startswith("="):
        return say("door.verb_first" if word in VERBS else "door.spaces", word=plain(word))
    if word in known_keys():
        return say("door.no_value", key=word)
    meant = {name: name for name in (*VERBS, *LATER, *known_keys())}
    meant |= {name: f"scenario={name}" for name in options()["scenario"]} | {"": ""}
    meant |= {word: f"scenario.file={plain(word)}"} if Path(word).suffix in (".csv", ".yaml", ".yml") else {}
    close = meant[closest(word, meant)]
    return say("door.unknown_close" if close else "door.no_meaning", key=plain(word), close=close)


def _unknown_option(word: str) -> str:
    bare = word.lstrip("-")
    close = bare if "=" in bare and "." in bare else closest(word, OPTIONS)
    return say("door.option_close" if close else "door.unknown_option", option=plain(word), close=plain(close))


def _ask_hydra(words: list[str]) -> int:
    """Hydra's own account of the configurations, and the shell's completion; nothing else of its command is let in."""
    if not re.fullmatch(ASKED_OF_HYDRA, " ".join(words)):
        raise Refused(say("door.unknown_option", option=plain(" ".join(words))))
    import hydra

    sys.argv[1:] = words
    hydra.main(version_base="1.3", config_path=str(configs()), config_name="config")(lambda settings: None)()
    return 0


def _write_template(study: "Study") -> int:
    from sim.study.own_numbers import template

    file = study.out or "my_program.csv"
    try:
        with open(file, "x", encoding="utf-8", newline="") as page:
            page.write(template(study))
    except OSError as problem:
        sentence = "door.exists" if isinstance(problem, FileExistsError) else "door.not_written"
        raise Refused(say(sentence, file=plain(file))) from None
    print(say("door.written", file=file))
    return 0


def _replay(asked: Asked) -> int:
    extra = ["-m"] * asked.many + [word for word in asked.words if not word.startswith("debug=")]
    if problems := asked.problems + [say("door.alone", word=plain(word)) for word in extra]:
        raise Refused(*problems)
    from sim.study.record import replay

    return replay(Path(asked.own["replay.record"]))


def release() -> str:
    """The version installed."""
    try:
        return version("pathways")
    except PackageNotFoundError:
        return "(not installed)"
