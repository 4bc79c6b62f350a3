"""Settings that would make this app unsafe: ``manage.py check`` reports them, and ``runserver`` does not start.

It does start with those that only make sign-ins fail: of them ``manage.py check`` warns.
"""

import re
from importlib import import_module
from urllib.parse import urlsplit

from django.conf import global_settings, settings
from django.contrib.sessions.backends import signed_cookies
from django.core.checks import CheckMessage, Error, Warning
from django.utils.module_loading import import_string

from loopback import is_loopback
from relying_party.client_authentication import private_key
from relying_party.jwks import FAMILIES
from relying_party.lost_session import same_site
from relying_party.provider_settings import ADDRESSES, OPTIONAL
from relying_party.renewal import AGAIN_AFTER

LIMITS = ("OIDC_TIMEOUT", "OIDC_STATE_LIVES", "OIDC_MAX_BYTES", "OIDC_LOGOUT_TOKEN_LIVES")
NEEDED = (*ADDRESSES, "OIDC_RP_CLIENT_ID", *LIMITS)
CHOICES = (  # may be nothing, and must be there
    "OIDC_LEEWAY",
    "OIDC_TRUSTED_AUDIENCES",
    "OIDC_RP_PRIVATE_KEY",
    "OIDC_RP_PRIVATE_KEY_ID",
    "OIDC_CA_BUNDLE",
    "OIDC_PROXY_ADDRESS",
    "OIDC_ISS_REQUIRED",
    "OIDC_EXPLAIN_FAILURES",
)
PARTS = {
    "AUTHENTICATION_BACKENDS": "relying_party.backend.Backend",
    "OIDC_AUTHENTICATE_CLASS": "relying_party.authentication_request.RequestView",
    "OIDC_CALLBACK_CLASS": "relying_party.callback.CallbackView",
}
# What each must be, and what mozilla-django-oidc assumes where it is not set.
FIXED = {
    "OIDC_USE_PKCE": (True, False),
    "OIDC_PKCE_CODE_CHALLENGE_METHOD": ("S256", "S256"),
    "OIDC_USE_NONCE": (True, True),
    "ALLOW_LOGOUT_GET_METHOD": (False, False),  # with True, any page could sign people out by an image's address
    "OIDC_CREATE_USER": (True, True),  # the backend always creates users, whatever this says
}

SESSIONS = "django.contrib.sessions.middleware.SessionMiddleware"
FOLLOWS = "relying_party.session_index.KnownSessionMiddleware"
SESSIONS_IN_COOKIES = "SESSION_ENGINE must keep sessions at this server: nobody else can end one in a cookie."
STRICT = (
    "SESSION_COOKIE_SAMESITE is 'Strict': a browser that comes back from the form of a provider at another site does "
    "not send the session cookie, so the session in which the sign-in began is not found. Set it to 'Lax'."
)
TIMES = f"OIDC_TIMEOUT must be two numbers, OIDC_LEEWAY one, OIDC_RENEW_… at least {AGAIN_AFTER}."
NO_SECRET = (
    "OIDC_RP_CLIENT_SECRET and OIDC_RP_PRIVATE_KEY are empty: anybody can say that they are this client. That is sound "
    "only if the provider has registered it as a public client, sends codes to your redirect URI and to no other, and "
    "insists on PKCE."
)
ONE_HOST = (
    "The provider answers at a host of this site, {}, and SESSION_COOKIE_NAME is Django’s default: cookies know hosts, "
    "not ports, so a provider made with Django replaces the session cookie of this site. Give it a name of its own."
)


def check_settings(**kwargs) -> list[CheckMessage]:
    in_the_open = filter(is_in_the_open, (*ADDRESSES, *OPTIONAL))
    found = {
        "E001": [f"{name} is not set." for name in NEEDED if not getattr(settings, name, None)]
        + [f"{name} is not set: import relying_party.settings." for name in CHOICES if not hasattr(settings, name)],
        "E002": [] if is_signed_by_a_private_key() else [f"OIDC_RP_SIGN_ALGO must be one of {sorted(FAMILIES)}."],
        "E003": [
            f"{name} must be {must!r}."
            for name, (must, unset) in FIXED.items()
            if getattr(settings, name, unset) != must
        ],
        "E004": [f"{name} is not https: everybody on the way can read it." for name in in_the_open],
        "E005": [f"{name} must name a class of this app, or one made of it." for name in PARTS if not is_ours(name)],
        "E006": [] if has_times() else [TIMES],
        "E007": [] if has_sessions_that_can_be_ended() else [SESSIONS_IN_COOKIES],
        "E008": [] if follows_keys() else [f"MIDDLEWARE must have {FOLLOWS}, after SessionMiddleware."],
        "E009": [f"OIDC_RP_PRIVATE_KEY cannot sign: {fault}." for fault in faults_of_private_key()],
        "E010": [] if has_a_proxy_or_none() else ["OIDC_PROXY_ADDRESS must be a host and a port."],
        "E011": [] if trusts_a_list() else ["OIDC_TRUSTED_AUDIENCES must be a list of client ids, not one text."],
    }
    warnings = {
        "W001": [STRICT] if same_site() == "Strict" else [],
        "W002": [ONE_HOST.format(host_of_provider())] if may_lose_its_cookie_to_the_provider() else [],
        "W003": [] if has_a_secret() else [NO_SECRET],
    }
    return [
        *(Error(text, id=f"relying_party.{number}") for number, texts in found.items() for text in texts),
        *(Warning(text, id=f"relying_party.{number}") for number, texts in warnings.items() for text in texts),
    ]


def is_ours(name: str) -> bool:
    """Whether a setting names a class of this app, or a subclass: the library's own class checks very little."""
    part = import_string(PARTS[name])
    named = getattr(settings, name, [])
    return any(issubclass(import_string(path), part) for path in ([named] if isinstance(named, str) else named))


def has_times() -> bool:
    """Whether the timeouts can work: a renewal that is always due would never end."""
    timeout = getattr(settings, "OIDC_TIMEOUT", None)
    if not isinstance(timeout, tuple | list) or len(timeout) != 2:
        return False
    leeway = getattr(settings, "OIDC_LEEWAY", 0)
    if not isinstance(leeway, int | float) or leeway < 0:
        return False
    is_positive = all(isinstance(seconds, int | float) and seconds > 0 for seconds in timeout)
    return is_positive and getattr(settings, "OIDC_RENEW_ID_TOKEN_EXPIRY_SECONDS", AGAIN_AFTER) >= AGAIN_AFTER


def is_signed_by_a_private_key() -> bool:
    """Not by the client secret, as with HS256, the library's default: whoever knows it could make ID Tokens."""
    return getattr(settings, "OIDC_RP_SIGN_ALGO", "HS256") in FAMILIES


def is_in_the_open(name: str) -> bool:
    """Whether requests to that address leave this machine unencrypted. In development they may."""
    address = urlsplit(getattr(settings, name, None) or "https:")
    connected = urlsplit("//" + (getattr(settings, "OIDC_OP_ADDRESS", "") or address.netloc)).hostname or ""
    return address.scheme != "https" and not (settings.DEBUG or is_loopback(connected))


def has_a_secret() -> bool:
    return bool(getattr(settings, "OIDC_RP_CLIENT_SECRET", None) or getattr(settings, "OIDC_RP_PRIVATE_KEY", None))


def faults_of_private_key() -> list[str]:
    if not getattr(settings, "OIDC_RP_PRIVATE_KEY", None):
        return []
    try:
        private_key()
    except ValueError as error:
        return [str(error).rstrip(".")]
    return []


def has_a_proxy_or_none() -> bool:
    return bool(re.fullmatch(r"([^/@]+:[0-9]{1,5})?", getattr(settings, "OIDC_PROXY_ADDRESS", "")))


def trusts_a_list() -> bool:
    return not isinstance(getattr(settings, "OIDC_TRUSTED_AUDIENCES", ()), str)


def host_of_provider() -> str:
    """Where a browser finds the provider; empty where that is not set."""
    return urlsplit(getattr(settings, "OIDC_OP_AUTHORIZATION_ENDPOINT", None) or "").hostname or ""


def may_lose_its_cookie_to_the_provider() -> bool:
    """Whether the provider's session cookie would have the host, the name and the path of this site's, if it is made
    with Django and nobody changed a setting there."""
    names = ("SESSION_COOKIE_NAME", "SESSION_COOKIE_PATH")
    is_as_usual = all(getattr(settings, name) == getattr(global_settings, name) for name in names)
    return is_as_usual and host_of_provider() in settings.ALLOWED_HOSTS


def has_sessions_that_can_be_ended() -> bool:
    """Whether sessions are kept at the server. One that is in the cookie, signed, cannot be ended by a logout token."""
    return not issubclass(import_module(settings.SESSION_ENGINE).SessionStore, signed_cookies.SessionStore)


def follows_keys() -> bool:
    """Whether a session is still found after it got a new key."""
    order = list(settings.MIDDLEWARE)
    return FOLLOWS in order and order.index(FOLLOWS) > (order.index(SESSIONS) if SESSIONS in order else -1)
