"""Figures, dates and keys of the trial as a reader writes them, in the units of the article."""

import calendar
import math
import re

from gba.prose import in_words, number_word, told, yuan

UNITS = {"million_persons": "million", "percent": "per cent", "persons": "people", "usd": "US dollars"}
#: Units that the figure says by itself.
UNSAID = {"year", "count", "rank", "city", "text", "bridges"}
MONTHS = list(calendar.month_name)[1:]


def measured(value, unit=None, rounded: bool = True) -> str:
    """A figure with its unit, a date, or a word of a ledger; empty for what is missing. A `rounded` figure with a fraction is cut to three digits.

    >>> measured(6000.0, "CNY_100m"), measured("1", "CNY_100m"), measured(170.0, "firms"), measured("hong_kong", "city"), measured(None, "km")
    ('600 billion yuan', '100 million yuan', '170 firms', 'Hong Kong', '')
    >>> measured(71.24, "million_persons"), measured(45.644, "km", rounded=False), measured("2013", "year"), measured("2018-09-26", "date")
    ('71.2 million', '45.644 km', '2013', '26 September 2018')
    """
    if isinstance(value, str) and re.fullmatch(r"\d{4}(-\d\d){0,2}", value) and unit in ("date", "year", "text", "yes_no"):
        return day(value)
    try:
        number = float(value)
    except (TypeError, ValueError):
        return in_words(value) if isinstance(value, str) else ""
    if math.isnan(number):
        return ""
    if unit == "CNY_100m":
        return yuan(number)
    words = "" if not isinstance(unit, str) or unit in UNSAID else UNITS.get(unit, unit.replace("_", " "))
    form = ".0f" if unit == "year" else ",.12g"
    if rounded and number != int(number) and unit != "year":
        form = f",.{max(0, 2 - math.floor(math.log10(abs(number))))}f" if abs(number) >= 1 else ".2g"
    return f"{told(number, form)} {words}".strip()


def day(text) -> str:
    """A day, a month or a year in words; a text that is none as it stands.

    >>> day("2018-09-26"), day("2018-09"), day("2018"), day("1979-2023")
    ('26 September 2018', 'September 2018', '2018', '1979-2023')
    """
    if not isinstance(text, str) or not re.fullmatch(r"\d{4}(-\d\d){0,2}", text):
        return text if isinstance(text, str) else ""
    year, *rest = (int(part) for part in text.split("-"))
    return " ".join([*map(str, rest[1:]), *(MONTHS[month - 1] for month in rest[:1]), str(year)])


def spelled(text: str) -> str:
    """What stands in a sentence: a small whole number at its head as a word.

    >>> spelled("3 currencies"), spelled("24 plates"), spelled("12 June 2018"), spelled("3")
    ('three currencies', '24 plates', '12 June 2018', 'three')
    """
    number, _, rest = text.partition(" ")
    counted = number.isdigit() and rest.split(" ")[0] not in (*MONTHS, "per", "billion", "million", "km")
    return f"{number_word(int(number), 'no')} {rest}".strip() if counted else text
