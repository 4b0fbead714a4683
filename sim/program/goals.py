"""Goals: chosen and reviewed together at visits, and progress towards them, which also happens without a program."""

from sim.program import words as w
from sim.program.contact import feels_trust
from sim.program.odds import NO_DRAW, happens, her_luck, log_of, reasons
from sim.program.people import NOBODY
from sim.program.telling import Person, World, rule, tell, total

Review = reasons("Review", "an_ordinary_visit overload")
Step = reasons("Step", "her_own_steps set_together readiness trust links crisis")
LEAST = 0.01  # what is left of quality at the worst
DOMAIN_SERVICES = (  # services that serve each goal domain, one bit each
    1 << w.EDUCATION,
    1 << w.HOUSING_SERVICE,
    1 << w.INCOME_SUPPORT,
    (1 << w.HEALTH) | (1 << w.TREATMENT) | (1 << w.LEGAL) | (1 << w.COUNSELLING),
)


@rule
def overload(person: Person, program: World) -> float:
    """What her case manager's women above the limit cost in quality, as a logarithm; 0 within the limit."""
    if person.manager == NOBODY:
        return 0.0
    above = max(0.0, program.team[person.manager].caseload - program.plan.staffing_caseload_limit)
    return log_of(max(LEAST, 1 - program.p.overload_loss * above))


@rule
def is_reached(person: Person, domain: int) -> bool:
    """The state that a goal of this domain aims at."""
    if domain == w.PRE_EMPLOYMENT:
        return person.employment >= w.TRAINING
    if domain == w.HOUSING:
        return person.housing == w.STABLE
    if domain == w.INCOME:
        return person.income == w.SUFFICIENT
    return person.sex_work == w.EXITED


@rule
def next_goal(person: Person, program: World) -> int:
    """The wanted goal, not reached and not yet a focus of this phase, that appeals to her most; NOBODY if none."""
    chosen, most = NOBODY, -1.0
    for domain in range(len(w.DOMAINS)):
        goal = program.goals[person.number, domain]
        open_to = goal.wanted and goal.focus != person.phase and not is_reached(person, domain)
        if open_to and goal.appeal > most:
            chosen, most = domain, goal.appeal
    return chosen


@rule
def set_goals(person: Person, program: World) -> None:
    """At the first visit of a phase one to three focus areas are chosen together; at later ones they are reviewed."""
    if person.contact != w.VISIT_KEPT:
        return
    has_focus = False
    for domain in range(len(w.DOMAINS)):
        goal = program.goals[person.number, domain]
        if goal.focus == person.phase:
            has_focus = True
            why = Review(an_ordinary_visit=program.p.goal_reviewed, overload=overload(person, program))
            if happens(person, program, w.REVIEW, domain, total(why)):
                goal.unreviewed = 0
    if not has_focus:
        choose_focus(person, program)


@rule
def choose_focus(person: Person, program: World) -> None:
    """One, two or three focus areas for this phase [B26]."""
    u = her_luck(person, program, w.FOCUS_AREAS, 0)
    areas = 1 + (u < program.p.second_area) + (u < program.p.second_area * program.p.third_area)
    for _ in range(areas):
        domain = next_goal(person, program)
        if domain != NOBODY:
            goal = program.goals[person.number, domain]
            goal.focus, goal.together, goal.unreviewed = person.phase, 1, 0
            tell(program, person, w.SET_GOAL, domain, NO_DRAW)


@rule
def freshness(person: Person, program: World, domain: int) -> float:
    """How much of a goal set together still acts: all of it after a review, none once it was long unreviewed."""
    goal = program.goals[person.number, domain]
    if not goal.together:
        return 0.0
    return max(0.0, 1 - goal.unreviewed / program.p.goal_memory) * program.plan.ingredients_goals


@rule
def mean_freshness(person: Person, program: World) -> float:
    """Freshness over the goals she wants."""
    fresh, wanted = 0.0, 0
    for domain in range(len(w.DOMAINS)):
        if program.goals[person.number, domain].wanted:
            fresh = fresh + freshness(person, program, domain)
            wanted += 1
    return fresh / max(1, wanted)


@rule
def mean_progress(person: Person, program: World) -> float:
    """Progress over the goals she wants."""
    done, wanted = 0.0, 0
    for domain in range(len(w.DOMAINS)):
        if program.goals[person.number, domain].wanted:
            done = done + program.goals[person.number, domain].progress
            wanted += 1
    return done / max(1, wanted)


@rule
def has_link_for(person: Person, domain: int) -> int:
    """1 if she is linked to a service that serves this goal domain."""
    return 1 if person.linked & DOMAIN_SERVICES[domain] else 0


@rule
def make_progress(person: Person, program: World) -> None:
    """Towards each goal she wants she may take a step this week: her own, or with the goal set together behind it."""
    p = program.p
    for domain in range(len(w.DOMAINS)):
        goal = program.goals[person.number, domain]
        if not goal.wanted:
            continue
        why = Step(
            her_own_steps=p.own_step,
            set_together=p.goal_effect * freshness(person, program, domain),
            readiness=p.readiness_effect * (person.readiness - p.readiness_centre) / p.readiness_sd,
            trust=p.progress_trust * feels_trust(person, program),
            links=p.progress_link * has_link_for(person, domain),
            crisis=-p.progress_crisis * person.crisis,
        )
        goal.unreviewed += goal.together
        if happens(person, program, w.PROGRESS + domain, 0, total(why)):
            goal.progress = goal.progress + p.step_size * (1 - goal.progress)
