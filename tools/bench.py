"""Measure this book beside a stock Jupyter Book of the same content: `make bench`.

Both are built from copies of this checkout, by turns and on the same machine, so that the ratios mean something where
the seconds do not. The stock book has the same chapters and data; its configuration is Jupyter Book's own, its charts
are Altair's own output. Then this book grows: more chapters, more rows behind a chart. Prints Markdown tables.
"""

import argparse
import asyncio
import contextlib
import gzip
import json
import os
import platform
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml
from preview import editions
from serving import served

ROOT = Path(__file__).resolve().parents[1]
PARTS = ("_toc.yml", "_config.yml", "pyproject.toml", "requirements.txt", "requirements.in", "LICENSE", "README.md", "book", "data", "locales", "tools")
CHAPTERS, ROWS = (5, 10, 20, 40), (10**3, 10**4, 10**5, 10**6)
WORLDS = (20_000, 50_000)
#: A mid-range phone on a fair mobile network: download and upload in bytes a second, latency in ms, slow-down of the processor.
PHONE, SLOWDOWN = {"downloadThroughput": 9e6 / 8, "uploadThroughput": 3e6 / 8, "latency": 40}, 4


def checkout(target: Path, stock: bool) -> Path:
    """Copy what a build reads; for the stock book with Jupyter Book's default settings in place of ours."""
    target.mkdir(parents=True)
    for part in PARTS:
        source = ROOT / part
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, target / part, **({"ignore": shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")} if source.is_dir() else {}))
    if stock:
        settings = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
        plain = {key: settings[key] for key in ("title", "exclude_patterns")}
        plain |= {"only_build_toc_files": True, "execute": {"execute_notebooks": "cache", "timeout": 300}}
        (target / "_config.yml").write_text(yaml.safe_dump(plain), encoding="utf-8")
    return target


def build(root: Path, ours: bool = False, languages: str = "", watched: list[float] | None = None) -> float:
    """Seconds that a build takes: `jupyter-book build .`, and for this book what `make book` does; the MB that it had at most go into `watched`."""
    begin = time.perf_counter()
    stock = [Path(sys.executable).with_name("jupyter-book"), "build", "."]
    # What `make book` runs, but that the datasets of some cases are edited, and then their checksums differ.
    book = [sys.executable, "book/_ext/make_book.py", "--no-checksums", ".", "-W", "-n", "--keep-going"]
    with tempfile.TemporaryFile("w+") as said:
        running = subprocess.Popen(book if ours else stock, cwd=root, stdout=said, stderr=said, env={**os.environ, "BOOK_LANGUAGES": languages})
        while watched is not None and running.poll() is None:
            watched.append(memory(running.pid))
            time.sleep(0.2)
        if running.wait():
            said.seek(0)
            sys.exit(f"the build of {root} failed:\n{said.read()[-3000:]}")
    return time.perf_counter() - begin


def memory(process: int) -> float:
    """MB of a process and all that it has started; what several share, as forked kernels do, counts once."""
    import psutil

    total = 0
    with contextlib.suppress(psutil.NoSuchProcess):
        first = psutil.Process(process)
        for one in [first, *first.children(recursive=True)]:
            with contextlib.suppress(psutil.Error):
                held = one.memory_full_info()
                total += getattr(held, "pss", held.rss)
    return total / 1e6


def edit_chapter(root: Path) -> None:
    """Change the code of one chapter without changing what it does."""
    path = sorted((root / "book").glob("0*.ipynb"))[0]
    notebook = json.loads(path.read_text(encoding="utf-8"))
    code = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    code["source"] = "".join(code["source"]) + "\n# edited"
    path.write_text(json.dumps(notebook, indent=1), encoding="utf-8")


def edit_prose(root: Path) -> None:
    """Add a sentence to one chapter."""
    path = sorted((root / "book").glob("0*.ipynb"))[0]
    notebook = json.loads(path.read_text(encoding="utf-8"))
    prose = [cell for cell in notebook["cells"] if cell["cell_type"] == "markdown"][-1]
    prose["source"] = "".join(prose["source"]) + " One more sentence."
    path.write_text(json.dumps(notebook, indent=1), encoding="utf-8")


def build_times(ours: Path, stock: Path) -> list[str]:
    """The table of build times: each case for both books, one after the other, in English alone where nothing else is said; then the preview, and memory."""
    rows = ["| build | this book, s | stock, s | ratio |", "| --- | ---: | ---: | ---: |"]

    def tell(name: str, one: float, other: float, digits: int = 1) -> None:
        rows.append(f"| {name} | {one:,.{digits}f} | {other:,.{digits}f} | {one / other:.2f} |")

    taken: dict[str, tuple[float, float]] = {}
    for name, change in {"cold": None, "nothing changed": None, "one sentence edited": edit_prose, "one chapter's code edited": edit_chapter}.items():
        seconds = []
        for root in (ours, stock):
            if change:
                change(root)
            seconds.append(build(root, ours=root is ours))
        taken[name] = seconds[0], seconds[1]
        tell(name, *taken[name])
    # The last digit of one figure changes.
    path, figure = ours / "data" / "history" / "gdp.csv", re.compile(r"^(gdp_current_lcu,shenzhen,2010,[\d.]*?)(\d),", re.M)
    path.write_text(figure.sub(lambda m: f"{m[1]}{(int(m[2]) + 1) % 10},", path.read_text(encoding="utf-8"), count=1), encoding="utf-8")
    # The stock book would run nothing and keep the old chart.
    tell("one figure edited, beside this book cold", build(ours, ours=True), taken["cold"][0])
    tell("one sentence edited in the preview", previewed(ours), taken["one sentence edited"][1])
    peaks: list[list[float]] = [[], []]
    for root, watched in zip((ours, stock), peaks, strict=True):
        shutil.rmtree(root / "_build")
        build(root, ours=root is ours, watched=watched)
    shutil.rmtree(ours / "_build")
    tell("cold, three languages", build(ours, ours=True, languages=" ".join(editions())), taken["cold"][1])
    tell("most memory of a cold build, MB", *(max(watched) for watched in peaks), digits=0)
    return rows


def previewed(root: Path) -> float:
    """Seconds from a saved sentence until the page on the screen is told to reload: the median of five."""
    from tornado.websocket import websocket_connect

    with contextlib.closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{free.getsockname()[1]}"
    page = f"book/{sorted((root / 'book').glob('0*.ipynb'))[0].stem}.html"
    preview = subprocess.Popen([sys.executable, "tools/preview.py", "--port", host.partition(":")[2]], cwd=root, stdout=subprocess.DEVNULL)

    async def measured() -> float:
        for _ in range(300):
            with contextlib.suppress(OSError):
                screen = await websocket_connect(f"ws://{host}/_preview")
                break
            await asyncio.sleep(0.1)
        await screen.write_message(json.dumps({"page": f"/{page}", "state": ""}))
        state, seconds = json.loads(await screen.read_message())["state"], []
        for _ in range(5):
            edit_prose(root)
            begin, before = time.perf_counter(), state
            while state == before:
                told = json.loads(await screen.read_message())
                if told["problems"]:
                    sys.exit("\n".join(told["problems"]))
                state = told["state"]
            seconds.append(time.perf_counter() - begin)
        return statistics.median(seconds)

    try:
        return asyncio.run(measured())
    finally:
        preview.send_signal(signal.SIGINT)
        preview.wait()


OBSERVE = """window.seen = {lcp: 0, cls: 0};
new PerformanceObserver(list => list.getEntries().forEach(e => seen.lcp = e.startTime)).observe({type: 'largest-contentful-paint', buffered: true});
new PerformanceObserver(list => list.getEntries().forEach(e => e.hadRecentInput || (seen.cls += e.value))).observe({type: 'layout-shift', buffered: true});"""
#: Brings every chart near, waits until it is live, and gives the milliseconds that each took once its files were there.
LIVE = """async () => {
  for (const figure of document.querySelectorAll('figure.exhibit')) {
    figure.scrollIntoView();
    for (let n = 0; n < 200 && !figure.dataset.live; n++) await new Promise(done => setTimeout(done, 50));
  }
  return performance.getEntriesByType('measure').filter(e => e.name.startsWith('live ')).map(e => e.duration);
}"""
CHARTS = """() => [...document.querySelectorAll('article svg, article canvas')].map(e => e.getBoundingClientRect())
  .filter(box => box.width > 150 && box.height > 80).length"""


def page_load(html: Path, page: str) -> dict:
    """What one page costs a phone's first view: kB over the wire, largest contentful paint, layout shift, charts seen."""
    from playwright.sync_api import sync_playwright

    chromium = next(path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name)))
    with served(html, gzipped=True) as address, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"])
        context = browser.new_context(viewport={"width": 390, "height": 844}, device_scale_factor=2, is_mobile=True)
        tab = context.new_page()
        wire = []
        session = context.new_cdp_session(tab)
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", {"offline": False, **PHONE})
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
        session.on("Network.loadingFinished", lambda event: wire.append(event["encodedDataLength"]))

        tab.route(re.compile(r"^https?://(?!127\.0\.0\.1)"), lambda route: route.abort())  # as in a network that blocks them
        tab.add_init_script(OBSERVE)
        tab.goto(f"{address}/{page}", wait_until="load")
        tab.wait_for_timeout(3500)
        # What came over the wire before the reader's first move brings Vega and the charts' data.
        result = {"kB": sum(wire) / 1000, "charts": tab.evaluate(CHARTS), **tab.evaluate("window.seen")}
        session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
        result["live"] = tab.evaluate(LIVE)
        browser.close()
    return result


def page_loads(ours: Path, stock: Path) -> list[str]:
    """The table of page loads: every chapter in both books; the median of three loads of each."""
    rows = [
        "| page | first view, kB: this book | stock | LCP, ms: this book | stock | ratio | layout shift "
        "| charts seen: this book | stock, other hosts blocked | a chart turns live, ms: median | longest |",
        "| --- |" + " ---: |" * 10,
    ]
    for page in sorted(path.relative_to(ours / "_build/html").as_posix() for path in (ours / "_build/html/book").glob("0*.html")):
        loads = [[page_load(root / "_build" / "html", page) for _ in range(3)] for root in (ours, stock)]
        a, b = (sorted(load, key=lambda one: one["lcp"])[1] for load in loads)
        rows.append(
            f"| {Path(page).stem} | {a['kB']:.0f} | {b['kB']:.0f} | {a['lcp']:.0f} | {b['lcp']:.0f} | {a['lcp'] / b['lcp']:.2f} "
            f"| {a['cls']:.3f} | {a['charts']} | {b['charts']} | {statistics.median(a['live'] or [0]):.0f} | {max(a['live'] or [0]):.0f} |"
        )
    return rows


#: A chapter as forks begin them: a dataset, a sentence, three exhibits.
CHAPTER = """import gba
gdp = gba.load("gdp").query("place == 'shenzhen' and indicator == 'gdp_current_lcu'")
gba.figure(gba.lines(gba.charts.named(gdp), y_title="GDP"), name="grown-{chapter}-{exhibit}", title="GDP of Shenzhen", subtitle="hundred million yuan",
           alt_text="A line chart of the gross domestic product of Shenzhen, year by year.", rows=gdp)"""
#: A chart of yearly means, with many rows behind it.
CROWD = """import altair as alt, gba, numpy as np, pandas as pd
one = gba.load("gdp").query("place == 'shenzhen' and indicator == 'gdp_current_lcu'")
rows = one.iloc[np.arange({rows}) % len(one)].assign(value=np.arange({rows}) % 997 / 7.0)
mean = rows.groupby("year", as_index=False)["value"].mean().assign(year=lambda frame: frame["year"].astype(int))
gba.figure(alt.Chart(mean).mark_line().encode(x="year:Q", y="value:Q"), name="crowd", title="Means of many rows", subtitle="any unit",
           alt_text="A line chart of yearly means, with very many rows behind it, for measuring.", rows=rows)"""


def _grown(place: Path, cells: list[list[str]]) -> tuple[float, float, float, float]:
    """A cold build of a book of generated chapters: seconds, kB of a page gzipped, kB of the largest script and CSV of an exhibit gzipped."""
    import nbformat
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

    root = checkout(place, stock=False)
    for old in (root / "book").glob("*.ipynb"):
        old.unlink()
    names = [f"book/{number:02d}-grown" for number in range(1, len(cells) + 1)]
    for name, sources in zip(names, cells, strict=True):
        made = [new_markdown_cell(f"# {name}", id="cell-0"), *(new_code_cell(cell, id=f"cell-{n}") for n, cell in enumerate(sources, 1))]
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        nbformat.write(new_notebook(cells=made, metadata=kernel), root / f"{name}.ipynb")
    chapters = "".join(f"  - file: {name}\n" for name in names[1:])
    (root / "_toc.yml").write_text(f"format: jb-book\nroot: {names[0]}\n" + (f"chapters:\n{chapters}" if chapters else ""), encoding="utf-8")
    seconds = build(root, ours=True)
    html = root / "_build" / "html"

    def largest(pattern: str) -> float:
        return max(len(gzip.compress(path.read_bytes(), 6)) for path in html.glob(pattern)) / 1000

    return seconds, largest("book/*.html"), largest("exhibits/*.js"), largest("exhibits/*.csv")


def growth(place: Path) -> list[str]:
    """Two tables: how build and pages grow with chapters, and with rows behind a chart."""
    tables = ["| chapters | cold build, s | s a chapter | largest page, kB |", "| ---: | ---: | ---: | ---: |"]
    for count in CHAPTERS:
        cells = [[CHAPTER.format(chapter=chapter, exhibit=exhibit) for exhibit in range(3)] for chapter in range(count)]
        seconds, page, *_ = _grown(place / f"chapters-{count}", cells)
        tables.append(f"| {count} | {seconds:.1f} | {seconds / count:.2f} | {page:.0f} |")
    tables += ["", "| rows behind a chart | cold build, s | page, kB | loaded on demand, kB | CSV, kB |", "| ---: | ---: | ---: | ---: | ---: |"]
    for count in ROWS:
        seconds, page, script, csv = _grown(place / f"rows-{count}", [[CROWD.format(rows=count)]])
        tables.append(f"| {count:,} | {seconds:.1f} | {page:.0f} | {script:.0f} | {csv:.0f} |")
    return tables


def world_times() -> list[str]:
    """A table: how long the worlds of chapter 5's index take, the fastest of five seeds."""
    sys.path.insert(0, str(ROOT / "book"))
    from gba.index import worlds

    one, tables = worlds.model(), ["| worlds of the index | drawn and computed, s |", "| ---: | ---: |"]
    for count in WORLDS:
        seconds = []
        for seed in range(5):
            begin = time.perf_counter()
            worlds.monte_carlo(one, count, seed)
            seconds.append(time.perf_counter() - begin)
        tables.append(f"| {count:,} | {min(seconds):.2f} |")
    return tables


def check_times(beside: str, turns: int = 9) -> list[str]:
    """A table: the check of all data here and at another commit, by turns. Seconds of the processor, as a busy machine takes as many of them."""
    import resource

    def spent(root: Path) -> tuple[float, str]:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        said = subprocess.run([sys.executable, "-m", "gba.validate"], cwd=root / "book", capture_output=True, text=True, check=True).stdout
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return seconds, next(line for line in said.splitlines() if " observations, " in line)

    with tempfile.TemporaryDirectory(prefix="beside-") as folder:
        subprocess.run(f"git archive {beside} book data | tar -x -C {folder}", cwd=ROOT, shell=True, check=True)
        taken = [[spent(root) for root in (Path(folder), ROOT)] for _ in range(turns)]
    rows = ["| check of all data | observations | processor, s (median) | least |", "| --- | ---: | ---: | ---: |"]
    for name, seen in zip((beside, "here"), zip(*taken, strict=True), strict=True):
        seconds = [one for one, _ in seen]
        observations = re.search(r"([\d,]+) observations, ", seen[0][1])[1]
        rows.append(f"| {name} | {observations} | {statistics.median(seconds):.2f} | {min(seconds):.2f} |")
    return rows


def main() -> None:
    """Build both books in a temporary folder and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path, help="build in this folder and keep it")
    parser.add_argument("only", nargs="*", help="of these tables only: builds, pages, growth, worlds; checks, which needs --beside")
    parser.add_argument("--beside", help="measure the check of all data here and at this commit")
    asked = parser.parse_args()
    place = asked.keep or Path(tempfile.mkdtemp(prefix="bench-"))
    ours, stock = checkout(place / "ours", stock=False), checkout(place / "stock", stock=True)
    print(f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}; kB are 1000 bytes, gzipped\n")
    tables = {"builds": lambda: build_times(ours, stock), "pages": lambda: page_loads(ours, stock), "growth": lambda: growth(place), "worlds": world_times}
    if asked.beside:
        tables["checks"] = lambda: check_times(asked.beside)
    for name, table in tables.items():
        if name in (asked.only or tables):
            print("\n".join(table()), end="\n\n", flush=True)  # each as soon as it is measured


if __name__ == "__main__":
    main()
