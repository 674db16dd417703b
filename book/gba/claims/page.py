"""The list of claims as HTML: every text of the data passes through `html.escape`; the page works without JavaScript."""

from collections.abc import Iterable

import pandas as pd

from gba.catalogue import text as _text
from gba.claims.registry import Evidence, Part
from gba.claims.rules import ASIDE, BEARS, BEHIND, DECIDES, DISPUTED, FAILS, HOLDS, OPEN, THEN, UNSEEN, VERDICTS
from gba.claims.words import day, measured
from gba.data.load import sources
from gba.exhibit.figure import in_book

#: By verdict: the class of the badge and its sign, so that a verdict is told by word and sign and not by colour alone.
BADGES = {HOLDS: ("holds", "✓"), THEN: ("then", "↺"), FAILS: ("fails", "✗"), DISPUTED: ("disputed", "≠"), OPEN: ("open", "?"), UNSEEN: ("unseen", "…")}
#: The sections of claims.csv in the order of the article, with a name for a chart, where it has an inch.
_PARTS = (
    ("intro", "Introduction", "Introduction"), ("history", "Two cities", "Two cities"), ("pipeline", "Research and founders", "Pipeline"),
    ("fintech", "Money and movement", "Money"), ("policy", "What cities do", "Policy"), ("synthesis", "Who is first", "Conclusion"),
)  # fmt: skip
SECTIONS, SHORT = {key: name for key, name, _ in _PARTS}, {key: short for key, _, short in _PARTS}
HEADS = ("What", "Where", "When", "Value", "Source")
#: More rows that decide a part than these stand in the fold alone, and more rows than the second number are counted there, not listed.
SEEN, ROWS = 3, 12
#: Where more sources than these stand behind one computed figure they are counted.
CITED = 8
#: What stands before the value with which a part is compared.
COMPARED = {"at_least": "at least", "at_most": "at most", "about": "about", "by": "by"}
#: What a row that does not decide is there for.
ROLES = {BEARS: "bears on it", ASIDE: "set aside", BEHIND: "behind the figure"}


def page(tried: pd.DataFrame) -> str:
    """The form and the list of the frame of `claims.try_all`."""
    keys = [key for key in SECTIONS if key in set(tried["section"])]
    keys += sorted(set(tried["section"]) - set(keys))
    listed = "".join(section(key, tried[tried["section"] == key]) for key in keys)
    return f'<div class="claims" id="claims">{form(keys, len(tried))}{listed}</div>'


def form(sections: Iterable[str], count: int) -> str:
    """Two selects and a button; the style sheet hides them where no script runs that could make them work."""
    return (
        '<form class="claims-filter"><p class="claims-fields">'
        f"{_select('claims-section', 'section', 'Part of the article', [(key, SECTIONS.get(key, key)) for key in sections])}"
        f"{_select('claims-verdict', 'verdict', 'Verdict', [(BADGES[word][0], word) for word in VERDICTS])}"
        '<button type="reset">Show all</button></p>'
        f'<p class="claims-count" role="status" aria-live="polite">All {count} claims shown</p></form>'
    )


def _select(identity: str, name: str, label: str, options: Iterable[tuple[str, str]]) -> str:
    choices = "".join(f'<option value="{_text(value)}">{_text(word)}</option>' for value, word in options)
    return f'<span><label for="{identity}">{_text(label)}</label><select id="{identity}" name="{name}"><option value="">all</option>{choices}</select></span>'


def section(key: str, tried: pd.DataFrame) -> str:
    """The claims of one part of the article under its heading."""
    listed = "".join(claim(row, row["evidence"]) for row in tried.to_dict("records"))
    return f'<section class="claims-part" aria-labelledby="part-{_text(key)}"><h3 id="part-{_text(key)}">{_text(SECTIONS.get(key, key))}</h3>{listed}</section>'


#: The article is kept as it was copied, with marks of half a width; they are set as Chinese is.
_MARKS = str.maketrans(",:;?!()“”", "，：；？！（）『』")


def claim(row: dict, found: Evidence) -> str:
    """One claim: what it says in both languages, the verdict and why, each part with the rows that decide it, and all rows."""
    kind, _ = BADGES[found.verdict]
    said = _text(str(row["claim_zh"]).translate(_MARKS)) if pd.notna(row["claim_zh"]) else ""
    original = f'<p class="claim-zh untranslated" lang="zh-Hant">「{said}」</p>' if said else ""
    parts = "".join(_part(part, row, alone=len(found.parts) == 1) for part in found.parts)
    return (
        f'<article class="claim" id="claim-{_text(row["claim_id"])}" data-section="{_text(row["section"])}" data-verdict="{kind}">'
        f'<h4>{_text(row["claim_en"])}</h4>{original}'
        f'<p class="verdict verdict-{kind}">{_badge(found.verdict)}</p><p class="claim-reason">{_text(found.reason)}</p>'
        f'<ul class="claim-parts">{parts}</ul>{_links(found.exhibits)}{evidence_table(found)}</article>'
    )


def _badge(verdict: str) -> str:
    return f'<span aria-hidden="true">{BADGES[verdict][1]}</span> {_text(verdict)}'


def _part(part: Part, claim: dict, alone: bool) -> str:
    """What is asked, with what it is compared, and the rows that decide it."""
    ours = part.test in ("at_least", "at_most", "by") and str(part.claimed) != str(claim["claimed_value"])
    value = f"{COMPARED.get(part.test, '')} {measured(part.claimed, part.unit, rounded=False)}".strip()
    told = [] if part.test == "said" else [("Rule" if ours else "The article", _text(value))]
    deciding = [row for row in part.shown if row["role"] == DECIDES]
    told += [("Found", f'{_text(row["told"])} <small class="part-source">{_cited(row)}</small>') for row in deciding[:SEEN]]
    verdict = "" if alone else f' <span class="part-verdict verdict-{BADGES[part.verdict][0]}">{_badge(part.verdict)}</span>'
    figures = "".join(f"<div><dt>{name}</dt><dd>{words}</dd></div>" for name, words in told)
    return f'<li><p class="part-asks">{_text(part.asks)}{verdict}</p>' + (f'<dl class="claim-figures">{figures}</dl>' if figures else "") + "</li>"


def _cited(row: dict) -> str:
    """Who made the figures of a row, and when, in a few words: at most three names."""
    known = sources()["publisher"]
    names = list(dict.fromkeys(known.get(key, key) for key in str(row["source"]).split("; ")))
    told = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    return _text("; ".join(word for word in (told, day(row["period"])) if word))


def _links(names: Iterable[str]) -> str:
    ending, links = "html" if in_book() else "ipynb", []
    for chapter, _, figure in (name.partition("#") for name in names):
        words = f"chapter {chapter[:2].lstrip('0')}{', ' if figure else ''}{figure.replace('-', ' ')}"  # the build puts an exhibit's number in their place
        kind = ' class="exhibit-ref"' if figure else ""
        links.append(f'<a{kind} href="{_text(chapter)}.{ending}{"#" if figure else ""}{_text(figure)}">{_text(words)}</a>')
    return f'<p class="claim-exhibits">See {", ".join(links)}.</p>' if links else ""


def evidence_table(found: Evidence) -> str:
    """All rows, folded; a sentence where there are none."""
    rows = [(part, row) for part in found.parts for row in part.rows.to_dict("records")]
    if not rows:
        return '<p class="claim-none">No source but the article’s own.</p>'
    rest = f'<p class="claim-rest">{len(rows) - ROWS} more are in the data of the chapters.</p>' if len(rows) > ROWS else ""
    head = "".join(f'<th scope="col">{word}</th>' for word in HEADS)
    body = "".join(_row(part, row) for part, row in rows[:ROWS])
    voices = f", {found.origins} independent source{'s' if found.origins > 1 else ''}" if found.origins else ""
    count = f"{len(rows)} row{'s' if len(rows) > 1 else ''}{voices}"
    return (
        f"<details><summary>Evidence: {count}</summary>"
        f'<div class="claim-rows" tabindex="0" role="group" aria-label="Rows of evidence">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>{rest}</details>"
    )


def _row(part: Part, row: dict) -> str:
    role = f' <em class="claim-aside">{ROLES[row["role"]]}</em>' if row["role"] in ROLES else ""
    notes = [row["note"]] * (isinstance(row["note"], str) and part.test != "said") + [f"goes back to {row['origin']}"] * isinstance(row["origin"], str)
    note = f'<span class="claim-note">{_text("; ".join(notes))}</span>' if notes else ""
    keys = str(row["source"]).split("; ")
    cited = "; ".join(map(_source, keys)) if len(keys) <= CITED else f"{len(keys)} sources"
    cells = [_text(row["what"]), _text(row["place"]), _text(day(row["period"])), f"{_text(part.tell(row))}{role}{note}", cited]
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
    dated = f"{day(row['date'])}, " if isinstance(row["date"], str) else ""
    return f"{name} ({_text(dated)}grade {_text(row['grade'])})"
