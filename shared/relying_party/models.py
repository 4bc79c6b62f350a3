"""What a site must remember so that identity can end a session here: where each lies, and what has been ended.

What identity calls a session (``sid``) and a person (``iss`` and ``sub``) is kept as a digest: it may be any text.
"""

from django.db import models
from django.utils import timezone

DIGEST = 64


class KnownSession(models.Model):
    """A session here that a session at identity has led to. ``sid`` is empty where identity named none."""

    session_key = models.CharField(max_length=40, unique=True)
    sid = models.CharField(max_length=DIGEST, blank=True, db_index=True)
    person = models.CharField(max_length=DIGEST + len("oidc:"), db_index=True)
    looked_at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return f"{self.person} since {self.looked_at}"


class LogoutToken(models.Model):
    """A logout token that was obeyed: none is obeyed twice. Whom it named, a sign-in still under way looks up."""

    jti = models.CharField(max_length=DIGEST, unique=True)
    sid = models.CharField(max_length=DIGEST, blank=True, db_index=True)
    person = models.CharField(max_length=DIGEST + len("oidc:"), blank=True, db_index=True)
    issued = models.BigIntegerField()
    at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.jti} at {self.at}"
