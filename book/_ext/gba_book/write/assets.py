"""What the pages load, all from the book itself: palette, style sheet, chart script, Vega bundle; and nothing that no reader needs."""

import hashlib
import html
import json
import os
import re
import subprocess
import sys
import tempfile
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote

import vl_convert
from gba.charts.palette import palette, stylesheet
from sphinx.builders import html as builder
from sphinx.errors import ExtensionError
from sphinx.util.matching import Matcher

from gba_book import BOOK
from gba_book.kept import kept
from gba_book.write import sheet
from gba_book.written import write

_STYLE = re.compile(r'(<style class="book-style">).*?(</style>)', re.S)
#: The scripts that pages load; those that extensions add to every page besides, this book has no use for.
SCRIPTS = ("documentation_options.js", "scripts/sphinx-book-theme.js", "palette.js", "exhibits.js", "claims.js", "weights.js", "explore-chart.js", "explore.js",
           "tables.js")  # fmt: skip

#: A second of work, and the converter reports its steps on the way: in a process of its own, beside everything else.
_BUNDLE = "import sys, vl_convert; sys.stdout.buffer.write(vl_convert.javascript_bundle().encode())"


def setup(app):
    """Make the assets first, and choose them page by page; `publish.policy` tidies up when all is written."""
    app.connect("config-inited", provide, priority=900)
    app.connect("env-get-outdated", outdated)
    app.connect("env-updated", finish_bundle)
    app.connect("html-page-context", choose, priority=900)


def provide(app, config):
    """Write the generated assets to a folder beside the output, and tell Sphinx of it and of the static files."""
    made = Path(app.outdir).parent / ".assets"
    made.mkdir(parents=True, exist_ok=True)
    write(made / "palette.css", stylesheet().encode())
    colours = {row["light"]: token for token, row in palette().items()}
    write(made / "palette.js", f"window.gbaPalette={json.dumps(colours, separators=(',', ':'))};\n".encode())
    bundle = made / f"vega-{vl_convert.get_vega_version()}.js"
    if not bundle.exists():
        # Into a file, not a pipe: that would keep the converter waiting, and its memory, until the pages are read.
        text = tempfile.TemporaryFile()  # noqa: SIM115  `finish_bundle` closes it
        app.gba_bundle = bundle, text, subprocess.Popen([sys.executable, "-c", _BUNDLE], stdout=text, stderr=subprocess.PIPE)
    # Relative, because Sphinx writes a digest of them into the output: the book does not depend on where it was built.
    for path in (made, BOOK / "_static"):
        config.html_static_path.append(os.path.relpath(path, app.confdir))
    app.add_js_file("palette.js", loading_method="defer", priority=900)
    told = {"data-vega": bundle.name, "data-book": config.html_title, "data-author": config.author, "data-year": config.copyright}
    app.add_js_file("exhibits.js", loading_method="defer", priority=901, **told)
    # What the theme says in other languages is no file of the pages; to take it out of every build again took a tenth of one.
    builder.DOTFILES = Matcher(["**/.*", "**/locales"])
    # Before the themes' own.
    config.templates_path.insert(0, os.path.relpath(Path(__file__).parent / "templates", app.confdir))


def finish_bundle(app, env):
    """Wait for the bundle, which another core has made while the notebooks ran.

    Raises
    ------
    ExtensionError : when it could not be made, with what was said
    """
    bundle, text, maker = vars(app).pop("gba_bundle", (None, None, None))
    if bundle is not None:
        _, complaint = maker.communicate()
        if maker.returncode:
            raise ExtensionError(f"no Vega for the pages: {complaint.decode(errors='replace').strip()[-2000:]}")
        with text:
            text.seek(0)
            # The bundle is a module's text: in a function of its own, its names stay out of the page's.
            write(bundle, f"(()=>{{{text.read().decode()}}})();\n".encode())


def outdated(app, env, added, changed, removed):
    """All pages are stale when a style sheet, a script, a template or this extension changed: Sphinx would leave the old ones there."""
    files = sorted(path for folder in (BOOK / "_static", BOOK / "_ext") for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")
    look = hashlib.sha256(b"".join(hashlib.sha256(path.read_bytes()).digest() for path in files)).hexdigest()
    state, env.gba_look = getattr(env, "gba_look", None), look
    return [] if state == look else sorted(env.found_docs)


def choose(app, pagename, templatename, context, doctree):
    """The scripts of this page; its sheet is made when all pages are there. Marks of code that no theme here colours are left out."""
    context["css_files"] = []
    scripts = {"claims-filter": ["claims.js"], "weights": ["weights.js"], "explore": ["explore-chart.js", "explore.js"], "listing": ["tables.js"]}
    for part, names in scripts.items():
        for name in names if f'class="{part}"' in (context.get("body") or "") else ():
            app.add_js_file(name, priority=902)
    context["script_files"] = [script for script in context["script_files"] if str(getattr(script, "filename", "")).removeprefix("_static/") in SCRIPTS]
    for script in context["script_files"]:
        # No script is needed before the page can be read.
        script.attributes["defer"] = "defer"
    if context.get("body"):
        # Names, punctuation and white space: Pygments wraps each. pandas gives its tables empty headings.
        context["body"] = re.sub(r'<span class="(?:n|p|w)">([^<]*)</span>', r"\1", context["body"]).replace("<th></th>", "<td></td>")


def tidied(static: Path, pages: list[str], again: bool = False) -> tuple[str, set[str]]:
    """The sheets that the pages have to be fitted with, and the words of their scripts, which may be names in them; none where the pages have their sheets.

    What no page and no script names is taken out of the folder, so that a copy of the book is small; but not if Sphinx is to bring it `again` soon.
    """
    addresses = "\n".join(address for page in pages for address in re.findall(r'(?:_static/|data-vega=")([^"?#<>]+)', page))
    # An address names a file in another way than the disk does where it holds more than plain letters.
    sheets, named, found, scripts = sheet.read(static), html.unescape(unquote(addresses)), set(), ""
    files = {path for path in static.rglob("*") if path.is_file()}
    # The sheets are in the pages, and maps are for who writes the theme.
    while new := {path for path in files - found if path.name in named and path.suffix not in {".css", ".map"}}:
        found |= new
        own = [path.read_text(encoding="utf-8") for path in sorted(new) if path.suffix == ".js" and not path.name.startswith(("vega", "search-index"))]
        scripts = named = "\n".join([scripts, *own])
    for path in () if again else files - found:
        path.unlink()
    for folder in () if again else sorted((path for path in static.rglob("*") if path.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()
    return sheets, sheet.words(scripts) if sheets else set()


def fitted(page: str, sheets: str, added: set[str]) -> str:
    """A page with what it can use of the sheets in it, by its own names and those that are `added`."""
    if not sheets:
        return page
    style = _fitting(sheets, frozenset((sheet.names(page) | added) & _known(sheets)))
    return _STYLE.sub(lambda at: f"{at[1]}{style}{at[2]}", page)


@lru_cache(maxsize=1)
def _known(sheets: str) -> set[str]:
    return {*kept("names of sheets", (sheets,), lambda: sorted(sheet.known(sheet.rules(sheets))))}


@lru_cache(maxsize=64)
def _fitting(sheets: str, used: frozenset[str]) -> str:
    """Pages that ask for the same rules share their sheet: there are hundreds of embedded exhibits."""
    return kept("sheet", (sheets, *sorted(used)), lambda: sheet.fitting(sheet.rules(sheets), used))
