"""On or off, the recorder changes nothing: every response, every cookie and every row is the same."""

import pickle
import re
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.contrib.sessions.backends.file import SessionStore
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import path
from django.utils import timezone

from tests.recorded import configure, number_of_entries

RECORDER = "session_inspector.recorder.middleware.RecorderMiddleware"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.urls("tests.session_inspector.recorder.test_neutral"),
]


def nothing(request):
    return HttpResponse("nothing")


def reads(request):
    return HttpResponse(str(sorted(request.session.items())))


def writes(request):
    request.session["count"] = request.session.get("count", 0) + 1
    return HttpResponse(request.session["count"])


def asks_who(request):
    return HttpResponse(request.user.get_username() or "nobody")


def cycles(request):
    request.session.cycle_key()
    return HttpResponse("cycled")


def flushes(request):
    request.session.flush()
    return HttpResponse("flushed")


def fails(request):
    request.session["half"] = "done"
    raise RuntimeError("broken")


VIEWS = [nothing, reads, writes, asks_who, cycles, flushes, fails]
urlpatterns = [path(f"{view.__name__}/", view) for view in VIEWS]

ENGINES = ["db", "cached_db", "cache", "file", "signed_cookies"]


@pytest.fixture(params=ENGINES)
def engine(request, settings, tmp_path):
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{request.param}"
    settings.SESSION_FILE_PATH = str(tmp_path)
    return request.param


def stranger(client):
    """No cookie at all."""


def unknown_key(client):
    client.cookies["site_a_session"] = "a" * 32


def malformed_key(client):
    client.cookies["site_a_session"] = "../../etc/passwd"


def with_values(client):
    client.get("/writes/")


def signed_in(client):
    client.force_login(get_user_model().objects.get())


def changed_password(client):
    signed_in(client)
    user = get_user_model().objects.get()
    user.set_password("another")
    user.save()


def expired(client):
    client.get("/writes/")
    session = client.session
    session.set_expiry(-60)
    session.save()
    client.cookies["site_a_session"] = session.session_key
    Session.objects.update(expire_date=timezone.now() - timedelta(minutes=1))


SITUATIONS = [stranger, unknown_key, malformed_key, with_values, signed_in, changed_password, expired]


def observed(settings, situation, view, recording):
    """All that can be seen of one request: the response, its cookies, and what is stored afterwards."""
    middleware = [name for name in settings.MIDDLEWARE if name != RECORDER]
    settings.MIDDLEWARE = [RECORDER, *middleware] if recording else middleware
    configure(settings, recording=recording)
    Session.objects.all().delete()
    cache.clear()
    for file in Path(settings.SESSION_FILE_PATH).iterdir():
        file.unlink()
    get_user_model().objects.all().delete()
    get_user_model().objects.create(pk=7, username="oidc:7", password="!")
    client = Client(headers={"host": settings.SERVER.netloc}, raise_request_exception=False)
    situation(client)
    response = client.get(f"/{view.__name__}/")
    stored = all_that_is_stored(
        Path(settings.SESSION_FILE_PATH)
    )  # before anything else is looked at: a look may change it
    store = import_module(settings.SESSION_ENGINE).SessionStore
    cookie = client.cookies.get("site_a_session")
    kept = store(cookie.value).load() if cookie and cookie.value else None
    cookies = [re.sub(r"=[\w.:-]{20,}", "=…", morsel.OutputString()) for morsel in response.cookies.values()]
    return (
        response.status_code,
        {name: value for name, value in response.headers.items() if name != "Date"},
        without_random(response.content.decode()),
        [re.sub(r"expires=[^;]+", "expires=…", cookie) for cookie in cookies],
        without_random(str(kept)),
        stored,
    )


def all_that_is_stored(folder):
    """Rows with their expire dates in minutes from now, cached sessions and session files, blind to their keys."""
    rows = [
        (row.get_decoded(), round((row.expire_date - timezone.now()).total_seconds() / 60))
        for row in Session.objects.all()
    ]
    # What has expired, a cache drops by itself whenever anybody asks for it.
    cached = [pickle.loads(value) for key, value in cache._cache.items() if not cache._has_expired(key)]
    files = [SessionStore().decode(file.read_text()) for file in folder.iterdir()]
    return [sorted(without_random(str(one)) for one in kind) for kind in (rows, cached, files)]


def without_random(text):
    return re.sub(r"[0-9a-f]{64}|\d{4}-\d\d-\d\dT[\d:]+", "…", text)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("situation", SITUATIONS)
def test_recording_changes_nothing(journal, settings, engine, situation, view, caplog):
    without = observed(settings, situation, view, recording=False)
    assert not number_of_entries()
    assert observed(settings, situation, view, recording=True) == without
    assert number_of_entries()
    assert [record for record in caplog.records if record.name.startswith("session_inspector.")] == []
