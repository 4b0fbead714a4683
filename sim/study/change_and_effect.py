"""How far a pre-post change is from the effect against the women's own twins, why, and how wide both are."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from sim.program.words import DOMAINS
from sim.study.evaluation import Groups, groups_of, settings
from sim.study.tables import HIGH, LOW, chance_share

# What the change is made of: change = effect_entered + all of these, in every run.
PARTS = ("natural_course", "before_pre", "loss", "consent", "selection")
EFFECTS = ("effect_both", "effect_began", "effect_entered")  # of the same women, of all who began phase 1, of all
MEASURES = ("change", *EFFECTS)
OF_95 = 1.96  # standard errors on each side of a 95 % interval


def by_run(women: pd.DataFrame, groups: Groups) -> pd.DataFrame:
    """A row for each run and domain in which somebody filled in both questionnaires: the pre-post change of these women
    (all in shares) with the standard error that they alone give it, the effects against their own twins at the post
    questionnaire, and the parts that make the difference:

    natural_course, what their twins changed by; before_pre, less what the program had done by the pre questionnaire;
    loss, the effect of those with both questionnaires less that of all who consented; consent, theirs less that of all
    who began phase 1; selection, theirs less that of all who entered.
    """
    runs, at = np.unique(women["replication"].to_numpy(), return_inverse=True)
    counts = Groups(*(np.bincount(at, group, len(runs)) for group in groups))

    def mean(values: np.ndarray, who: str) -> np.ndarray:
        group = getattr(groups, who)
        return np.asarray(np.bincount(at, values * group, len(runs)) / getattr(counts, who))

    tables = []
    with np.errstate(invalid="ignore", divide="ignore"):
        for domain in DOMAINS:
            pre, post, twin_pre, twin_post = (
                women[f"{moment}_{domain}"].to_numpy(float) for moment in ("pre", "post", "twin_pre", "twin_post")
            )
            change, effects = mean(post - pre, "both"), {who: mean(post - twin_post, who) for who in Groups._fields}
            spread = mean((post - pre) ** 2, "both") - change**2
            table: dict[str, Any] = {"replication": runs, "domain": domain, "pre": mean(pre, "both"), "change": change}
            table["standard_error"] = np.sqrt(np.maximum(spread, 0) / (counts.both - 1))
            table |= {f"effect_{who}": effect for who, effect in effects.items()}
            table["natural_course"] = mean(twin_post - twin_pre, "both")
            table["before_pre"] = -mean(pre - twin_pre, "both")
            for part, (one, other) in zip(
                PARTS[2:], (("both", "consented"), ("consented", "began"), ("began", "entered"))
            ):
                table[part] = effects[one] - effects[other]
            tables.append(pd.DataFrame(table | {f"women_{who}": getattr(counts, who) for who in Groups._fields}))
    return pd.concat([table[table["women_both"] > 0] for table in tables], ignore_index=True)


def over_runs(runs: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    """Mean and 5th to 95th percentile over runs of these columns, by domain: means of parts add up as in each run."""
    tidy = runs.melt(["domain"], [*columns], "measure", "value")
    values = tidy.groupby(["domain", "measure"], sort=False)["value"]
    spread = {"mean": values.mean(), "low": values.quantile(LOW), "high": values.quantile(HIGH), "runs": values.count()}
    return pd.DataFrame(spread).reset_index()


def width_table(runs: pd.DataFrame, sets: np.ndarray | None, half_width: float) -> pd.DataFrame:
    """How wide the change and the effects are over runs of this size: mean, range and standard deviation, and the share
    of their variance that is chance (within a parameter set; `sets` tells which each run lived). Of the change also:
    the share of runs whose 95 % interval holds the effect on the same women, and on all who entered; the women with
    both questionnaires that half-widths of `half_width` points and half of it ask for; and shared_luck, how many times
    its variance by chance is what women with luck of their own alone would give."""
    wide = runs.pivot(index="replication", columns="domain", values=[*MEASURES])
    spread = {"deviation": wide.std(), "chance_share": chance_share(wide, sets)}
    spread_of = pd.DataFrame(spread).rename_axis(["measure", "domain"]).reset_index()
    table = over_runs(runs, MEASURES).merge(spread_of, on=["domain", "measure"], how="left")
    of_women = runs["standard_error"] ** 2
    found = {"luck": of_women, "of_a_woman": of_women * runs["women_both"]}
    for effect in ("effect_both", "effect_entered"):
        found[f"holds_{effect}"] = (runs["change"] - runs[effect]).abs() <= OF_95 * runs["standard_error"]
    about = pd.DataFrame(found).groupby(runs["domain"]).mean()
    for name, points in (("women_needed", half_width), ("women_needed_half", half_width / 2)):
        about[name] = np.ceil((100 * OF_95 / points) ** 2 * about["of_a_woman"])
    table = table.merge(about.drop(columns="of_a_woman").assign(measure="change").reset_index(), how="left")
    table["shared_luck"] = table["chance_share"] * table["deviation"] ** 2 / table.pop("luck")
    return table


def ends_table(women: pd.DataFrame, asked: Mapping[str, float]) -> pd.DataFrame:
    """The change, the effect on the same women and how many they are, with each share of the instrument at both ends of
    its range: setting, value, domain, measure, mean, low, high."""
    return pd.concat([*_ends(women, asked)], ignore_index=True)


def _ends(women: pd.DataFrame, asked: Mapping[str, float]) -> Iterator[pd.DataFrame]:
    for name in ("consent", "reached_engaged", "reached_left"):
        for end in settings()[name].range:
            runs = by_run(women, groups_of(women, {**asked, name: end}))
            table = over_runs(runs, ("change", "effect_both", "women_both"))
            yield table.assign(setting=name, value=end)[["setting", "value", *table.columns]]
