"""The records, as they are written and read."""

import json
from dataclasses import MISSING, fields, replace
from datetime import UTC, datetime

import pytest

from session_inspector.journal.schema import (
    COLUMNS,
    VERSION,
    Address,
    BackChannelCall,
    CheckedToken,
    Cookie,
    Entry,
    Exchange,
    Failure,
    Kind,
    Masked,
    Measurement,
    Person,
    SessionChange,
    SessionRow,
    SetCookie,
    Sweep,
    Unreadable,
    Withheld,
    as_row,
    entry_of,
)

AT = datetime(2026, 11, 29, 7, 0, 0, 123456, tzinfo=UTC)
KEY = Masked("abcdef", "0123456789abcdef")
ADDRESS = Address("/next/", (("state", KEY), ("next", Address("/", (("a", "b"),))), ("a", "")))
ROW = SessionRow(
    KEY, {"n": 1, "x": None, "deep": {"list": [KEY, {"secret": Withheld()}, 1.5, True]}, "url": ADDRESS}, AT
)
TOKEN = CheckedToken({"alg": "RS256"}, {"aud": ["a", "b"], "nonce": KEY}, ("alg", "iss"), "aud", "Refused.")
EXCHANGE = Exchange(
    channel="front",
    method="GET",
    path="/",
    query=(("a", "1"), ("a", KEY)),
    form=(("password", Withheld()),),
    headers={"Host": "x", "Referer": ADDRESS},
    cookies=(Cookie("sessionid", KEY, "session"),),
    more_cookies=2,
    status=302,
    type="text/html",
    location=ADDRESS,
    set_cookies=(SetCookie("sessionid", KEY, "session", {"path": "/"}),),
    before=None,
    after=ROW,
    user=Person("1", "alice"),
    ms=1.5,
    id_token=TOKEN,
    logout_token=TOKEN,
    failed=Failure("what", "detail"),
)
CALL = BackChannelCall("x:8000", "POST", "/token", (), (("code", KEY),), None, {"id_token": KEY}, "too slow", 3.0)
CHANGE = SessionChange("deleted", ROW, "/oidc/backchannel-logout/", is_by_logout_token=True)
MEASURED = Measurement("expired rows", {"rows": (10.0, 100.0), "ms": (0.5, 1.0)})


@pytest.mark.parametrize("record", [EXCHANGE, CALL, CHANGE, Sweep(3, AT), MEASURED], ids=lambda one: type(one).__name__)
def test_a_record_is_read_as_it_was_written(record):
    entry = Entry(AT, "site_a", record, "j", "jar", "v", "k1", "k2", "c", participant=4, id=7)
    assert entry_of((7, *as_row(entry))) == entry


def row_with(content=None, **columns):
    values = dict(zip(COLUMNS, as_row(Entry(AT, "site_a", EXCHANGE)), strict=True)) | columns
    if content is not None:
        values["content"] = content if isinstance(content, str) else json.dumps(content)
    return (7, *(values[name] for name in COLUMNS))


def content_of(record):
    return json.loads(as_row(Entry(AT, "site_a", record))[-1])


@pytest.mark.parametrize(
    "wrong",
    [
        {"cookies": {}},
        {"cookies": [{"name": "x"}]},
        {"cookies": "x"},
        {"status": "200"},
        {"status": True},
        {"more_cookies": 1.5},
        {"headers": []},
        {"query": [["a"]]},
        {"query": ["ab", "cde"]},
        {"after": []},
        {"after": {"key": "x", "data": {}, "expires": None}},
        {"after": {"key": {"starts": "", "fingerprint": 1}, "data": {}, "expires": None}},
        {"after": {"key": {"starts": "", "fingerprint": ""}, "data": {}, "expires": "tomorrow"}},
        {"user": "alice"},
        {"location": 7},
        {"ms": "1"},
        {"unheard": "of"},
    ],
    ids=str,
)
def test_what_has_another_form_is_unreadable(wrong):
    with pytest.raises(Unreadable):
        entry_of(row_with(content_of(EXCHANGE) | wrong))


@pytest.mark.parametrize("record", [EXCHANGE, CALL, CHANGE, Sweep(3, AT), MEASURED], ids=lambda one: type(one).__name__)
def test_what_lacks_a_field_that_every_record_of_its_kind_has_is_unreadable(record):
    content = content_of(record)
    for name in (one.name for one in fields(record) if one.default is MISSING):
        lacking = {key: value for key, value in content.items() if key != name}
        with pytest.raises(Unreadable):
            entry_of(row_with(lacking, kind=record.KIND))


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("content", [{}, [], ["a"], "x", 7, True], ids=str)
@pytest.mark.parametrize("version", range(1, VERSION + 1))
def test_what_is_no_record_at_all_is_unreadable_in_each_version(kind, content, version):
    with pytest.raises(Unreadable):
        entry_of(row_with(content, kind=kind, version=version))


@pytest.mark.parametrize(
    "columns",
    [{"kind": "thought"}, {"version": 0}, {"version": VERSION + 1}, {"at": "x"}, {"content": "no JSON"}],
    ids=str,
)
def test_what_no_recorder_wrote_is_unreadable(columns):
    with pytest.raises(Unreadable):
        entry_of(row_with(**columns))


def test_a_call_of_version_1_was_an_exchange_that_says_whom_it_asked():
    old = content_of(CALL) | {"to": "identity", "channel": "back", "cookies": [], "more_cookies": 0}
    read = entry_of(row_with(old, version=1, kind="exchange"))
    assert read.record == replace(CALL, to="identity")


def test_in_an_exchange_of_version_1_nobody_had_no_number_and_a_cookie_named_its_owner():
    old = content_of(EXCHANGE) | {"user": {"id": None, "name": ""}}
    for cookie in (*old["cookies"], *old["set_cookies"]):
        cookie["owner"] = "site_a"
    for name in ("address", "id_token", "logout_token", "failed"):
        del old[name]
    read = entry_of(row_with(old, version=1))
    assert read.record == replace(EXCHANGE, user=Person("", ""), id_token=None, logout_token=None, failed=None)


def test_a_change_of_version_1_was_a_logout_tokens_by_its_path():
    old = content_of(CHANGE)
    del old["is_by_logout_token"]
    assert entry_of(row_with(old, version=1, kind="session change")).record == CHANGE
    elsewhere = entry_of(row_with(old | {"by": "/"}, version=1, kind="session change"))
    assert not elsewhere.change.is_by_logout_token


LOOKALIKES = [
    {"url": "/x", "query": ["red", "shoes"]},
    {"url": "/x", "query": []},
    {"starts": "a", "fingerprint": "b"},
    {"withheld": True},
]


@pytest.mark.parametrize("value", LOOKALIKES, ids=str)
def test_a_value_of_a_session_that_looks_like_one_of_the_records_is_read_as_what_it_is(value):
    change = replace(CHANGE, row=replace(ROW, data={"search": value, "in": [value]}))
    assert entry_of((7, *as_row(Entry(AT, "site_a", change)))).record == change


@pytest.mark.parametrize(
    "wrong",
    [
        {"after": {"key": {"starts": "", "fingerprint": ""}, "data": {}, "expires": "2026-11-29T07:00:00"}},
        {"query": ["ab"]},
        {"query": [{"a": 1, "b": 2}]},
        {"location": {"$": "address", "url": "/", "query": [[7, "x"]]}},
    ],
    ids=str,
)
def test_what_is_almost_right_is_unreadable_too(wrong):
    with pytest.raises(Unreadable):
        entry_of(row_with(content_of(EXCHANGE) | wrong))


def test_json_of_a_great_depth_is_unreadable():
    with pytest.raises(Unreadable):
        entry_of(row_with(content="[" * 100_000 + "]" * 100_000))


def test_in_version_1_what_stands_for_a_value_had_no_mark():
    old = {"what": "deleted", "by": "", "row": {"key": {"starts": "abcdef", "fingerprint": KEY.fingerprint}, "data": {
        "secret": {"withheld": True}, "url": {"url": "/", "query": [["code", {"starts": "", "fingerprint": "f"}]]},
    }, "expires": None}}  # fmt: skip
    data = entry_of(row_with(old, version=1, kind="session change")).change.row.data
    assert data == {"secret": Withheld(), "url": Address("/", (("code", Masked("", "f")),))}
