import base64
import hashlib
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
from allauth.idp.oidc.adapter import get_adapter
from django.core.cache import caches
from django.urls import resolve

from shared.servers import IDENTITY, SITE_A
from shared.state import secret

VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
REDIRECT_URI = f"{SITE_A.origin}/oidc/callback/"
ASKING = {
    "client_id": "site-a",
    "response_type": "code",
    "scope": "openid profile email",
    "redirect_uri": REDIRECT_URI,
    "state": "the-state",
    "nonce": "the-nonce",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}


def authorize(client, **changes):
    return client.get("/identity/o/authorize?" + urlencode({**ASKING, **changes}))


def code_for(client, **changes):
    location = urlsplit(authorize(client, **changes)["Location"])
    assert f"{location.scheme}://{location.netloc}{location.path}" == REDIRECT_URI
    return parse_qs(location.query)["code"][0]


def redeem(client, code, **changes):
    fields = {
        "grant_type": "authorization_code",
        "client_id": "site-a",
        "client_secret": secret("site_a.client_secret"),
        "code": code,
        "redirect_uri": REDIRECT_URI,
        "code_verifier": VERIFIER,
    }
    return client.post("/identity/o/api/token", {**fields, **changes})


@pytest.fixture
def signed_in(client, alice):
    client.force_login(alice)
    return client


def test_metadata_names_the_pinned_issuer_and_only_addresses_that_answer(client, db):
    metadata = client.get("/.well-known/openid-configuration").json()
    assert metadata["issuer"] == IDENTITY.origin
    for name, value in metadata.items():
        if name.endswith(("_endpoint", "_uri")):
            assert value.startswith(IDENTITY.origin)
            assert resolve(urlsplit(value).path)


def test_the_issuer_does_not_follow_the_host_of_the_request(rf):
    adapter = get_adapter()
    adapter.request = rf.get("/", headers={"host": "evil.example"})
    assert adapter.get_issuer() == IDENTITY.origin


def test_a_first_party_client_gets_its_code_without_a_consent_page(signed_in):
    response = authorize(signed_in)
    assert response.status_code == 302
    query = parse_qs(urlsplit(response["Location"]).query)
    assert query["state"] == ["the-state"]
    assert query["code"]


def test_somebody_who_is_not_signed_in_is_sent_to_the_form(client, seeded):
    response = authorize(client)
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/?next=")


def test_a_code_gives_an_id_token_that_the_published_key_verifies(signed_in, alice):
    answer = redeem(signed_in, code_for(signed_in)).json()
    keys = signed_in.get("/.well-known/jwks.json").json()["keys"]
    kid = jwt.get_unverified_header(answer["id_token"])["kid"]
    key = jwt.PyJWK(next(key for key in keys if key["kid"] == kid), algorithm="RS256")
    claims = jwt.decode(answer["id_token"], key, algorithms=["RS256"], audience="site-a", issuer=IDENTITY.origin)
    assert claims["sub"] == str(alice.pk)
    assert claims["nonce"] == "the-nonce"
    userinfo = signed_in.get(
        "/identity/o/api/userinfo", headers={"authorization": f"Bearer {answer['access_token']}"}
    ).json()
    assert userinfo["sub"] == claims["sub"]
    assert userinfo["name"] == "alice"
    assert userinfo["email"] == "alice@example.org"


@pytest.mark.parametrize(
    "changes",
    [
        {"code_verifier": "w" * 64},
        {"code_verifier": ""},
        {"client_secret": "wrong"},
        {"client_id": "site-b"},
        {"redirect_uri": "http://site-b.localhost:8002/oidc/callback/"},
        {"code": "made-up"},
    ],
)
def test_a_code_is_worth_nothing_without_all_that_belongs_to_it(signed_in, changes):
    code = code_for(signed_in)
    response = redeem(signed_in, changes.pop("code", code), **changes)
    assert response.status_code in (400, 401)
    assert "id_token" not in response.json()


def test_a_code_is_worth_nothing_the_second_time(signed_in):
    code = code_for(signed_in)
    assert redeem(signed_in, code).status_code == 200
    assert redeem(signed_in, code).status_code == 400


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "http://evil.example/oidc/callback/"},
        {"redirect_uri": f"{SITE_A.origin}/elsewhere/"},
        {"redirect_uri": REDIRECT_URI.replace(f":{SITE_A.port}", ":9")},
        {"client_id": "nobody"},
    ],
)
def test_an_unknown_client_or_address_is_told_on_identitys_own_page(signed_in, changes):
    response = authorize(signed_in, **changes)
    assert "Location" not in response
    assert "identity refused a request" in response.content.decode()


def test_many_codes_wait_side_by_side(signed_in):
    """Django's database cache keeps 300 entries by default, then drops what is still good."""
    first = code_for(signed_in)
    cache = caches["default"]
    cache.set_many({f"entry-{n}": n for n in range(400)}, timeout=60)
    assert redeem(signed_in, first).status_code == 200


def test_a_client_that_is_not_ours_has_to_ask(signed_in):
    from allauth.idp.oidc.models import Client

    Client.objects.create(
        id="stranger", name="Stranger", redirect_uris="http://stranger.example/", scopes="openid\nprofile\nemail"
    )
    asking = {"client_id": "stranger", "redirect_uri": "http://stranger.example/"}
    assert "May Stranger know who you are?" in authorize(signed_in, **asking).content.decode()
