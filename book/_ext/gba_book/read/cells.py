"""One fold of code an exhibit: the cells that prepare it and the cell that draws it, together below the chart.

A notebook keeps them apart, so that who runs it sees the rows between; on the page a reader meets the chart first, and one fold after it.
"""

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from gba_book.read.exhibits import markup


def setup(app):
    """Join when a page is read; move the fold below when MyST-NB has made it (at 199)."""
    app.connect("doctree-read", join)
    app.add_post_transform(FoldBelow)
    app.connect("html-page-context", offer, priority=860)


def _cell(node) -> bool:
    return isinstance(node, nodes.container) and node.get("nb_element") == "cell_code" and bool(node.children)


def join(app, doctree):
    """Put folded cells into the fold of the folded cell that follows, with what they show; a cell that shows nothing else is marked `silent`."""
    for cell in list(doctree.findall(_cell)):
        after = cell.parent.children[cell.parent.index(cell) + 1 :][:1]
        if cell.get("hide_mode") == "all" and after and _cell(after[0]) and after[0].get("hide_mode") in ("all", "input"):
            source = after[0].children[0]
            source.children[0:0] = [part.deepcopy() for child in cell.children for part in ([child] if _output(child) else child.children)]
            for part in source.children:
                part.parent = source
            cell.parent.remove(cell)
    for cell in doctree.findall(_cell):
        # Known where the cell begins: a page that comes in piece by piece must not move when an output follows.
        if cell.get("hide_mode") == "all" or not any(_output(child) for child in cell.children):
            cell["classes"].append("silent")
        elif _draws(cell):
            cell["classes"].append("exhibited")


def _output(node) -> bool:
    return isinstance(node, nodes.Element) and node.get("nb_element") == "cell_code_output"


def _draws(cell) -> bool:
    return any(_output(child) and any('<figure class="exhibit"' in markup(raw) for raw in child.findall(nodes.raw)) for child in cell.children)


class FoldBelow(SphinxPostTransform):
    """The fold of a cell that draws an exhibit stands below the exhibit."""

    default_priority = 200
    formats = ("html",)

    def run(self, **kwargs):
        """Move it behind the outputs."""
        for cell in self.document.findall(_cell):
            if "exhibited" in cell["classes"] and cell.get("hide_mode") == "input":
                cell.children.append(cell.children.pop(0))


def offer(app, pagename, templatename, context, doctree):
    """The switch that unfolds all code, on pages that have some."""
    if 'class="admonition hide' in (context.get("body") or ""):
        context["gba_code"] = True
        # Reader views leave out what calls itself supplemental: there the code would stand open before every chart.
        context["body"] = context["body"].replace('<details class="admonition hide ', '<details class="supplemental admonition hide ')
