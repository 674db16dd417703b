"""What the notebooks ran with, shown under the page: the kernels run in this very environment, and the cache is another where that is (see `notebooks`)."""

import contextlib
import functools
import importlib.metadata
import platform
import re
from pathlib import Path

#: Those of the direct requirements that make the figures, as their makers spell them.
SHOWN = {"pandas": "pandas", "geopandas": "GeoPandas", "altair": "Altair", "vl-convert-python": "vl-convert"}


def setup(app):
    """Give each page of a notebook the versions that its outputs were made with."""
    app.connect("html-page-context", show, priority=800)


@functools.cache
def installed(lock: Path) -> list[str]:
    """Each package of a lock with the version that is installed, whatever the lock says; without one where it is not installed."""
    found = []
    for name in re.findall(r"^([A-Za-z0-9][\w.-]*)", lock.read_text(encoding="utf-8"), re.M):
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            found.append(f"{name}=={importlib.metadata.version(name)}")
    return found


def show(app, pagename, templatename, context, doctree):
    """Put the versions in words into the template's variables, on the page of a notebook."""
    if doctree is not None and Path(app.env.doc2path(pagename)).suffix == ".ipynb":
        shown = [f"{name} {importlib.metadata.version(package)}" for package, name in SHOWN.items()]
        context["gba_versions"] = ", ".join([f"Python {platform.python_version()}", *shown])
