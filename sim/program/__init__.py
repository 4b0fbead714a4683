"""What happens to people in the program, told once for both engines; `digest` names the model by what it tells."""

import hashlib
import json
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent


@cache
def sources() -> str:
    """A hash of the rules' text: compiled code is kept under it, so that no edited rule is answered by old code."""
    text = hashlib.sha256()
    for source in sorted(HERE.glob("*.py")):
        text.update(source.name.encode() + b"\0" + source.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return text.hexdigest()[:16]


@cache
def digest() -> str:
    """The model's version: a hash of the numbers of its committed baseline, whatever text they come from."""
    return str(json.loads((HERE.parent / "baseline.json").read_text(encoding="utf-8"))["digest"])
