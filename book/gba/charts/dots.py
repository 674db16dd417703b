"""Dot plots: marks on one scale, a named row a thing; names above their row, or at the left where there are many."""

import math
from collections.abc import Collection

import altair as alt
import pandas as pd

from gba.charts.layout import NUMBER, PHONE, beside, clusters, key, only, point, rimmed, sized, texts, wrapped
from gba.charts.palette import colour


def dots(
    frame: pd.DataFrame,
    width: int,
    *,
    kinds: dict[str, tuple[str, str, str, bool]],
    x_domain: tuple[float, float],
    x_format: str = NUMBER,
    values: list[float] | None = None,
    log: bool = False,
    level: float | None = None,
    join: bool = True,
    pitch: int = 48,
    room: int = 0,
    unit: str | None = None,
) -> alt.LayerChart:
    """Dots on one scale, a row a thing; a thin line joins those of a row, and those that would hide each other stand one above the other.

    Parameters
    ----------
    frame : one row a dot: `text` (the row, in drawing order), `x`, `kind`, and optionally `told` (words at the dot), `side` (where they stand: left,
        right, above, below) or `below` (True: under it, else above), and `lift`, pixels by which the dot stands below the middle of its row
    kinds : by kind: name in the key, palette token, shape, and whether it is filled
    values : the numbers of the axis
    log : a logarithmic scale; the subtitle of the figure has to say so
    level : a dashed stroke in every row at this value
    join : whether a line joins the dots of a row
    pitch : pixels from row to row
    room : pixels for the names at the left; 0, and a phone, have them above their rows
    unit : what the axis measures, over its numbers
    """
    frame = only(frame, "text", "x", "kind", "told", "side", "below", "lift")
    told = frame["told"] if "told" in frame else pd.Series("", frame.index)
    under = frame["below"] if "below" in frame else pd.Series(False, frame.index)
    drawn = frame.assign(told=told, side=frame["side"] if "side" in frame else under.map({True: "below", False: "above"}))
    words = drawn[drawn["told"].astype(bool)].groupby("side")["text"].agg(set).to_dict()
    names = list(dict.fromkeys(frame["text"]))
    step = pitch if width > PHONE or not room else pitch + 18
    rows, left, high = _rows(names, width, room, step, bold=True, over=words.get("above", ()), under=words.get("below", ()))
    axis = alt.Axis(format=x_format, orient="top", grid=True, labelFlush=True, titleAnchor="start", **_ticks(values))
    place = _scales(left, width, high, x_domain, axis, log=log, title=unit)
    drawn = drawn.merge(rows[["text", "mark"]], on="text")
    # The mark whose words stand above is the upper one.
    order = drawn["side"].map({"above": -1, "below": 1}).fillna(0)
    drawn["y"] = drawn["mark"] + (drawn["lift"] if "lift" in drawn else clusters(_pixels(drawn["x"], place["x"]), drawn["mark"], order=order))
    layers = _strokes(drawn, place, level, pitch / 2 if left else 10)
    if join:
        span = drawn.groupby("mark")["x"].agg(["min", "max"]).reset_index().query("max > min").rename(columns={"mark": "y"})
        layers += [alt.Chart(span).mark_rule(color=colour("rule")).encode(x=alt.X("min:Q"), x2=alt.X2("max:Q"), y=place["y"])] if len(span) else []
    layers += _dotted(drawn, kinds, place)
    layers += [words.encode(**place) for words in _words(drawn, kinds, tinted=bool(room), edge=level is not None)]
    layers += [*_names(rows, place["y"], bold=True), *key([kinds[kind] for kind in kinds if kind in set(drawn["kind"])], width - 12, foot=-52 if unit else -36)]
    return sized(layers, width, high, spare=12)


#: The same chart where each dot has words at a side of its own.
readings = dots


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
    rows, left, high = _rows(list(dict.fromkeys(frame["text"])), width, room, pitch[width <= PHONE])
    place = _scales(left, width, high, x_domain, axis, log=log)
    at = rows.set_index("text")["mark"]
    placed = only(frame, "text", "x", "x2", "n", "kind", "told", "aside").assign(y=frame["text"].map(at))
    drawn = placed[placed["x"].notna()]
    layers = []
    for kind, token in ({kind: token for kind, (_, token) in colours.items()} if colours else {None: "seq4"}).items():
        part = drawn if kind is None else drawn[drawn["kind"] == kind]
        if len(part):
            end = {"x2": "x2:Q"} if "x2" in part else _areas(drawn, sizes)
            layers.append(_marked(part, token, sizes).encode(**place, tooltip=alt.Tooltip("told:N", title=" "), **end))
    if rings:
        rung = rings[1].assign(y=rings[1]["text"].map(at))
        layers.append(alt.Chart(rung).mark_point(**point("ink", "circle", False, 42)).encode(**place))
    layers += _names(rows, place["y"])
    if "aside" in placed:
        words = placed.drop_duplicates("text").query("aside != ''")
        layers.append(texts(words, "aside", {"x": alt.XValue(left), "y": place["y"]}, token="muted", fontSize=11))
    kinds = [*((name, token, "square", True) for name, token in (colours or {}).values()), *([(rings[0], "ink", "circle", False)] if rings else [])]
    return sized([*layers, *key(kinds, width - 12)], width, high, spare=12)


def _rows(
    names: list[str], width: int, room: int, pitch: float, *, bold: bool = False, over: Collection[str] = (), under: Collection[str] = ()
) -> tuple[pd.DataFrame, float, float]:
    """Where rows stand, in pixels: `text`, `name` (in lines), the heights `line` of its first line and `mark` of the marks; room at the left; height of all.

    Parameters
    ----------
    over, under : names of rows with words over or under their marks
    """
    beside_them = bool(room) and width > PHONE
    lines = [wrapped(name, (room if beside_them else width) - 12, bold=bold) for name in names]
    count = pd.Series([len(each) for each in lines])
    if beside_them:
        high = pd.Series([max(pitch, 13.0 * n + 8) for n in count])
        mark = high / 2
    else:
        mark = pd.Series([15.0 * n + 15 + 10 * (name in over) for name, n in zip(names, count, strict=True)])
        high = pd.Series([max(pitch + 15 * (n - 1), down + 7 + 15 * (name in under)) for name, n, down in zip(names, count, mark, strict=True)])
    # The axis stands over the first name.
    top = high.cumsum() - high + (0 if beside_them else 4)
    line = top + mark - 6.5 * (count - 1) if beside_them else top + 9
    rows = pd.DataFrame({"text": names, "name": ["\n".join(each) for each in lines], "line": line, "mark": top + mark})
    return rows, float(room * beside_them), float(top.iloc[-1] + high.iloc[-1])


def _names(rows: pd.DataFrame, y: alt.Y, *, bold: bool = False) -> list[alt.Chart]:
    rows = rows[["name", "line"]].rename(columns={"line": "y"})
    return rimmed(rows, "name", {"x": alt.XValue(0), "y": y}, lineHeight=14, **({"fontWeight": "bold"} if bold else {}))


def _dotted(drawn: pd.DataFrame, kinds: dict, place: dict) -> list[alt.Chart]:
    layers = []
    for kind, part in drawn.groupby("kind", sort=False):
        name, *look = kinds[kind]
        tips = [alt.Tooltip("text:N", title=" "), alt.Tooltip("x:Q", title=name or " ", format=NUMBER), alt.Tooltip("told:N", title="in words")]
        tips = tips if part["told"].astype(bool).any() else tips[:2]
        layers.append(alt.Chart(part).mark_point(**point(*look, 78)).encode(**place, tooltip=tips))
    return layers


def _words(drawn: pd.DataFrame, kinds: dict, *, tinted: bool, edge: bool) -> list[alt.Chart]:
    """The words beside dots: those over and under them stand over the highest and under the lowest of their row."""
    ends, layers = drawn.groupby("mark")["y"], []
    drawn = drawn.assign(y=drawn["y"].mask(drawn["side"] == "above", ends.transform("min")).mask(drawn["side"] == "below", ends.transform("max")))
    for kind, part in drawn.groupby("kind", sort=False):
        look = {"ink": kinds[kind][1], "fontWeight": "bold"} if tinted else {}
        layers += beside(part, "told", away=(9, 12), edge=edge, **look)
    return layers


def _ticks(values: list[float] | None) -> dict:
    return {"values": values} if values else {"tickCount": 5}


def _scales(left: float, width: int, high: float, x_domain: tuple[float, float], axis: alt.Axis, *, log: bool, title: str | None = None) -> dict:
    kind = {"type": "log"} if log else {"zero": False}
    x = alt.Scale(domain=list(x_domain), range=[left + 4, width - 26], nice=False, **kind)
    return {"x": alt.X("x:Q", title=title, axis=axis, scale=x), "y": alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[high, 0], nice=False))}


def _pixels(values: pd.Series, x: alt.X) -> pd.Series:
    scale = x["scale"]
    (low, high), (left, right) = scale["domain"], scale["range"]
    if scale.to_dict().get("type") == "log":
        values, low, high = values.map(math.log), math.log(low), math.log(high)
    return left + (values - low) / (high - low) * (right - left)


def _strokes(drawn: pd.DataFrame, place: dict, level: float | None, half: float) -> list[alt.Chart]:
    """A stroke in each row rather than a line through the names."""
    if level is None:
        return []
    at = drawn["mark"].unique()
    bars = pd.DataFrame({"x": level, "y": at - half, "y2": at + half})
    return [alt.Chart(bars).mark_rule(color=colour("ink"), strokeDash=[3, 3]).encode(**place, y2=alt.Y2("y2:Q"))]


def _marked(part: pd.DataFrame, token: str, sizes: tuple[float, float] | None) -> alt.Chart:
    if "x2" in part:
        return alt.Chart(part).mark_bar(height=9, color=colour(token))
    if sizes is None:
        return alt.Chart(part).mark_tick(orient="vertical", size=15, thickness=2, opacity=1, color=colour(token))
    return alt.Chart(part).mark_circle(color=colour(token), opacity=1, stroke=colour("paper"), strokeWidth=0.7)


def _areas(drawn: pd.DataFrame, sizes: tuple[float, float] | None) -> dict:
    if sizes is None:
        return {}
    domain = [int(drawn["n"].min()), max(int(drawn["n"].max()), int(drawn["n"].min()) + 1)]
    return {"size": alt.Size("n:Q", legend=None, scale=alt.Scale(domain=domain, range=list(sizes)))}
