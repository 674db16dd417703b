"""The figure: a chart with title, alt text, note and sources; in a notebook it shows as a chart, in the HTML book as an exhibit."""

import os
from collections import Counter
from collections.abc import Callable

import altair as alt
import pandas as pd
from altair.utils.schemapi import debug_mode

from gba.charts import theme  # noqa: F401  the look is registered where it is defined
from gba.charts.layout import fit
from gba.charts.rows import with_properties
from gba.data.load import sources
from gba.exhibit import html
from gba.exhibit.svg import WIDE, without_unused_columns
from gba.prose import Text


class Figure:
    """A chart with what a reader needs to trust it; displays as an Altair chart in notebooks and as an island in the HTML book."""

    def __init__(
        self,
        draw: Callable[[int], alt.TopLevelMixin],
        name: str,
        title: str,
        subtitle: str,
        alt_text: str,
        keys: list[str],
        rows: list[pd.DataFrame],
        note: str,
        data: pd.DataFrame | None = None,
    ):
        self.draw, self.name, self.title, self.subtitle, self.alt = draw, name, title, subtitle, alt_text
        self.sources, self.rows, self.note, self.data = keys, rows, note, data

    def chart(self, width: int = WIDE) -> alt.TopLevelMixin:
        """The Altair chart at a width in pixels, with its title, subtitle and alt text."""
        head = alt.TitleParams(text=self.title, subtitle=[self.subtitle])
        return with_properties(self.draw(width), title=head, description=self.alt)

    def spec(self, width: int = WIDE) -> dict:
        """The Vega-Lite specification at a width in pixels; columns that nothing draws are left out of its data."""
        # Altair checks each part against its schema as it is made; the tests check the whole, so a build need not.
        with debug_mode(False), alt.data_transformers.enable("gba"):
            return without_unused_columns(self.chart(width).to_dict(validate=False), keep=("source",))

    def _repr_mimebundle_(self, include=None, exclude=None):
        if os.environ.get("GBA_RENDER") == "book":
            return {"text/html": html.markup(self), "text/plain": self.title}
        credit = "Source: " + "; ".join(dict.fromkeys(sources().loc[self.sources, "publisher"]))
        chart = self.chart()
        chart.title.subtitle = [self.subtitle, credit]
        return chart._repr_mimebundle_(include, exclude)


def figure(chart, *, name: str, title: str, subtitle: str, alt_text: str, rows, note: str = "", facts=None, data=None) -> Figure:
    """Make a figure of a chart.

    Parameters
    ----------
    chart : an Altair chart of one view (it is fitted to the column), or a function of the width in pixels that
        returns a chart of any make; the book calls it with 700 (column) and 350 (phone)
    name : the figure's id, unique in the book, in lower case with hyphens; links to it read ``[](#name)``
    title : the finding, as a sentence
    subtitle : measure, unit, places; says so when an axis is logarithmic
    alt_text : what a reader who cannot see the chart should know of it: its kind and what it shows
    rows : the ledger's rows behind it, a DataFrame or several, each with a `source` column
    note : a caveat that belongs right under the chart
    facts : values by name, from `gba.facts`; title, subtitle, alt text and note may then name them, as in ``{km_2019:.0f}``
    data : what the chart draws, a DataFrame, where `rows` do not hold it because the chapter computed it: columns named for a reader
        (underscores become spaces). It becomes the table and the CSV "as drawn"

    Raises
    ------
    ValueError : when a text is missing or names a fact that there is not, or when a row cites a source that data/sources.csv does not know
    """
    for what, text in {"name": name, "title": title, "subtitle": subtitle, "alt_text": alt_text}.items():
        if not str(text).strip():
            raise ValueError(f"figure {name or '?'}: {what} is empty; every figure needs a name, a title, a subtitle and an alt text")
    title, subtitle, alt_text, note = (Text(text, facts) for text in (title, subtitle, alt_text, note))
    frames = [rows] if isinstance(rows, pd.DataFrame) else list(rows)
    # Whoever gave most of the figures is named first.
    cited = Counter(key.strip() for frame in frames for cell in frame["source"].dropna() for key in cell.split(";"))
    keys = sorted(cited, key=lambda key: (-cited[key], key))
    unknown = [key for key in keys if key not in sources().index]
    if unknown or not keys:
        raise ValueError(f"figure {name}: sources {unknown or 'none'}; every row needs a key of data/sources.csv")
    draw = chart if callable(chart) and not isinstance(chart, alt.TopLevelMixin) else _fitted(chart)
    return Figure(draw, name, title, subtitle, alt_text, keys, frames, note, data)


def _fitted(chart: alt.TopLevelMixin) -> Callable[[int], alt.TopLevelMixin]:
    """Fit a chart of one view to the width, its axes and label room included."""
    return lambda width: fit(chart, width)
