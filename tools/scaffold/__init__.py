"""Scaffolds for those who fork the book: `make chapter`, `make dataset`, `make city`.

`options` is what may be asked for, `files` how a table takes a row and how files are written; each of the others writes one scaffold.
"""
