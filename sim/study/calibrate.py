"""The verb `calibrate`: searches for the parameter sets that the evidence allows, or tests an ensemble again, and keeps
what it found in a folder with its record."""

import sys
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from sim.measures.outcomes import NAMED
from sim.study.calibration import Asked, calibrate, held_against, held_out, lived_for_kept, retest
from sim.study.files import filling, seal, write_table
from sim.study.prior_posterior import draw_prior_posterior, prior_posterior
from sim.study.record import RESULTS, record_of
from sim.study.run import BLOCKS
from sim.study.saved import dictionary
from sim.study.sentences import say
from sim.study.sets import EVIDENCE, RANGES
from sim.study.store import Store
from sim.study.study import Study
from sim.study.tables import harmless
from sim.study.targets import read_targets
from sim.study.targets_met import targets_table

USUAL = {"draws": 65_536, "sets": 400, "women": 600}  # sets tried at most, enough, women by which a set is judged
WORST = 5  # pairs of targets named when too few sets meet all bands
TEXTS = ("targets", "pairs", "held_out", "dictionary")  # tables kept as text, for whoever opens them in a spreadsheet
Tables = dict[str, pd.DataFrame]


def calibrate_main(study: Study, own: Mapping[str, str], command: str) -> int:
    """Calibrates a study, or with `retest` tests that folder's ensemble under today's model; the exit code: 0 when
    there are as many sets as asked for, 1 when not. Blocks of runs are kept: stopped, it goes on where it was."""
    draws, sets, women = (int(own.get(name, usual)) for name, usual in USUAL.items())
    study = study.model_copy(update={"parameters_from": RANGES})
    place = Path(study.out) if study.out else RESULTS / f"{date.today().isoformat()}_calibration"
    if "retest" not in own:
        asked, store = Asked(study, read_targets(own.get("targets"))), Store(study.store or BLOCKS)
        tables, about = calibrate(asked, draws, sets, women, store, told)
    else:
        asked, tables, about = tested_again(Path(own["retest"]), study)
    with filling(place) as filled:
        keep(filled.folder, asked, tables, about, command)
    print("\n".join([*lines(tables, about), say("summary.folder", folder=filled.place)]))
    return int(about["sets"] < about["wanted"])


def tested_again(folder: Path, study: Study) -> tuple[Asked, Tables, dict[str, Any]]:
    """The tables of an ensemble under today's model; waves and pairs belong to the search that made it."""
    ensemble, asked, record = retest(folder, study)
    before = record["calibration"]
    others = lived_for_kept(asked, ensemble, asked.others, before["runs"], Store(None))
    low, high = zip(*asked.ranges.values(), strict=True)
    tables = {
        "ensemble": ensemble,
        "targets": targets_table(asked.targets, None, ensemble, others),
        "prior_posterior": prior_posterior(low, high, ensemble[[*asked.ranges]]),
        "held_out": held_out(asked, ensemble, before["runs"], Store(None)),
    }
    about = {"of": record["seal"], "of_model": record["model"], "sets_before": before["sets"], "sets": len(ensemble)}
    kept = {key: before[key] for key in ("wanted", "women", "runs")}
    return asked, tables, {**about, **kept, **held_against(asked)}


def told(**what: Any) -> None:
    """How far the search is, as a line."""
    step = next(key for key in ("left", "judged", "again") if key in what)
    print(say(f"calibration.told.{step}", **what), file=sys.stderr, flush=True)


def keep(folder: Path, asked: Asked, tables: Tables, about: Mapping[str, Any], command: str) -> None:
    """Fills the folder: sets and waves as Parquet, what is read as text, the figure, and the record."""
    record = {**record_of([asked.study], command, "compiled"), "calibration": dict(about)}
    written = [name for name in tables if len(tables[name]) or name != "prior_posterior"]
    for name, table in {**tables, "dictionary": dictionary("calibrate", written, named(asked))}.items():
        if name in TEXTS:
            harmless(table).to_csv(folder / f"{name}.csv", index=False, lineterminator="\n", encoding="utf-8")
        elif name != "prior_posterior":
            write_table(table, folder / f"{name}.parquet")
    if len(table := tables["prior_posterior"]):
        about_figure = {"model": record["model"], "command": command}
        draw_prior_posterior(
            table,
            about["sets"],
            folder / "prior_posterior",
            about_figure,
            {key: line.meaning for key, line in asked.drawn.items()},
        )
    (folder / "summary.txt").write_text("\n".join(lines(tables, about)) + "\n", encoding="utf-8", newline="\n")
    seal(folder, record)


def named(asked: Asked) -> dict[str, list[dict[str, str]]]:
    """The parameters and the fitted targets, which are columns."""
    drawn, targets = asked.drawn.items(), asked.fitted.items()
    return {
        "parameter": [{"parameter": key, "unit": line.unit, "meaning": line.meaning} for key, line in drawn],
        "target": [
            {"target": name, "unit": NAMED[target.outcomes[0]].unit, "meaning": target.definition}
            for name, target in targets
        ],
    }


def lines(tables: Tables, about: Mapping[str, Any]) -> Iterator[str]:
    """What was found, in a few lines."""
    yield say("summary.heading")
    if "of" in about:
        yield say("calibration.tested", **about)
    else:
        yield say("calibration.found", **about)
        yield say("calibration.dropped", **about, share=about["wrongly_dropped"] / max(1, about["again"]))
    rows: Any = tables["targets"].to_dict("records")
    for row in rows:
        kind = "all" if row["outcome"] == "all" else row["use"]
        yield say(f"calibration.row.{'again' if kind == 'fitted' and 'of' in about else kind}", **row)
    held: Any = tables["held_out"].to_dict("records")
    for row in held:
        yield say("calibration.held_out.row", **row)
    table = tables["prior_posterior"]
    decided = table.loc[table["badge"] == EVIDENCE, "parameter"]
    names = ", ".join(key.rpartition(".")[2] for key in decided)
    yield say("calibration.decided", number=len(decided), all=len(table), names=names or say("calibration.none"))
    if about["sets"] < about["wanted"]:
        yield say("calibration.too_few_sets", **about)
        worst: Any = tables["pairs"][:WORST].to_dict("records") if "pairs" in tables else ()
        for row in worst:
            yield say("calibration.pair", **row)
