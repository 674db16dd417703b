"""What is written when the pages are, and only where its content is another: what has not changed keeps its time."""

from pathlib import Path


def write(path: Path, content: bytes) -> bool:
    """Write the file, with its folder, unless it holds just that; whether it was written.

    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp(), "a", "b")
    >>> write(file, b"c"), write(file, b"c")
    (True, False)
    """
    if path.is_file() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(content)
    part.replace(path)
    return True


def page_file(app, name: str) -> Path:
    """The file of a page. Its address is no name of a file: an address writes spaces, accents and Chinese in another way."""
    return Path(app.builder.get_outfilename(name))


def is_preview(app) -> bool:
    """Whether the pages are for their author's screen, by `make preview`."""
    return getattr(app, "is_preview", False)


def editions_in(out: Path) -> list[Path]:
    """The folders of an output that hold the book in another language: each has a search of its own."""
    return [path.parents[1] for path in sorted(out.glob("*/_static/search-index.js"))]


def afterwards(app, make, priority: int, *, taken_away: bool = False, in_time: bool = False) -> None:
    """Have `make(app, folder of the output)` called once all pages are written and nothing failed, in the order of the priorities.

    What is `taken_away`, to be read elsewhere, a preview does without (see `live.py`); what has time until the page is shown, it makes then.
    """
    if taken_away and is_preview(app):
        return

    def call(app, error):
        if error is None and app.builder.format == "html":
            app.in_time.append(make) if in_time and is_preview(app) else make(app, Path(app.outdir))

    app.connect("build-finished", call, priority=priority)
