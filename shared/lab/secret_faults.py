"""What can be amiss with a file that holds a secret, and what is lost without it. Knows nothing of Django."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

RANDOM = re.compile(r"[0-9a-f]{64}")  # 256 bits
MOMENTS = ("issued_at", "not_before", "expires_at")  # of a key
MIN_RSA_BITS = 2048  # RFC 7518, section 3.3

# By the end of its name, what becomes of it when the next start makes another one.
LOST = {
    "secret_key": "Whoever is signed in at that server is signed out then.",
    "client_secret": "Nothing is lost: that start registers the new one.",
    "database_password": "Nothing is lost: that start tells PostgreSQL the new one.",
    "cluster_password": "The PostgreSQL data in the state folder cannot be used without it: make reset.",
    "database_names": "The databases of before are not found then.",
    "teacher_key": "Whoever has entered the old key in the inspector enters the new one.",
    "signing_keys.json": "ID Tokens from before cannot be checked then.",
    "fingerprint_key": "Fingerprints from before cannot be compared with later ones then.",
}


def fault_of_secret(path: Path) -> str:
    """Of one that is there; empty if nothing is amiss."""
    try:
        text = path.read_bytes().decode(errors="replace")
    except IsADirectoryError:
        return "is a folder"
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    if not text:
        return "is empty"
    return fault_of_keys(text) if path.suffix == ".json" else fault_of_random(text)


def fault_of_random(text: str) -> str:
    return "" if RANDOM.fullmatch(text) else "was cut or changed: it is not 64 digits from 0 to f"


def fault_of_keys(text: str) -> str:
    """Of a list with the PEM of each key, and when it was issued and expires."""
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey  # not above: only Identity has such keys
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        found = json.loads(text)
        keys = [load_pem_private_key(one["pem"].encode(), None) for one in found]
        is_one_active = any(signs_at(datetime.now(UTC), **moments(one)) for one in found)
    except (ValueError, TypeError, KeyError, AttributeError):
        return "was cut or changed: it has no list of keys that can be read"
    if not all(isinstance(key, RSAPrivateKey) and key.key_size >= MIN_RSA_BITS for key in keys):
        return f"has a key that is no RSA key of {MIN_RSA_BITS} bits or more"
    return "" if is_one_active else "has no key that signs now"


def signs_at(
    now: datetime, issued_at: datetime | None, not_before: datetime | None, expires_at: datetime | None
) -> bool:
    return (not_before is None or not_before <= now) and (expires_at is None or expires_at > now)


def moments(key: dict[str, str | None]) -> dict[str, datetime | None]:
    """When it was issued, when it begins to sign and when it expires. A key from before has no beginning of its own."""
    texts = {"issued_at": key["issued_at"], "not_before": key.get("not_before"), "expires_at": key["expires_at"]}
    return {name: datetime.fromisoformat(text) if text else None for name, text in texts.items()}


def unusable(path: Path, fault: str, start: str) -> str:
    """The one line that helps; ``start`` is the command that makes another one."""
    lost = next(said for end, said in LOST.items() if path.name.endswith(end))
    return f"The secret {path} {fault}. Delete it, then {start}: that makes another one. {lost}"
