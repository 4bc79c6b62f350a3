"""The way from a session at Identity to the sessions here: it ends those and no other, wherever they lie."""

import contextlib
from datetime import timedelta
from importlib import import_module

import pytest
from django.contrib.auth import get_user_model, update_session_auth_hash
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from lab.misbehaving.answers import MISSING, from_now
from relying_party import backend, session_index
from relying_party.models import KnownSession, LogoutToken
from tests.relying_party.conftest import is_signed_in, noted_by, reason_shown
from tests.relying_party.test_renewal import make_due

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["db", "cached_db", "cache", "file"])
def engine(request, settings, tmp_path):
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{request.param}"
    settings.SESSION_FILE_PATH = str(tmp_path)
    return import_module(settings.SESSION_ENGINE)


@pytest.fixture
def signed_in_by(new_client, provider):
    """A browser in which somebody has signed in, by that session at Identity."""

    def signed_in_by(sid: object, sub: str = "7"):
        client = new_client()
        sign_in(client, provider, sid, sub)
        return client

    return signed_in_by


def sign_in(client, provider, sid: object, sub: str = "7") -> None:
    provider.claims |= {"sid": sid, "sub": sub}
    provider.userinfo["sub"] = sub
    asked = noted_by(provider, client.get("/oidc/authenticate/"))
    response = client.get("/oidc/callback/", {"code": "c", "state": asked["state"]})
    assert response.status_code == 302, response.content


def new_key(client) -> None:
    before = client.cookies["site_a_session"].value
    client.post("/values/new-key/", {"page": "values"})
    assert client.cookies["site_a_session"].value != before


def test_exactly_the_sessions_of_that_sid_end(engine, signed_in_by, tell, logout_token):
    one, twin, other_sid, other_person = (signed_in_by(*who) for who in (("a",), ("a",), ("b",), ("c", "8")))
    assert tell(logout_token(sid="a")).status_code == 200
    assert [is_signed_in(client) for client in (one, twin, other_sid, other_person)] == [False, False, True, True]
    assert KnownSession.objects.count() == 2


def test_without_a_sid_all_sessions_of_the_person_end(engine, signed_in_by, tell, logout_token):
    clients = [signed_in_by("a"), signed_in_by("b"), signed_in_by(MISSING), signed_in_by("c", "8")]
    assert tell(logout_token(sid=MISSING, sub="7")).status_code == 200
    assert [is_signed_in(client) for client in clients] == [False, False, False, True]


def test_a_sid_of_another_person_ends_nothing(signed_in_by, tell, logout_token):
    client = signed_in_by("a")
    assert tell(logout_token(sid="a", sub="8")).status_code == 200
    assert is_signed_in(client)


def test_a_sid_alone_is_enough(signed_in_by, tell, logout_token):
    client = signed_in_by("a")
    assert tell(logout_token(sid="a", sub=MISSING)).status_code == 200
    assert not is_signed_in(client)


def test_a_sid_of_another_provider_is_another(signed_in_by):
    signed_in_by("a")
    assert session_index.end(session_index.digest_of("http://evil.example", "a"), "", SessionStore) == 0
    assert session_index.end(session_index.digest_of("http://identity.localhost:8000", "a"), "", SessionStore) == 1


def test_a_new_key_is_followed(engine, signed_in_by, tell, logout_token):
    client = signed_in_by("a")
    new_key(client)
    new_key(client)
    assert tell(logout_token(sid="a")).status_code == 200
    assert not is_signed_in(client)


def test_a_sign_in_anew_by_another_session_at_identity_counts_from_then_on(signed_in_by, provider, tell, logout_token):
    client = signed_in_by("a")
    sign_in(client, provider, "b")
    tell(logout_token(sid="a"))
    assert is_signed_in(client)
    tell(logout_token(sid="b"))
    assert not is_signed_in(client)


def test_a_renewal_by_another_session_at_identity_counts_too(signed_in_by, provider, tell, logout_token):
    client = signed_in_by("a")
    make_due(client)
    provider.claims["sid"] = "b"
    asked = noted_by(provider, client.get("/shelf/"))
    client.get("/oidc/callback/", {"code": "c", "state": asked["state"]})
    tell(logout_token(sid="a"))
    assert is_signed_in(client)
    tell(logout_token(sid="b"))
    assert not is_signed_in(client)


def test_another_person_in_the_same_browser_is_not_ended_by_the_firsts_logout(
    engine, signed_in_by, provider, tell, logout_token
):
    client = signed_in_by("a")
    sign_in(client, provider, "b", "8")
    assert tell(logout_token(sid="a", sub="7")).status_code == 200
    assert is_signed_in(client)
    tell(logout_token(sid="b", sub="8"))
    assert not is_signed_in(client)


def test_whoever_signs_out_is_forgotten(engine, signed_in_by):
    client = signed_in_by("a")
    client.post("/oidc/logout/")
    assert not KnownSession.objects.exists()


def test_a_session_that_a_request_under_way_writes_again_after_its_end_lets_nobody_in(
    engine, signed_in_by, tell, logout_token
):
    client = signed_in_by("a")
    session = client.session
    values = dict(session.items())
    assert tell(logout_token(sid="a")).status_code == 200
    again = engine.SessionStore(session.session_key)
    again.update(values)
    with contextlib.suppress(UpdateError):  # the engine ``db`` looks and writes at once
        again._session_key = session.session_key
        again.save(must_create=engine.__name__.endswith((".cache", ".file", ".cached_db")))
    assert not is_signed_in(client)


def test_a_key_that_changes_while_the_session_is_ended_ends_too(engine, signed_in_by, tell, logout_token, monkeypatch):
    client, cycle_key = signed_in_by("a"), engine.SessionStore.cycle_key

    def told_meanwhile(session):
        session.load() if session.is_empty() else None
        assert tell(logout_token(sid="a")).status_code == 200
        cycle_key(session)

    monkeypatch.setattr(engine.SessionStore, "cycle_key", told_meanwhile)
    client.post("/values/new-key/", {"page": "values"})
    monkeypatch.undo()
    assert not is_signed_in(client)
    assert not Session.objects.exists()


def test_a_session_of_somebody_without_identity_changes_its_key_undisturbed(engine, client):
    client.post("/values/language/", {"language": "fr"})
    new_key(client)
    assert client.session["language"] == "fr"


# A logout token that overtakes the sign-in.


@pytest.fixture
def overtaken(client, begin, provider, tell, logout_token, monkeypatch):
    """The logout token comes once the site has Identity's answers, and before the sign-in is noted."""

    def overtaken(**claims):
        provider.claims["sid"] = "the-sid"
        userinfo_of = backend.userinfo_of

        def told_meanwhile(*arguments):
            assert tell(logout_token(**claims)).status_code == 200
            return userinfo_of(*arguments)

        monkeypatch.setattr(backend, "userinfo_of", told_meanwhile)
        response = client.get("/oidc/callback/", {"code": "c", "state": begin()["state"]})
        monkeypatch.setattr(backend, "userinfo_of", userinfo_of)
        return response

    return overtaken


@pytest.mark.parametrize("named", [{}, {"sid": MISSING}, {"sub": MISSING}])
def test_a_sign_in_that_a_logout_token_has_overtaken_is_refused(client, overtaken, named):
    response = overtaken(**named)
    assert (response.status_code, reason_shown(response)) == (403, "ended_meanwhile")
    assert "the provider has ended your session there meanwhile" in response.content.decode()
    assert not is_signed_in(client)
    assert not KnownSession.objects.exists()
    assert not Session.objects.exists()


@pytest.mark.parametrize("named", [{"sid": "another"}, {"sid": MISSING, "sub": "8"}])
def test_a_logout_token_of_another_does_not_hinder_a_sign_in(client, overtaken, named):
    assert overtaken(**named).status_code == 302
    assert is_signed_in(client)


def test_after_the_end_of_all_sessions_of_a_person_they_sign_in_anew(client, come_back, provider, tell, logout_token):
    tell(logout_token(sid=MISSING, iat=from_now(-2)))
    assert come_back().status_code == 302
    assert is_signed_in(client)


def test_a_logout_token_finds_the_session_that_a_sign_in_notes_at_the_same_time(
    client, come_back, provider, tell, logout_token, monkeypatch
):
    """The worst moment, on a database where transactions do not see each other: it is looked for again at the end."""
    provider.claims["sid"] = "the-sid"
    come_back()
    ends, end = [], session_index.end
    monkeypatch.setattr(
        session_index, "end", lambda *named: ends.append(named) or (end(*named) if len(ends) > 1 else 0)
    )
    tell(logout_token())
    assert not is_signed_in(client)


# What has ended by itself.


def test_sessions_that_ended_by_themselves_are_forgotten_after_a_day_a_few_at_a_time(engine, signed_in_by):
    living = signed_in_by("a")
    for number in range(session_index.MAX_CLEANUP + 1):
        KnownSession.objects.create(session_key=f"gone{number}", person="oidc:x")
    KnownSession.objects.update(looked_at=timezone.now() - timedelta(hours=25))
    signed_in_by("b")
    assert KnownSession.objects.filter(session_key__startswith="gone").count() in (1, 2)
    signed_in_by("c")
    assert not KnownSession.objects.filter(session_key__startswith="gone").exists()
    assert KnownSession.objects.count() == 3
    assert is_signed_in(living)


def test_a_session_that_has_expired_is_forgotten_though_its_row_is_still_there(signed_in_by):
    signed_in_by("a")
    Session.objects.update(expire_date=timezone.now() - timedelta(hours=1))
    KnownSession.objects.update(looked_at=timezone.now() - timedelta(hours=25))
    signed_in_by("b")
    assert Session.objects.count() == 2
    assert KnownSession.objects.count() == 1


def test_logout_tokens_that_have_long_expired_are_forgotten_a_few_at_a_time(signed_in_by):
    for number in range(session_index.MAX_CLEANUP + 2):
        LogoutToken.objects.create(jti=number, issued=0, until=timezone.now() - timedelta(minutes=number - 1))
    signed_in_by("a")
    assert LogoutToken.objects.count() == 2
    signed_in_by("b")
    assert LogoutToken.objects.get().jti == "0"


def test_looking_at_pages_asks_nothing_more_of_the_database(signed_in_by, django_assert_num_queries):
    client = signed_in_by("a")
    client.get("/shelf/")
    with django_assert_num_queries(3):  # the session, the recorder’s look at it, the user
        client.get("/shelf/")


def test_a_password_that_changes_changes_the_key_and_is_followed(engine, signed_in_by, tell, logout_token, rf):
    client = signed_in_by("a")
    session = engine.SessionStore(client.cookies["site_a_session"].value)
    request = rf.get("/")
    request.session, request.user = session, get_user_model().objects.get()

    def change(request):
        request.user.set_password("another")
        request.user.save()
        update_session_auth_hash(request, request.user)
        request.session.save()

    session_index.KnownSessionMiddleware(change)(request)
    client.cookies["site_a_session"] = request.session.session_key
    assert is_signed_in(client)
    tell(logout_token(sid="a"))
    assert not is_signed_in(client)
