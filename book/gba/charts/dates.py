"""Charts on a finer time axis than years: months, editions, and averages over spans of days."""

import altair as alt
import pandas as pd

from gba.charts.layout import panel
from gba.charts.lines import segments
from gba.charts.palette import colour, rim
from gba.charts.theme import place_colours


def begins(period: str) -> float:
    """Where a period (year, month or day) begins, in years.

    >>> begins("2014"), begins("2014-07"), begins("2014-07-01")
    (2014.0, 2014.5, 2014.5)
    """
    year, month, day = ([int(part) for part in period.split("-")] + [1, 1])[:3]
    return round(year + (month - 1 + (day - 1) / 31) / 12, 4)


def ends(period: str) -> float:
    """Where a period (year, month or day) ends, in years.

    >>> ends("2014"), ends("2014-06")
    (2015.0, 2014.5)
    """
    return round(begins(period) + {4: 1, 7: 1 / 12, 10: 1 / 365}[len(period)], 4)


def dated(frame: pd.DataFrame, at: str = "end") -> pd.DataFrame:
    """Add `moment`, the end (or with "begin", the begin) of `period` in years, and `months`, the period's month counted through.

    >>> dated(pd.DataFrame({"period": ["2000-02"]}), "begin")[["moment", "months"]].iloc[0].round(3).tolist()
    [2000.083, 24001.0]
    """
    where = {"end": ends, "begin": begins}[at]
    months = [int(period[:4]) * 12 + int(period[5:7] or 1) - 1 for period in frame["period"]]
    return frame.assign(moment=frame["period"].map(where), months=months)


def dated_lines(
    frame: pd.DataFrame,
    *,
    y: str = "value",
    y_title: str,
    by: str = "place",
    label: str = "name",
    step: int = 1,
    points: bool = False,
    thin: tuple[str, ...] = (),
    dashed: tuple[str, ...] = (),
    y_format: str = ",~f",
    y_domain: tuple[float, float] | None = None,
    x_domain: tuple[float, float] | None = None,
    y_values: list[float] | None = None,
    label_dy: dict[str, float] | None = None,
    under: tuple[alt.Chart, ...] = (),
    label_room: int = 6,
    x_ticks: int = 6,
    tips: bool = True,
) -> alt.LayerChart:
    """Lines over months or editions: a line joins neighbours at most `step` months apart, anything further apart stays open.

    Parameters
    ----------
    frame : rows of `dated`: `moment`, `months`, `period`, `y`, `by`, `label`, and `status` if some points stand aside (hollow)
    step : months between neighbours (1 for months, 6 for half-yearly editions)
    points : whether every point is marked, or only those that no line joins
    thin : series that are drawn thin
    dashed : those of them that are dashed, where two in one colour cross
    y_domain : from the bottom to the top of the axis; turned round (40, 1) for ranks
    label_room : pixels kept free at the right, beyond the names
    tips : whether the marked points tell their figures
    """
    frame = segments(frame, by=by, x="months", step=step)
    frame = frame.assign(**{y: [float(f"{value:.6g}") for value in frame[y]]}, moment=frame["moment"].round(3))
    aside = frame["status"].eq("aside") if "status" in frame else frame["alone"] & False
    shown = frame["alone"] | (points & ~frame[by].isin(thin))
    line, mark_columns = [["moment", y, by, "segment"], list(dict.fromkeys(["moment", y, by, label, "period"]))]
    x_scale = alt.Scale(nice=False, zero=False, **({"domain": list(x_domain)} if x_domain else {}))
    y_scale = alt.Scale(**({"domain": list(y_domain), "nice": False, "zero": False} if y_domain else {}))
    ticks = {"values": y_values} if y_values else {"tickCount": 5}
    place = {
        # Named year:Q, so that gba.remark and gba.level can be laid over it.
        "x": alt.X("moment:Q", title=None, axis=alt.Axis(format="d", tickCount=x_ticks, tickMinStep=1, labelOverlap="greedy"), scale=x_scale),
        "y": alt.Y(f"{y}:Q", title=y_title, scale=y_scale, axis=alt.Axis(format=y_format, **ticks)),
        "color": alt.Color(f"{by}:N", scale=place_colours(frame[by]), legend=None),
    }
    layers = [*under]
    slight, broken = frame[by].isin(thin), frame[by].isin(dashed)
    looks = ((~slight, {"strokeWidth": 2.2}), (slight & ~broken, {"strokeWidth": 1.2}), (slight & broken, {"strokeWidth": 1.4, "strokeDash": [4, 3]}))
    for chosen, look in looks:
        group = frame[chosen & ~frame["alone"]]
        if len(group):
            layers.append(alt.Chart(group[line]).mark_line(**look).encode(**place, detail=alt.Detail("segment:N")))
    told = {"tooltip": [alt.Tooltip(f"{label}:N", title=" "), alt.Tooltip("period:N"), alt.Tooltip(f"{y}:Q", title=y_title or " ")]} if tips else {}
    for rows, mark in ((frame[shown & ~aside], {"size": 30}), (frame[aside], {"filled": False, "fill": colour("paper"), "size": 32, "strokeWidth": 1.5})):
        if len(rows):
            layers.append(alt.Chart(rows[mark_columns]).mark_point(**mark).encode(**place, **told))
    last = frame.loc[frame.groupby(by)["moment"].idxmax()]
    last = last[last[label].astype(bool)].assign(nudge=lambda rows: rows[by].map(label_dy or {}).fillna(0))
    if len(last):
        names = alt.Chart(last[["moment", y, by, label, "nudge"]]).mark_text(align="left", dx=8, dy={"expr": "datum.nudge"}, fontWeight="bold", lineBreak="\n")
        layers.append(names.encode(x=place["x"], y=place["y"], color=place["color"], text=alt.Text(f"{label}:N")))
    return alt.layer(*layers, padding={"left": 5, "top": 24, "right": label_room, "bottom": 5})


def note_at(
    moment: float, y: float, text: str, *, y_field: str = "value", dx: float = 0, dy: float = 0, align: str = "left", token: str = "muted"
) -> alt.Chart:
    """A layer of one short text at a point of `dated_lines` or `strokes`."""
    here = alt.Chart(pd.DataFrame({"moment": [moment], y_field: [y], "text": [text]}))
    return here.mark_text(align=align, dx=dx, dy=dy, color=colour(token), lineBreak="\n").encode(
        x=alt.X("moment:Q"), y=alt.Y(f"{y_field}:Q"), text=alt.Text("text:N")
    )


def strokes(
    frame: pd.DataFrame, *, y: str = "value", token: str, x_domain: tuple[float, float], y_domain: tuple[float, float], told: str = "told"
) -> alt.LayerChart:
    """Averages over spans: every figure is a stroke as long as the days it stands for, at its height; part of a year is thin, a whole one thick.

    Parameters
    ----------
    frame : `period`, `period_start` (missing: the period itself is the span), `y`, and `told`, the text over the end of a stroke (may be empty),
        and `nudge`, pixels by which it stands to the right (optional)
    """
    start = [begins(first if isinstance(first, str) and first else period) for first, period in zip(frame["period_start"], frame["period"], strict=True)]
    # A figure of the year in which something began may stand for its last months only.
    whole = (frame["period"].str.len() == 4) & ~frame["period_start"].map(lambda first: isinstance(first, str) and len(first) > 4)
    drawn = frame.assign(moment=start, until=frame["period"].map(ends), whole=whole, nudge=frame.get("nudge", 0))
    # A month or three weeks would be a speck: the stroke has a least length.
    drawn["until"] = drawn[["until", "moment"]].assign(moment=drawn["moment"] + (x_domain[1] - x_domain[0]) / 60).max(axis=1).round(3)
    x = alt.X("moment:Q", title=None, scale=alt.Scale(domain=list(x_domain), nice=False), axis=alt.Axis(format="d", tickCount=4, tickMinStep=1))
    at = alt.Y(f"{y}:Q", title=None, scale=alt.Scale(domain=list(y_domain), nice=False), axis=alt.Axis(tickCount=4, format=",~f"))
    layers = []
    for rows, wide in ((drawn[drawn["whole"]], 5), (drawn[~drawn["whole"]], 2)):
        if len(rows):
            tips = [alt.Tooltip("period:N", title="until"), alt.Tooltip(f"{y}:Q", title=" ")]
            layers.append(
                alt.Chart(rows[["moment", "until", y, "period"]])
                .mark_rule(color=colour(token), strokeWidth=wide)
                .encode(x=x, x2=alt.X2("until:Q"), y=at, tooltip=tips)
            )
    words = alt.Chart(drawn[drawn[told].astype(bool)][["until", y, told, "nudge"]])
    style = {"align": "right", "baseline": "bottom", "dx": {"expr": "datum.nudge - 3"}, "dy": -4, "fontSize": 11.5}
    texts = [words.mark_text(**style, **look).encode(x=alt.X("until:Q"), y=at, text=alt.Text(f"{told}:N")) for look in (rim(), {"color": colour("ink")})]
    return alt.layer(*layers, *texts)


def pins(
    frame: pd.DataFrame, *, y: str = "value", token: str, x_domain: tuple[float, float], y_domain: tuple[float, float], told: str = "told"
) -> alt.LayerChart:
    """Single counts over months: a point on a stem from nothing, and no line from one to the next.

    Parameters
    ----------
    frame : rows of `dated` with `y` and `told`, the text at the point (may be empty), and `nudge`, pixels by which it stands to the right (optional)
    """
    frame = frame.assign(moment=frame["moment"].round(3), floor=y_domain[0], nudge=frame.get("nudge", 0))[["moment", y, "floor", "period", told, "nudge"]]
    x = alt.X("moment:Q", title=None, scale=alt.Scale(domain=list(x_domain), nice=False), axis=alt.Axis(format="d", tickCount=4, tickMinStep=1))
    at = alt.Y(f"{y}:Q", title=None, scale=alt.Scale(domain=list(y_domain), nice=False), axis=alt.Axis(tickCount=4, format=",~f"))
    base = alt.Chart(frame)
    stems = base.mark_rule(color=colour(token), strokeWidth=1.4).encode(x=x, y=alt.Y("floor:Q", title=None), y2=alt.Y2(f"{y}:Q"))
    tips = [alt.Tooltip("period:N"), alt.Tooltip(f"{y}:Q", title=" ", format=",.4~r")]
    heads = base.mark_point(color=colour(token), size=55).encode(x=x, y=at, tooltip=tips)
    words = alt.Chart(frame[frame[told].astype(bool)]).mark_text(dx={"expr": "datum.nudge"}, dy=-11, fontSize=11.5, color=colour("ink"))
    return alt.layer(heads, stems, words.encode(x=x, y=at, text=alt.Text(f"{told}:N")))


def grid(
    parts: list[tuple[str, alt.TopLevelMixin]], width: int, *, across: int = 2, height: int = 150, axis_room: int = 34, right_room: int = 10
) -> alt.TopLevelMixin:
    """Charts in rows of `across`, each under its heading; on a phone one below the other."""
    across = across if width > 500 else 1
    plot = (width - 10 - 24 * (across - 1)) / across - axis_room - right_room
    drawn = [panel(heading, chart, plot, height, offset=10) for heading, chart in parts]
    return alt.concat(*drawn, columns=across, spacing=24, padding=5)
