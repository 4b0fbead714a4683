"""Writes the tables and equations of sim/README.md from the code; `python -m tests.odd_tables` refreshes them."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import yaml

from sim.program import words as w
from sim.program.levers import LEVERS
from sim.program.parameters import DERIVED
from sim.program.people import DIARY, ENTITIES, LOG, POST_LOG
from sim.study.outcomes import definitions
from sim.study.settings import load_study

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "sim" / "README.md"
EFFECTS = ROOT / "tests" / "levers.yaml"
TREES = {path.stem: ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "sim" / "program").glob("*.py")}
RULES = {
    node.name: (module, node) for module, tree in TREES.items() for node in tree.body if isinstance(node, ast.FunctionDef)
}
STUDY = load_study()
SCALES = {parameter.name: parameter.scale for parameter in STUDY.parameters} | dict.fromkeys(DERIVED, "as_is")
KEYS = {lever.name: lever.key for lever in LEVERS}
WHO = {"team": "case manager", "peers": "peer mentor", "followed": "woman", "services": "service", "drop_in": "drop-in"}
NOT_LOOKED_INTO = ("p", "plan", "goal", "link", "post", "person", "service")
ENTITY_NAMES = {
    "women": "participant", "goals": "goal (a woman's, by domain)", "links": "link (a woman's, by service)",
    "team": "case manager (a post)", "peers": "peer mentor (a post)", "services": "community service", "drop_in": "drop-in",
}  # fmt: skip


# ---- reading the code


def assigned_in_words() -> Iterator[tuple[list[str], ast.expr]]:
    """Names and what they are given, in the order of words.py."""
    for node in TREES["words"].body:
        if isinstance(node, ast.Assign):
            target = node.targets[0]
            names = target.elts if isinstance(target, ast.Tuple) else [target]
            yield [ast.unparse(name) for name in names], node.value


def code_names() -> dict[str, list[str]]:
    """The constants of each scale of states, by the name of the tuple that holds their words."""
    groups, before = {}, []
    for names, _ in assigned_in_words():
        said = getattr(w, names[0])
        if before and isinstance(said, tuple):
            groups[names[0]] = before
        before = names if len(names) > 1 else []
    return groups


def decisions() -> dict[str, int]:
    """Every decision that chance is asked for, with its code."""
    names = [name for group, _ in assigned_in_words() for name in group]
    return {name: getattr(w, name) for name in names[names.index("PARAMETER") + 1 : names.index("EVENTS")]}


def event_names() -> list[str]:
    return next(names for names, value in assigned_in_words() if ast.unparse(value) == "range(len(EVENTS))")


def stages() -> list[tuple[str, str, str]]:
    """The week, line by line: the step's sentence, who lives it, and the rule."""
    source, step, found = (ROOT / "sim" / "program" / "week.py").read_text(encoding="utf-8"), "", []
    for line in source[source.index("def live_week") :].splitlines():
        if comment := re.match(r"\s+# (.+)", line):
            step = comment[1]
        elif call := re.match(r"\s+each\(program\.(\w+), (\w+), program\)|\s+together\((\w+), program\)", line):
            found.append((step, f"each {WHO[call[1]]}" if call[1] else "the program", call[2] or call[3]))
    return found


def kinds() -> dict[str, list[str]]:
    """Every kind of decision with reasons: the names of its reasons."""
    made = (node for tree in TREES.values() for node in tree.body if isinstance(node, ast.Assign))
    calls = {ast.unparse(node.targets[0]): node.value for node in made if isinstance(node.value, ast.Call)}
    reasons = {name: call for name, call in calls.items() if ast.unparse(call.func) == "reasons"}
    return {name: ast.literal_eval(call.args[1]).split() for name, call in reasons.items()}


def calls_in(node: ast.AST, *names: str) -> Iterator[ast.Call]:
    """Calls of these functions inside a node, in the order of the text."""
    found = (part for part in ast.walk(node) if isinstance(part, ast.Call) and ast.unparse(part.func) in names)
    return iter(sorted(found, key=lambda call: (call.lineno, call.col_offset)))


def words_in(node: ast.AST, wanted: list[str]) -> list[str]:
    """Which of these constants of `words` stand inside a node."""
    return [part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute) and part.attr in wanted]


def given_once(rule: ast.FunctionDef) -> dict[str, ast.expr]:
    """Local names of a rule with the one expression that each stands for."""
    found: dict[str, ast.expr] = {}
    for node in ast.walk(rule):
        if isinstance(node, ast.Assign):
            target, value = node.targets[0], node.value
            both = isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)
            pairs = zip(target.elts, value.elts) if both else [(target, value)]
            found |= {name.id: given for name, given in pairs if isinstance(name, ast.Name)}
    return {name: given for name, given in (handed_on(rule) | found).items() if name not in NOT_LOOKED_INTO}


def handed_on(rule: ast.FunctionDef) -> dict[str, ast.expr]:
    """What the only caller of a rule gives it, where the caller has worked it out under the same name."""
    callers = [node for _, node in RULES.values() for _ in calls_in(node, rule.name)]
    names = [argument.arg for argument in rule.args.args]
    return {name: given for name, given in given_once(callers[0]).items() if name in names} if len(callers) == 1 else {}


# ---- saying an expression


SIGNS = {"Add": " + ", "Sub": " − ", "Mult": " × ", "Div": " / "}
COMPARED = {"Eq": "=", "NotEq": "≠", "LtE": "≤", "Lt": "<", "GtE": "≥", "Gt": ">"}
CALLED = {"log_odds": "logit", "log_of": "ln"}


def say(node: ast.expr, local: dict[str, ast.expr]) -> str:
    """An expression as a reader of the ODD sees it: parameters on the scale they are published in, levers by key."""
    match node:
        case ast.Name(id=name):
            return say(local[name], local) if name in local else name
        case ast.Constant(value=value):
            return f"{value:g}"
        case ast.Attribute(value=base, attr=name):
            return say_attribute(ast.unparse(base), name)
        case ast.Subscript(value=base, slice=place):
            return f"{say(base, local)}[{ast.unparse(place).replace('.number', '').strip('()')}]"
        case ast.UnaryOp(op=sign, operand=inner):
            return f"[not {say(inner, local)}]" if isinstance(sign, ast.Not) else f"−{say(inner, local)}"
        case ast.Compare(left=left, ops=[how], comparators=[right]):
            return f"[{say(left, local)} {COMPARED[type(how).__name__]} {say(right, local)}]"
        case ast.BinOp(left=left, op=sign, right=right):
            parts = [say(left, local), say(right, local)]
            if isinstance(sign, ast.Mult | ast.Div):
                parts = [f"({text})" if is_sum(part, local) else text for text, part in zip(parts, (left, right))]
            return SIGNS[type(sign).__name__].join(parts)
        case ast.Call(func=ast.Name(id=name), args=args):
            told = [say(arg, local) for arg in args if ast.unparse(arg) not in ("person", "program")]
            return CALLED.get(name, name) + (f"({', '.join(told)})" if told else "")
    raise ValueError(f"no way to say {ast.unparse(node)}")


def is_sum(node: ast.expr, local: dict[str, ast.expr]) -> bool:
    node = local.get(node.id, node) if isinstance(node, ast.Name) else node
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub)


def say_attribute(base: str, name: str) -> str:
    if base in ("p", "program.p"):
        return {"logit": f"logit({name})", "log": f"ln({name})"}.get(SCALES[name], name)
    if base in ("plan", "program.plan"):
        return KEYS[name]
    entity = re.sub(r"program\.|\[.*\]", "", base)
    return name if entity in ("person", "w", "program") else f"{entity}.{name}"


def equation(rule: ast.FunctionDef, call: ast.Call) -> str:
    """One decision as a sum of named reasons, and the draw that it meets."""
    kind, local = ast.unparse(call.func), given_once(rule)
    sizes = dict(zip(kinds()[kind], call.args)) | {keyword.arg: keyword.value for keyword in call.keywords}
    lines = [(say(size, local), reason) for reason, size in sizes.items()]
    signed = [(f"− {text[1:]}" if text.startswith("−") else f"+ {text}", reason) for text, reason in lines]
    signed[0] = (signed[0][0].removeprefix("+ "), signed[0][1])
    width = max(len(text) for text, _ in signed) + 3
    (name,) = [key for key, value in local.items() if value is call]
    met = [drawn for drawn in calls_in(rule, "happens", "falls_below") if f"total({name})" in ast.unparse(drawn)]
    (draw,) = {code for drawn in met for code in words_in(drawn, list(decisions()))}
    body = [f"  {text:<{width}}{reason}" for text, reason in signed]
    return "\n".join([f"{kind}: logit P({draw}) in {rule.name}", *body])


def equations(module: str) -> str:
    """Every decision with reasons that the rules of one file take."""
    rules = [node for where, node in RULES.values() if where == module]
    made = [equation(rule, call) for rule in rules for call in calls_in(rule, *kinds())]
    return "```text\n" + "\n\n".join(made) + "\n```"


# ---- tables


def table(columns: str, rows: list[tuple[object, ...]]) -> str:
    heads = columns.split(" | ")
    lines = [heads, ["---"] * len(heads), *([str(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def code(*names: object) -> str:
    return ", ".join(f"`{name}`" for name in names)


def first_sentence(rule: str) -> str:
    return (ast.get_docstring(RULES[rule][1]) or "").split("\n")[0]


def states() -> str:
    rows = [
        (ENTITY_NAMES[entity], code(f.name), f.unit, f"{f.first:g}", f.meaning, code(*f.writers) if f.writers else "laid out")
        for entity, fields in ENTITIES.items()
        for f in fields
    ]
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


def draws() -> str:
    """Every decision with its code: whose luck it is, what else its address holds, and who asks."""
    rows = []
    for name, number in decisions().items():
        for rule, (_, node) in RULES.items():
            for call in calls_in(node, "happens", "her_luck", "luck", "draws"):
                if name in words_in(call, [name]) and rule not in ("happens", "her_luck"):
                    called, local = ast.unparse(call.func), given_once(node)
                    other = {"happens": 3, "her_luck": 3, "luck": 5}.get(called)
                    also = say(call.args[other], local) if other else "her number" if name == "GAP" else "its name"
                    kind = ast.unparse(call.args[0 if called == "draws" else 1]) if called in ("luck", "draws") else "w.WOMAN"
                    whose = "post or peer" if kind == "kind" else kind.removeprefix("w.").lower()
                    rows.append((number, code(name), whose, "" if also == "0" else also, code(rule)))
    return table("code | decision | whose | also in the address | asked in", list(dict.fromkeys(rows)))


def reasons_of(rule: ast.FunctionDef, why: ast.expr) -> set[str]:
    """The kinds of decision whose reasons an event is told with."""
    name, local = ast.unparse(why), given_once(rule)
    if name in [argument.arg for argument in rule.args.args]:
        callers = [(node, call) for _, node in RULES.values() for call in calls_in(node, rule.name)]
        return {kind for node, call in callers for kind in reasons_of(node, call.args[-1])}
    return {ast.unparse(local[name].func)} & set(kinds()) if isinstance(local.get(name), ast.Call) else set()


def events() -> str:
    rows = []
    for name, words in zip(event_names(), w.EVENTS):
        told = [(node, call) for _, node in RULES.values() for call in calls_in(node, *TELLERS) if words_in(call, [name])]
        why = sorted({kind for node, call in told for kind in reasons_of(node, call.args[-1])})
        rows.append((code(name), words, code(*dict.fromkeys(node.name for node, _ in told)), code(*why) if why else "the state alone"))
    return table("event | in words | told in | with the reasons of", rows)


TELLERS = ("tell", "change_link", "enter_state")


def records() -> str:
    of = {"woman and week": DIARY, "program and week": LOG, "post and week": POST_LOG}
    return table("a line for each | column | meaning", [(line, code(n), says) for line, rows in of.items() for n, _, says in rows])


def levers() -> str:
    rows = [
        (code(v.key), v.unit, f"{v.low:g} to {v.high:g}{', whole' if v.whole else ''}", f"{STUDY.plan[v.name]:g}", v.meaning)
        for v in LEVERS
    ]
    return table("key | unit | range | default | meaning", rows)


def effects() -> str:
    """Which outcome each lever must move, which way, and the test that sees it."""
    lines = yaml.safe_load(EFFECTS.read_text(encoding="utf-8"))
    raise NotImplementedError(lines)


def parameters() -> str:
    parts = []
    for file, lines in STUDY.parameter_lines.items():
        rows = [
            (code(n), f"{v.value:g}", f"{v.range[0]:g} to {v.range[1]:g}", v.unit, v.scale, " ".join(v.sources), v.strength, v.meaning)
            for n, v in lines.items()
        ]
        columns = f"{file} | value | range | unit | scale | source | strength | meaning"
        parts.append(table(columns, rows))
    return "\n\n".join(parts)


def outcomes() -> str:
    rows = [(code(o.name), o.unit, o.population, o.better, o.weeks, o.formula) for o in definitions().itertuples(index=False)]
    return table("outcome | unit | taken over | better | needs weeks | formula", rows)


BLOCKS: dict[str, Callable[[], str]] = {
    "states": states, "codes": codes, "week": week, "draws": draws, "events": events, "records": records,
    "levers": levers, "parameters": parameters, "outcomes": outcomes,
} | {
    f"equations of {module}": lambda module=module: equations(module)
    for module in ("staff", "contact", "goals", "community", "drop_in", "lives", "sex_work", "pathway")
}  # fmt: skip


def refreshed(text: str) -> str:
    """The text with every block as the code has it now."""
    for name, make in BLOCKS.items():
        begin, end = f"<!-- begin: {name} -->", f"<!-- end: {name} -->"
        head, _, rest = text.partition(begin)
        _, closed, tail = rest.partition(end)
        if not closed:
            raise ValueError(f"sim/README.md has no place for: {name}")
        text = f"{head}{begin}\n\n{make()}\n\n{closed}{tail}"
    return text


if __name__ == "__main__":
    README.write_text(refreshed(README.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
