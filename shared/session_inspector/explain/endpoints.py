"""Where a redirect leads, and what happens there."""

from urllib.parse import urlsplit

from session_inspector.journal.participants import participant_at
from session_inspector.journal.schema import Address, BackChannelCall, Exchange, Value
from session_inspector.participant import Participant

# Endpoints by their names in words.
IN_WORDS = {"callback": "callback", "authorize": "authorize", "sign_in": "the sign-in form"}

ASKS_TO_SIGN_IN = {"response_type", "client_id", "redirect_uri"}  # OpenID Connect Core, 3.1.2.1


def endpoint_of(server: Participant, message: Exchange | BackChannelCall) -> str:
    """What happens at the address of that server that was asked, by its name; empty for a page.

    A project that does not say where its addresses are is known by the parameters of OpenID Connect.
    """
    told = endpoint_by_parameters(message)
    return server.endpoint_at(message.path) or (told if told not in server.endpoints else "")


def endpoint_by_parameters(message: Exchange | BackChannelCall) -> str:
    asked = {name for name, _ in (*message.query, *message.form)}
    if asked >= ASKS_TO_SIGN_IN:
        return "authorize"
    if "state" in asked and not asked.isdisjoint({"code", "error"}):
        return "callback"
    if isinstance(message, Exchange) and parameters_in(message.location).keys() >= ASKS_TO_SIGN_IN:
        return "authenticate"
    return ""


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
