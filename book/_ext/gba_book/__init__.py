"""What the HTML build adds to Sphinx, a package for each stage of a build: check, execute, read, write, publish."""

import os
import sys
from pathlib import Path

BOOK = Path(__file__).parents[2]
sys.path.insert(0, str(BOOK))
import gba  # noqa: E402, F401  here, before Jupyter Book imports jsonschema: see what it does there

# The kernels inherit it: figures then display as islands instead of as notebook charts.
os.environ["GBA_RENDER"] = "book"
# Hash order must not reach the pages: two builds of one commit are the same, byte for byte.
os.environ.setdefault("PYTHONHASHSEED", "0")


def setup(app):
    """Connect each concern to the build, stage by stage; see the packages for what each does."""
    from gba_book import kept
    from gba_book.check import data, folder, outcome
    from gba_book.execute import notebooks, versions
    from gba_book.publish import data as published
    from gba_book.publish import editions, explore, policy, site, source_zip, wheel
    from gba_book.publish import notebooks as taken_away
    from gba_book.read import cells, exhibits, formulas, han, numbers
    from gba_book.write import assets, launch, search

    concerns = (outcome, folder, data, notebooks, cells, exhibits, formulas, han, numbers, assets, versions, launch, published, wheel, source_zip, search)
    concerns += (taken_away, site, explore, editions, policy, kept)
    for concern in concerns:
        concern.setup(app)
    return {"version": "1", "env_version": 2, "parallel_read_safe": True, "parallel_write_safe": True}
