"""The description of the model names what the code has, all of it and nothing else, in the code's own order."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

import pytest
import yaml
from odd_equations import ROOT, RULES
from odd_tables import BLOCKS, README, refreshed

from sim.measures.outcomes import OUTCOMES
from sim.program import words as w
from sim.program.levers import LEVERS
from sim.program.parameters import DERIVED
from sim.program.people import ENTITIES, LOG, POST_LOG, TIMELINE
from sim.study.settings import known_keys

TEXT = README.read_text(encoding="utf-8")
PROGRAM = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "sim" / "program").glob("*.py")}
DOOR_LIMITS = {"drop_in.room"}  # bounds another lever before anything runs, and is read by no rule
CONCEPTS = (
    "Basic principles", "Emergence", "Adaptation", "Objectives", "Learning", "Prediction", "Sensing", "Interaction",
    "Stochasticity", "Collectives", "Observation",
)  # fmt: skip
HEADINGS = (
    "1. Purpose and patterns", "2. Entities, state variables and scales", "3. Process overview and scheduling",
    "4. Design concepts", "5. Initialization", "6. Input data", "7. Submodels",
)  # fmt: skip


# ---- reading the description


def block(text: str, name: str) -> str:
    return text.partition(f"<!-- begin: {name} -->")[2].partition(f"<!-- end: {name} -->")[0]


def column(text: str, name: str, number: int) -> list[str]:
    """One column of the tables of a block, from 0, without their heads and without the marks of code."""
    lines = [[cell.strip().strip("`") for cell in line.split("|")[1:-1]] for line in block(text, name).splitlines()]
    rules = [i for i, cells in enumerate(lines) if cells and set(cells) == {"---"}]
    return [cells[number] for i, cells in enumerate(lines) if cells and i not in rules and i + 1 not in rules]


def prose(text: str) -> str:
    """What was written by hand."""
    return re.sub(r"(?s)<!-- begin: .+? -->.*?<!-- end: .+? -->", "", text)


def stages() -> list[str]:
    """The rules of the week in the order in which week.py calls them."""
    told = PROGRAM["week.py"].partition("def live_week")[2]
    return re.findall(r"^    (?:each\(program\.\w+, |together\()(\w+), program\)$", told, re.MULTILINE)


def decisions() -> list[str]:
    """The codes of decisions, as words.py has them between two of its comments."""
    told = PROGRAM["words.py"].partition("# Decisions.")[2].partition("# events")[0]
    return [name for line in re.findall(r"^([A-Z_, ]+) = ", told, re.MULTILINE) for name in line.split(", ")]


@cache
def kinds() -> dict[str, list[str]]:
    """Every kind of decision with reasons, and their names."""
    found = (re.findall(r'reasons\(\s*"(\w+)",((?:\s*"[^"]+")+)', told) for told in PROGRAM.values())
    return {name: " ".join(re.findall(r'"([^"]+)"', names)).split() for each in found for name, names in each}


@cache
def yaml_parameters() -> dict[str, list[str]]:
    """Value, range and unit of every parameter, as its file writes them."""
    files = sorted((ROOT / "configs" / "parameters").glob("*.yaml"))
    lines = {name: line for file in files for name, line in yaml.safe_load(file.read_text(encoding="utf-8")).items()}
    return {
        name: [f"{v['value']:g}", f"{v['range'][0]:g} to {v['range'][1]:g}", v["unit"]] for name, v in lines.items()
    }


# ---- what the description and the code must agree on


def tallies(text: str) -> Iterator[tuple[str, list[str], list[str]]]:
    """What is counted, how the code has it, and how the description has it."""
    yield "states", [f.name for fields in ENTITIES.values() for f in fields], column(text, "states", 1)
    yield "units", [f.unit for fields in ENTITIES.values() for f in fields], column(text, "states", 2)
    yield "levers", [lever.key for lever in LEVERS], column(text, "levers", 0)
    yield "lever ranges", [f"{v.low:g} to {v.high:g}{', whole' * v.whole}" for v in LEVERS], column(text, "levers", 2)
    moving = [lever.key for lever in LEVERS if lever.key not in DOOR_LIMITS]
    yield "levers with an outcome to move", sorted(moving), sorted(column(text, "effects", 0))
    known = {outcome.name for outcome in OUTCOMES}
    yield "outcomes to move", [], [name for name in column(text, "effects", 2) if name not in known]
    yield "outcomes", [outcome.name for outcome in OUTCOMES], column(text, "outcomes", 0)
    yield "columns", [name for record in (TIMELINE, LOG, POST_LOG) for name, *_ in record], column(text, "records", 1)
    yield "events", list(w.EVENTS), column(text, "events", 1)
    yield "phases", [", ".join(w.PHASES)], [re.sub(r" `\w+`", "", column(text, "codes", 1)[0] + "`")]
    yield "the order of the week", stages(), column(text, "week", 2)
    yield "decisions", decisions(), list(dict.fromkeys(column(text, "draws", 1)))
    yield "parameters", sorted(yaml_parameters()), sorted(column(text, "parameters", 0))
    given = zip(*(column(text, "parameters", number) for number in range(4)))
    told = {name: list(values) for name, *values in given}
    yield "parameter values", *([f"{n}: {v}" for n, v in sorted(them.items())] for them in (yaml_parameters(), told))
    sums = re.findall(r"(?m)^(\w+): logit P\(\w+\) in \w+\n((?:  .+\n)+)", text)
    said = {name: re.findall(r"(?m)(\w+)$", lines) for name, lines in sums}
    yield "reasons", *([f"{n}: {v}" for n, v in sorted(them.items())] for them in (kinds(), said))


@cache
def known_names() -> set[str]:
    """Every name that the code, the configurations or the description's own quantities know."""
    names = {part for told in PROGRAM.values() for part in re.findall(r"\w+", told)}
    names |= {outcome.name for outcome in OUTCOMES} | set(yaml_parameters()) | set(DERIVED)
    keys = {".".join(key.split(".")[:depth]) for key in known_keys() for depth in range(1, 4)}
    return names | keys | {f.name for fields in ENTITIES.values() for f in fields} | {"referred", "program", "scale"}


def exists(name: str) -> bool:
    return any((ROOT / folder / name).exists() for folder in ("", "sim", "sim/program", "sim/study"))


def disagreements(text: str) -> list[str]:
    """Everything in which the description and the code do not agree, in words."""
    found = []
    for what, code, told in tallies(text):
        missing, gone = Counter(code) - Counter(told), Counter(told) - Counter(code)
        found += [f"{what}: {name} is missing" for name in missing] + [f"{what}: {name} is no more" for name in gone]
        if not missing and not gone and code != told:
            found.append(f"{what}: in another order than the code's")
    hand, known = prose(text), known_names()
    named = re.findall(r"`([A-Za-z_][\w./]*)`", hand)
    found += [f"{name} is named, but nothing is called so" for name in named if name not in known and not exists(name)]
    submodels = hand.partition("## 7.")[2].partition("## 8.")[0]
    found += [f"{stage} has no submodel" for stage in stages() if f"`{stage}`" not in submodels]
    used = set(re.findall(r"[a-z_]+", " ".join(re.findall(r"(?s)```text\n(.+?)```", text)))) & set(RULES)
    found += [f"{name} stands in an equation unexplained" for name in sorted(used) if f"`{name}`" not in hand]
    return found + assumptions_amiss(hand)


def assumptions_amiss(hand: str) -> list[str]:
    """Numbers without a gap, each with its reason, its place and what would change it; none cited that is not there."""
    entries = re.findall(r"(?ms)^- \*\*A-(\d+)\*\* (.+?)(?=^- |^## )", hand)
    in_order = [int(number) for number, _ in entries] == list(range(1, len(entries) + 1))
    found = [] if in_order else ["a gap in the numbers of assumptions"]
    for number, entry in entries:
        parts = r"(?s).+\*Why\*:\s.+\*Where\*:.+`\w+.+\*Changed\s+by\*:\s.+"
        found += [] if re.fullmatch(parts, entry) else [f"A-{number} lacks why, where or what would change it"]
    cited = set(re.findall(r"\bA-(\d+)\b", hand)) - {number for number, _ in entries}
    return found + [f"A-{number} is cited, but does not exist" for number in sorted(cited)]


# ---- the facts


def test_the_description_and_the_code_agree():
    assert disagreements(TEXT) == []


def test_nothing_is_counted_that_is_not_there():
    for what, code, _ in tallies(TEXT):
        assert code or what == "outcomes to move", what
    assert len(stages()) == PROGRAM["week.py"].count(", program)")
    assert len(kinds()) == sum(told.count(" = reasons(") for told in PROGRAM.values()) > 30
    codes = {getattr(w, name) for name in decisions()}
    assert codes | {w.PROGRESS + domain for domain in range(len(w.DOMAINS))} == set(range(max(codes) + 1))
    assert prose(TEXT).count("- **A-") > 30


PLANTED = {
    "a state taken out": ("| `habit` |", "| |"),
    "a state that no longer exists": ("| `habit` |", "| `hobby` |"),
    "a lever taken out": ("| `drop_in.seats` |", "| |"),
    "a lever that moves nothing": ("| `linking.warm_share` | 0 to 1 | `", "| | 0 to 1 | `"),
    "an outcome to move that does not exist": ("| `turned_away_a_year` | falls |", "| `turned_off_a_year` | falls |"),
    "an outcome taken out": ("| `completed` |", "| |"),
    "a parameter's value": ("| `step_size` | 0.1 |", "| `step_size` | 0.2 |"),
    "a phase taken out": ("try-out `TRY_OUT`, ", ""),
    "a decision taken out": ("`LEAVE` |", "`LIVE` |"),
    "an event in other words": ("| started a short break from sex work |", "| stopped |"),
    "a reason taken out": ("drop_in\n```", "\n```"),
    "a rule that is not described": ("`build_trust`\n", "\n"),
    "a name in the prose that no longer exists": ("`is_wanting`", "`is_waiting_for`"),
    "a quantity that nobody explains": ("`has_link_for` (domain)", "has_link_for (domain)"),
    "a file that is not there": ("`telling.py`", "`tolling.py`"),
    "an assumption taken out": ("- **A-7** ", "- "),
    "an assumption without its place": ("*Where*: `live_week`. ", ""),
    "an assumption that does not exist": ("(**A-24**)", "(**A-240**)"),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_found(fault):
    old, new = PLANTED[fault]
    assert old in TEXT
    assert disagreements(TEXT.replace(old, new)) != []


def test_two_lines_of_the_week_in_another_order_are_found():
    swapped = {"take_up_links": "hold_links", "hold_links": "take_up_links"}
    text = re.sub(r"`(take_up_links|hold_links)` \|", lambda found: f"`{swapped[found[1]]}` |", TEXT)
    assert disagreements(text) == ["the order of the week: in another order than the code's"]


@pytest.mark.parametrize("name", BLOCKS)
def test_a_table_is_what_the_code_makes(name):
    made = BLOCKS[name]()
    assert len(made.splitlines()) > 2
    assert block(TEXT, name).strip() == made, "run `python tests/odd_tables.py` to refresh sim/README.md"


def test_refreshing_changes_nothing_written_by_hand():
    assert refreshed(TEXT) == TEXT
    with pytest.raises(ValueError, match="no place for: states"):
        refreshed(TEXT.replace("<!-- begin: states -->", ""))


def test_the_headings_are_those_of_the_protocol_and_every_design_concept_is_there():
    assert tuple(re.findall(r"(?m)^## (\d\. .+)$", TEXT))[:7] == HEADINGS
    concepts = TEXT.partition("## 4. ")[2].partition("## 5. ")[0]
    assert tuple(re.findall(r"(?m)^\*\*(.+?)\.\*\*", concepts)) == CONCEPTS


def test_every_row_of_evidence_that_is_cited_exists():
    with (ROOT / "configs" / "evidence.csv").open(encoding="utf-8", newline="") as page:
        rows = {row["id"] for row in csv.DictReader(page)}
    cited = {each for bracket in re.findall(r"\[([A-D]\d[^\]]*)\]", TEXT) for each in re.findall(r"[\w]+", bracket)}
    assert len(cited) > 20
    assert cited <= rows
