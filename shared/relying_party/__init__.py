"""A Relying Party, for any Django project: sign in at a provider, come back, be known here; and sign out again.

The modules in the order of a sign-in, with what each checks (sections of OpenID Connect Core 1.0, unless another
specification is named):

- ``authentication_request``: asks the provider who this is, with ``state``, ``nonce``, PKCE S256 (3.1.2.1; RFC 7636).
  ``pending_logins`` remembers each request: it is good once, and for an hour. ``addresses`` keeps the query that an
  endpoint may have (RFC 6749, 3.1). ``initiated_login`` is for a page of somebody else's that begins one (4).
- ``callback``: where the browser comes back to. ``authentication_response`` checks what it brings (3.1.2.5 to 3.1.2.7;
  ``state``: RFC 6749, 10.12; ``iss``, if there is one: RFC 9207).
- ``token_response``: trades the code for tokens (3.1.3.1 to 3.1.3.5; RFC 6750, 2.1). ``client_authentication`` proves
  which client asks (9; RFC 6749, 2.3.1; RFC 7523).
- ``id_token``: accepts the ID Token, or not (3.1.3.7 and 3.1.3.8; ``nbf``: RFC 7519). ``signature`` and ``jwks`` check
  who signed it (RFC 7515, RFC 7517, RFC 8725).
- ``userinfo``: asks about the person (5.3.2). ``backend``: finds or makes the local user, by ``iss`` and ``sub`` (5.7).
- ``renewal``: asks again after a while, silently (3.1.2.1, ``prompt=none``).

And of signing out:

- ``rp_initiated_logout``: signs out here and asks the provider to do so, too (RP-Initiated Logout 1.0, section 2).
- ``backchannel_logout``: receives logout tokens, each of which says that a session at the provider has ended. Checks
  each, and processes it once (Back-Channel Logout 1.0, 2.4 to 2.8; ``typ``: RFC 8725).
- ``session_index``: finds the sessions here that belong to that session (Back-Channel Logout 1.0, 2.7), also after they
  got a new key, in every session engine that keeps sessions at the server. ``models`` are its rows.

Every call to the provider goes through ``provider_client``, within the limits of ``bounded_http``: no redirect, no
proxy but the one in the settings, a limit of time and of size. ``failures`` lists what can go wrong, each with a page
(RFC 6749, 4.1.2.1 and 5.2); ``mismatch`` has what was expected beside what came.
``system_checks`` reports settings that would make this unsafe. ``metadata`` reads what a provider says of itself, for
``manage.py relying_party``; ``provider_settings`` names those of its addresses. ``urls`` are the addresses. It
does not do encrypted tokens, flows other than the code flow, or front-channel logout.

Built on mozilla-django-oidc. Needs ``bounded_http``, ``compiled_query``, ``loopback``, ``pooled_connections``,
``text_comparison`` and ``trace_context``. Knows nothing of what the project offers, and of the provider only its
metadata.
"""
