"""Blocks of runs: written once, under a hash of everything that decides them, and made again when a byte has changed.
Any study is cut into blocks; started again, it lives those that are missing and no others."""

import hashlib
import json
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from sim.study.files import Damaged, complete, filling, read_table, seal, sealed, unchanged, write_table
from sim.study.sentences import say

Key = Mapping[str, Any]  # everything that decides a block, as JSON
Tables = dict[str, pd.DataFrame]
FORMAT = 1


def fingerprint(key: Key) -> str:
    """The name of the block that this decides."""
    return hashlib.sha256(json.dumps(key, sort_keys=True, allow_nan=False).encode()).hexdigest()[:32]


class Store:
    """Blocks in a folder; without a folder none is kept. Several studies may use one folder at the same time."""

    def __init__(self, folder: str | Path | None) -> None:
        self.folder = None if folder is None else Path(folder)

    def place(self, key: Key) -> Path | None:
        """Where this block is, or would be."""
        name = fingerprint(key)
        return None if self.folder is None else self.folder / name[:2] / name

    def get(self, key: Key) -> Tables | None:
        """The tables of a block, every byte as it was written; None where there is none or it was damaged."""
        place = self.place(key)
        if place is None or not place.exists():
            return None
        try:
            record = sealed(place)
            complete(place, record)
            if record["key"] != json.loads(json.dumps(key)):
                raise Damaged(str(place))
            files = {name.removesuffix(".parquet"): unchanged(place, record, name) for name in record["files"]}
            return {name: read_table(content) for name, content in files.items()}
        except (Damaged, OSError, KeyError):
            print(say("store.damaged", block=place), file=sys.stderr)
            shutil.rmtree(place, ignore_errors=True)
            return None

    def put(self, key: Key, tables: Tables) -> None:
        """Keeps a block, whole; where another study was quicker, its block stays: the same bytes."""
        if place := self.place(key):
            with filling(place, instead=False) as filled:
                for name, table in tables.items():
                    write_table(table, filled.folder / f"{name}.parquet")
                seal(filled.folder, {"format": FORMAT, "key": key})
