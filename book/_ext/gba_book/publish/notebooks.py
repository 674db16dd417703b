"""Each chapter as a notebook to take away: executed, its numbers and links written into the prose, its figures shown without any library.

It reads as the chapter in JupyterLab, VS Code, Colab and where notebooks are only shown; run again, it installs the library and the data
that lie beside the book.
"""

import base64
import contextlib
import functools
import html
import json
import re
from hashlib import sha256
from pathlib import Path

import nbformat
from gba.exhibit.html import NOTEBOOK
from gba.prose import told
from jupyter_cache import get_cache
from sphinx.util import logging

from gba_book.execute.notebooks import RAN, noted
from gba_book.kept import found, keep, kept
from gba_book.publish import pictures, wheel
from gba_book.publish.site import base
from gba_book.read.notebook import notebook
from gba_book.read.numbers import value
from gba_book.written import afterwards, is_preview, write

log = logging.getLogger(__name__)
GLUE = "application/papermill.record/text/plain"
_SPOKEN = re.compile(r"\{glue:text\}`(?:([\w.-]+)\.ipynb::)?(\w+)(?::([^`]*))?`")
_LINK = re.compile(r"\[([^\]]*)\]\(((?:[\w-]+\.(?:ipynb|md))?(?:#[\w-]+)?)\)")
_CAPTION = re.compile(r'<figure id="([\w-]+)".*?<figcaption[^>]*>', re.S)
_PAGE = re.compile(r'(<a class="exhibit-ref" href="[^"#]*)\.html(?=#)')
_TARGET = re.compile(r"^\(([\w-]+)\)=\n", re.M)
#: JupyterLab sets what stands between two dollars of one text as a formula, escaped or not: each gets an element of its own. Code is left alone.
_DOLLAR = re.compile(r"(`[^`]*`)|(\\\$)")
#: Viewers set the cells of a table to the right, which is for numbers. No style sheet goes along, and their rule wins over one of the row or the table.
_CELL = re.compile(r"<(td|th)\b")
_SVG = re.compile(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)")
#: What a script or a style sheet of the pages makes work: where a notebook is shown there is none, and where its tags are taken out, too,
#: their words would run together. Viewers that clean what they show take `hidden` away.
_CONTROLS = re.compile(r"<(form|label|select|button)\b.*?</\1>|<input\b[^>]*>|<(p|details)\b[^>]*\bhidden\b.*?</\2>", re.S)
#: Dots of a picture to a pixel of the drawing. Dots, because GitHub's view of a notebook lets no drawing through that stands in HTML.
SCALE = 1.5


def setup(app):
    """Link each from its page, and write them when the pages are written."""
    if not is_preview(app):
        app.connect(RAN, begin)
    app.connect("html-page-context", link, priority=800)
    afterwards(app, publish, priority=850, taken_away=True)


def begin(app, notebook):
    """Have the pictures of a notebook made while the others run and the pages are written."""
    alone = [output.get("metadata", {}).get(NOTEBOOK, "") for cell in notebook.cells for output in cell.get("outputs", [])]
    pictures.begin([(_drawing(found), SCALE) for found in _SVG.finditer("".join(alone))], pictures.folder(app))


def link(app, pagename, templatename, context, doctree):
    """The address for the template, where the page is a notebook."""
    if doctree is not None and Path(app.env.doc2path(pagename)).suffix == ".ipynb":
        context["gba_notebook"] = context["pathto"](f"{pagename}.ipynb", 1)


def publish(app, out):
    """Write the notebooks; one whose words, outputs and links are as they were is left as it is."""
    cache = get_cache(app.config.nb_execution_cache_path)
    paths = {docname: path for docname in sorted(app.env.found_docs) if (path := Path(app.env.doc2path(docname))).suffix == ".ipynb"}
    sources = {docname: notebook(path) for docname, path in paths.items()}
    outputs = {docname: noted(cache, source)["outputs"] for docname, source in sources.items()}

    @functools.cache
    def executed(docname: str):
        return filled_outputs(notebook(paths[docname]), cache.get_cache_bundle(cache.match_cache_notebook(sources[docname]).pk).nb)

    said = {docname: kept("said", (docname, outputs[docname]), lambda docname=docname: spoken(executed(docname))) for docname in paths}
    values = {docname: {name: value(text) for name, text in texts.items()} for docname, texts in said.items()}
    files = {docname: Path(app.env.doc2path(docname)).name for docname in app.env.found_docs}
    places = {f"#{name}": (f"{files[docname]}#{name}", words) for name, (docname, _, words) in app.env.domaindata["std"]["labels"].items() if docname in files}
    places |= {name: (name, app.env.titles[docname].astext()) for docname, name in files.items()}
    pictures.wait()
    anew = 0
    for docname, path in paths.items():
        first = first_cell(path, app.config)
        told = "taken away", (docname, nbformat.writes(sources[docname]), outputs[docname], json.dumps([said, places], sort_keys=True), first)
        file = out / f"{docname}.ipynb"
        if not (file.is_file() and found(*told) == sha256(file.read_bytes()).hexdigest()):
            made = (nbformat.writes(taken_away(executed(docname), docname, values, places, first, pictures.folder(app))) + "\n").encode()
            write(file, made)
            keep(*told, sha256(made).hexdigest())
            anew += 1
    log.info("notebooks: %s to take away, %s of them made anew", len(paths), anew)


def filled_outputs(notebook, ran):
    """A notebook with the outputs and the counts that it had when it ran."""
    ran = iter(cell for cell in ran.cells if cell.cell_type == "code")
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = (one := next(ran)).outputs, one.execution_count
    return notebook


def spoken(notebook) -> dict[str, str]:
    """What the code cells of a notebook say for the prose, as they print it, by name."""
    names = {output.get("metadata", {}).get("scrapbook", {}).get("name"): output for cell in notebook.cells for output in cell.get("outputs", [])}
    return {name: output.data[GLUE] for name, output in names.items() if name is not None}


def taken_away(notebook, docname: str, values: dict[str, dict], places: dict[str, tuple[str, str]], first: str, kept: Path):
    """The executed notebook with values and links in its prose, figures as pictures, and a first cell that brings what it needs.

    Parameters
    ----------
    docname : name of the document
    values : by the name of a document, what it says, by name
    places : by what a link names, `#exhibit` or `chapter.ipynb`: the address from any chapter, and what a link without words says
    kept : folder of the pictures that there are
    """

    folder, _, stem = docname.rpartition("/")

    def say(found) -> str:
        if found[2] in (said := values.get(f"{folder}/{found[1] or stem}".lstrip("/"), {})):
            with contextlib.suppress(ValueError):
                return told(said[found[2]], found[3] or "")
        return found[0]  # MyST-NB has warned of it

    def lead(found) -> str:
        address, words = places.get(found[2], (found[2], found[2]))
        return f"[{found[1] or words}]({address.removeprefix(f'{stem}.ipynb') or address})"

    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            text = _SPOKEN.sub(say, cell.source)
            text = _LINK.sub(lead, text)
            text = _DOLLAR.sub(lambda found: found[1] or f"<span>{found[2]}</span>", text)
            cell.source = _TARGET.sub(lambda target: f'<a id="{target[1]}"></a>\n\n', text)
        else:
            cell.outputs = [shown(output, places, kept) for output in cell.outputs if "scrapbook" not in output.get("metadata", {})]
    opening = nbformat.v4.new_code_cell(first, metadata={"jupyter": {"source_hidden": True}, "tags": ["hide-cell"]})
    opening["id"] = "what-this-needs"
    notebook.cells.insert(0, opening)
    return notebook


def shown(output, places: dict[str, tuple[str, str]], kept: Path):
    """An output as any viewer of notebooks shows it: a figure has the number that the prose calls it by, and its drawing becomes a picture of dots."""
    alone = output.get("metadata", {}).get(NOTEBOOK)
    if alone is None:
        if "text/html" in output.get("data", {}):
            told = _CONTROLS.sub("", _PAGE.sub(r"\1.ipynb", output["data"]["text/html"]))
            output["data"]["text/html"] = _CELL.sub(r'<\1 style="text-align: left"', told) if 'class="table-wrap"' in told else told
        return output
    alone = _CAPTION.sub(lambda found: f"{found[0]}{places[f'#{found[1]}'][1]}. ", alone)
    dots = _SVG.sub(lambda found: f"data:image/png;base64,{base64.b64encode(pictures.png(_drawing(found), SCALE, kept)).decode()}", alone)
    return nbformat.from_dict({**output, "data": {"text/html": dots, "text/plain": output["data"]["text/plain"]}, "metadata": {}})


def _drawing(found) -> str:
    return base64.b64decode(found[1]).decode()


def first_cell(path: Path, config) -> str:
    """Code that installs the library and the data where they are not at hand, or says how to get them where this book has no address."""
    what = f"# The library and the data of the book “{html.unescape(config.html_title)}”, where they are not at hand."
    where = (base(config) and f"{base(config)}{wheel.FOLDER}/{wheel.name()}") or config.html_theme_options.get("repository_url")
    if where:
        way = f"    %pip install -q {where if where.endswith('.whl') else f'git+{where}'}"
    else:
        said = (
            "Get source.zip, linked at the foot of the page that this notebook came from, unpack it, and run `make lab` in it: "
            f"book/{path.name} there has all it needs."
        )
        way = f"    raise ModuleNotFoundError({said!r})"
    return f'{what}\nimport importlib.util\n\nif importlib.util.find_spec("gba") is None:\n{way}'
