"""The verb `evaluate`: simulates the published evaluation many times, holds its pre-post change against the effect, and
asks what it could have told of the ingredients."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from textwrap import wrap
from typing import Any

import numpy as np
import pandas as pd

from sim.program.words import DOMAINS
from sim.study.change_and_effect import EFFECTS, PARTS, by_run, ends_table, over_runs, width_table
from sim.study.design import Design
from sim.study.evaluation import groups_of, lived, long_enough, read_settings, settings
from sim.study.files import filling, seal, write_table
from sim.study.how_sure import badge_of, badge_table
from sim.study.identifiability import DATA, INGREDIENTS, chance_by_size, contraction_table, told, too_few_rows
from sim.study.identifiability import strengths as rows_of_strengths
from sim.study.record import RESULTS, record_of
from sim.study.refusals import Refused
from sim.study.run import BLOCKS
from sim.study.saved import dictionary
from sim.study.sentences import say, sentences
from sim.study.sets import IN_A_ROW, changed, ensemble_of, set_of
from sim.study.store import Store
from sim.study.study import Study
from sim.study.summary import WIDTH
from sim.study.tables import harmless
from sim.study.watching import watched

NO_BREAK = "\u00a0"  # a space at which no line ends
TEXTS = ("decomposition", "width", "ends", "contraction", "badges", "settings")  # kept as text as well
Tables = dict[str, pd.DataFrame]


def evaluate_main(study: Study, own: Mapping[str, str], command: str) -> int:
    """Simulates the evaluation of a study into a new results folder, and says in at most 24 lines what it could tell;
    the exit code. Blocks of runs are kept: stopped, it goes on where it was."""
    asked = read_settings(own)
    long_enough(study, asked)
    place = Path(study.out) if study.out else RESULTS / f"{date.today().isoformat()}_evaluation"
    tables = evaluated(study, asked, Store(study.store or BLOCKS))
    with filling(place) as filled:
        said = [*lines(study, tables, asked)]
        keep(filled.folder, study, tables, asked, said, command)
    print("\n".join([*said, say("summary.folder", folder=filled.place)]))
    return 0


def evaluated(study: Study, asked: Mapping[str, float], store: Store) -> Tables:
    """What the simulated evaluations gave: runs (a row a run and domain), decomposition, width, ends, badges,
    contraction and settings. Refused where nobody filled in both questionnaires in any run."""
    each = Design(study, pd.DataFrame(index=range(study.replications)), 1, same_luck=False, twin=True)
    design = rows_of_strengths(study, asked)
    total = study.replications + len(design.rows) * design.replications
    with watched(total) as heard:
        women = lived(each, asked, store, heard)
        runs = by_run(women, groups_of(women, asked))
        if runs.empty:
            raise Refused(say("evaluation.nobody"))
        contraction = contraction_table(lived(design, asked, store, heard), design, asked)
    sets = set_of(study, np.sort(runs["replication"].unique()))
    effects = runs.rename(columns={"domain": "outcome", "effect_entered": "difference"})
    used = [
        (name, asked[name], *line.range, line.unit, _source(line.source), line.meaning)
        for name, line in settings().items()
    ]
    return {
        "runs": runs,
        "decomposition": over_runs(runs, ("change", *EFFECTS, *PARTS)),
        "width": width_table(runs, sets, asked["half_width"]),
        "ends": ends_table(women, asked),
        "badges": badge_table(study, effects[["replication", "outcome", "difference"]]),
        "contraction": contraction,
        "settings": pd.DataFrame(used, columns="setting value low high unit source meaning".split()),
    }


def _source(source: str | list[str]) -> str:
    return source if isinstance(source, str) else " ".join(source)


def keep(
    folder: Path, study: Study, tables: Tables, asked: Mapping[str, float], said: Sequence[str], command: str
) -> None:
    """Fills the folder: tables, figures, the summary and the record."""
    from sim.study.figures.evaluation import draw_evaluation

    record = record_of([study], command, "compiled") | {"evaluation": dict(asked)}
    (folder / "tables").mkdir()
    for name, table in tables.items():
        write_table(table, folder / "tables" / f"{name}.parquet")
    for name, table in {**{name: tables[name] for name in TEXTS}, "dictionary": dictionary("evaluate")}.items():
        place = folder / "tables" / f"{name}.csv"
        harmless(table).to_csv(place, index=False, lineterminator="\n", encoding="utf-8")
    (folder / "figures").mkdir()
    seed = say("figures.seed", seed=study.seed)
    each = evaluations(int(asked["pooled"]))
    strengths = say("evaluation.figure.told.about", rows=f"{asked['rows']:,.0f}", evaluations=each)
    about = {"change": [evaluations(study.replications), seed], "told": [strengths, seed]}
    badge = say("figures.badge", badge=say(f"badges.{badge_of(tables['badges'])}"))
    drawn = {"model": record["model"], "command": command}
    draw_evaluation(tables, folder / "figures", about, f"{covers(study, tables)} {badge}", drawn)
    (folder / "summary.txt").write_text("\n".join(said) + "\n", encoding="utf-8", newline="\n")
    seal(folder, record)


def evaluations(number: int) -> str:
    """1 evaluation, 40 evaluations."""
    return say(f"evaluation.{'one_evaluation' if number == 1 else 'evaluations'}", number=f"{number:,}")


def covers(study: Study, tables: Tables) -> str:
    """What the ranges hold and cover."""
    runs, ensemble = tables["runs"]["replication"].nunique(), ensemble_of(study)
    kind = (
        "one_run" if runs == 1 else "changed" if changed(study) else "accepted" if ensemble else study.parameters_from
    )
    sets = min(len(ensemble.sets), -(-runs // IN_A_ROW)) if ensemble else 0
    return say(f"summary.covers.{kind}", runs=f"{runs:,}", sets=sets, changed=len(changed(study)))


def lines(study: Study, tables: Tables, asked: Mapping[str, float]) -> Iterator[str]:
    """What the evaluation could tell, in lines."""
    runs, weeks = tables["runs"], {name: int(asked[name]) for name in ("pre_weeks", "post_week")}
    women = {who: f"{runs[f'women_{who}'].mean():.0f}" for who in ("entered", "began", "consented", "both")}
    half = {"half_width": f"{asked['half_width']:g}", "half": f"{asked['half_width'] / 2:g}"}
    yield say("summary.heading")
    yield from _wrapped(say("evaluation.who", evaluations=evaluations(study.replications), **women, **weeks))
    yield from _changes(tables, half)
    yield from _wrapped(f"{say('evaluation.parts')} {_chance(tables['width'])}")
    yield from _contractions(tables["contraction"])
    yield from _wrapped(answer(tables["contraction"]))
    badge = say("evaluation.badge", badge=say(f"badges.{badge_of(tables['badges'])}"))
    yield from _wrapped(f"{covers(study, tables)} {badge}")
    yield say("summary.open", files="figures/change_and_effect.png, figures/identifiability.png")


def _wrapped(text: str) -> Iterator[str]:
    """Lines, none of which ends before a percent sign."""
    return (line.replace(NO_BREAK, " ") for line in wrap(text.replace(" %", f"{NO_BREAK}%"), WIDTH))


def _changes(tables: Tables, half: Mapping[str, str]) -> Iterator[str]:
    """Change, effects and what lies between in points, and the women that half-widths ask for, a row a domain; a dash
    for the range of one run, and where no woman changed otherwise than another."""
    rows: Any = tables["decomposition"].set_index(["domain", "measure"])
    wide: Any = tables["width"].set_index(["measure", "domain"]).loc["change"]
    heads = {name: text.format(**half) for name, text in sentences()["evaluation"]["short"].items()}
    yield say("evaluation.row", **heads).rstrip()
    for domain in DOMAINS:
        cells = {"domain": domain, **{part: f"{100 * rows.loc[(domain, part), 'mean']:+z.1f}" for part in PARTS}}
        for name in ("change", "effect_both", "effect_entered"):
            one_run = rows.loc[(domain, name), "runs"] == 1
            points = 100 * rows.loc[(domain, name), ["mean", "low", "high"]]
            cells[name] = ("{mean:z.0f} (-)" if one_run else "{mean:z.0f} ({low:z.0f} to {high:z.0f})").format(**points)
        needed = wide.loc[domain, ["women_needed", "women_needed_half"]]
        cells |= {name: _number(number or np.nan) for name, number in needed.items()}
        cells["holds"] = "-" if one_run or not needed.all() else _number(100 * wide.loc[domain, "holds_effect_both"])
        yield say("evaluation.row", **cells).rstrip()


def _number(value: float) -> str:
    return "-" if np.isnan(value) else f"{value:.0f}"


def _chance(table: pd.DataFrame) -> str:
    """The share of chance in the variance of the change and of the effect, in the order of the domains; nothing where
    it cannot be told from parameters."""
    shares = 100 * table.pivot(index="measure", columns="domain", values="chance_share")[[*DOMAINS]]
    said = {"chance": "change", "chance_effect": "effect_both"}
    numbers = {name: ", ".join(map(_number, shares.loc[measure])) for name, measure in said.items()}
    return say("evaluation.chance", **numbers) if shares.notna().any(axis=None) else ""


def _contractions(table: pd.DataFrame) -> Iterator[str]:
    """Contraction in percent by data used, at the least and the most women."""
    ends = dict.fromkeys((table["evaluations"].min(), table["evaluations"].max()))
    sizes = ", ".join(f"{table.loc[table['evaluations'] == end, 'women'].iloc[0]:.0f}" for end in ends)
    names = {name: say(f"evaluation.ingredients.{name}") for name in INGREDIENTS}
    chance = ", ".join(f"{100 * chance_by_size(table)[end]:.0f}" for end in ends)
    head = say("evaluation.contraction", sizes=sizes, chance=chance)
    yield say("evaluation.of_strengths", data=head, **names).rstrip()
    rows: Any = table.set_index(["data", "ingredient", "evaluations"])
    for data in DATA:
        cells = {}
        for name in INGREDIENTS:
            found = [rows.loc[(data, name, end)] for end in ends]
            cells[name] = ", ".join(f"{100 * row['contraction']:.0f}" for row in found)
            cells[name] += f" (±{100 * max(row['error'] for row in found):.0f})"
        yield say("evaluation.of_strengths", data=say(f"evaluation.data.{data}"), **cells).rstrip()


def answer(table: pd.DataFrame) -> str:
    """Which measurement and how many women tell which ingredient, and which nothing told."""
    if too_few_rows(table):
        return say("evaluation.too_few")
    found, parts = told(table), []
    rows: Any = found.itertuples(index=False)
    for row in rows:
        said = {"name": say(f"evaluation.ingredients.{row.ingredient}"), "women": f"{row.women:.0f}"}
        parts.append(say("evaluation.told", **said, data=say(f"evaluation.with.{row.data}")))
    most = f"{table['women'].max():.0f}"
    never = [say(f"evaluation.ingredients.{name}") for name in INGREDIENTS if name not in set(found["ingredient"])]
    nothing = say("evaluation.never", names=", ".join(never), women=most) if never else ""
    return " ".join(
        [
            say("evaluation.answer", parts="; ".join(parts) or say("evaluation.none")),
            nothing,
            say("evaluation.how_much"),
        ]
    )
