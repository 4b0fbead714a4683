"""A planner's own numbers, out and in: a template that any spreadsheet opens, and its strict way back.

A number in another notation, a formula, a second copy of a key or a key that is not a lever, cost, cohort number or
parameter is refused with its line and with what to write instead.
"""

import csv
import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.program.levers import LEVERS
from sim.study.number_files import csv_entries, text_of, yaml_entries
from sim.study.refusals import Refused, number_text, plain, shown, unknown
from sim.study.sentences import say

if TYPE_CHECKING:
    from sim.study.study import Study

COLUMNS = ("name", "key", "value", "unit", "allowed", "note")
GROUPS_IN_FILE = (*dict.fromkeys(lever.key.partition(".")[0] for lever in LEVERS), "costs", "parameters")


def template(study: "Study") -> str:
    """The text of `my_program.csv`: every cohort number, lever and cost of a study, one on a line."""
    page = io.StringIO()
    write = csv.writer(page, lineterminator="\n").writerow
    write(COLUMNS)
    write((say("door.start"), "cohort.start", study.cohort.start, say("door.date"), "", ""))
    plan = study.plan
    for lever in LEVERS:
        allowed = say("door.allowed", low=number_text(lever.low), high=number_text(lever.high))
        note = say("door.whole") if lever.whole else ""
        write((lever.meaning, lever.key, number_text(plan[lever.name]), lever.unit, allowed, note))
    for name, line in study.cost_lines.forward().items():
        low, high = (number_text(round(end, 2)) for end in line.range)
        note = say(f"door.{line.source}" if isinstance(line.source, str) else "door.sourced", low=low, high=high)
        allowed = say("door.allowed", low="0", high=number_text(line.most))
        unit = line.unit if line.year is None else say("door.dollars_of", unit=line.unit, year=line.year)
        write((line.meaning, f"costs.{name}", number_text(round(line.value, 2)), unit, allowed, note))
    return page.getvalue()


def _forward(costs: Mapping[str, Any], line: Mapping[str, Any]) -> float:
    index = costs["index"]
    return float(index[costs["year"]] / index[line["year"]]) if line["year"] else 1.0


def asked_cost(costs: Mapping[str, Any], name: str) -> float:
    """A cost as the template shows it: in dollars of `costs.year`, to the cent."""
    return float(round(costs[name]["value"] * _forward(costs, costs[name]), 2))


def read_own_numbers(file: str, known: Mapping[str, Any]) -> tuple[dict[str, tuple[Any, str]], list[str]]:
    """Each key with its value and where it stands (`scenario.file my.csv, line 7: `), and the problems of other lines.

    Refused when it is not such a file at all.
    """
    where = say("door.in_file", file=plain(file))
    readers = {".csv": csv_entries, ".yaml": yaml_entries, ".yml": yaml_entries}
    reader = readers.get(Path(file).suffix.lower())
    if reader is None:
        raise Refused(say("door.file_kind", where=where))
    numbers: dict[str, tuple[Any, str]] = {}
    problems = []
    for key, value, line, problem in reader(text_of(file, where)):
        origin = say("door.in_line", where=where, line=line)
        if problem := problem or _refusal(key, value, known, numbers):
            problems.append(origin + problem)
        else:
            numbers[key] = value, origin
    if not problems and not numbers:
        raise Refused(say("door.file_empty", where=where))
    return numbers, problems


def _refusal(key: str, value: Any, known: Mapping[str, Any], before: Mapping[str, Any]) -> str:
    """Why one line cannot be used, or nothing. Ranges are checked later, with everything else."""
    allowed = [name for name in known if name.partition(".")[0] in GROUPS_IN_FILE]
    if key not in allowed:
        return say("door.not_in_file", key=key) if key in known else unknown(key, allowed)
    if key in before:
        return say("door.twice", key=key)
    if value == "":
        return say("door.no_value_here", key=key)
    if key.endswith(".range") != isinstance(value, list):
        return say("door.not_range" if key.endswith(".range") else "door.one_value", key=key, value=shown(value))
    if isinstance(value, str) and (hint := _what_to_write(value)):
        return say("door.not_number", key=key, value=shown(value), hint=hint)
    return ""


def _what_to_write(text: str) -> str:
    """What to write instead of a number in another notation; nothing for other text."""
    if text.startswith(("=", "@")):
        return say("door.no_formula")
    if re.fullmatch(r"-?[1-9][0-9]{0,2}([, '][0-9]{3})+(\.[0-9]+)?", text):
        return say("door.write", number=re.sub("[, ']", "", text))
    if re.fullmatch(r"-?[0-9]+,[0-9]+", text):
        return say("door.write", number=text.replace(",", "."))
    if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?[eE][+]?[0-9]", text):
        return say("door.write", number=number_text(float(text)))
    return ""
