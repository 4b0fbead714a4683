"""The pathway: waiting, moving on through the phases, completing, leaving."""

from sim.program import words as w
from sim.program.community import feels_linked
from sim.program.contact import feels_trust
from sim.program.goals import mean_freshness, mean_progress
from sim.program.odds import NO_DRAW, happens, her_week, reasons
from sim.program.people import NOBODY
from sim.program.staff import in_program
from sim.program.telling import Person, World, rule, tell, total

Interest = reasons("Interest", "an_ordinary_week crisis")
MovingOn = reasons("MovingOn", "an_ordinary_week trust progress links drop_in")
Leaving = reasons(
    "Leaving",
    "an_ordinary_week hours_did_not_reach_her no_case_manager missed_visit "
    "crisis first_weeks trust goals links drop_in",
)


@rule
def wait(person: Person, program: World) -> None:
    """A week on the waiting list, which can outlast her interest."""
    if person.phase != w.WAITING:
        return
    person.waited += 1
    why = Interest(program.p.lose_interest, program.p.lose_interest_crisis * person.crisis)
    if happens(person, program, w.LOSE_INTEREST, 0, total(why)):
        person.phase, person.phase_weeks = w.LEFT, 0
        person.reason, person.ended = w.WAITED_TOO_LONG, her_week(person, program)
        tell(program, person, w.LEFT_THE_LIST, person.waited, why)


@rule
def must_move_on(person: Person, program: World) -> bool:
    """Pre-CTI ends with a visit kept, or at its limit; a phase at its limit, later for a woman in need of longer."""
    plan = program.plan
    if person.phase == w.PRE_CTI:
        return person.contact == w.VISIT_KEPT or person.phase_weeks >= plan.phases_pre_cti_limit_weeks
    needs_longer = person.crisis or person.housing == w.NO_HOUSING
    return person.phase_weeks >= plan.phases_limit_weeks + (plan.phases_extension_weeks if needs_longer else 0.0)


@rule
def is_over(person: Person, week: int, follow_up: int) -> bool:
    """Her follow-up has been lived to its end, and she is neither waiting nor in the program."""
    beyond = week - person.referred >= follow_up
    return beyond and person.phase != w.WAITING and not in_program(person)


@rule
def move_on(person: Person, program: World) -> None:
    """She moves on to the next phase: by chance once its minimum has passed, at the latest at its limit.

    Nobody completes whom the team has not seen in transfer of care: at its limit the program has ended without her.
    """
    if not in_program(person):
        return
    p = program.p
    person.phase_weeks += 1
    seen = her_week(person, program) - person.seen < person.phase_weeks  # in this phase
    if must_move_on(person, program):
        if seen or person.phase != w.TRANSFER:
            enter_next_phase(person, program, NO_DRAW)
        else:
            go(person, program, NO_DRAW)
    elif seen and person.phase > w.PRE_CTI and person.phase_weeks >= program.plan.phases_minimum_weeks:
        why = MovingOn(
            an_ordinary_week=p.moves_on,
            trust=p.moves_on_trust * feels_trust(person, program),
            progress=p.moves_on_progress * (mean_progress(person, program) - p.progress_centre),
            links=p.moves_on_links * feels_linked(person, program),
            drop_in=p.moves_on_drop_in * (person.habit - p.habit_centre),
        )
        if happens(person, program, w.MOVE_ON, 0, total(why)):
            enter_next_phase(person, program, why)


@rule
def enter_next_phase(person: Person, program: World, why: tuple[float, ...]) -> None:
    """The next phase begins; after transfer of care she has completed."""
    person.phase += 1
    person.phase_weeks = 0
    if person.phase == w.COMPLETED:
        person.reason, person.ended, person.manager = w.CARE_TRANSFERRED, her_week(person, program), NOBODY
        tell(program, person, w.FINISHED, person.visits_kept, why)
    else:
        tell(program, person, w.MOVED_ON, person.phase, why)


@rule
def leave(person: Person, program: World) -> None:
    """She leaves the program, or stays: the service's side of it weighs first."""
    if not in_program(person):
        return
    p = program.p
    enrolled = her_week(person, program) - person.enrolled
    why = Leaving(
        an_ordinary_week=p.leaves,
        hours_did_not_reach_her=p.leaves_unmet * (person.contact == w.NOT_OFFERED),
        no_case_manager=p.leaves_vacancy * (person.manager == NOBODY),
        missed_visit=p.leaves_missed * (person.contact == w.VISIT_MISSED),
        crisis=p.leaves_crisis * person.crisis * (1 - person.answered),
        first_weeks=p.leaves_first * max(0.0, 1 - enrolled / p.early_weeks),
        trust=-p.leaves_trust * feels_trust(person, program),
        goals=-p.leaves_goals * mean_freshness(person, program),
        links=-p.leaves_links * feels_linked(person, program),
        drop_in=-p.leaves_drop_in * (person.habit - p.habit_centre),
    )
    if happens(person, program, w.LEAVE, 0, total(why)):
        go(person, program, why)


@rule
def go(person: Person, program: World, why: tuple[float, ...]) -> None:
    """She is no longer in the program."""
    person.phase, person.phase_weeks = w.LEFT, 0
    person.reason, person.ended, person.manager = w.LEFT_THE_PROGRAM, her_week(person, program), NOBODY
    tell(program, person, w.LEFT_EARLY, person.visits_kept, why)
