"""What the page counts is what Python counts: percentiles, pairs, how sure, plans that cannot be told apart, codes
of plans, and a planner's own file, all in a real browser."""

import base64

import numpy as np
import pandas as pd
import pytest
from browser_for_tests import BASE, Window, chromium, small_grid, written
from scipy.special import stdtrit

from sim.app.codes import code_of
from sim.app.levers import SLIDERS, Plan
from sim.app.own_file import plan_of_file
from sim.study.how_sure import WORDS, how_sure
from sim.study.pairs import half_widths
from sim.study.selection import by_set, clearly_below, on_frontier, quantile
from sim.study.sentences import say

NUMBERS = "const numbers = (list) => list.map((value) => (value === null ? NaN : value));"


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    with chromium() as browser:
        window = Window(browser)
        yield window.open(written(tmp_path_factory.mktemp("page")))
        assert not window.troubles


@pytest.fixture
def luck():
    return np.random.default_rng(8)


def told(values):
    """Numbers as JSON has them: none where there is none."""
    return [None if np.isnan(value) else float(value) for value in values]


def with_gaps(luck, runs):
    values = luck.normal(0.4, 0.2, runs)
    values[luck.random(runs) < 0.1] = np.nan
    return values


def test_means_and_percentiles_are_those_of_pandas(page, luck):
    samples = [with_gaps(luck, runs) for runs in (2, 3, 7, 50, 60, 500)] + [luck.integers(0, 4, 500) / 3]
    found = page.evaluate(
        NUMBERS + "(all) => all.map((one) => Pathways.numbers.spread(numbers(one)))", [*map(told, samples)]
    )
    for sample, spread in zip(map(pd.Series, samples), found, strict=True):
        expected = sample.mean(), sample.quantile(0.05), sample.quantile(0.95), sample.count()
        assert [spread[name] for name in ("mean", "low", "high", "n")] == pytest.approx(expected, rel=1e-12)


def test_the_quantiles_of_student_are_those_of_scipy(page):
    asked = [(share, df) for share in (0.1, 0.9, 0.975, 0.9995, 0.99999) for df in (1, 2, 3, 29, 99, 249)]
    found = page.evaluate("(all) => all.map(([share, df]) => Pathways.numbers.tQuantile(share, df))", asked)
    assert found == pytest.approx([float(stdtrit(df, share)) for share, df in asked], rel=1e-9)


def test_half_widths_are_taken_from_the_sums_of_sets(page, luck):
    samples = [with_gaps(luck, runs) for runs in (4, 50, 499, 500)]
    found = page.evaluate(
        NUMBERS + "(all) => all.map((one) => Pathways.numbers.halfWidth(numbers(one)))", [*map(told, samples)]
    )
    expected = [half_widths(one[:, None], np.arange(len(one)) // 2)[1][0] for one in samples]
    assert found == pytest.approx(expected, rel=1e-9)


def test_how_sure_is_said_in_the_same_words_with_the_same_share(page, luck):
    samples = [
        luck.integers(-1 - low, 2 + high, runs) for low in range(3) for high in range(4) for runs in (20, 61, 500)
    ]
    found = page.evaluate("(all) => all.map((one) => Pathways.numbers.sure(one))", [one.tolist() for one in samples])
    for sample, sure in zip(samples, found, strict=True):
        expected = how_sure(sample)
        assert page.evaluate("(words) => Pathways.say('page.sure.' + words)", sure["words"]) == expected.words
        assert sure["share"] == pytest.approx(expected.share, rel=1e-12)


def test_words_for_how_sure_are_the_same_on_the_page_and_in_a_summary():
    for word in ("equal", *(word for _, word in WORDS)):
        assert say(f"page.sure.{word}") == say(f"summary.sure.{word}")


def test_plans_that_cannot_be_told_apart_are_those_of_the_study_of_teams(page, luck):
    shared, sets = luck.normal(0, 2, (200, 1)), np.arange(200) // 2
    for plans in (2, 9, 40):
        runs = shared + luck.normal(luck.normal(5, 0.2, plans), 0.3, (200, plans))
        runs[:, -1] = runs[:, 0]  # a twin
        means, times, zone = by_set(runs, sets), quantile(100, plans, 1), 0.05
        sent = {"columns": runs.T.tolist(), "zone": zone}
        found = page.evaluate(
            """({columns, zone}) => {
              const F = Pathways.selection, values = F.transposed(columns.map(Pathways.numbers.bySet));
              const times = F.quantile(values.length, columns.length);
              return {times, values, below: F.clearlyBelow(values, zone, times)};
            }""",
            sent,
        )
        assert found["times"] == pytest.approx(times, rel=1e-9)
        assert np.allclose(found["values"], means, rtol=1e-12)
        assert found["below"] == clearly_below(means, zone, times).tolist()


def test_the_frontier_is_that_of_the_study_of_teams(page, luck):
    values, costs = luck.integers(0, 12, (20, 30)) / 4, luck.integers(0, 9, (20, 30)) * 1000
    ask = "(all) => all.map(([values, costs]) => Pathways.selection.onFrontier(values, costs))"
    found = page.evaluate(ask, [[v.tolist(), c.tolist()] for v, c in zip(values, costs, strict=True)])
    assert found == [on_frontier(v, c).tolist() for v, c in zip(values, costs, strict=True)]


def test_differences_of_two_plans_are_those_of_their_kept_runs(page):
    answers = small_grid().told()["plans"]
    a, b = answers[0], next(one for one in answers if one["plan"]["levers"]["staffing.case_managers"] == 2)
    ask = """([a, b]) => { const P = Pathways, found = P.together(P.asking.answer(a), P.asking.answer(b), {a, b});
             return found.same ? Object.fromEntries(found.rows.map((row) => [row.name, row.d])) : null; }"""
    rows = page.evaluate(ask, [a["plan"], b["plan"]]) or {}
    assert bool(rows) == (a["plan"]["levers"]["cohort.women_a_year"] == b["plan"]["levers"]["cohort.women_a_year"])
    for name, row in rows.items():
        one, two = (np.frombuffer(base64.b64decode(of["values"][name]), "<f4").astype(float) for of in (a, b))
        change = pd.Series(two - one)
        expected = change.mean(), change.quantile(0.05), change.quantile(0.95), (change > 0).sum(), (change == 0).sum()
        assert [row[part] for part in ("mean", "low", "high", "more", "equal")] == pytest.approx(
            expected, rel=1e-9, abs=1e-12
        )


def any_plan(luck):
    names = list(BASE.starts)
    return Plan(
        names[luck.integers(len(names))], tuple(slider.at(int(luck.integers(slider.steps))) for slider in SLIDERS)
    )


def test_a_code_is_the_same_in_the_browser_and_read_back_as_it_was(page, luck):
    plans = [any_plan(luck) for _ in range(300)]
    codes = page.evaluate("(plans) => plans.map(Pathways.codes.code)", [plan.told() for plan in plans])
    assert codes == [code_of(plan) for plan in plans]
    read = page.evaluate(
        "(codes) => codes.map((code) => Pathways.codes.plan(code.toLowerCase().replace(/-/g, ' ')))", codes
    )
    assert read == [plan.told() for plan in plans]


def test_a_slip_of_the_pen_in_a_code_is_noticed(page, luck):
    letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    code, slips = code_of(any_plan(luck)), list[str]()
    for place in (place for place, sign in enumerate(code) if sign != "-"):
        slips += [code[:place] + letter + code[place + 1 :] for letter in letters if letter != code[place]]
    slips += [
        code[:k] + code[k + 1] + code[k] + code[k + 2 :]
        for k in range(len(code) - 1)
        if "-" not in code[k : k + 2] and code[k] != code[k + 1]
    ]
    assert (
        page.evaluate("(codes) => codes.filter((code) => Pathways.codes.plan(code))", [*slips, "", "-", code * 3]) == []
    )


def test_a_saved_plan_is_read_back_by_the_command_line_and_by_the_page(page, luck):
    for _ in range(10):
        levers = dict(zip((slider.key for slider in SLIDERS), any_plan(luck).levers, strict=True))
        levers["cohort.women_a_year"] = 16
        plan = BASE.normal(Plan("as_delivered", tuple(levers.values())))
        text = page.evaluate("(plan) => Pathways.file.own(plan)", plan.told())
        assert plan_of_file(BASE, text)[0] == plan
        assert page.evaluate("(text) => Pathways.file.strict(text)", text) == {"plan": plan.told()}


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("1,5", "write 1.5"),
        ("many", "is not a number"),
        ("99", "is not allowed (0 to 10"),
        ("0.3", "is not allowed"),
        ("", "is not a number"),
    ],
)
def test_a_value_that_no_lever_takes_is_refused_with_its_line(page, cell, why):
    found = page.evaluate(
        "(text) => Pathways.file.strict(text)", f'\ufeffkey;value\nprogram.offered;1\nstaffing.case_managers;"{cell}"\n'
    )
    assert len(found["problems"]) == 1
    assert found["problems"][0].startswith("line 3: staffing.case_managers: ")
    assert why in found["problems"][0]


def test_no_cell_of_a_table_is_a_formula(page):
    cells = ["=1+1", "+1", "-cmd", "@x", "\tx", "\rx", 'a "b", c', "plain", -1.5]
    line = page.evaluate("(cells) => Pathways.file.csv([cells])", cells)
    assert line == '\'=1+1,\'+1,\'-cmd,\'@x,\'\tx,"\'\rx","a ""b"", c",plain,-1.5\n'
