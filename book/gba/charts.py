"""Charts in the book's one style: theme, lines with gaps and breaks, and the figure that carries title, alt text and sources."""

import os
import textwrap
from collections import Counter
from collections.abc import Callable, Iterable

import altair as alt
import numpy as np
import pandas as pd
from altair.utils.schemapi import debug_mode

from . import island
from .data import breaks, places, sources
from .island import WIDE
from .lean import plain_rows, with_properties
from .palette import colour

alt.data_transformers.register("gba", plain_rows)


@alt.theme.register("gba", enable=True)
def theme() -> alt.theme.ThemeConfig:
    """The look shared by all charts: quiet axes, palette colours, no frame, a transparent ground."""
    muted, ink, grid, rule = (colour(token) for token in ("muted", "ink", "grid", "rule"))
    text = {"labelColor": muted, "titleColor": muted, "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal"}
    return {
        "config": {
            "background": "transparent",
            "font": "sans-serif",
            "view": {"stroke": None},
            "axis": {**text, "gridColor": grid, "domainColor": rule, "tickColor": rule, "labelPadding": 5, "labelFlush": False},
            "axisY": {
                "domain": False,
                "ticks": False,
                "titleAngle": 0,
                "titleAlign": "left",
                "titleAnchor": "end",
                "titleX": 0,
                "titleY": -8,
                "titleBaseline": "bottom",
            },
            "axisX": {"grid": False},
            "legend": {**text, "orient": "top", "direction": "horizontal", "titleOrient": "left", "offset": 4, "symbolStrokeWidth": 2},
            "header": {"labelColor": ink, "labelFontSize": 13, "labelFontWeight": "bold", "titleColor": muted, "titleFontWeight": "normal"},
            "title": {"anchor": "start", "color": ink, "subtitleColor": muted, "fontSize": 16, "subtitleFontSize": 13, "subtitlePadding": 6, "offset": 14},
            "text": {"fontSize": 12, "color": ink},
            "line": {"strokeWidth": 2.2, "strokeJoin": "round", "strokeCap": "round"},
            "rule": {"color": rule},
            "point": {"size": 36, "filled": True, "opacity": 1},
            "bar": {"opacity": 1},
            "area": {"opacity": 0.9},
        }
    }


def place_colours(keys: Iterable[str]) -> alt.Scale:
    """A colour scale that gives each place its one colour, whatever the chart.

    >>> place_colours(["hong_kong"]).to_dict()
    {'domain': ['hong_kong'], 'range': ['#a3195b']}
    """
    keys = list(dict.fromkeys(keys))
    return alt.Scale(domain=keys, range=[colour(key) for key in keys])


def named(frame: pd.DataFrame, column: str = "place") -> pd.DataFrame:
    """Add `name`, the English name of the place in `column`, as it stands in places.csv."""
    return frame.assign(name=frame[column].map(places()["name_en"]))


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


def spans(frame: pd.DataFrame, width: int, *, x_domain: tuple[int, int], colours: dict[str, str], pitch: int = 33) -> alt.TopLevelMixin:
    """Spans of years as bars on one time axis, each under its own line of words; a single year is a diamond.

    Parameters
    ----------
    frame : one row a bar, in drawing order: `start` and `end` (years, end inclusive), `text`, `group`, `aside` (True: hollow);
        a row without `start` is a heading
    colours : palette token of each group
    pitch : pixels from row to row
    """
    frame = frame.assign(row=range(len(frame)))
    high = pitch * len(frame)
    axis = alt.Axis(format="d", tickCount=5 if width < 500 else 8, grid=True, orient="top")
    x = alt.X("start:Q", title=None, scale=alt.Scale(domain=list(x_domain), nice=False), axis=axis)
    y = alt.Y("row:Q", title=None, axis=None, scale=alt.Scale(domain=[len(frame) - 0.2, -0.6], nice=False))
    # On a wide column the words end far from their mark: a dotted line leads to it.
    led = frame[frame["start"] - x_domain[0] > 0.02 * (x_domain[1] - x_domain[0])][["start", "row"]].rename(columns={"start": "end"}).assign(start=x_domain[0])
    guides = alt.Chart(led).mark_rule(color=colour("rule"), strokeDash=[1, 4]).encode(x=x, x2=alt.X2("end:Q"), y=y)
    layers = [guides] if len(led) else []
    for (group, hollow), part in frame[frame["start"].notna()].groupby(["group", "aside"]):
        stroke = colour(colours[group])
        style = {"fill": colour("paper") if hollow else stroke, "stroke": stroke, "strokeWidth": 1.5}
        long, short = part[part["end"] > part["start"]], part[part["end"] == part["start"]]
        if len(long):
            layers.append(alt.Chart(long).mark_bar(height=7, **style).encode(x=x, x2=alt.X2("end:Q"), y=y))
        if len(short):
            layers.append(alt.Chart(short).mark_point(shape="diamond", size=90, filled=True, opacity=1, **style).encode(x=x, y=y))
    heads = frame["start"].isna()
    for part, mark in ((frame[~heads], {"fontSize": 12, "dy": -13}), (frame[heads], {"fontSize": 13, "fontWeight": "bold", "dy": -2})):
        if part.empty:
            continue
        layers.append(alt.Chart(part).mark_text(align="left", color=colour("ink"), **mark).encode(x=alt.XValue(0), y=y, text=alt.Text("text:N")))
    return fit(alt.layer(*layers), width, high + 40)


def timeline(frame: pd.DataFrame, width: int, *, lanes: dict[str, tuple[str, str]]) -> alt.TopLevelMixin:
    """Events one below the other in the order of their dates, each a dot in its lane, with year and words beside it; each lane has its name over it.

    Parameters
    ----------
    frame : one row an event: `year` (text), `lane`, `text`, in drawing order
    lanes : name and palette token of each lane, from left to right
    """
    pitch, line, left = (24, 15, 44) if width > 500 else (17, 14, 38)
    words = left + pitch * len(lanes)
    room = int((width - words - 8) / (6.1 if width > 500 else 5.9))  # characters of 12 pixels' height
    wrapped = [textwrap.wrap(text, room) for text in frame["text"]]
    heights = pd.Series([line * len(lines) + 7 for lines in wrapped])
    drawn = pd.DataFrame(
        {
            "y": heights.cumsum() - heights + line / 2,
            "x": [left + pitch * list(lanes).index(lane) + 4 for lane in frame["lane"]],
            "lane": frame["lane"].to_numpy(),
            "text": ["\n".join(lines) for lines in wrapped],
            "shown": frame["year"].where(frame["year"] != frame["year"].shift(), "").to_numpy(),
        }
    )
    place = {
        "x": alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, width - 10], nice=False)),
        "y": alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[heights.sum(), 0], nice=False)),
    }
    colours = alt.Scale(domain=list(lanes), range=[colour(token) for _, token in lanes.values()])
    rails = pd.DataFrame({"x": [left + pitch * n + 4 for n in range(len(lanes))], "lane": list(lanes), "lane_name": [name for name, _ in lanes.values()]})
    heads = alt.Chart(rails).encode(x=place["x"], y=alt.YValue(-10))
    rails = alt.Chart(rails[["x"]]).mark_rule(color=colour("grid"), strokeWidth=1.5).encode(x=place["x"])
    base = alt.Chart(drawn).encode(**place)
    dots = base.mark_point(size=80, filled=True, opacity=1).encode(color=alt.Color("lane:N", scale=colours, legend=None))
    written = base.mark_text(align="left", baseline="top", dy=-6, lineBreak="\n", color=colour("ink")).encode(x=alt.XValue(words), text=alt.Text("text:N"))
    first = alt.Chart(drawn[drawn["shown"] != ""])
    years = first.mark_text(align="left", fontWeight="bold", color=colour("muted")).encode(x=alt.XValue(0), y=place["y"], text=alt.Text("shown:N"))
    # Slanted: lanes stand closer together than their names are long.
    marked = heads.mark_point(size=60, filled=True, opacity=1).encode(color=alt.Color("lane:N", scale=colours, legend=None))
    named = heads.mark_text(align="left", baseline="middle", angle=315, dx=9, fontSize=12 if width > 500 else 11, color=colour("ink"))
    named = named.encode(text=alt.Text("lane_name:N"))
    size = {"width": width - 10, "height": float(heights.sum()), "padding": 5}
    return alt.layer(rails, marked, named, dots, written, years, **size)


def fit(chart: alt.TopLevelMixin, width: int, height: int | None = None) -> alt.TopLevelMixin:
    """A chart of one view in a width, its axes and label room included; its height is the house's unless given."""
    room = alt.AutoSizeParams(type="fit", contains="padding")
    return with_properties(chart, width=width, height=height or (300 if width > 500 else 280), autosize=room)


def panels(parts: list[tuple[str, alt.TopLevelMixin]], width: int, *, height: int = 220, axis_room: int = 40, label_room: int = 70) -> alt.TopLevelMixin:
    """Charts of `lines` side by side, each under its heading; on a phone one below the other.

    Parameters
    ----------
    parts : (heading, chart)
    axis_room, label_room : pixels that the axis at the left and the names at the right of a panel take
    """
    across = len(parts) if width > 500 else 1
    plot = (width - 10 - 22 * (across - 1)) / across - axis_room - label_room
    drawn = [panel(heading, chart, plot, height) for heading, chart in parts]
    joined = alt.hconcat(*drawn, spacing=22) if across > 1 else alt.vconcat(*drawn, spacing=18)
    return with_properties(joined, padding=5).resolve_scale(color="independent", strokeDash="independent")


def panel(heading: str, chart: alt.TopLevelMixin, width: float, height: int, offset: int = 14) -> alt.TopLevelMixin:
    """A chart as one part of a drawing, under its heading."""
    head = alt.TitleParams(text=heading.split("\n"), fontSize=13, anchor="start", frame="group", offset=offset)
    # Padding belongs to a whole drawing, not to its parts.
    return with_properties(chart, width=width, height=height, title=head, padding=alt.Undefined)


class Figure:
    """A chart with what a reader needs to trust it; displays as an Altair chart in notebooks and as an island in the HTML book."""

    def __init__(
        self,
        draw: Callable[[int], alt.TopLevelMixin],
        name: str,
        title: str,
        subtitle: str,
        alt_text: str,
        keys: list[str],
        rows: list[pd.DataFrame],
        note: str,
    ):
        self.draw, self.name, self.title, self.subtitle, self.alt = draw, name, title, subtitle, alt_text
        self.sources, self.rows, self.note = keys, rows, note

    def chart(self, width: int = WIDE) -> alt.TopLevelMixin:
        """The Altair chart at a width in pixels, with its title, subtitle and alt text."""
        head = alt.TitleParams(text=self.title, subtitle=[self.subtitle])
        return with_properties(self.draw(width), title=head, description=self.alt)

    def spec(self, width: int = WIDE) -> dict:
        """The Vega-Lite specification at a width in pixels; columns that nothing draws are left out of its data."""
        # Altair checks each part against its schema as it is made; the tests check the whole, so a build need not.
        with debug_mode(False), alt.data_transformers.enable("gba"):
            return island.without_unused_columns(self.chart(width).to_dict(validate=False), keep=("source",))

    def _repr_mimebundle_(self, include=None, exclude=None):
        if os.environ.get("GBA_RENDER") == "book":
            return {"text/html": island.markup(self), "text/plain": self.title}
        credit = "Source: " + "; ".join(dict.fromkeys(sources().loc[self.sources, "publisher"]))
        chart = self.chart()
        chart.title.subtitle = [self.subtitle, credit]
        return chart._repr_mimebundle_(include, exclude)


def figure(chart, *, name: str, title: str, subtitle: str, alt_text: str, rows, note: str = "") -> Figure:
    """Make a figure of a chart.

    Parameters
    ----------
    chart : an Altair chart of one view (it is fitted to the column), or a function of the width in pixels that
        returns a chart of any make; the book calls it with 700 (column) and 350 (phone)
    name : the figure's id, unique in the book, in lower case with hyphens; links to it read ``[](#name)``
    title : the finding, as a sentence
    subtitle : measure, unit, places; says so when an axis is logarithmic
    alt_text : what a reader who cannot see the chart should know of it: its kind and what it shows
    rows : the ledger's rows behind it, a DataFrame or several, each with a `source` column
    note : a caveat that belongs right under the chart

    Raises
    ------
    ValueError : when a text is missing, or when a row cites a source that data/sources.csv does not know
    """
    for what, text in {"name": name, "title": title, "subtitle": subtitle, "alt_text": alt_text}.items():
        if not str(text).strip():
            raise ValueError(f"figure {name or '?'}: {what} is empty; every figure needs a name, a title, a subtitle and an alt text")
    frames = [rows] if isinstance(rows, pd.DataFrame) else list(rows)
    # Whoever gave most of the figures is named first.
    cited = Counter(key.strip() for frame in frames for cell in frame["source"].dropna() for key in cell.split(";"))
    keys = sorted(cited, key=lambda key: (-cited[key], key))
    unknown = [key for key in keys if key not in sources().index]
    if unknown or not keys:
        raise ValueError(f"figure {name}: sources {unknown or 'none'}; every row needs a key of data/sources.csv")
    draw = chart if callable(chart) and not isinstance(chart, alt.TopLevelMixin) else _fitted(chart)
    return Figure(draw, name, title, subtitle, alt_text, keys, frames, note)


def _fitted(chart: alt.TopLevelMixin) -> Callable[[int], alt.TopLevelMixin]:
    """Fit a chart of one view to the width, its axes and label room included."""
    return lambda width: fit(chart, width)
