"""Checks of the data: `run` checks everything, `descriptor` a description (.meta.yml), `form` and `tables` a file.

What has to hold between figures: `rules` has the kinds of rules that a description declares, `plausibility` the kinds that tell an odd figure,
`fitted` judges by those that `make rules` has fitted.

To declare a rule, write it under `rules:` in the .meta.yml; the properties that each kind must and may have stand in `rules.RULES`. To add a kind, write
a function beside the others in rules.py and name it in RULES; tests/validate/test_rules_data.py has a row a kind, with a figure that it must tell. It says
what was found and what was expected; file, line, the rule's reason and what to do are put around that. After either, `make record` and `make check-data`.
"""
