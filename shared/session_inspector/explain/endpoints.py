"""Where the steps of a sign-in happen: the paths at which django-allauth and mozilla-django-oidc mount them."""

from urllib.parse import urlsplit

from session_inspector.participant import Participant
from session_inspector.participants import participants

AUTHENTICATE = "/oidc/authenticate/"
CALLBACK = "/oidc/callback/"
AUTHORIZE = "/identity/o/authorize"
SIGN_IN = "/accounts/login/"
TOKEN = "/identity/o/api/token"
USERINFO = "/identity/o/api/userinfo"
JWKS = "/.well-known/jwks.json"
BACK_CHANNEL_LOGOUT = "/oidc/backchannel-logout/"

NAMES = {
    CALLBACK: "callback",
    AUTHORIZE: "authorize",
    SIGN_IN: "the sign-in form",
    "/": "the front page",
}


def target_of(location: dict | str, server: Participant) -> tuple[Participant | None, str]:
    """Server and path that a recorded ``Location`` of that server leads to; no server if to no participant."""
    url = location["url"] if isinstance(location, dict) else location
    parts = urlsplit(url)
    if not parts.netloc:
        return server, parts.path
    return next((one for one in participants() if one.netloc == parts.netloc), None), parts.path or "/"


def parameters_in(url: dict | str | None) -> dict:
    """The query of a recorded address, by name."""
    return dict(url["query"]) if isinstance(url, dict) else {}
