"""The third part: what changed since the page before."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.auth import login
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.middleware import SessionMiddleware
from django.contrib.sessions.models import Session
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import timezone
from django.utils.crypto import get_random_string

from session_inspector.journal import writer
from session_inspector.journal.database import execute
from session_inspector.panel import history
from session_inspector.panel.changed import step_of, summary
from session_inspector.panel.kept import what_is_kept
from session_inspector.recorder.middleware import RecorderMiddleware
from tests.page import panel_of
from tests.recorded import configure, recorded, rewrite, spoil

pytestmark = pytest.mark.django_db


def changed(response):
    return panel_of(response)["changed"]


def bar(response):
    return panel_of(response)["bar"].partition("Changed: ")[2].partition(" Ends in")[0].partition(" Row ends")[0]


def test_nothing_is_said_to_have_changed_when_nothing_has(client):
    response = client.get("/begin/nothing/")
    assert "GET /begin/nothing/ → 200: nothing" in changed(response)
    assert bar(response) == "nothing"


def test_a_session_begins(client):
    response = client.get("/begin/value/")
    key = client.session.session_key
    assert f"A session began: key {key[:6]}…, a row, a cookie." in changed(response)
    assert "stored_at added" in changed(response)
    assert f"Set-Cookie: site_a_session ={key[:6]}… set" in changed(response)
    assert bar(response).startswith("a session began, stored_at nothing →")


def test_every_attribute_of_a_cookie_and_every_absence_that_matters_has_its_sentence(client):
    page = changed(client.get("/begin/value/"))
    for said in (
        "Max-Age=1209600 Kept for 2 weeks, also when the browser closes (not in a private window).",
        "Path=/ Sent to the addresses at and below this path.",
        "HttpOnly Scripts in a page cannot read it.",
        "SameSite=Lax From another site: sent when you follow a link",
        "no Domain This exact host only, but on any port.",
        "no Secure Also over plain http",
    ):
        assert said in page
    client.post("/values/timeout/", {"timeout": "0"})
    assert "no Max-Age Until the browser closes" in changed(client.get("/begin/nothing/"))


def test_the_redirect_that_led_here_is_told_too(client):
    client.get("/begin/value/")
    response = client.post("/values/language/", {"language": "fr"}, follow=True)
    assert (
        'POST /values/language/ → 302 seen in one entry Session data Name Before and after language added "fr"'
        in changed(response)
    )
    assert "GET /values/ → 200" in changed(response)
    assert bar(response).startswith('language nothing → "fr"')
    response = client.post("/values/language/", {"language": "de"}, follow=True)
    assert 'language changed "fr" → "de"' in changed(response)
    assert bar(client.get("/begin/nothing/")) == "nothing"  # told once


def test_a_new_key_is_shown_old_and_new(client):
    client.get("/begin/value/")
    old = client.session.session_key
    response = client.post("/values/new-key/", follow=True)
    new = client.session.session_key
    assert f"New key: {old[:6]}… → {new[:6]}…" in changed(response)
    assert "new key" in bar(response)


def test_a_flushed_session_is_shown_with_all_it_loses(client):
    client.get("/values/")  # gives the CSRF cookie that every browser with a form has
    client.get("/begin/value/")
    key = client.session.session_key
    response = client.post("/values/flush/", follow=True)
    assert f"The row {key[:6]}… was deleted, with all its values." in changed(response)
    assert "stored_at removed" in changed(response)
    assert "Set-Cookie: site_a_session deleted" in changed(response)
    assert "Max-Age=0 Forget it now" in changed(response)


def test_a_row_that_expires_by_hand_is_kept_and_its_cookie_deleted(client):
    client.get("/values/")  # gives the CSRF cookie that every browser with a form has
    client.get("/begin/value/")
    response = client.post("/values/expire/", follow=True)
    assert "is kept, with an expire date that has passed" in changed(response)
    assert "site_a_session" in changed(response)
    assert "row expired by hand" in bar(response)
    assert Session.objects.get().expire_date < timezone.now()


def test_an_expired_row_and_an_unknown_key_are_said(client):
    client.get("/begin/value/")
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert "is past its expire date: no session any more" in changed(client.get("/values/"))
    client.cookies["site_a_session"] = "a" * 32
    assert "The key that came finds no row: no session." in changed(client.get("/values/"))


@pytest.mark.django_db(transaction=True)
def test_what_somebody_else_did_to_the_row_is_told_apart(client):
    client.get("/values/")  # gives the CSRF cookie that every browser with a form has
    client.get("/begin/value/")
    key = client.session.session_key
    Session.objects.get().delete()
    response = client.get("/values/")
    assert f"Your row {key[:6]}… was deleted by something without its key" in changed(response)
    assert "1 row that was yours deleted" in bar(response)


def test_another_browsers_pages_are_not_told(client, new_client):
    client.get("/begin/value/")
    other = new_client()
    other.get("/begin/value/")
    other.post("/values/language/", {"language": "fr"})
    assert "language" not in changed(client.get("/begin/nothing/"))


def test_a_cookie_told_again_with_its_value_is_renewed_not_new(client):
    client.get("/values/")
    response = client.get("/values/")
    assert bar(response) == "1 cookie renewed"
    assert "its lifetime starts anew" in changed(response)


def test_with_the_recorder_off_the_panel_says_so_and_still_shows_this_response(client, settings):
    configure(settings, recording=False)
    response = client.get("/begin/value/")
    assert "The recorder is off" in changed(response)
    assert "A session began" in changed(response)


def test_a_journal_that_cannot_be_read_costs_the_history_only(client, monkeypatch):
    client.get("/begin/value/")

    def unreadable(exchange):
        execute("SELECT * FROM no_such_table")

    monkeypatch.setattr("session_inspector.panel.parts.since_the_page_before", unreadable)
    response = client.get("/begin/nothing/")
    assert response.status_code == 200
    assert "The journal cannot be read" in changed(response)


def test_an_entry_that_cannot_be_read_is_counted_and_said(client):
    client.get("/begin/value/")
    client.post("/values/language/", {"language": "fr"})
    spoil(recorded()[-1], content={})
    response = client.get("/values/")
    assert response.status_code == 200
    assert "1 entry of the journal cannot be shown" in changed(response)


def test_it_looks_back_a_limited_number_of_entries(client, monkeypatch):
    monkeypatch.setattr(history, "MAX_STEPS", 4)
    client.get("/begin/value/")
    for _ in range(6):
        client.post("/values/language/", {"language": "fr"})
    assert changed(client.get("/values/")).count("POST /values/language/ → 302") == 4


def test_a_new_session_after_an_expired_one_is_no_rotation(client):
    client.get("/begin/value/")
    old = client.session.session_key
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    response = client.get("/begin/value/")
    assert f"The row {old[:6]}… is past its expire date" in changed(response)
    assert "A session began" in changed(response)
    assert "New key" not in changed(response)
    assert "new row" in panel_of(response)["bar"]


def test_signing_in_as_somebody_else_is_a_new_session(signed_in, django_user_model):
    signed_in.get("/")
    old = signed_in.session.session_key
    other = django_user_model.objects.create(pk=8, username="oidc:8", first_name="dave", password="!")
    signed_in.get("/values/")

    def sign_in_as_other(request):
        login(request, other, "relying_party.backend.Backend")
        return HttpResponse("signed in")

    entry = exchange_of(signed_in, sign_in_as_other)
    assert step_of(entry).became == ["deleted", "made"]
    assert entry.exchange.before.key.starts == old[:6]


def exchange_of(client, view):
    """The entry of one request that the view answers."""
    request = RequestFactory().get("/", headers={"host": "site-a.localhost:8001"})
    request.COOKIES = {name: morsel.value for name, morsel in client.cookies.items()}
    request.user = AnonymousUser()
    RecorderMiddleware(convert_exception_to_response(SessionMiddleware(view)))(request)
    return request.exchange


@pytest.mark.parametrize("cookie", ["gone by its date", "deleted by hand"])
def test_a_session_cookie_that_comes_no_more_is_said(client, cookie):
    client.get("/values/")  # gives the CSRF cookie, by which the browser is still known
    client.get("/begin/value/")
    if cookie == "gone by its date":
        client.post("/values/timeout/", {"timeout": "30"})
        client.get("/begin/nothing/")
        for entry in (entry for entry in recorded() if entry.set_key):  # two minutes pass
            after = replace(entry.exchange.after, expires=timezone.now() - timedelta(seconds=90))
            rewrite(entry, at=entry.at - timedelta(seconds=120), after=after)
    key = client.cookies.pop("site_a_session").value
    response = client.get("/begin/nothing/")
    assert f"The cookie that led to row {key[:6]}… did not come any more." in changed(response)
    said = (
        "The row expired at"
        if cookie == "gone by its date"
        else "No record says that the row was deleted. This browser cannot find it"
    )
    assert said in changed(response)
    assert ("row expired" if cookie == "gone by its date" else "cookie gone") in bar(response)
    assert "did not come any more" not in changed(client.get("/begin/nothing/"))  # told once


def test_many_rows_removed_by_one_click_do_not_keep_the_page_from_saying_what_it_did(client):
    client.get("/values/")
    for _ in range(100):
        SessionStore().create()
    Session.objects.update(expire_date=timezone.now() - timedelta(days=1))
    assert "waits to be written" not in changed(client.post("/session/clear/"))


@pytest.mark.parametrize("engine", ["cache", "file", "signed_cookies"])
def test_a_lost_cookie_of_a_session_without_a_date_breaks_no_panel(client, settings, tmp_path, engine):
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{engine}"
    settings.SESSION_FILE_PATH = str(tmp_path)
    client.get("/values/")
    client.get("/begin/value/")
    del client.cookies["site_a_session"]
    assert "did not come any more" in changed(client.get("/begin/nothing/"))


def test_a_cookie_that_no_browser_keeps_is_said_to_be_too_large(client, settings):
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    client.get("/begin/value/")

    def keeps_much(request):
        request.session["much"] = get_random_string(5000)  # which cannot be compressed well
        return HttpResponse("kept")

    entry = exchange_of(client, keeps_much)
    (news,) = step_of(entry).set_cookies
    assert (news.what, news.cookie.size > 4096) == ("too large", True)
    assert summary([step_of(entry)]).startswith("1 cookie too large")  # the end of the bar may be cut off
    assert "over 4096 bytes" in render_to_string("session_inspector/panel/changed.html", {"steps": [step_of(entry)]})
    kept = {**what_is_kept(entry.exchange, entry.at, {}), "entry": entry}
    assert "; a browser drops the cookie" in render_to_string("session_inspector/panel/kept.html", kept)


def test_a_session_in_a_cookie_is_dropped_not_deleted(client, settings):
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    client.get("/begin/value/")

    def flushes(request):
        request.session.flush()
        return HttpResponse("flushed")

    step = step_of(exchange_of(client, flushes))
    assert summary([step]).startswith("session dropped")
    page = render_to_string("session_inspector/panel/changed.html", {"steps": [step]})
    assert "The server dropped the session in the cookie" in page


def test_a_row_that_somebody_deleted_during_the_request_is_gone(client):
    client.get("/begin/value/")

    def deleted_meanwhile(request):
        request.session["late"] = 1
        Session.objects.all()._raw_delete("default")  # no signal: as another server would
        return HttpResponse("too late")

    entry = exchange_of(client, deleted_meanwhile)
    assert entry.exchange.status == 400
    assert step_of(entry).became == ["deleted"]


def test_what_a_view_saves_itself_is_seen_though_it_is_not_marked_as_modified(client):
    client.get("/begin/value/")

    def saves(request):
        request.session["list"] = [1]
        request.session.save()
        request.session.modified = False
        return HttpResponse("failed", status=502)

    assert [value["name"] for value in step_of(exchange_of(client, saves)).values] == ["list"]


def test_a_value_that_comes_and_goes_on_the_way_is_no_change_for_the_bar(client):
    client.get("/values/")
    client.get("/begin/value/")
    client.post("/values/own/", {"name": "color", "value": "red"})
    response = client.post("/values/own/delete/", {"name": "color"}, follow=True)
    assert "color" not in bar(response)
    assert "color added" in changed(response)


@pytest.mark.django_db(transaction=True)
def test_of_a_row_that_was_deleted_it_is_not_said_that_it_is_there(client):
    client.get("/values/")
    client.get("/begin/value/")
    Session.objects.get().delete()
    del client.cookies["site_a_session"]
    page = changed(client.get("/values/"))
    assert "was deleted by something" in page
    assert "did not come any more" not in page


def test_another_key_than_that_of_the_page_before_is_said(client):
    client.get("/values/")
    client.get("/begin/value/")
    first = client.cookies.pop("site_a_session").value
    client.get("/values/")
    client.get("/begin/value/")
    second = client.cookies["site_a_session"].value
    client.cookies["site_a_session"] = first
    response = client.get("/begin/nothing/")
    assert f"row {first[:6]}…, not row {second[:6]}…" in changed(response)
    assert "another session" in bar(response)


def test_an_ordinary_expiry_is_not_by_hand(client):
    client.get("/begin/value/")
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    response = client.get("/", headers={"host": "evil.example"})  # answered before anybody looks at the session
    assert "by hand" not in bar(response)


def test_what_waits_to_be_written_is_said_to_be_unread(client, monkeypatch):
    client.get("/begin/value/")
    monkeypatch.setattr(writer, "resting_until", float("inf"))
    page = changed(client.get("/begin/nothing/"))
    assert "This exchange waits to be written into the journal" in page
    assert "a session began" not in page


def test_a_cookie_that_the_browser_refuses_says_why(client, settings):
    settings.SESSION_COOKIE_DOMAIN = "localhost"
    page = panel_of(client.get("/begin/value/", headers={"host": settings.SERVER.netloc}))
    assert "Changed: 1 cookie refused" in page["bar"]
    assert f"Set-Cookie: {settings.SESSION_COOKIE_NAME}" in page["changed"]
    assert "refused A browser refuses it. Domain=localhost: a name of one part" in page["changed"]
    assert "Kept for" not in page["changed"]
    assert "; a browser refuses the cookie" in page["kept"]
    assert "the cookie is kept" not in page["kept"]
