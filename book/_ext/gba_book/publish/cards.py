"""The picture that a link to a page is shown with: the page's title and its first chart, 1200 by 630 pixels."""

import html
import logging
import re
from functools import cache

import vl_convert
from gba.charts.layout import text_width, wrapped
from gba.charts.palette import palette

#: Where a title may break, if it may not anywhere: as `<wbr>` in a page.
BREAK = "\u200b"
WIDTH, HEIGHT, MARGIN = 1200, 630, 56
#: The chart's place, right of the words.
CHART_LEFT, CHART_WIDTH, CHART_HEIGHT = 500, WIDTH - 500 - MARGIN, HEIGHT - 2 * MARGIN
TEXT_WIDTH = CHART_LEFT - MARGIN - 30
FONT = "Helvetica Neue, Arial, Liberation Sans, sans-serif"
#: By the beginning of a language: fonts that have its signs.
FONTS = {
    "zh-Hant": "Noto Sans CJK HK, Noto Sans CJK TC, PingFang HK, PingFang TC, Microsoft JhengHei, sans-serif",
    "zh-Hans": "Noto Sans CJK SC, PingFang SC, Microsoft YaHei, sans-serif",
}
_FIGURE = re.compile(r'<figure class="exhibit[^>]*>.*?</figure>', re.S)
_TITLE = re.compile(r'class="exhibit-title"[^>]*>(.*?)</p>', re.S)
_DRAWING = re.compile(r'<svg class="exhibit-wide[^>]*viewBox="0 0 ([\d.]+) ([\d.]+)"[^>]*>(.*?)</svg>', re.S)
_VARIABLE = re.compile(r"var\(--[\w-]+,\s*([^()]+)\)")


def opening(page: str) -> tuple[str, tuple[float, float, str] | None]:
    """The title of a page's first exhibit, and its drawing: width, height, and the SVG inside; "" and None where there is none.

    >>> opening("<p>words</p>")
    ('', None)
    """
    figure = _FIGURE.search(page)
    title, drawing = (_TITLE.search(figure[0]), _DRAWING.search(figure[0])) if figure else (None, None)
    if not drawing:
        return "", None
    # Outside the page there is no style sheet: the colours are those of the light theme, which stand in the drawing.
    inside = _VARIABLE.sub(r"\1", drawing[3])
    return html.unescape(re.sub(r"<[^>]+>", "", title[1].replace("<wbr>", BREAK))) if title else "", (float(drawing[1]), float(drawing[2]), inside)


def lines(text: str, size: float, most: int, *, bold: bool = False) -> list[str]:
    """Break a text into lines that fit the words' place, one that says where at its `BREAK`s; what does not fit ends in an ellipsis.

    >>> lines("Two cities and a river", 60, 3), lines("Two cities and a river", 60, 1)
    (['Two cities', 'and a river'], ['Two cities …'])
    """
    made = wrapped(text, TEXT_WIDTH, size, bold=bold, phrases=(lambda part: part.split(BREAK)) if BREAK in text else None)
    if len(made) > most:
        last = made[most - 1]
        while len(last) > 1 and text_width(f"{last} …", size, bold=bold) > TEXT_WIDTH:
            last = last.rsplit(" ", 1)[0] if " " in last else last[:-1]
        made[most - 1 :] = [f"{last} …"]
    return made


def _paragraph(text: str, y: float, size: float, most: int, colour: str, weight: int = 400) -> tuple[str, float]:
    shown = lines(text, size, most, bold=weight > 400)
    written = "".join(
        f'<text x="{MARGIN}" y="{y + (number + 0.8) * size * 1.22:.1f}" font-size="{size}" font-weight="{weight}" fill="{colour}">{html.escape(line)}</text>'
        for number, line in enumerate(shown)
    )
    return written, y + len(shown) * size * 1.22


def font(language: str) -> str:
    """The fonts of a language's cards."""
    return next((fonts for begin, fonts in FONTS.items() if language.startswith(begin)), FONT)


@cache
def drawable(signs: str, language: str) -> bool:
    """Whether this machine has a font with these signs: without one they would be missing from a picture, and nothing tells.

    >>> drawable("A", "en")
    True
    """
    logging.disable(logging.WARNING)  # the converter would tell of the sign that no font has, with which ours are compared
    try:
        with_signs, without = (
            vl_convert.svg_to_png(
                f'<svg xmlns="http://www.w3.org/2000/svg" width="60" height="30" font-family="{font(language)}"><text y="20">{text}</text></svg>'
            )
            for text in (signs, "\ue000" * len(signs))
        )
    finally:
        logging.disable(logging.NOTSET)
    return with_signs != without


def svg(title: str, book: str, page: str, language: str = "en") -> str:
    """The card of a page as SVG, from its title, the book's, and the page's HTML."""
    colours = {token: row["light"] for token, row in palette().items()}
    finding, drawing = opening(page)
    # A long title is set smaller, so that the finding below it has room.
    size = 50 if len(lines(title, 50, 9, bold=True)) <= 4 else 36
    heading, below = _paragraph(title, MARGIN, size, 6, colours["ink"], 700)
    told = _paragraph(finding, below + 22, 25, 7, colours["muted"])[0] if finding else ""
    footer = f'<text x="{MARGIN}" y="{HEIGHT - MARGIN + 6}" font-size="21" fill="{colours["ink"]}">{html.escape(re.split("[:，]", book)[0])}</text>'
    chart = ""
    if drawing:
        width, height, inside = drawing
        # A tall drawing would become too small to see anything: its upper part is shown.
        height = min(height, width * CHART_HEIGHT / CHART_WIDTH * 1.25)
        scale = min(CHART_WIDTH / width, CHART_HEIGHT / height)
        left, top = CHART_LEFT + (CHART_WIDTH - width * scale) / 2, (HEIGHT - height * scale) / 2
        chart = (
            f'<svg x="{left:.1f}" y="{top:.1f}" width="{width * scale:.1f}" height="{height * scale:.1f}" '
            f'viewBox="0 0 {width:g} {height:g}" overflow="hidden">{inside}</svg>'
        )
    third = WIDTH / 3
    bands = "".join(
        f'<rect x="{number * third}" y="0" width="{third}" height="14" fill="{colours[city]}"/>'
        for number, city in enumerate(("guangzhou", "shenzhen", "hong_kong"))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}" font-family="{font(language)}">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{colours["paper"]}"/>{bands}{heading}{told}{footer}{chart}</svg>'
    )
