"""Site B, the shop, a Relying Party of identity.

An ordinary Django project: what it shares with the other site are the apps
``shared.relying_party`` and ``shared.both_sites``.
"""
