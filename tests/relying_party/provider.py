"""The provider of the lab, in which a test can change everything, and which tells what it was asked."""

import threading
from collections.abc import Callable
from ssl import SSLContext

from lab.misbehaving import provider
from lab.misbehaving.answers import MISSING, Answer

Send = Callable[[bytes], None]


class Handler(provider.Handler):
    """Answers may also be functions that send bytes as they like."""

    def answer(self, form):
        asked: Provider = self.server.provider
        asked.forms.append(form)
        asked.seen.append((self.command, self.path, dict(self.headers)))
        answer = asked.answer(self.path, form)
        if callable(answer):
            answer(self.send)
        else:
            self.send_whole(Answer(*answer)._replace(headers=asked.headers.get(self.path, {})))

    def send(self, some):
        if self.server.provider.closed.is_set():
            raise ConnectionAbortedError
        super().send(some)
        self.server.provider.sent += len(some)

    def gave_up(self):
        self.server.provider.was_cut.set()


class Provider(provider.Provider):
    """``nonce`` is that of the sign-in under way, whatever its code.

    ``headers`` maps a path to more headers of its answer. ``seen`` keeps (method, path, headers) of each request,
    ``forms`` the form that each brought, ``sent`` how many bytes of answers have left, and ``was_cut`` is set once
    somebody stopped listening.
    """

    handler = Handler

    def __init__(self, issuer: str, client_id: str, context: SSLContext | None = None):
        self.nonce: str | object = MISSING
        self.headers: dict[str, dict[str, str]] = {}
        self.seen: list[tuple[str, str, dict]] = []
        self.forms: list[dict[str, str]] = []
        self.sent, self.was_cut = 0, threading.Event()
        super().__init__(issuer, client_id, context=context)

    def nonce_of(self, code):
        return self.nonce

    def asked_for(self, path: str) -> int:
        return [seen for _, seen, _ in self.seen].count(path)
