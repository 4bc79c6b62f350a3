"""The register of claims: what the pages, messages and documents say about browsers, cookies, Django and the protocol,
and what each statement stands on.

``python -m claims`` reads every sentence. One that has a word of ``triggers`` must stand in ``register/`` with its
backing. A sentence is known by its text, so one that is edited loses its entry.
"""
