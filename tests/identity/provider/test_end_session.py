"""RP-Initiated Logout: it asks, it leads to registered addresses only, and nobody is signed out by a link."""

import re
from urllib.parse import urlencode

import jwt
import pytest
from allauth.idp.oidc.models import Client
from django.test import Client as Browser

from identity.provider.signing_keys import key_id, new_key, parsed_key, rotate, signing_keys
from lab.servers import IDENTITY, SITE_A, SITE_B
from tests.identity.provider.protocol import claims_in, code_for, redeem
from tests.page import text_of

pytestmark = pytest.mark.django_db
BACK = f"{SITE_A.origin}/signed-out/"


@pytest.fixture
def no_one_to_tell(seeded):
    for client in Client.objects.all():
        del client.data["client_metadata"]["backchannel_logout_uri"]
        client.save()


@pytest.fixture
def signed_in(client, alice, no_one_to_tell):
    client.force_login(alice)
    return client


@pytest.fixture
def hint(signed_in):
    return redeem(signed_in, code_for(signed_in)).json()["id_token"]


def ask(client, **parameters):
    return client.get(f"/identity/o/logout?{urlencode(parameters)}")


def knows(client):
    return "_auth_user_id" in client.session


def answer(client, page, decision):
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.content.decode()))
    return client.post("/identity/o/logout/decide", {**fields, "decision": decision})


def test_it_asks_and_signs_nobody_out_meanwhile(signed_in, hint):
    page = ask(signed_in, id_token_hint=hint, post_logout_redirect_uri=BACK, state="x y")
    assert page.status_code == 200
    assert "site A asks: do you want to sign out at Identity, too?" in text_of(page)
    assert "Identity signs you out in this browser." in text_of(page)  # site A has not registered where to be told
    assert knows(signed_in)


def test_leaving_ends_the_session_and_leads_back_with_the_state(signed_in, hint):
    page = ask(signed_in, id_token_hint=hint, post_logout_redirect_uri=BACK, state="x y")
    assert answer(signed_in, page, "leave")["Location"] == f"{BACK}?state=x+y"
    assert not knows(signed_in)


def test_staying_leads_back_and_ends_nothing(signed_in, hint):
    page = ask(signed_in, id_token_hint=hint, client_id="site-a", post_logout_redirect_uri=BACK)
    assert answer(signed_in, page, "stay")["Location"] == BACK
    assert knows(signed_in)


def test_the_form_may_lead_to_the_client_and_to_nobody_else(signed_in, hint):
    page = ask(signed_in, id_token_hint=hint, post_logout_redirect_uri=BACK)
    assert f"form-action 'self' {SITE_A.origin};" in page["Content-Security-Policy"] + ";"
    assert "form-action 'self';" in ask(signed_in, id_token_hint=hint)["Content-Security-Policy"] + ";"


def test_without_an_address_it_ends_on_a_page_of_identity(signed_in, hint):
    page = ask(signed_in, id_token_hint=hint)
    assert answer(signed_in, page, "leave")["Location"].startswith("/signed-out/?of=")


def test_without_any_parameter_it_asks_the_person(signed_in):
    page = ask(signed_in)
    assert "Sign out at Identity?" in text_of(page)
    assert answer(signed_in, page, "stay")["Location"] == "/"
    assert knows(signed_in)


def test_a_form_from_a_client_is_asked_about_too(signed_in, hint, new_client):
    sent = {"id_token_hint": hint, "post_logout_redirect_uri": BACK, "decision": "leave"}
    redirect = signed_in.post("/identity/o/logout", sent)
    assert redirect.status_code == 303
    assert "decision" not in redirect["Location"]
    assert "do you want to sign out at Identity, too?" in text_of(signed_in.get(redirect["Location"]))
    assert knows(signed_in)


def test_the_answer_must_come_from_identitys_own_page(alice, seeded):
    browser = Browser(enforce_csrf_checks=True, headers={"host": IDENTITY.netloc})
    browser.force_login(alice)
    assert browser.post("/identity/o/logout/decide", {"decision": "leave"}).status_code == 403
    assert browser.get("/identity/o/logout/decide?decision=leave").status_code == 405
    assert knows(browser)


def test_whoever_is_signed_out_already_is_sent_on_with_a_hint_and_nowhere_without(client, hint, new_client):
    stranger = new_client()
    address = ask(stranger, id_token_hint=hint, post_logout_redirect_uri=BACK, state="s")
    assert address["Location"] == f"{BACK}?state=s"
    for parameters in ({"client_id": "site-a", "post_logout_redirect_uri": BACK}, {"id_token_hint": hint}, {}):
        page = ask(stranger, **parameters)
        assert page.status_code == 200
        assert "You are not signed in at Identity in this browser." in text_of(page)


def test_an_old_id_token_is_a_hint_even_if_its_key_has_been_replaced(signed_in, hint):
    rotate()
    rotate()
    assert ask(signed_in, id_token_hint=hint, post_logout_redirect_uri=BACK).status_code == 200


def forged(claims, key=None, kid=None, typ="JWT", **changes):
    header = {"kid": kid or key_id(signing_keys()[0]), "typ": typ}
    return jwt.encode({**claims, **changes}, parsed_key(key or new_key()), "RS256", header)


WRONG = {
    "an address of nobody": ({"post_logout_redirect_uri": "https://evil.example/"}, "post_logout_redirect_uri"),
    "an address that goes on": ({"post_logout_redirect_uri": f"{BACK}x"}, "post_logout_redirect_uri"),
    "one with a query": ({"post_logout_redirect_uri": f"{BACK}?a=b"}, "post_logout_redirect_uri"),
    "one of another client": (
        {"post_logout_redirect_uri": f"{SITE_B.origin}/signed-out/"},
        "post_logout_redirect_uri",
    ),
    "another client": ({"client_id": "site-b"}, "client_id"),
    "an unknown client": ({"client_id": "nobody", "id_token_hint": ""}, "client_id"),
    "half a character": ({"client_id": "a\0", "id_token_hint": ""}, "client_id"),
    "an address of no client": ({"id_token_hint": ""}, "post_logout_redirect_uri"),
    "no token": ({"id_token_hint": "x"}, "id_token_hint"),
    "three dots": ({"id_token_hint": "..."}, "id_token_hint"),
    "a long one": ({"id_token_hint": "e" * 20_000}, "id_token_hint"),
}


@pytest.mark.parametrize("who", ["alice", "nobody"])
@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_not_in_order_is_explained_and_leads_nowhere(signed_in, new_client, hint, wrong, who):
    changes, parameter = WRONG[wrong]
    browser = signed_in if who == "alice" else new_client()
    for _ in range(2):
        page = ask(browser, **{"id_token_hint": hint, "post_logout_redirect_uri": BACK, **changes})
        assert page.status_code == 400
        assert "Nobody was signed out: the request is not in order." in text_of(page)
        assert f"<code>{parameter}</code>" in page.content.decode()
        assert ("You are not signed in here." in text_of(page)) is (who == "nobody")
    refused = browser.post(
        "/identity/o/logout/decide",
        {"id_token_hint": hint, "post_logout_redirect_uri": BACK, "decision": "leave", **changes},
    )
    assert refused.status_code == 400
    assert knows(signed_in)


@pytest.mark.parametrize(
    "forge",
    [
        lambda claims: forged(claims),
        lambda claims: forged(claims, kid="unknown"),
        lambda claims: forged(claims, key=signing_keys()[0], iss="https://evil.example"),
        lambda claims: forged(claims, key=signing_keys()[0], typ="logout+jwt"),
        lambda claims: jwt.encode(claims, "", "none"),
        lambda claims: jwt.encode(claims, "x" * 64, "HS256"),
    ],
)
def test_a_hint_that_identity_did_not_sign_is_refused(signed_in, hint, forge):
    assert ask(signed_in, id_token_hint=forge(claims_in(hint)), post_logout_redirect_uri=BACK).status_code == 400
    assert knows(signed_in)


def test_a_hint_about_another_person_signs_nobody_out(new_client, hint, django_user_model):
    bob = new_client()
    bob.force_login(django_user_model.objects.get(username="bob"))
    page = ask(bob, id_token_hint=hint, post_logout_redirect_uri=BACK)
    assert page.status_code == 400
    assert "Nobody was signed out: the site asked about another person." in text_of(page)
    assert "You are bob at Identity now." in text_of(page)
    assert knows(bob)


def test_a_parameter_that_comes_twice_is_refused(signed_in, hint):
    assert signed_in.get(f"/identity/o/logout?state=a&state=b&id_token_hint={hint}").status_code == 400
