"""The OpenID Provider: keeps the people and their passwords, signs them in, and tells the sites who they are.

Built on ``allauth.account`` (sign-in), ``allauth.idp.oidc`` (the protocol) and ``backchannel_logout``. ``provider`` has
the endpoints, ``account`` the pages for people. Knows the sites only as registered clients, and imports none of them.
"""
