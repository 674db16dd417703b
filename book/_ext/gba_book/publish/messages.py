"""The words of a built page, message by message, and the page with other words in their places.

A message is what stands between two elements that begin a line of their own: a paragraph, a heading, a cell, a label of a drawing, a text that only a
screen reader hears. Its numbers and its elements are places in it, `{0}` and `<1>...</1>`, so a translation holds whatever the figures are, and no
figure can differ between languages: each stands once, in the page.
"""

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache

from gba.charts.layout import key_moves

Say = Callable[[str], str | None]
_TOKEN = re.compile(r"<!--.*?-->|<!DOCTYPE[^>]*>|<(/?)([a-zA-Z][\w:-]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>", re.S)
_ATTRIBUTE = re.compile(r"\s(aria-label|alt|title|placeholder|data-author|data-book|data-head)=\"([^\"]*)\"")
#: A number as it stands in a sentence, with what English puts behind a place in a list.
NUMBER = re.compile(r"(?<![A-Za-z\d.,])(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(st|nd|rd|th)?(?![A-Za-z\d])")
_PLACE = re.compile(r"<(/?)(\d+)(/?)>|\{(\d+)(?::(\w+))?\}")
INLINE = {"a", "abbr", "b", "br", "cite", "code", "em", "i", "img", "kbd", "mark", "q", "s", "small", "span", "strong", "sub", "sup", "time", "tspan", "u"}
ALONE = {"br", "img", "wbr", "input", "link", "meta", "hr", "path", "rect", "circle", "line", "use", "source", "col"}
#: Copied as they stand: what is no language, and what is told in the language of its source.
COPIED = {"script", "style", "template", "pre", "textarea"}
#: Parts of a line that are messages of their own.
PARTS = {"exhibit-number", "exhibit-note", "exhibit-source", "exhibit-licence", "passport", "skip-link", "headerlink", "caption-number"}
_CLASS = re.compile(r'\sclass="([^"]*)"')


@dataclass
class _Run:
    """Text and inline elements that follow each other."""

    parts: list[tuple[str, str]] = field(default_factory=list)  # kind (text, open, close, alone, atom) and HTML
    drawn: str = ""  # the element of a text in a drawing, whose lines are elements


@dataclass
class _Reader:
    """Goes through a page from tag to tag: what stands between two that end a line is said, all else is copied."""

    page: str
    say: Say
    mark: str
    date: Callable[[str], str]
    out: list[str] = field(default_factory=list)
    run: _Run = field(default_factory=_Run)
    at: int = 0
    open: list[tuple[str, bool]] = field(default_factory=list)  # inline elements, and whether they part

    def read(self) -> str:
        """The page in other words."""
        while tag := _TOKEN.search(self.page, self.at):
            if tag.start() > self.at:
                self.run.parts.append(("text", self.page[self.at : tag.start()]))
            raw, name = tag[0], (tag[2] or "").lower()
            closes, classes = bool(tag[1]), set((_CLASS.search(raw) or ["", ""])[1].split())
            self.at = tag.end()
            if name and not closes and _copied(name, classes):
                self.copy(name, classes, tag.start())
            elif name in INLINE:
                self.inline(raw if closes else _attributes(raw, name, self.say), name, closes, classes)
            else:
                self.end_line(raw if closes or not name else _attributes(raw, name, self.say))
                self.run.drawn = raw if name == "text" and not closes else ""
                if name == "title" and not closes:
                    end = self.page.index("<", self.at)
                    self.out.append(" – ".join(_escaped(part, self.say, quote=False) for part in self.page[self.at : end].split(" – ")))
                    self.at = end
        self.run.parts.append(("text", self.page[self.at :]))
        self.end_line("")
        return "".join(self.out)

    def end_line(self, raw: str) -> None:
        """Say what has come, and copy what ends it."""
        # A drawing is drawn anew from its data when it comes alive, and keeps how these write a date.
        self.out += [_said(self.run, self.say, self.mark, str if self.run.drawn else self.date), raw]
        self.run = _Run()

    def copy(self, name: str, classes: set[str], begin: int) -> None:
        """Take an element whole: as one place of its line, or as it is; of what is folded, the words to unfold it are the page's."""
        # A script has no words of the page in it, but may be told some.
        opening = self.page[begin : self.at]
        head = _attributes(opening, name, self.say) if name == "script" else opening
        self.at, inside = (end := _end(self.page, name, self.at)), head + self.page[self.at : end]
        if name in ("math", "code") or "pasted-text" in classes:
            self.run.parts.append(("atom", inside))
            return
        if "source-list" in classes:
            self.end_line(_ITEM.sub(lambda found: _source(found, self.say, self.date), inside))
            return
        folded = re.compile(r"<summary\b.*?</summary>", re.S) if "hide" in classes else None
        self.end_line(folded.sub(lambda found: translated(found[0], self.say), inside, count=1) if folded else inside)

    def inline(self, raw: str, name: str, closes: bool, classes: set[str]) -> None:
        """An element within a line; some of them are lines of their own."""
        parts = not closes and (bool(classes & PARTS) or " data-do=" in raw or " download" in raw)
        if closes and self.open and self.open[-1][0] == name:
            _, parts = self.open.pop()
        elif not closes and name not in ALONE:
            self.open.append((name, parts))
        if parts:
            self.end_line(raw)
        else:
            self.run.parts.append(("close" if closes else "alone" if name in ALONE else "open", raw))


def translated(page: str, say: Say, *, mark: str = "", date: Callable[[str], str] = str) -> str:
    """A page or a part of one in other words.

    Parameters
    ----------
    say : what a message is in the other language; None leaves the message as it is
    mark : the language of what was left, noted on sentences of it; nothing notes nothing
    date : the dates of a piece of the page as the language writes them; `str` leaves them

    >>> translated('<p>In <b>2019</b> it had 4,500 people.</p>', {"In <1>{0}</1> it had {1} people.": "<1>{0}</1>年有{1}人。"}.get)
    '<p><b>2019</b>年有4,500人。</p>'
    """
    return _Reader(page, say, mark, date).read()


def _copied(name: str, classes: set[str]) -> bool:
    return name in COPIED or name in ("math", "code") or bool(classes & {"pasted-text", "hide", "headerlink", "source-list", "untranslated"})


def _end(page: str, name: str, at: int) -> int:
    """Where an element ends that has been opened before `at`."""
    depth = 1
    for found in re.compile(rf"<(/?){name}\b[^>]*?(/?)>", re.I).finditer(page, at):
        depth += -1 if found[1] else 0 if found[2] else 1
        if not depth:
            return found.end()
    return len(page)


def _attributes(raw: str, name: str, say: Say) -> str:
    """The words that an element carries in its attributes."""
    if name == "meta":
        if re.search(r'(?:name|property)="(?:description|og:title|og:description|og:site_name|og:image:alt)"', raw):
            return re.sub(r'\scontent="([^"]*)"', lambda at: f' content="{_escaped(at[1], say, quote=True)}"', raw)
        return raw
    return _ATTRIBUTE.sub(lambda at: f' {at[1]}="{"|".join(_escaped(part, say, quote=True) for part in at[2].split("|"))}"', raw)


def _escaped(text: str, say: Say, *, quote: bool) -> str:
    said = plain(html.unescape(text), say)
    return text if said is None else html.escape(said, quote=quote)


def plain(text: str, say: Say, *, lines: bool = False) -> str | None:
    """A text without elements in other words; None if it has no letters or `say` knows none. Only a label of several `lines` may be parted.

    >>> plain("Exhibit 3.1", {"Exhibit {0}": "圖{0}"}.get), plain("12 %", {}.get)
    ('圖3.1', None)
    """
    message, numbers = numbered(" ".join(text.split()))
    said = say(message) if re.search(r"[A-Za-z]{2}", message) else None
    said = said if lines or said is None else said.replace("\n", "")
    return None if said is None else _PLACE.sub(lambda at: formed(numbers[int(at[4])], at[5]) if at[4] else "", said)


@cache  # tables say the same words again and again
def numbered(text: str, begin: int = 0) -> tuple[str, tuple[str, ...]]:
    """A text with places for its numbers, counted from `begin`, and the numbers."""
    numbers: list[str] = []

    def place(found) -> str:
        numbers.append(found[1])
        return f"{{{begin + len(numbers) - 1}}}"

    alone = NUMBER.fullmatch(text.strip())
    said = NUMBER.sub(place, text.replace("{", "(").replace("}", ")"))
    return f"ordinal {said.strip()}" if alone and alone[2] else said, tuple(numbers)


def _said(run: _Run, say: Say, mark: str, date: Callable[[str], str]) -> str:
    """A run in other words; as it is where it has none."""
    raw = "".join(part for _, part in run.parts)
    if not re.search(r"[A-Za-z]{2}", re.sub(r"<[^>]*>", "", raw)) and not any(kind == "atom" for kind, _ in run.parts):
        return date(raw)
    before, parts, after = _trimmed(run.parts)
    if not parts:
        return raw
    if run.drawn and any(part.startswith("<tspan") for _, part in parts):
        return before + _lines("".join(part for _, part in parts), say, row=' transform="translate(0,' in run.drawn) + after
    message, tags, values = "", {}, []
    opened: list[int] = []
    for kind, part in parts:
        if kind == "text":
            text, numbers = numbered(re.sub(r"\s+", " ", html.unescape(part)), len(values))
            message += text
            values += [("", number, "") for number in numbers]
        elif kind == "atom":
            message += f"{{{len(values)}}}"
            values.append(_atom(part, say))
        elif kind == "close":
            number = opened.pop() if opened else 0
            message += f"</{number}>"
            tags[number] = (tags.get(number, ("", ""))[0], part)
        else:
            number = len(tags) + 1
            tags[number] = (part, "")
            message += f"<{number}/>" if kind == "alone" else f"<{number}>"
            opened += [number] if kind == "open" else []
    if line := _sources(message, values, say):
        return before + line + after
    said = say(message.strip())
    if said is None:
        return before + _left(parts, message, mark, run.drawn) + after

    def fill(at) -> str:
        if at[4]:
            opening, number, closing = values[int(at[4])]
            return opening + formed(number, at[5]) + closing
        opening, closing = tags[int(at[2])]
        return closing if at[1] else opening

    said, pieces, begin = said.replace("\n", ""), [], 0
    for at in _PLACE.finditer(said):
        pieces += [html.escape(said[begin : at.start()], quote=False), fill(at)]
        begin = at.end()
    return before + date("".join([*pieces, html.escape(said[begin:], quote=False)])) + after


def _left(parts: list, message: str, mark: str, drawn: str) -> str:
    raw = "".join(part for _, part in parts)
    return f'<span lang="{mark}">{raw}</span>' if mark and not drawn and message.count(" ") > 3 and "<div" not in raw else raw


def _trimmed(parts: list[tuple[str, str]]) -> tuple[str, list, str]:
    """What stands before and after the words of a run: blanks, elements without words, an element around them all."""
    begin, end = 0, len(parts)
    before, after = [], []
    changed = True
    while changed and begin < end:
        changed = False
        kind, part = parts[begin]
        if (kind == "text" and not part.strip()) or kind in ("alone", "close"):
            before.append(part)
            begin, changed = begin + 1, True
            continue
        kind, part = parts[end - 1]
        if (kind == "text" and not part.strip()) or kind == "alone":
            after.insert(0, part)
            end, changed = end - 1, True
            continue
        if parts[begin][0] == "open" and (close := _partner(parts, begin, end)) is not None:
            if close == end - 1:
                before.append(parts[begin][1])
                after.insert(0, parts[end - 1][1])
                begin, end, changed = begin + 1, end - 1, True
            elif close == begin + 1:  # an element without words
                before += [parts[begin][1], parts[close][1]]
                begin, changed = close + 1, True
    inside = parts[begin:end]
    if inside and inside[0][0] == "text":
        text = inside[0][1]
        before.append(text[: len(text) - len(text.lstrip())])
        inside[0] = ("text", text.lstrip())
    if inside and inside[-1][0] == "text":
        text = inside[-1][1]
        after.insert(0, text[len(text.rstrip()) :])
        inside[-1] = ("text", text.rstrip())
    return "".join(before), inside, "".join(after)


def _partner(parts: list, begin: int, end: int) -> int | None:
    depth = 0
    for number in range(begin, end):
        depth += (parts[number][0] == "open") - (parts[number][0] == "close")
        if not depth:
            return number
    return None


def _atom(part: str, say: Say) -> tuple[str, str, str]:
    """A value that the chapter computed: a number as it is, words in other words; a formula whole."""
    found = re.fullmatch(r"(<span[^>]*>)(.*)(</span>)", part, re.S)
    if not found or "<" in found[2]:
        return "", part, ""
    text = html.unescape(found[2])
    number = NUMBER.fullmatch(text)
    return found[1], number[1] if number else html.escape(plain(text, say) or text, quote=False), found[3]


#: Pixels from line to line of a label.
LINE = 14


def _lines(text: str, say: Say, *, row: bool) -> str:
    """The lines of a label in a drawing: one message, parted anew where its translation says so; the name of a `row` keeps its middle when it has fewer."""
    lines = re.findall(r"(<tspan[^>]*>)(.*?)(</tspan>)", text, re.S)
    said = plain(" ".join(html.unescape(line) for _, line, _ in lines), say, lines=True)
    if said is None:
        return text
    parted = said.split("\n")
    if len(parted) > len(lines):
        parted = [*parted[: len(lines) - 1], "".join(parted[len(lines) - 1 :])]
    if row and (fewer := len(lines) - len(parted)):
        lines[0] = (lines[0][0].replace("<tspan", f'<tspan dy="{fewer * LINE / 2:g}"', 1), *lines[0][1:])
    return "".join(f"{head}{html.escape(line, quote=False)}{tail}" for (head, _, tail), line in zip(lines, parted, strict=False))


def _sources(message: str, values: list[tuple[str, str, str]], say: Say) -> str | None:
    """Who made the figures, one by one: names that a translation lacks stay."""
    found = re.fullmatch(r"Sources?: (.+?)(?: and \{(\d+)\} others?)?\.", message.strip())
    line = found and say("Source: {names} and {0} others." if found[2] else "Source: {names}.")
    if not line:
        return None
    filled = re.sub(r"\{(\d+)\}", lambda at: values[int(at[1])][1], found[1])
    names = (say("; ") or "; ").join(plain(name, say) or name for name in filled.split("; "))
    return html.escape(line.replace("{0}", values[int(found[2])][1] if found[2] else "").replace("{names}", names), quote=False)


#: A source as it is listed under an exhibit: title as published, who made it, where it was read, its date, when it was read, its grade.
_ITEM = re.compile(r"<li><(a|span)\b([^>]*)>(.*?)</\1>, (.*?)(?:, via (.*?))? \((no date|[\d-]+), read ([\d-]+)\), grade (\w)</li>", re.S)


def _source(found, say: Say, date: Callable[[str], str] = str) -> str:
    """A source in other words; its title stays as published and says of what language it is, and names that no catalogue has stay.

    >>> words = {"{0}, {1} ({2}, read {3}), grade {4}": "{0}，{1}（{2}，{3}閱），{4}級", "no date": "無日期"}
    >>> _source(_ITEM.fullmatch("<li><span>On ports</span>, Bureau (no date, read 2026-11-29), grade B</li>"), words.get)
    '<li><span lang="en">On ports</span>，Bureau（無日期，2026-11-29閱），B級</li>'
    """
    element, attributes, title, publisher, via, when, read, grade = found.groups()
    line = say("{0}, {1}, via {5} ({2}, read {3}), grade {4}" if via else "{0}, {1} ({2}, read {3}), grade {4}")
    undated, known = say("no date"), getattr(say, "known", {}).get

    def name(text: str, say: Say) -> str:
        return html.escape(plain(html.unescape(text), say) or html.unescape(text), quote=False)

    # Where it was read is a name, or a few words of the book's own.
    names = [name(publisher, known), name(via or "", say if re.match("[a-z]+ [a-z]", via or "") else known)]
    if line is None:
        return found[0]
    tongue = "ja" if re.search(r"[\u3040-\u30ff]", title) else "zh" if re.search(r"[\u3400-\u9fff]", title) else "en"
    when = undated or when if when == "no date" else date(when)
    values = [f'<{element}{attributes} lang="{tongue}">{title}</{element}>', names[0], when, date(read), grade, names[1]]
    said = re.sub(r"\{(\d)\}", lambda at: values[int(at[1])], line)
    return f"<li>{said}</li>"


# ---- numbers in the habits of the language ----------------------------------------------------------------------------

POWERS = {"thousand": 3, "million": 6, "billion": 9, "trillion": 12, "one": 0, "hundred_million": 8, "unit": 6}
MYRIADS = ((12, "萬億"), (8, "億"), (4, "萬"), (0, ""))
#: What may stand behind the number of a place, `{0:million}`; `han` writes a place in a row in words.
FORMS = {*POWERS, "han"}


_HAN = ("", *"一二三四五六七八九")


def formed(number: str, form: str | None) -> str:
    """The number of a place as its translation asks for it.

    >>> formed("15", "han"), formed("20", "han"), formed("7", "han"), formed("2030", "han"), formed("104", "million"), formed("104", None)
    ('十五', '二十', '七', '2030', '1.04億', '104')
    """
    if form != "han":
        return myriads(number, form)
    tens, ones = divmod(int(number), 10) if re.fullmatch("[1-9][0-9]?", number) else (0, 0)
    return f"{_HAN[tens] if tens > 1 else ''}{'十' if tens else ''}{_HAN[ones]}" or number


def myriads(number: str, power: str | None) -> str:
    """A number that English counts in thousands and millions, as Chinese counts it, with as many digits as it had; without a power as it is.

    >>> myriads("104", "million"), myriads("121.1", "billion"), myriads("3.87", "trillion"), myriads("12,000", "one"), myriads("7.5", "million")
    ('1.04億', '1,211億', '3.87萬億', '1.2萬', '750萬')
    >>> myriads("100", "unit")  # 100 million yuan, which something is counted by
    '億'
    """
    if not power:
        return number
    if power == "unit":
        return myriads(number, "million").removeprefix("1")
    digits = number.replace(",", "")
    places = max(len(digits.partition(".")[2]) - POWERS[power], 0)
    value = float(digits) * 10 ** POWERS[power]
    size, unit = next((size, unit) for size, unit in MYRIADS if abs(value) >= 10**size or not size)
    known = len(digits.replace(".", "").lstrip("-0")) if "." in digits or power != "one" else len(digits.rstrip("0"))
    shown = value / 10**size
    decimals = max(known - len(str(int(abs(shown)))), 0) if size else places
    text = f"{shown:,.{decimals}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) + unit


#: What stands before a unit in Chinese where English counts it by powers.
_BY = {"百萬": "million", "1億": "hundred_million", "十億": "billion", "萬億": "trillion"}


def counted(value, unit: str) -> tuple:
    """A figure and its unit in Chinese, as Chinese counts; as they are where the unit is of no power.

    >>> counted(18.315136, "十億美元"), counted(27670.24, "1億元人民幣"), counted(28.1, "百萬標準箱"), counted(51.8, "%")
    (('183.15136億', '美元'), ('2.767024萬億', '元人民幣'), ('2,810萬', '標準箱'), (51.8, '%'))
    """
    found = re.fullmatch(f"({'|'.join(_BY)})(.*)", unit)
    return (myriads(str(value), _BY[found[1]]), found[2]) if found and isinstance(value, int | float) else (value, unit)


#: A day or a month as data write it, and the code beside it, which stays; what has a letter, a slash or another part at its ends is a name or a key.
_ISO = r"(?<![\w./-])((?:1[89]|20)\d\d)-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?(?![\w/-]|\u5e74)"
_DATED = re.compile(rf"<(?:code|math)\b.*?</(?:code|math)>|<[^>]*>|{_ISO}", re.S | re.A)


def dated(text: str) -> str:
    """A text or a piece of a page with its days and months as Chinese writes them; keys, years of a span, code and attributes of elements stay.

    >>> dated("最近查看：2026-11-09。"), dated("2020-07至2020-11："), dated("港元2010-12年"), dated("2018-2022"), dated("2019-05-29/30")
    ('最近查看：2026年11月9日。', '2020年7月至2020年11月：', '港元2010-12年', '2018-2022', '2019-05-29/30')
    >>> dated('<b id="on-2026-11-30">2026-11-30</b> <code>due("2027-03-31")</code>')
    '<b id="on-2026-11-30">2026年11月30日</b> <code>due("2027-03-31")</code>'
    """

    def told(at) -> str:
        return f"{at[1]}年{int(at[2])}月" + (f"{int(at[3])}日" if at[3] else "") if at[1] else at[0]

    return _DATED.sub(told, text)


# ---- what scripts read: specifications and tables ------------------------------------------------------------------------

#: Keys whose values are no words, and keys whose values are expressions, in which words stand in quotes.
_GRAMMAR = {
    "$schema", "aggregate", "align", "anchor", "as", "baseline", "bin", "clear", "color", "cursor", "encodings", "field", "fields", "fill", "fold", "font",
    "fontStyle", "fontWeight", "format", "formatType", "groupby", "href", "interpolate", "key", "lookup", "mark", "name", "on", "op", "orient", "param",
    "resolve", "scheme", "select", "shape", "stack", "stroke", "theme", "timeUnit", "type", "url",
    # What a number in a sentence answers: by its code, in an exhibit by its id.
    "code", "exhibit", "files", "way",
}  # fmt: skip
_EXPRESSIONS = {"expr", "test", "filter", "calculate", "labelExpr", "update", "signal"}


def translated_data(part, say: Say):
    """A specification or a table in other words: every text that `say` knows, in data, titles and the quotes of expressions alike, and no name of a column.

    The domain of a scale is words of the data, and follows them.

    >>> translated_data({"color": {"field": "Year", "scale": {"domain": ["Year"]}}, "datasets": {"a": [{"Year": "Year", "color": "Year"}]}}, {"Year": "年"}.get)
    {'color': {'field': 'Year', 'scale': {'domain': ['年']}}, 'datasets': {'a': [{'Year': '年', 'color': '年'}]}}
    >>> translated_data({"title": "Year", "field": "Year", "filter": "datum['Year'] == 'Year'"}, {"Year": "年"}.get)
    {'title': '年', 'field': 'Year', 'filter': "datum['Year'] == '年'"}
    >>> translated_data([{"text": "Macao\\n0.7"}], {"Macao {0}": "澳門\\n{0}"}.get)
    [{'text': '澳門\\n0.7'}]
    """

    @cache
    def word(text: str) -> str:
        return (plain(text, say, lines="\n" in text) or named(text, say) if len(text) > 1 else None) or text

    def translated(part, key: str = ""):
        if isinstance(part, dict):
            in_rows = key in ("datasets", "narrowDatasets")
            kept = {name for name, value in part.items() if name in _GRAMMAR and not in_rows and not isinstance(value, dict)}
            return {name: value if name in kept else translated(value, key if in_rows else name) for name, value in part.items()}
        if isinstance(part, list):
            # A heading of several lines is one message.
            lined = key in ("text", "title") and len(part) > 1 and all(isinstance(one, str) for one in part)
            said = plain(" ".join(part), say, lines=True) if lined else None
            return said.split("\n") if said else [translated(one, key) for one in part]
        if not isinstance(part, str):
            return part
        if key in _EXPRESSIONS:
            # A name in brackets is that of a column.
            return re.sub(r"(datum\['[^']*'\])|'([^'\\]*)'", lambda at: at[1] or f"'{word(at[2])}'", part)
        return word(part)

    return translated(part)


def named(cell: str, say: Say) -> str | None:
    """Names parted by semicolons in other words; None unless `say` knows each that has letters.

    >>> words = {"World Bank": "世界銀行", "CEIC": "CEIC", "; ": "；"}
    >>> named("World Bank; CEIC", words.get), named("World Bank; a note", words.get)
    ('世界銀行；CEIC', None)
    """
    said = [plain(name, say) or ("" if re.search(r"[A-Za-z]{2}", name) else name) for name in cell.split("; ")]
    return (say("; ") or "; ").join(said) if len(said) > 1 and all(said) else None


def title_tooltips(spec) -> None:
    """Gives the lines of tooltips that have no title the name of their column, as a heading: names of columns stay, titles are translated.

    >>> tip = {"tooltip": [{"field": "in_year"}, {"field": "place", "title": None}]}
    >>> title_tooltips(tip), tip["tooltip"]
    (None, [{'field': 'in_year', 'title': 'In year'}, {'field': 'place', 'title': None}])
    """
    for key, value in spec.items() if isinstance(spec, dict) else enumerate(spec) if isinstance(spec, list) else ():
        for tip in [value] if key == "tooltip" and isinstance(value, dict) else value if key == "tooltip" and isinstance(value, list) else []:
            if "field" in tip:
                name = tip["field"].replace("\\", "").replace("_", " ")
                tip.setdefault("title", name[:1].upper() + name[1:])
        if key not in ("datasets", "config"):
            title_tooltips(value)


def visible(spec: dict) -> Iterator[str]:
    """What only the live chart says: titles of axes, legends and tooltips, and headings of tables."""
    if isinstance(spec, dict):
        for key, value in spec.items():
            if key in ("title", "label") and isinstance(value, str):
                yield value
            if key != "datasets":
                yield from visible(value)
    elif isinstance(spec, list):
        for value in spec:
            yield from visible(value)


# ---- keys over drawings: names of another length stand as far apart, in as many lines as they take ---------------------

_KEY = re.compile(r'<g data-key="(\d+)"([^>]*)>(.*?)</g>', re.S)
_NAMED = re.compile(r'<text[^>]*transform="translate\(([-\d.]+),([-\d.]+)\)"[^>]*>(.*?)</text>', re.S)
#: Of a drawing: how wide and high it is, how far down its plot begins, and how wide that is.
_PLOT = re.compile(
    r'viewBox="0 0 (?P<wide>[\d.]+) (?P<high>[\d.]+)" width="[\d.]+" height="[\d.]+"'
    r'(?P<between>[^>]*><g[^>]* transform="translate\([\d.]+,)(?P<top>[\d.]+)\)"><path d="M0,0h(?P<across>\d+)'
)


def keys_relaid(page: str) -> str:
    """A page whose drawings have other words: the entries of each key moved, mark and name; a drawing whose key has fewer lines is as much lower.

    >>> def entry(n, x, y, name):
    ...     return f'<g data-key="{n}"><path/></g><g data-key="{n}"><text transform="translate({x},{y})">{name}</text></g>'
    >>> svg = '<svg viewBox="0 0 350 90" width="350" height="90"><g transform="translate(5,49)"><path d="M0,0h340"/>'
    >>> page = keys_relaid(f"{svg}{entry(0, 16, -36, '香港')}{entry(1, 16, -17, '廣州')}</g></svg>")
    >>> page.count('<g data-key="0" transform="translate(0,19)">'), page.count('<g data-key="1" transform="translate(53.9,0)">')
    (2, 2)
    >>> page[: page.index("<path")]
    '<svg viewBox="0 0 350 71" width="350" height="71"><g transform="translate(5,30)">'
    """

    def relaid(drawing) -> str:
        groups, plot = _KEY.findall(drawing[0]), _PLOT.search(drawing[0])
        if not plot:  # a chart of another make, whose key may share its line
            return drawing[0]
        strokes = {n for n, _, inside in groups if "<line" in inside}
        named = {n: _NAMED.search(inside) for n, _, inside in groups if "<text" in inside}
        # A name stands a little right of the middle of its mark (`gba.charts.layout.key`).
        entries = [(float(text[1]) - (12 if n in strokes else 10), float(text[2]), html.unescape(text[3])) for n, text in named.items()]
        moves = key_moves(entries, float(plot["across"]) + 10)
        shifts = {n: f' transform="translate({right:g},{down:g})"' if right or down else "" for n, (right, down) in zip(named, moves, strict=True)}
        less = min(y + down for (_, y, _), (_, down) in zip(entries, moves, strict=True)) - min(y for _, y, _ in entries)
        size, top = f'{float(plot["high"]) - less:g}" width="{plot["wide"]}" height="{float(plot["high"]) - less:g}"', f"{float(plot['top']) - less:g}"
        lower = f'viewBox="0 0 {plot["wide"]} {size}{plot["between"]}{top})"><path d="M0,0h{plot["across"]}'
        return _KEY.sub(lambda at: f'<g data-key="{at[1]}"{shifts[at[1]]}{at[2]}>{at[3]}</g>', drawing[0]).replace(plot[0], lower, 1)

    return re.sub(r"<svg\b(?:(?!</svg>).)*? data-key=.*?</svg>", relaid, page, flags=re.S)


def rows_relaid(content: dict, before: dict) -> None:
    """Names of rows that have fewer lines than `before` they were translated keep their middle, in a live chart as in its drawing."""
    done = set()
    view, was = content.get("spec", {}), before.get("spec", {})
    more, narrow = view.get("usermeta", {}), was.get("usermeta", {})
    rows, old = view.get("datasets", {}) | more.get("narrowDatasets", {}), was.get("datasets", {}) | narrow.get("narrowDatasets", {})
    for layer in [*view.get("layer", []), *more.get("narrow", {}).get("layer", [])]:
        encoding, data = layer.get("encoding", {}), layer.get("data", {}).get("name")
        text, y, at = (encoding.get(key, {}) for key in ("text", "y", "x"))
        # Rows stand in pixels from the top, their names at the left end.
        if at.get("value") != 0 or not {"field"} <= set(text) & set(y) or (y.get("scale") or {}).get("domain", [1])[-1] != 0 or data in done:
            continue
        done.add(data)
        for row, one in zip(rows.get(data, []), old.get(data, []), strict=True):
            row[y["field"]] += (str(one[text["field"]]).count("\n") - str(row[text["field"]]).count("\n")) * LINE / 2


def spec_keys_relaid(content: dict) -> dict:
    """The same in the specification of a live chart, at both its widths; its height follows by itself."""
    spec = content.get("spec", {})
    narrow = spec.get("usermeta", {})
    for view in (spec, narrow.get("narrow", {})):
        rows = spec.get("datasets", {}) | (narrow.get("narrowDatasets", {}) if view is not spec else {})
        layers = {str(layer.get("name")): layer for layer in view.get("layer", [])}
        named = {name.removesuffix("name"): layer for name, layer in layers.items() if re.fullmatch(r"key\d+name", name)}
        places = [(layer["encoding"]["x"]["value"], layer["encoding"]["y"]["value"], rows[layer["data"]["name"]][0]["name"]) for layer in named.values()]
        for name, (right, down) in zip(named, key_moves(places, view.get("width", 0) + 10), strict=True):
            for encoding in (layers[name]["encoding"], named[name]["encoding"]):
                for end, move in {"x": right, "x2": right, "y": down}.items():
                    if end in encoding:
                        encoding[end]["value"] = round(encoding[end]["value"] + move, 1)
    return content
