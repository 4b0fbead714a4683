"""Every sentence a planner can see, read from one file that a translator can add a language to."""

from functools import cache
from typing import Any

import yaml

from sim.study.places import configs


@cache
def sentences() -> dict[str, Any]:
    """All sentences by section."""
    text = (configs() / "sentences" / "en.yaml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))


def say(key: str, /, **values: Any) -> str:
    """The sentence `section.name` with its values filled in; KeyError when there is none."""
    found: Any = sentences()
    for part in key.split("."):
        found = found[part]
    if not isinstance(found, str):
        raise KeyError(key)
    return found.format(**values)
