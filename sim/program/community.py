"""Community services: referrals, hand-offs, queues and openings; links that hold or lapse, and those found alone."""

from sim.program import words as w
from sim.program.contact import feels_trust
from sim.program.goals import mean_progress, overload
from sim.program.odds import NO_DRAW, happens, her_luck, her_week, log_odds, log_of, poisson, reasons
from sim.program.people import NOBODY
from sim.program.staff import in_program
from sim.program.telling import Door, Person, Post, World, luck, rule, tell, total

Referral = reasons("Referral", "an_ordinary_visit links_dose early overload")
HandOff = reasons("HandOff", "meant_warm links_dose")
TakeUp = reasons("TakeUp", "any_referral warm_hand_off trust early crisis")
FollowUp = reasons("FollowUp", "an_ordinary_week overload")
HandOver = reasons("HandOver", "an_ordinary_visit links_dose overload")
NextDoor = reasons("NextDoor", "the_services_referral")
Lapse = reasons("Lapse", "an_ordinary_week followed_up handed_over still_waiting crisis alone")
Search = reasons("Search", "her_own_search readiness progress crisis")
SERVICE_DOMAIN = (w.HOUSING, w.INCOME, w.PRE_EMPLOYMENT, w.EXITING, w.EXITING, w.EXITING, w.EXITING)
WEEKS_A_YEAR = 52
INTAKE = 16  # women referred a year for whom openings are stated


@rule
def has_need(person: Person, need: int) -> int:
    """1 if she came with this need."""
    return person.needs >> need & 1


@rule
def is_wanting(person: Person, kind: int) -> bool:
    """Her life or needs call for this kind of service."""
    if kind == w.HOUSING_SERVICE:
        return person.housing != w.STABLE
    if kind == w.INCOME_SUPPORT:
        return person.income != w.SUFFICIENT
    if kind == w.EDUCATION:
        return person.employment != w.WORKING
    if kind == w.TREATMENT:
        return person.substance == w.USES
    if kind == w.LEGAL:
        return has_need(person, w.JUSTICE) == 1
    if kind == w.COUNSELLING:
        return has_need(person, w.SOCIAL_SUPPORT) + has_need(person, w.SAFETY) > 0
    return True


@rule
def is_open_to(person: Person, program: World, service: Door) -> bool:
    """She has no link, wait or referral there, or one that lapsed long enough ago to try again."""
    link = program.links[person.number, service.number]
    if link.state == w.LAPSED:
        return her_week(person, program) - link.since >= program.p.try_again_weeks
    return link.state == w.NO_LINK


@rule
def is_early(person: Person, program: World) -> float:
    """1 in her first weeks in the program, when linking is poorer [A21]; else 0."""
    young = her_week(person, program) - person.enrolled < program.p.early_weeks
    return 1.0 if in_program(person) and young else 0.0


@rule
def change_link(person: Person, program: World, service: Door, state: int, what: int, why: tuple[float, ...]) -> None:
    """A link changes its state, and the event is told."""
    link = program.links[person.number, service.number]
    link.state, link.since = state, her_week(person, program)
    tell(program, person, what, service.number, why)


@rule
def begin_link(person: Person, program: World, service: Door, state: int, what: int, why: tuple[float, ...]) -> None:
    """A link begins, or begins again: nothing of an earlier one is left, and nobody has followed it up yet."""
    link = program.links[person.number, service.number]
    link.warm, link.transferred, link.unfollowed = 0, 0, int(program.p.follow_up_weeks) + 1
    change_link(person, program, service, state, what, why)


@rule
def make_referrals(person: Person, program: World) -> None:
    """At a visit she is referred to services for her focus areas: in person while hours last, else by word."""
    if person.contact != w.VISIT_KEPT:
        return
    p, dose = program.p, log_of(program.plan.ingredients_links)
    post = program.team[person.manager]
    for service in program.services:
        focus = program.goals[person.number, SERVICE_DOMAIN[service.kind]].focus == person.phase
        if not (focus and is_wanting(person, service.kind) and is_open_to(person, program, service)):
            continue
        why = Referral(p.referral, dose, -p.referral_early * is_early(person, program), overload(person, program))
        if happens(person, program, w.REFER, service.number, total(why)):
            begin_link(person, program, service, w.REFERRED, w.REFERRED_TO, why)
            link = program.links[person.number, service.number]
            link.unfollowed = 0
            warm = HandOff(meant_warm=log_odds(program.plan.linking_warm_share), links_dose=dose)
            if post.hours >= p.hours_warm and happens(person, program, w.WARM, service.number, total(warm)):
                link.warm = 1
                person.hand_offs += 1
                tell(program, person, w.INTRODUCED, service.number, warm)
                post.hours -= p.hours_warm
                post.hours_links += p.hours_warm


@rule
def hand_over_links(person: Person, program: World) -> None:
    """At visits in transfer of care each link is handed over for the time after the program, while hours last."""
    if person.contact != w.VISIT_KEPT or person.phase != w.TRANSFER:
        return
    p, post = program.p, program.team[person.manager]
    why = HandOver(p.hand_over, log_of(program.plan.ingredients_links), overload(person, program))
    for service in program.services:
        link = program.links[person.number, service.number]
        if link.state == w.LINKED and not link.transferred and post.hours >= p.hours_follow_up:
            post.hours -= p.hours_follow_up
            post.hours_links += p.hours_follow_up
            if happens(person, program, w.HAND_OVER, service.number, total(why)):
                link.transferred = 1
                tell(program, person, w.HANDED_OVER, service.number, why)


@rule
def follow_up_links(post: Post, program: World) -> None:
    """Hours that are left go to following up links and waits that nobody has asked after for some weeks."""
    p = program.p
    for person in program.followed:
        if person.manager != post.number:
            continue
        for service in program.services:
            link = program.links[person.number, service.number]
            looked_after = link.state == w.QUEUED or link.state == w.LINKED
            if looked_after and link.unfollowed >= p.follow_up_weeks and post.hours >= p.hours_follow_up:
                post.hours -= p.hours_follow_up
                post.hours_links += p.hours_follow_up
                why = FollowUp(p.follow_up, overload(person, program))
                if happens(person, program, w.FOLLOW, service.number, total(why)):
                    link.unfollowed = 0


@rule
def take_up_links(person: Person, program: World) -> None:
    """A woman referred takes the referral up and joins the queue, or does not."""
    p = program.p
    for service in program.services:
        link = program.links[person.number, service.number]
        if link.state != w.REFERRED:
            continue
        why = TakeUp(
            any_referral=p.take_up,
            warm_hand_off=p.take_up_warm * link.warm,
            trust=p.take_up_trust * feels_trust(person, program),
            early=-p.take_up_early * is_early(person, program),
            crisis=-p.take_up_crisis * person.crisis,
        )
        if happens(person, program, w.TAKE_UP, service.number, total(why)):
            change_link(person, program, service, w.QUEUED, w.JOINED_QUEUE, why)
        else:
            change_link(person, program, service, w.LAPSED, w.NOT_TAKEN_UP, why)


@rule
def longest_waiting(program: World, service: Door, state: int, least: float) -> int:
    """The woman longest in this state at a service, at least so many weeks; the lower number first; NOBODY if none.

    Of women linked, only those who entered the program and have neither stable housing nor a rent supplement count.
    """
    chosen, when = NOBODY, 0
    for person in program.followed:
        link = program.links[person.number, service.number]
        if link.state != state or her_week(person, program) - link.since < least:
            continue
        if state == w.LINKED and (person.enrolled == NOBODY or person.supplement or person.housing == w.STABLE):
            continue
        since = person.referred + link.since
        if chosen == NOBODY or since < when:
            chosen, when = person.number, since
    return chosen


@rule
def openings_scale(program: World) -> float:
    """How far openings grow with the number of women referred."""
    plan = program.plan
    weekly = plan.cohort_referrals_per_week
    if plan.cohort_referred > 0:
        weekly = plan.cohort_referred / plan.cohort_weeks
    intake = weekly * WEEKS_A_YEAR / INTAKE
    return 1 + plan.community_scale_with_intake * (intake - 1)


@rule
def open_doors(service: Door, program: World) -> None:
    """This week's openings go to those who have waited longest, and a link may lead on to the next service."""
    mean = program.plan.program_offered * program.openings[service.number] * openings_scale(program)
    service.openings = poisson(luck(program, w.SERVICE, service.number, program.week, w.OPENINGS, 0), mean)
    for _ in range(service.openings):
        chosen = longest_waiting(program, service, w.QUEUED, program.least_waits[service.number])
        if chosen != NOBODY:
            person = program.women[chosen]
            change_link(person, program, service, w.LINKED, w.WAS_LINKED, NO_DRAW)
            if service.kind == w.TREATMENT:
                person.treated = 1
            lead_on(person, program, service)
    if service.kind == w.HOUSING_SERVICE:
        grant_supplements(service, program)
    service.queue = 0
    for person in program.followed:
        service.queue += program.links[person.number, service.number].state == w.QUEUED


@rule
def lead_on(person: Person, program: World, service: Door) -> None:
    """A service she is linked to may refer her to the next one in the community graph."""
    for other in program.services:
        chance = program.doors[service.number, other.number]
        if chance > 0 and is_wanting(person, other.kind) and is_open_to(person, program, other):
            why = NextDoor(the_services_referral=log_odds(chance))
            if happens(person, program, w.NEXT_DOOR, service.number * len(program.services) + other.number, total(why)):
                begin_link(person, program, other, w.REFERRED, w.REFERRED_TO, why)


@rule
def grant_supplements(service: Door, program: World) -> None:
    """Rent supplements go to women linked to the housing service and not stably housed, the longest linked first."""
    mean = program.plan.community_rent_supplements / WEEKS_A_YEAR * openings_scale(program)
    for _ in range(poisson(luck(program, w.SERVICE, service.number, program.week, w.SUPPLEMENTS, 0), mean)):
        chosen = longest_waiting(program, service, w.LINKED, 0.0)
        if chosen != NOBODY:
            program.women[chosen].supplement = 1
            tell(program, program.women[chosen], w.SUPPLEMENT_GRANTED, service.number, NO_DRAW)


@rule
def hold_links(person: Person, program: World) -> None:
    """Links and waits hold or lapse: fewer lapse where staff follow up, or handed the link over before she left."""
    p = program.p
    for service in program.services:
        link = program.links[person.number, service.number]
        if link.state != w.QUEUED and link.state != w.LINKED:
            continue
        link.unfollowed += 1
        why = Lapse(
            an_ordinary_week=p.lapse,
            followed_up=-p.lapse_followed * (link.unfollowed <= p.follow_up_weeks),
            handed_over=-p.lapse_handed_over * link.transferred,
            still_waiting=p.lapse_waiting * (link.state == w.QUEUED),
            crisis=p.lapse_crisis * person.crisis,
            alone=p.lapse_alone * (not in_program(person)),
        )
        if happens(person, program, w.LAPSE, service.number, total(why)):
            change_link(person, program, service, w.LAPSED, w.LINK_LAPSED, why)


@rule
def search_alone(person: Person, program: World) -> None:
    """With or without a program she may find a service by herself, through the general queue."""
    p = program.p
    why = Search(
        her_own_search=p.own_search,
        readiness=p.own_search_readiness * (person.readiness - p.readiness_centre) / p.readiness_sd,
        progress=p.own_search_progress * mean_progress(person, program),
        crisis=-p.own_search_crisis * person.crisis,
    )
    if not happens(person, program, w.OWN_SEARCH, 0, total(why)):
        return
    services = len(program.services)
    first = int(her_luck(person, program, w.WHICH, 0) * services)
    for step in range(services):
        service = program.services[(first + step) % services]
        if is_wanting(person, service.kind) and is_open_to(person, program, service):
            begin_link(person, program, service, w.LINKED, w.FOUND_ALONE, why)
            if service.kind == w.TREATMENT:
                person.treated = 1
            return


@rule
def count_links(person: Person, program: World) -> None:
    """Which services she is linked to once the week's doors have opened and closed."""
    linked = 0
    for service in program.services:
        if program.links[person.number, service.number].state == w.LINKED:
            linked |= 1 << service.kind
    person.linked = linked


@rule
def number_linked(person: Person) -> int:
    """Kinds of service she is linked to."""
    number = 0
    for kind in range(len(w.SERVICES)):
        number += person.linked >> kind & 1
    return number


@rule
def feels_linked(person: Person, program: World) -> float:
    """Her links in standard deviations from the reference woman's."""
    return (number_linked(person) - program.p.links_centre) / program.p.links_sd
