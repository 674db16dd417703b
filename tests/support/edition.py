"""What holds for this edition alone, its figures and findings, and what a fork that changed them is told: `make seal` writes tests/edition/seal.json.

The seal holds a digest of every table, page, palette and catalogue of another language. While it fits, the tests of tests/edition and the examples in the
library's docstrings, which print figures, count like all others. In a fork that changed one of these files they run too, but one that fails is skipped and says
which file differs.
`GBA_EDITION=strict` in the environment makes a seal that does not fit a failure, and every failure count: whoever looks after this edition sets it.
"""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SEAL = "tests/edition/seal.json"
#: Where this edition's findings are tested, and where examples print its figures.
FOUND = ("tests/edition/", "book/gba/")
SEALED = ("data/**/*.csv", "book/*.ipynb", "book/*.md", "locales/**/*.*", "book/gba/charts/palette.csv", "_config.yml", "_toc.yml")
GUIDE = "book/a4-fork.md, 'Your findings'"


def digests(root: Path = ROOT) -> dict[str, str]:
    """A digest of each sealed file of a checkout, by its path."""
    paths = sorted(path for pattern in SEALED for path in root.glob(pattern) if path.is_file())
    return {path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()[:16] for path in paths}


def differing(root: Path = ROOT) -> list[str]:
    """The sealed files that a checkout has changed, added or removed; the seal itself where there is none."""
    path = root / SEAL
    if not path.is_file():
        return [SEAL]
    sealed, here = json.loads(path.read_text(encoding="utf-8")), digests(root)
    return sorted(name for name in sealed.keys() | here.keys() if sealed.get(name) != here.get(name))


def named(files: list[str]) -> str:
    """The first of the files that differ, and how many more there are."""
    if files == [SEAL]:
        return f"there is no {SEAL}"
    more = f" (and {len(files) - 1} more)" if len(files) > 1 else ""
    return f"{files[0]}{more} is not this edition's"


def forgives(root: Path = ROOT) -> str:
    """Why a failure of this edition's tests does not count here; empty where it does."""
    files = [] if os.environ.get("GBA_EDITION") or not (root / SEAL).is_file() else differing(root)
    return f"{named(files)}: its findings are yours to hold; see {GUIDE}" if files else ""


# ---- hooks of pytest, registered by tests/conftest.py --------------------------------------------------------------------


def forgiven(report) -> bool:
    """Turn a failure of this edition's tests into a skip that says why, where the checkout is another edition."""
    if not report.failed or not report.nodeid.startswith(FOUND) or not (why := forgives()):
        return False
    report.outcome, report.longrepr = "skipped", (report.nodeid.split("::")[0], 0, f"Skipped: {why}")
    return True


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    """A module of this edition's tests that reads, when it is imported, what a fork does not have."""
    report = yield
    if forgiven(report):
        report.result = []
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """A test or an example of this edition that fails."""
    report = yield
    forgiven(report)
    return report


def pytest_terminal_summary(terminalreporter):
    """One line on what this edition's tests find in a fork."""
    why = forgives()
    left = [report for report in terminalreporter.stats.get("skipped", []) if why and why in str(report.longrepr)]
    if left:
        terminalreporter.write_line(f"{len(left)} tests of this edition's findings do not hold here and were left out: {why}")


def seal(root: Path = ROOT) -> int:
    """Write the seal if this edition's tests pass; the exit code of the tests."""
    command = [sys.executable, "-m", "pytest", "tests/edition", "book/gba"]
    code = subprocess.run(command, cwd=root, env={**os.environ, "GBA_EDITION": "seal"}, check=False).returncode
    if code:
        print("Nothing was sealed: this edition's own tests have to pass first.", file=sys.stderr)
    else:
        (root / SEAL).write_text(json.dumps(digests(root), indent=1) + "\n", encoding="utf-8", newline="\n")
        print(f"Sealed: {SEAL} holds {len(digests(root))} files.")
    return code


if __name__ == "__main__":
    sys.exit(seal())
