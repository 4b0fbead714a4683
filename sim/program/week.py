"""The order of one week. This order is the model: it changes only together with the ODD and the baseline."""

from sim.program.community import (
    count_links,
    follow_up_links,
    hand_over_links,
    hold_links,
    make_referrals,
    open_doors,
    search_alone,
    take_up_links,
)
from sim.program.contact import answer_crises, fall_due, keep_visit, offer_visits, renew_hours, renew_peer_hours
from sim.program.drop_in import come_to_drop_in, form_ties, meet_peers, open_drop_in, seat_women
from sim.program.entry import arrive
from sim.program.goals import make_progress, set_goals
from sim.program.lives import change_housing, change_income, change_substance_use, change_work, meet_crisis
from sim.program.pathway import leave, move_on, wait
from sim.program.record import keep_log, keep_post_log, keep_timeline
from sim.program.sex_work import change_intensity, change_sex_work
from sim.program.staff import hold_peer_post, hold_post, offer_places, reassign_women
from sim.program.telling import World, each, rule, together
from sim.program.trust import build_trust


@rule
def live_week(program: World) -> None:
    """One week, in order; each line is a sentence of the ODD."""
    # Referral: women referred this week arrive with their own lives, needs and goals
    each(program.followed, arrive, program)
    # 1 Staff: posts fall vacant and are filled; women who lost their case manager are given another
    each(program.team, hold_post, program)
    each(program.peers, hold_peer_post, program)
    together(reassign_women, program)
    # 2 Intake: open places are offered in order; a wait can outlast her interest
    together(offer_places, program)
    each(program.followed, wait, program)
    # 3 Share the hours: the drop-in, then crises, then visits due
    each(program.drop_in, open_drop_in, program)
    each(program.peers, renew_peer_hours, program)
    each(program.team, renew_hours, program)
    each(program.followed, fall_due, program)
    each(program.team, answer_crises, program)
    each(program.team, offer_visits, program)
    # 4 Visits: kept or missed; then goals, then referrals and hand-offs, then following up with what hours are left
    each(program.followed, keep_visit, program)
    each(program.followed, set_goals, program)
    each(program.followed, make_referrals, program)
    each(program.followed, hand_over_links, program)
    each(program.team, follow_up_links, program)
    # 5 Drop-in: who comes, who finds a seat, who meets whom
    each(program.followed, come_to_drop_in, program)
    each(program.drop_in, seat_women, program)
    each(program.followed, meet_peers, program)
    each(program.followed, form_ties, program)
    # 6 Trust
    each(program.followed, build_trust, program)
    # 7 Services: referrals are taken up, doors open, links hold or lapse, some are found alone
    each(program.followed, take_up_links, program)
    each(program.services, open_doors, program)
    each(program.followed, hold_links, program)
    each(program.followed, search_alone, program)
    each(program.followed, count_links, program)
    # 8 Lives
    each(program.followed, meet_crisis, program)
    each(program.followed, change_substance_use, program)
    each(program.followed, change_housing, program)
    each(program.followed, change_work, program)
    each(program.followed, change_income, program)
    each(program.followed, make_progress, program)
    each(program.followed, change_sex_work, program)
    each(program.followed, change_intensity, program)
    # 9 Pathway: she moves on, or leaves
    each(program.followed, move_on, program)
    each(program.followed, leave, program)
    # 10 Record
    each(program.followed, keep_timeline, program)
    each(program.team, keep_post_log, program)
    together(keep_log, program)
