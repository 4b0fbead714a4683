"""More teams than can be lived one by one: Optuna proposes them, generation by generation, more women for less money;
what it proposed stands in a local file, so that a search that was stopped goes on where it was."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd

from sim.measures.outcomes import NAMED
from sim.study.plans import COST, SEARCHED, by_key, lived, teams
from sim.study.refusals import Refused
from sim.study.sentences import say
from sim.study.simulate import decided_by
from sim.study.store import Store, fingerprint
from sim.study.study import Study

A_GENERATION = 50  # plans proposed at once
GENERATIONS = SEARCHED // A_GENERATION
# Runs that each is lived for while it is searched, the same for all: other luck than the runs by which those that were
# found are compared, so that none is kept for the luck that it was found by.
LUCK = 2_001, 2_010
Teller = Callable[[pd.DataFrame], tuple[np.ndarray, np.ndarray]]  # women and cost a year of plans, a row each


def found_plans(
    study: Study, outcome: str, values: Mapping[str, Sequence[float]], store: Store, heard: Callable[[int], Any]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Teams that the search came upon, by key and as stated, each once; the study's own plan is the first."""

    def told(words: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
        runs = lived(study, by_key(study, words), outcome, LUCK, store, heard)
        return runs["women"].mean().to_numpy(), runs[COST].mean().to_numpy()

    key = {**decided_by(study, study.plan, [NAMED[outcome]]), "search": [A_GENERATION, *LUCK], "values": values}
    place = None if store.folder is None else store.folder / "search" / f"{fingerprint(key)}.log"
    if place is not None:
        place.parent.mkdir(parents=True, exist_ok=True)
    return teams(study, search(values, told, study.seed, str(place) if place else None))


def search(values: Mapping[str, Sequence[float]], tell: Teller, seed: int, file: str | None) -> pd.DataFrame:
    """The plans proposed in all generations, each once, in their order: a column for each lever. Those of a generation
    that the file has are not proposed again; each generation has a seed of its own, so that a search that was stopped
    proposes what one that was not would have."""
    optuna = _optuna()
    journal = optuna.storages.journal
    storage = file and journal.JournalStorage(journal.JournalFileBackend(file, journal.JournalFileOpenLock(file)))
    about = {"study_name": "plans", "directions": ["maximize", "minimize"], "load_if_exists": True}
    choices = {name: sorted(set(each)) for name, each in values.items()}
    space = {name: optuna.distributions.IntDistribution(0, len(each) - 1) for name, each in choices.items()}
    known: dict[tuple[float, ...], tuple[float, float]] = {}
    work = optuna.create_study(storage=storage or None, **about)
    for number in range(GENERATIONS):
        drawn = int.from_bytes(hashlib.sha256(f"{seed} {number}".encode()).digest()[:4])
        work.sampler = optuna.samplers.NSGAIISampler(population_size=A_GENERATION, seed=drawn)
        trials = _generation(work, number, space)
        plans = [tuple(choices[name][trial.params[name]] for name in choices) for trial in trials]
        fresh = [plan for plan in dict.fromkeys(plans) if plan not in known]
        if fresh:
            women, costs = tell(pd.DataFrame(fresh, columns=[*choices]))
            known |= dict(zip(fresh, zip(women.tolist(), costs.tolist(), strict=True), strict=True))
        for trial, plan in zip(trials, plans, strict=True):
            if not trial.state.is_finished():
                work.tell(trial.number, known[plan])
    return pd.DataFrame([*known], columns=[*choices])


def _generation(work: Any, number: int, space: Mapping[str, Any]) -> list[Any]:
    """The trials of a generation: those that the file has, or, where it has not all of them, proposed anew."""
    for _ in range(2):
        kept = [trial for trial in work.get_trials(deepcopy=False) if trial.state.name != "FAIL"]
        own = kept[number * A_GENERATION : (number + 1) * A_GENERATION]
        if len(own) == A_GENERATION and all(len(trial.params) == len(space) for trial in own):
            break
        for trial in own:
            work.tell(trial.number, state=type(trial.state).FAIL)
        for _ in range(A_GENERATION):
            work.ask(dict(space))
    return own


def _optuna() -> Any:
    """Optuna, without its messages; Refused where it is not installed."""
    try:
        optuna = import_module("optuna")
    except ImportError:
        raise Refused(say("staff.search.not_installed")) from None
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    return optuna
