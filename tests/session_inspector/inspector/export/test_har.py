"""The archive, against the schema of HAR 1.2."""

import json
import re
from datetime import datetime
from pathlib import Path

import pytest
from jsonschema import Draft6Validator
from referencing import Registry, Resource

from session_inspector.inspector.export.har import har_of
from session_inspector.journal.schema import Withheld
from tests.session_inspector.inspector.traffic import answered, call, change, exchange, forgotten, masked, row, told

SCHEMA = json.loads(Path(__file__).with_name("har-1.2.schema.json").read_text())


def check(har):
    parts = [(name, Resource.from_contents(part)) for name, part in SCHEMA.items() if name.endswith(".json")]
    registry = Registry().with_resources([(f"{name}{end}", part) for name, part in parts for end in ("", "#")])
    validator = Draft6Validator(SCHEMA["har.json"], registry=registry, format_checker=Draft6Validator.FORMAT_CHECKER)
    assert [error.message for error in validator.iter_errors(har)] == []
    for entry in har["log"]["entries"]:  # what the validator leaves to further libraries
        assert datetime.fromisoformat(entry["startedDateTime"]).tzinfo
        assert re.fullmatch(r"https?://[!-~]+", entry["request"]["url"])


@pytest.fixture
def har():
    entries = [
        exchange("site_a", "/oidc/callback/", 0, query=[["code", masked("c0dec0de")]], journey="j1", ms=100.0,
                 sends={"site_a_session": "k0k0k0k0"}, before=row("k0k0k0k0"), after=row("k1k1k1k1"), status=302,
                 location="/", tells=[told("site_a_session", "k1k1k1k1", "site_a"), forgotten("site_a_old")]),
        answered(at=0.011, method="POST"),
        call(at=0.01, method="POST", form=[["client_secret", Withheld()], ["code", masked("c0dec0de")]]),
        call(at=5, status=None, failure="ConnectionError", journey="j2"),
        exchange("site_a", "/shelf/", 6, status=299),
        change("deleted", "k1", at=7),
    ]  # fmt: skip
    return json.loads(json.dumps(har_of(entries)))


def test_it_fits_the_schema(har):
    check(har)


def test_the_schema_would_notice(har):
    har["log"]["entries"][0]["request"]["headers"] = "none"
    with pytest.raises(AssertionError, match="none"):
        check(har)


def test_every_exchange_is_in_it_once_in_the_order_in_which_they_began(har):
    entries = har["log"]["entries"]
    assert [(one["_server"], one["_channel"], one["response"]["status"]) for one in entries] == [
        ("site_a", "front", 302),
        ("site_a", "back", 200),
        ("site_a", "back", 0),
        ("site_a", "front", 299),
    ]
    assert entries[0]["request"]["url"] == "http://site-a.localhost:8001/oidc/callback/?code=c0dec0%E2%80%A6"
    assert entries[1]["request"]["url"] == "http://identity.localhost:8000/identity/o/api/token"
    assert entries[1]["comment"] == "site A called Identity"


def test_secrets_are_masked_and_deleted_cookies_are_no_cookies(har):
    callback, token = har["log"]["entries"][:2]
    assert callback["request"]["cookies"] == [{"name": "site_a_session", "value": "k0k0k0…"}]
    assert callback["response"]["cookies"] == [{"name": "site_a_session", "value": "k1k1k1…"}]
    assert token["request"]["postData"]["params"][0] == {"name": "client_secret", "value": "not kept"}


def test_whatever_was_asked_for_is_an_address(har):
    odd = exchange(path="/a b<script>\n", query=[["a&b", "c d"]], method="POST", form=[["x", "y"]])
    odd.exchange.headers["Content-Type"] = "multipart/form-data"
    (entry,) = har_of([odd])["log"]["entries"]
    assert entry["request"]["url"] == "http://site-a.localhost:8001/a%20b%3Cscript%3E%0A?a%26b=c+d"
    assert entry["request"]["postData"]["mimeType"] == "multipart/form-data"


def test_an_address_that_a_server_called_has_the_scheme_that_it_called():
    (entry,) = har_of([call(path="/token", to="op.example", scheme="https")])["log"]["entries"]
    assert entry["request"]["url"] == "https://op.example/token"


def test_nothing_recorded_is_an_archive_too():
    check(har_of([]))
