"""Numbers as a planner reads them: whole women, shares in percent, the range beside the number, names in words."""

from datetime import date, timedelta

from sim.study.figures.reading import NO_PROGRAM, Row
from sim.study.sentences import say

NO_BREAK = "\u00a0"  # a space at which no line ends


def title_of(scenario: str) -> str:
    """A scenario's name in words with the settings that were changed; the number of runs stands elsewhere."""
    name, *changes = scenario.split(", ")
    settings = [_setting(change) for change in changes if not change.startswith("replications=")]
    return ", ".join([say("figures.no_program") if name == NO_PROGRAM else name.replace("_", " "), *settings])


def _setting(change: str) -> str:
    """case managers = 3 for staffing.case_managers=3."""
    key, equals, value = change.partition("=")
    words = key.partition(".")[2] or key
    return f"{words.replace('.', ' ').replace('_', ' ')}{NO_BREAK}={NO_BREAK}{value}" if equals else change


def women(number: str) -> str:
    """1 woman, 2 women, 1 (0 to 3) women."""
    return say("figures.woman") if number == "1" else say("figures.women", number=number)


def percent(part: float) -> str:
    return say("figures.percent", number=f"{100 * part:.0f}")


def whole(number: float, decimals: int = 0) -> str:
    """A number with its thousands apart and a true minus; small negative numbers round to a plain zero."""
    text = f"{number:,.{decimals}f}"
    return text.replace("-", "−" if float(text.replace(",", "")) else "")


def number_of(row: Row, runs: int, decimals: int = 0, factor: float = 1.0) -> str:
    """A mean with its range: 31 (22 to 40); the mean alone where there is one run and so no range."""
    mean, low, high = (whole(factor * row[kind], decimals) for kind in ("mean", "low", "high"))
    return mean if runs < 2 or low == high == mean else mean + say("figures.range", low=low, high=high)


def share_of(row: Row, runs: int) -> str:
    """A mean share with its range: 31 % (22 to 40)."""
    mean, low, high = (whole(100 * row[kind]) for kind in ("mean", "low", "high"))
    share = say("figures.percent", number=mean)
    return share if runs < 2 or low == high == mean else share + say("figures.range", low=low, high=high)


def points(change: Row, runs: int) -> str:
    """A difference of shares in points, to one decimal where it is small."""
    return number_of(change, runs, 1 if abs(change["mean"]) < 0.05 else 0, 100)


def more_or_fewer(change: Row, runs: int) -> str:
    """A paired difference: 11 more (4 to 18); where its range spans zero neither is said: 1 (−1 to 3)."""
    if runs < 2 or change["low"] <= 0 <= change["high"]:
        return number_of(change, runs)
    low, high = sorted(abs(change[side]) for side in ("low", "high"))
    word = say("figures.more" if change["mean"] > 0 else "figures.fewer")
    return f"{whole(abs(change['mean']))} {word}" + say("figures.range", low=whole(low), high=whole(high))


def sure_of(change: Row) -> str:
    """How sure a paired difference is, in words with its share; nothing where there is one run."""
    if not change["sure"]:
        return ""
    return say("figures.sure", words=change["sure"], share=percent(change["paired"]))


def month_of(start: date, week: float) -> str:
    """The month in which a calendar week begins: March 2020."""
    return f"{start + timedelta(weeks=int(week)):%B %Y}"


def in_months(week: float) -> str:
    """Weeks as months: 39 weeks are 9 months."""
    return f"{week * 3 / 13:.0f}"
