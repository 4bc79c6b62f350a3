"""What makes a Relying Party a safe one. Names beginning with OIDC_ belong to mozilla-django-oidc.

Where its provider is, and by what name and secret it knows this client, a project sets itself.
"""

AUTHENTICATION_BACKENDS = ["relying_party.backend.Backend"]
LOGIN_URL = "oidc_authentication_init"

OIDC_RP_SCOPES = "openid profile email"
OIDC_RP_SIGN_ALGO = "RS256"  # the library's default, HS256, would sign with the client secret
OIDC_USE_PKCE = True  # off by default: a stolen code could be redeemed by another
OIDC_TIMEOUT = (3, 10)  # seconds for a connection, and for the whole answer; by default it waits forever
OIDC_MAX_STATES = 20  # sign-ins that one session may have begun: each takes room in its row
OIDC_RENEW_ID_TOKEN_EXPIRY_SECONDS = 15 * 60  # until the site asks identity whether the person is still there
OIDC_STORE_ID_TOKEN = True  # by which identity knows whom a sign-out there is about; nothing else is done with it

OIDC_AUTHENTICATE_CLASS = "relying_party.authentication_request.RequestView"
OIDC_CALLBACK_CLASS = "relying_party.callback.CallbackView"

# What the library does not have.
OIDC_STATE_LIVES = 60 * 60  # seconds that one may take at the sign-in form
OIDC_MAX_BYTES = 256 * 1024  # of one answer of identity
