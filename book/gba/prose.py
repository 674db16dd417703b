"""Words: numbers that the text speaks by name, templates that are filled with them, keys of the record in words."""

import json
import math
import re
import string
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from gba.data.datapackage import read, resources, root
from gba.data.load import load

#: The type of output in which MyST-NB looks for the values of a page.
GLUE = "application/papermill.record/"
#: What the text can speak, as the notebook said it last, by name; the title of a figure by `#name`.
SPOKEN: dict[str, object] = {}
_LINK = re.compile(r"\[([^\]]*)\]\(([\w-]+\.(?:ipynb|md))?(?:#([\w-]+))?\)")
#: Of a table whose keys others use: the column that names a row, the first that it has.
NAMES = ("short_name", "name_en", "name", "title_en", "title")


def told(value, form: str = "") -> str:
    """A value as text says it: numbers round half away from zero, as the charts do, and never read 1e+06.

    Parameters
    ----------
    form : a format of Python; `s` or none is for the value as it stands

    Raises
    ------
    ValueError : it is missing or not finite, or of a kind that has no plain text

    >>> told(2.5, ".0f"), told(0.125, "+.0%"), told(1e6, ",g"), told("Foshan"), told(-1234.5, ",.0f")
    ('3', '+13%', '1,000,000', 'Foshan', '-1,235')
    """
    plain = _plain(value)
    kind, (front, _, digits) = form[-1:] if form[-1:] in "dfFgGs%" else "", form.rstrip("dfFgGs%").partition(".")
    if kind == "d" and float(plain).is_integer():
        plain = int(plain)
    if isinstance(plain, str) or kind == "d":
        return format(plain, form)
    with localcontext(prec=400, rounding=ROUND_HALF_UP):
        if kind == "s" or not (kind or digits):
            shown = format(Decimal(str(plain)), f"{'' if kind else front}f")
            return format(shown, form) if kind else shown
        number, most = Decimal(plain) * (100 if kind == "%" else 1), int(digits or 6)
        number = number.quantize(Decimal(1).scaleb(-most if kind in "fF%" else number.adjusted() - max(1, most) + 1))
        if kind in "gG":
            most = len(format(number.normalize(), "f").partition(".")[2])
        return format(number or abs(number), f"{front}.{most}f") + "%" * (kind == "%")


def _plain(value) -> str | int | float | Decimal:
    """A value in one of the kinds that have a plain text."""
    if isinstance(value, np.number | np.str_):
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        missing = value is None or value is pd.NA or value is pd.NaT
        kind = type(value).__name__
        raise ValueError("is missing" if missing else f"is {'an' if kind[0] in 'aeiouAEIOU' else 'a'} {kind}, which has no plain text: say it as a text")
    if not isinstance(value, str) and not math.isfinite(value):
        raise ValueError(f"is {value}")
    return value


class _Spoken(str):
    """Text that a notebook shows without quotes."""

    __repr__ = str.__str__


def spoken(asked: str) -> str:
    """What the text says where it asks for a value: `name`, `name:format`, with or without its notebook.

    >>> said = facts(km=1234.5)
    >>> spoken("km:,.0f"), spoken("01-two-cities.ipynb::km:.1f")
    (1,235, 1234.5)
    """
    name, _, form = asked.rpartition("::")[2].partition(":")
    if name not in SPOKEN:
        raise LookupError(f"nothing is called {name!r}; there are {', '.join(SPOKEN)}")
    return _Spoken(told(SPOKEN[name], form))


@lru_cache(maxsize=2)
def _pages(folder: Path) -> dict[str, tuple[str, str]]:
    """By the name of its file, each page of a folder: its title, and all of its source."""
    sources = {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.ipynb"))}
    cells = {name: ["".join(cell["source"]) for cell in json.loads(source)["cells"]] for name, source in sources.items()}
    texts = {name: "\n".join(parts) for name, parts in cells.items()} | {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.md"))}
    return {name: (title[1], text) for name, text in texts.items() if (title := re.search(r"^# (.+)", text, re.M))}


def linked(link: str, folder: Path | None = None) -> str:
    """A link of the text for a notebook that is read where no build knows the other pages: with words, and to the page that has what it names.

    Parameters
    ----------
    folder : where the pages lie, if not where the notebook runs

    >>> import tempfile
    >>> here = Path(tempfile.mkdtemp())
    >>> written = (here / "b.md").write_text("# Money\\n\\n(rates)=\\n")
    >>> linked("[](b.md)", here), linked("[](#rates)", here), linked("[the rates](#rates)", here)
    ([Money](b.md), [rates](b.md#rates), [the rates](b.md#rates))
    """
    words, page, name = _LINK.fullmatch(link).groups(default="")
    pages, title = _pages(folder or Path.cwd()), SPOKEN.get(f"#{name}")
    if name and not page and title is None:
        marks = f'name="{name}"', f"({name})=", f', "{name}"'
        page = next((file for mark in marks for file, (_, text) in pages.items() if mark in text), "")
    said = words or title or name.replace("-", " ") or pages.get(page, [page])[0]
    return _Spoken(f"[{said}]({page}{name and '#' + name})")


def listed(words) -> str:
    """Words as English lists them.

    >>> listed(["Foshan"]), listed(["Foshan", "Dongguan", "Zhuhai"])
    ('Foshan', 'Foshan, Dongguan and Zhuhai')
    """
    words = list(words)
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]


def number_word(count: int, nothing: str = "none") -> str:
    """A count in words, up to twelve.

    >>> number_word(3), number_word(0), number_word(21)
    ('three', 'none', '21')
    """
    words = (nothing, "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
    return words[count] if count < len(words) else str(count)


def ordinal(number) -> str:
    """A whole number as English counts places.

    >>> ordinal(1), ordinal(2), ordinal(33), ordinal(112)
    ('1st', '2nd', '33rd', '112th')
    """
    number = int(number)
    last = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{last}"


class Facts(dict):
    """Values by name, as `facts` gives them: `km.km_2019` is `km["km_2019"]`."""

    __getattr__ = dict.__getitem__


def facts(*, exhibit: str = "", **values) -> Facts:
    """Give values a name that the chapter's text can speak, ``{glue:text}`chapter.ipynb::name:.1f` ``, and hand them back for the words of the exhibit.

    Numbers keep their type, so that the text chooses the format.

    Parameters
    ----------
    exhibit : the name of the one whose rows they are of, where it is not that of this cell or the next (see `gba.lineage`)

    Returns
    -------
    Facts; more are added with `km |= gba.facts(...)`

    Raises
    ------
    ValueError : a value is missing or not finite, or of a kind that has no plain text, such as a list or a date

    >>> facts(km_2019=45.6)["km_2019"]
    45.6
    """
    from IPython import get_ipython
    from IPython.display import display

    for name, value in values.items():
        try:
            SPOKEN[name] = value = _plain(value)
        except ValueError as error:
            raise ValueError(f"{name} {error}; a sentence would print it") from None
        if get_ipython():
            bundle, about = get_ipython().display_formatter.format(value)
            display({GLUE + kind: said for kind, said in bundle.items()}, raw=True, metadata={**about, "scrapbook": {"name": name, "mime_prefix": GLUE}})
    return Facts(values)


class _Words(string.Formatter):
    """Fills templates."""

    def format_field(self, value, form: str) -> str:
        """As `told`."""
        return told(value, form)


class Text(str):
    """Words with their template and the values that fill it, so that both can be told apart again (and translated).

    >>> text = Text("from {km:.0f} km", {"km": 45.6})
    >>> text, text.template
    ('from 46 km', 'from {km:.0f} km')
    """

    template: str
    values: dict

    def __new__(cls, template: str, values: dict | None = None):
        """Fill the template; without values it is the words as they stand."""
        if values is None:
            filled = str(template)
        else:
            named = [name for _, name, _, _ in string.Formatter().parse(template) if name is not None]
            unknown = [name for name in named if name not in values]
            if unknown:
                raise ValueError(f"{template!r} names {', '.join(unknown)}; the facts are {', '.join(values) or 'none'}")
            filled = _Words().vformat(template, (), values)
        text = super().__new__(cls, filled)
        text.template, text.values = str(template), dict(values or {})
        return text


@lru_cache(maxsize=4)
def _references(folder: str) -> dict[str, tuple[str, str]]:
    """By column of the record: the table that its keys lead to, and that table's column of keys."""
    found = {}
    for name, entry in resources(read(root())).items():
        for reference in entry.get("schema", {}).get("foreignKeys", []):
            if isinstance(reference["fields"], str):
                found.setdefault(reference["fields"], (reference["reference"]["resource"] or name, reference["reference"]["fields"]))
    return found


@lru_cache(maxsize=64)
def _column(table: str, name: str | None, folder: str) -> dict:
    rows = load(table)
    key = next(key for home, key in _references(folder).values() if home == table)
    named = name or next((column for column in NAMES if column in rows), key)
    return rows.set_index(key)[named].dropna().to_dict()


def names_of(table: str, column: str | None = None) -> dict[str, str]:
    """A column of a table whose keys others use, by key; without one the column that names the rows.

    >>> names_of("places")["hong_kong"], names_of("places", "name_zh_hans")["shenzhen"]
    ('Hong Kong', '深圳')
    """
    return _column(table, column, str(root()))


@lru_cache(maxsize=4)
def _titles(folder: str) -> tuple[dict[str, str], dict[tuple[str, str], str]]:
    """Titles of indicators by key; and by key and source, where datasets give one key several titles."""
    entries = resources(read(root()))
    given: dict[str, dict[str, str]] = {}
    for dataset, entry in entries.items():
        for one in entry.get("gba:indicators", []) if entry.get("gba:kind") == "observations" else ():
            given.setdefault(one["name"], {})[dataset] = one["title"]
    apart = {}
    for key, titles in given.items():
        for dataset, title in titles.items() if len({*titles.values()}) > 1 else ():
            rows = load(dataset, every_source=True)
            apart |= {(key, source): title for source in rows.loc[rows["indicator"] == key, "source"].unique() if (key, source) not in apart}
    return {key: next(iter(titles.values())) for key, titles in given.items()}, apart


def keys_in_words(column: str, cells, cited=()) -> list:
    """The cells of a column of the record for a reader: keys of places, sources, universities ... by their names, units and other keys as words.

    Columns that the record does not know keep their cells. `cited` is, for a column of indicators, the source of each row, which tells apart what two
    datasets call by one key.
    """
    home = _references(str(root())).get(column, (None,))[0]
    if column == "indicator":
        titles, apart = _titles(str(root()))
        known, cells = {key: words(title) for key, title in titles.items()}, list(cells)
        if len(cited := list(cited)) == len(cells):
            cells = [apart.get(pair, pair[0]) if isinstance(pair[0], str) else pair[0] for pair in zip(cells, cited, strict=True)]
            known |= {title: words(title) for title in apart.values()}
    else:
        known = {} if home is None else names_of(home, "publisher" if home == "sources" else None)
    way, cells = unit_words if column.endswith("unit") else words, list(cells)
    asked = {
        cell: "; ".join(dict.fromkeys(known.get(key.strip()) or way(key.strip()) for key in cell.split(";"))) if known else way(cell)
        for cell in dict.fromkeys(cells)
        if isinstance(cell, str)
    }
    return [asked[cell] if isinstance(cell, str) else cell for cell in cells]


def unit_words(unit: str) -> str:
    """A unit of the record in words.

    >>> unit_words("CNY_100m"), unit_words("HKD_million"), unit_words("percent")
    ('100 million CNY', 'million HKD', 'percent')
    """
    money = re.fullmatch(r"([A-Z]{3})_(100m|million|billion|trillion)", unit)
    return f"{money[2].replace('100m', '100 million')} {money[1]}" if money else unit.replace("_", " ")


def words(key: str) -> str:
    """A word that a ledger uses as a key, as words; everything else as it is.

    >>> words("met_early"), words("R&D_x")
    ('met early', 'R&D_x')
    """
    return key.replace("_", " ") if re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)+", key) else key


def in_words(text: str) -> str:
    """A cell of any ledger for a reader: keys that the record names by their names, other keys as words, all else as it is.

    >>> in_words("beijing; hong_kong"), in_words("cuhk"), in_words("machine_intelligence"), in_words("R&D in 2018-10")
    ('Beijing; Hong Kong', 'CUHK', 'machine intelligence', 'R&D in 2018-10')
    """
    known = [names_of(home) for home in _homes(str(root()))]
    return "; ".join(next((names[part] for names in known if part in names), words(part)) for part in text.split("; "))


@lru_cache(maxsize=4)
def _homes(folder: str) -> list[str]:
    """The tables that say what a key is called."""
    return list(dict.fromkeys(home for home, _ in _references(folder).values() if {"short_name", "name_en"} & set(load(home))))


def yuan(hundred_millions: float) -> str:
    """A sum in the unit in which the mainland prints sums, hundreds of millions, in one that is counted in elsewhere.

    >>> yuan(6000), yuan(1), yuan(1234.5)
    ('600 billion yuan', '100 million yuan', '123.45 billion yuan')
    """
    return f"{told(hundred_millions / 10, ',.6g')} billion yuan" if hundred_millions >= 10 else f"{told(hundred_millions * 100, ',.6g')} million yuan"
