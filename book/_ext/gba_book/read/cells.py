"""Mark the cells that show nothing until they are unfolded: the style sheet lines them up as small buttons.

A browser lays a page out while it still comes in. If the style sheet asked whether an output follows, a cell whose output has not
come yet would stand as a button first, and all below it would move.
"""

from docutils import nodes


def setup(app):
    """Mark when a page is read."""
    app.connect("doctree-read", mark)


def mark(app, doctree):
    """Give cells without an output, and those that are folded with it, the class `silent`."""
    for node in doctree.findall(nodes.container):
        classes = node.get("classes", [])
        if "cell" in classes:
            shows = any("cell_output" in part.get("classes", []) for part in node.children if isinstance(part, nodes.Element))
            if "tag_hide-cell" in classes or not shows:
                classes.append("silent")
