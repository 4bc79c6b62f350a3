"""Watches one server and writes what it saw into the journal, which it never reads.

Owns the middleware, what it notes of rows and of calls to the provider, and reading a session row without an effect.
Changes nothing of what it watches: of ``request.session`` and ``request.user`` it looks only at what the view loaded.
"""
