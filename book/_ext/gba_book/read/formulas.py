"""Formulas as MathML, made at build time: browsers draw it themselves, so no formula script is loaded from anywhere."""

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.errors import ExtensionError


def setup(app):
    """Offer this renderer, and choose it."""
    app.add_html_math_renderer("mathml", inline_renderers=(inline, None), block_renderers=(block, None))
    app.connect("config-inited", choose, priority=900)


def choose(app, config):
    """Take this renderer in place of the one that fetches a script."""
    config.html_math_renderer = "mathml"


def mathml(latex: str, display: str) -> str:
    """MathML of a formula, which also names its LaTeX for readers who cannot see it.

    >>> mathml("x^2", "inline")[:49]
    '<math xmlns="http://www.w3.org/1998/Math/MathML" '
    """
    try:
        return convert(latex, display=display)
    except Exception as error:
        raise ExtensionError(f"the formula {latex!r} cannot be drawn: {type(error).__name__} {error}; write it in plain LaTeX") from error


def inline(writer, node):
    """Write a formula within a line."""
    writer.body.append(f'<span class="formula">{mathml(node.astext(), "inline")}</span>')
    raise nodes.SkipNode


def block(writer, node):
    """Write a formula that stands alone."""
    # On a phone a long formula scrolls inside its box: the keyboard has to get there too.
    writer.body.append(f'<div class="formula-block" role="group" aria-label="Formula" tabindex="0">{mathml(node.astext(), "block")}</div>')
    raise nodes.SkipNode
