"""From a chart to an exhibit of the page: `figure` joins chart, words and rows, `svg` draws, `html` writes, `tables` tells what is drawn and by whom."""
