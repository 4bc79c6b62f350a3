"""What is made of the settings is made once, and anew where a test changes them."""

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

from session_inspector.configuration import configuration, of_settings
from session_inspector.recorder.session_snapshot import as_stored
from tests.recorded import configure, recorded


def test_what_depends_on_settings_alone_is_made_once_for_each_argument():
    asked = []
    doubled = of_settings(lambda number: asked.append(number) or 2 * number)
    assert [doubled(2), doubled(2), doubled(3)] == [4, 4, 6]
    assert asked == [2, 3]


def test_another_setting_is_heeded_at_once(settings):
    configure(settings, title="One")
    assert configuration().title == "One"
    configure(settings, title="Another")
    assert configuration().title == "Another"


@pytest.mark.django_db
@pytest.mark.urls("site_a.urls")
@pytest.mark.usefixtures("recording")
def test_a_row_is_decoded_and_redacted_once_as_long_as_it_stays_as_it_is(client):
    session = SessionStore()
    session["color"] = "red"
    session.save()
    client.cookies["site_a_session"] = session.session_key
    for _ in range(3):
        client.get("/begin/")
    row = Session.objects.get()
    kept = as_stored(row.session_key, row.session_data, row.expire_date)
    assert kept.redacted is kept.redacted
    assert as_stored.cache_info().misses == 1
    assert [entry.exchange.before.data for entry in recorded()] == [{"color": "red"}] * 3
