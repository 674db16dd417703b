"""A specification drawn to SVG, as part of a page or as a picture of its own."""

import contextlib
import html
import json
import logging
import re
from collections.abc import Iterator

from gba.charts.palette import with_variables
from gba.exhibit.amounts import described, marked

#: Widths in pixels at which the HTML book draws a figure: the text column, and a phone.
WIDE, NARROW = 700, 350
#: Pixels of a sign at the least, on average.
THIN = 5
#: The drawing was measured in the widths of Arial.
FONTS = "Helvetica Neue, Arial, Liberation Sans, Noto Sans, Noto Sans CJK SC, PingFang SC, Microsoft YaHei, sans-serif"


def in_page(svg: str, prefix: str, css_class: str, label: str) -> str:
    """A converter's SVG as part of a page, a third of the bytes: colours as CSS variables, ids with a prefix of its own, `label` as accessible name."""
    return with_variables(_slim(svg, prefix, css_class, label))


def picture(svg: str) -> str:
    """The same as a file of its own, with colours and fonts that need no page around it."""
    alone = _slim(svg, "p", "", "").replace(' class="" role="img" aria-label=""', "", 1)
    return alone.replace("<svg", f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" font-family="{FONTS}"', 1)


def draw(spec: dict) -> str:
    """Draw a specification to SVG, its title left to the page; a ValueError where the converter refuses it, or logs that the chart would show nothing."""
    import vl_convert  # where it is needed: it starts threads at once, and a process that has some cannot be forked

    try:
        with overheard() as told:
            svg = vl_convert.vegalite_to_svg(described(spec), vl_version=version(spec))
    except ValueError:
        for name, cell in (item for rows in spec.get("datasets", {}).values() for row in rows for item in row.items()):
            if not isinstance(cell, str | int | float | list | dict | type(None)):
                raise ValueError(f"the column {name!r} holds a {type(cell).__name__}, which a chart cannot draw; make it a number or text: {cell!r}") from None
        raise
    wrong = [*(said for message in told if (said := _wrong(message, spec))), *_cut(svg, spec)]
    if wrong:
        raise ValueError("the chart cannot be drawn as it is: " + "; ".join(wrong))
    return svg


def _cut(svg: str, spec: dict) -> Iterator[str]:
    """Labels that were shortened to the limit of an axis or a legend, and texts longer than the drawing is wide: a reader never sees the rest."""
    width = float(re.search(r'viewBox="0 0 ([\d.]+)', svg)[1])
    for text in dict.fromkeys(map(html.unescape, re.findall(r">([^<]+)</text>", svg))):
        if text.endswith("…") and text not in json.dumps(spec, ensure_ascii=False):
            yield f"the label {text!r} is cut; shorten it, or set labelLimit=0 on its axis or legend where there is room"
        elif THIN * len(text) > width:
            yield f"the text {text[:40] + '…'!r} is longer than the chart is wide; shorten it, or give it as a list of lines"


@contextlib.contextmanager
def overheard():
    """What the converter logs meanwhile, each message once, as the keys of a dict; nothing of it reaches the notebook."""
    told: dict[str, None] = {}
    log, handler = logging.getLogger("vl_convert"), logging.Handler()
    handler.emit = lambda record: told.setdefault(record.getMessage())
    log.addHandler(handler)
    propagates, log.propagate = log.propagate, False
    try:
        yield told
    finally:
        log.removeHandler(handler)
        log.propagate = propagates


def _wrong(message: str, spec: dict) -> str:
    """What of the converter's log an author should know; nothing of what a drawing without a window or a layer without rows is bound to log."""
    if "Can not resolve event source" in message or "Scale bindings are" in message:
        return ""
    if "Log scale domain includes zero" in message:
        return "on a logarithmic scale bars and areas would have to begin at nothing; draw points or lines (mark_point, mark_line), or a linear scale"
    endless = re.search(r'Infinite extent for field "(.*?)"', message)
    if not endless:
        return message
    cells = [row[endless[1]] for rows in spec.get("datasets", {}).values() for row in rows if isinstance(row, dict) and endless[1] in row]
    return "" if not cells or any(isinstance(cell, int | float) for cell in cells) else f"its column {endless[1]!r} holds no number"


def version(spec: dict) -> str:
    """The Vega-Lite version of a specification as the converter spells it: v6.4.1 becomes 6.4."""
    return ".".join(re.search(r"/v(\d+)\.(\d+)", spec["$schema"]).groups())


def _slim(svg: str, prefix: str, css_class: str, label: str) -> str:
    """Take out what a picture in a page does not need, a third of the bytes: per-mark roles, fonts, empty paths."""
    head, body = re.match(r"(<svg[^>]*>)(.*)", svg, re.S).groups()
    width, height = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', head).groups()
    body = re.sub(r'<path class="(?:background|foreground)"[^>]*? d=""[^>]*/>', "", body)
    body = re.sub(r'<path class="(?:background|foreground)" aria-hidden="true" d="M0,0h0v0h0Z"[^>]*/>', "", body)
    body = re.sub(r'<rect [^>]*fill="transparent"/>', "", body, count=1)
    # The entries of a key: an edition in another language moves them.
    body = re.sub(r' class="mark-[a-z]+ role-mark key(\d+)(?:name)?_marks"', r' data-key="\1"', body)
    # What tells amounts: an edition in another language may count otherwise.
    body = marked(body)
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
    # Of the two drawings of a page one shows where no style sheet is read: by a reader view, a feed, a host with a policy of its own.
    shown = ' display="none"' if css_class == "exhibit-narrow" else ""
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    return f'<svg class="{css_class}" role="img" aria-label="{html.escape(label)}" {size}{shown}>{body}'


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
