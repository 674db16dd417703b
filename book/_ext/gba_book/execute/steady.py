"""Ids that libraries draw at random, made steady: two builds of one commit are the same, byte for byte."""

import re

#: The id that a pandas Styler gives its table and every cell of it.
_STYLER = re.compile(r"\bT_[0-9a-f]{5}(?=\b|_)")


def steady_ids(notebook) -> None:
    """Name the tables of styled frames after their cell, in place of a random number.

    >>> from nbformat.v4 import new_code_cell, new_notebook, new_output
    >>> cell = new_code_cell(id="ranks", outputs=[new_output("display_data", {"text/html": '<table id="T_0a1b2"><td id="T_0a1b2_row0">'})])
    >>> steady_ids(new_notebook(cells=[cell])); cell.outputs[0].data["text/html"]
    '<table id="T_ranks"><td id="T_ranks_row0">'
    """
    for cell in notebook.cells:
        found: dict[str, str] = {}
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            for number, name in enumerate(dict.fromkeys(_STYLER.findall(data.get("text/html", ""))), len(found) + 1):
                found[name] = f"T_{cell.id}" if number == 1 else f"T_{cell.id}-{number}"
            if found and "text/html" in data:
                data["text/html"] = _STYLER.sub(lambda hit, names=found: names.get(hit[0], hit[0]), data["text/html"])
