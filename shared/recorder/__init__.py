"""Watches one server and writes what it saw into the journal, which it never reads.

Owns the middleware, the redaction and the reading of a session row without an effect. Changes nothing of what it
watches: it touches neither ``request.session`` nor ``request.user``.
"""
