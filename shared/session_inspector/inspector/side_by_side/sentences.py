"""The surprising thing first: what the servers know of this browser, in a sentence each."""

from dataclasses import replace

from django.contrib.humanize.templatetags.humanize import apnumber
from django.utils.text import capfirst, get_text_list

from session_inspector.inspector.observed.rungs import Rung
from session_inspector.inspector.observed.server_state import Column
from session_inspector.inspector.statement import Rule, Statement, resting_on


def of_columns(columns: list[Column]) -> Statement:
    """Which session cookie a browser refuses or lost to another server; else how many the servers saw, and whether any
    went to two of them; of a server that nobody asked it says nothing, and nothing of what is a guess."""
    columns = certain(columns)
    holding = [column for column in columns if column.session_cookie]
    without = [column.server.title for column in columns if column.last and column not in holding]
    newest = [column.session_cookie.newest if column.session_cookie else column.last for column in columns]
    if told := next(filter(None, (column.refused or column.taken or of_loss(column) for column in columns)), None):
        return told
    if shared := went_to_another(columns):
        return shared
    return Statement(of_number(holding, without), resting_on(newest), Rule.COOKIES)


def of_loss(column: Column) -> Statement | None:
    lost = column.lost
    return lost and replace(lost, text=f"{column.server.capital}: {lost}.")


def of_number(holding: list[Column], without: list[str]) -> str:
    number = len(holding)
    if not number:
        return f"A stranger to {get_text_list(without, 'and')}: no session cookie came."
    if number == 1:
        others = f" {capfirst(get_text_list(without, 'and'))} got none." if without else ""
        return f"One session cookie, at {holding[0].server.title}.{others}"
    return f"{capfirst(str(apnumber(number)))} servers, {apnumber(number)} session cookies, none in common."


def certain(columns: list[Column]) -> list[Column]:
    return [column for column in columns if not column.is_guess]


def went_to_another(columns: list[Column]) -> Statement | None:
    """A session key that one server set, and another received too."""
    owners = {
        held.cookie.value: (column, held)
        for column in columns
        for held in column.cookies.values()
        if held.cookie.role == "session" and held.last_set
    }
    for column in columns:
        for held in column.cookies.values():
            owner, there = owners.get(held.cookie.value, (column, held))
            if held.sent and owner is not column:
                text = f"A session cookie of {owner.server.title} went to {column.server.title} too."
                return Statement(text, resting_on([there.last_set, held.sent]))
    return None


def of_people(columns: list[Column]) -> Statement:
    """Whom the servers would take this visitor for, and of which nothing is recorded or certain."""
    shown = resting_on(entry for column in certain(columns) for entry in column.recognised_by)
    return Statement(of_names(columns), shown, Rule.RECOGNISED)


def of_names(columns: list[Column]) -> str:
    names = [(column.server.title, column.recognised) for column in certain(columns)]
    if len(names) == len(columns) > 1 and len({name for _, name in names}) == 1 and names[0][1]:
        everybody = "Both" if len(names) == 2 else f"All {apnumber(len(names))}"
        return f"{everybody} say you are {names[0][1]}."
    people = dict.fromkeys(name for _, name in names if name)
    said = [says([title for title, who in names if who == name], f"you are {name}") for name in people]
    strangers = [column.server.title for column in certain(columns) if column.last and not column.recognised]
    if strangers:
        said.append(f"{get_text_list(strangers, 'and')} {'does' if len(strangers) == 1 else 'do'} not know you")
    if unseen := [column.server.title for column in columns if not column.last]:
        said.append(f"of {get_text_list(unseen, 'and')} nothing is recorded")
    if unclear := [column.server.title for column in columns if column.last and column.is_guess]:
        said.append(f"of {get_text_list(unclear, 'and')} nothing is certain")
    return capfirst("; ".join(said)) + "."


def says(titles: list[str], what: str) -> str:
    return f"{get_text_list(titles, 'and')} {'says' if len(titles) == 1 else 'say'} {what}"


def of_password(columns: list[Column]) -> Statement | None:
    """Where passwords went, as far as the columns look back; None where none was seen."""
    seen = [(column, entry) for column in certain(columns) for entry in column.requests if Rung(entry).has_password]
    if not seen:
        return None
    servers = list(dict.fromkeys(column.server.title for column, _ in seen))
    latest = max(entry.at for _, entry in seen)
    alone = " alone" if len(servers) == 1 else ""
    when = "once" if len(seen) == 1 else f"{times(len(seen))}, last"
    lately = "In the newest entries, the" if any(column.is_cut for column in columns) else "The"
    text = f"{lately} password went to {get_text_list(servers, 'and')}{alone}, {when} at {latest:%H:%M:%S}."
    return Statement(text, resting_on(entry for _, entry in seen))


def times(number: int) -> str:
    return "twice" if number == 2 else f"{number} times"
