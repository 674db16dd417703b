"""Number the exhibits of each chapter, make their names targets that `[](#name)` and `{ref}` resolve, and give each its own files.

A page carries the drawings. What only a live chart or a curious reader needs, the specification and the rows, is taken out of
the page into `exhibits/<name>.js` and `exhibits/<name>.csv`, and what the chart draws, where the rows do not hold it, into
`exhibits/<name>-drawn.csv`. The first is a script and no JSON, because a page opened from a folder may load scripts and nothing else.
"""

import csv
import io
import json
import re

from docutils import nodes
from gba import edition
from gba.catalogue import runs
from gba.data.datapackage import read as record
from gba.data.datapackage import resources, root
from gba.exhibit.html import EXHIBITS, EXPLORE, script_safe
from sphinx.util import logging

from gba_book.kept import digest, kept
from gba_book.written import afterwards, write

log = logging.getLogger(__name__)
FIGURE = re.compile(r'<figure class="exhibit" id="([^"]*)"')
NUMBER = '<span class="exhibit-number"></span>'
FOLD, LISTED, ITEM = '<details class="exhibit-sources"><summary>', re.compile(r'<ul class="source-list">(.*?)</ul>', re.S), re.compile(r"<li>.*?</li>", re.S)
PAYLOAD = re.compile(r'<script type="application/json" class="exhibit-payload">(.*?)</script>', re.S)
REFERENCE = re.compile(r'(<a class="exhibit-ref" href="[^"#]*#([^"]*)">)(.*?)</a>', re.S)
FOLDER, EXPLORE_PAGE = "exhibits", "book/a5-explore"
PAYLOADS = "gba_exhibits"
EXPLORED = re.compile(rf'<a href="{EXPLORE}([^"]*)"[^>]*>.*?</a>')
#: By key of the payload: the name of the CSV that it becomes.
CSVS = {"csv": "{}.csv", "drawn_csv": "{}-drawn.csv"}


def setup(app):
    """Number when a page is read; write the files when all are."""
    app.connect("doctree-read", number)
    app.connect("doctree-resolved", refer)
    afterwards(app, write_files, priority=400)


def chapter_prefix(docname: str) -> str:
    """`book/01-two-cities` is chapter 1, `book/a2-data` appendix A2; other pages count without a prefix.

    >>> chapter_prefix("book/01-two-cities"), chapter_prefix("book/a2-data"), chapter_prefix("book/index")
    ('1.', 'A2.', '')
    """
    found = re.match(r"(?:0*(\d+)|(a\d+))-", docname.rsplit("/", 1)[-1])
    return f"{(found[1] or found[2]).upper()}." if found else ""


def markup(node: nodes.raw) -> str:
    """The HTML of a node as it stands; `astext` looks through it for escapes of reStructuredText, three times, and an exhibit's can be a megabyte."""
    return "".join(node.children)


def number(app, doctree):
    """Write each figure's number into its caption and register its name as a cross-reference target."""
    docname, seen, cited = app.env.docname, set(), {}
    std = app.env.domaindata["std"]
    for node in list(doctree.findall(nodes.raw)):
        found = FIGURE.search(markup(node))
        if not found:
            continue
        name = found[1]
        # Labels of a page that is read again were purged, so one that is there belongs to another page.
        if name in seen or name in std["labels"]:
            log.warning("exhibit %r exists twice; a name is used once in the book", name, location=docname)
        if name.endswith("-drawn"):
            log.warning("exhibit %r: the ending is taken by the CSV of what an exhibit draws", name, location=docname)
        seen.add(name)
        title = f"Exhibit {chapter_prefix(docname)}{len(seen)}"
        source = markup(node).replace(NUMBER, f'<span class="exhibit-number">{title}.</span>')
        source = source.replace(FOLD, f'{FOLD[:-1]} data-head="{title}.">')
        source = LISTED.sub(lambda found: _for_paper(found[1], cited), source)
        source = PAYLOAD.sub(lambda part, name=name: _keep(app.env, docname, name, part[1]), source)
        source = source.replace(f'href="{EXHIBITS}', f'href="{"../" * docname.count("/")}{FOLDER}/')
        page = "../" * docname.count("/") + EXPLORE_PAGE + ".html"
        source = source.replace(EXPLORE, page) if EXPLORE_PAGE in app.env.found_docs else EXPLORED.sub("", source)
        node.children, node.rawsource = [nodes.Text(source)], source
        _name_cell(node, f"code-{name}")
        std["labels"][name] = (docname, name, title)
        std["anonlabels"][name] = (docname, name)


def _for_paper(listed: str, cited: dict[str, int]) -> str:
    """Sources of an exhibit, with what paper needs, which lists each once a page and numbers it: which ones stood before, and their numbers there.

    >>> cited = {}
    >>> _for_paper("<li><a>A</a>, x</li><li><a>B</a>, x</li>", cited)
    '<ul class="source-list"><li><a>A</a>, x</li><li><a>B</a>, x</li></ul>'
    >>> _for_paper("<li><a>C</a>, x</li><li><a>B</a>, x</li><li><a>A</a>, x</li>", cited)
    '<ul class="source-list" data-again="1–2"><li><a>C</a>, x</li><li><a class="again">B</a>, x</li><li><a class="again">A</a>, x</li></ul>'
    """
    items = ITEM.findall(listed)
    again = sorted(cited[item] for item in items if item in cited)
    said = "".join(re.sub(r"<(a|span)\b", r'<\1 class="again"', item, count=1) if item in cited else item for item in items)
    for item in items:
        cited.setdefault(item, len(cited) + 1)
    # As a printed index has them: 1–3, 5.
    told = ", ".join(f"{first}–{first + count - 1}" if count > 1 else f"{first}" for first, count in runs(again))
    before = f' data-again="{told}"' if again else ""
    return f'<ul class="source-list"{before}>{said}</ul>'


def refer(app, doctree, docname):
    """Put the number of an exhibit where a notebook's HTML points to it; a notebook alone cannot know it."""
    labels = app.env.domaindata["std"]["labels"]
    for node in doctree.findall(nodes.raw):
        source = markup(node)
        if 'class="exhibit-ref"' in source:
            said = REFERENCE.sub(lambda link: f"{link[1]}{_title(labels, link[2], docname) or link[3]}</a>", source)
            node.children, node.rawsource = [nodes.Text(said)], said


def _title(labels: dict, name: str, docname: str) -> str | None:
    if name not in labels:
        log.warning("a link to the exhibit %r, which no page has", name, location=docname)
        return None
    return labels[name][2]


def _name_cell(node, target: str) -> None:
    """Let a link lead to the cell whose output the exhibit is."""
    while node is not None:
        if "cell" in node.get("classes", []):
            node["ids"].append(target)
            return
        node = node.parent


def _keep(env, docname: str, name: str, payload: str) -> str:
    env.metadata[docname].setdefault(PAYLOADS, {})[name] = payload
    return ""


def as_script(name: str, content: dict, taker: str = "gbaExhibit") -> str:
    """The script that gives a page what an exhibit needs besides its drawing, or Explore what it draws.

    >>> from_script(as_script("a", {"b": "<c>"}))
    ('a', {'b': '<c>'})
    """
    return f"{taker}({json.dumps(name)},{script_safe(content)});\n"


def from_script(script: str) -> tuple[str, dict]:
    """Name and content of an exhibit, out of its script."""
    name, content = re.fullmatch(r"gbaEx\w+\((\"[^\"]*\"),(.*)\);\s*", script, re.S).groups()
    return json.loads(name), json.loads(content)


def changed(table: dict, text: str) -> None:
    """Note under `was` what figures of a table were in the last edition: row, column, value."""
    known, places_of = edition.was(), _cells()
    rows, column = list(csv.DictReader(io.StringIO(text))), [one["label"] for one in table.get("columns", [])]
    if not known or not rows or "indicator" not in rows[0] or "Value" not in column:
        return
    found = []
    for number, row in enumerate(rows[: len(table["rows"])]):
        dataset, cell = places_of.get(row["indicator"], ("", []))
        besides = ", ".join(row[key] for key in cell if row.get(key) and key not in ("indicator", "place", "period"))
        before = known.get((dataset, row["indicator"], row.get("place"), row.get("period"), besides))
        if before is not None and row.get("status", "main") != "aside":
            found.append([number, column.index("Value"), before])
    if found:
        table["was"] = found


def _cells() -> dict[str, tuple[str, list[str]]]:
    """By indicator its dataset and what makes a cell of it."""
    observed = [entry for entry in resources(record()).values() if entry.get("gba:kind") == "observations"]
    return {meant["name"]: (entry["name"], entry["gba:cell"]) for entry in observed for meant in entry["gba:indicators"]}


def files(name: str, payload: str) -> dict[str, str]:
    """Script and CSV of an exhibit, by the names of the files."""
    made = {}
    # Data may hold anything; in the script they are one JSON value, which is no code.
    parsed = json.loads(payload)
    changed(parsed.get("table", {}), parsed.get("csv", ""))
    for key, file in CSVS.items():
        if key in parsed:
            # The mark lets a spreadsheet read Chinese names as UTF-8.
            made[file.format(name)] = "\ufeff" + parsed.pop(key)
    return made | {f"{name}.js": as_script(name, parsed)}


def write_files(app, out):
    """Write script and CSV of every exhibit, and remove those of exhibits that are gone; what numbers answer is written by `numbers`."""
    folder = out / FOLDER
    folder.mkdir(exist_ok=True)
    wanted, data = {}, digest(root())
    # The JSON of exhibits stands with what Sphinx knows of each page, which forgets a page that is read again or is gone.
    for name, payload in [item for page in app.env.metadata.values() for item in page.get(PAYLOADS, {}).items()]:
        wanted |= kept("exhibit files", (data, name, payload), lambda name=name, payload=payload: files(name, payload))
    for old in folder.iterdir():
        if old.name not in wanted and not old.name.startswith("numbers."):
            old.unlink()
    for name, text in wanted.items():
        write(folder / name, text.encode())
