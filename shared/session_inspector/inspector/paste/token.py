"""An ID Token, a logout token or another JSON Web Token (RFC 7519), as anybody can read it: no signature is checked."""

import re
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils import timezone

from session_inspector.explain.cookies import duration
from session_inspector.explain.parameters import OF_CLAIMS, OF_HEADER
from session_inspector.inspector.paste.place import place_of
from session_inspector.inspector.paste.reading import (
    REDACTOR,
    Finding,
    Part,
    Reading,
    findings_of,
    parsed_json,
    shown,
    shown_value,
)

LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
LOGOUT_TYPES = {"logout+jwt", "application/logout+jwt"}
ACCESS_TYPES = {"at+jwt", "application/at+jwt"}
REFRESH_TYPES = ("Refresh", "Offline")  # as Keycloak says it in a claim
MILLISECONDS = 10**11  # no time in seconds is so large before the year 5138
MAX_SUB = 255
LEEWAY = 5  # seconds by which two clocks may differ
OF_TIME = ("iat", "nbf", "exp", "auth_time")


@dataclass(frozen=True)
class Token:
    """``header`` and ``claims`` are None where they cannot be read, ``pieces`` what the dots part."""

    pieces: tuple[str, ...]
    header: Mapping[str, Any] | None
    claims: Mapping[str, Any] | None
    now: datetime

    @property
    def is_logout(self) -> bool:
        events = self.claim("events")
        return self.type in LOGOUT_TYPES or (isinstance(events, dict) and LOGOUT_EVENT in events)

    @property
    def is_access(self) -> bool:
        """By its type, or as Keycloak says it in a claim."""
        return self.type in ACCESS_TYPES or self.claim("typ") == "Bearer"

    @property
    def is_refresh(self) -> bool:
        return self.claim("typ") in REFRESH_TYPES

    @property
    def is_id(self) -> bool:
        return self.claims is not None and not self.is_logout and not self.is_access and not self.is_refresh

    @property
    def type(self) -> str:
        return str((self.header or {}).get("typ", "")).lower()

    @property
    def algorithm(self) -> str:
        return str((self.header or {}).get("alg", ""))

    def claim(self, name: str) -> Any:
        return (self.claims or {}).get(name)

    def lacks(self, name: str) -> bool:
        return self.claims is not None and self.claim(name) in (None, "")

    def seconds(self, name: str) -> int | None:
        """Of a claim that is a time; None where it is none."""
        value = self.claim(name)
        is_number = isinstance(value, int | float) and not isinstance(value, bool) and value == value
        return int(value) if is_number and 0 <= value < MILLISECONDS else None

    def ago(self, name: str) -> int | None:
        """Seconds since then, negative where it is still to come."""
        seconds = self.seconds(name)
        return None if seconds is None else int(self.now.timestamp()) - seconds


def token_of(text: str, now: datetime) -> Token:
    pieces = tuple(text.split("."))
    return Token(pieces, decoded(pieces[0]), decoded(pieces[1]) if len(pieces) == 3 else None, now)


def decoded(piece: str) -> dict[str, Any] | None:
    try:
        found = parsed_json(urlsafe_b64decode(piece + "=" * (-len(piece) % 4)))
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def looks_like_token(text: str) -> bool:
    """Whether it begins with the header of a JSON Web Token."""
    first, dot, _ = text.partition(".")
    return bool(dot) and re.fullmatch(r"[\w=-]+", first, re.ASCII) is not None and decoded(first) is not None


def check_pieces(token: Token) -> Finding | None:
    number = len(token.pieces)
    if number == 3:
        return None
    if number == 5:
        return Finding(
            "The token has five parts: it is encrypted, and only who has the key can read it.",
            "The client is registered with id_token_encrypted_response_alg.",
            "Decrypt it with the client’s key, or let the provider send it signed only.",
        )
    return Finding(
        f"The token has {number} parts, not three.",
        "It was cut while it was copied.",
        "Copy all of it: header, claims and signature with a dot between each.",
    )


def check_readable(token: Token) -> Finding | None:
    if len(token.pieces) != 3 or (token.header is not None and token.claims is not None):
        return None
    return Finding(
        "The claims cannot be read: they are no JSON in base64url.",
        "Something is missing in the middle, or a + or / came into it.",
        "Copy it anew.",
    )


def check_algorithm(token: Token) -> Finding | None:
    if token.header is None or len(token.pieces) != 3 or token.is_refresh:
        return None
    algorithm = token.algorithm
    if algorithm.lower() == "none" or not algorithm:
        return Finding(
            "alg is none: the token has no signature, and anybody can have written it.",
            "The client is registered so, or somebody tries whether the site accepts it.",
            "Let the site name the algorithms that it accepts, RS256 for instance.",
        )
    if algorithm.startswith("HS"):
        return Finding(
            f"alg is {shown(algorithm)}: it is signed with a secret, and the published keys cannot check it.",
            "The client is registered so at the provider: the secret is its own. mozilla-django-oidc expects HS256, if "
            "nothing is set.",
            "Set OIDC_RP_SIGN_ALGO to what the provider uses, RS256 as a rule.",
        )
    return None


def check_signature(token: Token) -> Finding | None:
    if len(token.pieces) != 3 or token.pieces[2] or token.algorithm.lower() == "none":
        return None
    return Finding(
        "The signature is missing.",
        "It was cut while it was copied, or taken off so that the token can be shown to others.",
        "Copy all of it, if a site refuses the token.",
    )


def check_logout(token: Token) -> Finding | None:
    events = token.claim("events")
    has_event = isinstance(events, dict) and LOGOUT_EVENT in events
    if not token.is_logout or token.claims is None:
        return None
    if not has_event:
        return Finding(
            "Its type is that of a logout token, and events names no logout: a site must refuse it.",
            "The provider writes another event, or none.",
            f"events must have the member {LOGOUT_EVENT}.",
        )
    if token.claim("nonce") is not None:
        return Finding(
            "A logout token with a nonce: a site must refuse it, since it could pass for an ID Token.",
            "The provider makes both in one place, and adds the nonce to each.",
            "Leave nonce out of logout tokens (Back-Channel Logout 1.0, 2.4).",
        )
    return Finding(
        "This is a logout token: it ends sessions, and as an ID Token it must be refused.",
        "The provider sends it to the site’s back-channel logout address.",
    )


def check_whom_to_log_out(token: Token) -> Finding | None:
    if not token.is_logout or token.claims is None or not (token.lacks("sub") and token.lacks("sid")):
        return None
    return Finding(
        "Both sub and sid are missing: nobody can tell whose session ends.",
        "The provider’s setting to send sid is off, and sub was left out.",
        "Switch it on at the provider (backchannel_logout_session_required).",
    )


def check_jti(token: Token) -> Finding | None:
    if not token.is_logout or not token.lacks("jti"):
        return None
    return Finding(
        "jti is missing: Back-Channel Logout 1.0 (2.4) requires it.",
        "The provider was written before the specification was final.",
        "Without it a site cannot tell a token that comes again.",
    )


def check_access(token: Token) -> Finding | None:
    if not token.is_access:
        return None
    return Finding(
        "This is an access token, and no ID Token: its typ says so.",
        "The wrong member of the answer was taken: access_token, not id_token.",
        "A site that signs people in reads id_token, and asks userinfo with access_token.",
    )


def check_expired(token: Token) -> Finding | None:
    ago = token.ago("exp")
    if ago is None or ago < 0:
        return None
    return Finding(
        f"It expired {duration(ago)} ago ({ago} seconds, at {at(token, 'exp')}).",
        "It is an old one. Or, if it has just come, the clock of one of the two servers is wrong.",
        "Get a new one, and compare both clocks.",
    )


def check_issued(token: Token) -> Finding | None:
    ago = token.ago("iat")
    if ago is None or ago >= -LEEWAY:
        return None
    return Finding(
        f"It was issued in the future, in {duration(-ago)} ({-ago} seconds): sites may refuse it.",
        "The clock of this machine is behind, or that of the provider ahead. Virtual machines that slept have this.",
        "Set both clocks by NTP. Many libraries have a setting for a few seconds of difference.",
    )


def check_times(token: Token) -> Finding | None:
    wrong = [name for name in OF_TIME if not token.lacks(name) and token.claims and token.seconds(name) is None]
    if not wrong:
        return None
    return Finding(
        f"{wrong[0]} is no number of seconds since 1970 (RFC 7519, 2).",
        "The provider writes milliseconds, or a date as text.",
        "Divide by 1000 at the provider.",
    )


def check_required(token: Token) -> Finding | None:
    if token.claims is None or token.is_access or token.is_refresh:
        return None
    needed = ["iss", "aud", "iat", "exp", *(["sub"] if token.is_id else [])]
    missing = [name for name in needed if token.lacks(name)]
    if not missing:
        return None
    return Finding(
        f"Missing, though the specification requires it: {', '.join(missing)}.",
        "The provider was made or configured by hand. Or this is no ID Token at all, but a token of another kind.",
        f"Compare it with OpenID Connect {'Core 1.0, 2' if token.is_id else 'Back-Channel Logout 1.0, 2.4'}.",
    )


def check_audience(token: Token) -> Finding | None:
    audience = token.claim("aud")
    if not isinstance(audience, list) or len(audience) < 2 or not token.lacks("azp") or not token.is_id:
        return None
    return Finding(
        f"aud names {len(audience)} clients and azp is missing: sites may refuse it (Core 1.0, 3.1.3.7).",
        "The provider adds its own API, or a project id, to the audience.",
        "Let the site trust that further audience, or let the provider name this client alone.",
    )


def check_nonce(token: Token) -> Finding | None:
    if not token.is_id or not token.lacks("nonce"):
        return None
    return Finding(
        "nonce is missing: a site that has sent one must refuse the token.",
        "The request had none, the provider has lost it, or this token came from a refresh.",
        "Look for nonce in the address that led to the provider.",
    )


def check_issuer(token: Token) -> Finding | None:
    issuer = token.claim("iss")
    if not isinstance(issuer, str) or not issuer:
        return None
    place = place_of(issuer)
    if issuer.endswith("/"):
        return Finding(
            "iss ends with a slash: a site whose setting has none refuses the token, letter by letter.",
            "The provider names itself so: Auth0 does. The metadata have the same text.",
            "Take the issuer from the provider’s metadata as it is.",
        )
    if place and place.is_http and not place.is_loopback:
        return Finding(
            "iss begins with http: an issuer is an address of https (OpenID Connect Core 1.0, 2).",
            "The provider is behind a proxy and does not know that browsers speak https with it.",
            "Let the proxy say so (X-Forwarded-Proto), or set the issuer at the provider.",
        )
    return None


def check_subject(token: Token) -> Finding | None:
    subject = token.claim("sub")
    if not isinstance(subject, str) or len(subject) <= MAX_SUB:
        return None
    return Finding(
        f"sub has more than {MAX_SUB} characters (OpenID Connect Core 1.0, 2).",
        "The provider has put data into it.",
        "Let the column that keeps it be as long, or change the mapper at the provider.",
    )


CHECKS = (
    check_pieces,
    check_readable,
    check_algorithm,
    check_access,
    check_logout,
    check_whom_to_log_out,
    check_expired,
    check_issued,
    check_times,
    check_required,
    check_audience,
    check_issuer,
    check_jti,
    check_nonce,
    check_subject,
    check_signature,
)


def at(token: Token, name: str) -> str:
    seconds = token.seconds(name)
    return f"{datetime.fromtimestamp(seconds or 0, UTC):%Y-%m-%d %H:%M:%S} UTC"


def kind_of(token: Token) -> str:
    if token.is_logout:
        return "a logout token"
    if token.is_access:
        return "an access token"
    if token.is_refresh:
        return "a refresh token"
    if token.claims is None:
        return "a token that cannot be read"
    return "an ID Token" if not token.lacks("sub") or not token.lacks("nonce") else "a JSON Web Token"


def parts_of(token: Token) -> tuple[Part, ...]:
    header = [
        Part(shown(name), shown_value(value), OF_HEADER.get(name, ""))
        for name, value in REDACTOR.values(token.header or {}).items()
    ]
    claims = [
        Part(shown(name), value_of(token, name, shown_value(value)), OF_CLAIMS.get(name, ""))
        for name, value in REDACTOR.values(token.claims or {}).items()
    ]
    return (*header, *claims)


def value_of(token: Token, name: str, value: str) -> str:
    return f"{value}: {at(token, name)}" if name in OF_TIME and token.seconds(name) is not None else value


NOTE = "The signature is not checked here: that needs the provider’s keys, and nothing is asked of anybody."


def read_token(text: str) -> Reading:
    token = token_of(text, timezone.now())
    return Reading(kind_of(token), findings_of(token, CHECKS), parts_of(token), NOTE)


def read_opaque(text: str) -> Reading:
    """One run of characters that is no JSON Web Token."""
    finding = Finding(
        "This is one value without a form of its own: nothing can be read in it.",
        "An access token, a refresh token, a code or a session key: only who has issued it knows what it means.",
        "If an ID Token was expected, look for id_token in the answer of the token endpoint.",
    )
    part = Part("value", shown_value(REDACTOR.mask(text)), f"{len(text)} characters.")
    return Reading("a value that says nothing by itself", (finding,), (part,))
