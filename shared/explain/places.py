"""Where the steps of a sign-in happen: paths that the libraries give, in words."""

from urllib.parse import urlsplit

from shared.servers import SERVERS, Server

AUTHENTICATE = "/oidc/authenticate/"
CALLBACK = "/oidc/callback/"
AUTHORIZE = "/identity/o/authorize"
SIGN_IN = "/accounts/login/"
TOKEN = "/identity/o/api/token"
USERINFO = "/identity/o/api/userinfo"
JWKS = "/.well-known/jwks.json"
SIGN_OUT_OF_SITE = "/oidc/logout/"
SIGN_OUT_OF_IDENTITY = "/accounts/logout/"
END_OR_STAY = "/identity/o/logout/decide"  # the form of the page that asks
BACK_CHANNEL_LOGOUT = "/oidc/backchannel-logout/"

NAMES = {
    CALLBACK: "callback",
    AUTHORIZE: "authorize",
    SIGN_IN: "the sign-in form",
    "/": "the front page",
    "/signed-out/": "the page after signing out",
}


def target_of(location: dict | str, server: Server) -> tuple[Server | None, str]:
    """Server and path that a recorded ``Location`` of that server leads to; no server if to none of the lab."""
    url = location["url"] if isinstance(location, dict) else location
    parts = urlsplit(url)
    if not parts.netloc:
        return server, parts.path
    return next((one for one in SERVERS if one.netloc == parts.netloc), None), parts.path or "/"


def parameters_in(url: dict | str | None) -> dict:
    """The query of a recorded address, by name."""
    return dict(url["query"]) if isinstance(url, dict) else {}
