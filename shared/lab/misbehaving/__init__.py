"""A provider that misbehaves, for site B to sign in at: ``python -m lab.misbehaving`` is a line of the Procfile.

``modes`` says in which ways, as data; ``provider`` is the server, which is the same for all of them. The process sleeps
until a run names a mode (``__main__``), and then serves until there is another run (``serving``). Knows nothing of
Django. What a site sets to sign in there is in ``lab.staging.pointing``.
"""
