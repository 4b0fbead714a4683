"""The reduced program as a Mesa user would write it: an agent with a step, Mesa's own random numbers."""

import mesa
import numpy as np

from benchmarks.reduced import COMPLETED, LEFT, PHASES, PLACES, TRUST_AT_START, WAITING, WOMEN, Chances, Outcome


class Woman(mesa.Agent):
    def __init__(self, model):
        super().__init__(model)
        self.phase, self.weeks, self.visits, self.trust = WAITING, 0, 0, TRUST_AT_START

    def step(self):
        p = self.model.p
        if self.phase == WAITING:
            if self.model.places == 0:
                return
            self.model.places -= 1
            self.phase = 1
        elif self.phase > PHASES:
            return
        self.weeks += 1
        if self.random.random() < p.visit + p.visit_trust * self.trust:
            self.visits += 1
            self.trust += p.gain * (1 - self.trust)
        else:
            self.trust -= p.fade * self.trust
        if self.random.random() < p.leave * (1 - self.trust):
            self.phase = LEFT
        elif self.random.random() < p.move:
            self.phase += 1
        if self.phase > PHASES:
            self.model.freed += 1
            self.model.over += 1


class Program(mesa.Model):
    def __init__(self, seed):
        super().__init__(rng=np.random.default_rng(seed))
        self.p, self.places, self.freed, self.over, self.weeks = Chances(), PLACES, 0, 0, 0
        Woman.create_agents(self, WOMEN)

    def step(self):
        self.agents.do("step")
        self.places, self.freed = self.places + self.freed, 0
        self.weeks += 1
        self.running = self.over < WOMEN


def run(seed: int) -> Outcome:
    program = Program(seed)
    program.run_model()
    women = list(program.agents)
    return Outcome(
        sum(woman.phase == COMPLETED for woman in women), sum(woman.phase == LEFT for woman in women),
        sum(woman.weeks for woman in women), sum(woman.visits for woman in women),
        sum(woman.trust for woman in women), program.weeks - 1,
    )  # fmt: skip
