"""The claims of the article on trial: `registry` tries them, `evidence` holds a function a claim, `page` shows the verdicts.

A claim is a row of data/claims.csv and a function with its id in the module of its section, such as `evidence/history.py`. The function finds rows
(`registry.observed` in observations, `registry.facts` in a ledger, never the article's own) and returns `registry.Evidence`: verdict, reason, rows, value
and unit. `registry.confirmed` and `registry.dated` do it all where a figure or a date has to be equal. Then `make record`; the page of claims shows it at
the next build. What this edition expects of it is a row in tests/edition/verdicts.csv.

>>> from gba import claims
>>> claims.try_claim("sz_ai_plan_horizon").verdict
'does not hold'
"""

from gba.claims.registry import exhibits_drawn, try_all, try_claim

__all__ = ["exhibits_drawn", "try_all", "try_claim"]
