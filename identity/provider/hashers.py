"""How client secrets are kept."""

import hashlib

from django.contrib.auth.hashers import BasePasswordHasher
from django.utils.crypto import constant_time_compare


class RandomSecretHasher(BasePasswordHasher):
    """SHA-256, once. For random secrets of 128 bits or more and for nothing else.

    Stretching makes guessing slow, and nobody guesses 128 random bits. A person's password must never be kept so;
    Django uses the first of ``PASSWORD_HASHERS`` for those, which this one is not.
    """

    algorithm = "sha256_of_random"

    def salt(self) -> str:
        return ""

    def encode(self, password: str, salt: str) -> str:
        return f"{self.algorithm}${hashlib.sha256(password.encode()).hexdigest()}"

    def decode(self, encoded: str) -> dict:
        algorithm, digest = encoded.split("$")
        return {"algorithm": algorithm, "hash": digest}

    def verify(self, password: str, encoded: str) -> bool:
        return constant_time_compare(encoded, self.encode(password, ""))

    def safe_summary(self, encoded: str) -> dict:
        return {"algorithm": self.algorithm, "hash": self.decode(encoded)["hash"][:6] + "…"}

    def must_update(self, encoded: str) -> bool:
        return False

    def harden_runtime(self, password: str, encoded: str) -> None:
        """Nothing to even out: there is one cost."""
