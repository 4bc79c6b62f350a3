"""The keys that sign ID Tokens, in one file. It can be replaced without a restart."""

import json
import logging
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from allauth.core.internal import jwkkit
from allauth.idp.oidc import app_settings
from allauth.idp.oidc.models import PrivateKey
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.utils import timezone

from lab.secret_faults import MOMENTS, fault_of_secret, moments
from lab.state import one_at_a_time, said_of_secret, secret, secret_path
from session_inspector import private_file

FILE = "identity.signing_keys.json"
MARGIN = timedelta(minutes=1)  # for clocks that differ, and a token that is on its way
# After it has expired, a key is kept, unpublished: the ID Token of a sign-in comes back when the person signs out.
KEPT_FOR_HINTS = timedelta(days=30)

logger = logging.getLogger(__name__)


def new_key() -> PrivateKey:
    """A new RSA key for RS256."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return PrivateKey(pem=pem, issued_at=timezone.now())


@dataclass
class Held:
    """The keys as they were read last, and the version of the file then: its inode and when it was written."""

    version: tuple[int, int] = (0, 0)
    keys: list[PrivateKey] = field(default_factory=list)


held = Held()


def signing_keys() -> list[PrivateKey]:
    """All keys, read again whenever the file was replaced. Makes a first key if there is no file.

    Where the file that has replaced another one cannot be used, the keys from before stay. Ends the process with one
    line if there are none.
    """
    path = secret_path(FILE)
    if not path.exists():
        secret(FILE, lambda: as_text([new_key()]))
    found = path.stat()
    version = (found.st_ino, found.st_mtime_ns)
    if version != held.version:
        held.keys = keys_in(path)
        held.version = version
    return held.keys


def keys_in(path: Path) -> list[PrivateKey]:
    if not (fault := fault_of_secret(path)):
        return [PrivateKey(pem=key["pem"], **moments(key)) for key in json.loads(path.read_text())]
    if not held.keys:
        raise SystemExit(said_of_secret(path, fault))
    logger.warning("The keys from before still sign. %s", said_of_secret(path, fault))
    return held.keys


def as_text(keys: list[PrivateKey]) -> str:
    def text(moment: datetime | None) -> str | None:
        return moment.isoformat() if moment else None

    return json.dumps(
        [{"pem": key.pem, **{name: text(getattr(key, name)) for name in MOMENTS}} for key in keys],
        indent=1,
    )


def rotate(is_urgent: bool = False) -> list[PrivateKey]:
    """Add a key. The others stay public until all ID Tokens that they signed have expired.

    It is published at once, and signs only when no cache has the keys from before any more; if that ``is_urgent``, now.
    """
    with one_at_a_time():
        now = timezone.now()
        signs_from = now if is_urgent else now + timedelta(seconds=app_settings.JWKS_CACHE_CONTROL) + MARGIN
        last_use = signs_from + timedelta(seconds=app_settings.ID_TOKEN_EXPIRES_IN) + MARGIN
        old = [replace(key, expires_at=key.expires_at or last_use) for key in signing_keys()]
        new = replace(new_key(), not_before=signs_from)
        keys = [*(key for key in old if key.expires_at > now - KEPT_FOR_HINTS), new]
        private_file.replace(secret_path(FILE), as_text(keys))
    return keys


def key_id(key: PrivateKey) -> str:
    return jwkkit.load_jwk_from_pem(key.pem)[0]["kid"]


def parsed_key(key: PrivateKey) -> rsa.RSAPrivateKey:
    return jwkkit.load_jwk_from_pem(key.pem)[1]


def keep_parsed_keys() -> None:
    """Let allauth parse each PEM once a process: parsing checks the primes, which takes longer than signing.

    What it publishes of a key says what the key is for by ``use`` and ``alg`` only (RFC 7517, 4.2 to 4.4).
    """
    parse = jwkkit.load_jwk_from_pem

    @lru_cache(maxsize=16)
    def parsed(pem: str) -> tuple[dict, rsa.RSAPrivateKey]:
        jwk, key = parse(pem)
        del jwk["key_ops"]
        return {**jwk, "use": "sig", "alg": "RS256"}, key

    jwkkit.load_jwk_from_pem = parsed
