"""Her life from week to week, with or without a program: crisis, substance use, housing, income and work."""

from sim.program import words as w
from sim.program.community import number_linked
from sim.program.odds import NO_DRAW, happens, reasons
from sim.program.telling import Person, World, rule, tell, total

Crisis = reasons("Crisis", "an_ordinary_week still_in_crisis answered no_housing violence links")
StopsUse = reasons("StopsUse", "an_ordinary_week treatment crisis")
StartsUse = reasons("StartsUse", "an_ordinary_week treatment crisis")
HousingFound = reasons("HousingFound", "her_own_search service supplement income progress no_housing")
HousingLost = reasons("HousingLost", "an_ordinary_week supplement income crisis substance_use")
Bed = reasons("Bed", "an_ordinary_week service")
Assistance = reasons("Assistance", "an_ordinary_week service progress crisis")
Support = reasons("Support", "an_ordinary_week service progress")
IncomeLost = reasons("IncomeLost", "an_ordinary_week crisis")
WorkStep = reasons("WorkStep", "an_ordinary_week service progress housing crisis substance_use")
WorkLost = reasons("WorkLost", "an_ordinary_week housing crisis substance_use")


@rule
def has_link(person: Person, kind: int) -> int:
    """1 if she is linked to this kind of service."""
    return person.linked >> kind & 1


@rule
def meet_crisis(person: Person, program: World) -> None:
    """A crisis begins, goes on or ends."""
    p = program.p
    why = Crisis(
        an_ordinary_week=p.crisis,
        still_in_crisis=p.crisis_goes_on * person.crisis,
        answered=-p.crisis_answered * person.answered,
        no_housing=p.crisis_no_housing * (person.housing == w.NO_HOUSING),
        violence=p.crisis_violence * person.violence,
        links=-p.crisis_link * number_linked(person),
    )
    before = person.crisis
    person.crisis = 1 if happens(person, program, w.CRISIS, 0, total(why)) else 0
    if person.crisis and not before:
        tell(program, person, w.CRISIS_BEGAN, 0, why)


@rule
def change_substance_use(person: Person, program: World) -> None:
    """A woman who uses substances may stop, one who stopped may start again; treatment helps both ways."""
    p = program.p
    treatment = has_link(person, w.TREATMENT)
    if person.substance == w.USES:
        stops = StopsUse(p.use_stops, p.use_treatment * treatment, -p.use_crisis * person.crisis)
        if happens(person, program, w.SUBSTANCE, 0, total(stops)):
            person.substance = w.USED_BEFORE
            tell(program, person, w.USE_CHANGED, person.substance, stops)
    elif person.substance == w.USED_BEFORE:
        starts = StartsUse(p.use_starts_again, -p.use_treatment * treatment, p.use_crisis * person.crisis)
        if happens(person, program, w.SUBSTANCE, 0, total(starts)):
            person.substance = w.USES
            tell(program, person, w.USE_CHANGED, person.substance, starts)


@rule
def feels_progress(person: Person, program: World, domain: int) -> float:
    """Progress on a goal she wants, from the reference woman's; 0 for a goal she does not want."""
    goal = program.goals[person.number, domain]
    return (goal.progress - program.p.progress_centre) * goal.wanted


@rule
def move_house(person: Person, program: World, housing: int, why: tuple[float, ...]) -> None:
    """Her housing changes, and the event is told."""
    person.housing = housing
    tell(program, person, w.HOUSING_CHANGED, housing, why)


@rule
def change_housing(person: Person, program: World) -> None:
    """She finds stable housing, alone, through a service or with a rent supplement; loses it; or slips further."""
    p = program.p
    if person.housing == w.STABLE:
        lost = HousingLost(
            an_ordinary_week=p.housing_lost,
            supplement=-p.housing_kept_supplement * person.supplement,
            income=-p.housing_kept_income * (person.income == w.SUFFICIENT),
            crisis=p.housing_lost_crisis * person.crisis,
            substance_use=p.housing_lost_substance * (person.substance == w.USES),
        )
        if happens(person, program, w.HOUSE, 0, total(lost)):
            move_house(person, program, w.UNSTABLE, lost)
        return
    found = HousingFound(
        her_own_search=p.housing_found,
        service=p.housing_service * has_link(person, w.HOUSING_SERVICE),
        supplement=p.housing_supplement * person.supplement,
        income=p.housing_income * (person.income == w.SUFFICIENT),
        progress=p.housing_progress * feels_progress(person, program, w.HOUSING),
        no_housing=-p.housing_from_none * (person.housing == w.NO_HOUSING),
    )
    if happens(person, program, w.HOUSE, 0, total(found)):
        move_house(person, program, w.STABLE, found)
        return
    linked = has_link(person, w.HOUSING_SERVICE)
    if person.housing == w.UNSTABLE:
        slips = Bed(p.housing_slips, -p.bed_service * linked)
        if happens(person, program, w.SLIP, 0, total(slips)):
            move_house(person, program, w.NO_HOUSING, slips)
    else:
        bed = Bed(p.bed_found, p.bed_service * linked)
        if happens(person, program, w.SLIP, 0, total(bed)):
            move_house(person, program, w.UNSTABLE, bed)


@rule
def change_income(person: Person, program: World) -> None:
    """Sufficient income is a job, or disability support with a rent supplement [D18-D20]; less is social assistance."""
    p, before = program.p, person.income
    service = p.income_service * has_link(person, w.INCOME_SUPPORT)
    progress = p.income_progress * feels_progress(person, program, w.INCOME)
    if person.employment == w.WORKING:
        person.income = w.SUFFICIENT
        if before != w.SUFFICIENT:
            tell(program, person, w.INCOME_CHANGED, person.income, NO_DRAW)
        return
    if before == w.SUFFICIENT:
        ends = IncomeLost(p.income_ends, p.income_lost_crisis * person.crisis)
        if not person.supplement and happens(person, program, w.MONEY, 0, total(ends)):
            person.income = w.SOCIAL_ASSISTANCE
            tell(program, person, w.INCOME_CHANGED, person.income, ends)
    elif before == w.NO_INCOME:
        assistance = Assistance(p.assistance_found, service, progress, -p.assistance_crisis * person.crisis)
        if happens(person, program, w.MONEY, 0, total(assistance)):
            person.income = w.SOCIAL_ASSISTANCE
            tell(program, person, w.INCOME_CHANGED, person.income, assistance)
    else:
        change_assistance(person, program, service, progress)


@rule
def change_assistance(person: Person, program: World, service: float, progress: float) -> None:
    """From social assistance: up to disability support for a woman with a rent supplement, or lost again."""
    p = program.p
    support = Support(p.disability_support, service, progress)
    if person.supplement and happens(person, program, w.MONEY, 0, total(support)):
        person.income = w.SUFFICIENT
        tell(program, person, w.INCOME_CHANGED, person.income, support)
        return
    lost = IncomeLost(p.assistance_lost, p.income_lost_crisis * person.crisis)
    if happens(person, program, w.NEXT_STEP, 0, total(lost)):
        person.income = w.NO_INCOME
        tell(program, person, w.INCOME_CHANGED, person.income, lost)


@rule
def work_rate(person: Person, program: World) -> float:
    """The weekly log odds of the next step of pre-employment for the reference woman."""
    if person.employment == w.NO_WORK:
        return program.p.work_prepares
    return program.p.work_trains if person.employment == w.PREPARING else program.p.work_begins


@rule
def change_work(person: Person, program: World) -> None:
    """She prepares, trains or takes up a placement, works; or falls back a step."""
    p = program.p
    uses = person.substance == w.USES
    if person.employment != w.NO_WORK:
        lost = WorkLost(
            an_ordinary_week=p.work_lost,
            housing=-p.work_kept_housing * (person.housing == w.STABLE),
            crisis=p.work_lost_crisis * person.crisis,
            substance_use=p.work_substance * uses,
        )
        if happens(person, program, w.WORK, 0, total(lost)):
            person.employment = person.employment - 1
            tell(program, person, w.WORK_CHANGED, person.employment, lost)
            return
    if person.employment == w.WORKING:
        return
    step = WorkStep(
        an_ordinary_week=work_rate(person, program),
        service=p.work_service * has_link(person, w.EDUCATION),
        progress=p.work_progress * feels_progress(person, program, w.PRE_EMPLOYMENT),
        housing=p.work_housing * (person.housing == w.STABLE),
        crisis=-p.work_crisis * person.crisis,
        substance_use=-p.work_substance * uses,
    )
    if happens(person, program, w.NEXT_STEP, 1, total(step)):
        person.employment = person.employment + 1
        tell(program, person, w.WORK_CHANGED, person.employment, step)
