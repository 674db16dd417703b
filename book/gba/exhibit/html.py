"""The HTML of a figure: on the page its drawings, its specification beside them, title and sources around them; in a notebook a picture in its frame."""

import base64
import html
import json

import pandas as pd

from gba.charts.palette import colour
from gba.data.load import sources
from gba.exhibit import amounts
from gba.exhibit import tables as passport
from gba.exhibit.specification import computes
from gba.exhibit.svg import NARROW, WIDE, in_page, picture

#: Where the output of a book's build keeps how notebooks show a figure, for the notebooks that readers take away.
NOTEBOOK = "gba_notebook"
#: Stands for the folder of the exhibits' files, seen from the page; the build replaces it.
EXHIBITS = "gba-exhibits:"
#: Stands for the page on which readers draw for themselves; the build replaces it, or takes the link out where a book has no such page.
EXPLORE, MOST_INDICATORS = "gba-explore:", 4
#: A caption names so many publishers, and last the one that data/sources.csv names where nobody knows who wrote a page.
MOST_PUBLISHERS, UNSIGNED = 3, "Unsigned web page"
LICENCE = ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/")


def markup(figure) -> str:
    """The `<figure class="exhibit">` of a figure, complete without JavaScript.

    Two drawings lie in it, for the column and for a phone; the style sheet shows one. What only a live chart or a curious reader
    needs, the specification and the rows behind the chart, lies in a script element as JSON: the build takes it out of the
    page into files of its own.
    """
    wide, narrow = figure.spec(WIDE), figure.spec(NARROW)
    kinds = (WIDE, "w", "exhibit-wide"), (NARROW, "n", "exhibit-narrow")
    drawings = "".join(in_page(figure.svg(width), f"{figure.name}-{letter}", kind, figure.title) for width, letter, kind in kinds)
    layout = {key: value for key, value in narrow.items() if key not in ("datasets", "config", "$schema", "title", "description")}
    other = {name: rows for name, rows in narrow.get("datasets", {}).items() if name not in wide.get("datasets", {})}
    spec = {**wide, "usermeta": {"narrow": layout, "narrowDatasets": other}}
    payload = {"spec": spec, **passport.taken_along(figure.ledger, figure.data)}
    name, text = html.escape(figure.name), html.escape
    return (
        f'<figure class="exhibit" id="{name}" aria-label="{text(figure.alt)}">'
        '<div class="exhibit-shown"><div class="exhibit-head">'
        f'<p class="exhibit-title">{text(figure.title)}</p><p class="exhibit-subtitle"{_by(wide)}>{text(figure.subtitle)}</p></div>'
        f'<div class="exhibit-chart">{drawings}</div></div>'
        f'<script type="application/json" class="exhibit-payload">{script_safe(payload)}</script>'
        f"{figure.controls}{_caption(figure, 'drawn' in payload)}</figure>"
    )


def _by(spec: dict) -> str:
    """The power by which a panel counts, where the subtitle names it, as an attribute."""
    subtitle = amounts.words(spec["title"]["subtitle"])
    by = amounts.power(subtitle)
    return f' data-by="{by}"' if by and by in [panel.power for panel in amounts.counted(spec, subtitle)] else ""


def in_a_notebook(figure) -> str:
    """The figure as notebooks show it, in JupyterLab, VS Code or on a page that lets no script, style sheet or drawing element through.

    The picture is an image with its text; it brings a paper ground and colours along, for dark themes, and asks no network for anything.
    """
    text, tone = html.escape, {token: f"color:{colour(token)}" for token in ("ink", "muted", "shenzhen")}
    drawn = base64.b64encode(picture(figure.svg(WIDE)).encode()).decode()
    note = f"{text(figure.note)}<br>" if figure.note else ""
    return (
        f'<figure id="{text(figure.name)}" style="box-sizing:border-box;max-width:760px;margin:0;padding:14px 16px;background:{colour("paper")};'
        f'{tone["ink"]};font:14px/1.45 system-ui,sans-serif;border:1px solid {colour("grid")}">'
        f'<p style="margin:0;font-size:17px;{tone["ink"]}"><strong>{text(figure.title)}</strong></p>'
        f'<p style="margin:2px 0 10px;{tone["muted"]}">{text(figure.subtitle)}</p>'
        f'<img alt="{text(figure.alt)}" width="{WIDE}" style="display:block;max-width:100%;height:auto" src="data:image/svg+xml;base64,{drawn}">'
        f'<figcaption style="margin-top:10px;font-size:12px;text-align:left;{tone["muted"]}">{note}Source: {text(_publishers(figure))}. '
        f'Chart: <a rel="license" href="{LICENCE[1]}" style="{tone["shenzhen"]}">{LICENCE[0]}</a>.</figcaption></figure>'
    )


def _publishers(figure) -> str:
    """Who made the statistics, by the number of rows: at most three by name, the rest are counted and stand in the fold."""
    cells = pd.concat([frame["source"].dropna() for frame in figure.rows]).str.split(r"\s*;\s*").explode()
    counts = cells.map(sources()["publisher"]).value_counts(sort=False)
    ranked = sorted(counts.index, key=lambda name: (name == UNSIGNED, -counts[name], name))
    named, others = "; ".join(ranked[:MOST_PUBLISHERS]), len(ranked) - MOST_PUBLISHERS
    return named if others < 1 else f"{named} and {others} other{'s' if others > 1 else ''}"


def script_safe(payload: dict) -> str:
    """JSON that no content can end the script element with."""
    said = json.dumps(payload, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return said.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _caption(figure, computed: bool) -> str:
    """The `<figcaption>`, the chart's passport: number, note, who the figures come from, licence, what one can take along, and where the figures stand."""
    note = f'<span class="exhibit-note">{html.escape(figure.note)}</span> ' if figure.note else ""
    return (
        f'<figcaption><div class="exhibit-caption"><span class="exhibit-number"></span> {note}'
        f'<span class="exhibit-source">Source: {html.escape(_publishers(figure))}.</span> '
        f'<span class="exhibit-licence">Chart: <a rel="license" href="{LICENCE[1]}">{LICENCE[0]}</a>.</span></div>'
        f"{_controls(figure.name, computed, _explored(figure))}{_details(figure)}</figcaption>"
    )


def _explored(figure) -> str:
    """A link to the same indicators and places on the page Explore: of many indicators those with most rows; none where an exhibit draws no observations."""
    rows = figure.ledger
    if rows is None or not {"indicator", "place"} <= set(rows):
        return ""
    # What a chapter has computed and named is no indicator of the record.
    rows = rows[rows["indicator"].isin(passport.all_indicators()["indicator"]) & rows["place"].notna()]
    drawn, places = (rows[key].value_counts().index for key in ("indicator", "place"))
    if drawn.empty:
        return ""
    return f'<a href="{EXPLORE}#i={".".join(drawn[:MOST_INDICATORS])}&amp;p={".".join(places)}" data-do="explore">Explore</a>'


def _controls(name: str, computed: bool, explored: str) -> str:
    """What a reader can take along. The buttons need the script; the links do not. The build knows where the files lie and puts it in."""
    name = html.escape(name)
    drawn = f'<a href="{EXHIBITS}{name}-drawn.csv" download="{name}-drawn.csv">CSV as drawn</a>' if computed else ""
    code = f'<a href="#code-{name}" data-do="code">Code</a>'
    return (
        f'<div class="passport"><button type="button" data-do="data" aria-expanded="false">Data</button>{explored}'
        f'<button type="button" data-do="cite" aria-expanded="false">Cite</button>{code}'
        f'<details class="passport-take"><summary>Download</summary><span><a href="{EXHIBITS}{name}.csv" download="{name}.csv">CSV</a>{drawn}'
        '<button type="button" data-do="svg">SVG</button><button type="button" data-do="png">PNG</button>'
        '<button type="button" data-do="embed" aria-expanded="false">Embed</button></span></details></div>'
    )


def _details(figure) -> str:
    """Every source with where and when it was read, its date and grade, the unit, how far the figures were processed, and what changed on the way."""
    cited, rows = sources().loc[figure.sources].fillna(""), figure.ledger
    kind = "1 source" if len(cited) == 1 else f"{len(cited)} sources"
    units, changes = passport.units_of(rows), passport.breaks_of(rows)
    unit = f"Unit: {html.escape('; '.join(units))}. " if units else ""
    level = html.escape("; ".join(passport.processing_of(rows, figure.data is not None and not figure.read_back, computes(figure.spec(WIDE)))))
    broken = f"<p>What changed here:</p><ul>{''.join(f'<li>{html.escape(change)}</li>' for change in changes)}</ul>" if changes else ""
    listed = "".join(_source_item(row) for _, row in cited.iterrows())
    grades = ", ".join(f"{count} of grade {grade}" for grade, count in cited["grade"].value_counts().sort_index().items())
    also = ", and what changed here" if changes else ""
    return (
        f'<details class="exhibit-sources"><summary>{kind} ({grades}), unit and processing{also}</summary>'
        f'<p>{unit}Processing: {level}.</p>{broken}<ul class="source-list">{listed}</ul></details>'
    )


def _source_item(row) -> str:
    title = html.escape(row["title"] or row["publisher"])
    linked = str(row["url"]).startswith(("http://", "https://"))
    title = f'<a href="{html.escape(row["url"])}" rel="noreferrer">{title}</a>' if linked else f"<span>{title}</span>"
    via = f", via {html.escape(row['via'])}" if row["via"] else ""
    date = f"{html.escape(row['date']) or 'no date'}, read {html.escape(row['read'])}"
    return f"<li>{title}, {html.escape(row['publisher'])}{via} ({date}), grade {html.escape(row['grade'])}</li>"
