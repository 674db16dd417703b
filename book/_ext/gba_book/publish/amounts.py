"""The amounts of charts as Chinese counts them: drawing, live chart, tooltips, and the table and the CSV of what is drawn.

Hong Kong's statistics department prints 百萬 and 十億 in its tables, column by column after the English. But the chapters, like the papers, say 萬 and 億,
and a reader who meets "5,390億美元" in the sentence and "539" under "十億美元" beside it has to move the point himself. So it is moved here, by one rule for
all charts (`gba.exhibit.amounts`), and the word with it: catalogues translate "billion" as 十億, and only where numbers were moved the word is 億.

Of the rows of the ledger, which stand as their sources printed them, the table on the page counts so too, row by row with its unit; in their CSV number and
unit stay as they are, because programs join them by the key of the unit.
"""

import html
import re
from decimal import Decimal

from gba.charts.layout import text_width
from gba.exhibit import amounts

from gba_book.publish.messages import numbered

#: By power: the word of catalogues, the word by which Chinese counts, and by how many places the point moves.
COUNTS = {"thousand": ("千", "萬", -1), "million": ("百萬", "萬", 2), "billion": ("十億", "億", 1)}
_NUMBER = re.compile(r"([-−]?)(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)( \(\d{4}\))?")
_YEAR = re.compile(r"(?:1[89]|20)\d\d")
_WHEN = re.compile(r"\b(years?|dates?|periods?|since)\b", re.I)
_TOLD = re.compile(r'<(text|p)([^>]* data-by="(\w+)"[^>]*)>(.*?)</\1>', re.S)


def moved(number: str, power: str) -> str:
    """A number with its point where Chinese has it, and as many digits as it had; a whole one gets no empty decimals.

    >>> moved("18.7", "million"), moved("0.7", "million"), moved("3,500", "billion"), moved("13.0", "thousand"), moved("1,000", "thousand")
    ('1,870', '70', '35,000', '1.30', '100')
    """
    there = Decimal(number.replace(",", "")).scaleb(COUNTS[power][2])
    return f"{there if '.' in number else there.normalize() + 0:,f}"


def recounted(line: str, power: str) -> str:
    """A line of a chart: an amount alone, or with the year that it is of; else the word for the power.

    >>> recounted("19.2 (2019)", "million"), recounted("2019", "million"), recounted("每日成交，十億元", "billion"), recounted("每百萬人", "million")
    ('1,920 (2019)', '2019', '每日成交，億元', '每百萬人')
    """
    if found := _NUMBER.fullmatch(line):
        return line if _YEAR.fullmatch(line) else f"{found[1]}{moved(found[2], power)}{found[3] or ''}"
    old, new, _ = COUNTS[power]
    return re.sub(f"(?<!每){old}", new, line)


def page_recounted(page: str) -> str:
    """A page whose texts are translated, with what its drawings count, and their subtitles, told anew; a drawing is as much wider as numbers grew at its left.

    >>> page_recounted('<svg><text data-by="million">百萬人</text><text data-by="million"><tspan>深圳</tspan><tspan>17.7</tspan></text></svg>')
    '<svg><text data-by="million">萬人</text><text data-by="million"><tspan>深圳</tspan><tspan>1,770</tspan></text></svg>'
    """

    def told(at) -> str:
        said = re.sub(r"(^|>)([^<>]+)", lambda line: line[1] + html.escape(recounted(html.unescape(line[2]), at[3]), quote=False), at[4])
        return f"<{at[1]}{at[2]}>{said}</{at[1]}>"

    def drawn(svg) -> str:
        said = _TOLD.sub(told, svg[0])
        texts = zip(_TOLD.finditer(svg[0]), _TOLD.finditer(said), strict=True)
        more = round(max([0.0, *(text_width(new[4]) - text_width(old[4]) for old, new in texts if 'text-anchor="end"' in old[2])]))
        return re.sub(r'viewBox="0 0 (\d+)', lambda box: f'viewBox="{-more} 0 {int(box[1]) + more}', said, count=1) if more else said

    page = re.sub(r"<svg\b(?:(?!</svg>).)*? data-by=.*?</svg>", drawn, page, flags=re.S)
    return re.sub(r'<p class="exhibit-subtitle"[^>]* data-by=.*?</p>', lambda at: _TOLD.sub(told, at[0]), page, flags=re.S)


def recount(content: dict) -> dict[str, str]:
    """Moves the point in what a live chart and the table of what is drawn count, both still in English.

    Returns
    -------
    The messages that name a power, with it: their translations are for `recounted`.
    """
    titles = {}
    if spec := content.get("spec"):
        subtitle, more = amounts.words(spec.get("title", {}).get("subtitle")), spec.get("usermeta", {})
        done: set[tuple] = set()
        for view, datasets in ((spec, spec.get("datasets", {})), (more.get("narrow", {}), spec.get("datasets", {}) | more.get("narrowDatasets", {}))):
            for panel in amounts.counted(view, subtitle):
                titles |= {title: panel.power for title in (subtitle, *_texts(view)) if amounts.power(title) == panel.power}
                titles |= {text: panel.power for text in _panel(panel, datasets, done)}
    if drawn := content.get("drawn"):
        titles |= recount_table([column["label"] for column in drawn["columns"]], drawn["rows"])
    return {numbered(title)[0]: power for title, power in titles.items()}


def _texts(part) -> list[str]:
    """Titles of axes, legends, panels and tooltips."""
    if isinstance(part, dict):
        own = [amounts.words(part["title"])] if "title" in part else []
        return own + [text for key, value in part.items() if key not in ("datasets", "config", "usermeta") for text in _texts(value)]
    return [text for value in part for text in _texts(value)] if isinstance(part, list) else []


def _panel(panel: amounts.Panel, datasets: dict, done: set) -> list[str]:
    """Moves the point in a panel; returns the words beside its marks that name the power."""
    named = []
    shift = COUNTS[panel.power][2]
    times = f"{Decimal(1).scaleb(shift):f}"
    for guide in panel.guides():
        guide["labelExpr"] = f"format({times} * datum.value, ',.12~r')"
    for view, data in panel.views:
        encoding = view["encoding"]
        measured = {encoding[channel]["field"] for channel in panel.channels if "field" in encoding.get(channel, {})}
        tips = encoding.get("tooltip", [])
        told = [tip for tip in (tips if isinstance(tips, list) else [tips]) if _counts(tip, measured, panel.power)]
        kind = view["mark"] if isinstance(view["mark"], str) else view["mark"]["type"]
        text = encoding.get("text", {}) if kind == "text" else {}
        for one in [*told, *([text] if text.get("type") == "quantitative" and "field" in text else [])]:
            field = one["field"].replace("\\", "")
            one.setdefault("title", field)
            one["field"] = f"{field} told"
            view.setdefault("transform", []).append({"calculate": f"{times} * datum['{field}']", "as": f"{field} told"})
        if "field" in text and text.get("type") != "quantitative" and (data, text["field"]) not in done:
            done.add((data, text["field"]))
            for row in datasets.get(data, []):
                if isinstance(said := row.get(text["field"]), str):
                    row[text["field"]] = "\n".join(recounted(line, panel.power) if _NUMBER.fullmatch(line) else line for line in said.split("\n"))
                    named += [said] if amounts.power(said) == panel.power else []
    return named


def _counts(tip: dict, measured: set[str], power: str) -> bool:
    return tip.get("type") == "quantitative" and "field" in tip and (tip["field"] in measured or amounts.power(amounts.words(tip.get("title"))) == power)


def recount_table(heads: list[str], rows: list[list]) -> dict[str, str]:
    """Moves the point in columns whose heading, and in rows whose first cell, names a power, there in the last number that is no date; returns these titles.

    >>> rows = [["Residents, million", "2.5"], ["Areas", "3"]]
    >>> recount_table(["What", "Number"], rows), rows
    ({'Residents, million': 'million'}, [['Residents, million', '250'], ['Areas', '3']])
    """
    titles = {head: power for head in heads if (power := amounts.power(head))}
    for row in rows:
        first = amounts.power(row[0]) if row and isinstance(row[0], str) else ""
        last = max((n for n, cell in enumerate(row) if n and _is_number(cell) and not _WHEN.search(heads[n])), default=0) if first else 0
        titles |= {row[0]: first} if first else {}
        for n, cell in enumerate(row):
            power = first if last and n == last else amounts.power(heads[n])
            if power and _is_number(cell):
                there = Decimal(str(cell).replace(",", "").replace("−", "-")).scaleb(COUNTS[power][2]).normalize() + 0
                row[n] = f"{there:{',' if ',' in cell else ''}f}" if isinstance(cell, str) else float(there)
    return titles


#: A unit of the ledger, how it is counted, and by how many places the point moves: money by 億, what is smaller by 萬.
_UNITS = ((r"十億(.*)", "億", 1), (r"1億(.*)", "億", 0), (r"百萬(.*元)", "億", -2), (r"百萬(.*)", "萬", 2))


def recount_ledger(table: dict, labels: list[str]) -> None:
    """Moves the point in a translated table of the ledger, row by row, and in what its figures were in the last edition; `labels` are its headings in English.

    >>> table = {"rows": [[18.315136, "十億美元"], [21280.4, "百萬港元"], [27670.24, "1億元人民幣"], [28.1, "百萬標準箱"], [4, "%"]], "was": [[0, 0, 18.3]]}
    >>> recount_ledger(table, ["Value", "Unit"]), table["rows"], table["was"]
    (None, [[183.15136, '億美元'], [212.804, '億港元'], [27670.24, '億元人民幣'], [2810.0, '萬標準箱'], [4, '%']], [[0, 0, 183.0]])
    """
    if "Unit" not in labels:
        return
    unit, values = labels.index("Unit"), [n for n, label in enumerate(labels) if label.startswith("Value")]
    before = {entry[0]: entry for entry in table.get("was", [])}
    for number, row in enumerate(table["rows"]):
        found = next(((word + at[1], places) for form, word, places in _UNITS if (at := re.fullmatch(form, str(row[unit])))), None)
        if found:
            row[unit], places = found
            for line, n in [*((row, n) for n in values), *([(before[number], 2)] if number in before else [])]:
                if places and _is_number(line[n]):
                    line[n] = float(Decimal(str(line[n])).scaleb(places))


def _is_number(cell) -> bool:
    if isinstance(cell, str):
        return re.fullmatch(r"[-−]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?(e[-+]?\d+)?", cell) is not None
    return isinstance(cell, int | float) and not isinstance(cell, bool) and cell == cell
