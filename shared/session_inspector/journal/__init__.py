"""The recorded entries, all in order, in a database of their own that several projects share.

Owns where the journal lies (``database``: in a file by ``sqlite``, or elsewhere by ``postgresql``, which make and
upgrade its tables; and the key of its fingerprints), what an entry is (``schema``), how entries get in (``writer``),
whose each is (``attribution``, by ``jars`` and what ``joins`` them to one visitor), what visitors are called
(``visitor_names``), what a person says was done that no server can see (``said``), and what is asked of entries at
every page (``queries``). Looks into no request and no session, and holds no secret: what comes in is redacted already.
No project's ``DATABASES``, migrations or test databases know of it.
"""
