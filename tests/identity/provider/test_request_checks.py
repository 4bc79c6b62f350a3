"""Requests that make no sense are answered as such, never with a 500."""

from urllib.parse import urlencode

import pytest

from tests.identity.provider.protocol import ASKING, authorize, redeem
from tests.identity.provider.wrong_requests import ODD_CREDENTIALS, ODD_FIELDS, ODD_PARAMETERS

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def signed_in(client, alice):
    client.force_login(alice)
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize(
    ("name", "value"),
    ODD_PARAMETERS,
)
@pytest.mark.parametrize("is_signed_in", [True, False])
def test_an_odd_authorization_request_is_no_fault_of_identitys(signed_in, name, value, is_signed_in):
    if not is_signed_in:
        signed_in.logout()
    response = authorize(signed_in, **{name: value})
    assert response.status_code < 500
    assert "evil" not in response.headers.get("Location", "")


@pytest.mark.parametrize(
    ("name", "wrong", "right"),
    [
        ("claims", ["x", "[]", "7", '{"a":' * 2000], '{"userinfo": {"email": null}}'),
        ("resource", ["x", "//[", "/a/path"], "https://api.example/"),
    ],
)
def test_claims_are_a_json_object_and_a_resource_is_an_absolute_uri(signed_in, name, wrong, right):
    assert [authorize(signed_in, **{name: value}).status_code for value in wrong] == [400] * len(wrong)
    assert authorize(signed_in, **{name: right}).status_code == 303


@pytest.mark.parametrize("name", ["code", "client_id"])
@pytest.mark.parametrize("value", ["é", "\x00", "c" * 101])
def test_a_code_or_client_that_can_be_none_of_this_server_is_refused_as_such(signed_in, name, value):
    response = redeem(signed_in, **{"code": "made-up", name: value})
    assert response.status_code == 400
    assert f"The {name} is not one of this server's." in response.json().values()


@pytest.mark.parametrize("path", ["authorize", "api/token", "api/userinfo"])
@pytest.mark.parametrize("query", ["x=%zz", "x=%", "%", "=&&=", "x=%ff", "x=%00"])
def test_a_query_that_is_not_encoded_is_refused(signed_in, path, query):
    for method in (signed_in.get, signed_in.post):
        assert method(f"/identity/o/{path}", QUERY_STRING=query).status_code < 500
    if query in ("x=%zz", "x=%", "%"):
        assert signed_in.get(f"/identity/o/{path}", QUERY_STRING=query).status_code == 400


@pytest.mark.parametrize(
    "changes",
    ODD_FIELDS,
)
def test_an_odd_token_request_is_told_so_in_json(signed_in, changes):
    response = redeem(signed_in, **{"code": "made-up", **changes})
    assert 400 <= response.status_code < 500
    assert response.json()["error"]


@pytest.mark.parametrize("authorization", ODD_CREDENTIALS)
def test_odd_credentials_are_refused(signed_in, authorization):
    headers = {"authorization": authorization}
    token = signed_in.post("/identity/o/api/token", {"grant_type": "authorization_code", "code": "x"}, headers=headers)
    assert token.status_code in (400, 401)
    assert signed_in.get("/identity/o/api/userinfo", headers=headers).status_code in (400, 401)


@pytest.mark.parametrize("content_type", [f"{FORM}; charset=utf-16", "multipart/form-data; boundary=x", "text/x", "é"])
@pytest.mark.parametrize("path", ["identity/o/api/token", "identity/o/authorize", "accounts/login", "accounts/logout"])
def test_a_body_that_cannot_be_read_is_no_fault_of_identitys(signed_in, path, content_type):
    path = f"/{path}/" if path.startswith("accounts") else f"/{path}"
    for body in (b"\xff\x00{", urlencode(ASKING).encode(), b"&".join(b"a%d=1" % n for n in range(2000))):
        assert signed_in.generic("POST", path, body, content_type).status_code < 500


ELSEWHERE = ["//evil.example", "http://evil.example/", "/\\evil.example", "http://identity.localhost/", "http:x", "//["]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_signing_in_leads_nowhere_but_to_a_page_of_identity(client, seeded, target):
    response = client.post("/accounts/login/", {"login": "alice", "password": "alice", "next": target})
    assert response["Location"] == "/signed-in/"
