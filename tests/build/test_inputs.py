"""What a notebook read decides whether it runs again: that and nothing else."""

import json
import re
import shutil
from types import SimpleNamespace

import pytest
from bookpages import ROOT, build
from gba_book.execute import inputs, notebooks
from gba_book.read.notebook import notebook
from jupyter_cache import get_cache
from smallbook import CHART, said, write_notebook

pytestmark = pytest.mark.xdist_group("inputs")
LABS = "import gba\nfrom myst_nb import glue\nglue('labs', float(gba.load('patents')['value'].sum()), display=False)"

PATENTS = r"^(invention_applications,guangzhou,[^,]*,[^,]*,[^,]*,)(\d+)"


def change(path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.search(old, text, re.M), old
    path.write_text(re.sub(old, new, text, count=1, flags=re.M), encoding="utf-8", newline="\n")


@pytest.fixture(scope="module")
def runs(template, tmp_path_factory):
    """By what was changed: the notebooks that ran again, and what the pages say then. Each change comes on top of those before."""
    root = tmp_path_factory.mktemp("inputs") / "book"
    shutil.copytree(template, root, ignore=shutil.ignore_patterns("_build"))
    chapters = "".join(f"- file: book/{name}\n" for name in ("labs", "quotes", "file"))
    (root / "_toc.yml").write_text(f"format: jb-book\nroot: book/index\nchapters:\n{chapters}", encoding="utf-8")
    write_notebook(root / "book" / "index.ipynb", CHART)
    write_notebook(root / "book" / "labs.ipynb", LABS, "md:In all {glue:text}`labs:.4f`.")
    write_notebook(root / "book" / "quotes.ipynb", "x = 1", "md:In all {glue:text}`labs.ipynb::labs:.4f`.")
    write_notebook(root / "book" / "file.ipynb", "print(open('notes.txt').read())")
    (root / "book" / "notes.txt").write_text("the first note", encoding="utf-8")
    edits = {
        "first": lambda: None,
        "a dataset, what nobody uses": lambda: (
            change(root / "data/pipeline/patents.csv", PATENTS, lambda at: f"{at[1]}{int(at[2]) + 1}"),
            change(root / "book/gba/index/answer.py", r"\Z", "# changed\n"),
        ),
        "a file, prose": lambda: (
            (root / "book" / "notes.txt").write_text("the second note", encoding="utf-8"),
            change(root / "book/labs.ipynb", "In all", "Altogether"),
        ),
        "the library": lambda: change(root / "book/gba/charts/lines.py", "1.3 if thin else 2.2", "1.3 if thin else 2.7"),
    }
    told = {}
    for number, (what, edit) in enumerate(edits.items()):
        edit()
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("PYTHONHASHSEED", str(number))  # else they have that of whoever imported the extension here
            result = build(root)
        assert result.returncode == 0, f"{what}: {said(result)[-3000:]}"
        pages = {path.name.removesuffix(".html"): path.read_text(encoding="utf-8") for path in (root / "_build/html/book").glob("*.*")}
        anew = int(re.search(r"to take away, (\d) of them made anew", said(result))[1])
        told[what] = set(re.findall(r"\d of \d executed, (\w+)", said(result))), pages, anew
    return told


def test_what_read_it_runs_again_and_nothing_else(runs):
    assert {what: again for what, (again, *_) in runs.items()} == {
        "first": {"index", "labs", "quotes", "file"},
        "a dataset, what nobody uses": {"labs"},
        "a file, prose": {"file"},
        "the library": {"index"},
    }


def test_a_notebook_to_take_away_is_made_anew_where_its_words_or_outputs_changed(runs):
    """And no other, whatever order a process gives to a set: each of these builds has another."""
    assert runs["a file, prose"][2] == 2


def test_pages_follow(runs):
    """The page of the notebook that ran, and one that says its number."""
    first, second, third, fourth = (pages for _, pages, _ in runs.values())

    def number(page):
        return re.search(r"In all (?:<[^>]*>)*([\d.]+)", page)[1]

    assert number(second["labs"]) == number(second["quotes"]) != number(first["labs"])
    assert "the second note" in third["file"] and "the second note" in third["file.ipynb"]
    assert "Altogether" in third["labs"]
    assert ['stroke-width="2.7"' in pages["index"] for pages in (first, second, third, fourth)] == [False, False, False, True]


def test_sizes_and_checksums_of_files_that_were_not_read_do_not_count(tmp_path):
    shutil.copytree(ROOT / "data", tmp_path / "data")
    files = ["data/datapackage.json", "data/history/gdp.csv"]
    before, listing = inputs.digest(files, tmp_path), inputs.digest([*files, *inputs.TELL_ALL], tmp_path)

    def grown(path):
        record = json.loads((tmp_path / files[0]).read_text(encoding="utf-8"))
        next(entry for entry in record["resources"] if entry["path"] == path)["bytes"] += 1
        (tmp_path / files[0]).write_text(json.dumps(record), encoding="utf-8")

    grown("pipeline/patents.csv")
    assert inputs.digest(files, tmp_path) == before
    assert inputs.digest([*files, *inputs.TELL_ALL], tmp_path) != listing
    grown("history/gdp.csv")
    assert (other := inputs.digest(files, tmp_path)) != before
    record = json.loads((tmp_path / files[0]).read_text(encoding="utf-8"))
    (tmp_path / files[0]).write_text(json.dumps(record | {"version": "99"}), encoding="utf-8")
    assert inputs.digest(files, tmp_path) != other, "what it says of all files"


def answered(paths, code, root):
    cell = inputs.question()
    cell.outputs = [type("Output", (), {"output_type": "stream", "name": "stdout", "text": json.dumps([str(root / path) for path in paths])})]
    return inputs.answered(cell, code, root)


def test_of_chapters_that_the_library_looks_into_the_exhibits_count_and_of_others_all_code(tmp_path):
    def chapter(name, code):
        write_notebook(tmp_path / "book" / f"{name}.ipynb", code)

    (tmp_path / "book").mkdir()
    chapter("01", 'gba.figure(name="rents")')
    own, through = (answered(paths, code, tmp_path) for paths, code in ((["book/01.ipynb"], "open('01.ipynb')"), (["book/01.ipynb"], "claims.try_all(Path())")))
    assert own == [inputs.CHAPTERS, "book/01.ipynb"] and through == [inputs.DRAWN]
    assert answered(["book/01.ipynb", "book/mine.py"], "import mine", tmp_path) == [inputs.CHAPTERS, "book/01.ipynb", "book/mine.py"]
    before = [inputs.digest(files, tmp_path) for files in (own, through)]
    chapter("01", 'gba.figure(name="rents", rows=None)')
    code = [inputs.digest(files, tmp_path) for files in (own, through)]
    assert code[0] != before[0] and code[1] == before[1]
    chapter("01", 'gba.figure(name="homes")')
    drawn = inputs.digest(through, tmp_path)
    chapter("02", "x = 1")
    assert len({before[1], drawn, inputs.digest(through, tmp_path)}) == 3


@pytest.mark.parametrize("code", ["geopandas.read_file('x.geojson')", "sorted(Path('../data').iterdir())", "gba.datasets()"])
def test_a_notebook_that_reads_unseen_depends_on_all_data(code):
    cell = inputs.question()
    cell.outputs = [type("Output", (), {"output_type": "stream", "name": "stdout", "text": "[]"})]
    assert inputs.answered(cell, "gba.load('gdp')[gba.where(indicator='global_500')]") == []
    assert {"data/places.csv", *inputs.TELL_ALL} <= set(inputs.answered(cell, code))
    assert inputs.answered(inputs.question(), code) is None


def test_a_note_is_that_of_one_entry_of_the_cache(tmp_path):
    """Two notebooks, or two states of one, that jupyter-cache tells apart have each their own: the digests of one would vouch for the outputs of the other."""
    cache, states = get_cache(tmp_path), [("1",), ("1", "2"), ("2",)]
    for number, cells in enumerate(states):
        write_notebook(tmp_path / f"{number}.ipynb", *cells)
    plain = [notebook(tmp_path / f"{number}.ipynb") for number in range(len(states))]
    tagged, other, words = (notebook(tmp_path / "0.ipynb") for _ in range(3))
    tagged.cells[-1].metadata["tags"] = ["hide-input"]
    other.metadata.kernelspec.name = "another"
    words.cells[0].source = "other words"
    every = [*plain, tagged, other, words]
    assert len({notebooks._note(cache, one) for one in every}) == len({cache.create_hashed_notebook(one)[1] for one in every}) == len(every) - 1


def test_outputs_lose_their_note_before_others_take_their_place(tmp_path, monkeypatch):
    """Killed or out of room between the two, a build would else take the new outputs for those of the old figures, once these are back."""
    path = tmp_path / "a.ipynb"
    write_notebook(path, "1")
    read, cache = notebook(path), get_cache(tmp_path / "cache")
    note = notebooks._note(cache, read)
    note.parent.mkdir(parents=True)
    note.write_text("{}", encoding="utf-8")

    def full(*_, **__):
        raise OSError("no space left")

    monkeypatch.setattr(type(cache), "cache_notebook_bundle", full)
    running = SimpleNamespace(stale={path: read}, executed=lambda: iter([(path, None)]))
    app = SimpleNamespace(config=SimpleNamespace(nb_execution_cache_path=str(tmp_path / "cache")), gba_running=running, emit=lambda *_: None)
    with pytest.raises(OSError, match="no space left"):
        notebooks.run_stale(app, None, [])
    assert not note.exists()
