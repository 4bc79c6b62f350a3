"""How often somebody may enter a wrong key."""

from django.core.cache import cache
from django.http import HttpRequest

MAX_WRONG = 10  # from one address, in PERIOD
PERIOD = 60  # seconds


def are_too_many(request: HttpRequest) -> bool:
    return cache.get(counted_as(request), 0) >= MAX_WRONG


def note_wrong(request: HttpRequest) -> None:
    cache.add(counted_as(request), 0, PERIOD)
    cache.incr(counted_as(request))


def counted_as(request: HttpRequest) -> str:
    return f"session_inspector.wrong_keys.{request.META.get('REMOTE_ADDR', '')}"
