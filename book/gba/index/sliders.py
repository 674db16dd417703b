"""Your weights: an exhibit with a slider for each pillar; the page itself computes the index anew, without a server.

The maker writes plain HTML that is complete without JavaScript (the drawn equal-weight index and a sentence);
`_static/weights.js` shows the controls and makes them work.
"""

import html
import json
from dataclasses import replace

from gba.exhibit.figure import Figure

#: Steps of a slider: weights are whole numbers from none to this.
STEPS = 10


def adjustable(
    figure: Figure, *, pillars: dict[str, str], cities: dict[str, str], scores, start: int = 5, presets: dict[str, dict[str, int]] | None = None, told: str = ""
) -> Figure:
    """Add sliders to a figure that draws the equal-weight index.

    Parameters
    ----------
    figure : from `gba.figure`: what is seen without JavaScript, and stays to compare with
    pillars, cities : key -> name
    scores : cities x pillars, between 0 and 1
    start : the weight that every slider stands at first, of `STEPS`
    presets : name of a button -> weight by pillar; a button for equal weights is always there
    told : the equal-weight result as a sentence, for readers without JavaScript

    Raises
    ------
    ValueError : the table of scores does not fit the names, or a preset names an unknown pillar or a weight that no slider has
    """
    rows = [[float(score) for score in row] for row in scores]
    if len(rows) != len(cities) or any(len(row) != len(pillars) for row in rows):
        raise ValueError(f"weights: scores are {len(rows)} x {len(rows[0])}, expected {len(cities)} cities x {len(pillars)} pillars")
    every = {"Equal weights": dict.fromkeys(pillars, start), **(presets or {})}
    for name, weights in every.items():
        if set(weights) != set(pillars) or not all(isinstance(weight, int) and 0 <= weight <= STEPS for weight in weights.values()):
            raise ValueError(f"weights: preset {name!r} needs a whole number from 0 to {STEPS} for each of {', '.join(pillars)}")
    return replace(figure, controls=_controls(figure.name, pillars, cities, rows, every, told, start))


def _controls(name: str, pillars: dict, cities: dict, rows: list, presets: dict, told: str, start: int) -> str:
    text = html.escape
    data = {"pillars": list(pillars), "scores": {city: [round(score, 4) for score in row] for city, row in zip(cities, rows, strict=True)}, "names": cities}
    sliders = "".join(_slider(f"{name}-{pillar}", pillar, title, start, len(pillars)) for pillar, title in pillars.items())
    order = sorted(zip(cities.items(), rows, strict=True), key=lambda item: -sum(item[1]))
    ranking = "".join(_row(city, title, sum(row) / len(row)) for (city, title), row in order)
    buttons = "".join(f'<button type="button" data-weights="{text(_joined(weights))}">{text(title)}</button>' for title, weights in presets.items())
    return (
        f'<p class="weights-static">{text(told)} The sliders that let a reader choose other weights need JavaScript.</p>'
        f'<div class="weights" hidden data-index="{text(json.dumps(data, separators=(",", ":")))}">'
        f'<p class="weights-lead">Give each pillar a weight. The index and the ranking below follow at once.</p>'
        f'<div class="weights-sliders" role="group" aria-label="Weights of the pillars">{sliders}</div>'
        f'<p class="weights-buttons">{buttons}</p>'
        f'<ol class="weights-ranking" aria-label="Ranking with these weights">{ranking}</ol>'
        f'<p class="weights-verdict" role="status" aria-live="polite"></p>'
        f'<p class="weights-share"><a class="weights-link" href="#{text(name)}">Link to these weights</a></p></div>'
    )


def _joined(weights: dict[str, int]) -> str:
    return "_".join(f"{pillar}.{weight}" for pillar, weight in weights.items())


def _slider(key: str, pillar: str, title: str, start: int, count: int) -> str:
    text = html.escape
    return (
        f'<div class="weights-slider"><label for="{text(key)}">{text(title)}</label>'
        f'<input type="range" id="{text(key)}" data-pillar="{text(pillar)}" min="0" max="{STEPS}" step="1" value="{start}" '
        f'aria-valuetext="{start} of {STEPS}, {1 / count:.0%} of the index" autocomplete="off">'
        f'<output for="{text(key)}">{1 / count:.0%}</output></div>'
    )


def _row(city: str, title: str, score: float) -> str:
    text = html.escape
    return (
        f'<li data-place="{text(city)}"><span class="weights-name">{text(title)}</span>'
        f'<span class="weights-track" aria-hidden="true"><span class="weights-bar"></span></span><span class="weights-score">{100 * score:.1f}</span></li>'
    )
