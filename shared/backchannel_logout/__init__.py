"""The provider's half of OpenID Connect Back-Channel Logout 1.0, for a project with ``allauth.idp.oidc``.

One rule: a logout token is due for every RP session whose OP session row is gone or past its expire date. So signing
out, ending a session from another browser and expiry need no code of their own; a changed password and a disabled user
no more than what deletes the rows. Whatever ends a row is followed by the same steps:

- ``models``: which client an OP session signed in to, under which ``sid``, and what became of telling it;
- ``session_binding``: ``sid`` in the ID Token (2.1); what a session gave, its codes and tokens, ends with it (2.7);
- ``rp_sessions``: the beginning and the end of an RP session; ``logout_token`` makes the token (2.4), ``delivery``
  sends it (2.5), again and again where that fails;
- ``signals`` and ``middleware``: the request that ends a session tries at once; a changed password and a disabled user
  end sessions;
- ``session_engine``: a session that gets a new key has not ended;
- ``worker``, the command ``deliver_logout_tokens``: the rest, expiry and retries.

Needs ``allauth.account``, ``allauth.usersessions``, ``requests`` and ``bounded_http``. Does not do front-channel logout
and has no pages.
"""
