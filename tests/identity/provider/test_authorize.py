"""What the authorization endpoint grants, refuses and asks for."""

import time
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from allauth.idp.oidc.models import Client

from identity.models import Consent
from identity.provider import signing_keys as keys
from lab.servers import IDENTITY, SITE_B
from tests.identity.provider.consent import STRANGER, send_form
from tests.identity.provider.protocol import (
    ASKING,
    REDIRECT_URI,
    answer_of,
    authorize,
    claims_in,
    code_for,
    redeem,
    remember_password_of,
)
from tests.identity.provider.wrong_requests import REFUSED, other_addresses

# To whom


WRONG_ADDRESSES = other_addresses(REDIRECT_URI, SITE_B.origin)


@pytest.mark.parametrize("address", WRONG_ADDRESSES.values(), ids=WRONG_ADDRESSES)
@pytest.mark.parametrize("is_signed_in", [True, False])
def test_an_address_that_is_not_the_registered_one_letter_by_letter_is_led_to_by_nothing(
    client, alice, address, is_signed_in
):
    if is_signed_in:
        client.force_login(alice)
    response = authorize(client, redirect_uri=address)
    assert response.status_code == 400
    assert "Location" not in response.headers
    assert "Identity does not send you back to a site" in response.content.decode()


def test_any_port_of_loopback_is_another_address_even_for_who_registered_one(client, alice, stranger):
    Client.objects.filter(pk="stranger").update(redirect_uris="http://127.0.0.1:5000/back", skip_consent=True)
    client.force_login(alice)
    assert authorize(client, client_id="stranger", redirect_uri="http://127.0.0.1:5001/back").status_code == 400
    assert code_for(client, client_id="stranger", redirect_uri="http://127.0.0.1:5000/back")


@pytest.mark.parametrize("client_id", ["nobody", "SITE-A", "", None])
def test_an_unknown_client_is_told_what_to_do_on_identitys_own_page(client, seeded, client_id):
    response = authorize(client, client_id=client_id)
    page = response.content.decode()
    assert response.status_code == 400
    assert "Location" not in response.headers
    assert "Go back to the site and begin again." in page
    assert ("those registered here" in page) is (client_id != "SITE-A")  # to that, the page names the nearest


@pytest.mark.parametrize("name", [*ASKING, "prompt", "max_age"])
def test_a_parameter_that_comes_twice_is_refused(client, seeded, name):
    query = [*ASKING.items(), (name, "1"), (name, "2")]
    response = client.get("/identity/o/authorize?" + urlencode(query))
    assert response.status_code == 400
    assert "Location" not in response.headers


# Under which conditions


@pytest.mark.parametrize(("changes", "error"), REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("is_signed_in", [True, False])
def test_what_is_refused_is_told_to_the_client_at_once(client, alice, changes, error, is_signed_in):
    if is_signed_in:
        client.force_login(alice)
    response = authorize(client, **changes)
    answer = answer_of(response)
    assert response["Location"].startswith(REDIRECT_URI + "?")
    assert answer["error"] == error
    assert answer["state"] == "the-state"
    assert answer["iss"] == IDENTITY.origin
    assert "code" not in answer


def test_a_code_comes_with_the_state_and_with_who_gave_it(client, alice):
    client.force_login(alice)
    answer = answer_of(authorize(client))
    assert set(answer) == {"code", "state", "iss"}
    assert answer["state"] == "the-state"
    assert answer["iss"] == IDENTITY.origin


def test_no_page_of_identitys_own_is_told_who_it_is(client, seeded):
    address = urlsplit(authorize(client)["Location"])
    assert address.path == "/accounts/login/"
    assert set(parse_qs(address.query)) == {"next"}
    assert "iss=" not in parse_qs(address.query)["next"][0]


def test_a_parameter_that_is_not_supported_is_not_heard(client, alice):
    client.force_login(alice)
    assert code_for(client, claims='{"userinfo": {"email": null}}', display="popup", ui_locales="de", acr_values="x")


def test_a_request_may_be_posted(client, alice):
    client.force_login(alice)
    response = client.post("/identity/o/authorize", ASKING)
    assert "code" in answer_of(client.get(response["Location"]))


# Without a page: prompt=none


def test_a_first_party_client_gets_a_silent_code_without_any_earlier_token(client, alice):
    client.force_login(alice)
    assert code_for(client, prompt="none")


def test_a_stranger_is_told_to_sign_in(client, seeded):
    answer = answer_of(authorize(client, prompt="none"))
    assert answer["error"] == "login_required"
    assert answer["iss"] == IDENTITY.origin


def test_who_was_disabled_is_told_to_sign_in(client, alice):
    client.force_login(alice)
    alice.is_active = False
    alice.save()
    assert answer_of(authorize(client, prompt="none"))["error"] == "login_required"


def test_a_refusal_tells_who_refused(client, alice, stranger):
    client.force_login(alice)
    answer = answer_of(send_form(client, authorize(client, **STRANGER), "", action="cancel"))
    assert answer == {"error": "access_denied", "state": "the-state", "iss": IDENTITY.origin}


def test_a_client_that_is_gone_when_the_form_is_sent_is_refused_on_a_page(client, alice, stranger):
    client.force_login(alice)
    page = authorize(client, **STRANGER)
    stranger.delete()
    response = send_form(client, page, "openid")
    assert response.status_code == 400
    assert "Location" not in response.headers


def test_a_first_party_client_that_wants_consent_gets_the_form(client, alice):
    client.force_login(alice)
    page = authorize(client, prompt="consent")
    assert "It wants Identity to ask you." in page.content.decode()
    assert "code" in answer_of(send_form(client, page, "openid"))


def test_who_grants_all_but_openid_grants_nothing(client, alice, stranger):
    client.force_login(alice)
    answer = answer_of(send_form(client, authorize(client, **STRANGER), "profile email"))
    assert answer["error"] == "invalid_scope"
    assert not Consent.objects.exists()


# Who it is: id_token_hint


def test_a_hint_of_who_was_signed_in_holds_after_it_has_expired_and_after_a_rotation(client, alice, settings):
    settings.IDP_OIDC_ID_TOKEN_EXPIRES_IN = -60
    client.force_login(alice)
    hint = redeem(client, code_for(client)).json()["id_token"]
    settings.IDP_OIDC_ID_TOKEN_EXPIRES_IN = 300
    keys.rotate(is_urgent=True)
    assert code_for(client, prompt="none", id_token_hint=hint)


@pytest.mark.parametrize("prompt", ["none", None])
def test_a_hint_of_another_person_is_told_so(client, alice, django_user_model, prompt):
    client.force_login(alice)
    hint = redeem(client, code_for(client)).json()["id_token"]
    client.force_login(django_user_model.objects.get(username="bob"))
    assert answer_of(authorize(client, prompt=prompt, id_token_hint=hint))["error"] == "login_required"


def test_who_is_not_signed_in_may_sign_in_as_whom_the_hint_says(client, alice):
    client.force_login(alice)
    hint = redeem(client, code_for(client)).json()["id_token"]
    client.logout()
    assert authorize(client, id_token_hint=hint)["Location"].startswith("/accounts/login/")


# How long ago: max_age, prompt=login, auth_time


def waits_behind(response, page):
    """The authorization request that the form leads back to."""
    address = urlsplit(response["Location"])
    assert address.path == page
    return parse_qs(address.query)["next"][0]


@pytest.mark.parametrize(
    ("seconds_ago", "max_age", "is_asked"),
    [
        (0, "0", True),
        (50, "60", False),
        (61, "60", True),
        (1000, "9999999999", False),
        (1000, "", False),
        (1000, None, False),
    ],
)
def test_who_typed_the_password_longer_ago_than_max_age_is_asked_again(client, alice, seconds_ago, max_age, is_asked):
    client.force_login(alice)
    remember_password_of(client, alice, seconds_ago)
    response = authorize(client, max_age=max_age)
    if is_asked:
        assert "max_age" not in waits_behind(response, "/accounts/reauthenticate/")
    else:
        assert "code" in answer_of(response)
    silent = answer_of(authorize(client, max_age=max_age, prompt="none"))
    assert silent.get("error") == ("login_required" if is_asked else None)


def test_a_session_that_does_not_know_how_it_began_is_too_old_for_any_max_age(client, alice):
    client.force_login(alice)
    assert waits_behind(authorize(client, max_age="9999999999"), "/accounts/reauthenticate/")
    assert answer_of(authorize(client, max_age="9999999999", prompt="none"))["error"] == "login_required"
    assert "auth_time" not in claims_in(redeem(client, code_for(client)).json()["id_token"])


@pytest.mark.parametrize("changes", [{"max_age": "0"}, {"prompt": "login"}, {"prompt": "login", "max_age": "0"}])
@pytest.mark.parametrize("is_signed_in", [True, False])
def test_the_password_is_asked_for_once_and_the_client_sees_when(client, alice, changes, is_signed_in):
    page = "/accounts/login/"
    if is_signed_in:
        client.force_login(alice)
        remember_password_of(client, alice, 1000)
        page = "/accounts/reauthenticate/"
    response = authorize(client, **changes)
    assert waits_behind(response, page)
    before = int(time.time())
    response = client.post(response["Location"], {"login": "alice", "password": "alice"})
    code = answer_of(client.get(response["Location"]))["code"]
    claims = claims_in(redeem(client, code).json()["id_token"])
    assert before <= claims["auth_time"] <= time.time()
    assert claims["nonce"] == "the-nonce"


def test_the_other_prompts_wait_behind_the_form(client, alice):
    client.force_login(alice)
    behind = waits_behind(authorize(client, prompt="login consent", state="a b&c=d"), "/accounts/reauthenticate/")
    assert parse_qs(urlsplit(behind).query) == {
        **{name: [value] for name, value in ASKING.items()},
        "state": ["a b&c=d"],
        "prompt": ["consent"],
    }


def test_an_id_token_says_when_the_person_signed_in_not_when_the_code_was_redeemed(client, alice):
    client.force_login(alice)
    remember_password_of(client, alice, 1000)
    code = code_for(client)
    remember_password_of(client, alice, 0)
    auth_time = claims_in(redeem(client, code).json()["id_token"])["auth_time"]
    assert isinstance(auth_time, int)
    assert abs(time.time() - 1000 - auth_time) < 10


# The page of consent, sent back later


@pytest.mark.parametrize("action", ["grant", "deny"])
@pytest.mark.parametrize("is_removed", [True, False])
def test_a_client_that_is_gone_meanwhile_or_lives_elsewhere_is_led_to_no_more(
    client, alice, stranger, action, is_removed
):
    client.force_login(alice)
    page = authorize(client, **STRANGER)
    if is_removed:
        stranger.delete()
    else:
        Client.objects.filter(pk=stranger.pk).update(redirect_uris="http://stranger.example/moved")
    response = send_form(client, page, "openid", action)
    assert (response.status_code, response.headers.get("Location")) == (400, None)


def test_consent_of_nobody_is_none(client, alice, stranger):
    client.force_login(alice)
    page = authorize(client, **STRANGER)
    client.logout()
    form = page.content.decode().split('name="request" value="')[1].split('"')[0]
    sent = {"request": form, "scopes": "openid", "action": "grant"}
    response = client.post("/identity/o/authorize?prompt=none", sent)
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


def test_a_page_with_a_form_lets_it_lead_to_the_client_that_asks_and_to_no_other(client, alice, stranger):
    policy = client.get(authorize(client, **STRANGER)["Location"]).headers["Content-Security-Policy"]
    assert "form-action 'self' http://stranger.example;" in f"{policy};"
    client.force_login(alice)
    policy = authorize(client, **STRANGER).headers["Content-Security-Policy"]
    assert "form-action 'self' http://stranger.example;" in f"{policy};"
    for elsewhere in ("http://evil.example/", "http://stranger.example/back?"):
        behind = "/identity/o/authorize?" + urlencode({"client_id": "stranger", "redirect_uri": elsewhere})
        client.logout()
        policy = client.get("/accounts/login/?" + urlencode({"next": behind})).headers["Content-Security-Policy"]
        assert "form-action 'self';" in f"{policy};"
