"""The second part: what this server keeps."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from session_inspector.explain.sessions import left
from session_inspector.session_store import store
from tests.page import panel_of
from tests.recorded import configure

pytestmark = pytest.mark.django_db


def kept(response):
    return panel_of(response)["kept"]


def test_the_row_with_its_place_its_end_and_whether_its_cookie_outlives_the_browser(client):
    client.get("/begin/value/")
    page = kept(client.get("/begin/nothing/"))
    assert f"Key {client.session.session_key[:6]}…" in page
    assert "Stored in database" in page
    assert "table django_session (engine db)" in page
    assert "in 13 d 23 h; the cookie is kept as long, also when the browser closes" in page
    client.post("/values/timeout/", {"timeout": "0"})
    assert "the cookie ends when the browser closes" in kept(client.get("/begin/nothing/"))


def test_the_bar_says_that_the_row_ends_then_where_the_cookie_ends_with_the_browser(client):
    client.get("/begin/value/")
    assert "Ends in 13 d 23 h" in panel_of(client.get("/begin/nothing/"))["bar"]
    client.post("/values/timeout/", {"timeout": "0"})
    assert "Row: 13 d 23 h" in panel_of(client.get("/begin/nothing/"))["bar"]


def test_the_countdown_is_a_time_that_a_script_can_read(client):
    client.get("/begin/value/")
    ends = Session.objects.get().expire_date.strftime("%Y-%m-%dT%H:%M:%S")
    assert f'<time class="countdown" datetime="{ends}' in client.get("/begin/nothing/").content.decode()


@pytest.mark.parametrize(
    ("ahead", "written"),
    [
        (timedelta(days=13, hours=23), "13 d 23 h"),
        (timedelta(hours=1, minutes=2, seconds=3), "1:02:03"),
        (timedelta(minutes=59, seconds=42), "59:42"),
        (timedelta(seconds=-5), "0:00"),
    ],
)
def test_the_time_left_is_written_as_the_script_goes_on_writing_it(ahead, written):
    now = timezone.now()
    assert left(now + ahead + timedelta(milliseconds=500), now) == written


def test_the_data_is_decoded_and_each_of_djangos_own_keys_explained(signed_in):
    page = kept(signed_in.get("/"))
    assert '_auth_user_id "7" Who you are: the number of a user in this server’s own table.' in page
    assert '_auth_user_backend "relying_party.backend.Backend" The class that recognised you' in page
    assert "_auth_user_hash" in page
    assert "visits 1 added How often this session saw the front page." in page


def test_what_django_and_its_libraries_keep_is_folded_below_what_the_site_keeps(signed_in):
    page = signed_in.get("/").content.decode()
    own, number, folded = page.partition("2 more, of Django and its libraries")
    assert "visits" in own
    assert "_auth_user_id" in own
    assert number
    assert "_auth_user_backend" in folded
    assert "_auth_user_hash" in folded


def test_the_user_and_the_value_it_came_from(signed_in):
    assert "request.user carol, from _auth_user_id" in kept(signed_in.get("/"))
    signed_in.logout()
    signed_in.get("/begin/value/")
    assert "request.user AnonymousUser: no _auth_user_id in this session" in kept(signed_in.get("/"))


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        (None, "No key came"),
        ("a" * 32, "The key that came finds no row"),
        ("../../etc/passwd", "The key that came finds no row"),
        ("<script>alert(1)</script>", "The key that came finds no row"),
    ],
)
def test_why_there_is_no_row(client, key, reason):
    if key:
        client.cookies["site_a_session"] = key
    response = client.get("/values/")
    assert response.status_code == 200
    assert reason in kept(response)
    assert b"alert(1)" not in response.content


def test_a_row_past_its_expire_date_is_none(client):
    client.get("/begin/value/")
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert "The key found a row past its expire date" in kept(client.get("/values/"))


def test_where_a_session_began_and_since_when_it_has_its_key(client):
    client.get("/begin/value/")
    client.post("/values/new-key/")
    client.post("/values/new-key/")
    page = kept(client.get("/begin/nothing/"))
    assert "with GET /begin/value/ seen in one entry Key since" in page
    assert "with POST /values/new-key/ seen in one entry Expires" in page


@pytest.mark.parametrize("engine", ["cached_db", "cache", "file", "signed_cookies"])
def test_each_engine_is_named(client, settings, tmp_path, engine):
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{engine}"
    settings.SESSION_FILE_PATH = str(tmp_path)
    client.get("/begin/value/")
    page = kept(client.get("/begin/nothing/"))
    assert f"(engine {engine})" in page
    assert "stored_at" in page


IN_WORDS = {
    "cached_db": ("cached row", "A session began: key {}, a cached row, a cookie."),
    "cache": ("cache entry", "A session began: key {}, a cache entry, a cookie."),
    "file": ("file", "A session began: key {}, a file, a cookie."),
    "signed_cookies": ("with the session in it", "A session began: the cookie {} carries its values."),
}


@pytest.mark.parametrize("engine", IN_WORDS)
def test_the_panel_speaks_of_rows_only_where_there_are_rows(client, settings, tmp_path, engine):
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{engine}"
    settings.SESSION_FILE_PATH = str(tmp_path)
    in_bar, began = IN_WORDS[engine]
    page = " ".join(panel_of(client.get("/begin/value/")).values())
    key = f"{client.cookies['site_a_session'].value[:6]}…"
    assert f"{in_bar} {key}" in page
    assert began.format(key) in page
    settings.SECRET_KEY = "another"
    store()(client.cookies["site_a_session"].value).delete()
    gone = " ".join(panel_of(client.get("/begin/nothing/")).values())
    refused = "The cookie that came has no signature of this server’s, or is too old"
    assert (refused if engine == "signed_cookies" else f"The key that came finds no {in_bar}") in gone
    assert engine == "cached_db" or not re.search(r"\brow\b", page + gone)


def test_a_row_that_the_cache_still_has_is_shown_as_the_site_sees_it(client, settings):
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
    client.get("/begin/value/")
    Session.objects.all()._raw_delete("default")
    page = kept(client.get("/begin/nothing/"))
    assert "stored_at" in page
    assert "Expires" not in page  # only the row had the date


def test_what_the_journal_did_not_see_is_not_claimed(client, settings):
    configure(settings, recording=False)
    client.get("/begin/value/")
    configure(settings, recording=True)
    client.get("/begin/nothing/")
    assert "Began" not in kept(client.get("/begin/nothing/"))
    client.post("/values/new-key/")
    page = kept(client.get("/begin/nothing/"))
    assert "Began" not in page
    assert "with POST /values/new-key/ seen in one entry Expires" in page


def test_an_error_page_does_not_say_nobody_where_it_did_not_ask(signed_in):
    signed_in.get("/")
    panel = panel_of(signed_in.get("/", headers={"host": "evil.example"}))
    assert "not asked who that is" in panel["bar"]
    assert "this page did not ask" in panel["kept"]
    assert "to evil.example" in panel["sent"]


def test_a_user_who_is_disabled_or_gone_is_nobody_for_that_reason(signed_in, django_user_model):
    signed_in.get("/")
    django_user_model.objects.update(is_active=False)
    assert "AnonymousUser: the user whom the row names is disabled" in kept(signed_in.get("/"))
    django_user_model.objects.all().delete()
    assert "AnonymousUser: the user whom the row names is not in this server’s table" in kept(signed_in.get("/"))


def test_who_has_another_password_is_nobody_for_that_reason(signed_in, django_user_model):
    signed_in.get("/")
    django_user_model.objects.update(password="another")
    assert "Nothing any more: the password hash in the row no longer fits" in kept(signed_in.get("/"))


def test_a_large_session_shows_every_name_and_of_large_values_the_beginning(signed_in):
    for n in range(15):
        signed_in.post("/values/own/", {"name": f"name{n}", "value": "😀" * 200})
    session = signed_in.session
    session["large"] = ["x" * 290] * 39
    session["larger"] = ["y" * 290] * 39
    session.save()
    panel = panel_of(signed_in.get("/"))
    assert '_auth_user_id "7"' in panel["kept"]
    assert "An empty row" not in panel["kept"]
    assert all(f"name{n}" in panel["kept"] for n in range(15))
    assert "larger" in panel["kept"]
    assert "carol" in panel["bar"]
