"""What Identity keeps about people and clients, besides what Django and allauth keep."""

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


class Registration(models.Model):
    """What a client is, and what it may leave out. One without such a row is a website, and may leave out nothing.

    ``identity.provider.registrations`` says what follows from it.
    """

    class Kind(models.TextChoices):
        """As RFC 6749, section 2.1, tells them apart. Only the first can keep a secret."""

        WEBSITE = "website", "A website with a server of its own"
        BROWSER_APP = "browser-app", "An app that runs in the browser only"
        NATIVE_APP = "native-app", "A native app, on a phone or a computer"

    client = models.OneToOneField(Client, primary_key=True, on_delete=models.CASCADE, related_name="registration")
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.WEBSITE)
    may_omit_pkce = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.client_id}, {self.kind}"


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
