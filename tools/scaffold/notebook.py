"""The cells of a new chapter, in the book's rhythm: finding, question, chart, how to read it, what could be wrong, what would change it.

What it says is computed when it runs; what the next author should write instead stands in comments that no reader sees.
"""

import re
import textwrap

from .series import LINE_FROM, Series, nudges

HIDDEN, FOLDED = ["hide-cell"], ["hide-input"]

Cell = tuple[str, str, str, list[str]]  # id, kind, source, tags


def exhibit_name(name: str) -> str:
    """The name of the chapter's first exhibit."""
    return f"{name}-compared"


def cells(file: str, name: str, title: str, question: str, drawn: Series, path: str, related: list[str]) -> list[Cell]:
    """All cells of a chapter.

    Parameters
    ----------
    file : the notebook's own name, which computed numbers are spoken with
    name : the chapter's name
    question : what the chapter asks; made of the series if empty
    drawn : what the exhibit draws
    path : the file of the dataset in data/
    related : pages that use the same data, as files
    """
    number = _number_format(drawn)
    spoken = {key: f"{{glue:text}}`{file}::{key}:{form}`" for key, form in _FORMS.items()}
    spoken |= {key: f"{{glue:text}}`{file}::{key}:{number}`" for key in ("top_value", "bottom_value", "top_before")}
    asked = question or ("How do the places compare?" if len(drawn.places) > 1 else "What do the figures say?")
    exhibit = exhibit_name(name)
    return [
        ("title", "markdown", f"# {_escaped(title)}\n\n*{_escaped(asked)}*\n\n{_finding(drawn).format(**spoken)}\n\n{_HINT_FINDING}", []),
        ("setup", "code", _IMPORT, HIDDEN),
        ("figures", "code", _load(drawn), HIDDEN),
        ("compare", "code", _COMPARE.format(ascending=_is_rank(drawn)), HIDDEN),
        ("say", "code", _say(drawn), HIDDEN),
        ("say-sources", "code", _SAY_SOURCES.format(dataset=drawn.dataset), HIDDEN),
        ("question", "markdown", f"## What the figures show\n\n{_MEASURE.format(**spoken)}\n\n{_HINT_QUESTION}", []),
        ("exhibit", "code", _exhibit(drawn, exhibit, number), FOLDED),
        ("reading", "markdown", f"{_reading(drawn, exhibit).format(**spoken)}\n\n{_HINT_READING}", []),
        ("caveat", "markdown", f"### What could be wrong with it\n\n{(_CAVEAT + (_ASIDE if drawn.aside else '')).format(**spoken)}\n\n{_HINT_CAVEAT}", []),
        ("change", "markdown", f"## What would change this\n\n{_CHANGE.format(**spoken)}\n\n{_HINT_CHANGE}", []),
        ("related", "markdown", _related(drawn, path, related), []),
    ]


#: As in the chapters: where the notebook is opened alone, the line of the error says what is missing.
_IMPORT = "import gba  # the book's library, in book/gba of its source: run this notebook in the folder book/"
_FORMS = {
    **dict.fromkeys(("top", "bottom", "first", "last", "measure", "unit", "definition", "places"), "s"),
    **dict.fromkeys(("n_figures", "n_sources", "official", "single", "n_breaks"), ".0f"),
}

_HINT_FINDING = "<!-- The finding of the chapter, in two or three sentences that a reader may quote. Every number is computed below and spoken by name. -->"
_HINT_QUESTION = "<!-- One question a section: say what is compared, in which unit, and why this measure and no other. -->"
_HINT_READING = "<!-- How to read the chart, then what it means: what would a reader see first, and is that right? -->"
_HINT_CAVEAT = "<!-- Definitions that differ between places, years that are missing, sources that stand alone. -->"
_HINT_CHANGE = "<!-- Which figure, found tomorrow, would make the first sentence of this chapter wrong? -->"

_MEASURE = "What is compared is {measure}, in {unit}, of {places}. The record defines it so: {definition}"

_CAVEAT = """The {n_figures} figures drawn come from {n_sources} sources; {official} per cent of them from official ones or the publisher's own, \
and {single} per cent are given by one source alone. Breaks that the data note in these series: {n_breaks}."""

_ASIDE = " All of them stand aside in the record, for the reasons that the column `status_reason` gives: no figure of this kind stands in the main line."

_CHANGE = """- **A later figure.** The comparison ends in {last}, the last year that all of the places share.
- **A second source.** {single} per cent of the figures stand on one source; where another is found, both are kept and the better grade is drawn.
- **Another definition.** {measure} is one measure of the question; one that counts something else may order the places otherwise."""

_COMPARE = """table = figures.pivot(index="year", columns="name", values="value").dropna()
first, last = table.index[0], table.index[-1]
order = table.loc[last].sort_values(ascending={ascending}, kind="stable")
top, bottom = order.index[0], order.index[-1]
order"""

_SAY_SOURCES = """official = gba.sources().loc[figures["source"], "grade"] == "A"
broken = gba.breaks("{dataset}")
broken = broken[broken["indicator"].isin(["*", INDICATOR]) & broken["place"].isin(["*", *PLACES])]
gba.say(n_figures=len(figures), n_sources=figures["source"].nunique(), n_breaks=len(broken))
gba.say(official=100 * official.mean(), single=100 * (figures["n_sources"] == 1).mean())"""


def _escaped(text: str) -> str:
    """Text that Markdown shows as it was typed.

    >>> _escaped("R&D: *who* pays $5?")
    'R&D: \\\\*who\\\\* pays \\\\$5?'
    """
    return re.sub(r"([\\`*_{}\[\]<>#|$~])", r"\\\1", text)


def _number_format(drawn: Series) -> str:
    """Three digits that count, roughly: the largest figure decides."""
    largest = drawn.frame["value"].abs().max()
    whole = bool((drawn.frame["value"] % 1 == 0).all())
    return ",.0f" if whole or largest >= 1000 else ",.1f" if largest >= 10 else ",.2f" if largest >= 0.1 else ",.4f"


def _is_rank(drawn: Series) -> bool:
    return drawn.unit == "rank"


def _unit(unit: str) -> str:
    return {"percent": "per cent", "rank": "rank (the first is best)"}.get(unit, unit.replace("_", " "))


def _load(drawn: Series) -> str:
    held = "".join(f" and {name}.isna()" if value is None else f" and {name} == {value!r}" for name, value in drawn.also.items())
    main = "" if drawn.aside else " and status == 'main'"
    query = f"indicator == @INDICATOR and unit == {drawn.unit!r}{held}{main} and place in @PLACES"
    shown = f'"{query}"' if '"' not in query else repr(query)
    places = ", ".join(f'"{place}"' for place in drawn.places)
    return f"""INDICATOR, PLACES = "{drawn.indicator}", [{places}]
figures = gba.load("{drawn.dataset}").query({shown})
figures = figures.dropna(subset="value").sort_values("period").drop_duplicates(["place", "year"], keep="last")
figures = gba.named(figures)
about = gba.indicators("{drawn.dataset}").loc[INDICATOR]
figures[["name", "period", "value", "source"]]"""


def _say(drawn: Series) -> str:
    return f"""unit, places = "{_unit(drawn.unit)}", gba.listed(order.index)
gba.say(top=top, bottom=bottom, first=str(first), last=str(last), places=places, unit=unit)
gba.say(top_value=order.iloc[0], bottom_value=order.iloc[-1], top_before=table.loc[first, top])
gba.say(measure=about["title"], definition=about["definition"].rstrip(".") + ".")"""


def _words(drawn: Series) -> tuple[str, str, str]:
    """How this measure calls the first and the last of an order, and the sign before a figure: the first of a list has the lowest rank."""
    return ("stood first", "last", "rank ") if _is_rank(drawn) else ("stood highest", "lowest", "")


def _finding(drawn: Series) -> str:
    best, worst, sign = _words(drawn)
    unit = "" if _is_rank(drawn) else " {unit}"
    before = f" In {{first}} the figure of {{top}} was {sign}{{top_before}}." if len(drawn.years) > 1 else ""
    if len(drawn.places) == 1:
        return f"{{measure}}: in {{last}}, {{top}} stood at {sign}{{top_value}}{unit}.{before}"
    return f"{{measure}}: in {{last}}, {{top}} {best} of {{places}}, at {sign}{{top_value}}{unit}, and {{bottom}} {worst}, at {sign}{{bottom_value}}.{before}"


def _reading(drawn: Series, exhibit: str) -> str:
    best = _words(drawn)[0]
    if len(drawn.years) < LINE_FROM:
        further = "left, the better its rank" if _is_rank(drawn) else "right, the higher its figure"
        return f"Each dot of [](#{exhibit}) is one place in {{last}}; the further {further}. {{top}} {best}."
    above = "a lower line means a better rank in that year" if _is_rank(drawn) else "a line above another means a higher figure in that year"
    compared = above if len(drawn.places) > 1 or _is_rank(drawn) else "it rises where the figure grew"
    return f"In [](#{exhibit}) each line is one place; {compared}. Only in years that all of them have are places compared, and the last of these is {{last}}."


def _exhibit(drawn: Series, exhibit: str, number: str) -> str:
    lines = len(drawn.years) >= LINE_FROM
    best, worst, sign = _words(drawn)
    several = len(drawn.places) > 1
    unit = "" if _is_rank(drawn) else " {unit}"
    told = f"{sign}{{order.iloc[0]:{number}}}{unit}"
    ends = f"{{top}} stands at {told}" + (f", {{bottom}} at {sign}{{order.iloc[-1]:{number}}}" if several else "")
    kind = "Line chart" if lines else "Dots on one scale"
    years = "{figures['year'].min()}–{figures['year'].max()}" if lines else "{last}"
    return (_LINES if lines else _DOTS).format(
        head="" if lines else _LATEST.format(number=number),
        chart=_lines(drawn),
        exhibit=exhibit,
        title=f"{{top}} {best} in {{last}}, {{bottom}} {worst}" if several else f"{{top}} stood at {told} in {{last}}",
        subtitle="{about['title']}, {unit}, " + years,
        alt_text=f"{kind} of {{places}}: {{about['title']}}, in {{unit}}. In {{last}} {ends}.",
        rows="figures" if lines else "latest",
    )


def _lines(drawn: Series) -> str:
    moved = nudges(drawn)
    nudged = f", label_dy={{{', '.join(f'{place!r}: {pixels}' for place, pixels in moved.items())}}}".replace("'", '"') if moved else ""
    return f'gba.lines(figures, y_title=unit, dataset="{drawn.dataset}"{nudged})'


_LATEST = textwrap.dedent("""\
    latest = figures[figures["year"] == last].sort_values("value", ascending=False, kind="stable")
    dots = latest.assign(text=latest["name"], x=latest["value"], kind="figure", told=latest["value"].map("{{:{number}}}".format))
    room = (min(0, 1.1 * dots["x"].min()), max(0, 1.1 * dots["x"].max()) or 1)

    """)
_TEXTS = """
    name="{exhibit}",
    title=f"{title}",
    subtitle=f"{subtitle}",
    alt_text=f"{alt_text}",
    rows={rows},
)"""
_LINES = "gba.figure(\n    {chart}," + _TEXTS
_DOTS = '{head}gba.figure(\n    lambda width: gba.dots(dots, width, kinds={{"figure": (unit, "other", "circle", True)}}, x_domain=room),' + _TEXTS


def _related(drawn: Series, path: str, related: list[str]) -> str:
    linked = ", ".join(f"[]({file})" for file in related)
    pages = f"Pages that use or list the same data: {linked}." if related else ""
    return f"""## Related data and notebooks

The figures are those of `data/{path}`, their sources stand in `data/sources.csv`, breaks in `data/breaks.csv`. In a notebook,
`gba.load("{drawn.dataset}")` gives the figures this chapter uses and `gba.load("{drawn.dataset}", every_source=True)` every source's.

{pages}""".rstrip()
