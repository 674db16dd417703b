"""Dot plots: marks on one scale, a named row a thing; names above their row, or at the left where there are many."""

import math

import altair as alt
import pandas as pd

from gba.charts.layout import NUMBER, PHONE, beside, clusters, key, only, point, rimmed, sized, text_width, texts, wrapped
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
    pitch: int = 48,
    room: int = 0,
    unit: str | None = None,
) -> alt.LayerChart:
    """Dots on one scale, a row a thing; a thin line joins those of a row, and those that would hide each other stand one above the other.

    Parameters
    ----------
    frame : one row a dot: `text` (the row, in drawing order), `x`, `kind`, and optionally `told` (words at the dot) and `side` (where they stand: left,
        right, above, below)
    kinds : by kind: name in the key, palette token, shape, and whether it is filled
    values : the numbers of the axis
    log : a logarithmic scale; the subtitle of the figure has to say so
    level : a dashed stroke in every row at this value
    pitch : pixels from row to row
    room : the most pixels for the names at the left; 0, and a phone, have them above their rows
    unit : what the axis measures, over its numbers
    """
    drawn = only(frame.assign(**{"told": "", "side": "above", **frame}), "text", "x", "kind", "told", "side")
    names = list(dict.fromkeys(frame["text"]))
    left, step = _left(names, width, room, bold=True), pitch if width > PHONE or not room else pitch + 18
    # The mark whose words stand above is the upper one.
    order = drawn["side"].map({"above": -1, "below": 1}).fillna(0)
    drawn["lift"] = clusters(_pixels(drawn["x"], left, width, x_domain, log=log), drawn["text"], order=order)
    rows, high = _rows(names, width, left, step, bold=True, head=6, needs=_needs(drawn))
    axis = alt.Axis(format=x_format, orient="top", grid=True, labelFlush=True, titleAnchor="start", **({"values": values} if values else {"tickCount": 5}))
    place = _scales(left, width, high, x_domain, axis, log=log, title=unit)
    drawn = drawn.merge(rows[["text", "mark"]], on="text")
    drawn["y"] = drawn["mark"] + drawn["lift"]
    layers = []
    if level is not None:  # a line of the whole height beside names, else a stroke in each row rather than a line through the names
        bars = pd.DataFrame({"x": level, "y": [0.0] if left else rows["mark"] - 10, "y2": [high] if left else rows["mark"] + 10})
        layers = [alt.Chart(bars).mark_rule(color=colour("ink"), strokeDash=[3, 3]).encode(**place, y2=alt.Y2("y2:Q"))]
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
        `kind` (with `colours`); a row whose `x` is missing draws only its name and its `aside`, words at the left end of the scale (optional), or is a heading
    log : a logarithmic scale; the subtitle of the figure has to say so
    sizes : areas in pixels of the circles for the smallest and the largest `n`; None draws ticks
    colours : by kind, in drawing order, the name in the key and the palette token; None draws all in one
    rings : name in the key, and a frame of `text` and `x`, of a second sort of mark, one ring each
    room : the most pixels for the names, where they stand at the left
    pitch : pixels from row to row, wide and on a phone
    """
    names = list(dict.fromkeys(frame["text"]))
    left, filled = _left(names, width, room), frame["x"].notna() | (frame["aside"] != "" if "aside" in frame else False)
    heads = set(names) - set(frame.loc[filled, "text"])
    rows, high = _rows(names, width, left, pitch[width <= PHONE], heads=heads, needs=_rounds(frame, sizes) if sizes else None)
    place = _scales(left, width, high, x_domain, axis, log=log)
    at = rows.set_index("text")["mark"]
    placed = only(frame, "text", "x", "x2", "n", "kind", "told", "aside").assign(y=frame["text"].map(at))
    drawn = placed[placed["x"].notna()]
    layers = []
    for kind, token in ({kind: token for kind, (_, token) in colours.items()} if colours else {None: "seq4"}).items():
        part = drawn if kind is None else drawn[drawn["kind"] == kind]
        if len(part):
            layers.append(_marked(part, token, sizes, drawn).encode(**place, tooltip=alt.Tooltip("told:N", title=" ")))
    if rings:
        rung = rings[1].assign(y=rings[1]["text"].map(at))
        layers.append(alt.Chart(rung).mark_point(**point("ink", "circle", False, 42)).encode(**place))
    bold = rows["text"].isin(heads)
    layers += _names(rows[~bold], place["y"]) + _names(rows[bold], place["y"], bold=True)
    if "aside" in placed:
        words = placed.drop_duplicates("text").query("aside != ''")
        layers.append(texts(words, "aside", {"x": alt.XValue(left), "y": place["y"]}, token="muted", fontSize=11))
    kinds = [*((name, token, "square", True) for name, token in (colours or {}).values()), *([(rings[0], "ink", "circle", False)] if rings else [])]
    return sized([*layers, *key(kinds, width - 12)], width, high, spare=12)


def _left(names: list[str], width: int, room: int, *, bold: bool = False) -> float:
    """Pixels that names at the left take, at most `room`; none on a phone."""
    lines = [line for name in names for line in wrapped(name, room - 16, bold=bold)] if room and width > PHONE else []
    return min(room, max(text_width(line, bold=bold) for line in lines) + 16) if lines else 0.0


def _needs(drawn: pd.DataFrame) -> pd.DataFrame:
    """Pixels that dots off the middle of their row and words over and under them need, by row: `up`, `down`."""
    worded, by = drawn["told"].astype(bool), drawn["text"]
    over, under = ((worded & (drawn["side"] == side)).groupby(by).any() * 12 for side in ("above", "below"))
    return pd.DataFrame({"up": over - drawn["lift"].groupby(by).min(), "down": under + drawn["lift"].groupby(by).max()}).clip(lower=0)


def _rows(
    names: list[str], width: int, left: float, pitch: float, *, bold: bool = False, head: float = 0, needs: pd.DataFrame | None = None, heads=frozenset()
) -> tuple[pd.DataFrame, float]:
    """Where rows stand, in pixels: `text`, `name` (in lines), the heights `line` of its first line and `mark` of the marks; the height of all.

    Names stand in the room at the `left`; where there is none, above, nearer to their own marks than to those before and `head` pixels under the axis.
    `needs` are `up` and `down` by row, `heads` names that have no marks.
    """
    lines = [wrapped(name, (left - 4 if left else width - 12), bold=bold) for name in names]
    count = pd.Series([len(each) for each in lines])
    up, down = (needs.loc[names].reset_index(drop=True)[way] if needs is not None else 0.0 * count for way in ("up", "down"))
    if left:
        half = (13 * count + 6).clip(lower=pitch) / 2
        mark, high = half.clip(lower=up + 9), half.clip(lower=up + 9) + half.clip(lower=down + 9)
    else:
        bare = pd.Series(names).isin(heads)
        mark = 15 * count + 11 + up
        high = (pitch + 15 * (count - 1)).clip(lower=mark + down + 12).mask(bare, 15 * count + 8.0)
    top = high.cumsum() - high + (0 if left else head)
    line = top + mark - 6.5 * (count - 1) if left else top + 9
    rows = pd.DataFrame({"text": names, "name": ["\n".join(each) for each in lines], "line": line, "mark": top + mark})
    return rows, float(high.sum() + (0 if left else head))


def _names(rows: pd.DataFrame, y: alt.Y, *, bold: bool = False) -> list[alt.Chart]:
    rows = rows[["name", "line"]].rename(columns={"line": "y"})
    return rimmed(rows, "name", {"x": alt.XValue(0), "y": y}, lineHeight=14, **({"fontWeight": "bold"} if bold else {}))


def _dotted(drawn: pd.DataFrame, kinds: dict, place: dict) -> list[alt.Chart]:
    layers = []
    for kind, part in drawn.groupby("kind", sort=False):
        name, *look = kinds[kind]
        tips = [alt.Tooltip("text:N", title=" "), alt.Tooltip("x:Q", title=name or "value", format=NUMBER), alt.Tooltip("told:N", title="in words")]
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


def _scales(left: float, width: int, high: float, x_domain: tuple[float, float], axis: alt.Axis, *, log: bool, title: str | None = None) -> dict:
    kind = {"type": "log"} if log else {"zero": False}
    x = alt.Scale(domain=list(x_domain), range=[left + 4, width - 26], nice=False, **kind)
    return {"x": alt.X("x:Q", title=title, axis=axis, scale=x), "y": alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[high, 0], nice=False))}


def _pixels(values: pd.Series, left: float, width: int, x_domain: tuple[float, float], *, log: bool) -> pd.Series:
    """Where values stand on the scale of `_scales`."""
    low, high = map(math.log, x_domain) if log else x_domain
    return left + 4 + ((values.map(math.log) if log else values) - low) / (high - low) * (width - 30 - left)


def _marked(part: pd.DataFrame, token: str, sizes: tuple[float, float] | None, drawn: pd.DataFrame) -> alt.Chart:
    """Bars to `x2`, or ticks, or circles on one scale of areas for all that is drawn."""
    chart = alt.Chart(part)
    if "x2" in part:
        return chart.mark_bar(height=9, color=colour(token)).encode(x2="x2:Q")
    if sizes is None:
        return chart.mark_tick(orient="vertical", size=15, thickness=2, opacity=1, color=colour(token))
    domain = [int(drawn["n"].min()), max(int(drawn["n"].max()), int(drawn["n"].min()) + 1)]
    area = alt.Size("n:Q", legend=None, scale=alt.Scale(domain=domain, range=list(sizes)))
    return chart.mark_circle(color=colour(token), opacity=1, stroke=colour("paper"), strokeWidth=0.7).encode(size=area)


def _rounds(frame: pd.DataFrame, sizes: tuple[float, float]) -> pd.DataFrame:
    """Pixels by which the largest circle of a row is higher than a dot, as `up` and `down`."""
    part = (frame["n"] - frame["n"].min()) / max(frame["n"].max() - frame["n"].min(), 1)
    beyond = ((sizes[0] + part * (sizes[1] - sizes[0])) / math.pi) ** 0.5 - 6
    up = beyond.groupby(frame["text"]).max().clip(lower=0)
    return pd.DataFrame({"up": up, "down": up})
