"""The claims of the article on trial: `registry` tries them, `evidence` holds a function a claim, `page` shows the verdicts.

>>> from gba import claims
>>> claims.try_claim("sz_ai_plan_horizon").verdict
'does not hold'
"""

from gba.claims.registry import exhibits_drawn, try_all, try_claim

__all__ = ["exhibits_drawn", "try_all", "try_claim"]
