"""What the codes of the model stand for: one name for every state a person, a link or a week can be in."""

# fmt: off
# where she is on the pathway
WAITING, PRE_CTI, TRANSITION, TRY_OUT, TRANSFER, COMPLETED, LEFT, USUAL_SERVICES = range(8)
PHASES = (
    "waiting list", "pre-CTI", "transition", "try-out", "transfer of care", "completed", "left",
    "usual services only",
)
# why she is no longer in the program
STILL_IN, CARE_TRANSFERRED, WAITED_TOO_LONG, LEFT_THE_PROGRAM = range(4)
REASONS = ("still in", "care transferred", "waited too long for a place", "left the program")

# the seven needs of the admission list [A05], one bit each
JUSTICE, SOCIAL_SUPPORT, SUBSTANCE_USE, EMPLOYMENT, LIFE_SKILLS, SAFETY, HOUSING_NEED = range(7)
NEEDS = ("justice", "social support", "substance use", "employment", "life skills", "safety", "housing")

# the four goal domains [A16]
PRE_EMPLOYMENT, HOUSING, INCOME, EXITING = range(4)
DOMAINS = ("pre-employment", "housing", "income", "exiting")

# states of her life, one scale for each domain
NO_WORK, PREPARING, TRAINING, WORKING = range(4)
EMPLOYMENT_STATES = ("none", "preparing", "in training or a placement", "working")
NO_HOUSING, UNSTABLE, STABLE = range(3)
HOUSING_STATES = ("without housing", "unstable", "stable")
NO_INCOME, SOCIAL_ASSISTANCE, SUFFICIENT = range(3)
INCOME_STATES = ("none or unstable", "social assistance", "sufficient")
INVOLVED, SHORT_BREAK, EXITED = range(3)
SEX_WORK_STATES = ("involved", "short break", "exited")
NEVER_USED, USES, USED_BEFORE = range(3)
SUBSTANCE_STATES = ("does not use substances", "uses substances", "used before")

# the seven kinds of community service, in the order of the community graph's first nodes
HOUSING_SERVICE, INCOME_SUPPORT, EDUCATION, HEALTH, TREATMENT, LEGAL, COUNSELLING = range(7)
SERVICES = (
    "housing", "income_support", "education_and_training", "health", "substance_use_treatment", "legal",
    "counselling",
)
# a woman's link to one service
NO_LINK, REFERRED, QUEUED, LINKED, LAPSED = range(5)
LINK_STATES = ("none", "referred", "waiting", "linked", "lapsed")

# what became of this week's contact
NO_CONTACT_DUE, VISIT_KEPT, VISIT_MISSED, NOT_OFFERED = range(4)
CONTACTS = ("none due", "kept", "missed", "due and not offered")

# kinds of one who meets with chance
WOMAN, POST, PEER, SERVICE, SESSION, PARAMETER = range(6)

# Decisions. A code never moves: new ones go to the end. Four neighbours share one block of the generator, so what a
# woman meets every week is numbered in fours from the start.
CRISIS, SUBSTANCE, HOUSE, SEX_WORK = range(4)
WORK, MONEY, EXIT, LOSE_INTEREST = range(4, 8)
PROGRESS = 8  # and 9, 10, 11: one for each domain
VISIT, MOVE_ON, LEAVE, REVIEW = range(12, 16)
READY, TRUST_AT_START, USE_AT_START, VIOLENCE_AT_START = range(16, 20)
HOUSING_AT_START, INCOME_AT_START, WORK_AT_START, INTENSITY_AT_START = range(20, 24)
TREATED_AT_START, GAP, FOCUS_AREAS, MAKE_UP = range(24, 28)
STAY, FILL, OPENINGS, SUPPLEMENTS = range(28, 32)
# decisions that repeat within a week: the address holds the need, domain, service, session or other woman as well
NEED, WISH, APPEAL, ATTEND = range(32, 36)
SEAT, TIE, REFER, WARM = range(36, 40)
TAKE_UP, LAPSE, OWN_SEARCH, NEXT_DOOR = range(40, 44)
HELD, VALUE, FOLLOW, HAND_OVER = range(44, 48)
SLIP, WHICH, NEXT_STEP, RETURN = range(48, 52)

# events: what can be told of a week
EVENTS = (
    "was referred", "entered the program", "left the waiting list", "moved on to the next phase", "completed",
    "left the program", "lost her case manager", "was given a case manager", "set a goal together",
    "was referred to a service", "joined a service's queue", "did not take the referral up",
    "was linked to a service", "link lapsed", "found a service herself", "was handed over to a service",
    "was granted a rent supplement", "housing changed", "income changed", "pre-employment changed",
    "substance use changed", "started a short break from sex work", "stopped sex work as planned",
    "returned to sex work", "a crisis began", "a post fell vacant", "a post was filled", "a post was closed",
    "was turned away from a full drop-in", "the team's hours did not reach her",
    "was introduced to a service in person",
)
(
    WAS_REFERRED, ENTERED, LEFT_THE_LIST, MOVED_ON, FINISHED, LEFT_EARLY, LOST_MANAGER, GIVEN_MANAGER, SET_GOAL,
    REFERRED_TO, JOINED_QUEUE, NOT_TAKEN_UP, WAS_LINKED, LINK_LAPSED, FOUND_ALONE, HANDED_OVER, SUPPLEMENT_GRANTED,
    HOUSING_CHANGED, INCOME_CHANGED, WORK_CHANGED, USE_CHANGED, BREAK_BEGAN, EXIT_BEGAN, RETURNED, CRISIS_BEGAN,
    POST_VACANT, POST_FILLED, POST_CLOSED, TURNED_AWAY, HOURS_SHORT,
    INTRODUCED,
) = range(len(EVENTS))
