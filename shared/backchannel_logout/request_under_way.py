"""The request that this thread is processing, and what it has done to sessions so far."""

from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone


@dataclass
class UnderWay:
    """A request that is being processed: since when, which rows it deleted, and which users it changed."""

    request: HttpRequest
    began_at: datetime = field(default_factory=timezone.now)
    deleted: set[str] = field(default_factory=set)  # by session key
    changed: set[Any] = field(default_factory=set)  # by primary key

    @property
    def keys(self) -> set[str]:
        """The keys of its own session: the one in its cookie, and the present one."""
        sent, present = self.request.COOKIES.get(settings.SESSION_COOKIE_NAME), self.request.session.session_key
        return {key for key in (sent, present) if key}


request_under_way: ContextVar[UnderWay | None] = ContextVar("request_under_way", default=None)
