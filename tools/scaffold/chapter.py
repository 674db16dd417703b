"""Scaffold a chapter: a notebook in the book's rhythm (chapter.md) with one working exhibit, in the table of contents.

What it says is computed when it runs; what the next author should write instead stands in comments that no reader sees.
"""

import contextlib
import json
import re
from pathlib import Path
from string import Template

import gba
import nbformat
import pandas as pd
import yaml
from gba.charts.layout import spread
from gba.data import datapackage
from gba.index.sheet import compared_cities

from . import files, options
from .options import Refused

TOC, TEMPLATE = "_toc.yml", Path(__file__).with_name("chapter.md")
LONGEST_TITLE, MOST_PLACES = 120, 4
LINE_FROM = 3  # fewer years than these are no line
LABEL_HEIGHT, PLOT_HEIGHT = 15, 250  # pixels, at the width of the column
#: A number that is no year: figures are computed in this book.
TYPED = re.compile(r"(?<![\w/–-])(?!(?:1[6-9]|20)\d\ds?\b)\d[\d.,]*\b")


def make(root: Path, given: dict[str, str]) -> tuple[list[str], bool]:
    """Write the chapter: the lines to tell, and True. Raises Refused for what cannot be; nothing was changed then."""
    name = options.name("chapter", given["name"])
    pages = sorted(path.name for path in (root / "book").iterdir() if path.suffix in (".ipynb", ".md"))
    for file in pages:
        if re.sub(r"^(\d+|[a-z]\d+)-", "", Path(file).stem).lower() == name:
            raise Refused("make chapter", "name", f"{name!r}, which book/{file} has", "a name that no page has", "choose another name")
    for option in ("title", "question"):
        text = given[option]
        if len(text) > LONGEST_TITLE:
            raise Refused("make chapter", option, f"{len(text)} characters", f"{LONGEST_TITLE} at most", "shorten it; the finding has its own sentence")
        if text and not any(character.isalnum() for character in text):
            raise Refused("make chapter", option, repr(text), "words", "write a title")
        if TYPED.search(text):
            todo = "write the number as a word, or leave it out"
            raise Refused("make chapter", option, f"a typed number in {text!r}", "words and years: figures are computed in this book", todo)
    frame, about = drawn(given["dataset"], given["indicator"])
    number = 1 + max((int(found[1]) for file in pages if (found := re.match(r"(\d+)-", file))), default=0)
    document = f"book/{number:02d}-{name}"
    toc = with_chapter((root / TOC).read_text(encoding="utf-8"), document)
    loads = re.compile(rf'load\(\\?"{about["dataset"]}\\?"')
    related = [file for file in pages if file.endswith(".ipynb") and (file == "a2-data.ipynb" or loads.search((root / "book" / file).read_text("utf-8")))]
    notebook = written(cells(name, given, frame, about, [file for file in related if file != "index.ipynb"]))
    files.write(root, {f"{document}.ipynb": notebook, TOC: toc}, [f"{document}.ipynb"])
    told = [f"{document}.ipynb is a chapter on {about['dataset']} ({about['indicator']}, {', '.join(about['places'])}); it stands in {TOC}."]
    if not given["dataset"]:
        told.append("No dataset=… was given: this is the one with most to compare.")
    return [*told, f"Next: make lab opens it, make book builds it, make test only={name} tests it."], True


def with_chapter(text: str, document: str) -> str:
    """The table of contents with a document behind the last numbered chapter; comments and order stay.

    >>> print(with_chapter("root: book/index\\nchapters:\\n- file: book/01-a  # first\\n- file: book/a1-b\\n", "book/02-c"), end="")
    root: book/index
    chapters:
    - file: book/01-a  # first
    - file: book/02-c
    - file: book/a1-b
    """
    lines = text.splitlines(keepends=True)
    numbered = [number for number, line in enumerate(lines) if re.match(r"\s*- file:\s*[\"']?book/\d+-", line)]
    position = numbered[-1] + 1 if numbered else len(lines)
    indent = re.match(r"\s*", lines[position - 1])[0] if numbered else ""
    while position < len(lines) and re.match(rf"{indent}[ ]+\S", lines[position]):
        position += 1  # what stands below the chapter
    added = "".join([*lines[:position], f"{indent}- file: {document}\n", *lines[position:]])
    after = ""
    with contextlib.suppress(yaml.YAMLError):
        after = str(yaml.safe_load(added))
    if not numbered or document not in after:
        raise Refused(TOC, "", "a form that this scaffold cannot add to", "a line `- file: book/01-…` a chapter", f"add the line `- file: {document}` yourself")
    return added


def drawn(dataset: str, indicator: str) -> tuple[pd.DataFrame, dict]:
    """The rows of a dataset (of any, if none is named) that can best be compared, and what they are: dataset, indicator, unit, places and more."""
    entries = datapackage.resources(datapackage.read())
    observed = [name for name, entry in entries.items() if entry.get("gba:kind") == "observations"]
    if indicator and not dataset:
        raise Refused("make chapter", "indicator", repr(indicator), "a dataset= beside it", "give dataset=…, or leave indicator out")
    if dataset in entries and dataset not in observed:
        raise Refused("make chapter", "dataset", f"{dataset!r}, which holds no observations", f"one of {', '.join(observed)}", "choose a dataset with figures")
    if dataset and dataset not in observed:
        hint = str(gba.data.UnknownDataset(dataset, observed))
        raise Refused("make chapter", "dataset", hint, "a dataset that is described", f"correct the name, or make dataset name={dataset} and make record first")
    names = datapackage.names_of_indicators(entries[dataset]) if dataset else []
    if indicator and indicator not in names:
        raise Refused("make chapter", "indicator", repr(indicator), f"one of {', '.join(names)}", "correct the name, or leave the option out")
    found = [choice for name in ([dataset] if dataset else observed) for choice in _choices(name, entries[name], indicator)]
    if not found:
        todo = f"add rows to data/{entries[dataset]['path']}; make dataset name={dataset} says what else is missing"
        raise Refused("make chapter", "dataset", f"no figure in {dataset!r}", "at least one row", todo)

    def worth(choice: tuple[pd.DataFrame, dict]) -> tuple:
        """The main line first, then more cities of the index, lines, more figures."""
        about = choice[1]
        return not about["aside"], len(set(about["places"]) & set(compared_cities())), len(about["places"]) > 1, about["years"] >= LINE_FROM, about["years"]

    return max(found, key=worth)


def _choices(dataset: str, entry: dict, indicator: str) -> list[tuple[pd.DataFrame, dict]]:
    """The series of one indicator in one unit, of places of one kind that share years, the cities of the index first."""
    rows = gba.load(dataset).dropna(subset="value")
    rows = rows[rows["indicator"] == indicator] if indicator else rows
    keys, kind, found = ["indicator", "unit", *entry["gba:cell"][3:]], gba.places()["kind"], []
    for held, part in rows.groupby(keys, dropna=False, sort=False):
        aside = not (part["status"] == "main").any()
        part = part[(part["status"] == "main") | aside].sort_values("period", kind="stable").drop_duplicates(["place", "year"], keep="last")
        years = {place: set(mine["year"]) for place, mine in part.groupby("place", sort=False)}
        first = compared_cities()
        order = sorted(years, key=lambda place: (first.index(place) if place in first else len(first), -len(years[place])))
        places, shared = [order[0]], years[order[0]]
        for place in order[1:]:
            if len(places) < MOST_PLACES and kind[place] == kind[order[0]] and len(shared & years[place]) >= max(1, len(shared) // 2):
                places, shared = [*places, place], shared & years[place]
        about = {"dataset": dataset, "path": entry["path"], "aside": aside, "places": places, "years": len(shared), **dict(zip(keys, held, strict=True))}
        found.append((part[part["place"].isin(places)], {**about, "held": {key: about[key] for key in keys[2:]}}))
    return found


#: Units that a number is not said with.
BARE = {"ratio", "index"}


def cells(name: str, given: dict[str, str], frame: pd.DataFrame, about: dict, related: list[str]) -> list[tuple[str, str, str, list[str]]]:
    """The cells of a chapter: id, kind, source, tags."""
    rank, several, lines = about["unit"] == "rank", len(about["places"]) > 1, about["years"] >= LINE_FROM
    best, sign, unit = ("stood first", "rank ", "") if rank else ("stood highest", "", "" if about["unit"] in BARE else " {unit}")
    number = ",.0f" if (frame["value"] % 1 == 0).all() or frame["value"].abs().max() >= 1000 else ",.1f" if frame["value"].abs().max() >= 10 else ",.2f"
    order = f"{{top}} {best} of {{places}}, at {sign}{{top_value}}{unit}" if several else f"{{top}} stood at {sign}{{top_value}}{unit}"
    finding = f"{{measure}}: in {{last}}, {order}." + (f" In {{first}} the figure of {{top}} was {sign}{{top_before}}." if lines else "")
    further = "lower" if rank and lines else "shorter" if rank else "higher" if lines else "longer"
    shape = f"Each {'line' if lines else 'bar'} of [](#{name}-compared) is one place; the {further} it is, the "
    held = "".join(f" and {key}.isna()" if pd.isna(value) else f" and {key} == {value!r}" for key, value in about["held"].items())
    main = "" if about["aside"] else " and status == 'main'"
    words = {
        "title": re.sub(r"([\\`*_{}\[\]<>#|$~])", r"\\\1", given["title"]),
        "question": given["question"] or ("How do the places compare?" if several else "What do the figures say?"),
        "finding": _spoken(finding, number),
        "reading": _spoken(f"{shape}{'better its rank' if rank else 'larger its figure'}. In {{last}}, {order}.", number),
        "aside": "\nAll of them stand aside, for the reasons that the column `status_reason` gives." if about["aside"] else "",
        "query": f'"indicator == @INDICATOR and unit == {about["unit"]!r}{held}{main} and place in @PLACES"',
        "only": "" if lines else 'figures = figures[figures["year"] == table.index[-1]]\n',
        "imports": "" if lines else "import altair as alt\n",
        "places": ", ".join(f'"{place}"' for place in about["places"]),
        "unit": {"percent": "per cent", "rank": "rank (the first is best)"}.get(about["unit"], about["unit"].replace("_", " ")),
        "ascending": str(rank),
        "chart": _lines(frame, about) if lines else BARS,
        "heading": f"{{top}} {best} in {{last}}, {{bottom}} {'last' if rank else 'lowest'}"
        if several
        else f"{{top}} stood at {{top_value:{number}}} in {{last}}",
        "span": "{start}–{end}" if lines else "{last}",
        "kind": "Line chart" if lines else "Bar chart",
        "related": f"Pages that use or list the same data: {', '.join(f'[]({file})' for file in related)}." if related else "",
        "exhibit": f"{name}-compared",
    }
    text = Template(TEMPLATE.read_text(encoding="utf-8")).substitute({**about, **words, "number": number})
    parts = re.findall(r"^%% (\S+) (\w+) ?([^\n]*)\n(.*?)(?=^%% |\Z)", text, re.M | re.S)
    return [(identity, kind, source.strip(), tags.split()) for identity, kind, tags, source in parts]


def _spoken(text: str, number: str) -> str:
    """The text with {name} as a computed number or word."""
    return re.sub(r"\{(\w+)\}", lambda found: f"{{glue:text}}`{found[1]}:{number if found[1].startswith(('top_', 'bottom_')) else 's'}`", text)


BARS = """alt.Chart(figures).mark_bar(color=gba.colour("other")).encode(
        alt.X("value:Q").title(said.unit), alt.Y("name:N").title(None).sort(list(order.index))
    )"""


def _lines(frame: pd.DataFrame, about: dict) -> str:
    """A line for each place; the names at their ends moved apart where one would lie on another."""
    ends = frame.loc[frame.groupby("place")["year"].idxmax()]
    low, high = min(0.0, frame["value"].min()), max(0.0, frame["value"].max())
    wanted = [(high - value) / ((high - low) or 1) * PLOT_HEIGHT for value in ends["value"]]
    moved = {place: round(to - at) for place, to, at in zip(ends["place"], spread(wanted, LABEL_HEIGHT), wanted, strict=True) if round(to - at)}
    nudged = f", label_dy={json.dumps(moved)}" if moved else ""
    return f'gba.lines(figures, y_title=said.unit, dataset="{about["dataset"]}"{nudged})'


def written(made: list[tuple[str, str, str, list[str]]]) -> str:
    """A notebook as the book keeps them: no outputs, one space of indentation."""
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}})
    for identity, kind, source, tags in made:
        new = nbformat.v4.new_code_cell if kind == "code" else nbformat.v4.new_markdown_cell
        # What a page folds, JupyterLab and Notebook fold by this key.
        folded = {"jupyter": {"source_hidden": True}, "tags": tags} if tags else {}
        notebook.cells.append(new(source, id=identity, metadata=folded))
    return nbformat.writes(notebook) + "\n"
