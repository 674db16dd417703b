"""Where charts and words stand: the column and the phone, how wide words are, labels that do not collide, keys, charts side by side."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Sequence

import pandas as pd

from gba import lazy
from gba.charts.palette import colour, rim

#: Who only asks how wide words are, as the build does for its pages, need not wait for it.
alt = lazy.Late("altair")

#: Pixels: up to this width a drawing is one for a phone.
PHONE = 500


# ---- words --------------------------------------------------------------------------------------------------------

#: Widths of characters as shares of the height of the letters, by class: the first pattern that a character meets counts.
_WIDTHS = [
    (r"[\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60\u3000-\u303f]", 1.0),
    (r"[ijlI'|.,:;!’‘·]", 0.26),
    (r"[\sftr()\[\]/\\\-\"“”°*]", 0.32),
    (r"[mwMW@%—…→←]", 0.88),
    (r"[A-Z&]", 0.7),
]


def text_width(text: str, size: float = 12, *, bold: bool = False) -> float:
    """Pixels that a line of text may take in a sans-serif of any reader's machine: a little more than in most of them.

    >>> round(text_width("Hong Kong")), round(text_width("香港")), text_width("") == 0
    (64, 26, True)
    """
    widths = (next((width for pattern, width in _WIDTHS if re.match(pattern, letter)), 0.54) for letter in text)
    return sum(widths) * size * (1.14 if bold else 1.08)


def wrapped(text: str, room: float, size: float = 12, *, bold: bool = False, phrases: Callable[[str], list[str]] | None = None) -> list[str]:
    """The lines of a text in `room` pixels; line breaks of its own are kept. Chinese breaks at any sign, and no line begins with a full stop.

    Where `phrases` are given, the parts of a text, it breaks between them alone, but for one that is wider than the room.

    >>> wrapped("one two three", 50)
    ['one two', 'three']
    >>> wrapped("兩座城市，一條河。", 60)
    ['兩座城市，', '一條河。']
    >>> wrapped("兩座城市有一條河", 70), wrapped("兩座城市有一條河", 70, phrases=lambda text: ["兩座", "城市", "有", "一條河"])
    (['兩座城市有', '一條河'], ['兩座城市有', '一條河'])
    """
    def fits(line: str) -> bool:
        return text_width(line.rstrip(_CLOSING), size, bold=bold) <= room

    lines: list[str] = []
    for part in text.split("\n"):
        line = ""
        for word in [piece for one in (phrases(part) if phrases else [part]) for piece in ([one] if phrases and fits(one) else _PIECE.findall(one))]:
            longer = f"{line}{word}".strip()
            if line and not fits(longer):
                lines.append(line)
                longer = word.strip()
            line = longer
        lines.append(line)
    return lines


#: What no line begins with, and what stays together: a word of letters, a Chinese sign with the marks before and after it.
_CLOSING = "，。：；？！、）」』》”"
_PIECE = re.compile(rf"\s*(?:[「『《（“]*[\u2e80-\u9fff\uf900-\ufaff][{_CLOSING}]*|(?:(?![\u2e80-\u9fff\uf900-\ufaff]|[「『《（“])\S)+|\S)")


def shortened(text: str, room: float) -> str:
    """The text, or as many of its words as `room` pixels hold, with dots."""
    most = next((n for n in range(len(text), 0, -1) if text_width(text[:n]) <= room), 0)
    return textwrap.shorten(text, most, placeholder=" …") if most < len(text) else text


#: Numbers as they are written, with thousands and never with an exponent, in the notation of Vega.
NUMBER = ",.12~r"


def spread(places: Sequence[float], least: float, low: float = float("-inf"), high: float = float("inf")) -> list[float]:
    """Moves labels, in the order given, as little down and up as it takes to have them `least` apart between `low` and `high`.

    >>> spread([40, 12, 10], 10, 0, 100)
    [40, 20, 10]
    >>> spread([10, 95, 99], 10, 0, 100)
    [10, 90, 100]
    """
    moved, floor = list(places), low
    order = sorted(range(len(moved)), key=lambda n: moved[n])
    for n in order:
        moved[n] = max(moved[n], floor)
        floor = moved[n] + least
    for n in reversed(order):
        moved[n] = min(moved[n], high)
        high = moved[n] - least
    return moved


def clusters(at: pd.Series, row: pd.Series, near: float = 7.5, order: pd.Series | None = None) -> pd.Series:
    """How far each mark of a row stands below its line, in pixels: marks closer than `near` share the line evenly, by `order` and from left to right.

    >>> clusters(pd.Series([10.0, 12.0, 90.0]), pd.Series([1, 1, 1])).tolist()
    [-4.5, 4.5, 0.0]
    """
    lifts = pd.Series(0.0, index=at.index)
    for _, marks in at.groupby(row):
        ordered = marks.sort_values(kind="stable")
        for _, together in ordered.groupby((ordered.diff() >= near).cumsum()):
            together = together if order is None else order[together.index].sort_values(kind="stable")
            lifts[together.index] = [(n - (len(together) - 1) / 2) * 9 for n in range(len(together))]
    return lifts


#: Where words stand beside a mark, by side: the look of the text, and the direction in which it moves off.
_SIDES = {"left": ("right", -1, 0), "right": ("left", 1, 0), "above": ("center", 0, -1), "below": ("center", 0, 1)}


def beside(rows: pd.DataFrame, field: str, *, away: tuple[float, float] = (9, 13), edge: bool = False, ink: str = "ink", **mark) -> list[alt.Chart]:
    """Words beside marks, a layer a side; the caller encodes where the marks are.

    The rows have `field` (the words, may be empty) and `side` (left, right, above, below; anything else: no words); `away` is pixels to the side, and up
    or down, `edge` whether a rim parts the words from what lies under them, `ink` a palette token.
    """
    layers = []
    for side, (align, dx, dy) in _SIDES.items():
        part = rows[(rows["side"] == side) & rows[field].astype(bool)]
        style = {"align": align, "baseline": "middle", "dx": dx * away[0], "dy": dy * away[1], "fontSize": 11.5, "lineBreak": "\n", **mark}
        if len(part):
            looks = [*([rim()] if edge else []), {"color": colour(ink)}]
            layers += [alt.Chart(part).mark_text(**style, **look).encode(text=alt.Text(f"{field}:N")) for look in looks]
    return layers


# ---- a drawing in pixels ------------------------------------------------------------------------------------------


def plane(width: int, height: float) -> dict[str, alt.X | alt.Y]:
    """Plain pixels as an encoding, from the upper left corner."""
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, width - 10], nice=False))
    return {"x": x, "y": alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[float(height), 0], nice=False))}


def sized(layers: list, width: int, height: float, *, spare: int = 0) -> alt.LayerChart:
    """The layers as one drawing of a width, those without rows left out (Vega warns of them); `spare` is kept free at the right."""
    drawn = [layer for layer in layers if not (isinstance(layer.data, pd.DataFrame) and layer.data.empty)]
    return alt.layer(*drawn, width=width - 10 - spare, height=float(height), padding={"left": 5, "top": 5, "right": 5 + spare, "bottom": 5})


def only(rows: pd.DataFrame, *names: str) -> pd.DataFrame:
    """The columns that a drawing names, those that there are: what else a chapter keeps in a frame is not for a specification."""
    return rows[[name for name in dict.fromkeys(names) if name in rows]]


def point(token: str, shape: str, filled: bool, size: float = 90) -> dict:
    """The look of a mark: its colour, its shape, full or hollow."""
    look = {"shape": shape, "fill": colour(token if filled else "paper"), "stroke": colour(token), "strokeWidth": 1.6, "filled": True}
    return {**look, "size": size, "opacity": 1}


def field_of(channel) -> str:
    """The column that a channel names; none for a value."""
    shorthand = getattr(channel, "shorthand", "")
    return shorthand.split(":")[0] if isinstance(shorthand, str) else ""


def texts(rows: pd.DataFrame, field: str, place: dict, *, token: str = "ink", **mark) -> alt.Chart:
    """Words at the left of where they stand, unless told otherwise."""
    style = {"align": "left", "baseline": "middle", "lineBreak": "\n", "color": colour(token), **mark}
    fields = [field_of(channel) for channel in place.values()]
    return alt.Chart(only(rows, field, *fields)).mark_text(**style).encode(**place, text=alt.Text(f"{field}:N"))


def rimmed(rows: pd.DataFrame, field: str, place: dict, **look) -> list[alt.Chart]:
    """Words over ribbons or lines: a rim in the colour of the page parts them from what lies under them."""
    return [texts(rows, field, place, **{**look, **edge}) for edge in (rim(), {})]


def boxes(rows: pd.DataFrame, place: dict, tips: Sequence[alt.Tooltip] = (), **mark) -> alt.Chart:
    """Rectangles from `x`, `y` to `x2`, `y2`."""
    told = {"tooltip": list(tips)} if tips else {}
    rows = only(rows, "x", "x2", "y", "y2", *map(field_of, tips))
    return alt.Chart(rows).mark_rect(**mark).encode(**place, x2=alt.X2("x2:Q"), y2=alt.Y2("y2:Q"), **told)


def key_rows(names: Sequence[str], width: float) -> list[tuple[float, int]]:
    """Where the entries of a key stand: pixels from the left, and the row, which wraps where the width ends.

    >>> key_rows(["one", "two"], 350), key_rows(["a rather long name of a kind"] * 2, 350)[1][1]
    ([(6.0, 0), (55.0, 0)], 1)
    """
    places, x, row = [], 6.0, 0
    for name in names:
        need = 28 + text_width(name)
        if x > 6 and x + need - 18 > width - 10:
            x, row = 6.0, row + 1
        places.append((round(x, 1), row))
        x += need
    return places


#: Pixels from line to line of a key.
KEY_LINE = 19


def key_moves(entries: Sequence[tuple[float, float, str]], width: float) -> list[tuple[float, float]]:
    """How far the entries of a key (x, y, new name) move when they have other names, which may take fewer lines or more: pixels to the right and down.

    >>> key_moves([(6, -36, "香港"), (98, -36, "廣州"), (6, -17, "深圳")], 350)
    [(0.0, 19.0), (-38.1, 19.0), (107.8, 0.0)]
    """
    places = key_rows([name for *_, name in entries], width)
    foot, last = max((y for _, y, _ in entries), default=0.0), places[-1][1] if places else 0
    return [(round(to - x, 1) + 0.0, float(foot - KEY_LINE * (last - row) - y)) for (x, y, _), (to, row) in zip(entries, places, strict=True)]


def key(kinds: Sequence[tuple], width: int, *, foot: float = -17) -> list[alt.Chart]:
    """The key over a drawing, which grows by what stands over it: a mark and a name for each kind, in as many lines as it takes.

    Parameters
    ----------
    kinds : name, palette token, shape, whether it is filled; those without a name are left out
    foot : pixels from the top of the drawing to the middle of the last line
    """
    kinds = [kind for kind in kinds if kind[0]]
    places = key_rows([name for name, *_ in kinds], width)
    layers = []
    for n, ((name, token, shape, filled), (x, row)) in enumerate(zip(kinds, places, strict=True)):
        y = alt.YValue(foot - KEY_LINE * (places[-1][1] - row))
        here = alt.Chart(pd.DataFrame({"name": [name]}))
        mark = here.mark_point(**point(token, shape, filled)).encode(x=alt.XValue(x), y=y)
        named = texts(here.data, "name", {"x": alt.XValue(x), "y": y}, dx=10)
        # By these names an edition in another language finds the entries and moves them together or apart.
        layers += [mark.properties(name=f"key{n}"), named.properties(name=f"key{n}name")]
    return layers


# ---- charts in the column -----------------------------------------------------------------------------------------


def fit(chart: alt.TopLevelMixin, width: int, height: int | None = None) -> alt.TopLevelMixin:
    """A chart of one view in a width, its axes and label room included; its height is the house's unless given."""
    room = alt.AutoSizeParams(type="fit", contains="padding")
    return chart.properties(width=width, height=height or (300 if width > PHONE else 280), autosize=room)


def panels(
    parts: list[tuple[str, alt.TopLevelMixin]],
    width: int,
    *,
    height: int = 220,
    axis_room: int = 40,
    label_room: int = 70,
    across: int | None = None,
    gap: int = 22,
    offset: int = 14,
) -> alt.TopLevelMixin:
    """Charts side by side, each under its heading; on a phone one below the other.

    Parameters
    ----------
    parts : (heading, chart)
    axis_room, label_room : pixels that the axis at the left and the names at the right of a panel take
    across : how many stand side by side; all unless given
    gap, offset : pixels between panels, and between a heading and its chart
    """
    across = (across or len(parts)) if width > PHONE else 1
    plot = (width - 10 - gap * (across - 1)) / across - axis_room - label_room
    drawn = []
    for heading, chart in parts:
        head = alt.TitleParams(text=heading.split("\n"), fontSize=13, anchor="start", frame="group", offset=offset)
        drawn.append(chart.properties(width=plot, height=height, title=head))
        drawn[-1].padding = alt.Undefined  # it belongs to a whole drawing, not to its parts
    joined = alt.concat(*drawn, columns=across, spacing=gap, padding=5)
    return joined.resolve_scale(color="independent", strokeDash="independent")


def grid(parts: list[tuple[str, alt.TopLevelMixin]], width: int, *, height: int = 150, axis_room: int = 34, right_room: int = 10) -> alt.TopLevelMixin:
    """`panels` in rows of two, for charts without names at the right."""
    return panels(parts, width, height=height, axis_room=axis_room, label_room=right_room, across=2, gap=24, offset=10)
