"""Reads a results folder back: checked when it is opened, loaded only where it is looked at; and the dictionary of its
tables."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd
import pyarrow.dataset as ds
import yaml

from sim.program.people import LOG, POST_LOG
from sim.study.files import Damaged, complete, unchanged
from sim.study.record import read_record
from sim.study.refusals import Refused
from sim.study.sentences import say

RECORDED = {"occupancy": LOG, "posts": POST_LOG}
Named = Mapping[str, Sequence[Mapping[str, str]]]


@dataclass(frozen=True)
class Saved:
    """A results folder whose every file is as it was written; record: settings, seed, versions, the model's digest."""

    folder: Path
    record: dict[str, Any]

    @property
    def files(self) -> dict[str, Path]:
        """The file of each of its tables, by name; Parquet where there are both."""
        places = [place for place in (self.folder, self.folder / "tables") if place.is_dir()]
        found = [path for place in places for suffix in ("csv", "parquet") for path in place.glob(f"*.{suffix}")]
        kept = {path.stem: path for path in sorted(found, key=lambda path: path.suffix)}
        return {name: kept[name] for name in sorted(kept.keys() - {"dictionary"})}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its tables."""
        return tuple(self.files)

    def dataset(self, name: str) -> ds.Dataset:
        """A table as a pyarrow dataset, of which only what is asked for is loaded; its pages are held against their
        checksums as they are read."""
        if name not in self.names:
            raise Refused(say("store.no_table", name=name, names=", ".join(self.names)))
        file = self.files[name]
        options = ds.ParquetFragmentScanOptions(page_checksum_verification=True)
        parquet = ds.ParquetFileFormat(default_fragment_scan_options=options)
        return ds.dataset(file, format=parquet if file.suffix == ".parquet" else "csv")

    def table(self, name: str, columns: Sequence[str] | None = None, rows: ds.Expression | None = None) -> pd.DataFrame:
        """A table, or those of its columns and rows, as a pandas frame: `rows=ds.field("outcome") == "completed"`."""
        columns = None if columns is None else list(columns)
        try:
            frame: pd.DataFrame = self.dataset(name).to_table(columns=columns, filter=rows).to_pandas()
        except OSError:  # changed since it was opened
            raise _unusable(self.files[name], self.record) from None
        return frame


def open_results(folder: str | Path) -> Saved:
    """Opens a results folder. Refused, in one line, when a file of it is damaged, missing or one too many, or when
    another format or model has made it: then the line says what to run."""
    place = Path(folder)
    record = read_record(place)
    try:
        complete(place, record)
        for name in record["files"]:
            unchanged(place, record, name)
    except Damaged as damaged:
        raise _unusable(damaged, record) from None
    return Saved(place, record)


def _unusable(file: object, record: Mapping[str, Any]) -> Refused:
    return Refused(say("store.unusable", file=file, command=record["command"]))


def dictionary(
    verb: str = "run", of: Collection[str] | None = None, named: Named = MappingProxyType({})
) -> pd.DataFrame:
    """Every column of every table (or of these) in a folder that this verb fills: its type, unit and meaning. named:
    by kind, what stands for a column such as {parameter}, a row each."""
    text = (Path(__file__).with_name("dictionaries") / f"{verb}.yaml").read_text(encoding="utf-8")
    rows = []
    for table, about in yaml.safe_load(text).items():
        columns = about["columns"] | {
            name: ("number" if kind.startswith("f") else "whole", "", meaning)
            for name, kind, meaning in RECORDED.get(table, ())
        }
        for cells in ((column, *told) for column, told in columns.items() if of is None or table in of):
            kinds = [kind for kind in named if f"{{{kind}}}" in cells[0]]
            each = [[cell.format(**one) for cell in cells] for kind in kinds for one in named[kind]]
            rows += [(table, about["is"], *row) for row in (each if kinds else [cells])]
    return pd.DataFrame(rows, columns=["table", "holds", "column", "type", "unit", "meaning"])
