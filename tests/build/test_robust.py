"""What goes wrong on real machines: builds that are killed, two at once, no room, no right to write, no fonts, an old Python, line ends of Windows.

What needs several builds is marked slow: `make test-all` runs it.
"""

import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from bookpages import ROOT, build
from smallbook import CHART, change_a_figure, different, said, tree, write_notebook

JUPYTER_BOOK = [sys.executable, str(Path(sys.executable).with_name("jupyter-book")), "build", "."]


def start(root, **options):
    """A build in a process group of its own, its words in `said.txt` beside the book."""
    with root.with_name("said.txt").open("w", encoding="utf-8") as words:
        return subprocess.Popen(
            JUPYTER_BOOK, cwd=root, stdout=words, stderr=subprocess.STDOUT, start_new_session=True, env={**os.environ, "PYTHONUNBUFFERED": "1"}, **options
        )


def wait_for(root, found, seconds=120):
    """Until the build has said, or done, what `found` looks for."""
    end = time.monotonic() + seconds
    while not found(re.sub(r"\x1b\[[\d;]*m", "", root.with_name("said.txt").read_text(encoding="utf-8", errors="replace"))):
        assert time.monotonic() < end, root.with_name("said.txt").read_text(encoding="utf-8")[-2000:]
        time.sleep(0.005)


@pytest.fixture(scope="module")
def changed(template, tmp_path_factory):
    """The book of two pages before a change of data, built; and the published files of a clean build after it."""
    root = tmp_path_factory.mktemp("changed") / "book"
    shutil.copytree(template, root)
    (root / "_toc.yml").write_text("format: jb-book\nroot: book/index\nchapters:\n- file: book/second\n", encoding="utf-8")
    write_notebook(root / "book" / "second.ipynb", CHART.replace("small-gdp", "second-gdp"))
    assert build(root).returncode == 0
    after = root.with_name("after")
    shutil.copytree(root, after, ignore=shutil.ignore_patterns("_build"))
    change_a_figure(after)
    assert build(after).returncode == 0
    return root, tree(after)


@pytest.mark.slow
@pytest.mark.xdist_group("killed")
@pytest.mark.parametrize(
    "moment",
    [
        lambda root: lambda words: any((root / "_build" / ".jupyter_cache").glob("*/executed/*/base.ipynb")) and "1 of 2 executed" in words,
        lambda root: lambda words: "pickling environment" in words,
        lambda root: lambda words: "writing output" in words and "50%" in words,
        lambda root: lambda words: "dumping object inventory" in words,
    ],
    ids=["executing", "remembering", "writing", "publishing"],
)
def test_a_killed_build_started_again_gives_the_same_book(changed, tmp_path, moment):
    """Killed without warning in the midst of an update: the next build mends what is stale or half written, though its files look new."""
    before, clean = changed
    root = tmp_path / "book"
    shutil.copytree(before, root)
    change_a_figure(root)
    process = start(root)
    wait_for(root, moment(root))
    os.killpg(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL, "the build ended before it could be killed"
    result = build(root)
    assert result.returncode == 0, said(result)[-2000:]
    assert not different(clean, tree(root))


def test_what_a_kill_left_half_written_is_made_again(small):
    """The cut that no timing meets: an executed notebook that ends in the middle, and a page that does, of a build that did not finish."""
    clean = tree(small)
    [kept] = (small / "_build" / ".jupyter_cache").glob("*/executed/*/base.ipynb")
    kept.write_text(kept.read_text(encoding="utf-8")[:500], encoding="utf-8")
    page = small / "_build" / "html" / "book" / "index.html"
    page.write_text(page.read_text(encoding="utf-8")[:500], encoding="utf-8")
    (small / "_build" / ".html.unfinished").touch()
    result = build(small)
    assert result.returncode == 0, said(result)[-2000:]
    assert "was cut off" in said(result)
    assert "1 of 1 executed" in said(result)
    assert not different(clean, tree(small))
    assert not (small / "_build" / ".html.unfinished").exists()


@pytest.mark.slow
def test_two_builds_at_once_take_turns(small):
    clean = tree(small)
    shutil.rmtree(small / "_build")
    one = start(small)
    wait_for(small, lambda words: (small / "_build" / ".lock").exists())
    other = build(small)
    assert one.wait() == 0
    assert other.returncode == 0, said(other)[-2000:]
    assert "another build writes to" in said(other)
    assert not different(clean, tree(small))


@pytest.mark.slow
def test_a_full_disk_is_told_and_mended(small):
    """Files may not grow beyond 100 kB, which the system reports like a full disk; with room again the book is right."""
    clean = tree(small)
    change = small / "book" / "_static" / "book.css"
    original = change.read_text(encoding="utf-8")
    change.write_text(original + "/* longer */\n" * 20_000, encoding="utf-8")
    shutil.rmtree(small / "_build" / "html")

    def no_room():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    failed = subprocess.run(JUPYTER_BOOK, cwd=small, capture_output=True, text=True, encoding="utf-8", check=False, preexec_fn=no_room)
    assert failed.returncode != 0
    assert re.search(r"The book was not built: .*File too large.*the pages are not all written", said(failed), re.S), said(failed)[-3000:]
    change.write_text(original, encoding="utf-8")
    assert build(small).returncode == 0
    assert not different(clean, tree(small))


@pytest.mark.slow
def test_a_folder_that_is_none_is_named(small):
    shutil.rmtree(small / "_build")
    (small / "_build").write_text("a file of this name")
    result = build(small)
    assert result.returncode != 0
    assert re.search(r"Not a directory: .*_build", said(result)), said(result)[-2000:]


@pytest.mark.slow
def test_a_folder_that_may_not_be_written_is_named(small):
    """Without the right to write; for root, whom no right stops, on a file system mounted to be read only."""
    command = JUPYTER_BOOK
    if os.geteuid() == 0:
        hide = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"'
        command = ["unshare", "-m", "sh", "-c", hide, str(small / "_build")]
        if subprocess.run([*command, "true"], check=False, capture_output=True).returncode:
            pytest.skip("root, and no mount namespaces here")
        command += JUPYTER_BOOK
    else:
        (small / "_build").chmod(0o555)
    result = subprocess.run(command, cwd=small, capture_output=True, text=True, encoding="utf-8", check=False)
    (small / "_build").chmod(0o755)
    assert result.returncode != 0
    assert re.search(r"_build cannot be used \((Permission denied|Read-only file system)\)", said(result)), said(result)[-2000:]


def with_line_ends_of_windows(paths):
    for path in paths:
        path.write_bytes(path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))


@pytest.mark.slow
def test_line_ends_of_windows_in_code_notebooks_and_settings_change_nothing(small):
    clean = tree(small)
    paths = [*small.glob("*.*"), *(small / "book").glob("*.ipynb"), *(small / "book").rglob("*.py"), *(small / "book").rglob("*.html")]
    with_line_ends_of_windows([path for path in paths if path.is_file()])
    result = build(small)
    assert result.returncode == 0, said(result)[-2000:]
    assert clean["book/index.html"] == tree(small)["book/index.html"]


def test_git_keeps_the_line_ends_that_the_checksums_were_made_of():
    names = ["data/history/gdp.csv", "data/datapackage.json", "book/index.ipynb", "Makefile", "book/gba/data.py"]
    done = subprocess.run(["git", "check-attr", "text", "eol", "--", *names], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("not in a Git checkout")
    assert done.stdout.count("eol: lf") == len(names)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="hides the system's fonts in a mount namespace")
def test_without_any_font_the_charts_are_drawn(small):
    """Chinese names stay text, which the reader's own fonts draw."""
    chart = CHART.replace('title="GDP"', 'title="深圳"').replace("gba.charts.named(gdp)", "gba.charts.named(gdp).assign(name='深圳')")
    write_notebook(small / "book" / "index.ipynb", chart)
    hide = 'mount -t tmpfs tmpfs /usr/share/fonts && exec "$@"'
    if subprocess.run(["unshare", "-m", "sh", "-c", hide, "sh", "true"], check=False, capture_output=True).returncode:
        pytest.skip("no mount namespaces here")
    result = subprocess.run(["unshare", "-m", "sh", "-c", hide, "sh", *JUPYTER_BOOK], cwd=small, capture_output=True, text=True, encoding="utf-8", check=False)
    assert result.returncode == 0, said(result)[-2000:]
    assert re.search(r"<svg class=\"exhibit-wide\".*?<text[^>]*>深圳</text>", (small / "_build/html/book/index.html").read_text(encoding="utf-8"), re.S)


@pytest.mark.parametrize("version", ["2.7.18", "3.10.14"])
def test_an_old_python_is_refused_in_words(tmp_path, version):
    """A stand-in that says it is old; it runs the Makefile's question as that Python would, which for 2.7 means without any newer syntax."""
    numbers = version.split(".")
    fake = tmp_path / "oldpython"
    fake.write_text(f"""#!{sys.executable}
import sys
code = sys.argv[2]
if {numbers[0]} == 2 and ('f"' in code or "f'" in code or ":=" in code):
    sys.exit("  File \\"<string>\\", line 1\\nSyntaxError: invalid syntax")
sys.version_info, sys.version = ({", ".join(numbers)}, "final", 0), "{version} (old)"
exec(code)
""")
    fake.chmod(0o755)
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in ("requirements.txt", "requirements-dev.txt"):
        (tmp_path / name).touch()
    done = subprocess.run(["make", "book", f"PYTHON={fake}"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert f"Python 3.11 or newer is needed, this is {version}" in done.stderr, done.stderr
    assert not (tmp_path / ".venv").exists()


@pytest.mark.slow
def test_an_environment_cut_off_while_it_was_made_is_completed(tmp_path):
    """A Python without pip is what a kill in the midst of `venv` leaves."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "requirements.txt").touch()
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / ".venv")], check=True)
    done = subprocess.run(["make", ".venv/book.stamp", f"PYTHON={sys.executable}"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / ".venv" / "book.stamp").exists()
