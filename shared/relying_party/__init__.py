"""A Relying Party, for any Django project: sign in at identity, come back, be known here; and sign out again.

In the order in which a sign-in comes by, with what it checks (sections of OpenID Connect Core 1.0, where no other
specification is named):

- ``authentication_request``: asks identity who this is, with ``state``, ``nonce`` and PKCE S256 (3.1.2.1; RFC 7636).
  ``pending_logins`` remembers that it did: each is good once, and for an hour.
- ``callback``: where the browser comes back to. ``authentication_response`` checks what it brings (3.1.2.5 to 3.1.2.7;
  ``state``: RFC 6749, 10.12; ``iss``, where it comes along: RFC 9207).
- ``token_response``: trades the code for tokens (3.1.3.1 to 3.1.3.5; RFC 6749, 2.3.1; RFC 6750, 2.1).
- ``id_token``: believes the ID Token, or not (3.1.3.7 and 3.1.3.8; ``nbf``: RFC 7519). ``signature`` and ``jwks`` say
  who signed it (RFC 7515, RFC 7517, RFC 8725).
- ``userinfo``: asks about the person (5.3.2). ``backend``: finds or makes the local user, by ``iss`` and ``sub`` (5.7).
- ``renewal``: asks again after a while, silently (3.1.2.1, ``prompt=none``).

And out again:

- ``rp_initiated_logout``: signs out here and asks identity to do so, too (RP-Initiated Logout 1.0, section 2).
- ``backchannel_logout``: takes identity's word that a session there has ended: checks a logout token, obeys it once
  (Back-Channel Logout 1.0, 2.4 to 2.8; ``typ``: RFC 8725).
- ``session_index``: which sessions here that is (Back-Channel Logout 1.0, 2.7), under whatever key, in whatever store
  on this server. ``models`` are its rows.

Every call to the provider goes through ``provider_client``, within the limits of ``bounded_http``: no redirect, no
proxy, an end in time and in size. ``failures`` lists what can go wrong, each with a page (RFC 6749, 4.1.2.1 and 5.2).
``system_checks`` names settings that would undo all this. ``urls`` are the addresses. Not in it: encrypted tokens,
flows other than the code flow, front-channel logout.

Built on mozilla-django-oidc. Needs ``bounded_http`` and ``trace_context``.
Knows nothing of what a site offers, and nothing of the provider but its metadata.
"""
