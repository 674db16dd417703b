"""The values that a chart computes, a mean, bins, a formula, read back from the program that draws it."""

import html
import json
import re

import pandas as pd

from gba.exhibit.svg import overheard, version

#: Signs that no cell of a chart holds: one begins a row, one stands between its cells. A cell says first whether it is a number.
ROW, CELL, NUMBER = "\u241e", "\u241f", "#"
_FIELD = re.compile(r'(?:timeFormat\()?datum\["((?:[^"\\]|\\.)+)"\]')
_TITLED = re.compile(r'"(?:; )?([^";]+): " \+ \([^;]*?datum\["((?:[^"\\]|\\.)+)"\]')


def values(spec: dict) -> pd.DataFrame | None:
    """What the marks of a Vega-Lite specification with its data draw, a row a mark, columns named as its axes are; None where no mark draws a field.

    >>> import altair as alt
    >>> rows = pd.DataFrame({"place": ["a", "a", "b"], "value": [1, 2, 5.25]})
    >>> chart = alt.Chart(rows).mark_bar().encode(x="mean(value):Q", y="place:N")
    >>> values(chart.to_dict()).to_dict("records")
    [{'Mean of value': 1.5, 'place': 'a'}, {'Mean of value': 5.25, 'place': 'b'}]
    """
    import vl_convert  # where it is needed: see gba.exhibit.svg

    vega = vl_convert.vegalite_to_vega({key: part for key, part in spec.items() if key not in ("title", "description")}, vl_version=version(spec))
    asked: list[list[str]] = []
    titles: dict[str, str] = {}
    _ask(vega, asked, titles, ())
    if not asked:
        return None
    with overheard():
        drawn = vl_convert.vega_to_svg(vega)
    found = [_row(row, asked) for row in dict.fromkeys(re.findall(rf"{ROW}([^<]*)<", drawn))]
    rows = pd.DataFrame(found, dtype=object).drop_duplicates().dropna(axis="columns", how="all")
    titles |= {f"{name}_end": f"{title}, to" for name, title in titles.items() if f"{name}_end" not in titles}
    return rows.rename(columns=titles) if found else None


def _ask(group: dict, asked: list[list[str]], titles: dict[str, str], keys: tuple[str, ...]) -> None:
    """Beside each mark that draws fields, a text that says those of each row; `asked` gets their names, `titles` what the chart calls them."""
    for mark in list(group.get("marks", [])):
        source = mark.get("from", {})
        if mark["type"] == "group":
            if not re.search("header|title|footer", mark.get("role", "")):
                _ask(mark, asked, titles, (*keys, *source.get("facet", {}).get("groupby", ())))
        elif "data" in source and (names := _fields(mark, titles)):
            names = list(dict.fromkeys([*keys, *names]))
            text = f"'{ROW}{len(asked)}'" + "".join(f" + '{CELL}' + {_said(name, mark, name in keys)}" for name in names)
            asked.append(names)
            group["marks"].append({"type": "text", "from": source, "encode": {"update": {"text": {"signal": text}}}})


def _fields(mark: dict, titles: dict[str, str]) -> list[str]:
    """The fields that a mark draws or tells; where one begins and ends in a stack is not among them."""
    update = mark["encode"].get("update", {})
    told = [update[channel]["signal"] for channel in ("description", "tooltip") if "signal" in update.get(channel, {})]
    titles |= {name: title for text in told for title, name in _TITLED.findall(text)}
    drawn = [one["field"] for one in update.values() if isinstance(one, dict) and "scale" in one and isinstance(one.get("field"), str)]
    names = dict.fromkeys([*(name for text in told for name in _FIELD.findall(text)), *drawn])
    names = [name for name in names if not (name.endswith("_start") and _share(f"{name.removesuffix('_start')}_end", mark))]
    return [name for name in names if name.startswith("bin_") or name.removesuffix("_end").removesuffix("_start") not in {*names, *titles} - {name}]


def _share(end: str, mark: dict) -> str:
    """Of what a stack is divided into, a part: its end less its beginning, as the mark tells it; nothing where it does not."""
    part = "-".join(f"datum[{json.dumps(name)}]" for name in (end, f"{end.removesuffix('_end')}_start"))
    return f"({part})" if end.endswith("_end") and part in json.dumps(mark["encode"]).replace('\\"', '"') else ""


def _said(name: str, mark: dict, key: bool) -> str:
    """An expression for a cell as text: a number in full, a date as the chart's clock has it; the key of a panel stands with the panel, too."""
    cell = _share(name, mark) or f"datum[{json.dumps(name)}]"
    dated = f"timeFormat({cell}" in json.dumps(mark["encode"]).replace('\\"', '"')
    plain = f"timeFormat({cell}, '%Y-%m-%dT%H:%M:%S')" if dated else f"(isNumber({cell}) ? '{NUMBER}' : '') + {cell}"
    return f"(isValid({cell}) ? {plain} : {f'parent[{json.dumps(name)}]' if key else repr('')})"


def _row(found: str, asked: list[list[str]]) -> dict:
    def value(cell: str) -> int | float | str | None:
        return (int(number) if (number := float(cell[1:])).is_integer() else number) if cell[:1] == NUMBER else cell or None

    number, *cells = html.unescape(found).split(CELL)
    return {name: value(cell) for name, cell in zip(asked[int(number)], cells, strict=True)}
