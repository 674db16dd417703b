"""`make lab` in a real browser with the network cut: a notebook reads there as the page does."""

import json
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from urllib.parse import urlsplit

import nbformat
import pytest
from bookpages import ROOT

PATIENCE = 120
CHAPTER = ROOT / "book" / "index.ipynb"
pytestmark = [pytest.mark.xdist_group("lab"), pytest.mark.slow]


def free_port() -> int:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return server.getsockname()[1]


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """The address of a JupyterLab that `make lab` has opened on a copy of this checkout, and the copy."""
    root = tmp_path_factory.mktemp("lab") / "copy"
    root.mkdir()
    for name in ("Makefile", "requirements.txt"):
        shutil.copy2(ROOT / name, root)
    for name in ("book", "data"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints"))
    nbformat.write(words_and_money(), root / "book" / "words.ipynb")
    port = free_port()
    options = f"--no-browser --port={port} --ServerApp.port_retries=0 --IdentityProvider.token= --ServerApp.password="
    # Tests of the build leave their renderer in the environment; a reader's has none.
    environment = {name: value for name, value in os.environ.items() if name != "GBA_RENDER"}
    home = {"HOME": str(root / "home"), "JUPYTER_CONFIG_DIR": str(root / "home/config"), "JUPYTER_RUNTIME_DIR": str(root / "home/runtime")}
    command = ["make", "lab", f"VENV={ROOT / '.venv'}", f"options={options}"]
    with (root / "log").open("w", encoding="utf-8") as log:
        server = subprocess.Popen(command, cwd=root, env={**environment, **home}, stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        until(lambda: answers(f"http://127.0.0.1:{port}/api/status"), lambda: (root / "log").read_text(encoding="utf-8")[-2000:])
        yield f"http://127.0.0.1:{port}", root
    finally:
        os.killpg(server.pid, 15)
        server.wait(30)


def words_and_money():
    """A notebook with dollars in its prose and a table of words below."""
    shows = """import gba, pandas as pd\nfrom IPython.display import HTML\n
HTML(gba.listing(pd.DataFrame({"Word": list("abcdefgh")})).data + "<form>Choose</form>")"""
    cells = [nbformat.v4.new_markdown_cell(r"HK\$5 and HK\$6, in code `\$`, and $x^2$"), nbformat.v4.new_code_cell(shows)]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def answers(address: str) -> bool:
    try:
        return urllib.request.urlopen(address, timeout=5).status == 200
    except (urllib.error.URLError, OSError):
        return False


def until(holds, told) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, told()
        time.sleep(0.3)


@pytest.fixture(scope="module")
def page(lab, browser):
    """One visit for all, which begins before a cell has run."""
    context = browser.new_context(viewport={"width": 1400, "height": 2400})
    page = context.new_page()
    page.outside = []

    def route(request):
        if urlsplit(request.request.url).hostname == "127.0.0.1":
            return request.continue_()
        page.outside.append(request.request.url)
        return request.abort()

    context.route("**/*", route)
    page.goto(f"{lab[0]}/lab/tree/index.ipynb?reset")
    page.wait_for_selector(".jp-MarkdownCell .jp-RenderedMarkdown", timeout=1000 * PATIENCE)
    page.get_by_text("| Idle").first.wait_for(timeout=1000 * PATIENCE)  # who asks to run before there is a kernel runs nothing
    yield page
    context.close()


def prose(page) -> str:
    return "\n".join(page.locator(".jp-MarkdownCell .jp-RenderedMarkdown").all_text_contents())  # the inner text of what is off the screen is empty


def test_a_notebook_reads_in_jupyterlab_as_the_page_does_and_none_of_that_is_saved(lab, page, said):
    assert "{glue" not in prose(page)
    assert "…" in prose(page), "before the cells have run a number is not known"
    page.locator(".lm-MenuBar-item", has_text="Run").click()
    page.locator('[data-command="runmenu:run-all"]').click()
    until(lambda: page.locator(".jp-OutputArea figure img").count() == 2 and "…" not in prose(page), lambda: prose(page)[:3000])
    read = prose(page)
    sentences = [value for name, value in said.items() if name.startswith("answer")]
    assert sentences
    for sentence in sentences:
        assert sentence in read, sentence
    assert "{glue" not in read
    assert "[](" not in read
    links = page.locator(".jp-MarkdownCell .jp-RenderedMarkdown a[href]").all_text_contents()
    assert "Who is first?" in links, "a link without words says the title of the chapter"
    assert "" not in links
    for figure in page.locator(".jp-OutputArea figure").all():
        box, picture = figure.bounding_box(), figure.locator("img")
        assert 600 < box["width"] <= 760, box
        assert picture.evaluate("image => image.complete && image.naturalWidth") > 600
        assert len(picture.get_attribute("alt")) > 40
        assert "Source: " in figure.text_content()
    folded = "all => all.map(one => one.getBoundingClientRect().right - one.closest('.jp-Cell').getBoundingClientRect().right)"
    out = [over for over in page.locator(".jp-Placeholder-content").evaluate_all(folded) if over > 8]
    assert not out, f"the first line of folded code runs {out} pixels out of its notebook: LOOK in book/_lab"
    # Waits in the browser's loop: who waits for the file alone keeps the request from being let through.
    with page.expect_response(lambda answer: answer.request.method == "PUT" and "/api/contents/index.ipynb" in answer.url, timeout=1000 * PATIENCE):
        page.keyboard.press("Control+s")
    path = lab[1] / "book" / "index.ipynb"
    assert any(cell.get("outputs") for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]), "not saved"
    saved, committed = (nbformat.read(file, as_version=4).cells for file in (path, CHAPTER))
    assert [(cell.source, cell.metadata.get("tags")) for cell in saved] == [(cell.source, cell.metadata.get("tags")) for cell in committed]
    assert "user_expressions" not in path.read_text(encoding="utf-8")
    assert page.outside == []


def test_a_link_to_a_claim_opens_the_notebook_of_claims(lab, page):
    """The chapters name the page, a1-claims.html, which stands beside a built chapter and not beside a notebook."""
    linked = [path.name for path in sorted(CHAPTER.parent.glob("*.ipynb")) if "a1-claims.html#" in path.read_text(encoding="utf-8")]
    if not linked:
        pytest.skip("no chapter links to a claim")
    page.goto(f"{lab[0]}/lab/tree/{linked[0]}?reset")
    link = page.locator('.jp-MarkdownCell .jp-RenderedMarkdown a[href*="#claim-"]').first
    link.wait_for(state="attached", timeout=1000 * PATIENCE)
    assert page.locator('.jp-RenderedMarkdown a[href*=".html"]').count() == 0
    link.click()
    page.locator(".lm-TabBar-tab.lm-mod-current", has_text="a1-claims.ipynb").wait_for(timeout=1000 * PATIENCE)


def test_dollars_are_no_formula_words_stand_left_and_nothing_waits_for_a_script(lab, page):
    page.goto(f"{lab[0]}/lab/tree/words.ipynb?reset")
    text = page.locator(".jp-MarkdownCell .jp-RenderedMarkdown p")
    text.locator("mjx-container").wait_for(timeout=1000 * PATIENCE)
    assert text.locator("mjx-container").count() == 1
    assert r"HK$5 and HK$6, in code \$, and" in text.text_content()
    page.get_by_text("| Idle").first.wait_for(timeout=1000 * PATIENCE)
    page.locator(".lm-MenuBar-item", has_text="Run").click()
    page.locator('[data-command="runmenu:run-all"]').click()
    table = page.locator(".jp-OutputArea .listing")
    table.wait_for(timeout=1000 * PATIENCE)
    assert table.locator("td").first.evaluate("cell => getComputedStyle(cell).textAlign") == "left"
    assert not table.locator("details").is_visible()
    assert not page.get_by_text("Choose", exact=True).is_visible()
