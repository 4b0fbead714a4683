"""A choice between scenarios, as `value` and `tipping` take it: by an outcome in women a year over all women referred
and, where a planner says what one woman more is worth to her, by what each scenario costs as well."""

import shlex
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.measures.questions import REFERRED, SHARE
from sim.program.levers import LEVERS
from sim.study.asked import choose
from sim.study.compare import FOR_BOTH
from sim.study.design import Design, live
from sim.study.pairs import half_widths
from sim.study.refusals import Refused, plain, shown
from sim.study.sentences import say
from sim.study.settings import read_studies
from sim.study.simulate import cores
from sim.study.store import Store
from sim.study.study import Study
from sim.study.worlds import names_of

SIDES = ("a", "b", "c", "d")
USUAL = {"b": "one_more_case_manager"}  # the second scenario where none is named; the first is the study itself
OUTCOME, COST = "completed", "cost_a_year"


@dataclass(frozen=True)
class Choice:
    """names and studies: the scenarios to choose from. worth: CAD that one woman more is worth, None where money is not
    counted."""

    names: tuple[str, ...]
    studies: tuple[Study, ...]
    outcome: str
    worth: float | None

    @property
    def years(self) -> float:
        """In which women are referred."""
        return self.studies[0].plan["cohort_weeks"] / 52

    def utility(self, women: np.ndarray, cost: np.ndarray) -> np.ndarray:
        """What a run is worth in women a year: women less what its cost would be worth in women; any shape."""
        return women if self.worth is None else women - cost / self.worth

    def lived(
        self, rows: Sequence[pd.DataFrame], runs: int, store: Store, heard: Callable[[int], Any], **luck: Any
    ) -> tuple[np.ndarray, np.ndarray]:
        """Women a year and CAD a year of every option, each (rows, runs, options): every option lives the same women
        with the same luck. rows: the settings of each option's design; luck: as in `Design`."""
        found = []
        for study, of in zip(self.studies, rows, strict=True):
            table = live(Design(study, of, runs, **luck), list(dict.fromkeys((self.outcome, COST))), store, heard)
            names = table["outcome"].astype(str)
            women = (table["value"].fillna(0.0) * table["count"] / self.years)[names == self.outcome]
            found.append([each.to_numpy().reshape(-1, runs) for each in (women, table["value"][names == COST])])
        return np.stack([women for women, _ in found], axis=2), np.stack([cost for _, cost in found], axis=2)


def all_at_once(study: Study, work: Callable[[Any], Any], jobs: Sequence[Any]) -> list[Any]:
    """What the work gives for each job, in order, on as many threads as the study may use."""
    with ThreadPoolExecutor(cores(study.threads)) as pool:
        try:
            return list(pool.map(work, jobs))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def choice_of(verb: str, own: Mapping[str, str], command: str) -> Choice:
    """The choice that a verb's keys and the command's other words state. Refused where the scenarios would refer other
    women, or the outcome is not a share of all women referred of which more is better."""
    words = [word for word in shlex.split(command)[1:] if "=" in word and not word.startswith((f"{verb}.", "study="))]
    problems = [say("decision.replications", verb=verb)] if any(w.startswith("replications=") for w in words) else []
    studies: list[Study] = []
    for side in (side for side in SIDES if side in ("a", "b") or side in own):
        try:
            studies += [study_of(f"{verb}.{side}", own.get(side, USUAL.get(side, "")), words)]
        except Refused as refused:
            key = f"{verb}.{side}: "
            problems += [problem if problem.startswith(key) else key + problem for problem in refused.problems]
            continue
        other = other_women(studies[0], studies[-1])
        problems += [say("decision.other_women", side=f"{verb}.{side}", keys=", ".join(other))] if other else []
    if problems:
        raise Refused(*problems)
    worth = float(own["worth"]) if "worth" in own else None
    outcome = _outcome_of(f"{verb}.outcome", own.get("outcome", OUTCOME), studies[0])
    return Choice(tuple(names_of(studies)), tuple(studies), outcome, worth)


def study_of(key: str, asked: str, words: list[str]) -> Study:
    """The study of one scenario: its name, settings, or both; what it names stands instead of the command's words."""
    try:
        mine = [word if "=" in word else f"scenario={word}" for word in shlex.split(asked)]
    except ValueError:  # a quotation mark that is not closed
        raise Refused(say("door.unusable", key=key, value=shown(asked))) from None
    keys = [word.partition("=")[0] for word in mine]
    if both := [plain(each) for each in keys if each in FOR_BOTH]:
        raise Refused(*(say("decision.both", key=each) for each in both))
    found = read_studies([*(word for word in words if word.partition("=")[0] not in keys), *mine], many=True)
    if len(found) > 1:
        raise Refused(say("decision.one_each", number=len(found)))
    return found[0]


def other_women(first: Study, other: Study) -> list[str]:
    """Keys by which two studies would refer other women, or follow them for other times."""
    keys = [(lever.key, lever.name) for lever in LEVERS if lever.key.startswith("cohort.")]
    return [key for key, name in keys if first.plan[name] != other.plan[name]]


def _outcome_of(key: str, name: str, study: Study) -> str:
    (outcome,) = choose([name], study.cohort.follow_up_weeks)
    if outcome.taken_over != REFERRED or outcome.unit != SHARE or outcome.better != "more":
        raise Refused(say("decision.not_more", key=key, outcome=name))
    return name


def planned(runs: int) -> None:
    """Says how large the work is before it starts; blocks that are kept are not lived again."""
    print(say("decision.planned", runs=f"{runs:,}"), file=sys.stderr, flush=True)


def in_words(key: str, meaning: str) -> str:
    """What an assumption is, after what it is about: drop-in: the reference woman comes."""
    return say("decision.assumption", about=say(f"decision.about.{key.split('.')[1]}"), meaning=meaning)


def options_table(choice: Choice, women: np.ndarray, cost: np.ndarray) -> pd.DataFrame:
    """A row for each option: means with their 95 % half-widths over worlds, and the share of worlds in which it is
    best. women, cost (K, R, D): K worlds, R runs of each and D options."""
    utility = choice.utility(women, cost)
    table: dict[str, Any] = {"option": [*"ABCD"[: len(choice.names)]], "name": choice.names}
    each = {"women_a_year": women, "cost_a_year": cost, "utility": utility, "more_than_a": utility - utility[:, :, :1]}
    for name, values in each.items():
        means = values.mean(axis=1)
        table |= {name: means.mean(axis=0), f"{name}_half_width": half_widths(means, None)[1]}
    best = utility.mean(axis=1).argmax(axis=1)
    return pd.DataFrame({**table, "best_in": np.bincount(best, minlength=len(choice.names)) / len(utility)})


def choice_lines(choice: Choice, options: pd.DataFrame) -> Iterator[str]:
    """What is chosen from, in women and money a year, and by what. options: a row for each."""
    rows: Any = options.to_dict("records")
    for row in rows:
        more = {"more": f"{row['more_than_a']:+z.2f}", "half": f"{row['more_than_a_half_width']:.2f}"}
        about = "" if row is rows[0] else say(f"decision.{'women' if choice.worth is None else 'worth'}_more", **more)
        said = {"women": f"{row['women_a_year']:.1f}", "cost": f"{row['cost_a_year'] / 1000:.0f}", "more": about}
        yield say("decision.option", **{**row, **said})
    money = "not_counted" if choice.worth is None else "counted"
    yield say(f"decision.{money}", outcome=say(f"compare.outcomes.{choice.outcome}"), worth=f"{choice.worth or 0:,.0f}")
