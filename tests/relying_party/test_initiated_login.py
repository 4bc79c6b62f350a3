"""A sign-in that a page of somebody else begins (OpenID Connect Core, section 4)."""

import pytest

from tests.page import text_of
from tests.relying_party.conftest import noted_by, reason_shown

pytestmark = pytest.mark.django_db

ADDRESS = "/oidc/initiate-login/"


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("target", ["/shelf/", "http://site-a.localhost:8001/shelf/"])
def test_a_link_or_a_form_begins_a_sign_in_that_leads_to_its_target(new_client, provider, settings, method, target):
    client = new_client(enforce_csrf_checks=True)
    said = {"iss": settings.OIDC_OP_ISSUER, "login_hint": "carol@example.org", "target_link_uri": target}
    begun = getattr(client, method)(ADDRESS, said)
    assert begun.status_code == 302
    asked = noted_by(provider, client.get(begun["Location"]))
    assert asked["login_hint"] == "carol@example.org"
    assert "prompt" not in asked
    back = client.get("/oidc/callback/", {"code": "c", "state": asked["state"]})
    assert back["Location"] == target


def test_without_a_target_it_leads_home_and_hints_at_nobody(client, provider, settings):
    begun = client.get(ADDRESS, {"iss": settings.OIDC_OP_ISSUER})
    asked = noted_by(provider, client.get(begun["Location"]))
    assert "login_hint" not in asked
    assert client.get("/oidc/callback/", {"code": "c", "state": asked["state"]})["Location"] == "/"


@pytest.mark.parametrize("target", ["http://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_it_leads_to_no_other_site(client, provider, settings, target):
    begun = client.get(ADDRESS, {"iss": settings.OIDC_OP_ISSUER, "target_link_uri": target})
    assert begun["Location"].startswith("/oidc/authenticate/?next=")
    asked = noted_by(provider, client.get(begun["Location"]))
    assert client.get("/oidc/callback/", {"code": "c", "state": asked["state"]})["Location"] == "/"


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("said", [{}, {"iss": ""}, {"iss": "http://evil.example"}])
def test_another_provider_is_not_asked(client, provider, method, said):
    response = getattr(client, method)(ADDRESS, said)
    assert (response.status_code, reason_shown(response)) == (400, "unknown_provider")
    assert "This site signs in at one provider only" in text_of(response)
    assert not provider.seen


def test_only_links_and_forms_do(client, settings):
    assert client.put(ADDRESS).status_code == 405
