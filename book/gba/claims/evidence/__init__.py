"""The evidence, a module a chapter: a function a claim, registered with `@evidence("claim_id")`."""
