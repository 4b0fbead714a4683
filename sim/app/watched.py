"""A program to be watched, with the plan that it belongs to."""

from typing import Any

from sim.app.codes import code_of
from sim.app.levers import Base, Plan
from sim.app.watch import watched_program
from sim.study.refusals import Refused
from sim.study.sentences import say

MOST_WATCHED = 120  # women of a program that is watched: agents take a second for every fifteen


def watch_of(base: Base, plan: Plan, replication: int) -> dict[str, Any]:
    """One run of a plan, to be watched. Refused where there are too many women to see."""
    study = base.study_of(plan)
    women = round(study.cohort.referred or study.cohort.referrals_per_week * study.cohort.weeks)
    if women > MOST_WATCHED:
        raise Refused(say("app.too_large_to_watch", women=women, most=MOST_WATCHED))
    return {"plan": plan.told(), "code": code_of(plan), **watched_program(study, replication)}
