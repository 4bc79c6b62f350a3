"""What Identity keeps about people, besides their accounts."""

from secrets import token_urlsafe

from allauth.idp.oidc.models import Client
from django.conf import settings
from django.db import models
from django.utils import timezone


class Subject(models.Model):
    """The ``sub`` by which all clients know a person (OpenID Connect Core, section 5.1).

    It is never another person's, also not in another database: so it is random, and not the number of a row.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="subject"
    )
    value = models.CharField(max_length=255, unique=True, default=token_urlsafe)

    def __str__(self) -> str:
        return self.value


class Consent(models.Model):
    """Which scopes a person lets a client have. ``email`` is the address for it, if the person had to choose one."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="consents")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="consents")
    scopes = models.JSONField(default=list)
    email = models.EmailField(blank=True)
    given_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "client"], name="one_consent_for_each_client")]

    def __str__(self) -> str:
        return f"{self.user_id} to {self.client_id}"
