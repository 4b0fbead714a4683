"""What a file of somebody's own numbers says, line by line, as data: nothing in it is evaluated, included, resolved,
constructed or guessed, whoever wrote it."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from sim.study.refusals import Refused, plain
from sim.study.sentences import say

MOST_BYTES = 256 * 1024
DEEPEST = 6  # mappings in mappings


class Entry(NamedTuple):
    """One key with its value, the line it stands on, and why that line cannot be used, if so."""

    key: str
    value: Any
    line: int
    problem: str = ""


def text_of(file: str, where: str) -> str:
    """The text of an ordinary UTF-8 file of modest size, without a byte-order mark."""
    try:
        if not Path(file).is_file():
            raise Refused(say("door.no_file", where=where))
        with open(file, "rb") as page:
            content = page.read(MOST_BYTES + 1)
    except (OSError, ValueError):
        raise Refused(say("door.no_file", where=where)) from None
    if len(content) > MOST_BYTES:
        raise Refused(say("door.file_size", where=where, most=MOST_BYTES // 1024))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(say("door.file_utf8", where=where)) from None


def _number(text: str) -> Any:
    """A number in plain notation, or the text as it is."""
    if re.fullmatch(r"-?[0-9]{1,15}", text):
        return int(text)
    return float(text) if re.fullmatch(r"-?[0-9]{1,15}\.[0-9]{1,15}", text) else text


def csv_entries(text: str) -> Iterator[Entry]:
    """The lines of a spreadsheet saved as CSV, with commas or semicolons; columns beside key and value are notes."""
    first = text.partition("\n")[0]
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=";" if ";" in first else ",", strict=True)
    header: list[str] = []
    try:
        for row in rows:
            cells = [cell.strip() for cell in row]
            if not any(cells):
                continue
            if header:
                yield _csv_entry(header, cells, rows.line_num)
                continue
            header = [cell.lower() for cell in cells]
            if header.count("key") != 1 or header.count("value") != 1:
                yield Entry("", None, rows.line_num, say("door.file_header"))
                return
    except csv.Error:
        yield Entry("", None, rows.line_num, say("door.file_csv"))


def _csv_entry(header: list[str], cells: list[str], line: int) -> Entry:
    width = len(cells)
    cells = cells + [""] * len(header)
    at = header.index("value")
    key, value, beside = cells[header.index("key")], cells[at], cells[at + 1]
    if re.fullmatch("-?[0-9]+", value) and re.fullmatch("[0-9]+", beside):  # 1,5 has become two cells
        hint = say("door.write", number=f"{value}.{beside}")
        return Entry(key, None, line, say("door.not_number", key=plain(key), value=f'"{value},{beside}"', hint=hint))
    if width > len(header):
        return Entry(key, None, line, say("door.file_cells", key=plain(key), cells=width, columns=len(header)))
    return Entry(key, _number(value), line)


def yaml_entries(text: str) -> Iterator[Entry]:
    """The numbers of a YAML file, nested or with dotted keys, read from its events."""
    line, documents = 1, 0
    path: list[str] = []  # the keys that lead to what comes next; empty where a key is awaited
    pair: list[Any] | None = None
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            line = event.start_mark.line + 1 if event.start_mark else line
            documents += isinstance(event, yaml.DocumentStartEvent)
            if documents > 1 or _odd(event, path, pair):
                yield Entry("", None, line, say("door.file_yaml"))
                return
            if isinstance(event, yaml.MappingStartEvent):
                path.append("")
            elif isinstance(event, yaml.SequenceStartEvent):
                pair = []
            elif isinstance(event, yaml.MappingEndEvent):
                path.pop()
                path[-1:] = [""] if path else []
            elif isinstance(event, yaml.SequenceEndEvent):
                yield Entry(".".join(path), pair, line)
                pair, path[-1] = None, ""
            elif isinstance(event, yaml.ScalarEvent):
                value = event.value if event.style else _number(event.value)
                if pair is not None:
                    pair.append(value)
                elif path[-1]:
                    yield Entry(".".join(path), value, line)
                    path[-1] = ""
                else:
                    path[-1] = event.value
    except yaml.YAMLError as error:
        if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
            line = error.problem_mark.line + 1
        yield Entry("", None, line, say("door.file_yaml"))


def _odd(event: Any, path: list[str], pair: list[Any] | None) -> bool:
    """Whether this is anything but plain keys, plain values and a pair of numbers: an alias, an anchor, a tag,
    a list of lists, a key that is not a word, nesting without end."""
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) or getattr(event, "tag", None):
        return True
    awaits_key = bool(path) and not path[-1]
    if isinstance(event, yaml.MappingStartEvent):
        return pair is not None or awaits_key or len(path) >= DEEPEST
    if isinstance(event, yaml.SequenceStartEvent):
        return pair is not None or awaits_key or not path
    if isinstance(event, yaml.ScalarEvent):
        return not path or (awaits_key and not event.value)
    return False
