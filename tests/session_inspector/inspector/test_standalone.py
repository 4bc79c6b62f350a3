"""What ``python -m session_inspector`` answers, and to whom."""

import html
import re
import sys

import pytest
from django.contrib.staticfiles import finders
from django.db import DatabaseError

from session_inspector import __main__
from session_inspector.configuration import origin_of_inspector
from session_inspector.inspector import standalone as serving
from session_inspector.inspector.standalone import settings_at
from session_inspector.journal.database import execute
from session_inspector.journal.participants import announce
from session_inspector.participant import Participant
from tests.page import text_in
from tests.recorded import configure
from tests.session_inspector.inspector.test_without_the_lab import imported_anew
from tests.wheels.project import Document

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


def test_before_any_project_has_recorded_it_says_what_to_do(client):
    execute("DELETE FROM journal_participant")
    page = client.get("/", headers={"host": "localhost:8790"}).content.decode()
    assert "No project has recorded anything yet." in text_in(page)
    (lines,) = re.findall("<pre>(.*?)</pre>", page, re.DOTALL)
    (documented,) = Document("session-inspector.md").files.values()
    assert html.unescape(lines) == re.sub("  # .*", "", documented).rstrip()


def test_once_a_project_has_it_waits_for_this_browser(client):
    announce(Participant("shop", "http://localhost:8101"))
    page = text_in(client.get("/", headers={"host": "localhost:8790"}).content.decode())
    assert "Nothing is recorded of this browser yet." in page
    assert "INSTALLED_APPS" not in page


def test_it_has_an_icon_also_for_what_cannot_name_one(client):
    there = {"host": "localhost:8790"}
    (icon,) = re.findall('<link rel="icon" href="([^"]+)"', client.get("/", headers=there).content.decode())
    assert client.get("/favicon.ico", headers=there).headers["Location"] == icon
    assert icon.endswith("/session_inspector/icon.svg")
    assert finders.find("session_inspector/icon.svg")


@pytest.mark.parametrize("port", ["0", "65536", "-1", "x"])
def test_a_number_that_is_no_port_is_named(monkeypatch, capsys, port):
    monkeypatch.setattr(sys, "argv", ["session_inspector", f"--port={port}"])
    with pytest.raises(SystemExit) as ended:
        __main__.main()
    assert ended.value.code == 2
    assert f"{port!r} is no port: 1 to 65535" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            OSError(98, "Address already in use"),
            "Port 8790 cannot be used: Address already in use. Another one: --port",
        ),
        (DatabaseError("No folder can be made"), "No folder can be made"),
    ],
)
def test_what_keeps_it_from_starting_is_one_line(monkeypatch, error, said):
    def fail(port, journal):
        raise error

    monkeypatch.setattr(serving, "serve", fail)
    monkeypatch.setattr(sys, "argv", ["session_inspector"])
    with pytest.raises(SystemExit, match=said):
        __main__.main()


def test_it_says_where_it_is_and_what_it_reads(settings, capsys):
    configure(settings, journal="postgresql://me:secret@localhost/journal", inspector=INSPECTOR)
    serving.say_where(8790)
    assert capsys.readouterr().out == (
        f"The session inspector is at {INSPECTOR}/. Ctrl-C ends it.\nIt shows what is recorded in localhost/journal.\n"
    )
