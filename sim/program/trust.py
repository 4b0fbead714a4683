"""Trust between a woman and her case manager."""

from sim.program import words as w
from sim.program.telling import Person, World, rule


@rule
def build_trust(person: Person, program: World) -> None:
    """Trust grows by a share of what is missing after contact, and fades towards its start without it."""
    p = program.p
    gain = 0.0
    if person.contact == w.VISIT_KEPT:
        gain = p.trust_gain
    if person.attended:
        gain = gain + p.trust_gain * p.trust_drop_in
    if program.drop_in[0].remote:
        gain = gain * p.trust_remote
    if gain > 0:
        grown = person.trust + gain * program.plan.ingredients_trust * (1 - person.trust)
        person.trust = min(1.0, grown)
    else:
        person.trust = person.trust - p.trust_fade * (person.trust - person.trust_start)
