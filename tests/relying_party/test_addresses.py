"""Every address of the provider may have a query of its own, which stays as it is."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from lab.misbehaving.answers import AUTHORIZE, END_SESSION, JWKS, TOKEN, USERINFO
from relying_party.addresses import with_parameters

pytestmark = pytest.mark.django_db

ORIGIN = "http://identity.localhost:8000"
POLICY = "p=B2C_1_sign_in&federated"


@pytest.mark.parametrize(
    ("address", "whole"),
    [
        ("https://op/authorize", "https://op/authorize?scope=a+b&state=s"),
        ("https://op/authorize?", "https://op/authorize?scope=a+b&state=s"),
        ("https://op/authorize?p=x", "https://op/authorize?p=x&scope=a+b&state=s"),
        ("https://op/authorize?p=a%20b&&federated", "https://op/authorize?p=a%20b&federated&scope=a+b&state=s"),
        ("https://op/authorize?scope=theirs&%73tate=x&p=x", "https://op/authorize?p=x&scope=a+b&state=s"),
        ("https://op/authorize#there", "https://op/authorize?scope=a+b&state=s"),
    ],
)
def test_parameters_come_after_those_that_an_address_has(address, whole):
    assert with_parameters(address, {"scope": "a b", "state": "s"}) == whole


def test_a_sign_in_keeps_the_query_of_every_endpoint(client, come_back, provider, settings):
    for name, path in {"TOKEN": TOKEN, "USER": USERINFO, "JWKS": JWKS}.items():
        setattr(settings, f"OIDC_OP_{name}_ENDPOINT", f"{ORIGIN}{path}?{POLICY}")
    settings.OIDC_OP_AUTHORIZATION_ENDPOINT = f"{ORIGIN}{AUTHORIZE}?{POLICY}"
    assert come_back().status_code == 302
    assert [path for _, path, _ in provider.seen] == [f"{path}?{POLICY}" for path in (TOKEN, JWKS, USERINFO)]


def test_the_browser_is_sent_there_with_one_query(client, begin, settings):
    settings.OIDC_OP_AUTHORIZATION_ENDPOINT = f"{ORIGIN}{AUTHORIZE}?{POLICY}"
    there = urlsplit(client.get("/oidc/authenticate/")["Location"])
    assert there.path == AUTHORIZE
    assert there.query.startswith(f"{POLICY}&response_type=code&scope=openid+")
    names = [name for name, _ in parse_qsl(there.query, keep_blank_values=True)]
    assert len(set(names)) == len(names)


def test_an_extra_parameter_without_a_value_is_sent_too(client, settings):
    settings.OIDC_AUTH_REQUEST_EXTRA_PARAMS = {"ui_locales": ""}
    assert "&ui_locales=&" in client.get("/oidc/authenticate/")["Location"]


def test_so_it_is_when_signing_out(signed_in, settings):
    settings.OIDC_OP_END_SESSION_ENDPOINT = f"{ORIGIN}{END_SESSION}?{POLICY}"
    there = signed_in.post("/oidc/logout-everywhere/")["Location"]
    assert there.startswith(f"{ORIGIN}{END_SESSION}?{POLICY}&client_id=")
