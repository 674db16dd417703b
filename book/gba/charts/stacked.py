"""Shares of a whole as stacked bars, one row a whole; a whole that is not known is drawn as an empty bar."""

import textwrap

import altair as alt
import pandas as pd

from gba.charts.palette import colour
from gba.charts.units import _plane, _sized, key


def hundred(frame: pd.DataFrame, width: int, *, parts: dict[str, tuple[str, str, str]], bar: int = 22) -> alt.LayerChart:
    """A line of words a row, and under it a bar of the whole width that its parts share out.

    Parameters
    ----------
    frame : one row a part: `text` (the row, in drawing order), `part`, `value` (in any unit that adds up), `told` (words for the
        tooltip); a row whose only `value` is missing is drawn as an empty bar that holds its `told`
    parts : by part, in the order in which they are stacked: name in the key, palette token of the bar, palette token of the text on it

    >>> rows = pd.DataFrame({"text": "all", "part": ["a", "b"], "value": [1.0, 3.0], "told": ["one", "three"]})
    >>> hundred(rows, 700, parts={"a": ("A", "shenzhen", "paper"), "b": ("B", "guangzhou", "paper")}).to_dict()["width"]
    690
    """
    names = list(dict.fromkeys(frame["text"]))
    heads = [textwrap.wrap(name, int((width - 10) / 6.6)) for name in names]
    high = pd.Series([15 * len(lines) + bar + 17 for lines in heads])
    top = high.cumsum() - high
    placed = _placed(frame, names, parts, width - 10.0).assign(y=lambda rows: rows["row"].map(top) + rows["row"].map(lambda n: 15 * len(heads[n])) + 3)
    x, y = _plane(width, high.sum())
    layers, above = key({part: (name, token, "square", True) for part, (name, token, _) in parts.items() if part in set(frame["part"])}, width)
    for part, drawn in placed[placed["share"].notna()].groupby("part", sort=False):
        layers += _bars(drawn.assign(y2=drawn["y"] + bar), parts[part], x, y, bar)
    empty = placed[placed["share"].isna()]
    if len(empty):
        layers += _empty(empty.assign(x2=width - 10.0, y2=empty["y"] + bar), x, y, bar, width)
    words = pd.DataFrame({"x": 0.0, "y": top + 8, "head": ["\n".join(lines) for lines in heads]})
    layers.append(
        alt.Chart(words)
        .mark_text(align="left", baseline="middle", fontWeight="bold", lineBreak="\n", lineHeight=15, color=colour("ink"))
        .encode(x=x, y=y, text=alt.Text("head:N"))
    )
    named = placed.assign(part=[parts[part][0] if part in parts else None for part in placed["part"]], share=100 * placed["share"])
    titles = {"text": "Whole", "part": "Part", "share": "Share (per cent)", "told": "In words"}
    return _sized(layers, width, high.sum(), above, named[list(titles)].rename(columns=titles))


def _placed(frame: pd.DataFrame, names: list[str], parts: dict, wide: float) -> pd.DataFrame:
    """The parts in stacking order with `share` and the pixels `x`, `x2` of their bars."""
    ordered = frame.assign(row=frame["text"].map(names.index), order=frame["part"].map({part: n for n, part in enumerate(parts)}).fillna(0)).sort_values(
        ["row", "order"]
    )
    share = ordered["value"] / ordered.groupby("row")["value"].transform("sum")
    end = share.groupby(ordered["row"]).cumsum() * wide
    return ordered.assign(share=share.round(4), x=(end - share * wide).fillna(0).round(1), x2=end.round(1))


def _bars(drawn: pd.DataFrame, look: tuple[str, str, str], x: alt.X, y: alt.Y, bar: int) -> list[alt.Chart]:
    name, token, ink = look
    drawn = drawn[drawn["share"] > 0].assign(percent=lambda rows: [f"{share:.0%}" if share >= 0.095 else f"{100 * share:.1f}%" for share in rows["share"]])
    if drawn.empty:
        return []
    tips = [alt.Tooltip("text:N", title=" "), alt.Tooltip("percent:N", title=name), alt.Tooltip("told:N", title="value")]
    layers = [
        alt.Chart(drawn[["text", "percent", "told", "x", "x2", "y", "y2"]])
        .mark_rect(color=colour(token), stroke=colour("paper"), strokeWidth=1)
        .encode(x=x, x2=alt.X2("x2:Q"), y=y, y2=alt.Y2("y2:Q"), tooltip=tips)
    ]
    fitting = [_fitting(row.percent, f"{row.share:.0%}", row.x2 - row.x) for row in drawn.itertuples()]
    roomy = drawn.assign(percent=fitting)[pd.Series(fitting, index=drawn.index).astype(bool)]
    if len(roomy):
        middle = roomy.assign(x=(roomy["x"] + roomy["x2"]) / 2, y=roomy["y"] + bar / 2)[["x", "y", "percent"]]
        layers.append(alt.Chart(middle).mark_text(baseline="middle", fontWeight="bold", color=colour(ink)).encode(x=x, y=y, text=alt.Text("percent:N")))
    return layers


def _fitting(exact: str, rounded: str, room: float) -> str:
    """The share as it fits into a bar: with its decimal, without it, or not at all.

    >>> _fitting("4.6%", "5%", 50), _fitting("4.6%", "5%", 30), _fitting("0.4%", "0%", 3)
    ('4.6%', '5%', '')
    """
    return next((text for text in (exact, rounded) if room > 9 + 6.5 * len(text)), "")


def _empty(drawn: pd.DataFrame, x: alt.X, y: alt.Y, bar: int, width: int) -> list[alt.Chart]:
    box = (
        alt.Chart(drawn[["x", "x2", "y", "y2"]])
        .mark_rect(filled=False, stroke=colour("rule"), strokeDash=[3, 3])
        .encode(x=x, x2=alt.X2("x2:Q"), y=y, y2=alt.Y2("y2:Q"))
    )
    words = drawn.assign(x=7.0, y=drawn["y"] + bar / 2)[["x", "y", "told"]]
    style = {"align": "left", "baseline": "middle", "color": colour("muted"), "fontSize": 12 if width > 500 else 11}
    return [box, alt.Chart(words).mark_text(**style).encode(x=x, y=y, text=alt.Text("told:N"))]
