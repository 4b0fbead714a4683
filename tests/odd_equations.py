"""Reads the rules: the week's lines, the decisions, and each sum of named reasons as an equation in words and signs."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from sim.program import words as w
from sim.program.levers import LEVERS
from sim.program.parameters import DERIVED
from sim.study.settings import load_study

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = ROOT / "sim" / "program"
TREES = {path.stem: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(PROGRAM.glob("*.py"))}
RULES = {
    node.name: (module, node)
    for module, tree in TREES.items()
    for node in tree.body
    if isinstance(node, ast.FunctionDef)
}
STUDY = load_study()
SCALES = {parameter.name: parameter.scale for parameter in STUDY.parameters} | dict.fromkeys(DERIVED, "as_is")
KEYS = {lever.name: lever.key for lever in LEVERS}
WHO = {
    "team": "each case manager", "peers": "each peer mentor", "followed": "each woman", "services": "each service",
    "drop_in": "the drop-in",
}  # fmt: skip
NOT_LOOKED_INTO = ("p", "plan", "goal", "link", "post", "person")


# ---- reading the code


def assigned_in_words() -> Iterator[tuple[list[str], ast.expr]]:
    """Names and what they are given, in the order of words.py."""
    for node in TREES["words"].body:
        if isinstance(node, ast.Assign):
            target = node.targets[0]
            names = target.elts if isinstance(target, ast.Tuple) else [target]
            yield [ast.unparse(name) for name in names], node.value


@cache
def code_names() -> dict[str, list[str]]:
    """The constants of each scale of states, by the name of the tuple that holds their words."""
    groups, before = {}, []
    for names, _ in assigned_in_words():
        said = getattr(w, names[0])
        if before and isinstance(said, tuple):
            groups[names[0]] = before
        before = names if len(names) > 1 else []
    return groups


@cache
def decisions() -> dict[str, int]:
    """Every decision that chance is asked for, with its code."""
    names = [name for group, _ in assigned_in_words() for name in group]
    return {name: getattr(w, name) for name in names[names.index("PARAMETER") + 1 : names.index("EVENTS")]}


@cache
def event_names() -> list[str]:
    return next(names for names, value in assigned_in_words() if ast.unparse(value) == "range(len(EVENTS))")


def stages() -> list[tuple[str, str, str]]:
    """The week, line by line: the step's sentence, who lives it, and the rule."""
    source, step, found = (PROGRAM / "week.py").read_text(encoding="utf-8"), "", []
    for line in source[source.index("def live_week") :].splitlines():
        if comment := re.match(r"\s+# (.+)", line):
            step = comment[1]
        elif call := re.match(r"\s+each\(program\.(\w+), (\w+), program\)|\s+together\((\w+), program\)", line):
            found.append((step, WHO[call[1]] if call[1] else "the program", call[2] or call[3]))
    return found


@cache
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


@cache
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
        case ast.Call(func=called, args=args):
            name = ast.unparse(called).removeprefix("math.")
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
