"""What a refusal tells: in the log both sides and the provider's words; on the page only where a setting says so."""

import re

import pytest

from lab.misbehaving.answers import TOKEN, USERINFO, from_now
from tests.page import text_of
from tests.relying_party.conftest import claims_of, reason_shown

pytestmark = pytest.mark.django_db

ISSUER = "http://identity.localhost:8000"
WORDS = "PKCE: code_challenge was not sent at the authorization request"


@pytest.fixture
def logged(caplog):
    """The one line about a sign-in that failed."""

    def logged() -> str:
        (line,) = [record.getMessage() for record in caplog.records if record.name == "relying_party.callback"]
        assert "\n" not in line
        return line

    return logged


@pytest.fixture
def briefly(settings):
    settings.OIDC_EXPLAIN_FAILURES = False


def test_the_log_has_both_texts_and_how_they_differ(come_back, provider, logged):
    provider.claims["iss"] = f"{ISSUER}/"
    come_back()
    assert "token_refused" in logged()
    assert f"OIDC_OP_ISSUER: '{ISSUER}'; iss in the ID Token: '{ISSUER}/'; There is a slash too many" in logged()


def test_the_log_has_the_seconds_between_two_clocks(come_back, provider, logged):
    provider.claims["exp"] = from_now(-90)
    come_back()
    assert re.search(r"They differ by (89|90|91) seconds\. OIDC_LEEWAY allows 30\.", logged())


def test_the_log_has_the_provider_s_words(come_back, provider, logged):
    provider.answers[TOKEN] = (400, f'{{"error": "invalid_request", "error_description": "{WORDS}"}}', "text/json")
    come_back()
    assert f"the provider says: 'invalid_request' '{WORDS}'" in logged()


def test_words_in_a_challenge_are_heard_too(come_back, provider):
    provider.answers[USERINFO] = (401, "", "text/plain")
    provider.headers[USERINFO] = {
        "WWW-Authenticate": 'Bearer realm="x", error="invalid_token", error_description="it <b>expired</b>"'
    }
    response = come_back()
    assert "The provider’s own words: invalid_token it <b>expired</b>" in text_of(response)
    assert "<b>expired" not in response.content.decode()


def test_what_comes_with_line_breaks_stays_one_line(client, begin, logged):
    client.get("/oidc/callback/", {"state": begin()["state"], "error": "e\nFAKE", "error_description": "d\r\nFAKE"})
    assert r"'e\nFAKE' 'd\r\nFAKE'" in logged()


def test_words_are_cut_at_two_hundred_characters(come_back, provider, logged):
    provider.answers[TOKEN] = (400, f'{{"error": "x", "error_description": "{"d" * 300}"}}', "text/json")
    page = come_back().content.decode()
    assert "d" * 200 in page
    assert "d" * 201 not in page + logged()


def test_no_secret_that_the_provider_repeats_is_told(client, begin, provider, settings, logged):
    asked = begin()
    token = provider.id_token()

    def answer(path, form):
        said = " ".join([form["code"], form["code_verifier"], form["client_secret"], token])
        return 400, f'{{"error": "{form["code"]}", "error_description": "wrong: {said}"}}', "application/json"

    provider.answer = answer
    page = client.get("/oidc/callback/", {"code": "the-code-of-mine", "state": asked["state"]}).content.decode()
    told = page + logged()
    assert "wrong: … … … …" in told
    for secret in ("the-code-of-mine", provider.forms[0]["code_verifier"], settings.OIDC_RP_CLIENT_SECRET, token):
        assert secret not in told


def test_nor_what_the_browser_brings(client, begin, logged):
    state = begin()["state"]
    query = {"state": state, "error": "server_error", "error_description": f"no {state}", "code": "the-code-of-mine"}
    page = client.get("/oidc/callback/", query).content.decode()
    assert state not in page + logged()
    assert "<q>no …</q>" in page


@pytest.mark.usefixtures("briefly")
def test_a_page_for_everybody_has_the_kind_what_to_do_and_where_the_log_says_more(come_back, provider, logged):
    provider.claims |= {"iss": f"{ISSUER}/"}
    response = come_back()
    page = text_of(response)
    assert reason_shown(response) == "token_refused"
    assert "Sign-in not finished: the provider’s token was refused because of its “iss”." in page
    assert "Sign in again" in page
    reference = re.search(r"tell those who run this site: (\w+) leads them to what happened", page)[1]
    assert f"[{reference}]: token_refused" in logged()
    for told in (ISSUER, "OIDC_", "slash", "What happened", "Why this usually happens"):
        assert told not in page


@pytest.mark.usefixtures("briefly")
def test_it_does_not_repeat_the_provider_s_words_either(client, begin):
    page = text_of(client.get("/oidc/callback/", {"state": begin()["state"], "error": "e", "error_description": WORDS}))
    assert WORDS not in page
    assert "the provider answered with an error" in page


@pytest.mark.usefixtures("briefly")
def test_with_debug_it_shows_everything(come_back, provider, settings):
    settings.DEBUG = True
    provider.claims["iss"] = f"{ISSUER}/"
    assert "There is a slash too many at the end." in text_of(come_back())


def test_a_reference_is_on_every_page_and_of_one_failure_only(client):
    told = {re.search(r"In this server’s log (\w{8})", text_of(client.get("/oidc/callback/")))[1] for _ in range(3)}
    assert len(told) == 3


def test_a_logout_token_that_is_refused_is_logged_with_both_sides(tell, provider, caplog):
    tell(provider.signed(claims_of(provider, aud="site-b"), typ="logout+jwt"))
    assert "Logout token refused: token_refused; " in caplog.text
    assert "OIDC_RP_CLIENT_ID: 'site-a'" in caplog.text
    assert "'site-b'" in caplog.text


# An answer by POST


@pytest.mark.parametrize("form", [{}, {"code": "c", "state": "s"}, {"error": "access_denied"}])
def test_an_answer_by_post_is_said_to_be_one_and_what_to_set(new_client, begin, provider, form):
    begin()
    stranger = new_client(enforce_csrf_checks=True)  # the browser sends no cookie with another site's form
    response = stranger.post("/oidc/callback/", form)
    assert (response.status_code, response["Allow"], reason_shown(response)) == (405, "GET", "answered_by_post")
    assert 'OIDC_AUTH_REQUEST_EXTRA_PARAMS = {"response_mode": "query"}' in text_of(response)
    assert not response.cookies
    assert not provider.seen


def test_it_uses_no_state_up_and_signs_nobody_out(client, begin, come_back):
    come_back()
    state = begin()["state"]
    assert client.post("/oidc/callback/", {"code": "c", "state": state}).status_code == 405
    assert "_auth_user_id" in client.session
    assert client.get("/oidc/callback/", {"code": "c", "state": state}).status_code == 302


# iss in the answer


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ({"code": "c"}, "no_issuer"),
        ({"error": "access_denied"}, "no_issuer"),
        ({"code": "c", "iss": ""}, "other_issuer"),
        ({"code": "c", "iss": f"{ISSUER}/"}, "other_issuer"),
        ({"code": "c", "iss": ISSUER}, ""),
    ],
)
def test_where_the_setting_says_so_an_answer_without_iss_is_refused(client, begin, provider, settings, query, reason):
    settings.OIDC_ISS_REQUIRED = True
    response = client.get("/oidc/callback/", {"state": begin()["state"], **query})
    assert reason_shown(response) == reason
    assert bool(provider.seen) == (not reason)
