"""The OpenID Provider: keeps the people and their passwords, signs them in, tells the sites who they are.

Built on ``allauth.account`` (sign-in) and ``allauth.idp.oidc`` (the protocol). Knows the sites only as registered
clients; imports nothing of theirs.
"""
