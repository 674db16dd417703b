"""The numbers of the prose: MyST-NB puts them in as `gba.prose.told` says them; what it refuses is a warning with its place.

A number that knows the rows it hangs on (`gba.lineage`, asked when the notebook ran) is marked with the name of its fact. The script of the pages makes a
button of it, and asks exhibits/numbers.<page>.js what it answers; without the script a sentence is a sentence. All numbers are marked when a page is read;
which of them answer is known when the pages are written, and the others lose their mark.
"""

import ast
import re
from pathlib import Path

from docutils import nodes
from gba.prose import told
from jupyter_cache import get_cache
from myst_nb.ext.glue import crossref, roles
from sphinx.util import logging

from gba_book.execute.notebooks import noted, settle
from gba_book.read.exhibits import FOLDER, as_script, markup
from gba_book.read.notebook import notebook
from gba_book.written import afterwards, page_file, write

log = logging.getLogger(__name__)
#: Before the name of a fact, as a class of its element.
MARK = "fact-"
#: Under this stand the facts of a page's marked numbers, with what Sphinx knows of the page.
MARKED = "gba_numbers"
#: Where a number stays a number: what is pressed or read out by itself.
_PLAIN = (nodes.reference, nodes.title, nodes.caption, nodes.raw)
#: Units of which the name of the measure says enough.
_UNSAID = {"rank", "count", "ratio"}


def setup(app):
    """Have both of MyST-NB's ways into the text say a value as figures do, and the way within a page note what it says."""
    roles.format_plain_text = crossref.format_plain_text = lambda text, form: told(value(text), form)
    run = roles.PasteTextRole.run

    def named(role):
        found, messages = run(role)
        for node in found:
            node["fact"] = role.text.rsplit(":", 1)[0]
        return found, messages

    roles.PasteTextRole.run = named if run.__name__ == "run" else run
    app.connect("doctree-read", mark, priority=600)
    afterwards(app, answer, priority=750)


def value(text: str):
    """What a notebook has said, as a value again."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text


def mark(app, doctree):
    """Mark the numbers of a page with the names of their facts."""
    found = [node for node in doctree.findall(nodes.inline) if node.get("fact") and re.search(r"\d", node.astext()) and not _stays(node)]
    for node in found:
        node["classes"].append(f"{MARK}{node['fact']}")
    app.env.metadata[app.env.docname][MARKED] = list(dict.fromkeys(node["fact"] for node in found))


def answer(app, out):
    """Keep what the numbers of the pages answer, take the mark from those that do not, and tell of these."""
    settle(app)
    wanted = set()
    for docname, told_of in sorted(app.env.metadata.items()):
        path, names = Path(app.env.doc2path(docname)), told_of.get(MARKED, [])
        known = _known(app, path) if names else {}
        facts = {name: fact for name in names if (fact := known.get("facts", {}).get(name, {})).get("exhibit") or fact.get("rows") or fact.get("files")}
        facts = {name: fact for name, fact in facts.items() if name not in known.get("typed", ())}
        if facts:
            name = f"numbers.{docname.replace('/', '.')}"
            wanted.add(f"{name}.js")
            write(out / FOLDER / f"{name}.js", as_script(name, _needed(known, facts)).encode())
        silent = [name for name in names if name not in facts]
        if silent:
            page = page_file(app, docname)
            write(page, unmarked(page.read_text(encoding="utf-8"), silent).encode())
            silent = [name for name in silent if name not in known.get("typed", ())]
        if facts or silent:
            traced = sum(fact["way"] != "exhibit" for fact in facts.values())
            more = f"; without an answer: {', '.join(silent)}" if silent else ""
            log.info("numbers: %s: %s of %s answer, %s with their own rows%s", path.name, len(facts), len(facts) + len(silent), traced, more)
    for old in (out / FOLDER).glob("numbers.*.js"):
        if old.name not in wanted:
            old.unlink()


def unmarked(page: str, names: list[str]) -> str:
    """A page without the marks of these facts.

    >>> unmarked('<span class="pasted-text fact-n">5</span> <span class="pasted-text fact-n_2">6</span>', ["n"])
    '<span class="pasted-text">5</span> <span class="pasted-text fact-n_2">6</span>'
    """
    return re.sub(rf'(<span class="[^"]*?) {MARK}(?:{"|".join(map(re.escape, names))})(?=[ "])', r"\1", page)


def _stays(node) -> bool:
    # A link that is written as HTML begins and ends beside its words.
    written = "".join(markup(one) for one in node.parent.children[: node.parent.index(node)] if isinstance(one, nodes.raw))
    if written.count("<a ") > written.count("</a>"):
        return True
    while node := node.parent:
        if isinstance(node, _PLAIN):
            return True
    return False


def _known(app, path: Path) -> dict:
    """What the notebook told when it ran."""
    if path.suffix != ".ipynb":
        return {}
    return noted(get_cache(app.config.nb_execution_cache_path), notebook(path)).get("numbers") or {}


def _needed(known: dict, facts: dict) -> dict:
    """What the numbers of a page answer, without what only other facts need, and with the addresses of its code."""
    exhibits = {name: told for name, told in known["exhibits"].items() if name in {fact["exhibit"] for fact in facts.values()}}
    used = sorted({row for one in [*facts.values(), *exhibits.values()] for row in one.get("rows", ())})
    at = {row: number for number, row in enumerate(used)}

    def moved(one: dict) -> dict:
        return {key: [at[row] for row in part] if key == "rows" else part for key, part in one.items()}

    return {
        "facts": {name: moved(fact) for name, fact in facts.items()},
        "exhibits": {name: moved(told) for name, told in exhibits.items()},
        "rows": [[*row[:5], "" if row[5] in _UNSAID else row[5], *row[6:]] for row in map(known["rows"].__getitem__, used)],
    }
