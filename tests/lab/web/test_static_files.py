"""A browser keeps static files until one of them changes."""

import re
from contextlib import closing

import pytest
from django.templatetags.static import static

from lab.web import static_files

pytestmark = pytest.mark.django_db

FOR_EVER = "max-age=315360000, public, immutable"
ASK_AGAIN = "max-age=0, public"


@pytest.fixture
def look_again(monkeypatch):
    """As if half a second had passed."""
    return lambda: monkeypatch.setattr(static_files.looked, "at", -static_files.LOOK_INTERVAL)


@pytest.fixture
def stylesheet(settings, tmp_path, look_again):
    settings.STATICFILES_DIRS = [tmp_path]
    path = tmp_path / "edited.css"
    path.write_text("p { color: red }")
    look_again()
    yield path
    static_files.looked.at = -static_files.LOOK_INTERVAL


def get(client, address: str) -> tuple[int, str, str]:
    """Status, how long it may be kept, and the file."""
    with closing(client.get(address)) as answer:
        return answer.status_code, answer["Cache-Control"], answer.getvalue().decode()


def test_what_a_page_names_may_be_kept_for_ever(client):
    addresses = re.findall('(?:href|src)="(/static/[^"]+)"', client.get("/").content.decode())
    assert addresses
    for address in addresses:
        assert get(client, address)[:2] == (200, FOR_EVER)


def test_a_script_finds_what_it_imports_beside_itself_in_the_same_version(client):
    address = static("session_inspector/ended.js")
    imported = re.search('from "./([^"]+)"', get(client, address)[2])[1]
    assert get(client, address.replace("ended.js", imported))[:2] == (200, FOR_EVER)


def test_after_an_edit_a_page_names_another_version_and_the_old_one_is_not_kept(client, stylesheet, look_again):
    before = static("edited.css")
    assert get(client, before) == (200, FOR_EVER, "p { color: red }")
    stylesheet.write_text("p { color: green }")
    look_again()
    after = static("edited.css")
    assert after != before
    assert get(client, after) == (200, FOR_EVER, "p { color: green }")
    assert get(client, before) == (200, ASK_AGAIN, "p { color: green }")


def test_a_file_that_is_added_or_removed_is_another_version_too(stylesheet, look_again):
    versions = [static_files.version_now()]
    added = stylesheet.with_name("added.css")
    added.write_text("")
    versions.append(static_files.version_now())
    added.unlink()
    assert static_files.version_now() == versions[0] != versions[1]


def test_an_address_without_a_version_answers_and_is_asked_again(client):
    assert get(client, "/static/lab.css")[:2] == (200, ASK_AGAIN)


@pytest.mark.parametrize("path", ["nothing.css", "../settings.py", "0123456789ab/0123456789ab/lab.css"])
def test_a_version_leads_to_static_files_only(client, path):
    assert get(client, f"/static/{static_files.version()}/{path}")[0] == 404


def test_no_file_is_looked_for_at_an_address_of_a_page(client, monkeypatch):
    monkeypatch.setattr(static_files.finders, "find", lambda name: pytest.fail(name))
    assert client.get("/begin").status_code == 301  # to the address with the slash


def test_all_that_one_page_needs_is_one_look_at_the_files(client, monkeypatch, look_again):
    looks = []
    find = static_files.version_now
    monkeypatch.setattr(static_files, "version_now", lambda: looks.append(1) or find())
    monkeypatch.setattr(static_files.time, "monotonic", lambda: 1.0)
    look_again()
    client.get("/")
    assert len(looks) == 1
