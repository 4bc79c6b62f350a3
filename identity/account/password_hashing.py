"""Hashing the passwords of people, of which few are hashed at the same time.

To hash one takes a core for a third of a second, so that guessing is slow. Without a limit, a class that signs in would
leave nothing for all else. Only requests with a password wait for a place: the secret of a client has a hasher of its
own (``identity.provider.hashers``), so codes, tokens, userinfo and keys never queue behind people.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from django.conf import settings
from django.contrib.auth import hashers

from lab.web.busy import Busy, Taken
from pooled_connections import give_back


class Places:
    """``number`` may work at the same time. ``waiting`` more may wait, each for ``timeout`` seconds at most: a request
    that waits keeps a thread, and a server may have few."""

    def __init__(self, number: int, waiting: int, timeout: float):
        self.room = BoundedSemaphore(number + waiting)
        self.places = BoundedSemaphore(number)
        self.timeout = timeout

    @contextmanager
    def one(self) -> Iterator[None]:
        """Raises ``Busy``."""
        if not self.room.acquire(blocking=False):
            raise Busy(CROWD)
        try:
            if not self.places.acquire(timeout=self.timeout):
                raise Busy(CROWD)
            try:
                yield
            finally:
                self.places.release()
        finally:
            self.room.release()


CROWD = Taken("Many people are signing in just now.", "Your password was not looked at, and nothing was done.", 10)
places = Places(
    number=max(1, (os.cpu_count() or 1) - 1),  # a core is left for all else
    waiting=settings.IDENTITY_PASSWORDS_WAITING,
    timeout=20,
)


class PBKDF2PasswordHasher(hashers.PBKDF2PasswordHasher):
    """Django's default, in one of the places."""

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        give_back()
        with places.one():
            return super().encode(password, salt, iterations)
