"""What the notebooks ran with: told by the kernel that ran them, kept with the outputs, shown under the page."""

import contextlib
import importlib.metadata
import json
import re
from pathlib import Path

import nbformat
from jupyter_cache import get_cache

from gba_book import BOOK

#: Those of the direct requirements that make the figures, as their makers spell them.
SHOWN = {"python": "Python", "pandas": "pandas", "geopandas": "GeoPandas", "altair": "Altair", "vl-convert-python": "vl-convert"}
KEY = "gba:versions"
#: What is required and not installed has no version; a notebook that wants it fails by itself.
_PROBE = """import importlib.metadata as _m, json as _j, platform as _p
_v = {{_d.name.lower().replace("_", "-"): _d.version for _d in _m.distributions() if _d.name}}
print(_j.dumps({{"python": _p.python_version(), **{{_n: _v[_n.lower().replace("_", "-")] for _n in {names!r} if _n.lower().replace("_", "-") in _v}}}}))"""


def setup(app):
    """Give each page of a notebook the versions that its outputs were made with."""
    app.connect("html-page-context", show, priority=800)


def required(lock: Path = BOOK.parent / "requirements.in") -> list[str]:
    """Names of the packages that a list of requirements asks for, in its order.

    >>> "pandas" in required()
    True
    """
    return re.findall(r"^([A-Za-z0-9][\w.-]*)", lock.read_text(encoding="utf-8"), re.M)


def installed(lock: Path) -> list[str]:
    """Each package of a lock with the version that is installed, whatever the lock says; without one where it is not installed."""
    found = []
    for name in required(lock):
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            found.append(f"{name}=={importlib.metadata.version(name)}")
    return found


@contextlib.contextmanager
def recorded(notebook):
    """While a notebook is executed, have its kernel tell its versions in a last cell, and keep them in the metadata instead."""
    cell = nbformat.v4.new_code_cell(_PROBE.format(names=required()))
    notebook.cells.append(cell)
    try:
        yield
    finally:
        notebook.cells.remove(cell)
        if cell.outputs:
            notebook.metadata[KEY] = json.loads(cell.outputs[0].text)


def sentence(versions: dict[str, str]) -> str:
    """The versions in words.

    >>> sentence({"python": "3.11.7", "pandas": "3.0.1", "jupyterlab": "4.5"})
    'Python 3.11.7, pandas 3.0.1'
    """
    return ", ".join(f"{name} {versions[key]}" for key, name in SHOWN.items() if key in versions)


def show(app, pagename, templatename, context, doctree):
    """Put the sentence of this page's notebook into the template's variables."""
    path = Path(app.env.doc2path(pagename))
    if doctree is None or path.suffix != ".ipynb":
        return
    cache = get_cache(app.config.nb_execution_cache_path)
    record = cache.match_cache_notebook(nbformat.read(path, as_version=4))
    context["gba_versions"] = sentence(cache.get_cache_bundle(record.pk).nb.metadata.get(KEY, {}))
