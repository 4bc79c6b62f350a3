"""The protocol endpoints, rule by rule: where the lab is stricter than ``allauth.idp.oidc``, or goes its own way.

``request_checks`` looks at a request before the library does; ``authorize`` asks who is there, ``server`` says what the
protocol engine does, ``request_validator`` has a rule a method, ``end_session`` asks whom a site sends to sign out.
``metadata`` announces what is mounted. ``authorization_codes`` and ``signing_keys`` keep what the endpoints give,
``clients`` registers the sites. Telling the sites about an end is the package ``backchannel_logout``.
"""
