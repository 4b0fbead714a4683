"""Every state field, parameter, lever and number stands where it is declared: read from the sources of the rules."""

import ast
from functools import cache

import pytest
from worlds_for_tests import PARAMETERS

from sim.program import words as w
from sim.program.levers import LEVERS
from sim.program.parameters import DERIVED
from sim.program.people import ENTITIES, LOG, POST_LOG, TIMELINE
from sim.study.places import PACKAGE

# what a rule calls the one it is about; in `hold` a post is a case manager's or a peer mentor's
CALLED = {
    "person": ("women",), "other": ("women", "services"), "post": ("team",), "peer": ("peers",), "goal": ("goals",),
    "link": ("links",), "service": ("services",), "drop_in": ("drop_in",),
}  # fmt: skip
NOT_RULES = "chance arithmetic telling kernel words people levers parameters mechanism __init__".split()
LIMITS_THE_DOOR_CHECKS = {"drop_in_room"}  # more seats than the room holds are refused before anything runs


@cache
def functions():
    """Every function of the rules' files: (file, its tree)."""
    files = [path for path in sorted((PACKAGE / "program").glob("*.py")) if path.stem not in NOT_RULES]
    trees = [(path.name, ast.parse(path.read_text(encoding="utf-8"))) for path in files]
    return [(name, node) for name, tree in trees for node in tree.body if isinstance(node, ast.FunctionDef)]


def owners(function, thing):
    """Which entities an expression stands for: `person`, `program.women[chosen]`, `program.team[0]`, ..."""
    if function.name == "hold" and isinstance(thing, ast.Name) and thing.id == "post":
        return ("team", "peers")
    if isinstance(thing, ast.Name):
        return CALLED.get(thing.id, ())
    if isinstance(thing, ast.Subscript) and isinstance(thing.value, ast.Attribute):
        return (thing.value.attr,) if thing.value.attr in ENTITIES else ()
    return ()


@cache
def touched():
    """Who writes and who reads each field: two dictionaries from (entity, field) to names of rules."""
    writes, reads = {}, {}
    for _, function in functions():
        augmented = {id(node.target) for node in ast.walk(function) if isinstance(node, ast.AugAssign)}
        for node in ast.walk(function):
            if isinstance(node, ast.Attribute):
                for entity in owners(function, node.value):
                    if isinstance(node.ctx, ast.Store):
                        writes.setdefault((entity, node.attr), set()).add(function.name)
                    if isinstance(node.ctx, ast.Load) and id(node) not in augmented:
                        reads.setdefault((entity, node.attr), set()).add(function.name)
    return writes, reads


STATE = [(entity, field) for entity, fields in ENTITIES.items() for field in fields]


@pytest.mark.parametrize(("entity", "field"), STATE, ids=[f"{entity}.{field.name}" for entity, field in STATE])
def test_a_state_field_is_written_only_by_the_rules_it_declares(entity, field):
    """The rules that write this field are the ones its declaration names, every one of them."""
    writes, _ = touched()
    found = writes.get((entity, field.name), set())
    assert found == set(field.writers)


def test_no_rule_writes_what_is_not_declared():
    """Whatever a rule writes on a person, post, goal, link, service or drop-in is a declared field."""
    declared = {(entity, field.name) for entity, field in STATE}
    writes, _ = touched()
    assert writes.keys() <= declared


@cache
def studied():
    """Words in quotes in what is asked of runs: a final field that an outcome counts is named there."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in (PACKAGE / "measures").rglob("*.py")]
    return {node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)}


@pytest.mark.parametrize(("entity", "field"), STATE, ids=[f"{entity}.{field.name}" for entity, field in STATE])
def test_every_state_field_is_read(entity, field):
    """This field is read by a rule, in this week or the next, or counted by a named outcome."""
    _, reads = touched()
    counted = entity in ("women", "goals") and field.name in studied()
    assert reads.get((entity, field.name)) or counted


@pytest.mark.parametrize(
    ("record", "rule"), [(TIMELINE, "keep_timeline"), (LOG, "keep_log"), (POST_LOG, "keep_post_log")]
)
def test_every_line_that_is_kept_is_written_by_its_rule(record, rule):
    """Each field of the records is written by the rule that keeps them, and that rule writes nothing else."""
    written = {
        node.attr
        for _, function in functions()
        if function.name == rule
        for node in ast.walk(function)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and ast.unparse(node.value) == "line"
    }
    assert written == {name for name, _, _ in record}


def numbers_written(function):
    """Number literals in a function, but for 0 and 1."""
    for node in ast.walk(function):
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and node.value not in (0, 1):
            yield node.lineno, node.value


def test_a_rule_writes_no_number_but_0_and_1():
    """Every other number in a rule is a parameter, a lever or a constant with a name."""
    found = [(name, function.name, number) for name, function in functions() for number in numbers_written(function)]
    assert found == []


def names_read(*roots):
    """Fields of `p` or of the plan that the rules name, as attributes or in quotes."""
    found = set()
    for _, function in functions():
        for node in ast.walk(function):
            if isinstance(node, ast.Attribute):
                owner = node.value
                called = owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")
                if called in roots:
                    found.add(node.attr)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return found


def test_every_parameter_is_read_and_every_one_read_exists():
    """The configured parameters, and those derived from them, are exactly the ones that the rules name."""
    there = {parameter.name for parameter in PARAMETERS} | set(DERIVED)
    attributes = {
        node.attr
        for _, function in functions()
        for node in ast.walk(function)
        if isinstance(node, ast.Attribute)
        and (getattr(node.value, "id", "") == "p" or getattr(node.value, "attr", "") == "p")
    }
    assert attributes == there


def test_every_lever_is_read():
    """Each lever is named by a rule or by the laying-out of the world, except limits that only the door checks."""
    named = names_read("plan")
    by_service = [f"community_{kind}_{name}" for kind in ("openings", "least_wait") for name in w.SERVICES]
    levers = {lever.name for lever in LEVERS}
    assert levers - named - set(by_service) == LIMITS_THE_DOOR_CHECKS
