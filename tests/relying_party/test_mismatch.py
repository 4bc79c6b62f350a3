"""What a failure page shows of two texts that should be equal, and of the provider's own words."""

import re

import pytest

from lab.misbehaving.answers import from_now
from relying_party.mismatch import masked, of_client, of_issuer, of_random
from tests.page import text_of

pytestmark = pytest.mark.django_db

ISSUER = "http://identity.localhost:8000"


@pytest.fixture
def answer(client, begin):
    """Come back with these parameters and the state of a sign-in that is under way."""
    return lambda **query: client.get("/oidc/callback/", {"state": begin()["state"], **query})


@pytest.mark.parametrize(
    ("issuer", "sentence", "cause"),
    [
        (f"{ISSUER}/", "There is a slash too many at the end.", "A slash at the end Likely. OIDC_OP_ISSUER was typed"),
        (ISSUER.replace("http", "https"), "The scheme is “https”", "http and https Likely. The provider stands behind"),
        ("http://127.0.0.1:8000", "The host is “127.0.0.1”", "localhost and 127.0.0.1 Likely."),
        ("http://evil.example:8000", "The host is “evil.example”", "Another host Likely."),
        ("http://identity.localhost:8010", "The port is “8010”", "Another port Likely."),
        (f"{ISSUER}/realms/x", "In the path, “/realms/x” is too much.", "Another path Likely. Some providers have"),
        (ISSUER.replace("identity", "Identity"), "Capital and small letters", "Typed wrong, or changed on one side"),
        ("x", "“x” stands instead of", "Typed wrong, or changed on one side Likely. Copy issuer"),
    ],
)  # fmt: skip
def test_the_issuer_of_an_answer_is_compared_with_that_in_the_settings(answer, issuer, sentence, cause):
    page = text_of(answer(code="c", iss=issuer))
    assert f"OIDC_OP_ISSUER {ISSUER[:4]}" in page
    assert "iss in the answer" in page
    assert sentence in page
    assert cause in page


def test_the_character_that_differs_is_marked_and_a_missing_one_is_an_empty_box(answer):
    page = answer(code="c", iss=f"{ISSUER}/").content.decode()
    assert f'<code>{ISSUER}<mark class="differ gap">&nbsp;</mark></code>' in page
    assert f'<code>{ISSUER}<mark class="differ">/</mark></code>' in page


def test_what_the_answer_names_is_text(answer):
    page = answer(code="c", iss="http://<script>").content.decode()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize("claim", ["aud", "azp"])
def test_the_client_of_an_id_token_is_compared_with_that_in_the_settings(come_back, provider, claim):
    provider.claims[claim] = "site-b"
    page = text_of(come_back())
    assert "OIDC_RP_CLIENT_ID site- a" in page  # the letter is marked
    assert f"{claim} in the ID Token site- b" in page
    assert "“b” stands instead of “a”." in page
    assert "Another registration Likely. OIDC_RP_CLIENT_ID is not the id" in page


def test_the_issuer_of_an_id_token_is_compared_too(come_back, provider):
    provider.claims["iss"] = f"{ISSUER}/"
    page = text_of(come_back())
    assert f"iss in the ID Token {ISSUER} /" in page
    assert "There is a slash too many at the end." in page


def test_two_nonces_are_compared_by_their_first_characters_only(client, begin, provider):
    asked = begin()
    provider.claims["nonce"] = "~~~~-the-rest-of-another"
    response = client.get("/oidc/callback/", {"code": "the-code", "state": asked["state"]})
    page = text_of(response)
    assert f"sent by this site {asked['nonce'][:4]} …" in page
    assert "nonce in the ID Token ~~~~ …" in page
    assert "Another sign-in Likely. The answer belongs to a sign-in of another tab" in page
    assert asked["nonce"] not in response.content.decode()
    assert "the-rest-of-another" not in response.content.decode()


def test_a_state_is_shown_beside_the_newest_of_this_session(client, begin):
    begin()
    newest = begin()["state"]
    response = client.get("/oidc/callback/", {"code": "c", "state": "~~~~-of-another-session"})
    page = text_of(response)
    assert f"newest state of this session {newest[:4]} …" in page
    assert "state in the answer ~~~~ …" in page
    assert newest not in response.content.decode()


@pytest.mark.parametrize(
    ("claim", "seconds"), [("iat", 90), ("nbf", 90), ("exp", -90), ("iat", 100_000_000_000), ("exp", -(10**12))]
)
def test_a_time_is_shown_beside_the_clock_of_this_server(come_back, provider, claim, seconds):
    provider.claims[claim] = from_now(seconds)
    page = text_of(come_back())
    assert "the clock of this server 20" in page
    assert f"{claim} in the token" in page
    if abs(seconds) == 90:
        assert re.search("They differ by (89|90|91) seconds. OIDC_LEEWAY allows 30.", page)
        assert "Two clocks Likely. One of the two servers has the wrong time" in page


def test_what_is_no_time_is_shown_as_it_came(come_back, provider):
    provider.claims["iat"] = "yesterday"
    page = text_of(come_back())
    assert "iat in the token yesterday" in page
    assert "They differ" not in page


def test_two_types_are_said_to_be_two(come_back, provider):
    provider.claims["sub"], provider.userinfo["sub"] = "35", 35
    page = text_of(come_back())
    assert "sub in the ID Token 35 sub in userinfo 35" in page
    assert "The one in userinfo is not a text." in page


@pytest.mark.parametrize(
    ("claim", "wrong", "shown"),
    [
        ("aud", ["other", "another"], "OIDC_RP_CLIENT_ID site-a aud in the ID Token other, another"),
        ("aud", None, "aud in the ID Token nothing"),
        ("aud", {"a": 1}, "aud in the ID Token {'a': 1}"),
        ("sub", 7, "expected a text of 1 to 255 characters sub in the ID Token 7"),
    ],
)
def test_what_is_not_compared_is_shown_in_plain_words(come_back, provider, claim, wrong, shown):
    provider.claims[claim] = wrong
    assert shown in text_of(come_back())


@pytest.mark.parametrize(
    ("claim", "wrong", "row"),
    [
        ("aud", ["other"], "iss, aud, azp It was made by another provider or for another client"),
        ("exp", "soon", "exp, iat, nbf The clocks of the two servers differ"),
        ("at_hash", 7, "nonce, at_hash, auth_time It belongs to another sign-in"),
        ("sub", None, "sub The provider does not say whom it means."),
    ],
)
def test_only_the_causes_of_this_claim_are_named(come_back, provider, claim, wrong, row):
    """Of one that is not likely more than usually, none is called likely."""
    provider.claims[claim] = wrong
    page = text_of(come_back())
    assert f"Cause How to tell {row}" in page
    assert "Likely" not in page
    assert page.count("The provider does not say whom it means.") == (claim == "sub")


def test_what_is_no_text_is_not_compared():
    assert of_issuer(ISSUER, None, "iss").sentences == ()
    assert of_client("site-a", ["site-a", "site-b"], "aud").sentences == ()
    assert of_random("abcdef", 7, "sent", "came") is None
    assert of_random("abcdef", "abcdxx", "sent", "came") is None  # the characters that are shown are the same
    assert masked("") == ""


def test_the_provider_s_words_are_quoted_and_shortened(answer):
    page = answer(error="invalid_scope", error_description="<b>Not registered: scope phone.</b>" + "x" * 1000)
    assert "The provider’s own words: invalid_scope <b>Not registered: scope phone.</b>xxx" in text_of(page)
    assert "<b>Not" not in page.content.decode()
    assert "x" * 301 not in page.content.decode()


def test_a_provider_that_gives_no_reason_is_said_to_give_none(answer):
    page = text_of(answer(error="access_denied"))
    assert "The provider’s own words: access_denied and no reason in words." in page
