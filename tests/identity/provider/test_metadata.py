"""What the provider announces of itself, and what the adapter of allauth adds to that."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from allauth.idp.oidc.models import Client
from django.urls import resolve

from identity.adapter import OIDCAdapter
from lab.servers import IDENTITY
from lab.state import secret
from tests.identity.provider.protocol import REDIRECT_URI, claims_in, code_for, redeem, remember_password_of, userinfo

BACK_CHANNEL = {"backchannel_logout_supported": True, "backchannel_logout_session_supported": True}


def test_metadata_names_the_pinned_issuer_and_only_addresses_that_answer(client, db):
    metadata = client.get("/.well-known/openid-configuration").json()
    assert metadata["issuer"] == IDENTITY.origin
    for name, value in metadata.items():
        if name.endswith(("_endpoint", "_uri")):
            assert value.startswith(IDENTITY.origin)
            assert resolve(urlsplit(value).path)


def test_metadata_announces_the_claims_that_are_told_and_no_other(signed_in, alice):
    alice.last_name = "Liddell"
    alice.save()
    remember_password_of(signed_in, alice, 0)
    answer = redeem(signed_in, code_for(signed_in)).json()
    told = claims_in(answer["id_token"]).keys() | userinfo(signed_in, answer["access_token"]).json().keys()
    assert sorted(signed_in.get("/.well-known/openid-configuration").json()["claims_supported"]) == sorted(told)


def test_the_same_is_at_the_address_for_clients_that_know_only_oauth(client, db):
    """RFC 8414, section 3."""
    metadata = client.get("/.well-known/oauth-authorization-server")
    assert metadata.json() == client.get("/.well-known/openid-configuration").json()
    assert metadata["Access-Control-Allow-Origin"] == "*"


def test_metadata_announces_the_scopes_that_a_client_can_get_and_no_other(signed_in):
    Client.objects.filter(pk="site-a").update(grant_types="authorization_code\nrefresh_token")
    announced = signed_in.get("/.well-known/openid-configuration").json()["scopes_supported"]
    answer = redeem(signed_in, code_for(signed_in, scope=" ".join([*announced, "address", "phone", "groups"]))).json()
    assert answer["scope"].split() == announced


# Where it is tried that each member is so; those of back-channel logout are of its package.
TRIED = {
    **dict.fromkeys(
        (
            "issuer",
            *("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri", "end_session_endpoint"),
            *("revocation_endpoint", "introspection_endpoint"),
        ),
        "test_metadata_names_the_pinned_issuer_and_only_addresses_that_answer",
    ),
    "scopes_supported": "test_metadata_announces_the_scopes_that_a_client_can_get_and_no_other",
    "response_types_supported": "test_what_is_refused_is_told_to_the_client_at_once",
    "response_modes_supported": "test_what_is_refused_is_told_to_the_client_at_once",
    "grant_types_supported": "test_no_other_grant_is_offered_even_to_a_client_that_was_given_it",
    "prompt_values_supported": "test_what_is_refused_is_told_to_the_client_at_once",
    "subject_types_supported": "test_subject_types_are_public",
    "id_token_signing_alg_values_supported": "test_a_code_gives_an_id_token_that_the_published_key_verifies",
    "token_endpoint_auth_methods_supported": "test_a_client_authenticates_only_in_a_way_that_is_announced",
    "revocation_endpoint_auth_methods_supported": "test_a_public_client_revokes_its_own",
    "introspection_endpoint_auth_methods_supported": "test_a_public_client_cannot_say_who_it_is_and_is_told_nothing",
    "code_challenge_methods_supported": "test_what_is_refused_is_told_to_the_client_at_once",
    "authorization_response_iss_parameter_supported": "test_a_code_comes_with_the_state_and_with_who_gave_it",
    "claims_parameter_supported": "test_a_parameter_that_is_not_supported_is_not_heard",
    "request_parameter_supported": "test_what_is_refused_is_told_to_the_client_at_once",
    "request_uri_parameter_supported": "test_what_is_refused_is_told_to_the_client_at_once",
    "claims_supported": "test_metadata_announces_the_claims_that_are_told_and_no_other",
}


def test_each_member_is_tried_somewhere(client, db):
    announced = client.get("/.well-known/openid-configuration").json().keys() - BACK_CHANNEL.keys()
    assert announced == TRIED.keys()
    code = "".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))
    assert [test for test in TRIED.values() if f"def {test}(" not in code] == []


def test_subject_types_are_public(signed_in, alice):
    """Each client knows a person by the same ``sub`` (OpenID Connect Core, 8)."""
    for site in ("site-a", "site-b"):
        Client.objects.filter(pk=site).update(redirect_uris=REDIRECT_URI)
        own = {"client_id": site, "client_secret": secret(f"{site.replace('-', '_')}.client_secret")}
        tokens = redeem(signed_in, code_for(signed_in, client_id=site), **own).json()
        assert claims_in(tokens["id_token"])["sub"] == alice.subject.value


def test_metadata_says_what_is_tried_elsewhere(client, db):
    metadata = client.get("/.well-known/openid-configuration").json()
    assert metadata["grant_types_supported"] == ["authorization_code", "refresh_token"]
    assert metadata["response_types_supported"] == ["code"]
    assert metadata["response_modes_supported"] == ["query"]
    assert metadata["code_challenge_methods_supported"] == ["S256"]
    assert metadata["prompt_values_supported"] == ["none", "login", "consent"]
    assert metadata["token_endpoint_auth_methods_supported"] == ["client_secret_basic", "client_secret_post", "none"]
    assert metadata["revocation_endpoint_auth_methods_supported"] == metadata["token_endpoint_auth_methods_supported"]
    assert metadata["introspection_endpoint_auth_methods_supported"] == ["client_secret_basic", "client_secret_post"]
    assert metadata["subject_types_supported"] == ["public"]
    assert metadata["id_token_signing_alg_values_supported"] == ["RS256"]
    assert metadata["authorization_response_iss_parameter_supported"] is True
    for name in ("claims", "request", "request_uri"):
        assert metadata[f"{name}_parameter_supported"] is False


class AnotherAdapter(OIDCAdapter):
    def populate_server_metadata(self, data):
        super().populate_server_metadata(data)
        data["scopes_supported"] = [*data["scopes_supported"], "library"]
        data["service_documentation"] = "http://docs.example/"


@pytest.fixture
def metadata_with(client, db, settings):
    def metadata_with(adapter: str) -> dict:
        settings.IDP_OIDC_ADAPTER = adapter
        return client.get("/.well-known/openid-configuration").json()

    return metadata_with


def test_the_adapter_adds_to_the_metadata_and_changes_it(metadata_with):
    metadata = metadata_with(f"{__name__}.AnotherAdapter")
    assert metadata["service_documentation"] == "http://docs.example/"
    assert metadata["scopes_supported"] == ["openid", "profile", "email", "offline_access", "library"]
    assert metadata.items() >= BACK_CHANNEL.items()


def test_back_channel_logout_is_announced_by_the_adapter_of_its_package_and_by_nobody_else(metadata_with):
    announced = metadata_with("backchannel_logout.adapter.BackChannelLogoutAdapter")
    without = metadata_with("allauth.idp.oidc.adapter.DefaultOIDCAdapter")
    assert announced.items() >= BACK_CHANNEL.items()
    assert without.keys() == announced.keys() - BACK_CHANNEL.keys()
