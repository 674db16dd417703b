"""Data: the files, their descriptor, and the tables that a notebook works with.

`load` gives a dataset as a frame, `select` looks a figure up, `series` computes with series over years; `datapackage` reads the descriptor,
`csvfile` a file line by line, `errors` says what is wrong by file, line and column.
"""
