"""Words: numbers that the text speaks by name, templates that are filled with them, keys of the record in words."""

import json
import math
import re
import string
from functools import lru_cache
from pathlib import Path

from gba.data.datapackage import read, resources, root
from gba.data.load import indicators, load

#: The type of output in which MyST-NB looks for the values of a page.
GLUE = "application/papermill.record/"
#: What the text can speak, as the notebook said it last, by name; the title of a figure by `#name`.
SPOKEN: dict[str, object] = {}
_LINK = re.compile(r"\[([^\]]*)\]\(([\w-]+\.(?:ipynb|md))?(?:#([\w-]+))?\)")
#: Of a table whose keys others use: the column that names a row, the first that it has.
NAMES = ("short_name", "name_en", "name", "title_en", "title")


def say(**values) -> None:
    """Give values a name that the chapter's text can speak: ``{glue:text}`chapter.ipynb::name:.1f` ``.

    Numbers keep their type, so that the text chooses the format; everything else is spoken as it stands.

    >>> say(crossing_year=2018)  # doctest: +ELLIPSIS
    """
    from IPython import get_ipython
    from IPython.display import display

    for name, value in values.items():
        SPOKEN[name] = value = value.item() if hasattr(value, "item") else value
        if get_ipython():
            bundle, about = get_ipython().display_formatter.format(value)
            display({GLUE + kind: said for kind, said in bundle.items()}, raw=True, metadata={**about, "scrapbook": {"name": name, "mime_prefix": GLUE}})


class _Spoken(str):
    """Text that a notebook shows without quotes."""

    __repr__ = str.__str__


def spoken(asked: str) -> str:
    """What the text says where it asks for a value: `name`, `name:format`, with or without its notebook.

    >>> say(km=1234.5)
    >>> spoken("km:,.0f"), spoken("01-two-cities.ipynb::km:.1f")
    (1,234, 1234.5)
    """
    name, _, form = asked.rpartition("::")[2].partition(":")
    if name not in SPOKEN:
        raise LookupError(f"nothing is called {name!r}; there are {', '.join(SPOKEN)}")
    return _Spoken(format(SPOKEN[name], form))


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


def facts(**values) -> Facts:
    """Speak values by name in the text, as `say` does, and hand them back for the words of the exhibit.

    Returns
    -------
    Facts; more are added with `km |= gba.facts(...)`

    Raises
    ------
    ValueError : a number is missing or not finite: a sentence would say nan

    >>> facts(km_2019=45.6)["km_2019"]
    45.6
    """
    bad = [name for name, value in values.items() if value is None or (isinstance(value, float) and not math.isfinite(value))]
    if bad:
        raise ValueError(f"facts: {', '.join(bad)} {'is' if len(bad) == 1 else 'are'} missing or not finite; a sentence would print it")
    say(**values)
    return Facts(values)


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
            filled = template.format_map(values)
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
def _titles(folder: str) -> dict[str, str]:
    entries = resources(read(root()))
    observed = [name for name, entry in entries.items() if entry.get("gba:kind") == "observations"]
    return {key: title for name in reversed(observed) for key, title in indicators(name)["title"].items()}


def keys_in_words(column: str, cells) -> list:
    """The cells of a column for a reader: keys of places, sources, universities ... by their names, units and other keys as words, all else as it is.

    Parameters
    ----------
    column : the name that the record gives the column; columns that it does not know keep their cells
    """
    home = _references(str(root())).get(column, (None,))[0]
    if column == "indicator":
        known = {key: words(title) for key, title in _titles(str(root())).items()}
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
    tables = dict.fromkeys(home for home, _ in _references(str(root())).values() if {"short_name", "name_en"} & set(load(home)))
    return "; ".join(next((names_of(home)[part] for home in tables if part in names_of(home)), words(part)) for part in text.split("; "))


def yuan(hundred_millions: float) -> str:
    """A sum in the unit in which the mainland prints sums, hundreds of millions, in one that is counted in elsewhere.

    >>> yuan(6000), yuan(1), yuan(1234.5)
    ('600 billion yuan', '100 million yuan', '123.45 billion yuan')
    """
    return f"{hundred_millions / 10:,.6g} billion yuan" if hundred_millions >= 10 else f"{hundred_millions * 100:,.6g} million yuan"
