"""What holds for any request to Identity, also for those that nobody thought of."""

import base64
from contextlib import suppress

import pytest
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.test import RequestFactory
from hypothesis import example, given, settings
from hypothesis import strategies as st

from identity.provider.id_token_hint import claims_of_hint
from identity.provider.request_checks import well_formed, well_formed_for_programs
from tests.foreign_texts import LATIN, TEXTS, stays_at

pytestmark = pytest.mark.django_db

often = settings(max_examples=150)
NAMES = st.sampled_from(["claims", "resource", "code", "client_id", "request", "scopes", "state"])
PAIRS = st.lists(st.tuples(NAMES | TEXTS, TEXTS | st.sampled_from(["{}", "[" * 200, "http://[", "urn:x"])), max_size=5)
TYPES = st.sampled_from(["application/x-www-form-urlencoded", "multipart/form-data", "multipart/form-data; boundary=x"])


def as_query(pairs: list[tuple[str, str]]) -> str:
    """As it stands in an address, not percent-encoded: each byte a character."""
    return "&".join("=".join(pair) for pair in pairs).encode().decode("latin-1")


def asked(query: str, body: bytes, content_type: str):
    request = RequestFactory().post("/", body, content_type=content_type)
    request.META["QUERY_STRING"] = query
    return request


@often
@given(query=LATIN | PAIRS.map(as_query), body=st.binary(), type=TYPES)
@example(query="resource=http://[", body=b"", type="multipart/form-data")
def test_a_request_passes_the_checks_or_is_a_bad_one(query, body, type):
    with suppress(BadRequest, SuspiciousOperation, MultiPartParserError):
        assert well_formed(lambda request: HttpResponse())(asked(query, body, type)).status_code == 200


@often
@given(query=LATIN, body=st.binary(), type=TYPES)
def test_a_program_is_always_told_as_json(query, body, type):
    response = well_formed_for_programs(lambda request: HttpResponse())(asked(query, body, type))
    assert response.status_code in (200, 400)
    assert response["Cache-Control"] == "no-store"


HEADERS = st.text('{}[]":,kidalgRS256none', max_size=60).map(
    lambda header: base64.urlsafe_b64encode(header.encode()).rstrip(b"=").decode() + ".e30.AAAA"
)


@often
@given(token=TEXTS | LATIN | HEADERS)
@example(token="\ud800.e30.AAAA")
@example(token=base64.urlsafe_b64encode(b'{"kid":' + b"[" * 100_000).rstrip(b"=").decode() + ".e30.AAAA")
def test_a_hint_that_identity_did_not_sign_hints_at_nobody(token):
    assert claims_of_hint(token) is None


@given(target=TEXTS | st.text("/\\:@?#.\t\r\nhtpsevil", max_size=20))
@example(target="//evil.example/")
@example(target="/\\evil.example/")
@example(target="http:///evil.example/")
@example(target="javascript:alert(1)")
def test_a_sign_in_leads_to_a_page_of_identity_and_nowhere_else(new_client, alice, settings, target):
    client = new_client()
    client.force_login(alice)  # who is signed in is led on at once, without a password
    led_on = client.get("/accounts/login/", {"next": target})
    assert led_on.status_code == 302
    assert stays_at(settings.SERVER.origin, led_on["Location"])
