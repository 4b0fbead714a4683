"""One simulated participant's timeline: in order, in words, the service side first."""

import pytest

from sim import load_study, program_of, timeline
from sim.agents import Participant
from sim.program import words as w
from sim.study.explain import because, events_table, explain, replay_run
from sim.study.refusals import Refused


@pytest.fixture(scope="module")
def study():
    return load_study("cohort.weeks=40", "cohort.follow_up_weeks=80", "replications=1", "staffing.turnover=4")


@pytest.fixture(scope="module")
def program(study):
    return replay_run(study)


def test_a_program_can_be_lived_week_by_week_with_mesas_own_words(study):
    model = program_of(study)
    while not model.women:
        model.step()
    women = model.agents_by_type[Participant]
    assert model.week == model.women[0].referred + 1
    assert women.get("number") == list(range(len(model.women)))
    women.do("build_trust", model)
    assert women.select(lambda person: person.number == 0).agg("visits_kept", sum) in (0, 1)


def test_a_timeline_begins_with_her_referral_and_goes_forward(study):
    events = timeline(study, "P001")
    assert events["event"].iloc[0] == "was referred"
    assert events["own_week"].iloc[0] == 0
    assert events["week"].is_monotonic_increasing


def test_the_reasons_of_an_event_add_up_to_its_log_odds(study):
    events = timeline(study, "P002").dropna(subset="log_odds")
    assert len(events)
    for odds, reasons in zip(events["log_odds"], events["reasons"], strict=True):
        assert sum(reasons.values()) == odds


def test_the_twin_is_referred_in_the_same_week_with_the_same_needs_and_never_enters(study):
    with_program, without = (timeline(study, "P001", world=world) for world in ("program", "no_program"))
    assert with_program.iloc[0].to_dict() | {"log_odds": 0} == without.iloc[0].to_dict() | {"log_odds": 0}
    assert "entered the program" not in set(without["event"])


def test_beside_every_leaving_or_return_the_service_side_is_named_first(study, program, capsys):
    leavers = [person.name for person in program.women if person.reason == w.LEFT_THE_PROGRAM]
    assert leavers
    assert explain(study, leavers[0], 1, "program") == 0
    printed = " ".join(capsys.readouterr().out.split())
    after = printed.split("left the program, after", 1)[1]
    assert after.index("The service's side") < after.index("Chance that week")
    assert printed.index("The service's side") < printed.index("was referred")


def test_what_is_printed_fits_a_terminal_and_says_that_she_is_simulated(study, capsys):
    explain(study, "P001", 1, "program")
    lines = capsys.readouterr().out.splitlines()
    assert "not a real person" in " ".join(lines[:3])
    assert max(map(len, lines)) <= 100


def test_the_events_of_a_run_have_the_four_columns_that_process_mining_reads(program):
    events = events_table(program, "2018-01-01")
    assert list(events.columns) == ["case_id", "activity", "timestamp", "resource"]
    assert len(events) == len(program.events)
    assert set(events["activity"]) <= set(w.EVENTS)
    assert events["timestamp"].min() >= "2018-01-01"


def test_out_writes_the_events_of_that_run_and_never_into_a_folder_that_exists(study, tmp_path):
    elsewhere = study.model_copy(update={"out": str(tmp_path / "run")})
    assert explain(elsewhere, "P001", 1, "program") == 0
    assert [path.name for path in (tmp_path / "run").iterdir()] == ["events.csv"]
    with pytest.raises(Refused, match="exists already"):
        explain(elsewhere, "P001", 1, "program")


@pytest.mark.parametrize(
    ("participant", "world", "message"),
    [("P900", "program", "P900 is not in run 1 .P001 to P"), ("P001", "elsewhere", "program, no_program")],
)
def test_whoever_cannot_be_found_is_refused_in_one_line(study, participant, world, message):
    with pytest.raises(Refused, match=message) as refused:
        explain(study, participant, 1, world)
    assert "\n" not in str(refused.value)


def test_the_chance_that_is_told_is_the_chance_of_the_reasons():
    assert "50.0 %" in because((("an ordinary week", -1.0), ("trust", 1.0)))
    assert because(()) == ""
