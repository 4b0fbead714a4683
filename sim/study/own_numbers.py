"""A planner's own numbers, out and in: a template that any spreadsheet opens, and its strict way back.

What such a file says is data: nothing in it is evaluated, included, resolved, constructed or guessed, whoever wrote it.
A line that cannot be used is refused with its number and with what to write instead.
"""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from sim.program.levers import LEVERS
from sim.study.overrides import known_keys
from sim.study.refusals import Refused, in_plain_notation, number_text, plain, shown, unknown
from sim.study.sentences import say
from sim.study.study import LAST_YEAR

if TYPE_CHECKING:
    from sim.study.study import Study

COLUMNS = ("name", "key", "value", "unit", "allowed", "note")
MOST_BYTES = 256 * 1024
MOST_PROBLEMS = 40  # lines that are told of at once
NOT_PLAIN = (yaml.AliasToken, yaml.AnchorToken, yaml.TagToken, yaml.DirectiveToken)
SEEN = "last_year."  # what a program saw: a line that may be left empty
Entry = tuple[str, Any, int, str]  # a key, its value, its line, and why that line cannot be used or nothing


def template(study: "Study") -> str:
    """The text of `my_program.csv`: every cohort number, lever and cost of a study, one on a line, and what a program
    saw last year, which may be left empty."""
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
        unit = say("door.dollars_of", unit=line.unit, year=study.cost_year) if "CAD" in line.unit else line.unit
        write((line.meaning, f"costs.{name}", number_text(round(line.value, 2)), unit, allowed, note))
    for name, seen in study.last_year:
        allowed = say("door.allowed", low="0", high=number_text(LAST_YEAR[name]))
        about = say(f"seen.meanings.{name}"), f"{SEEN}{name}", "" if seen is None else seen, say(f"seen.units.{name}")
        write((*about, allowed, say("seen.note")))
    return page.getvalue()


def read_own_numbers(file: str) -> tuple[dict[str, tuple[Any, str]], list[str]]:
    """Each key with its value and where it stands (`scenario.file my.csv, line 7: `), and the problems of other lines.

    Refused when it is not such a file at all.
    """
    where = say("door.in_file", file=plain(file))
    read = {".csv": _csv_entries, ".yaml": _yaml_entries, ".yml": _yaml_entries}.get(Path(file).suffix.lower())
    if read is None:
        raise Refused(say("door.file_kind", where=where))
    return _checked(read(_text_of(Path(file), where)), where)


def read_own_text(text: str, where: str) -> tuple[dict[str, tuple[Any, str]], list[str]]:
    """The same of a CSV file's text that came without a file; `where` is what its lines are said to be in."""
    return _checked(_csv_entries(text), where)


def _checked(entries: Iterator[Entry], where: str) -> tuple[dict[str, tuple[Any, str]], list[str]]:
    """The numbers of these lines, and the problems of those that cannot be used."""
    numbers: dict[str, tuple[Any, str]] = {}
    problems = []
    for key, value, line, problem in entries:
        if key.startswith(SEEN) and value == "" and not problem:
            continue
        origin = say("door.in_line", where=where, line=line)
        if problem := problem or (say("door.twice", key=key) if key in numbers else _problem(key, value)):
            problems.append(origin + problem)
            if len(problems) == MOST_PROBLEMS:
                break
        else:
            numbers[key] = value, origin
    if not problems and not numbers:
        raise Refused(say("door.file_empty", where=where))
    return numbers, problems


def _text_of(file: Path, where: str) -> str:
    """The text of an ordinary UTF-8 file of modest size, without a byte-order mark."""
    try:
        if not file.is_file():
            raise FileNotFoundError
        if file.stat().st_size > MOST_BYTES:
            raise Refused(say("door.file_size", where=where, most=MOST_BYTES // 1024))
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(say("door.file_utf8", where=where)) from None
    except (OSError, ValueError):
        raise Refused(say("door.no_file", where=where)) from None


def _problem(key: str, value: Any) -> str:
    """Why one line cannot be used, or nothing. Ranges are checked later, with everything else."""
    allowed = [name for name in known_keys() if "." in name]
    if key not in allowed:
        return say("door.not_in_file", key=key) if key in known_keys() else unknown(key, allowed)
    if value == "":
        return say("door.no_value_here", key=key)
    text = value if isinstance(value, str) else ""
    number = in_plain_notation(text)
    hint = say("door.write", number=number) if number else say("door.no_formula") if text.startswith("=") else ""
    return say("door.not_number", key=key, value=shown(value), hint=hint) if hint else ""


def _number(text: str) -> Any:
    """A number in plain notation, or the text as it is."""
    if re.fullmatch(r"-?[0-9]{1,15}", text):
        return int(text)
    return float(text) if re.fullmatch(r"-?[0-9]{1,15}\.[0-9]{1,15}", text) else text


def _csv_entries(text: str) -> Iterator[Entry]:
    """The lines of a spreadsheet saved as CSV, with commas or semicolons; columns beside key and value are notes."""
    separator = ";" if ";" in text.partition("\n")[0] else ","
    rows = csv.reader(io.StringIO(text), delimiter=separator, strict=True)
    try:
        header = [cell.strip().lower() for cell in next(rows, ("key", "value"))]
        if header.count("key") != 1 or header.count("value") != 1:
            yield "", None, 1, say("door.file_header")
            return
        for row in rows:
            if any(cell.strip() for cell in row):
                yield _csv_entry(header, [cell.strip() for cell in row], rows.line_num)
    except csv.Error:
        yield "", None, rows.line_num, say("door.file_csv")


def _csv_entry(header: list[str], cells: list[str], line: int) -> Entry:
    filled = cells + [""] * len(header)
    key, (value, beside) = filled[header.index("key")], filled[header.index("value") :][:2]
    if re.fullmatch("-?[0-9]+", value) and re.fullmatch("[0-9]+", beside):
        return key, f"{value},{beside}", line, ""  # 1,5 has become two cells
    if len(cells) > len(header):
        problem = say("door.file_cells", key=plain(key), cells=len(cells), columns=len(header))
        return key, None, line, problem
    return key, _number(value), line, ""


def _yaml_entries(text: str) -> Iterator[Entry]:
    """The numbers of a YAML file, nested or with dotted keys; nothing in it may stand for something else."""
    try:
        for token in yaml.scan(text, Loader=yaml.SafeLoader):
            if isinstance(token, NOT_PLAIN):
                raise yaml.MarkedYAMLError(problem_mark=token.start_mark)
        top = yaml.compose(text, Loader=yaml.SafeLoader)
        if top and not isinstance(top, yaml.MappingNode):
            raise yaml.MarkedYAMLError(problem_mark=top.start_mark)
        yield from _entries_below(top, ()) if top else ()
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        yield "", None, mark.line + 1 if mark else 1, say("door.file_yaml")


def _entries_below(node: yaml.Node, path: tuple[str, ...]) -> Iterator[Entry]:
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            yield from _entries_below(value, (*path, str(name.value)))
    else:
        yield ".".join(path), _plain_value(node), node.start_mark.line + 1, ""


def _plain_value(node: yaml.Node) -> Any:
    """A number, a text, or a list; a mapping within a list, which no key takes, is left empty."""
    if isinstance(node, yaml.ScalarNode):
        return node.value if node.style else _number(node.value)
    return [_plain_value(item) for item in node.value] if isinstance(node, yaml.SequenceNode) else {}
