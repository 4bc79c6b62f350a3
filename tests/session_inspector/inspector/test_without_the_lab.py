"""The pages with the package's own frame and templates, in a project that has nothing of the lab."""

import importlib.util

import pytest

from tests.page import text_of
from tests.recorded import configure
from tests.session_inspector.inspector.traffic import (
    exchange,
)


@pytest.fixture(autouse=True)
def another_project(settings):
    settings.INSTALLED_APPS = ["django.contrib.staticfiles", "session_inspector"]
    settings.MIDDLEWARE = [
        "session_inspector.inspector.middleware.from_own_pages_only",
        "session_inspector.inspector.middleware.JournalMiddleware",
    ]
    settings.TEMPLATES = [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": ["django.template.context_processors.request"],
                "libraries": {"inspector": "session_inspector.inspector.tags"},
            },
        }
    ]
    configure(settings, pages="session_inspector.inspector.pages.PAGES")
    settings.ROOT_URLCONF = imported_anew("session_inspector.inspector.urls")


def imported_anew(name):
    """A second copy of that module, beside the one that knows the lab's pages."""
    spec = importlib.util.find_spec(name)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_side_by_side_says_what_to_do_where_nothing_is_recorded(client):
    page = text_of(client.get("/"))
    assert "Nothing is recorded of this browser yet." in page
    assert "Open a page of one of the servers in another tab: it appears here." in page
    assert "first steps" not in page


def test_side_by_side_shows_each_server_and_which_cookie_went_where(client, signed_in):
    response = client.get("/?visitor=v1")
    page = text_of(response)
    assert "Two servers, two session cookies, none in common." in page
    assert "Which cookie went where" in page
    assert "first steps" not in page
    for column in ("identity", "site_a", "site_b"):
        assert f'aria-labelledby="column-{column}"' in response.content.decode()


def test_the_ladder_says_what_to_do_where_nothing_is_recorded(client):
    assert "Nothing recorded yet. Open a page of one of the servers in another tab." in text_of(client.get("/ladder/"))


def test_the_ladder_shows_each_click_message_by_message(client, signed_in):
    page = text_of(client.get("/ladder/?visitor=v1"))
    assert "Password sent to Identity, not to site A, which then gave your session a new key" in page
    assert "browser → Identity POST /accounts/login/" in page


@pytest.mark.parametrize(
    "path", ["/", "/ladder/", "/visitors/", "/devtools/", "/paste/", "/glossary/", "/export/", "/exchange/1/"]
)
def test_each_page_has_the_packages_own_frame_and_tabs(client, path):
    exchange()
    response = client.get(path)
    assert response.status_code == 200
    assert "/session_inspector/session_inspector.css" in response.content.decode()
    assert "lab.css" not in response.content.decode()
    assert (
        text_of(response).count("Side by side Ladder More Visitors In your devtools Paste Glossary Export Present") == 1
    )


@pytest.mark.parametrize("path", ["/scenarios/", "/first-steps/", "/start-over/"])
def test_no_page_of_the_lab_is_there(client, path):
    assert client.get(path).status_code == 404


def test_what_did_not_come_from_its_own_page_and_what_cannot_be_read_have_a_page_too(client, settings):
    response = client.post("/ladder/", headers={"origin": "http://site-a.localhost:8001"})
    assert response.status_code == 403
    assert "session_inspector.css" in response.content.decode()
    configure(settings, journal="postgres://localhost/journal")
    response = client.get("/")
    assert response.status_code == 503
    assert "The journal cannot be read or written now." in text_of(response)
