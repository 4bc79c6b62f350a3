"""On which session at the provider a site's session hangs: when that one ends, the site is told."""

from dataclasses import dataclass
from enum import StrEnum

from session_inspector.explain.endpoints import parameters_in
from session_inspector.inspector.observed.queries import is_of_browser, of_journey, what_became_of
from session_inspector.journal.participants import writer_of
from session_inspector.journal.schema import Entry, Masked

MAX_LOOKED_AT = 60  # entries of the sign-in
MAX_KEYS = 10  # that a session may have had since


class HangsOn(StrEnum):
    """Which of the provider's sessions a site's session hangs on, in words."""

    PRESENT = "its present one"
    EARLIER = "an earlier one than it has for this browser now. Signing out there does not end this one"
    NONE = "the provider has none for this browser now"


@dataclass(frozen=True)
class Lineage:
    """``granted`` is the exchange in which the provider gave the code, by its session with that ``key``; ``keys`` has
    the fingerprint of that and of each later key of the same session."""

    granted: Entry
    key: Masked
    keys: tuple[str, ...]


def lineage_of(signed_in: Entry | None) -> Lineage | None:
    """Of the session that a site began to know somebody by in that exchange; None where its sign-in is not recorded."""
    if signed_in is None or not signed_in.journey:
        return None
    granted = next((entry for entry in of_journey(signed_in.journey, MAX_LOOKED_AT) if gave_code(entry)), None)
    row = granted.exchange.after if granted else None
    return Lineage(granted, row.key, keys_since(granted)) if granted and row else None


def gave_code(entry: Entry) -> bool:
    if not is_of_browser(entry):
        return False
    is_asked = writer_of(entry).endpoint_at(entry.exchange.path) == "authorize"
    return is_asked and "code" in parameters_in(entry.exchange.location)


def keys_since(granted: Entry) -> tuple[str, ...]:
    keys, entry = [granted.set_key], granted
    for _ in range(MAX_KEYS):
        became = what_became_of(entry.server, keys[-1], entry.id)
        if became is None or not became.set_key:
            break
        keys.append(became.set_key)
        entry = became
    return tuple(keys)
