"""Numbers as a planner reads them: whole women, shares in percent, the range beside the number, names in words."""

from datetime import date, timedelta

from sim.study.figures.page import Words
from sim.study.figures.reading import Row
from sim.study.sentences import say
from sim.study.worlds import NO_PROGRAM

NO_BREAK = "\u00a0"  # a space at which no line ends


def words(figure: str, title: str = "title", alt: str = "alt", **said: str) -> Words:
    """A figure's three texts, filled in."""
    return Words(*(say(f"figures.{figure}.{part}", **said) for part in (title, "how", alt)))


def title_of(scenario: str) -> str:
    """A scenario's name in words with the settings that were changed; how it was run stands elsewhere."""
    name, *changes = scenario.split(", ")
    settings = [_setting(change) for change in changes]
    return ", ".join([say("figures.no_program") if name == NO_PROGRAM else name.replace("_", " "), *settings])


def _setting(change: str) -> str:
    """case managers = 3 for staffing.case_managers=3."""
    key, equals, value = change.partition("=")
    setting = (key.partition(".")[2] or key).replace(".", " ").replace("_", " ")
    return f"{setting}{NO_BREAK}={NO_BREAK}{value}" if equals else change


def women(number: str) -> str:
    """1 woman, 2 women, 1 (0 to 3) women."""
    return say("figures.woman") if number == "1" else say("figures.women", number=number)


def percent(part: float) -> str:
    return say("figures.percent", number=f"{100 * part:.0f}")


def whole(number: float, decimals: int = 0) -> str:
    """A number with its thousands apart and a true minus; small negative numbers round to a plain zero."""
    text = f"{number:,.{decimals}f}"
    return text.replace("-", "−" if text.strip("-0.,") else "")


def number_of(row: Row, decimals: int = 0, factor: float = 1.0, sentence: str = "{number}") -> str:
    """A mean with its range: 31 (22 to 40); the mean alone where the range is nothing else, as in one run."""
    mean, low, high = (whole(factor * row[kind], decimals) for kind in ("mean", "low", "high"))
    number = sentence.format(number=mean)
    return number if low == high == mean else number + say("figures.range", low=low, high=high)


def share_of(row: Row) -> str:
    """A mean share with its range: 31 % (22 to 40)."""
    return number_of(row, 0, 100, say("figures.percent", number="{number}"))


def more_or_fewer(change: Row) -> str:
    """A paired difference: 11 more (4 to 18); where its range spans zero neither is said: 1 (−1 to 3)."""
    if change["low"] <= 0 <= change["high"] or change["low"] == change["high"]:
        return number_of(change)
    more = change["mean"] > 0
    low, high = sorted(abs(change[side]) for side in ("low", "high"))
    word = "{number} " + say("figures.more" if more else "figures.fewer")
    return number_of({"mean": abs(change["mean"]), "low": low, "high": high}, sentence=word)


def sure_of(change: Row) -> str:
    """How sure a paired difference is, in words with its share; nothing where there is one run."""
    return say("figures.sure", words=change["sure"], share=percent(change["paired"])) if change["sure"] else ""


def month_of(start: date, week: float) -> str:
    """The month in which a calendar week begins: March 2020."""
    return f"{start + timedelta(weeks=int(week)):%B %Y}"


def in_months(week: float) -> str:
    """Weeks as months: 39 weeks are 9 months."""
    return f"{week * 3 / 13:.0f}"
