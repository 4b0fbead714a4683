"""A plan as twelve letters and digits that fit on a board: its scenario and levers as one number, and two signs more by
which a slip of the pen is noticed. `page/codes.js` writes and reads the same."""

from zlib import crc32

from sim.app.levers import SCENARIOS, SLIDERS, Plan
from sim.study.refusals import Refused, plain
from sim.study.sentences import say

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "-": "", " ": ""})
LENGTH, GROUP = 10, 4  # signs of the number; signs between two strokes
ROOM = 32  # scenarios that there may be
CHECK = 1021  # the largest prime below two signs' 1024
SALT = crc32(repr([tuple(slider) for slider in SLIDERS]).encode()) % CHECK  # a code of other levers is not of these


def code_of(plan: Plan) -> str:
    """Of a plan's scenario and levers; other numbers have no room in it."""
    number = SCENARIOS.index(plan.scenario)
    for slider, value in zip(SLIDERS, plan.levers, strict=True):
        number = number * slider.steps + slider.nearest(value)
    signs = _signs(number, LENGTH) + _signs((number + SALT) % CHECK, 2)
    return "-".join(signs[first : first + GROUP] for first in range(0, len(signs), GROUP))


def plan_of_code(code: str) -> Plan:
    """The plan of a code, however it was typed; Refused where it is none."""
    signs = code[:40].upper().translate(READ_AS)
    if len(signs) != LENGTH + 2 or set(signs) - set(LETTERS):
        raise Refused(say("app.no_code", code=plain(code)))
    number, check = _number(signs[:LENGTH]), _number(signs[LENGTH:])
    if (number + SALT) % CHECK != check:
        raise Refused(say("app.wrong_code", code=plain(code)))
    values: list[float] = []
    for slider in reversed(SLIDERS):
        number, place = divmod(number, slider.steps)
        values.append(slider.at(place))
    if number >= len(SCENARIOS):
        raise Refused(say("app.wrong_code", code=plain(code)))
    return Plan(SCENARIOS[number], tuple(reversed(values)))


def _signs(number: int, length: int) -> str:
    return "".join(LETTERS[number >> 5 * place & 31] for place in reversed(range(length)))


def _number(signs: str) -> int:
    return sum(LETTERS.index(sign) << 5 * place for place, sign in enumerate(reversed(signs)))
