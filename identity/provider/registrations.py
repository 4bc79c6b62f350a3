"""What a client may: the one place that asks its registration.

allauth keeps the client itself, ``identity.models.Registration`` what allauth has no field for.
"""

import re
from collections.abc import Collection, Iterable
from urllib.parse import urlsplit

from allauth.idp.oidc.models import Client
from django.conf import settings

from identity.models import Registration

SCOPES = ["openid", "profile", "email"]
OFFLINE_ACCESS = "offline_access"

# The port of a loopback address, where the scheme is http (RFC 8252, 7.3).
LOOPBACK_PORT = re.compile(r"(?<=^http://127\.0\.0\.1):[0-9]{1,5}(?=/|$)|(?<=^http://\[::1\]):[0-9]{1,5}(?=/|$)")


def is_open() -> bool:
    """Whether people register clients here: the one place that is asked. Closed by default."""
    return getattr(settings, "IDENTITY_REGISTRATION_IS_OPEN", False)


def registration_of(client: Client) -> Registration:
    """One that is not stored, of a website, for a client that was made without."""
    return getattr(client, "registration", None) or Registration(client=client)


def is_public(client: Client) -> bool:
    """Whether it cannot keep a secret (RFC 6749, 2.1)."""
    return client.type == Client.Type.PUBLIC


def may_refresh(client: Client) -> bool:
    return Client.GrantType.REFRESH_TOKEN in client.get_grant_types()


def may_omit_pkce(client: Client) -> bool:
    """Never a public client (RFC 9700, 2.1.1)."""
    return not is_public(client) and registration_of(client).may_omit_pkce


def grantable(client: Client, scopes: Iterable[str]) -> list[str]:
    """Which of these scopes the client can get. Others are ignored (OpenID Connect Core, 3.1.2.1 and 11)."""
    known = {*client.get_scopes(), OFFLINE_ACCESS} if may_refresh(client) else {*client.get_scopes()} - {OFFLINE_ACCESS}
    return [scope for scope in dict.fromkeys(scopes) if scope in known]


def has_redirect_uri(client: Client, address: str) -> bool:
    return is_one_of(address, client.get_redirect_uris(), client)


def has_post_logout_redirect_uri(client: Client, address: str) -> bool:
    return is_one_of(address, client.get_post_logout_redirect_uris(), client)


def is_open_to_impostors(client: Client, address: str) -> bool:
    """Whether another app on the person's device could ask in the name of this one, and get the answer: it need only
    listen at loopback, or claim the scheme (RFC 8252, 8.6)."""
    return is_native_app(client) and not address.startswith("https:")


def is_one_of(address: str, registered: Collection[str], client: Client) -> bool:
    """Exactly a registered string (RFC 9700, 2.1). allauth also accepts other parameters, and any port of 127.0.0.1.

    An app on the person's own device gets a port from the system only when it starts: for a loopback address that is
    registered without a port, it may name any (RFC 8252, 7.3).
    """
    return address in registered or (is_native_app(client) and LOOPBACK_PORT.sub("", address) in registered)


def is_native_app(client: Client) -> bool:
    return is_public(client) and registration_of(client).kind == Registration.Kind.NATIVE_APP


def is_origin_of_browser_app(origin: str) -> bool:
    """Whether scripts of that origin may read the answers of the endpoints that clients call."""
    clients = Client.objects.filter(type=Client.Type.PUBLIC, cors_origins__contains=origin)
    return any(origin in client.get_cors_origins() for client in clients)


def origin_in(address: str) -> str:
    """As browsers send it in ``Origin``: without a port that is the default one (RFC 6454, section 4 to 6)."""
    parts = urlsplit(address)
    default = {"http": 80, "https": 443}.get(parts.scheme)
    port = "" if parts.port in (None, default) else f":{parts.port}"
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{parts.scheme}://{host}{port}"
