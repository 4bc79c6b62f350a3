"""The surprising thing first: what the servers know of this browser, in a sentence each."""

from django.contrib.humanize.templatetags.humanize import apnumber
from django.utils.text import capfirst, get_text_list

from session_inspector.inspector.ladder.sentences import times
from session_inspector.inspector.observed.rungs import Rung
from session_inspector.inspector.observed.server_state import Column


def of_columns(columns: list[Column]) -> str:
    """How many session cookies the servers saw, and whether any went to two of them; of a server that nobody asked it
    says nothing."""
    holding = [column for column in columns if column.session_cookie]
    without = [column.server.title for column in columns if column.last and column not in holding]
    number = len(holding)
    if not number:
        return f"A stranger to {get_text_list(without, 'and')}: no session cookie came."
    if shared := went_to_another(columns):
        return f"A session cookie of {shared[0]} went to {shared[1]} too."
    if number == 1:
        others = f" {capfirst(get_text_list(without, 'and'))} got none." if without else ""
        return f"One session cookie, at {holding[0].server.title}.{others}"
    return f"{capfirst(str(apnumber(number)))} servers, {apnumber(number)} session cookies, none in common."


def went_to_another(columns: list[Column]) -> tuple[str, str] | None:
    """Two servers, by title: the one that set a session key, and another that received it too."""
    owners = {
        held.cookie.value: column
        for column in columns
        for held in column.cookies.values()
        if held.cookie.role == "session" and held.last_set
    }
    for column in columns:
        for held in column.cookies.values():
            owner = owners.get(held.cookie.value)
            if held.sent and owner and owner is not column:
                return owner.server.title, column.server.title
    return None


def of_people(columns: list[Column]) -> str:
    """Whom the servers would take this visitor for, and of which nothing is recorded."""
    names = [(column.server.title, column.recognised) for column in columns]
    if len(names) > 1 and len({name for _, name in names}) == 1 and names[0][1]:
        everybody = "Both" if len(names) == 2 else f"All {apnumber(len(names))}"
        return f"{everybody} say you are {names[0][1]}."
    people = dict.fromkeys(name for _, name in names if name)
    said = [says([title for title, who in names if who == name], f"you are {name}") for name in people]
    strangers = [column.server.title for column in columns if column.last and not column.recognised]
    if strangers:
        said.append(f"{get_text_list(strangers, 'and')} {'does' if len(strangers) == 1 else 'do'} not know you")
    if unseen := [column.server.title for column in columns if not column.last]:
        said.append(f"of {get_text_list(unseen, 'and')} nothing is recorded")
    return capfirst("; ".join(said)) + "."


def says(titles: list[str], what: str) -> str:
    return f"{get_text_list(titles, 'and')} {'says' if len(titles) == 1 else 'say'} {what}"


def of_password(columns: list[Column]) -> str:
    """Where passwords went, as far as the columns look back; nothing where none was seen."""
    seen = [(column, entry) for column in columns for entry in column.requests if Rung(entry).brought_password]
    if not seen:
        return ""
    servers = list(dict.fromkeys(column.server.title for column, _ in seen))
    latest = max(entry.at for _, entry in seen)
    alone = " alone" if len(servers) == 1 else ""
    when = "once" if len(seen) == 1 else f"{times(seen)}, last"
    return f"The password went to {get_text_list(servers, 'and')}{alone}, {when} at {latest:%H:%M:%S}."
