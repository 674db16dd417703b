"""The HTML of a figure: the chart drawn to SVG at build time, its specification beside it, title and sources around it."""

import html
import json
import re

from . import passport
from .data import sources
from .palette import with_variables

#: Widths in pixels at which the HTML book draws a figure: the text column, and a phone.
WIDE, NARROW = 700, 350
#: Stands for the folder of the exhibits' files, seen from the page; the build replaces it.
EXHIBITS = "gba-exhibits:"
LICENCE = ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/")


def without_unused_columns(spec: dict, keep: tuple[str, ...] = ()) -> dict:
    """Drop from a specification's inline data the columns that no encoding, transform or tooltip names.

    Every use of a column spells its name, so a column whose name occurs nowhere in the rest cannot be drawn.

    >>> without_unused_columns({"datasets": {"d": [{"x": 1, "zz": 2}]}, "encoding": {"x": {"field": "x"}}})["datasets"]
    {'d': [{'x': 1}]}
    """
    rest = json.dumps({key: value for key, value in spec.items() if key != "datasets"})
    datasets = {
        name: [{k: v for k, v in row.items() if k in keep or k in rest} for row in rows] if _is_table(rows) else rows
        for name, rows in spec.get("datasets", {}).items()
    }
    return {**spec, "datasets": datasets} if datasets else spec


def _is_table(rows) -> bool:
    return isinstance(rows, list) and not any("geometry" in row for row in rows[:1])


def markup(figure) -> str:
    """The `<figure class="exhibit">` of a figure, complete without JavaScript.

    Two drawings lie in it, for the column and for a phone; the style sheet shows one. What only a live chart or a curious reader
    needs, the specification and the rows behind the chart, lies in a script element as JSON: the build takes it out of the
    page into files of its own.
    """
    wide, narrow = figure.spec(WIDE), figure.spec(NARROW)
    drawings = draw(wide, f"{figure.name}-w", "exhibit-wide", figure.title), draw(narrow, f"{figure.name}-n", "exhibit-narrow", figure.title)
    layout = {key: value for key, value in narrow.items() if key not in ("datasets", "config", "$schema", "title", "description")}
    spec = {**wide, "usermeta": {"narrow": layout, "narrowDatasets": _other_datasets(wide, narrow)}}
    tables = passport.tables_of(figure.rows, wide)
    payload = {"spec": spec, **passport.taken_along(tables, wide)}
    name, text = html.escape(figure.name), html.escape
    return (
        f'<figure class="exhibit" id="{name}" aria-label="{text(figure.alt)}">'
        f'<div class="exhibit-head"><p class="exhibit-title">{text(figure.title)}</p><p class="exhibit-subtitle">{text(figure.subtitle)}</p></div>'
        f'<div class="exhibit-chart">{drawings[0]}{drawings[1]}</div>'
        f'<script type="application/json" class="exhibit-payload">{script_safe(payload)}</script>'
        f"{caption(figure, tables, wide)}</figure>"
    )


def _other_datasets(wide: dict, narrow: dict) -> dict:
    return {name: rows for name, rows in narrow.get("datasets", {}).items() if name not in wide.get("datasets", {})}


def script_safe(payload: dict) -> str:
    """JSON that no content can end the script element with."""
    said = json.dumps(payload, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return said.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def draw(spec: dict, prefix: str, css_class: str, label: str) -> str:
    """Draw a specification to SVG: palette colours as CSS variables, ids prefixed, title left to the page.

    Parameters
    ----------
    prefix : makes the ids of clip paths and gradients unique among all drawings of a page
    label : the accessible name of the drawing
    """
    import vl_convert  # where it is needed: it starts threads at once, and a process that has some cannot be forked

    bare = {key: value for key, value in spec.items() if key != "title"}
    svg = vl_convert.vegalite_to_svg(bare, vl_version=_version(spec))
    return with_variables(_slim(svg, prefix, css_class, label))


def _version(spec: dict) -> str:
    """The Vega-Lite version of a specification as the converter spells it: v6.4.1 becomes 6.4."""
    return ".".join(re.search(r"/v(\d+)\.(\d+)", spec["$schema"]).groups())


def _slim(svg: str, prefix: str, css_class: str, label: str) -> str:
    """Take out what a picture in a page does not need, a third of the bytes: per-mark roles, fonts, empty paths."""
    head, body = re.match(r"(<svg[^>]*>)(.*)", svg, re.S).groups()
    width, height = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', head).groups()
    body = re.sub(r'<path class="(?:background|foreground)"[^>]*? d=""[^>]*/>', "", body)
    body = re.sub(r'<path class="(?:background|foreground)" aria-hidden="true" d="M0,0h0v0h0Z"[^>]*/>', "", body)
    body = re.sub(r'<rect [^>]*fill="transparent"/>', "", body, count=1)
    # Invisible targets for a fingertip are for the live chart.
    body = re.sub(r'<path (?![^>]* (?:fill|stroke)=)[^>]* stroke-width="0"[^>]*/>', "", body)
    body = re.sub(r' (?:aria-[a-z]+|role|class|font-family|stroke-miterlimit|pointer-events|xmlns:xlink)="[^"]*"', "", body)
    # A tenth of a pixel is finer than any screen in shapes; elsewhere (opacities, scales) two digits more.
    body = re.sub(r' (?:d|points)="[^"]*"', lambda found: re.sub(r"(\d\.\d)\d+", r"\1", found[0]), body)
    body = re.sub(r"(\d\.\d\d\d)\d+", r"\1", body)
    body = re.sub(r'(id="|url\(#)(clip|gradient)', rf"\1{prefix}-\2", body)
    # What SVG takes for granted need not be said, and a group that says nothing groups nothing.
    body = re.sub(r' (?:(?:opacity|fill-opacity|stroke-opacity|stroke-width)="1"|transform="translate\(0,0\)"|text-anchor="start")', "", body)
    body = _without_bare_groups(re.sub(r' d="([^"]*)"', lambda found: f' d="{relative(found[1])}"', body))
    return f'<svg class="{css_class}" role="img" aria-label="{html.escape(label)}" viewBox="0 0 {width} {height}" width="{width}" height="{height}">{body}'


def _without_bare_groups(svg: str) -> str:
    """The same drawing without `<g>` elements that have no attribute."""
    kept, open_groups = [], []
    for part in re.split(r"(</?g(?:\s[^>]*)?>)", svg):
        if part.startswith("<g") and not part.endswith("/>"):
            open_groups.append(part != "<g>")
            part = part if part != "<g>" else ""
        elif part == "</g>" and not open_groups.pop():
            part = ""
        kept.append(part)
    return "".join(kept)


def relative(path: str) -> str:
    """A path of straight lines with each point told from the one before, in tenths of a pixel: half the bytes for an outline.

    Paths with anything else in them come back as they are.

    >>> relative("M10.5,20L11,20L11,18.5L10.5,20Z")
    'M10.5,20l.5,0l0,-1.5l-.5,1.5Z'
    >>> relative("M0,0A1,1,0,0,1,2,2")
    'M0,0A1,1,0,0,1,2,2'
    """
    steps = re.findall(r"([MLZ])(?:(-?[\d.]+),(-?[\d.]+))?", path)
    if "".join(f"{letter}{x},{y}" if x else letter for letter, x, y in steps) != path:
        return path
    told, here, start = [], (0, 0), (0, 0)
    for letter, *numbers in steps:
        if letter == "Z":
            told.append("Z")
            here = start
            continue
        # In whole tenths, so that rounding does not add up along an outline.
        there = tuple(round(10 * float(number)) for number in numbers)
        if letter == "M":
            told.append(f"M{_tenths(there[0])},{_tenths(there[1])}")
            start = there
        elif there != here or len(steps) < 4:
            told.append(f"l{_tenths(there[0] - here[0])},{_tenths(there[1] - here[1])}")
        here = there
    return "".join(told)


def _tenths(number: int) -> str:
    """Tenths as a decimal number, as short as SVG allows: 5 is ".5"."""
    sign, number = "-" * (number < 0), abs(number)
    whole, rest = divmod(number, 10)
    return f"{sign}{whole or (0 if not rest else '')}{f'.{rest}' if rest else ''}"


def caption(figure, tables: passport.Tables, spec: dict) -> str:
    """The `<figcaption>`, the chart's passport: number, note, who the figures come from, licence, what one can take along, and where the figures stand."""
    cited = sources().loc[figure.sources].fillna("")
    publishers = "; ".join(dict.fromkeys(cited["publisher"]))
    note = f'<span class="exhibit-note">{html.escape(figure.note)}</span> ' if figure.note else ""
    shown = publishers if len(publishers) < 160 else publishers[:150].rsplit(";", 1)[0] + " and others"
    return (
        f'<figcaption><span class="exhibit-number"></span> {note}<span class="exhibit-source">Source: {html.escape(shown)}.</span> '
        f'<span class="exhibit-licence">Chart: <a rel="license" href="{LICENCE[1]}">{LICENCE[0]}</a>.</span>'
        f"{_controls(figure.name, tables.drawn is not None)}{_details(cited, tables, spec)}</figcaption>"
    )


def _controls(name: str, computed: bool) -> str:
    """What a reader can take along. The buttons need the script; the links do not. The build knows where the files lie and puts it in."""
    name = html.escape(name)
    drawn = f'<a href="{EXHIBITS}{name}-drawn.csv" download="{name}-drawn.csv">CSV as drawn</a>' if computed else ""
    return (
        '<span class="passport"><button type="button" data-do="data" aria-expanded="false">Data</button>'
        f'<a href="{EXHIBITS}{name}.csv" download="{name}.csv">CSV</a>{drawn}'
        '<button type="button" data-do="svg">SVG</button><button type="button" data-do="png">PNG</button>'
        f'<button type="button" data-do="cite" aria-expanded="false">Cite</button><a href="#code-{name}" data-do="code">Code</a></span>'
    )


def _details(cited, tables: passport.Tables, spec: dict) -> str:
    """Every source with its date and grade, the unit, how far the figures were processed, and what changed on the way."""
    kind = "1 source" if len(cited) == 1 else f"{len(cited)} sources"
    units, changes = passport.units_of(tables.rows), passport.breaks_of(tables.rows)
    unit = f"Unit: {html.escape('; '.join(units))}. " if units else ""
    level = html.escape("; ".join(passport.processing_of(tables, spec)))
    broken = f"<p>What changed here:</p><ul>{''.join(f'<li>{html.escape(change)}</li>' for change in changes)}</ul>" if changes else ""
    listed = "".join(_source_item(row) for _, row in cited.iterrows())
    grades = ", ".join(f"{count} of grade {grade}" for grade, count in cited["grade"].value_counts().sort_index().items())
    also = ", and what changed here" if changes else ""
    return (
        f'<details class="exhibit-sources"><summary>{kind} ({grades}), unit and processing{also}</summary>'
        f"<p>{unit}Processing: {level}.</p>{broken}<ul>{listed}</ul></details>"
    )


def _source_item(row) -> str:
    title = html.escape(row["title"] or row["publisher"])
    if str(row["url"]).startswith(("http://", "https://")):
        title = f'<a href="{html.escape(row["url"])}" rel="noreferrer">{title}</a>'
    date = html.escape(row["date"]) or "no date"
    return f"<li>{title}, {html.escape(row['publisher'])} ({date}), grade {html.escape(row['grade'])}</li>"
