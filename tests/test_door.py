"""The command says plainly what cannot be done, before anything runs and without writing anything."""

import subprocess
import sys
from types import SimpleNamespace

import pytest
import yaml

from sim.program.levers import LEVERS
from sim.study.door import VERBS, main
from sim.study.own_keys import OWNERS, VERB_KEYS
from sim.study.places import configs
from sim.study.settings import Refused, load_study


@pytest.fixture
def door(tmp_path, monkeypatch, capsys):
    """The command in an empty folder; what it would run is kept instead of run."""
    monkeypatch.chdir(tmp_path)
    ran = []

    def keep(*asked):
        ran.append(asked)
        return 0

    for name, function in (("run", "run_main"), ("explain", "explain"), ("record", "replay")):
        monkeypatch.setitem(sys.modules, f"sim.study.{name}", SimpleNamespace(**{function: keep}))

    def ask(*words):
        ran.clear()
        code = main(words)
        printed = capsys.readouterr()
        return SimpleNamespace(code=code, out=printed.out, lines=printed.err.splitlines(), ran=list(ran))

    return ask


def refused(door, folder, *words):
    """The lines of a command that is refused as every refusal must be."""
    answer = door(*words)
    assert (answer.code, answer.out, answer.ran) == (2, "", [])
    assert list(folder.iterdir()) == []
    assert not any("Traceback" in line or "rror:" in line for line in answer.lines)
    return answer.lines


# what is asked is what is run


def test_without_words_the_program_as_delivered_is_run(door):
    answer = door()
    [(studies, command)] = answer.ran
    assert (answer.code, studies, command) == (0, [load_study()], "pathways")


@pytest.mark.parametrize("words", [["run", "seed=3"], ["seed=3"], ["study=run", "seed=3"], ["seed=3", "run"]])
def test_run_is_the_verb_when_none_is_given(door, words):
    [(studies, _)] = door(*words).ran
    assert [study.seed for study in studies] == [3]


def test_many_values_make_every_combination_in_one_call(door):
    [(studies, command)] = door("-m", "staffing.case_managers=1,2", "scenario=as_delivered,high_turnover").ran
    assert [study.label for study in studies] == [
        "as_delivered, staffing.case_managers=1", "high_turnover, staffing.case_managers=1",
        "as_delivered, staffing.case_managers=2", "high_turnover, staffing.case_managers=2",
    ]  # fmt: skip
    assert command == "pathways -m staffing.case_managers=1,2 scenario=as_delivered,high_turnover"


def test_a_range_is_a_list_of_values(door):
    [(studies, _)] = door("--multirun", "staffing.case_managers=range(1,5)", "linking.warm_share=0,0.5").ran
    assert sorted({study.staffing.case_managers for study in studies}) == [1, 2, 3, 4]
    assert len(studies) == 8


def test_paths_are_taken_as_they_are(door):
    [(studies, _)] = door("out=C:\\my results (new), again").ran
    assert studies[0].out == "C:\\my results (new), again"


def test_explain_hands_on_who_and_which_replication(door):
    [(study, participant, replication, *_)] = door("explain", "explain.participant=P017", "explain.replication=3").ran
    assert (study, participant, replication) == (load_study(), "P017", 3)


def test_replay_hands_on_the_record(door):
    [(path,)] = door("replay", "replay.record=results/x/record.json").ran
    assert path.parts == ("results", "x", "record.json")


def test_the_exit_code_of_a_run_is_the_command_s(door, monkeypatch):
    monkeypatch.setattr(sys.modules["sim.study.run"], "run_main", lambda *asked: 7)
    assert door().code == 7


# what a newcomer types


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        (["staffing.case_managers=-3"], ["staffing.case_managers: -3 is not allowed (0 to 20)"]),
        (["staffing.case_manager=3"], ["staffing.case_manager: unknown; did you mean staffing.case_managers?"]),
        (["case_managers=3"], ["case_managers: unknown; did you mean staffing.case_managers?"]),
        (["stafing.case_managers=3"], ["stafing.case_managers: unknown; did you mean staffing.case_managers?"]),
        (["drop_in=0"],
         ["drop_in: is not one setting; choose from drop_in.sessions_per_week, drop_in.seats, drop_in.room"]),
        (["scenario=no_dropin"], ["scenario: no_dropin is unknown; did you mean no_drop_in?"]),
        (["scenarios=no_drop_in"], ["scenarios: unknown; did you mean scenario?"]),
        (["no_drop_in"], ["no_drop_in: unknown; did you mean scenario=no_drop_in?"]),
        (["rnu"], ["rnu: unknown; did you mean run?"]), (["--hlep"], ["--hlep: unknown option; did you mean --help?"]),
        (["my_program.csv"], ["my_program.csv: unknown; did you mean scenario.file=my_program.csv?"]),
        (["staffing.case_managers=1,2"], ["staffing.case_managers: 1,2 is several values; add -m to run each"]),
        (["staffing.hours_per_week=17,5"],
         ["staffing.hours_per_week: 17,5 is several values; add -m to run each, or write 17.5"]),
        (["staffing.case_managers=two"], ['staffing.case_managers: "two" is not a whole number']),
        (["staffing.case_managers="],
         ["staffing.case_managers: no value; write staffing.case_managers=VALUE, without spaces"]),
        (["staffing.case_managers", "=", "3"],
         ["staffing.case_managers: no value; write staffing.case_managers=VALUE, without spaces",
          "=: write KEY=VALUE without spaces", "3: not understood; write KEY=VALUE, or `pathways --help`"]),
        (["--staffing.case_managers=3"],
         ["--staffing.case_managers=3: unknown option; did you mean staffing.case_managers=3?"]),
        (["--cfg", "all"], ['--cfg: "all" is not allowed (job)']),
        (["seed=1", "seed=2"], ["seed: given twice; keep one"]),
        (["explain"], ["explain: explain.participant is needed, as in explain.participant=P001"]),
        (["explain", "explain.participant=17"],
         ['explain.participant: "17" is not a participant; write it as in P001']),
        (["explain", "explain.participant=P001", "explain.replication=x"],
         ['explain.replication: "x" is not a whole number']),
        (["explain", "explain.participant=P001", "explain.program=twin"],
         ['explain.program: "twin" is not allowed (program or no_program)']),
        (["explain.participant=P017"],
         ["explain.participant: belongs to explain; write pathways explain explain.participant=VALUE"]),
        (["explain", "-m", "explain.participant=P001", "seed=1,2"], ["-m: explain takes one study"]),
        (["replay"], ["replay: replay.record is needed, as in replay.record=results/NAME/record.json"]),
        (["replay", "seed=3", "replay.record=x"], ["seed=3: replay takes only replay.record=PATH"]),
        (["compare"], ["compare: compare.b is needed, as in compare.b=one_more_case_manager"]),
        (["compare.a=no_drop_in"], ["compare.a: belongs to compare; write pathways compare compare.a=VALUE"]),
        (["sweep"], [f"sweep: not available yet; this version has {', '.join(VERBS)}"]),
        (["study=sweep"], [f"sweep: not available yet; this version has {', '.join(VERBS)}"]),
        (["something=3"], ["something: unknown; `pathways --cfg job` lists every key"]),
    ],
)  # fmt: skip
def test_a_mistake_is_answered_in_one_plain_line(door, tmp_path, words, lines):
    assert refused(door, tmp_path, *words) == lines


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("compare -m compare.b=a,b", "-m: compare takes one study"),
        ("compare compare.budgett=3 compare.b=x", "compare.budgett: unknown; did you mean compare.budget?"),
        ("evaluate evaluate.row=20", "evaluate.row: unknown; did you mean evaluate.rows?"),
        ("evaluate.money=20", "evaluate.money: unknown; `pathways evaluate --help` lists its keys"),
        ("calibrate calibrate.sets", "calibrate.sets: no value; write calibrate.sets=VALUE, without spaces"),
        ("calibrate calibrate.sets=1 calibrate.sets=2", "calibrate.sets: given twice; keep one"),
        ("calibrate calibrate.sets=0", "calibrate.sets: 0 is not allowed (1 to 99999)"),
        ("calibrate calibrate.draws=-3", "calibrate.draws: -3 is not allowed (1 to 9999999)"),
        ("staff staff.posts=1,99", "staff.posts: 99 is not allowed (0 to 20)"),
        ("compare compare.b=x compare.replication=0", "compare.replication: 0 is not allowed (1 to 999999)"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_verb_s_own_key_is_answered_from_the_verb_s_keys(door, tmp_path, words, line):
    assert refused(door, tmp_path, *words.split()) == [line]


def test_every_problem_is_said_at_once_one_line_each(door, tmp_path):
    lines = refused(door, tmp_path, "--hlep", "no_drop_in", "seed=many", "staffing.turnover=9")
    assert [line.partition(":")[0] for line in lines] == ["--hlep", "no_drop_in", "seed", "staffing.turnover"]


def test_every_study_is_checked_before_the_first_runs(door, tmp_path):
    words = ("-m", "staffing.case_managers=1,2,21", "scenario=as_delivered,high_turnovr", "drop_in.seats=10,30")
    assert sorted(refused(door, tmp_path, *words)) == [
        "drop_in.seats: 30 is above drop_in.room: 20; lower the first or raise the second",
        "scenario: high_turnovr is unknown; did you mean high_turnover?",
        "staffing.case_managers: 21 is not allowed (0 to 20)",
    ]


# what else the command shows


def test_debug_shows_where_a_problem_arose(door):
    lines = door("seed=many", "debug=true").lines
    assert "Traceback" in lines[0]
    assert lines[-1] == 'seed: "many" is not a whole number'


def test_an_interrupted_run_ends_with_one_line(door, monkeypatch):
    def interrupt(*asked):
        raise KeyboardInterrupt

    monkeypatch.setattr(sys.modules["sim.study.run"], "run_main", interrupt)
    answer = door()
    kept = "stopped; no incomplete folder was left, and the runs that were finished are kept: type the same to go on"
    assert (answer.code, answer.lines) == (130, [kept])


def test_an_unforeseen_problem_ends_with_one_line(door, monkeypatch):
    def break_down(*asked):
        raise ZeroDivisionError("a\nb")

    monkeypatch.setattr(sys.modules["sim.study.run"], "run_main", break_down)
    answer = door()
    assert (answer.code, answer.lines) == (1, ["stopped by ZeroDivisionError: a b; add debug=true to see where"])


def test_a_refusal_of_the_run_itself_is_worded_like_any_other(door, monkeypatch):
    def refuse(*asked):
        raise Refused("out: here exists already")

    monkeypatch.setattr(sys.modules["sim.study.run"], "run_main", refuse)
    answer = door()
    assert (answer.code, answer.lines) == (2, ["out: here exists already"])


def test_cfg_job_shows_every_key_of_what_would_run(door):
    answer = door("--cfg", "job", "staffing.case_managers=3", "parameters.trust.trust_gain=0.1")
    shown = yaml.safe_load(answer.out)
    assert (answer.code, answer.ran) == (0, [])
    assert shown == load_study("staffing.case_managers=3", "parameters.trust.trust_gain=0.1").resolved()


def test_help_is_one_screen_and_names_every_scenario_and_verb(door):
    answer = door("--help")
    lines = answer.out.splitlines()
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 100
    names = {path.stem for path in (configs() / "scenario").glob("*.yaml")} | {*VERBS}
    assert {name for name in names if name not in answer.out} == set()


@pytest.mark.parametrize("verb", sorted(OWNERS))
def test_help_of_a_verb_is_one_screen_and_names_each_of_its_keys(door, verb):
    lines = door(verb, "--help").out.splitlines()
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 100
    assert {line.split()[0] for line in lines[3:-2]} == {key for key in VERB_KEYS if key.startswith(f"{verb}.")}


def test_what_help_says_of_a_verb_s_keys_is_what_the_verb_does():
    """Usual values and ranges, for they are written at the door so that it need not wait for the model."""
    from sim.study import calibrate, capacity, compare, contribute, plans, staff

    usual = {f"calibrate.{name}": value for name, value in calibrate.USUAL.items()}
    usual |= {"contribute.arrows": contribute.ARROWS, "staff.zone": staff.ZONE}
    ends = {"staff.budget": staff.BUDGETS, "staff.zone": staff.ZONES}
    for verb, of in (("compare", compare), ("contribute", contribute)):
        usual |= {f"{verb}.precision": of.PRECISION, f"{verb}.budget": of.BUDGET}
        ends |= {f"{verb}.precision": of.POINTS, f"{verb}.budget": of.RUNS}
    for name, (number, *range_of) in capacity.ASKED.items():
        usual[f"staff.{name}"], ends[f"staff.{name}"] = number, tuple(range_of)
    levers = {lever.key: (lever.low, lever.high) for lever in LEVERS}
    ends |= {f"staff.{name}": levers[keys[0]] for name, keys in plans.MEANT.items()}
    ends |= {"staff.contact": (0, plans.MOST_CONTACT), "staff.posts": (0, capacity.MOST_POSTS)}
    assert {key: float(VERB_KEYS[key].usual) for key in usual} == usual
    assert {key: (VERB_KEYS[key].low, VERB_KEYS[key].high) for key in ends} == ends


def test_help_does_not_wait_for_the_model():
    script = (
        "import sys; from sim.study.door import VERBS, main; main(['--help']); main(['evaluate', '--help']);"
        "print([m for m in ('mesa', 'numba', 'matplotlib', 'pandas', 'hydra', 'pydantic') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=configs().parent
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_version_is_one_line(door):
    assert door("--version").out.startswith("pathways ")


def test_completion_and_info_are_hydra_s_and_write_nothing(tmp_path):
    environment = {
        "COMP_LINE": "pathways staffing.case",
        "PYTHONPATH": str(configs().parent),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    for words, expected in (
        (["-sc", "query=bash"], "staffing.case_managers="),
        (["--info", "defaults"], "exit_doors_here"),
    ):
        command = [sys.executable, "-W", "error", "-m", "sim", *words]
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path, env=environment)
        assert expected in done.stdout
    assert list(tmp_path.iterdir()) == []
