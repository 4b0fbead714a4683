"""Who is referred, when, and with what needs, goals and life: hers in every world."""

import math
from collections.abc import Mapping

import numpy as np

from sim.program import words as w
from sim.program.arithmetic import logarithms
from sim.program.chance import draws
from sim.program.odds import NO_DRAW, her_luck, her_week
from sim.program.telling import Person, World, rule, tell

DOMAIN_NEEDS = (  # needs at entry that bring a goal domain up: pre-employment, housing, income, exiting
    (1 << w.EMPLOYMENT) | (1 << w.LIFE_SKILLS),
    (1 << w.SAFETY) | (1 << w.HOUSING_NEED),
    1 << w.EMPLOYMENT,
    (1 << w.SOCIAL_SUPPORT) | (1 << w.SUBSTANCE_USE) | (1 << w.JUSTICE),
)
LEAST_NEEDS = 2  # for admission [A05]
SPREAD, MARGIN = 8, 10  # places kept for women referred: beyond the mean by 8 standard deviations, and 10


def most_women(plan: Mapping[str, float]) -> int:
    """Places to keep for women referred: the fixed number, or more than a Poisson number will ever need."""
    if plan["cohort_referred"]:
        return int(plan["cohort_referred"])
    mean = plan["cohort_referrals_per_week"] * plan["cohort_weeks"]
    return math.ceil(mean + SPREAD * math.sqrt(mean)) + MARGIN


def referral_weeks(plan: Mapping[str, float], seed: int, replications: np.ndarray) -> np.ndarray:
    """Calendar week of each woman's referral; shape (replications, places), -1 where a place stays empty.

    The gap before each woman is hers (exponential, addressed by her number), so that a woman more moves nobody else.
    A fixed number of women divides the weeks in proportion to their gaps: uniform order statistics.
    """
    places, weeks = most_women(plan), plan["cohort_weeks"]
    numbers = np.arange(places + 1)
    share = draws(w.WOMAN, numbers[None, :], w.GAP, seed, np.asarray(replications)[:, None])
    gaps = -logarithms(share)
    when = np.cumsum(gaps, axis=1)
    if plan["cohort_referred"]:
        when = when[:, :-1] / when[:, -1:] * weeks
    else:
        when = when[:, :-1] / plan["cohort_referrals_per_week"]
    return np.where(when < weeks, np.floor(when), -1).astype(np.int64)


@rule
def need_share(p: World, need: int) -> float:
    """Share of entering women with a need, other than those that follow from her life."""
    if need == w.JUSTICE:
        return p.need_justice
    if need == w.SOCIAL_SUPPORT:
        return p.need_social_support
    if need == w.EMPLOYMENT:
        return p.need_employment
    if need == w.LIFE_SKILLS:
        return p.need_life_skills
    return p.need_safety


@rule
def arrive(person: Person, program: World) -> None:
    """In the week of her referral she brings her life, needs and goals with her."""
    if her_week(person, program) != 0:
        return
    p = program.p
    person.readiness = her_luck(person, program, w.READY, 0)
    person.trust_start = p.trust_start_low + p.trust_start_span * her_luck(person, program, w.TRUST_AT_START, 0)
    person.trust = person.trust_start
    use = her_luck(person, program, w.USE_AT_START, 0)
    if use < p.uses_share:
        person.substance = w.USES
    elif use < p.uses_share + p.used_before_share:
        person.substance = w.USED_BEFORE
    if person.substance and her_luck(person, program, w.TREATED_AT_START, 0) < p.treated_share:
        person.treated = 1
    if her_luck(person, program, w.VIOLENCE_AT_START, 0) < p.violence_share:
        person.violence = 1
    person.intensity_start = p.intensity_low + p.intensity_span * her_luck(person, program, w.INTENSITY_AT_START, 0)
    person.intensity = person.intensity_start
    begin_life(person, program)
    bring_needs(person, program)
    bring_goals(person, program)
    if not program.plan.program_offered:
        person.phase = w.USUAL_SERVICES
    tell(program, person, w.WAS_REFERRED, person.needs, NO_DRAW)


@rule
def state_at_start(u: float, first: float, second: float) -> int:
    """The lowest, middle or highest of three states, by their shares at entry."""
    return (u >= first) + (u >= first + second)


@rule
def begin_life(person: Person, program: World) -> None:
    """Her housing, income and work at entry."""
    p = program.p
    housing = her_luck(person, program, w.HOUSING_AT_START, 0)
    person.housing = state_at_start(housing, p.no_housing_share, p.unstable_housing_share)
    if her_luck(person, program, w.INCOME_AT_START, 0) >= p.no_income_share:
        person.income = w.SOCIAL_ASSISTANCE
    work = her_luck(person, program, w.WORK_AT_START, 0)
    person.employment = state_at_start(work, p.no_work_share, p.preparing_share)


@rule
def follows_from_life(need: int) -> bool:
    """Needs that are not drawn: whoever uses substances, or is not stably housed, has them."""
    return need == w.SUBSTANCE_USE or need == w.HOUSING_NEED


@rule
def bring_needs(person: Person, program: World) -> None:
    """Her needs at entry; the program admits women with at least two, so the likeliest others make up the number."""
    count = 0
    for need in range(len(w.NEEDS)):
        u = her_luck(person, program, w.NEED, need)
        if follows_from_life(need):
            has = person.substance == w.USES if need == w.SUBSTANCE_USE else person.housing != w.STABLE
        else:
            has = u < need_share(program.p, need) or (need == w.SAFETY and person.violence == 1)
        if has:
            person.needs |= 1 << need
            count += 1
    while count < LEAST_NEEDS:
        chosen, lowest = w.JUSTICE, 1.0
        for need in range(len(w.NEEDS)):
            u = her_luck(person, program, w.NEED, need)
            if not follows_from_life(need) and not person.needs >> need & 1 and u < lowest:
                chosen, lowest = need, u
        person.needs |= 1 << chosen
        count += 1


@rule
def bring_goals(person: Person, program: World) -> None:
    """The goals she wants to work on, and her own order among them."""
    p = program.p
    for domain in range(len(w.DOMAINS)):
        goal = program.goals[person.number, domain]
        share = p.wanted_with_need if person.needs & DOMAIN_NEEDS[domain] else p.wanted_without_need
        if her_luck(person, program, w.WISH, domain) < share:
            goal.wanted = 1
        goal.appeal = her_luck(person, program, w.APPEAL, domain)
