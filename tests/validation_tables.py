"""Writes the tables of VALIDATION.md from the records that they tell of; `python tests/validation_tables.py` refreshes
them."""

import json
from collections.abc import Callable

import pandas as pd
import yaml
from odd_tables import ROOT, refreshed, table

FILE = ROOT / "VALIDATION.md"
ENSEMBLE = ROOT / "configs" / "ensemble" / "exit_doors_here"
EVALUATION = ROOT / "experiments" / "results" / "what_could_the_evaluation_tell" / "tables"
NEEDED = ("women_needed", "women_needed_half")
RESULTS = ROOT / "tests" / "trust" / "results"
RECORD = json.loads((ENSEMBLE / "record.json").read_text(encoding="utf-8"))
ABOUT = RECORD["calibration"]
TARGETS = pd.read_csv(ENSEMBLE / "targets.csv")
FITTED = TARGETS[TARGETS["use"] == "fitted"]
POSTERIOR = pd.read_csv(ENSEMBLE / "prior_posterior.csv").set_index("parameter")


def spread(row: pd.Series) -> str:
    return f"{row['mean']:.3g} ({row['low']:.3g} to {row['high']:.3g})"


def search() -> str:
    """How the sets were found."""
    decided = POSTERIOR[POSTERIOR["badge"] == "evidence"]
    named = ", ".join(narrowed(decided, key) for key in decided.index)
    kept = f"**{ABOUT['sets']:,}**, inside all {len(FITTED)} bands; on other luck again {ABOUT['not_confirmed']}"
    rows: list[tuple[object, ...]] = [
        ("sets tried", f"{ABOUT['tried']:,}, of which {ABOUT['first_wave']:,} in the first wave"),
        ("judged on fresh luck", f"{ABOUT['judged']:,}, by {ABOUT['runs']} runs each, at least {ABOUT['women']} women"),
        ("**kept**", f"{kept} were clearly outside one and not kept"),
        ("wrongly dropped", f"{ABOUT['wrongly_dropped']} of {ABOUT['again']} dropped sets that were judged after all"),
        ("narrowed by a quarter or more", f"{len(decided)} of {len(POSTERIOR)} parameters: {named}"),
        ("record", f"model {RECORD['model']}, seed {RECORD['seed']}, made {RECORD['made']} by `{RECORD['command']}`"),
    ]
    return table("what | figure", rows)


def narrowed(parameters: pd.DataFrame, key: str) -> str:
    """A parameter's contraction with its standard error."""
    row = parameters.loc[key]
    return f"{key.rpartition('.')[2]} {100 * row['contraction']:.0f} ± {100 * row['contraction_error']:.0f} %"


def targets() -> str:
    """The bands, and what lies inside them before and after."""
    rows: list[tuple[object, ...]] = []
    for _, row in FITTED.iterrows():
        what = f"{row['definition']} ({row['unit']}; {row['taken_over']})"
        band, before = f"{row['band_low']:g} to {row['band_high']:g}", f"{100 * row['prior_inside']:.0f} %"
        rows.append((row["target"], what, band, before, spread(row)))
    return table("target | definition (unit; whom) | band | first wave inside | kept sets: mean (5 to 95 %)", rows)


def not_fitted() -> str:
    """What no set was kept or dropped for."""
    rows: list[tuple[object, ...]] = []
    for _, row in TARGETS[TARGETS["use"] != "fitted"].iterrows():
        if row["outcome"] == "all":
            what = f"program better than none in all four domains; asked for {100 * row['band_low']:.0f} % of sets"
            rows.append((row["target"], what, f"{100 * row['inside']:.0f} % of kept sets"))
        elif row["use"] != "check":
            band = f", {row['band_low']:g} to {row['band_high']:g}" if row["use"] == "input" else ""
            what = f"{row['outcome']} ({row['use']}{band}; {row['world']}; {row['unit']})"
            rows.append((row["target"], what, spread(row)))
    return table("target | what | kept sets: mean (5 to 95 %)", rows)


def held_out() -> str:
    """The patterns that nothing is tuned to."""
    rows = [(row["pattern"], row["scenario"], row["unit"], spread(row))
            for _, row in pd.read_csv(ENSEMBLE / "held_out.csv").iterrows()]  # fmt: skip
    return table("pattern | scenario | unit | kept sets: mean (5 to 95 %)", rows)


def ingredients() -> str:
    """How far the evidence narrowed the effects of the four ingredients."""
    arrows = yaml.safe_load((ROOT / "configs" / "theory.yaml").read_text(encoding="utf-8"))["arrows"]
    rows: list[tuple[object, ...]] = []
    for ingredient in ("trust", "goals", "links", "drop_in"):
        cut = {name for arrow in arrows if arrow["ingredient"] == ingredient for name in arrow.get("cut", {})}
        own = POSTERIOR.loc[[key for key in POSTERIOR.index if key.removeprefix("parameters.") in cut]]
        most = narrowed(own, str(own["contraction"].idxmax()))
        rows.append((ingredient, len(own), most, int((own["badge"] == "evidence").sum())))
    return table("ingredient | effects | narrowed most | narrowed by a quarter or more", rows)


def trust() -> str:
    """The long checks."""
    rows = []
    for file in sorted(RESULTS.glob("*.json")):
        check = json.loads(file.read_text(encoding="utf-8"))
        holds = "holds" if check["found"]["holds"] else "DOES NOT HOLD"
        rows.append((f"`{check['check']}`", check["fact"].rstrip("."), holds, f"{check['cpu_seconds']:,}"))
    return table("check | fact | found | CPU seconds", rows)


def evaluation() -> str:
    """The published evaluation as a measuring instrument."""
    parts = pd.read_csv(EVALUATION / "decomposition.csv").set_index(["domain", "measure"])
    width = pd.read_csv(EVALUATION / "width.csv")
    rows: list[tuple[object, ...]] = []
    for _, sizes in width[width["measure"] == "change"].iterrows():
        names = ("change", "effect_both", "natural_course")
        found = [points(parts.loc[(sizes["domain"], name)]) for name in names]
        rows.append((sizes["domain"], *found, *(f"{sizes[name]:.0f}" for name in NEEDED)))
    columns = "domain | pre-post change | effect, same women | what their twins changed by | women for ±10 | for ±5"
    return table(columns, rows)


def points(row: pd.Series) -> str:
    return f"{100 * row['mean']:z.0f} ({100 * row['low']:z.0f} to {100 * row['high']:z.0f})"


def identifiability() -> str:
    """Which measurement tells which ingredient."""
    found = pd.read_csv(EVALUATION / "contraction.csv")
    found = found[found["women"].isin([found["women"].min(), found["women"].max()])]
    rows: list[tuple[object, ...]] = []
    for (data, women), own in found.groupby(["data", "women"], sort=False):
        told = [f"{100 * row['contraction']:.0f} ± {100 * row['error']:.0f} %" for _, row in own.iterrows()]
        rows.append((data, f"{women:.0f}", *told))
    return table("data used | women | trust | goals | links | drop-in", rows)


BLOCKS: dict[str, Callable[[], str]] = {
    "search": search, "targets": targets, "not_fitted": not_fitted, "held_out": held_out, "ingredients": ingredients,
    "trust": trust, "evaluation": evaluation, "identifiability": identifiability,
}  # fmt: skip

if __name__ == "__main__":
    FILE.write_text(refreshed(FILE.read_text(encoding="utf-8"), BLOCKS), encoding="utf-8", newline="\n")
