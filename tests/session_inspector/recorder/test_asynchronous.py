"""Under ASGI: the same entries, and whatever waits for a database is not done in the event loop."""

import asyncio

import pytest
from asgiref.sync import async_to_sync, iscoroutinefunction
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import AsyncClient
from django.urls import path

from session_inspector.recorder import middleware
from session_inspector.recorder.middleware import RecorderMiddleware
from tests.recorded import recorded, the_only_entry

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.urls("tests.session_inspector.recorder.test_asynchronous"),
    pytest.mark.usefixtures("recording"),
]


async def who(request):
    user = await request.auser()
    return HttpResponse(user.get_username() or "nobody")


async def keep(request):
    await request.session.aset("color", request.GET["color"])
    await asyncio.sleep(0)  # another request goes on
    return HttpResponse("kept")


urlpatterns = [path("who/", who), path("keep/", keep)]


@pytest.fixture
def browser(settings):
    settings.MIDDLEWARE = [
        "session_inspector.recorder.middleware.RecorderMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ]
    return AsyncClient(headers={"host": settings.SERVER.netloc})


def test_an_asynchronous_view_is_recorded_with_whom_it_asked_for(browser):
    user = get_user_model().objects.create(username="oidc:7", first_name="ann")
    browser.force_login(user)
    assert async_to_sync(browser.get)("/who/").content == b"oidc:7"
    entry = the_only_entry()
    assert entry.exchange.user.name == "ann"
    assert entry.exchange.before.data["_auth_user_id"] == str(user.pk)


def test_of_two_at_once_each_has_its_own_row(browser, settings):
    other = AsyncClient(headers={"host": settings.SERVER.netloc})

    async def both():
        await asyncio.gather(browser.get("/keep/?color=red"), other.get("/keep/?color=blue"))

    async_to_sync(both)()
    found = {dict(entry.exchange.query)["color"].fingerprint: entry.exchange.after for entry in recorded()}
    assert {row.data["color"] for row in found.values()} == {"red", "blue"}
    assert Session.objects.count() == len(found) == 2


def test_nothing_is_read_or_written_in_the_event_loop(monkeypatch, rf):
    in_loop = []

    def noting(function):
        def called(*arguments):
            try:
                asyncio.get_running_loop()
                in_loop.append(function.__name__)
            except RuntimeError:
                pass
            return function(*arguments)

        return called

    for name in ("row_before", "row_after", "append", "learn_origin"):
        monkeypatch.setattr(middleware, name, noting(getattr(middleware, name)))

    async def get_response(request):
        return HttpResponse("answer")

    recorder = RecorderMiddleware(get_response)
    assert iscoroutinefunction(recorder)
    assert async_to_sync(recorder)(rf.get("/")).content == b"answer"
    assert len(recorded()) == 1
    assert in_loop == []
