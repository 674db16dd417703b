"""The seal of this edition: who looks after it is told when it no longer fits, and who forks it only what is theirs to hold."""

import os

import edition
import pytest


def test_the_seal_fits():
    files = edition.differing()
    if files and os.environ.get("GBA_EDITION") != "strict":
        pytest.skip("make seal has not sealed these files: another edition, or this one while it is being changed")
    assert not files, f"{edition.named(files)}: if what this edition finds still holds, run make seal"
