"""The pages about a request that is not sent back: both texts, the difference, its cause, and what is not told."""

from urllib.parse import urlencode

import pytest
from allauth.idp.oidc.models import Client

from lab.servers import INSPECTOR, SITE_A, SITE_B
from tests.identity.provider.protocol import REDIRECT_URI, authorize
from tests.page import terms_in, text_of
from trace_context import journey_of

TEMPLATE = '<mark class="differ{gap}">{text}</mark>'


def marked(text):
    return TEMPLATE.format(gap="" if text else " gap", text=text or "&nbsp;")


@pytest.mark.parametrize(
    ("change", "sentence", "cause", "advice"),
    [
        (lambda uri: uri.rstrip("/"), "The slash at the end is missing.", "the slash at the end", "the same ending"),
        (lambda uri: uri.replace("http:", "https:"), "The scheme is “https”", "http and https", "X-Forwarded-Proto"),
        (
            lambda uri: uri.replace(SITE_A.host, "127.0.0.1"),
            "The host is “127.0.0.1”",
            "localhost and 127.0.0.1",
            "Open the site under the registered name.",
        ),
        (lambda uri: uri.replace(SITE_A.host, SITE_B.host), "The host is", "the host", "forward the Host header"),
        (lambda uri: uri.replace(str(SITE_A.port), "9"), "The port is “9”", "the port", "at the registered port"),
        (lambda uri: uri.replace("oidc", "odic"), "In the path, “di” stands", "the path", "Compare urls.py"),
        (lambda uri: uri.replace("oidc", "OIDC"), "Capital and small letters", "capital letters", "the same letters"),
        (lambda uri: uri + "?x=1", "In the query, “?x=1” is too much.", "the query", "under the state"),
        (lambda uri: uri + "#x", "In the fragment, “#x” is too much.", "the fragment", "Remove the #"),
        (lambda uri: "javascript:x", "“javascript:x” stands instead of", "typed wrong", "Copy the text"),
    ],
)  # fmt: skip
def test_a_redirect_uri_is_compared_with_the_registered_one(client, seeded, change, sentence, cause, advice):
    page = text_of(authorize(client, redirect_uri=change(REDIRECT_URI)))
    assert "This redirect URI is not registered for site A." in page
    assert sentence in page
    assert f"The usual cause: {cause}" in page
    assert f"If you build site A: {advice}" in page or advice in page


def test_the_word_of_the_protocol_is_explained_once(client, seeded):
    assert terms_in(authorize(client, redirect_uri="http://evil.example/").content.decode()) == ["redirect-uri"]
    assert terms_in(authorize(client, client_id="nobody").content.decode()) == ["client"]


def test_the_character_that_differs_is_marked_and_a_missing_one_is_an_empty_box(client, seeded):
    page = authorize(client, redirect_uri=REDIRECT_URI.rstrip("/")).content.decode()
    same = REDIRECT_URI.rstrip("/")
    assert f"<code>{same}{marked('/')}</code>" in page
    assert f"<code>{same}{marked('')}</code>" in page


def test_of_several_registered_addresses_the_nearest_is_shown(client, seeded):
    Client.objects.filter(pk="site-a").update(redirect_uris=f"https://elsewhere.example/\n{REDIRECT_URI}")
    page = text_of(authorize(client, redirect_uri=REDIRECT_URI + "x"))
    assert f"the nearest of 2 registered {REDIRECT_URI}" in page
    assert "elsewhere.example" not in page


def test_a_client_id_is_compared_with_one_that_is_like_it_and_with_no_other(client, seeded):
    alike = text_of(authorize(client, client_id="site-b "))
    assert "No client is registered under this id." in alike
    assert "the nearest registered site-b" in alike
    assert "“ ” is too much." in alike
    other = text_of(authorize(client, client_id="nobody-knows-this"))
    assert "in this request nobody-knows-this" in other
    assert "the nearest registered" not in other


@pytest.mark.parametrize(
    ("without", "sentence"),
    [("client_id", "This request names no client."), ("redirect_uri", "This request names no redirect URI.")],
)
def test_what_is_missing_is_said_to_be_missing(client, seeded, without, sentence):
    page = text_of(authorize(client, **{without: None}))
    assert sentence in page
    assert "letter by letter" in page


def test_the_page_leads_to_the_exchange_and_has_the_words_of_the_library_for_the_developer(client, seeded):
    response = authorize(client, redirect_uri=REDIRECT_URI + "x", state="the-state")
    assert f'href="{INSPECTOR.origin}/journey/{journey_of("the-state")}/"' in response.content.decode()
    assert "Error invalid_request Mismatching redirect URI. Client site-a" in text_of(response)


@pytest.mark.parametrize(
    "changes", [{"redirect_uri": REDIRECT_URI + "x"}, {"client_id": "site-b "}, {"client_id": "SITE-A"}]
)
def test_by_default_strangers_are_told_nothing_that_is_registered(client, seeded, settings, changes):
    """A production that keeps Identity's pages: neither an address nor an id that the request did not bring."""
    del settings.IDENTITY_TELLS_REGISTRATIONS
    Client.objects.filter(pk="site-a").update(redirect_uris="https://internal.example/back")
    response = authorize(client, **changes)
    assert response.status_code == 400
    assert "internal.example" not in response.content.decode()
    assert "registered site-" not in text_of(response)
    assert "The usual cause" not in text_of(response)
    (given,) = changes.values()
    assert f"in this request {given.strip()}" in text_of(response)


def test_what_a_stranger_writes_into_the_request_is_text_and_ends_somewhere(client, seeded):
    page = authorize(client, redirect_uri="<script>" + "x" * 3000).content.decode()
    assert "<script>x" not in page
    assert "&lt;script&gt;x" in page
    assert "x" * 500 not in page


@pytest.mark.parametrize(
    ("change", "sentence", "cause"),
    [
        (lambda uri: uri.rstrip("/"), "The slash at the end is missing.", "the slash at the end"),
        (lambda uri: uri.replace("http:", "https:"), "The scheme is “https”", "http and https"),
        (lambda uri: uri.replace(str(SITE_A.port), "9"), "The port is “9”", "the port"),
        (lambda uri: uri.replace(f":{SITE_A.port}", ""), "The port is missing", "the port"),
        (lambda uri: uri.replace(SITE_A.host, SITE_B.host), "The host is", "the host"),
        (lambda uri: uri.replace(SITE_A.host, "localhost"), "The host is “localhost”", "localhost and 127.0.0.1"),
    ],
)
def test_the_usual_cause_is_that_of_just_this_difference_also_after_signing_out(
    client, seeded, change, sentence, cause
):
    given = change(f"{SITE_A.origin}/signed-out/")
    asked = {"client_id": "site-a", "post_logout_redirect_uri": given}
    page = text_of(client.get("/identity/o/logout?" + urlencode(asked)))
    assert f"registered{SITE_A.origin}/signed-out/" in page.replace(" ", "")
    assert f"inthisrequest{given}" in page.replace(" ", "")
    assert sentence in page
    assert f"The usual cause: {cause}" in page


def test_a_post_logout_redirect_uri_is_compared_with_the_registered_one(client, seeded):
    asked = {"client_id": "site-a", "post_logout_redirect_uri": f"{SITE_A.origin}/signed-out", "state": "the-state"}
    response = client.get("/identity/o/logout?" + urlencode(asked))
    page = text_of(response)
    assert "site A has not registered this address." in page
    assert "The slash at the end is missing." in page
    assert "The usual cause: the slash at the end" in page
    assert f'href="{INSPECTOR.origin}/journey/{journey_of("the-state")}/"' in response.content.decode()
