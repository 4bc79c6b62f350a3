"""What holds for any request and for any row of the journal, also for those that nobody thought of."""

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, parse_cookie
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from session_inspector.cookie_header import pairs_in
from session_inspector.explain.cookies import MAX_AGE, age_in, of_attributes
from session_inspector.inspector.export.har import har_of
from session_inspector.inspector.export.views import as_data
from session_inspector.journal.schema import (
    COLUMNS,
    Entry,
    Unreadable,
    as_json,
    as_row,
    entry_of,
    participant_in,
)
from session_inspector.recorder.exchange import Noted, cookies_of
from session_inspector.recorder.exchange import entry_of as recorded_entry_of
from session_inspector.recorder.session_snapshot import Row
from session_inspector.redaction import MAX_DEPTH, MAX_ITEMS, MAX_TEXT, Redactor, redacted_path
from tests.foreign_texts import JSON, LATIN, SECRETS, TEXTS
from tests.session_inspector.journal.test_schema import AT, EXCHANGE

often = settings(max_examples=150)
REDACTOR = Redactor(b"the key of this journal", frozenset({"item", "name"}))
NAMES = TEXTS | st.sampled_from(
    ["code", "state", "next", "redirect_uri", "item", "name", "password", "error", "oidc_states", "prompt", "Code", ""]
)


def written(part) -> str:
    """As it would be kept."""
    return json.dumps(part, default=as_json, ensure_ascii=False)


# Redaction


@often
@given(name=NAMES, secret=SECRETS, before=TEXTS, after=TEXTS)
@example(name="x", secret="x7QaB3cD5eF7gH9aB3cD5", before="a " * 145, after="")
def test_no_secret_gets_through_wherever_it_stands(name, secret, before, after):
    assume(secret[:7] not in name + before + after)
    around = f"{before}/{secret}.{after}"
    query = f"{quote(name)}={quote(around)}&{quote(secret)}={quote(name)}"
    kept = [
        REDACTOR.query(query),
        REDACTOR.pairs([(name, around), (secret, secret)]),
        REDACTOR.values({name: around, secret: [around, {secret: around, name: {name: [secret]}}]}),
        REDACTOR.url(f"http://user:{secret}@host/{around}?{query}#{secret}"),
        REDACTOR.url(f"/{around}"),
        redacted_path(f"/{around}"),
    ]
    for one in kept:
        assert secret[:7] not in written(one)


@often
@given(data=st.dictionaries(NAMES, JSON, max_size=6), query=TEXTS | LATIN)
def test_anything_can_be_kept_and_is_not_larger_than_it_may_be(data, query):
    kept = json.loads(written([REDACTOR.values(data), REDACTOR.query(query), REDACTOR.url(query)]))
    assert_small(kept)


@given(start=st.text(min_size=290, max_size=310), rest=TEXTS, items=st.integers(0, 200))
def test_what_is_large_is_cut(start, rest, items):
    data = {f"n{number}": [start + rest] * items for number in range(items)}
    assert_small(json.loads(written(REDACTOR.values(data))))


def assert_small(kept, depth: int = 0) -> None:
    """Texts, lists and dicts of a recorded value."""
    if isinstance(kept, str):
        assert len(kept) <= MAX_TEXT + 10
    elif isinstance(kept, list):
        assert len(kept) <= MAX_ITEMS
        for one in kept:
            assert_small(one, depth + 1)
    elif isinstance(kept, dict):
        assert len(kept) <= MAX_ITEMS
        assert depth <= 3 * MAX_DEPTH + 3
        for name, one in kept.items():
            assert len(name) <= MAX_TEXT + 10
            assert_small(one, depth + 1)


@given(text=st.text(max_size=400))
def test_what_is_kept_of_a_text_stays_when_it_is_kept_again(text):
    kept = REDACTOR.value("x", text)
    assume(isinstance(kept, str))
    assert REDACTOR.value("x", kept) == kept


# Cookies


COOKIES = LATIN | st.lists(
    st.sampled_from(["site_a_session=a", "site_a_session=b", "site_a_session =c", "site_a_session", "x=1", "=y", " "])
).map("; ".join)


@often
@given(header=COOKIES)
@example(header="site_a_session=a; site_a_session =b")
@example(header="site_a_session=a; site_a_session")
def test_cookies_are_read_as_django_reads_them(header):
    assert dict(pairs_in(header)).keys() == parse_cookie(header).keys()
    if '"' not in header:  # Django takes quotes away
        assert dict(pairs_in(header)) == parse_cookie(header)


@often
@given(header=COOKIES)
def test_of_each_name_one_cookie_is_taken_and_all_are_told(journal, header):
    request = HttpRequest()
    request.META["HTTP_COOKIE"] = header
    request.COOKIES = parse_cookie(header)
    cookies = cookies_of(request)
    assert sum(cookie.is_taken for cookie in cookies) == len(request.COOKIES)
    assert len(cookies) == len(pairs_in(header))


ATTRIBUTES = st.dictionaries(
    st.sampled_from(["max-age", "expires", "path", "domain", "samesite", "secure", "httponly"]),
    TEXTS | st.integers(-(10**30), 10**30).map(str),
)


@often
@given(attributes=ATTRIBUTES)
def test_attributes_of_a_set_cookie_are_always_explained(attributes):
    assert all(one.why is not None for one in of_attributes(attributes))
    age = age_in(attributes)
    assert age is None or age <= MAX_AGE


@given(name=st.text("abcXYZ_-", min_size=1), value=TEXTS, secret=SECRETS)
def test_whatever_a_request_brings_it_is_an_entry_without_the_secret(journal, name, value, secret):
    assume(secret[:7] not in value)
    request = HttpRequest()
    request.method = value[:30]
    request.path = f"/{value}/{secret}/"
    request.META |= {
        "QUERY_STRING": f"{value}={secret}",
        "HTTP_COOKIE": f"{name}={secret}",
        "HTTP_REFERER": f"http://x/{value}?{secret}",
        "HTTP_USER_AGENT": f"{'b ' * 146}{secret}",
        "HTTP_HOST": f"{secret}@{value}",
    }
    request.COOKIES = parse_cookie(request.META["HTTP_COOKIE"])
    response = HttpResponse(headers={"Location": f"/{secret}/?state={secret}"})
    response.set_cookie(name, secret)
    entry = recorded_entry_of(request, response, Row(""), Row(""), Noted(), AT, 0.1)
    assert secret[:7] not in written(entry)
    assert entry_of((1, *as_row(entry))).record == entry.record


# The journal


def row_of(content: object, **columns: object) -> tuple:
    row = dict(zip(COLUMNS, as_row(Entry(AT, "site_a", EXCHANGE)), strict=True))
    return (1, *{**row, "content": content if isinstance(content, str) else json.dumps(content), **columns}.values())


WRITTEN = json.loads(json.dumps(EXCHANGE, default=as_json))
CHANGED = st.dictionaries(st.sampled_from(list(WRITTEN)), JSON, max_size=3).map(lambda changes: WRITTEN | changes)
VERSIONS = st.sampled_from([1, 2, 0, 10**30, "2", None])
KINDS = st.sampled_from(["exchange", "call", "session change", "sweep", "measurement", "x", "", None, 7])


@often
@given(content=CHANGED | JSON | TEXTS, version=VERSIONS, kind=KINDS, at=TEXTS | st.just("2026-11-29 07:00:00"))
@example(content="[" * 100_000, version=2, kind="exchange", at="2026-11-29 07:00:00")
def test_a_row_of_the_journal_is_an_entry_or_unreadable(content, version, kind, at):
    try:
        entry = entry_of(row_of(content, version=version, kind=kind, at=at))
    except Unreadable:
        return
    again = entry_of((1, *as_row(entry)))
    assert as_row(again) == as_row(entry)


@often
@given(content=CHANGED)
def test_what_can_be_read_can_be_exported(journal, content):
    try:
        entry = entry_of(row_of(content))
    except Unreadable:
        return
    json.dumps([har_of([entry]), as_data(entry)], default=str).encode()


@often
@given(content=JSON.map(json.dumps) | TEXTS)
def test_a_participant_is_one_or_unreadable(content):
    with suppress(Unreadable):
        assert isinstance(participant_in(content).name, str)


@given(moment=st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1)), minutes=st.integers(-14 * 60, 14 * 60))
def test_a_time_comes_back_from_its_row(moment, minutes):
    at = moment.replace(tzinfo=UTC) + timedelta(minutes=minutes)
    assert entry_of((1, *as_row(Entry(at, "site_a", EXCHANGE)))).at == at
