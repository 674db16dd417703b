"""Tables as drawings: lists of ranks, things that can be counted."""

import altair as alt
import pandas as pd

from gba.charts.layout import PHONE, boxes, key, only, plane, point, sized, texts
from gba.charts.palette import colour


def squares(frame: pd.DataFrame, width: int, *, kinds: dict[str, tuple[str, str, str, bool]], pitch: int = 17) -> alt.LayerChart:
    """One mark a thing, in rows by group: counts that can be counted.

    Parameters
    ----------
    frame : one row a thing: `group` (in drawing order), `kind`, `told` (for the tooltip)
    kinds : by kind, in drawing order: name in the key, palette token, shape, whether it is filled
    """
    wide = width > PHONE
    left, across = (112, int((width - 132) / pitch)) if wide else (0, int((width - 16) / pitch))
    drawn, heads, y = [], [], 0.0
    for group in dict.fromkeys(frame["group"]):
        part = frame[frame["group"] == group].assign(rank=lambda rows: rows["kind"].map(list(kinds).index)).sort_values("rank", kind="stable")
        nth = pd.Series(range(len(part)), index=part.index)
        drawn.append(part.assign(x=left + 8 + pitch * (nth % across), y=y + (9 if wide else 27) + pitch * (nth // across)))
        heads.append((0, y + 9, f"{group}  {len(part)}"))
        y = float(drawn[-1]["y"].max()) + pitch + (4 if wide else 6)
    every, place = only(pd.concat(drawn), "x", "y", "kind", "told"), plane(width, y)
    layers = key([kinds[kind] for kind in kinds if kind in set(every["kind"])], width)
    for kind, part in every.groupby("kind", sort=False):
        layers.append(alt.Chart(part).mark_point(**point(*kinds[kind][1:], 120)).encode(**place, tooltip=alt.Tooltip("told:N", title=" ")))
    layers.append(texts(pd.DataFrame(heads, columns=["x", "y", "name"]), "name", place, fontWeight="bold"))
    return sized(layers, width, y)


def orders(frame: pd.DataFrame, width: int, *, columns: list[str], apart: str = "") -> alt.LayerChart:
    """Who comes first, second, third in each of several lists, as named boxes; each list under its own line of words.

    Parameters
    ----------
    frame : one row a box: `text` (the list, in drawing order), `column` (one of `columns`; anything else stands apart, as an
        outline, because it has no place in the order), `place` (its colour), `told` (the text of the box)
    apart : the heading of a last column for these, where there are any
    """
    names, size, pitch = list(dict.fromkeys(frame["text"])), 12 if width > PHONE else 11, 45
    heads = [*columns, apart] if apart else columns
    step = (width - 10) / len(heads)
    row = frame["text"].map(names.index)
    number = frame["column"].map({name: n for n, name in enumerate(columns)}).fillna(len(columns))
    # Several in one column (such as: not ranked) share it.
    shared = frame.groupby(["text", "column"])["told"].transform("size")
    left = number * step + frame.groupby(["text", "column"]).cumcount() * step / shared
    drawn = frame.assign(x=left.round(1), x2=(left + step / shared - 4).round(1), y=row * pitch + 17.0, y2=row * pitch + 38.0, text=frame["told"])
    place = plane(width, len(names) * pitch)
    layers = []
    for (owner, outside), part in drawn.groupby(["place", number == len(columns)]):
        layers.append(boxes(part, place, fill=colour("paper" if outside else owner), stroke=colour(owner), strokeWidth=1.2, cornerRadius=3))
        ink = owner if outside else "paper"
        # In the middle of the boxes; the anchor of a text is its first line.
        inside = part.assign(x=(part["x"] + part["x2"]) / 2, y=(part["y"] + part["y2"]) / 2 - 7 * part["text"].str.count("\n"))
        layers.append(texts(inside, "text", place, token=ink, align="center", fontWeight="bold", fontSize=size))
    titles = pd.DataFrame({"x": 0.0, "y": [n * pitch + 7.0 for n in range(len(names))], "name": names})
    layers.append(texts(titles, "name", place, fontSize=size))
    for n, name in enumerate(heads):
        at = {"x": alt.XValue(n * step), "y": alt.YValue(-6 - 15 * name.count("\n"))}
        layers.append(texts(pd.DataFrame({"name": [name]}), "name", at, token="muted", baseline="bottom"))
    return sized(layers, width, len(names) * pitch)
