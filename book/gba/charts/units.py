"""Charts that count and list: squares by verdict, tables of cells, ranks side by side, entries of a ledger, readings against a level."""

import json
import textwrap

import altair as alt
import pandas as pd

from gba.charts.palette import colour


def _plane(width: int, height: float) -> tuple[alt.X, alt.Y]:
    """Plain pixels, from the upper left corner."""
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, width - 10], nice=False))
    return x, alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[height, 0], nice=False))


def _sized(layers: list, width: int, height: float, top: int = 5, told: pd.DataFrame | None = None) -> alt.LayerChart:
    """The layers as one drawing; `told` is what it shows as a table, for drawings whose own rows are pixels."""
    meta = {} if told is None else {"usermeta": {"told": json.loads(told.to_json(orient="split", index=False, double_precision=15))}}
    return alt.layer(*layers, width=width - 10, height=float(height), padding={"left": 5, "top": top, "right": 5, "bottom": 5}, **meta)


def key_rows(names: list[str], width: int) -> list[tuple[float, int]]:
    """Where the entries of a key stand: pixels from the left, and the row, which wraps where the width ends.

    >>> key_rows(["one", "two"], 350), key_rows(["a rather long name of a kind"] * 2, 350)[1][1]
    ([(6.0, 0), (49.5, 0)], 1)
    """
    places, x, row = [], 6.0, 0
    for name in names:
        need = 24 + 6.5 * len(name)
        if x > 6 and x + need > width - 10:
            x, row = 6.0, row + 1
        places.append((x, row))
        x += need
    return places


def key(kinds: dict[str, tuple[str, str, str, bool]], width: int) -> tuple[list[alt.Chart], int]:
    """Layers of a key over a drawing, and the padding there: a drawing grows by what stands over it, so the key itself needs none.

    Parameters
    ----------
    kinds : by kind: name, palette token, shape, whether it is filled
    """
    places = key_rows([name for name, *_ in kinds.values()], width)
    high = 19 * (places[-1][1] + 1)
    layers = []
    for (name, token, shape, filled), (x, row) in zip(kinds.values(), places, strict=True):
        here = alt.Chart(pd.DataFrame({"name": [name]})).encode(x=alt.XValue(x), y=alt.YValue(19 * row - high + 2))
        layers += [here.mark_point(**_mark(token, shape, filled)), here.mark_text(align="left", dx=10, color=colour("ink")).encode(text=alt.Text("name:N"))]
    return layers, 5


def _mark(token: str, shape: str, filled: bool, size: int = 90) -> dict:
    return {
        "shape": shape,
        "fill": colour(token if filled else "paper"),
        "stroke": colour(token),
        "strokeWidth": 1.6,
        "filled": True,
        "size": size,
        "opacity": 1,
    }


def squares(frame: pd.DataFrame, width: int, *, kinds: dict[str, tuple[str, str, str, bool]], pitch: int = 17) -> alt.LayerChart:
    """One mark a thing, in rows by group: counts that can be counted.

    Parameters
    ----------
    frame : one row a thing: `group` (in drawing order), `kind`, `told` (for the tooltip)
    kinds : by kind, in drawing order: name in the key, palette token, shape, whether it is filled
    """
    wide = width > 500
    left, across = (112, int((width - 132) / pitch)) if wide else (0, int((width - 16) / pitch))
    order = list(dict.fromkeys(frame["group"]))
    drawn, heads, y = [], [], 0.0
    for group in order:
        part = frame[frame["group"] == group].assign(rank=lambda rows: rows["kind"].map(list(kinds).index)).sort_values("rank", kind="stable")
        place = pd.Series(range(len(part)), index=part.index)
        top = y + (9 if wide else 27)
        drawn.append(part.assign(x=left + 8 + pitch * (place % across), y=top + pitch * (place // across)))
        heads.append((0, y + 9, group, f"{len(part)}"))
        y = float(drawn[-1]["y"].max()) + pitch + (4 if wide else 6)
    every = pd.concat(drawn)[["x", "y", "kind", "told"]]
    px, py = _plane(width, y)
    layers, room = key({kind: kinds[kind] for kind in kinds if kind in set(every["kind"])}, width)
    for kind, part in every.groupby("kind", sort=False):
        layers.append(alt.Chart(part).mark_point(**_mark(*kinds[kind][1:], size=120)).encode(x=px, y=py, tooltip=alt.Tooltip("told:N", title=" ")))
    names = pd.DataFrame(heads, columns=["x", "y", "name", "count"]).assign(name=lambda rows: rows["name"] + "  " + rows["count"])
    style = {"align": "left", "baseline": "middle", "fontWeight": "bold", "color": colour("ink")}
    layers.append(alt.Chart(names).mark_text(**style).encode(x=px, y=py, text=alt.Text("name:N")))
    named = pd.DataFrame({"Group": frame["group"], "Entry": frame["told"], "Kind": [kinds[kind][0] for kind in frame["kind"]]})
    return _sized(layers, width, y, room, named)


def cells(
    frame: pd.DataFrame, width: int, *, rows: dict[str, str], columns: dict[str, str], room: tuple[int, int] = (150, 92), high: int = 27
) -> alt.LayerChart:
    """A table of short texts on coloured cells; a cell that the frame does not have stays empty.

    Parameters
    ----------
    frame : one row a cell: `row`, `column` (keys), `text`, `fill` (palette token of the cell) and `ink` (of its text), `told` (for the tooltip)
    rows, columns : keys in drawing order with their names; a line break in a column's name is kept; a row's name without a cell is a heading
    room : pixels for the rows' names, wide and on a phone
    """
    left = room[0] if width > 500 else room[1]
    step = (width - 10 - left) / len(columns)
    names = ["\n".join(textwrap.wrap(name, int(left / 6.3))) for name in rows.values()]
    heights = pd.Series([max(high, 14 * (name.count("\n") + 1) + 8) for name in names], index=list(rows))
    top = heights.cumsum() - heights
    x, y = _plane(width, heights.sum())
    at = pd.DataFrame({"x": left + frame["column"].map(list(columns).index) * step, "y": frame["row"].map(top), "high": frame["row"].map(heights)})
    drawn = frame.assign(x=(at["x"] + 1).round(1), x2=(at["x"] + step - 1).round(1), y=at["y"] + 1, y2=at["y"] + at["high"] - 1)
    layers = []
    for token, part in drawn.groupby("fill"):
        tip = alt.Tooltip("told:N", title=" ")
        layers.append(
            alt.Chart(part[["x", "x2", "y", "y2", "told"]])
            .mark_rect(color=colour(token), cornerRadius=2)
            .encode(x=x, x2=alt.X2("x2:Q"), y=y, y2=alt.Y2("y2:Q"), tooltip=tip)
        )
    # The anchor of a text is its first line.
    middle = drawn.assign(x=(drawn["x"] + drawn["x2"]) / 2, y=(drawn["y"] + drawn["y2"]) / 2 - 7 * drawn["text"].str.count("\n"))
    for token, part in middle[middle["text"].astype(bool)].groupby("ink"):
        style = {"baseline": "middle", "color": colour(token), "fontSize": 12 if width > 500 else 11, "lineBreak": "\n"}
        layers.append(alt.Chart(part[["x", "y", "text"]]).mark_text(**style).encode(x=x, y=y, text=alt.Text("text:N")))
    ink = {"align": "left", "baseline": "middle", "lineBreak": "\n", "color": colour("ink"), "fontSize": 12 if width > 500 else 11}
    # A name of two lines is centred on its row by hand: the anchor of a text is its first line.
    titles = pd.DataFrame({"x": 0.0, "y": (top + heights / 2 - [7 * name.count("\n") for name in names]).to_numpy(), "name": names})
    layers.append(alt.Chart(titles).mark_text(**ink).encode(x=x, y=y, text=alt.Text("name:N")))
    for number, name in enumerate(columns.values()):
        head = alt.Chart(pd.DataFrame({"name": [name]})).mark_text(
            baseline="bottom", lineBreak="\n", fontWeight="bold", fontSize=12 if width > 500 else 11, color=colour("ink")
        )
        layers.append(head.encode(x=alt.XValue(left + (number + 0.5) * step), y=alt.YValue(-6 - 15 * name.count("\n")), text=alt.Text("name:N")))
    words = frame["text"].where(frame["text"] != "", frame["told"])
    named = pd.DataFrame({"Row": frame["row"].map(rows), "Column": frame["column"].map(columns), "In words": words})
    return _sized(layers, width, heights.sum(), told=named.replace("\n", ", ", regex=True))


def orders(frame: pd.DataFrame, width: int, *, columns: list[str], pitch: int = 45) -> alt.LayerChart:
    """Who comes first, second, third in each of several lists, as named boxes; each list under its own line of words.

    Parameters
    ----------
    frame : one row a box: `text` (the list, in drawing order), `column` (one of `columns`; anything else stands in the last, as an
        outline, because it has no place in the order), `place` (its colour), `told` (the text of the box)
    """
    names = list(dict.fromkeys(frame["text"]))
    step = (width - 10) / len(columns)
    row = frame["text"].map(names.index)
    number = frame["column"].map({name: n for n, name in enumerate(columns)}).fillna(len(columns) - 1)
    # Several in one column (such as: not ranked) share it.
    shared = frame.groupby(["text", "column"])["told"].transform("size")
    nth = frame.groupby(["text", "column"]).cumcount()
    left = number * step + nth * step / shared
    drawn = frame.assign(x=left.round(1), x2=(left + step / shared - 4).round(1), y=row * pitch + 17.0, y2=row * pitch + 38.0)
    x, y = _plane(width, len(names) * pitch)
    layers = []
    words = {"baseline": "middle", "fontWeight": "bold", "fontSize": 12 if width > 500 else 11}
    for (place, outside), part in drawn.groupby(["place", number == len(columns) - 1]):
        box = {"fill": colour("paper" if outside else place), "stroke": colour(place), "strokeWidth": 1.2, "cornerRadius": 3}
        layers.append(alt.Chart(part[["x", "x2", "y", "y2", "told"]]).mark_rect(**box).encode(x=x, x2=alt.X2("x2:Q"), y=y, y2=alt.Y2("y2:Q")))
        middle = part.assign(x=(part["x"] + part["x2"]) / 2, y=part["y"] + 11)[["x", "y", "told"]]
        layers.append(alt.Chart(middle).mark_text(color=colour(place if outside else "paper"), **words).encode(x=x, y=y, text=alt.Text("told:N")))
    titles = pd.DataFrame({"x": 0.0, "y": [n * pitch + 7.0 for n in range(len(names))], "name": names})
    layers.append(
        alt.Chart(titles)
        .mark_text(align="left", baseline="middle", color=colour("ink"), fontSize=12 if width > 500 else 11)
        .encode(x=x, y=y, text=alt.Text("name:N"))
    )
    heads = pd.DataFrame({"x": [n * step for n in range(len(columns))], "name": columns, "y": -12.0})
    # The anchor of a text is its first line.
    for breaks, part in heads.groupby(heads["name"].str.count("\n")):
        style = {"align": "left", "baseline": "bottom", "lineBreak": "\n", "color": colour("muted")}
        layers.append(alt.Chart(part).mark_text(**style).encode(x=x, y=alt.YValue(-6 - 15 * breaks), text=alt.Text("name:N")))
    return _sized(layers, width, len(names) * pitch)


def entries(frame: pd.DataFrame, width: int, *, kinds: dict[str, tuple[str, str, str, bool]]) -> alt.LayerChart:
    """A ledger as a list: a mark for the kind, a line of heading, and under it the words.

    Parameters
    ----------
    frame : one row an entry, in drawing order: `head`, `text`, `kind`
    kinds : by kind: name in the key, palette token, shape, whether it is filled
    """
    room = int((width - 34) / (6.2 if width > 500 else 6.0))
    heads = [textwrap.wrap(text, int(room * 0.93)) for text in frame["head"]]
    words = [textwrap.wrap(text, room) for text in frame["text"]]
    high = pd.Series([15 * (len(a) + len(b)) + 12 for a, b in zip(heads, words, strict=True)])
    top = high.cumsum() - high
    x, y = _plane(width, high.sum())
    base = pd.DataFrame({"y": top + 8, "x": 8.0, "kind": frame["kind"].to_numpy()})
    layers, above = key({kind: kinds[kind] for kind in kinds if kind in set(frame["kind"])}, width)
    for kind, part in base.groupby("kind", sort=False):
        layers.append(alt.Chart(part[["x", "y"]]).mark_point(**_mark(*kinds[kind][1:])).encode(x=x, y=y))
    for texts, down, style in (
        (heads, [0] * len(high), {"fontWeight": "bold", "color": colour("ink")}),
        (words, [15 * len(a) for a in heads], {"color": colour("muted")}),
    ):
        rows = pd.DataFrame({"x": 24.0, "y": top + 8 + pd.Series(down), "text": ["\n".join(lines) for lines in texts]})
        layers.append(
            alt.Chart(rows).mark_text(align="left", baseline="middle", lineBreak="\n", lineHeight=15, **style).encode(x=x, y=y, text=alt.Text("text:N"))
        )
    return _sized(layers, width, high.sum(), above)


def readings(
    frame: pd.DataFrame,
    width: int,
    *,
    kinds: dict[str, tuple[str, str, str, bool]],
    x_domain: tuple[float, float],
    x_format: str = ",~r",
    values: list[float] | None = None,
    log: bool = False,
    level: float | None = None,
    pitch: int = 47,
) -> alt.LayerChart:
    """Marks on one scale, a line of words over each row, a thin line through the marks of a row.

    Parameters
    ----------
    frame : one row a mark: `text` (the row, in drawing order), `x`, `kind`, `told` (the words at the mark), `side` (left, right, above or below it)
    log : a logarithmic scale; the subtitle of the figure has to say so
    level : a dashed stroke in every row at a value
    """
    names = list(dict.fromkeys(frame["text"]))
    wrapped = ["\n".join(textwrap.wrap(name, int((width - 10) / 6.4))) for name in names]
    high = pd.Series(
        [
            pitch + 15 * name.count("\n") + 14 * bool((frame.loc[frame["text"] == raw, "side"] == "below").any())
            for raw, name in zip(names, wrapped, strict=True)
        ]
    )
    top = high.cumsum() - high
    lines = pd.Series([name.count("\n") for name in wrapped])
    x = alt.X(
        "x:Q",
        title=None,
        scale=alt.Scale(domain=list(x_domain), nice=False, **({"type": "log"} if log else {"zero": False})),
        axis=alt.Axis(format=x_format, grid=True, labelFlush=True, **({"values": values} if values else {"tickCount": 5})),
    )
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[float(high.sum()), 0], nice=False))
    row = frame["text"].map(names.index)
    drawn = frame.assign(y=row.map(top) + row.map(lines) * 15 + 30.0)
    layers, above = key({kind: kinds[kind] for kind in kinds if kind in set(frame["kind"])}, width)
    if level is not None:
        # A stroke in each row rather than a line through the words.
        bars = pd.DataFrame({"x": level, "y": drawn["y"].unique() - 11, "y2": drawn["y"].unique() + 11})
        layers.append(alt.Chart(bars).mark_rule(color=colour("ink"), strokeDash=[3, 3]).encode(x=x, y=y, y2=alt.Y2("y2:Q")))
    spans = drawn.groupby("y")["x"].agg(["min", "max"]).reset_index()
    spans = spans[spans["max"] > spans["min"]]
    if len(spans):
        layers.append(alt.Chart(spans).mark_rule(color=colour("rule")).encode(x=alt.X("min:Q"), x2=alt.X2("max:Q"), y=y))
    for kind, part in drawn.groupby("kind", sort=False):
        tips = [alt.Tooltip("text:N", title=" "), alt.Tooltip("told:N", title="value")]
        layers.append(alt.Chart(part[["x", "y", "text", "told"]]).mark_point(**_mark(*kinds[kind][1:], size=80)).encode(x=x, y=y, tooltip=tips))
    for side, style in (("left", {"align": "right", "dx": -9}), ("right", {"align": "left", "dx": 9}), ("above", {"dy": -12}), ("below", {"dy": 14})):
        part = drawn[(drawn["side"] == side) & drawn["told"].astype(bool)]
        if len(part):
            layers.append(
                alt.Chart(part[["x", "y", "told"]])
                .mark_text(baseline="middle", fontSize=11.5, color=colour("ink"), **style)
                .encode(x=x, y=y, text=alt.Text("told:N"))
            )
    titles = alt.Chart(pd.DataFrame({"y": top + 9, "name": wrapped})).mark_text(
        align="left", baseline="middle", fontWeight="bold", lineBreak="\n", color=colour("ink")
    )
    layers.append(titles.encode(x=alt.XValue(0), y=y, text=alt.Text("name:N")))
    return alt.layer(*layers, width=width - 26, height=float(high.sum()), padding={"left": 8, "top": above, "right": 18, "bottom": 5})
