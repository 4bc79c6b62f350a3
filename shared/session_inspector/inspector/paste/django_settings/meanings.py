"""What the settings are for that are known here."""

from django.conf import global_settings

MEANINGS = {
    "SESSION_COOKIE_NAME": "The name of the session cookie.",
    "SESSION_COOKIE_AGE": "Seconds until a session ends.",
    "SESSION_COOKIE_DOMAIN": "The cookie goes to this host and to all below it. None: only to the host that sets it.",
    "SESSION_COOKIE_PATH": "The cookie goes to addresses at and below this path.",
    "SESSION_COOKIE_SECURE": "Whether the cookie is for https only.",
    "SESSION_COOKIE_HTTPONLY": "Whether scripts in pages are kept from the cookie.",
    "SESSION_COOKIE_SAMESITE": "Whether the cookie goes with requests that a page of another site makes.",
    "SESSION_ENGINE": "Where sessions are kept.",
    "SESSION_SERIALIZER": "How the data of a session are written.",
    "SESSION_EXPIRE_AT_BROWSER_CLOSE": "Whether the cookie has no lifetime of its own.",
    "SESSION_SAVE_EVERY_REQUEST": "Whether each request stores the session, and so prolongs it.",
    "CSRF_COOKIE_NAME": "The name of the CSRF cookie.",
    "CSRF_COOKIE_DOMAIN": "As SESSION_COOKIE_DOMAIN, for the CSRF cookie.",
    "CSRF_COOKIE_SECURE": "As SESSION_COOKIE_SECURE, for the CSRF cookie.",
    "CSRF_COOKIE_SAMESITE": "As SESSION_COOKIE_SAMESITE, for the CSRF cookie.",
    "CSRF_TRUSTED_ORIGINS": "Further origins whose pages may send forms here.",
    "SECURE_PROXY_SSL_HEADER": "The header by which a proxy says that the browser speaks https.",
    "SECURE_SSL_REDIRECT": "Whether http is led to https.",
    "MIDDLEWARE": "What a request goes through, from the first to the last.",
    "OIDC_OP_AUTHORIZATION_ENDPOINT": "Where the browser is sent to sign in.",
    "OIDC_OP_TOKEN_ENDPOINT": "Where a code is traded for tokens.",
    "OIDC_OP_USER_ENDPOINT": "Where the provider says more of a person.",
    "OIDC_OP_JWKS_ENDPOINT": "Where the provider’s public keys are.",
    "OIDC_RP_CLIENT_ID": "By what name the provider knows this site.",
    "OIDC_RP_SIGN_ALGO": "How ID Tokens must be signed.",
    "LOGIN_URL": "Where people who are not signed in are sent.",
    "LOGIN_REDIRECT_URL": "Where people are sent after signing in.",
    "DEBUG": "Whether Django shows errors in full.",
}
BOOLEANS = {name for name in MEANINGS if isinstance(getattr(global_settings, name, None), bool)}
