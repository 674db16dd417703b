"""A scaffold that cannot be made says why, in the form of every other problem of the data: what was found, what was expected, what to do."""

from gba.data.errors import Problem


class Refused(Exception):
    """Nothing was changed; the message says what stood in the way.

    >>> print(Refused("make city", "name", "'Bad Name'", "lower-case letters", "write name=bad_name"))
    make city: at name: found 'Bad Name', expected lower-case letters; write name=bad_name
    """

    def __init__(self, where: str, place: str, found: str, expected: str, todo: str, line: int | None = None):
        super().__init__(str(Problem(where, line, place, found, expected, todo)))
