"""Plans that are lived while people wait, some runs at a time and in turn: everybody's first runs before anybody's
last. The same plan is lived once, whoever asks; what nobody waits for any more is left where it is."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from sim.app.answers import ASKED, Lived, joined, live
from sim.app.levers import Base, Plan
from sim.ensemble import A_CHUNK
from sim.study.refusals import Refused
from sim.study.sentences import say

FIRST = 50  # runs of every plan before any has more
ABANDONED = 6.0  # seconds after which nobody waits for a plan that was not asked for again
MOST_IN_ALL, MOST_OF_ONE = 300, 100  # plans that wait, in all and from one address
KEPT = 200  # plans whose runs are remembered: about 0.4 MB each


class Crowded(Refused):
    """There are too many plans in the queue already."""


@dataclass(eq=False)
class Waiting:
    """A plan in the queue: its parts by their first run, the next run that nobody lives yet, and when it was asked for
    last."""

    plan: Plan
    address: str
    arrived: int
    asked: float
    parts: dict[int, Lived] = field(default_factory=dict)
    ahead: int = 1
    problem: str = ""

    @property
    def runs(self) -> int:
        """Runs from the first one on that are there."""
        there = 0
        while there + 1 in self.parts:
            there += self.parts[there + 1].runs
        return there

    @property
    def turn(self) -> tuple[int, int]:
        """Whose turn is before whose: first runs as they came, then those that have the fewest."""
        return (0 if self.ahead <= FIRST else self.ahead, self.arrived)

    def lived(self) -> Lived:
        """The runs that are there."""
        there = self.runs
        return joined([self.parts[first] for first in sorted(self.parts) if first <= there])


class Queue:
    """threads: plans that are lived at the same time. asked: runs of a plan when all are there."""

    def __init__(
        self, base: Base, threads: int, asked: int = ASKED, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.base, self.asked, self.clock = base, asked, clock
        self._plans: OrderedDict[str, Waiting] = OrderedDict()
        self._arrived, self._closed = 0, False
        self._changed = threading.Condition()
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(threads)]

    def open(self) -> None:
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """What is being lived is finished, and nothing more begun."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def ask(self, plan: Plan, address: str) -> Waiting:
        """The plan's place among those that wait, a new one where nobody asked for it yet. Crowded: none is free."""
        name = self.base.identity(plan)
        with self._changed:
            if not (found := self._plans.get(name)) or found.problem:
                self._admit(address)
                self._arrived += 1
                found = self._plans[name] = Waiting(plan, address, self._arrived, self.clock())
            found.asked = self.clock()
            self._plans.move_to_end(name)
            self._changed.notify()
        return found

    def _admit(self, address: str) -> None:
        waiting = self._waiting()
        own = sum(each.address == address for each in waiting)
        if own >= MOST_OF_ONE or len(waiting) >= MOST_IN_ALL:
            raise Crowded(say("app.crowded", waiting=len(waiting)))
        done = [name for name, each in self._plans.items() if each not in waiting]
        for name in done[: len(self._plans) - KEPT + 1]:
            del self._plans[name]

    def _waiting(self) -> list[Waiting]:
        """Plans that somebody waits for and that have runs nobody lives yet, in turn."""
        since = self.clock() - ABANDONED
        some = [each for each in self._plans.values() if each.ahead <= self.asked and each.asked >= since]
        return sorted((each for each in some if not each.problem), key=lambda each: each.turn)

    def place(self, waiting: Waiting) -> int:
        """Plans whose turn comes before this one's next runs; 0 when they are being lived or there are no more."""
        with self._changed:
            if waiting.ahead > waiting.runs + 1 or waiting.ahead > self.asked:
                return 0
            return sum(each.turn < waiting.turn for each in self._waiting())

    def _work(self) -> None:
        while True:
            with self._changed:
                while not self._closed and not self._waiting():
                    self._changed.wait()
                if self._closed:
                    return
                next_one = self._waiting()[0]
                first = next_one.ahead
                last = min(first + A_CHUNK - 1, self.asked)
                next_one.ahead = last + 1
            try:
                part = live(self.base.study_of(next_one.plan), first, last)
            except Exception as stop:  # one plan's trouble is nobody else's
                next_one.problem = say("app.trouble", kind=type(stop).__name__)
                continue
            with self._changed:
                next_one.parts[first] = part
