"""What the pages load, all from the book itself: palette, style sheet, chart script, Vega bundle; and nothing that no reader needs."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import vl_convert
from gba.charts.palette import palette, stylesheet
from sphinx.errors import ExtensionError
from sphinx.util import logging

from gba_book import BOOK
from gba_book.write.stylesheets import bundle_sheets, plain_code
from gba_book.write.unused_css import purge_folder
from gba_book.written import write

log = logging.getLogger(__name__)

#: Files of the theme and its extensions that no page uses once the templates here replace the theme's.
UNUSED = ("scripts/fontawesome.js*", "scripts/bootstrap.js*", "vendor/fontawesome", "**/*.map", "sphinx-thebe.*", "sbt-webpack-macros.html",
          "webpack-macros.html", "images/logo_*", "check-solid.svg", "locales", "plus.png", "minus.png", "file.png", "jquery*.js", "underscore*.js",
          "doctools.js", "translations.js", "searchtools.js", "language_data.js",
          "sphinx_highlight.js", "copybutton_funcs.js", "copy-button.svg", "design-tabs.js", "sphinx-design*", "togglebutton*",
          "play-solid.svg", "vendor")

#: Scripts and style sheets that extensions add to every page and this book has no use for.
DROPPED = ("mathjax", "MathJax", "thebe", "kernelName", "require.js", "require.min.js", "embed-amd", "design-tabs.js", "sphinx-design",
           "togglebuttonSelector", "togglebutton.", "toggleHint", "toggleOpenOnPrint", "sphinx_highlight",
           "clipboard.min.js", "copybutton.js", "doctools.js", "translations.js", "DOCUMENTATION_OPTIONS.")

#: A second of work, and the converter reports its steps on the way: in a process of its own, beside everything else.
_BUNDLE = "import sys, vl_convert; sys.stdout.buffer.write(vl_convert.javascript_bundle().encode())"


def setup(app):
    """Make the assets first, choose them page by page, and tidy up last."""
    app.connect("config-inited", provide, priority=900)
    app.connect("env-get-outdated", outdated)
    app.connect("env-updated", finish_bundle)
    app.connect("html-page-context", add_claims, priority=100)
    app.connect("html-page-context", add_controls, priority=800)
    app.connect("html-page-context", drop_unused, priority=900)
    app.connect("html-page-context", lighten, priority=700)
    # After the theme has written the colours of code for its two themes (at 500): they belong into the sheet.
    app.connect("build-finished", remove_unused_files, priority=550)


def provide(app, config):
    """Write the generated assets to a folder beside the output, and tell Sphinx of it and of the static files."""
    made = Path(app.outdir).parent / ".assets"
    made.mkdir(parents=True, exist_ok=True)
    write(made / "palette.css", stylesheet().encode())
    colours = {row["light"]: token for token, row in palette().items()}
    write(made / "palette.js", f"window.gbaPalette={json.dumps(colours, separators=(',', ':'))};\n".encode())
    bundle = made / f"vega-{vl_convert.get_vega_version()}.js"
    if not bundle.exists():
        app.gba_bundle = bundle, subprocess.Popen([sys.executable, "-c", _BUNDLE], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    # Relative, because Sphinx writes a digest of them into the output: the book does not depend on where it was built.
    for path in (made, BOOK / "_static"):
        config.html_static_path.append(os.path.relpath(path, app.confdir))
    for sheet in ("palette.css", "book.css", "site.css"):
        app.add_css_file(sheet, priority=900)
    app.add_js_file("palette.js", loading_method="defer", priority=900)
    told = {"data-vega": bundle.name, "data-book": config.html_title, "data-author": config.author, "data-year": config.copyright}
    app.add_js_file("exhibits.js", loading_method="defer", priority=901, **told)
    config.templates_path.append(os.path.relpath(Path(__file__).parent / "templates", app.confdir))
    # MyST-NB copies it last, and Sphinx puts a digest of what it finds into the pages: with one of an earlier build they would not be those of a clean one.
    for left in (Path(app.outdir) / "_static").glob("mystnb.*.css"):
        left.unlink()


def finish_bundle(app, env):
    """Wait for the bundle, which another core has made while the notebooks ran.

    Raises
    ------
    ExtensionError : when it could not be made, with what was said
    """
    bundle, maker = getattr(app, "gba_bundle", (None, None))
    if bundle is not None:
        text, complaint = maker.communicate()
        if maker.returncode:
            raise ExtensionError(f"no Vega for the pages: {complaint.decode(errors='replace').strip()[-2000:]}")
        # The bundle is a module's text: in a function of its own, its names stay out of the page's.
        write(bundle, f"(()=>{{{text.decode()}}})();\n".encode())


def outdated(app, env, added, changed, removed):
    """All pages are stale when a style sheet, a script, a template or this extension changed: Sphinx would leave the old ones there."""
    files = sorted(path for folder in (BOOK / "_static", BOOK / "_ext") for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")
    look = hashlib.sha256(b"".join(hashlib.sha256(path.read_bytes()).digest() for path in files)).hexdigest()
    state, env.gba_look = getattr(env, "gba_look", None), look
    return [] if state == look else sorted(env.found_docs)


def add_claims(app, pagename, templatename, context, doctree):
    """The filter of the claims, on the page of the claims only."""
    if pagename.endswith("a1-claims"):
        app.add_css_file("claims.css", priority=901)
        app.add_js_file("claims.js", loading_method="defer", priority=902)


def add_controls(app, pagename, templatename, context, doctree):
    """The script and the style of the sliders, on pages that have them."""
    if 'class="weights"' in (context.get("body") or ""):
        app.add_css_file("weights.css", priority=901)
        app.add_js_file("weights.js", loading_method="defer", priority=902)


def lighten(app, pagename, templatename, context, doctree):
    """Leave out the marks of code that no style sheet colours, and the headings of pandas' tables that say nothing."""
    if context.get("body"):
        context["body"] = plain_code(context["body"]).replace("<th></th>", "<td></td>")


def drop_unused(app, pagename, templatename, context, doctree):
    """Keep off the page what extensions add everywhere: Thebe, widgets, tabs, scripts for formulas."""

    def wanted(asset) -> bool:
        name = str(getattr(asset, "filename", asset)) + str(getattr(asset, "attributes", {}).get("body") or "")
        return not any(part in name for part in DROPPED)

    for kind in ("script_files", "css_files"):
        context[kind] = [asset for asset in context[kind] if wanted(asset)]
    for script in context["script_files"]:
        # No script is needed before the page can be read.
        if hasattr(script, "attributes") and str(getattr(script, "filename", None) or "").endswith(".js"):
            script.attributes["defer"] = "defer"


def remove_unused_files(app, error):
    """Take out of `_static` what nothing refers to, so that a copy of the book is small."""
    if error is not None or app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    for pattern in UNUSED:
        for path in static.glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    log.info("style sheets: %s kB that no page uses taken out", purge_folder(Path(app.outdir)) // 1000)
    bundle_sheets(Path(app.outdir))
