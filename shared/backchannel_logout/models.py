"""What the provider knows about the sessions at its clients, also after the OP session has ended."""

from secrets import token_urlsafe

from allauth.idp.oidc.models import Client, Token
from django.conf import settings
from django.db import models
from django.utils import timezone

MAX_USER_AGENT = 200  # characters of it


class RelyingPartySession(models.Model):
    """An OP session that signed in to a client: its ``sid`` there, and whether the client was notified of the end.

    ``subject`` is the ``sub`` by which the client knows the ``user``, who may be deleted before the client is notified.

    ``user_agent`` is how the browser of the OP session named itself, as far as it was kept. ``ended_at`` is when the
    end was noticed, ``notified_at`` when the client accepted the logout token. Until then, ``attempts`` counts the
    attempts and ``last_error`` says why the last one failed. ``next_attempt_at`` is empty if there will be none.
    """

    sid = models.CharField(max_length=43, unique=True, default=token_urlsafe)
    session_key = models.CharField(max_length=40)
    client = models.ForeignKey(Client, on_delete=models.CASCADE)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    subject = models.CharField(max_length=255)
    user_agent = models.CharField(max_length=MAX_USER_AGENT, blank=True)
    began_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    notified_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["session_key"], name="by_session_key"),
            models.Index(fields=["user", "-ended_at"], name="by_user_and_end"),
            models.Index(fields=["next_attempt_at"], condition=models.Q(notified_at=None), name="to_be_notified"),
            models.Index(
                fields=["client", "next_attempt_at"], condition=models.Q(notified_at=None), name="to_be_notified_there"
            ),
            # Not one index for both: a database would look for those that go on by what they all have.
            models.Index(fields=["id"], condition=models.Q(ended_at=None), name="not_ended"),
            models.Index(fields=["ended_at"], condition=models.Q(ended_at__isnull=False), name="ended"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["session_key", "client"], condition=models.Q(ended_at=None), name="one_for_each_client"
            )
        ]

    def __str__(self) -> str:
        return f"{self.client_id} by {self.session_key[:6]}…"


class TokenBinding(models.Model):
    """A code or a token of allauth came of this RP session, and ends with it (Back-Channel Logout 1.0, 2.7).

    ``claims`` is for a code: what the ID Token will say of the sign-in.
    """

    token = models.OneToOneField(Token, primary_key=True, on_delete=models.CASCADE, related_name="binding")
    rp_session = models.ForeignKey(RelyingPartySession, on_delete=models.CASCADE, related_name="bindings")
    claims = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.token_id} of {self.rp_session_id}"
