"""What the journal knows of the session on a page: the redirects that led to it, and how it began."""

from shared.journal.models import Entry

FURTHEST = 30  # entries to look back


def since_the_page_before(exchange: Entry) -> tuple[Entry | None, list[Entry]]:
    """The page before, and what came after it at this server: the redirects that led this browser to the page, changes
    by others meanwhile, and the page itself, oldest first.

    Raises ``DatabaseError`` where the journal cannot be read.
    """
    page_before = None
    if not exchange.visitor:
        return page_before, [exchange]
    earlier = Entry.objects.filter(visitor=exchange.visitor, pk__lt=exchange.pk).order_by("-pk")[:FURTHEST]
    found = [exchange]
    for entry in earlier.iterator(chunk_size=4):  # the page before is seldom far
        if entry.server != exchange.server or entry.content.get("channel") == "back":
            continue
        if entry.kind == Entry.Kind.EXCHANGE and not 300 <= entry.content["status"] < 400:
            page_before = entry
            break
        found.append(entry)
    return page_before, found[::-1]


def origin_of(exchange: Entry) -> tuple[Entry | None, Entry | None]:
    """The exchange with which the session on this page began, and the one that gave it its present key."""
    keyed = first_with(exchange, exchange.set_key)
    began = keyed
    for _ in range(FURTHEST):
        before = began and began.content.get("before")
        if not before or before["key"]["print"] == began.set_key:
            break
        began = first_with(exchange, before["key"]["print"]) or began
    return began, keyed


def first_with(exchange: Entry, key: str) -> Entry | None:
    """The first exchange at this server after which the session had that key."""
    return key and Entry.objects.filter(server=exchange.server, set_key=key).order_by("pk").first()
