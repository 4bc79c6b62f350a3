"""What browsers do with cookies on loopback, measured: ``make facts``.

``facts.toml`` is the table, and a row says what was measured, by which version, and when. Each row has one function of
the same name in ``measurements/``. It lets a real browser (``tests/browser/engines/``) visit real servers (``web.py``)
and says in a word what came of it.
"""
