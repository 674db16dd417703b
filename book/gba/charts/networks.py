"""Things that pass through stages: every thing one ribbon, from block to block."""

from itertools import pairwise

import altair as alt
import pandas as pd

from gba.charts.layout import PHONE, boxes, only, plane, rimmed, sized, texts
from gba.charts.palette import colour

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
    high = max(end for ends in blocks.values() for _, end in ends.values())
    thick, room = 9, (112 if width > PHONE else 78)
    step = (width - 10 - room - thick) / (len(stages) - 1)
    place = plane(width, high)
    slots = {stage: _slots(frame, stage, blocks, unit) for stage in stages}
    layers = []
    courses = pd.concat([_course(frame, slots[a], slots[b], n * step + thick, step - thick, n) for n, (a, b) in enumerate(pairwise(stages))])
    for (shade, weak), part in courses.groupby(["shade", "weak"], sort=False):
        style = {"color": colour(tokens[shade]), "strokeWidth": unit - 5, "strokeCap": "butt", "interpolate": "monotone", "opacity": 0.8}
        ribbon = alt.Chart(part).mark_line(**style, **({"strokeDash": [7, 3]} if weak else {}))
        layers.append(ribbon.encode(**place, detail=[alt.Detail("leg:N"), alt.Detail("thing:N")], tooltip=alt.Tooltip("thing:N", title=" ")))
    for n, (stage, heading) in enumerate(stages.items()):
        layers += _pillar(blocks[stage], heading, n * step, thick, unit, place, last=n == len(stages) - 1)
    shown = frame["thing"] if width > PHONE else frame.loc[frame["weak"], "thing"]
    first = next(iter(slots.values()))
    names = pd.DataFrame([(thick + 6.0, first[thing], thing) for thing in shown], columns=["x", "y", "name"])
    return sized([*layers, *rimmed(names, "name", place, fontSize=11)], width, high)


def _blocks(names: pd.Series, unit: int, gap: int) -> dict[str, tuple[float, float]]:
    """Upper and lower end of the block of each name, the largest on top."""
    ends, top = {}, 0.0
    for name, count in sorted(names.value_counts().items(), key=lambda item: (-item[1], item[0])):
        ends[name] = (top, top + unit * count)
        top += unit * count + gap
    return ends


def _slots(frame: pd.DataFrame, stage: str, blocks: dict, unit: int) -> dict[str, float]:
    """The height at which each thing passes its block: in the order of the blocks that it comes from or goes to."""
    others = [other for other in blocks if other != stage]
    order = frame.assign(**{f"{other} at": frame[other].map(lambda name, other=other: blocks[other][name][0]) for other in others})
    order = order.sort_values([f"{other} at" for other in others] + ["thing"])
    heights = order[stage].map(lambda name: blocks[stage][name][0]) + unit * (order.groupby(stage).cumcount() + 0.5)
    return dict(zip(order["thing"], heights, strict=True))


def _course(frame: pd.DataFrame, start: dict, end: dict, left: float, span: float, leg: int) -> pd.DataFrame:
    a, b = frame["thing"].map(start), frame["thing"].map(end)
    frame = only(frame, "thing", "shade", "weak")
    return pd.concat([frame.assign(x=round(left + t * span, 1), y=(a + s * (b - a)).round(1), leg=leg) for t, s in _STEPS])


def _pillar(blocks: dict, heading: str, left: float, thick: int, unit: int, place: dict, *, last: bool) -> list[alt.Chart]:
    bars = pd.DataFrame({"x": left, "x2": left + thick, "y": [a + 2 for a, _ in blocks.values()], "y2": [b - 2 for _, b in blocks.values()]})
    names = bars.assign(name=[f"{name}  {round((b - a) / unit)}" for name, (a, b) in blocks.items()])
    # Names stand over their block, in the gap that no ribbon crosses; at the end there is room beside it.
    names = names.assign(x=left + thick + 5, y=(bars["y"] + bars["y2"]) / 2) if last else names.assign(y=bars["y"] - 3)
    head = texts(pd.DataFrame({"x": [left], "name": [heading]}), "name", {"x": place["x"], "y": alt.YValue(-24)}, token="muted", baseline="bottom")
    style = {"baseline": "middle" if last else "bottom", "fontSize": 11.5, "fontWeight": "bold"}
    return [boxes(bars, place, color=colour("ink")), *rimmed(names, "name", place, **style), head]
