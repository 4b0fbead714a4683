"""Every number that claims a source has one: the rows exist, were seen, and say what is claimed."""

import csv
import re

import pytest

from sim.study.places import configs
from sim.study.settings import load_study

with (configs() / "evidence.csv").open(encoding="utf-8", newline="") as page:
    EVIDENCE = {row["id"]: row for row in csv.DictReader(page)}
STUDY = load_study()
COSTS = [(name, line) for name, line in STUDY.cost_lines.forward().items()]
CITED = [(f"parameters.{p.name}", p.source) for p in STUDY.parameters] + [(f"costs.{n}", c.sources) for n, c in COSTS]


def test_the_evidence_has_one_row_for_each_id_and_says_whether_it_was_seen():
    with (configs() / "evidence.csv").open(encoding="utf-8", newline="") as page:
        ids = [row["id"] for row in csv.DictReader(page)]
    assert len(ids) == len(set(ids)) > 100
    assert {row["seen"] for row in EVIDENCE.values()} <= {"yes", "derived", "no"}


@pytest.mark.parametrize(("name", "sources"), CITED, ids=[name for name, _ in CITED])
def test_a_cited_row_exists_and_was_seen(name, sources):
    for source in sources:
        if source not in ("assumed", "placeholder"):
            assert source in EVIDENCE, f"{name} cites {source}, which is not in evidence.csv"
            assert EVIDENCE[source]["seen"] != "no", f"{name} takes its value from {source}, which nobody has seen"


def test_a_parameter_without_a_source_is_called_assumed_and_one_with_a_source_never_is():
    wrong = [p.name for p in STUDY.parameters if (p.source == ("assumed",)) != (p.strength == "assumed")]
    assert wrong == []


def test_a_cost_is_a_placeholder_or_cites_evidence():
    assert {c.source for _, c in COSTS if isinstance(c.source, str)} <= {"placeholder"}


def test_a_cost_with_a_source_is_the_evidence_in_its_own_year():
    for name, line in STUDY.cost_lines:
        sources = getattr(line, "sources", ("placeholder",))
        if sources != ("placeholder",):
            rows = [EVIDENCE[source] for source in sources]
            assert any(float(row["value"]) in (line.value, line.value * 100) for row in rows), name


def test_comments_in_the_configurations_cite_rows_that_exist():
    cited = set()
    for file in configs().rglob("*.yaml"):
        for bracket in re.findall(r"\[([^\]]+)\]", file.read_text(encoding="utf-8")):
            if re.fullmatch(r"[A-D]\d{2}[a-z]?(-[a-z])?(, [A-D]\d{2}[a-z]?(-[a-z])?)*", bracket):
                cited |= {each.split("-")[0] for each in bracket.split(", ")}
    assert cited
    assert cited <= EVIDENCE.keys()
