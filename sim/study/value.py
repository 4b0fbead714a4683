"""The verb `value`: what it would be worth to know more before choosing between scenarios: everything, one assumption
exactly, or what a study of n women would show."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sim.study.data_sets import STUDIES, of_a_chance, of_the_program, watched_women
from sim.study.decision import Choice, choice_of, in_words, options_table, planned
from sim.study.design import Design
from sim.study.files import filling, seal
from sim.study.record import RESULTS, name_of, record_of
from sim.study.refusals import Refused
from sim.study.run import BLOCKS
from sim.study.saved import dictionary
from sim.study.sentences import say
from sim.study.sets import CENTRAL, IN_A_ROW, badges, ensemble_of, numbers_of
from sim.study.store import Store
from sim.study.study import Study
from sim.study.tables import HIGH, LOW, harmless
from sim.study.value_in_words import lines
from sim.study.value_of_information import Worth, against_best, at_most, of_chance, of_knowing, perfect, together
from sim.study.watching import watched

RUNS, SETS, WOMEN = 20, 400, "20,55,100,300"  # of each world; worlds where none are accepted; sizes of studies
FEWEST = 20  # worlds
TWICE = 2  # data sets of the largest study that the women watched are enough for
Tables = dict[str, pd.DataFrame]
Means = tuple[np.ndarray, np.ndarray]


class Lived(NamedTuple):
    """utility (K, R, D): women a year, less what cost is worth, of K worlds, R runs and D options; women and cost
    likewise; numbers: each assumption that differs between worlds (K, P), by its key; watched: women of the first
    option, a row each, from runs of their own."""

    utility: np.ndarray
    women: np.ndarray
    cost: np.ndarray
    numbers: pd.DataFrame
    watched: pd.DataFrame
    watched_runs: int


def value_main(study: Study, own: Mapping[str, str], command: str) -> int:
    """Lives the choice in every accepted parameter set and keeps what knowing more would be worth in a folder; the exit
    code. Blocks of runs are kept: stopped, it goes on where it was."""
    if study.parameters_from == CENTRAL:
        raise Refused(say("value.central"))
    choice = choice_of("value", own, command)
    ensemble = ensemble_of(study)
    most = len(ensemble.sets) if ensemble else 100_000
    worlds, runs = int(own.get("sets", min(SETS, most) if not ensemble else most)), int(own.get("runs", RUNS))
    if worlds > most:
        raise Refused(say("door.not_allowed", key="value.sets", value=worlds, low=FEWEST, high=most))
    sizes = sorted({int(each) for each in own.get("women", WOMEN).split(",")})
    place = Path(study.out) if study.out else RESULTS / f"{name_of(choice.studies)}_value"
    with filling(place) as filled:
        lived = live_worlds(choice, worlds, runs, sizes, Store(study.store or BLOCKS))
        tables, about = tables_of(choice, lived, sizes)
        text = lines(choice, tables, about)
        record = {**record_of(choice.studies, command, "compiled"), "value": about}
        keep(filled.folder, tables, text, record)
    print("\n".join([*text, say("summary.folder", folder=filled.place), say("summary.open", files="value.png")]))
    return 0


def worlds_of(study: Study, number: int) -> pd.DataFrame:
    """Every assumption that is not fixed, by its key, in so many worlds: accepted sets in the order in which runs take
    them, or draws from the ranges."""
    numbers = numbers_of(study, 1 + IN_A_ROW * np.arange(number))
    drawn = zip(study.parameters, study.parameter_keys, strict=True)
    return pd.DataFrame({key: numbers[p.name] for p, key in drawn if p.low < p.high}, index=range(number))


def live_worlds(choice: Choice, worlds: int, runs: int, sizes: Sequence[int], store: Store) -> Lived:
    """Runs of every option in every world, and of the first option once more for studies to watch: with other luck, so
    that no chance is both data and answer."""
    rows = [worlds_of(study, worlds) for study in choice.studies]
    first = choice.studies[0]
    referred = first.plan["cohort_referred"] or first.plan["cohort_referrals_per_week"] * first.plan["cohort_weeks"]
    more = int(np.ceil(TWICE * max(sizes) / max(referred, 1.0)))
    total = worlds * (runs * len(rows) + more)
    planned(total)
    with watched(total) as heard:
        women, cost = choice.lived(rows, runs, store, heard, same_luck=False)
        design = Design(first, rows[0], more, same_luck=False, after=worlds * runs)
        seen = watched_women(design, store, heard)
    return Lived(choice.utility(women, cost), women, cost, rows[0], seen, more)


def tables_of(choice: Choice, lived: Lived, sizes: Sequence[int]) -> tuple[Tables, dict[str, Any]]:
    """The tables `options`, `information` and `worlds`, and what the summary says besides."""
    worlds, runs, _ = lived.utility.shape
    two = np.sort(lived.utility.mean(axis=(0, 1)).argsort(kind="stable")[-2:])  # a study is asked for the two best
    more = against_best(lived.utility)
    chance = of_chance(lived.numbers.to_numpy(), more.mean(axis=1), choice.studies[0].seed)
    everything, of_two = perfect(more), against_best(lived.utility[:, :, two])
    rows = [_row("everything", "", everything, 0.0)]
    rows += _assumptions(choice, lived, sizes, everything, (more.mean(axis=1), of_two.mean(axis=1)), chance)
    rows += _watching(choice, lived, sizes, perfect(of_two), of_two.mean(axis=1), chance)
    table = pd.DataFrame(rows)
    table["cad_a_year"] = table["value"] * (choice.worth or np.nan)
    about: dict[str, Any] = {"worlds": worlds, "runs": runs, "watched": len(lived.watched), "chance": chance}
    about |= {"outcome": choice.outcome, "worth": choice.worth, "two_best": [choice.names[each] for each in two]}
    options = options_table(choice, lived.women, lived.cost)
    return {"options": options, "information": table, "worlds": _worlds(lived)}, about


def _assumptions(
    choice: Choice, lived: Lived, sizes: Sequence[int], everything: Worth, means: Means, chance: float
) -> list[dict[str, Any]]:
    """A row for each assumption known exactly, what is worth most first; then one for each that is a chance and each
    size of a study that counts it. means: of all options, and of the two best."""
    study, exactly, counted = choice.studies[0], [], []
    known, lines = badges(study), dict(zip(study.parameter_keys, study.parameters, strict=True))
    for key, column in lived.numbers.items():
        p, values = lines[str(key)], column.to_numpy()
        about = {"unit": p.unit, "badge": known[p.name], "meaning": in_words(str(key), p.meaning)}
        now = dict(zip(("now_low", "now_high"), np.quantile(values, [LOW, HIGH]), strict=True))
        worth = at_most(of_knowing(values, means[0]), everything)
        exactly.append({**_row("parameter", p.name, worth, chance), **about, **now})
        for size in sizes if p.scale == "logit" else []:
            data = [of_knowing(each, means[1]) for each in of_a_chance(values, size, study.seed)]
            counted.append({**_row("count", p.name, at_most(together(data), worth), chance, size), **about, **now})
    return sorted(exactly, key=lambda row: -row["value"]) + counted


def _watching(
    choice: Choice, lived: Lived, sizes: Sequence[int], most: Worth, means: np.ndarray, chance: float
) -> list[dict[str, Any]]:
    """A row for each thing that a study could watch in the program, and each size of it; none where no woman enters."""
    rows, worlds = [], len(lived.numbers)
    a_year = len(lived.watched) / (worlds * lived.watched_runs * choice.years)
    for size in sizes if a_year > 0 else []:
        data_sets = [*of_the_program(lived.watched, worlds, size)]
        for name, columns in STUDIES.items():
            worth = at_most(together([of_knowing(each[:, columns], means) for each in data_sets]), most)
            rows.append({**_row("program", name, worth, chance, size), "years": size / a_year})
    return rows


def _row(kind: str, name: str, worth: Worth, chance: float, women: float = np.nan) -> dict[str, Any]:
    """Beyond chance: more than any assumption seems to be worth by chance alone, where decisions that it led to gave
    more in worlds that they were not made by."""
    row = {"kind": kind, "name": name, "women": women, **worth._asdict()}
    return {**row, "beyond_chance": worth.high > chance and worth.low > 0, "years": np.nan}


def _worlds(lived: Lived) -> pd.DataFrame:
    """A row for each world and option: means over its runs."""
    worlds, _, options = lived.utility.shape
    means = {"women_a_year": lived.women, "cost_a_year": lived.cost, "utility": lived.utility}
    table = {"world": np.repeat(np.arange(worlds), options), "option": [*"ABCD"[:options]] * worlds}
    return pd.DataFrame(table | {name: values.mean(axis=1).ravel() for name, values in means.items()})


def keep(folder: Path, tables: Tables, text: Sequence[str], record: Mapping[str, Any]) -> None:
    """Fills the folder: tables, the figure, the summary and the record."""
    from sim.study.figures.value import draw_value

    for name, table in {**tables, "dictionary": dictionary("value", [*tables, "value"])}.items():
        harmless(table).to_csv(folder / f"{name}.csv", index=False, lineterminator="\n", encoding="utf-8")
    names, chance = tables["options"]["name"].tolist(), record["value"]["chance"]
    draw_value(tables["information"], chance, names, folder / "value", record)
    (folder / "summary.txt").write_text("\n".join(text) + "\n", encoding="utf-8", newline="\n")
    seal(folder, record)
