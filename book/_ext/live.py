"""A book that stays ready: built again in one process as often as somebody asks, with all that a build imports and knows already there.

`make preview` runs it behind the server of tools/preview.py, which asks for a build with a line of JSON, the editions on the screen, and is answered with
one, what is wrong. Pages go to a folder of their own: nothing that `make book` publishes is ever made of them. What it cannot take in while it runs,
data, library and settings, it is started anew for.
"""

import json
import os
import queue
import sys
import threading
from pathlib import Path

from gba_book.check import folder, outcome, unchanged
from gba_book.execute import kernels

BUILD = unchanged.ROOT / "_build"
#: In the folder of the caches, which are shared: what either has executed, the other need not.
PAGES, DOCTREES = BUILD / "preview", BUILD / ".preview"


class Kept(kernels.Kernels):
    """Kernels that outlast a build: the next one finds the fork server waiting."""

    def close(self) -> None:
        """Not yet."""

    end = kernels.Kernels.close


def asked() -> queue.SimpleQueue:
    """What the server asks for; when it is gone, so is this process, with the kernels, whatever they do."""
    wanted = queue.SimpleQueue()

    def listen():
        for line in sys.stdin:
            wanted.put(json.loads(line))
        for one in kernels._begun:
            one.end()
        os._exit(0)

    threading.Thread(target=listen, daemon=True).start()
    return wanted


def application(wanted: queue.SimpleQueue, answers):
    """Sphinx as Jupyter Book starts it, but that it builds again and again, and survives what fails."""
    from sphinx.application import Sphinx

    class Live(Sphinx):
        is_preview = True

        def __init__(self, **told):
            self.on_screen, self.failed, self.read, self.in_time = [], set(), set(), []
            super().__init__(**{**told, "outdir": PAGES, "doctreedir": DOCTREES})
            self.connect("env-before-read-docs", lambda app, env, docnames: self.read.update(docnames), priority=1)
            self.connect("env-get-outdated", lambda app, env, *_: sorted(self.failed & env.found_docs))
            folder.release()

        def build(self, *_):
            scripts = [*self.registry.js_files]
            while True:
                # What pages add for themselves, Sphinx would give to all pages of the next build.
                self.registry.js_files[:] = scripts
                self.builder.init_js_files()
                self.on_screen = wanted.get()
                self.read, self.in_time, self._warncount, self.statuscode = set(), [], 0, 0
                folder.claim(self, self.config)
                problems = self.again()
                # What has a problem is read again until it has none: Sphinx would not warn twice of a page that is as it was.
                self.failed = self.read if problems else set()
                print(json.dumps(problems), file=answers, flush=True)
                for make in self.in_time:
                    make(self, Path(self.outdir))
                folder.release()

        def again(self) -> list[str]:
            """Build what has changed; what is wrong, in words."""
            outcome._told.clear()
            known = {name: getattr(self.env, name, None) for name in ("gba_digest", "gba_look")}
            try:
                # Not Sphinx's own `build`: after an error that one forgets all pages.
                self.builder.build_update()
                self.events.emit("build-finished", None)
            except (Exception, SystemExit) as error:
                vars(self.env).update(known)
                code, said = kernels.begin().checked()
                if code:
                    outcome.tell(said.strip())
                elif not outcome._told:
                    outcome.tell(str(error))
            return [*outcome._told]

    return Live


def coloured_once() -> None:
    """Code that has been coloured stays so: a page is written again for one sentence, and a fifth of that time went into its cells."""
    from sphinx import highlighting

    colour, known = highlighting.highlight, {}

    def highlight(source, lexer, formatter) -> str:
        # With fewer filters it does not complain.
        how = source, type(lexer), str(lexer.options), len(lexer.filters), type(formatter), str(formatter.options)
        if how not in known:
            known[how] = colour(source, lexer, formatter)
        return known[how]

    highlighting.highlight = highlight


def main() -> None:
    """Get ready, then build whenever it is asked for."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    wanted = asked()
    kernels._begun[:] = [Kept(["--no-checksums"])]
    from jupyter_book import sphinx as begun
    from jupyter_book.cli.main import main as jupyter_book

    begun.Sphinx = application(wanted, answers)
    coloured_once()
    jupyter_book(["build", str(unchanged.ROOT), "-n", "-q"], prog_name="jupyter-book")


if __name__ == "__main__":
    main()
