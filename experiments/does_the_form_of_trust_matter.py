"""Does the form of trust matter? Three rules by which trust could grow, each calibrated to the same targets; what the
program adds under each, what trust does in it, and what one more case manager adds."""

import os
from collections.abc import Callable
from pathlib import Path
from textwrap import wrap
from typing import Any

import matplotlib.style
import pandas as pd

import sim
from experiments.kept import ROOT, keep_result
from sim.program import words as w
from sim.program.telling import rule
from sim.program.trust import build_trust
from sim.study import calibrate
from sim.study.calibration import Asked
from sim.study.figures import colours as c
from sim.study.figures.page import LOOK, Page, Words
from sim.study.figures.panels import dot, name_rows
from sim.study.files import filling, seal
from sim.study.pairs import half_widths
from sim.study.record import record_of
from sim.study.sentences import say
from sim.study.sets import RANGES, ensemble_of, set_of
from sim.study.simulate import simulate
from sim.study.store import Store
from sim.study.tables import HIGH, LOW
from sim.study.targets import read_targets
from sim.study.worlds import World

NAME = "does_the_form_of_trust_matter"
DRAWS, SETS, WOMEN, RUNS = 2048, 400, 300, 400  # tried for each form, enough, women by which one is judged; runs after
COMPLETED, HOUSED = "completed", "stably_housed_39"  # the second exists without a program, too
HALF = 0.5  # of the scale: what is missing half way


@rule
def gain_of(person: Any, program: Any) -> float:
    """What this week's contact is worth, as in the published rule."""
    p = program.p
    gain = 0.0
    if person.contact == w.VISIT_KEPT:
        gain = p.trust_gain
    if person.attended:
        gain = gain + p.trust_gain * p.trust_drop_in
    if program.drop_in[0].remote:
        gain = gain * p.trust_remote
    return gain * program.plan.ingredients_trust


def by_steps(person: Any, program: Any) -> None:
    """Every contact is worth as much, however much trust there is already."""
    gain = gain_of(person, program)
    if gain > 0:
        person.trust = min(1.0, person.trust + gain * HALF)
    else:
        person.trust = person.trust - program.p.trust_fade * (person.trust - person.trust_start)


def slow_to_start(person: Any, program: Any) -> None:
    """Trust grows by itself: slowly where there is little, fastest half way."""
    gain = gain_of(person, program)
    if gain > 0:
        person.trust = min(1.0, person.trust + gain * person.trust * (1 - person.trust) / HALF)
    else:
        person.trust = person.trust - program.p.trust_fade * (person.trust - person.trust_start)


FORMS: dict[str, tuple[str, Callable[[Any, Any], None]]] = {
    "published": ("a share of what is missing (as in the model)", build_trust),
    "by_steps": ("equal steps", by_steps),
    "slow_to_start": ("slow to start", slow_to_start),
}
QUESTIONS = {
    "program": ("the program adds: housed", HOUSED),
    "trust": ("trust building adds: completing", COMPLETED),
    "case_manager": ("one post more adds: completing", COMPLETED),
}


def calibrated(form: str) -> sim.Study:
    """The study with this rule, and with the sets of parameters that meet the targets under it."""
    study = sim.swap(sim.load_study(f"replications={RUNS}"), build_trust=FORMS[form][1])
    wide = study.model_copy(update={"parameters_from": RANGES})
    asked = Asked(wide, read_targets(None))
    folder = Path(form)
    if not folder.exists():
        tables, about = calibrate.calibrate(asked, DRAWS, SETS, WOMEN, Store(Path(".blocks")), calibrate.told)
        with filling(folder) as filled:
            calibrate.keep(filled.folder, asked, tables, about, f"python -m experiments.{NAME}")
    return study.model_copy(update={"parameters_from": str(folder)})


def differences(study: sim.Study) -> pd.DataFrame:
    """Of 100 women referred, how many more: a row for each run, a column for each question."""
    others = {"program": {"program_offered": 0.0}, "trust": {"ingredients_trust": 0.0}}
    others |= {"case_manager": {"staffing_case_managers": study.staffing.case_managers + 1.0}}
    worlds = [
        World("now", study, study.plan),
        *(World(name, study, {**study.plan, **to}) for name, to in others.items()),
    ]
    table = simulate(worlds, names=[COMPLETED, HOUSED])["outcomes"]
    wide = 100 * table.pivot(index="replication", columns=["outcome", "scenario"], values="value").fillna(0.0)
    signs = {name: 1 if name == "case_manager" else -1 for name in others}
    by_name = {name: wide[outcome] for name, (_, outcome) in QUESTIONS.items()}
    return pd.DataFrame({name: signs[name] * (found[name] - found["now"]) for name, found in by_name.items()})


def rows_of(form: str, study: sim.Study) -> list[dict[str, Any]]:
    """What each question is answered under this form: mean, range over runs, half-width of the mean's 95 % interval."""
    found = differences(study)
    sets = set_of(study, found.index.to_numpy())
    half = half_widths(found.to_numpy(), sets)[1]
    about = {"form": form, "rule": FORMS[form][0], "sets": len(ensemble_of(study).sets), "runs": len(found)}
    return [
        about | {"question": QUESTIONS[name][0], "mean": found[name].mean(), "low": found[name].quantile(LOW),
                 "high": found[name].quantile(HIGH), "half_width": half[place]}
        for place, name in enumerate(found)
    ]  # fmt: skip


def said(table: pd.DataFrame) -> list[str]:
    """What came out, in a few lines."""
    lines = [
        "SIMULATED, NOT MEASURED. Three plausible rules by which trust grows, each with parameter sets that meet",
        f"the eleven targets under it ({DRAWS:,} tried for each, {RUNS} runs after). Of 100 women referred, more who",
        "are stably housed at 9 months or complete: mean ± half of its 95 % interval, and the range of 90 % of runs.",
    ]
    for rule_, part in table.groupby("rule", sort=False):
        lines.append(f"{rule_} ({part['sets'].iloc[0]} sets)")
        for row in part.to_dict("records"):
            ends = f"({row['low']:+.0f} to {row['high']:+.0f})"
            lines.append(f"   {row['question']:30} {row['mean']:+6.1f} ± {row['half_width']:.1f} {ends}")
    return [*lines, *wrap(f"Badge of every line: {say('badges.assumption')}. {say('summary.cannot')}", 100)]


def draw(table: pd.DataFrame, record: dict[str, Any], folder: Path) -> None:
    """A panel for each question, a line for each form: the mean and the range over runs."""
    alt = "; ".join(f"{r.rule}: {r.question} {r.mean:+.1f} ({r.low:+.0f} to {r.high:+.0f})" for r in table.itertuples())
    title = "Three ways in which trust could grow, each calibrated to the same targets"
    how = "Dots are means, lines the range of 90 % of runs: chance and parameters."
    with matplotlib.style.context(LOOK):
        page = Page(
            13.0,
            2.4,
            Words(title, how, alt),
            "Of 100 women referred, more who are stably housed at 9 months, or complete.",
            say("staff.figure.foot"),
        )
        panels = page.panels(columns=len(QUESTIONS), left=3.3, across=0.5, share=True)
        for axes, (question, part) in zip(panels, table.groupby("question", sort=False), strict=True):
            rows: Any = part.to_dict("records")
            for place, row in enumerate(rows):
                dot(axes, row, place, {"marker": "o", "color": c.BLUE})
            name_rows(axes, {place: row["rule"] for place, row in enumerate(rows)}, 9, -0.6, len(rows) - 0.4)
            axes.axvline(0, color=c.DARK, linewidth=0.8)
            axes.set(title=question)
        page.save(table, folder / "forms", record)


def main() -> int:
    """The three calibrations, then the three questions; kept as the other experiments are."""
    work = ROOT / "results" / "experiments" / NAME
    work.mkdir(parents=True, exist_ok=True)
    os.chdir(work)  # so that the record names no folder of one machine
    studies = {form: calibrated(form) for form in FORMS}
    table = pd.DataFrame([row for form, study in studies.items() for row in rows_of(form, study)])
    record = record_of([studies["published"]], f"python -m experiments.{NAME}", "compiled")
    record |= {"rules": {form: study.mechanism.digest for form, study in studies.items()}}
    with filling(work / "answer") as filled:
        (filled.folder / "summary.txt").write_text("\n".join(said(table)) + "\n", encoding="utf-8")
        draw(table, record, filled.folder)
        seal(filled.folder, record)
    print("\n".join(said(table)))
    return keep_result(NAME, filled.place, ("summary.txt", "forms.csv", "forms.svg", "forms.txt"))


if __name__ == "__main__":
    raise SystemExit(main())
