"""Notebooks run, in parallel and only when needed."""
