"""A function for each row of ``facts.toml``, by topic."""

from tests.facts.bench import MEASUREMENTS
from tests.facts.measurements import attributes, jars, lifetimes, requests, same_site

__all__ = ["MEASUREMENTS", "attributes", "jars", "lifetimes", "requests", "same_site"]
