"""The numbers of the prose: MyST-NB puts them in as `gba.prose.told` says them; what it refuses is a warning with its place.

A number that knows the rows it hangs on (`gba.lineage`, asked when the notebook ran) is marked with the name of its fact. The script of the pages makes a
button of it, and asks exhibits/numbers.<page>.js what it answers; without the script a sentence is a sentence.
"""

import ast
import re
from pathlib import Path

from docutils import nodes
from gba.exhibit.html import script_safe
from gba.prose import told
from jupyter_cache import get_cache
from myst_nb.ext.glue import crossref, roles
from sphinx.util import logging

from gba_book.read.exhibits import payloads
from gba_book.read.notebook import notebook

log = logging.getLogger(__name__)
#: Before the name of a fact, as a class of its element.
MARK = "fact-"
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
    app.connect("doctree-read", answer, priority=600)


def value(text: str):
    """What a notebook has said, as a value again."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text


def answer(app, doctree):
    """Mark the numbers of a page that answer, keep what they answer, and tell of those that do not."""
    path = Path(app.env.doc2path(app.env.docname))
    said = [node for node in doctree.findall(nodes.inline) if node.get("fact") and re.search(r"\d", node.astext()) and not _stays(node)]
    known = _known(app, path) if said else {}
    facts, silent = {}, {}
    for node in said:
        name = node["fact"]
        if name in known.get("typed", ()):
            continue
        fact = known.get("facts", {}).get(name, {})
        if not (fact.get("exhibit") or fact.get("rows") or fact.get("files")):
            silent[name] = None
            continue
        facts[name] = fact
        node["classes"].append(f"{MARK}{name}")
    if facts:
        payloads(app.env).setdefault(app.env.docname, {})[f"numbers.{app.env.docname.replace('/', '.')}"] = script_safe(_needed(known, facts))
    if facts or silent:
        traced = sum(fact["way"] != "exhibit" for fact in facts.values())
        more = f"; without an answer: {', '.join(silent)}" if silent else ""
        log.info("numbers: %s: %s of %s answer, %s with their own rows%s", path.name, len(facts), len(facts) + len(silent), traced, more)


def _stays(node) -> bool:
    # A link that is written as HTML begins and ends beside its words.
    written = "".join(one.astext() for one in node.parent.children[: node.parent.index(node)] if isinstance(one, nodes.raw))
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
    try:
        kept = get_cache(app.config.nb_execution_cache_path).match_cache_notebook(notebook(path)).data or {}
    except KeyError:
        return {}
    return kept.get("numbers") or {}


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
