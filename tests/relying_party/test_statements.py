"""What a request asks of the database: how often, for what, and that an index answers it."""

import re
from datetime import timedelta
from importlib import import_module
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from lab.misbehaving.answers import MISSING, from_now
from relying_party import session_index
from relying_party.models import KnownSession, LogoutToken
from relying_party.session_index import SID
from tests.relying_party.conftest import noted_by
from tests.relying_party.test_renewal import make_due

pytestmark = pytest.mark.django_db(transaction=True)  # so that BEGIN and COMMIT are counted, too

# What a page asks, and what for.
PAGE = [
    ("SELECT django_session", "the recorder: what is stored"),
    ("SELECT django_session", "who came"),
    ("SELECT auth_user", "who that is"),
]
# Up to the calls to the provider: the state is used up, and that is certain, before anything slow begins.
STATE = [
    ("SELECT django_session", "the recorder: what is stored"),
    ("SELECT django_session", "whether it knows the state: a stranger gets no lock"),
    ("BEGIN", "from here on nobody else changes the session"),
    ("SELECT django_session", "whether it still knows the state"),
    ("SAVEPOINT", "Django’s, of each saved session"),
    ("UPDATE django_session", "the state is used up"),
    ("RELEASE", ""),
    ("COMMIT", ""),
]
AFTERWARDS = [
    ("SELECT relying_party_logouttoken", "whether the provider has ended its session meanwhile"),
    ("SELECT relying_party_knownsession", "whether some ended by themselves long ago"),
    ("SELECT relying_party_logouttoken", "whether some have expired"),
]
SAVED = [("BEGIN", ""), ("UPDATE django_session", "the session with all that it was given"), ("COMMIT", "")]
# By a browser that this site does not know, of a person whom it knows.
CALLBACK = [
    *STATE,
    ("SELECT auth_user", "whose sub it is"),
    ("BEGIN", "the session, the person and the index change together"),
    ("SELECT django_session", "what became of the session while the provider was asked"),
    ("SELECT django_session", "login(): whether the new key is free"),
    ("SAVEPOINT", ""),
    ("INSERT django_session", "login(): the session under a new key"),
    ("RELEASE", ""),
    ("SELECT django_session", "login(): the row of the old key"),
    ("DELETE django_session", "login(): that row"),
    ("UPDATE auth_user", "last_login"),
    ("UPDATE relying_party_knownsession", "where the key had a row already"),
    ("SAVEPOINT", "Django’s, of update_or_create()"),
    ("SELECT relying_party_knownsession", ""),
    ("SAVEPOINT", ""),
    ("INSERT relying_party_knownsession", "the way from a logout token to this session"),
    ("RELEASE", ""),
    ("RELEASE", ""),
    ("COMMIT", ""),
    *AFTERWARDS,
    ("SELECT relying_party_knownsession", "whether the old key had a way to it"),
    *SAVED,
]
# By somebody who is signed in here, and was asked again silently.
RENEWAL = [
    *STATE,
    ("SELECT auth_user", "whose sub it is"),
    ("BEGIN", ""),
    ("SELECT django_session", "what became of the session while the provider was asked"),
    ("SELECT auth_user", "who is signed in here"),
    ("UPDATE relying_party_knownsession", "the way from a logout token to this session"),
    ("COMMIT", ""),
    *AFTERWARDS,
    *SAVED,
]


def ran(queries: CaptureQueriesContext) -> list[str]:
    """Verb and table of each statement."""
    return [short(query["sql"]) for query in queries.captured_queries]


def short(sql: str) -> str:
    verb, table = sql.split()[0], re.search(r'(?:FROM|INTO|UPDATE) "?(\w+)', sql)
    return f"{verb} {table[1]}" if table else verb


@pytest.fixture
def statements():
    """What was asked within, as it was written."""
    return lambda: CaptureQueriesContext(connection)


@pytest.fixture
def signed_in(signed_in):
    signed_in.get("/")
    return signed_in


def test_a_page(signed_in, statements):
    with statements() as queries:
        assert signed_in.get("/shelf/").status_code == 200
    assert ran(queries) == [statement for statement, _ in PAGE]


def test_a_sign_in_begins_with_the_row_of_a_session(client, statements):
    with statements() as queries:
        client.get("/oidc/authenticate/")
    assert ran(queries) == ["SELECT django_session", "BEGIN", "INSERT django_session", "COMMIT"]


def test_a_callback(signed_in, new_client, provider, statements):
    client = new_client()
    asked = noted_by(provider, client.get("/oidc/authenticate/"))
    with statements() as queries:
        assert client.get("/oidc/callback/", {"code": "c", "state": asked["state"]}).status_code == 302
    assert ran(queries) == [statement for statement, _ in CALLBACK]


def test_a_silent_callback(signed_in, provider, statements):
    make_due(signed_in)
    asked = noted_by(provider, signed_in.get("/", headers={"accept": "text/html"}))
    with statements() as queries:
        assert signed_in.get("/oidc/callback/", {"code": "c", "state": asked["state"]}).status_code == 302
    assert ran(queries) == [statement for statement, _ in RENEWAL]


def test_the_page_after_signing_out_asks_for_the_logout_token(signed_in, statements):
    there = signed_in.post("/oidc/logout-everywhere/")["Location"]
    state = parse_qs(urlsplit(there).query)["state"][0]
    with statements() as queries:
        assert signed_in.get("/signed-out/", {"state": state}).status_code == 200
    assert ran(queries) == ["SELECT relying_party_logouttoken"]


def test_an_index_answers_each_of_them(signed_in, new_client, provider, tell, logout_token, statements):
    provider.claims["sid"] = "another"
    with statements() as queries:
        client = new_client()
        asked = noted_by(provider, client.get("/oidc/authenticate/"))
        client.get("/oidc/callback/", {"code": "c", "state": asked["state"]})
        there = client.post("/oidc/logout-everywhere/")["Location"]
        client.get("/signed-out/", {"state": parse_qs(urlsplit(there).query)["state"][0]})
        for named in ({}, {"sid": MISSING}, {"sub": MISSING}):
            assert tell(logout_token(**named)).status_code == 200
        KnownSession.objects.create(session_key="gone", person="oidc:x")
        KnownSession.objects.update(looked_at=timezone.now() - timedelta(days=2))
        LogoutToken.objects.update(until=timezone.now() - timedelta(days=2))
        session_index.drop_old(import_module("django.contrib.sessions.backends.db").SessionStore)
    asked = {query["sql"] for query in queries.captured_queries if " WHERE " in query["sql"]}
    assert len(asked) > 30
    with connection.cursor() as cursor:
        plans = {sql: str(cursor.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()) for sql in asked}
    assert [sql for sql, plan in plans.items() if "SCAN" in plan] == []
    assert "SCAN" in str(connection.cursor().execute("EXPLAIN QUERY PLAN SELECT * FROM auth_user").fetchall())


def test_one_of_many_sessions_of_a_person_is_found_by_both_names():
    plan = KnownSession.objects.filter(sid="a", person="p").explain()
    assert "(person=? AND sid=?)" in plan


# A logout token for all sessions of a person.


def with_sessions(number: int, settings) -> list[str]:
    """Sessions of the person whom the provider calls 7."""
    store, person = import_module(settings.SESSION_ENGINE).SessionStore, KnownSession.objects.get().person
    keys = []
    for _ in range(number):
        session = store()
        session[SID] = ""
        session.create()
        KnownSession.objects.create(session_key=session.session_key, person=person)
        keys.append(session.session_key)
    return keys


@pytest.mark.parametrize("engine", ["db", "cached_db"])
def test_the_end_of_all_sessions_of_a_person_does_not_ask_more_of_more(
    come_back, settings, tell, logout_token, statements, engine
):
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{engine}"
    store, asked = import_module(settings.SESSION_ENGINE).SessionStore, []
    for number in (10, 200):
        come_back()
        keys = with_sessions(number, settings)
        with statements() as queries:
            assert tell(logout_token(sid=MISSING, iat=from_now(-2))).status_code == 200
        asked.append(len(queries))
        assert not any(SID in store(key) for key in keys)
        assert not Session.objects.exists()
        assert not KnownSession.objects.exists()
        cache.clear()
    few, many = asked
    assert many == few


def test_more_sessions_than_a_statement_takes_end_too(come_back, settings, tell, logout_token, monkeypatch):
    monkeypatch.setattr(session_index, "AT_ONCE", 3)
    come_back()
    with_sessions(7, settings)
    assert tell(logout_token(sid=MISSING, iat=from_now(-2))).status_code == 200
    assert not Session.objects.exists()
    assert not KnownSession.objects.exists()


def test_an_engine_of_ones_own_is_told_of_each_session(come_back):
    deleted = []

    class Store(import_module("django.contrib.sessions.backends.db").SessionStore):
        def delete(self, session_key=None):
            deleted.append(self.session_key)
            super().delete(session_key)

    come_back()
    known = KnownSession.objects.get()
    assert session_index.end("", known.person, Store) == 1
    assert deleted == [known.session_key]
