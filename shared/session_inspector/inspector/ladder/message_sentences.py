"""One sentence for one message: what it asked or brought, and what the server did before it answered."""

from django.utils.text import get_text_list

from session_inspector.explain.endpoints import parameters_in
from session_inspector.explain.sessions import signs_in
from session_inspector.explain.values import in_line, visible
from session_inspector.inspector.exchange.messages import leads_to_form
from session_inspector.inspector.ladder.labels import gave_code_at_once, place_of, short_path
from session_inspector.inspector.ladder.messages import Message, Part
from session_inspector.inspector.ladder.sentences import asks_silently, of_change
from session_inspector.inspector.observed.rungs import Rung
from session_inspector.inspector.statement import Statement, resting_on
from session_inspector.journal.participants import name_of_provider, provider
from session_inspector.journal.schema import Store

SERVER_TO_SERVER = "server to server, without a cookie"


def of_message(message: Message) -> Statement:
    rung = message.rung
    return Statement(f"{text_of(message)}.", resting_on([rung.entry, rung.twin]))


def text_of(message: Message) -> str:
    rung = message.rung
    if rung.is_change:
        return of_change(rung)
    if message.part is Part.NOTE:
        return f"{rung.server.capital} was asked for {short_path(rung)}, {of_unknown_end(rung)}"
    if rung.is_call:
        return of_answer_to_call(rung) if message.part is Part.ANSWER else of_call(rung)
    return of_answer(rung) if message.part is Part.ANSWER else of_request(rung)


def of_unknown_end(rung: Rung) -> str:
    return "and no record says who asked" if rung.is_call else "and has no lane here any more"


def of_request(rung: Rung) -> str:
    """What the browser or a program asks, and whether a session cookie comes along."""
    title = rung.server.title
    cookie = f" and sends {title}’s session cookie" if rung.came_with_session_cookie else ", without a session cookie"
    return f"The {rung.asker} {what_is_asked(rung)}{cookie}"


def what_is_asked(rung: Rung) -> str:
    title, query = rung.server.title, dict(rung.exchange.query)
    if rung.has_password:
        return f"sends the password to {title}"
    if asks_silently(rung):
        return f"asks {title} who you are, with no page allowed"
    match rung.endpoint:
        case "authorize":
            return f"asks {title} who you are"
        case "authenticate":
            return f"asks {title} to sign you in"
        case "callback" if "code" in query:
            return f"brings {title} a code from {name_of_provider(rung.server)}"
        case "callback" if "error" in query:
            return f"brings {title} an error from {name_of_provider(rung.server)}, {in_line(query['error'])}"
        case "sign_in" if rung.exchange.method == "GET":
            return f"asks {title} for the sign-in form"
    if rung.exchange.method == "POST":
        return f"sends {title} a form, to {short_path(rung)},"
    return f"asks {title} for {short_path(rung)}"


def of_answer(rung: Rung) -> str:
    """What the server found and did, and what it then answered."""
    did = [*who_is_there(rung), *what_became_of_row(rung), what_it_answers(rung)]
    return f"{rung.server.capital} {get_text_list(did, 'and')}"


def who_is_there(rung: Rung) -> list[str]:
    if signs_in(rung.exchange):
        return [f"knows you as {rung.user or f'user {rung.who_after}'} from now on"]
    if rung.who_before and not rung.who_after:
        return ["does not know you any more"]
    return [f"finds {rung.user}’s {rung.exchange.stored_as}"] if rung.user else []


DONE = {  # by the fate of the row; ``{it}`` is what the session is stored as
    "made": "makes a session {it}",
    "rotated": "gives the session a new key",
    "unknown": "finds no {it} for the key that came",
    "unread": "cannot read the {it}",
    "overwritten": "writes over it",
    "deleted": "does not have the {it} any more",
    "expired": "finds the {it} past its expire date",
    "ended": "moves the {it}’s expire date into the past",
}
DONE_WITH_COOKIE = {
    **DONE,
    "unknown": "does not accept the cookie that came",
    "deleted": "drops the session in the cookie",
}


def what_became_of_row(rung: Rung) -> list[str]:
    it = rung.exchange.stored_as
    done = DONE_WITH_COOKIE if it is Store.COOKIE else DONE
    return [done[became].format(it=it) for became in rung.became] or ([f"changes the {it}"] if rung.changes else [])


def what_it_answers(rung: Rung) -> str:
    exchange = rung.exchange
    if exchange.status >= 400:
        why = f": {exchange.failed.what}" if exchange.failed else ""
        return f"answers {exchange.status}{why}"
    if gave_code_at_once(rung):
        return f"asks for no password: it sends the {rung.asker} back{to_site(rung)} with a code"
    if leads_to_form(rung):
        return f"sends the {rung.asker} to the sign-in form"
    if rung.leads_to:
        code = " with a code" if "code" in parameters_in(rung.location) else ""
        return f"sends the {rung.asker} on to {visible(place_of(rung))}{code}"
    if (rung.endpoint, exchange.status) == ("sign_in", 200):
        return "shows the sign-in form"
    return "shows a page" if "html" in exchange.type and exchange.status == 200 else f"answers {exchange.status}"


def to_site(rung: Rung) -> str:
    server = rung.leads_to[0] if rung.leads_to else None
    return f" to {server.title}" if server else ""


def of_call(rung: Rung) -> str:
    """What one server asks another."""
    caller, asked = (rung.client or rung.server).capital, rung.asked.title if rung.asked else rung.entry.call.to
    if rung.endpoint == "token" and "code" in dict(rung.message.form):
        return f"{caller} sends {asked} the code and asks for tokens, {SERVER_TO_SERVER}"
    if rung.endpoint == "jwks":
        return f"{caller} fetches the public keys of {asked}, {SERVER_TO_SERVER}"
    if rung.endpoint == "userinfo":
        return f"{caller} asks {asked} whose the access token is, {SERVER_TO_SERVER}"
    return f"{caller} asks {asked} for {short_path(rung)}, {SERVER_TO_SERVER}"


def of_answer_to_call(rung: Rung) -> str:
    asked = rung.asked.capital if rung.asked else rung.entry.call.to
    if rung.client:
        return f"{asked} answers {rung.message.status}"
    if rung.message.status is None:
        return f"{rung.server.capital} got no usable answer: {rung.entry.call.failure}"
    answer = rung.entry.call.answer
    if isinstance(answer, dict) and "id_token" in answer and rung.message.status == 200:
        return f"{asked} gives {rung.server.title} an ID Token: it says who you are"
    return f"{asked} answers {rung.message.status}"


def title_of(messages: list[Message]) -> str:
    """What one steps through: a sign-in at a site, or one click."""
    rungs = [message.rung for message in messages]
    sites = [rung.server for rung in rungs if rung.entry.journey and rung.server != provider()]
    return f"Signing in at {sites[-1].title}" if sites else "One click"
