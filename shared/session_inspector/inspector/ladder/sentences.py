"""The surprising thing first: what the newest click did, and one sentence for each step.

Each says what was recorded and no more: "Identity was not told" means that no request to it was, in that step.
"""

from django.utils.text import capfirst, get_text_list

from session_inspector.explain.endpoints import parameters_in
from session_inspector.explain.sessions import fate_of, signs_in, why_not_accepted
from session_inspector.inspector.ladder.labels import changes_in_short, overlap_in_words, place_of
from session_inspector.inspector.ladder.steps import Ladder, Step
from session_inspector.inspector.observed.queries import is_of_browser
from session_inspector.inspector.observed.rungs import Rung
from session_inspector.inspector.statement import Rule, Statement, resting_on
from session_inspector.journal.participants import capital_of_provider, name_of_provider, participants, provider
from session_inspector.journal.schema import Store
from session_inspector.participant import Participant


def of_newest(ladder: Ladder, is_newest: bool = True) -> Statement:
    """What the newest click did, of those that are certainly this visitor's; of an earlier part nothing is new."""
    step = next((step for step in reversed(ladder.steps) if step.is_certain_click), None)
    if not is_newest or step is None:
        return Statement("Each click, message by message.")
    shown = [*step.entries, *(rung.entry for rung in step.told_later), *(rung.overlapping for rung in step.rungs)]
    return Statement(f"{of_step(step)}.", resting_on(shown), Rule.CLICK)


def of_step(step: Step) -> str:
    """What one click did, computed from what was recorded."""
    if step.first.is_change:
        return of_change(step.first)
    if step.first.is_call:
        return of_lone_call(step.first)
    kinds = (of_overlap, of_stray_password, of_renewal, of_failed_callback, of_sign_in, of_status)
    said = (of_it(step) for of_it in kinds)
    return of_no_click(step) + (next(filter(None, said), "") or of_session(step))


def of_overlap(step: Step) -> str:
    """Of two exchanges of one session at the same time, of which one got in the way of the other."""
    for rung in step.rungs:
        server = rung.server.capital
        if overlap := overlap_in_words(rung):
            return f"{server} {overlap}"
    return ""


def of_no_click(step: Step) -> str:
    """What is said before the sentence of a step that nobody clicked."""
    if step.first.is_ahead:
        return "Fetched ahead, before any click. "
    return "" if step.first.is_click else "Not asked for by a click. "


def of_change(rung: Rung) -> str:
    if rung.is_by_logout_token:
        ended = f"{capital_of_provider(rung.server)} ended a session at {rung.server.title}"
        return f"{ended}: the row was {rung.change.what} because of the logout token"
    return f"{rung.server.capital}: a row was {rung.change.what} by something without its key"


def of_lone_call(rung: Rung) -> str:
    if rung.client:
        return f"{rung.client.title} redeemed a code at {rung.server.title}, without the browser"
    asked = rung.asked.title if rung.asked else rung.entry.call.to
    did = f"asked {asked}" if rung.is_of_caller else "was asked"
    return f"{rung.server.capital} {did} over the back channel, outside every recorded exchange"


def of_stray_password(step: Step) -> str:
    """A password that went to another server than the one that signs people in."""
    openid_provider, password = provider(), password_in(step)
    if openid_provider is None or password is None or password.server == openid_provider:
        return ""
    return f"A password was sent to {password.server.title}, and not to {openid_provider.title}"


def of_renewal(step: Step) -> str:
    """Of a click on which a site asked the provider again, silently, whether the person is still there."""
    asked = next((rung for rung in step.rungs if asks_silently(rung)), None)
    back = next((rung for rung in step.rungs if is_of_browser(rung.entry) and rung.endpoint == "callback"), None)
    if asked is None:
        return ""
    again = f"{step.first.server.capital} asked {name_of_provider(step.first.server)} again, without a page"
    if back is None:
        return again
    if back.exchange.status >= 400:
        why = back.exchange.failed
        return f"{again}, and could not use the answer{': ' + why.what if why else ''} ({back.exchange.status})"
    if back.who_after == back.who_before:
        return f"{again}: {back.user or 'the person'} is still there"
    if back.who_after:
        return f"{again}: {back.user} is signed in there now, so the other user’s session ended here"
    if dict(back.exchange.query).get("error") == "login_required":
        return f"{again}: you are not signed in there any more, so not here either"
    return f"{again}: that needs a page, so you are not signed in here"


def asks_silently(rung: Rung) -> bool:
    """Whether the provider was asked and forbidden to show anything."""
    is_asked = is_of_browser(rung.entry) and rung.endpoint == "authorize"
    return is_asked and dict(rung.exchange.query).get("prompt") == "none"


def of_failed_callback(step: Step) -> str:
    last = step.last.exchange
    if step.last.endpoint != "callback" or last.status < 400:
        return ""
    because = f": {last.failed.what}" if last.failed else ""
    return f"{step.last.server.capital} did not sign you in{because} ({last.status})"


def of_sign_in(step: Step) -> str:
    """Of a step that has to do with signing in; else nothing."""
    password, met = password_in(step), met_in(step)
    sites = [rung for rung in met if rung.server != provider()]
    if password and is_with_password(step):
        to = f"Password sent to {password.server.title}"
        if sites:
            signed_in = sites[-1].server
            elsewhere = "" if signed_in == password.server else f", not to {signed_in.title}"
            return f"{to}{elsewhere}, {what_a_sign_in_did(sites[-1])}"
        untold = "" if step.last.leads_to else ". No site was told"
        return f"{to}, which now knows you as {password.user}{untold}"
    if password and password.who_before and password.who_before == password.who_after:
        return f"Password sent to {password.server.title}, which knew {password.user or 'the person'} already"
    if password:
        return f"Password sent to {password.server.title}{what_came_of_password(password)}: it did not sign you in"
    if is_without_password(step):
        site = sites[-1].server.capital
        return f"{site}: no password was asked for, because {name_of_provider(sites[-1].server)} got its own cookie"
    if told := stranger_that_told(sites):
        return f"{sites[-1].server.capital} signed you in: {told.title} said who you are"
    if brought := next((rung for rung in sites if rung.endpoint == "callback"), None):
        known_as = brought.user or f"user {brought.who_after}"
        return f"{brought.server.capital} knows you as {known_as} now: the browser brought it a code"
    if step.last.sent_to and "code" in parameters_in(step.last.location):
        return f"{step.last.server.capital} sent you to {step.last.sent_to.title} with a code"
    return of_asking(step)


def stranger_that_told(sites: list[Rung]) -> Participant | None:
    """The provider that was asked in the course of the last of these exchanges, where it does not record itself."""
    asked = (call.asked for rung in sites[-1:] for call in rung.inside if call.is_of_caller)
    return next((one for one in asked if one and one.is_stranger), None)


def of_asking(step: Step) -> str:
    """Of a step that ends where the person is asked: at the form of the provider, or at one that records nothing."""
    if step.first.endpoint != "authenticate" or step.last.endpoint not in ("authenticate", "sign_in"):
        return ""
    asked = name_of_provider(step.first.server) if step.last.endpoint == "sign_in" else place_of(step.last)
    is_new = "made" in step.first.became
    noted = "you have a session before you are signed in" if is_new else "your session notes that it asked"
    return f"{step.first.server.capital} asks {asked} who you are: {noted}"


def what_a_sign_in_did(rung: Rung) -> str:
    """Django's ``login`` keeps the key of who was signed in already, and begins anew for another person."""
    if "rotated" in rung.became:
        return "which then gave your session a new key"
    return "which then began a new session" if "made" in rung.became else "which then knew you"


def what_came_of_password(rung: Rung) -> str:
    """As the answer tells; why it was not accepted, it need not tell."""
    status = rung.message.status
    if status in (403, 429):
        return f", which did not look at it ({status})"
    return ", which shows the form again" if status == 200 else ""


def met_in(step: Step) -> list[Rung]:
    """The exchanges in which a row began to name somebody."""
    return [rung for rung in step.rungs if is_of_browser(rung.entry) and signs_in(rung.exchange)]


def password_in(step: Step) -> Rung | None:
    """The exchange in which the browser brought one."""
    return next((rung for rung in step.rungs if is_of_browser(rung.entry) and rung.has_password), None)


def is_with_password(step: Step) -> bool:
    """Whether a password was accepted."""
    return password_in(step) in met_in(step)


def is_without_password(step: Step) -> bool:
    """Whether a site signed somebody in, because the provider knew them already."""
    came = any(rung.server == provider() and rung.came_with_session_cookie for rung in step.rungs if not rung.is_change)
    return came and not password_in(step) and any(rung.server != provider() for rung in met_in(step))


def of_status(step: Step) -> str:
    status = step.last.exchange.status
    return f"{step.last.server.capital} answered {status}" if status >= 400 else ""


def of_session(step: Step) -> str:
    """What became of a session, or who was recognised by it."""
    left = next((rung for rung in step.rungs if rung.who_before and not rung.who_after), None)
    if left:
        return of_leaving(left, step)
    for rung in step.rungs:
        server, it = rung.server.capital, rung.exchange.stored_as
        match rung.became:
            case [*_, "made"] if it is Store.COOKIE:
                return f"{server} began a session: a cookie that carries its values"
            case [*_, "made"]:
                return f"{server} began a session: a key, a {it}, a cookie"
            case ["rotated"]:
                return f"{server} gave the session a new key; its values stayed"
            case ["deleted" | "ended" | "expired", *_]:
                return f"{server} has no session for this browser any more"
            case ["unread", *_]:
                return f"{server} could not read the {it}, so it did not know you"
            case ["unknown"] if it is Store.COOKIE:
                return f"{server} did not accept the cookie that came, so it did not know you"
            case ["unknown"]:
                whose = f", which {rung.set_by.title} has set" if rung.set_by else ""
                return f"{server} found no {it} for the key that came{whose}, so it did not know you"
    told = next((rung for rung in step.rungs if rung.changes), None)
    if told:
        return f"{told.server.capital} keeps in the {told.exchange.stored_as}: {changes_in_short(told)}"
    return of_recognition(step.last)


def of_leaving(left: Rung, step: Step) -> str:
    """Whom the provider told, also a moment later; a site tells nobody by itself."""
    if left.server == provider():
        told = [*(call for call in left.inside if call.is_by_logout_token), *step.told_later]
        titles = list(dict.fromkeys(call.server.title for call in told))
        and_told = f", and {get_text_list(titles, 'and')} {'were' if len(titles) > 1 else 'was'} told" if titles else ""
        return f"Signed out of {left.server.title}: {how_left(left)}{and_told}"
    asked = {rung.server for rung in step.rungs} | {call.asked for call in left.inside}
    untold = [server.title for server in participants() if server in left.held_elsewhere and server not in asked]
    nobody_told = (
        f". {capfirst(get_text_list(untold, 'and'))} {'were' if len(untold) > 1 else 'was'} not told" if untold else ""
    )
    return f"Signed out of {left.server.title}: {how_left(left)}{nobody_told}"


def how_left(left: Rung) -> str:
    if left.exchange.not_accepted:
        return why_not_accepted(left.exchange)
    store = left.exchange.stored_as
    ways = (became for became in left.became if became in ("expired", "ended", "deleted"))
    return next((fate_of(became, store).clause for became in ways), f"the {store} does not say any more who you are")


def of_recognition(rung: Rung) -> str:
    server, it = rung.server.capital, rung.exchange.stored_as
    if not rung.came_with_session_cookie:
        return f"{server} did not know you: no session cookie came, and none was set"
    if rung.user:
        return f"{server} knew {rung.user} only by the cookie"
    if rung.exchange.user is None:
        return f"{server} answered and did not ask who you are"
    if rung.who_after:
        return f"{server} found the {it}, but did not accept its user: {why_not_accepted(rung.exchange)}"
    if it is Store.COOKIE:
        return f"{server} read the session in its cookie; nothing in it changed"
    return f"{server} found the {it} by its cookie; nothing in it changed"
