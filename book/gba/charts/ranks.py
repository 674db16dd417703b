"""Ranks over the editions of a list: the first place on top, a band of ranks as a bar, names that do not collide at the end."""

import math

import altair as alt
import pandas as pd

from gba.charts.lines import segments
from gba.charts.palette import colour, rim
from gba.charts.theme import place_colours
from gba.charts.units import _plane, _sized


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
    """
    frame = frame[frame["value_upper"].notna()]
    exact, bands = frame[frame["value"] == frame["value_upper"]], frame[frame["value"] < frame["value_upper"]]
    x = alt.X(
        "year:Q",
        title=None,
        scale=alt.Scale(nice=False, zero=False, padding=4),
        axis=alt.Axis(format="d", labelOverlap="greedy", **({"values": x_values} if x_values else {"tickCount": 5})),
    )
    y = alt.Y("value:Q", title="rank", scale=alt.Scale(type="log", domain=list(y_domain), nice=False), axis=alt.Axis(values=y_values, format="d"))
    shade = alt.Color("place:N", scale=place_colours(frame["place"]), legend=None)
    tips = [alt.Tooltip("label:N", title=" "), alt.Tooltip("year:Q", format="d", title="edition"), alt.Tooltip("value:Q", title="rank")]
    drawn = segments(exact, by="series", dataset=dataset)
    layers = []
    if (~drawn["alone"]).any():
        lines = drawn.loc[~drawn["alone"], ["year", "place", "label", "value", "segment"]]
        layers.append(alt.Chart(lines).mark_line(strokeWidth=1.7).encode(x=x, y=y, color=shade, detail=alt.Detail("segment:N"), tooltip=tips))
    if drawn["alone"].any():
        layers.append(alt.Chart(drawn.loc[drawn["alone"], ["year", "place", "label", "value"]]).mark_point(size=24).encode(x=x, y=y, color=shade, tooltip=tips))
    if len(bands):
        tips[-1:] = [alt.Tooltip("value:Q", title="rank from"), alt.Tooltip("value_upper:Q", title="to")]
        layers.append(
            alt.Chart(bands[["year", "place", "label", "value", "value_upper"]])
            .mark_rule(strokeWidth=4)
            .encode(x=x, y=y, y2=alt.Y2("value_upper:Q"), color=shade, tooltip=tips)
        )
    # Names move in pixels, on a scale of their own.
    return alt.layer(alt.layer(*layers), _end_names(frame, x, shade, height, y_domain)).resolve_scale(y="independent")


def _end_names(frame: pd.DataFrame, x: alt.X, shade: alt.Color, height: int, y_domain: tuple[float, float]) -> alt.Chart:
    ends = frame.loc[frame.groupby("series")["year"].idxmax()].copy()
    worst, best = (math.log(end) for end in y_domain)
    middle = (ends["value"] * ends["value_upper"]) ** 0.5
    ends["pixel"] = [(math.log(value) - best) / (worst - best) * height for value in middle]
    ends = ends.sort_values(["pixel", "label"])
    ends["pixel"] = spread_out(list(ends["pixel"]), 13.5, 0, height)
    place = alt.Y("pixel:Q", scale=alt.Scale(domain=[height, 0], nice=False), axis=None)
    last = int(ends["year"].max())
    names = alt.Chart(ends.assign(year=last)[["year", "place", "label", "pixel"]])
    return names.mark_text(align="left", dx=9, fontWeight="bold", fontSize=11.5).encode(x=x, y=place, text=alt.Text("label:N"), color=shade)


def bumps(frame: pd.DataFrame, width: int, *, tokens: dict[str, str], steps: dict[int, str], dataset: str | None = None, pitch: int = 44) -> alt.LayerChart:
    """Ranks of a few rivals by edition: the rank in a disc, a line between editions that follow each other and are made by one method.

    Parameters
    ----------
    frame : one row a rank: `year`, `place`, `indicator`, `series`, `label`, `value` (from 1), `status` (aside: a hollow disc), and `side`
        (optional: left, right or above, where the name stands at this rank besides; empty for none). The last rank has its name at the right.
    tokens : palette token of each series
    steps : first edition of a new method, with what changed: a dashed line before it
    """
    frame = segments(frame, by="series", dataset=dataset)
    room = 112 if width > 500 else 104
    first, last, worst = frame["year"].min(), frame["year"].max(), frame["value"].max()
    # The newest edition is the one that matters: counted back from it.
    years = list(range(int(last), int(first) - 1, -1 if width > 500 else -2))[::-1]
    x = alt.X("year:Q", title=None, scale=alt.Scale(domain=[first - 0.3, last + 0.3], nice=False), axis=alt.Axis(format="d", values=years))
    y = alt.Y("value:Q", axis=None, scale=alt.Scale(domain=[worst + 0.5, 0.4], nice=False))
    shade = alt.Color("series:N", scale=alt.Scale(domain=list(tokens), range=[colour(token) for token in tokens.values()]), legend=None)
    change = alt.Chart(pd.DataFrame({"year": [year - 0.5 for year in steps], "what": list(steps.values()), "value": 0.4}))
    layers = [change.mark_rule(color=colour("rule"), strokeDash=[3, 3]).encode(x=x)]
    layers.append(
        change.mark_text(align="center", baseline="bottom", dy=-4, lineBreak="\n", fontSize=11, color=colour("muted")).encode(
            x=x, y=alt.YValue(-14), text=alt.Text("what:N")
        )
    )
    joined = frame[~frame["alone"]]
    if len(joined):
        layers.append(
            alt.Chart(joined[["year", "series", "value", "segment"]]).mark_line(strokeWidth=2.4).encode(x=x, y=y, color=shade, detail=alt.Detail("segment:N"))
        )
    tips = [alt.Tooltip("label:N", title=" "), alt.Tooltip("year:Q", format="d", title="edition"), alt.Tooltip("value:Q", title="rank")]
    for aside, ink, style in ((False, "paper", {}), (True, "ink", {"filled": False, "fill": colour("paper"), "strokeWidth": 1.6})):
        part = frame.loc[(frame["status"] == "aside") == aside, ["year", "series", "label", "value"]]
        if len(part):
            base = alt.Chart(part)
            layers.append(base.mark_point(size=330 if width > 500 else 230, **style).encode(x=x, y=y, color=shade, tooltip=tips))
            layers.append(base.mark_text(baseline="middle", fontWeight="bold", fontSize=12, color=colour(ink)).encode(x=x, y=y, text=alt.Text("value:Q")))
    layers += _names_beside(frame, x, y, shade, 13 if width > 500 else 11)
    ends = frame.loc[frame.groupby("series")["year"].idxmax(), ["year", "series", "label", "value"]]
    layers.append(
        alt.Chart(ends)
        .mark_text(align="left", baseline="middle", dx=14, fontWeight="bold", lineBreak="\n")
        .encode(x=x, y=y, text=alt.Text("label:N"), color=shade)
    )
    return alt.layer(*layers, width=width - 10 - room, height=float(pitch * worst), padding={"left": 5, "top": 44, "right": 5, "bottom": 5})


def _names_beside(frame: pd.DataFrame, x: alt.X, y: alt.Y, shade: alt.Color, away: int) -> list[alt.Chart]:
    """The names of series at ranks whose `side` says where: a line that ends at a change of method is told by its colour alone otherwise."""
    layers = []
    for side, place in (("left", {"align": "right", "dx": -away}), ("right", {"align": "left", "dx": away}), ("above", {"dy": -away - 4})):
        named = frame.loc[frame["side"] == side, ["year", "series", "label", "value"]] if "side" in frame else frame.iloc[:0]
        if len(named):
            base, style = alt.Chart(named).encode(x=x, y=y, text=alt.Text("label:N")), {"baseline": "middle", "fontWeight": "bold", "fontSize": 11.5, **place}
            layers += [base.mark_text(**style, **rim()), base.mark_text(**style).encode(color=shade)]
    return layers


def runs(frame: pd.DataFrame, *, group: str = "row", y: str = "value") -> pd.DataFrame:
    """Neighbouring years of one row with one value as one run: `start`, `end` (both count) and the value.

    >>> runs(pd.DataFrame({"row": "a", "year": [1, 2, 3, 5], "value": [4, 4, 5, 5]}))[["start", "end", "value"]].values.tolist()
    [[1, 2, 4], [3, 3, 5], [5, 5, 5]]
    """
    frame = frame.sort_values([group, "year"], kind="stable")
    new = (frame[group] != frame[group].shift()) | (frame[y] != frame[y].shift()) | (frame["year"] != frame["year"].shift() + 1)
    return (
        frame.assign(run=new.cumsum())
        .groupby("run")
        .agg(**{group: (group, "first"), "start": ("year", "min"), "end": ("year", "max"), y: (y, "first")})
        .reset_index(drop=True)
    )


def run_boxes(
    frame: pd.DataFrame, width: int, *, rows: dict[str, str], fills: dict[int, tuple[str, str]], x_domain: tuple[int, int], high: int = 27
) -> alt.LayerChart:
    """Runs of years as boxes with their number; a row without runs is a heading; years that no box covers have no figure.

    Parameters
    ----------
    frame : rows of `runs`
    rows : keys of `row` in drawing order with their names
    fills : by number: palette token of the box, and of the number in it
    """
    left = 92 if width > 500 else 74
    step = (width - 10 - left) / (x_domain[1] - x_domain[0] + 1)
    at = frame["row"].map(list(rows).index) * high
    drawn = frame.assign(
        x=(left + (frame["start"] - x_domain[0]) * step + 1).round(1),
        x2=(left + (frame["end"] + 1 - x_domain[0]) * step - 1).round(1),
        y=at + 2.0,
        y2=at + high - 2.0,
    )
    x, y = _plane(width, high * len(rows))
    layers = []
    for number, part in drawn.groupby("value"):
        box, ink = fills[int(number)]
        tips = [alt.Tooltip("start:Q", title="from", format="d"), alt.Tooltip("end:Q", title="to", format="d"), alt.Tooltip("value:Q", title="number")]
        layers.append(
            alt.Chart(part[["x", "x2", "y", "y2", "start", "end", "value"]])
            .mark_rect(color=colour(box), cornerRadius=2)
            .encode(x=x, x2=alt.X2("x2:Q"), y=y, y2=alt.Y2("y2:Q"), tooltip=tips)
        )
        middle = part.assign(x=(part["x"] + part["x2"]) / 2, y=part["y"] + high / 2 - 2)[["x", "y", "value"]]
        layers.append(alt.Chart(middle).mark_text(baseline="middle", fontWeight="bold", color=colour(ink)).encode(x=x, y=y, text=alt.Text("value:Q")))
    for heading in (True, False):
        names = [(4.0 * (not heading), n * high + high / 2, name) for n, (key, name) in enumerate(rows.items()) if (key not in set(frame["row"])) == heading]
        if names:
            words = alt.Chart(pd.DataFrame(names, columns=["x", "y", "name"]))
            layers.append(
                words.mark_text(align="left", baseline="middle", fontWeight="bold" if heading else "normal", color=colour("ink")).encode(
                    x=x, y=y, text=alt.Text("name:N")
                )
            )
    years = [(left + (year - x_domain[0] + 0.5) * step, str(year) if width > 500 else f"’{year % 100:02d}") for year in range(x_domain[0], x_domain[1] + 1)]
    layers.append(
        alt.Chart(pd.DataFrame(years, columns=["x", "year"]))
        .mark_text(baseline="bottom", color=colour("muted"))
        .encode(x=x, y=alt.YValue(-4), text=alt.Text("year:N"))
    )
    # A row stands under the heading before it.
    heads = pd.Series({key: name for key, name in rows.items() if key not in set(frame["row"])}).reindex(list(rows)).ffill()
    titles = {"start": "From", "end": "To", "value": "Number"}
    named = frame[list(titles)].rename(columns=titles)
    named = pd.concat([frame["row"].map(heads).rename("Group"), frame["row"].map(rows).rename("Row"), named], axis=1)
    return _sized(layers, width, high * len(rows), 26, named)
