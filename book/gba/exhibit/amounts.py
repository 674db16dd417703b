"""Amounts that a chart counts by the thousand, million or billion, and where they stand in it.

Other languages count by other powers: Chinese by 萬 and 億, in its sentences as in its papers. What such an edition has to tell anew in a chart is found
by one rule, for the drawing and for the live chart: a title names the power ("Residents, million"), that of an axis, a legend or a panel; where none
does, the subtitle of the figure. Numbers of the panel's axis and the words beside its marks are then counted by it.
"""

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass

POWERS = {"thousand": 3, "million": 6, "billion": 9}
_NAMED = re.compile(rf"(?<![\d-] )(?<!per )(?<!every )(?<!ten )(?<!hundred )(?<!thousand )(?<!in a )(?<![-(])\b({'|'.join(POWERS)}|bn)\b(?! million)", re.I)
#: Channels of amounts, and what tells the reader their scale.
GUIDES = {"x": "axis", "y": "axis", "color": "legend", "size": "legend"}
JOINED = ("concat", "hconcat", "vconcat")


def power(title: str) -> str:
    """The power by which a title says that amounts are counted; none where it names two, or where the word is part of an amount or of a unit, as in brackets.

    Ten thousand, a hundred million and a thousand million are powers of their own, which stay as they are.

    >>> power("Residents, million"), power("Sent since launch, bn yuan"), power("Unicorns per million people"), power("A fund of 20 billion yuan")
    ('million', 'billion', '', '')
    """
    found = {"billion" if one.lower() == "bn" else one.lower() for one in _NAMED.findall(title)}
    return found.pop() if len(found) == 1 else ""


def words(title) -> str:
    """A title as one line: a text, lines, or what holds them."""
    title = title.get("text") if isinstance(title, dict) else title
    return " ".join(title) if isinstance(title, list) else title if isinstance(title, str) else ""


@dataclass
class Panel:
    """A panel that counts by a power: its views with the data that each draws, and the channels whose guides tell amounts."""

    power: str
    views: list[tuple[dict, str | None]]
    channels: set[str]

    def guides(self) -> Iterator[dict]:
        """The axes and legends of the amounts; they are made where a channel says nothing of its own."""
        for view, _ in self.views:
            for channel in self.channels & set(view["encoding"]):
                told = view["encoding"][channel]
                if "field" in told and told.get(GUIDES[channel], {}) is not None:
                    yield told.setdefault(GUIDES[channel], {})


def counted(spec: dict, subtitle: str) -> list[Panel]:
    """The panels of a specification that count by a power.

    >>> view = {"mark": "bar", "encoding": {"x": {"field": "n", "type": "quantitative", "title": "million people"}, "y": {"field": "name"}}}
    >>> [(panel.power, panel.channels) for panel in counted(view, "Residents")]
    [('million', {'x'})]
    """
    parts = next((spec[kind] for kind in JOINED if kind in spec), [spec])
    panels = [_panel(part, words(part.get("title")) if part is not spec else "") for part in parts]
    if not any(panel.power for panel in panels):
        for panel in panels:
            panel.power = power(subtitle)
    return [panel for panel in panels if panel.power]


def _panel(part: dict, heading: str) -> Panel:
    views = list(_views(part, None))
    titles = {channel: {_title(told, guide) for told in _of(views, channel)} - {""} for channel, guide in GUIDES.items()}
    named = {channel: found for channel, own in titles.items() if (found := next(filter(None, map(power, own)), ""))}
    if named:  # of two powers the first is counted, and the other stays in its own words
        first = next(iter(named.values()))
        return Panel(first, views, {channel for channel, found in named.items() if found == first})
    # Numbers stand on a guide that measures, and no years, which are written without thousands.
    told = {channel: _of(views, channel) for channel, own in titles.items() if not own}
    years = {channel for channel in told if any((one.get(GUIDES[channel]) or {}).get("format") == "d" for one in told[channel])}
    measure = {channel for channel in told if told[channel] and all(one.get("type") == "quantitative" for one in told[channel])}
    return Panel(power(heading), views, measure - years)


def _views(part: dict, data: str | None) -> Iterator[tuple[dict, str | None]]:
    data = part.get("data", {}).get("name", data) if isinstance(part.get("data", {}), dict) else None
    if "encoding" in part and "mark" in part:
        yield part, data
    for layer in part.get("layer", []):
        yield from _views(layer, data)


def _of(views: list, channel: str) -> list[dict]:
    return [view["encoding"][channel] for view, _ in views if "field" in view["encoding"].get(channel, {})]


def _title(told: dict, guide: str) -> str:
    return words(told.get("title") or (told.get(guide) or {}).get("title"))


def described(spec: dict) -> dict:
    """The specification with the power as the description of all that tells amounts; the converter writes it to the drawing as a label for machines."""
    title = spec.get("title") if isinstance(spec.get("title"), dict) else {}
    spec = copy.deepcopy({key: value for key, value in spec.items() if key not in ("datasets", "title")}) | {"datasets": spec.get("datasets", {})}
    for panel in counted(spec, " ".join(title.get("subtitle", []))):
        for guide in panel.guides():
            guide["description"] = panel.power
        for view, _ in panel.views:
            mark = {"type": view["mark"]} if isinstance(view["mark"], str) else view["mark"]
            if mark["type"] == "text":
                view["mark"] = mark | {"description": panel.power}
    return spec


_PIECE = re.compile(r"<g\b[^>]*>|</g>|<text([^>]*)>(.*?)</text>", re.S)
_LABEL = re.compile(rf' aria-label="({"|".join(POWERS)})"')


def marked(svg: str) -> str:
    """The converter's drawing of what is `described`, each text that tells amounts, and each title that names the power, with it as `data-by`."""
    if not _LABEL.search(svg):
        return svg
    around: list[str] = []

    def mark(at) -> str:
        if at[0] == "</g>":
            around.pop()
        elif at[0].startswith("<g"):
            label = _LABEL.search(at[0])
            around.extend([] if at[0].endswith("/>") else [label[1] if label else "title" if " role-title" in at[0] else around[-1] if around else ""])
        else:
            label, inside = _LABEL.search(at[1]), around[-1] if around else ""
            by = label[1] if label else power(re.sub(r"<[^>]*>", " ", at[2])) if inside == "title" else inside
            return f'<text data-by="{by}"{at[1]}>{at[2]}</text>' if by else at[0]
        return at[0]

    return _PIECE.sub(mark, svg)
