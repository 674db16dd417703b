"""Bars: in groups on one scale, in two directions, shares of a whole."""

import altair as alt
import pandas as pd

from gba.charts.layout import PHONE, boxes, key, plane, sized, text_width, texts, wrapped
from gba.charts.palette import colour


def bar_groups(frame: pd.DataFrame, width: int) -> alt.LayerChart:
    """A line of words a group, and under it a bar a row, named at the left and told at its end: all on one scale.

    Parameters
    ----------
    frame : one row a bar: `group` (in drawing order), `name`, `value` (from 0, one unit in all groups; missing: no bar), `told` (the words
        at the bar's end), `tone` (palette token or place)

    Raises
    ------
    ValueError : no bar has a length, or one has less than none

    >>> rows = pd.DataFrame({"group": ["a", "b"], "name": "all", "value": [1.0, 4.0], "told": ["1", "4"], "tone": "other"})
    >>> bar_groups(rows, 700).to_dict()["width"]
    690
    """
    if not frame["value"].max() > 0 or frame["value"].min() < 0:
        raise ValueError(f"bar_groups wants lengths from 0 up with one above it, found {frame['value'].min()} to {frame['value'].max()}")
    pitch, bar = 22, 15
    left, right = (max(map(text_width, frame[column])) + 10 for column in ("name", "told"))
    heads = {group: wrapped(group, width - 10, bold=True) for group in dict.fromkeys(frame["group"])}
    top, tops = 0.0, {}
    for group, lines in heads.items():
        tops[group] = top + 15 * len(lines) + 5
        top = tops[group] + pitch * int((frame["group"] == group).sum()) + 8
    middle = frame["group"].map(tops) + frame.groupby("group").cumcount() * pitch + pitch / 2
    length = frame["value"] / frame["value"].max() * (width - 10 - left - right)
    drawn = frame.assign(x=left, x2=(left + length).fillna(left), y=middle - bar / 2, y2=middle + bar / 2).round(1)
    place = plane(width, top)
    layers = []
    for tone, part in drawn[drawn["value"] > 0].groupby("tone", sort=False):
        where = [alt.Tooltip("name:N", title="where")] if part["name"].astype(bool).any() else []
        tips = [alt.Tooltip("group:N", title=" "), *where, alt.Tooltip("told:N", title="value")]
        layers.append(boxes(part, place, tips, color=colour(tone)))
    middles = drawn.assign(y=middle)
    layers += [texts(middles, "name", place, token="muted", align="right", dx=-7), texts(middles.assign(x=drawn["x2"]), "told", place, dx=6)]
    titles = [(0.0, tops[group] - 15 * len(lines) + 3, "\n".join(lines)) for group, lines in heads.items()]
    titles = pd.DataFrame(titles, columns=["x", "y", "head"])
    return sized([*layers, texts(titles, "head", place, fontWeight="bold", lineHeight=15)], width, top)


def two_ways(frame: pd.DataFrame, width: int, *, left: tuple[str, str], right: tuple[str, str], pitch: int = 62) -> alt.TopLevelMixin:
    """A bar a row, split in two shares that make the whole: what goes one way, and what goes the other.

    Parameters
    ----------
    frame : `text` (heading of the row), `left`, `right` (amounts in one unit), `left_text`, `right_text` (the amounts in words)
    left, right : name and palette token of each direction
    """
    wide, bar = width - 10.0, 20
    rows = frame.reset_index(drop=True)
    split = (rows["left"] / (rows["left"] + rows["right"])).round(4)
    middle = pd.Series(range(len(rows)), dtype=float) * pitch + 62
    place = plane(width, pitch * len(rows) + 30)
    drawn = rows.assign(x=0.0, x2=(split * wide).round(1), y=middle - bar / 2, y2=middle + bar / 2, end=wide, half=wide / 2, middle=middle)
    seam = {"stroke": colour("paper"), "strokeWidth": 2.5}
    ways = [("left", left, split, {}), ("right", right, 1 - split, {"x": drawn["x2"], "x2": wide})]
    layers = [boxes(drawn.assign(**ends), place, color=colour(token)) for _, (_, token), _, ends in ways]
    for at, look in ((drawn["x2"], seam), (wide / 2, {**seam, "strokeWidth": 1})):
        layers.append(alt.Chart(drawn.assign(x=at)).mark_rule(**look).encode(**place, y2=alt.Y2("y2:Q")))
    for n, (side, (name, token), share, _) in enumerate(ways):
        at, align = wide * n, {"align": ("left", "right")[n]}
        inside = drawn.assign(x=at, y=middle, share=[f"{part:.0%}" if part >= 0.1 else "" for part in share])
        layers.append(texts(inside, "share", place, token="paper", fontWeight="bold", dx=6 - 12 * n, **align))
        layers.append(texts(drawn.assign(x=at, y=middle + 20), f"{side}_text", place, token=token, fontSize=11.5, **align))
        head = pd.DataFrame({"x": [at], "y": 8.0, "head": (f"← {name}", f"{name} →")[n]})
        layers.append(texts(head, "head", place, token=token, fontWeight="bold", fontSize=13, **align))
    layers.append(texts(drawn.assign(y=middle - 20), "text", place, fontWeight="bold"))
    return sized(layers, width, pitch * len(rows) + 30)


def stacked(frame: pd.DataFrame, width: int, *, parts: dict[str, tuple[str, str, str]], bar: int = 22) -> alt.LayerChart:
    """A line of words a row, and under it a bar of the whole width that its parts share out; a whole that is not known is an empty bar.

    Parameters
    ----------
    frame : one row a part: `text` (the row, in drawing order), `part`, `value` (in any unit that adds up), `told` (words for the
        tooltip); a row whose only `value` is missing is drawn as an empty bar that holds its `told`
    parts : by part, in the order in which they are stacked: name in the key, palette token of the bar, palette token of the text on it

    >>> rows = pd.DataFrame({"text": "all", "part": ["a", "b"], "value": [1.0, 3.0], "told": ["one", "three"]})
    >>> stacked(rows, 700, parts={"a": ("A", "shenzhen", "paper"), "b": ("B", "guangzhou", "paper")}).to_dict()["width"]
    690
    """
    names, wide = list(dict.fromkeys(frame["text"])), width - 10.0
    heads = [wrapped(name, wide, bold=True) for name in names]
    high = pd.Series([15 * len(lines) + bar + 17.0 for lines in heads])
    top = high.cumsum() - high
    drawn = stacking(frame, names, list(parts), wide)
    drawn["y"] = drawn["row"].map(top + [15 * len(lines) + 3 for lines in heads])
    drawn = drawn.assign(y2=drawn["y"] + bar)
    place = plane(width, high.sum())
    layers = []
    for part, rows in drawn[drawn["share"] > 0].groupby("part", sort=False):
        name, token, ink = parts[part]
        rows = rows.assign(percent=[f"{share:.0%}" if share >= 0.095 else f"{100 * share:.1f}%" for share in rows["share"]])
        tips = [alt.Tooltip("text:N", title=" "), alt.Tooltip("percent:N", title=name), alt.Tooltip("told:N", title="value")]
        layers.append(boxes(rows, place, tips, color=colour(token), stroke=colour("paper"), strokeWidth=1))
        inside = rows.assign(x=(rows["x"] + rows["x2"]) / 2, y=rows["y"] + bar / 2, percent=rows["share"].map("{:.0%}".format))
        fitting = inside["percent"].map(lambda text: 3 + text_width(text, bold=True)) < rows["x2"] - rows["x"]
        layers.append(texts(inside[fitting], "percent", place, token=ink, align="center", fontWeight="bold"))
    empty = drawn[drawn["share"].isna()].assign(x=0.0, x2=wide)
    if len(empty):
        layers.append(boxes(empty, place, filled=False, stroke=colour("rule"), strokeDash=[3, 3]))
        size = 12 if width > PHONE else 11
        layers.append(texts(empty.assign(x=7.0, y=empty["y"] + bar / 2), "told", place, token="muted", fontSize=size))
    words = pd.DataFrame({"x": 0.0, "y": top + 8, "head": ["\n".join(lines) for lines in heads]})
    layers.append(texts(words, "head", place, fontWeight="bold", lineHeight=15))
    used = [(name, token, "square", True) for part, (name, token, _) in parts.items() if part in set(frame["part"])]
    return sized([*layers, *key(used, width)], width, high.sum())


def stacking(frame: pd.DataFrame, names: list[str], parts: list[str], wide: float, whole: float | None = None) -> pd.DataFrame:
    """The parts in stacking order with `row`, `share` and the pixels `x`, `x2` of their bars; `wide` stands for the `whole`, or for the sum of each row."""
    order = frame["part"].map({part: n for n, part in enumerate(parts)}).fillna(0)
    ordered = frame.assign(row=frame["text"].map(names.index), order=order).sort_values(["row", "order"])
    share = ordered["value"] / (ordered.groupby("row")["value"].transform("sum") if whole is None else whole)
    end = share.groupby(ordered["row"]).cumsum() * wide
    return ordered.assign(share=share.round(4), x=(end - share * wide).round(1), x2=end.round(1))
