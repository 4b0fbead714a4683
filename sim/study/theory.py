"""The theory of change, arrow by arrow: what each carries, from runs in which it alone is cut; and whether what the
ingredients add still stands under each rival explanation."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import pandas as pd
import yaml

from sim.measures.outcomes import NAMED
from sim.program.levers import LEVERS
from sim.study.contribution import INGREDIENTS, KEYS, Asked
from sim.study.design import Design, live
from sim.study.pairs import half_widths
from sim.study.places import configs
from sim.study.sets import ASSUMPTION, EVIDENCE, badges, set_of
from sim.study.simulate import cores
from sim.study.study import Study
from sim.study.tables import HIGH, LOW

OFFERED = "program.offered"
OFF = dict(zip((*INGREDIENTS, "program"), (*KEYS, OFFERED), strict=True))  # what takes an arrow's whole cause away
BEYOND = 3.0  # standard errors from nothing: of fifty arrows that carry nothing, one is beyond in every seventh table
SEEN, UNSEEN, NO_RUN = "seen", "unseen", "no_run"
AS_STUDIED = "as_studied"
WORLDS: dict[str, dict[str, float]] = {"all": {}, "none": dict.fromkeys(KEYS, 0.0), "no_program": {OFFERED: 0.0}}
Rows = Sequence[Mapping[str, float]]


@cache
def theory() -> dict[str, Any]:
    """The arrows and the rivals, as `configs/theory.yaml` has them."""
    return dict(yaml.safe_load((configs() / "theory.yaml").read_text(encoding="utf-8")))


def badge_of(study: Study, ingredient: str) -> str:
    """`evidence` where the evidence narrowed every parameter through which an ingredient acts, else `assumption`."""
    cuts = [arrow.get("cut", {}) for arrow in theory()["arrows"] if arrow["ingredient"] == ingredient]
    known = badges(study)
    decided = all(known[key.partition(".")[2]] == EVIDENCE for cut in cuts for key in cut)
    return EVIDENCE if decided else ASSUMPTION


def arrow_table(asked: Asked, runs: int) -> pd.DataFrame:
    """A row for each arrow that the follow-up can answer. whole: what its ingredient (or the program) adds to its
    outcome; carried: how much less it adds where this arrow alone is cut, with standard error and the range of paired
    runs; told: `seen` where that is 3 standard errors from nothing, `unseen` where not, `no_run` for an arrow that the
    model has not. The same women and luck all through."""
    weeks = asked.study.cohort.follow_up_weeks
    arrows = [arrow for arrow in theory()["arrows"] if not arrow["outcome"] or NAMED[arrow["outcome"]].weeks <= weeks]
    cuts = [{f"parameters.{key}": float(value) for key, value in a.get("cut", {}).items()} for a in arrows]
    jobs: list[Rows] = [[{}, *({lever: 0.0} for lever in OFF.values())]]
    jobs += [[cut, {**cut, OFF[arrow["ingredient"]]: 0.0}] for arrow, cut in zip(arrows, cuts, strict=True) if cut]
    base, *others = _all_lived(asked, jobs, sorted({a["outcome"] for a in arrows if "cut" in a}), runs)
    left, rows = iter(others), []
    for arrow, cut in zip(arrows, cuts, strict=True):
        told: dict[str, Any] = {"told": NO_RUN}
        if cut:
            name, off = arrow["outcome"], 1 + [*OFF].index(arrow["ingredient"])
            with_it, without = next(left)
            whole = base[0][name] - base[off][name]
            told = _told(asked, {"whole": whole, "carried": whole - (with_it[name] - without[name])})
            told["told"] = SEEN if abs(told["carried"]) > BEYOND * told["carried_error"] else UNSEEN
            told["unit"] = NAMED[name].unit
        evidence = arrow["evidence"] if isinstance(arrow["evidence"], str) else " ".join(arrow["evidence"])
        about = {
            **arrow,
            "outcome": arrow["outcome"] or "",
            "evidence": evidence,
            "cut": " ".join(f"{key}={cut[key]:g}" for key in cut),
        }
        rows.append({**about, **told})
    return pd.DataFrame(rows)


def runs_of(each: int) -> int:
    """How many runs the two tables take, with so many of every row."""
    cuts = sum("cut" in arrow for arrow in theory()["arrows"])
    return each * (2 * cuts + 1 + len(OFF) + len(WORLDS) * (1 + len(theory()["rivals"])))


def rival_table(asked: Asked, runs: int) -> pd.DataFrame:
    """A row for each rival explanation and outcome: the mean with the whole program, with its four ingredients off and
    without a program under that rival; and what the four, and the whole program, still add, each among the same
    women."""
    plan = {lever.key: asked.study.plan[lever.name] for lever in LEVERS}
    rivals = {AS_STUDIED: {}, **theory()["rivals"]}
    rows: list[dict[str, float]] = []
    for rival in rivals.values():
        levers = dict(rival.get("levers", {})) | {key: plan[key] * by for key, by in rival.get("times", {}).items()}
        rows += [{**world, **levers} for world in WORLDS.values()]
    names = [outcome.name for outcome in asked.outcomes]
    lived = iter(lives(asked, rows, names, runs))
    found = []
    for rival in rivals:
        worlds = dict(zip(WORLDS, lived))
        for outcome in asked.outcomes:
            here = {world: table[outcome.name] for world, table in worlds.items()}
            adds = {"four": here["all"] - here["none"], "program": here["all"] - here["no_program"]}
            means = {world: float(values.mean()) for world, values in here.items()}
            found.append({"rival": rival, "outcome": outcome.name, "unit": outcome.unit, **means, **_told(asked, adds)})
    return pd.DataFrame(found)


def lives(asked: Asked, rows: Rows, names: Sequence[str], runs: int) -> list[pd.DataFrame]:
    """What runs of each row gave, with the same luck: replication by outcome. Levers not in a row are the study's."""
    plan = {lever.key: asked.study.plan[lever.name] for lever in LEVERS}
    frame = pd.DataFrame(list(rows))
    levers = [key for key in frame.columns if key in plan]
    frame[levers] = frame[levers].fillna({key: plan[key] for key in levers})
    table = live(Design(asked.study, frame, runs), names, asked.store, asked.heard)
    wide = table.assign(outcome=table["outcome"].astype(str)).pivot(
        index=["row", "replication"], columns="outcome", values="value"
    )
    return [values.droplevel("row") for _, values in wide.groupby(level="row")]


def _all_lived(asked: Asked, jobs: Sequence[Rows], names: Sequence[str], runs: int) -> list[list[pd.DataFrame]]:
    """Several designs at once, each on a thread of its own."""
    alone = Asked(
        asked.study.model_copy(update={"threads": 1}),
        asked.outcomes,
        asked.precision,
        asked.runs,
        asked.store,
        asked.heard,
    )
    with ThreadPoolExecutor(cores(asked.study.threads)) as pool:
        try:
            return list(pool.map(lambda rows: lives(alone, rows, names, runs), jobs))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _told(asked: Asked, by_run: Mapping[str, pd.Series]) -> dict[str, Any]:
    """Means, standard errors and ranges (5 to 95 %) over paired runs, by name."""
    table = pd.DataFrame(by_run).dropna()
    errors = half_widths(table.to_numpy(), set_of(asked.study, table.index.to_numpy()))[0]
    found: dict[str, Any] = {}
    for (name, values), error in zip(table.items(), errors, strict=True):
        found |= {f"{name}": float(values.mean()), f"{name}_error": float(error)}
        found |= {f"{name}_low": float(values.quantile(LOW)), f"{name}_high": float(values.quantile(HIGH))}
    return found
