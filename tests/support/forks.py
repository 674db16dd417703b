"""What a fork begins with: a clean copy of the repository, an environment that make need not install again, and the changes that forks make."""

import csv
import io
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from bookpages import ROOT, table

NOT_COPIED = shutil.ignore_patterns("_build", ".git", ".venv", "__pycache__", ".pytest_cache", ".ruff_cache", ".ipynb_checkpoints", "node_modules")


def copy(target: Path) -> Path:
    """The repository as it stands, without what is built or installed."""
    shutil.copytree(ROOT, target, ignore=NOT_COPIED, symlinks=True)
    return target


def commit(root: Path, environment: dict[str, str]) -> None:
    """Make the copy a repository of its own, with everything in one commit."""
    for words in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "as it was forked"]):
        subprocess.run(["git", *words], cwd=root, env=environment, check=True)


def environment(folder: Path) -> dict[str, str]:
    """Variables with which make in a copy uses this environment, as one that has been set up completely: no install, no network."""
    folder.mkdir(parents=True)
    for path in Path(sys.prefix).iterdir():
        if path.suffix != ".stamp":
            (folder / path.name).symlink_to(path)
    for stamp in ("book.stamp", "dev.stamp"):  # the later of the two must be the newer
        (folder / stamp).touch()
    # A test that itself runs under make must not hand its variables on; and a fork is not this edition, whatever is asked of this one.
    ours = ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "GBA_DATA", "GBA_RENDER", "GBA_EDITION", "PYTHONPATH")
    kept = {name: value for name, value in os.environ.items() if name not in ours and not name.startswith(("PYTEST_", "GIT_"))}
    author = {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in (("NAME", "A reader"), ("EMAIL", "reader@example.org"))}
    return {**kept, **author, "VENV": str(folder), "GIT_CONFIG_GLOBAL": os.devnull}


def files(root: Path) -> dict[str, bytes]:
    """Every file under a folder with its content, and every empty folder."""
    return {path.relative_to(root).as_posix(): path.read_bytes() if path.is_file() else b"" for path in sorted(root.rglob("*"))}


def run(root: Path, *words: str, **more: str) -> subprocess.CompletedProcess:
    """Run Python in a fork with the fork's own library, as `make` and pytest would."""
    paths = os.pathsep.join(str(root / part) for part in ("book", "book/_ext", "tools"))
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "GBA_"))}
    done = {**kept, "PYTHONPATH": paths, **more}
    return subprocess.run([sys.executable, *words], cwd=root, env=done, capture_output=True, text=True, encoding="utf-8", check=False)


def tested(root: Path, *words: str) -> subprocess.CompletedProcess:
    """What the fork's own tests say, in one process: those named, without a browser and without builds."""
    return run(root, "-m", "pytest", "-n", "0", "-p", "no:cacheprovider", "-m", "not browser and not build and not slow", *words)


# ---- what forks change; each works in any fork, for it takes what is there --------------------------------------------------


def rewrite(path: Path, rows: list[dict[str, str]]) -> None:
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(out.getvalue(), encoding="utf-8", newline="\n")


def edit(path: Path, pattern: str, new: str) -> None:
    """Replace the first place that a pattern finds; there has to be one."""
    text = path.read_text(encoding="utf-8")
    changed = re.sub(pattern, new, text, count=1, flags=re.M)
    assert changed != text, f"nothing like {pattern} in {path.name}"
    path.write_text(changed, encoding="utf-8", newline="\n")


def recorded(root: Path) -> None:
    """What `make record` does."""
    done = run(root, "-m", "gba.data.describe", GBA_DATA=str(root / "data"))
    assert done.returncode == 0, done.stdout + done.stderr


def scaffolded(root: Path, *words: str) -> str:
    """What `make chapter`, `make dataset` and `make city` do."""
    done = run(root, "-m", "scaffold", *words)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def free(taken, stem: str) -> str:
    """A name that nothing has: a fork may have taken those of this repository's examples."""
    return next(name for name in (stem, *(f"{stem}{letter}" for letter in "abcdefgh")) if name not in taken)


def change_a_weight(root):
    rows = table(root / "data/index/index_pillars.csv")
    rows[-1]["weight"] = "3"
    rewrite(root / "data/index/index_pillars.csv", rows)


def change_a_goalpost(root):
    """One of one's own, where the rule takes the best of the peers."""
    path, kinds = root / "data/index/index_goalposts.csv", table(root / "data/index/index_indicators.csv")
    rows = table(path)
    key = next(
        row["indicator"] for row in kinds if (row["role"], row["kind"]) == ("core", "amount") and row["indicator"] not in {post["indicator"] for post in rows}
    )
    rows.append({**dict.fromkeys(rows[0], ""), "indicator": key, "end": "best", "date": "now", "kind": "standard", "value": "1000000", "reason": "far away"})
    rewrite(path, sorted(rows, key=lambda row: (row["indicator"], row["end"], row["date"])))


def leave_out_an_indicator(root):
    path = root / "data/index/index_indicators.csv"
    rows = table(path)
    [row for row in rows if row["role"] == "core"][-1]["role"] = "left_out"
    rewrite(path, rows)


def compare_a_city(root):
    """A peer joins, one that the book knows enough of, and a city that was compared goes."""
    path = root / "data/index/index_cities.csv"
    rows = table(path)
    peers, compared = ([row for row in rows if row["role"] == role] for role in ("peer", "compared"))
    peers[-1]["role"], compared[-1]["role"] = "compared", "bay"
    rewrite(path, rows)


def change_a_figure(root):
    path = root / "data/history/port_throughput.csv"
    rows = table(path)
    row = next(row for row in reversed(rows) if row["place"] == "shenzhen" and row["status"] == "main")
    row["value"] = str(round(float(row["value"]) * 1.01))
    rewrite(path, rows)


def change_a_colour(root):
    edit(root / "book/gba/charts/palette.csv", r"^shenzhen,#\w{6},", "shenzhen,#005f73,")
    path = root / "data/places.csv"
    rows = table(path)
    next(row for row in rows if row["place"] == "shenzhen")["colour"] = "#005f73"
    rewrite(path, rows)


def change_the_title(root):
    edit(root / "_config.yml", r"^title:.*$", "title: Which harbour is first?")
    edit(root / "_config.yml", r"^author:.*$", "author: Somebody else")


def change_the_language(root):
    edit(root / "_config.yml", r"^( +language:) .*$", r"\1 zh_TW")


def add_a_language(root):
    """What `make language` writes, but for the catalogues, which need a built book; the first one, in a fork that has none."""
    path = root / "locales/editions.csv"
    rows = table(path) if path.is_file() else []
    name = free({row["folder"] for row in rows}, "eo")
    (root / "locales" / name).mkdir(parents=True)
    columns = ("folder", "language", "name", "short", "catalogue", "locale", "signs")
    rewrite(path, [*rows, {**dict.fromkeys(columns, name), "signs": ""}])


def drop_the_languages(root):
    shutil.rmtree(root / "locales", ignore_errors=True)


def chapters(root: Path) -> list[Path]:
    """The numbered chapters of a fork."""
    return sorted((root / "book").glob("[0-9]*.ipynb"))


def add_a_chapter(root):
    scaffolded(root, "chapter", f"name={free({path.stem.partition('-')[2] for path in chapters(root)}, 'housing')}", "title=Who can afford to live here?")


def rename_a_chapter(root):
    path = chapters(root)[-1]
    new = path.stem.partition("-")[0] + "-renamed"
    path.rename(path.with_name(f"{new}.ipynb"))
    for other in (root / "_toc.yml", *(root / "book").glob("*.ipynb"), *(root / "book").glob("*.md")):
        other.write_text(other.read_text(encoding="utf-8").replace(path.stem, new), encoding="utf-8", newline="\n")


def remove_a_chapter(root):
    path = chapters(root)[1]
    edit(root / "_toc.yml", rf"^.*{re.escape(path.stem)}.*\n", "")
    path.unlink()


def add_a_city(root):
    key = free({row["place"] for row in table(root / "data/places.csv")}, "wenzhou")
    scaffolded(root, "city", f"name={key}", f"en={key.capitalize()}", "parent=zhejiang")


def add_a_dataset(root):
    """With its source, its words and a figure of each city, as somebody fills it in."""
    name = free({path.stem for path in (root / "data").rglob("*.csv")}, "flat_prices")
    run(root, "-m", "scaffold", "dataset", f"name={name}", "folder=housing", "title=Prices of flats")
    source, path = name.replace("_", "-"), root / "data/sources.csv"
    edit(path, rf"^{source},,,,,,([\d-]+),,,$", rf"{source},Prices of flats,The authors of this fork,,,2024,\1,C,facts quoted,")
    lines = [f"{name},{place},2024,{value},CNY,{source},main,," for place, value in (("guangzhou", 30), ("hong_kong", 90), ("shenzhen", 60))]
    with (root / f"data/housing/{name}.csv").open("a", encoding="utf-8", newline="\n") as file:
        file.write("\n".join(lines) + "\n")
    words = {"description": "Prices of flats.", "licence": "CC-BY-4.0", "unit": "CNY", "definition": "Price of a flat", "direction": "none"}
    words["processing"] = "as printed"
    for key, word in words.items():
        edit(root / f"data/housing/{name}.meta.yml", rf"^( *{key}:).*$", rf"\1 {word}")


def remove_a_dataset(root):
    """One that no chapter, no module and no other table names."""
    metas = [path for path in sorted((root / "data").glob("*/*.meta.yml")) if "\nindicators:" in path.read_text(encoding="utf-8")]
    others = [path for kind in ("book/**/*.py", "book/*.ipynb", "book/*.md", "data/**/*.csv", "data/**/*.yml") for path in root.glob(kind)]
    texts = {path: path.read_text(encoding="utf-8") for path in others}

    def named(name):
        return any(name in text for path, text in texts.items() if path.name.partition(".")[0] != name)

    path = next(path for path in metas if not named(path.name.partition(".")[0]))
    path.unlink()
    path.with_name(path.name.replace(".meta.yml", ".csv")).unlink()
    # And the sources that nothing cites any more, as the check of the data asks.
    cited = [path.read_text(encoding="utf-8") for path in (root / "data").rglob("*.csv") if path.name != "sources.csv"]
    rows = table(root / "data/sources.csv")
    rewrite(root / "data/sources.csv", [row for row in rows if any(row["source"] in text for text in cited)])
