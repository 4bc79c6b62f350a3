"""What a person lets a client know: asked once, remembered, and taken back."""

import pytest
from allauth.account.models import EmailAddress
from allauth.idp.oidc.models import Client, Token

from backchannel_logout.models import RelyingPartySession
from identity.models import Consent
from lab.servers import IDENTITY
from tests.identity.provider.clients import BROWSER_APP, NATIVE_APP, WEBSITE, register
from tests.identity.provider.consent import STRANGER, send_form
from tests.identity.provider.protocol import answer_of, authorize, code_for, redeem, refresh, userinfo
from tests.page import text_of

ALL = "openid profile email"


@pytest.fixture
def consented(client, alice, stranger):
    """Let alice say yes to the stranger, which takes its tokens."""

    def consented(scope=ALL, asked=ALL, **others):
        answer = answer_of(
            send_form(client, authorize(client, **STRANGER, scope=asked, prompt="consent"), scope, **others)
        )
        assert answer["iss"] == IDENTITY.origin
        tokens = redeem(client, answer["code"], **STRANGER)
        assert tokens.status_code == 200
        return tokens.json()

    client.force_login(alice)
    return consented


def is_asked(client, scope=ALL):
    response = authorize(client, **STRANGER, scope=scope)
    assert ("error" in answer_of(silently(client, scope))) is (response.status_code == 200)
    return response.status_code == 200


def silently(client, scope=ALL):
    return authorize(client, **STRANGER, scope=scope, prompt="none")


def test_one_is_asked_once_also_when_no_token_is_good_any_more(client, consented):
    assert is_asked(client)
    consented()
    Token.objects.all().delete()
    assert not is_asked(client)
    assert code_for(client, **STRANGER)


def test_a_client_that_wants_the_page_gets_it_again(client, consented):
    consented()
    assert "May Stranger know who you are?" in text_of(authorize(client, **STRANGER, prompt="consent"))


def test_a_token_without_a_consent_is_none(client, alice, stranger):
    """allauth would take it for one."""
    Client.objects.filter(pk="stranger").update(skip_consent=True)
    client.force_login(alice)
    redeem(client, code_for(client, **STRANGER, scope=ALL), **STRANGER)
    Client.objects.filter(pk="stranger").update(skip_consent=False)
    assert Token.objects.filter(client="stranger", type=Token.Type.ACCESS_TOKEN).exists()
    assert answer_of(silently(client))["error"] == "consent_required"


def test_to_a_client_that_need_not_ask_an_answer_is_not_remembered(client, alice):
    client.force_login(alice)
    send_form(client, authorize(client, prompt="consent"), "openid")
    assert not Consent.objects.exists()


def test_who_says_no_is_asked_again(client, alice, stranger):
    client.force_login(alice)
    answer = answer_of(send_form(client, authorize(client, **STRANGER), "openid", action="cancel"))
    assert answer["error"] == "access_denied"
    assert is_asked(client)


def test_consent_to_one_client_is_none_to_another(client, alice, stranger):
    client.force_login(alice)
    assert redeem(client, code_for(client)).status_code == 200  # site A has a token that is good for all scopes
    assert answer_of(authorize(client, **STRANGER, prompt="none"))["error"] == "consent_required"


def test_consent_of_one_person_is_none_of_another(client, consented, django_user_model):
    consented()
    client.force_login(django_user_model.objects.get(username="bob"))
    assert answer_of(authorize(client, **STRANGER, prompt="none"))["error"] == "consent_required"


def test_consent_to_less_is_none_to_more(client, consented):
    consented("openid profile")
    assert not is_asked(client, "openid")
    assert is_asked(client)
    consented("email openid")
    assert is_asked(client)  # this time, profile was refused
    assert not is_asked(client, "openid email")


def test_what_was_not_asked_about_stays_as_it_was(client, consented):
    consented("openid profile", asked="openid profile")
    consented("openid email", asked="openid email")
    assert not is_asked(client)


@pytest.mark.parametrize("chosen", ["alice@example.org", "other@example.org"])
def test_the_client_is_told_the_address_that_was_chosen_of_several_also_the_next_time(client, alice, consented, chosen):
    EmailAddress.objects.create(user=alice, email="other@example.org", verified=True)
    first = consented(email=chosen)
    second = redeem(client, answer_of(silently(client))["code"], **STRANGER).json()
    for tokens in (first, second):
        assert userinfo(client, tokens["access_token"]).json()["email"] == chosen


def test_the_address_that_was_chosen_outlasts_a_narrowed_refresh(client, alice, consented):
    EmailAddress.objects.create(user=alice, email="other@example.org", verified=True)
    Client.objects.filter(pk="stranger").update(grant_types="authorization_code\nrefresh_token")
    tokens = consented(email="other@example.org")
    for scope in ("openid", "openid email"):
        tokens = refresh(client, tokens["refresh_token"], client_id="stranger", scope=scope).json()
    assert userinfo(client, tokens["access_token"]).json()["email"] == "other@example.org"


# A client that another app can pretend to be (RFC 8252, 8.6)


@pytest.mark.parametrize(
    ("kind", "address", "is_asked"),
    [
        (NATIVE_APP, "http://127.0.0.1/callback", True),
        (NATIVE_APP, "http://localhost:8000/callback", True),
        (NATIVE_APP, "com.example.app:/callback", True),
        (NATIVE_APP, "https://app.example/callback", False),
        (BROWSER_APP, "http://127.0.0.1/callback", False),
        (WEBSITE, "http://127.0.0.1/callback", False),
    ],
)
def test_an_app_that_another_can_pretend_to_be_is_asked_about_each_time(client, alice, kind, address, is_asked):
    app = register(kind, address)
    Client.objects.filter(pk=app.pk).update(skip_consent=False)
    asking = {"client_id": app.pk, "redirect_uri": address}
    client.force_login(alice)
    page = authorize(client, **asking)
    assert ("It asks each time" in text_of(page)) is is_asked
    assert ("It remembers your answer" in text_of(page)) is not is_asked
    assert "code" in answer_of(send_form(client, page, ALL))
    assert (authorize(client, **asking).status_code == 200) is is_asked
    silent = answer_of(authorize(client, **asking, prompt="none"))
    assert silent.get("error") == ("consent_required" if is_asked else None)


# The page about them


def test_what_one_allowed_is_listed_and_nobody_elses(client, consented, django_user_model):
    consented("openid email")
    page = text_of(client.get("/consents/"))
    assert "1 site may know who you are." in page
    assert "Stranger View your user ID" in page.replace("View your email address ", "")
    assert "It asks nobody about site A and site B:" in page
    client.force_login(django_user_model.objects.get(username="bob"))
    assert "Identity has asked you about no site yet." in text_of(client.get("/consents/"))


def take_back(client, of="stranger"):
    return client.post("/consents/take-back/", {"client": of}, follow=True)


def test_what_was_taken_back_is_asked_again_and_all_that_it_gave_ends(client, consented):
    Client.objects.filter(pk="stranger").update(grant_types="authorization_code\nrefresh_token")
    tokens = consented()
    code = answer_of(silently(client))["code"]
    of_site_a = redeem(client, code_for(client)).json()
    assert "about no site yet" in text_of(take_back(client))
    assert is_asked(client)
    assert answer_of(silently(client))["error"] == "consent_required"
    assert userinfo(client, tokens["access_token"]).status_code == 401
    assert refresh(client, tokens["refresh_token"], client_id="stranger").json()["error"] == "invalid_grant"
    assert redeem(client, code, **STRANGER).json()["error"] == "invalid_grant"
    assert userinfo(client, of_site_a["access_token"]).status_code == 200
    assert RelyingPartySession.objects.get(client="stranger").ended_at is None  # the site goes on with its own session


@pytest.mark.parametrize("of", ["site-a", "nobody", "", "stranger\x00"])
def test_what_one_never_allowed_cannot_be_taken_back(client, consented, of):
    consented()
    response = take_back(client, of)
    assert response.status_code == 404
    assert "You have taken that back already, or never allowed it." in text_of(response)
    assert Consent.objects.count() == 1


def test_nobody_takes_back_what_somebody_else_allowed(client, consented, django_user_model):
    consented()
    client.force_login(django_user_model.objects.get(username="bob"))
    assert take_back(client).status_code == 404
    assert Consent.objects.count() == 1


def test_the_page_is_for_who_is_signed_in(client, seeded):
    for response in (client.get("/consents/"), client.post("/consents/take-back/", {"client": "stranger"})):
        assert response["Location"].startswith("/accounts/login/")
