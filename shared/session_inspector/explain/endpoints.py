"""Where a redirect leads, and what happens there."""

from urllib.parse import SplitResult, urlsplit

from session_inspector.journal.participants import participant_at, stranger_at
from session_inspector.journal.schema import Address, BackChannelCall, Exchange, Value
from session_inspector.participant import Participant

# Endpoints by their names in words.
IN_WORDS = {"callback": "callback", "authorize": "authorize", "sign_in": "the sign-in form"}

ASKS_TO_SIGN_IN = {"response_type", "client_id"}  # RFC 6749, 4.1.1; OpenID Connect Core, 3.1.2.1
# One of them is in each redirect between a provider and a site (OpenID Connect Core, 3.1.2.1 and 3.1.2.5).
OF_SIGN_IN = {"client_id", "code", "state"}


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
    return endpoint_by_answer(message) if isinstance(message, BackChannelCall) else ""


def endpoint_by_answer(call: BackChannelCall) -> str:
    """What a site asked of a provider whose endpoints nobody has recorded."""
    if "grant_type" in dict(call.form):
        return "token"
    answer = call.answer if isinstance(call.answer, dict) else {}
    return "jwks" if "keys" in answer else "userinfo" if "sub" in answer else ""


def place_in_words(server: Participant, path: str) -> str:
    return IN_WORDS.get(server.endpoint_at(path)) or ("the front page" if path == "/" else path)


def target_of(location: Address | str, server: Participant) -> tuple[Participant | None, str]:
    """Server and path that a recorded ``Location`` of that server leads to; no server if to no participant. A stranger
    is one only in a sign-in or in signing out, which is known by its parameters."""
    parts = parts_of(location)
    if not parts.netloc:
        return server, parts.path
    known = participant_at(parts.netloc)
    is_sign_in = not OF_SIGN_IN.isdisjoint(parameters_in(location))
    return known or (stranger_at(parts.netloc) if is_sign_in else None), parts.path or "/"


def parameters_in(url: Address | str | None) -> dict[str, Value]:
    """The query of a recorded address, by name."""
    return dict(url.query) if isinstance(url, Address) else {}


def parts_of(url: Address | str) -> SplitResult:
    """Of a recorded address; of one that has a host that is none, it is all a path."""
    text = url.url if isinstance(url, Address) else url
    try:
        return urlsplit(text)
    except ValueError:
        return SplitResult("", "", text, "", "")
