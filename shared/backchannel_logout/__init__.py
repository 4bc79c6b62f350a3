"""The provider's half of OpenID Connect Back-Channel Logout 1.0, for a project with ``allauth.idp.oidc``.

One rule: a logout token is due for every RP session whose OP session row is gone or past its expire date. So signing
out, ending a session from another browser and expiry need no code of their own; for a changed password and a disabled
user, the rows are deleted. Whatever ended the row, the same steps follow:

- ``models``: which client an OP session signed in to, under which ``sid``, whether it was notified of the end, and
  which codes and tokens came of it;
- ``op_sessions``: whether an OP session is there, and leads to its user;
- ``session_binding``: ``sid`` in the ID Token (2.1); the codes and tokens of a session, but for ``offline_access``, end
  with it (2.7), at the same moment, also where nobody has noticed the end yet;
- ``rp_sessions``: the beginning and the end of an RP session; ``logout_token`` makes the token (2.4), ``delivery``
  sends it (2.5), and again if that fails;
- ``signals`` and ``middleware``: a changed password and a disabled user end sessions; the request that ends a session
  delivers its logout tokens before it is answered;
- ``session_engine``: a session that gets a new key has not ended;
- ``worker``, the command ``deliver_logout_tokens``: everything else, sessions that expire (``lookout``) and retries.

Needs ``allauth.account``, ``allauth.usersessions``, ``bounded_http``, ``compiled_query`` and ``pooled_connections``.
Does not do front-channel logout, and has no pages.
"""
