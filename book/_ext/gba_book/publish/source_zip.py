"""Let a reader take the book away: the whole source, ready to run, as one zip.

The zip is the same, byte for byte, whenever and wherever it is made of the same files. Of a Git checkout it holds what Git tracks; for a book that is
being written also new files of book/ and data/, which its pages show anyway; of a folder without Git everything but what builds and tools leave there.
"""

import io
import os
import subprocess
import zipfile
from pathlib import Path

from gba.data.datapackage import read, root
from sphinx.util import logging

from gba_book import BOOK
from gba_book.written import afterwards, write

log = logging.getLogger(__name__)
ROOT = BOOK.parent
NAME = "source.zip"
#: Left by builds and tools; a folder with a pyvenv.cfg is an environment, whatever its name.
LEFT_BY_TOOLS = {"_build", "__pycache__", "node_modules", ".ipynb_checkpoints"}
HIDDEN_KEPT = {".github", ".ci", ".gitignore", ".gitattributes"}
#: The earliest time that a zip can hold: when a file was written is not part of the source.
EPOCH = (1980, 1, 1, 0, 0, 0)


def setup(app):
    """Link it from every page, and write it when the pages are written."""
    app.connect("config-inited", add_footer, priority=900)
    app.connect("html-page-context", link, priority=800)
    afterwards(app, publish, priority=600)


def add_footer(app, config):
    """Put the links below what the theme has at a page's foot."""
    config.html_theme_options.setdefault("footer_content_items", "author.html, copyright.html, last-updated.html, extra-footer.html, take-away.html")


def link(app, pagename, templatename, context, doctree):
    """The address of the zip for the template."""
    context["gba_source"] = context["pathto"](NAME, 1)


def publish(app, out):
    """Write the zip."""
    packed = pack(files(ROOT), ROOT, read(root())["name"])
    write(out / NAME, packed)
    log.info("source: %s, %s kB", NAME, len(packed) // 1000)


def files(folder: Path) -> list[Path]:
    """The files of the source, relative to its folder, sorted."""
    found = _tracked(folder)
    if found is None:
        found = _kept(folder)
    present = [path for path in found if (folder / path).is_file() and not (folder / path).is_symlink()]
    return sorted(present, key=lambda path: path.as_posix())


def _tracked(folder: Path) -> set[Path] | None:
    """What Git knows of; None where the folder is no checkout of its own, or there is no Git."""
    if not (folder / ".git").exists():
        return None
    listed = []
    for more in ([], ["--others", "--exclude-standard", "--", "book", "data"]):
        try:
            done = subprocess.run(["git", "ls-files", "-z", *more], cwd=folder, capture_output=True, check=True)
        except (OSError, subprocess.CalledProcessError):
            return None
        listed += [Path(name) for name in os.fsdecode(done.stdout).split("\0") if name]
    return set(listed)


def _kept(folder: Path) -> set[Path]:
    found = set()
    for here, folders, names in os.walk(folder):
        place = Path(here)
        if (place / "pyvenv.cfg").exists():
            folders.clear()
            continue
        folders[:] = [name for name in folders if _wanted(name)]
        found.update((place / name).relative_to(folder) for name in names if _wanted(name))
    return found


def _wanted(name: str) -> bool:
    return name in HIDDEN_KEPT or not (name.startswith(".") or name in LEFT_BY_TOOLS or name.endswith((".egg-info", ".pyc")))


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
