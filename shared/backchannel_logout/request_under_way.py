"""The request that this thread is processing, and what it has done to sessions so far."""

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.http import HttpRequest


@dataclass
class UnderWay:
    """A request that is being processed: the keys of rows that it deleted, and the users that it changed."""

    request: HttpRequest
    deleted: set[str] = field(default_factory=set)
    changed: set[Any] = field(default_factory=set)  # by primary key

    @property
    def keys(self) -> set[str]:
        """The keys of its own session: the one in its cookie, and the present one."""
        sent, present = self.request.COOKIES.get(settings.SESSION_COOKIE_NAME), self.request.session.session_key
        return {key for key in (sent, present) if key}


request_under_way: ContextVar[UnderWay | None] = ContextVar("request_under_way", default=None)
