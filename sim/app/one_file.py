"""The page as one HTML text: its look, its data and its scripts inside it, and a policy by which nothing else runs."""

import base64
import hashlib
import html
import re
from functools import reduce
from pathlib import Path
from typing import Any

from sim.study.sentences import sentences

NOTHING = "default-src 'none'"
PAGE = Path(__file__).with_name("page")
FIRST, LAST = ("make.js", "numbers.js"), (  # others stand between them, by name
    "weeks.js", "crowd.js", "graph.js", "woman.js", "panels.js", "watch.js", "guess.js", "lessons.js",
    "board_picture.js", "board.js", "start.js",
)  # fmt: skip


def page_text(island: str, served: bool, folder: Path = PAGE) -> str:
    """The whole page around its data. served: it may ask the server that it comes from; a file asks nobody."""
    look = "\n".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.css")))
    codes = [path.read_text(encoding="utf-8") for path in scripts(folder)]
    text = re.sub(r"\{\{([a-z0-9_.]+)\}\}", _sentence, (folder / "index.html").read_text(encoding="utf-8"))
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy(look, codes, served)}">'
    data = f'<script type="application/json" id="pathways">{island}</script>'
    inside = "\n".join([data, *(f"<script>{code}</script>" for code in codes)])
    for mark, more in (("<head>", f"<head>\n{meta}"), ("</head>", f"<style>{look}</style>\n</head>")):
        text = text.replace(mark, more, 1)
    return text.replace("</body>", f"{inside}\n</body>", 1)


def scripts(folder: Path = PAGE) -> list[Path]:
    """In the order in which they run; none of them asks for another."""
    names = {path.name: path for path in sorted(folder.glob("*.js"))}
    middle = [name for name in names if name not in FIRST + LAST]
    return [names[name] for name in (*FIRST, *middle, *LAST) if name in names]


def policy(look: str, codes: list[str], served: bool) -> str:
    """What the browser may run, draw and ask: only what is in the page itself."""
    run = " ".join(_hash(code) for code in codes) or "'none'"
    ask, draw = ("'self'", " 'self'") if served else ("'none'", "")
    return (
        f"{NOTHING}; script-src {run}; style-src {_hash(look)}; img-src data: blob:{draw}; "
        f"connect-src {ask}; base-uri 'none'; form-action 'none'"
    )


def header_policy(text: str) -> str:
    """The policy of a page as the server says it: no other page may hold it either."""
    found = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', text)
    return f"{found[1] if found else NOTHING}; frame-ancestors 'none'"


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _sentence(found: re.Match[str]) -> str:
    """The sentence of this name, as text in HTML."""
    told: Any = reduce(lambda section, part: section[part], found[1].split("."), sentences())
    if not isinstance(told, str):
        raise KeyError(found[1])
    return html.escape(told)
