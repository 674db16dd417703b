"""A table of words for the page: it can be searched and sorted where scripts run, and shows a phone its first rows."""

import html
from urllib.parse import urlsplit

import pandas as pd
from IPython.display import HTML

#: A phone shows tables of more rows than the first number folded; those of more than the second can be searched.
FEW, MANY = 4, 7
#: How such a table looks on the page; that of the catalogue, `cat-list`, looks so in JupyterLab, too.
LOOK = "table table-sm small numbers"


def listing(frame: pd.DataFrame, caption: str = "", *, escape: bool = True, wide: bool = False, look: str = LOOK) -> HTML:
    """A frame as a table of the page, its columns as headings; nothing stands where a value is missing, and an address is a link.

    Parameters
    ----------
    caption : what it lists
    escape : whether cells are text; else they hold HTML
    wide : many columns, in smaller letters; what stands before a middle dot in a cell is what counts there
    look : its classes

    >>> table = listing(pd.DataFrame({"City": ["Shenzhen", None], "Where": ["https://example.org/a", "1 · 2"]}), "Two cities", wide=True).data
    >>> "<caption>Two cities</caption>" in table, "details" in table
    (True, False)
    >>> table.partition("<tbody>")[2].partition("</tbody>")[0].replace("</tr>", "").split("<tr>")[1:]  # doctest: +NORMALIZE_WHITESPACE
    ['<td>Shenzhen</td><td><a href="https://example.org/a" rel="noreferrer">example.org</a></td>', '<td></td><td><b>1</b> 2</td>']
    """

    def cell(value: object) -> str:
        told = "" if pd.isna(value) else html.escape(str(value)) if escape else str(value)
        if told.startswith(("http://", "https://")):
            return f'<td><a href="{told}" rel="noreferrer">{html.escape(urlsplit(str(value)).hostname)}</a></td>'
        counts, dot, rest = told.partition(" · ")
        return f"<td><b>{counts}</b> {rest}</td>" if wide and dot else f"<td>{told}</td>"

    head = "".join(f'<th scope="col">{html.escape(str(name))}</th>' for name in frame)
    rows = "".join(f"<tr>{''.join(map(cell, row))}</tr>" for row in frame.itertuples(index=False))
    said = f"<caption>{html.escape(caption)}</caption>" if caption else ""
    table = f'<table class="{look}{" wide" * wide}">{said}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
    # book/_static/tables.js makes the field work; `book.css` folds rows on a phone, without any script. The fold is hidden where no style sheet shows it:
    # in a notebook it would open to nothing.
    fold = f'<details class="listing-more" hidden><summary>All {len(frame):,} rows</summary></details>' if len(frame) > FEW else ""
    field = '<p class="listing-tools" hidden><label>Search this table <input type="search"></label></p>' if len(frame) > MANY else ""
    return HTML(f'<div class="listing">{field}<div class="table-wrap" tabindex="0">{table}</div>{fold}</div>')
