"""Site A, the library, a Relying Party of identity.

An ordinary Django project: what it shares with the other site is the app ``shared.relying_party``.
"""
