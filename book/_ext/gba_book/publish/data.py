"""Publish the data with the pages: every file of data/, byte for byte, in data/ of the output, and beside them what is computed from them (`gba.derived`).

A reader's `pandas.read_csv(url)` and the validator of the Data Package standard then work on the published book. The descriptor there also names the
computed series, the book, its address and how to cite it; a README says what is where. Sphinx's own way, `html_extra_path`, would drop the folder's name
and skip what `exclude_patterns` keeps from being read as pages.
"""

import hashlib
import json
from pathlib import Path

from gba import derived
from gba.data.datapackage import NAME, read, root
from sphinx.util import logging

from gba_book.kept import digest, kept
from gba_book.publish.site import base
from gba_book.written import afterwards, write

log = logging.getLogger(__name__)
#: Endings of what the data are made of. A workbook or a recording that lies beside them is somebody's own, and nobody asked to publish it.
KINDS = {".csv", ".geojson", ".json", ".yml", ".md"}

README = """\
# Data of “{title}”

Version {version}. This folder is a [Data Package](https://datapackage.org/): `datapackage.json` describes every file, column, unit and source.

## What is where

{listed}

Files in `derived/` are computed from the others; `derived_from` names the figures behind each row, and `status` says
whether one of them stands aside. A file of observations has one row a figure: what,
where, when, value, unit, and the key of its source in `sources.csv`. Several sources may speak of the same figure: take the rows with `status` main
first, then the better `grade` of the source (A, B, C), then the newer source.

## How to read it

```python
import pandas as pd

table = pd.read_csv("{where}/{example}")
```

Files are UTF-8 with a header, commas, decimal points and empty cells for what is missing.

## Licence

{terms}

The licence of each file stands in the descriptor; the boundaries keep “© OpenStreetMap contributors”. Single figures are quoted from the sources named.

## How to cite

{citation}
"""


def setup(app):
    """Publish when the pages are written."""
    afterwards(app, publish, priority=500, taken_away=True)


def publish(app, out):
    """Write the data and what is computed from them, and forget what is gone."""
    about, address = told(app.config), base(app.config)

    def made() -> dict[str, str]:
        return {path.as_posix(): content.decode() for path, content in computed(about, address).items()}

    more = kept("published", (digest(root()), repr(about), address), made)
    log.info("data: %s file(s) published anew", mirror(root(), out / "data", {Path(path): content.encode() for path, content in more.items()}))


def told(config) -> dict:
    """What the settings of a book say of its data: title, address, who made it, how to cite it."""
    address = base(config) or config.html_theme_options.get("repository_url", "")
    citation = f"{config.author} ({config.copyright}): {config.html_title} Data, version {read().get('version', '0')}."
    about = {"title": config.html_title, "homepage": address, "contributors": [{"title": config.author, "role": "author"}]}
    return {key: value for key, value in about.items() if value} | {"citation": f"{citation} {address}".strip()}


def computed(about: dict, address: str = "") -> dict[Path, bytes]:
    """What the published data hold besides the files of data/: the computed series, the descriptor that names them, the README."""
    made, entries = {}, []
    for entry in derived.described():
        try:
            content = derived.csv_of(Path(entry["path"]).stem).encode()
        except (LookupError, ValueError) as error:
            log.info("data: %s is left out: %s", entry["path"], error)
            continue
        entries.append(entry | {"bytes": len(content), "hash": f"sha256:{hashlib.sha256(content).hexdigest()}"})
        made[Path(entry["path"])] = content
    record = read()
    record = {"profile": record.get("profile", "data-package"), "name": record.get("name", "data")} | about | record | {"title": about["title"]}
    record["resources"] = [*entries, *read()["resources"]]
    made[Path(NAME)] = (json.dumps(record, indent=1, ensure_ascii=False) + "\n").encode()
    made[Path("README.md")] = readme(record, about["citation"], address).encode()
    return made


def readme(record: dict, citation: str, address: str) -> str:
    """What is where, how to read it, the licences and how to cite, in Markdown."""
    where = f"{address or 'https://…/'}data"
    series = [entry for entry in record["resources"] if entry.get("gba:kind") == derived.FOLDER]
    others = [entry for entry in record["resources"] if entry not in series]
    folders: dict[str, list] = {}
    for entry in others:
        folders.setdefault(entry["path"].rpartition("/")[0], []).append(entry)
    example = (series or [entry for entry in others if entry["path"].endswith(".csv")])[0]
    terms = {licence["title"]: licence["path"] for entry in record["resources"] for licence in entry.get("licenses", [])}
    listed = [f"- `{entry['path']}`: {entry['title']}" for entry in series]
    listed += [f"- `{folder}/`: {', '.join(Path(entry['path']).stem for entry in entries)}" for folder, entries in folders.items() if folder]
    listed += [f"- `{entry['path']}`: {entry['title']}" for entry in folders.get("", [])]
    return README.format(
        title=record["title"], version=record.get("version", "0"), listed="\n".join(listed), where=where, example=example["path"],
        terms="\n".join(f"- [{title}]({path})" for title, path in terms.items()), citation=citation,
    )  # fmt: skip


def mirror(source: Path, target: Path, more: dict[Path, bytes] | None = None) -> int:
    """Make `target` hold the files of `source` and `more`, and nothing else; hidden files and files of other kinds stay at home.

    Parameters
    ----------
    more : by path the content of further files; of two files of a path this one counts

    Returns
    -------
    the number of files that were written, because they were missing or differed
    """
    wanted = {path.relative_to(source): path.read_bytes() for path in sorted(source.rglob("*")) if path.is_file() and path.suffix in KINDS}
    wanted = {path: content for path, content in wanted.items() if not any(part.startswith(".") for part in path.parts)} | (more or {})
    folders = {parent for path in wanted for parent in path.parents}
    # Deepest first, so that a folder is empty when its turn comes.
    for path in sorted(target.rglob("*"), reverse=True):
        folder, here = path.is_dir() and not path.is_symlink(), path.relative_to(target)
        if here not in (folders if folder else wanted):
            path.rmdir() if folder else path.unlink()
    return sum([write(target / path, content) for path, content in wanted.items()])
