"""What VALIDATION.md and CHECKLIST.md say is what the records say, and every place that they name is there."""

import re

import pytest
from validation_tables import BLOCKS, FILE, ROOT, refreshed

TEXT = FILE.read_text(encoding="utf-8")
PROSE = re.sub(r"<!-- begin: (\w+) -->.*?<!-- end: \1 -->", "", TEXT, flags=re.DOTALL)


def test_every_figure_is_that_of_its_record():
    assert refreshed(TEXT, BLOCKS) == TEXT, "run `python tests/validation_tables.py` to refresh VALIDATION.md"


def test_no_figure_stands_outside_the_tables():
    """What a run gave is in a table that its record makes; prose has names of targets and years of publications."""
    assert set(re.findall(r"(?<![\w.])\d[\d.,]*\d", PROSE)) <= {"1997", "2010"}


def test_a_figure_that_was_changed_is_seen():
    changed = TEXT.replace("**4", "**5", 1)
    assert changed != TEXT
    assert refreshed(changed, BLOCKS) != changed


@pytest.mark.parametrize("name", ["VALIDATION.md", "CHECKLIST.md"])
def test_every_place_that_is_named_is_there(name):
    for place, part in re.findall(r"\]\((?!http)([^)#]+)#?([^)]*)\)", (ROOT / name).read_text(encoding="utf-8")):
        assert (ROOT / place).exists(), place
        if part:
            titles = re.findall(r"^#+ (.*)$", (ROOT / place).read_text(encoding="utf-8"), flags=re.MULTILINE)
            assert part in [re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles], part
