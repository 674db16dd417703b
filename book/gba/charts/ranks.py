"""Ranks over the editions of a list: the first place on top, a band of ranks as a bar, names that do not collide at the end."""

import math

import altair as alt
import pandas as pd

from gba.charts.layout import PHONE, beside, only, spread
from gba.charts.lines import break_marks, segments
from gba.charts.palette import colour
from gba.charts.theme import place_colours


def editions(
    frame: pd.DataFrame, *, height: int, y_domain: tuple[float, float], y_values: list[int], dataset: str | None = None, x_values: list[int] | None = None
) -> alt.LayerChart:
    """Ranks by edition on a logarithmic scale; lines join neighbouring editions that give a rank, never bands or breaks.

    Parameters
    ----------
    frame : one row a rank: `year`, `place` (colour), `series`, `label` (name at the end), `value` and `value_upper` (the two ends of a
        band; missing where a band is open, which is not drawn), and `indicator` to look up breaks
    height : pixels of the plot, which the names at the end are spread over
    y_domain : from the worst to the best rank of the axis
    dataset : whose breaks in data/breaks.csv cut the lines
    """
    frame = only(frame, "year", "place", "indicator", "series", "label", "value", "value_upper")
    frame = frame[frame["value_upper"].notna()]
    exact, bands = frame[frame["value"] == frame["value_upper"]], frame[frame["value"] < frame["value_upper"]]
    axis = alt.Axis(format="d", labelOverlap="greedy", **({"values": x_values} if x_values else {"tickCount": 5}))
    x = alt.X("year:Q", title=None, scale=alt.Scale(nice=False, zero=False, padding=4), axis=axis)
    y = alt.Y("value:Q", title="rank", scale=alt.Scale(type="log", domain=list(y_domain), nice=False), axis=alt.Axis(values=y_values, format="d"))
    look = {"x": x, "y": y, "color": alt.Color("place:N", scale=place_colours(frame["place"]), legend=None)}
    tips = [alt.Tooltip("label:N", title=" "), alt.Tooltip("year:Q", format="d", title="edition"), alt.Tooltip("value:Q", title="rank")]
    drawn = segments(exact, by="series", dataset=dataset)
    layers = [marks.encode(x=x, y=y) for marks in break_marks(drawn, "series", "year", "value", log=True)]
    if (~drawn["alone"]).any():
        layers.append(alt.Chart(drawn[~drawn["alone"]]).mark_line(strokeWidth=1.7).encode(**look, detail=alt.Detail("segment:N"), tooltip=tips))
    if drawn["alone"].any():
        layers.append(alt.Chart(drawn[drawn["alone"]]).mark_point(size=24).encode(**look, tooltip=tips))
    if len(bands):
        tips[-1:] = [alt.Tooltip("value:Q", title="rank from"), alt.Tooltip("value_upper:Q", title="to")]
        layers.append(alt.Chart(bands).mark_rule(strokeWidth=4).encode(**look, y2=alt.Y2("value_upper:Q"), tooltip=tips))
    # Names move in pixels, on a scale of their own.
    return alt.layer(alt.layer(*layers), _end_names(frame, look, height, y_domain)).resolve_scale(y="independent")


def _end_names(frame: pd.DataFrame, look: dict, height: int, y_domain: tuple[float, float]) -> alt.Chart:
    ends = frame.loc[frame.groupby("series")["year"].idxmax()]
    worst, best = (math.log(end) for end in y_domain)
    middle = (ends["value"] * ends["value_upper"]) ** 0.5
    ends = ends.assign(pixel=[(math.log(value) - best) / (worst - best) * height for value in middle], year=ends["year"].max()).sort_values(["pixel", "label"])
    ends["pixel"] = spread(list(ends["pixel"]), 13.5, 0, height)
    place = alt.Y("pixel:Q", scale=alt.Scale(domain=[height, 0], nice=False), axis=None)
    names = alt.Chart(ends).mark_text(align="left", dx=9, fontWeight="bold", fontSize=11.5)
    return names.encode(**{**look, "y": place}, text=alt.Text("label:N"))


def bumps(frame: pd.DataFrame, width: int, *, tokens: dict[str, str], steps: dict[int, str], dataset: str | None = None) -> alt.LayerChart:
    """Ranks of a few rivals by edition: the rank in a disc, a line between editions that follow each other and are made by one method.

    Parameters
    ----------
    frame : one row a rank: `year`, `place`, `indicator`, `series`, `label`, `value` (from 1), `status` (aside: a hollow disc), and `side`
        (optional: left, right or above, where the name stands at this rank besides, in the column; empty for none). The last rank has its name at the right.
    tokens : palette token of each series
    steps : first edition of a new method, with what changed: a dashed line before it
    dataset : whose breaks in data/breaks.csv cut the lines; those at no step are marked by strokes
    """
    frame = only(frame, "year", "place", "indicator", "series", "label", "value", "status", "side")
    frame = segments(frame, by="series", dataset=dataset)
    wide = width > PHONE
    first, last, worst = frame["year"].min(), frame["year"].max(), frame["value"].max()
    # The newest edition is the one that matters: counted back from it.
    years = list(range(int(last), int(first) - 1, -1 if wide else -2))[::-1]
    x = alt.X("year:Q", title=None, scale=alt.Scale(domain=[first - 0.3, last + 0.3], nice=False), axis=alt.Axis(format="d", values=years))
    place = {"x": x, "y": alt.Y("value:Q", axis=None, scale=alt.Scale(domain=[worst + 0.5, 0.4], nice=False))}
    shade = alt.Color("series:N", scale=alt.Scale(domain=list(tokens), range=[colour(token) for token in tokens.values()]), legend=None)
    between = frame.assign(broken=frame["broken"] & ~frame["year"].isin(steps))
    change = alt.Chart(pd.DataFrame({"year": [year - 0.5 for year in steps], "what": list(steps.values())})).encode(x=x)
    what = change.mark_text(align="center", baseline="bottom", dy=-4, lineBreak="\n", fontSize=11, color=colour("muted"))
    layers = [change.mark_rule(color=colour("rule"), strokeDash=[3, 3]), what.encode(y=alt.YValue(-14), text=alt.Text("what:N"))]
    layers += [marks.encode(**place) for marks in break_marks(between, "series", "year", "value")]
    joined = frame[~frame["alone"]]
    if len(joined):
        layers.append(alt.Chart(joined).mark_line(strokeWidth=2.4).encode(**place, color=shade, detail=alt.Detail("segment:N")))
    tips = [alt.Tooltip("label:N", title=" "), alt.Tooltip("year:Q", format="d", title="edition"), alt.Tooltip("value:Q", title="rank")]
    for aside, ink, style in ((False, "paper", {}), (True, "ink", {"filled": False, "fill": colour("paper"), "strokeWidth": 1.6})):
        part = frame[(frame["status"] == "aside") == aside]
        if len(part):
            base = alt.Chart(part).encode(**place)
            layers.append(base.mark_point(size=330 if wide else 230, **style).encode(color=shade, tooltip=tips))
            layers.append(base.mark_text(baseline="middle", fontWeight="bold", color=colour(ink)).encode(text=alt.Text("value:Q")))
    for series, part in frame.assign(side=frame.get("side", "") if wide else "").groupby("series", sort=False):
        # A line that ends at a change of method is told by its colour alone otherwise; a phone has no room between the discs.
        layers += [words.encode(**place) for words in beside(part, "label", away=(13, 17), edge=True, ink=tokens[series], fontWeight="bold")]
    ends = frame.loc[frame.groupby("series")["year"].idxmax()]
    names = alt.Chart(ends).mark_text(align="left", baseline="middle", dx=14, fontWeight="bold", lineBreak="\n")
    layers.append(names.encode(**place, text=alt.Text("label:N"), color=shade))
    room = 112 if wide else 104
    return alt.layer(*layers, width=width - 10 - room, height=float(44 * worst), padding={"left": 5, "top": 5, "right": 5, "bottom": 5})
