"""The journal: one table."""

from django.db import models


class Entry(models.Model):
    """An exchange (one HTTP request with its response) or a session change that no such request caused.

    ``sent_key`` and ``set_key`` are fingerprints of the session key that came with the request and of the one that
    the server keeps afterwards; ``csrf`` that of the CSRF cookie, which stays in the browser when a session ends;
    ``jar`` names the browser as this server alone knows it, by its cookies; ``journey`` the sign-in that the exchange
    is part of, and ``visitor`` the browser at all servers, joined by journeys. Each of them is empty where nothing
    told. Everything else is in ``content``, redacted.
    """

    class Kind(models.TextChoices):
        EXCHANGE = "exchange"
        SESSION_CHANGE = "session change"

    at = models.DateTimeField()
    server = models.CharField(max_length=20)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    journey = models.CharField(max_length=32, blank=True)
    jar = models.CharField(max_length=16, blank=True)
    visitor = models.CharField(max_length=16, blank=True)
    sent_key = models.CharField(max_length=16, blank=True)
    set_key = models.CharField(max_length=16, blank=True)
    csrf = models.CharField(max_length=16, blank=True)
    content = models.JSONField(default=dict)

    # The sign-in that an exchange belongs to, if there is one of that name: whoever invents a state began none.
    perhaps_of = ""

    class Meta:
        indexes = [
            # Each answers one question: what came with this key, what led to it, ...
            models.Index(fields=["server", "sent_key", "id"], name="by_sent_key"),
            models.Index(fields=["server", "set_key", "id"], name="by_set_key"),
            models.Index(fields=["server", "csrf", "id"], name="by_csrf"),
            models.Index(fields=["jar", "id"], name="by_jar"),
            models.Index(fields=["journey", "id"], name="by_journey"),
            models.Index(fields=["visitor", "server", "id"], name="by_visitor"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.server} {self.kind}"
