"""What a project says of itself."""

import pytest

from lab.servers import SITE_A
from session_inspector.configuration import configuration
from session_inspector.this_participant import this_participant
from tests.recorded import configure


def test_it_says_who_it_is_and_how_it_keeps_sessions():
    said = this_participant()
    assert (said.name, said.origin, said.title, said.role) == (SITE_A.name, SITE_A.origin, SITE_A.title, SITE_A.role)
    assert (said.session_cookie, said.csrf_cookie, said.engine) == ("site_a_session", "site_a_csrftoken", "db")
    assert (said.attributes["samesite"], said.attributes["httponly"]) == ("Lax", "True")
    assert "domain" not in said.attributes


def test_it_names_the_endpoints_that_it_has():
    said = this_participant()
    assert said.endpoint_at("/oidc/callback/") == "callback"
    assert said.endpoint_at("/oidc/backchannel-logout/") == "backchannel_logout"
    assert said.endpoint_at("/") == ""
    assert "authorize" not in said.endpoints


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
