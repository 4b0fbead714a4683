"""Writes the tables and equations of sim/README.md from the code; `python tests/odd_tables.py` refreshes them."""

import ast
from collections.abc import Callable, Mapping

import yaml
from odd_equations import (
    ROOT,
    RULES,
    STUDY,
    calls_in,
    code_names,
    decisions,
    equations,
    event_names,
    given_once,
    kinds,
    say,
    stages,
    words_in,
)

from sim.measures.outcomes import definitions
from sim.program import words as w
from sim.program.levers import LEVERS
from sim.program.people import ENTITIES, LOG, POST_LOG, TIMELINE
from sim.study.saved import dictionary

README = ROOT / "sim" / "README.md"
EFFECTS = ROOT / "tests" / "levers.yaml"
TELLERS = ("tell", "change_link", "begin_link", "enter_state")  # the rules that take an event and its reasons
VERBS = ("calibrate", "compare", "contribute", "evaluate", "staff", "last_year", "value", "tipping", "sensitivity")
ANY = {
    "parameter": [{"parameter": "{parameter}", "unit": "its unit", "meaning": "the parameter's value"}],
    "target": [{"target": "{target}", "unit": "its unit", "meaning": "the target's outcome"}],
}
ENTITY_NAMES = {
    "women": "participant", "goals": "goal (a woman's, by domain)", "links": "link (a woman's, by service)",
    "team": "case manager (a post)", "peers": "peer mentor (a post)", "services": "community service",
    "drop_in": "drop-in",
}  # fmt: skip


def table(columns: str, rows: list[tuple[object, ...]]) -> str:
    heads = columns.split(" | ")
    lines = [heads, ["---"] * len(heads), *([str(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def code(*names: object) -> str:
    return ", ".join(f"`{name}`" for name in names)


def first_sentence(rule: str) -> str:
    return (ast.get_docstring(RULES[rule][1]) or "").split("\n")[0]


def states() -> str:
    rows = []
    for entity, fields in ENTITIES.items():
        for f in fields:
            writers = code(*f.writers) if f.writers else "laid out with the world"
            rows.append((ENTITY_NAMES[entity], code(f.name), f.unit, f"{f.first:g}", f.meaning, writers))
    return table("entity | field | unit | first | meaning | written by", rows)


def codes() -> str:
    rows = []
    for scale, names in code_names().items():
        if scale != "EVENTS":
            rows.append((code(scale), ", ".join(f"{word} `{name}`" for name, word in zip(names, getattr(w, scale)))))
    return table("scale | states and their codes, from 0", rows)


def week() -> str:
    rows, before = [], ""
    for step, who, rule in stages():
        rows.append(("" if step == before else step, who, code(rule), first_sentence(rule)))
        before = step
    return table("step | who | rule | what is true after it", rows)


ASKING = {"happens": 3, "her_luck": 3, "luck": 5, "draws": None}  # and where they take the rest of the address


def draws() -> str:
    """Every decision with its code: whose luck it is, what else its address holds, and who asks."""
    rows = []
    for rule, (_, node) in RULES.items():
        for call in calls_in(node, *ASKING):
            for name in words_in(call, list(decisions())):
                asked = ast.unparse(call.func)
                other = ASKING[asked]
                also = say(call.args[other], given_once(node)) if other else "her number or its name"
                kind = {"luck": 1, "draws": 0}.get(asked)
                whose = "woman" if kind is None else ast.unparse(call.args[kind]).removeprefix("w.").lower()
                row = (decisions()[name], code(name), whose.replace("kind", "post or peer"), also.replace("0", ""))
                rows.append((*row, code(rule)))
    return table("code | decision | whose | also in the address | asked in", sorted(dict.fromkeys(rows)))


def reasons_of(rule: ast.FunctionDef, why: ast.expr) -> set[str]:
    """The kinds of decision whose reasons an event is told with."""
    name, local = ast.unparse(why), given_once(rule)
    if name in [argument.arg for argument in rule.args.args]:
        callers = [(node, call) for _, node in RULES.values() for call in calls_in(node, rule.name)]
        return {kind for node, call in callers for kind in reasons_of(node, call.args[-1])}
    return {ast.unparse(local[name].func)} & set(kinds()) if isinstance(local.get(name), ast.Call) else set()


def events() -> str:
    rows = []
    told = [(node, call) for _, node in RULES.values() for call in calls_in(node, *TELLERS)]
    for name, words in zip(event_names(), w.EVENTS):
        here = [(node, call) for node, call in told if words_in(call, [name])]
        why = sorted({kind for node, call in here for kind in reasons_of(node, call.args[-1])})
        rules = dict.fromkeys(node.name for node, _ in here)
        rows.append((code(name), words, code(*rules), code(*why) if why else "the state alone"))
    return table("event | in words | told in | with the reasons of", rows)


def records() -> str:
    of = {"woman and week": TIMELINE, "program and week": LOG, "post and week": POST_LOG}
    rows = [(line, code(name), meaning) for line, columns in of.items() for name, _, meaning in columns]
    return table("a line for each | column | meaning", rows)


def levers() -> str:
    rows = []
    for v in LEVERS:
        span = f"{v.low:g} to {v.high:g}{', whole' * v.whole}"
        rows.append((code(v.key), v.unit, span, f"{STUDY.plan[v.name]:g}", v.meaning))
    return table("key | unit | range | default | meaning", rows)


def effects() -> str:
    """Which outcome each lever must move and which way, as tests/test_knobs.py holds it."""
    rows = []
    for line in yaml.safe_load(EFFECTS.read_text(encoding="utf-8")):
        way = {"+": "rises", "-": "falls"}[line["direction"]]
        beside = ", ".join(f"`{key}` {value:g}" for key, value in line.get("with", {}).items())
        rows.append((code(line["lever"]), f"{line['low']:g} to {line['high']:g}", code(line["outcome"]), way, beside))
    return table("lever | from, to | outcome that must move | way | where", rows)


def parameters() -> str:
    parts = []
    for file, lines in STUDY.parameter_lines.items():
        rows = []
        for name, v in lines.items():
            span = f"{v.range[0]:g} to {v.range[1]:g}"
            source = " ".join(v.sources)
            rows.append((code(name), f"{v.value:g}", span, v.unit, v.scale, source, v.strength, v.meaning))
        parts.append(table(f"{file} | value | range | unit | scale | source | strength | meaning", rows))
    return "\n\n".join(parts)


def outcomes() -> str:
    rows = []
    for o in definitions().itertuples(index=False):
        rows.append((code(o.name), o.unit, o.population, o.better, o.weeks, o.formula))
    return table("outcome | unit | taken over | better | needs weeks | formula", rows)


def tables(verb: str) -> str:
    """Of a table's columns the first names the table and says what it holds."""
    rows: list[tuple[object, ...]] = []
    for c in dictionary(verb, named=ANY).itertuples(index=False):
        first = not rows or c.table not in {name for name, *_ in rows}
        rows += [(c.table, "", f"*{c.holds}*", "", "")] if first else []
        rows.append((c.table, code(c.column), c.meaning, c.type, c.unit))
    named = [("" if column else code(name), column, *rest) for name, column, *rest in rows]
    return table("table | column | meaning | type | unit", named)


BLOCKS: dict[str, Callable[[], str]] = {
    "states": states, "codes": codes, "week": week, "draws": draws, "events": events, "records": records,
    "levers": levers, "effects": effects, "parameters": parameters, "outcomes": outcomes,
    "tables": lambda: tables("run"),
} | {
    f"tables of {verb}": lambda verb=verb: tables(verb) for verb in VERBS
} | {
    f"equations of {module}": lambda module=module: equations(module)
    for module in ("staff", "contact", "goals", "community", "drop_in", "lives", "sex_work", "pathway")
}  # fmt: skip


def refreshed(text: str, blocks: Mapping[str, Callable[[], str]] = BLOCKS) -> str:
    """The text with every block as the code, or a record, has it now."""
    for name, make in blocks.items():
        begin, end = f"<!-- begin: {name} -->", f"<!-- end: {name} -->"
        head, _, rest = text.partition(begin)
        _, closed, tail = rest.partition(end)
        if not closed:
            raise ValueError(f"there is no place for: {name}")
        text = f"{head}{begin}\n\n{make()}\n\n{closed}{tail}"
    return text


if __name__ == "__main__":
    README.write_text(refreshed(README.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
