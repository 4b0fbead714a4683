"""Which measurement, and how many women, would have told the four ingredients apart: their strengths as unknown
numbers, what an evaluation would have recorded as data, and how far the data narrow each."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.stats import qmc

from sim.program.words import DOMAINS, EXITING
from sim.study.design import Design
from sim.study.evaluation import groups_of, trust_score
from sim.study.sets import IN_A_ROW, numbers_of
from sim.study.study import Study

INGREDIENTS = ("trust", "goals", "links", "drop_in")
STRONGEST = 2.0  # times as delivered: strengths are drawn evenly from 0 to this
DATA = ("exit", "states", "attendance", "scores")  # what is used: each adds to those before it
FOLDS, PENALTIES = 10, np.append(np.logspace(-3, 5, 17), np.inf)  # of the cross-validation; infinite: no use is made
SHUFFLED = 25  # times that strengths are dealt out anew, to see what chance alone gives
TOLD = 0.25  # contraction from which data are said to tell an ingredient: that of the badge `evidence`
Features = dict[str, np.ndarray]


def strengths(study: Study, asked: Mapping[str, float]) -> Design:
    """Rows with the four strengths drawn evenly, each with a parameter set and luck of its own."""
    rows = int(asked["rows"])
    points = STRONGEST * qmc.LatinHypercube(len(INGREDIENTS), rng=study.seed).random(rows)
    table = {f"ingredients.{name}": points[:, column] for column, name in enumerate(INGREDIENTS)}
    numbers = numbers_of(study, 1 + IN_A_ROW * np.arange(rows))
    for parameter, key in zip(study.parameters, study.parameter_keys, strict=True):
        if parameter.low < parameter.high:
            table[key] = numbers[parameter.name]
    return Design(study, pd.DataFrame(table), int(asked["pooled"]), same_luck=False)


def pooled(most: int) -> list[int]:
    """How many evaluations of a row make a data set: 1, 4, 16, ..., up to the most."""
    return sorted({4**power for power in range(10) if 4**power < most} | {most})


def data_sets(women: pd.DataFrame, asked: Mapping[str, float], together: int) -> pd.DataFrame:
    """A row for each data set of so many evaluations of one row of strengths: its row, the women who entered, and its
    features, named by the data that they belong to, as in `scores: trust_post`."""
    runs = int(asked["pooled"])
    each = runs // together
    place = (women["replication"].to_numpy() - 1) % runs // together
    women = women[place < each].reset_index(drop=True)
    at = women["row"].to_numpy() * each + place[place < each]
    number = int(asked["rows"]) * each
    found: Features = {"row": np.arange(number) // each, "women": np.bincount(at, minlength=number)}
    with np.errstate(invalid="ignore", divide="ignore"):
        found |= dict(_features(women, asked, at, number))
    return pd.DataFrame(found)


def _features(
    women: pd.DataFrame, asked: Mapping[str, float], at: np.ndarray, number: int
) -> Iterator[tuple[str, np.ndarray]]:
    """States of women with both questionnaires; charts of all who consented; scores, and how they go together."""
    groups = groups_of(women, asked)
    sizes = {who: np.bincount(at, getattr(groups, who), number) for who in ("both", "consented")}

    def total(values: Any, who: str = "both") -> np.ndarray:
        return np.bincount(at, np.asarray(values, float) * getattr(groups, who), number)

    for place, domain in enumerate(DOMAINS):
        for moment in ("pre", "post"):
            data = "exit" if place == EXITING else "states"
            yield f"{data}: {domain}_{moment}", total(women[f"{moment}_{domain}"]) / sizes["both"]
    charts = {
        name: total(women[name], "consented") for name in ("weeks_in", "kept", "missed", "not_offered", "drop_in")
    }
    yield "attendance: weeks_in", charts["weeks_in"] / sizes["consented"]
    yield "attendance: still_in", total(women["still_post"], "consented") / sizes["consented"]
    due = charts["kept"] + charts["missed"] + charts["not_offered"]
    for name, out_of in (("kept", due), ("not_offered", due), ("drop_in", charts["weeks_in"])):
        yield f"attendance: {name}", charts[name] / out_of
    yield "attendance: contacts_due", due / charts["weeks_in"]
    scores = {f"trust_{moment}": trust_score(women, moment, asked) for moment in ("pre", "post")}
    scores |= {name: women[name].to_numpy(float) for name in _SCORES}
    for name, score in scores.items():
        yield f"scores: {name}", total(score) / sizes["both"]
    of_her = {name: scores[name] for name in ("trust_post", "progress_post", "links_post")}
    of_her |= {name: women[name].to_numpy(float) for name in ("drop_in", "weeks_in")}
    of_her |= {"exited": women[f"post_{DOMAINS[EXITING]}"].to_numpy(float)}
    of_her |= {"states": women[[f"post_{domain}" for domain in DOMAINS]].to_numpy(float).sum(axis=1)}
    means = {name: total(values) / sizes["both"] for name, values in of_her.items()}
    away = {name: values - means[name][at] for name, values in of_her.items()}
    for one, other in combinations(of_her, 2):
        both = total(away[one] * away[other]) / np.sqrt(total(away[one] ** 2) * total(away[other] ** 2))
        yield f"scores: {one} with {other}", both


_SCORES = [f"{kind}_{moment}" for kind in ("goals", "progress", "links") for moment in ("pre", "post")]


def contractions(truth: np.ndarray, used: Sequence[np.ndarray], rows: np.ndarray, seed: int = 1) -> list[pd.DataFrame]:
    """How far data narrow each unknown number: 1 - posterior variance / prior variance, at least, by ridge regression
    on features, with or without their squares, cross-validated: whole rows are left out, and of all penalties (one
    makes no use of the data) that is taken which does best where it was not fitted.

    truth (D, T): the unknown numbers of each data set; used: the features (D, F) of ever more data, of which missing
    ones say nothing, and less may be used than there is; rows (D,): the row of each. For each of `used` a table with a
    row for each number: contraction, its standard error over rows, and what numbers dealt out anew among the rows
    give: chance (mean) and chance_high (95th percentile), over all numbers.
    """
    random = np.random.default_rng(seed)
    distinct, first, at = np.unique(rows, return_index=True, return_inverse=True)
    dealt = [truth[first][random.permutation(len(distinct))][at] for _ in range(SHUFFLED)]
    targets, number = np.hstack([truth, *dealt]), truth.shape[1]
    fold = random.permutation(len(distinct))[at] % FOLDS
    summed = csr_array((np.ones(len(at)), (at, np.arange(len(at)))))  # adds up the data sets of a row
    errors, tables = np.zeros((0, len(distinct), targets.shape[1])), []
    for features in used:
        errors = np.concatenate([errors, _errors(features, targets, fold, summed)])
        best, prior = errors.sum(axis=1).argmin(axis=0), errors[-1]  # the last makes no use of the data
        left = np.take_along_axis(errors, best[None, None], axis=0)[0]
        share = left.sum(axis=0) / prior.sum(axis=0)
        error = (left - share * prior).std(axis=0, ddof=1) / prior.mean(axis=0) / np.sqrt(len(distinct))
        table = pd.DataFrame({"contraction": 1 - share[:number], "error": error[:number]})
        chance = 1 - share[number:]
        tables.append(table.assign(chance=chance.mean(), chance_high=np.quantile(chance, 0.95)))
    return tables


def _errors(features: np.ndarray, targets: np.ndarray, fold: np.ndarray, summed: csr_array) -> np.ndarray:
    """Squared errors of every way to predict, (ways, rows, numbers), where each row was left out."""
    errors = np.zeros((2 * len(PENALTIES), summed.shape[0], targets.shape[1]))
    for one in range(FOLDS):
        out = fold == one
        of_row = summed[:, np.flatnonzero(out)]
        for way, predicted in enumerate(_ridge(features[~out], targets[~out], features[out])):
            errors[way] += of_row @ (predicted - targets[out]) ** 2
    return errors


def _ridge(known: np.ndarray, targets: np.ndarray, asked: np.ndarray) -> Iterator[np.ndarray]:
    """What ridge regression predicts, penalty by penalty, on the features and then on their squares as well."""
    some = np.flatnonzero(~np.isnan(known).all(axis=0))
    some = some[np.nanstd(known[:, some], axis=0) > 0]
    mean, spread = np.nanmean(known[:, some], axis=0), np.nanstd(known[:, some], axis=0)
    plain, of_asked = (np.nan_to_num((part[:, some] - mean) / spread) for part in (known, asked))
    level = targets.mean(axis=0)
    for inner, outer in ((plain, of_asked), (np.hstack([plain, plain**2]), np.hstack([of_asked, of_asked**2]))):
        centre = inner.mean(axis=0)
        left, sizes, right = np.linalg.svd(inner - centre, full_matrices=False)
        onto, along = left.T @ (targets - level), (outer - centre) @ right.T
        for penalty in PENALTIES:
            yield level + along @ ((sizes / (sizes**2 + penalty * len(known)))[:, None] * onto)


def contraction_table(women: pd.DataFrame, design: Design, asked: Mapping[str, float]) -> pd.DataFrame:
    """The contraction of each ingredient's strength by data used and number of evaluations pooled; `women` is the mean
    number who entered."""
    tables = []
    for together in pooled(int(asked["pooled"])):
        sets = data_sets(women, asked, together)
        truth = design.rows[[f"ingredients.{name}" for name in INGREDIENTS]].to_numpy()[sets["row"]]
        kinds = sets.columns.str.partition(": ").get_level_values(0)
        used = [sets.loc[:, kinds.isin(DATA[: 1 + place])].to_numpy() for place in range(len(DATA))]
        for data, found in zip(DATA, contractions(truth, used, sets["row"].to_numpy(), design.study.seed), strict=True):
            about = {"ingredient": INGREDIENTS, "data": data, "evaluations": together, "women": sets["women"].mean()}
            tables.append(pd.concat([pd.DataFrame(about), found], axis=1))
    return pd.concat(tables, ignore_index=True)


def chance_by_size(table: pd.DataFrame) -> pd.Series:
    """What chance alone gives at each number of evaluations, whatever the data used: the 95th percentile of shuffled
    strengths, of all data the highest."""
    return table.groupby("evaluations")["chance_high"].max()


def too_few_rows(table: pd.DataFrame) -> bool:
    """Whether chance alone gives, at every size, what would count as told."""
    return bool((chance_by_size(table) >= TOLD).all())


def told(table: pd.DataFrame) -> pd.DataFrame:
    """The least data, and of these the fewest women, that tell each ingredient: a contraction of 25 % or more by more
    than its standard error, and beyond chance, at a size at which chance alone gives less than 25 %. No row for one
    that nothing tried has told."""
    chance = table["evaluations"].map(chance_by_size(table))
    beyond = (chance < TOLD) & (table["contraction"] > chance)
    enough = table[beyond & (table["contraction"] - table["error"] >= TOLD)]
    order = enough.assign(place=enough["data"].map({data: place for place, data in enumerate(DATA)}))
    return order.sort_values(["place", "evaluations"], kind="stable").groupby("ingredient", sort=False).head(1)
