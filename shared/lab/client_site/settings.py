"""What both sites set. What is not in this file comes from ``lab.settings``, or, as in any Relying Party, from
``relying_party.settings``: the two have no name in common."""

from lab import settings as lab
from lab.servers import IDENTITY
from lab.settings import *
from relying_party.settings import *

INSTALLED_APPS = [
    "lab.client_site",
    "relying_party",
    "mozilla_django_oidc",
    *lab.INSTALLED_APPS,
]
MIDDLEWARE = [
    *lab.MIDDLEWARE,
    "relying_party.session_index.KnownSessionMiddleware",
    "relying_party.renewal.RenewalMiddleware",
]

# Chromium checks where a form's answer redirects to: to Identity, if it is time to ask there again.
CONTENT_SECURITY_POLICY = lab.content_security_policy(form_action=("'self'", IDENTITY.origin))

LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "signed_out"

OIDC_EXPLAIN_FAILURES = True  # the lab is there to show them

# Where Identity is, as its metadata tells.
OIDC_OP_ISSUER = IDENTITY.origin
OIDC_OP_AUTHORIZATION_ENDPOINT = f"{IDENTITY.origin}/identity/o/authorize"
OIDC_OP_TOKEN_ENDPOINT = f"{IDENTITY.origin}/identity/o/api/token"
OIDC_OP_USER_ENDPOINT = f"{IDENTITY.origin}/identity/o/api/userinfo"
OIDC_OP_JWKS_ENDPOINT = f"{IDENTITY.origin}/.well-known/jwks.json"
OIDC_OP_END_SESSION_ENDPOINT = f"{IDENTITY.origin}/identity/o/logout"
# Where the back channel connects: Python does not resolve *.localhost. A provider with a real name needs no such line.
OIDC_OP_ADDRESS = IDENTITY.back_channel_address
