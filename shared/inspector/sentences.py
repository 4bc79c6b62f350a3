"""The surprising thing first: one sentence for a step, for the ladder, and for the three servers side by side.

Each says what was recorded and no more: "nobody told identity" means that no request to it was, in that step.
"""

from shared.explain.places import AUTHENTICATE, AUTHORIZE, CALLBACK, SIGN_IN
from shared.inspector.board import Trial
from shared.inspector.column import Column
from shared.inspector.ladder import Ladder, Rung, Step
from shared.inspector.recorded import is_of_browser
from shared.inspector.ways import WAYS
from shared.inspector.words import at_the_beginning, changes_in_short, listed, titled
from shared.servers import IDENTITY, SERVERS

NUMBERS = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip


def of_ladder(ladder: Ladder, is_newest: bool = True) -> str:
    """The whole in one sentence: how often a password travelled, and whether a cookie answered instead."""
    typed = [n for n, step in enumerate(ladder.steps) if is_with_password(step)]
    answered = [n for n, step in enumerate(ladder.steps) if is_without_password(step)]
    where = "" if is_newest and ladder.earlier is None else " on this part of the ladder"
    if stray := next(filter(None, map(of_stray_password, ladder.steps)), ""):
        return f"{stray}."
    if len(typed) == 1 and answered and typed[0] < answered[0]:
        return f"The password travelled once{where}. After that, a cookie at identity answered for you."
    if typed and answered:
        return f"A password was accepted {times(typed)}{where}; {times(answered)} a cookie answered instead."
    if answered and any(is_with_refused_password(step) for step in ladder.steps):
        return f"No password was accepted{where}: a cookie at identity answered for you."
    if answered:
        return f"No password was asked{where}: a cookie at identity answered for you."
    return "The password travelled to identity, and to no site." if typed else "Each click, message by message."


def times(found: list) -> str:
    return {1: "once", 2: "twice"}.get(len(found), f"{len(found)} times")


def of_step(step: Step) -> str:
    """What one click did, computed from what was recorded."""
    if step.first.is_change:
        return of_change(step.first)
    if step.first.is_call:
        return of_lone_call(step.first)
    said = (of_it(step) for of_it in (of_stray_password, of_renewal, of_failed_callback, of_sign_in, of_status))
    return next(filter(None, said), "") or of_session(step)


def of_change(rung: Rung) -> str:
    if rung.is_by_identity:
        return f"Identity ended a session at {rung.server.title}: its logout token had the row {rung.content['what']}"
    return f"{titled(rung.server)}: a row was {rung.content['what']} by something that did not come with its key"


def of_lone_call(rung: Rung) -> str:
    did = f"asked {rung.asked.title if rung.asked else rung.content['to']}" if "to" in rung.content else "was asked"
    return f"{titled(rung.server)} {did} by the back channel, in no exchange that was recorded"


def of_stray_password(step: Step) -> str:
    """A password that went to another server than identity, which no page of the lab does."""
    stray = next((rung for rung in step.rungs if rung.brought_password and rung.server != IDENTITY), None)
    return f"A password was sent to {stray.server.title}, which has no use for one" if stray else ""


def of_renewal(step: Step) -> str:
    """Of a click on which a site asked identity again, silently, whether the person is still there."""
    asked = next((rung for rung in step.rungs if asks_silently(rung)), None)
    back = next((rung for rung in step.rungs if is_of_browser(rung.entry) and rung.content["path"] == CALLBACK), None)
    if asked is None:
        return ""
    again = f"{titled(step.first.server)} asked identity again, without a page"
    if back is None:
        return again
    if back.content["status"] >= 400:
        why = back.content.get("failed")
        return f"{again}, and could not use the answer{': ' + why['what'] if why else ''} ({back.content['status']})"
    if back.who_after == back.who_before:
        return f"{again}: {back.user or 'the person'} is still there"
    if back.who_after:
        return f"{again}: it is {back.user} there now, so the session of the other ended here"
    if dict(back.content["query"]).get("error") == "login_required":
        return f"{again}: nobody is there any more, so nobody is here"
    return f"{again}: it would have had to show one, so nobody is here"


def asks_silently(rung: Rung) -> bool:
    """Whether identity was asked and forbidden to show anything."""
    is_asked = is_of_browser(rung.entry) and rung.server == IDENTITY and rung.content["path"] == AUTHORIZE
    return is_asked and dict(rung.content["query"]).get("prompt") == "none"


def of_failed_callback(step: Step) -> str:
    status = step.last.content["status"]
    if step.last.content["path"] != CALLBACK or status < 400:
        return ""
    why = step.last.content.get("failed")
    because = f": {why['what']}" if why else ""
    return f"{titled(step.last.server)} did not sign you in{because} ({status})"


def of_sign_in(step: Step) -> str:
    """Of a step that has to do with signing in; else nothing."""
    sites = [rung.server.title for rung in met_in(step) if rung.server != IDENTITY]
    if is_with_password(step):
        if sites:
            return f"Password sent to identity, not to {listed(sites)}, which then gave your session a new key"
        who = next(rung.user for rung in met_in(step) if rung.server == IDENTITY)
        untold = "" if step.last.leads_to else ". No site was told"
        return f"Password sent to identity, which now knows you as {who}{untold}"
    if is_with_refused_password(step):
        return "Password sent to identity, and refused: nobody is signed in by it"
    if is_without_password(step):
        return f"{at_the_beginning(sites[-1])}: no password was asked, because identity’s cookie came along"
    if step.first.content["path"] == AUTHENTICATE and step.last.content["path"] == SIGN_IN:
        is_new = "made" in step.first.became
        noted = "you have a session before anybody knows" if is_new else "your session notes that it asked"
        return f"{titled(step.first.server)} asks identity who you are: {noted}"
    return ""


def met_in(step: Step) -> list[Rung]:
    """The exchanges in which a row began to name somebody."""
    rungs = [rung for rung in step.rungs if is_of_browser(rung.entry)]
    return [rung for rung in rungs if rung.who_after and rung.who_after != rung.who_before]


def is_with_password(step: Step) -> bool:
    """Whether identity accepted a password."""
    return any(rung.brought_password and rung.server == IDENTITY for rung in met_in(step))


def is_with_refused_password(step: Step) -> bool:
    """Whether the form came back, or a page that says why nobody is let in."""
    first = step.first
    is_at_form = is_of_browser(first.entry) and first.content["path"] == SIGN_IN
    return is_at_form and first.brought_password and not (first.leads_to and first.user)


def is_without_password(step: Step) -> bool:
    """Whether a site signed somebody in, because identity knew them already."""
    asked = any(rung.brought_password for rung in step.rungs if not rung.is_change)
    came = any(rung.server == IDENTITY and rung.came_with_session_cookie for rung in step.rungs if not rung.is_change)
    return came and not asked and any(rung.server != IDENTITY for rung in met_in(step))


def of_status(step: Step) -> str:
    status = step.last.content["status"]
    return f"{titled(step.last.server)} answered {status}" if status >= 400 else ""


def of_session(step: Step) -> str:
    """What became of a session, or who was recognised by it."""
    left = next((rung for rung in step.rungs if rung.who_before and not rung.who_after), None)
    if left:
        return of_leaving(left, step)
    for rung in step.rungs:
        server = titled(rung.server)
        match rung.became:
            case [*_, "made"]:
                return f"{server} began a session: a key, a row, a cookie"
            case ["rotated"]:
                return f"{server} gave the session a new key; its values came along"
            case ["deleted" | "ended" | "expired", *_]:
                return f"{server} has no session for this browser any more"
            case ["unknown"]:
                return f"{server} found no row for the key that came: a stranger again"
    told = next((rung for rung in step.rungs if rung.changes), None)
    if told:
        return f"{titled(told.server)} keeps in the row: {changes_in_short(told)}"
    return of_recognition(step.last)


def of_leaving(left: Rung, step: Step) -> str:
    """Whom identity tells later, the rungs after this one say; a site tells nobody by itself."""
    if left.server == IDENTITY:
        told = [call.server.title for call in left.inside if call.is_by_identity]
        and_told = f", and {listed(told)} told so" if told else ""
        return f"Signed out of identity: {how_left(left)}{and_told}"
    asked = {rung.server for rung in step.rungs} | {call.asked for call in left.inside}
    untold = [server.title for server in SERVERS if server in left.held_elsewhere and server not in asked]
    nobody_told = f". Nobody told {listed(untold)}" if untold else ""
    return f"Signed out of {left.server.title}: {how_left(left)}{nobody_told}"


def how_left(left: Rung) -> str:
    said = {
        "expired": "the row was past its expire date",
        "ended": "the row was given a date that has passed",
        "deleted": "the row is deleted",
    }
    return next((said[became] for became in left.became if became in said), "the row does not say any more who you are")


def of_recognition(rung: Rung) -> str:
    server = titled(rung.server)
    if not rung.came_with_session_cookie:
        return f"{server} met a stranger: no session cookie came, and none was set"
    if rung.user:
        return f"{server} knew {rung.user}, by the cookie alone"
    if rung.content["user"] is None:
        return f"{server} answered and did not ask who you are"
    if rung.who_after:
        return f"{server} found the row, and did not accept whom it names"
    return f"{server} found the row by its cookie; nothing in it changed"


def of_columns(columns: list[Column]) -> str:
    """How many session cookies this browser has, and whether any went to two servers."""
    holding = [column for column in columns if column.session_cookie]
    number = len(holding)
    if not number:
        asked = [column.server.title for column in columns if column.last]
        return f"A stranger to {listed(asked)}: this browser has no session cookie."
    if shared := went_to_another(columns):
        return f"A session cookie of {shared[0]} went to {shared[1]} too."
    if number == 1:
        others = [column.server.title for column in columns if column not in holding]
        return f"One session cookie, at {holding[0].server.title}. {at_the_beginning(listed(others))} cannot see it."
    return f"{at_the_beginning(NUMBERS[number])} servers, {NUMBERS[number]} session cookies, none in common."


def went_to_another(columns: list[Column]) -> tuple[str, str] | None:
    """Two servers, by title, that received the same session key."""
    prints = {column.session_cookie.cookie["value"]["print"]: column for column in columns if column.session_cookie}
    for column in columns:
        for held in column.cookies.values():
            owner = prints.get(held.cookie["value"]["print"])
            if held.sent and owner and owner is not column:
                return owner.server.title, column.server.title
    return None


def of_people(columns: list[Column]) -> str:
    """Whom the servers would take this visitor for, and of which nothing is recorded."""
    names = [(column.server.title, column.recognised) for column in columns]
    if len({name for _, name in names}) == 1 and names[0][1]:
        return f"All three say you are {names[0][1]}."
    people = dict.fromkeys(name for _, name in names if name)
    said = [says([title for title, who in names if who == name], f"you are {name}") for name in people]
    strangers = [column.server.title for column in columns if column.last and not column.recognised]
    if strangers:
        said.append(f"{listed(strangers)} {'does' if len(strangers) == 1 else 'do'} not know you")
    if unseen := [column.server.title for column in columns if not column.last]:
        said.append(f"of {listed(unseen)} nothing is recorded")
    return at_the_beginning("; ".join(said)) + "."


def of_ways() -> str:
    left = sum(bool(way.known) for way in WAYS)
    return (
        f"{at_the_beginning(NUMBERS[len(WAYS)])} ways to leave. After {NUMBERS[left]} of them somebody still knows you."
    )


def of_trial(trial: Trial) -> str:
    """What it has shown, as soon as all three were asked; until then, what is to be done next."""
    if trial.wrong:
        return f"Not as expected: {'; '.join(of_knowing(cell.server.title, cell.name) for cell in trial.wrong)}."
    if not trial.missing:
        known = [server.title for server in SERVERS if server in trial.way.known]
        know = "still knows you" if len(known) == 1 else "still know you"
        return f"As expected: {f'{listed(known)} {know}' if known else 'nobody knows you any more'}."
    if trial.is_under_way:
        return f"Now open {listed([server.title for server in trial.missing])}."
    return f"Try it: {trial.way.title[:1].lower()}{trial.way.title[1:]}."


def of_knowing(title: str, name: str) -> str:
    return f"{title} still knows {name}" if name else f"{title} does not know you any more"


def says(titles: list[str], what: str) -> str:
    return f"{listed(titles)} {'says' if len(titles) == 1 else 'say'} {what}"


def of_password(columns: list[Column]) -> str:
    """Where passwords went, as far as the columns look back; nothing where none was seen."""
    seen = [(column, entry) for column in columns for entry in column.requests if Rung(entry).brought_password]
    if not seen:
        return ""
    servers = list(dict.fromkeys(column.server.title for column, _ in seen))
    latest = max(entry.at for _, entry in seen)
    alone = " alone" * (len(servers) == 1)
    when = "once" if len(seen) == 1 else f"{times(seen)}, last"
    return f"The password went to {listed(servers)}{alone}, {when} at {latest:%H:%M:%S}."
