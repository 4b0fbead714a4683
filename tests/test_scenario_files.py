"""A planner's own numbers go out as a spreadsheet and come back as data: nothing in a file is run or guessed."""

import csv
import io
import os

import pytest

from sim.program.levers import LEVERS
from sim.study.door import main
from sim.study.settings import Refused, load_study, read_studies
from sim.study.study import LAST_YEAR

DELIVERED = load_study()
CANARY = "canary-7f3a"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """An empty folder, and a secret in the environment that must never be seen."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATHWAYS_SECRET", CANARY)
    return tmp_path


def load(text, name="my.csv", *words):
    with open(name, "wb") as page:
        page.write(text if isinstance(text, bytes) else text.encode())
    return load_study(f"scenario.file={name}", *words)


def problems(text, name="my.csv"):
    with pytest.raises(Refused) as refused:
        load(text, name)
    return list(refused.value.problems)


def own(*lines, separator=","):
    return "\n".join([separator.join(("key", "value")), *(separator.join(line) for line in lines)]) + "\n"


# out


def written(*words):
    assert main(["template", *words]) == 0
    name = next((word.removeprefix("out=") for word in words if word.startswith("out=")), "my_program.csv")
    with open(name, encoding="utf-8", newline="") as page:
        return page.read()


def test_the_template_has_one_line_for_each_cohort_number_lever_and_cost_and_empty_ones_for_what_a_program_saw():
    rows = list(csv.DictReader(io.StringIO(written())))
    assert list(rows[0]) == ["name", "key", "value", "unit", "allowed", "note"]
    keys = [row["key"] for row in rows]
    settings = ["cohort.start", *(lever.key for lever in LEVERS), *(f"costs.{name}" for name in DELIVERED.costs)]
    assert keys == [*settings, *(f"last_year.{name}" for name in LAST_YEAR)]
    assert all(row["name"] and row["unit"] for row in rows)
    assert [row["key"] for row in rows if not row["value"]] == [f"last_year.{name}" for name in LAST_YEAR]
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


def test_a_template_never_replaces_a_file(capsys):
    written()
    assert main(["template"]) == 2
    assert capsys.readouterr().err == "out: my_program.csv exists already; name another with out=PATH\n"
    written("out=another.csv")
    assert main(["template", "out=no/such/folder.csv"]) == 2
    assert capsys.readouterr().err == "out: no/such/folder.csv cannot be written here\n"


def test_a_template_can_start_from_a_scenario():
    rows = {row["key"]: row["value"] for row in csv.DictReader(io.StringIO(written("scenario=planned_intake")))}
    assert rows["staffing.case_managers"] == "2"


# and back


@pytest.mark.parametrize("separator", [",", ";"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_an_untouched_template_is_the_program_as_delivered(separator, mark, ending):
    rows = csv.reader(io.StringIO(written()))
    page = io.StringIO()
    csv.writer(page, delimiter=separator, lineterminator=ending).writerows(rows)
    study = load(mark + page.getvalue())
    assert study.model_copy(update={"changes": []}) == DELIVERED


def test_changed_numbers_are_used_and_the_command_line_has_the_last_word():
    text = own(
        ("staffing.case_managers", "3"),
        ("drop_in.seats", "15"),
        ("costs.peer_hour", "50"),
        ("parameters.trust.trust_gain", "0.1"),
    )
    study = load(text, "my.csv", "drop_in.seats=10", "scenario=no_warm_hand_offs")
    assert (study.staffing.case_managers, study.drop_in.seats, study.linking.warm_share) == (3, 10, 0)
    assert study.costs["peer_hour"] == 50
    assert {(p.low, p.high) for p in study.parameters if p.name == "trust_gain"} == {(0.1, 0.1)}


def test_a_yaml_file_may_nest_its_keys_or_write_them_out():
    text = "staffing:\n  case_managers: 3\n  turnover: 2.5\ndrop_in.seats: 15\n"
    text += "parameters: {trust: {trust_gain.range: [0.05, 0.1]}}\n"
    study = load(text + "parameters.trust.trust_gain.value: 0.06\n", "my.yaml")
    assert (study.staffing.case_managers, study.staffing.turnover, study.drop_in.seats) == (3, 2.5, 15)
    assert {(p.low, p.value, p.high) for p in study.parameters if p.name == "trust_gain"} == {(0.05, 0.06, 0.1)}


def test_two_files_can_be_compared():
    for name, posts in (("a.csv", "2"), ("b.csv", "3")):
        load(own(("staffing.case_managers", posts)), name)
    studies = read_studies(["scenario.file=a.csv,b.csv"], many=True)
    assert [study.staffing.case_managers for study in studies] == [2, 3]
    assert [study.label for study in studies] == [
        "as_delivered, scenario.file=a.csv",
        "as_delivered, scenario.file=b.csv",
    ]


# what is refused, with its line and what to write


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("drop_in.seats,many", 'drop_in.seats: "many" is not a whole number'),
        ("drop_in.seats,61", "drop_in.seats: 61 is not allowed (0 to 60)"),
        ("drop_in.seats,12.5", "drop_in.seats: 12.5 is not a whole number"),
        ("drop_in.seats,12.0", "drop_in.seats: 12.0 is not a whole number; write 12"),
        ("drop_in.seats,true", 'drop_in.seats: "true" is not a whole number'),
        ("drop_in.seats,", "drop_in.seats: no value; write a number, or delete the line"),
        ("drop_in.seats", "drop_in.seats: no value; write a number, or delete the line"),
        ('staffing.turnover,"1,5"', 'staffing.turnover: "1,5" is not a number; write 1.5'),
        ("staffing.turnover,1,5", 'staffing.turnover: "1,5" is not a number; write 1.5'),
        ("staffing.turnover,1e0", 'staffing.turnover: "1e0" is not a number; write 1'),
        ("costs.salary_per_post,6.5e4", 'costs.salary_per_post: "6.5e4" is not a number; write 65000'),
        ('costs.salary_per_post,"65,000"', 'costs.salary_per_post: "65,000" is not a number; write 65000'),
        ("costs.salary_per_post,65 000", 'costs.salary_per_post: "65 000" is not a number; write 65000'),
        (
            "costs.salary_per_post,=65*1000",
            'costs.salary_per_post: "=65*1000" is not a number; write the number that the formula gives',
        ),
        ("costs.salary_per_post,$65000", 'costs.salary_per_post.value: "$65000" is not a number'),
        ("staffing.turnover,nan", 'staffing.turnover: "nan" is not a number'),
        ("staffing.turnover,٣", 'staffing.turnover: "٣" is not a number'),
        ("staffing.case_manager,3", "staffing.case_manager: unknown; did you mean staffing.case_managers?"),
        ("seed,3", "seed: does not belong in this file; write it on the command line"),
        ("out,elsewhere", "out: does not belong in this file; write it on the command line"),
        ("scenario,no_drop_in", "scenario: unknown; `pathways --cfg job` lists every key"),
        ("cohort.start,1/1/2018", 'cohort.start: "1/1/2018" is not a date; write it as in 2018-01-01'),
        ("drop_in.seats,12,more", "drop_in.seats: 3 cells, but 2 columns; write decimals with a point, as in 1.5"),
        ("parameters.trust.trust_gain,5", "parameters.trust.trust_gain.value: 5 is not allowed (0.03 to 0.15)"),
    ],
)
def test_a_line_is_refused_with_its_number_and_what_to_write(line, problem):
    text = f"key,value\nstaffing.case_managers,3\n\n{line}\n"
    assert problems(text) == [f"scenario.file my.csv, line 4: {problem}"]


def test_a_key_twice_is_refused_where_it_stands_again():
    line = "scenario.file my.csv, line 4: drop_in.seats: given twice; keep one"
    assert problems(own(("drop_in.seats", "12"), ("drop_in.room", "20"), ("drop_in.seats", "12"))) == [line]
    again = "drop_in:\n  seats: 12\ndrop_in.seats: 12\n"
    assert problems(again, "my.yaml") == ["scenario.file my.yaml, line 3: drop_in.seats: given twice; keep one"]


def test_every_line_is_answered_at_once():
    lines = problems(own(("drop_in.seats", "x"), ("drop_in.romm", "3"), ("staffing.turnover", "9")))
    assert lines == [
        "scenario.file my.csv, line 3: drop_in.romm: unknown; did you mean drop_in.room?",
        "scenario.file my.csv, line 4: staffing.turnover: 9 is not allowed (0 to 4)",
        'scenario.file my.csv, line 2: drop_in.seats: "x" is not a whole number',
    ]


@pytest.mark.parametrize(
    ("text", "name", "problem"),
    [
        ("", "my.csv", "scenario.file my.csv: holds no numbers; `pathways template` writes an example"),
        ("key,value\n", "my.csv", "scenario.file my.csv: holds no numbers; `pathways template` writes an example"),
        ("a,b\n1,2\n", "my.csv", "scenario.file my.csv, line 1: the first line must name the columns key and value; "),
        (
            "key,key,value\n",
            "my.csv",
            "scenario.file my.csv, line 1: the first line must name the columns key and value; ",
        ),
        ('key,value\n"drop_in.seats,3\n', "my.csv", "scenario.file my.csv, line 2: cannot be read as CSV"),
        ("key,value\ndrop_in.seats,\x00\n", "my.csv", "scenario.file my.csv, line "),
        ("key,value\n".encode("utf-16"), "my.csv", "scenario.file my.csv: is not UTF-8 text; save it as CSV UTF-8"),
        ("clé,value\n".encode("latin-1"), "my.csv", "scenario.file my.csv: is not UTF-8 text; save it as CSV UTF-8"),
        ("key,value\n" + "x" * 300_000, "my.csv", "scenario.file my.csv: is too large (at most 256 kB)"),
        ("key,value\n" + '"' + "x" * 200_000 + '",1\n', "my.csv", "scenario.file my.csv, line "),
        ("seed: 3", "my.txt", "scenario.file my.txt: is not allowed (a .csv, .yaml or .yml file)"),
        ("seed: 3", "my.py", "scenario.file my.py: is not allowed (a .csv, .yaml or .yml file)"),
    ],
)
def test_a_file_that_is_no_table_is_refused(text, name, problem):
    assert problems(text, name)[0].startswith(problem)


@pytest.mark.parametrize(
    "name", ["missing.csv", "folder.csv", "/dev/zero", "/proc/self/environ", "..", "a\nb.csv", "x" * 5000 + ".csv"]
)
def test_what_is_not_an_ordinary_file_is_refused(name):
    os.mkdir("folder.csv")
    with pytest.raises(Refused) as refused:
        load_study(f"scenario.file={name}")
    assert CANARY not in str(refused.value)
    assert all(line.isprintable() for line in refused.value.problems)


def test_a_number_in_exponents_says_what_to_write():
    assert problems("cohort.weeks: 1e2", "my.yaml") == [
        'scenario.file my.yaml, line 1: cohort.weeks: "1e2" is not a number; write 100'
    ]  # fmt: skip
