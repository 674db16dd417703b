"""Contrast as drawn: letters against what lies beside them, marks against their ground, shares against their neighbours; light and dark.

WCAG 2.2 asks for 4.5:1 of text (3:1 of large text) and for 3:1 of the parts of a drawing that one needs to see to read it.
"""

import base64
import io
import itertools

import numpy as np
from PIL import Image

#: What lies behind, or stands for no figure: it recedes on purpose.
GROUND = ("paper", "grid", "land", "sea", "border", "nodata")
#: Classes so pale that a cell of a table has its number in it, and a city on a map a rim.
PALE = ("seq1", "seq2")
#: Of the pixels beside a text's letters, as many may lie on something nearer in lightness: a grid line behind a word takes a ninth of its height.
CROSSED = 0.10
#: Pixels of the page in one picture; of a taller one, Chromium at times leaves the end out.
TALLEST = 3000


def _linear(parts: np.ndarray) -> np.ndarray:
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


#: Pixels are whole numbers: millions of them are looked up.
LINEAR = _linear(np.arange(256) / 255)


def luminance(colours) -> np.ndarray:
    """Relative luminance of sRGB colours from 0 to 255, the last axis being red, green, blue.

    >>> float(luminance([255, 255, 255]).round(3)), float(luminance([0, 0, 0]))
    (1.0, 0.0)
    """
    colours = np.asarray(colours)
    linear = LINEAR[colours] if colours.dtype.kind in "iu" else _linear(colours / 255)
    return linear @ np.array([0.2126, 0.7152, 0.0722])


def contrast(one, other) -> np.ndarray:
    """Contrast of colours, or of one with many, from 1 to 21.

    >>> float(contrast([0, 0, 0], [255, 255, 255]))
    21.0
    """
    a, b = luminance(one), luminance(other)
    return (np.maximum(a, b) + 0.05) / (np.minimum(a, b) + 0.05)


def rgb(colour: str) -> list[int]:
    return [int(colour[at : at + 2], 16) for at in (1, 3, 5)]


# ---- what a page is asked for ------------------------------------------------------------------------------------------

#: Only the charts are left, one under the other, so that a few pictures hold all of them.
ALONE = """() => {
  for (const one of document.querySelectorAll('body *')) {
    if (one.closest('.exhibit-chart')) continue;
    if (!one.querySelector('.exhibit-chart')) one.style.display = 'none';
    else if (['sticky', 'fixed'].includes(getComputedStyle(one).position)) one.style.position = 'static';
  } }"""
SHOWN = """() => { document.querySelectorAll('svg[data-shown]').forEach((svg) => delete svg.dataset.shown);
  return [...document.querySelectorAll('figure.exhibit')].map((figure) => {
  const svg = [...figure.querySelectorAll('.exhibit-chart svg')].find((svg) => svg.getClientRects().length), box = svg.getBoundingClientRect();
  svg.dataset.shown = figure.id;
  return [figure.id, [box.left + scrollX, box.top + scrollY, box.width, box.height]]; }); }"""

#: Every text of a drawing: its words, box, colour, size; a text that is drawn as a rim under another is part of the ground.
LETTERS = """(svg) => {
  const from = svg.getBoundingClientRect(), found = [];
  for (const text of svg.querySelectorAll('text')) {
    const look = getComputedStyle(text), box = text.getBoundingClientRect();
    if (!text.textContent.trim() || !box.width || look.stroke !== 'none' || +look.opacity === 0) continue;
    const scale = Math.hypot(text.getScreenCTM().a, text.getScreenCTM().b);
    found.push({words: text.textContent, box: [box.left - from.left, box.top - from.top, box.right - from.left, box.bottom - from.top],
                ink: look.fill.match(/[\\d.]+/g).slice(0, 3).map(Number), size: parseFloat(look.fontSize) * scale, bold: +look.fontWeight >= 700,
                turned: Math.abs(text.getScreenCTM().b) > 0.01});
  }
  return found;
}"""
HIDE = """(hidden) => document.querySelectorAll('svg[data-shown] text').forEach((text) => {
  if (getComputedStyle(text).stroke === 'none') text.style.fillOpacity = hidden ? 0 : ''; })"""

MARKS = """(svg) => {
  const numbers = (value) => (value.match(/[\\d.]+/g) ?? []).map(Number);
  const from = svg.getBoundingClientRect(), found = [];
  const words = [...svg.querySelectorAll('text')].map((text) => text.getBoundingClientRect());
  for (const mark of svg.querySelectorAll('path, rect, circle, line')) {
    if (mark.closest('defs, clipPath, pattern') || !mark.getClientRects().length) continue;
    const look = getComputedStyle(mark), box = mark.getBoundingClientRect();
    let opacity = 1;
    for (let at = mark; at !== svg; at = at.parentElement) opacity *= +getComputedStyle(at).opacity;
    const paint = (value, own) => value === 'none' ? null : {rgb: numbers(value).slice(0, 3), alpha: (numbers(value)[3] ?? 1) * own * opacity};
    found.push({box: [box.left - from.left, box.top - from.top, box.right - from.left, box.bottom - from.top],
                fill: paint(look.fill, +look.fillOpacity), stroke: parseFloat(look.strokeWidth) >= 0.5 ? paint(look.stroke, +look.strokeOpacity) : null,
                oblong: /^M[^hvlcaA-Z]*h[^hvlca]*v[^hvlca]*h[^hvlca]*Z$/.test(mark.getAttribute('d') ?? ''),
                told: words.some((w) => w.left >= box.left - 2 && w.right <= box.right + 2 && w.top >= box.top - 4 && w.bottom <= box.bottom + 4)});
  }
  return found;
}"""
TOKENS = """() => Object.fromEntries(Object.entries(window.gbaPalette).map(([light, token]) => {
  const probe = document.createElement('i'); document.body.append(probe); probe.style.color = `var(--gba-${token})`;
  const rgb = getComputedStyle(probe).color.match(/\\d+/g).map(Number); probe.remove(); return [token, rgb]; }))"""
PAGE = "() => { const c = getComputedStyle(document.body).backgroundColor.match(/[\\d.]+/g).map(Number); return c[3] === 0 ? [255, 255, 255] : c.slice(0, 3); }"


def pictures(page, boxes: list[list[float]]) -> list[np.ndarray]:
    """The pixels of all drawings of a page, two a CSS pixel, from as few pictures of the page as hold them."""
    left = int(min(box[0] for box in boxes))
    width = max(box[0] + box[2] for box in boxes) - left
    session = page.context.new_cdp_session(page)
    found, at = [], 0
    while at < len(boxes):
        top = boxes[at][1]
        last = max(number for number in range(at, len(boxes)) if number == at or boxes[number][1] + boxes[number][3] - top <= TALLEST)
        height = boxes[last][1] + boxes[last][3] - top
        clip = {"x": left, "y": top, "width": width, "height": height, "scale": 2}
        # Asked of the browser itself, which then does not spend its time on making the file small.
        taken = session.send("Page.captureScreenshot", {"clip": clip, "captureBeyondViewport": True, "optimizeForSpeed": True})
        picture = np.asarray(Image.open(io.BytesIO(base64.b64decode(taken["data"]))).convert("RGB")).astype(np.int16)
        for x, above, wide, high in boxes[at : last + 1]:
            y, x = round(2 * (above - top)), round(2 * (x - left))
            found.append(picture[y : y + round(2 * high), x : x + round(2 * wide)])
        at = last + 1
    return found


# ---- what is judged ------------------------------------------------------------------------------------------------------


def told(colour, tokens: dict) -> str:
    """A colour in words: its number, and the palette's name of it."""
    number = "#" + "".join(f"{round(part):02x}" for part in colour)
    return f"{next((token for token, own in tokens.items() if list(own) == [round(part) for part in colour]), 'no colour of the palette')} {number}"


def instead(colour, ground, least: float, tokens: dict) -> str:
    """The palette's colours that would do there, the nearest first."""
    good = [token for token, own in tokens.items() if token not in (*GROUND, *PALE) and contrast(own, ground) >= least]
    near = sorted(good, key=lambda token: sum((a - b) ** 2 for a, b in zip(tokens[token], colour, strict=True)))
    return f'take gba.colour("{near[0]}")' + (f" or {', '.join(near[1:3])}" if len(near) > 1 else "") if near else "put it on another ground"


def weak(measured, needed, colour, ground, tokens) -> str:
    """What was found, what was expected, what to do."""
    return f"{told(colour, tokens)} on {told(ground, tokens)}: {measured:.2f}:1, expected {needed}:1; {instead(colour, ground, needed, tokens)}"


def beside(letters: np.ndarray) -> np.ndarray:
    """Where letters are and the two pixels round them."""
    grown = letters.copy()
    for _ in range(2):
        wide = np.pad(grown, 1)
        grown = wide[1:-1, 1:-1] | wide[:-2, 1:-1] | wide[2:, 1:-1] | wide[1:-1, :-2] | wide[1:-1, 2:]
    return grown


def weak_letters(texts: list[dict], with_letters: np.ndarray, without: np.ndarray, tokens: dict) -> list[str]:
    """Texts that are hard to read: too many of the pixels beside their letters are too near in lightness."""
    found = []
    for text in texts:
        left, top, right, bottom = (max(0, round(2 * at)) for at in text["box"])
        before, ground = (picture[top : bottom + 1, left : right + 1] for picture in (with_letters, without))
        ground = ground[beside(np.abs(before - ground).max(axis=2, initial=0) > 20)]
        if not len(ground):
            found.append(f"{text['words']!r} cannot be seen: its letters change no pixel; draw it last, in another colour than its ground")
            continue
        least = 3 if text["size"] >= 24 or (text["bold"] and text["size"] >= 18.66) else 4.5
        measured = contrast(text["ink"], ground)
        if (measured < least).mean() > CROSSED:
            worst = ground[measured.argmin()]
            found.append(f"{text['words']!r}, {(measured < least).mean():.0%} of it: {weak(measured.min(), least, text['ink'], worst, tokens)}")
    return found


def colliding(texts: list[dict]) -> list[str]:
    """Upright texts that lie over each other; the box of one that is turned is mostly empty.

    >>> here, there = ({"words": word, "box": [left, 0, left + 50, 14], "turned": False} for word, left in (("a", 0), ("b", 20)))
    >>> colliding([here, there]), colliding([here, {**there, "turned": True}]), colliding([here, {**there, "box": [49, 11, 99, 25]}])
    (["'a' lies over 'b' by 30 x 14 pixels; put one of them on another side of its mark, or leave it out"], [], [])
    """
    found = []
    for one, other in itertools.combinations([text for text in texts if not text["turned"]], 2):
        wide, high = (min(one["box"][end + 2], other["box"][end + 2]) - max(one["box"][end], other["box"][end]) for end in (0, 1))
        if wide > 2 and high > 4:  # of the room that a line has above and below its letters
            what = f"{one['words']!r} lies over {other['words']!r} by {wide:.0f} x {high:.0f} pixels"
            found.append(f"{what}; put one of them on another side of its mark, or leave it out")
    return found


def over(paint: dict, ground) -> np.ndarray:
    return np.asarray(paint["rgb"]) * paint["alpha"] + np.asarray(ground) * (1 - paint["alpha"])


def best(paints: list[dict], ground) -> tuple[float, list[float], list[float]]:
    """Of a mark's fill and stroke the one that stands out most from a ground: contrast, colour, ground."""
    seen = [over(paint, ground) for paint in paints]
    return max(((float(contrast(colour, ground)), list(colour), list(ground)) for colour in seen), key=lambda measured: measured[0])


def hidden_marks(marks: list[dict], tokens: dict, page) -> list[str]:
    """Marks whose fill and stroke both lie under 3:1 against the ground; on a map against sea and land."""
    names = {tuple(own): token for token, own in tokens.items()}
    named = [[names.get(tuple(paint["rgb"])) if (paint := mark[part]) else None for part in ("fill", "stroke")] for mark in marks]
    is_map = any(fill == "sea" for fill, _ in named)
    grounds = [tokens[token] for token in ("paper", "land", "sea")] if is_map else [page]
    hidden = {}
    for mark, (fill, stroke) in zip(marks, named, strict=True):
        paints = [(mark[part], token) for part, token in (("fill", fill), ("stroke", stroke)) if mark[part] and mark[part]["alpha"] > 0]
        meant = [paint for paint, token in paints if token not in GROUND]
        if not meant or (fill in PALE and mark["told"] and not is_map):
            continue
        least, colour, ground = min((best(meant, ground) for ground in grounds), key=lambda measured: measured[0])
        if least < 3:
            hidden.setdefault(weak(least, 3, colour, ground, tokens), []).append(mark["box"])
    return [
        f"a mark at {round(boxes[0][0])}, {round(boxes[0][1])}{f' and {len(boxes) - 1} more' if boxes[1:] else ''}: {text}" for text, boxes in hidden.items()
    ]


def merged_shares(marks: list[dict], picture: np.ndarray, tokens: dict) -> list[str]:
    """Oblongs of different colours under 3:1 that touch without a line between them."""
    names = {tuple(own): token for token, own in tokens.items()}
    bars = [m for m in marks if m["oblong"] and m["fill"] and m["fill"]["alpha"] == 1 and names.get(tuple(m["fill"]["rgb"])) not in (None, *GROUND)]
    merged = []
    for at, one in enumerate(bars):
        for other in bars[at + 1 :]:
            if one["fill"]["rgb"] == other["fill"]["rgb"] or contrast(one["fill"]["rgb"], other["fill"]["rgb"]) >= 3:
                continue
            for along in (0, 1):  # beside each other, or one on the other
                first, second = sorted((one["box"], other["box"]), key=lambda box: box[along])
                low, high = max(first[1 - along], second[1 - along]), min(first[3 - along], second[3 - along])
                if abs(first[2 + along] - second[along]) > 1.6 or high - low < 0.6 * min(b[3 - along] - b[1 - along] for b in (first, second)):
                    continue
                seam, middle = round(first[2 + along] + second[along]), round(low + high)
                where = slice(max(0, seam - 5), seam + 6)
                line = picture[middle, where] if along == 0 else picture[where, middle]
                apart = max(float(contrast(bar["fill"]["rgb"], line).max()) for bar in (one, other))
                if apart < 3:
                    pair = " beside ".join(told(bar["fill"]["rgb"], tokens) for bar in (one, other))
                    merged.append(f'{pair}: {apart:.2f}:1, expected 3:1; part them with a stroke of gba.colour("paper"), or take colours further apart')
    return list(dict.fromkeys(merged))
