"""Scripts of other origins: those of registered apps that run in the browser may read, and no others."""

import pytest
from allauth.idp.oidc.models import Client

from identity.provider.registrations import origin_in
from tests.identity.provider.clients import BROWSER_APP, NATIVE_APP, register
from tests.identity.provider.protocol import code_for, redeem, userinfo

APP = "http://localhost:5173"
ENDPOINTS = [f"/identity/o/api/{name}" for name in ("token", "userinfo", "revoke")]


@pytest.fixture
def app(seeded):
    return register(BROWSER_APP, f"{APP}/cb", origins=[APP, "https://app.example"])


def preflight(client, path, origin):
    headers = {
        "origin": origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type",
    }
    return client.options(path, headers=headers)


@pytest.mark.parametrize("path", ENDPOINTS)
@pytest.mark.parametrize("origin", [APP, "https://app.example"])
def test_the_browser_is_told_before_the_request_that_the_app_may_make_it(client, app, path, origin):
    response = preflight(client, path, origin)
    assert (response.status_code, response.content) == (204, b"")
    assert response["Access-Control-Allow-Origin"] == origin
    assert {"GET", "POST"} <= set(response["Access-Control-Allow-Methods"].split(", "))
    assert {"Authorization", "Content-Type"} <= set(response["Access-Control-Allow-Headers"].split(", "))
    assert "Access-Control-Allow-Credentials" not in response
    assert "Origin" in response["Vary"]


@pytest.mark.parametrize("path", ENDPOINTS)
@pytest.mark.parametrize(
    "origin",
    [
        "http://localhost:5174",
        "http://localhost",
        "https://localhost:5173",
        "http://localhost:51",
        "https://app.example.evil.example",
        "https://evil-app.example",
        "https://APP.example",
        "http://site-a.localhost:8001",
        "null",
        "",
    ],
)
def test_another_origin_is_not(client, app, path, origin):
    assert "Access-Control-Allow-Origin" not in preflight(client, path, origin)
    assert "Access-Control-Allow-Origin" not in client.post(path, headers={"origin": origin})


def test_the_app_reads_tokens_claims_and_errors(signed_in, app):
    from_app = {"origin": APP}
    own = {"client_id": app.pk, "client_secret": None, "redirect_uri": f"{APP}/cb"}
    code = code_for(signed_in, client_id=app.pk, redirect_uri=f"{APP}/cb")
    tokens = redeem(signed_in, code, headers=from_app, **own)
    again = redeem(signed_in, code, headers=from_app, **own)
    claims = signed_in.get(ENDPOINTS[1], headers={**from_app, "authorization": "Bearer x"})
    assert [one.status_code for one in (tokens, again, claims)] == [200, 400, 401]
    for response in (tokens, again, claims):
        assert response["Access-Control-Allow-Origin"] == APP
        assert response["Access-Control-Expose-Headers"] == "WWW-Authenticate"
    assert userinfo(signed_in, tokens.json()["access_token"]).status_code == 401  # its code came twice


@pytest.mark.parametrize("name", ["openid-configuration", "oauth-authorization-server", "jwks.json"])
def test_metadata_and_keys_are_for_every_script(client, seeded, name):
    assert (
        client.get(f"/.well-known/{name}", headers={"origin": "https://any.example"})["Access-Control-Allow-Origin"]
        == "*"
    )


def test_no_other_kind_of_client_opens_an_origin(client, seeded):
    register(NATIVE_APP, "http://127.0.0.1/cb")
    Client.objects.filter(pk="site-a").update(cors_origins=APP)  # which keeps a secret: it has no such scripts
    assert "Access-Control-Allow-Origin" not in preflight(client, ENDPOINTS[0], APP)


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://app.example/cb?x=1", "https://app.example"),
        ("https://app.example:443/cb", "https://app.example"),
        ("http://app.example:80/cb", "http://app.example"),
        ("http://app.example:443/cb", "http://app.example:443"),
        ("https://APP.example/cb", "https://app.example"),
        ("http://[::1]:3000/", "http://[::1]:3000"),
        ("http://localhost:5173", "http://localhost:5173"),
    ],
)
def test_the_origin_of_an_address_is_written_as_browsers_write_it(address, origin):
    assert origin_in(address) == origin
