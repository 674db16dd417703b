"""The book's colours: one table, light and dark, from which charts, maps and the page's style sheet are made."""

import csv
import re
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).with_name("palette.csv")


@cache
def palette() -> dict[str, dict[str, str]]:
    """Every colour token with its values: {"light": "#rrggbb", "dark": "#rrggbb", "use": what it is for}.

    >>> palette()["shenzhen"]["light"]
    '#0068a8'
    """
    with _TABLE.open(encoding="utf-8", newline="") as table:
        return {row.pop("token"): row for row in csv.DictReader(table)}


def colour(token: str) -> str:
    """The light value of a token; a place without a colour of its own gets that of `other`.

    >>> colour("guangzhou"), colour("foshan") == colour("other")
    ('#b4530a', True)
    """
    return palette().get(token, palette()["other"])["light"]


def with_variables(markup: str) -> str:
    """Replace every palette colour in a drawing by its CSS variable, so that the page's theme can recolour it.

    >>> with_variables('<path fill="#0068a8"/>')
    '<path fill="var(--gba-shenzhen,#0068a8)"/>'
    """
    names = {row["light"]: f"var(--gba-{token},{row['light']})" for token, row in palette().items()}
    return re.sub(r"#[0-9a-f]{6}\b", lambda found: names.get(found[0], found[0]), markup)


def stylesheet() -> str:
    """CSS that defines the variables for the light and the dark theme."""
    light = "".join(f"--gba-{token}:{row['light']};" for token, row in palette().items())
    dark = "".join(f"--gba-{token}:{row['dark']};" for token, row in palette().items())
    return (
        f"html{{{light}}}\n"
        f'html[data-theme="dark"]{{{dark}}}\n'
        # Paper is light, whatever the screen was.
        f"@media print{{html,html[data-theme]{{{light}}}}}\n"
    )


def rim() -> dict:
    """The look of a text's edge, drawn under the text: what lies behind, a grid line or a border, does not strike the words out.

    >>> rim()["strokeWidth"]
    3
    """
    return {"color": colour("paper"), "stroke": colour("paper"), "strokeWidth": 3, "strokeJoin": "round"}
