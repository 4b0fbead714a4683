"""Sex work: involved, a short break, a planned exit, and the ways back; a state that may change more than once."""

from sim.program import words as w
from sim.program.community import feels_linked
from sim.program.contact import feels_trust
from sim.program.goals import freshness
from sim.program.lives import feels_progress
from sim.program.odds import happens, reasons
from sim.program.telling import Person, World, rule, tell, total

Exit = reasons(
    "Exit",
    "an_ordinary_week from_a_break goal progress housing income links trust no_substance_use treated violence need",
)
Break = reasons("Break", "an_ordinary_week no_substance_use treated violence need")
BreakReturn = reasons("BreakReturn", "an_ordinary_week goal")
ExitReturn = reasons("ExitReturn", "an_ordinary_week first_weeks lost_housing lost_income links")
WANTS = 2  # money and a bed, each half of what she may want for


@rule
def reviewed_goal(person: Person, program: World) -> float:
    """1, times the ingredient, while an exiting goal set together was reviewed in the last half year; else 0."""
    goal = program.goals[person.number, w.EXITING]
    recent = goal.together and goal.unreviewed < program.p.exit_goal_weeks
    return program.plan.ingredients_goals if recent else 0.0


@rule
def is_in_need(person: Person) -> float:
    """Want of money or a bed, from 0 to 1."""
    return ((person.income == w.NO_INCOME) + (person.housing == w.NO_HOUSING)) / WANTS


@rule
def no_use_modifier(person: Person, program: World) -> float:
    """Published rate ratio of stopping without substance use [C04], relative to its mean over entering women."""
    return program.p.exit_no_use * (person.substance != w.USES) - program.p.no_use_mean


@rule
def treated_modifier(person: Person, program: World) -> float:
    """Published rate ratio of stopping after treatment [C05], relative to its mean over entering women."""
    return program.p.exit_treated * person.treated - program.p.treated_mean


@rule
def violence_modifier(person: Person, program: World) -> float:
    """Published rate ratio of stopping with partner violence [C07], relative to its mean over entering women."""
    return program.p.exit_violence * person.violence - program.p.violence_mean


@rule
def enter_state(person: Person, program: World, state: int, what: int, why: tuple[float, ...]) -> None:
    """Her state of sex work changes, and the event is told."""
    person.sex_work, person.sex_work_weeks = state, 0
    tell(program, person, what, state, why)


@rule
def plans_exit(person: Person, program: World) -> bool:
    """From sex work or a short break she stops as planned, or not this week."""
    p = program.p
    why = Exit(
        an_ordinary_week=p.exit,
        from_a_break=p.exit_from_break * (person.sex_work == w.SHORT_BREAK),
        goal=p.exit_goal * reviewed_goal(person, program),
        progress=p.exit_progress * feels_progress(person, program, w.EXITING),
        housing=p.exit_housing * ((person.housing == w.STABLE) - p.housing_centre) / p.housing_sd,
        income=p.exit_income * ((person.income == w.SUFFICIENT) - p.income_centre) / p.income_sd,
        links=p.exit_links * feels_linked(person, program),
        trust=p.exit_trust * feels_trust(person, program),
        no_substance_use=no_use_modifier(person, program),
        treated=treated_modifier(person, program),
        violence=violence_modifier(person, program),
        need=-p.stop_need * is_in_need(person),
    )
    if not happens(person, program, w.EXIT, 0, total(why)):
        return False
    enter_state(person, program, w.EXITED, w.EXIT_BEGAN, why)
    return True


@rule
def change_sex_work(person: Person, program: World) -> None:
    """Sex work goes on, pauses, ends as planned, or is returned to."""
    p = program.p
    person.sex_work_weeks += 1
    if person.sex_work == w.EXITED:
        back = ExitReturn(
            an_ordinary_week=p.exit_return,
            first_weeks=p.exit_return_first * (person.sex_work_weeks <= p.exit_first_weeks),
            lost_housing=p.exit_return_housing * (person.housing != w.STABLE),
            lost_income=p.exit_return_income * (person.income == w.NO_INCOME),
            links=-p.exit_return_links * feels_linked(person, program),
        )
        if happens(person, program, w.RETURN, 0, total(back)):
            enter_state(person, program, w.INVOLVED, w.RETURNED, back)
    elif not plans_exit(person, program):
        pause(person, program)


@rule
def pause(person: Person, program: World) -> None:
    """A short break begins, or ends."""
    p = program.p
    if person.sex_work == w.SHORT_BREAK:
        back = BreakReturn(p.break_return, -p.break_goal * freshness(person, program, w.EXITING))
        if happens(person, program, w.SEX_WORK, 0, total(back)):
            enter_state(person, program, w.INVOLVED, w.RETURNED, back)
        return
    why = Break(
        p.short_break,
        no_use_modifier(person, program),
        treated_modifier(person, program),
        violence_modifier(person, program),
        -p.stop_need * is_in_need(person),
    )
    if happens(person, program, w.SEX_WORK, 0, total(why)):
        enter_state(person, program, w.SHORT_BREAK, w.BREAK_BEGAN, why)


@rule
def change_intensity(person: Person, program: World) -> None:
    """Intensity moves a share of the way towards what she needs: less with income and with progress on exiting."""
    p = program.p
    relief = p.intensity_income * person.income / w.SUFFICIENT
    progress = p.intensity_progress * program.goals[person.number, w.EXITING].progress
    wanted = person.intensity_start * (1 - relief) * (1 - progress)
    if person.sex_work != w.INVOLVED:
        person.intensity = 0.0
    else:
        person.intensity = person.intensity + p.intensity_pace * (wanted - person.intensity)
