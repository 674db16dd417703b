"""Name the functions, classes and variables that nothing uses: `python tools/dead_code.py`.

A function of the library counts as used when a notebook, the library, the extension or a tool names it; that a test names it is not enough.
"""

import sys
from pathlib import Path

import nbformat
from vulture import Vulture

ROOT = Path(__file__).parents[1]
#: Used by others than this code: what JupyterLab asks of the library; hooks of Python, Jupyter, logging, YAML and pytest; methods that html.parser,
#: jupyter_client and Tornado call; attributes that Sphinx, docutils, Jinja, zipfile, Altair and pytest read;
#: arguments of Sphinx's events and of pytest's hooks.
HOOKS = """
__getattr__ __dir__ spoken linked _repr_*_ _ntuple_diskusage emit yaml_implicit_resolvers include exclude format_kernel_cmd handle_* do_GET log_message
set_extra_headers write_error on_message on_close format_field format_plain_text templatename docnames added changed removed doctreedir outdir
gba_* default_priority formats kwargs
children rawsource DOTFILES bytecode_cache html_math_renderer nb_execution_cache_path statuscode compress_type create_system external_attr padding last_below
pytestmark pytest_* args collector call
"""
DECORATORS = ["@measure", "@pytest.fixture*", "@pytest.mark*", "@ALL", "@functools.*"]


def unused(folders: list[str], reported: list[str]) -> list[str]:
    """Definitions under `reported` (folders, relative) that no code under `folders` names, as file:line: message."""
    finder = Vulture(ignore_names=[*HOOKS.split(), "test_*"], ignore_decorators=DECORATORS)
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            finder.scan(path.read_text(encoding="utf-8"), filename=path)
        for path in sorted((ROOT / folder).rglob("*.ipynb")):
            cells = nbformat.read(path, as_version=4).cells
            finder.scan("\n".join(cell.source for cell in cells if cell.cell_type == "code"), filename=path)
    found = [item for item in finder.get_unused_code(min_confidence=60) if Path(item.filename).suffix == ".py"]
    shown = [(Path(item.filename).relative_to(ROOT), item) for item in found]
    return [f"{path.as_posix()}:{item.first_lineno}: {item.message}" for path, item in shown if path.parts[0] in reported]


def main() -> int:
    """Print what is unused; 1 if anything is."""
    found = [*unused(["book", "tools"], ["book", "tools"]), *unused(["book", "tools", "tests"], ["tests"])]
    print(*found, sep="\n", end="\n" if found else "")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
