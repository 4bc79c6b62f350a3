"""The session table, and one's own values in full."""

import zlib
from datetime import datetime, timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core import signing
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from lab.servers import SITE_A
from session_inspector.panel.views import MAX_COUNTED
from session_inspector.redaction import TOKENS
from tests.page import text_of

pytestmark = pytest.mark.django_db

TOKEN = "eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.eyJzdWIiOiI3In0.c2lnbmF0dXJl"


def other_session(**values):
    session = SessionStore()
    session.update(values)
    session.save()
    return session.session_key


def test_a_stranger_has_no_row(client):
    other_session(color="secret-of-another")
    page = text_of(client.get("/session/"))
    assert "1 session in this table. None is yours." in page
    assert "secret-of-another" not in page


def test_ones_own_row_is_found_by_an_index_and_decoded(client):
    client.post("/values/own/", {"name": "color", "value": "red"})
    other = other_session(color="secret-of-another")
    page = text_of(client.get("/session/"))
    key = client.session.session_key
    assert "2 sessions in this table. One is yours." in page
    assert f"session_key {key[:6]}…" in page
    assert 'color "red"' in page
    assert "SEARCH django_session USING INDEX" in page
    assert "secret-of-another" not in page
    assert other[:6] not in page
    assert key not in page


def test_what_a_row_holds_is_read_without_the_secret_key_and_made_with_it_only(client, settings):
    client.post("/values/own/", {"name": "color", "value": "red"})
    payload, *timestamp_and_signature = Session.objects.get().session_data.split(":")
    assert len(timestamp_and_signature) == 2
    assert signing.JSONSerializer().loads(decompressed(payload))["color"] == "red"
    assert client.session["color"] == "red"
    settings.SECRET_KEY = "another"
    assert "color" not in client.session


def decompressed(payload: str) -> bytes:
    encoded = signing.b64_decode(payload.removeprefix(".").encode())
    return zlib.decompress(encoded) if payload.startswith(".") else encoded


def test_clearsessions_says_what_it_removed_and_removes_nothing_else(client):
    client.get("/begin/value/")
    for _ in range(2):
        other_session()
    Session.objects.exclude(pk=client.session.session_key).update(expire_date=timezone.now() - timedelta(days=1))
    assert "Expired 2, still in the table" in text_of(client.get("/session/"))
    page = text_of(client.post("/session/clear/"))
    assert "clearsessions removed 2 rows past the expire date" in page
    assert "Rows 1 Expired 0" in page
    assert Session.objects.get().session_key == client.session.session_key
    assert "There was nothing to remove." in text_of(client.post("/session/clear/"))


def make_rows(number: int, expires: datetime) -> None:
    Session.objects.bulk_create(
        Session(session_key=f"{expires:%j}{n:029}", session_data="", expire_date=expires) for n in range(number)
    )


def test_what_is_more_than_the_page_counts_is_said_to_be_more(client):
    now = timezone.now()
    make_rows(MAX_COUNTED, now + timedelta(days=1))
    page = text_of(client.get("/session/"))
    assert f"{MAX_COUNTED} sessions in this table. None is yours." in page
    assert f"Rows {MAX_COUNTED} Expired 0" in page
    make_rows(MAX_COUNTED + 2, now - timedelta(days=1))
    page = text_of(client.get("/session/"))
    assert "More than 1,000 sessions in this table. None is yours." in page
    assert "Rows more than 1,000 This page counts no further. Expired more than 1,000, still in the table" in page


def test_no_count_looks_at_more_rows_than_the_page_says(client):
    with CaptureQueriesContext(connection) as asked:
        client.get("/session/")
    counts = [one["sql"] for one in asked if "COUNT(" in one["sql"]]
    assert len(counts) == 2
    assert all(f"LIMIT {MAX_COUNTED + 1}" in count for count in counts)


def test_a_row_of_mine_past_its_date_is_said_to_be_none(client):
    client.get("/begin/value/")
    Session.objects.update(expire_date=timezone.now() - timedelta(days=1))
    assert "Past: the row is still here, and Django treats it as none." in text_of(client.get("/session/"))
    assert SessionStore(Session.objects.get().session_key).load() == {}


@pytest.mark.parametrize(
    ("engine", "each"),
    [("cache", "a cache entry"), ("file", "a file"), ("signed_cookies", "in the cookie itself")],
)
def test_without_rows_in_a_table_the_page_says_what_each_session_is(client, settings, tmp_path, engine, each):
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{engine}"
    settings.SESSION_FILE_PATH = str(tmp_path)
    assert "None. A visit alone does not make one." in text_of(client.get("/session/"))
    client.get("/begin/value/")
    page = text_of(client.get("/session/"))
    assert f"No session is in a table here: each is {each}." in page
    assert f"Engine {engine} " in page
    assert "stored_at" in page
    assert "table django_session" not in page
    assert client.cookies["site_a_session"].value not in page
    assert client.cookies["site_a_session"].value in text_of(revealed(client))
    assert not Session.objects.exists()


def test_no_column_says_whose_a_row_is(signed_in):
    row = Session.objects.values().get()
    assert set(row) == {"session_key", "session_data", "expire_date"}
    assert "Zoë" not in str(row)


def revealed(client, origin: str = SITE_A.origin):
    """What the button *Show mine in full* answers, pressed on a page of that origin."""
    return client.post("/session/reveal/", headers={"origin": origin})


NEIGHBOURS = {
    "another port": f"http://{SITE_A.host}:9000",
    "another scheme": f"https://{SITE_A.netloc}",
    "a host beside it": SITE_A.origin.replace("site-a", "site-b"),
    "a parent": SITE_A.origin.replace("site-a.", ""),
    "another site": "http://evil.example",
    "none that is told": "null",
}


@pytest.mark.parametrize("origin", NEIGHBOURS.values(), ids=NEIGHBOURS)
def test_a_form_of_a_neighbour_reveals_nothing(signed_in, origin):
    response = revealed(signed_in, origin)
    assert (response.status_code, response["Location"]) == (302, "/session/")
    assert signed_in.session.session_key not in response.content.decode()


def test_nor_does_a_form_of_an_unknown_origin(signed_in):
    assert signed_in.post("/session/reveal/")["Location"] == "/session/"


def test_values_are_shown_in_full_by_post_only_to_their_owner_and_are_not_stored(signed_in, new_client):
    key = signed_in.session.session_key
    assert signed_in.get("/session/reveal/")["Location"] == "/session/"
    response = revealed(signed_in)
    assert key in response.content.decode()
    assert signed_in.session["_auth_user_hash"] in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert key not in revealed(new_client()).content.decode()


def test_tokens_and_state_stay_masked_even_then(client):
    session = client.session
    state = "S" + "t4Te" * 8
    session["oidc_states"] = {state: {"nonce": "N0nce" * 6, "code_verifier": "v3riFier" * 6}}
    session["oidc_id_token"] = session["oidc_access_token"] = session["oidc_refresh_token"] = TOKEN
    session.save()
    client.cookies["site_a_session"] = session.session_key
    page = revealed(client).content.decode()
    assert session.session_key in page
    for secret in (state, "N0nce" * 6, "v3riFier" * 6, TOKEN):
        assert secret not in page
    assert all(name in page for name in TOKENS)


def test_no_page_but_that_one_shows_a_key_a_token_or_a_hash_in_full(signed_in):
    signed_in.get("/")
    secrets = [signed_in.session.session_key, signed_in.session["_auth_user_hash"]]
    for path in ("/", "/values/", "/session/", "/stateless/", "/shelf/"):
        page = signed_in.get(path).content.decode()
        for secret in secrets:
            assert secret not in page, path


def test_the_page_about_forgetting_asks_first_and_names_the_cookies(client):
    client.get("/begin/value/")
    page = text_of(client.get("/session/forget/"))
    assert "Forget this browser at site A?" in page
    assert "site_a_session" in page
    assert "Forget me here, and go on to site B" in page
    assert Session.objects.count() == 1


def test_forgetting_deletes_the_row_and_every_cookie_and_goes_on(signed_in, settings):
    signed_in.get("/values/")
    response = signed_in.post("/session/forget/")
    assert response.headers["Location"] == "http://site-b.localhost:8002/session/forget/"
    assert {name: str(cookie["max-age"]) for name, cookie in response.cookies.items()} == {
        settings.SESSION_COOKIE_NAME: "0",
        settings.CSRF_COOKIE_NAME: "0",
    }
    assert Session.objects.count() == 0


def test_a_form_may_lead_on_to_the_next_server_and_to_no_other(client):
    policy = client.get("/session/forget/").headers["Content-Security-Policy"]
    assert "form-action 'self' http://identity.localhost:8000 http://site-b.localhost:8002;" in f"{policy};"


def test_cookies_of_others_are_left_alone_whatever_they_are_called(signed_in, settings):
    own = "; ".join(f"{name}={cookie.value}" for name, cookie in signed_in.cookies.items())
    response = signed_in.post("/session/forget/", headers={"cookie": f"{own}; prefs/theme=dark; x[y]=1; expires=1"})
    assert response.status_code == 302
    assert set(response.cookies) == {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME}


def test_a_browser_that_brings_nothing_is_not_known(client):
    assert "Site A knows nothing of this browser." in text_of(client.get("/session/forget/"))


def test_another_site_cannot_make_one_be_forgotten(new_client, signed_in):
    other = new_client(enforce_csrf_checks=True)
    other.cookies = signed_in.cookies
    assert other.post("/session/forget/").status_code == 403
    assert Session.objects.count() == 1
