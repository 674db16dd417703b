"""Ranks over the editions of a list: the first place on top, a band of ranks as a bar, names that do not collide at the end."""

import math

import altair as alt
import pandas as pd

from .charts import place_colours, segments


def spread_out(heights: list[float], least: float, low: float, high: float) -> list[float]:
    """Moves heights, given in ascending order, as little down and up as it takes to have them `least` apart between `low` and `high`.

    >>> spread_out([10, 12, 40], 10, 0, 100)
    [10, 20, 40]
    >>> spread_out([10, 95, 99], 10, 0, 100)
    [10, 90, 100]
    """
    moved: list[float] = []
    for height in heights:
        moved.append(max(height, moved[-1] + least if moved else low))
    ceiling = high
    for n in range(len(moved) - 1, -1, -1):
        moved[n] = min(moved[n], ceiling)
        ceiling = moved[n] - least
    return moved


def editions(frame: pd.DataFrame, *, height: int, y_domain: tuple[float, float], y_values: list[int], dataset: str | None = None, x_values: list[int] | None = None) -> alt.LayerChart:
    """Ranks by edition on a logarithmic scale; lines join neighbouring editions that give a rank, never bands or breaks.

    Parameters
    ----------
    frame : one row a rank: `year`, `place` (colour), `series`, `label` (name at the end), `value` and `value_upper` (the two ends of a
        band; missing where a band is open, which is not drawn), and `indicator` to look up breaks
    height : pixels of the plot, which the names at the end are spread over
    y_domain : from the worst to the best rank of the axis
    """
    frame = frame[frame["value_upper"].notna()]
    exact, bands = frame[frame["value"] == frame["value_upper"]], frame[frame["value"] < frame["value_upper"]]
    x = alt.X("year:Q", title=None, scale=alt.Scale(nice=False, zero=False, padding=4), axis=alt.Axis(format="d", labelOverlap="greedy", **({"values": x_values} if x_values else {"tickCount": 5})))
    y = alt.Y("value:Q", title="rank", scale=alt.Scale(type="log", domain=list(y_domain), nice=False), axis=alt.Axis(values=y_values, format="d"))
    shade = alt.Color("place:N", scale=place_colours(frame["place"]), legend=None)
    tips = [alt.Tooltip("label:N", title=" "), alt.Tooltip("year:Q", format="d", title="edition"), alt.Tooltip("told:N", title="rank")]
    columns = ["year", "place", "label", "value", "told"]
    drawn = segments(exact, by="series", dataset=dataset).assign(told=lambda rows: rows["value"].map("{:.0f}".format))
    layers = []
    if (~drawn["alone"]).any():
        layers.append(alt.Chart(drawn.loc[~drawn["alone"], [*columns, "segment"]]).mark_line(strokeWidth=1.7).encode(x=x, y=y, color=shade, detail="segment:N"))
    layers.append(alt.Chart(drawn[columns]).mark_point(size=22).encode(x=x, y=y, color=shade, tooltip=tips))
    if len(bands):
        bands = bands.assign(told=[f"{low:.0f}-{high:.0f}" for low, high in zip(bands["value"], bands["value_upper"], strict=True)])
        layers.append(alt.Chart(bands[[*columns, "value_upper"]]).mark_rule(strokeWidth=4).encode(x=x, y=y, y2="value_upper:Q", color=shade, tooltip=tips))
    return alt.layer(*layers, _end_names(frame, x, shade, height, y_domain))


def _end_names(frame: pd.DataFrame, x: alt.X, shade: alt.Color, height: int, y_domain: tuple[float, float]) -> alt.Chart:
    ends = frame.loc[frame.groupby("series")["year"].idxmax()].copy()
    worst, best = (math.log(end) for end in y_domain)
    middle = (ends["value"] * ends["value_upper"]) ** 0.5
    ends["pixel"] = [(math.log(value) - best) / (worst - best) * height for value in middle]
    ends = ends.sort_values(["pixel", "label"])
    ends["pixel"] = spread_out(list(ends["pixel"]), 13.5, 0, height)
    place = alt.Y("pixel:Q", scale=alt.Scale(domain=[height, 0], nice=False), axis=None)
    # A second scale, in pixels: names move on it without leaving the ranks' own scale.
    last = int(ends["year"].max())
    names = alt.Chart(ends.assign(year=last)[["year", "place", "label", "pixel"]])
    return names.mark_text(align="left", dx=9, fontWeight="bold", fontSize=11.5).encode(x=x, y=place, text="label:N", color=shade)
