"""What a scenario may change: every lever with its unit and range, declared once. Defaults live in `configs/`."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.program.words import SERVICES


@dataclass(frozen=True)
class Lever:
    """One key of a scenario. `whole` levers take whole numbers; `name` is its field in the kernel's record."""

    key: str
    unit: str
    low: float
    high: float
    whole: bool
    meaning: str

    @property
    def name(self) -> str:
        return self.key.replace(".", "_")


LEVERS = tuple(
    Lever(*row)
    for row in (
        ("program.offered", "yes/no", 0, 1, True, "the program exists; 0 leaves usual services only"),
        ("cohort.referrals_per_week", "women a week", 0.01, 5, False, "women referred a week, on average"),
        ("cohort.weeks", "weeks", 1, 520, True, "weeks during which women are referred"),
        ("cohort.referred", "women", 0, 1000, True, "fixed number referred; 0 lets the number vary"),
        ("cohort.follow_up_weeks", "weeks", 4, 1040, True, "weeks each woman is followed from her referral"),
        ("staffing.case_managers", "posts", 0, 20, True, "case manager posts"),
        ("staffing.hours_per_week", "hours a week", 0, 40, False, "contact hours of one case manager"),
        ("staffing.caseload_limit", "women", 1, 40, True, "women one case manager may have before intake stops"),
        ("staffing.turnover", "times the evidence's rate", 0, 4, False, "how often a post falls vacant"),
        ("staffing.weeks_to_fill", "weeks", 1, 52, False, "weeks a vacant post stays open, on average"),
        ("staffing.peer_mentors", "posts", 0, 10, True, "peer mentor posts"),
        ("staffing.peer_hours_per_week", "hours a week", 0, 20, False, "hours of one peer mentor"),
        ("contact.pre_cti", "visits a week", 0, 1, False, "contact due before the first phase"),
        ("contact.transition", "visits a week", 0, 1, False, "contact due in transition"),
        ("contact.try_out", "visits a week", 0, 1, False, "contact due in try-out"),
        ("contact.transfer", "visits a week", 0, 1, False, "contact due in transfer of care"),
        ("contact.make_up", "share", 0, 1, False, "visits missed or not offered that are offered again the week after"),
        ("phases.pre_cti_limit_weeks", "weeks", 1, 26, True, "weeks after which pre-CTI ends at the latest"),
        ("phases.minimum_weeks", "weeks", 1, 52, True, "week of a phase from which she may move on"),
        ("phases.limit_weeks", "weeks", 1, 78, True, "week of a phase in which she moves on at the latest"),
        ("phases.extension_weeks", "weeks", 0, 26, True, "weeks a phase may be longer for a woman in need of it"),
        ("drop_in.sessions_per_week", "sessions a week", 0, 5, False, "drop-in sessions planned"),
        ("drop_in.seats", "seats", 0, 60, True, "seats of one session"),
        ("drop_in.room", "seats", 1, 60, True, "seats that the room holds"),
        ("linking.warm_share", "share", 0, 1, False, "referrals that staff mean to make as warm hand-offs"),
        *(
            (
                f"community.openings.{name}",
                "openings a week per 16 women a year",
                0,
                10,
                False,
                f"openings of the {name.replace('_', ' ')} service for this team's women",
            )
            for name in SERVICES
        ),
        *(
            (
                f"community.least_wait.{name}",
                "weeks",
                0,
                104,
                True,
                f"least wait at the {name.replace('_', ' ')} service",
            )
            for name in SERVICES
        ),
        (
            "community.rent_supplements",
            "supplements a year per 16 women a year",
            0,
            60,
            False,
            "rent supplements for women linked to the housing service",
        ),
        ("community.scale_with_intake", "share", 0, 1, False, "how far openings grow with the number referred"),
        ("ingredients.trust", "as delivered = 1", 0, 2, False, "trust building"),
        ("ingredients.goals", "as delivered = 1", 0, 2, False, "collaborative goal setting"),
        ("ingredients.links", "as delivered = 1", 0, 2, False, "connecting with community supports"),
        ("ingredients.drop_in", "as delivered = 1", 0, 2, False, "weekly drop-in sessions"),
        ("remote.from_week", "calendar week", 0, 2000, True, "first week in which the drop-in and visits are remote"),
        ("remote.weeks", "weeks", 0, 2000, True, "length of the remote period; 0 for none"),
        ("funding.cut_from_week", "calendar week", 0, 2000, True, "first week of a funding shock"),
        ("funding.posts_closed", "posts", 0, 20, True, "case manager posts closed by it; 0 for none"),
    )
)
PLAN = np.dtype([(lever.name, "f8") for lever in LEVERS])


def plan_row(plan: Mapping[str, float]) -> np.ndarray:
    """The kernel's record of one scenario, from every lever by field name."""
    return np.array([tuple(float(plan[lever.name]) for lever in LEVERS)], PLAN)
