"""The figure: a chart with title, alt text, note and sources; in a notebook it shows as a picture in its frame, in the HTML book as an exhibit."""

import os
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import altair as alt
import narwhals as nw
import pandas as pd
from altair.utils.schemapi import debug_mode

from gba.charts import theme  # noqa: F401  the look is registered where it is defined
from gba.data.load import sources
from gba.exhibit import html
from gba.exhibit.computed import values
from gba.exhibit.copies import quick
from gba.exhibit.specification import computes, finished
from gba.exhibit.svg import NARROW, WIDE, draw
from gba.exhibit.tables import as_drawn, ledger_rows
from gba.prose import SPOKEN, Text

NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@dataclass(eq=False, repr=False)
class Figure:
    """A chart with what a reader needs to trust it.

    Attributes
    ----------
    draw : a function of the width in pixels that returns an Altair chart
    name : the figure's id
    title, subtitle, alt, note : its words, `gba.prose.Text`
    sources : keys of its sources, the one of most rows first
    rows : what it was given of the ledgers' rows; `ledger` has each row once
    data : what it draws, where the rows do not hold it, as `gba.exhibit.tables.as_drawn` makes it
    read_back : whether the chart itself computes what it draws, and `data` were read back from it
    controls : HTML between its drawing and its caption on the page
    """

    draw: Callable[[int], alt.TopLevelMixin]
    name: str
    title: Text
    subtitle: Text
    alt: Text
    note: Text
    sources: list[str]
    rows: list[pd.DataFrame]
    data: pd.DataFrame | None = None
    controls: str = ""
    read_back: bool = False
    _made: dict = field(default_factory=dict)

    @cached_property
    def ledger(self) -> pd.DataFrame | None:
        """The rows of the ledgers behind it, as readers get them; None where its rows only cite sources."""
        return ledger_rows(self.rows)

    def spec(self, width: int = WIDE) -> dict:
        """The Vega-Lite specification at a width in pixels, without columns that nothing draws; a ValueError says what keeps it from being drawn as meant."""
        return self._once(("spec", width), lambda: self._specified(width))

    def svg(self, width: int = WIDE) -> str:
        """The drawing at a width in pixels, as the converter gives it; a ValueError as of `spec`."""
        return self._once(("svg", width), lambda: draw(self.spec(width)))

    def _once(self, key: tuple, make: Callable):
        if key not in self._made:
            try:
                self._made[key] = make()
            except (ValueError, TypeError, LookupError) as error:
                said = str(error.args[0] if isinstance(error, KeyError) and error.args else error).strip()
                if isinstance(error, KeyError) and " " not in said:
                    said = f"its chart asks for {error}, which its data do not have"
                raise ValueError(said if said.startswith("figure ") else f"figure {self.name}: {said}") from error
        return self._made[key]

    def _specified(self, width: int) -> dict:
        # Altair checks each part against its schema as it is made; the tests check the whole, so a build need not.
        with quick(), debug_mode(False), alt.data_transformers.enable("gba"):
            spec = finished(self.draw(width).to_dict(validate=False), width)
        return {**spec, "title": {"text": self.title, "subtitle": [self.subtitle]}, "description": self.alt}

    def __repr__(self) -> str:
        return f"{self.title}\n{self.alt}"

    def _repr_mimebundle_(self, include=None, exclude=None):
        alone = html.in_a_notebook(self)
        if in_book():
            return {"text/html": html.markup(self), "text/plain": repr(self)}, {html.NOTEBOOK: alone}
        return {"text/html": alone, "text/plain": repr(self)}


def figure(chart, *, name: str = "", title: str = "", subtitle: str = "", alt_text: str = "", rows=None, note: str = "", facts=None, data=None) -> Figure:
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
        (underscores become spaces, keys of places names). It becomes the table and the CSV "as drawn"; of a chart that itself computes,
        a mean or bins, it is read back from the drawing where it is not given

    Raises
    ------
    ValueError : a text is missing or names a fact that there is not; the name has another form; a row cites a source that
        data/sources.csv does not know; the rows hold nothing but sources and there are no data; the chart cannot be drawn as it is meant

    >>> import altair as alt, gba
    >>> area = gba.load("area").head(3)
    >>> chart = alt.Chart(area).mark_bar().encode(x="value:Q", y="place:N")
    >>> gba.figure(chart, name="areas", title="Three areas", subtitle="Square kilometres", alt_text="Three bars.", rows=area)
    Three areas
    Three bars.
    """
    for what, text in {"name": name, "title": title, "subtitle": subtitle, "alt_text": alt_text}.items():
        if not str(text).strip():
            raise ValueError(f"figure {name or '?'}: {what} is empty; every figure needs a name, a title, a subtitle and an alt text")
    if not NAME.fullmatch(name) or name.endswith("-drawn"):
        form = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-").removesuffix("-drawn") or "rents-by-city"
        raise ValueError(f"figure {name!r}: a name is lower case with hyphens and does not end in -drawn, as in {form!r}")
    frames = [_frame(one, name, "rows") for one in (rows if isinstance(rows, list | tuple) else [rows])]
    try:
        title, subtitle, alt_text, note = (Text(text, facts) for text in (title, subtitle, alt_text, note))
        data = None if data is None else as_drawn(_frame(data, name, "data"))
    except ValueError as error:
        raise ValueError(str(error) if str(error).startswith("figure ") else f"figure {name}: {error}") from None
    keys = _cited(frames, name)
    made = Figure(_drawing(chart, name), name, title, subtitle, alt_text, note, keys, frames, data)
    if data is None and made.ledger is None:
        raise ValueError(f"figure {name}: its rows hold nothing but their sources, so it was computed; give what the chart draws as data=, a DataFrame")
    SPOKEN[f"#{name}"] = title
    # What is wrong with the chart is told here, where it is made, and not when the figure shows.
    for width in (WIDE, NARROW) if in_book() else (WIDE,):
        made.svg(width)
    if data is None and computes(made.spec()):
        if (found := values(made.spec())) is None:
            raise ValueError(f"figure {name}: what its chart computes cannot be read back from it; compute it with pandas, and give it as data=")
        made.data, made.read_back = as_drawn(found), True
    return made


def in_book() -> bool:
    """Whether a build of the book runs the notebook, and not a reader."""
    return os.environ.get("GBA_RENDER") == "book"


def _frame(frame, name: str, what: str) -> pd.DataFrame:
    """Frames of other libraries as pandas' own."""
    if isinstance(frame, pd.DataFrame):
        return frame
    try:
        return pd.DataFrame(nw.from_native(frame, eager_only=True).to_dict(as_series=False))
    except TypeError:
        raise ValueError(f"figure {name}: {what} is {type(frame).__name__}, expected a DataFrame{' or a list of them' * (what == 'rows')}") from None


def _cited(frames: list[pd.DataFrame], name: str) -> list[str]:
    """The sources of the rows; whoever gave most of them is named first."""
    bare = [frame for frame in frames if "source" not in frame]
    if bare:
        raise ValueError(f"figure {name}: rows have no column 'source', only {', '.join(map(str, bare[0]))}; every row needs a key of data/sources.csv")
    cited = Counter(key.strip() for frame in frames for cell in frame["source"].dropna() for key in cell.split(";"))
    known = sources().index
    unknown = [key for key in cited if key not in known]
    if unknown or not cited:
        found = f"its rows cite {', '.join(unknown)}, which data/sources.csv does not have" if unknown else "its rows cite no source"
        raise ValueError(f"figure {name}: {found}; every row needs a key of data/sources.csv in its column 'source'")
    return sorted(cited, key=lambda key: (-cited[key], key))


def _drawing(chart, name: str) -> Callable[[int], alt.TopLevelMixin]:
    """The chart as a function of the width; one that is given as it stands is fitted to any."""
    if not isinstance(chart, alt.TopLevelMixin):
        if not callable(chart):
            raise ValueError(f"figure {name}: {type(chart).__name__} is no chart; give an Altair chart or a function of the width that returns one")
        return chart
    room = alt.AutoSizeParams(type="fit", contains="padding")
    if isinstance(chart, alt.FacetChart | alt.ConcatChart | alt.HConcatChart | alt.VConcatChart | alt.RepeatChart):
        return lambda width: chart.properties(autosize=room)
    return lambda width: chart.properties(width=width, autosize=room)
