"""Change several files, all or none of them, and keep of each what the change does not concern: line ends, byte order mark, mode."""

import contextlib
import os
import shutil
from pathlib import Path

from .refusal import Refused

BOM = b"\xef\xbb\xbf"


class Changes:
    """Planned changes of files under a root; nothing is written before `apply`.

    Texts are read and planned with LF line ends; a file that has CRLF line ends, or begins with a byte order mark, keeps them.
    """

    def __init__(self, root: Path):
        self.root = root
        self.before: dict[Path, bytes] = {}
        self.after: dict[Path, bytes] = {}

    def path(self, name: str) -> Path:
        """The file that a name under the root stands for; a link is followed, so that it stays a link."""
        return (self.root / name).resolve()

    def text(self, name: str) -> str:
        """The text of a file as it is planned, or else as it is.

        Raises
        ------
        Refused : no such file, or not UTF-8
        """
        try:
            return self.content(name).removeprefix(BOM).decode("utf-8").replace("\r\n", "\n")
        except FileNotFoundError:
            raise Refused(name, "", "no file", "a file of the book", "restore it") from None
        except UnicodeDecodeError as error:
            raise Refused(name, "", f"byte {error.start} invalid in UTF-8", "UTF-8 text", "save the file as UTF-8") from None

    def content(self, name: str) -> bytes:
        """The content of a file as it is planned, or else as it is on disk."""
        path = self.path(name)
        if path not in self.after:
            self.before.setdefault(path, path.read_bytes())
        return self.after.get(path, self.before.get(path, b""))

    def edit(self, name: str, text: str) -> None:
        """Plan a new text of a file that is there."""
        self.text(name)
        path = self.path(name)
        old = self.before[path]
        windows = old.count(b"\r\n") * 2 > old.count(b"\n")
        encoded = (text.replace("\n", "\r\n") if windows else text).encode("utf-8")
        self.after[path] = (BOM if old.startswith(BOM) else b"") + encoded

    def create(self, name: str, text: str) -> None:
        """Plan a new file.

        Raises
        ------
        Refused : something of this name is there, or a file stands where a folder has to be
        """
        path = self.path(name)
        if path.exists():
            raise Refused(name, "", "a file of this name", "none", "choose another name, or move the file away")
        for parent in path.relative_to(self.root.resolve()).parents:
            if (self.root / parent).exists() and not (self.root / parent).is_dir():
                raise Refused(parent.as_posix(), "", "a file", "a folder, or nothing", "choose another folder, or move the file away")
        self.after[path] = text.encode("utf-8")

    def apply(self) -> list[str]:
        """Write everything that is planned; after any failure the files are as they were.

        New contents and copies of the old ones are written beside the files first. What is left then are renamings, and these can be undone
        on a full disk too.

        Returns
        -------
        the names of the files that changed

        Raises
        ------
        Refused : a file has changed since it was read
        """
        changed = {path: content for path, content in self.after.items() if self.before.get(path) != content}
        made: list[Path] = []
        done: list[Path] = []
        try:
            for path, content in changed.items():
                self._prepare(path, content, made)
            for path in changed:
                if (path.read_bytes() if path.exists() else None) != self.before.get(path):
                    found = "a file that has changed while the scaffold was made"
                    raise Refused(self._name(path), "", found, "the file as it was read", "run the command again")
                done.append(path)
                os.replace(_beside(path, "new"), path)  # noqa: PTH105  the tests let this very call fail
        except BaseException:
            for path in reversed(done):
                self._restore(path)
            self._clear(changed)
            for folder in reversed(made):
                with contextlib.suppress(OSError):
                    folder.rmdir()
            raise
        self._clear(changed)
        return [self._name(path) for path in changed]

    def _prepare(self, path: Path, content: bytes, made: list[Path]) -> None:
        for folder in [parent for parent in reversed(path.parents) if not parent.exists()]:
            folder.mkdir()
            made.append(folder)
        _beside(path, "new").write_bytes(content)
        if path in self.before:
            shutil.copy2(path, _beside(path, "old"))
            shutil.copymode(path, _beside(path, "new"))

    def _restore(self, path: Path) -> None:
        if path not in self.before:
            path.unlink(missing_ok=True)
        elif _beside(path, "old").exists():
            _beside(path, "old").replace(path)

    def _clear(self, paths: dict[Path, bytes]) -> None:
        for path in paths:
            for what in ("new", "old"):
                with contextlib.suppress(OSError):
                    _beside(path, what).unlink()

    def _name(self, path: Path) -> str:
        root = self.root.resolve()
        return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def _beside(path: Path, what: str) -> Path:
    return path.with_name(f".{path.name}.scaffold-{what}")
