"""What the HTML build adds to Sphinx: checked data, parallel runs, numbered exhibits, own assets, data and source, search, security, loud failures."""

import os
import sys
from pathlib import Path

BOOK = Path(__file__).parents[2]
sys.path.insert(0, str(BOOK))
# The kernels inherit it: figures then display as islands instead of as notebook charts.
os.environ["GBA_RENDER"] = "book"
# Hash order must not reach the pages: two builds of one commit are the same, byte for byte.
os.environ.setdefault("PYTHONHASHSEED", "0")


def setup(app):
    """Connect each concern to the build; see the modules for what each does."""
    from . import assets, cells, execution, exhibits, folder, formulas, launch, publish, search, security, site, source_zip, strict, versions

    for concern in (folder, strict, execution, cells, exhibits, formulas, assets, versions, launch, publish, source_zip, search, site, security):
        concern.setup(app)
    return {"version": "1", "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
