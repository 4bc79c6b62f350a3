"""What ``python -m session_inspector`` answers, and to whom."""

import pytest

from session_inspector.configuration import origin_of_inspector
from session_inspector.inspector.standalone import settings_at
from tests.recorded import configure
from tests.session_inspector.inspector.test_without_the_lab import imported_anew

INSPECTOR = origin_of_inspector(8790)


@pytest.fixture(autouse=True)
def standalone(settings, journal):
    said = settings_at(8790, settings.SESSION_INSPECTOR["JOURNAL"])
    journal_settings = said.pop("SESSION_INSPECTOR") | {"PAGES": "session_inspector.inspector.pages.PAGES"}
    for name, value in said.items():
        setattr(settings, name, value)
    settings.ROOT_URLCONF = imported_anew(settings.ROOT_URLCONF)
    configure(settings, **{name.lower(): value for name, value in journal_settings.items()})


def test_its_pages_load_from_itself_alone_and_set_no_cookie(client):
    response = client.get("/", headers={"host": "localhost:8790"})
    assert response.status_code == 200
    assert not response.cookies
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ")
    assert {part.split()[1] for part in policy.split("; ")} == {"'none'", "'self'"}
    assert "http" not in policy
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("host", ["127.0.0.1:8790", "[::1]:8790", "localhost:9000"])
def test_its_other_loopback_names_lead_to_its_own(client, host):
    assert client.get("/ladder/?visitor=v1", headers={"host": host}).headers["Location"] == (
        f"{INSPECTOR}/ladder/?visitor=v1"
    )


@pytest.mark.parametrize("host", ["evil.example:8790", "localhost.evil.example:8790", "evil.example"])
def test_under_any_other_name_it_says_nothing(client, host):
    response = client.get("/journal.json", headers={"host": host})
    assert response.status_code == 400
    assert response.content.decode() == f"This is {INSPECTOR}/."


def test_what_changes_something_comes_from_its_own_pages(client):
    there = {"host": "localhost:8790"}
    assert client.post("/visitors/name/", headers=there | {"origin": "http://localhost:8000"}).status_code == 403
    assert client.post("/visitors/name/", headers={"host": "127.0.0.1:8790"}).status_code == 400
