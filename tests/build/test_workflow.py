"""The workflow that builds, tests and publishes a fork: well formed, careful, and doing what the README says."""

import re
import subprocess
import sys
from pathlib import Path

import yaml
from bookpages import ROOT
from gba_book.write.launch import NOTEBOOKS

BIN = Path(sys.executable).parent
FILE = ROOT / ".github" / "workflows" / "book.yml"
WORKFLOW = yaml.safe_load(FILE.read_text(encoding="utf-8"))
STEPS = [step for job in WORKFLOW["jobs"].values() for step in job["steps"]]


def test_linters_find_something(tmp_path):
    """Both linters run for real: a workflow with a wrong key and an action that is not pinned is refused."""
    bad = tmp_path / "bad.yml"
    text = FILE.read_text(encoding="utf-8")
    bad.write_text(re.sub(r"@[0-9a-f]{40} # v5.0.0", "@v5", text).replace("timeout-minutes", "time-out"), encoding="utf-8")
    for arguments in (["check-jsonschema", "--builtin-schema", "vendor.github-workflows"], ["zizmor", "--offline", "--no-progress"]):
        assert subprocess.run([str(BIN / arguments[0]), *arguments[1:], str(bad)], capture_output=True, check=False).returncode != 0


def test_actions_are_pinned_to_commits():
    for step in STEPS:
        if "uses" in step:
            assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", step["uses"]), step["uses"]


def test_rights_are_the_least():
    assert WORKFLOW["permissions"] == {"contents": "read"}
    rights = {name: job.get("permissions") for name, job in WORKFLOW["jobs"].items()}
    writing = {"publish": {"pages": "write", "id-token": "write"}, "notebooks": {"actions": "read", "contents": "write"}}
    assert rights == {"build": None, "edition": None, **writing}
    # In YAML, the key `on` is read as true.
    assert "pull_request_target" not in WORKFLOW[True]


def test_it_runs_what_the_readme_says_and_publishes_what_is_built():
    """What publishes needs the build and the tests for any fork; style and this edition's findings are told beside it."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = {name: re.findall(r"\bmake ([a-z-]+)", "\n".join(step.get("run", "") for step in job["steps"])) for name, job in WORKFLOW["jobs"].items()}
    assert targets == {"build": ["book", "test"], "edition": ["book", "test-edition"], "publish": [], "notebooks": []}
    assert all(re.search(rf"^{target}:", makefile, re.M) for names in targets.values() for target in names)
    assert [WORKFLOW["jobs"][job]["needs"] for job in ("publish", "notebooks")] == ["build", "publish"]
    assert WORKFLOW["jobs"]["edition"]["continue-on-error"] is True
    paths = {step["uses"].split("@")[0]: step.get("with", {}).get("path") for step in STEPS if "uses" in step}
    assert paths["actions/upload-pages-artifact"] == "_build/html"
    assert paths["actions/cache"] == "_build/.jupyter_cache"


def test_executed_notebooks_go_where_colab_looks_for_them():
    said = WORKFLOW["jobs"]["notebooks"]["steps"][0]["run"]
    assert f"init -q -b {NOTEBOOKS}\n" in said
    assert said.rstrip().endswith(f".git\" {NOTEBOOKS}")
