"""What the journal knows of the session on a page: what led to it, and how it began.

Looks at the entries of this browser at this server only, as its cookies tell: nobody else's reach a page.
"""

from session_inspector.explain.sessions import goes_on
from session_inspector.journal.queries import earlier_in_jar, first_with_key
from session_inspector.journal.schema import Entry

MAX_STEPS = 30  # entries, or keys, to look back


def since_the_page_before(exchange: Entry) -> tuple[Entry | None, list[Entry]]:
    """The page before, and what came after it at this server: the redirects that led this browser to the page, changes
    by others meanwhile, and the page itself, oldest first.

    Raises ``DatabaseError`` where the journal cannot be read.
    """
    found = [exchange]
    if not exchange.jar:
        return None, found
    for entry in earlier_in_jar(exchange, MAX_STEPS):
        if entry.is_exchange and not 300 <= entry.exchange.status < 400:
            return entry, found[::-1]
        found.append(entry)
    return None, found[::-1]


def key_since(server: str, key: str) -> Entry | None:
    """The exchange that gave a session its key; None where the journal does not go back so far."""
    first = first_with_key(server, key) if key else None
    is_known = first and first.is_exchange and first.sent_key != first.set_key
    return first if is_known else None


def began(keyed: Entry | None) -> Entry | None:
    """The exchange with which the session began, followed from its present key through the earlier ones."""
    for _ in range(MAX_STEPS):
        if keyed is None or not goes_on(keyed.exchange, keyed.at):
            return keyed
        keyed = key_since(keyed.server, keyed.sent_key)
    return None
