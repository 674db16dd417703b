"""Style, spelling and dead code of this edition; a fork's code is its own."""

import subprocess
import sys

import pytest
from bookpages import ROOT


@pytest.mark.slow  # the workflow runs make lint itself
def test_make_lint_finds_nothing():
    """As the Makefile runs it, in the environment of the tests."""
    done = subprocess.run(["make", "lint", f"VENV={sys.prefix}", "-o", f"{sys.prefix}/dev.stamp"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
