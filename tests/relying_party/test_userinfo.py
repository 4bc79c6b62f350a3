"""What the provider says of the person: only about the one whom the ID Token names, and nothing that breaks a page."""

import json

import pytest
from django.contrib.auth import get_user_model

from lab.misbehaving.answers import JWKS, MISSING, TOKEN, USERINFO, without_missing
from lab.misbehaving.provider import key_named
from relying_party.backend import username_of

pytestmark = pytest.mark.django_db

ISSUER = "http://identity.localhost:8000"


@pytest.mark.parametrize("subject", ["8", "", "7 ", 7, 7.0, True, ["7"], {"7": "7"}, None, MISSING])
@pytest.mark.parametrize("is_signed", [False, True])
def test_userinfo_about_somebody_else_or_nobody_is_refused(come_back, refused, provider, subject, is_signed):
    provider.userinfo = without_missing({**provider.userinfo, "sub": subject})
    if is_signed:
        provider.answers[USERINFO] = (200, provider.signed(provider.userinfo), "application/jwt")
    refused(come_back(), 502, "another_person")


@pytest.mark.parametrize("content_type", ["application/jwt", "Application/JWT ; charset=utf-8"])
@pytest.mark.parametrize(
    "more", [{}, {"iss": ISSUER, "aud": "site-a"}, {"aud": ["site-a"]}, {"aud": ["site-a", "https://api.example"]}]
)
def test_signed_userinfo_is_read(client, come_back, provider, django_user_model, content_type, more):
    provider.answers[USERINFO] = (200, provider.signed(provider.userinfo | more), content_type)
    assert come_back().status_code == 302
    assert django_user_model.objects.get().email == "carol@example.org"


@pytest.mark.parametrize(
    ("more", "claim"),
    [
        *[({"iss": issuer}, "iss") for issuer in ("http://evil.example", f"{ISSUER}/", "", 7, None)],
        *[({"aud": aud}, "aud") for aud in ("site-b", ["site-b"], [["site-a"]], [], "", {"site-a": 1}, None)],
    ],
)
def test_signed_userinfo_of_another_or_for_another_is_refused(come_back, refused, provider, more, claim):
    provider.answers[USERINFO] = (200, provider.signed(provider.userinfo | more), "application/jwt")
    refused(come_back(), 502, "token_refused", claim)


@pytest.mark.parametrize(
    ("body", "claim"),
    [
        (lambda provider: provider.signed(provider.userinfo, key=key_named("second")), "signature"),
        (lambda provider: provider.signed(provider.userinfo, "none", alg="none"), "alg"),
        (lambda provider: provider.signed(provider.userinfo, "HS256", b"secret", alg="HS256"), "alg"),
        (lambda provider: provider.signed(provider.userinfo, kid="unknown"), "kid"),
        (lambda provider: provider.signed(provider.userinfo, crit=["exp"]), "crit"),
        (lambda provider: provider.signed(provider.userinfo, typ="logout+jwt"), "typ"),
        (lambda provider: provider.signed(b"[]"), "signature"),
        (lambda provider: json.dumps(provider.userinfo), "signature"),
        (lambda provider: "é.é.é", "signature"),
        (lambda provider: b"\xff\xfe\x00", "signature"),
        (lambda provider: "", "signature"),
    ],
)
def test_userinfo_that_says_it_is_signed_must_be(come_back, refused, provider, body, claim):
    provider.answers[USERINFO] = (200, body(provider), "application/jwt")
    refused(come_back(), 502, "token_refused", claim)


def test_signed_userinfo_that_does_not_say_so_is_not_read(come_back, refused, provider):
    provider.answers[USERINFO] = (200, provider.signed(provider.userinfo), "application/json")
    refused(come_back(), 502, "unreadable")


def test_keys_serve_for_both_tokens(come_back, provider):
    provider.answers[USERINFO] = (200, provider.signed(provider.userinfo), "application/jwt")
    come_back()
    assert [path for _, path, _ in provider.seen] == [TOKEN, JWKS, USERINFO]


@pytest.mark.parametrize(
    ("told", "name", "email"),
    [
        ({}, "", ""),
        ({"name": None, "email": 3}, "", ""),
        ({"name": ["carol"], "email": {"a": "b"}}, "", ""),
        ({"name": "n" * 150, "email": "e" * 254}, "n" * 150, "e" * 254),
        ({"name": "n" * 151, "email": "e" * 255}, "n" * 150, ""),  # an address that is cut is another one
        ({"name": " ", "given_name": "Jana", "family_name": "Nováková"}, "Jana Nováková", ""),
        ({"name": "a\x00b\n\x1b[31m", "email": "a@b\r\nBcc: c"}, "ab[31m", "a@bBcc: c"),
        ({"name": "car\ud800ol", "email": "\udfff"}, "carol", ""),
        ({"name": "\U0001f600", "email": "é@é"}, "\U0001f600", "é@é"),
    ],
)
def test_odd_claims_about_a_person_do_not_stop_them(client, come_back, provider, django_user_model, told, name, email):
    provider.userinfo = {"sub": "7", **told}
    assert come_back().status_code == 302
    assert client.get("/").status_code == 200
    user = django_user_model.objects.get()
    assert (user.first_name, user.email) == (name, email)


PARTS = {"given_name": "Jana", "family_name": "Nováková", "nickname": "jn", "preferred_username": "jnovak"}


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ({**PARTS, "name": "Jana N."}, "Jana N."),
        (PARTS, "Jana Nováková"),
        ({**PARTS, "name": "", "given_name": None}, "Nováková"),
        ({**PARTS, "given_name": 7, "family_name": ["N"]}, "jn"),
        ({"nickname": "\x00", "preferred_username": "jnovak"}, "jnovak"),
        ({}, ""),
    ],
)
def test_somebody_is_called_by_whatever_the_provider_says_of_the_name(
    come_back, provider, django_user_model, told, name
):
    provider.userinfo = {"sub": "7", **told}
    assert come_back().status_code == 302
    assert django_user_model.objects.get().first_name == name


@pytest.mark.parametrize("lacking", [{}, {"name": None, "email": None}, {"name": "", "email": ""}])
def test_what_userinfo_does_not_say_the_id_token_may(come_back, provider, django_user_model, lacking):
    provider.userinfo = {"sub": "7", **lacking}
    provider.claims |= {"name": "Ada Example", "email": "ada@example.test"}
    assert come_back().status_code == 302
    user = django_user_model.objects.get()
    assert (user.first_name, user.email) == ("Ada Example", "ada@example.test")


def test_where_both_say_something_userinfo_counts(come_back, provider, django_user_model):
    provider.claims |= {"name": "Ada", "email": "ada@example.test"}
    come_back()
    assert django_user_model.objects.get().first_name == "carol"


@pytest.mark.parametrize("endpoint", [None, "", MISSING])
def test_a_provider_without_userinfo_signs_in_by_the_id_token(come_back, provider, settings, endpoint):
    if endpoint is MISSING:
        del settings.OIDC_OP_USER_ENDPOINT
    else:
        settings.OIDC_OP_USER_ENDPOINT = endpoint
    provider.claims |= {"name": "Ada", "email": "ada@example.test"}
    assert come_back().status_code == 302
    assert get_user_model().objects.get().first_name == "Ada"
    assert [path for _, path, _ in provider.seen] == [TOKEN, JWKS]


def test_what_a_person_is_called_is_shown_as_text(client, come_back, provider):
    provider.userinfo["name"] = provider.userinfo["email"] = "<script>alert(1)</script>"
    come_back()
    assert "<script>alert" not in client.get("/").content.decode()


def test_the_user_is_found_by_issuer_and_sub_whatever_else_changes(client, come_back, provider, django_user_model):
    come_back()
    client.post("/oidc/logout/")
    provider.userinfo |= {"email": "carol@elsewhere.example", "name": "Carol Changed"}
    come_back()
    user = django_user_model.objects.get()
    assert user.username == username_of(ISSUER, "7")
    assert (user.email, user.first_name) == ("carol@elsewhere.example", "Carol Changed")
    assert not user.has_usable_password()


def test_an_address_that_somebody_has_already_finds_nobody(client, come_back, provider, django_user_model):
    mallory = django_user_model.objects.create_user("mallory", email=provider.userinfo["email"])
    come_back()
    assert client.session["_auth_user_id"] != str(mallory.pk)
    assert django_user_model.objects.count() == 2


def test_the_same_sub_of_another_issuer_is_another_person():
    assert username_of("http://one.example", "7") != username_of("http://two.example", "7")
    assert username_of("http://one.example", "7") != username_of("http://one.example7", "")


def test_a_password_signs_nobody_in(client, django_user_model):
    django_user_model.objects.create_user("mallory", password="a password")
    assert not client.login(username="mallory", password="a password")
