"""The session panel on every page: what the browser sent, what the server keeps, what changed.

Owns the bar and its three parts, their explanations, and the page about the session table. The bar shows what the
recorder left in the journal, redacted; the page reads the table itself. Neither records anything.
"""
