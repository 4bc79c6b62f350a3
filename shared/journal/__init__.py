"""The recorded entries, all in order, in a database of their own that the three servers share.

Owns the file and its table, how entries get in, whose each is, how many are kept, and what is asked of them at every
page. Looks into no request and no session, and holds no secret: what comes in is redacted already.
"""
