"""Site B, the shop, a Relying Party of Identity.

An ordinary Django project: what it shares with the other site are the apps
``relying_party`` and ``lab.client_site``.
"""
