"""Every sentence a planner can see, read from one file that a translator can add a language to."""

from functools import cache, reduce
from typing import Any

import yaml

from sim.study.places import configs


@cache
def sentences() -> dict[str, Any]:
    """All sentences by section."""
    return dict(yaml.safe_load((configs() / "sentences" / "en.yaml").read_text(encoding="utf-8")))


def say(key: str, /, **values: Any) -> str:
    """The sentence `section.name` with its values filled in; KeyError when there is none."""
    found: Any = reduce(lambda section, part: section[part], key.split("."), sentences())
    if not isinstance(found, str):
        raise KeyError(key)
    return found.format(**values)
