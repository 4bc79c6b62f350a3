"""Where the sites find identity, as its metadata tells, and which pages of theirs a sign-in and a sign-out lead to."""

from shared.servers import IDENTITY

LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "signed_out"

OIDC_OP_ISSUER = IDENTITY.origin
OIDC_OP_AUTHORIZATION_ENDPOINT = f"{IDENTITY.origin}/identity/o/authorize"
OIDC_OP_TOKEN_ENDPOINT = f"{IDENTITY.origin}/identity/o/api/token"
OIDC_OP_USER_ENDPOINT = f"{IDENTITY.origin}/identity/o/api/userinfo"
OIDC_OP_JWKS_ENDPOINT = f"{IDENTITY.origin}/.well-known/jwks.json"
OIDC_OP_END_SESSION_ENDPOINT = f"{IDENTITY.origin}/identity/o/logout"
# Where the back channel connects: Python does not resolve *.localhost. A provider with a real name needs no such line.
OIDC_OP_ADDRESS = IDENTITY.address
