"""Pathways: an open simulation of a social program, modelled on the published design of Exit Doors Here.

    import sim
    result = sim.run(sim.load_study("replications=200", "staffing.case_managers=2"))
    print(result.summary())
    result.tables["outcomes"]           # tidy pandas tables
    result.draw("figures")              # every figure, with its data and its words

Simulated women only, made from published aggregates: for comparing programs, never for predicting one person.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.agents import Program
    from sim.ensemble import run_ensemble
    from sim.measures.outcomes import definitions as outcomes
    from sim.study.explain import program_of, timeline
    from sim.study.figures import draw
    from sim.study.mechanism import swap
    from sim.study.record import replay
    from sim.study.run import Result, compare, run
    from sim.study.saved import open_results
    from sim.study.settings import load_study
    from sim.study.study import Study

# name: where it is, and what it is called there; imported when first used, so that `import sim` is quick
_HOMES = {
    "load_study": ("sim.study.settings", "load_study"),
    "Study": ("sim.study.study", "Study"),
    "run": ("sim.study.run", "run"),
    "compare": ("sim.study.run", "compare"),
    "Result": ("sim.study.run", "Result"),
    "outcomes": ("sim.measures.outcomes", "definitions"),
    "draw": ("sim.study.figures", "draw"),
    "timeline": ("sim.study.explain", "timeline"),
    "program_of": ("sim.study.explain", "program_of"),
    "replay": ("sim.study.record", "replay"),
    "open_results": ("sim.study.saved", "open_results"),
    "swap": ("sim.study.mechanism", "swap"),
    "Program": ("sim.agents", "Program"),
    "run_ensemble": ("sim.ensemble", "run_ensemble"),
}
__all__ = [
    "Program", "Result", "Study", "compare", "draw", "load_study", "open_results", "outcomes", "program_of", "replay",
    "run", "run_ensemble", "swap", "timeline",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    module, called = _HOMES[name]
    return getattr(import_module(module), called)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
