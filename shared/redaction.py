"""What of a secret may be kept: its first six characters and a fingerprint. Passwords and client secrets: nothing."""

import hashlib
import hmac
import re
from collections.abc import Iterable
from functools import cache
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl

from shared.state import secret

SHOWN = 6
LONGEST = 500  # characters of one recorded text
MOST = 100  # recorded parameters of one kind
NEVER = {"password", "oldpassword", "password1", "password2", "client_secret"}
# Names of parameters, headers and session values whose value opens something.
SECRET = {
    "code", "state", "nonce", "code_verifier", "code_challenge", "access_token", "refresh_token", "id_token",
    "id_token_hint", "token", "logout_token", "csrfmiddlewaretoken", "csrftoken", "authorization", "x-csrftoken",
    "oidc_states", "oidc_id_token", "oidc_access_token", "_auth_user_hash", "_csrftoken", "sid", "jti",
}  # fmt: skip
RUN = re.compile(r"[A-Za-z0-9_-]{20,}")
WORDS = re.compile(r"_*[A-Z]?[a-z]{2,}(?:(?:[_-]+[A-Z]?|[A-Z])[a-z]{2,})*_*")
URL_WITH_QUERY = re.compile(r"(https?:/)?/\S*\?\S+$")


@cache
def fingerprint_key() -> bytes:
    return secret("journal.fingerprint_key").encode()


def fingerprint(value: str) -> str:
    """Eight hexadecimal digits: equal for equal values, and no way back without the key of this state folder."""
    return hmac.new(fingerprint_key(), value.encode(), hashlib.sha256).hexdigest()[:8]


def masked(value: str) -> dict[str, str]:
    """``{"starts": its first six characters, "print": its fingerprint}``; of a short value only a quarter shows."""
    return {"starts": value[: min(SHOWN, len(value) // 4)], "print": fingerprint(value)}


def is_random(run: str) -> bool:
    """Whether nobody wrote this run by hand: a key, a token, a hash. Names of classes are words: ``ModelBackend``."""
    small, capital, digit = (any(map(kind, run)) for kind in (str.islower, str.isupper, str.isdigit))
    return small + capital + digit > 1 and not WORDS.fullmatch(run)


def shortened(text: str) -> str:
    """The text with every run that looks random cut to its first characters, wherever it stands."""
    return RUN.sub(lambda run: f"{run[0][:SHOWN]}…" if is_random(run[0]) else run[0], text)


def redacted(name: str, value: Any) -> Any:
    """A value as it may be kept under that name: lists, dicts and the queries of addresses are walked through."""
    name = name.lower()
    if name in NEVER:
        return {"withheld": True}
    if isinstance(value, dict):
        return {
            shortened(str(key)): redacted(name if name in SECRET else str(key), item) for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [redacted(name, item) for item in value]
    if not isinstance(value, str) or not value:
        return value
    if name in SECRET or (RUN.fullmatch(value) and is_random(value)):
        return masked(value)
    return redacted_url(value) if URL_WITH_QUERY.match(value) else shortened(value)[:LONGEST]


def redacted_url(url: str) -> dict[str, Any]:
    base, _, query = url.partition("?")
    return {"url": shortened(base)[:LONGEST], "query": redacted_query(query)}


def redacted_query(query: str) -> list[list[Any]]:
    return redacted_pairs(parse_qsl(query[:10_000], keep_blank_values=True))


def redacted_pairs(pairs: Iterable[tuple[str, str]]) -> list[list[Any]]:
    """Names with their values, in order: ``[["scope", "openid"], ["state", {"starts": "x9Kd2P", "print": "…"}]]``."""
    return [[shortened(name)[:LONGEST], redacted(name, value)] for name, value in islice(pairs, MOST)]
