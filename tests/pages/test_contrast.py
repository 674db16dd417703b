"""Contrast as drawn, on every page, at both widths, light and dark: tests/support/standout.py says what is measured."""

import itertools

import pytest
from bookpages import documents, until
from gba.charts.palette import palette
from standout import (
    ALONE,
    GROUND,
    HIDE,
    LETTERS,
    MARKS,
    PAGE,
    PALE,
    SHOWN,
    TOKENS,
    colliding,
    contrast,
    hidden_marks,
    merged_shares,
    pictures,
    rgb,
    weak_letters,
)
from visits import DESK, PHONE, opened


def test_contrast_is_measured_as_the_standard_does():
    assert contrast([119, 119, 119], [255, 255, 255]).round(2) == 4.48  # the standard's own example of a near miss
    assert contrast([118, 118, 118], [255, 255, 255]).round(2) == 4.54


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colours_that_mean_something_stand_out_from_the_page(theme):
    tokens = {token: rgb(row[theme]) for token, row in palette().items()}
    meant = [token for token in tokens if token not in (*GROUND, *PALE) and not token.startswith(("seq", "div", "on_"))]
    faint = [f"{token} {float(contrast(tokens[token], tokens['paper'])):.2f}:1" for token in meant if contrast(tokens[token], tokens["paper"]) < 3]
    written = ("ink", "muted", "shenzhen", "guangzhou", "hong_kong", "macao", "other", "good", "bad", "unsure")
    faint += [f"{token}, in which words are written, less than 4.5:1" for token in written if contrast(tokens[token], tokens["paper"]) < 4.5]
    assert len(meant) > 8 and not faint, f"{theme}: {faint}, expected 3:1 against paper; choose other colours in book/gba/charts/palette.csv"


@pytest.mark.parametrize("document", documents())
def test_what_is_drawn_stands_out(browser, site, document):
    """One visit: letters at both widths and in both themes, none over another; marks and shares on a desk."""
    page, found = opened(browser, "about:blank", color_scheme="light", device_scale_factor=2), []
    page.route("**/vega*", lambda route: route.abort())  # the drawing, not the live chart
    page.goto(f"{site}/{document}.html", wait_until="load")
    page.evaluate(ALONE)
    for viewport, theme in itertools.product((DESK, PHONE), ("light", "dark")):
        page.set_viewport_size({**viewport, "height": 1200})
        if not (shown := page.evaluate(SHOWN)):
            break
        page.emulate_media(color_scheme=theme)
        until(page, "(theme) => document.documentElement.dataset.theme === theme", arg=theme)
        tokens, ground = page.evaluate(TOKENS), page.evaluate(PAGE)
        boxes = [box for _, box in shown]
        with_letters = pictures(page, boxes)
        page.evaluate(HIDE, True)
        without = pictures(page, boxes)
        page.evaluate(HIDE, False)
        for (name, _), one, other in zip(shown, with_letters, without, strict=True):
            svg = page.query_selector(f"svg[data-shown='{name}']")
            texts = svg.evaluate(LETTERS)
            faults = weak_letters(texts, one, other, tokens) + colliding(texts)
            if viewport == DESK:
                marks = svg.evaluate(MARKS)
                faults += hidden_marks(marks, tokens, ground) + merged_shares(marks, other, tokens)
            found += [f"{name}, {viewport['width']} pixels, {theme}: {fault}" for fault in faults]
    page.context.close()
    assert not found, "\n".join([f"{len(found)} things are hard to see (book/a4-fork.md, 'What a chart must keep'):", *found])
