"""The look that all charts share: theme, colours of places."""

from collections.abc import Iterable

import altair as alt
import pandas as pd

from gba.charts.palette import colour
from gba.charts.rows import plain_rows
from gba.data.load import places

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
