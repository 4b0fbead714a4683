"""What happens to people in the program, told once for both engines; `digest` names the telling."""

import hashlib
from functools import cache
from pathlib import Path


@cache
def digest() -> str:
    """A hash of the program's sources: what names the model's version and its compiled code."""
    text = hashlib.sha256()
    for source in sorted(Path(__file__).parent.glob("*.py")):
        text.update(source.name.encode() + b"\0" + source.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return text.hexdigest()[:16]
