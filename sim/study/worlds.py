"""The worlds that a question needs: a program and the same women without it, or several scenarios; each with its name
and its levers."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sim.study.sentences import say
from sim.study.study import Study

NO_PROGRAM = "no_program"
MOST_CHANGES = 3  # named one by one; more are counted


class World(NamedTuple):
    """One scenario to be lived: its name in the tables, its study, and every lever's number."""

    name: str
    study: Study
    plan: Mapping[str, float]

    @property
    def offered(self) -> bool:
        return self.plan["program_offered"] > 0


def worlds_of(studies: Sequence[Study]) -> tuple[World, ...]:
    """One study with a program is lived beside its twin without one, which comes first; several as they are."""
    worlds = [World(name, study, study.plan) for name, study in zip(names_of(studies), studies, strict=True)]
    if len(worlds) == 1 and worlds[0].offered:
        worlds.insert(0, World(NO_PROGRAM, worlds[0].study, {**worlds[0].plan, "program_offered": 0.0}))
    return tuple(worlds)


def names_of(studies: Sequence[Study]) -> list[str]:
    """Each study's scenario with what was changed in it: among several, what was not changed in all of them."""
    shared = set.intersection(*(set(study.changes) for study in studies)) if len(studies) > 1 else set()
    names: list[str] = []
    for study in studies:
        own = [change for change in study.changes if change not in shared]
        own = own if len(own) <= MOST_CHANGES else [say("summary.changed", number=len(own))]
        name = study.model_copy(update={"changes": own}).label
        again = sum(other == name or other.startswith(f"{name} (") for other in names)
        names.append(f"{name} ({again + 1})" if again else name)
    return names
