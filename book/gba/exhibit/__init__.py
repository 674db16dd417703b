"""From a chart to an exhibit of the page: `figure` joins chart, words and rows, `svg` draws, `html` writes, `tables` tells what is drawn and by whom.

In a notebook it is one call, `gba.figure(chart, ...)`; its docstring says what it wants.
"""
