"""The catalogue of the data: what the record says of every dataset, as HTML, and what its rows add up to, as tables.

Nothing here knows a dataset by its name: what the record lists appears. Every text of the data passes through `html.escape`.
"""

from __future__ import annotations

import html
import math
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

import pandas as pd

from gba import derived
from gba.charts.palette import palette
from gba.data.datapackage import Stamp, read, resources
from gba.data.load import breaks, datasets, load, pick, places, sources, state

#: Where the published data lie, seen from a page of the book, and from a notebook in book/ just as well.
DATA = "../data/"
#: What a strip tells apart by the figures of a year, each with the most of them; catalogue.css has its colours, as those of SHADES.
LEVELS = {"one figure in the year": 1, "two to four": 4, "five or more": math.inf}
#: Shares of the largest cell that a table of counts tells apart.
SHADES = (0.1, 0.3, 0.6, 1.0)
_DIRECTION = {"higher_better": "higher is better", "lower_better": "lower is better", "none": "neither high nor low is better"}


# What the rows add up to ---------------------------------------------------------------------------------------------


def observations() -> pd.DataFrame:
    """All rows of all observation datasets.

    Returns
    -------
    DataFrame with chapter, dataset, title (of the dataset), indicator, place, period, year, value, unit, source, status,
    `besides` (the further keys of the cell, as text), `cell` (unique in the book) and `picked` (the row that `load` chooses)

    >>> rows = observations()
    >>> rows["picked"].sum() == rows["cell"].nunique()
    np.True_
    """
    listed = datasets()
    names = listed.loc[listed["kind"] == "observations", "name"]
    return pd.concat([_observed(name, state(name)) for name in names], ignore_index=True)


@lru_cache(maxsize=256)
def _observed(name: str, stamps: tuple[Stamp, ...]) -> pd.DataFrame:
    entry, rows = resources(read())[name], load(name, every_source=True)
    cell = entry["gba:cell"]
    number = rows.groupby(cell, dropna=False, sort=False).ngroup().astype(str)
    besides = rows[[key for key in cell if key not in ("indicator", "place", "period")]]
    told = [", ".join(str(value) for value in values if pd.notna(value)) for values in besides.itertuples(index=False)]
    kept = rows[["indicator", "place", "period", "year", "value", "unit", "source", "status"]]
    about = {"chapter": entry.get("gba:chapter", ""), "dataset": name, "title": entry.get("title", name)}
    chosen = rows.index.isin(pick(rows, sources(), cell).index)
    return kept.assign(**about, besides=told, cell=name + " " + number, picked=chosen)


def spreads(rows: pd.DataFrame) -> pd.DataFrame:
    """Cells of which several sources speak, and how far apart they lie.

    Parameters
    ----------
    rows : as `observations` gives them

    Returns
    -------
    DataFrame indexed by cell: chapter, dataset, title, indicator, place, period, besides, unit, source (keys, joined by "; "),
    n_sources, low, high, used (the value that `load` gives), spread (high minus low in per cent of the used value's amount;
    a cell whose used value is zero has none and is left out) and settled (whether at most one value stands as main)

    >>> rows = pd.DataFrame({"cell": ["a", "a", "b"], "value": [100.0, 90, 5], "source": ["x", "y", "x"], "status": "main", "picked": [True, False, True]})
    >>> known = rows.assign(**dict.fromkeys(["chapter", "dataset", "title", "indicator", "place", "period", "besides", "unit"], ""))
    >>> spreads(known)[["spread", "settled"]].to_dict("index")
    {'a': {'spread': 10.0, 'settled': False}}
    """
    several = rows[rows.groupby("cell")["source"].transform("nunique") > 1]
    cells = several.groupby("cell", sort=False)
    found = cells[["chapter", "dataset", "title", "indicator", "place", "period", "besides", "unit"]].first()
    found = found.assign(source=cells["source"].agg(lambda keys: "; ".join(dict.fromkeys(keys))), n_sources=cells["source"].nunique())
    found = found.assign(low=cells["value"].min(), high=cells["value"].max(), used=several[several["picked"]].set_index("cell")["value"])
    main = several[several["status"] == "main"].groupby("cell")["value"].nunique()
    found = found.assign(settled=main.reindex(found.index, fill_value=0) <= 1)[found["used"] != 0]
    return found.assign(spread=100 * (found["high"] - found["low"]) / found["used"].abs())


def citations() -> pd.DataFrame:
    """Which dataset cites which source how often: chapter, dataset, kind, source, rows; observations and ledgers, in the order of the record."""
    listed = datasets()
    listed = listed[listed["kind"].isin(["observations", "ledger"])]
    parts = [_cited(load(row.name, every_source=True)).assign(chapter=row.chapter, dataset=row.name, kind=row.kind) for row in listed.itertuples(index=False)]
    return pd.concat(parts, ignore_index=True)


def _cited(rows: pd.DataFrame) -> pd.DataFrame:
    """How many rows cite each source, most first; a ledger's row may cite several."""
    column = next((name for name in ("source", "sources") if name in rows), None)
    keys = [key.strip() for cell in rows[column].dropna() for key in cell.split(";")] if column else []
    counts = pd.Series(keys, dtype="str").value_counts(sort=False).rename_axis("source").reset_index(name="rows")
    return counts.sort_values(["rows", "source"], ascending=[False, True], ignore_index=True)


def chief(rows: pd.DataFrame, most: int = 6) -> pd.DataFrame:
    """The rows of the sources that give the most rows: what a caption can name when a chart rests on a thousand sources.

    >>> chief(pd.DataFrame({"source": ["b", "a", "b"]}), 1)["source"].tolist()
    ['b', 'b']
    """
    counts = rows["source"].value_counts(sort=False).sort_index().sort_values(ascending=False, kind="stable")
    return rows[rows["source"].isin(counts.index[:most])]


# HTML ----------------------------------------------------------------------------------------------------------------


def text(value: object) -> str:
    """A value of the data as text in HTML: markup in it shows as it is written; missing is nothing.

    >>> text("<b>5 & 6</b>"), text(None)
    ('&lt;b&gt;5 &amp; 6&lt;/b&gt;', '')
    """
    return "" if value is None or (not isinstance(value, (list, tuple)) and pd.isna(value)) else html.escape(str(value))


def counted(number: int, thing: str) -> str:
    """A number with its noun.

    >>> counted(1, "row"), counted(1200, "row")
    ('1 row', '1,200 rows')
    """
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def link(path: str, words: str) -> str:
    """A link to a file of the published data.

    >>> link("history/a b.csv", "CSV")
    '<a href="../data/history/a%20b.csv">CSV</a>'
    """
    return f'<a href="{text(DATA + quote(path))}">{text(words)}</a>'


def style() -> str:
    """The style sheet of the catalogue, once a page; it lies in the page so that JupyterLab shows the catalogue as the book does."""
    css = Path(__file__).with_name("catalogue.css").read_text(encoding="utf-8")
    for token, row in palette().items():
        css = css.replace(f"var(--gba-{token})", f"var(--gba-{token},{row['light']})")  # JupyterLab has no such variables, but its own for text
    return f"<style>{css}</style>"


def grid(counts: pd.DataFrame, caption: str) -> str:
    """A table of counts (whole numbers, named by index and columns), shaded by their share of the largest; nothing stands where there is nothing."""
    most = max(1, int(counts.to_numpy().max()))
    head = "".join(f'<th scope="col">{text(name)}</th>' for name in counts.columns)

    def cell(count: int) -> str:
        return f'<td class="s{sum(count > share * most for share in SHADES)}">{count:,}</td>' if count else "<td></td>"

    rows = "".join(f'<tr><th scope="row">{text(name)}</th>{"".join(map(cell, row))}</tr>' for name, row in counts.iterrows())
    return f'{style()}<table class="cat-grid"><caption>{text(caption)}</caption><tr><td></td>{head}</tr>{rows}</table>'


def strip(counts: dict[int, int], first: int, last: int, label: str) -> str:
    """One place's figures by year as a picture of runs, as wide as its column, with `label` as its accessible name.

    >>> strip({2001: 1, 2002: 1}, 2000, 2003, "Macao")
    '<svg class="cat-strip" role="img" viewBox="0 0 4 1" preserveAspectRatio="none"><title>Macao</title><path class="k0" d="M1 0h2v1h-2z"/></svg>'
    """
    paths = ""
    for level in range(len(LEVELS)):
        years = sorted(year for year, count in counts.items() if sum(count > most for most in LEVELS.values()) == level)
        drawn = "".join(f"M{start - first} 0h{length}v1h-{length}z" for start, length in runs(years))
        paths += f'<path class="k{level}" d="{drawn}"/>' if drawn else ""
    head = f'<svg class="cat-strip" role="img" viewBox="0 0 {last - first + 1} 1" preserveAspectRatio="none">'
    return f"{head}<title>{text(label)}</title>{paths}</svg>"


def runs(years: Iterable[int]) -> list[tuple[int, int]]:
    """Consecutive years, in ascending order, as (start, length).

    >>> runs([1999, 2000, 2003])
    [(1999, 2), (2003, 1)]
    """
    found: list[tuple[int, int]] = []
    for year in map(int, years):
        if found and sum(found[-1]) == year:
            found[-1] = found[-1][0], found[-1][1] + 1
        else:
            found.append((year, 1))
    return found


def strips(covered: pd.DataFrame) -> str:
    """A table with a strip for every place: `covered` has place and year, one row a figure."""
    covered = covered.dropna(subset="year")
    if covered.empty:
        return '<p class="cat-small">No dates in this table.</p>'
    first, last = int(covered["year"].min()), int(covered["year"].max())
    known = places()["name_en"]
    order = {key: number for number, key in enumerate(known.index)}
    keys = sorted(covered["place"].fillna("").unique(), key=lambda key: (order.get(key, len(order)), key))
    rows = ""
    for key in keys:
        name, counts = known.get(key, key or "no place"), covered[covered["place"].fillna("") == key]["year"].astype(int).value_counts().to_dict()
        drawn = strip(counts, first, last, f"{name}: {len(counts)} of the {last - first + 1} years, {span(counts)}")
        rows += f'<tr><th scope="row">{text(name)}</th><td>{drawn}</td><td>{sum(counts.values()):,}</td></tr>'
    ends = f'<span class="cat-ends"><span>{first}</span><span>{last if last > first else ""}</span></span>'
    return f'<table class="cat-strips"><tr><th scope="col">Place</th><th scope="col">{ends}</th><th scope="col">Figures</th></tr>{rows}</table>'


def span(years: Iterable) -> str:
    """First and last of some years, as text.

    >>> span([2003, 1999]), span([2003])
    ('1999–2003', '2003')
    """
    ends = sorted({int(min(years)), int(max(years))})
    return "–".join(map(str, ends))


def coverage(entry: dict, rows: pd.DataFrame) -> pd.DataFrame:
    """Place and year of every row, from the columns that the record declares for them; missing where it declares none."""
    keyed = [key["fields"] for key in entry["schema"].get("foreignKeys", []) if key["reference"]["resource"] == "places"]
    patterns = {field["name"]: (field["type"], field.get("constraints", {}).get("pattern", "")) for field in entry["schema"]["fields"]}
    dated = [name for name, (kind, form) in patterns.items() if kind in ("date", "year", "yearmonth") or form.startswith(r"^\d{4}")]
    column = "period" if "period" in dated else next(iter(dated), None)
    place = rows[keyed[0]] if keyed else pd.Series(None, index=rows.index, dtype="str")
    year = rows[column].astype("str").str[:4] if column else pd.Series(None, index=rows.index, dtype="str")
    return pd.DataFrame({"place": place, "year": pd.to_numeric(year, errors="coerce")})


def entry(name: str) -> str:
    """Everything that there is to say of one table, folded: the first line has name, one sentence, rows, sources, years."""
    described = resources(read())[name]
    if described["gba:kind"] == "geometry":
        made = "".join(f"<li>{text(source.get('title', ''))}</li>" for source in described.get("sources", []))
        body = f'<div id="dataset-{text(name)}">{_about(described, "GeoJSON")}<ul>{made}</ul></div>'
        return _folded(described, f"GeoJSON, {described.get('bytes', 0) / 1000:,.0f} kB", body)
    rows = load(name, every_source=True)
    cited, covered = _cited(rows), coverage(described, rows)
    facts = [counted(len(rows), "row")]
    facts += [counted(len(cited), "source")] if len(cited) else []
    facts += [span(covered["year"].dropna())] if covered["year"].notna().any() else []
    # The id stands inside the folded part: a link to it opens the fold.
    body = f'<div id="dataset-{text(name)}">{_about(described, "CSV", rows)}{_contents(described, rows)}'
    body += f"{_head('Coverage')}{strips(covered)}" if covered["year"].notna().any() else ""
    body += _sources(cited) + _breaks(name, described) + _left_out(name) + "</div>"
    return _folded(described, " · ".join(facts), body)


def _head(words: str) -> str:
    # No heading elements: nearly two hundred of them would drown the page's own.
    return f'<p class="cat-head">{text(words)}</p>'


def _folded(described: dict, facts: str, body: str) -> str:
    head = f"<b>{text(described.get('title', described['name']))}</b> <code>{text(described['name'])}</code>"
    lead = text(_sentence(described.get("description", "")))
    return f'<details class="cat"><summary>{head} {lead} <span class="cat-small">{text(facts)}</span></summary>{body}</details>'


def _sentence(words: str) -> str:
    """The first sentence of a description."""
    return words.split(". ", 1)[0].rstrip(".") + "."


def _about(described: dict, form: str, rows: pd.DataFrame | None = None) -> str:
    """The rest of the description, the downloads, the licence, what tells rows apart."""
    rest = described.get("description", "")[len(_sentence(described.get("description", ""))) :].strip()
    licences = ", ".join(licence.get("name", "") for licence in described.get("licenses", []))
    size = f"{described.get('bytes', 0) / 1000:,.0f} kB"
    files = f"{link(described['path'], form)} ({size}) · {link('datapackage.json', 'record')} · compilation: {text(licences)}"
    lines = []
    if "gba:cell" in described:
        aside = int((rows["status"] == "aside").sum())
        lines.append(f"A figure is told apart by {text(', '.join(described['gba:cell']))}.")
        lines.append(f"{aside:,} of the {len(rows):,} rows stand aside, each with its reason." if aside else "No row stands aside.")
    if described.get("gba:looked_at"):
        lines.append(f"Last looked at on {text(described['gba:looked_at'])}.")
    if described.get("gba:rules"):
        lines.append(f"Checked with every build: {counted(len(described['gba:rules']), 'declared rule')} about its values.")
    return "".join(f"<p>{words}</p>" for words in (text(rest), files, " ".join(lines)) if words)


def _contents(described: dict, rows: pd.DataFrame) -> str:
    """The indicators of observations; the columns of every other table."""
    if described.get("gba:indicators"):
        items = "".join(_indicator(meant, rows[rows["indicator"] == meant["name"]]) for meant in described["gba:indicators"])
        return f"{_head('Indicators')}<ul>{items}</ul>"
    fields = [(field["name"], field.get("description") or field.get("title") or field["type"]) for field in described["schema"]["fields"]]
    items = "".join(f"<li><code>{text(name)}</code>: {text(meaning)}</li>" for name, meaning in fields)
    return f"{_head('Columns')}<ul>{items}</ul>"


def _indicator(meant: dict, rows: pd.DataFrame) -> str:
    units = [meant["unit"]] if isinstance(meant.get("unit"), str) else meant.get("unit", [])
    bounds = " ".join(f"{word} {meant[key]:g}" for word, key in (("at least", "minimum"), ("at most", "maximum")) if key in meant)
    words = [" or ".join(units), _DIRECTION.get(meant.get("direction"), ""), meant.get("processing", ""), bounds.replace(" at most", ", at most")]
    words += [f"{counted(len(rows), 'row')}, {counted(rows['place'].nunique(), 'place')}, {span(rows['year'])}"] if len(rows) else ["no rows"]
    title, definition = meant.get("title", meant["name"]), meant.get("definition", "")
    more = f": {text(definition)}" if definition and definition != title else ""
    return f'<li><b>{text(title)}</b> <code>{text(meant["name"])}</code>{more} <span class="cat-small">({text("; ".join(filter(None, words)))})</span></li>'


def _sources(cited: pd.DataFrame, most: int = 4) -> str:
    """Grades, terms and publishers, those with the most rows first; more than `most` are counted."""
    if cited.empty:
        return ""
    known = sources().loc[cited["source"]]
    grades = ", ".join(f"{count} of grade {grade}" for grade, count in known["grade"].value_counts().sort_index().items())
    licences = ", ".join(f"{licence} ({count})" for licence, count in known["licence"].value_counts().items())
    newest = known["date"].dropna().max() if known["date"].notna().any() else "unknown"
    facts = f'<p class="cat-small">{text(grades)}. Terms: {text(licences)}. Last vintage: {text(newest)}.</p>'
    made = cited.assign(publisher=known["publisher"].to_numpy()).groupby("publisher", sort=False)["rows"].sum().sort_values(ascending=False, kind="stable")
    items = "".join(f"<li>{text(publisher)}: {counted(rows, 'row')}</li>" for publisher, rows in made.head(most).items())
    more = f"and {counted(len(made) - most, 'other')}; " if len(made) > most else ""
    return f"{_head('Sources')}{facts}<ul>{items}<li>{more}the keys in its source column lead to {link('sources.csv', 'sources.csv')}</li></ul>"


def _breaks(name: str, described: dict) -> str:
    """The noted breaks, places with the same break on one line."""
    noted = breaks(name)
    titles = {meant["name"]: meant.get("title", meant["name"]) for meant in described.get("gba:indicators", [])} | {"*": "every indicator"}
    named = places()["name_en"].to_dict() | {"*": "every place"}
    lines = []
    for (indicator, before, after, reason), part in noted.groupby(["indicator", "last_before", "first_after", "reason"], sort=False):
        where = ", ".join(named.get(place, place) for place in part["place"])
        lines.append(f"<li>{text(titles.get(indicator, indicator))}, {text(where)}, between {text(before)} and {text(after)}: {text(reason)}</li>")
    return _inner(counted(len(noted), "known break"), lines)


def _left_out(name: str, most: int = 3) -> str:
    """How many figures were found and not carried over, by reason, the most frequent reasons first."""
    counts = left_out(name)["reason"].value_counts()
    if len(counts) > most:
        counts = pd.concat([counts.iloc[:most], pd.Series({f"for {len(counts) - most} other reasons, see left_out.csv": counts.iloc[most:].sum()})])
    return _inner(f"{counted(int(counts.sum()), 'figure')} left out", [f"<li>{count:,}: {text(reason)}</li>" for reason, count in counts.items()])


def _inner(head: str, lines: list[str]) -> str:
    return f"<details><summary>{text(head)}</summary><ul>{''.join(lines)}</ul></details>" if lines else ""


def left_out(name: str | None = None) -> pd.DataFrame:
    """Figures that were found and not carried over, of one dataset or of all; none where the record has no such table."""
    if "left_out" not in resources(read()):
        return pd.DataFrame(columns=["chapter", "dataset", "reason"], dtype="str")
    noted = load("left_out")
    return noted if name is None else noted[noted["dataset"] == name]


def catalogue() -> str:
    """The whole catalogue: every entry of the record under the heading of its chapter."""
    known = resources(read())
    # Chapters in the order of their first observations; one without any follows, and what belongs to none comes last.
    ranked = sorted(known.values(), key=lambda described: (not described.get("gba:chapter"), described.get("gba:kind") != "observations"))
    marks = "".join(f'<span class="k{n}"></span>{text(word)}' for n, word in enumerate(LEVELS))
    parts = [style(), f'<p class="cat-key cat-small">In the strips, each year of each place:{marks}; grey: none.</p>']
    for chapter in dict.fromkeys(described.get("gba:chapter", "") for described in ranked):
        names = [name for name, described in known.items() if described.get("gba:chapter", "") == chapter]
        heading = f"{chapter.capitalize() or 'Used by all'}: {counted(len(names), 'file')}"
        parts.append(f'<h3 id="chapter-{text(chapter or "all")}">{text(heading)}</h3>{"".join(map(entry, names))}')
    return "".join(parts)


def first_steps() -> str:
    """How to read the published data from elsewhere: what the book computes, a file a series, and the record as it is."""
    path = next(entry["path"] for entry in read()["resources"] if entry.get("gba:kind") == "observations")
    series = {f"{derived.FOLDER}/{key}.csv": about.title for key, about in derived.available().items()}
    lines = [f'{Path(file).stem} = pd.read_csv("https://…/data/{file}")' for file in [*list(series)[:1], path]]
    code = "import pandas as pd\n" + "\n".join(lines) + "   # … is where this book lies\n\n$ frictionless validate https://…/data/datapackage.json"
    files = " · ".join(link(path, path) for path in ["README.md", "datapackage.json", *[one["path"] for one in read()["resources"] if "/" not in one["path"]]])
    listed = "".join(f"<li>{link(file, file)}: <span>{text(title)}</span></li>" for file, title in series.items())
    said = "<p>What the chapters compute from these, ready to be drawn, each row with the figures behind it:</p>" if series else ""
    return f"<p>{files}</p>{said}<ul>{listed}</ul><pre>{text(code)}</pre>" if series else f"<p>{files}</p><pre>{text(code)}</pre>"
