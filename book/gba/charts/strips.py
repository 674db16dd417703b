"""Named rows of marks on one horizontal scale, for many rows: names at the left, on a phone above their row."""

import textwrap

import altair as alt
import pandas as pd

from gba.charts.palette import colour
from gba.charts.units import key


def marks(
    frame: pd.DataFrame,
    width: int,
    *,
    x_domain: tuple[float, float],
    axis: alt.Axis,
    log: bool = False,
    sizes: tuple[float, float] | None = None,
    colours: dict[str, tuple[str, str]] | None = None,
    rings: tuple[str, pd.DataFrame] | None = None,
    room: int = 240,
    pitch: tuple[int, int] = (24, 42),
) -> alt.LayerChart:
    """A row a name, in it a mark for every row of the frame: a tick, a bar, or a circle whose area tells a count.

    Parameters
    ----------
    frame : `text` (the row, in drawing order), `x`, `told` (for the tooltip), `x2` (optional: bars from `x` to it), `n` (with `sizes`),
        `kind` (with `colours`); a row whose `x` is missing draws only its name and its `aside`, words at the left end of the scale (optional)
    log : a logarithmic scale; the subtitle of the figure has to say so
    sizes : areas in pixels of the circles for the smallest and the largest `n`; None draws ticks
    colours : by kind, in drawing order, the name in the key and the palette token; None draws all in one
    rings : name in the key, and a frame of `text` and `x`, of a second sort of mark, one ring each
    room : pixels for the names, where they stand at the left
    pitch : pixels from row to row, wide and on a phone
    """
    wide = width > 500
    left, step = (room, pitch[0]) if wide else (0, pitch[1])
    names = list(dict.fromkeys(frame["text"]))
    # Rows count in whole numbers at every width, so that the page holds the data once for the column and the phone.
    top = 0.5 if wide else (step - 13) / step
    y = alt.Y("row:Q", axis=None, scale=alt.Scale(domain=[len(names) - top, -top], nice=False))
    scale = alt.Scale(domain=list(x_domain), range=[left, width - 22], nice=False, **({"type": "log"} if log else {"zero": False}))
    x = alt.X("x:Q", title=None, axis=axis, scale=scale)
    placed = frame.assign(row=frame["text"].map(names.index))
    layers, above = _key(colours, rings, width)
    drawn = placed[placed["x"].notna()]
    tokens = {kind: token for kind, (_, token) in colours.items()} if colours else {None: "seq4"}
    for kind, token in tokens.items():
        part = drawn if kind is None else drawn[drawn["kind"] == kind]
        if len(part):
            end = {"x2": "x2:Q"} if "x2" in part else _areas(drawn, sizes)
            layers.append(_marked(part, token, sizes).encode(x=x, y=y, tooltip=alt.Tooltip("told:N", title=" "), **end))
    if rings:
        rung = rings[1].assign(row=rings[1]["text"].map(names.index))[["x", "row"]]
        layers.append(alt.Chart(rung).mark_point(filled=True, fill=colour("paper"), stroke=colour("ink"), strokeWidth=1.5, size=42).encode(x=x, y=y))
    layers.append(_names(names, left, wide).encode(y=y))
    if "aside" in placed:
        words = placed.drop_duplicates("text").query("aside != ''")[["row", "aside"]]
        style = {"align": "left", "baseline": "middle", "color": colour("muted"), "fontSize": 11}
        layers.append(alt.Chart(words).mark_text(**style).encode(x=alt.XValue(left), y=y, text=alt.Text("aside:N")))
    return alt.layer(*layers, width=width - 22, height=step * len(names), padding={"left": 5, "top": above, "right": 15, "bottom": 5})


def _marked(part: pd.DataFrame, token: str, sizes: tuple[float, float] | None) -> alt.Chart:
    if "x2" in part:
        return alt.Chart(part[["x", "x2", "row", "told"]]).mark_bar(height=9, color=colour(token))
    if sizes is None:
        return alt.Chart(part[["x", "row", "told"]]).mark_tick(orient="vertical", size=15, thickness=2, opacity=1, color=colour(token))
    return alt.Chart(part[["x", "row", "told", "n"]]).mark_circle(color=colour(token), opacity=1, stroke=colour("paper"), strokeWidth=0.7)


def _areas(drawn: pd.DataFrame, sizes: tuple[float, float] | None) -> dict:
    if sizes is None:
        return {}
    domain = [int(drawn["n"].min()), max(int(drawn["n"].max()), int(drawn["n"].min()) + 1)]
    return {"size": alt.Size("n:Q", legend=None, scale=alt.Scale(domain=domain, range=list(sizes)))}


def _names(names: list[str], left: int, wide: bool) -> alt.Chart:
    shown = [textwrap.shorten(name, int(left / 5.35) if wide else 64, placeholder=" …") for name in names]
    style = {"align": "left", "baseline": "middle", "color": colour("ink"), "fontSize": 12 if wide else 11.5, "dy": 0 if wide else -16}
    return alt.Chart(pd.DataFrame({"row": range(len(names)), "name": shown})).mark_text(**style).encode(x=alt.XValue(0), text=alt.Text("name:N"))


def _key(colours: dict[str, tuple[str, str]] | None, rings: tuple[str, pd.DataFrame] | None, width: int) -> tuple[list[alt.Chart], int]:
    named = {kind: (name, token, "square", True) for kind, (name, token) in (colours or {}).items()}
    named |= {"ring": (rings[0], "ink", "circle", False)} if rings else {}
    return key(named, width) if named else ([], 5)
