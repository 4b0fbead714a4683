"""Facts about the figures: what each draws is what the tables hold, said in words, and written the same way twice."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from made_up_tables import NAMES, RUNS, WEEKS, Tables, community, made_up_tables, summary

from sim.program.words import PHASES, REASONS
from sim.study.figures import FIGURES, draw, draw_all, numbers
from sim.study.figures.community import places
from sim.study.figures.reading import Occasion
from sim.study.figures.saying import title_of

PAIR = Occasion(NAMES, seed=1)
KINDS = ("visits", "drop_in", "links", "crisis")


def title(tables: Tables, figure: str, names: tuple[str, ...] = NAMES) -> str:
    """The words in bold at the head of a figure, in one line."""
    bold = [text for text in draw(tables, figure, names).texts if text.get_fontweight() == "bold"]
    return " ".join(" ".join(text.get_text() for text in bold).split())


def per_run(table: pd.DataFrame, column: str, **where: object) -> np.ndarray:
    """A column summed in each run over the rows where all of this holds, by hand."""
    for key, value in where.items():
        table = table[table[key] == value]
    return np.array([table.loc[table["replication"] == run, column].sum() for run in range(1, RUNS + 1)], float)


def assert_spread(row: pd.Series, values: np.ndarray) -> None:
    """A drawn row is the mean and the 5th and 95th percentiles of these values, one for each run."""
    ordered = np.sort(values)
    for kind, rank in (("low", 0.05 * (len(ordered) - 1)), ("high", 0.95 * (len(ordered) - 1))):
        below = int(rank)
        above = min(below + 1, len(ordered) - 1)
        assert row[kind] == pytest.approx(ordered[below] + (rank - below) * (ordered[above] - ordered[below]))
    assert row["mean"] == pytest.approx(sum(values) / len(values))


@pytest.fixture(scope="module")
def tables() -> Tables:
    return made_up_tables()


@pytest.fixture(scope="module")
def drawn_twice(tables: Tables, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Path], list[Path]]:
    """Every figure, drawn in two folders."""
    folders = [tmp_path_factory.mktemp("figures") / "deep" for _ in range(2)]
    first, second = (draw_all(tables, folder, NAMES, seed=7) for folder in folders)
    return first, second


def test_each_figure_comes_as_two_pictures_with_its_numbers_and_its_words(drawn_twice: tuple[list[Path], ...]) -> None:
    assert [path.name for path in drawn_twice[0]] == [
        f"{figure}.{kind}" for figure in FIGURES for kind in ("png", "svg", "csv", "txt")
    ]
    assert all(path.stat().st_size > 100 for path in drawn_twice[0])


def test_the_same_tables_give_the_same_bytes(drawn_twice: tuple[list[Path], ...]) -> None:
    for first, second in zip(*drawn_twice, strict=True):
        assert first.read_bytes() == second.read_bytes(), first.name


def test_simulated_stands_inside_every_picture_as_text(drawn_twice: tuple[list[Path], ...]) -> None:
    for path in drawn_twice[0]:
        if path.suffix == ".svg":
            texts = re.findall(r"<text[^>]*>([^<]*)</text>", path.read_text(encoding="utf-8"))
            assert any("A simulated program modelled on Exit Doors Here" in text for text in texts)
            assert any("seed 7" in text for text in texts), path.name
            assert not re.search(r"<dc:date>|Matplotlib v", path.read_text(encoding="utf-8"))


def test_the_numbers_drawn_lie_beside_each_picture(drawn_twice: tuple[list[Path], ...], tables: Tables) -> None:
    for path in drawn_twice[0]:
        if path.suffix == ".csv":
            kept, now = pd.read_csv(path), numbers(tables, path.stem, PAIR).reset_index(drop=True).replace("", np.nan)
            pd.testing.assert_frame_equal(kept, now, check_dtype=False, check_exact=False, rtol=1e-12)


def test_alt_text_says_simulated_and_holds_numbers(drawn_twice: tuple[list[Path], ...]) -> None:
    for path in drawn_twice[0]:
        if path.suffix == ".txt":
            text = path.read_text(encoding="utf-8")
            assert "simulated" in text
            assert re.search(r"\d", text), path.name
            assert "nan" not in text


def test_pathway_bands_are_the_flows(tables: Tables) -> None:
    data = numbers(tables, "pathway_by_phase", PAIR)
    for row in (rows := data[data["part"] == "band"].to_dict("records")):
        to_phase = row["to"] if row["to"] in PHASES[:6] else PHASES[6]
        if row["to"] != REASONS[0]:
            moved = per_run(
                tables["flows"], "women", from_phase=row["from"], to_phase=to_phase, scenario="as_delivered"
            )
            assert_spread(row, moved)
    assert len(rows) >= 9
    for stage in PHASES[:5]:
        out = data[(data["part"] == "band") & (data["from"] == stage)]["mean"].sum()
        assert out == pytest.approx(data[(data["part"] == "phase") & (data["from"] == stage)]["mean"].item())
    ends = data[data["part"] == "end"].set_index("to")
    last = tables["pathway"][tables["pathway"]["week"] == WEEKS - 1]
    columns = {"completed": "completed", REASONS[3]: "left", REASONS[2]: "waited_too_long", REASONS[0]: "still_in"}
    for end, column in columns.items():
        assert_spread(ends.loc[end], per_run(last, column, scenario="as_delivered"))


def test_the_four_ends_sum_to_one_in_every_week(tables: Tables) -> None:
    data = numbers(tables, "how_the_pathway_ends", PAIR)
    assert data.groupby("week")["mean"].sum().to_numpy() == pytest.approx(1)
    assert data["week"].min() == 0
    pathway = tables["pathway"][tables["pathway"]["scenario"] == "as_delivered"]
    for row in data[data["week"].isin((1, 20))].to_dict("records"):
        these = pathway[pathway["week"] == row["week"] - 1]
        total = these[["completed", "still_in", "left", "waited_too_long"]].to_numpy().sum(axis=1)
        assert_spread(row, per_run(these, row["end"]) / total)


def test_states_of_sex_work_sum_to_one_and_week_39_closes_nine_months(tables: Tables) -> None:
    data = numbers(tables, "sex_work", PAIR)
    lines = data[data["scenario"] != "difference"]
    assert lines.groupby(["scenario", "week"])["mean"].sum().to_numpy() == pytest.approx(1)
    exits = {}
    for scenario in NAMES:
        these = tables["states"][(tables["states"]["scenario"] == scenario) & (tables["states"]["week"] == 38)]
        exits[scenario] = per_run(these, "women", state="exited") / per_run(these, "women")
        now = lines[(lines["scenario"] == scenario) & (lines["week"] == 39) & (lines["state"] == "exited")]
        assert_spread(now.iloc[0], exits[scenario])
    change = data[data["scenario"] == "difference"].iloc[0]
    assert_spread(change, exits["as_delivered"] - exits["no_program"])
    assert change["paired"] == pytest.approx(np.mean(exits["as_delivered"] > exits["no_program"]))


def test_goals_and_states_are_counts_of_women(tables: Tables) -> None:
    data = numbers(tables, "goals_and_states", PAIR)
    for row in data[data["scenario"] != "difference"].to_dict("records"):
        assert_spread(row, per_run(tables["goals"], row["kind"], scenario=row["scenario"], domain=row["domain"]))
    for row in data[data["scenario"] == "difference"].to_dict("records"):
        with_it, without = (
            per_run(tables["goals"], "reached", scenario=name, domain=row["domain"]) for name in reversed(NAMES)
        )
        assert_spread(row, with_it - without)


def test_no_difference_is_drawn_between_scenarios_that_refer_other_women(tables: Tables) -> None:
    other = dict(tables)
    other["pathway"] = tables["pathway"].assign(
        still_in=tables["pathway"]["still_in"] + (tables["pathway"]["scenario"] == "no_program")
    )
    for figure in ("sex_work", "goals_and_states"):
        assert "difference" not in set(numbers(other, figure, PAIR)["scenario"])
        assert "paired runs" not in title(other, figure)


def test_occupancy_is_the_log(tables: Tables) -> None:
    data = numbers(tables, "occupancy", PAIR)
    for row in data[data["week"].isin((3, 30, 60))].to_dict("records"):
        assert_spread(row, per_run(tables["occupancy"], row["place"], scenario="as_delivered", week=row["week"]))
    log = tables["occupancy"]
    later = log[log["week"] > data["week"].max()]
    assert later[["waiting", "pre_cti", "transition", "try_out", "transfer"]].to_numpy().sum() == 0


def test_hours_by_kind_make_up_the_hours_used(tables: Tables) -> None:
    data = numbers(tables, "caseload_and_hours", PAIR)
    wide = data[data["post"] != "all posts"].pivot(index=["post", "week"], columns="measure", values="mean")
    assert wide[list(KINDS)].sum(axis=1).to_numpy() == pytest.approx(wide["used"].to_numpy())
    for row in data[data["week"] == 30].to_dict("records"):
        where = {"scenario": "as_delivered", "week": 30, "post": int(row["post"]) - 1}
        columns = KINDS if row["measure"] == "used" else (row["measure"],)
        assert_spread(row, np.sum([per_run(tables["posts"], column, **where) for column in columns], axis=0))


def test_further_posts_share_one_row_as_the_mean_of_a_post() -> None:
    tables = made_up_tables(posts=5)
    data = numbers(tables, "caseload_and_hours", PAIR)
    assert list(data["post"].unique()) == ["1", "2", "3", "other posts", "all posts"]
    row = data[(data["post"] == "other posts") & (data["measure"] == "caseload") & (data["week"] == 20)].iloc[0]
    loads = [per_run(tables["posts"], "caseload", scenario="as_delivered", week=20, post=post) for post in (3, 4)]
    assert_spread(row, np.mean(loads, axis=0))


def test_the_community_figure_has_a_place_for_every_node(tables: Tables) -> None:
    nodes, edges = tables["community_nodes"], tables["community_edges"]
    found = places(nodes, edges)
    assert set(found) == set(nodes["node"])
    assert len({(round(x, 6), round(y, 6)) for x, y in found.values()}) == len(nodes)
    data = numbers(tables, "community", PAIR)
    assert (data["part"] == "node").sum() == len(nodes)
    assert (data["part"] == "edge").sum() == len(edges)
    linked = set(edges.loc[edges["kind"] == "link", "source"])
    assert title(tables, "community").startswith(f"Halfway through one run, {len(linked)} of the 12 women")


def test_the_comparison_shows_the_summary(tables: Tables) -> None:
    data = numbers(tables, "scenarios_compared", PAIR).set_index(["outcome", "scenario"])
    for row in tables["summary"].to_dict("records"):
        if (key := (row["outcome"], row["scenario"])) in data.index:
            factor = 100 if row["unit"].startswith("share") else 1
            for kind in ("mean", "low", "high"):
                assert data.loc[key][kind] == pytest.approx(factor * row[kind])
    assert len(data) == 16


def test_a_title_changes_with_the_numbers(tables: Tables) -> None:
    other = made_up_tables(runs=RUNS + 1, posts=3)
    other |= community(20) | {"summary": other["summary"].assign(mean=0.5 * other["summary"]["mean"])}
    other["goals"] = other["goals"].assign(reached=2 * other["goals"]["reached"])
    for figure in FIGURES:
        assert title(tables, figure) != title(other, figure), figure


def test_leaving_is_named_after_the_service_side(tables: Tables) -> None:
    for figure in ("pathway_by_phase", "how_the_pathway_ends"):
        words = title(tables, figure)
        assert words.index("too long") < words.index("left" if "left" in words else "leave")


def test_one_run_shows_no_range_and_no_sureness() -> None:
    tables = made_up_tables(runs=1)
    for figure in ("pathway_by_phase", "how_the_pathway_ends", "sex_work", "goals_and_states", "occupancy"):
        text = " ".join(" ".join(text.get_text() for text in draw(tables, figure, NAMES).texts).split())
        assert "One run: there is no range to show." in text
        assert "paired runs" not in text


def test_a_scenario_without_a_twin_stands_alone() -> None:
    tables = made_up_tables(runs=2, names=("as_delivered",))
    assert len(draw(tables, "sex_work").axes) == 1
    assert set(numbers(tables, "goals_and_states", Occasion(("as_delivered",)))["scenario"]) == {"as_delivered"}
    with pytest.raises(ValueError, match="scenarios_compared"):
        draw(tables, "scenarios_compared")


def test_what_has_nothing_to_show_is_not_drawn(tables: Tables, tmp_path: Path) -> None:
    counts = {name: list(table.select_dtypes("number").columns.difference(["replication", "week", "post"]))
              for name, table in tables.items() if not name.startswith(("community", "summary"))}  # fmt: skip
    nobody = tables | {name: tables[name].assign(**dict.fromkeys(columns, 0)) for name, columns in counts.items()}
    drawn = {path.stem for path in draw_all(nobody, tmp_path / "nobody", NAMES)}
    assert drawn == {"community", "scenarios_compared"}
    no_posts = {name: table for name, table in tables.items() if name != "posts"}
    with pytest.raises(ValueError, match="caseload_and_hours"):
        draw(no_posts, "caseload_and_hours", NAMES)
    with pytest.raises(KeyError):
        draw(tables, "no_such_figure", NAMES)


def test_nobody_completing_is_a_number_like_another(tables: Tables) -> None:
    flows, ends = tables["flows"], tables["pathway"]
    none = tables | {
        "flows": flows[flows["to_phase"] != "completed"],
        "pathway": ends.assign(still_in=ends["still_in"] + ends["completed"], completed=0),
    }
    assert ", 0 complete the program" in title(none, "pathway_by_phase")


def test_several_scenarios_end_in_one_figure(tmp_path: Path) -> None:
    names = (*(f"as_delivered, staffing.case_managers={k}" for k in range(1, 4)), "high_turnover")
    paths = draw_all(summary(names), tmp_path, names)
    assert {path.stem for path in paths} == {"scenarios_compared"}
    assert title_of(names[1]).replace("\u00a0", " ") == "as delivered, case managers = 2"
