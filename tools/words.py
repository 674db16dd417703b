"""`make words`: bring the catalogues of locales/ up to date with the built English pages; a message that is new waits, one that is gone is dropped.

`make language name=pt title=Português` begins a language: its row in locales/editions.csv and its catalogues, in which everything waits.
"""

import csv
import io
import os
import re
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "book" / "_ext"), str(ROOT / "book")]

from gba.exhibit.tables import csv_heading  # noqa: E402
from gba_book.publish import catalogue, explore, messages  # noqa: E402
from gba_book.publish.catalogue import SCRIPTS  # noqa: E402
from gba_book.read.exhibits import from_script  # noqa: E402

BUILT = ROOT / "_build" / "html"
#: What locales/editions.csv says of an edition.
COLUMNS = ("folder", "language", "name", "short", "catalogue", "locale", "signs")
#: Messages that several pages have.
SHARED = "common"


def asked(page: str, numbers: Path | None = None) -> dict[str, None]:
    """What a page says, in its order; `numbers` is the file of what its numbers answer."""
    found: dict[str, None] = {}

    def say(message):
        """Note a message; a line of sources is said name by name."""
        found.setdefault(message)
        return message if message.startswith("Source: {names}") else None

    messages.translated(page, say)
    if 'class="explore"' in page:
        _, told = from_script((BUILT / "explore" / "catalogue.js").read_text(encoding="utf-8"))
        for word in explore.spoken(told):
            messages.plain(word, say)
    for name in dict.fromkeys(re.findall(r'<figure class="exhibit" id="([\w-]+)"', page)):
        _, content = from_script((BUILT / "exhibits" / f"{name}.js").read_text(encoding="utf-8"))
        messages.title_tooltips(content)
        # Who made a figure is said name by name, all else cell by cell.
        tables = [content[part] for part in ("drawn", "table") if part in content]
        columns = [zip(table["columns"], zip(*table["rows"], strict=True), strict=True) for table in tables if table["rows"]]
        texts = [(head["label"] == "Source", cell) for part in columns for head, column in part for cell in column if isinstance(cell, str) and len(cell) > 1]
        cells = dict.fromkeys(name for maker, cell in texts for name in (cell.split("; ") if maker else [cell]))
        head, *rows = csv.reader(io.StringIO((BUILT / "exhibits" / f"{name}.csv").read_text(encoding="utf-8-sig")))
        units = {row[head.index("unit_name")]: None for row in rows} if "unit_name" in head else ()
        for word in [*messages.visible(content), *cells, *filter(None, map(csv_heading, head)), *units]:
            messages.plain(word, say)
    for row in from_script(numbers.read_text(encoding="utf-8"))[1]["rows"] if numbers and numbers.is_file() else ():
        for word in row:
            if isinstance(word, str) and len(word) > 1 and not word.startswith("http"):
                messages.plain(word, say)
    return found


def entries(path: Path) -> dict:
    """The entries of a catalogue by their messages."""
    with path.open("rb") as file:
        return {one.id: one for one in read_po(file) if one.id}


def main(languages: list[str]) -> int:
    """Write the catalogues of each language; returns the exit code."""
    files = [*sorted((BUILT / "book").glob("*.html")), BUILT / "search.html", BUILT / "404.html", BUILT / "index.html"]
    pages: dict[str, dict[str, None]] = {}
    for path in files:
        # Two pages are called index, the first one and the one that leads to it: they share a catalogue.
        found = asked(path.read_text(encoding="utf-8"), BUILT / "exhibits" / f"numbers.book.{path.stem}.js")
        pages[path.stem] = pages.get(path.stem, {}) | found
    homes: dict[str, str] = {}
    for page, found in pages.items():
        for message in found:
            homes[message] = page if message not in homes else SHARED
    # Scripts are not read for words: what a first language has found in them, the others translate too.
    pieces = dict.fromkeys(message for path in sorted((ROOT / "locales").glob(f"*/{SCRIPTS}.po")) for message in entries(path))
    for language in languages:
        folder = ROOT / "locales" / language
        old = {}
        for path in folder.glob("*.po"):
            old |= entries(path)
        waiting = {}
        for home in [*pages, SHARED, SCRIPTS]:
            made = Catalog(locale=None, project="the book", fuzzy=False)
            path = folder / f"{home}.po"
            mine = [message for page in pages.values() for message in page if homes[message] == home]
            for message in dict.fromkeys(pieces if home == SCRIPTS else mine):
                before = old.get(message)
                said = before.string if before else ""
                made.add(message, said, auto_comments=before.auto_comments if before else ())
                waiting[home] = waiting.get(home, 0) + (not said)
                if said and (wrong := catalogue.fault(message, said, home == SCRIPTS, language)):
                    print(f"{path.relative_to(ROOT)}: {wrong}: {message[:70]!r} -> {said[:70]!r}")
            if len(made):
                with path.open("wb") as file:
                    write_po(file, made, width=0, omit_header=True, sort_output=False)
            else:
                path.unlink(missing_ok=True)
        for path in folder.glob("*.po"):
            if path.stem not in (*pages, SHARED, SCRIPTS):
                path.unlink()
        where = ", ".join(f"{count} in {home}.po" for home, count in waiting.items() if count)
        print(f"{language}: {sum(waiting.values())} messages wait for a translation{where and f' ({where})'}")
    return 0


def begin(name: str, title: str) -> None:
    """Add a language to the editions, unless it is there."""
    if not re.fullmatch(r"[a-z]{2,3}(-[a-z]{2,4})?", name):
        raise SystemExit(f"found the name {name!r}, expected a language as browsers write it, in lower case: pt, pt-br, zh-tw")
    (ROOT / "locales" / name).mkdir(parents=True, exist_ok=True)
    rows = catalogue.table("editions.csv")
    if name not in [row["folder"] for row in rows]:
        rows.append(dict(zip(COLUMNS, (name, name, title or name, name.upper(), name, name.replace("-", "_"), ""), strict=True)))
        with (ROOT / "locales" / "editions.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


if __name__ == "__main__":
    os.chdir(ROOT)
    if not (BUILT / "book").is_dir():
        sys.exit("There is no book yet: run make book first, for the words are taken from its pages.")
    if len(sys.argv) > 1:
        begin(sys.argv[1], " ".join(sys.argv[2:]))
        sys.exit(main([sys.argv[1]]))
    begun = [path.name for path in sorted((ROOT / "locales").glob("*")) if path.is_dir()]
    sys.exit(main(begun) if begun else "The book has no language but its own: make language name=pt title=Português begins one.")
