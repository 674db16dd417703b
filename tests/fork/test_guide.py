"""The guide for those who fork the book: its commands run as they are printed, one after the other, in a clean copy."""

import json
import re
import shutil
import subprocess
from dataclasses import dataclass

import forks
import pytest
from bookpages import ROOT, exhibits

GUIDE = ROOT / "book" / "a4-fork.md"
FENCE = re.compile(r"^```(?P<info>\S*)\n(?P<text>.*?)^```$", re.M | re.S)
#: What no test can run: it needs an address, a browser, or somebody's permission.
NOT_RUN = {"git clone", "cd YOUR-FORK", "make serve", "make preview", "make lab", "git push", "make seal", "make test-edition"}

STEMS = {path.name.partition(".")[0].partition("-")[2] or path.name.partition(".")[0] for path in [*ROOT.glob("book/*.ipynb"), *ROOT.glob("data/**/*.csv")]}
DATASET = forks.free(STEMS, "crowding")
CITY = forks.free({row["place"] for row in forks.table(ROOT / "data/places.csv")}, "wenzhou")

pytestmark = pytest.mark.xdist_group("guide")


@dataclass
class Ran:
    """A block that ran: its text, its exit code (0 if all is well) and what it printed."""

    text: str
    code: int
    said: str


def blocks():
    """What the guide prints; with other names, where a fork has taken those of the guide."""
    text = GUIDE.read_text(encoding="utf-8").replace("crowding", DATASET).replace("name=wenzhou", f"name={CITY}")
    if CITY != "wenzhou":
        text = text.replace("en=Wenzhou zh_hant=溫州 zh_hans=温州", f"en={CITY.capitalize()}")
    return [(found["info"], found["text"]) for found in FENCE.finditer(text)]


def test_every_block_is_run_or_one_of_the_few_that_cannot_be():
    kinds = [info for info, _ in blocks()]
    assert set(kinds) == {"sh", "python", "console"}, "a block of another kind would be neither run nor excused"
    assert GUIDE.read_text(encoding="utf-8").count("```") == 2 * len(kinds), "a fence that the test does not see"
    excused = [line for info, text in blocks() if info == "console" for line in text.splitlines()]
    for line in excused:
        assert line.startswith("$ "), line
        assert any(line[2:].startswith(words) for words in NOT_RUN), f"{line}: run it, in a block of sh"
    assert len(excused) <= len(NOT_RUN)


def small_book(root):
    """The pages but the guide cut down to a heading, so that a build takes seconds; the first one says what the index computes."""
    import nbformat
    import yaml

    toc = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    for name in [toc["root"], *(chapter["file"] for chapter in toc["chapters"])]:
        if name != "book/a4-fork" and (root / f"{name}.md").is_file():
            (root / f"{name}.md").write_text(f"# {name}\n", encoding="utf-8")
        elif (root / f"{name}.ipynb").is_file():
            notebook = nbformat.read(root / f"{name}.ipynb", as_version=4)
            notebook.cells = [nbformat.v4.new_markdown_cell(f"# {name}")]
            if name == toc["root"]:
                code = "import gba\nfrom gba.index import composite\nprint('index', composite.index(gba.index.sheet.sheet()))"
                notebook.cells.append(nbformat.v4.new_code_cell(code))
            for number, cell in enumerate(notebook.cells):
                cell["id"] = f"cell-{number}"
            nbformat.write(notebook, root / f"{name}.ipynb")


@pytest.fixture(scope="module")
def fork(request, tmp_path_factory):
    """The copy after the whole guide, and what each of its blocks said. `make test` leaves its builds and its tests to `make test-all`."""
    from jupyter_client.manager import start_new_kernel

    assert shutil.which("make") and shutil.which("git"), "the guide needs make and git"
    base = tmp_path_factory.mktemp("guide")
    # The other worker goes on with the suite meanwhile: a second one within this would collect all tests again for the sake of a few.
    root, environment = base / "a fork", {**forks.environment(base / "env"), "PYTEST_XDIST_AUTO_NUM_WORKERS": "1"}
    forks.copy(root)
    small_book(root)
    forks.commit(root, environment)
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(root / "book"), env=environment)
    ran, skipped = [], r"^make (book|test)\b.*" if "not slow" in request.config.option.markexpr else "^$"
    try:
        for info, text in blocks():
            if info == "sh":
                ran.append(run_shell(text, root, environment, skipped))
            elif info == "python":
                ran.append(run_python(text, client))
            if info != "console" and ran[-1].code:
                break  # what follows would fail for want of this
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    return root, ran


def run_shell(text, root, environment, skipped):
    words = re.sub(skipped, "", text, flags=re.M)
    done = subprocess.run(["sh", "-e", "-c", words], cwd=root, env=environment, capture_output=True, text=True, encoding="utf-8", check=False)
    return Ran(text, done.returncode, done.stdout + done.stderr)


def run_python(text, client):
    said = []

    def heard(message):
        content = message["content"]
        said.append(content.get("text") or "\n".join(content.get("traceback", [])) or content.get("data", {}).get("text/plain", ""))

    reply = client.execute_interactive(text, output_hook=heard, timeout=120)
    return Ran(text, int(reply["content"]["status"] != "ok"), "".join(said))


def only(ran, words):
    [found] = [one for one in ran if words in one.text]
    return found.said


def test_every_command_works_as_printed(fork):
    _, ran = fork
    assert not ran[-1].code, f"{ran[-1].text}\n{ran[-1].said[-4000:]}"
    assert len(ran) == sum(info != "console" for info, _ in blocks())


def test_a_weight_moves_the_index(fork):
    """But in a fork that weighs its pillars as the guide does."""
    before, after = only(fork[1], "composite.index(made).round"), only(fork[1], "weights=weights")
    scored = [row for row in forks.table(ROOT / "data/index/index_pillars.csv") if row["scored"] == "yes"]
    ratios = {float(row["weight"]) / (3 if row["pillar"] == "living" else 1) for row in scored}
    assert before and after and (before == after) == (len(ratios) == 1)


def test_a_few_lines_compute_the_index_from_the_sheet_alone(fork):
    """To the decimals that are printed, what the library computes."""
    by_hand, by_library = (
        dict(re.findall(r"'?(\w+)'?:? +(?:np\.float64\()?([\d.]+)", only(fork[1], words))) for words in ("points.groupby", "composite.index(made).round")
    )
    assert len(by_library) > 1
    assert [float(by_hand[place]) / 100 for place in by_library] == pytest.approx([float(value) for value in by_library.values()], abs=0.001)


def test_a_change_of_data_is_checked_and_can_be_undone(fork):
    root, ran = fork
    assert "data/history/area.csv" in only(ran, "git diff --stat data").replace(" ", "") or "area.csv" in only(ran, "git diff --stat data")
    weights = (root / "data/index/index_pillars.csv").read_bytes()
    assert weights == (ROOT / "data/index/index_pillars.csv").read_bytes(), "the guide takes its weight back"


def test_the_scaffold_says_what_is_missing_until_it_is_right(fork):
    first, last = only(fork[1], f"make dataset name={DATASET} folder="), only(fork[1], f"make dataset name={DATASET}\n")
    places = [f"data/people/{DATASET}.csv:1", "data/sources.csv:"]
    places += [f"{key}: found" for key in ("unit", "definition", "direction", "processing", "licence")]
    assert [place for place in places if place not in first] == []
    assert f"{DATASET} lacks nothing" in last


@pytest.mark.slow
def test_the_new_chapter_is_a_page_with_its_exhibit(fork):
    root, ran = fork
    [page] = (root / "_build" / "html" / "book").glob(f"*-{DATASET}.html")
    [(figure, spec)] = exhibits(page)
    assert figure["id"] == f"{DATASET}-compared"
    assert any("persons_per_km2" not in str(row) and row.get("value") for rows in spec["datasets"].values() for row in rows)
    assert "Where do people live closest together?" in page.read_text(encoding="utf-8")
    passed = only(ran, f"make test only={DATASET}")
    assert re.search(r"\[100%\]|\d+ passed", passed) and "failed" not in passed, passed[-2000:]


def test_the_city_is_a_place_and_is_committed(fork):
    root, _ = fork
    assert f"\n{CITY},{CITY.capitalize()}," in (root / "data/places.csv").read_text(encoding="utf-8")
    state = subprocess.run(["git", "status", "--short"], cwd=root, capture_output=True, text=True, check=True)
    assert state.stdout == "", "after the guide everything is committed or ignored"
    record = json.loads((root / "data/datapackage.json").read_text(encoding="utf-8"))
    assert DATASET in {entry["name"] for entry in record["resources"]}
