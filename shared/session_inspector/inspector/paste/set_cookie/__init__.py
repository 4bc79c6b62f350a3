"""A ``Set-Cookie`` line, as a browser reads it (RFC 6265bis, 5.6 and 5.7).

``line`` takes it apart, ``refused`` says for what browsers refuse it, ``kept`` what else is worth a look, ``reading``
puts all together.
"""
