"""Scaffolds for those who fork the book: `make chapter`, `make dataset`, `make city`.

One module a concern: what may be asked for (`options`, `names`), how files are changed, all or none (`changes`), how a table or the
record takes a row (`ledger`), and what each scaffold writes (`chapter` with `series` and `toc`, `dataset`, `city`).
"""
