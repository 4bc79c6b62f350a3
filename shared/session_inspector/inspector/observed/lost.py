"""Why a session that was there is not found any more, or not read: what the server was set to then, and is now."""

from itertools import takewhile

from session_inspector.explain.cookies import host_asked
from session_inspector.explain.endpoints import endpoint_by_parameters
from session_inspector.explain.sessions import WHY_UNREAD, signs_in
from session_inspector.inspector.statement import Rule, Statement, resting_on
from session_inspector.journal.participants import writer_of
from session_inspector.journal.schema import Entry, SessionRow, Store

OF_ONE_PROCESS = "LocMemCache"  # Django's default cache, as a place names it


def why_not_found(last: Entry | None, entry: Entry) -> Statement | None:
    """Of a key that found nothing in that exchange; ``last`` is where the server had its session before. None where no
    record shows a reason."""
    why = last and what_differs(last, entry)
    it = entry.exchange.stored_as
    said = "the cookie was refused" if it is Store.COOKIE else f"no {it} was found"
    return Statement(f"{said} at {entry.at:%H:%M:%S}: {why}", resting_on([last, entry]), Rule.PLACE) if why else None


def why_not_read(last: Entry | None, entry: Entry, row: SessionRow) -> Statement:
    """Of a row that was found and could not be read."""
    is_other_key = last is not None and differ(writer_of(last).signed_with, writer_of(entry).signed_with)
    why = "another SECRET_KEY signed it" if is_other_key else WHY_UNREAD[row.fault]
    it = entry.exchange.stored_as
    return Statement(
        f"the {it} was there at {entry.at:%H:%M:%S} and could not be read: {why}",
        resting_on([last if is_other_key else None, entry]),
        Rule.PLACE if is_other_key else None,
    )


def begun_at_another_name(found: list[Entry]) -> Statement | None:
    """Where the newest sign-in began at one name of the server and came back to another, so that its session was not
    found; None where somebody has signed in since. ``found`` are a visitor's exchanges there, the newest first."""
    since = list(takewhile(lambda entry: not signs_in(entry.exchange), found))
    answers = (one for one in since if endpoint_by_parameters(one.exchange) == "callback")
    for entry in answers:
        began = next((one for one in since if one.journey == entry.journey and one.set_key and one.id < entry.id), None)
        if began and began.set_key != entry.sent_key and host_asked(began.exchange) != host_asked(entry.exchange):
            there, here = host_asked(began.exchange), host_asked(entry.exchange)
            text = f"the sign-in began at {there} and came back to {here} at {entry.at:%H:%M:%S}, without its cookie"
            return Statement(text, resting_on([began, entry]), Rule.HOST)
    return None


def what_differs(last: Entry, entry: Entry) -> str:
    then, now = writer_of(last), writer_of(entry)
    if differ(then.engine, now.engine):
        return f"the engine was {then.engine} when it was made, and {now.engine} when it was looked for"
    if differ(then.place, now.place):
        return f"it was in {then.place}, and was looked for in {now.place}"
    if entry.exchange.stored_as is Store.COOKIE and differ(then.signed_with, now.signed_with):
        return "another SECRET_KEY signed it"
    processes = last.exchange.process, entry.exchange.process
    if OF_ONE_PROCESS in now.place and all(processes) and differ(*processes):
        return f"it was in the memory of process {processes[0]}, and process {processes[1]} looked in its own"
    return ""


def differ(then: object, now: object) -> bool:
    """Where both are recorded."""
    return bool(then and now) and then != now
