"""Number the exhibits of each chapter and make their names targets that `[](#name)` and `{ref}` resolve."""

import re

from docutils import nodes
from sphinx.util import logging

log = logging.getLogger(__name__)
FIGURE = re.compile(r'<figure class="exhibit" id="([^"]*)"')
NUMBER = '<span class="exhibit-number"></span>'


def setup(app):
    """Number when a page has been read."""
    app.connect("doctree-read", number)


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
        seen.add(name)
        title = f"Exhibit {chapter_prefix(docname)}{len(seen)}"
        source = node.astext().replace(NUMBER, f'<span class="exhibit-number">{title}.</span>')
        node.children, node.rawsource = [nodes.Text(source)], source
        std["labels"][name] = (docname, name, title)
        std["anonlabels"][name] = (docname, name)
