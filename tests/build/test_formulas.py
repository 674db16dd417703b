"""Formulas: drawn as they are meant, or refused in words."""

import re

import pytest
from gba_book.read.formulas import mathml
from sphinx.errors import ExtensionError

WRONG = {
    "lines without an environment": r"a &= b \\ c &= d",
    "aligned": r"\begin{aligned}a &= b\end{aligned}",
    "gathered": r"\begin{gathered}a \\ b\end{gathered}",
    "an unknown command": r"\foo{x}",
    "a starred operator": r"\operatorname*{argmax}_x f",
    "a label": r"x \label{eq:index}",
    "a reference": r"\ref{a}",
    "a tag": r"\tag{1} x",
    "a definition": r"\newcommand{\a}{b} \a",
    "numbered lines": r"\begin{align}a &= b\end{align}",
    "an open bracket": r"\left( x",
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_would_be_drawn_wrong_is_refused_with_the_formula_and_a_way_out(kind):
    with pytest.raises(ExtensionError) as told:
        mathml(WRONG[kind], "block")
    assert repr(WRONG[kind]) in str(told.value)
    assert ";" in str(told.value)


RIGHT = [
    r"\frac{1}{2}\sum_{i=1}^n w_i x_i", r"\begin{split}a &= b \\ c &= d\end{split}", r"\begin{align*}a &= b\end{align*}", r"\operatorname{argmax}_x f",
    r"\begin{cases}1 & x > 0 \\ 0 & \text{else}\end{cases}", r"0 < x \le 100\%", r"\text{share of R and D}", r"\left(\frac{a}{b}\right)^2",
]


@pytest.mark.parametrize("latex", RIGHT)
def test_what_can_be_drawn_is(latex):
    made = re.sub(r'alttext="[^"]*"', "", mathml(latex, "inline"))
    assert "\\" not in made
    assert not re.search("<mi>&(?!#)", made)
    # Letters of other alphabets are signs of their own: browsers draw the sign, and pass over the attribute that asks for it.
    assert all(f">{sign}<" in mathml(letter, "inline") for letter, sign in ((r"\mathbb{1}", "𝟙"), (r"\bm{w}", "𝒘"), (r"\bm{W}", "𝑾")))
