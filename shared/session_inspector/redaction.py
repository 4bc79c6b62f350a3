"""What of a secret may be kept: its first six characters and a fingerprint. Passwords and client secrets: nothing.

Two rules. What comes in a query or a form is masked unless its name is known to be harmless. What a server itself keeps
(session data, an answer of the provider) is shown unless its name or its look says that it is a secret.
"""

import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl

from session_inspector.journal.schema import Address, Masked, OfType, Parameters, Value, Withheld

SHOWN = 6
MAX_TEXT = 300  # characters of one recorded text
MAX_NAME = 40
MAX_ITEMS = 40  # recorded parameters, cookies or values of one kind
MAX_DEPTH = 3  # addresses within addresses, values within values
NEVER = {"password", "passwd", "secret"}  # as a part of the name: old_password, client_secret
# What lets somebody act in another's name; shown in full to nobody, not even to its owner.
TOKENS = {"oidc_states", "oidc_id_token", "oidc_access_token", "oidc_refresh_token"}
# Names of values that are secrets.
SECRET = TOKENS | {
    "code", "state", "nonce", "code_verifier", "code_challenge", "access_token", "refresh_token", "id_token",
    "id_token_hint", "token", "logout_token", "csrfmiddlewaretoken", "csrftoken", "authorization", "x-csrftoken",
    "_auth_user_hash", "_csrftoken", "sid", "jti", "at_hash",
}  # fmt: skip
OF_A_SIGN_IN = {"nonce", "code_verifier", "added_on", "next", "silent"}  # what a site keeps of one under way, by name
# Names of parameters of a sign-in whose value says nothing secret.
OPEN = {
    "client_id", "response_type", "scope", "prompt", "code_challenge_method", "grant_type", "error",
    "error_description", "max_age", "remember",
}  # fmt: skip
ADDRESSES = {"next", "redirect_uri", "post_logout_redirect_uri", "referer", "iss"}
NO_SECRET = {"_auth_user_id"}  # it opens nothing, also where it is a UUID, which looks random
# What Django itself keeps in a session to say who somebody is, and until when: it is what the pages are about.
OF_DJANGO = {"_auth_user_id", "_auth_user_backend", "_session_expiry"}
BEGINS_ADDRESS = re.compile(r"/|[a-z][a-z0-9+.-]{0,30}://", re.IGNORECASE)  # of any scheme: it may name a user
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,40}")
RUN = re.compile(r"[A-Za-z0-9_-]{20,}")
QUERY_IN_PATH = re.compile(r"[?;&]|%(?:25)*(?:3F|3B|26)", re.IGNORECASE)
WORDS = re.compile(r"_*[A-Z]?[a-z]{2,}(?:(?:[_-]+[A-Z]?|[A-Z])[a-z]{2,})*_*")


@dataclass(frozen=True)
class Redactor:
    """Masks with the ``key`` of one journal: fingerprints of two journals cannot be compared. ``shown`` are further
    names of parameters and fields whose values are kept as they came. With ``keeps_values``, what a project keeps in a
    session is kept as its name and its look allow; else its type."""

    key: bytes
    shown: frozenset[str] = frozenset()
    keeps_values: bool = True

    def fingerprint(self, value: str) -> str:
        """Sixteen hexadecimal digits: equal for equal values, and no way back without the key."""
        return hmac.digest(self.key, value.encode(errors="surrogatepass"), "sha256").hex()[:16]

    def mask(self, value: str) -> Masked:
        """With its first six characters; a short value shows only a quarter."""
        return Masked(beginning(value), self.fingerprint(value))

    def session(self, data: Mapping[str, Any]) -> dict[str, Value]:
        """What a session holds, by name."""
        if self.keeps_values:
            return self.values(data)
        of_django = self.values({name: value for name, value in data.items() if name in OF_DJANGO})
        others = islice(((str(name), value) for name, value in data.items() if name not in OF_DJANGO), MAX_ITEMS)
        return of_django | {self.name(name): self.of_type(value) for name, value in others}

    def of_type(self, value: Any) -> OfType:
        return OfType(type(value).__name__, self.fingerprint(repr(value)))

    def values(self, data: Mapping[str, Any]) -> dict[str, Value]:
        """All that a token holds, or a session, by name."""
        return {self.name(str(name)): self.value(str(name), item, 1) for name, item in islice(data.items(), MAX_ITEMS)}

    def name(self, name: str) -> str:
        """A name as it may be kept. One that is cut ends in a part of its fingerprint, so that no two become one."""
        short = shortened(name)
        return short if short == name else f"{short}#{self.fingerprint(name)[:8]}"

    def value(self, name: str, value: Any, depth: int = 0) -> Value:
        """A value that a server keeps, as it may be kept under that name: lists and dicts are walked through."""
        name = name.lower()
        if is_never_kept(name):
            return Withheld()
        if isinstance(value, dict | list | tuple) and depth > MAX_DEPTH:
            return "…"
        if isinstance(value, dict):
            is_secret = name in SECRET
            return {
                self.label(str(key), is_secret): self.value(name if is_secret else str(key), item, depth + 1)
                for key, item in islice(value.items(), MAX_ITEMS)
            }
        if isinstance(value, list | tuple):
            return [self.value(name, item, depth + 1) for item in islice(value, MAX_ITEMS)]
        if value is None or isinstance(value, bool | int | float):
            return value
        if not isinstance(value, str):  # what a serializer of the project's own knows
            value = str(value)
        if name in NO_SECRET:
            return value[:MAX_TEXT]
        if name in SECRET or is_random_run(value):
            return self.mask(value)
        return self.url(value) if BEGINS_ADDRESS.match(value) else shortened(value)

    def label(self, key: str, is_secret: bool) -> str:
        """Within a secret the names are secrets, too: each state is the name of what is kept of its sign-in."""
        return f"{beginning(key)}…" if is_secret and key not in OF_A_SIGN_IN else self.name(key)

    def url(self, url: str, depth: int = 0) -> Address | str:
        """An address, or a text if it has no query; no user, no fragment."""
        base, _, query = url.partition("#")[0].partition("?")
        scheme, slashes, rest = base.partition("//")
        host, slash, path = rest.partition("/") if slashes and "/" not in scheme else ("", "", base)
        start = f"{scheme}//{without_user(host)}{slash}" if host else ""
        base = shortened(start) + redacted_path(path)
        if not query:
            return base
        return Address(base, self.query(query, depth)) if depth < MAX_DEPTH else f"{base}?…"

    def query(self, query: str, depth: int = 0) -> Parameters:
        return self.pairs(parse_qsl(query[:5000], keep_blank_values=True), depth)

    def pairs(self, pairs: Iterable[tuple[str, str]], depth: int = 0) -> Parameters:
        """Names with their values, in order.

        Where a value is the name of a secret, everything is masked: a form that sets a value of one's own has a field
        for its name.
        """
        pairs = list(pairs)
        is_named = any(names_a_secret(value) for name, value in pairs if name != "response_type")
        return tuple(
            (
                name if NAME.fullmatch(name) and not is_random(name) else "…",
                self.mask(value) if is_named else self.parameter(name.lower(), value, depth),
            )
            for name, value in pairs[:MAX_ITEMS]
        )

    def parameter(self, name: str, value: str, depth: int) -> Value:
        if is_never_kept(name):
            return Withheld()
        if name in ADDRESSES:
            return self.url(value, depth + 1)
        return redacted_path(value) if name in OPEN or name in self.shown else self.mask(value)


def beginning(value: str) -> str:
    """What may be shown of a secret."""
    return value[: min(SHOWN, len(value) // 4)]


def is_never_kept(name: str) -> bool:
    return any(part in name for part in NEVER)


def is_random(run: str) -> bool:
    """Whether nobody wrote this run by hand: a key, a token, a hash. Names of classes are words: ``ModelBackend``."""
    small, capital, digit = (any(map(kind, run)) for kind in (str.islower, str.isupper, str.isdigit))
    return small + capital + digit > 1 and not WORDS.fullmatch(run)


def is_random_run(value: str) -> bool:
    """Whether it is one run of at least twenty characters, and looks random."""
    return RUN.fullmatch(value) is not None and is_random(value)


def without_random_runs(text: str) -> str:
    """The text, with every run that looks random cut to its first characters, wherever it stands."""
    return RUN.sub(lambda run: f"{run[0][:SHOWN]}…" if is_random(run[0]) else run[0], text)


def shortened(text: str) -> str:
    """The same, of a text that is not too long to be kept. It is cut last: half a key might look like a word."""
    return without_random_runs(text)[:MAX_TEXT]


def redacted_path(path: str) -> str:
    """A path to where something begins in it that might be a query."""
    start = QUERY_IN_PATH.split(path, maxsplit=1)[0]
    return shortened(start) if start == path else f"{shortened(start)}…"


def without_user(host: str) -> str:
    return host.rpartition("@")[2]


def names_a_secret(value: str) -> bool:
    value = value.strip().lower()
    return value in SECRET or (len(value) <= MAX_NAME and is_never_kept(value))
