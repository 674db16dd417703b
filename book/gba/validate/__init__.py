"""Checks of the data: `run` checks everything, `descriptor` an entry, `tables` the form and meaning of a file, `cells` one value,
`rules` and `plausibility` what has to hold between figures.
"""
