"""Each half of the lab against code that is not the lab's: it is the standard that must agree, not our two halves.

Real processes and real HTTP. Identity's client is Authlib's; the sites' provider is ``oidc-provider-mock``.
"""
