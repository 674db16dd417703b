"""Tables as drawings: cells of colour, answers with marks, lists of ranks, every pair of places, things that can be counted."""

import altair as alt
import pandas as pd

from gba.charts.layout import PHONE, boxes, key, only, plane, point, sized, texts, wrapped
from gba.charts.palette import colour


def _size(width: int) -> float:
    return 12 if width > PHONE else 11


def _inside(rows: pd.DataFrame) -> pd.DataFrame:
    """Where words of `text` stand in the middle of boxes; the anchor of a text is its first line."""
    return rows.assign(x=(rows["x"] + rows["x2"]) / 2, y=(rows["y"] + rows["y2"]) / 2 - 7 * rows["text"].str.count("\n"))


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


def cells(
    frame: pd.DataFrame, width: int, *, rows: dict[str, str], columns: dict[str, str], room: tuple[int, int] = (150, 92), high: int = 27
) -> alt.LayerChart:
    """A table of short texts on coloured cells; a cell that the frame does not have stays empty.

    Parameters
    ----------
    frame : one row a cell: `row`, `column` (keys), `text`, `fill` (palette token of the cell) and `ink` (of its text), `told` (for the tooltip)
    rows, columns : keys in drawing order with their names; a line break in a column's name is kept; a row's name without a cell is a heading
    room : pixels for the rows' names, wide and on a phone
    """
    left, size = room[width <= PHONE], _size(width)
    step = (width - 10 - left) / len(columns)
    lines = [wrapped(name, left - 8, size) for name in rows.values()]
    heights = pd.Series([max(high, 14 * len(each) + 8.0) for each in lines], index=list(rows))
    top = heights.cumsum() - heights
    place = plane(width, heights.sum())
    x = left + frame["column"].map(list(columns).index) * step
    y = frame["row"].map(top)
    drawn = frame.assign(x=(x + 1).round(1), x2=(x + step - 1).round(1), y=y + 1, y2=y + frame["row"].map(heights) - 1)
    layers = []
    for token, part in drawn.groupby("fill"):
        layers.append(boxes(part, place, [alt.Tooltip("told:N", title=" ")], color=colour(token), cornerRadius=2))
    for token, part in _inside(drawn[drawn["text"] != ""]).groupby("ink"):
        layers.append(texts(part, "text", place, token=token, align="center", fontSize=size))
    middle = (top + heights / 2).to_numpy() - [7 * (len(each) - 1) for each in lines]
    layers.append(texts(pd.DataFrame({"x": 0.0, "y": middle, "name": ["\n".join(each) for each in lines]}), "name", place, fontSize=size))
    for n, name in enumerate(columns.values()):
        at = {"x": alt.XValue(left + (n + 0.5) * step), "y": alt.YValue(-6 - 15 * name.count("\n"))}
        layers.append(texts(pd.DataFrame({"name": [name]}), "name", at, align="center", baseline="bottom", fontWeight="bold", fontSize=size))
    return sized(layers, width, heights.sum())


def orders(frame: pd.DataFrame, width: int, *, columns: list[str], pitch: int = 45) -> alt.LayerChart:
    """Who comes first, second, third in each of several lists, as named boxes; each list under its own line of words.

    Parameters
    ----------
    frame : one row a box: `text` (the list, in drawing order), `column` (one of `columns`; anything else stands in the last, as an
        outline, because it has no place in the order), `place` (its colour), `told` (the text of the box)
    """
    names, size = list(dict.fromkeys(frame["text"])), _size(width)
    step = (width - 10) / len(columns)
    row = frame["text"].map(names.index)
    number = frame["column"].map({name: n for n, name in enumerate(columns)}).fillna(len(columns) - 1)
    # Several in one column (such as: not ranked) share it.
    shared = frame.groupby(["text", "column"])["told"].transform("size")
    left = number * step + frame.groupby(["text", "column"]).cumcount() * step / shared
    drawn = frame.assign(x=left.round(1), x2=(left + step / shared - 4).round(1), y=row * pitch + 17.0, y2=row * pitch + 38.0, text=frame["told"])
    place = plane(width, len(names) * pitch)
    layers = []
    for (owner, outside), part in drawn.groupby(["place", number == len(columns) - 1]):
        layers.append(boxes(part, place, fill=colour("paper" if outside else owner), stroke=colour(owner), strokeWidth=1.2, cornerRadius=3))
        ink = owner if outside else "paper"
        layers.append(texts(_inside(part), "text", place, token=ink, align="center", fontWeight="bold", fontSize=size))
    titles = pd.DataFrame({"x": 0.0, "y": [n * pitch + 7.0 for n in range(len(names))], "name": names})
    layers.append(texts(titles, "name", place, fontSize=size))
    for n, name in enumerate(columns):
        at = {"x": alt.XValue(n * step), "y": alt.YValue(-6 - 15 * name.count("\n"))}
        layers.append(texts(pd.DataFrame({"name": [name]}), "name", at, token="muted", baseline="bottom"))
    return sized(layers, width, len(names) * pitch)


def triangle(frame: pd.DataFrame, width: int, *, names: dict[str, str], classes: dict[str, tuple[str, str, str]]) -> alt.LayerChart:
    """Every pair of places as one cell under the diagonal, on which the names stand.

    Parameters
    ----------
    frame : one row a pair: `a`, `b` (keys of `names`, in any order), `class`, `told` (text of the cell), `pair` (for the tooltip)
    names : the places in their order, key -> name
    classes : by class: name in the key, palette token of the cell, palette token of its text
    """
    rank, wide = {name: n for n, name in enumerate(names)}, width > PHONE
    step = (width - 10 - (84 if wide else 66)) / (len(names) - 1)
    high = min(step, 38)
    a, b = frame["a"].map(rank), frame["b"].map(rank)
    column, row = a.where(a < b, b), a.where(a > b, b)
    drawn = frame.assign(x=column * step, x2=(column + 1) * step - 2, y=row * high, y2=(row + 1) * high - 2, text=frame["told"]).round(1)
    place = plane(width, high * len(names))
    tips = [alt.Tooltip("pair:N", title=" "), alt.Tooltip("told:N", title="minutes")]
    layers = []
    for name, (_, token, ink) in classes.items():
        part = drawn[drawn["class"] == name]
        layers += [boxes(part, place, tips, color=colour(token)), texts(_inside(part), "text", place, token=ink, align="center", fontSize=_size(width))]
    titles = pd.DataFrame({"x": [n * step + 4 for n in rank.values()], "y": [(n + 0.5) * high for n in rank.values()], "name": list(names.values())})
    layers.append(texts(titles, "name", place, fontWeight="bold"))
    # The key stands in the empty corner at the upper right.
    corner, y = (width - 10) * 0.5, 10
    for name, token, _ in classes.values():
        lines = wrapped(name, width - 26 - corner, _size(width))
        here, at = pd.DataFrame({"name": ["\n".join(lines)]}), {"x": alt.XValue(corner), "y": alt.YValue(y)}
        layers += [alt.Chart(here).mark_point(**point(token, "square", True, 150)).encode(**at), texts(here, "name", at, dx=12, fontSize=_size(width))]
        y += 14 * len(lines) + 6
    return sized(layers, width, high * len(names))


def answers(frame: pd.DataFrame, width: int, *, columns: list[str], words: dict[str, tuple[str, str]], named: dict[str, str] | None = None) -> alt.LayerChart:
    """Things in rows, questions in columns, a mark and a word for every answer.

    Parameters
    ----------
    frame : one row a thing: `text`, `columns` (keys of `words`), and for each column a text in `<column>_told`
    columns : the questions, which are also the headings
    words : by answer: palette token and shape of its mark
    named : what the key over the table calls the answers; without it there is no key
    """
    wide = width > PHONE
    left, room = (0.36 * width, 0.36 * width) if wide else (0, width - 10)
    step = (width - 10 - left) / len(columns)
    heads = [wrapped(column, step - 14) for column in columns]
    deep = max(map(len, heads))
    things = [wrapped(text, room - 14, bold=True) for text in frame["text"]]
    told = {column: [wrapped(text, step - 24, 11.5) for text in frame[f"{column}_told"]] for column in columns}
    down = pd.Series([12.0 if wide else 17 * len(lines) + 12 for lines in things])
    most = [max(len(lines) if wide else 0, *(len(told[column][n]) for column in columns)) for n, lines in enumerate(things)]
    high = pd.Series([15.0 * lines + down[n] + 2 for n, lines in enumerate(most)])
    top = high.cumsum() - high
    place = plane(width, high.sum())
    layers = [alt.Chart(pd.DataFrame({"y": [*top, high.sum()]})).mark_rule(color=colour("grid")).encode(y=place["y"])]
    layers.append(texts(pd.DataFrame({"x": 0.0, "y": top + 12, "text": ["\n".join(lines) for lines in things]}), "text", place, fontWeight="bold"))
    for n, column in enumerate(columns):
        x = left + n * step + 8
        cell = pd.DataFrame({"x": x, "y": top + down, "answer": frame[column].to_numpy(), "text": ["\n".join(lines) for lines in told[column]]})
        for answer, part in cell.groupby("answer", sort=False):
            layers.append(alt.Chart(part).mark_point(**point(*words[answer], True, 75)).encode(**place))
        layers.append(texts(cell, "text", place, dx=10, fontSize=11.5))
        at = {"x": alt.XValue(x), "y": alt.YValue(-8 - 14 * (deep - 1))}
        layers.append(texts(pd.DataFrame({"head": ["\n".join(heads[n])]}), "head", at, token="muted", baseline="bottom", dx=-6))
    layers += key([(name, *words[answer], True) for answer, name in (named or {}).items()], width, foot=-24 - 14 * deep)
    return sized(layers, width, high.sum())
