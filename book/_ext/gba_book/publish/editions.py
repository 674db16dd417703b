"""The book in other languages: each page, once built, with the words of locales/ in their places; figures, drawings, links and ids are the same ones.

Nothing runs again and nothing is typed twice. An edition holds its pages, the scripts that speak, and what exhibits say when they are live; style, pictures,
data and everything else it shares with the English one, which is the root.
"""

import csv
import html
import io
import posixpath
import re
import shutil
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from gba.data.load import places
from gba.exhibit.tables import csv_heading, csv_text
from sphinx.util import logging

from gba_book.beside import side_by_side
from gba_book.kept import digest, kept
from gba_book.publish import amounts, cards, catalogue, embeds, messages, pictures, titles
from gba_book.publish.catalogue import EDITIONS, asked
from gba_book.publish.site import base, card_name
from gba_book.read.exhibits import FOLDER, as_script, from_script
from gba_book.write import search
from gba_book.write.search import reading_order
from gba_book.written import afterwards, editions_in, is_preview, page_file, write

log = logging.getLogger(__name__)
#: What makes the signs of an edition from those of its catalogue.
SIGNS = {"": str, "traditional": catalogue.traditional, "simplified": catalogue.simplified}
SCRIPTS = ("exhibits.js", "passport.js", "search.js", "claims.js", "weights.js", "explore.js", "numbers.js")
#: Beside pages and scripts, what of the published files an edition has of its own.
OWN = (f"{FOLDER}/", "_static/cards/", "_static/search-index.js")
_SWITCH = re.compile(r'(<nav class="languages"[^>]*>).*?(</nav>)', re.S)
_ALTERNATE = re.compile(r'\n?  <link rel="alternate" hreflang="[^"]*" href="[^"]*">')
_ADDRESS = re.compile(r'\s(href|src|data-vega|content)="([^"#?:]+)([#?][^"]*)?"')


def setup(app):
    """Write them when the pages are whole and before they are sealed, so that policy and style sheet fit them too."""
    afterwards(app, publish, priority=780)


def publish(app, out):
    """Write the pages of each edition, and lead from each page to its others."""
    names = [*reading_order(app.env), "search"]
    # A page that Sphinx did not write again has the breaks of its titles.
    pages = {name: page_file(app, name).read_text(encoding="utf-8").replace("<wbr>", "") for name in names if page_file(app, name).is_file()}
    broken = titles.phrased if (app.config.language or "").startswith("zh") else str
    folders = asked()
    for name, page in pages.items():
        write(out / f"{name}.html", broken(linked(page, name, "", folders, base(app.config))).encode())
    taken_away = not is_preview(app)
    if taken_away:
        embeds.publish(out, pages, app.builder.templates, out)
    for gone in editions_in(out):
        if gone.name not in folders:
            shutil.rmtree(gone)
    words = digest(catalogue.LOCALES)
    for language in dict.fromkeys(EDITIONS[folder]["catalogue"] for folder in folders):
        for wrong in kept("faults", (words, language), lambda language=language: faults(language)):
            log.warning("%s", wrong)
    lost, opening = (out / "404.html").read_text(encoding="utf-8"), (out / "index.html").read_text(encoding="utf-8")
    # A preview links all editions and makes those that are on the screen.
    wanted = [folder for folder in getattr(app, "on_screen", folders) if folder in folders]
    told = side_by_side(lambda folder: _publish(app, out, folder, pages, words, lost, opening), wanted)
    for folder, (_, called, said, missing) in zip(wanted, told, strict=True):
        if taken_away:
            name_of_book = catalogue.messages(EDITIONS[folder]["catalogue"]).get(app.config.html_title, app.config.html_title)
            book = {name: (title, (out / folder / f"{name}.html").read_text(encoding="utf-8")) for name, title in called.items()}
            app.gba_pictures |= _cards(book, folder, name_of_book)
        log.info("%s: %s of %s messages translated", EDITIONS[folder]["name"], said, said + missing)
    if taken_away:
        pictures.begin([(drawing, 1) for drawing in app.gba_pictures.values()], pictures.folder(app))
    write(out / "404.html", lost.replace("</main>", "".join(section for section, *_ in told) + "</main>").encode())


def _publish(app, out: Path, folder: str, pages: dict[str, str], words: str, lost: str, opening: str) -> tuple[str, dict[str, str], int, int]:
    """Write the pages of an edition.

    Parameters
    ----------
    pages : the English ones, by name
    words : a digest of all that is translated
    lost, opening : the pages for what is not found, and at the address of a folder

    Returns
    -------
    what its page for what is not found says, the titles of its pages by name, how many messages were translated and how many wait
    """
    row, folders, address = EDITIONS[folder], asked(), base(app.config)
    known = catalogue.messages(row["catalogue"])
    made, said, missing = {}, 0, 0
    for name, page in pages.items():
        how = name, folder, folders, address
        made[name], *found = kept("edition", (words, repr(how), page), lambda page=page, how=how: edition(page, known, *how))
        said, missing = said + found[0], missing + found[1]
    for name, page in made.items():
        write(out / folder / f"{name}.html", page.encode())
    if 'http-equiv="Refresh"' in opening:
        write(out / folder / "index.html", _opening(opening, folder, known, address).encode())
    _only(out / folder, "*.html", {"index.html", *(f"{name}.html" for name in made)}, but=embeds.FOLDER)
    _scripts(out, folder, catalogue.messages(row["catalogue"], catalogue.SCRIPTS), SIGNS[row["signs"]])
    _exhibits(out, folder, (words, folder), known, SIGNS[row["signs"]])
    found = {name: re.search(r"<h1>(.*?)</?[ah]", made[name], re.S) for name in made}
    called = {name: html.unescape(found[name][1].replace("<wbr>", cards.BREAK).strip()) if found[name] else name for name in made if name != "search"}
    book = [(f"{name}.html", title.replace(cards.BREAK, ""), made[name]) for name, title in called.items()]
    write(out / folder / "_static" / "search-index.js", search.script(book, places()).encode())
    if not is_preview(app):
        embeds.publish(out / folder, made, app.builder.templates, out)
    return _not_found(lost, folder, known, address), called, said, missing


def faults(language: str) -> list[str]:
    """What is wrong in a catalogue, with its place."""
    pieces, known = catalogue.messages(language, catalogue.SCRIPTS), catalogue.messages(language)
    found = ((message, catalogue.fault(message, said, message in pieces, language)) for message, said in known.items())
    return [f"locales/{language}: {wrong} in the translation of {message[:80]!r}" for message, wrong in found if wrong]


def edition(page: str, known: dict[str, str], name: str, folder: str, folders: list[str], address: str) -> tuple[str, int, int]:
    """A page in the words of an edition, how many of its messages are `known`, and how many wait."""
    asked: set[str] = set()
    language, locale, signs = EDITIONS[folder]["language"], EDITIONS[folder]["locale"], SIGNS[EDITIONS[folder]["signs"]]
    page = page.replace('<html lang="en"', f'<html lang="{language}"', 1).replace('content="en_GB"', f'content="{locale}"', 1)
    if address:
        page = page.replace(f'="{address}{name}.html"', f'="{address}{folder}/{name}.html"')
        page = page.replace(f'="{address}_static/cards', f'="{address}{folder}/_static/cards')

    def say(message: str) -> str | None:
        asked.add(message)
        return known.get(message)

    # Names of sources are said where a catalogue has them, and are not missed where none has.
    say.known = known
    chinese = language.startswith("zh")
    page = messages.keys_relaid(messages.translated(page, say, mark="en", date=messages.dated if chinese else str))
    page = amounts.page_recounted(page) if chinese else page
    if signs is not str:
        page = _resigned(page, signs)
    page = titles.phrased(page) if chinese else page
    said = sum(message in known for message in asked)
    return linked(_moved(page, name), name, folder, folders, address), said, len(asked) - said


def _not_found(page: str, folder: str, known: dict[str, str], address: str) -> str:
    """What the page for what is not found says in an edition: a host shows one page for all of them, which no script may change."""
    said = SIGNS[EDITIONS[folder]["signs"]](messages.translated(re.search(r"<main>(.*?)</main>", page, re.S)[1], known.get))
    root = urlsplit(address).path
    said = re.sub(rf'href="{re.escape(root)}', rf"\g<0>{folder}/", said) if root else said
    return f'<section class="untranslated" lang="{EDITIONS[folder]["language"]}">{said.strip()}</section>\n'


def _opening(page: str, folder: str, known: dict[str, str], address: str) -> str:
    """The page at the address of a folder itself, which leads to the first page as that at the root does."""
    page = page.replace(f'="{address}', f'="{address}{folder}/') if address else page
    return edition(page, known, "index", folder, [], "")[0]


def _cards(pages: dict[str, tuple[str, str]], folder: str, book: str) -> dict[str, str]:
    """The cards of an edition, by file; where this machine has no font for its signs the English ones stand for them."""
    language, book = EDITIONS[folder]["language"], SIGNS[EDITIONS[folder]["signs"]](book)
    signs = "".join(sorted(set(re.findall(catalogue.SIGN, book))))
    if signs and not cards.drawable(signs[0], language):
        return {}
    return {f"{folder}/_static/{card_name(name)}": cards.svg(title, book, page, language) for name, (title, page) in pages.items()}


#: The years of a plan behind the number of its document: data part them as English does, and without Latin letters they are no message.
_YEARS = re.compile(r"(?<=\d[\u53f7\u865f]), (\d{4})-(\d{4})")


#: The mainland's sentences write 3870倍, where drawings, like their axes, write 3,870.
_COUNTED = re.compile(r"<svg\b.*?</svg>|(?<=\d),(?=\d{3}(?:,\d{3})*(?:\.\d+)?(?:</\w+>)*[\u3400-\u9fff])", re.S)


def _resigned(page: str, signs) -> str:
    """A page in the signs of its edition: its words, its numbers, what it quotes, and the words in attributes; titles of sources stay as published."""
    has = re.compile(catalogue.SIGN).search
    if signs is catalogue.simplified:
        page = _COUNTED.sub(lambda at: at[0] if at[0] != "," else "", page)
    page = re.sub(
        r'(<[^<>]*\slang="zh"[^<>]*)?>[^<]+', lambda at: at[0] if at[1] or not has(at[0]) else _YEARS.sub("\uff0c\\1\u81f3\\2\u5e74", signs(at[0])), page
    )
    return re.sub(rf'(\s(?!href|src|id|class)[\w-]+=")([^"]*{catalogue.SIGN}[^"]*)"', lambda at: f'{at[1]}{signs(at[2])}"', page)


def _moved(page: str, name: str) -> str:
    """Addresses of what an edition shares with the root lead there."""

    def moved(found) -> str:
        key, address, rest = found[1], found[2], found[3] or ""
        if key == "data-vega":
            return f' data-vega="../../_static/{address}"'
        if (key == "content" and not address.startswith(("../_static", "_static"))) or address.startswith("/") or "." not in address:
            return found[0]
        target = posixpath.normpath(posixpath.join(posixpath.dirname(name), address))
        own = target.endswith(".html") or target.startswith(OWN) or target.removeprefix("_static/") in SCRIPTS
        return found[0] if own else f' {key}="{"../" * (name.count("/") + 1)}{target}{rest}"'

    return _ADDRESS.sub(moved, page)


def linked(page: str, name: str, here: str, folders: list[str], address: str) -> str:
    """A page with its links to the same place in the other languages; a page that has them gets them anew."""
    depth = name.count("/") + bool(here)
    there = {"": ("en", "English", "EN")} | {folder: tuple(EDITIONS[folder][name] for name in ("language", "name", "short")) for folder in folders}
    up = "../" * depth
    url = f"{name}.html"
    links = "".join(
        f'<span lang="{language}" data-short="{short}" aria-current="true">{said}</span>' if folder == here else
        f'<a lang="{language}" hreflang="{language}" data-short="{short}" href="{up}{folder and folder + "/"}{html.escape(url)}">{said}</a>'
        for folder, (language, said, short) in there.items()
    )
    page = _SWITCH.sub(lambda at: f"{at[1]}{links if folders else ''}{at[2]}", page)
    head, end, body = page.partition("</head>")
    page = _ALTERNATE.sub("", head) + end + body
    if not folders:
        return page
    root = address or up
    heads = "".join(
        f'\n  <link rel="alternate" hreflang="{language}" href="{root}{folder and folder + "/"}{html.escape(url)}">'
        for folder, (language, *_) in there.items()
    )
    return page.replace('\n  <meta name="referrer"', f'{heads}\n  <meta name="referrer"', 1)


def _scripts(out: Path, folder: str, pieces: dict[str, str], signs) -> None:
    """The scripts that speak: where a piece of one stands, quoted as it stands there, its translation stands instead."""
    for name in SCRIPTS:
        path = out / "_static" / name
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            for old in sorted(pieces, key=len, reverse=True):
                text = text.replace(old, signs(pieces[old]))
            write(out / folder / "_static" / name, text.encode())


def _exhibits(out: Path, folder: str, told: tuple[str, ...], known: dict[str, str], signs) -> None:
    """What exhibits say when they are live, their tables and CSVs; words that only data hold are not counted as missing."""
    scripts = {path.name: path.read_text(encoding="utf-8") for path in sorted((out / FOLDER).glob("*.js"))}
    chinese = EDITIONS[folder]["language"].startswith("zh")

    def said_anew(message: str, powers: dict[str, str]) -> str | None:
        text = known.get(message)
        return amounts.recounted(text, powers[message]) if text and message in powers else text

    def live(script: str) -> str:
        name, content = from_script(script)
        messages.title_tooltips(content)
        powers = amounts.recount(content) if chinese else {}
        before, content = content, messages.translated_data(content, lambda message: said_anew(message, powers))
        messages.rows_relaid(content, before)
        if chinese and "table" in content:
            amounts.recount_ledger(content["table"], [column["label"] for column in before["table"]["columns"]])
        if chinese and name.startswith("numbers."):
            content["rows"] = [[*row[:4], *messages.counted(*row[4:6]), *row[6:]] for row in content["rows"]]
        for rows in [part["rows"] for part in (content.get("table"), content.get("drawn"), content) if part and "rows" in part] if chinese else ():
            rows[:] = [[messages.dated(cell) if isinstance(cell, str) and "://" not in cell else cell for cell in row] for row in rows]
        return as_script(name, _each(messages.spec_keys_relaid(content), signs))

    for file, script in scripts.items():
        write(out / folder / FOLDER / file, kept("exhibit", (*told, script), lambda script=script: live(script)).encode())
    _only(out / folder / FOLDER, "*.js", scripts)

    def table(text: str, drawn: bool) -> str:
        rows = list(csv.reader(io.StringIO(text)))
        powers = amounts.recount_table(rows[0], rows[1:]) if chinese and drawn else {}
        powers = {messages.numbered(title)[0]: power for title, power in powers.items()}

        @cache
        def said(cell: str) -> str:
            told = messages.plain(cell, lambda message: said_anew(message, powers)) or messages.named(cell, known.get) if len(cell) > 1 else None
            return signs(told or cell)

        return _table(rows, said)

    tables = {path.name: path.read_text(encoding="utf-8-sig") for path in sorted((out / FOLDER).glob("*.csv"))}
    for file, text in tables.items():
        made = kept("csv", (*told, file, text), lambda file=file, text=text: table(text, file.endswith("-drawn.csv")))
        write(out / folder / FOLDER / file, b"\xef\xbb\xbf" + made.encode())
    _only(out / folder / FOLDER, "*.csv", tables)


def _table(rows: list[list[str]], said) -> str:
    """A CSV in the words of an edition; columns of keys keep their names and cells, for programs that join them."""
    head, *rows = rows
    headings = [csv_heading(name) for name in head]
    speaks = [heading is not None and name not in ("source_url", "status") for name, heading in zip(head, headings, strict=True)]
    names = [said(heading) if heading else name for name, heading in zip(head, headings, strict=True)]
    return csv_text([names, *([said(cell) if own else cell for cell, own in zip(row, speaks, strict=True)] for row in rows)])


def _only(folder: Path, kind: str, wanted, but: str = "") -> None:
    """Forget files of a kind that an earlier build wrote, `but` for those in a folder that another looks after."""
    for old in folder.rglob(kind):
        if old.relative_to(folder).as_posix() not in wanted and old.parent.name != but:
            old.unlink()


def _each(part, signs):
    """Every text of a table or a specification in the signs of an edition, names of columns too."""
    if isinstance(part, dict):
        return {signs(name): _each(value, signs) for name, value in part.items()}
    return [_each(one, signs) for one in part] if isinstance(part, list) else signs(part) if isinstance(part, str) else part
