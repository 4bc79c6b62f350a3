"""The Basic plan of the OpenID Foundation's conformance suite, step by step, in the suite's own names.

Its client uses neither PKCE nor, in most steps, a nonce: it is registered as one that may. The suite itself was not at
hand: each step is what its source asks of a provider.
"""

import base64
import re
import time
from datetime import timedelta

import pytest
from allauth.idp.oidc.models import Token
from django.db.models import F

from identity.account.client_form import ClientForm
from lab.servers import IDENTITY
from tests.identity.provider.consent import send_form
from tests.identity.provider.protocol import (
    answer_of,
    authorize,
    claims_in,
    redeem,
    refresh,
    remember_password_of,
    userinfo,
)
from tests.identity.provider.wrong_requests import CHALLENGE, VERIFIER

CALLBACK = "https://suite.example/test/a/lab/callback"
WITH_QUERY = f"{CALLBACK}?dummy1=lorem&dummy2=ipsum"
ALL = "openid profile email address phone offline_access"

# What is answered with a code, and no page, where the person has signed in and allowed it before.
ACCEPTED = {
    "oidcc-server": {},
    "oidcc-ensure-request-without-nonce-succeeds-for-code-flow": {"nonce": None},
    "oidcc-scope-profile": {"scope": "openid profile"},
    "oidcc-scope-email": {"scope": "openid email"},
    "oidcc-scope-address": {"scope": "openid address"},
    "oidcc-scope-phone": {"scope": "openid phone"},
    "oidcc-scope-all": {"scope": "openid profile email address phone"},
    "oidcc-ensure-other-scope-order-succeeds": {"scope": "email openid"},
    "oidcc-display-page": {"display": "page"},
    "oidcc-display-popup": {"display": "popup"},
    "oidcc-prompt-none-logged-in": {"prompt": "none"},
    "oidcc-max-age-10000": {"max_age": "10000"},
    "oidcc-ensure-request-with-unknown-parameter-succeeds": {"extra": "foobar"},
    "oidcc-login-hint": {"login_hint": "bob@suite.example"},
    "oidcc-ui-locales": {"ui_locales": "se"},
    "oidcc-claims-locales": {"claims_locales": "se"},
    "oidcc-ensure-request-with-acr-values-succeeds": {"acr_values": "1 2"},
    "oidcc-claims-essential": {"claims": '{"userinfo": {"name": {"essential": true}}}'},
    "oidcc-claims-essential, in the ID Token": {"claims": '{"id_token": {"auth_time": {"essential": true}}}'},
    "oidcc-ensure-request-with-valid-pkce-succeeds": {"code_challenge": CHALLENGE, "code_challenge_method": "S256"},
    "oidcc-redirect-uri-query-OK": {"redirect_uri": WITH_QUERY},
}

# What the client is told instead.
REFUSED = {
    "oidcc-response-type-missing": ({"response_type": None}, "invalid_request"),
    "oidcc-prompt-none-not-logged-in": ({"prompt": "none"}, "login_required"),
    "oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported": (
        {"request": "eyJhbGciOiJub25lIn0.eyJzdGF0ZSI6IngifQ."},
        "request_not_supported",
    ),
    "oidcc-ensure-request-object-with-redirect-uri": (
        {"request": "eyJhbGciOiJub25lIn0.eyJyZWRpcmVjdF91cmkiOiJ4In0."},
        "request_not_supported",
    ),
    "oidcc-request-uri-unsigned": ({"request_uri": "https://suite.example/request"}, "request_uri_not_supported"),
}


class Suite:
    """The suite's client, and the browser that it drives."""

    def __init__(self, browser, name="Suite"):
        said = {"name": name, "kind": "website", "redirect_uris": f"{CALLBACK}\n{WITH_QUERY}"}
        form = ClientForm({**said, "may_omit_pkce": "on", "may_refresh": "on"})
        assert form.is_valid()
        client, self.secret = form.save()
        self.client_id = client.pk
        self.browser = browser

    def asking(self, **changes):
        asked = {"client_id": self.client_id, "redirect_uri": CALLBACK, "nonce": "n", "scope": "openid", **changes}
        return {"code_challenge": None, "code_challenge_method": None, **asked}

    def answer(self, response):
        """What the client is told in the end, and which pages of Identity came before."""
        shown = []
        while response.status_code == 200 or response["Location"].startswith("/"):
            assert len(shown) < 3
            if response.status_code == 200:
                shown.append("consent")
                offered = re.findall('name="scopes" value="([^"]+)"', response.content.decode())
                response = send_form(self.browser, response, " ".join(offered))
            elif response["Location"].startswith("/accounts/"):
                shown.append("password")
                response = self.browser.post(response["Location"], {"login": "alice", "password": "alice"})
            else:
                response = self.browser.get(response["Location"])
        return answer_of(response), shown

    def ask(self, **changes):
        return self.answer(authorize(self.browser, **self.asking(**changes)))

    def redeem(self, code, **changes):
        own = {"client_id": self.client_id, "client_secret": self.secret, "redirect_uri": CALLBACK}
        return redeem(self.browser, code, **{**own, "code_verifier": None, **changes})

    def refresh(self, token):
        return refresh(self.browser, token, client_id=self.client_id, client_secret=self.secret)

    def signed_in(self, **changes):
        """The tokens of one more sign-in."""
        answer, _ = self.ask(**changes)
        return self.redeem(answer["code"]).json()


@pytest.fixture
def suite(client, seeded):
    return Suite(client)


@pytest.fixture
def known(suite, alice):
    """She has typed her password, and allowed this client all that it may ask."""
    suite.browser.force_login(alice)
    remember_password_of(suite.browser, alice, 0)
    answer, shown = suite.ask(scope=ALL, prompt="consent")
    assert shown == ["consent"]
    assert "code" in answer
    return suite


@pytest.mark.parametrize("changes", ACCEPTED.values(), ids=ACCEPTED)
def test_a_request_that_must_succeed(known, changes):
    (answer, shown) = known.ask(state="s", **changes)
    assert not shown
    assert {name: answer[name] for name in ("state", "iss")} == {"state": "s", "iss": IDENTITY.origin}
    verifier = VERIFIER if "code_challenge" in changes else None
    address = changes.get("redirect_uri", CALLBACK)
    response = known.redeem(answer["code"], code_verifier=verifier, redirect_uri=address)
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    tokens = response.json()
    claims = claims_in(tokens["id_token"])
    assert tokens["token_type"] == "Bearer"
    assert (claims["iss"], claims["aud"]) == (IDENTITY.origin, known.client_id)
    assert claims.get("nonce") == changes.get("nonce", "n")
    assert claims["iat"] <= time.time() < claims["exp"]
    assert userinfo(known.browser, tokens["access_token"]).json()["sub"] == claims["sub"]


@pytest.mark.parametrize(("changes", "error"), REFUSED.values(), ids=REFUSED)
def test_a_request_that_must_fail(suite, changes, error):
    answer, shown = suite.ask(state="s", **changes)
    assert not shown
    assert (answer["error"], answer["state"]) == (error, "s")


def test_somebody_who_is_not_signed_in_types_a_password_and_is_asked_for_consent(suite):
    answer, shown = suite.ask()
    assert shown == ["password", "consent"]
    assert suite.redeem(answer["code"]).status_code == 200


def test_oidcc_ensure_registered_redirect_uri(known):
    response = authorize(known.browser, **known.asking(redirect_uri=f"{CALLBACK}/other"))
    assert (response.status_code, response.headers.get("Location")) == (400, None)


def test_oidcc_ensure_post_request_succeeds(known):
    asked = {name: value for name, value in known.asking(response_type="code").items() if value}
    answer, shown = known.answer(known.browser.post("/identity/o/authorize", asked))
    assert not shown
    assert known.redeem(answer["code"]).status_code == 200


@pytest.mark.parametrize(
    "changes", [{"prompt": "login"}, {"max_age": "1"}], ids=["oidcc-prompt-login", "oidcc-max-age-1"]
)
def test_a_request_that_asks_for_the_password_again(known, alice, changes):
    remember_password_of(known.browser, alice, 2)
    first = claims_in(known.signed_in(max_age="10000")["id_token"])
    answer, shown = known.ask(**changes)
    assert shown == ["password"]
    second = claims_in(known.redeem(answer["code"]).json()["id_token"])
    assert second["sub"] == first["sub"]
    assert second["auth_time"] > first["auth_time"]


@pytest.mark.parametrize(
    "changes",
    [{"max_age": "10000"}, {"prompt": "none"}],
    ids=["oidcc-max-age-10000", "oidcc-prompt-none-logged-in"],
)
def test_a_request_that_does_not(known, alice, changes):
    remember_password_of(known.browser, alice, 100)
    first, second = (claims_in(known.signed_in(**changed)["id_token"]) for changed in ({"max_age": "15000"}, changes))
    assert (second["sub"], second["auth_time"]) == (first["sub"], first["auth_time"])


def test_oidcc_id_token_hint(known):
    first = known.signed_in()["id_token"]
    second = known.signed_in(prompt="none", id_token_hint=first)["id_token"]
    assert claims_in(second)["sub"] == claims_in(first)["sub"]


@pytest.mark.parametrize(
    ("scope", "told"),
    [
        ("openid", {"sub"}),
        ("openid profile", {"sub", "name", "given_name", "preferred_username"}),
        ("openid email", {"sub", "email", "email_verified"}),
        ("openid address phone", {"sub"}),  # there are no such claims here: the metadata names neither scope
    ],
)
def test_a_scope_is_for_its_claims(known, scope, told):
    assert userinfo(known.browser, known.signed_in(scope=scope)["access_token"]).json().keys() == told


def test_oidcc_userinfo_get_and_post(known):
    token = known.signed_in()["access_token"]
    bearer = {"authorization": f"Bearer {token}"}
    answers = [
        known.browser.get("/identity/o/api/userinfo", headers=bearer),
        known.browser.post("/identity/o/api/userinfo", headers=bearer),
        known.browser.post("/identity/o/api/userinfo", {"access_token": token}),
    ]
    assert len({answer.json()["sub"] for answer in answers}) == 1


def test_oidcc_server_client_secret_basic_and_post(known):
    basic = base64.b64encode(f"{known.client_id}:{known.secret}".encode()).decode()
    by_basic = {"headers": {"authorization": f"Basic {basic}"}, "client_id": None, "client_secret": None}
    for way in (by_basic, {}):
        answer, _ = known.ask()
        assert known.redeem(answer["code"], **way).status_code == 200


@pytest.mark.parametrize("seconds", [0, 30], ids=["oidcc-codereuse", "oidcc-codereuse-30seconds"])
def test_a_code_is_redeemed_once(known, seconds):
    answer, _ = known.ask()
    token = known.redeem(answer["code"]).json()["access_token"]
    codes = Token.objects.filter(type=Token.Type.AUTHORIZATION_CODE)
    codes.update(expires_at=F("expires_at") - timedelta(seconds=seconds))
    response = known.redeem(answer["code"])
    assert (response.status_code, response.json()["error"]) == (400, "invalid_grant")
    assert userinfo(known.browser, token).status_code == 401


def test_oidcc_refresh_token(known):
    answer, shown = known.ask(scope="openid offline_access", prompt="consent")
    assert shown == ["consent"]
    tokens = known.redeem(answer["code"]).json()
    other = Suite(known.browser, "Suite, its second client")
    assert other.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"
    refreshed = known.refresh(tokens["refresh_token"]).json()
    assert refreshed["access_token"] != tokens["access_token"]
    assert userinfo(known.browser, refreshed["access_token"]).status_code == 200
