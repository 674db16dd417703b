"""Things that pass through stages: every thing one ribbon, from block to block."""

import altair as alt
import pandas as pd

from gba.charts.palette import colour
from gba.charts.units import _plane, _sized

#: How far a ribbon has turned on its way from one block to the next, eased at both ends.
_STEPS = [(0, 0), (0.2, 0.01), (0.54, 0.5), (0.88, 0.99), (1, 1)]


def ribbons(frame: pd.DataFrame, width: int, *, stages: dict[str, str], tokens: dict[str, str], unit: int = 17, gap: int = 25) -> alt.LayerChart:
    """One ribbon a thing through blocks that hold what is alike at a stage; the blocks of a stage stand in the order of their size.

    In the column every ribbon bears the name of its thing where it starts; a phone has room for those that are dashed.

    Parameters
    ----------
    frame : one row a thing: the columns of `stages` (the name of its block), `thing` (its name), `shade` (key of `tokens`), `weak` (True: dashed)
    stages : columns from left to right with their headings
    tokens : palette token of each shade
    unit : pixels of one thing
    """
    blocks = {stage: _blocks(frame[stage], unit, gap) for stage in stages}
    high = max(end for stage in blocks.values() for _, end in stage.values())
    thick, room = 9, (112 if width > 500 else 78)
    step = (width - 10 - room - thick) / (len(stages) - 1)
    x, y = _plane(width, high)
    slots = {stage: _slots(frame, stage, list(stages), blocks, unit) for stage in stages}
    points = [
        row
        for a, b in zip(list(stages), list(stages)[1:], strict=False)
        for row in _course(frame, slots[a], slots[b], list(stages).index(a) * step + thick, step - thick, list(stages).index(a))
    ]
    drawn = pd.DataFrame(points)
    layers = []
    for (shade, weak), part in drawn.groupby(["shade", "weak"], sort=False):
        style = {
            "color": colour(tokens[shade]),
            "strokeWidth": unit - 5,
            "strokeCap": "butt",
            "interpolate": "monotone",
            "opacity": 0.8,
            **({"strokeDash": [7, 3]} if weak else {}),
        }
        layers.append(
            alt.Chart(part[["x", "y", "leg", "thing"]])
            .mark_line(**style)
            .encode(x=x, y=y, detail=[alt.Detail("leg:N"), alt.Detail("thing:N")], tooltip=alt.Tooltip("thing:N", title=" "))
        )
    for n, (stage, heading) in enumerate(stages.items()):
        layers += _pillar(blocks[stage], heading, n * step, thick, unit, x, y, last=n == len(stages) - 1)
    shown = frame["thing"] if width > 500 else frame.loc[frame["weak"], "thing"]
    names = [(thick + 6.0, height, thing) for thing, height in slots[next(iter(stages))].items() if thing in set(shown)]
    if names:
        layers += _words(pd.DataFrame(names, columns=["x", "y", "name"]), x, y, {"align": "left", "baseline": "middle", "fontSize": 11})
    return _sized(layers, width, high, 52)


def _blocks(names: pd.Series, unit: int, gap: int) -> dict[str, tuple[float, float]]:
    """Upper and lower end of the block of each name, the largest on top."""
    ends, top = {}, 0.0
    for name, count in sorted(names.value_counts().items(), key=lambda item: (-item[1], item[0])):
        ends[name] = (top, top + unit * count)
        top += unit * count + gap
    return ends


def _slots(frame: pd.DataFrame, stage: str, stages: list[str], blocks: dict, unit: int) -> dict[str, float]:
    """The height at which each thing passes its block: in the order of the blocks that it comes from or goes to."""
    others = [other for other in stages if other != stage]
    order = frame.assign(**{f"{other} at": frame[other].map(lambda name, other=other: blocks[other][name][0]) for other in others})
    order = order.sort_values([f"{other} at" for other in others] + ["thing"])
    taken: dict[str, int] = {}
    slots = {}
    for row in order.to_dict("records"):
        nth = taken.get(row[stage], 0)
        slots[row["thing"]] = blocks[stage][row[stage]][0] + unit * (nth + 0.5)
        taken[row[stage]] = nth + 1
    return slots


def _course(frame: pd.DataFrame, start: dict, end: dict, left: float, span: float, leg: int) -> list[dict]:
    rows = []
    for row in frame.itertuples():
        a, b = start[row.thing], end[row.thing]
        rows += [
            {"x": round(left + t * span, 1), "y": round(a + s * (b - a), 1), "leg": leg, "thing": row.thing, "shade": row.shade, "weak": row.weak}
            for t, s in _STEPS
        ]
    return rows


def _pillar(blocks: dict, heading: str, left: float, thick: int, unit: int, x: alt.X, y: alt.Y, *, last: bool) -> list[alt.Chart]:
    frame = pd.DataFrame(
        [(left, left + thick, a + 2, b - 2, (a + b) / 2, f"{name}  {round((b - a) / unit)}") for name, (a, b) in blocks.items()],
        columns=["x", "x2", "y", "y2", "middle", "name"],
    )
    bars = alt.Chart(frame[["x", "x2", "y", "y2"]]).mark_rect(color=colour("ink")).encode(x=x, x2=alt.X2("x2:Q"), y=y, y2=alt.Y2("y2:Q"))
    head = alt.Chart(pd.DataFrame({"x": [left], "name": [heading]})).mark_text(align="left", baseline="bottom", color=colour("muted"))
    # Names stand over their block, in the gap that no ribbon crosses; at the end there is room beside it.
    where = {"x": left + thick + 5, "y": frame["middle"]} if last else {"x": left, "y": frame["y"] - 3}
    style = {"align": "left", "baseline": "middle" if last else "bottom", "fontSize": 11.5, "fontWeight": "bold"}
    return [bars, *_words(frame.assign(**where)[["x", "y", "name"]], x, y, style), head.encode(x=x, y=alt.YValue(-24), text=alt.Text("name:N"))]


def _words(words: pd.DataFrame, x: alt.X, y: alt.Y, style: dict) -> list[alt.Chart]:
    """Words over ribbons: a rim in the colour of the page parts them from what lies under them."""
    rim = alt.Chart(words).mark_text(**style, color=colour("paper"), stroke=colour("paper"), strokeWidth=3, strokeJoin="round")
    return [layer.encode(x=x, y=y, text=alt.Text("name:N")) for layer in (rim, alt.Chart(words).mark_text(**style, color=colour("ink")))]
