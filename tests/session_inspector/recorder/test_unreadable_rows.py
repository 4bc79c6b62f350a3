"""Rows that this server itself cannot read: Django takes them for empty, and the pages say what they are."""

import pytest
from django.contrib.sessions.backends import file
from django.contrib.sessions.models import Session
from django.test import override_settings

from session_inspector.explain.sessions import what_became_of_key
from session_inspector.journal.schema import Fault
from tests.page import panel_of
from tests.recorded import recorded

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("recording")]


def spoil_signature():
    row = Session.objects.get()
    row.session_data = row.session_data[:-3]
    row.save()


def spoil_json():
    from django.contrib.sessions.backends.db import SessionStore
    from django.core import signing

    row = Session.objects.get()
    row.session_data = signing.TimestampSigner(salt=SessionStore().key_salt).sign("bm8ganNvbg")
    row.save()


@pytest.mark.parametrize(
    ("spoil", "fault", "why"),
    [
        (spoil_signature, Fault.SIGNATURE, "its signature does not fit. Usual: another SECRET_KEY signed it."),
        (spoil_json, Fault.CONTENT, "its signature fits, and its content does not. Usual: another SESSION_SERIALIZER"),
    ],
)
def test_what_was_spoilt_in_the_table_is_recorded_as_unreadable(client, spoil, fault, why):
    client.get("/begin/value/")
    assert recorded()[-1].exchange.after.is_readable
    spoil()
    page = panel_of(client.get("/begin/"))
    before = recorded()[-1].exchange.before
    assert (before.is_readable, before.data, before.fault) == (False, {}, fault)
    assert f"This row is there and cannot be read: {why}" in page["kept"]
    assert f"was there and could not be read: {why}" in page["changed"]
    assert "An empty row" not in page["kept"]


@pytest.mark.parametrize("spoil", [spoil_signature, spoil_json])
def test_django_takes_it_for_empty(client, spoil):
    for n in (1, 2):
        assert f"in the session: {n}" in client.get("/stateless/plain/").content.decode()
    spoil()
    assert "in the session: 1" in client.get("/stateless/plain/").content.decode()


def test_the_exchange_that_writes_over_it_says_that_it_was_there(client):
    client.get("/begin/value/")
    spoil_signature()
    page = panel_of(client.get("/begin/value/"))
    exchange = recorded()[-1].exchange
    assert (exchange.before.fault, exchange.after.is_readable) == (Fault.SIGNATURE, True)
    assert what_became_of_key(exchange, recorded()[-1].at) == ["unread", "overwritten"]
    assert "So it was overwritten: what it held is lost." in page["changed"]
    assert "row not readable, row overwritten" in page["bar"]


def test_of_a_file_too(client, settings, monkeypatch, tmp_path):
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.file"
    monkeypatch.setattr(file.SessionStore, "_storage_path", str(tmp_path), raising=False)
    client.get("/begin/value/")
    (kept,) = tmp_path.iterdir()
    kept.write_text(kept.read_text()[:-3])
    client.get("/begin/")
    assert recorded()[-1].exchange.before.fault is Fault.SIGNATURE


def test_so_is_what_was_signed_with_another_secret_key(client):
    client.get("/begin/value/")
    with override_settings(SECRET_KEY="another" * 8):
        client.get("/begin/")
    assert not recorded()[-1].exchange.before.is_readable


def test_an_old_key_that_is_still_allowed_reads_it(client, settings):
    client.get("/begin/value/")
    old = settings.SECRET_KEY
    with override_settings(SECRET_KEY="another" * 8, SECRET_KEY_FALLBACKS=[old]):
        client.get("/begin/")
    assert recorded()[-1].exchange.before.is_readable


def test_an_empty_row_is_readable(client):
    client.get("/begin/value/")
    client.get("/begin/")
    row = Session.objects.get()
    row.session_data = type(row).get_session_store_class()().encode({})
    row.save()
    client.get("/begin/")
    assert recorded()[-1].exchange.before.is_readable
