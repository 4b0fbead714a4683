"""The weekly drop-in: sessions, seats, who comes, and the ties among women who meet there."""

import math

from sim.program import words as w
from sim.program.contact import feels_trust, held, peer_cover
from sim.program.odds import NO_DRAW, happens, her_luck, her_week, reasons
from sim.program.people import NOBODY
from sim.program.staff import in_program
from sim.program.telling import DropIn, Person, World, luck, rule, tell, total

Attendance = reasons("Attendance", "an_ordinary_week trust habit women_she_knows peer_mentors crisis remote")


@rule
def open_drop_in(drop_in: DropIn, program: World) -> None:
    """Sessions are held as planned where somebody is in post to hold them; a remote period holds them by telephone."""
    plan = program.plan
    remote = program.week >= plan.remote_from_week and program.week < plan.remote_from_week + plan.remote_weeks
    drop_in.remote = 1 if remote else 0
    drop_in.seats = int(plan.drop_in_seats)
    rate, week, dose = plan.drop_in_sessions_per_week, program.week, plan.ingredients_drop_in
    planned = int(math.floor((week + 1) * rate)) - int(math.floor(week * rate))
    drop_in.sessions = 0
    if held(program.team) + held(program.peers) > 0:
        for session in range(planned):
            u = luck(program, w.SESSION, session, week, w.HELD, 0)
            drop_in.sessions += (u < dose) + (u < dose - 1)


@rule
def come_to_drop_in(person: Person, program: World) -> None:
    """A woman in the program comes to each session, or does not."""
    person.attended = 0
    drop_in = program.drop_in[0]
    if not in_program(person) or drop_in.sessions == 0:
        return
    p = program.p
    why = Attendance(
        an_ordinary_week=p.attends,
        trust=p.attends_trust * feels_trust(person, program),
        habit=p.attends_habit * (person.habit - p.habit_centre),
        women_she_knows=p.attends_peers * min(person.peers, p.peers_most),
        peer_mentors=p.peer_engagement * peer_cover(program),
        crisis=-p.attends_crisis * person.crisis,
        remote=-p.attends_remote * drop_in.remote,
    )
    for session in range(drop_in.sessions):
        if happens(person, program, w.ATTEND, session, total(why)):
            person.attended |= 1 << session


@rule
def last_at_the_door(program: World, session: int) -> int:
    """Of the women at this session, the one whom the keyed draw for seats places last."""
    chosen, highest = NOBODY, -1.0
    for person in program.followed:
        if person.attended >> session & 1:
            u = her_luck(person, program, w.SEAT, session)
            if u > highest:
                chosen, highest = person.number, u
    return chosen


@rule
def seat_women(drop_in: DropIn, program: World) -> None:
    """Seats are finite: where more women come than there are seats, some are turned away."""
    drop_in.attending, drop_in.turned_away = 0, 0
    for session in range(drop_in.sessions):
        seated = 0
        for person in program.followed:
            seated += person.attended >> session & 1
        while seated > drop_in.seats:
            person = program.women[last_at_the_door(program, session)]
            person.attended ^= 1 << session
            tell(program, person, w.TURNED_AWAY, session, NO_DRAW)
            seated -= 1
            drop_in.turned_away += 1
        drop_in.attending += seated


@rule
def meet_peers(person: Person, program: World) -> None:
    """She meets the women she knows among those who came; a habit of coming grows or fades."""
    p = program.p
    person.peers = 0
    if not in_program(person):
        return
    if person.attended:
        person.seen = her_week(person, program)
        person.habit = person.habit + p.habit_gain * (1 - person.habit)
    else:
        person.habit = person.habit - p.habit_fade * person.habit
    for other in program.followed:
        if other.number == person.number or not other.attended:
            continue
        person.peers += 1 if program.ties[person.number, other.number] > program.week else 0


@rule
def form_ties(person: Person, program: World) -> None:
    """Women who sit in a session together form ties, or renew those they have; a tie fades unless they meet again."""
    p = program.p
    for other in program.followed:
        if other.number > person.number and person.attended & other.attended:
            tied = program.ties[person.number, other.number] > program.week
            if tied or her_luck(person, program, w.TIE, other.number) < p.tie_forms:
                until = program.week + int(p.tie_weeks)
                program.ties[person.number, other.number] = until
                program.ties[other.number, person.number] = until
