"""Your index: an exhibit with a slider for each pillar, a triangle of bundles, and switches; the page itself computes the index anew, without a server.

The maker writes plain HTML that is complete without JavaScript (the drawn index and a sentence); `_static/weights.js` shows the controls and makes them work.
"""

import html
import json
from dataclasses import replace

import numpy as np

from gba.exhibit.figure import Figure
from gba.index import composite
from gba.index.worlds import Model

#: Steps of a slider: weights are whole numbers from none to this.
STEPS = 10
#: The weight at which a scored pillar's slider stands first, times its weight in the table.
START = 5
MEANS = {"arithmetic": "A weakness can be made up for (arithmetic mean)", "geometric": "A weakness weighs heavily (geometric mean)"}


def adjustable(
    shown: Figure, one: Model, *, pillars, indicators, cities: dict[str, str], bundles: dict[str, str], tie: float, told: str, presets=None
) -> Figure:
    """Add sliders, switches and the triangle to a figure that draws the index.

    Parameters
    ----------
    shown : from `gba.figure`: what is seen without JavaScript, and stays to compare with
    one : the model, of which the controls take the scores per resident and in all
    pillars, indicators : the tables of pillars and indicators, indexed by key
    bundles : by section of the article, the name of its corner of the triangle; three of them, or no triangle is drawn
    tie : points below which two cities are level
    told : the result as a sentence, for readers without JavaScript
    presets : name of a button -> weight by pillar

    Raises
    ------
    ValueError : a preset names an unknown pillar or a weight that no slider has
    """
    start = starting(one)
    every = {"As in this chapter": start, **(presets or {})}
    for name, weights in every.items():
        if set(weights) != set(start) or not all(isinstance(weight, int) and 0 <= weight <= STEPS for weight in weights.values()):
            raise ValueError(f"weights: preset {name!r} needs a whole number from 0 to {STEPS} for each of {', '.join(start)}")
    sections = [pillars.at[key, "section"] if scored and key in start else "" for key, scored in zip(one.pillars, one.scored, strict=True)]
    data = {
        "pillars": list(start),
        "pillar": [list(start).index(one.pillars[p]) for p in one.pillar],
        "indicators": one.names,
        "scores": {size: dict(zip(cities, table.tolist(), strict=True)) for size, table in zip(("each", "all"), scores(one), strict=True)},
        "names": cities,
        "tie": tie,
        "floor": composite.FLOOR,
        "bundle": [list(bundles).index(section) if section in bundles else -1 for key, section in zip(one.pillars, sections, strict=True) if key in start],
        "start": list(start.values()),
    }
    return replace(shown, controls=_controls(shown.name, data, pillars["title"].to_dict(), indicators["short"].to_dict(), every, list(bundles.values()), told))


def starting(one: Model) -> dict[str, int]:
    """Weights at which the sliders stand first: those of the chapter, nothing for pillars that are not scored; pillars without an indicator have none."""
    scale = START / max(weight for weight, scored in zip(one.weights, one.scored, strict=True) if scored)
    weights = [int(np.clip(round(weight * scale), 0, STEPS)) if scored else 0 for weight, scored in zip(one.weights, one.scored, strict=True)]
    return {key: weights[p] for p, key in enumerate(one.pillars) if p in set(one.pillar.tolist())}


def scores(one: Model) -> np.ndarray:
    """Scores of the chapter's design, per resident and in all: 2 x cities x indicators, between 0 and 1."""
    found = composite.normalise(one.values[:, 0, 0], one.worst[:, 0, 0, 0][:, None, :], one.best[:, 0, 0, 0][:, None, :])
    return found.round(5)


def _controls(name: str, data: dict, titles: dict, shorts: dict, presets: dict, corners: list, told: str) -> str:
    text = html.escape
    total = sum(data["start"]) or 1
    sliders = "".join(_slider(f"{name}-{key}", key, titles[key], value, total) for key, value in zip(data["pillars"], data["start"], strict=True))
    ranking = "".join(_row(city, title) for city, title in data["names"].items())
    buttons = "".join(f'<button type="button" data-weights="{text(_joined(weights))}">{text(title)}</button>' for title, weights in presets.items())
    switches = "".join(
        f'<fieldset class="weights-switches"><legend>{text(titles[key])}</legend>'
        + "".join(_switch(name, one, shorts[one]) for one, p in zip(data["indicators"], data["pillar"], strict=True) if p == n)
        + "</fieldset>"
        for n, key in enumerate(data["pillars"])
    )
    means = "".join(_radio(name, "mean", key, title, checked=key == "arithmetic") for key, title in MEANS.items())
    sizes = _radio(name, "size", "each", "Counts per resident", checked=True) + _radio(name, "size", "all", "Counts in all", checked=False)
    triangle = _triangle(name, corners) if len(corners) == 3 and set(data["bundle"]) >= {0, 1, 2} else ""
    return (
        f'<p class="weights-static">{text(told)} The controls that let a reader build another index need JavaScript.</p>'
        f'<div class="weights" hidden data-index="{text(json.dumps(data, separators=(",", ":")))}">'
        f'<p class="weights-lead">Give each pillar a weight, and the index follows.</p>'
        f'<ol class="weights-ranking" aria-label="Ranking with these choices">{ranking}</ol>'
        f'<p class="weights-verdict" role="status" aria-live="polite"></p>'
        f'<div class="weights-sliders" role="group" aria-label="Weights of the pillars">{sliders}</div>'
        f'<p class="weights-buttons">{buttons}</p>{triangle}'
        f'<details class="weights-more"><summary>Switch indicators off, choose the mean, count in all</summary>'
        f'<fieldset class="weights-switches"><legend>Mean</legend>{means}</fieldset><fieldset class="weights-switches"><legend>Size</legend>{sizes}</fieldset>'
        f"{switches}</details>"
        f'<p class="weights-share"><a class="weights-link" href="#{text(name)}">Link to this index</a></p></div>'
    )


def _joined(weights: dict[str, int]) -> str:
    return "/".join(f"{pillar}.{weight}" for pillar, weight in weights.items())


def _slider(key: str, pillar: str, title: str, value: int, total: int) -> str:
    text, share = html.escape, f"{value / total:.0%}"
    return (
        f'<div class="weights-slider"><label for="{text(key)}">{text(title)}</label>'
        f'<input type="range" id="{text(key)}" data-pillar="{text(pillar)}" min="0" max="{STEPS}" step="1" value="{value}" '
        f'aria-valuetext="{value} of {STEPS}, {share} of the index" autocomplete="off">'
        f'<output for="{text(key)}">{share}</output></div>'
    )


def _row(city: str, title: str) -> str:
    text = html.escape
    return (
        f'<li data-place="{text(city)}"><span class="weights-name">{text(title)}</span>'
        f'<span class="weights-track" aria-hidden="true"><span class="weights-bar"></span></span><span class="weights-score"></span></li>'
    )


def _switch(name: str, key: str, title: str) -> str:
    text = html.escape
    return f'<label><input type="checkbox" data-indicator="{text(key)}" name="{text(name)}-{text(key)}" checked autocomplete="off"> {text(title)}</label>'


def _radio(name: str, kind: str, key: str, title: str, *, checked: bool) -> str:
    text, state = html.escape, " checked" if checked else ""
    return f'<label><input type="radio" name="{text(name)}-{kind}" value="{text(key)}"{state} autocomplete="off"> {text(title)}</label>'


def _triangle(name: str, corners: list[str]) -> str:
    """The triangle is drawn by the script: it needs the pointer, or the keyboard, to say anything that the bars do not."""
    text = html.escape
    words = "".join(f'<span class="weights-corner weights-corner-{n}">{text(corner)}</span>' for n, corner in enumerate(corners))
    return (
        f'<div class="weights-triangle"><p id="{text(name)}-triangle" class="weights-lead">Or choose a point: '
        f"a corner gives one bundle of pillars all the weight. The darker, the larger the lead; grey where two cities are level.</p>"
        f'<div class="weights-map">{words}<svg viewBox="0 0 240 212" tabindex="0" role="slider" '
        f'aria-labelledby="{text(name)}-triangle" aria-valuemin="0" aria-valuemax="100" aria-valuenow="33" aria-valuetext=""></svg></div></div>'
    )
