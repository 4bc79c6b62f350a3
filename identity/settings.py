"""Identity, the OpenID Provider. What is not in this file comes from ``lab.settings``."""

from identity.account.session_meanings import MEANINGS
from lab import settings as lab
from lab.servers import IDENTITY, IS_CLASS, SITES
from lab.settings import *
from lab.staging.applied import changed_by_stage
from lab.state import secret

SERVER = IDENTITY
ALLOWED_HOSTS = [SERVER.host]
ROOT_URLCONF = "identity.urls"
SECRET_KEY = secret("identity.secret_key")
DATABASES = lab.database_of(SERVER)

SESSION_COOKIE_NAME = lab.cookie_name("identity_session")  # not "sessionid": a cookie knows hosts, not ports
CSRF_COOKIE_NAME = lab.cookie_name("identity_csrftoken")
SESSION_INSPECTOR = lab.reporting(SERVER, MEANINGS)

INSTALLED_APPS = [
    "identity.apps.IdentityConfig",  # first: its templates stand before those of allauth
    *lab.INSTALLED_APPS,
    "backchannel_logout",
    "allauth",
    "allauth.account",
    "allauth.idp.oidc",
    "allauth.usersessions",
]
MIDDLEWARE = [
    *lab.MIDDLEWARE,
    "allauth.account.middleware.AccountMiddleware",
    "backchannel_logout.middleware.BackChannelLogoutMiddleware",
]

SESSION_ENGINE = "backchannel_logout.session_engine"  # its rows say which sessions have ended
BACKCHANNEL_LOGOUT_ISSUER = IDENTITY.origin  # whatever Host a request names
BACKCHANNEL_LOGOUT_ADDRESSES = {site.netloc: site.back_channel_address for site in SITES}  # names need not be resolved

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "identity.account.password_hashing.PBKDF2PasswordHasher",  # Django's default, for a few people at the same time
    "identity.provider.hashers.RandomSecretHasher",  # for client secrets only
]

# So many requests with a password wait while those of others are hashed; the next are told that Identity is busy. Each
# keeps a thread: runserver has as many as it needs, a server with a fixed number of threads needs a smaller one here.
IDENTITY_PASSWORDS_WAITING = 32

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "signed_in"
ACCOUNT_ADAPTER = "identity.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_REAUTHENTICATION_METHODS = ["password"]  # not "code": the lab sends no mail
ACCOUNT_RATE_LIMITS = {
    # A class may have one address: allauth's defaults are 30 and 10 a minute. Only wrong passwords are counted, of one
    # name in one browser (the key, see identity.adapter) and of an address.
    "login": None,
    "login_failed": "100/m/ip,60/5m/key",
    "reauthenticate": "60/m/user",
}

IDP_OIDC_ADAPTER = "identity.adapter.OIDCAdapter"
IDP_OIDC_AUTH_METHODS = ["client_secret_basic", "client_secret_post", "none"]  # "none" is for public clients only
IDP_OIDC_RATE_LIMITS = {"introspect_ip": None}  # a server may ask at each request; nobody guesses a token
IDP_OIDC_ID_TOKEN_EXPIRES_IN = 5 * 60  # seconds; the default, said here for the scenario that changes it
IDP_OIDC_JWKS_CACHE_CONTROL = 5 * 60  # seconds: so long a new key waits until it signs
IDP_OIDC_REFRESH_TOKEN_EXPIRES_IN = 14 * 24 * 60 * 60  # seconds; by default they never expire

IDENTITY_CALLBACK = "/oidc/callback/"  # where it sends a browser back to at each site: the path, as it is registered

# Whoever sends a wrong request is shown what is registered. Off by default: the lab has nothing to hide.
IDENTITY_TELLS_REGISTRATIONS = True

# People register clients of their own, but not in a class: whoever registers one may ask others who they are. Off by
# default.
IDENTITY_REGISTRATION_IS_OPEN = not IS_CLASS

globals().update(changed_by_stage(SERVER, globals()))  # a stage of a scenario may change some of these
