"""Charts in the book's one style: theme, lines with gaps and breaks, and the figure that carries title, alt text and sources."""

import os
from collections.abc import Callable, Iterable

import altair as alt
import pandas as pd

from . import island
from .data import breaks, places, sources
from .palette import colour

#: Widths in pixels at which the HTML book draws a figure: the text column, and a phone.
WIDE, NARROW = 700, 350


@alt.theme.register("gba", enable=True)
def theme() -> alt.theme.ThemeConfig:
    """The look shared by all charts: quiet axes, palette colours, no frame, a transparent ground."""
    muted, ink, grid, rule = (colour(token) for token in ("muted", "ink", "grid", "rule"))
    text = {"labelColor": muted, "titleColor": muted, "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal"}
    return {
        "config": {
            "background": None,
            "font": "sans-serif",
            "view": {"stroke": None},
            "axis": {**text, "gridColor": grid, "domainColor": rule, "tickColor": rule, "labelPadding": 5, "labelFlush": False},
            "axisY": {"domain": False, "ticks": False, "titleAngle": 0, "titleAlign": "left", "titleAnchor": "end", "titleX": 0, "titleY": -8, "titleBaseline": "bottom"},
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


def segments(frame: pd.DataFrame, by: str = "place", x: str = "year", dataset: str | None = None, step: int = 1) -> pd.DataFrame:
    """Number the unbroken stretches of each series, so that a line is drawn through a stretch and never over a gap.

    A stretch ends where neighbouring points lie more than `step` apart, and at every break that data/breaks.csv
    notes for `dataset` (matched on indicator and place, `*` meaning any).

    Parameters
    ----------
    frame : one row a point, with the columns `by`, `x` and, to look up breaks, `place` and `indicator`
    step : distance in units of `x` that still counts as connected

    Returns
    -------
    DataFrame sorted by `by` and `x`, with two more columns: `segment` (text, unique over the series) and
    `alone` (True for a stretch of one point, which a line could not show)

    >>> points = pd.DataFrame({"place": "a", "year": [1, 2, 5], "value": [1, 2, 3]})
    >>> list(segments(points)["segment"])
    ['a 0', 'a 0', 'a 1']
    """
    frame = frame.sort_values([by, x]).reset_index(drop=True)
    start = frame.groupby(by)[x].diff().fillna(0) > step
    if dataset is not None:
        start |= _after_break(frame, by, x, dataset)
    number = start.groupby(frame[by]).cumsum().astype(int)
    frame = frame.assign(segment=frame[by].astype(str) + " " + number.astype(str))
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
    dataset: str | None = None,
    log: bool = False,
    y_format: str = ",",
    step: int = 1,
    tooltip: Iterable[str] = (),
    label_room: int = 84,
    label_dy: dict[str, float] | None = None,
    colours: alt.Scale | None = None,
) -> alt.LayerChart:
    """Lines over years with a name at the end of each; gaps and breaks stay open, rows that stand aside are hollow points.

    Parameters
    ----------
    frame : one row a point: `year`, `y`, `by`, `label`, and `status` if some points stand aside
    by : the column that tells the series apart and colours them
    label_room : pixels kept free at the right for the names
    label_dy : nudge of single names in pixels, by series, where two would collide
    log : a logarithmic axis; the subtitle of the figure has to say so
    """
    frame = segments(frame, by=by, dataset=dataset, step=step)
    keys = list(dict.fromkeys(frame[by]))
    encoding = {
        "x": alt.X("year:Q", title=None, axis=alt.Axis(format="d", tickCount=5, labelOverlap="greedy"), scale=alt.Scale(nice=False)),
        "y": alt.Y(f"{y}:Q", title=y_title, scale=alt.Scale(type="log") if log else alt.Scale(), axis=alt.Axis(format=y_format, tickCount=5)),
        "color": alt.Color(f"{by}:N", scale=colours or place_colours(keys), legend=None),
        "tooltip": [alt.Tooltip(f"{label}:N", title=" "), alt.Tooltip("year:Q", format="d"), alt.Tooltip(f"{y}:Q", title=y_title, format=y_format), *tooltip],
    }
    base = alt.Chart(frame).encode(**encoding)
    layers = [base.mark_line().encode(detail="segment:N")]
    aside = frame["status"] == "aside" if "status" in frame else pd.Series(False, index=frame.index)
    # Layers of no rows are left out: Vega warns of scales without an extent.
    for points, mark in ((frame[aside], {"filled": False, "fill": colour("paper"), "size": 30, "strokeWidth": 1.5}), (frame[~aside & frame["alone"]], {"size": 34})):
        if len(points):
            layers.append(alt.Chart(points).mark_point(**mark).encode(**encoding))
    # Transparent targets: a fingertip is wider than a line.
    layers.append(base.mark_point(size=160, opacity=0))
    ends = frame.loc[frame.groupby(by)["year"].idxmax()]
    for key, end in ends.groupby(by):
        mark = {"align": "left", "dx": 7, "dy": (label_dy or {}).get(key, 0), "fontWeight": "bold"}
        layers.append(alt.Chart(end).mark_text(**mark).encode(x="year:Q", y=f"{y}:Q", text=f"{label}:N", color=alt.Color(f"{by}:N", legend=None)))
    return alt.layer(*layers).properties(padding={"left": 5, "top": 24, "right": label_room, "bottom": 5})


class Figure:
    """A chart with what a reader needs to trust it; displays as an Altair chart in notebooks and as an island in the HTML book."""

    def __init__(self, draw: Callable[[int], alt.TopLevelMixin], name: str, title: str, subtitle: str, alt_text: str, keys: list[str], note: str):
        self.draw, self.name, self.title, self.subtitle, self.alt, self.sources, self.note = draw, name, title, subtitle, alt_text, keys, note

    def chart(self, width: int = WIDE) -> alt.TopLevelMixin:
        """The Altair chart at a width in pixels, with its title, subtitle and alt text."""
        chart = self.draw(width)
        head = alt.TitleParams(text=self.title, subtitle=[self.subtitle])
        return chart.properties(title=head, description=self.alt)

    def spec(self, width: int = WIDE) -> dict:
        """The Vega-Lite specification at a width in pixels; columns that nothing draws are left out of its data."""
        return island.without_unused_columns(self.chart(width).to_dict(), keep=("source",))

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
    keys = sorted({key.strip() for frame in frames for cell in frame["source"].dropna() for key in cell.split(";")})
    unknown = [key for key in keys if key not in sources().index]
    if unknown or not keys:
        raise ValueError(f"figure {name}: sources {unknown or 'none'}; every row needs a key of data/sources.csv")
    return Figure(chart if callable(chart) and not isinstance(chart, alt.TopLevelMixin) else _fitted(chart), name, title, subtitle, alt_text, keys, note)


def _fitted(chart: alt.TopLevelMixin) -> Callable[[int], alt.TopLevelMixin]:
    """Fit a chart of one view to the width, its axes and label room included."""
    return lambda width: chart.properties(width=width, height=300 if width > 500 else 280, autosize=alt.AutoSizeParams(type="fit", contains="padding"))
