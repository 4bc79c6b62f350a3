"""The recorded entries, all in order, in a database of their own that the three servers share.

Owns the table, whose entry is whose visitor's, and how many are kept. Knows nothing of HTTP or of
Django's sessions, and holds no secret: what comes in is redacted already.
"""
