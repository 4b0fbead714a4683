"""The record of each week: one line for every woman, post and the program as a whole; nothing else reads it."""

from sim.program import words as w
from sim.program.contact import held
from sim.program.goals import mean_progress
from sim.program.odds import her_week
from sim.program.staff import in_program
from sim.program.telling import Person, Post, World, rule


@rule
def keep_timeline(person: Person, program: World) -> None:
    """The line of her week, by weeks since her referral."""
    week = her_week(person, program)
    if week >= program.timeline.shape[1]:
        return
    line = program.timeline[person.number, week]
    line.phase, line.contact, line.attended = person.phase, person.contact, count_bits(person.attended)
    line.sessions = program.drop_in[0].sessions if in_program(person) else 0
    line.housing, line.income, line.employment = person.housing, person.income, person.employment
    line.sex_work, line.substance, line.crisis = person.sex_work, person.substance, person.crisis
    line.linked, line.manager_changes = person.linked, person.manager_changes
    line.warm = person.hand_offs
    line.trust, line.intensity, line.progress = person.trust, person.intensity, mean_progress(person, program)
    for domain in range(len(w.DOMAINS)):
        goal = program.goals[person.number, domain]
        line.focus |= (1 << domain) * (goal.focus == person.phase and goal.focus > 0)
        line.goals |= goal.together << domain
    for service in program.services:
        link = program.links[person.number, service.number]
        waits = link.state == w.REFERRED or link.state == w.QUEUED
        looked_after = waits or link.state == w.LINKED
        line.links_open += looked_after
        line.links_followed += looked_after and link.unfollowed <= program.p.follow_up_weeks


@rule
def count_bits(bits: int) -> int:
    """How many bits are set."""
    number = 0
    while bits > 0:
        number += bits & 1
        bits = bits >> 1
    return number


@rule
def keep_log(program: World) -> None:
    """The line of the calendar week for the program as a whole."""
    line, drop_in = program.log[program.week], program.drop_in[0]
    line.in_post, line.peers_in_post = held(program.team), held(program.peers)
    line.sessions, line.attending, line.turned_away = drop_in.sessions, drop_in.attending, drop_in.turned_away
    for service in program.services:
        line.queued += service.queue
        line.openings += service.openings
    for person in program.followed:
        line.waiting += person.phase == w.WAITING
        line.pre_cti += person.phase == w.PRE_CTI
        line.transition += person.phase == w.TRANSITION
        line.try_out += person.phase == w.TRY_OUT
        line.transfer += person.phase == w.TRANSFER
        line.supplements += person.supplement
        line.unmet += person.contact == w.NOT_OFFERED
        line.warm += person.hand_offs


@rule
def keep_post_log(post: Post, program: World) -> None:
    """The line of the calendar week for one post."""
    line = program.posts[program.week, post.number]
    line.in_post, line.caseload, line.supplied = post.in_post, post.caseload, post.hours_supplied
    line.drop_in, line.crisis = post.hours_drop_in, post.hours_crisis
    line.visits, line.links = post.hours_visits, post.hours_links
