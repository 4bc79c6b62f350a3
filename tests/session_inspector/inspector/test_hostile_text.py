"""Whatever stands in a recorded field, a page shows it as text."""

from dataclasses import fields, is_dataclass, replace
from enum import StrEnum

import pytest

from session_inspector.configuration import configuration
from session_inspector.journal.participants import announce
from session_inspector.journal.queries import add
from session_inspector.journal.schema import Entry, Masked
from session_inspector.participant import Participant
from tests.session_inspector.inspector.traffic import (
    START,
    address,
    answered,
    begin_sign_in,
    call,
    change,
    come_back,
    cookie,
    exchange,
    give_password,
    row,
    token,
    told,
)

MARKUP = "<script>x()</script>"
HOSTILE = [
    MARKUP,
    '"><img src=x onerror=x()>',
    "\x00\x1b[31m",
    "\u202egnp.exe\u2028",
    "\ud800",
    "a" * 20_000,
    "{{ 70007|add:70007 }}",
]


def spoilt(part, text):
    """The same record with that text in every field that holds one."""
    if isinstance(part, str) and not isinstance(part, StrEnum):
        return text
    if isinstance(part, tuple | list):
        return type(part)(spoilt(one, text) for one in part)
    if isinstance(part, dict):
        return {name: spoilt(one, text) for name, one in part.items()} | {text: text}
    if not is_dataclass(part):
        return part
    kept = {"channel", "method", "role", "what"} | ({"fingerprint"} if isinstance(part, Masked) else set())
    names = [field.name for field in fields(part) if field.name not in kept]
    return replace(part, **{name: spoilt(getattr(part, name), text) for name in names})


def everything():
    begin_sign_in()
    give_password()
    come_back()
    call(answer={"a": "b"}, failure="why", form=[("code", Masked("c", "1"))])
    answered()
    change("deleted", "k1", by="/path/")
    exchange(
        sends={"site_a_session": "k1"}, before=row("k1", a="b"), tells=[told("site_a_session", "k2", "site_a")],
        after=row("k2", language="c"), location=address("/x/", y="z"), query=[("q", "v")], form=[("f", "v")],
        id_token=token({"sub": "s"}, ["iss"], "aud", "why"),
    )  # fmt: skip
    exchange(cookies=(replace(cookie("site_a_session", "k1", "site_a"), is_taken=False),))


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_every_page_shows_it_as_text(client, text):
    everything()
    for n, entry in enumerate(stored()):
        add(Entry(START, entry.server, spoilt(entry.record, text), visitor="v1", journey="j1", sent_key=f"{n}"))
    announce(
        Participant("odd", f"http://{'odd'}:1", text, text, text, text[:1], 4, text, text, {"domain": text}, text, {})
    )
    client.post(
        "/visitors/name/",
        {"visitor": "v1", "name": text[:40].encode(errors="ignore").decode()},
        headers={"origin": configuration().inspector},
    )
    ids = ",".join(str(entry.id) for entry in stored()[-8:])
    pages = [
        "/",
        "/ladder/",
        "/visitors/",
        "/scenarios/",
        "/first-steps/",
        "/export/",
        f"/entries/{ids}/",
        "/journal.har",
    ]
    for path in [*pages, "/journal.json", *(f"/exchange/{entry.id}/" for entry in stored())]:
        answer = client.get(path, {"visitor": "v1"})
        assert answer.status_code == 200, path
        if "html" in answer["Content-Type"]:
            page = answer.content.decode()
            assert "<script>x" not in page, path
            assert "<img" not in page, path
            assert "140014" not in page, path


def stored():
    from tests.recorded import recorded

    return recorded()
