"""Recorded values, as text and compared."""

import json
import re
from typing import Any

from django.template.defaultfilters import pluralize

from session_inspector.journal.schema import Address, Masked, OfType, Parameters, SessionRow, Value, Withheld

# How the names begin under which Django and the libraries keep what a learner need not see first.
OF_LIBRARIES = ("_auth_user_backend", "_auth_user_hash", "_session_expiry", "_messages", "oidc_", "account_", "sign_in")

MAX_SHOWN = 120  # characters of one value
INVISIBLE = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ud800-\\udfff]")


def of_unreadable(number: int) -> str:
    """What is said of so many entries that could not be read; nothing of none."""
    if not number:
        return ""
    entries, them = pluralize(number, "entry,entries"), pluralize(number, "it,them")
    return f"{number} {entries} of the journal cannot be shown: no recorder of this version wrote {them}."


def values_in(row: SessionRow | None) -> dict[str, Value]:
    return row.data if row else {}


def as_text(value: Value) -> str:
    """A recorded value as a page shows it: JSON, with ``abcdef…`` for what was masked, and no longer than fits."""
    if isinstance(value, OfType):
        return f"({value.type})"
    text = json.dumps(render_masked(value), ensure_ascii=False)
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"


def render_masked(value: Value) -> Any:
    match value:
        case Masked(starts=starts):
            return f"{starts}…"
        case Withheld():
            return "not kept"
        case OfType(type=name):
            return f"({name})"
        case Address(url=url, query=query):
            return url + query_of(query)
        case list():
            return [render_masked(item) for item in value]
        case dict():
            return {name: render_masked(item) for name, item in value.items()}
    return value


def in_line(value: Value) -> str:
    """A recorded value as it stands in a message: ``abcdef…`` for what was masked, an address with its query."""
    shown = render_masked(value)
    return visible(shown if isinstance(shown, str) else json.dumps(shown, ensure_ascii=False))


def visible(text: str) -> str:
    """Without what would break a line or turn it round: ``\\u202e`` written out."""
    return INVISIBLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def query_of(pairs: Parameters) -> str:
    """The recorded parameters as they stand in an address, with the question mark."""
    query = "&".join(f"{visible(name)}={in_line(value)}" for name, value in pairs)
    return f"?{query}" if query else ""


def changed_values(before: dict[str, Value], after: dict[str, Value]) -> list[dict[str, str]]:
    """A row for each name whose value is not what it was: ``{"name", "how", "before", "after"}``, as text."""
    names = [*before, *(name for name in after if name not in before)]
    return [
        {
            "name": name,
            "how": "added" if name not in before else "removed" if name not in after else "changed",
            "before": as_text(before[name]) if name in before else "",
            "after": as_text(after[name]) if name in after else "",
        }
        for name in names
        if name not in before or name not in after or before[name] != after[name]
    ]
