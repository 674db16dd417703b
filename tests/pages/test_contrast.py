"""Contrast as drawn: letters against what lies beside them, marks against their ground, shares against their neighbours; light and dark.

WCAG 2.2 asks for 4.5:1 of text (3:1 of large text) and for 3:1 of the parts of a drawing that one needs to see to read it.
"""

import io

import numpy as np
import pytest
from bookpages import documents
from PIL import Image
from visits import DESK, PHONE, opened

#: What lies behind, or stands for no figure: it recedes on purpose.
GROUND = ("paper", "grid", "land", "sea", "border", "nodata")
#: Classes so pale that a cell of a table has its number in it, and a city on a map a rim.
PALE = ("seq1", "seq2")
#: Of the pixels beside a text's letters, as many may lie on something nearer in lightness: a grid line behind a word takes a ninth of its height.
CROSSED = 0.10


def luminance(colours) -> np.ndarray:
    """Relative luminance of sRGB colours from 0 to 255, the last axis being red, green, blue.

    >>> float(luminance([255, 255, 255]).round(3)), float(luminance([0, 0, 0]))
    (1.0, 0.0)
    """
    parts = np.asarray(colours, float) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722])


def contrast(one, other) -> np.ndarray:
    """Contrast of colours, or of one with many, from 1 to 21.

    >>> float(contrast([0, 0, 0], [255, 255, 255]))
    21.0
    """
    a, b = luminance(one), luminance(other)
    return (np.maximum(a, b) + 0.05) / (np.minimum(a, b) + 0.05)


def test_contrast_is_measured_as_the_standard_does():
    assert contrast([119, 119, 119], [255, 255, 255]).round(2) == 4.48  # the standard's own example of a near miss
    assert contrast([118, 118, 118], [255, 255, 255]).round(2) == 4.54


SHOWN = """() => [...document.querySelectorAll('figure.exhibit')].map((figure) =>
  [figure.id, [...figure.querySelectorAll('.exhibit-chart svg')].findIndex((svg) => svg.getClientRects().length)])"""

#: Every text of a drawing: its words, box, colour, size; a text that is drawn as a rim under another is part of the ground.
LETTERS = """(svg) => {
  const from = svg.getBoundingClientRect(), found = [];
  for (const text of svg.querySelectorAll('text')) {
    const look = getComputedStyle(text), box = text.getBoundingClientRect();
    if (!text.textContent.trim() || !box.width || look.stroke !== 'none' || +look.opacity === 0) continue;
    const scale = Math.hypot(text.getScreenCTM().a, text.getScreenCTM().b);
    found.push({words: text.textContent, box: [box.left - from.left, box.top - from.top, box.right - from.left, box.bottom - from.top],
                ink: look.fill.match(/[\\d.]+/g).slice(0, 3).map(Number), size: parseFloat(look.fontSize) * scale, bold: +look.fontWeight >= 700});
  }
  return found;
}"""
HIDE = """(svg, hidden) => svg.querySelectorAll('text').forEach((text) => {
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
                oblong: /^M[^hvlcaA-Z]*h[^hvlca]*v[^hvlca]*h[^hvlca]*Z$/.test((mark.getAttribute('d') ?? '').slice(0, 1) === 'M' ? mark.getAttribute('d') : ''),
                told: words.some((w) => w.left >= box.left - 2 && w.right <= box.right + 2 && w.top >= box.top - 4 && w.bottom <= box.bottom + 4)});
  }
  return found;
}"""
TOKENS = """() => Object.fromEntries(Object.entries(window.gbaPalette).map(([light, token]) => {
  const probe = document.createElement('i'); document.body.append(probe); probe.style.color = `var(--gba-${token})`;
  const rgb = getComputedStyle(probe).color.match(/\\d+/g).map(Number); probe.remove(); return [token, rgb]; }))"""
PAGE = "() => { const c = getComputedStyle(document.body).backgroundColor.match(/[\\d.]+/g).map(Number); return c[3] === 0 ? [255, 255, 255] : c.slice(0, 3); }"


#: Bars that stay in place while the page moves would lie over a tall drawing.
UNCOVER = """() => document.querySelectorAll('body *').forEach((one) => {
  if (['sticky', 'fixed'].includes(getComputedStyle(one).position) && !one.querySelector('figure.exhibit')) one.style.visibility = 'hidden'; })"""


@pytest.fixture(scope="module")
def drawings(browser, site):
    """The drawings of a page: name, element, tokens of the theme, colour of the page; what one test opened the next one uses."""
    kept = {}

    def of(document, theme, viewport):
        key = (document, theme, viewport["width"])
        if key not in kept:
            for page in kept.values():
                page.context.close()
            kept.clear()
            # A window that holds the tallest drawing whole: of one that it has to move about, Chromium at times leaves the end out.
            page = opened(browser, "about:blank", {**viewport, "height": 2600}, color_scheme=theme, device_scale_factor=2)
            page.route("**/vega*", lambda route: route.abort())  # the drawing, not the live chart
            page.goto(f"{site}/{document}.html", wait_until="load")
            page.evaluate(UNCOVER)
            kept[key] = page
        page = kept[key]
        shown = [(name, page.query_selector_all(f"figure[id='{name}'] .exhibit-chart svg")[at]) for name, at in page.evaluate(SHOWN)]
        return shown, page.evaluate(TOKENS), page.evaluate(PAGE)

    yield of
    for page in kept.values():
        page.context.close()


def seen(svg) -> np.ndarray:
    """The pixels of a drawing, two a CSS pixel."""
    return np.asarray(Image.open(io.BytesIO(svg.screenshot())).convert("RGB")).astype(int)


def beside(letters: np.ndarray) -> np.ndarray:
    """Where letters are and the two pixels round them."""
    grown = letters.copy()
    for _ in range(2):
        wide = np.pad(grown, 1)
        grown = wide[1:-1, 1:-1] | wide[:-2, 1:-1] | wide[2:, 1:-1] | wide[1:-1, :-2] | wide[1:-1, 2:]
    return grown


def weak_letters(svg) -> list[tuple[str, float, float]]:
    """Texts that are hard to read: the words, the share of pixels beside their letters that is too near in lightness, the least contrast."""
    texts = svg.evaluate(LETTERS)
    with_letters = seen(svg)
    svg.evaluate(HIDE, True)
    without = seen(svg)
    svg.evaluate(HIDE, False)
    if with_letters.shape != without.shape:
        raise AssertionError(f"two pictures of one drawing differ in size: {with_letters.shape}, {without.shape}")
    changed = np.abs(with_letters - without).max(axis=2) > 20
    weak = []
    for text in texts:
        left, top, right, bottom = (max(0, round(2 * at)) for at in text["box"])
        own = beside(changed[top : bottom + 1, left : right + 1])
        ground = without[top : bottom + 1, left : right + 1][own]
        if not len(ground):
            weak.append((text["words"], 1.0, 1.0))  # letters that change nothing cannot be seen
            continue
        least = 3 if text["size"] >= 24 or (text["bold"] and text["size"] >= 18.66) else 4.5
        measured = contrast(text["ink"], ground)
        share = float((measured < least).mean())
        if share > CROSSED:
            weak.append((text["words"], round(share, 2), round(float(measured.min()), 2)))
    return weak


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("document", documents())
def test_letters_stand_out_from_what_lies_beside_them(drawings, document, theme, viewport):
    shown, _, _ = drawings(document, theme, viewport)
    weak = [f"{name}: {words!r} {share:.0%} of its pixels, down to {least}" for name, svg in shown for words, share, least in weak_letters(svg)]
    assert not weak, "\n".join(weak)


def over(paint: dict, ground) -> np.ndarray:
    return np.asarray(paint["rgb"]) * paint["alpha"] + np.asarray(ground) * (1 - paint["alpha"])


def hidden_marks(marks: list[dict], tokens: dict, page) -> list[str]:
    """Marks whose fill and stroke both lie under 3:1 against the ground; on a map against sea and land."""
    told = {tuple(rgb): token for token, rgb in tokens.items()}
    named = [[told.get(tuple(paint["rgb"])) if (paint := mark[part]) else None for part in ("fill", "stroke")] for mark in marks]
    is_map = any(fill == "sea" for fill, _ in named)
    grounds = [tokens[token] for token in ("paper", "land", "sea")] if is_map else [page]
    hidden = []
    for mark, (fill, stroke) in zip(marks, named, strict=True):
        paints = [(mark[part], token) for part, token in (("fill", fill), ("stroke", stroke)) if mark[part] and mark[part]["alpha"] > 0]
        meant = [(paint, token) for paint, token in paints if token not in GROUND]
        if not meant or (fill in PALE and mark["told"] and not is_map):
            continue
        least = min(max(float(contrast(over(paint, ground), ground)) for paint, _ in meant) for ground in grounds)
        if least < 3:
            hidden.append(f"{' with a rim of '.join(str(token) for _, token in meant)} {least:.2f}:1 at {[round(at) for at in mark['box'][:2]]}")
    return hidden


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("document", documents())
def test_marks_stand_out_from_their_ground(drawings, document, theme):
    shown, tokens, page = drawings(document, theme, DESK)
    hidden = [f"{name}: {mark}" for name, svg in shown for mark in dict.fromkeys(hidden_marks(svg.evaluate(MARKS), tokens, page))]
    assert not hidden, "\n".join(hidden)


def merged_shares(marks: list[dict], picture: np.ndarray, tokens: dict) -> list[str]:
    """Oblongs of different colours under 3:1 that touch without a line between them."""
    told = {tuple(rgb): token for token, rgb in tokens.items()}
    bars = [m for m in marks if m["oblong"] and m["fill"] and m["fill"]["alpha"] == 1 and told.get(tuple(m["fill"]["rgb"])) not in (None, *GROUND)]
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
                    merged.append(f"{told[tuple(one['fill']['rgb'])]} beside {told[tuple(other['fill']['rgb'])]} at {seam / 2:.0f}: {apart:.2f}:1")
    return merged


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("document", documents())
def test_shares_of_a_bar_are_parted(drawings, document, theme):
    shown, tokens, _ = drawings(document, theme, DESK)
    merged = []
    for name, svg in shown:
        svg.evaluate(HIDE, True)
        merged += [f"{name}: {pair}" for pair in dict.fromkeys(merged_shares(svg.evaluate(MARKS), seen(svg), tokens))]
        svg.evaluate(HIDE, False)
    assert not merged, "\n".join(merged)
