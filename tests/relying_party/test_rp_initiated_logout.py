"""Signing out here, and here and at Identity; and what the page afterwards knows."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.sessions.models import Session
from django.core import signing
from django.core.cache import cache

from lab.misbehaving.answers import JWKS, MISSING, from_now
from relying_party.models import LogoutToken
from relying_party.rp_initiated_logout import SALT
from session_inspector.journal.database import redactor
from session_inspector.journal.schema import Masked
from tests.page import text_of
from tests.recorded import content_of, recorded
from tests.relying_party.conftest import is_signed_in

pytestmark = pytest.mark.django_db

EVERYWHERE = "/oidc/logout-everywhere/"


def asked_of_identity(response) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(response["Location"]).query).items()}


@pytest.fixture
def came_back(signed_in):
    """Signed out here, asked Identity, and sent back by it: the path of the page, with the state."""
    return "/signed-out/?state=" + asked_of_identity(signed_in.post(EVERYWHERE))["state"]


def test_it_signs_out_here_and_asks_identity(signed_in, settings):
    id_token = signed_in.session["oidc_id_token"]
    response = signed_in.post(EVERYWHERE)
    assert response.status_code == 302
    assert response["Location"].partition("?")[0] == settings.OIDC_OP_END_SESSION_ENDPOINT
    asked = asked_of_identity(response)
    assert asked.pop("state")
    assert asked == {
        "id_token_hint": id_token,
        "client_id": settings.OIDC_RP_CLIENT_ID,
        "post_logout_redirect_uri": f"{settings.SERVER.origin}/signed-out/",
    }
    assert not Session.objects.exists()


@pytest.mark.parametrize("endpoint", [None, ""])
def test_a_provider_without_such_an_address_is_not_asked(signed_in, settings, endpoint):
    settings.OIDC_OP_END_SESSION_ENDPOINT = endpoint
    assert signed_in.post(EVERYWHERE)["Location"] == "/signed-out/"
    assert not is_signed_in(signed_in)


def test_without_the_id_token_identity_is_asked_all_the_same(signed_in):
    session = signed_in.session
    del session["oidc_id_token"]
    session.save()
    assert "id_token_hint" not in asked_of_identity(signed_in.post(EVERYWHERE))


@pytest.mark.parametrize("path", [EVERYWHERE, "/oidc/logout/", "/oidc/backchannel-logout/"])
@pytest.mark.parametrize("method", ["get", "head"])
def test_a_link_or_a_picture_signs_nobody_out(signed_in, path, method):
    response = getattr(signed_in, method)(path, headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 405
    assert is_signed_in(signed_in)


@pytest.mark.parametrize("path", [EVERYWHERE, "/oidc/logout/"])
def test_nor_does_a_form_of_another_site(signed_in, path):
    signed_in.handler.enforce_csrf_checks = True
    assert signed_in.post(path).status_code == 403
    assert signed_in.post(path, headers={"Origin": "http://evil.example"}).status_code == 403
    assert is_signed_in(signed_in)


def test_a_second_click_asks_identity_too_and_leaves_the_stranger_their_values(client, provider, settings):
    client.post("/values/language/", {"language": "fr"})
    assert client.post(EVERYWHERE)["Location"].startswith(settings.OIDC_OP_END_SESSION_ENDPOINT)
    assert client.session["language"] == "fr"


def test_after_signing_out_here_the_page_says_that_identity_was_not_told(signed_in):
    page = text_of(signed_in.post("/oidc/logout/", follow=True))
    assert "You are signed out of site A only." in page
    assert "one click and no password" in page
    assert "It works for up to an hour, or until your session at Identity ends." in page
    assert not Session.objects.exists()


def test_until_a_logout_token_comes_the_page_claims_nothing(signed_in, came_back):
    page = text_of(signed_in.get(came_back))
    assert "As far as this site knows, Identity still knows you." in page
    assert (
        "If you chose to stay there, that is right. If not, Identity’s message is still on its way. It appears here."
        in page
    )


def test_once_it_came_the_page_says_when(signed_in, came_back, tell, logout_token):
    tell(logout_token())
    page = text_of(signed_in.get(came_back))
    assert "You are signed out of site A, and of Identity." in page
    assert f"It told this server at {LogoutToken.objects.get().at:%H:%M:%S} UTC" in page


def test_while_identity_is_busy_the_browser_is_sent_there_all_the_same(signed_in, provider, settings):
    cache.clear()
    provider.answers[JWKS] = (503, "", "application/json")
    assert signed_in.post(EVERYWHERE)["Location"].startswith(settings.OIDC_OP_END_SESSION_ENDPOINT)


def test_while_identity_is_down_the_person_reads_so_here_and_not_on_an_error_page_of_the_browser(signed_in, provider):
    provider.close()
    page = text_of(signed_in.post(EVERYWHERE, follow=True))
    assert "Identity could not be asked: it does not answer." in page
    assert not Session.objects.exists()


def test_the_logout_token_of_another_session_says_nothing_of_this_one(signed_in, came_back, tell, logout_token):
    tell(logout_token(sid="another"))
    assert "As far as this site knows, Identity still knows you" in text_of(signed_in.get(came_back))


@pytest.mark.parametrize("sid", ["the-sid", None])
def test_one_that_names_the_person_only_is_about_this_session_too(client, provider, come_back, tell, logout_token, sid):
    provider.claims |= {"sid": sid} if sid else {}
    come_back()
    came_back = "/signed-out/?state=" + asked_of_identity(client.post(EVERYWHERE))["state"]
    tell(logout_token(sid=MISSING))
    assert "You are signed out of site A, and of Identity." in text_of(client.get(came_back))


@pytest.mark.parametrize(
    "other", [{"sub": "8"}, {"sid": "another"}], ids=["another person", "another session of this person"]
)
def test_but_not_one_that_names_another(client, come_back, tell, logout_token, other):
    come_back()
    came_back = "/signed-out/?state=" + asked_of_identity(client.post(EVERYWHERE))["state"]
    tell(logout_token(**{"sid": MISSING, **other}))
    assert "As far as this site knows, Identity still knows you" in text_of(client.get(came_back))


def test_nor_one_that_came_before(client, come_back, tell, logout_token):
    tell(logout_token(sid=MISSING, iat=from_now(-60)))
    come_back()
    came_back = "/signed-out/?state=" + asked_of_identity(client.post(EVERYWHERE))["state"]
    assert "As far as this site knows, Identity still knows you" in text_of(client.get(came_back))


@pytest.mark.parametrize("state", ["", "x", "\x00", "é", ":", "a:b:c", None])
def test_a_state_that_is_not_ours_says_nothing(client, state):
    state = signing.dumps("the-sid", salt="another") if state is None else state
    page = client.get("/signed-out/", {"state": state})
    assert page.status_code == 200
    assert "You are signed out of site A only." not in text_of(page)
    assert "only for an hour after" in text_of(page)


@pytest.mark.parametrize(("kept", "lives"), [(["", "", 0, True], -1), (["s", True], 3600)])
def test_nor_does_an_old_one(client, settings, kept, lives):
    settings.OIDC_STATE_LIVES = lives
    state = signing.dumps(kept, salt=SALT)
    assert "only for an hour after" in text_of(client.get("/signed-out/", {"state": state}))


def test_each_button_says_whom_it_tells(signed_in):
    page = signed_in.get("/").content.decode()
    assert f'formaction="{EVERYWHERE}"' in page
    assert "Identity is not told" in page
    assert "Identity asks you first, if it knows you" in page


# What the journal keeps of it.


@pytest.mark.usefixtures("recording")
def test_no_token_no_hint_and_no_state_is_kept(signed_in, tell, logout_token):
    token, hint, key = logout_token(), signed_in.session["oidc_id_token"], signed_in.session.session_key
    asked = asked_of_identity(signed_in.post(EVERYWHERE))
    tell(token)
    signed_in.get("/signed-out/", {"state": asked["state"]})
    kept = str([content_of(entry) for entry in recorded()])
    assert "id_token_hint" in kept
    assert "logout_token" in kept
    for secret in (hint, *hint.split("."), token, *token.split("."), asked["state"], key):
        assert secret not in kept


@pytest.mark.usefixtures("recording")
def test_what_was_checked_of_a_logout_token_is_recorded_where_it_was_checked(tell, logout_token):
    tell(logout_token())
    tell(logout_token(aud="site-b"))
    processed, refused = (entry.exchange for entry in recorded() if entry.is_exchange and entry.exchange.logout_token)
    assert (processed.channel, processed.status, processed.path) == ("back", 200, "/oidc/backchannel-logout/")
    assert processed.logout_token.passed == (
        "alg", "typ", "crit", "kid", "signature",
        "iss", "aud", "iat", "nbf", "exp", "events", "sid", "nonce", "jti",
    )  # fmt: skip
    assert processed.logout_token.header["typ"] == "logout+jwt"
    assert all(isinstance(processed.logout_token.claims[name], Masked) for name in ("sid", "jti"))
    assert (refused.logout_token.failed, refused.status) == ("aud", 400)
    assert refused.logout_token.refused == "The logout token was refused because of its “aud”."


def test_a_hint_in_an_address_is_masked(settings):
    address = redactor().url(f"{settings.OIDC_OP_END_SESSION_ENDPOINT}?id_token_hint=eyJhbGciOi.eyJpc3Mi.c2lnbmF0dXJl")
    ((name, hint),) = address.query
    assert (name, hint.starts) == ("id_token_hint", "eyJhbG")
