"""The build: right after any change, idle after none, loud about every fault. Each case builds a small copy of the book."""

import re
import shutil
from html import unescape
from types import SimpleNamespace
from urllib.parse import unquote

import nbformat
import pytest
from bookpages import build, exhibits, make_book, soup
from bs4 import BeautifulSoup
from gba_book.check import data as strict
from gba_book.check import unchanged
from smallbook import CHART, change_a_figure, different, said, tree, write_notebook
from sphinx.errors import ExtensionError
from test_notebook_states import TAKEN
from test_reproducible import build_elsewhere

pytestmark = pytest.mark.xdist_group("build")


@pytest.fixture(scope="module")
def life(template, tmp_path_factory):
    """A small book through the changes that people make, built after each: what each build said, and the page that it left."""
    root = tmp_path_factory.mktemp("life") / "a copy"
    shutil.copytree(template, root)
    told = {}

    def built(step, make=build):
        result = make(root)
        told[step] = (
            result.returncode,
            said(result),
            (root / "_build/html/book/index.html").read_text(encoding="utf-8"),
            exhibits(root / "_build/html/book/index.html"),
        )

    built("moved", make_book)
    told["first"] = tree(root)
    built("unchanged", make_book)
    told["second"] = tree(root)
    built("again")
    told["third"] = tree(root)
    change_a_figure(root)
    path = root / "data" / "history" / "area.csv"
    right = path.read_text(encoding="utf-8")
    path.write_text(right.replace(",shenzhen,", ",shenzen,", 1), encoding="utf-8", newline="\n")
    built("refused", make_book)
    path.write_text(right, encoding="utf-8", newline="\n")
    write_notebook(root / "book" / "index.ipynb", "md:See [](#small-gdp).", CHART)
    for name, rule in (("book.css", "outline: 7px solid"), ("site.css", "outline-color: rebeccapurple")):
        with (root / "book" / "_static" / name).open("a", encoding="utf-8") as sheet:
            sheet.write(f"body {{ {rule}; }}\n")
    built("changed")
    with (root / "requirements.txt").open("a", encoding="utf-8") as lock:
        lock.write("# another lock\n")
    built("lock")
    told["grown"] = tree(root)
    told["root"] = root = shutil.copytree(root, root.with_name("別處"), ignore=shutil.ignore_patterns("_build"))
    built("clean", build_elsewhere)
    return told


def test_every_change_builds(life):
    for step in ("moved", "unchanged", "again", "changed", "lock", "clean"):
        assert life[step][0] == 0, f"{step}: {life[step][1][-2500:]}"
    assert "no problem" in life["moved"][1]


def test_nothing_changed_executes_and_changes_nothing(life):
    """Pages keep their style sheet, too, though Sphinx brings none where it has no page to write."""
    assert "nothing changed" in life["unchanged"][1]
    assert " of 1 executed" not in life["again"][1]
    assert not different(life["first"], life["second"])
    assert not different(life["first"], life["third"])


def test_whatever_changes_is_seen(small, monkeypatch):
    """The short way out is for one case only: all that a build reads, and all that it left, is as it was."""
    monkeypatch.setattr(unchanged, "ROOT", small)
    monkeypatch.setattr(unchanged, "OUTPUT", small / "_build" / "html")
    monkeypatch.setattr(unchanged, "_MADE", small / "_build" / ".made")
    monkeypatch.chdir(small)

    def made(*arguments):
        return unchanged.is_made(unchanged.state([".", *arguments]))

    def remembered():
        unchanged.remember(unchanged.state(["."]), ["."])
        assert made()

    remembered()
    assert not made("--all")
    assert not made(), "what is in doubt is built"
    (small / "locales" / "zh").mkdir(parents=True)
    (small / "locales" / "zh" / "a.po").touch()
    files = ["data/history/gdp.csv", "book/index.ipynb", "book/gba/prose.py", "book/_static/book.css", "book/_ext/gba_book/write/templates/layout.html"]
    for file in (*files, "locales/zh/a.po", "_toc.yml", "requirements.txt", "LICENSE"):
        remembered()
        (small / file).write_bytes((small / file).read_bytes() + b" ")
        assert not made(), file
    remembered()
    (small / "_build" / "html" / "book" / "index.html").touch()
    assert not made()
    remembered()
    monkeypatch.setenv("GBA_DATA", str(small))
    assert not made()


def test_a_changed_figure_changes_the_chart_and_the_drawing(life):
    [(before, old)], [(after, new)] = life["unchanged"][3], life["changed"][3]
    assert old["datasets"] != new["datasets"], "the specification still has the old figure"
    assert str(before.select_one(".exhibit-chart")) != str(after.select_one(".exhibit-chart")), "the drawing is still the old one"


def test_make_book_compares_the_checksums_too(life):
    """A figure that breaks no rule, and that nobody has recorded: a plain build takes it, `make book` refuses it."""
    assert life["refused"][0] == 1
    assert re.search(r"gdp\.csv: found .*as the descriptor says; if the change was meant run `make record`", life["refused"][1])


def test_bad_data_stop_the_build(life):
    code, words = life["refused"][:2]
    assert code and re.search(r"area\.csv:\d+.*shenzen", words), words[-2000:]
    assert "Traceback" not in words and "executed" not in words
    assert re.search(r"\d problems", words.rstrip()[-40:]), words[-2000:]


def test_bad_data_stop_a_plain_build_too(small):
    path = small / "data" / "history" / "area.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",shenzhen,", ",shenzen,", 1), encoding="utf-8", newline="\n")
    result = build(small)
    assert result.returncode and "shenzen" in said(result) and "executed" not in said(result)


def test_an_exhibit_can_be_linked_by_its_name(life):
    assert re.search(r'<a class="reference internal" href="#small-gdp">.*Exhibit 1', life["changed"][2])


def test_changed_style_sheets_reach_the_pages(life):
    """Sphinx alone would call everything up to date and leave the old ones there."""
    assert "7px" in life["changed"][2] and "rebeccapurple" in life["changed"][2]


def test_a_changed_lock_executes_again(life):
    """A changed library: test_inputs.py."""
    assert "1 of 1 executed" in life["lock"][1]


def test_two_builds_are_the_same(life):
    """A book that has grown step by step, and a clean build of the same state elsewhere, without a network, agree byte for byte in all that is published."""
    assert not different(life["grown"], tree(life["root"]))


def test_one_warning_fails_the_build(monkeypatch):
    told = []
    monkeypatch.setattr(strict.log, "error", lambda text, *words, **more: told.append(text % words))
    for count, code in ((0, 0), (1, 1)):
        app = SimpleNamespace(_warncount=count, statuscode=0)
        strict.fail_on_warnings(app, None)
        assert (app.statuscode, len(told)) == (code, code)
    assert "built with 1 warning(s)" in told[0]


def last_words(result) -> str:
    """What a failed build ends with: the problems, with nothing but the advice below them."""
    before, told, after = said(result).partition("The book was not built: ")
    assert told, before[-2500:]
    assert after.rstrip().endswith("runs it alone.")
    assert "Traceback" not in after
    return after


def test_faults_of_code_fail_the_build_and_each_is_named(small):
    faults = {
        "index": (("x = 1", "x / 0"), ["code cell 2", "ZeroDivisionError"]),
        "stderr": (("import sys", "print('careful', file=sys.stderr)"), ["code cell 2", "careful"]),
        "warning": (("import warnings", "x = 2", "warnings.warn('old thing')"), ["code cell 3", "old thing"]),
        "unknown": (("import gba; gba.load('gpd')",), ["code cell 1", "gpd", "gdp"]),
        "twice": (("import gba", "gba.facts(km=1)", "x = 1", "gba.facts(km=2)"), ["code cell 4", "'km'", "code cell 2", "another name"]),
        "again": (("import gba", "gba.facts(km=1); gba.facts(km=1)"), ["code cell 2", "'km'", "the same cell", "another name"]),
        "glued": (("from myst_nb import glue", "glue('km', 1)", "glue('km', 2, display=False)"), ["code cell 3", "'km'", "code cell 2", "another name"]),
    }
    for name, (sources, _) in faults.items():
        write_notebook(small / "book" / f"{name}.ipynb", *sources)
    chapters = "".join(f"- file: book/{name}\n" for name in faults if name != "index")
    (small / "_toc.yml").write_text(f"format: jb-book\nroot: book/index\nchapters:\n{chapters}", encoding="utf-8")
    result = build(small)
    assert result.returncode != 0
    _, *told = re.split(r"^book/(\w+)\.ipynb: ", last_words(result), flags=re.M)
    told = dict(zip(told[::2], told[1::2], strict=True))
    assert set(told) == set(faults)
    for name, (_, expected) in faults.items():
        missing = [word for word in expected if word not in told[name]]
        assert not missing, f"{missing} not in: {told[name][-2500:]}"


def test_faults_of_text_and_a_script_in_an_output_fail_the_build_and_each_is_named(small):
    """Each is a warning of its own."""
    faults = ["md:See [](#no-such-exhibit).", "md:See {glue:text}`index.ipynb::no_such_number:.1f`.", "md:![](no-picture.png)", CHART, CHART]
    faults.append("md:這是**“智慧第一城”**的問題。")
    write_notebook(small / "book" / "index.ipynb", *faults)
    shutil.copy(small / "_build" / "html" / "book" / "index.html", small / "_build" / "html" / "book" / "old.html")
    write_notebook(small / "book" / "script.ipynb", "from IPython.display import HTML\nHTML('<p>x</p><script>alert(1)</script>')")
    (small / "_toc.yml").write_text("format: jb-book\nroot: book/index\nchapters:\n- file: book/script\n", encoding="utf-8")
    result = build(small)
    assert result.returncode != 0
    lines = [line for line in said(result).splitlines() if "WARNING" in line or "ERROR" in line]
    told = last_words(result).splitlines()
    each = ["index.ipynb no-such-exhibit", "index.ipynb no_such_number", "index.ipynb no-picture", "index small-gdp twice", "index.ipynb asterisks stay"]
    for expected in map(str.split, [*each, "book/script.html alert(1)"]):
        assert any(all(word in line for word in expected) for line in lines), f"{expected} not in: {said(result)[-2500:]}"
        assert any(all(word in line for word in expected) for line in told), f"{expected} not in: {told}"
    # The first cell is the heading; cells and lines count from 1.
    assert any(re.search(r"book/index\.ipynb: cell 2 \(cell-1\), line 1: .*no-such-exhibit", line) for line in told), told
    assert not (small / "_build" / "html" / "book" / "old.html").exists(), "a page that is gone is taken out"


#: Whatever a disk takes as the name of a file: a space, Chinese, an accent, and what an address writes in another way.
NAMES = ["07-房价 与 收入", "06-housing cost", "08-R&D", "09-café", "10-a+b (2)", "11-100%"]


QUOTES = '誰是灣區"智慧第一城"?\n\n他說："**智慧**城市"和"一小時"圈。\n\nIt is "smart", and "a city".\n\n`灣區"代碼"`'


@pytest.fixture(scope="module")
def many(template, tmp_path_factory):
    """Chapters of every name, one of Chinese prose, the same with a heading more, and one that Colab has saved: built, and again with one of them and another
    first page."""
    root = tmp_path_factory.mktemp("many") / "a copy"
    shutil.copytree(template, root)
    chapters = {name: [f"md:A word of {name}.", CHART.replace("small-gdp", f"gdp-of-{number}")] for number, name in enumerate(NAMES)}
    chapters["quotes"] = [f"md:## 三座城市\n\n{QUOTES}", "md:## 誰領先？\n\n一句。", "md:## 三座城市\n\n又一節。"]
    chapters["longer"] = ["md:## 開頭\n\n新的一節。", *chapters["quotes"]]
    for name, sources in chapters.items():
        write_notebook(root / "book" / f"{name}.ipynb", *sources)
    (root / "book" / "colab.ipynb").write_text(TAKEN["Colab, format 4.0"].replace("small-gdp", "gdp-of-colab"), encoding="utf-8")
    toc = "format: jb-book\nroot: book/index\nchapters:\n"
    (root / "_toc.yml").write_text(toc + "".join(f'- file: "book/{name}"\n' for name in [*chapters, "colab"]), encoding="utf-8")
    result = build(root)
    assert result.returncode == 0, said(result)[-3000:]
    full = shutil.copytree(root / "_build" / "html", root.with_name("full"))
    write_notebook(root / "book" / "start.ipynb", "x = 1")
    (root / "_toc.yml").write_text(f'{toc.replace("/index", "/start")}- file: book/index\n- file: "book/{NAMES[0]}"\n', encoding="utf-8")
    assert build(root).returncode == 0
    return full, tree(root)


def test_every_name_of_a_chapter_gives_a_page(many):
    html, _ = many
    index = (html / "_static" / "search-index.js").read_text(encoding="utf-8")
    for name in NAMES:
        for kind in ("html", "ipynb"):
            assert (html / "book" / f"{name}.{kind}").is_file(), name
        assert (html / "_static" / "cards" / f"{name}.png").is_file(), name
        assert f"A word of {name}." in index
    for link in re.findall(r'class="reference internal" href="([^"#]+)"', (html / "book" / "index.html").read_text(encoding="utf-8")):
        assert (html / "book" / unquote(unescape(link))).is_file(), link


def test_a_chapter_that_left_leaves(many):
    _, there = many
    for name in (*NAMES[1:], "quotes", "colab"):
        assert not [path for path in there if name in path], name
    assert not [path for path in there if path.startswith("exhibits/gdp-of-1")]


def test_the_contents_of_every_page_follow(many):
    """Of pages too whose own text has not changed."""
    html, there = many
    full, later = (soup(html / "book" / "index.html"), BeautifulSoup(there["book/index.html"], "html.parser"))
    listed = [{unquote(link["href"]) for link in page.select("nav a.reference.internal[href]")} for page in (full, later)]
    assert {f"{name}.html" for name in NAMES} <= listed[0]
    assert {f"{name}.html" for name in NAMES} & listed[1] == {f"{NAMES[0]}.html"}


def test_another_first_page_is_where_the_book_opens(many):
    opening = many[1]["index.html"].decode()
    assert "url=book/start.html" in opening and "book/index.html" not in opening


@pytest.mark.parametrize(("one", "two"), [("book/Rents", "book/rents"), ("book/caf\u00e9", "book/cafe\u0301")], ids=["capitals", "accents"])
def test_pages_that_only_some_disks_tell_apart_are_refused(one, two):
    from gba_book.check import folder

    env = SimpleNamespace(found_docs={one, two, "book/index"}, doc2path=lambda name, base: f"{name}.ipynb")
    with pytest.raises(ExtensionError, match=r"(?i)rents.ipynb and .*rents.ipynb are one file|caf.* are one file"):
        folder.names(None, env, [])
    env.found_docs.remove(two)
    folder.names(None, env, [])


def test_quotation_marks_open_and_close_and_headings_keep_their_addresses(many):
    """Chinese prose as a fork writes it."""
    html, _ = many
    article = soup(html / "book" / "quotes.html").select_one("article.bd-article")
    text = article.get_text()
    assert "灣區“智慧第一城”?" in text
    assert "他說：“智慧城市”和“一小時”圈。" in text
    assert "It is “smart”, and “a city”." in text
    assert '灣區"代碼"' in text
    assert [section.get("id") for section in article.select("section section")] == ["三座城市", "誰領先", "三座城市-2"]
    addresses = [section.get("id") for section in soup(html / "book" / "longer.html").select("article.bd-article section section")]
    assert "三座城市" in addresses, "an address that moves when a heading is put before"


def test_a_notebook_of_colab_is_published_without_its_account(many):
    published = (many[0] / "book" / "colab.ipynb").read_text(encoding="utf-8")
    nbformat.validate(nbformat.reads(published, as_version=4))
    assert "Jo Doe" not in published
    assert "an old output" not in published
