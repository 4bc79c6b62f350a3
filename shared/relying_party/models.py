"""What must be stored so that the provider can end a session here.

The provider's names for a session (``sid``) and a person (``iss`` and ``sub``) may be any text: a digest is stored.
"""

from django.db import models
from django.utils import timezone

DIGEST = 64  # characters


class KnownSession(models.Model):
    """A session here that a session at the provider has led to. ``sid`` is empty where the ID Token had none."""

    session_key = models.CharField(max_length=40, unique=True)
    sid = models.CharField(max_length=DIGEST, blank=True, db_index=True)
    person = models.CharField(max_length=DIGEST + len("oidc:"))
    looked_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        indexes = [models.Index(fields=["person", "sid"], name="relying_party_person_sid")]

    def __str__(self) -> str:
        return f"{self.person} since {self.looked_at}"


class LogoutToken(models.Model):
    """A logout token that was processed: none is processed twice. A sign-in under way looks here for its ``sid``."""

    jti = models.CharField(max_length=DIGEST, unique=True)
    sid = models.CharField(max_length=DIGEST, blank=True, db_index=True)
    person = models.CharField(max_length=DIGEST + len("oidc:"), blank=True, db_index=True)
    issued = models.BigIntegerField()
    at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.jti} at {self.at}"
