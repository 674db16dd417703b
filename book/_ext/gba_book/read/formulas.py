"""Formulas as MathML, made at build time: browsers draw it themselves, so no formula script is loaded from anywhere."""

import re
import unicodedata

from docutils import nodes
from sphinx.errors import ExtensionError


def setup(app):
    """Offer this renderer, and choose it."""
    app.add_html_math_renderer("mathml", inline_renderers=(inline, None), block_renderers=(block, None))
    app.connect("config-inited", choose, priority=900)


def choose(app, config):
    """Take this renderer in place of the one that fetches a script."""
    config.html_math_renderer = "mathml"


#: What the converter passes over or takes letter by letter without a word, and what does instead. Its output shows the rest of such faults.
REFUSED = {
    r"\\(?:re)?newcommand|\\def\b": "write the formula out: definitions are not kept",
    r"\\(?:label|ref|eqref|tag)\b": "nothing can refer to a formula: refer to it in words",
    r"\\operatorname\*": r"take \operatorname",
    r"\\begin\{(?:align|alignat|equation|gather|eqnarray|multline)\}": "nothing can refer to numbered lines: take the environment with a star",
    r"\\begin\{(?:aligned|alignedat|gathered)\}": r"its lines would run into one: take \begin{split}",
}
_LEFT_OVER = re.compile(r"<m[ion][^>]*>\s*(?:\\|&(?!#|\w+;))[^<]*|<mtext>[^<]*\\[^<]*|<mo />")
_VARIANT = re.compile(r'<(m[in]) mathvariant="([a-z-]+)">(\w)</\1>')


def mathml(latex: str, display: str) -> str:
    """MathML of a formula, which also names its LaTeX for readers who cannot see it.

    Raises
    ------
    ExtensionError : the formula cannot be drawn as it is meant; the message quotes it and says what to write

    >>> mathml("x^2", "inline")[:49]
    '<math xmlns="http://www.w3.org/1998/Math/MathML" '
    """
    for form, way in REFUSED.items():
        if found := re.search(form, latex):
            raise ExtensionError(f"the formula {latex!r} cannot be drawn: {found[0]} in it; {way}")
    from latex2mathml.converter import convert  # it reads a large table; few pages have a formula

    try:
        made = convert(latex, display=display)
    except Exception as error:
        raise ExtensionError(f"the formula {latex!r} cannot be drawn: {type(error).__name__} {error}; write it in plain LaTeX") from error
    if found := _LEFT_OVER.search(made):
        what = re.sub(r"<[^>]*>", "", found[0]) or "an empty sign"
        way = "an & aligns only inside an environment such as split or cases" if "&" in what else "write it in plain LaTeX"
        raise ExtensionError(f"the formula {latex!r} cannot be drawn: {what} would be left in it; {way}")
    return _VARIANT.sub(_lettered, made)


def _lettered(found) -> str:
    """A letter of another alphabet as that letter's own sign: browsers do not draw the attribute."""
    tag, variant, sign = found.groups()
    alphabet = variant.upper().replace("-", " ").replace("DOUBLE STRUCK", "DOUBLE-STRUCK")
    name = f"{unicodedata.name(sign).replace('LATIN ', '').replace('LETTER ', '').replace('GREEK ', '')}"
    try:
        sign = unicodedata.lookup(f"MATHEMATICAL {alphabet} {name}")
    except KeyError:
        return found[0]
    return f"<{tag}>{sign}</{tag}>"


def inline(writer, node):
    """Write a formula within a line."""
    writer.body.append(f'<span class="formula">{mathml(node.astext(), "inline")}</span>')
    raise nodes.SkipNode


def block(writer, node):
    """Write a formula that stands alone."""
    # On a phone a long formula scrolls inside its box: the keyboard has to get there too.
    writer.body.append(f'<div class="formula-block" role="group" aria-label="Formula" tabindex="0">{mathml(node.astext(), "block")}</div>')
    raise nodes.SkipNode
