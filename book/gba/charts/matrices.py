"""Tables of cells: every pair of places once, and questions against things."""

import textwrap

import altair as alt
import pandas as pd

from gba.charts.palette import colour
from gba.charts.units import key_rows


def triangle(frame: pd.DataFrame, width: int, *, names: dict[str, str], classes: dict[str, tuple[str, str, str]]) -> alt.LayerChart:
    """Every pair of places as one cell under the diagonal, on which the names stand.

    Parameters
    ----------
    frame : one row a pair: `a`, `b` (keys of `names`, in any order), `class`, `told` (text of the cell)
    names : the places in their order, key -> name
    classes : by class: name in the key, palette token of the cell, palette token of its text
    """
    order = list(names)
    size = (width - 10 - (84 if width > 500 else 66)) / (len(order) - 1)
    high = min(size, 38)
    place = {key: n for n, key in enumerate(order)}
    cells = frame.assign(
        row=[max(place[a], place[b]) for a, b in zip(frame["a"], frame["b"], strict=True)],
        column=[min(place[a], place[b]) for a, b in zip(frame["a"], frame["b"], strict=True)],
    )
    cells = cells.assign(x=cells["column"] * size, x2=(cells["column"] + 1) * size - 2, y=cells["row"] * high, y2=(cells["row"] + 1) * high - 2)
    scale = {
        "x": alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, width - 10], nice=False)),
        "y": alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[high * len(order), 0], nice=False)),
    }
    fill = alt.Color("class:N", legend=None, scale=alt.Scale(domain=list(classes), range=[colour(token) for _, token, _ in classes.values()]))
    tip = [alt.Tooltip("pair:N", title=" "), alt.Tooltip("told:N", title="minutes")]
    cells = cells[["x", "x2", "y", "y2", "class", "told", "pair"]].round(1)
    layers = [alt.Chart(cells).mark_rect().encode(**scale, x2=alt.X2("x2:Q"), y2=alt.Y2("y2:Q"), color=fill, tooltip=tip)]
    for key, (_, _, ink) in classes.items():
        part = cells[(cells["class"] == key) & cells["told"].astype(bool)]
        if len(part):
            middle = part.assign(x=(part["x"] + part["x2"]) / 2, y=(part["y"] + part["y2"]) / 2)
            layers.append(
                alt.Chart(middle[["x", "y", "told"]])
                .mark_text(baseline="middle", color=colour(ink), fontSize=12 if width > 500 else 11)
                .encode(**scale, text=alt.Text("told:N"))
            )
    titles = pd.DataFrame({"x": [place[key] * size + 4 for key in order], "y": [(place[key] + 0.5) * high for key in order], "name": list(names.values())})
    layers.append(alt.Chart(titles).mark_text(align="left", baseline="middle", fontWeight="bold", color=colour("ink")).encode(**scale, text=alt.Text("name:N")))
    return alt.layer(*layers, *_key(classes, width, high), width=width - 10, height=high * len(order), padding=5)


def _key(classes: dict, width: int, high: float) -> list[alt.Chart]:
    """The key in the empty corner at the upper right."""
    x = (width - 10) * (0.52 if width > 500 else 0.5)
    layers = []
    for n, (name, token, _) in enumerate(classes.values()):
        here = alt.Chart(pd.DataFrame({"name": ["\n".join(textwrap.wrap(name, 46 if width > 500 else 24))]}))
        y = 10 + n * (20 if width > 500 else 30)
        layers.append(here.mark_square(size=150, color=colour(token), opacity=1).encode(x=alt.XValue(x), y=alt.YValue(y)))
        layers.append(
            here.mark_text(align="left", baseline="middle", dx=12, lineBreak="\n", color=colour("ink"), fontSize=12 if width > 500 else 11).encode(
                x=alt.XValue(x), y=alt.YValue(y), text=alt.Text("name:N")
            )
        )
    return layers


def answers(frame: pd.DataFrame, width: int, *, columns: list[str], words: dict[str, tuple[str, str]], named: dict[str, str] | None = None) -> alt.LayerChart:
    """Things in rows, questions in columns, a mark and a word for every answer.

    Parameters
    ----------
    frame : one row a thing: `text`, `columns` (keys of `words`), and for each column a text in `<column>_told`
    columns : the questions, which are also the headings
    words : by answer: palette token and shape of its mark
    named : what the key over the table calls the answers; without it there is no key
    """
    wide = width > 500
    room = 0.36 * width if wide else width - 10
    step = (width - 10 - (room if wide else 0)) / len(columns)
    letters = int(step / 6.3) - 2
    deep = max(len(textwrap.wrap(column, letters)) for column in columns)
    wrapped = [textwrap.wrap(text, int(room / 6.6)) for text in frame["text"]]
    told = {column: [textwrap.wrap(text, letters, break_on_hyphens=False) for text in frame[f"{column}_told"]] for column in columns}
    high = [max(len(lines) if wide else 0, *(len(told[c][n]) for c in columns)) * 15 + (0 if wide else 17 * len(lines)) + 14 for n, lines in enumerate(wrapped)]
    top = pd.Series(high).cumsum() - high
    total = float(sum(high))
    x, y = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, width - 10], nice=False)), alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[total, 0], nice=False))
    rules = alt.Chart(pd.DataFrame({"y": [*top, total]})).mark_rule(color=colour("grid")).encode(y=y)
    rows = pd.DataFrame({"x": 0.0, "y": top + 12, "text": ["\n".join(lines) for lines in wrapped]})
    layers = [rules, alt.Chart(rows).mark_text(align="left", baseline="middle", lineBreak="\n", fontWeight="bold").encode(x=x, y=y, text=alt.Text("text:N"))]
    shade = alt.Color("answer:N", legend=None, scale=alt.Scale(domain=list(words), range=[colour(token) for token, _ in words.values()]))
    shape = alt.Shape("answer:N", legend=None, scale=alt.Scale(domain=list(words), range=[shape for _, shape in words.values()]))
    for n, column in enumerate(columns):
        left = (room if wide else 0) + n * step + 8
        down = 12 if wide else pd.Series([17 * len(lines) + 12 for lines in wrapped])
        cell = pd.DataFrame({"x": left, "y": top + down, "answer": frame[column].to_numpy(), "text": ["\n".join(lines) for lines in told[column]]})
        layers.append(alt.Chart(cell).mark_point(size=75, opacity=1).encode(x=x, y=y, color=shade, shape=shape))
        layers.append(
            alt.Chart(cell)
            .mark_text(align="left", baseline="middle", dx=10, lineBreak="\n", fontSize=11.5, color=colour("ink"))
            .encode(x=x, y=y, text=alt.Text("text:N"))
        )
        head = alt.Chart(pd.DataFrame({"text": ["\n".join(textwrap.wrap(column, letters))]}))
        layers.append(
            head.mark_text(align="left", baseline="bottom", dx=-6, lineBreak="\n", color=colour("muted")).encode(
                x=alt.XValue(left), y=alt.YValue(-8 - 14 * (deep - 1)), text=alt.Text("text:N")
            )
        )
    layers += _answers_key(named or {}, words, width, -24 - 14 * deep)
    return alt.layer(*layers, width=width - 10, height=total, padding={"left": 5, "top": 5 if named else 18 + 14 * deep, "right": 5, "bottom": 5})


def _answers_key(named: dict[str, str], words: dict[str, tuple[str, str]], width: int, foot: float) -> list[alt.Chart]:
    """The marks with their names in lines that end at `foot`, in pixels from the top of the table."""
    places = key_rows(list(named.values()), width)
    layers = []
    for (answer, name), (x, row) in zip(named.items(), places, strict=True):
        here = alt.Chart(pd.DataFrame({"name": [name]})).encode(x=alt.XValue(x), y=alt.YValue(foot - 18 * (places[-1][1] - row)))
        token, shape = words[answer]
        layers.append(here.mark_point(size=75, opacity=1, color=colour(token), shape=shape))
        layers.append(here.mark_text(align="left", dx=10, color=colour("ink")).encode(text=alt.Text("name:N")))
    return layers
