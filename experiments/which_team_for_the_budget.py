"""Which team for the budget? The staffing planner asked about the program as delivered and about the planned intake of
30 women a year, and told on one page for a board."""

from pathlib import Path
from typing import Any

import pandas as pd

from experiments.kept import RESULTS, experiment
from sim.study.plans_in_words import why
from sim.study.sentences import say

WORLDS = 1000
NAME, INTAKES = Path(__file__).stem, ("as_delivered", "planned_intake")
TEAM = (
    "summary.txt", "plans.csv", "plans.svg", "plans.txt", "changes.csv", "regret.csv", "conditions.csv",
    "service_months.csv", "service.png", "service.txt",
)  # fmt: skip
WAITS, ASKED = "thirty_women_a_year", ["staff.women=30", "staff.weeks=4", "staff.percent=90"]
PAGE = Path(__file__).with_suffix(".md")
ALL = "all"


def table(name: str, file: str) -> Any:
    """The rows of a kept table."""
    return pd.read_csv(RESULTS / NAME / name / f"{file}.csv").to_dict("records")


def thousands(dollars: float) -> str:
    """Dollars to the hundred."""
    return f"{round(dollars, -2):,.0f}"


def one_more(changes: Any) -> list[str]:
    """What one thing more adds, most first; then what adds nothing that matters."""
    lines, inert = list[str](), list[str]()
    for change in sorted(changes, key=lambda change: -change["women_a_year"]):
        more = {"women": change["women_a_year"], "half": change["women_a_year_half_width"]}
        more |= {"what": say(f"staff.changes.{change['change']}"), "cost": thousands(change["cost_a_year"])}
        (inert if change["inert"] else lines).append(
            say(f"board.{'inert_item' if change['inert'] else 'adds'}", **more)
        )
    return [*lines, *([say("board.inert", items="; ".join(inert))] if inert else [])]


def about_team(name: str) -> list[str]:
    """What the planner found for one intake."""
    plans = table(name, "plans")
    kept, regret = [plan for plan in plans if plan["cannot_be_told_apart"]], table(name, "regret")
    yours, best = plans[0], max(kept, key=lambda plan: plan["women_a_year"])
    said = {"cost": thousands(yours["cost_a_year"]), "used": 100 * yours["hours_used"], "plans": len(plans)}
    said |= {"kept": len(kept), "women": yours["women_a_year"], "low": yours["women_a_year_low"]}
    said |= {
        "high": yours["women_a_year_high"],
        "wait": yours["weeks_waited"],
        "gave_up": 100 * yours["waited_too_long"],
    }
    lines = [say("board.today", **yours | said), "", say("board.set", **said), "", say("board.heads"), "|---" * 9 + "|"]
    for plan in sorted(kept, key=lambda plan: plan["cost_a_year"]):
        gives = {"women": plan["women_a_year"], "low": plan["women_a_year_low"], "high": plan["women_a_year_high"]}
        mark = say("board.yours") if plan["yours"] else ""
        lines.append(say("board.plan", **plan | gives | {"cost": thousands(plan["cost_a_year"]), "mark": mark}))
    lines += ["", say("board.next"), "", *one_more(table(name, "changes"))]
    lines += ["", f"{say('board.binds')} {why(yours, pd.DataFrame(table(name, 'changes')))}"]
    mine = next(row for row in regret if row["yours"])
    first = next(row for row in regret if row["favoured"])
    numbers = {
        f"{who}_{part}": row[part] for who, row in (("best", first), ("yours", mine)) for part in ("ninth", "most")
    }
    told = say("board.regret", plan=best["plan"], worlds=f"{WORLDS:,}", **numbers)
    lines += ["", f"{told} [{say('board.where')}](results/{NAME}/{name}/summary.txt)."]
    return [*lines, "", f"![{say('board.figure')}](results/{NAME}/{name}/plans.svg)"]


def about_waits() -> list[str]:
    """Waits by posts, and who waits longer."""
    rows = table(WAITS, "waits")
    lines = [say("board.waits.head"), "|---|---|---|---|---|---|---|"]
    for row in (row for row in rows if row["need"] == ALL):
        shares = {name: 100 * row[name] for name in ("within", "low", "high", "waited_too_long", "hours_used")}
        rest = {name: row[name] for name in ("posts", "mean_wait", "waiting_for_services")}
        lines.append(say("board.waits.row", **shares, **rest, cost=thousands(row["cost_a_year"])))
    fewest = [row for row in rows if row["need"] != ALL and row["posts"] == rows[0]["posts"]]
    order = sorted(fewest, key=lambda row: -row["mean_wait"])
    ends = {"most": order[0]["need"], "longest": order[0]["mean_wait"], "least": order[-1]["need"]}
    return [*lines, "", say("board.waits.who", posts=rows[0]["posts"], shortest=order[-1]["mean_wait"], **ends)]


def page() -> str:
    """The page for a board, from the tables that are kept."""
    lines = [f"# {say('board.title')}", "", say("board.what"), ""]
    for scenario in INTAKES:
        lines += [f"## {say(f'board.{scenario}')}", "", *about_team(scenario), ""]
    lines += [f"## {say('board.waits.title')}", "", *about_waits(), "", f"## {say('board.rests')}", ""]
    lines += [say(f"board.assumed.{part}") for part in ("prices", "parameters", "levers", "outcome", "left_out")]
    return "\n".join([*lines, "", say("board.again"), ""])


def main() -> int:
    """Asks three times, then writes the page; 1 where something did not come out as it is kept."""
    codes = [
        experiment(NAME, ["staff", f"scenario={scenario}", f"staff.worlds={WORLDS}"], TEAM, scenario)
        for scenario in INTAKES
    ]
    codes.append(experiment(NAME, ["staff", *ASKED], ("summary.txt", "waits.csv", "waits.svg", "waits.txt"), WAITS))
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
    return max(codes)


if __name__ == "__main__":
    raise SystemExit(main())
