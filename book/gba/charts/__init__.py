"""Charts: Altair in the book's one style, a module a kind of chart; `theme` and `palette` hold the look, `layout` the room."""
