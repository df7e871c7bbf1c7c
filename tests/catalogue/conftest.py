"""Fixtures of the search contract, which several modules ask."""

from tests.catalogue.search_engines import certified, engine, index

__all__ = ["certified", "engine", "index"]
