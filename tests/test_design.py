"""A design is lived as if each of its rows had been typed as a scenario of its own."""

import numpy as np
import pandas as pd
import pytest

import sim
import sim.ensemble
import sim.study.design
from sim.study.design import Design, live
from sim.study.refusals import Refused
from sim.study.store import Store

SMALL = ("cohort.weeks=20", "cohort.follow_up_weeks=30", "replications=4")
STUDY = sim.load_study(*SMALL)
ASKED = ["completed", "entered", "women_referred", "women_entered"]
LEAVES = "parameters.pathway.leaves"
ROWS = pd.DataFrame({"staffing.case_managers": [1, 3, 1, 2], "parameters.trust.trust_gain": [0.1, 0.1, 0.14, 0.14]})


def test_each_row_is_the_scenario_that_its_settings_say():
    """A row gives what the same settings give on the command line, in both worlds and in every run."""
    lived = live(Design(STUDY, ROWS, replications=4, twin=True), ASKED)
    for row, settings in ROWS.iterrows():
        words = [f"{key}={int(value) if 'staffing' in key else value}" for key, value in settings.items()]
        table = sim.run(sim.load_study(*SMALL, *words), outcomes=ASKED).tables["outcomes"]
        for world in ("program", "no_program"):
            here = lived[(lived["row"] == row) & (lived["world"] == world)].reset_index(drop=True)
            alone = table[(table["scenario"] == "no_program") == (world == "no_program")].reset_index(drop=True)
            assert here[["replication", "value", "count"]].equals(alone[["replication", "value", "count"]])
            assert (here["outcome"].astype(str) == alone["outcome"].astype(str)).all()
    assert lived["value"].nunique() > 5


def test_rows_of_their_own_luck_are_other_women():
    """Without the same luck every row lives runs of its own, none of them twice."""
    design = Design(STUDY, ROWS, replications=3, same_luck=False)
    assert design.luck(0, 4).ravel().tolist() == list(range(1, 13))
    lived = live(design, ASKED)
    assert sorted(lived["replication"].unique()) == list(range(1, 13))


def test_a_design_is_cut_stopped_and_taken_up_again_to_the_same_table(tmp_path, monkeypatch):
    """Whatever the blocks, the threads and the order, and after a stop, the table is the same; only what is missing
    is lived."""
    monkeypatch.setattr(sim.study.design, "A_BLOCK", 2)
    whole = live(Design(STUDY, ROWS, 2), ASKED)
    heard, store = [], Store(tmp_path)

    def stopped(runs):
        heard.append(runs)
        if len(heard) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        live(Design(STUDY, ROWS, 2), ASKED, store, stopped)
    kept = len(list(tmp_path.glob("*/*")))
    assert kept == 2
    calls, real = [], sim.study.design.run_ensemble
    monkeypatch.setattr(sim.study.design, "run_ensemble", lambda *about: calls.append(1) or real(*about))
    pd.testing.assert_frame_equal(live(Design(STUDY, ROWS, 2), ASKED, store), whole, check_exact=True)
    assert len(calls) == 4 - kept
    threaded = STUDY.model_copy(update={"threads": 3})
    pd.testing.assert_frame_equal(live(Design(threaded, ROWS, 2), ASKED), whole, check_exact=True)


def test_a_thousand_scenarios_are_a_few_blocks(tmp_path):
    """Rows travel as arrays: a thousand of them are four folders and a call of the engine for every 25 runs."""
    rows = pd.DataFrame({"parameters.trust.trust_gain": np.linspace(0.05, 0.3, 1000)})
    tiny = sim.load_study("cohort.weeks=1", "cohort.referred=1", "cohort.follow_up_weeks=4")
    lived = live(Design(tiny, rows), ["women_referred"], Store(tmp_path))
    assert len(lived) == 1000
    assert len(list(tmp_path.glob("*/*"))) == 4


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ({"staffing.case_manager": [1]}, "staffing.case_manager: unknown; did you mean staffing.case_managers?"),
        ({"staffing.case_managers": [1, -3]}, "design, row 2: staffing.case_managers: -3 is not allowed (0 to 20)"),
        ({"staffing.case_managers": [1.5]}, "design, row 1: staffing.case_managers: 1.5 is not allowed (0 to 20)"),
        ({"staffing.turnover": [float("nan")]}, "design, row 1: staffing.turnover: nan is not allowed (0 to 4)"),
        ({LEAVES: [0.1, 1.0]}, f"design, row 2: {LEAVES}: 1 is not allowed (0 to 1)"),
    ],
)  # fmt: skip
def test_what_cannot_be_set_is_refused_in_one_line(rows, said):
    with pytest.raises(Refused) as refused:
        Design(STUDY, pd.DataFrame(rows))
    assert refused.value.problems == (said,)
