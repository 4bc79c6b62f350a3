"""Where a redirect leads, and what happens there."""

from urllib.parse import urlsplit

from session_inspector.journal.participants import participant_at
from session_inspector.journal.schema import Address, Value
from session_inspector.participant import Participant

# Endpoints by their names in words.
IN_WORDS = {"callback": "callback", "authorize": "authorize", "sign_in": "the sign-in form"}


def place_in_words(server: Participant, path: str) -> str:
    return IN_WORDS.get(server.endpoint_at(path)) or ("the front page" if path == "/" else path)


def target_of(location: Address | str, server: Participant) -> tuple[Participant | None, str]:
    """Server and path that a recorded ``Location`` of that server leads to; no server if to no participant."""
    url = location.url if isinstance(location, Address) else location
    parts = urlsplit(url)
    if not parts.netloc:
        return server, parts.path
    return participant_at(parts.netloc), parts.path or "/"


def parameters_in(url: Address | str | None) -> dict[str, Value]:
    """The query of a recorded address, by name."""
    return dict(url.query) if isinstance(url, Address) else {}
