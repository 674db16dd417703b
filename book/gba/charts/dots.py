"""Charts of rows: a line of words, and under it a bar in two directions or dots on one scale."""

import textwrap

import altair as alt
import pandas as pd

from gba.charts.layout import fit
from gba.charts.palette import colour, rim
from gba.charts.units import _mark


def two_ways(frame: pd.DataFrame, width: int, *, left: tuple[str, str], right: tuple[str, str], pitch: int = 62) -> alt.TopLevelMixin:
    """A bar a row, split in two shares that make the whole: what goes one way, and what goes the other.

    Parameters
    ----------
    frame : `text` (heading of the row), `left`, `right` (amounts in one unit), `left_text`, `right_text` (the amounts in words), and
        `low`, `high` (optional: the least and the most that the left share may be; a stroke from one to the other, in rows that have them)
    left, right : name and palette token of each direction
    """
    rows = frame.assign(row=range(len(frame)), split=(frame["left"] / (frame["left"] + frame["right"])).round(4))
    rows["share_left"], rows["share_right"] = [[f"{share:.0%}" for share in shares] for shares in (rows["split"], 1 - rows["split"])]
    y = alt.Y("row:Q", axis=None, scale=alt.Scale(domain=[len(rows) - 0.35, -0.95], nice=False))
    x = alt.Scale(domain=[0, 1], nice=False)
    base = alt.Chart(rows)
    bar = {"height": 20}
    seam = {"color": colour("paper"), "orient": "vertical", "size": 22, "thickness": 2.5, "opacity": 1}
    layers = [
        base.mark_bar(color=colour(left[1]), **bar).encode(x=alt.X("zero:Q", axis=None, scale=x), x2=alt.X2("split:Q"), y=y).transform_calculate(zero="0"),
        base.mark_bar(color=colour(right[1]), **bar).encode(x=alt.X("split:Q", axis=None, scale=x), x2=alt.X2("one:Q"), y=y).transform_calculate(one="1"),
        base.mark_tick(**seam).encode(x=alt.X("split:Q", axis=None, scale=x), y=y),
        base.mark_tick(color=colour("paper"), orient="vertical", size=20, thickness=1, opacity=1).encode(x=alt.datum(0.5), y=y),
    ]
    for side, field, at, align in (("left", "share_left", 0, "left"), ("right", "share_right", 1, "right")):
        room = rows["split"] if side == "left" else 1 - rows["split"]
        part = rows[room >= 0.1]
        if len(part):
            inside = alt.Chart(part).mark_text(align=align, dx=6 if side == "left" else -6, fontWeight="bold", color=colour("paper"))
            layers.append(inside.encode(x=alt.datum(at), y=y, text=alt.Text(f"{field}:N")))
        layers.append(
            base.mark_text(align=align, dy=19, color=colour({"left": left, "right": right}[side][1]), fontSize=11.5).encode(
                x=alt.datum(at), y=y, text=alt.Text(f"{side}_text:N")
            )
        )
    layers.append(base.mark_text(align="left", dy=-20, fontWeight="bold", color=colour("ink")).encode(x=alt.datum(0), y=y, text=alt.Text("text:N")))
    if "low" in rows and rows["low"].notna().any():
        layers += _range(rows.loc[rows["low"].notna(), ["row", "text", "low", "high"]], y)
    heads = pd.DataFrame({"at": [0, 1], "head": [f"← {left[0]}", f"{right[0]} →"], "row": [-0.8, -0.8]})
    for number, align, token in ((0, "left", left[1]), (1, "right", right[1])):
        layers.append(
            alt.Chart(heads.iloc[[number]])
            .mark_text(align=align, fontWeight="bold", fontSize=13, color=colour(token))
            .encode(x=alt.X("at:Q"), y=y, text=alt.Text("head:N"))
        )
    return fit(alt.layer(*layers), width, pitch * len(rows) + 30)


def _range(rows: pd.DataFrame, y: alt.Y) -> list[alt.Chart]:
    """A stroke from `low` to `high`, with a short one across at either end."""
    base = alt.Chart(rows)
    across = {"orient": "vertical", "size": 10, "thickness": 2, "color": colour("paper"), "opacity": 1}
    # Without a scale of their own: Vega-Lite fails on one more field with it.
    stroke = base.mark_rule(color=colour("paper"), strokeWidth=2).encode(x=alt.X("low:Q"), x2=alt.X2("high:Q"), y=y)
    return [stroke, *(base.mark_tick(**across).encode(x=alt.X(f"{end}:Q"), y=y) for end in ("low", "high"))]


def dots(
    frame: pd.DataFrame,
    width: int,
    *,
    kinds: dict[str, tuple[str, str, str, bool]],
    x_domain: tuple[float, float],
    x_format: str = ",~f",
    level: tuple[float, str] | None = None,
    join: bool = False,
    pitch: int = 54,
    reverse: bool = False,
) -> alt.TopLevelMixin:
    """Dots on one scale, a row of words over each line of dots; every kind of dot has its shape and colour and is named above.

    Parameters
    ----------
    frame : one row a dot: `text` (the row, in drawing order), `x`, `kind`, `told` (text at the dot, may be empty)
        and, where texts or dots would collide, `below` (True: the text stands under the dot) and `lift` (how far the dot stands
        below its row, in rows)
    kinds : by kind: name in the key, palette token, shape, and whether it is filled
    level : a stroke in every row at this value, with its name
    join : whether a thin line runs from the first to the last dot of a row
    """
    order = list(dict.fromkeys(frame["text"]))
    wrapped = {text: "\n".join(textwrap.wrap(text, int(width / 6.4))) for text in order}
    drawn = frame.assign(row=frame["text"].map(order.index) + frame.get("lift", 0), below=frame.get("below", False))
    ends = [len(order) - 0.6, -0.85]
    y = alt.Y("row:Q", axis=None, scale=alt.Scale(domain=ends, nice=False))
    domain = list(x_domain)[:: -1 if reverse else 1]
    axis = alt.Axis(format=x_format, tickCount=5, grid=True, orient="top", labelFlush=True)
    x = alt.X("x:Q", title=None, axis=axis, scale=alt.Scale(domain=domain, nice=False, zero=False))
    layers = []
    if level:
        # A stroke a row, so that the line does not run through the names of the rows.
        strokes = pd.DataFrame({"x": level[0], "row": [n - 19 / pitch for n in range(len(order))], "end": [n + 15 / pitch for n in range(len(order))]})
        layers.append(alt.Chart(strokes).mark_rule(color=colour("ink"), strokeDash=[3, 3]).encode(x=x, y=y, y2=alt.Y2("end:Q")))
        if level[1]:
            line = pd.DataFrame({"x": [level[0]], "row": [ends[0]], "name": [level[1]]})
            layers.append(
                alt.Chart(line)
                .mark_text(align="left", dx=4, dy=-2, baseline="bottom", color=colour("ink"), fontSize=11.5)
                .encode(x=x, y=y, text=alt.Text("name:N"))
            )
    layers += spots(drawn, kinds, across=x, down=y, join=join)
    for under, dy in ((False, -11), (True, 13)):
        words = drawn[drawn["told"].astype(bool) & (drawn["below"] == under)][["row", "x", "told"]]
        if len(words):
            # A rim, so that the stroke of the level does not strike a figure out.
            for look in (rim(), {"color": colour("ink")}) if level else ({"color": colour("ink")},):
                written = alt.Chart(words).mark_text(dy=dy, fontSize=11.5, lineBreak="\n", **look)
                layers.append(written.encode(x=x, y=y, text=alt.Text("told:N")))
    heads = pd.DataFrame({"row": range(len(order)), "text": [wrapped[text] for text in order]})
    layers.append(
        alt.Chart(heads)
        .mark_text(align="left", baseline="bottom", dy=-23, fontWeight="bold", color=colour("ink"), lineBreak="\n")
        .encode(x=alt.XValue(0), y=y, text=alt.Text("text:N"))
    )
    used = set(drawn["kind"])
    more = 17 * (_lines(_listed(kinds, used), width) - 1)
    return fit(alt.layer(*layers, *_key(kinds, used, width)), width, pitch * len(order) + 70 + more)


def spots(frame: pd.DataFrame, kinds: dict[str, tuple[str, str, str, bool]], *, across: alt.X, down: alt.Y, join: bool = True) -> list[alt.Chart]:
    """Dots by kind, and under them a thin line from the first to the last dot at a height.

    Parameters
    ----------
    frame : one row a dot: `text`, `x` (for the tooltip), `kind`, and the fields of `across` and `down`
    kinds : by kind: name, palette token, shape, and whether it is filled
    across, down : the two encodings, with their scales
    join : whether the line is drawn
    """
    at, height = (str(channel.shorthand).split(":")[0] for channel in (across, down))
    # A dot that is lifted still belongs to the line of its row.
    rows = frame.assign(**{height: (frame[height] - frame["lift"]).round(3)}) if "lift" in frame else frame
    span = rows.groupby(height)[at].agg(["min", "max"]).reset_index()
    span = span[span["max"] > span["min"]]
    layers = []
    if join and len(span):
        layers.append(alt.Chart(span).mark_rule(color=colour("rule"), strokeWidth=1).encode(x=alt.X("min:Q"), x2=alt.X2("max:Q"), y=down))
    for kind, part in frame.groupby("kind", sort=False):
        name, token, shape, filled = kinds[kind]
        tips = [alt.Tooltip("text:N", title=" "), alt.Tooltip("x:Q", title=name, format=",~r")]
        columns = list(dict.fromkeys(["text", "x", at, height]))
        layers.append(alt.Chart(part[columns]).mark_point(**_mark(token, shape, filled, 75)).encode(x=across, y=down, tooltip=tips))
    return layers


def _key(kinds: dict, used: set[str], width: int) -> list[alt.Chart]:
    """The key above the axis; it wraps where the width ends."""
    layers, x, row = [], 6.0, 0
    listed = _listed(kinds, used)
    for name, token, shape, filled in listed:
        need = 22 + 6.6 * len(name)
        if x + need > width - 4 and x > 6:
            x, row = 6.0, row + 1
        here = alt.Chart(pd.DataFrame({"name": [name]}))
        place = {"x": alt.value(x), "y": alt.value(-36 - 17 * (_lines(listed, width) - 1 - row))}
        style = {"fill": colour(token if filled else "paper"), "stroke": colour(token), "strokeWidth": 1.6, "filled": True, "size": 70, "shape": shape}
        layers += [here.mark_point(**style).encode(**place), here.mark_text(align="left", dx=9, color=colour("ink")).encode(**place, text=alt.Text("name:N"))]
        x += need
    return layers


def _listed(kinds: dict, used: set[str]) -> list[tuple]:
    return [kinds[kind] for kind in kinds if kind in used and kinds[kind][0]]


def _lines(listed: list[tuple], width: int) -> int:
    x, rows = 6.0, 1
    for name, *_ in listed:
        need = 22 + 6.6 * len(name)
        if x + need > width - 4 and x > 6:
            x, rows = 6.0, rows + 1
        x += need
    return rows
