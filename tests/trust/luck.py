"""Whether no number is drawn twice in whole runs of the program, and what a standard battery makes of the numbers."""

import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import count
from typing import NamedTuple
from unittest.mock import patch

import numpy as np

from sim import load_study
from sim.agents import Program
from sim.program import entry, parameters, telling
from sim.program import words as w
from sim.program.chance import address, draws, philox_of_words
from sim.study.settings import options
from trust.check import Check, Found

# The decisions that read a number again, and why that is one question and not two.
AGAIN = {
    "NEED": "a woman with fewer needs than admission asks for is given her likeliest others: the least of her numbers",
    "SEAT": "for each seat that is short, the last of the women still at the door is turned away: the highest number",
}
NAMES = {getattr(w, name): name for name in AGAIN}
NOT_THE_RULE = ("luck", "her_luck", "happens")
SCENARIOS = sorted(options()["scenario"])
ENOUGH = 10**6  # draws seen


class Draw(NamedTuple):
    """A number, the rule that asked for it, and where it is: four counters, two keys, and the place in the block."""

    where: tuple[int, ...]
    decision: int
    rule: str
    number: float


def drawn_by(live: Callable[[], object]) -> list[Draw]:
    """Every number drawn while agents live, in order: those of the week, and those of parameters and referrals."""
    found, block = [], telling.block

    def listen(seed, replication, kind, number, week, decision, other):
        frame = sys._getframe(1)
        while frame.f_code.co_name in NOT_THE_RULE:
            frame = frame.f_back
        words = block(seed, replication, kind, number, week, decision, other)
        where = (*address(kind, number, week, decision, other), seed, replication, decision % 4)
        found.append(Draw(where, decision, frame.f_code.co_name, words[decision % 4]))
        return words

    def listen_outside(kind, numbers, decision, seed, replications):
        given, rule = draws(kind, numbers, decision, seed, replications), sys._getframe(1).f_code.co_name
        for place, u in np.ndenumerate(given):
            number, replication = (int(np.broadcast_to(each, given.shape)[place]) for each in (numbers, replications))
            where = (*address(kind, number, 0, decision, 0), seed, replication, decision % 4)
            found.append(Draw(where, decision, rule, u))
        return given

    outside = (patch.object(module, "draws", listen_outside) for module in (entry, parameters))
    with patch.object(telling, "block", listen), next(outside), next(outside):
        live()
    return found


def judged(found: Sequence[Draw]) -> Found:
    """How many numbers were drawn, which were drawn again, and what is wrong with their addresses."""
    asker, again, wrong = {}, Counter(), set()
    for where, decision, rule, _ in found:
        if where in asker:
            again[NAMES.get(decision, rule)] += 1
        if asker.setdefault(where, rule) != rule:
            wrong.add(f"{rule} and {asker[where]} draw one number")
        if not all(0 <= part < 2**32 for part in where):
            wrong.add(f"{rule} draws outside 32 bits")
    wrong |= {f"{name} draws a number again" for name in again if name not in AGAIN}
    return {"draws": len(found), "again": again, "wrong": sorted(wrong)}


def of_a_scenario(number: int) -> Found:
    """The addresses of one whole replication of a named scenario, its parameter set drawn too."""
    study, replication = load_study(f"scenario={SCENARIOS[number]}"), number + 1

    def live():
        row = parameters.draw_parameters(study.parameters, study.seed, np.array([replication]))[0]
        Program(study.plan, row, study.seed, replication, study.edges).run_model()

    return judged(drawn_by(live))


# ---- the battery

DECISIONS, WOMEN, WEEKS = w.RETURN + 1, 64, 208
ORDERS = {"decision": (1, 2, 0), "week": (0, 1, 2), "woman": (0, 2, 1)}  # by what changes fastest; slowest first
# dieharder's tests by number, without those that their author calls suspect, and the lengths of those that have several
ONCE = (0, 1, 2, 3, 4, 8, 9, 10, 11, 12, 13, 15, 16, 17, 100, 101, 102, 204, 205, 206, 207, 208, 209)
LENGTHS = {200: range(1, 9), 201: range(2, 6), 202: range(2, 6), 203: (0, 1, 3, 7)}
BATTERY = [(test, 0) for test in ONCE] + [(test, length) for test, lengths in LENGTHS.items() for length in lengths]
QUICK = [(4, 0), (209, 0), (202, 5)]
FALSE_ALARM = 1e-3  # of all p-values together, shared out evenly among them, half at each end


def cube(seed: int = 1, replication: int = 1, kind: int = w.WOMAN, other: int = 0) -> np.ndarray:
    """The word that the program draws for each decision, woman and week; shape (decisions, women, weeks)."""
    block, number, week = np.indices((DECISIONS // 4, WOMEN, WEEKS)).astype(np.uint64)
    at = (*address(kind, number, week, block * 4, other), seed, replication)
    words = philox_of_words(*(np.broadcast_to(np.asarray(part, np.uint64), block.shape) for part in at))
    return np.stack(words, 1).reshape(DECISIONS, WOMEN, WEEKS).astype(np.uint32)


def sound(words: np.ndarray) -> np.ndarray:
    return words


def same_in_a_block(words: np.ndarray) -> np.ndarray:
    """Four neighbouring decisions share a number."""
    return words[np.arange(DECISIONS) // 4 * 4]


def same_every_week(words: np.ndarray) -> np.ndarray:
    """One decision of all does not look at the week."""
    words[w.LEAVE] = words[w.LEAVE, :, :1]
    return words


def same_as_her_neighbour(words: np.ndarray) -> np.ndarray:
    """In one decision of all, every second woman has the luck of the woman before her."""
    words[w.VISIT, 1::2] = words[w.VISIT, ::2]
    return words


FAULTS = (same_in_a_block, same_every_week, same_as_her_neighbour)


def p_values(order: str, seed: int, test: tuple[int, int], told: Callable[[np.ndarray], np.ndarray]) -> list[float]:
    """What one test says of the numbers of one seed, replication after replication for as long as it reads."""
    words = ["dieharder", "-g", "200", "-d", str(test[0]), *(("-n", str(test[1])) if test[0] in LENGTHS else ())]
    asked = subprocess.Popen([*words, "-D", "pvalues"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        for replication in count(1):
            asked.stdin.write(told(cube(seed, replication)).transpose(ORDERS[order]).tobytes())
    except BrokenPipeError:
        said = asked.communicate()[0].split()
    if not said:
        raise SystemExit(f"No answer from: {' '.join(words)}")
    return [float(p) for p in said]


def battery(order: str, tests: Sequence[tuple[int, int]], told: Callable[[np.ndarray], np.ndarray]) -> Found:
    """The p-values of the numbers in this order as they are told, by test and length; each test has a seed."""
    if not shutil.which("dieharder"):
        raise SystemExit("The battery needs dieharder: apt-get install dieharder, or your system's package of it.")
    found = {f"{test[0]}/{test[1]}": p_values(order, seed, test, told) for seed, test in enumerate(tests, 1)}
    banner = subprocess.run(["dieharder", "-l"], capture_output=True, text=True, check=True).stdout
    version = re.search(r"version (\S+)", banner)[1]
    return {"told": told.__name__, "order": order, "p_values": found, "battery": f"dieharder {version}"}


# ---- both


def part(number: int) -> Found:
    """The battery over one order, over one planted fault, or the addresses of a scenario."""
    if number < len(ORDERS):
        return battery(tuple(ORDERS)[number], BATTERY, sound)
    number -= len(ORDERS)
    return battery("woman", QUICK, FAULTS[number]) if number < len(FAULTS) else of_a_scenario(number - len(FAULTS))


def together(parts: Sequence[Found]) -> Found:
    """No number is drawn again without a reason, no p-value is extreme, and some are wherever a fault was planted."""
    runs = [part for part in parts if "draws" in part]
    told = [
        (part["told"], part["order"], test, p)
        for part in parts
        for test, many in part.get("p_values", {}).items()
        for p in many
    ]
    usual = sorted(p for name, _, _, p in told if name == "sound")
    margin = FALSE_ALARM / 2 / max(1, len(usual))
    extreme = [each for each in told if not margin <= each[-1] <= 1 - margin]
    draws_seen, wrong = sum(run["draws"] for run in runs), sorted({each for run in runs for each in run["wrong"]})
    unseen = sorted({fault.__name__ for fault in FAULTS} - {each[0] for each in extreme})
    alarms = [each for each in extreme if each[0] == "sound"]
    orders = {part["order"] for part in parts if part.get("told") == "sound"}
    return {
        "holds": draws_seen >= ENOUGH and orders == set(ORDERS) and not (wrong or alarms or unseen),
        "draws": draws_seen,
        "drawn_again": {name: [sum(run["again"].get(name, 0) for run in runs), why] for name, why in AGAIN.items()},
        "wrong_addresses": wrong,
        "battery": sorted({part["battery"] for part in parts if "battery" in part}),
        "p_values": len(usual),
        "least_and_greatest": [usual[:3], usual[-3:]],
        "extreme_when_outside": [margin, 1 - margin],
        "false_alarm": FALSE_ALARM,
        "extreme": alarms,
        "planted_faults_unseen": unseen,
    }


CHECK = Check(
    "No number is drawn twice in 10^6 draws of whole runs, and dieharder finds nothing in three orders of the numbers",
    len(ORDERS) + len(FAULTS) + len(SCENARIOS),
    part,
    together,
)
