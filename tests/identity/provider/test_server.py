import jwt
import pytest
from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Token
from django.core.cache import cache

from lab.servers import IDENTITY
from tests.identity.provider.protocol import authorize, code_for, redeem, userinfo


def test_the_issuer_does_not_follow_the_host_of_the_request(rf):
    adapter = get_adapter()
    adapter.request = rf.get("/", headers={"host": "evil.example"})
    assert adapter.get_issuer() == IDENTITY.origin


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
    assert claims["sub"] == alice.subject.value
    assert claims["nonce"] == "the-nonce"
    person = userinfo(signed_in, answer["access_token"]).json()
    assert person["sub"] == claims["sub"]
    assert person["name"] == "alice"
    assert person["email"] == "alice@example.org"


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


def test_a_code_does_not_depend_on_the_cache(signed_in):
    code = code_for(signed_in)
    cache.clear()
    assert redeem(signed_in, code).status_code == 200


def test_no_row_knows_a_code_or_a_token(signed_in):
    code = code_for(signed_in)
    (row,) = Token.objects.values()
    assert code not in str(row)
    answer = redeem(signed_in, code).json()
    rows = str(list(Token.objects.values()))
    assert answer["access_token"] not in rows
    assert code not in rows


def test_a_client_that_is_not_ours_has_to_ask(signed_in):
    from allauth.idp.oidc.models import Client

    Client.objects.create(
        id="stranger", name="Stranger", redirect_uris="http://stranger.example/", scopes="openid\nprofile\nemail"
    )
    asking = {"client_id": "stranger", "redirect_uri": "http://stranger.example/"}
    assert "May Stranger know who you are?" in authorize(signed_in, **asking).content.decode()
