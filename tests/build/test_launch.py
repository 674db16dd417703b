"""Run it yourself: notebooks and source to take away, links to services once a fork names its repository, and words where something is missing."""

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
import zipfile
from types import SimpleNamespace
from urllib.parse import urlsplit

import nbformat
import pytest
import yaml
from bookpages import ROOT, build, documents, notebooks, soup
from bs4 import BeautifulSoup
from gba_book.publish import notebooks as taken_away
from gba_book.publish import source_zip
from smallbook import said

BASE = "https://book.example/gba/"
REPOSITORY = "https://github.com/someone/their-fork"


def links(page):
    return {a.text.strip(): a["href"] for a in page.select(".launch-menu a")}


@pytest.mark.parametrize("document", documents())
def test_pages_offer_notebook_and_source(book, document):
    page = book / f"{document}.html"
    offered = {(page.parent / a["href"]).resolve() for a in soup(page).select(".take-away a[download]")}
    assert (book / "source.zip").resolve() in offered
    assert ((book / f"{document}.ipynb").resolve() in offered) == (ROOT / f"{document}.ipynb").is_file()
    assert all(path.is_file() for path in offered)
    assert not soup(page).select(".launch-menu"), "links to services, and no repository is named"


@pytest.fixture(scope="module")
def fork(template, tmp_path_factory):
    """The small book of a fork that names its repository, with every service and every button of the theme."""
    import shutil

    root = tmp_path_factory.mktemp("fork") / "book"
    shutil.copytree(template, root)
    config = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    config["repository"]["url"] = REPOSITORY
    config["launch_buttons"]["jupyterhub_url"] = "https://hub.example.edu"
    config["html"] |= {"baseurl": BASE.rstrip("/")} | {"use_repository_button": True, "use_issues_button": True, "use_edit_page_button": True}
    (root / "_config.yml").write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")
    result = build(root)
    assert result.returncode == 0, said(result)[-2000:]
    return root / "_build" / "html" / "book" / "index.html"


@pytest.mark.xdist_group("launch")
def test_launch_links_are_right(fork, template):
    before = (template / "_build" / "html" / "book" / "index.html").read_text(encoding="utf-8")
    assert "launch-menu" not in before
    assert "executablebooks" not in before, "the repository that Jupyter Book takes where none is named"
    assert links(soup(fork)) == {
        "Binder": "https://mybinder.org/v2/gh/someone/their-fork/main?urlpath=lab/tree/book/index.ipynb",
        "JupyterHub": "https://hub.example.edu/hub/user-redirect/git-pull?repo=https%3A//github.com/someone/their-fork&urlpath=lab/tree/their-fork/book/index.ipynb&branch=main",
        "Colab": "https://colab.research.google.com/github/someone/their-fork/blob/notebooks/book/index.ipynb",
        "Repository": REPOSITORY,
        "Open issue": f"{REPOSITORY}/issues/new?title=Issue%20on%20page%20%2Fbook/index.html&body=Your%20issue%20content%20here.",
        "Suggest edit": f"{REPOSITORY}/edit/main/book/index.ipynb",
    }


@pytest.mark.xdist_group("launch")
def test_launch_links_need_no_script_no_icon_and_no_other_host(fork, browser):
    page = soup(fork)
    assert not page.select("[data-bs-toggle=dropdown]"), "a menu that only Bootstrap's script opens"
    assert not [image["src"] for image in page.select("img[src]") if "logo_" in image["src"]]
    context = browser.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False)
    opened = context.new_page()
    opened.goto(fork.as_uri())
    assert opened.locator(".launch-menu").count() == 2, "one menu to run the page, one to its source"
    for menu in opened.locator(".launch-menu").all():
        assert not menu.locator("a").first.is_visible()
        menu.locator("summary").click()
        for link in menu.locator("a").all():
            box = link.bounding_box()
            assert link.is_visible()
            assert box["height"] >= 24
            assert 0 <= box["x"] <= box["x"] + box["width"] <= 360, link.inner_text()
        menu.locator("summary").click()
    context.close()


@pytest.mark.xdist_group("launch")
def test_with_an_address_pages_and_map_name_it(fork):
    out, page = fork.parents[1], f"{BASE}book/index.html"
    head = soup(fork).head

    def content(name):
        [found] = head.select(f'meta[property="{name}"]')
        return found["content"]

    assert [link["href"] for link in head.select("link[rel=canonical]")] == [content("og:url")] == [page]
    assert content("og:image").startswith(BASE) and (out / content("og:image").removeprefix(BASE)).is_file()
    locations = [element.text for element in ET.parse(out / "sitemap.xml").getroot().iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert locations == [page]
    assert f"Sitemap: {BASE}sitemap.xml" in (out / "robots.txt").read_text(encoding="utf-8")
    links = re.findall(r'<a href="([^"]*)"', (out / "404.html").read_text(encoding="utf-8"))
    assert links and all(link.startswith(urlsplit(BASE).path) for link in links)


def test_services_that_load_scripts_are_refused(monkeypatch):
    from gba_book.write import launch

    told = []
    monkeypatch.setattr(launch.log, "warning", lambda text, *rest: told.append(text))
    config = SimpleNamespace(html_theme_options={"repository_url": REPOSITORY, "launch_buttons": {"thebe": True}})
    launch.settle(None, config)
    assert "thebe" in told[0]
    assert "thebe" not in config.html_theme_options["launch_buttons"]


@pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.stem)
def test_a_notebook_to_take_away_reads_as_the_page_and_says_what_it_needs(path, book, tmp_path):
    """Values and links stand in its prose, its figures are pictures with their words, and nothing of it asks a network.

    Of a book without an address: in an empty folder it stops at its first cell, in words; in the book's folder that cell does nothing.
    """
    notebook, page = nbformat.read(book / "book" / path.name, as_version=4), soup(book / "book" / f"{path.stem}.html")
    nbformat.validate(notebook)
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert not re.search(r"\{glue:|\[\]\(|^\([\w-]+\)=$", prose, re.M)
    on_the_page = " ".join(page.article.get_text(" ").split())
    # Sentences without formulas, links and marks: letter for letter, because the page sets its own quotation marks.
    for sentence in re.findall(r"[^.\n*\[\]`#|>$]{60,}\.", re.sub(r"<[^>]*>", "", re.sub(r"\]\([^)]*\)", "]", prose)))[:8]:
        assert letters(sentence) in letters(on_the_page), sentence
    shown = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    written = BeautifulSoup("".join(output.get("data", {}).get("text/html", "") for output in shown), "html.parser")
    assert not written.select("form, label, input, select, button, script"), "what no script makes work stays away"
    assert not written.select("details:not(:has(> :not(summary)))"), "a fold with nothing in it"
    assert not written.select(".table-wrap :is(td, th):not([style*='left'])"), "words would stand at the right of their cells"
    assert not re.search(r"(?<!<span>)\\\$", re.sub(r"`[^`]*`", "", prose)), "JupyterLab makes a formula of what stands between two dollars"
    assert len(written.select("figure > p > strong")) == len(written.select("figure")), "a title stands out where styles are taken out"
    assert not [output for output in shown if "scrapbook" in output.get("metadata", {})]
    drawn = [BeautifulSoup(output["data"]["text/html"], "html.parser") for output in shown if "<figure" in output.get("data", {}).get("text/html", "")]
    exhibits = {figure.figure["id"]: figure for figure in drawn}
    assert set(exhibits) == {figure["id"] for figure in page.select("figure.exhibit")}
    for figure in exhibits.values():
        assert figure.img["src"].startswith("data:image/png;base64,")
        on_page = page.find(id=figure.figure["id"])
        assert figure.img["alt"] == on_page["aria-label"]
        assert figure.figcaption.text.startswith(on_page.select_one(".exhibit-number").text)
        assert "Source: " in figure.get_text()
        assert not figure.select("script, [src^=http], link")
    first = notebook.cells[0].source
    # A stranger's Python has none of the book's folders on its path.
    ran = subprocess.run([sys.executable, "-I", "-c", first], cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=False)
    assert ran.returncode == 1
    assert re.search(rf"source\.zip.*make lab.*book/{re.escape(path.name)}", ran.stderr.splitlines()[-1])
    exec(compile(first, "first cell", "exec"), {})


def letters(text: str) -> str:
    return re.sub(r"\W", "", text)


@pytest.mark.parametrize(
    ("address", "repository", "way"),
    [
        ("https://a.example/book/", "", r"    %pip install -q https://a\.example/book/wheel/gba-[\d.]+-py3-none-any\.whl$"),
        ("", REPOSITORY, rf"    %pip install -q git\+{re.escape(REPOSITORY)}$"),
    ],
)
def test_a_notebook_alone_fetches_what_it_needs(address, repository, way):
    config = SimpleNamespace(html_title="P", html_baseurl=address, html_theme_options={"repository_url": repository})
    assert re.search(way, taken_away.first_cell(ROOT / "book" / "x.ipynb", config), re.M)


def test_the_wheel_holds_library_and_data(book, tmp_path):
    """What a notebook alone installs: it loads and draws in a Python that knows nothing of the book's folder."""
    wheel = next((book / "wheel").glob("*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
        metadata = archive.read(next(name for name in archive.namelist() if name.endswith("METADATA"))).decode()
    assert re.findall(r"^Requires-Dist: ([\w-]+)", metadata, re.M) == ["altair", "geopandas", "ipython", "pandas", "vl-convert-python"]
    code = f"""import sys; sys.path.insert(0, {str(tmp_path)!r}); import gba
rows = gba.load("gdp").head(3)
chart = gba.lines(gba.charts.named(rows), y_title="x")
print(gba.__file__, len(gba.load("gdp")), gba.figure(chart, name="n", title="t", subtitle="s", alt_text="a", rows=rows))
print(len(gba.datasets()))"""
    ran = subprocess.run([sys.executable, "-I", "-c", code], cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=False)
    assert ran.returncode == 0, ran.stderr
    assert str(tmp_path) in ran.stdout
    import gba

    assert f" {len(gba.load('gdp'))} " in ran.stdout
    assert ran.stdout.split()[-1] == str(len(gba.datasets()))


def test_the_source_is_whole(book):
    """What the rerun needs is in it; what builds leave is not. Everything that Git tracks, where there is Git."""
    with zipfile.ZipFile(book / "source.zip") as archive:
        names = {name.split("/", 1)[1] for name in archive.namelist()}
        assert {info.date_time for info in archive.infolist()} == {source_zip.EPOCH}
        assert archive.namelist() == sorted(archive.namelist())
    needed = {"Makefile", "README.md", "LICENSE", "_config.yml", "_toc.yml", "requirements.txt", "requirements-dev.txt", "runtime.txt", "pyproject.toml"}
    needed |= {"data/datapackage.json", ".github/workflows/book.yml"}
    if (ROOT / ".git").exists():
        needed |= {*subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")} - {""}
    for folder in ("book/gba", "book/_ext", "book/_static", "tests", "data"):
        found = (path for path in (ROOT / folder).rglob("*.*") if path.is_file() and path.suffix != ".pyc")
        needed |= {path.relative_to(ROOT).as_posix() for path in found}
    assert needed <= names, sorted(needed - names)
    assert not [name for name in names if re.search(r"(^|/)(_build|\.venv|\.git|__pycache__|\.ipynb_checkpoints)(/|$)|\.pyc$", name)]


@pytest.mark.parametrize("git", [True, False], ids=["Git", "no Git"])
def test_what_goes_into_the_source(tmp_path, git):
    kept = ["Makefile", ".gitignore", "book/a.ipynb", "data/a.csv", "tests/test_a.py"]
    left = ["_build/html/a.html", "book/__pycache__/a.pyc", "env of mine/pyvenv.cfg", "env of mine/lib/x.py", ".env", "book/.ipynb_checkpoints/a.ipynb"]
    for name in kept + left:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("_build/\n__pycache__/\n.ipynb_checkpoints/\n", encoding="utf-8")
    if git:
        subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
        subprocess.run(["git", "add", "Makefile", ".gitignore", "tests", "book/a.ipynb"], cwd=tmp_path, check=True)
        (tmp_path / "passwords.txt").write_text("secret")
        # New, and not yet added: what the contents list, code and data, so the source must have it; nothing else that lies there.
        for name in ("book/b.ipynb", "book/gba/b.py", "data/b.csv", "book/Untitled.ipynb", "data/raw/interviews.xlsx", "book/notes.md"):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text("{}")
        kept = [*kept, "book/b.ipynb", "book/gba/b.py", "data/b.csv"]
    found = source_zip.files(tmp_path, {(tmp_path / "book/b.ipynb").resolve()})
    assert [path.as_posix() for path in found] == sorted(kept)
    assert source_zip.pack(found, tmp_path, "top") == source_zip.pack(found, tmp_path, "top")


def test_repo2docker_finds_its_conventions():
    """Binder and JupyterHub's builders read requirements.txt and runtime.txt at the root, unless a folder or file of higher rank is there."""
    assert not [name for name in ("binder", ".binder", "Dockerfile", "environment.yml", "Pipfile", "setup.py") if (ROOT / name).exists()]
    version = re.fullmatch(r"python-(\d+)\.(\d+)\n", (ROOT / "runtime.txt").read_text())
    assert (int(version[1]), int(version[2])) >= (3, 11)
    lock = (ROOT / "requirements.txt").read_text()
    assert re.search(r"^jupyterlab==", lock, re.M)
    # pip wants a hash for all or for none.
    pinned = re.findall(r"^[a-z0-9][\w.-]*==\S+.*\\\n    --hash=sha256:", lock, re.M)
    assert len(pinned) == len(re.findall(r"^[a-z0-9]", lock, re.M))
