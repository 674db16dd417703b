"""Let a reader take the book away: the whole source, ready to run, as one zip.

The zip is the same, byte for byte, whenever and wherever it is made of the same files. Of a Git checkout it holds what Git tracks; for a book that is
being written also the new chapters, code and data that its pages show anyway; of a folder without Git everything but what builds and tools leave there.
"""

import io
import os
import subprocess
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from gba.data.datapackage import read, root
from sphinx.util import logging

from gba_book import BOOK
from gba_book.check import unchanged
from gba_book.publish.data import KINDS
from gba_book.written import afterwards, is_preview, write

log = logging.getLogger(__name__)
ROOT = BOOK.parent
NAME = "source.zip"
#: Endings of new files under book/ that pages are made with.
CODE = {".py", ".js", ".css", ".csv", ".html", ".svg", ".png"}
#: The earliest time that a zip can hold: when a file was written is not part of the source.
EPOCH = (1980, 1, 1, 0, 0, 0)


def setup(app):
    """Link it from every page, and write it when the pages are written."""
    app.connect("config-inited", add_footer, priority=900)
    app.connect("html-page-context", link, priority=800)
    if not is_preview(app):
        app.connect("env-before-read-docs", begin)
    afterwards(app, publish, priority=600, taken_away=True)


def add_footer(app, config):
    """Put the links below what the theme has at a page's foot."""
    config.html_theme_options.setdefault("footer_content_items", "author.html, copyright.html, last-updated.html, extra-footer.html, take-away.html")


def link(app, pagename, templatename, context, doctree):
    """The address of the zip for the template."""
    context["gba_source"] = context["pathto"](NAME, 1)


def begin(app, env, docnames):
    """Pack it while the pages are read and written: it is made of none of them, and who compresses lets others go on."""
    pages = {Path(env.doc2path(name)).resolve() for name in env.found_docs}
    app.gba_packed = ThreadPoolExecutor(1).submit(lambda: pack(files(ROOT, pages), ROOT, read(root())["name"]))


def publish(app, out):
    """Write the zip."""
    packed = app.gba_packed.result()
    write(out / NAME, packed)
    log.info("source: %s, %s kB", NAME, len(packed) // 1000)


def files(folder: Path, pages: set[Path]) -> list[Path]:
    """The files of the source, relative to its folder, sorted; of new ones notebooks that the contents list, code, and what data are made of."""
    found = _tracked(folder, lambda path: (folder / path).resolve() in pages or path.suffix in (KINDS - {".md"} if path.parts[0] == "data" else CODE))
    if found is None:
        found = unchanged.source(folder)
    present = [path for path in found if (folder / path).is_file() and not (folder / path).is_symlink()]
    return sorted(present, key=lambda path: path.as_posix())


def _tracked(folder: Path, new: Callable[[Path], bool]) -> set[Path] | None:
    """What Git knows of; None where the folder is no checkout of its own, or there is no Git."""
    if not (folder / ".git").exists():
        return None
    listed = []
    for more in ([], ["--others", "--exclude-standard", "--", "book", "data"]):
        try:
            done = subprocess.run(["git", "ls-files", "-z", *more], cwd=folder, capture_output=True, check=True)
        except (OSError, subprocess.CalledProcessError):
            return None
        names = [Path(name) for name in os.fsdecode(done.stdout).split("\0") if name]
        listed += [path for path in names if not more or new(path)]
    return set(listed)


def pack(paths: list[Path], folder: Path, top: str) -> bytes:
    """A zip of files under one top folder, without times, owners or anything else of the machine."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in paths:
            content = (folder / path).read_bytes()
            entry = zipfile.ZipInfo(f"{top}/{path.as_posix()}", EPOCH)
            entry.create_system, entry.compress_type = 3, zipfile.ZIP_DEFLATED
            # Not every file system, nor every unpacker, keeps the bit that makes a script executable.
            entry.external_attr = (0o100755 if content.startswith(b"#!") else 0o100644) << 16
            archive.writestr(entry, content)
    return made.getvalue()
