"""The list of claims as HTML: every text of the data passes through `html.escape`; the page works without JavaScript."""

import math
import re
from collections.abc import Iterable

import pandas as pd

from gba.catalogue import text as _text
from gba.claims.registry import FAILS, HOLDS, THEN, UNTOLD, VERDICTS
from gba.data.load import sources
from gba.prose import in_words, yuan

#: By verdict: the class of the badge and its sign, so that a verdict is told by word and sign and not by colour alone.
BADGES = {HOLDS: ("holds", "✓"), THEN: ("then", "↺"), FAILS: ("fails", "✗"), UNTOLD: ("untold", "?")}
#: The sections of claims.csv in the order of the article, with a name for a chart, where it has an inch.
_PARTS = (
    ("intro", "Introduction", "Introduction"), ("history", "Two cities", "Two cities"), ("pipeline", "Research and founders", "Pipeline"),
    ("fintech", "Money and movement", "Money"), ("policy", "What cities do", "Policy"), ("synthesis", "Who is first", "Conclusion"),
)  # fmt: skip
SECTIONS, SHORT = {key: name for key, name, _ in _PARTS}, {key: short for key, _, short in _PARTS}
HEADS = ("What", "Where", "When", "Value", "Source")
#: More rows than these are counted, not listed: the whole series is in the chapter.
ROWS = 8
UNITS = {
    "HKD_million": "million HK dollars", "USD_billion": "billion US dollars", "million_persons": "million persons",
    "percent": "per cent", "LCU_per_USD": "per US dollar", "usd": "US dollars", "km2": "km²", "ug_m3": "µg/m³",
}  # fmt: skip
#: Units of sums that are told in billions.
HUNDRED_MILLION = {"CNY_100m", "cny_100m"}
#: Units that the figure says by itself.
UNSAID = {"date", "year", "count", "rank", "flag", "city", "university"}


def page(tried: pd.DataFrame, drawn: set[str]) -> str:
    """The form and the list.

    Parameters
    ----------
    tried : the frame of `claims.try_all`
    drawn : exhibits that may be linked, as "chapter#name"
    """
    keys = [key for key in SECTIONS if key in set(tried["section"])]
    keys += sorted(set(tried["section"]) - set(keys))
    listed = "".join(section(key, tried[tried["section"] == key], drawn) for key in keys)
    return f'<div class="claims" id="claims">{form(keys, len(tried))}{listed}</div>'


def form(sections: Iterable[str], count: int) -> str:
    """Two selects and a button; hidden until the script makes them work."""
    return (
        '<form class="claims-filter" hidden><p class="claims-fields">'
        f"{_select('claims-section', 'section', 'Part of the article', [(key, SECTIONS.get(key, key)) for key in sections])}"
        f"{_select('claims-verdict', 'verdict', 'Verdict', [(BADGES[word][0], word) for word in VERDICTS])}"
        '<button type="reset">Show all</button></p>'
        f'<p class="claims-count" role="status" aria-live="polite">{count} claims</p></form>'
    )


def _select(identity: str, name: str, label: str, options: Iterable[tuple[str, str]]) -> str:
    choices = "".join(f'<option value="{_text(value)}">{_text(word)}</option>' for value, word in options)
    return f'<span><label for="{identity}">{_text(label)}</label><select id="{identity}" name="{name}"><option value="">all</option>{choices}</select></span>'


def section(key: str, tried: pd.DataFrame, drawn: set[str]) -> str:
    """The claims of one part of the article under its heading."""
    listed = "".join(claim(row, drawn) for row in tried.to_dict("records"))
    return f'<section class="claims-part" aria-labelledby="part-{_text(key)}"><h3 id="part-{_text(key)}">{_text(SECTIONS.get(key, key))}</h3>{listed}</section>'


def claim(row: dict, drawn: set[str]) -> str:
    """One claim: badge, both texts, figures, reason, exhibits, evidence."""
    kind, sign = BADGES[row["verdict"]]
    badge = f'<p class="verdict verdict-{kind}"><span aria-hidden="true">{sign}</span> {_text(row["verdict"])}</p>'
    return (
        f'<article class="claim" id="claim-{_text(row["claim_id"])}" data-section="{_text(row["section"])}" data-verdict="{kind}">'
        f'{badge}<h4>{_text(row["claim_en"])}</h4><p class="claim-zh" lang="zh-Hant">{_text(row["claim_zh"])}</p>'
        f'{_figures(row)}<p class="claim-reason">{_text(row["reason"])}</p>{_exhibits(row["exhibits"], drawn)}{evidence_table(row["rows"])}</article>'
    )


def _figures(row: dict) -> str:
    """What the article gives and what was found, where there is a figure or a date."""
    pairs = [("The article", row["claimed_value"], row["claimed_unit"]), ("Found", row["value"], row["unit"])]
    told = [f"<div><dt>{who}</dt><dd>{_text(_measured(value, unit))}</dd></div>" for who, value, unit in pairs if _number(value)]
    return f'<dl class="claim-figures">{"".join(told)}</dl>' if told else ""


def _measured(value, unit) -> str:
    """A figure with its unit, or a word of the ledger, as a reader writes it.

    >>> _measured(6000.0, "CNY_100m"), _measured("1", "CNY_100m"), _measured(170.0, "firms, November 2019"), _measured("cuhk", "university")
    ('600 billion yuan', '100 million yuan', '170 firms, November 2019', 'CUHK')
    """
    if unit in HUNDRED_MILLION and _number(value):
        return yuan(float(value))
    words = UNITS.get(unit, str(unit).replace("_", " ")) if isinstance(unit, str) and unit not in UNSAID else ""
    return f"{_number(value)} {words}".strip()


def _number(value) -> str:
    """A figure as a reader writes it, or a word of a ledger; empty for what is missing.

    >>> _number(72413.0), _number(1.83), _number("24.0"), _number("2018-06"), _number("beijing; hong_kong"), _number(None)
    ('72,413', '1.83', '24', '2018-06', 'Beijing; Hong Kong', '')
    """
    if isinstance(value, str):
        if not re.fullmatch(r"\d+\.\d+", value):
            return in_words(value)
        value = float(value)
    if value is None or math.isnan(value):
        return ""
    return f"{value:,.0f}" if value == int(value) or abs(value) >= 10_000 else f"{value:,.3f}".rstrip("0").rstrip(".")


def _exhibits(names: Iterable[str], drawn: set[str]) -> str:
    links = []
    for chapter, _, figure in (name.partition("#") for name in names if name in drawn):
        words = f"chapter {chapter[:2].lstrip('0')}, {figure.replace('-', ' ')}"  # the build puts the exhibit's number in their place
        links.append(f'<a class="exhibit-ref" href="{_text(chapter)}.html#{_text(figure)}">{_text(words)}</a>')
    return f'<p class="claim-exhibits">See {", ".join(links)}.</p>' if links else ""


def evidence_table(rows: pd.DataFrame) -> str:
    """The rows of evidence, folded; a sentence where there are none."""
    if rows.empty:
        return '<p class="claim-none">No row but the article’s own.</p>'
    shown = pd.concat([rows.head(ROWS // 2), rows.tail(ROWS - ROWS // 2)]) if len(rows) > ROWS else rows
    rest = f'<p class="claim-rest">{len(rows) - ROWS} more between the first and the last; all are in the chapter’s data.</p>' if len(rows) > ROWS else ""
    head = "".join(f'<th scope="col">{word}</th>' for word in HEADS)
    body = "".join(_row(row) for row in shown.to_dict("records"))
    count = f"{len(rows)} row{'s' if len(rows) > 1 else ''}"
    return (
        f"<details><summary>Evidence: {count}</summary>"
        f'<div class="claim-rows" tabindex="0" role="region" aria-label="Rows of evidence">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>{rest}</details>"
    )


def _row(row: dict) -> str:
    told = in_words(row["told"]) if isinstance(row["told"], str) else _measured(row["value"], row["unit"])
    note = f'<span class="claim-note">{_text(row["note"])}</span>' if isinstance(row["note"], str) and row["told"] is None else ""
    aside = ' <em class="claim-aside">stands aside</em>' if row["status"] == "aside" else ""
    cells = [
        _text(row["what"]),
        _text(row["place"]),
        _text(row["period"]),
        f"{_text(told)}{aside}{note}",
        "; ".join(_source(key.strip()) for key in str(row["source"]).split(";")),
    ]
    # The name of the column stands in the cell for the phone, where a row becomes a card.
    return "<tr>" + "".join(f'<td data-head="{head}">{f"<div>{cell}</div>" if cell else ""}</td>' for head, cell in zip(HEADS, cells, strict=True)) + "</tr>"


def _source(key: str) -> str:
    """Publisher, date and grade of a source, linked where it has an address."""
    if key not in sources().index:
        return _text(key)
    row = sources().loc[key]
    name = _text(row["publisher"] if isinstance(row["publisher"], str) else row["title"])
    if str(row["url"]).startswith(("https://", "http://")):
        name = f'<a href="{_text(row["url"])}" rel="noreferrer">{name}</a>'
    dated = f"{row['date']}, " if isinstance(row["date"], str) else ""
    return f"{name} ({_text(dated)}grade {_text(row['grade'])})"
