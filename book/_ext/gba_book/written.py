"""Files of the output, written when their content is another: what has not changed keeps its time."""

from pathlib import Path


def write(path: Path, content: bytes) -> None:
    """Write the file, with its folder, unless it holds just that.

    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp(), "a", "b")
    >>> write(file, b"c"); file.read_bytes()
    b'c'
    """
    if not path.is_file() or path.read_bytes() != content:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.part")
        part.write_bytes(content)
        part.replace(path)
