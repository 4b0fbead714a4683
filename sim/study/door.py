"""The command `pathways [verb] [-m] [key=value ...]`: it reads what is asked, checks all of it, and only then runs."""

import re
import shlex
import sys
import traceback
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from sim.study.command_line import Asked, sort_words
from sim.study.refusals import Refused, plain, shown
from sim.study.sentences import say

if TYPE_CHECKING:
    from sim.study.study import Study

INFO = ("all", "config", "defaults", "defaults-tree", "plugins", "searchpath")
TEMPLATE = "my_program.csv"


def main(argv: Sequence[str] | None = None) -> int:
    """The command's exit code: 0, 2 when something asked cannot be done, 130 when interrupted, 1 for any other stop."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        return _answer(words)
    except (Exception, KeyboardInterrupt) as stop:
        if "debug=true" in words:
            traceback.print_exc()
        code, lines = _ending(stop)
        print("\n".join(lines), file=sys.stderr)
        return code


def _ending(stop: BaseException) -> tuple[int, tuple[str, ...]]:
    """The exit code and the lines of a command that was stopped."""
    if isinstance(stop, Refused):
        return 2, stop.problems
    if isinstance(stop, KeyboardInterrupt):
        return 130, (say("door.stopped"),)
    return 1, (say("door.unexpected", kind=type(stop).__name__, reason=" ".join(str(stop).split())),)


def _answer(words: list[str]) -> int:
    if "--help" in words or "-h" in words:
        print(say("door.help"))
        return 0
    if "--version" in words:
        print("pathways", _version())
        return 0
    if words and words[0] in ("--shell-completion", "-sc", "--info", "-i"):
        return _ask_hydra(words)
    show = "--cfg" in words or "-c" in words
    asked = sort_words(_without_cfg(words) if show else words)
    if asked.verb == "replay":
        return _replay(asked)

    from sim.study.settings import read_studies  # here, because --help should not wait for it

    studies = read_studies(asked.words, asked.many)
    if show:
        import yaml

        print(yaml.safe_dump_all([study.resolved() for study in studies], sort_keys=False, width=120), end="")
        return 0
    if asked.verb == "run":
        from sim.study.run import run_main

        return run_main(studies, shlex.join(["pathways", *words]))
    if len(studies) > 1:
        raise Refused(say("door.one_study", verb=asked.verb))
    if asked.verb == "template":
        return _write_template(studies[0])
    participant, replication, program = _participant(asked.own)
    from sim.study.explain import explain

    return explain(studies[0], participant, replication, program)


def _without_cfg(words: list[str]) -> list[str]:
    """The words without `--cfg job`."""
    at = words.index("--cfg" if "--cfg" in words else "-c")
    value = words[at + 1] if at + 1 < len(words) else ""
    if value != "job":
        raise Refused(say("door.cfg_job", value=shown(value)))
    return words[:at] + words[at + 2 :]


def _ask_hydra(words: list[str]) -> int:
    """Hydra's own account of the configurations, and the shell's completion; nothing else of its command is let in."""
    option, *rest = words
    about = option in ("--info", "-i")
    if len(rest) > 1 or not all(
        re.fullmatch("(install|uninstall|query)=(bash|zsh|fish)", word) or word in INFO for word in rest
    ):
        raise Refused(say("door.unknown_option", option=plain(" ".join(words))))
    import hydra

    from sim.study.places import configs

    sys.argv[1:] = ["--info" if about else "--shell-completion", *rest]
    hydra.main(version_base="1.3", config_path=str(configs()), config_name="config")(lambda settings: None)()
    return 0


def _write_template(study: "Study") -> int:
    from sim.study.own_numbers import template

    file = study.out or TEMPLATE
    try:
        with open(file, "x", encoding="utf-8", newline="") as page:
            page.write(template(study))
    except FileExistsError:
        raise Refused(say("door.exists", file=plain(file))) from None
    except OSError:
        raise Refused(say("door.not_written", file=plain(file))) from None
    print(say("door.written", file=file))
    return 0


def _replay(asked: Asked) -> int:
    extra = [word for word in asked.words if not word.startswith("debug=")]
    if extra or asked.many:
        raise Refused(*(say("door.alone", word=plain(word)) for word in extra or ["-m"]))
    if "replay.record" not in asked.own:
        raise Refused(
            say("door.needs", verb="replay", key="replay.record", example="replay.record=results/NAME/record.json")
        )
    from sim.study.record import replay

    return replay(Path(asked.own["replay.record"]))


def _participant(own: dict[str, str]) -> tuple[str, int, str]:
    """Whose timeline is asked for, in which replication and which world."""
    participant, replication = own.get("explain.participant", ""), own.get("explain.replication", "1")
    problems = []
    if not participant:
        problems.append(
            say("door.needs", verb="explain", key="explain.participant", example="explain.participant=P001")
        )
    elif not re.fullmatch("P[0-9]{3,5}", participant):
        problems.append(say("door.not_participant", key="explain.participant", value=shown(participant)))
    if not re.fullmatch("[0-9]{1,6}", replication):
        problems.append(say("door.not_whole", key="explain.replication", value=shown(replication), hint=""))
    if problems:
        raise Refused(*problems)
    return participant, int(replication), own.get("explain.program", "program")


def _version() -> str:
    try:
        return version("pathways")
    except PackageNotFoundError:
        return "(not installed)"
