"""Checks of the data: `run` checks everything, `descriptor` a description (.meta.yml), `form` and `tables` a file, `cells` one value.

What has to hold between figures: `rules` has the kinds of rules that a description declares, `plausibility` the kinds that tell an odd figure,
`fitted` judges by those that `make rules` has fitted.
"""
