"""The surprising thing first: one sentence for a step, and one for the three servers side by side."""

from datetime import datetime

from shared.explain.places import AUTHENTICATE, CALLBACK, SIGN_IN
from shared.inspector.column import Column
from shared.inspector.ladder import Rung, Step
from shared.inspector.visitors import is_of_browser
from shared.inspector.words import changes_in_short, listed, titled
from shared.servers import IDENTITY, SERVERS

NUMBERS = ("no", "one", "two", "three")


def of_step(step: Step) -> str:
    """What one click did, computed from what was recorded."""
    if step.first.is_change:
        return of_change(step.first)
    if step.first.is_call:
        return of_lone_call(step.first)
    return of_sign_in(step) or of_failure(step) or of_session(step)


def of_ladder(steps: list[Step]) -> str:
    """The whole in one sentence: how often a password travelled, and whether a cookie answered instead."""
    typed = sum(rung.brought_password for step in steps for rung in step.rungs if is_of_browser(rung.entry))
    answered = any(is_without_password(step) for step in steps)
    times = NUMBERS[typed] if typed < len(NUMBERS) else str(typed)
    if typed == 1 and answered:
        return "The password travelled once. After that, a cookie at identity answered for you."
    if typed and answered:
        return f"The password travelled {times} times. In between, a cookie at identity answered for you."
    if answered:
        return "No password was asked: a cookie at identity answered for you."
    return "The password travelled to identity, and to no site." if typed else "Each click, message by message."


def is_without_password(step: Step) -> bool:
    """Whether a site signed somebody in, because identity knew them already."""
    met = any(rung.who_after and rung.who_after != rung.who_before for rung in of_sites(step))
    return met and identitys_cookie_came(step) and not any(rung.brought_password for rung in step.rungs)


def of_sites(step: Step) -> list[Rung]:
    return [rung for rung in step.rungs if is_of_browser(rung.entry) and rung.server != IDENTITY]


def of_change(rung: Rung) -> str:
    return f"{titled(rung.server)}: a row was {rung.content['what']} by something that did not come with its key"


def of_lone_call(rung: Rung) -> str:
    did = f"asked {rung.asked.title if rung.asked else rung.content['to']}" if "to" in rung.content else "was asked"
    return f"{titled(rung.server)} {did} by the back channel, in no exchange that was recorded"


def of_sign_in(step: Step) -> str:
    """Of a step that has to do with signing in; else nothing."""
    met = [rung for rung in step.rungs if rung.who_after and rung.who_after != rung.who_before]
    sites = [rung.server.title for rung in met if rung.server != IDENTITY]
    password = any(rung.brought_password for rung in step.rungs)
    if password and sites:
        return f"Password sent to identity: {listed(sites)} never saw it, and changed your session key"
    if password and met:
        return f"Password sent to identity, which now knows you as {met[-1].user}. No site was told"
    if password:
        return "Password sent to identity, and refused: nobody is signed in by it"
    if is_without_password(step):
        return f"{titled(met[-1].server)}: no password was asked, because identity’s cookie came along"
    if step.first.content["path"] == AUTHENTICATE and step.last.content["path"] == SIGN_IN:
        return f"{titled(step.first.server)} asks identity who you are: you have a session before anybody knows"
    return ""


def identitys_cookie_came(step: Step) -> bool:
    return any(rung.server == IDENTITY and rung.came_with_session_cookie for rung in step.rungs)


def of_failure(step: Step) -> str:
    status, server = step.last.content["status"], titled(step.last.server)
    if step.last.content["path"] == CALLBACK and status >= 400:
        return f"{server} did not sign you in, and answered {status}"
    return f"{server} answered {status}" if status >= 400 else ""


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
    asked = {rung.server for rung in step.rungs} | {call.asked for call in left.inside}
    untold = [server.title for server in SERVERS if server in left.held_elsewhere and server not in asked]
    ended = {"expired": "the row was past its expire date", "ended": "the row was given a date that has passed"}
    how = next((ended[became] for became in left.became if became in ended), "the row is deleted")
    return f"Signed out of {left.server.title}: {how}" + (f". Nobody told {listed(untold)}" if untold else "")


def of_recognition(rung: Rung) -> str:
    server = titled(rung.server)
    if not rung.came_with_session_cookie:
        return f"{server} met a stranger: no session cookie came, and none was set"
    if rung.user:
        return f"{server} knew {rung.user}, by the cookie alone"
    return f"{server} found the row by its cookie; nothing in it changed"


def of_columns(columns: list[Column]) -> str:
    """How many session cookies this browser has, and whether any went to two servers."""
    holding = [column for column in columns if column.session_cookie]
    number = len(holding)
    if not number:
        return "To every server this browser is a stranger: it has no session cookie."
    if shared := went_to_another(columns):
        return f"A session cookie of {shared[0]} went to {shared[1]} too."
    if number == 1:
        others = [column.server.title for column in columns if column not in holding]
        return f"One session cookie, at {holding[0].server.title}. {titled_list(others)} cannot see it."
    return f"{NUMBERS[number].capitalize()} servers, {NUMBERS[number]} session cookies, none in common."


def went_to_another(columns: list[Column]) -> tuple[str, str] | None:
    """Two servers, by title, that received the same session key."""
    prints = {column.session_cookie.cookie["value"]["print"]: column for column in columns if column.session_cookie}
    for column in columns:
        for held in column.cookies.values():
            owner = prints.get(held.cookie["value"]["print"])
            if held.sent and owner and owner is not column:
                return owner.server.title, column.server.title
    return None


def of_people(columns: list[Column], now: datetime) -> str:
    """Whom the servers would take this visitor for."""
    names = {column.server.title: column.recognises(now) for column in columns}
    people = sorted({name for name in names.values() if name})
    if not people:
        return "No server would say who you are."
    if len(people) == 1 and all(names.values()):
        return f"All three say you are {people[0]}."
    said = [says([title for title, who in names.items() if who == name], name) for name in people]
    strangers = [title for title, who in names.items() if not who]
    if strangers:
        said.append(f"{listed(strangers)} {'does' if len(strangers) == 1 else 'do'} not know you")
    sentence = "; ".join(said)
    return f"{sentence[:1].upper()}{sentence[1:]}."


def says(titles: list[str], name: str) -> str:
    return f"{listed(titles)} {'says' if len(titles) == 1 else 'say'} you are {name}"


def of_password(columns: list[Column]) -> str:
    """Where passwords went, as far as the columns look back; nothing where none was seen."""
    seen = [(column, entry) for column in columns for entry in column.requests if Rung(entry).brought_password]
    if not seen:
        return ""
    servers = list(dict.fromkeys(column.server.title for column, _ in seen))
    latest = max(entry.at for _, entry in seen)
    times = "once" if len(seen) == 1 else f"{len(seen)} times, last"
    alone = " alone" * (len(servers) == 1)
    return f"The password went to {listed(servers)}{alone}, {times} at {latest:%H:%M:%S}."


def titled_list(titles: list[str]) -> str:
    text = listed(titles)
    return text[:1].upper() + text[1:]
