"""Number the exhibits of each chapter, make their names targets that `[](#name)` and `{ref}` resolve, and give each its own files.

A page carries the drawings. What only a live chart or a curious reader needs, the specification and the rows, is taken out of
the page into `exhibits/<name>.js` and `exhibits/<name>.csv`, and what the chart draws, where the rows do not hold it, into
`exhibits/<name>-drawn.csv`. The first is a script and no JSON, because a page opened from a folder may load scripts and nothing else.
"""

import json
import re

from docutils import nodes
from gba.exhibit.html import EXHIBITS, script_safe
from sphinx.util import logging

from gba_book.written import afterwards, write

log = logging.getLogger(__name__)
FIGURE = re.compile(r'<figure class="exhibit" id="([^"]*)"')
NUMBER = '<span class="exhibit-number"></span>'
PAYLOAD = re.compile(r'<script type="application/json" class="exhibit-payload">(.*?)</script>', re.S)
REFERENCE = re.compile(r'(<a class="exhibit-ref" href="[^"#]*#([^"]*)">)(.*?)</a>', re.S)
FOLDER = "exhibits"
#: By key of the payload: the name of the CSV that it becomes.
CSVS = {"csv": "{}.csv", "drawn_csv": "{}-drawn.csv"}


def setup(app):
    """Number when a page is read; write the files when all are."""
    app.connect("doctree-read", number)
    app.connect("doctree-resolved", refer)
    app.connect("env-purge-doc", forget)
    app.connect("env-merge-info", join)
    afterwards(app, write_files, priority=400)


def chapter_prefix(docname: str) -> str:
    """`book/01-two-cities` is chapter 1, `book/a2-data` appendix A2; other pages count without a prefix.

    >>> chapter_prefix("book/01-two-cities"), chapter_prefix("book/a2-data"), chapter_prefix("book/index")
    ('1.', 'A2.', '')
    """
    found = re.match(r"(?:0*(\d+)|(a\d+))-", docname.rsplit("/", 1)[-1])
    return f"{(found[1] or found[2]).upper()}." if found else ""


def number(app, doctree):
    """Write each figure's number into its caption and register its name as a cross-reference target."""
    docname, seen = app.env.docname, set()
    std = app.env.domaindata["std"]
    for node in list(doctree.findall(nodes.raw)):
        found = FIGURE.search(node.astext())
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
        source = node.astext().replace(NUMBER, f'<span class="exhibit-number">{title}.</span>')
        source = PAYLOAD.sub(lambda part, name=name: _keep(app.env, docname, name, part[1]), source)
        source = source.replace(f'href="{EXHIBITS}', f'href="{"../" * docname.count("/")}{FOLDER}/')
        node.children, node.rawsource = [nodes.Text(source)], source
        _name_cell(node, f"code-{name}")
        std["labels"][name] = (docname, name, title)
        std["anonlabels"][name] = (docname, name)


def refer(app, doctree, docname):
    """Put the number of an exhibit where a notebook's HTML points to it; a notebook alone cannot know it."""
    labels = app.env.domaindata["std"]["labels"]
    for node in doctree.findall(nodes.raw):
        source = node.astext()
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


def payloads(env) -> dict[str, dict[str, str]]:
    """The JSON of every exhibit, by page and name."""
    if not hasattr(env, "gba_exhibits"):
        env.gba_exhibits = {}
    return env.gba_exhibits


def _keep(env, docname: str, name: str, payload: str) -> str:
    payloads(env).setdefault(docname, {})[name] = payload
    return ""


def forget(app, env, docname):
    """Nothing is left of a page that is read again or is gone."""
    payloads(env).pop(docname, None)


def join(app, env, docnames, other):
    """Bring together what parallel readers found."""
    payloads(env).update({name: payloads(other)[name] for name in docnames if name in payloads(other)})


def write_files(app, out):
    """Write script and CSV of every exhibit, and remove those of exhibits that are gone."""
    folder = out / FOLDER
    folder.mkdir(exist_ok=True)
    wanted = {}
    for found in payloads(app.env).values():
        for name, payload in found.items():
            # Data may hold anything; in the script they are one JSON value, which is no code.
            parsed = json.loads(payload)
            for key, file in CSVS.items():
                if key in parsed:
                    # The mark lets a spreadsheet read Chinese names as UTF-8.
                    wanted[file.format(name)] = "\ufeff" + parsed.pop(key)
            wanted[f"{name}.js"] = f"gbaExhibit({json.dumps(name)},{script_safe(parsed)});\n"
    for old in folder.iterdir():
        if old.name not in wanted:
            old.unlink()
    for name, text in wanted.items():
        write(folder / name, text.encode())
