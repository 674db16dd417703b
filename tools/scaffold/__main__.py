"""`python -m scaffold chapter|dataset|city|tidy [name=value ...]`, with tools/ on the path; make calls it so and hands over its variables."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "book"))
# The data that belong to this copy of the book, whatever a shell names: the scaffold writes beside them.
os.environ["GBA_DATA"] = str(ROOT / "data")


def main(words: list[str]) -> int:
    """Make the scaffold that is asked for; returns the exit code: 1 if something is missing, 2 if nothing could be made."""
    from gba.data.errors import DataError, one_of, speak_anywhere

    from . import chapter, city, dataset, options, tidy

    speak_anywhere()
    makers = {"chapter": chapter.make, "dataset": dataset.make, "city": city.make, "tidy": tidy.make}
    try:
        if not words or words[0] not in makers:
            raise options.Refused("scaffold", "", repr(" ".join(words[:1])), one_of(makers), "name the scaffold first")
        told, complete = makers[words[0]](ROOT, options.checked(words[0], options.given(words[1:])))
    except (options.Refused, DataError, OSError) as problem:
        print(f"{problem}\nNothing was changed.", file=sys.stderr)
        return 2
    print(*told, sep="\n")
    return 0 if complete else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
