"""The workflow that builds, tests and publishes a fork: well formed, careful, and doing what the README says."""

import re

import yaml
from bookpages import ROOT

FILE = ROOT / ".github" / "workflows" / "book.yml"
WORKFLOW = yaml.safe_load(FILE.read_text(encoding="utf-8"))
STEPS = [step for job in WORKFLOW["jobs"].values() for step in job["steps"]]


def test_actions_are_pinned_to_commits_and_rights_are_the_least():
    assert [step["uses"] for step in STEPS if "uses" in step and not re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", step["uses"])] == []
    assert WORKFLOW["permissions"] == {"contents": "read"}
    rights = {name: job.get("permissions") for name, job in WORKFLOW["jobs"].items()}
    writing = {"publish": {"pages": "write", "id-token": "write"}, "notebooks": {"actions": "read", "contents": "write"}}
    assert rights == {"build": {"contents": "read", "pages": "read"}, "edition": None, **writing}
    # In YAML, the key `on` is read as true.
    assert "pull_request_target" not in WORKFLOW[True]


def test_it_runs_what_the_readme_says_and_publishes_what_is_built():
    """What publishes needs the build and the tests for any fork; style and this edition's findings are told beside it."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = {name: re.findall(r"\bmake ([a-z-]+)", "\n".join(step.get("run", "") for step in job["steps"])) for name, job in WORKFLOW["jobs"].items()}
    assert targets == {"build": ["book", "test", "test-all"], "edition": ["lint", "book", "test-edition"], "publish": [], "notebooks": []}
    assert all(re.search(rf"^{target}:", makefile, re.M) for names in targets.values() for target in names)
    assert [WORKFLOW["jobs"][job]["needs"] for job in ("publish", "notebooks")] == ["build", "publish"]
    assert WORKFLOW["jobs"]["edition"]["continue-on-error"] is True
    paths = {(step["uses"].split("@")[0], step.get("with", {}).get("path")) for step in STEPS if "uses" in step}
    assert ("actions/upload-pages-artifact", "_build/html") in paths
    kept = {path for action, listed in paths if action == "actions/cache" for path in listed.split()}
    assert kept == {".venv", "_build/.jupyter_cache", "_build/.kept", "_build/.pictures"}


def test_executed_notebooks_go_where_colab_looks_for_them():
    said = WORKFLOW["jobs"]["notebooks"]["steps"][0]["run"]
    branch = re.search(r"init -q -b (\S+)\n", said)[1]
    assert said.rstrip().endswith(f'.git" {branch}')
    buttons = (ROOT / "book/_ext/gba_book/write/templates/article-header-buttons.html").read_text(encoding="utf-8")
    assert f"/blob/{branch}/" in buttons
