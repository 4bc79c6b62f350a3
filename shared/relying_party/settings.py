"""What makes a Relying Party safe: settings of Django, of mozilla-django-oidc and of this app.

A project itself sets where its provider is, and the client's id and secret there.
"""

AUTHENTICATION_BACKENDS = ["relying_party.backend.Backend"]
LOGIN_URL = "oidc_authentication_init"

OIDC_RP_SCOPES = "openid profile email"
OIDC_RP_SIGN_ALGO = "RS256"  # the library's default, HS256, would sign with the client secret
OIDC_USE_PKCE = True  # off by default: a stolen code could be redeemed by another
OIDC_TIMEOUT = (3, 10)  # seconds for connecting, and for the whole answer; by default it waits for ever
OIDC_MAX_STATES = 20  # pending sign-ins of one session: each takes room in its row
OIDC_RENEW_ID_TOKEN_EXPIRY_SECONDS = 15 * 60  # until the provider is asked whether the person is still signed in
OIDC_STORE_ID_TOKEN = True  # sent to the provider when signing out, so that it knows whom; used for nothing else

OIDC_AUTHENTICATE_CLASS = "relying_party.authentication_request.RequestView"
OIDC_CALLBACK_CLASS = "relying_party.callback.CallbackView"

# Settings of this app.
OIDC_STATE_LIVES = 60 * 60  # seconds that a person may take at the provider's form
OIDC_MAX_BYTES = 256 * 1024  # of one answer of the provider
OIDC_RP_PRIVATE_KEY = None  # in PEM: with it, the site proves itself by private_key_jwt, not by a secret
OIDC_RP_PRIVATE_KEY_ID = None  # the kid under which the provider knows its public half, if it needs one
OIDC_LOGOUT_TOKEN_LIVES = 30 * 24 * 60 * 60  # seconds at most, since each is remembered until it expires
OIDC_CA_BUNDLE = ""  # a file or folder of authorities that are believed, too, such as those of your company
OIDC_PROXY_ADDRESS = ""  # host:port of the proxy through which this server reaches the provider, if it needs one
OIDC_ISS_REQUIRED = False  # True where the metadata has authorization_response_iss_parameter_supported (RFC 9207)
OIDC_EXPLAIN_FAILURES = False  # pages show both sides of a refusal, for developers; with DEBUG they always do
OIDC_LEEWAY = 30  # seconds by which the provider's clock and that of this server may differ
OIDC_TRUSTED_AUDIENCES = ()  # other clients, as in aud: a token for them and for this one is accepted, too
