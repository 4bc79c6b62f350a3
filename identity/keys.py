"""The key that signs ID Tokens."""

from functools import lru_cache

from allauth.core.internal import jwkkit
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat


def new_signing_key() -> str:
    """A fresh RSA key for RS256, as PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def keep_parsed_keys() -> None:
    """Let allauth parse each PEM once a process: it checks the primes at every use, which takes longer than signing."""
    jwkkit.load_jwk_from_pem = lru_cache(maxsize=16)(jwkkit.load_jwk_from_pem)
