"""What a project says of itself."""

import pytest

import session_inspector.this_participant
from lab.servers import SITE_A
from session_inspector.configuration import configuration
from session_inspector.this_participant import learn_origin, this_participant
from tests.recorded import configure


def test_it_says_who_it_is_and_how_it_keeps_sessions():
    said = this_participant()
    assert (said.name, said.origin, said.title, said.role) == (SITE_A.name, SITE_A.origin, SITE_A.title, SITE_A.role)
    assert (said.session_cookie, said.csrf_cookie, said.engine) == ("site_a_session", "site_a_csrftoken", "db")
    assert (said.attributes["samesite"], said.attributes["httponly"]) == ("Lax", "True")
    assert "domain" not in said.attributes


def test_another_secret_key_is_another_fingerprint_of_which_only_a_part_is_said(settings):
    first = this_participant().signed_with
    settings.SECRET_KEY = "another" * 8
    assert len(first) == len(this_participant().signed_with) == 8
    assert first != this_participant().signed_with


def test_it_names_the_endpoints_that_it_has():
    said = this_participant()
    assert said.endpoint_at("/oidc/callback/") == "callback"
    assert said.endpoint_at("/oidc/backchannel-logout/") == "backchannel_logout"
    assert said.endpoint_at("/") == ""
    assert "authorize" not in said.endpoints


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://op.example/realm/auth?p=x", "https://op.example"),
        ("https://me:secret@op.example:8443/auth", "https://op.example:8443"),
        ("https://[op.example/auth", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_a_site_says_where_it_sends_a_browser_to_sign_in(settings, address, origin):
    settings.OIDC_OP_AUTHORIZATION_ENDPOINT = address
    assert this_participant().provider == origin


def test_a_project_that_signs_in_nowhere_says_so(settings):
    del settings.OIDC_OP_AUTHORIZATION_ENDPOINT
    assert this_participant().provider == ""


def test_what_is_set_now_is_said_now(settings):
    settings.SESSION_COOKIE_NAME = "sessionid"
    settings.SESSION_COOKIE_DOMAIN = "lab.localhost"
    settings.SESSION_EXPIRE_AT_BROWSER_CLOSE = True
    said = this_participant()
    assert (said.session_cookie, said.attributes["domain"]) == ("sessionid", "lab.localhost")
    assert "max-age" not in said.attributes


def test_a_name_that_no_setting_has_is_an_error_that_says_so(settings):
    configure(settings, jurnal="x")
    with pytest.raises(TypeError, match="jurnal"):
        configuration()


@pytest.mark.parametrize("host", ["localhost:8001", "evil.example"])
def test_without_an_origin_the_first_host_that_it_accepts_is_its_own(settings, monkeypatch, rf, host):
    monkeypatch.setattr(session_inspector.this_participant, "learned_origin", "")
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
    configure(settings, origin="")
    learn_origin(rf.get("/", headers={"host": host}))
    learn_origin(rf.get("/", headers={"host": "127.0.0.1:8001"}))
    learn_origin(rf.get("/", headers={"host": "localhost:9000"}))
    assert this_participant().origin == ("http://127.0.0.1:8001" if "evil" in host else f"http://{host}")
