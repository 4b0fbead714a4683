"""The published evaluation as a measuring instrument: whom it asks, when, and what it would have recorded of simulated
women; beside it, for the same weeks, what their twins without a program lived."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

import numpy as np
import pandas as pd
import yaml
from pydantic import TypeAdapter
from scipy.special import ndtri

from sim.measures.lives import Lives, engaged, in_program, reached
from sim.program import words as w
from sim.program.chance import draws
from sim.study.design import Design, read_off
from sim.study.lines import Checked, Pair
from sim.study.places import configs
from sim.study.refusals import Refused, number_text, shown
from sim.study.sentences import say
from sim.study.store import Store
from sim.study.study import Study

ASKED = 64  # the kind of one who is asked: far from the kinds of the program, so that no draw is shared with it
LUCK = ("consent", "pre_week", "reach", "error_pre", "error_post")  # her draws, by decision
MOMENTS = ("pre", "post", "twin_pre", "twin_post")


class Setting(Checked):
    """One setting of the instrument, as `configs/evaluation/assumed.yaml` writes it."""

    value: int | float
    range: Pair
    allowed: Pair
    unit: str
    source: Annotated[list[str], "rows of evidence.csv"] | Literal["assumed", "chosen"]
    meaning: str


class Groups(NamedTuple):
    """Which of the women were so, by woman: each group holds the next."""

    entered: np.ndarray
    began: np.ndarray
    consented: np.ndarray
    both: np.ndarray


def read_settings(own: Mapping[str, str]) -> dict[str, float]:
    """The instrument's settings with one's own in place; Refused, with a line for each that cannot be used."""
    numbers, problems = {}, []
    for name, line in settings().items():
        key, text = f"evaluate.{name}", own.get(name)
        try:
            number = line.value if text is None else float(text)
        except ValueError:
            problems.append(say("door.not_number", key=key, value=shown(text), hint=""))
            continue
        low, high = line.allowed
        if not low <= number <= high:
            seen = number_text(number) if np.isfinite(number) else str(number)
            problems.append(say("door.not_allowed", key=key, value=seen, low=f"{low:g}", high=f"{high:g}"))
        elif isinstance(line.value, int) and number != int(number):
            problems.append(say("door.not_whole", key=key, value=number_text(number), hint=""))
        numbers[name] = float(number)
    if problems:
        raise Refused(*problems)
    return numbers


def settings() -> dict[str, Setting]:
    """Every setting with its value, range, unit, source and meaning."""
    file = configs() / "evaluation" / "assumed.yaml"
    return TypeAdapter(dict[str, Setting]).validate_python(yaml.safe_load(file.read_text(encoding="utf-8")))


def long_enough(study: Study, asked: Mapping[str, float]) -> None:
    """Refused where there is no program to evaluate, or the follow-up ends before the post questionnaire of a woman who
    enters at once and stays in pre-CTI as long as she may."""
    need = int(asked["post_week"] + study.plan["phases_pre_cti_limit_weeks"]) + 1
    have = int(study.plan["cohort_follow_up_weeks"])
    if not study.plan["program_offered"]:
        raise Refused(say("evaluation.no_program"))
    if have < need:
        raise Refused(say("evaluation.needs_weeks", value=int(asked["post_week"]), weeks=need, have=have))


def lived(
    design: Design, asked: Mapping[str, float], store: Store, heard: Callable[[int], Any] = lambda runs: None
) -> pd.DataFrame:
    """Every woman who entered in every run of a design whose rows have luck of their own, as `recorded`, with the row.
    Blocks in the store are taken from it; `heard` hears how many more runs are there."""

    def read(lives: Lives, twins: Lives | None, at: np.ndarray) -> pd.DataFrame:
        table = recorded(lives, twins, asked, design.study.seed)
        table.insert(0, "row", (table["replication"] - 1) // design.replications)
        return table

    text = hashlib.sha256(Path(__file__).read_bytes().replace(b"\r\n", b"\n")).hexdigest()  # of how a run is read here
    how = {"asked": [asked["pre_weeks"], asked["post_week"]], "by": text}
    return read_off(design, read, (), how, ("replication", "woman"), store, heard)


def recorded(lives: Lives, twins: Lives | None, asked: Mapping[str, float], seed: int) -> pd.DataFrame:
    """What could be recorded of every woman who entered, a row each: whether she began phase 1 (the transition phase),
    her own luck in being asked, the states of the four domains pre and post (and her twin's in the same weeks), her
    charts from the first week of phase 1 until the post questionnaire, and her scores. A woman who left before phase 1
    is read from the week she left; one whose post questionnaire lies beyond her follow-up is left out."""
    timeline = lives.runs.timeline[:, : lives.number_of_women]
    transition = timeline["phase"] == w.TRANSITION
    began = lives.entered & transition.any(axis=2)
    first = np.where(began, transition.argmax(axis=2), lives.women["ended"])
    run, woman = np.nonzero(lives.entered & (first >= 0) & (first + asked["post_week"] < lives.weeks))
    first, numbers = first[run, woman], lives.runs.replications[run]
    luck = {name: draws(ASKED, woman, code, seed, numbers) for code, name in enumerate(LUCK)}
    pre = first + np.floor(luck.pop("pre_week") * (asked["pre_weeks"] + 1)).astype(int)
    weeks = {"pre": pre, "post": first + int(asked["post_week"])}
    table: dict[str, Any] = {"replication": numbers.astype(np.int32), "woman": woman.astype(np.int16)}
    table |= {"began": began[run, woman], **{f"luck_{name}": share for name, share in luck.items()}}
    for world, moment in product([("", lives), ("twin_", twins)], weeks):
        prefix, source = world
        if source is not None:
            at = _reader(source, run, woman)
            states = reached(at, weeks[moment])
            table |= {f"{prefix}{moment}_{domain}": states[:, d] for d, domain in enumerate(w.DOMAINS)}
    at = _reader(lives, run, woman)
    table |= {f"still_{moment}": engaged(at("phase", week)) for moment, week in weeks.items()}
    for moment, week in weeks.items():
        table |= {f"{kind}_{moment}": values for kind, values in _scores(at, week)}
    between = first[:, None] + np.arange(int(asked["post_week"]))
    table |= dict(_charts(_reader(lives, run[:, None], woman[:, None]), between))
    return pd.DataFrame(table)


def _reader(lives: Lives, run: np.ndarray, woman: np.ndarray) -> Any:
    """A field of these women's timelines in given weeks."""
    return lambda field, week: lives.runs.timeline[field][run, woman, week]


def _scores(at: Any, week: Any) -> Iterator[tuple[str, np.ndarray]]:
    """Trust (0-1), goals ever set together, mean progress (0-1) and links."""
    yield "trust", at("trust", week)
    yield "goals", np.bitwise_count(at("goals", week))
    yield "progress", at("progress", week)
    yield "links", np.bitwise_count(at("linked", week))


def _charts(at: Any, weeks: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """Weeks in the program; contacts kept, missed and not offered; drop-in sessions she sat in."""
    contact = at("contact", weeks)
    yield "weeks_in", in_program(at("phase", weeks)).sum(axis=1, dtype=np.int16)
    for name, code in (("kept", w.VISIT_KEPT), ("missed", w.VISIT_MISSED), ("not_offered", w.NOT_OFFERED)):
        yield name, (contact == code).sum(axis=1, dtype=np.int16)
    yield "drop_in", at("attended", weeks).sum(axis=1, dtype=np.int16)


def groups_of(women: pd.DataFrame, asked: Mapping[str, float]) -> Groups:
    """Who entered, began phase 1, consented, and filled in both questionnaires."""
    consented = women["began"] & (women["luck_consent"] < asked["consent"])
    reach = np.where(women["still_post"], asked["reached_engaged"], asked["reached_left"])
    both = consented & women["still_pre"] & (women["luck_reach"] < reach)
    everybody = np.ones(len(women), bool)
    return Groups(everybody, *(group.to_numpy(bool) for group in (women["began"], consented, both)))


def trust_score(women: pd.DataFrame, moment: str, asked: Mapping[str, float]) -> np.ndarray:
    """Trust as a questionnaire tells it, pre or post: with an error of its own."""
    error = asked["trust_error"] * ndtri(women[f"luck_error_{moment}"].to_numpy(float))
    return np.asarray(women[f"trust_{moment}"] + error)
