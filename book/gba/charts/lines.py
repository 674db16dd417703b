"""Lines over years, months and days: gaps stay open, breaks too and are marked, weak figures are hollow or dashed."""

import math
from collections.abc import Iterable, Iterator, Mapping

import altair as alt
import numpy as np
import pandas as pd

from gba.charts.dates import begins, ends
from gba.charts.layout import beside, only, point
from gba.charts.palette import colour, rim
from gba.charts.theme import place_colours
from gba.data.load import breaks


def segments(frame: pd.DataFrame, by: str = "place", x: str = "year", dataset: str | list[str] | None = None, step: float = 1) -> pd.DataFrame:
    """Number the unbroken stretches of each series, so that a line is drawn through a stretch and never over a gap.

    A stretch ends where neighbouring points lie more than `step` apart, and at every break that data/breaks.csv
    notes for `dataset` (matched on indicator and place, `*` meaning any). Two measures are never one line: it ends where the
    column `indicator` changes too, and at breaks of territory or definition even if no dataset is named.

    Parameters
    ----------
    frame : one row a point, with the columns `by`, `x` and, to look up breaks, `place`, `indicator`, and `period` where `x` is finer than a year
    step : distance in units of `x` that still counts as connected

    Returns
    -------
    DataFrame sorted by `by` and `x`, with three more columns: `segment` (text, unique over the series), `broken` (True
    for the first point after a noted break) and `alone` (True for a stretch of one point, which a line could not show)

    >>> points = pd.DataFrame({"place": "a", "year": [1, 2, 5], "value": [1, 2, 3]})
    >>> list(segments(points)["segment"])
    ['a 0', 'a 0', 'a 1']
    """
    frame = frame.sort_values([by, x], kind="stable").reset_index(drop=True)
    broken = pd.Series(False, index=frame.index)
    named, noted = [dataset] if isinstance(dataset, str) else dataset or [], breaks()
    if "indicator" in frame:
        broken |= frame["indicator"] != frame.groupby(by)["indicator"].shift().fillna(frame["indicator"])
        other = noted["kind"].isin(["territory", "definition"]) & noted["indicator"].isin(frame["indicator"])
        broken |= _after_break(frame, by, x, noted[other & ~noted["dataset"].isin(named)])
    broken |= _after_break(frame, by, x, noted[noted["dataset"].isin(named)])
    start = broken | (frame.groupby(by)[x].diff().fillna(0) > step)
    number = start.groupby(frame[by]).cumsum().astype(int)
    frame = frame.assign(segment=frame[by].astype(str) + " " + number.astype(str), broken=broken)
    return frame.assign(alone=frame.groupby("segment")[x].transform("size") == 1)


def _after_break(frame: pd.DataFrame, by: str, x: str, noted: pd.DataFrame) -> pd.Series:
    """Whether a point is the first of its series that lies after one of the breaks."""
    if noted.empty:
        return pd.Series(False, index=frame.index)
    until = frame["year"].add(1.0) if x == "year" else frame["period"].map(ends)
    hit = pd.Series(False, index=frame.index)
    for column in ("place", "indicator"):
        # Most breaks concern no series here; each costs a few milliseconds.
        noted = noted[noted[column].isin([*frame[column].unique(), "*"])] if column in frame else noted
    for row in noted.itertuples():
        same = (frame["place"] == row.place) | (row.place == "*")
        if "indicator" in frame:
            same &= (frame["indicator"] == row.indicator) | (row.indicator == "*")
        # A period lies after the break unless it is over by then; the last one before it never does, whether it is told as a day or as its year.
        after = until > max(begins(row.first_after), ends(row.last_before))
        hit |= same & after & ~after.groupby(frame[by]).shift(fill_value=True)
    return hit


def break_marks(frame: pd.DataFrame, by: str, x: str, y: str, *, log: bool = False) -> list[alt.Chart]:
    """A light stroke half way between the two points of every break (not of a mere gap) in rows of `segments`, `x` in years; no layer if there is none."""
    frame = frame.drop_duplicates([by, x])
    before = frame.groupby(by)[[x, y]].shift()
    # The middle of a long gap is no place for a mark: there the open line says enough.
    at = frame["broken"] & (frame[x] - before[x] <= 3)
    if not at.any():
        return []
    middle = np.sqrt(frame[y] * before[y]) if log else (frame[y] + before[y]) / 2
    marks = pd.DataFrame({x: ((frame[x] + before[x]) / 2)[at].round(3), y: middle[at]})
    return [alt.Chart(marks).mark_point(shape="stroke", angle=115, size=110, strokeWidth=1.6, filled=False, color=colour("rule"))]


def lines(
    frame: pd.DataFrame,
    *,
    y: str = "value",
    y_title: str,
    x: str = "year",
    by: str = "place",
    label: str = "name",
    dataset: str | list[str] | None = None,
    step: int = 1,
    log: bool = False,
    x_domain: tuple[float, float] | None = None,
    y_domain: tuple[float, float] | None = None,
    x_ticks: int = 5,
    y_values: list[float] | None = None,
    y_format: str = ",~f",
    colours: alt.Scale | None = None,
    thin: Iterable[str] = (),
    dashed: str | Iterable[str] = (),
    points: bool = False,
    tips: bool = True,
    label_dy: Mapping[str, float] | None = None,
    under: Iterable[alt.Chart] = (),
) -> alt.LayerChart:
    """Lines over years, months or editions with a name at the end of each; gaps stay open, breaks too and are marked, rows that stand aside are hollow points.

    Parameters
    ----------
    frame : one row a point: `year`, `y`, `by`, `label`, and `status` if some points stand aside; an empty label leaves a series unnamed
    x : `year`, or `moment`, which with `months` and `period` stands in the rows of `gba.charts.dated`
    by : the column that tells the series apart and colours them
    dataset : whose breaks in data/breaks.csv cut the lines
    step : years between neighbours that a line joins, or months (6 for half-yearly editions); anything further apart stays open
    log : a logarithmic axis; the subtitle of the figure has to say so
    y_domain : from the bottom to the top of the axis; turned round (40, 1) for ranks
    thin : series drawn with a thin line, for a second definition or a second source
    dashed : a column that is True at points on a weaker footing (interpolated, another base): lines to and from them are
        dashed, and they are no hollow points; or the series that are dashed, where two in one colour cross
    points : whether every point of series that are not thin is marked, or only those that no line joins
    tips : whether the points tell their figures
    label_dy : nudge of single names in pixels, by series, where two would collide
    under : layers that lie under the lines, such as a shaded band
    """
    _needs(frame, x, *(["months"] if x == "moment" else []), y, by, label)
    frame = segments(frame, by=by, x="months" if x == "moment" else x, dataset=dataset, step=step)
    weak = isinstance(dashed, str)
    frame = _pieces(frame, by, dashed) if weak else frame.assign(piece=frame["segment"], dashes=frame[by].isin(list(dashed)))
    frame = frame.assign(**{x: frame[x].astype(int) if x == "year" else frame[x].round(3), y: [float(f"{value:.6g}") for value in frame[y]]})
    frame = only(frame, x, "period", by, label, y, "status", "segment", "piece", "broken", "alone", "dashes")
    values = y_values or (_log_ticks(frame[y]) if log else None)
    at = {
        "x": _time(x, x_domain, tickCount=x_ticks, tickMinStep=1),
        "y": _height(y, y_title, y_format, y_domain, log=log, **({"values": values} if values else {"tickCount": 5})),
    }
    tone, slight = alt.Color(f"{by}:N", scale=colours or place_colours(frame[by]), legend=None), frame[by].isin(list(thin))
    layers = [*under, *(marks.encode(**at) for marks in break_marks(frame, by, x, y, log=log))]
    layers += [line.encode(**at, color=tone) for line in _joined(frame, slight, [2, 4] if weak else [4, 3])]
    aside = (frame["status"] == "aside") & ~(frame["dashes"] & weak) if "status" in frame else frame["alone"] & False
    hollow = {"filled": False, "fill": colour("paper"), "size": 31, "strokeWidth": 1.5}
    # Layers of no rows are left out: Vega warns of scales without an extent.
    for part, mark in ((frame[(frame["alone"] | (points & ~slight)) & ~aside], {"size": 32}), (frame[aside], hollow)):
        layers += [alt.Chart(part).mark_point(**mark).encode(**at, color=tone)] if len(part) else []
    if tips:
        # Transparent targets: a fingertip is wider than a line.
        when = alt.Tooltip("year:Q", format="d") if x == "year" else alt.Tooltip("period:N")
        told = [alt.Tooltip(f"{label}:N", title=" "), when, alt.Tooltip(f"{y}:Q", title=y_title or "value", format=",.4~r")]
        layers.append(alt.Chart(frame).mark_square(size=144, color="transparent", strokeWidth=0).encode(**at, tooltip=told))
    last = frame.loc[frame.groupby(by)[x].idxmax()]
    last = last[last[label].astype(bool)].assign(nudge=lambda rows: rows[by].map(label_dy or {}).fillna(0))
    if len(last):
        names = alt.Chart(last).mark_text(align="left", dx=7, dy={"expr": "datum.nudge"}, fontWeight="bold", lineBreak="\n")
        layers.append(names.encode(**at, color=tone, text=alt.Text(f"{label}:N")))
    return alt.layer(*layers, padding={"left": 5, "top": 5, "right": 6, "bottom": 5})


def _joined(frame: pd.DataFrame, slight: pd.Series, dash: list[int]) -> Iterator[alt.Chart]:
    """The pieces as lines: a chart for each look."""
    for (thin, dashes), rows in frame[~frame["alone"]].groupby([slight, "dashes"]):
        look = {"strokeWidth": 1.3 if thin else 2.2, **({"strokeDash": dash} if dashes else {})}
        yield alt.Chart(rows).mark_line(**look).encode(detail=alt.Detail("piece:N"))


def stages(
    frame: pd.DataFrame,
    *,
    y_title: str,
    x_domain: tuple[float, float],
    y_domain: tuple[float, float],
    dataset: str | list[str] | None = None,
    labels: Mapping[tuple[str, str], str | tuple[str, str]] | None = None,
) -> alt.LayerChart:
    """Readings at exact dates as points; a line joins those of one place, that is: of one scope, and nothing else.

    Parameters
    ----------
    frame : rows of `gba.charts.dated`: `moment`, `period`, `value`, `place` (its colour), `name`, `status` (aside: another scope, a hollow point)
    dataset : whose breaks in data/breaks.csv cut the lines
    labels : by (place, period) where the words stand (left, right, above, below), or where and what, with {name} and {value}
    """
    said = [(labels or {}).get(key, ("", "")) for key in zip(frame["place"], frame["period"], strict=True)]
    said = [(spot, "{name} {value:,.0f}") if isinstance(spot, str) else spot for spot in said]
    told = [words.format(name=name, value=value) for (_, words), name, value in zip(said, frame["name"], frame["value"], strict=True)]
    hollow = frame["status"] == "aside"
    series = frame["place"].where(~hollow, frame["place"] + " " + frame["period"])
    frame = frame.assign(hollow=hollow, series=series, told=told, side=[side for side, _ in said])
    frame = only(frame, "moment", "period", "value", "place", "indicator", "name", "series", "hollow", "told", "side")
    frame = segments(frame.assign(moment=frame["moment"].round(3)), by="series", x="moment", step=math.inf, dataset=dataset)
    # The years of the axis end with the last reading's: what lies beyond is room for words, not time.
    years = list(range(math.ceil(x_domain[0]), math.ceil(frame["moment"].max()) + 1))
    place = {"x": _time("moment", x_domain, values=years, labelSeparation=6), "y": _height("value", y_title, ",~f", y_domain, tickCount=5)}
    tips = [alt.Tooltip("name:N", title=" "), alt.Tooltip("period:N"), alt.Tooltip("value:Q", title=y_title or "value", format=",.5~r")]
    layers = [marks.encode(**place) for marks in break_marks(frame, "series", "moment", "value")]
    for owner, part in frame.groupby("place", sort=False):
        joined = part[~part["alone"]]
        if len(joined):
            layers.append(alt.Chart(joined).mark_line(color=colour(owner)).encode(**place, detail=alt.Detail("segment:N")))
        for hollow, points in part.groupby("hollow"):
            layers.append(alt.Chart(points).mark_point(**point(owner, "circle", not hollow, 48)).encode(**place, tooltip=tips))
        layers += [words.encode(**place) for words in beside(part, "told", away=(8, 13), edge=True, ink=owner, fontWeight="bold")]
    return alt.layer(*layers, padding={"left": 5, "top": 8, "right": 8, "bottom": 5})


def _time(x: str, domain: tuple[float, float] | None, **axis) -> alt.X:
    scale = alt.Scale(nice=False, zero=False, **({"domain": list(domain)} if domain else {}))
    return alt.X(f"{x}:Q", title=None, axis=alt.Axis(format="d", labelOverlap="greedy", **axis), scale=scale)


def _height(y: str, title: str, form: str, domain: tuple[float, float] | None, *, log: bool = False, **axis) -> alt.Y:
    ends = {"domain": list(domain), "nice": False, **({} if log else {"zero": False})} if domain else {}
    return alt.Y(f"{y}:Q", title=title, scale=alt.Scale(**({"type": "log"} if log else {}), **ends), axis=alt.Axis(format=form, **axis))


def _needs(frame: pd.DataFrame, *columns: str) -> None:
    """Refuse a frame that lacks a column, and say what adds the columns that no dataset has.

    >>> _needs(pd.DataFrame({"year": [2019]}), "year", "name")
    Traceback (most recent call last):
    LookupError: the chart needs a column 'name', the frame has year; gba.charts.named(frame) adds `name`
    """
    missing = next((column for column in columns if column not in frame), None)
    adds = {"name": "gba.charts.named(frame) adds `name`", **dict.fromkeys(("moment", "months"), "gba.charts.dated(frame) adds `moment` and `months`")}
    if missing is not None:
        todo = adds.get(missing, "name another column, or rename one")
        raise LookupError(f"the chart needs a column {missing!r}, the frame has {', '.join(map(str, frame))}; {todo}")


def _log_ticks(values: pd.Series) -> list[float]:
    """Powers of ten; where the values go on to five times the last, a tick there, so that none of them stands above all ticks by more than that.

    >>> _log_ticks(pd.Series([2, 60])), _log_ticks(pd.Series([2, 30]))
    ([1.0, 10.0, 50.0], [1.0, 10.0])
    """
    low, high = (int(np.floor(np.log10(end))) for end in (values.min(), values.max()))
    ticks = [float(f"1e{power}") for power in range(low, high + 1)]
    return [*ticks, 5 * ticks[-1]] if values.max() >= 5 * ticks[-1] else ticks


def _pieces(frame: pd.DataFrame, by: str, dashed: str) -> pd.DataFrame:
    """Cut the stretches of each series where a line becomes dashed or solid: adds `piece` and `dashes`; the point in between is in both pieces."""
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


# ---- words and levels on the axes of these charts -----------------------------------------------------------------


def remark(x: float, y: float, text: str, *, dx: float = 0, dy: float = 0, align: str = "left", token: str = "muted") -> alt.LayerChart:
    """One short text at a point of a chart over years or moments, such as what a break is; "\n" starts a new line.

    Parameters
    ----------
    x, y : where, in units of the axes
    dx, dy : shift in pixels, right and down
    align : left, center, right: which side of the text stands at the point
    """
    here = alt.Chart(pd.DataFrame({"year": [x], "at": [y], "text": [text]})).encode(x=alt.X("year:Q"), y=alt.Y("at:Q"), text=alt.Text("text:N"))
    look = {"align": align, "dx": dx, "dy": dy, "fontSize": 12, "lineBreak": "\n"}
    return alt.layer(here.mark_text(**look, **rim()), here.mark_text(**look, color=colour(token)))


def level(y: float, text: str = "", *, x: float | None = None) -> alt.LayerChart:
    """A layer with a horizontal line at `y`, named `text` over the year `x`."""
    line = alt.Chart(pd.DataFrame({"at": [y]})).mark_rule(color=colour("rule"), strokeWidth=1).encode(y=alt.Y("at:Q"))
    return line + remark(x, y, text, dy=-10) if text else alt.layer(line)


# ---- figures of spans and of single dates, which no line joins ----------------------------------------------------


def pins(frame: pd.DataFrame, *, token: str, x_domain: tuple[float, float], y_domain: tuple[float, float]) -> alt.LayerChart:
    """Single counts over months: a point on a stem from nothing, and no line from one to the next.

    Parameters
    ----------
    frame : rows of `dated` with `value` and `told`, the text at the point (may be empty), and `nudge`, pixels by which it stands to the right (optional)
    """
    frame = frame.assign(moment=frame["moment"].round(3), floor=y_domain[0], nudge=frame.get("nudge", 0))
    x = alt.X("moment:Q", title=None, scale=alt.Scale(domain=list(x_domain), nice=False), axis=alt.Axis(format="d", tickCount=4, tickMinStep=1))
    y = alt.Y("value:Q", title=None, scale=alt.Scale(domain=list(y_domain), nice=False), axis=alt.Axis(tickCount=4, format=",~f"))
    base = alt.Chart(frame)
    stems = base.mark_rule(color=colour(token), strokeWidth=1.4).encode(x=x, y=alt.Y("floor:Q", title=None), y2=alt.Y2("value:Q"))
    heads = base.mark_point(color=colour(token), size=55).encode(x=x, y=y, tooltip=[alt.Tooltip("period:N"), alt.Tooltip("value:Q", title=" ", format=",.4~r")])
    words = alt.Chart(frame[frame["told"].astype(bool)]).mark_text(dx={"expr": "datum.nudge"}, dy=-11, fontSize=11.5, color=colour("ink"))
    return alt.layer(heads, stems, words.encode(x=x, y=y, text=alt.Text("told:N")))
