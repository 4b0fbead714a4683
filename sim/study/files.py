"""Folders that are complete or not there at all, and that tell when a byte in them is not as it was written."""

import hashlib
import json
import os
import shutil
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BytesIO
from itertools import chain, count
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sim.study.places import RECORD
from sim.study.refusals import Refused
from sim.study.sentences import say

A_DAY = 86_400  # seconds after which what a killed process was filling is cleared away


class Damaged(Exception):
    """A file is not as it was written; the message names it."""


@dataclass
class Filling:
    """A folder to fill; its place is known for sure only when it is there, because another study may be quicker."""

    folder: Path
    place: Path


@contextmanager
def filling(wanted: Path, instead: bool = True) -> Iterator[Filling]:
    """A folder to fill that takes its name when all has gone well: `wanted`, or the next that is free
    (without `instead`, who came first stays). Whatever stops the work, nothing half done stays; Refused by the disk."""
    beside = wanted.parent / f".{wanted.name}.{os.getpid()}{threading.get_ident()}"
    try:
        _clear(wanted.parent)
        beside.mkdir(parents=True)
        filled = Filling(beside, wanted)
        yield filled
        filled.place = _take(beside, wanted, instead)
        _settle(wanted.parent)
    except OSError as problem:
        shutil.rmtree(beside, ignore_errors=True)
        raise Refused(say("summary.not_written", folder=wanted, reason=problem.strerror or problem)) from problem
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise


def seal(folder: Path, record: Mapping[str, Any]) -> None:
    """Writes `record.json` with the hash of every file in the folder and of itself; then all of it is on the disk."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path != folder / RECORD)
    body = {**record, "files": {path.relative_to(folder).as_posix(): _settle(path) for path in files}}
    body["seal"] = _hash(_text(body).encode())
    (folder / RECORD).write_text(_text(body), encoding="utf-8", newline="\n")
    for path in (folder / RECORD, *(path for path in folder.rglob("*") if path.is_dir()), folder):
        _settle(path)


def sealed(folder: Path) -> dict[str, Any]:
    """The record of a folder, as it was written. Damaged when it is not, FileNotFoundError when there is none."""
    path = folder / RECORD
    try:
        text = path.read_bytes().replace(b"\r\n", b"\n").decode()
        record = json.loads(text)
        body = {key: value for key, value in record.items() if key != "seal"}
        if record["seal"] != _hash(_text(body).encode()) or text != _text(record):
            raise Damaged(str(path))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Damaged(str(path)) from None
    return dict(record)


def complete(folder: Path, record: Mapping[str, Any]) -> None:
    """Damaged, with its name, when a file of this folder is missing or is one too many."""
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {RECORD}
    for name in sorted(present ^ record["files"].keys()):
        raise Damaged(str(folder / name))


def unchanged(folder: Path, record: Mapping[str, Any], name: str) -> bytes:
    """The bytes of a file as they were written, or Damaged."""
    with suppress(FileNotFoundError):
        content = (folder / name).read_bytes()
        if record["files"].get(name) == _hash(content):
            return content
    raise Damaged(str(folder / name))


def write_table(table: pd.DataFrame, path: Path) -> None:
    """The table as Parquet, with checksums of its pages."""
    with path.open("wb") as file:
        whole = pa.Table.from_pandas(table, preserve_index=False)
        pq.write_table(whole, file, compression="zstd", write_page_checksum=True)


def read_table(content: bytes) -> pd.DataFrame:
    """The table that these bytes hold, every page held against its checksum."""
    table: pd.DataFrame = pq.read_table(BytesIO(content), page_checksum_verification=True).to_pandas()
    return table


def _text(record: Mapping[str, Any]) -> str:
    return json.dumps(record, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _settle(path: Path) -> str:
    """The hash of what is now on the disk, and not only on its way; of a folder, of nothing."""
    if path.is_dir():
        if os.name == "posix":  # elsewhere a folder cannot be opened
            handle = os.open(path, os.O_RDONLY)
            os.fsync(handle)
            os.close(handle)
        return ""
    with path.open("r+b") as file:
        os.fsync(file.fileno())
        return hashlib.file_digest(file, "sha256").hexdigest()


def _clear(parent: Path) -> None:
    """What processes were filling when they were killed, more than a day ago, is gone."""
    for old in parent.glob(".*.*"):
        with suppress(OSError):
            if old.is_dir() and old.suffix[1:].isdigit() and time.time() - old.stat().st_mtime > A_DAY:
                shutil.rmtree(old)


def numbered(wanted: Path) -> Iterator[Path]:
    """The name, and with -2, -3, ... the names to take where it is taken."""
    return chain([wanted], (wanted.with_name(f"{wanted.name}-{number}") for number in count(2)))


def _take(beside: Path, wanted: Path, instead: bool) -> Path:
    """The filled folder takes the name, or with -2, -3, ... where it is taken; the name that it took."""
    for place in numbered(wanted):
        try:
            if not place.exists():
                beside.rename(place)
                return place
        except OSError:  # taken in the meantime, or the disk's fault
            if not place.exists():
                raise
        if not instead:
            break
    shutil.rmtree(beside)
    return wanted
