"""What both sites set to be a Relying Party of identity. Names beginning with OIDC_ belong to mozilla-django-oidc."""

from shared.servers import IDENTITY

AUTHENTICATION_BACKENDS = ["shared.relying_party.backend.Backend"]
LOGIN_URL = "oidc_authentication_init"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "signed_out"

OIDC_OP_ISSUER = IDENTITY.origin
OIDC_OP_AUTHORIZATION_ENDPOINT = f"{IDENTITY.origin}/identity/o/authorize"
OIDC_OP_TOKEN_ENDPOINT = f"{IDENTITY.origin}/identity/o/api/token"
OIDC_OP_USER_ENDPOINT = f"{IDENTITY.origin}/identity/o/api/userinfo"
OIDC_OP_JWKS_ENDPOINT = f"{IDENTITY.origin}/.well-known/jwks.json"

OIDC_RP_SCOPES = "openid profile email"
OIDC_RP_SIGN_ALGO = "RS256"  # the library's default, HS256, would sign with the client secret
OIDC_USE_PKCE = True  # off by default: a stolen code could be redeemed by another
OIDC_TIMEOUT = (3, 10)  # seconds for a connection, and for the whole answer; by default it waits forever
OIDC_MAX_STATES = 20  # sign-ins that one session may have begun: each takes room in its row
OIDC_RENEW_ID_TOKEN_EXPIRY_SECONDS = 15 * 60  # until the site asks identity whether the person is still there

OIDC_AUTHENTICATE_CLASS = "shared.relying_party.authentication_request.RequestView"
OIDC_CALLBACK_CLASS = "shared.relying_party.callback.CallbackView"

# What the library does not have.
OIDC_STATE_LIVES = 60 * 60  # seconds that one may take at the sign-in form
OIDC_MOST_BYTES = 256 * 1024  # of one answer of identity
# Where the back channel connects: Python does not resolve *.localhost. A provider with a real name needs no such line.
OIDC_OP_ADDRESS = IDENTITY.address
