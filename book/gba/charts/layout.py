"""Where charts stand: fitted to the column, side by side, one below the other on a phone."""

import altair as alt

from gba.charts.rows import with_properties


def fit(chart: alt.TopLevelMixin, width: int, height: int | None = None) -> alt.TopLevelMixin:
    """A chart of one view in a width, its axes and label room included; its height is the house's unless given."""
    room = alt.AutoSizeParams(type="fit", contains="padding")
    return with_properties(chart, width=width, height=height or (300 if width > 500 else 280), autosize=room)


def panels(parts: list[tuple[str, alt.TopLevelMixin]], width: int, *, height: int = 220, axis_room: int = 40, label_room: int = 70) -> alt.TopLevelMixin:
    """Charts of `lines` side by side, each under its heading; on a phone one below the other.

    Parameters
    ----------
    parts : (heading, chart)
    axis_room, label_room : pixels that the axis at the left and the names at the right of a panel take
    """
    across = len(parts) if width > 500 else 1
    plot = (width - 10 - 22 * (across - 1)) / across - axis_room - label_room
    drawn = [panel(heading, chart, plot, height) for heading, chart in parts]
    joined = alt.hconcat(*drawn, spacing=22) if across > 1 else alt.vconcat(*drawn, spacing=18)
    return with_properties(joined, padding=5).resolve_scale(color="independent", strokeDash="independent")


def panel(heading: str, chart: alt.TopLevelMixin, width: float, height: int, offset: int = 14) -> alt.TopLevelMixin:
    """A chart as one part of a drawing, under its heading."""
    head = alt.TitleParams(text=heading.split("\n"), fontSize=13, anchor="start", frame="group", offset=offset)
    # Padding belongs to a whole drawing, not to its parts.
    return with_properties(chart, width=width, height=height, title=head, padding=alt.Undefined)
