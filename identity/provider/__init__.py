"""The protocol endpoints, rule by rule: where the lab is stricter than ``allauth.idp.oidc``, or differs from it.

``request_checks`` checks a request before the library reads it. ``authorize`` is the authorization endpoint, ``server``
the protocol engine, ``request_validator`` has one method a rule, and ``end_session`` is the endpoint for signing out.
``metadata`` announces the endpoints. ``authorization_codes``, ``refresh_tokens``, ``consents`` and ``signing_keys``
keep what their names say, ``registrations`` says what a client may, ``clients`` registers the sites. Notifying the
sites of the end of a session is the package ``backchannel_logout``.
"""
