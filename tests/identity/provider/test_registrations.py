"""What a client may, by its registration: scopes, PKCE, ports of loopback, a secret."""

import pytest
from allauth.idp.oidc.models import Client, Token
from django.contrib.sessions.models import Session
from django.utils import timezone

from tests.identity.provider.clients import BROWSER_APP, NATIVE_APP, SECRET, WEBSITE, register
from tests.identity.provider.protocol import (
    ASKING,
    REDIRECT_URI,
    answer_of,
    authorize,
    claims_in,
    code_for,
    redeem,
    refresh,
    userinfo,
)

WITHOUT_PKCE = {"code_challenge": None, "code_challenge_method": None}


def as_client(client, redirect_uri):
    """What an authorization request of that client has."""
    return {"client_id": client.pk, "redirect_uri": redirect_uri}


def credentials(client, redirect_uri):
    """What a token request of that client has."""
    secret = None if client.type == Client.Type.PUBLIC else SECRET
    return {"client_id": client.pk, "client_secret": secret, "redirect_uri": redirect_uri}


# Scopes


@pytest.mark.parametrize(
    ("asked", "granted"),
    [
        ("openid offline_access", "openid"),  # rustdesk-server-pro#53
        ("openid groups", "openid"),  # pyop PR#16
        ("openid address phone email", "openid email"),
        ("openid openid", "openid"),
        ("email openid", "email openid"),
        ("openid OPENID", "openid"),
        ('openid "quoted"', "openid"),
        ("openid profile email", "openid profile email"),
    ],
)
def test_what_a_client_cannot_get_is_ignored_and_what_it_gets_is_said(signed_in, asked, granted):
    assert redeem(signed_in, code_for(signed_in, scope=asked)).json()["scope"] == granted


def test_a_scope_that_is_not_registered_for_this_client_is_not_granted(signed_in):
    Client.objects.filter(pk="site-a").update(scopes="openid")
    answer = redeem(signed_in, code_for(signed_in)).json()
    assert answer["scope"] == "openid"
    assert userinfo(signed_in, answer["access_token"]).json().keys() == {"sub"}


@pytest.mark.parametrize(("scopes", "why"), [("openid", "is missing"), ("profile", "is not registered")])
def test_without_openid_nothing_is_granted_and_the_client_is_told_why(signed_in, scopes, why):
    Client.objects.filter(pk="site-a").update(scopes=scopes)
    told = answer_of(authorize(signed_in, scope="profile" if scopes == "openid" else "openid"))
    assert told["error"] == "invalid_scope"
    assert why in told["error_description"]


def test_the_form_shows_the_claims_of_what_is_granted(client, seeded):
    Client.objects.filter(pk="site-a").update(scopes="openid")
    page = client.get(authorize(client)["Location"]).content.decode()
    assert "<code>sub</code>" in page
    assert "alice@example.org" not in page.split('id="told"')[1]


def test_offline_access_gives_a_refresh_token_that_outlasts_the_sign_in_to_a_client_that_may_have_one(client, alice):
    site = register(WEBSITE, REDIRECT_URI, may_refresh=True)
    client.force_login(alice)
    code = code_for(client, scope="openid email offline_access", **as_client(site, REDIRECT_URI))
    tokens = redeem(client, code, **credentials(site, REDIRECT_URI)).json()
    assert tokens["scope"] == "openid email offline_access"
    client.post("/accounts/logout/")
    assert userinfo(client, tokens["access_token"]).status_code == 401
    own = {"client_id": site.pk, "client_secret": SECRET}
    again = refresh(client, tokens["refresh_token"], **own).json()
    assert userinfo(client, again["access_token"]).json()["email"] == "alice@example.org"
    third = refresh(client, again["refresh_token"], **own).json()
    assert userinfo(client, third["access_token"]).status_code == 200


def test_without_it_the_refresh_token_ends_with_the_sign_in(client, alice):
    site = register(WEBSITE, REDIRECT_URI, may_refresh=True)
    client.force_login(alice)
    code = code_for(client, **as_client(site, REDIRECT_URI))
    tokens = redeem(client, code, **credentials(site, REDIRECT_URI)).json()
    client.post("/accounts/logout/")
    own = {"client_id": site.pk, "client_secret": SECRET}
    assert refresh(client, tokens["refresh_token"], **own).json()["error"] == "invalid_grant"


@pytest.mark.parametrize("is_refreshed", [False, True])
@pytest.mark.parametrize("end", ["", "signed out", "expired"])
def test_a_code_that_comes_again_revokes_what_outlasts_the_sign_in_too(client, alice, is_refreshed, end):
    site = register(WEBSITE, REDIRECT_URI, may_refresh=True)
    own = {"client_id": site.pk, "client_secret": SECRET}
    client.force_login(alice)
    code = code_for(client, scope="openid offline_access", **as_client(site, REDIRECT_URI))
    tokens = redeem(client, code, **credentials(site, REDIRECT_URI)).json()
    assert claims_in(tokens["id_token"])["sid"]
    if end == "signed out":
        client.post("/accounts/logout/")
    if end == "expired":
        Session.objects.update(expire_date=timezone.now())
    if is_refreshed:
        tokens = refresh(client, tokens["refresh_token"], **own).json()
    assert redeem(client, code, **credentials(site, REDIRECT_URI)).json()["error"] == "invalid_grant"
    assert not Token.objects.exclude(type=Token.Type.AUTHORIZATION_CODE).exists()
    assert refresh(client, tokens["refresh_token"], **own).json()["error"] == "invalid_grant"


def test_it_revokes_nothing_for_another_client_and_nothing_of_another_sign_in(client, alice):
    site = register(WEBSITE, REDIRECT_URI, may_refresh=True)
    own = {"client_id": site.pk, "client_secret": SECRET}
    client.force_login(alice)
    codes = [code_for(client, scope="openid offline_access", **as_client(site, REDIRECT_URI)) for _ in range(2)]
    tokens = [redeem(client, code, **credentials(site, REDIRECT_URI)).json() for code in codes]
    client.post("/accounts/logout/")
    assert redeem(client, codes[0]).json()["error"] == "invalid_grant"  # site A says that it is its own
    redeem(client, codes[1], **credentials(site, REDIRECT_URI))
    assert refresh(client, tokens[0]["refresh_token"], **own).status_code == 200
    assert refresh(client, tokens[1]["refresh_token"], **own).status_code == 400


def test_who_was_disabled_is_refreshed_no_more_whatever_was_allowed(client, alice):
    site = register(WEBSITE, REDIRECT_URI, may_refresh=True)
    client.force_login(alice)
    code = code_for(client, scope="openid offline_access", **as_client(site, REDIRECT_URI))
    tokens = redeem(client, code, **credentials(site, REDIRECT_URI)).json()
    alice.is_active = False
    alice.save()
    own = {"client_id": site.pk, "client_secret": SECRET}
    assert refresh(client, tokens["refresh_token"], **own).json()["error"] == "invalid_grant"


def test_offline_access_is_asked_for_on_the_page_of_consent(client, alice):
    site = register(WEBSITE, REDIRECT_URI, may_refresh=True)
    Client.objects.filter(pk=site.pk).update(skip_consent=False)
    client.force_login(alice)
    page = authorize(client, scope="openid offline_access", **as_client(site, REDIRECT_URI))
    assert "Use all this also while you are not signed in" in page.content.decode()


# PKCE


def test_a_website_that_may_omit_pkce_can_and_comes_without_a_nonce_too(signed_in):
    site = register(WEBSITE, REDIRECT_URI, may_omit_pkce=True)
    code = code_for(signed_in, nonce=None, **WITHOUT_PKCE, **as_client(site, REDIRECT_URI))
    answer = redeem(signed_in, code, code_verifier=None, **credentials(site, REDIRECT_URI)).json()
    assert "nonce" not in claims_in(answer["id_token"])


def test_if_it_uses_pkce_it_is_held_to_it(signed_in):
    site = register(WEBSITE, REDIRECT_URI, may_omit_pkce=True)
    asking, own = as_client(site, REDIRECT_URI), credentials(site, REDIRECT_URI)
    assert redeem(signed_in, code_for(signed_in, **asking), **own).status_code == 200
    for wrong in ("w" * 64, None, ""):
        assert redeem(signed_in, code_for(signed_in, **asking), code_verifier=wrong, **own).status_code == 400


@pytest.mark.parametrize(
    "changes", [{"code_challenge_method": "plain"}, {"code_challenge": None}, {"code_challenge": ""}]
)
def test_half_of_pkce_is_none(signed_in, changes):
    site = register(WEBSITE, REDIRECT_URI, may_omit_pkce=True)
    told = answer_of(authorize(signed_in, **{**as_client(site, REDIRECT_URI), **changes}))
    assert told["error"] == "invalid_request"


def test_a_verifier_without_a_challenge_is_refused(signed_in):
    """Somebody has taken the challenge out of the authorization request (RFC 9700, 4.8.2)."""
    site = register(WEBSITE, REDIRECT_URI, may_omit_pkce=True)
    code = code_for(signed_in, **WITHOUT_PKCE, **as_client(site, REDIRECT_URI))
    answer = redeem(signed_in, code, **credentials(site, REDIRECT_URI)).json()
    assert answer["error"] == "invalid_grant"
    assert "without a code_challenge" in answer["error_description"]


@pytest.mark.parametrize("kind", [BROWSER_APP, NATIVE_APP])
def test_a_public_client_never_omits_pkce_whatever_its_row_says(signed_in, kind):
    app = register(kind, REDIRECT_URI, may_omit_pkce=True)
    told = answer_of(authorize(signed_in, **WITHOUT_PKCE, **as_client(app, REDIRECT_URI)))
    assert told["error"] == "invalid_request"


# Public clients


@pytest.mark.parametrize("kind", [BROWSER_APP, NATIVE_APP])
def test_an_app_without_a_secret_signs_in_and_refreshes(signed_in, kind):
    app = register(kind, REDIRECT_URI, may_refresh=True)
    code = code_for(signed_in, scope="openid offline_access", **as_client(app, REDIRECT_URI))
    tokens = redeem(signed_in, code, **credentials(app, REDIRECT_URI)).json()
    assert claims_in(tokens["id_token"])["aud"] == app.pk
    assert userinfo(signed_in, tokens["access_token"]).status_code == 200
    own = {"client_id": app.pk, "client_secret": None}
    again = refresh(signed_in, tokens["refresh_token"], **own).json()
    assert again["refresh_token"] != tokens["refresh_token"]
    assert refresh(signed_in, tokens["refresh_token"], **own).json()["error"] == "invalid_grant"


@pytest.mark.parametrize("kind", [BROWSER_APP, NATIVE_APP])
def test_its_code_is_worth_nothing_without_the_verifier_or_to_another_client(signed_in, kind):
    app = register(kind, REDIRECT_URI)
    code = code_for(signed_in, **as_client(app, REDIRECT_URI))
    assert redeem(signed_in, code, client_id="site-a").json()["error"] == "invalid_grant"
    assert redeem(signed_in, code, **credentials(app, REDIRECT_URI), code_verifier="w" * 64).status_code == 400


@pytest.mark.parametrize("kind", [BROWSER_APP, NATIVE_APP])
def test_an_app_that_sends_a_secret_has_none(signed_in, kind):
    app = register(kind, REDIRECT_URI)
    Client.objects.filter(pk=app.pk).update(secret=Client.objects.get(pk="site-a").secret)
    response = redeem(signed_in, code_for(signed_in, **as_client(app, REDIRECT_URI)), client_id=app.pk)
    assert response.status_code == 401


# Ports of loopback (RFC 8252, 7.3)


@pytest.mark.parametrize(
    ("registered", "asked"),
    [
        ("http://127.0.0.1/cb", "http://127.0.0.1:51004/cb"),
        ("http://127.0.0.1/cb", "http://127.0.0.1/cb"),
        ("http://127.0.0.1/cb?a=1", "http://127.0.0.1:51004/cb?a=1"),
        ("http://127.0.0.1/", "http://127.0.0.1:1/"),
        ("http://[::1]/cb", "http://[::1]:65535/cb"),
        ("http://127.0.0.1:8000/cb", "http://127.0.0.1:8000/cb"),
    ],
)
def test_a_native_app_names_any_port_of_an_address_that_is_registered_without(signed_in, registered, asked):
    app = register(NATIVE_APP, registered)
    code = code_for(signed_in, **as_client(app, asked))
    assert redeem(signed_in, code, **credentials(app, asked)).status_code == 200
    if asked != registered:
        code = code_for(signed_in, **as_client(app, asked))
        assert redeem(signed_in, code, **credentials(app, registered)).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("registered", "asked"),
    [
        ("http://127.0.0.1/cb", "http://127.0.0.1:51004/cb/"),
        ("http://127.0.0.1/cb", "http://127.0.0.1:51004/other"),
        ("http://127.0.0.1/cb", "http://127.0.0.1:51004/cb?x=1"),
        ("http://127.0.0.1/cb", "http://127.0.0.1:/cb"),
        ("http://127.0.0.1/cb", "http://127.0.0.1:x/cb"),
        ("http://127.0.0.1/cb", "http://127.0.0.1:51004@evil.example/cb"),
        ("http://127.0.0.1/cb", "http://127.0.0.1.evil.example:51004/cb"),
        ("http://127.0.0.1/cb", "https://127.0.0.1:51004/cb"),
        ("http://127.0.0.1/cb", "http://localhost:51004/cb"),
        ("http://127.0.0.1/cb", "http://127.0.0.2:51004/cb"),
        ("http://127.0.0.1:8000/cb", "http://127.0.0.1:51004/cb"),
        ("http://localhost/cb", "http://localhost:51004/cb"),
        ("https://app.example/cb", "https://app.example:51004/cb"),
    ],
)
def test_and_nothing_else_of_an_address_is_left_open(signed_in, registered, asked):
    app = register(NATIVE_APP, registered)
    assert authorize(signed_in, **as_client(app, asked)).status_code == 400


@pytest.mark.parametrize("kind", [WEBSITE, BROWSER_APP])
def test_other_clients_name_the_registered_port_only(signed_in, kind):
    client = register(kind, "http://127.0.0.1/cb")
    assert authorize(signed_in, **as_client(client, "http://127.0.0.1:51004/cb")).status_code == 400


def test_the_page_with_a_form_may_lead_to_the_port_that_the_app_named(client, seeded):
    app = register(NATIVE_APP, "http://127.0.0.1/cb")
    page = client.get(authorize(client, **as_client(app, "http://127.0.0.1:51004/cb"))["Location"])
    assert "http://127.0.0.1:51004" in page["Content-Security-Policy"].split("form-action")[1].split(";")[0]


# The person


def test_login_hint_fills_the_form(client, seeded):
    page = client.get(authorize(client, login_hint="bob")["Location"]).content.decode()
    assert 'name="login"' in page
    assert 'value="bob"' in page
    page = client.get(authorize(client, login_hint='"><script>' + "x" * 500)["Location"]).content.decode()
    assert "<script>x" not in page
    assert "x" * 150 not in page.split('name="login"')[1].split(">")[0]


def test_what_was_typed_stands_before_the_hint(client, seeded):
    address = authorize(client, login_hint="bob")["Location"]
    page = client.post(address, {"login": "alice", "password": "wrong"}).content.decode()
    assert 'value="alice"' in page.split('name="login"')[1].split(">")[0]


def test_a_code_comes_by_a_redirect_that_is_fetched_by_get_and_kept_by_nobody(signed_in):
    response = authorize(signed_in)
    assert response.status_code == 303
    assert "no-store" in response["Cache-Control"]
    assert ASKING["redirect_uri"] in response["Location"]
