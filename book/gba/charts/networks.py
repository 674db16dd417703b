"""Who is tied to whom: two columns of names, and a line for every tie."""

from collections.abc import Iterable

import altair as alt
import pandas as pd

from gba.charts.palette import colour

#: The shapes of the kinds at the left; the names at the right have squares.
SHAPES = ("circle", "triangle-up", "diamond", "cross")


def two_sided(
    edges: pd.DataFrame, width: int, *, kinds: dict[str, tuple[str, str]], heads: tuple[str, str], loose: Iterable[str] = (), pitch: int = 19
) -> alt.LayerChart:
    """Names at the left, names at the right, and lines between those that belong together.

    Parameters
    ----------
    edges : one row a tie: `left`, `right`, `kind` (of the name at the left, and so of its line)
    kinds : name in the key and palette token of each kind, at most four; each has its own shape, and the lines of all but the first are dashed
    heads : what stands over the two columns
    loose : names at the left that have no tie, by name -> kind
    """
    loose = dict(loose)
    lefts = [*dict.fromkeys(edges["left"]), *loose]
    kind_of = {**dict(zip(edges["left"], edges["kind"], strict=True)), **loose}
    heights = {name: n * pitch for n, name in enumerate(lefts)}
    banks = edges.assign(y=edges["left"].map(heights)).groupby("right", sort=False)["y"].mean()
    rights = _apart(banks, 1.25 * pitch)
    a, b = (176, width - 150) if width > 500 else (128, width - 146)
    ties = [
        {"x": x, "y": y, "tie": n, "kind": row.kind} for n, row in enumerate(edges.itertuples()) for x, y in ((a, heights[row.left]), (b, rights[row.right]))
    ]
    scale = alt.Scale(domain=list(kinds), range=[colour(token) for _, token in kinds.values()])
    tall = pitch * (len(lefts) - 1)
    x, y = (
        alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, width - 10], nice=False)),
        alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[tall + 10, -10], nice=False)),
    )
    shade = alt.Color("kind:N", scale=scale, legend=None)
    shape = alt.Shape("kind:N", legend=None, scale=alt.Scale(domain=list(kinds), range=list(SHAPES[: len(kinds)])))
    # The first kind is what the chart is about: its lines are whole.
    dash = alt.StrokeDash("kind:N", legend=None, scale=alt.Scale(domain=list(kinds), range=[[1, 0], *[[4, 3]] * (len(kinds) - 1)]))
    lines = alt.Chart(pd.DataFrame(ties)).mark_line(strokeWidth=1.6).encode(x=x, y=y, detail=alt.Detail("tie:N"), color=shade, strokeDash=dash)
    left = alt.Chart(pd.DataFrame({"name": lefts, "x": a, "y": [heights[name] for name in lefts], "kind": [kind_of[name] for name in lefts]}))
    right = alt.Chart(pd.DataFrame({"name": list(rights), "x": b, "y": list(rights.values())}))
    marks = [
        left.mark_point(size=70, opacity=1).encode(x=x, y=y, color=shade, shape=shape),
        left.mark_text(align="right", dx=-9).encode(x=x, y=y, text=alt.Text("name:N"), color=shade),
        right.mark_point(size=90, shape="square", color=colour("ink")).encode(x=x, y=y),
        right.mark_text(align="left", dx=9, fontWeight="bold").encode(x=x, y=y, text=alt.Text("name:N")),
    ]
    return alt.layer(
        lines, *marks, *_heads(kinds, heads, a, b, width), width=width - 10, height=tall + 20, padding={"left": 5, "top": 46, "right": 5, "bottom": 5}
    )


def _apart(places: pd.Series, least: float) -> dict[str, float]:
    """Moves heights down where two lie nearer than `least`.

    >>> _apart(pd.Series({"a": 0.0, "b": 5.0, "c": 100.0}), 20)
    {'a': 0.0, 'b': 20.0, 'c': 100.0}
    """
    moved, last = {}, float("-inf")
    for name, y in places.sort_values().items():
        last = max(float(y), last + least)
        moved[name] = last
    return moved


def _heads(kinds: dict, heads: tuple[str, str], a: float, b: float, width: int) -> list[alt.Chart]:
    words = pd.DataFrame({"x": [a, b], "text": heads})
    key, place = [], 0.0
    for (name, token), shape in zip(kinds.values(), SHAPES, strict=False):
        here = alt.Chart(pd.DataFrame({"text": [name]})).encode(x=alt.XValue(place + 6), y=alt.YValue(-36))
        key.append(here.mark_point(size=60, color=colour(token), shape=shape))
        key.append(here.mark_text(align="left", dx=9, color=colour(token)).encode(text=alt.Text("text:N")))
        place += 30 + 6.7 * len(name)
    base = {"y": alt.value(-14), "text": "text:N"}
    sides = [
        alt.Chart(words.iloc[[n]]).mark_text(align=align, dx=dx, color=colour("muted")).encode(x=alt.X("x:Q"), **base)
        for n, align, dx in ((0, "right", 5), (1, "left", -5))
    ]
    return [*sides, *key]
