"""The form of this edition's chapters. Notebooks of a fork may have another: see tests/support/edition.py."""

import re

import nbformat
import pytest
from bookpages import notebooks
from prose import typed_numbers

ALL = pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.stem)


@pytest.fixture
def notebook(path):
    return nbformat.read(path, as_version=4)


@ALL
def test_numbers_in_prose_are_computed_and_exhibits_are_read(notebook):
    """The rhythm: a chart is followed by words that read it, before the next chart comes."""
    typed = [hit for cell in notebook.cells if cell.cell_type == "markdown" for hit in typed_numbers(cell.source)]
    assert not typed, "typed numbers in prose, compute them and speak them with {glue:text}: " + " | ".join(typed)
    kinds = ["figure" if cell.cell_type == "code" and re.search(r"(gba\.|_)figure\(", cell.source) else cell.cell_type for cell in notebook.cells]
    shown = [(kind, cell.source) for kind, cell in zip(kinds, notebook.cells, strict=True) if kind != "code"]
    for (kind, source), (following, _) in zip(shown, [*shown[1:], ("end", "")], strict=True):
        assert kind != "figure" or following == "markdown", f"no reading after: {source[:80]}"


#: The form of a chapter: how many code cells, how many of them between two pieces of prose, how many lines of logic in one.
MOST_CELLS, MOST_IN_A_ROW, MOST_LINES = 50, 2, 25
TEXTS = re.compile(r"(?s)(?<![\w)])[rf]?(\"\"\".*?\"\"\"|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*')")


def logic(source: str) -> int:
    """Lines of a cell that hold more than texts, comments and what closes a bracket.

    >>> logic("x = 1\\n# why\\ngba.figure(\\n    chart,\\n    title='A long text',\\n)")
    3
    """
    lines = TEXTS.sub("", re.sub(r"(?m)^\s*#.*$", "", source)).splitlines()
    return sum(bool(re.search(r"\w", re.sub(r"^\s*\w+=\W*$", "", line))) for line in lines)


FOLDED = {"hide-cell", "hide-input"}


def faults_of_form(notebook) -> list[str]:
    """What is not in the form of a chapter: cell, what was found, what to do."""
    found, row = [], []
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if len(code) > MOST_CELLS:
        found.append(f"{len(code)} code cells, expected {MOST_CELLS} at most: one cell of data and one exhibit each; join cells that prepare the same exhibit")
    for cell in [*notebook.cells, nbformat.v4.new_markdown_cell("the end")]:
        if cell.cell_type == "code":
            row.append(cell.id)
            if bool(FOLDED & set(cell.metadata.get("tags", []))) != bool(cell.metadata.get("jupyter", {}).get("source_hidden")):
                todo = 'give it the tag hide-cell or hide-input, and "jupyter": {"source_hidden": true}'
                found.append(f"{cell.id}: folded on the page or in JupyterLab alone; {todo}")
            if logic(cell.source) > MOST_LINES:
                found.append(f"{cell.id}: {logic(cell.source)} lines of logic, expected {MOST_LINES} at most; move what is not this chapter's thought to gba")
            if re.search(r"-[b-z]$|-\d+$", cell.id) and cell.id.rpartition("-")[0] in {other.id for other in code}:
                found.append(f"{cell.id} goes on with {cell.id.rpartition('-')[0]}: join them, or name it for what it answers")
        elif row:
            if len(row) > MOST_IN_A_ROW:
                found.append(
                    f"{row[0]} to {row[-1]}: {len(row)} code cells in a row, expected {MOST_IN_A_ROW} at most; join them, or say between them what was done"
                )
            row = []
    return found


@ALL
def test_a_notebook_has_the_form_of_a_chapter(notebook):
    found = faults_of_form(notebook)
    assert not found, "\n".join(found)


def test_what_has_not_the_form_is_told_by_cell():
    cells = [nbformat.v4.new_code_cell("x = 1", id=f"a{number}") for number in range(3)]
    cells += [nbformat.v4.new_markdown_cell("Words."), nbformat.v4.new_code_cell("x = 1\n" * 26, id="long"), nbformat.v4.new_code_cell("", id="long-b")]
    told = faults_of_form(nbformat.v4.new_notebook(cells=cells))
    assert [line.split(":")[0].split(" goes")[0] for line in told] == ["a0 to a2", "long", "long-b"]
    halves = [{"tags": ["hide-input"]}, {"jupyter": {"source_hidden": True}}]
    halved = [nbformat.v4.new_code_cell("x = 1", id=f"half{number}", metadata=half) for number, half in enumerate(halves)]
    assert [line.partition(":")[0] for line in faults_of_form(nbformat.v4.new_notebook(cells=halved))] == ["half0", "half1"]
    many = [cell for number in range(51) for cell in (nbformat.v4.new_code_cell("x", id=f"c{number}"), nbformat.v4.new_markdown_cell("Words."))]
    assert faults_of_form(nbformat.v4.new_notebook(cells=many))[0].startswith("51 code cells")
    text = "gba.figure(\n    chart,\n" + '    title="A text of many words.",\n' * 40 + ")"
    assert logic(text) == 2


def test_typed_numbers_are_found_and_computed_ones_and_years_pass():
    typed = ["It grew by 3.2 per cent.", "about 40 firms", "a gap of 1,234 people", "in **12** cities"]
    assert [text for text in typed if not typed_numbers(text)] == []
    fine = ["In 2018, {glue:text}`a.ipynb::x:.1f` per cent", "the 1990s, 2004/05 and 1981–89", "`head(3)` and [a link](page2.md)", "5G masts", "1. first"]
    assert [text for text in fine if typed_numbers(text)] == []


@ALL
def test_a_table_that_ends_a_cell_shows_its_first_and_last_rows(book, path):
    """Wherever the notebook is opened it stands between two pieces of prose; the library changes nobody's pandas, so that each notebook says so itself."""
    executed = nbformat.read(book / "book" / path.name, as_version=4)
    shown = [(cell.id, output.data.get("text/html", "")) for cell in executed.cells for output in cell.get("outputs", []) if "data" in output]
    long = [name for name, told in shown if 'class="dataframe"' in told and told.partition("<tbody>")[2].count("<tr") > 11]  # and one of dots
    assert not long, f"{', '.join(long)}: more than ten rows; let the notebook begin with pd.options.display.max_rows = 10"
