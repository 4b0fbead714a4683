"""The verb `tipping`: at which value of each assumption the choice between two scenarios flips, the others as they are;
and at which price."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.study.decision import Choice, all_at_once, choice_of, options_table, planned
from sim.study.files import filling, seal
from sim.study.record import RESULTS, name_of, record_of
from sim.study.refusals import Refused, not_one_of
from sim.study.run import BLOCKS
from sim.study.saved import dictionary
from sim.study.sentences import say
from sim.study.sets import IN_A_ROW, set_of
from sim.study.store import Store
from sim.study.study import Study
from sim.study.tables import harmless
from sim.study.tipping_in_words import lines
from sim.study.tipping_points import Job, search
from sim.study.tipping_tables import as_it_is, look_table, point_table, price_table
from sim.study.watching import watched

PAIRS, BUDGET = 20, 40_000  # paired runs at each value to begin with; runs of both scenarios
TIMES, PART = 20, 4  # pairs with every assumption as it is: as many times as those, or this part of the budget
Tables = dict[str, pd.DataFrame]


def tipping_main(study: Study, own: Mapping[str, str], command: str) -> int:
    """Looks for every tipping point and keeps what was found in a folder; the exit code. Blocks of runs are kept:
    stopped, it goes on where it was."""
    choice = choice_of("tipping", own, command)
    ranges = ranges_of(choice, own.get("parameters"))
    pairs, budget = int(own.get("pairs", PAIRS)), int(own.get("budget", BUDGET))
    pairs += pairs % IN_A_ROW  # two runs in a row live the same set
    spare = min(budget // 2 // PART, budget // 2 - 3 * pairs * len(ranges))
    base = max(TIMES * pairs, spare // IN_A_ROW * IN_A_ROW)
    least = 2 * pairs * (TIMES + 3 * len(ranges))
    if budget < least:
        raise Refused(say("tipping.budget", value=budget, least=least))
    place = Path(study.out) if study.out else RESULTS / f"{name_of(choice.studies)}_tipping"
    store = Store(study.store or BLOCKS)
    planned(budget)
    with filling(place) as filled:
        with watched(budget) as heard:
            women, cost, prices = as_it_is(choice, base, store, heard)
            utility = choice.utility(women, cost)
            sets = set_of(choice.studies[0], 1 + np.arange(base))
            asked = partial(ask, choice, store=store, heard=heard)
            found = search(ranges, utility[:, 1] - utility[:, 0], sets, asked, pairs, budget // 2 - base)
        by_set = [values.reshape(-1, IN_A_ROW, 2) for values in (women, cost)]
        tables = {
            "options": options_table(choice, *by_set),
            "points": pd.concat([point_table(choice, found, ranges), price_table(choice, women, cost, prices, sets)]),
            "looks": look_table(found),
        }
        about = {"outcome": choice.outcome, "worth": choice.worth, "pairs": pairs, "budget": budget}
        about |= {"as_it_is": base, "runs": budget - 2 * found.left}
        text = lines(choice, tables, about)
        record = {**record_of(choice.studies, command, "compiled"), "tipping": about}
        keep(filled.folder, tables, text, record)
    print("\n".join([*text, say("summary.folder", folder=filled.place), say("summary.open", files="tipping.png")]))
    return 0


def ranges_of(choice: Choice, names: str | None) -> dict[str, tuple[float, float]]:
    """The range of every assumption that is fixed in neither scenario, by its key, or of those named."""
    fixed = {
        key for s in choice.studies for p, key in zip(s.parameters, s.parameter_keys, strict=True) if p.low == p.high
    }
    study = choice.studies[0]
    known = {key: p for p, key in zip(study.parameters, study.parameter_keys, strict=True) if key not in fixed}
    asked = None if names is None else names.split(",")
    if asked is not None and (missing := {*asked} - {p.name for p in known.values()}):
        every = [p.name for p in known.values()]
        raise Refused(*(not_one_of("tipping.parameters", name, every) for name in sorted(missing)))
    return {key: (p.low, p.high) for key, p in known.items() if asked is None or p.name in asked}


def ask(choice: Choice, jobs: Sequence[Job], store: Store, heard: Callable[[int], Any]) -> list[np.ndarray]:
    """What B gives more than A in each job's runs, (values, runs); every assumption has a design of its own, on a
    thread of its own."""
    alone = replace(choice, studies=tuple(study.model_copy(update={"threads": 1}) for study in choice.studies))

    def one(job: Job) -> np.ndarray:
        rows = [pd.DataFrame({job.key: job.values})] * 2
        utility = choice.utility(*alone.lived(rows, job.last - job.first + 1, store, heard, after=job.first - 1))
        return np.asarray(utility[:, :, 1] - utility[:, :, 0])

    return all_at_once(choice.studies[0], one, jobs)


def keep(folder: Path, tables: Tables, text: Sequence[str], record: Mapping[str, Any]) -> None:
    """Fills the folder: tables, the figure, the summary and the record."""
    from sim.study.figures.tipping import draw_tipping

    for name, table in {**tables, "dictionary": dictionary("tipping", [*tables, "tipping"])}.items():
        harmless(table).to_csv(folder / f"{name}.csv", index=False, lineterminator="\n", encoding="utf-8")
    draw_tipping(tables["points"], tables["options"]["name"].tolist(), folder / "tipping", record)
    (folder / "summary.txt").write_text("\n".join(text) + "\n", encoding="utf-8", newline="\n")
    seal(folder, record)
