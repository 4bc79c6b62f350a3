"""``manage.py relying_party ISSUER``: what a provider says of itself becomes settings, or is said not to fit."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from lab.misbehaving.answers import JWKS
from relying_party import metadata
from relying_party.jwks import Keys
from relying_party.metadata import WELL_KNOWN, Metadata, check_addresses

ISSUER = "http://identity.localhost:8000"
SAID = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/authorize",
    "token_endpoint": f"{ISSUER}/token",
    "userinfo_endpoint": f"{ISSUER}/userinfo",
    "jwks_uri": f"{ISSUER}{JWKS}",
    "end_session_endpoint": f"{ISSUER}/logout",
    "response_types_supported": ["code", "id_token"],
    "code_challenge_methods_supported": ["plain", "S256"],
    "id_token_signing_alg_values_supported": ["HS256", "RS256"],
    "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
    "scopes_supported": ["openid", "profile", "email", "address"],
    "backchannel_logout_supported": True,
    "authorization_response_iss_parameter_supported": True,
}
GONE = object()


@pytest.fixture
def told(provider):
    """What the command prints of a provider that says so; and what it ends with, if it does not fit."""

    def told(asked: str = ISSUER, **changes) -> tuple[dict, list[str], str]:
        said = {name: value for name, value in (SAID | changes).items() if value is not GONE}
        provider.answers[WELL_KNOWN] = (200, json.dumps(said), "application/json")
        out, fault = StringIO(), ""
        try:
            call_command("relying_party", asked, stdout=out)
        except CommandError as error:
            fault = str(error)
        lines = out.getvalue().splitlines()
        values: dict = {}
        exec("\n".join(lines), {}, values)  # what is printed can be put into settings.py
        return values, [line for line in lines if line.startswith("# ")], fault

    return told


def test_the_settings_of_a_provider_that_fits_are_printed_and_nothing_else(told):
    assert told() == (
        {
            "OIDC_OP_ISSUER": ISSUER,
            "OIDC_OP_AUTHORIZATION_ENDPOINT": f"{ISSUER}/authorize",
            "OIDC_OP_TOKEN_ENDPOINT": f"{ISSUER}/token",
            "OIDC_OP_JWKS_ENDPOINT": f"{ISSUER}{JWKS}",
            "OIDC_OP_USER_ENDPOINT": f"{ISSUER}/userinfo",
            "OIDC_OP_END_SESSION_ENDPOINT": f"{ISSUER}/logout",
            "OIDC_RP_SIGN_ALGO": "RS256",
            "OIDC_TOKEN_USE_BASIC_AUTH": False,
            "OIDC_ISS_REQUIRED": True,
        },
        [],
        "",
    )


@pytest.mark.parametrize(
    ("changes", "name", "value"),
    [
        ({"token_endpoint_auth_methods_supported": ["client_secret_basic"]}, "OIDC_TOKEN_USE_BASIC_AUTH", True),
        ({"token_endpoint_auth_methods_supported": GONE}, "OIDC_TOKEN_USE_BASIC_AUTH", True),
        ({"token_endpoint_auth_methods_supported": ["private_key_jwt"]}, "OIDC_TOKEN_USE_BASIC_AUTH", False),
        ({"authorization_response_iss_parameter_supported": GONE}, "OIDC_ISS_REQUIRED", False),
        ({"userinfo_endpoint": GONE}, "OIDC_OP_USER_ENDPOINT", None),
        ({"end_session_endpoint": GONE}, "OIDC_OP_END_SESSION_ENDPOINT", None),
        ({"id_token_signing_alg_values_supported": ["ES256"]}, "OIDC_RP_SIGN_ALGO", "ES256"),
        (
            {"authorization_endpoint": f"{ISSUER}/authorize?p=x"},
            "OIDC_OP_AUTHORIZATION_ENDPOINT",
            f"{ISSUER}/authorize?p=x",
        ),
    ],
)
def test_what_it_says_becomes_a_setting(told, changes, name, value):
    assert told(**changes)[0][name] == value


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"issuer": f"{ISSUER}/"}, "It calls itself otherwise: OIDC_OP_ISSUER"),
        ({"issuer": 7}, "It calls itself otherwise: OIDC_OP_ISSUER"),
        ({"token_endpoint": GONE}, "It has no token_endpoint."),
        ({"token_endpoint": ["a"]}, "It has no token_endpoint."),
        ({"userinfo_endpoint": "http://op.example/userinfo"}, "userinfo_endpoint is not https"),
        ({"response_types_supported": ["id_token"]}, "response_type=code"),
        ({"response_modes_supported": ["form_post"]}, "response_mode=query"),
        ({"code_challenge_methods_supported": ["plain"]}, "It knows PKCE, and not with S256"),
        ({"id_token_signing_alg_values_supported": ["HS256", "none"]}, "It signs by no algorithm that is known here."),
        ({"id_token_signing_alg_values_supported": ["ES256"]}, "None of its 1 public keys verifies ES256."),
        ({"token_endpoint_auth_methods_supported": ["tls_client_auth"]}, "A client proves itself by tls_client_auth"),
    ],
)
def test_what_does_not_fit_is_said(told, changes, fault):
    assert fault in told(**changes)[2]


@pytest.mark.parametrize("member", ["authorization_endpoint", "token_endpoint", "jwks_uri", "end_session_endpoint"])
@pytest.mark.parametrize("host", ["127.0.0.1:2375", "localhost", "x.localhost:8001", "[::1]"])
def test_no_other_machine_leads_this_one_to_itself(member, host):
    said = {member: f"http://{host}/x"}
    fault = f"{member} is an address of this machine, and the issuer is not."
    assert fault in check_addresses(Metadata("https://op.example", said, Keys((), 0)))
    assert fault not in check_addresses(Metadata("http://127.0.0.1:9000", said, Keys((), 0)))


def test_keys_of_this_machine_are_not_asked_for_in_the_name_of_another(monkeypatch):
    asked = []
    monkeypatch.setattr(
        metadata, "json_at", lambda url, issuer: asked.append(url) or {"jwks_uri": "http://localhost/x"}
    )
    metadata.metadata_of("https://op.example")
    assert asked == [f"https://op.example{WELL_KNOWN}"]


@pytest.mark.parametrize(
    "name",
    [
        "userinfo_endpoint",
        "end_session_endpoint",
        "backchannel_logout_supported",
        "code_challenge_methods_supported",
    ],
)
def test_what_it_does_without_is_noted(told, name):
    _, noted, fault = told(**{name: GONE})
    assert len(noted) == 1
    assert not fault


def test_scopes_that_it_does_not_name_are_noted(told):
    _, noted, fault = told(scopes_supported=["openid", "email"])
    assert noted == ["# It does not name these scopes of OIDC_RP_SCOPES: profile."]
    assert not fault


def test_the_address_of_the_metadata_is_as_good_as_the_issuer(told):
    assert told(f"{ISSUER}{WELL_KNOWN}")[2] == ""


@pytest.mark.parametrize(
    ("answer", "words"),
    [((404, "", "text/html"), "404"), ((200, "<html>", "text/html"), "no JSON"), ((200, "[]", "text/json"), "no JSON")],
)
def test_what_is_no_metadata_is_said(provider, answer, words):
    provider.answers[WELL_KNOWN] = answer
    with pytest.raises(CommandError, match=words):
        call_command("relying_party", ISSUER, stdout=StringIO())


@pytest.mark.parametrize("issuer", ["", "no address", "ftp://op.example", "https://127.0.0.1:1"])
def test_nor_is_one_that_cannot_be_asked(settings, issuer):
    with pytest.raises(CommandError):
        call_command("relying_party", issuer, stdout=StringIO())
