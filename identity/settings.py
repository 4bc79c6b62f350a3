"""identity, the OpenID Provider."""

from identity.session_meanings import MEANINGS
from shared.servers import IDENTITY
from shared.settings import *
from shared.settings import INSTALLED_APPS, MIDDLEWARE, databases_of
from shared.state import secret

SERVER = IDENTITY
ALLOWED_HOSTS = [SERVER.host]
ROOT_URLCONF = "identity.urls"
SECRET_KEY = secret("identity.secret_key")
DATABASES = databases_of(SERVER)

SESSION_COOKIE_NAME = "identity_session"  # not "sessionid": a cookie knows hosts, not ports
CSRF_COOKIE_NAME = "identity_csrftoken"

INSTALLED_APPS = [
    "identity.apps.IdentityConfig",  # first: its templates stand before those of allauth
    *INSTALLED_APPS,
    "allauth",
    "allauth.account",
    "allauth.idp.oidc",
    "allauth.usersessions",
]
MIDDLEWARE = [
    *MIDDLEWARE,
    "allauth.account.middleware.AccountMiddleware",
    "identity.at_once.TellingMiddleware",
]

SESSION_ENGINE = "identity.engine.db"  # its rows say which sessions have ended

SESSION_MEANINGS = MEANINGS

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",  # Django's default, for the passwords of people
    "identity.hashers.RandomSecretHasher",  # for client secrets only
]

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "signed_in"
ACCOUNT_ADAPTER = "identity.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = {
    # allauth's defaults are 30 and 10 a minute: a class behind one address, trying things out, meets them at once.
    "login": "300/m/ip",
    "login_failed": "100/m/ip,60/5m/key",
    "reauthenticate": "60/m/user",
}

IDP_OIDC_ADAPTER = "identity.adapter.OIDCAdapter"
IDP_OIDC_AUTH_METHODS = ["client_secret_basic", "client_secret_post"]  # not "none": every client keeps a secret
IDP_OIDC_REFRESH_TOKEN_EXPIRES_IN = 14 * 24 * 60 * 60  # seconds; by default they are good for ever
