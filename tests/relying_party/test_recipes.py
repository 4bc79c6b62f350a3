"""The recipes of docs/relying-party.md: a provider that answers as its documents and public reports say such ones do.

The real ones were not at hand.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from lab.misbehaving.answers import AUTHORIZE, MISSING, from_now, without_missing
from lab.misbehaving.provider import jwk_of, key_named
from tests.relying_party.conftest import is_signed_in

pytestmark = pytest.mark.django_db

ORIGIN = "http://identity.localhost:8000"
FOR_ENCRYPTION = jwk_of(key_named("second"), kid="first", use="enc", alg="RSA-OAEP")


@dataclass(frozen=True)
class Recipe:
    """``settings`` are those of the document. The other fields are the provider's answers, where they differ from the
    plainest ones: of its ID Token, its userinfo, its keys (``key`` changes the right one, ``keys`` are others), the
    query that the browser brings, and its logout token."""

    issuer: str
    settings: Mapping[str, object]
    name: str
    claims: Mapping[str, object]
    userinfo: Mapping[str, object]
    key: Mapping[str, object] = field(default_factory=dict)
    keys: tuple[dict, ...] = ()
    back: Mapping[str, str] = field(default_factory=dict)
    logout_header: Mapping[str, object] = field(default_factory=dict)
    logout_claims: Mapping[str, object] = field(default_factory=dict)


RECIPES = {
    "Keycloak": Recipe(
        issuer=f"{ORIGIN}/realms/mine",
        settings={"OIDC_ISS_REQUIRED": True},
        name="Jana Nováková",
        claims={"typ": "ID", "azp": "site-a", "acr": "1", "sid": "the-sid", "email_verified": True},
        userinfo={"name": "Jana Nováková", "preferred_username": "jnovak", "given_name": "Jana"},
        key={"x5c": ["MIIB"], "x5t": "AAAA"},
        keys=(FOR_ENCRYPTION,),
        back={"session_state": "x", "iss": f"{ORIGIN}/realms/mine"},
        logout_header={"typ": "JWT"},  # until version 25
        logout_claims={"typ": "Logout"},
    ),
    "Entra": Recipe(
        issuer=f"{ORIGIN}/9188040d/v2.0",
        settings={"OIDC_OP_USER_ENDPOINT": None},
        name="Ada Example",
        claims={
            "name": "Ada Example", "preferred_username": "ada@example.test", "email": "ada@example.test",
            "tid": "9188040d", "oid": "7", "ver": "2.0", "uti": "x", "at_hash": MISSING, "sid": "the-sid",
        },
        userinfo={},
        key={"alg": MISSING, "x5c": ["MIIB"], "issuer": f"{ORIGIN}/9188040d/v2.0"},
        back={"session_state": "x"},
    ),
    "Auth0": Recipe(
        issuer=f"{ORIGIN}/",
        settings={"OIDC_OP_AUTHORIZATION_ENDPOINT": f"{ORIGIN}{AUTHORIZE}?federated"},
        name="jn",
        claims={"sid": "the-sid", "at_hash": MISSING},
        userinfo={"nickname": "jn", "updated_at": "2026-11-30T09:00:00.000Z", "email_verified": True},
        key={"x5t": "AAAA", "x5c": ["MIIB"]},
        keys=(jwk_of(key_named("second"), kid="next"),),
        logout_claims={"exp": from_now(2 * 24 * 60 * 60)},
    ),
    "Zitadel": Recipe(
        issuer=ORIGIN,
        settings={"OIDC_TRUSTED_AUDIENCES": ("2212@proj", "2212")},
        name="Jana Nováková",
        claims={
            "aud": ["site-a", "2212@proj", "2212"], "azp": "site-a", "client_id": "site-a", "sid": "the-sid",
            "amr": ["pwd"],
        },
        userinfo={"given_name": "Jana", "family_name": "Nováková", "locale": None},
        logout_claims={"aud": ["site-a", "2212@proj", "2212"]},
    ),
    "authentik": Recipe(
        issuer=f"{ORIGIN}/application/o/mine/",
        settings={},
        name="jnovak",
        claims={"acr": "goauthentik.io/providers/oauth2/default", "amr": ["pwd"], "uid": "x", "sid": "the-sid"},
        userinfo={"name": "", "given_name": "", "preferred_username": "jnovak", "groups": ["a", "b"]},
        key={"x5c": ["MIIB"], "x5t#S256": "AAAA"},
    ),
}  # fmt: skip


@pytest.fixture(params=RECIPES)
def recipe(request, settings, provider):
    """The site has its settings, and the provider its answers."""
    recipe = RECIPES[request.param]
    settings.OIDC_OP_ISSUER = recipe.issuer
    for name, value in recipe.settings.items():
        setattr(settings, name, value)
    right = without_missing({**jwk_of(key_named("first"), kid="first"), **recipe.key})
    provider.jwks = lambda: {"keys": [*recipe.keys, right]}
    provider.claims |= {"iss": recipe.issuer, **recipe.claims}
    provider.userinfo = {"sub": "7", **recipe.userinfo}
    return recipe


@pytest.fixture
def signed_in(client, begin, recipe):
    response = client.get("/oidc/callback/", {"code": "the-code", "state": begin()["state"], **recipe.back})
    assert response.status_code == 302
    return client


def test_somebody_signs_in_and_is_called_by_name(signed_in, recipe, django_user_model):
    assert is_signed_in(signed_in)
    assert django_user_model.objects.get().first_name == recipe.name


def test_its_logout_token_ends_the_session(signed_in, recipe, tell, logout_token):
    assert tell(logout_token(recipe.logout_header, **recipe.logout_claims)).status_code == 200
    assert not is_signed_in(signed_in)


def test_a_token_for_another_site_is_refused_there_too(client, begin, recipe, provider):
    provider.claims["aud"] = "another-site"
    response = client.get("/oidc/callback/", {"code": "the-code", "state": begin()["state"], **recipe.back})
    assert response.status_code == 502
