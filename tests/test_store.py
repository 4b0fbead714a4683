"""Runs that were finished are never lost, never lived twice and never silently wrong."""

import json
import resource
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.dataset as ds
import pytest
from trust import faults

import sim
import sim.ensemble
import sim.study.figures
import sim.study.simulate
from sim.agents import Participant, Program
from sim.study.files import Damaged, sealed, unchanged, write_table
from sim.study.refusals import Refused
from sim.study.saved import dictionary, open_results
from sim.study.simulate import simulate
from sim.study.store import Store
from sim.study.worlds import worlds_of

SMALL = ("cohort.weeks=20", "cohort.follow_up_weeks=30")
FLIPS, CUTS = 1000, 200


@pytest.fixture
def lived(monkeypatch):
    """Blocks of ten runs in chunks of five, and how many runs have been lived so far."""
    monkeypatch.setattr(sim.study.simulate, "A_BLOCK", 10)
    monkeypatch.setattr(sim.ensemble, "A_CHUNK", 5)
    runs, live = [], sim.ensemble.run_ensemble

    def counted(plan, rows, seed, replications, edges, **about):
        runs.extend(replications)
        return live(plan, rows, seed, replications, edges, **about)

    monkeypatch.setattr(sim.ensemble, "run_ensemble", counted)
    return runs


def tables_of(*words, runs=22, store=None, engine="compiled"):
    return simulate(worlds_of([sim.load_study(*SMALL, f"replications={runs}", *words)]), engine, store=Store(store))


def saved(tables, folder):
    """The bytes of these tables as they are written."""
    folder.mkdir()
    for name, table in tables.items():
        write_table(table, folder / f"{name}.parquet")
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_a_study_lives_what_is_missing_and_nothing_else(tmp_path, lived):
    """The second time nothing is lived, more runs live only those that are more, and every byte is as in one go."""
    first = tables_of(store=tmp_path / "blocks")
    assert len(lived) == 2 * 22
    again = tables_of("threads=1", store=tmp_path / "blocks")
    assert len(lived) == 2 * 22
    more = tables_of(runs=30, store=tmp_path / "blocks")
    assert len(lived) == 2 * (22 + 10), "the block that was not whole is lived whole"
    whole = tables_of(runs=30)
    assert saved(first, tmp_path / "1") == saved(again, tmp_path / "2") == saved(tables_of(), tmp_path / "3")
    assert saved(more, tmp_path / "4") == saved(whole, tmp_path / "5")


@pytest.mark.parametrize(
    "word", ["seed=2", "staffing.turnover=1.1", "parameters.trust.trust_gain=0.1", "costs.peer_hour=31",
             "community.referrals.housing.health=0.2", "parameters_from=central", "parameters_from=ranges"],
)  # fmt: skip
def test_what_decides_a_result_decides_its_block(tmp_path, lived, word):
    """Another seed, lever, parameter, price or referral edge is never answered by the old runs."""
    old = tables_of(runs=3, store=tmp_path)
    assert not tables_of(word, runs=3, store=tmp_path)["outcomes"].equals(old["outcomes"])
    assert len(lived) == 2 * 2 * 3


def test_each_of_two_scenarios_lives_as_many_runs_as_it_asks_for():
    """Two scenarios of different length are lived whole, and no difference is taken."""
    result = sim.compare(*(sim.load_study(*SMALL, f"replications={runs}") for runs in (3, 5)))
    table = result.tables["outcomes"]
    assert table.groupby("scenario", observed=True)["replication"].nunique().tolist() == [3, 5]
    assert result.tables["differences"].empty


def test_two_studies_share_blocks_and_a_block_made_twice_is_one(tmp_path, lived):
    """Where another study has been quicker, its block stays and nothing is left beside it."""
    store, key = Store(tmp_path), {"what": "a test"}
    table = pd.DataFrame({"number": [1.5]})
    store.put(key, {"one": table})
    made = store.place(key).stat().st_mtime_ns
    store.put(key, {"one": table})
    assert store.place(key).stat().st_mtime_ns == made
    assert [path for path in tmp_path.rglob("*") if path.is_dir()] == [store.place(key).parent, store.place(key)]
    assert store.get(key)["one"].equals(table)


def test_many_studies_at_once_do_no_harm(tmp_path):
    """Eight studies that finish the same blocks at the same time, in one process or in several, leave each block once
    and whole."""
    store, table = Store(tmp_path), pd.DataFrame({"number": np.arange(1000.0)})

    def work(number):
        store.put({"block": number % 3}, {"one": table})
        return store.get({"block": number % 3})["one"].equals(table)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(48)))
    assert len([path for path in tmp_path.glob("*/*") if path.is_dir()]) == 3
    words = (*SMALL, "replications=2", "store=b")
    code = f"import sim; from sim.study.run import make; print(make([sim.load_study(*{words})], 'pathways')[0])"
    both = [subprocess.Popen([sys.executable, "-c", code], cwd=tmp_path, stdout=subprocess.PIPE) for _ in range(2)]
    folders = {tmp_path / one.communicate()[0].decode().strip() for one in both}
    assert len(folders) == 2
    assert len({(folder / "tables" / "outcomes.parquet").read_bytes() for folder in folders}) == 1
    assert len(list(tmp_path.glob("b/*/*"))) == 1


def test_a_stage_of_ones_own_has_blocks_of_its_own(tmp_path, lived):
    """A model with a stage told otherwise is never answered by the usual one's runs, nor after that stage is edited."""
    usual = tables_of(runs=2, store=tmp_path, engine="mesa")
    other = tables_of(runs=2, store=tmp_path, engine=Untrusting)
    assert not other["outcomes"].equals(usual["outcomes"])
    assert len(list(tmp_path.glob("*/*"))) == 2
    with pytest.raises(Refused, match="engine: the text of Typed cannot be read"):
        tables_of(runs=2, store=tmp_path, engine=type("Typed", (Program,), {}))


class Cautious(Participant):
    """A woman whose trust stays where it began."""

    def build_trust(self, program):
        """Nothing: contact builds no trust."""


class Untrusting(Program):
    participant = Cautious


# ---- bytes that are not as they were written


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """A small results folder."""
    return sim.run(sim.load_study("replications=3", *SMALL)).save(tmp_path_factory.mktemp("results") / "small")


KINDS = ("tables/outcomes.parquet", "tables/summary.csv", "events.csv", "figures/goals_and_states.png",
         "figures/goals_and_states.svg", "summary.txt", "record.json")  # fmt: skip


@pytest.mark.parametrize("name", KINDS)
def test_every_flipped_bit_and_every_cut_is_seen(results, tmp_path, name):
    """Of 1,000 single flipped bits and 200 truncations of each kind of file, every one is detected."""
    record, written = sealed(results), (results / name).read_bytes()
    rng = np.random.default_rng([4, KINDS.index(name)])
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)

    def seen(content):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(Damaged):
            sealed(tmp_path) if name == "record.json" else unchanged(tmp_path, record, name)

    for bit in rng.integers(0, 8 * len(written), FLIPS):
        damaged = bytearray(written)
        damaged[bit // 8] ^= 1 << bit % 8
        seen(damaged)
    for length in rng.integers(0, len(written), CUTS):
        seen(written[:length])
    (tmp_path / name).write_bytes(written)
    assert sealed(tmp_path) == record if name == "record.json" else unchanged(tmp_path, record, name) == written


def test_a_damaged_block_is_lived_again(tmp_path, lived, capsys):
    """A block with a flipped bit is told of, lived again, and the tables are as they were."""
    before = tables_of(store=tmp_path / "blocks")
    file = next((tmp_path / "blocks").rglob("0_outcomes.parquet"))
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 4
    file.write_bytes(content)
    again = tables_of(store=tmp_path / "blocks")
    assert "not as it was written; these runs are lived again" in capsys.readouterr().err
    assert len(lived) in (2 * (22 + 10), 2 * (22 + 2))
    assert saved(before, tmp_path / "1") == saved(again, tmp_path / "2")


def test_a_folder_that_is_not_as_it_was_written_is_refused_in_one_line(results, tmp_path):
    """A changed, missing or added file is named, with the command that makes the results again."""
    for number, act in enumerate((
        lambda folder: (folder / "summary.txt").write_text("all is well"),
        lambda folder: (folder / "tables" / "goals.parquet").unlink(),
        lambda folder: (folder / "tables" / "more.parquet").write_bytes(b"x"),
    )):  # fmt: skip
        folder = shutil.copytree(results, tmp_path / str(number))
        assert open_results(folder).names
        act(folder)
        with pytest.raises(Refused, match=r"not as it was written, .* again: sim.run\(study\)"):
            open_results(folder)


def test_pages_are_checked_as_they_are_read(results, tmp_path):
    """A page that changes after the folder was opened is refused where it is read."""
    opened = open_results(shutil.copytree(results, tmp_path / "copy"))
    file = opened.folder / "tables" / "outcomes.parquet"
    content = bytearray(file.read_bytes())
    for place in range(len(content) // 2, len(content) // 2 + 200):  # longer than what stands between pages
        content[place] ^= 1
    file.write_bytes(content)
    with pytest.raises(Refused, match=r"outcomes.parquet: not as it was written"):
        opened.table("outcomes")


# ---- reading back


def test_a_folder_can_be_read_back_in_part(results):
    """Some columns and rows of a table are read without the rest, and are those that were written."""
    opened = sim.open_results(results)
    some = opened.table("outcomes", ["replication", "value"], ds.field("outcome") == "completed")
    whole = pd.read_parquet(results / "tables" / "outcomes.parquet").query("outcome == 'completed'")
    assert some.equals(whole[["replication", "value"]].reset_index(drop=True))
    with pytest.raises(Refused, match="nothing: not a table of this folder, which has assumptions, "):
        opened.table("nothing")


def test_every_column_of_every_table_is_in_the_dictionary(results):
    """Tables have the columns that the dictionary names, in its order and of its types; and the folder carries it."""
    types = {"f": "number", "i": "whole", "b": "yes or no"}
    told, opened = dictionary(), open_results(results)
    assert set(told["table"]) == set(opened.names)
    for name in opened.names:
        table, about = opened.table(name), told[told["table"] == name]
        assert [(column, types.get(table[column].dtype.kind, "text")) for column in table] == list(
            zip(about["column"], about["type"], strict=True)
        ), name
    carried = pd.read_csv(results / "tables" / "dictionary.csv", keep_default_na=False)
    assert carried.equals(told)
    assert (told["meaning"].str.len() > 5).all()


# ---- faults


def test_a_study_struck_at_any_moment_ends_as_if_it_had_not_been():
    """Killed at ten points, and refused a write at eight: nothing is lost, lived twice, half there or unreadable."""
    cases = [(point, "killed") for point in range(5, 200, 20)]
    cases += [(point, name) for name, point in zip([*faults.STRIKES][1:] * 2, range(10, 200, 24), strict=True)]
    found = subprocess.run(
        [sys.executable, "-c", f"import json; from trust import faults; print(json.dumps(faults.tried({cases})))"],
        cwd=Path(__file__).parent, capture_output=True, text=True, check=True,
    )  # fmt: skip
    told = json.loads(found.stdout)
    assert (told["struck"], told["wrong"]) == (18, [])


def test_a_study_that_wrote_in_place_would_be_seen():
    """Had blocks been written where they are kept, kills would leave some that cannot be read."""
    code = """if True:
        import contextlib
        import sim.study.store
        from trust import faults
        @contextlib.contextmanager
        def in_place(wanted, instead=True):
            wanted.mkdir(parents=True, exist_ok=True)
            yield sim.study.files.Filling(wanted, wanted)
        sim.study.store.filling = in_place
        try:
            print(len(faults.tried([(point, "killed") for point in range(5, 60, 10)])["wrong"]))
        except (sim.study.files.Damaged, FileNotFoundError):
            print("damaged")"""
    found = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parent, capture_output=True, text=True)
    assert found.stdout.strip() not in ("", "0"), found.stderr


def test_a_disk_that_is_truly_full_is_one_line(here):
    """Where the system lets no file grow beyond a few bytes, a study says so in one line and leaves nothing."""

    def full():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))

    words = [sys.executable, "-m", "sim", *SMALL, "replications=2"]
    done = subprocess.run(words, capture_output=True, text=True, preexec_fn=full)
    assert done.returncode == 2
    assert "could not be written (File too large)" in done.stderr.splitlines()[-1]
    assert [path for path in here.rglob("*") if path.is_file()] == []
