"""Who is in post: vacancies, hires, closures, and the women who lose their case manager by them."""

import math

from sim.program import words as w
from sim.program.arithmetic import falls_below
from sim.program.odds import NO_DRAW, her_week, log_odds, log_of, reasons
from sim.program.people import NOBODY
from sim.program.telling import Peer, Person, Post, World, luck, rule, tell, total

Vacancy = reasons("Vacancy", "an_ordinary_week turnover")
Hiring = reasons("Hiring", "weeks_to_fill")
EVERYBODY = 1e9  # no limit


@rule
def in_program(person: Person) -> bool:
    """She is between the first week of pre-CTI and the end of transfer of care."""
    return w.PRE_CTI <= person.phase <= w.TRANSFER


@rule
def is_closed(post: Post, program: World) -> bool:
    """A funding shock has closed this post: the last posts first."""
    plan = program.plan
    left_open = plan.staffing_case_managers - plan.funding_posts_closed
    return program.week >= plan.funding_cut_from_week and post.number >= left_open


@rule
def hold(post: Post, kind: int, program: World) -> None:
    """A post that is held may fall vacant; a vacant one is advertised, then filled by chance."""
    p, plan = program.p, program.plan
    if post.in_post:
        leaving = Vacancy(p.post_vacancy, log_of(plan.staffing_turnover))
        if falls_below(luck(program, kind, post.number, program.week, w.STAY, 0), total(leaving)):
            post.in_post, post.vacant = 0, 0
            tell(program, post, w.POST_VACANT, post.number, leaving)
        return
    post.vacant += 1
    ahead = math.floor(min(p.weeks_to_advertise, plan.staffing_weeks_to_fill - 1))
    hiring = Hiring(log_odds(1 / (plan.staffing_weeks_to_fill - ahead)))
    filled = falls_below(luck(program, kind, post.number, program.week, w.FILL, 0), total(hiring))
    if post.vacant > ahead and filled:
        post.in_post, post.vacant = 1, 0
        tell(program, post, w.POST_FILLED, post.number, hiring)


@rule
def hold_post(post: Post, program: World) -> None:
    """A case manager's post falls vacant, is filled again, or is closed for good."""
    if not is_closed(post, program):
        hold(post, w.POST, program)
    elif post.in_post:
        post.in_post = 0
        tell(program, post, w.POST_CLOSED, post.number, NO_DRAW)


@rule
def hold_peer_post(peer: Peer, program: World) -> None:
    """A peer mentor's post falls vacant and is filled as a case manager's is."""
    hold(peer, w.PEER, program)


@rule
def lightest_post(program: World, limit: float) -> int:
    """The case manager in post with the fewest women, below the limit; the lower number first; or NOBODY."""
    chosen = NOBODY
    for post in program.team:
        lighter = chosen == NOBODY or post.caseload < program.team[chosen].caseload
        if post.in_post and post.caseload < limit and lighter:
            chosen = post.number
    return chosen


@rule
def reassign_women(program: World) -> None:
    """Each woman in the program whose case manager left is given another, past the caseload limit if it must be."""
    p = program.p
    for post in program.team:
        post.caseload = 0
    for person in program.followed:
        if person.manager != NOBODY and not program.team[person.manager].in_post:
            tell(program, person, w.LOST_MANAGER, person.manager, NO_DRAW)
            person.manager = NOBODY
            person.manager_changes += 1
            person.trust = person.trust_start + (1 - p.trust_lost) * (person.trust - person.trust_start)
        elif person.manager != NOBODY:
            program.team[person.manager].caseload += 1
    for person in program.followed:
        if in_program(person) and person.manager == NOBODY:
            chosen = lightest_post(program, EVERYBODY)
            if chosen != NOBODY:
                person.manager = chosen
                program.team[chosen].caseload += 1
                tell(program, person, w.GIVEN_MANAGER, chosen, NO_DRAW)


@rule
def offer_places(program: World) -> None:
    """Open places are offered to the waiting list in order of referral."""
    for person in program.followed:
        if person.phase == w.WAITING:
            chosen = lightest_post(program, program.plan.staffing_caseload_limit)
            if chosen == NOBODY:
                return
            person.phase, person.phase_weeks = w.PRE_CTI, 0
            person.enrolled = her_week(person, program)
            person.seen = person.enrolled
            person.manager = chosen
            program.team[chosen].caseload += 1
            tell(program, person, w.ENTERED, chosen, NO_DRAW)
