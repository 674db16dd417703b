"""The claims of the article on trial: `registry` tries them by the `rules`, `rows` and `measures` find what is known, `page` shows it.

A claim is three kinds of rows. `data/claims.csv` has what the article says, and the words that tell what was found (`finding`, for the verdict in `finds`;
if the data turn the verdict, plain words take their place until these are written anew). `data/claims_parts.csv` has what the claim says one by one: what is
asked, what the article has, how the two are compared, and where the answer stands, in a dataset (`indicator=...; place=...`), in a cell of a ledger (row and
column) or in a function of `measures`. `data/claims_evidence.csv` has what sources say that no dataset of the book holds. Then `make record`; the page shows
the claim at the next build. What this edition expects of it is a row in tests/edition/verdicts.csv.

>>> from gba import claims
>>> claims.try_claim("sz_ai_plan_horizon").verdict
'does not hold'
"""

from gba.claims.registry import try_all, try_claim

__all__ = ["try_all", "try_claim"]
