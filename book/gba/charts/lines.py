"""Lines over years: gaps stay open, breaks too and are marked, weak figures are hollow or dashed."""

from collections.abc import Iterable

import altair as alt
import numpy as np
import pandas as pd

from gba.charts.palette import colour
from gba.charts.theme import place_colours
from gba.data.load import breaks


def segments(frame: pd.DataFrame, by: str = "place", x: str = "year", dataset: str | list[str] | None = None, step: int = 1) -> pd.DataFrame:
    """Number the unbroken stretches of each series, so that a line is drawn through a stretch and never over a gap.

    A stretch ends where neighbouring points lie more than `step` apart, and at every break that data/breaks.csv
    notes for `dataset` (matched on indicator and place, `*` meaning any).

    Parameters
    ----------
    frame : one row a point, with the columns `by`, `x` and, to look up breaks, `place` and `indicator`
    step : distance in units of `x` that still counts as connected

    Returns
    -------
    DataFrame sorted by `by` and `x`, with three more columns: `segment` (text, unique over the series), `broken` (True
    for the first point after a noted break) and `alone` (True for a stretch of one point, which a line could not show)

    >>> points = pd.DataFrame({"place": "a", "year": [1, 2, 5], "value": [1, 2, 3]})
    >>> list(segments(points)["segment"])
    ['a 0', 'a 0', 'a 1']
    """
    frame = frame.sort_values([by, x]).reset_index(drop=True)
    broken = pd.Series(False, index=frame.index)
    for name in [dataset] if isinstance(dataset, str) else dataset or []:
        broken |= _after_break(frame, by, x, name)
    start = broken | (frame.groupby(by)[x].diff().fillna(0) > step)
    number = start.groupby(frame[by]).cumsum().astype(int)
    frame = frame.assign(segment=frame[by].astype(str) + " " + number.astype(str), broken=broken)
    return frame.assign(alone=frame.groupby("segment")[x].transform("size") == 1)


def _after_break(frame: pd.DataFrame, by: str, x: str, dataset: str) -> pd.Series:
    previous = frame.groupby(by)[x].shift()
    hit = pd.Series(False, index=frame.index)
    for _, row in breaks(dataset).iterrows():
        same = (frame["place"] == row["place"]) | (row["place"] == "*")
        if "indicator" in frame:
            same &= (frame["indicator"] == row["indicator"]) | (row["indicator"] == "*")
        hit |= same & (previous <= int(row["last_before"][:4])) & (frame[x] >= int(row["first_after"][:4]))
    return hit.fillna(False)


def lines(
    frame: pd.DataFrame,
    *,
    y: str = "value",
    y_title: str,
    by: str = "place",
    label: str = "name",
    dataset: str | list[str] | None = None,
    log: bool = False,
    y_format: str = ",~f",
    step: int = 1,
    dashed: str | None = None,
    tooltip: Iterable[str] = (),
    label_room: int = 6,
    label_dy: dict[str, float] | None = None,
    colours: alt.Scale | None = None,
    x_domain: tuple[int, int] | None = None,
    y_domain: tuple[float, float] | None = None,
    thin: Iterable[str] = (),
    under: Iterable[alt.Chart] = (),
) -> alt.LayerChart:
    """Lines over years with a name at the end of each; gaps stay open, breaks too and are marked, rows that stand aside are hollow points.

    Parameters
    ----------
    frame : one row a point: `year`, `y`, `by`, `label`, and `status` if some points stand aside; an empty label leaves a series unnamed
    by : the column that tells the series apart and colours them
    dashed : a column that is True at points on a weaker footing (interpolated, another base): lines to and from them are
        dashed, and they are no hollow points
    thin : series drawn with a thin line, for a second definition or a second source
    under : layers that lie under the lines, such as a shaded band
    label_room : pixels kept free at the right, beyond the names, for which the chart makes room itself
    label_dy : nudge of single names in pixels, by series, where two would collide
    log : a logarithmic axis; the subtitle of the figure has to say so
    """
    frame = _pieces(segments(frame, by=by, dataset=dataset, step=step), by, dashed)
    frame = frame.assign(year=frame["year"].astype(int), **{y: [float(f"{value:.6g}") for value in frame[y]]})
    keys = list(dict.fromkeys(frame[by]))
    x_scale = alt.Scale(nice=False, zero=False, **({"domain": list(x_domain)} if x_domain else {}))
    y_scale = alt.Scale(**({"type": "log"} if log else {}), **({"domain": list(y_domain), "nice": False} if y_domain else {}))
    ticks = {"values": _log_ticks(frame[y])} if log else {"tickCount": 5}
    encoding = {
        "x": alt.X("year:Q", title=None, axis=alt.Axis(format="d", tickCount=5, labelOverlap="greedy"), scale=x_scale),
        "y": alt.Y(f"{y}:Q", title=y_title, scale=y_scale, axis=alt.Axis(format=y_format, **ticks)),
    }
    coloured = {**encoding, "color": alt.Color(f"{by}:N", scale=colours or place_colours(keys), legend=None)}
    layers = list(under)
    marks = _break_marks(frame, by, y, log)
    if marks is not None:
        layers.append(marks.encode(**encoding))
    is_thin = frame[by].isin(thin)
    for rows, stroke in ((frame[~is_thin], 2.2), (frame[is_thin], 1.3)):
        if len(rows):
            layers.append(alt.Chart(rows).mark_line(strokeWidth=stroke).encode(**coloured, detail=alt.Detail("piece:N"), **_dashes(rows)))
    aside = (frame["status"] == "aside") & ~frame["dashes"] if "status" in frame else pd.Series(False, index=frame.index)
    # Layers of no rows are left out: Vega warns of scales without an extent.
    hollow = {"filled": False, "fill": colour("paper"), "size": 30, "strokeWidth": 1.5}
    for points, mark in ((frame[aside], hollow), (frame[~aside & frame["alone"]], {"size": 34})):
        if len(points):
            layers.append(alt.Chart(points).mark_point(**mark).encode(**coloured))
    # Transparent targets: a fingertip is wider than a line.
    tips = [alt.Tooltip(f"{label}:N", title=" "), alt.Tooltip("year:Q", format="d"), alt.Tooltip(f"{y}:Q", title=y_title or " ", format=",.4~r"), *tooltip]
    layers.append(alt.Chart(frame).mark_square(size=144, color="transparent", strokeWidth=0).encode(**encoding, tooltip=tips))
    ends = frame.loc[frame.groupby(by)["year"].idxmax()]
    ends = ends[ends[label].astype(bool)]
    if len(ends):
        ends = ends.assign(nudge=ends[by].map(label_dy or {}).fillna(0))
        mark = {"align": "left", "dx": 7, "dy": {"expr": "datum.nudge"}, "fontWeight": "bold", "lineBreak": "\n"}
        layers.append(
            alt.Chart(ends).mark_text(**mark).encode(x=alt.X("year:Q"), y=alt.Y(f"{y}:Q"), text=alt.Text(f"{label}:N"), color=alt.Color(f"{by}:N", legend=None))
        )
    return alt.layer(*layers, padding={"left": 5, "top": 24, "right": label_room, "bottom": 5})


def _log_ticks(values: pd.Series) -> list[float]:
    """Powers of ten; where the values go on to five times the last, a tick there, so that none of them stands above all ticks by more than that.

    >>> _log_ticks(pd.Series([2, 60])), _log_ticks(pd.Series([2, 30]))
    ([1.0, 10.0, 50.0], [1.0, 10.0])
    """
    low, high = (int(np.floor(np.log10(end))) for end in (values.min(), values.max()))
    ticks = [float(f"1e{power}") for power in range(low, high + 1)]
    return [*ticks, 5 * ticks[-1]] if values.max() >= 5 * ticks[-1] else ticks


def _dashes(frame: pd.DataFrame) -> dict:
    """The encoding that makes dashed pieces dashed, if there are any."""
    if not frame["dashes"].any():
        return {}
    return {"strokeDash": alt.StrokeDash("dashes:N", scale=alt.Scale(domain=[False, True], range=[[1, 0], [2, 4]]), legend=None)}


def _pieces(frame: pd.DataFrame, by: str, dashed: str | None) -> pd.DataFrame:
    """Cut the stretches of each series where a line becomes dashed or solid: adds `piece` and `dashes`; the point in between is in both pieces."""
    if dashed is None:
        return frame.assign(piece=frame["segment"], dashes=False)
    weak = frame[dashed].astype(bool)
    follows = frame["segment"] == frame["segment"].shift()
    # The link from the point before to this one is dashed when one of the two is weak; the first point of a stretch goes with its link to the second.
    link = (weak | (weak.shift(fill_value=False) & follows)).astype(bool)
    first = ~follows & (frame["segment"] == frame["segment"].shift(-1))
    link = link.where(~first, link.shift(-1, fill_value=False))
    starts = follows & (link != link.shift())
    number = starts.groupby(frame["segment"]).cumsum()
    drawn = frame.assign(piece=frame["segment"] + "." + number.astype(str), dashes=link)
    # Where a piece starts, its line has to come from the point before.
    joints = drawn.loc[drawn.index[starts] - 1].assign(piece=drawn.loc[starts, "piece"].to_numpy(), dashes=link[starts].to_numpy(), broken=False)
    return pd.concat([drawn, joints]).sort_values([by, "year"], kind="stable").reset_index(drop=True)


def _break_marks(frame: pd.DataFrame, by: str, y: str, log: bool) -> alt.Chart | None:
    """A light stroke half way between the two points of every break (not of a mere gap)."""
    frame = frame.drop_duplicates([by, "year"])
    before = frame.groupby(by)[["year", y]].shift()
    # The middle of a long gap is no place for a mark: there the open line says enough.
    at = frame["broken"] & (frame["year"] - before["year"] <= 3)
    if not at.any():
        return None
    middle = np.sqrt(frame[y] * before[y]) if log else (frame[y] + before[y]) / 2
    marks = pd.DataFrame({"year": ((frame["year"] + before["year"]) / 2)[at], y: middle[at]})
    return alt.Chart(marks).mark_point(shape="stroke", angle=115, size=110, strokeWidth=1.6, filled=False, color=colour("rule"))


def remark(x: float, y: float, text: str, *, dx: float = 0, dy: float = 0, align: str = "left", token: str = "muted", size: int = 12) -> alt.Chart:
    """A layer of one short text at a point of a chart over years, such as what a break is; "\n" starts a new line.

    Parameters
    ----------
    x, y : where, in units of the axes
    dx, dy : shift in pixels, right and down
    align : left, center, right: which side of the text stands at the point
    """
    here = alt.Chart(pd.DataFrame({"year": [x], "at": [y], "remark": [text]}))
    mark = {"align": align, "dx": dx, "dy": dy, "fontSize": size, "color": colour(token), "lineBreak": "\n"}
    return here.mark_text(**mark).encode(x=alt.X("year:Q"), y=alt.Y("at:Q"), text=alt.Text("remark:N"))


def level(y: float, text: str = "", *, x: float | None = None, dy: float = -7, align: str = "left") -> alt.LayerChart:
    """A layer with a horizontal line at `y`, named `text` over the year `x`."""
    line = alt.Chart(pd.DataFrame({"at": [y]})).mark_rule(color=colour("rule"), strokeWidth=1).encode(y=alt.Y("at:Q"))
    return line + remark(x, y, text, dy=dy, align=align) if text else alt.layer(line)
