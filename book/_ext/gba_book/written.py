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


def afterwards(app, make, priority: int) -> None:
    """Have `make(app, folder of the output)` called once all pages are written and nothing failed, in the order of the priorities."""

    def call(app, error):
        if error is None and app.builder.format == "html":
            make(app, Path(app.outdir))

    app.connect("build-finished", call, priority=priority)
