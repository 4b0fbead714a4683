"""Contact between a woman and her case manager: when it is due, whether the hours reach her, whether she comes."""

import math

from sim.program import words as w
from sim.program.odds import NO_DRAW, happens, her_luck, her_week, reasons
from sim.program.people import NOBODY
from sim.program.staff import in_program
from sim.program.telling import Peer, Person, Post, World, rule, tell, total

Visit = reasons("Visit", "an_ordinary_week trust peer_mentors crisis substance_use no_housing remote")


@rule
def held(posts: World) -> int:
    """How many of these posts somebody holds."""
    number = 0
    for post in posts:
        number += post.in_post
    return number


@rule
def renew_peer_hours(peer: Peer, program: World) -> None:
    """A peer mentor's hours of the week, less her share of the drop-in."""
    duty = program.drop_in[0].sessions * program.p.hours_drop_in / max(1, held(program.peers))
    peer.hours = max(0.0, program.plan.staffing_peer_hours_per_week * peer.in_post - duty * peer.in_post)


@rule
def peer_cover(program: World) -> float:
    """How far the peer mentors' hours reach: 0 for nobody, 1 for every woman in the program."""
    hours, women = 0.0, 0
    for peer in program.peers:
        hours = hours + peer.hours
    for post in program.team:
        women += post.caseload
    return min(1.0, hours / max(program.p.hours_peer_support, program.p.hours_peer_support * women))


@rule
def renew_hours(post: Post, program: World) -> None:
    """The contact hours of the week, of which the drop-in takes its part first; peer mentors relieve it."""
    p, plan = program.p, program.plan
    post.hours_supplied = plan.staffing_hours_per_week * post.in_post
    duty = program.drop_in[0].sessions * p.hours_drop_in
    peers = held(program.peers) * plan.staffing_peer_hours_per_week
    relief = p.peer_relief * min(1.0, peers / max(p.hours_drop_in, duty))
    duty = duty * (1 - relief) / max(1, held(program.team))
    post.hours_drop_in = min(duty * post.in_post, post.hours_supplied)
    post.hours = post.hours_supplied - post.hours_drop_in
    post.hours_crisis, post.hours_visits, post.hours_links = 0.0, 0.0, 0.0


@rule
def contact_rate(person: Person, program: World) -> float:
    """Visits a week that are due in her phase."""
    plan = program.plan
    if person.phase == w.PRE_CTI:
        return plan.contact_pre_cti
    if person.phase == w.TRANSITION:
        return plan.contact_transition
    return plan.contact_try_out if person.phase == w.TRY_OUT else plan.contact_transfer


@rule
def fall_due(person: Person, program: World) -> None:
    """Contact falls due by the schedule of her phase, or again after a miss where misses are made up."""
    missed = person.contact == w.VISIT_MISSED or person.contact == w.NOT_OFFERED
    person.due, person.offered, person.answered, person.hand_offs = 0, 0, 0, 0
    person.contact = w.NO_CONTACT_DUE
    if not in_program(person):
        return
    rate = contact_rate(person, program)
    scheduled = math.floor((person.phase_weeks + 1) * rate) > math.floor(person.phase_weeks * rate)
    again = missed and her_luck(person, program, w.MAKE_UP, 0) < program.plan.contact_make_up
    if scheduled or again:
        person.due = 1


@rule
def answer_crises(post: Post, program: World) -> None:
    """Hours go first to women who were in crisis when the week began."""
    cost = program.p.hours_crisis
    for person in program.followed:
        if person.manager == post.number and person.crisis and post.hours >= cost:
            post.hours -= cost
            post.hours_crisis += cost
            person.answered = 1


@rule
def most_pressing(post: Post, program: World) -> int:
    """Whose visit comes next: the earlier phase, then who was seen longest ago, then the lower number."""
    chosen, phase, seen = NOBODY, 0, 0
    for person in program.followed:
        if person.manager == post.number and person.due and not person.offered:
            last = person.referred + person.seen
            if chosen == NOBODY or person.phase < phase or (person.phase == phase and last < seen):
                chosen, phase, seen = person.number, person.phase, last
    return chosen


@rule
def offer_visits(post: Post, program: World) -> None:
    """Visits due are offered in the order of need until the hours are used."""
    cost = program.p.hours_visit
    while post.hours >= cost:
        chosen = most_pressing(post, program)
        if chosen == NOBODY:
            return
        program.women[chosen].offered = 1
        post.hours -= cost
        post.hours_visits += cost


@rule
def feels_trust(person: Person, program: World) -> float:
    """Her trust in standard deviations from the reference woman's."""
    return (person.trust - program.p.trust_centre) / program.p.trust_sd


@rule
def keep_visit(person: Person, program: World) -> None:
    """She keeps or misses the visit that was offered; a contact due that nobody could offer is unmet."""
    if not person.due:
        return
    if not person.offered:
        person.contact = w.NOT_OFFERED
        person.contacts_unmet += 1
        tell(program, person, w.HOURS_SHORT, person.manager, NO_DRAW)
        return
    p = program.p
    why = Visit(
        an_ordinary_week=p.visit_kept,
        trust=p.visit_trust * feels_trust(person, program),
        peer_mentors=p.peer_engagement * peer_cover(program),
        crisis=-p.visit_crisis * person.crisis,
        substance_use=-p.visit_substance * (person.substance == w.USES),
        no_housing=-p.visit_no_housing * (person.housing == w.NO_HOUSING),
        remote=-p.visit_remote * program.drop_in[0].remote,
    )
    if happens(person, program, w.VISIT, 0, total(why)):
        person.contact = w.VISIT_KEPT
        person.visits_kept += 1
        person.seen = her_week(person, program)
    else:
        person.contact = w.VISIT_MISSED
        person.visits_missed += 1
