"""One rung in a few words: what was asked, what was answered, and what the server then kept."""

from dataclasses import dataclass

from django.utils.text import Truncator, get_text_list

from session_inspector.explain.endpoints import parameters_in, parts_of, place_in_words
from session_inspector.explain.sessions import fate_of
from session_inspector.explain.values import OF_LIBRARIES, in_line, render_masked, values_in, visible
from session_inspector.inspector.observed.rungs import Rung
from session_inspector.journal.schema import Address, Entry, Masked, SessionRow

MAX_SHOWN = 30  # characters of a value that is shown on the rung
MAX_PATH = 20  # characters; of a longer path the last part is shown
MAX_PART = 40  # characters of that part
TELLING = ("prompt", "code", "error")  # of a query, what is shown on the rung
# By endpoint.
ANSWERS = {"token": "ID Token, access token", "jwks": "public keys", "userinfo": "who you are"}
PROOFS = {"code": "code", "code_verifier": "verifier", "client_secret": "client secret"}  # fields, as a rung names them


def request_in_short(rung: Rung) -> str:
    """``GET …/authorize?prompt=none``: of the query only what tells something, and no more of a path than fits."""
    asked = dict(rung.message.query)
    telling = [f"{name}={in_line(asked[name])}" for name in TELLING if name in asked]
    return f"{rung.message.method} {short_path(rung)}" + (f"?{'&'.join(telling)}" if telling else "")


def short_path(rung: Rung) -> str:
    """Whole, or its last part: ``…/authorize``. The page of the exchange has the whole."""
    path = rung.message.path
    if len(path) <= MAX_PATH:
        return visible(path)
    *_, last = path.rstrip("/").split("/")
    return visible(f"…/{Truncator(last).chars(MAX_PART)}{'/' if path.endswith('/') else ''}")


def request_in_full(rung: Rung) -> str:
    """Method and path, for who does not see where the arrow goes."""
    return visible(f"{rung.message.method} {Truncator(rung.message.path).chars(120)}")


def asked_with(rung: Rung) -> str:
    """What a call brings instead of cookies."""
    if rung.is_call and rung.endpoint == "userinfo":
        return "with the access token"
    brought = [words for name, words in PROOFS.items() if name in dict(rung.message.form)]
    return f"with {', '.join(brought)}" if rung.is_call and rung.endpoint == "token" and brought else ""


def answer_in_short(rung: Rung) -> str:
    """What came back, beside the status: ``to site A’s callback, with code Yk1nR4…``."""
    if rung.is_of_caller and rung.message.status is None:
        return f"no usable answer: {rung.entry.call.failure}"
    if rung.is_call:
        return ANSWERS.get(rung.endpoint, "") if rung.message.status == 200 else ""
    if rung.leads_to:
        return f"to {place_of(rung)}{with_code(rung.location)}"
    exchange = rung.exchange
    if (exchange.method, rung.endpoint, exchange.status) == ("GET", "sign_in", 200):
        return "the sign-in form"
    return "page" if "html" in exchange.type else ""


def place_of(rung: Rung) -> str:
    server, path = rung.leads_to or (None, "")
    if server is None:
        return visible(Truncator(parts_of(rung.location or "").netloc).chars(MAX_PART)) or "another server"
    place = place_in_words(server, path)
    if server == rung.server:
        return place
    return f"{server.title}’s {place}" if server.endpoint_at(path) == "callback" else server.title


def with_code(location: Address | str | None) -> str:
    code = parameters_in(location).get("code")
    return f", with code {render_masked(code)}" if code else ""


def no_cookie_in_words(rung: Rung) -> str:
    """Why none came, where that tells something."""
    if rung.has_been_refused:
        return "no cookie: the browser refused it"
    if rung.kept_back:
        return f"no cookie: {rung.kept_back}"
    others = [f"{server.title}’s" for server in rung.held_elsewhere]
    if others:
        return f"no cookie: {get_text_list(others, 'and')} {'are' if len(others) > 1 else 'is'} for another host"
    return "no cookie"


@dataclass(frozen=True)
class Note:
    """What became of a row: its key ``was`` one, and is ``key`` now."""

    text: str
    was: Masked | None = None
    key: Masked | None = None


def notes_of(rung: Rung) -> list[Note]:
    """What became of the session row in that exchange."""
    was, key = key_of(rung.exchange.before), key_of(rung.exchange.after)
    notes = []
    for became in rung.became:
        clause = fate_of(became, rung.exchange.stored_as).clause
        match became:
            case "made":
                notes.append(Note(f"made: {who_or_what(rung)}", key=key))
            case "rotated":
                notes.append(Note(who_or_what(rung, "with all its values"), was, key))
            case "deleted" if rung.ended_by:
                continue
            case "deleted" | "expired":
                notes.append(Note(clause, was))
            case "ended":
                notes.append(Note(clause, key=key))
            case "unread" | "overwritten":
                notes.append(Note(clause))
            case "unknown":
                notes.append(Note(f"{clause}: {rung.set_by.title} has set it" if rung.set_by else clause))
    if overlap := overlap_in_words(rung):
        notes.append(Note(overlap))
    if not rung.became and rung.changes:
        notes.append(Note(changes_in_short(rung), key=key))
    if gave_code_at_once(rung):
        notes.append(Note(f"names {rung.user}: no password form", key=key))
    return notes


def overlap_in_words(rung: Rung) -> str:
    """What another exchange of the same session, at the same time, has to do with this one."""
    if rung.ended_by:
        return f"could not save the session: {what_it_was(rung.ended_by)} had ended it meanwhile"
    if lost := rung.lost_update:
        names = get_text_list([visible(name) for name in lost.names], "and")
        return f"wrote over {names}, which {what_it_was(lost.by)} had changed meanwhile"
    return ""


def what_it_was(entry: Entry) -> str:
    """What changed a session while something else was under way: ``POST /logout/``."""
    if entry.is_exchange:
        return visible(f"{entry.exchange.method} {entry.exchange.path}")
    return "a logout token" if entry.change.is_by_logout_token else entry.change.by or "a command"


def key_of(row: SessionRow | None) -> Masked | None:
    return row.key if row else None


def gave_code_at_once(rung: Rung) -> bool:
    """Whether the provider answered a site with a code and showed no page: it knew who this is."""
    is_asked = (rung.message.method, rung.endpoint) == ("GET", "authorize")
    return is_asked and bool(rung.user) and "code" in parameters_in(rung.location)


def who_or_what(rung: Rung, otherwise: str = "") -> str:
    """Whom the row names since this exchange, else what is in it."""
    if rung.who_after and rung.who_after != rung.who_before:
        return f"user {rung.who_after}" + (f", {rung.user}" if rung.user else "")
    return otherwise or ", ".join(list(values_in(rung.exchange.after))[:3]) or "empty"


def changes_in_short(rung: Rung) -> str:
    """The first few: with both values where those are short, by name alone where a library keeps its own."""
    said = [change_in_short(change) for change in rung.changes[:3]]
    return ", ".join(said) + (f" and {len(rung.changes) - 3} more" if len(rung.changes) > 3 else "")


def change_in_short(change: dict[str, str]) -> str:
    before, after = change["before"] or "nothing", change["after"] or "nothing"
    if change["name"].startswith(OF_LIBRARIES) or max(len(before), len(after)) > MAX_SHOWN:
        return f"{change['name']} {change['how']}"
    return f"{change['name']} {before} → {after}"


def token_in_short(rung: Rung) -> str:
    """What became of the ID Token that the site looked at in this exchange; nothing where there was none."""
    token = rung.exchange.id_token
    if not token:
        return ""
    return token.refused or f"ID Token: {len(token.passed)} checks passed"
