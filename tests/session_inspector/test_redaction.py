"""What may be kept of a value under its name."""

import string
from datetime import date
from random import Random

import pytest

from session_inspector.explain.values import as_text, changed_values
from session_inspector.journal.schema import Masked, Withheld
from session_inspector.redaction import Redactor, is_random, shortened

REDACTOR = Redactor(b"the key of this journal")

PATHS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
    "a-long-hyphenated-sentence-of-words",
    "account_authentication_methods_user",
    "AnonymousUserWithVeryLongName" * 3,
    "1795504314.040679",
    "2026-11-24T06:56:54+00:00",
]


@pytest.mark.parametrize("text", PATHS)
def test_what_a_person_writes_stays(text):
    assert REDACTOR.value("anything", text) == text
    assert shortened(text) == text


def test_names_that_are_cut_stay_apart():
    alike = [f"token7Q9{n:02}zXkV4w8TbLr2" for n in range(29)] + ["long name " * 40 + end for end in "ab"]
    kept = REDACTOR.values(dict.fromkeys(alike, 1))
    assert len(kept) == len(alike)
    assert not any(name in alike for name in kept)
    assert list(REDACTOR.values({alike[28]: 2})) == [list(kept)[28]]  # the same name in every record
    assert len(REDACTOR.value("of_all", dict.fromkeys(alike, 1))) == len(alike)


SMALL, DIGITS = string.ascii_lowercase, string.digits
ALPHABETS = {"session key": SMALL + DIGITS, "CSRF token": string.ascii_letters + DIGITS, "hash": "0123456789abcdef"}
ALPHABETS |= {"token": string.ascii_letters + DIGITS + "-_"}


@pytest.mark.parametrize("alphabet", ALPHABETS.values(), ids=ALPHABETS)
def test_what_no_person_writes_is_masked_wherever_it_stands(alphabet):
    chance = Random(7)  # the same values each time: of a million keys a few look like words
    for _ in range(200):
        value = "".join(chance.choices(alphabet, k=32))
        assert is_random(value)
        for text in (value, f"/path/{value}/end", f"a sentence with {value} in it", f"https://a.example/{value}?b=c"):
            assert value not in str(REDACTOR.value("anything", text))


def test_equal_values_stay_recognisably_equal_and_others_do_not():
    assert REDACTOR.mask("a" * 32) == REDACTOR.mask("a" * 32)
    assert REDACTOR.fingerprint("a" * 32) != REDACTOR.fingerprint("b" * 32)


def test_of_a_secret_its_first_six_characters_and_a_fingerprint_are_kept():
    kept = REDACTOR.value("session_key", "abcdef9hijklmnopqrstuvwxyz012345")
    assert kept == Masked("abcdef", REDACTOR.fingerprint("abcdef9hijklmnopqrstuvwxyz012345"))
    assert "9hijkl" not in str(kept)


def test_a_fingerprint_says_nothing_to_who_has_another_key():
    assert Redactor(b"another key").fingerprint("a" * 32) != REDACTOR.fingerprint("a" * 32)


def test_a_short_secret_shows_only_a_quarter():
    assert REDACTOR.mask("1234").starts == "1"
    assert REDACTOR.mask("123").starts == ""


@pytest.mark.parametrize("name", ["password", "client_secret", "oldpassword", "PASSWORD"])
def test_of_a_password_nothing_is_kept(name):
    assert REDACTOR.value(name, "alice") == Withheld()
    assert "alice" not in str(REDACTOR.value("form", [{name: "alice"}]))


def test_secrets_are_found_by_name_however_deep_and_in_addresses():
    kept = str(REDACTOR.value("", {"next": "/o/authorize?state=short&scope=openid", "list": [{"code": "short"}]}))
    assert "short" not in kept
    assert "openid" in kept
    begun = {"nonce": "shortnonce", "code_verifier": "shortest", "next": "/short/", "silent": False}
    kept = REDACTOR.value("oidc_states", {"shortstate": begun, "nonce": "short", "verifier": {"shortname": "short"}})
    assert "short" not in str(kept)
    assert list(next(iter(kept.values()))) == list(begun)


def test_what_is_asked_of_identity_stays_readable_though_its_type_is_named_like_a_secret():
    kept = dict(REDACTOR.query("response_type=code&client_id=site-a&scope=openid+email&state=s3cret"))
    assert (kept["response_type"], kept["client_id"], kept["scope"]) == ("code", "site-a", "openid email")
    assert isinstance(kept["state"], Masked)
    assert "hunter2" not in str(REDACTOR.query("name=code&value=hunter2"))


def test_a_long_run_that_is_almost_a_word_is_masked_without_trying_every_way_to_read_it():
    assert REDACTOR.value("anything", "a" * 100_000 + "1").starts == "aaaaaa"


def test_of_a_session_whose_values_nobody_asked_for_names_and_types_are_kept():
    kept = Redactor(b"key", keeps_values=False).session(
        {"cart": ["a book"], "count": 3, "_auth_user_id": "7", "password": "hunter2", "of": object}
    )
    assert kept.pop("_auth_user_id") == "7"
    assert {name: value.type for name, value in kept.items()} == {
        "cart": "list",
        "count": "int",
        "password": "str",
        "of": "type",
    }
    assert as_text(kept["cart"]) == "(list)"


def test_a_value_of_which_only_the_type_is_kept_can_be_seen_to_change():
    redactor = Redactor(b"key", keeps_values=False)
    before, same, after = (redactor.session({"cart": cart}) for cart in (["a"], ["a"], ["a", "b"]))
    assert changed_values(before, same) == []
    assert [change["how"] for change in changed_values(before, after)] == ["changed"]


def test_a_value_of_a_type_that_json_does_not_have_is_kept_as_text():
    assert REDACTOR.values({"at": date(2026, 1, 2)}) == {"at": "2026-01-02"}


def test_who_a_session_names_is_kept_also_where_users_have_random_numbers():
    user = "0f6ad2b4-93c1-4a5e-8d27-6b1f90ce7a53"
    assert REDACTOR.values({"_auth_user_id": user}) == {"_auth_user_id": user}
    assert isinstance(REDACTOR.value("anything", user), Masked)


@pytest.mark.parametrize(
    "address", ["http://me:hunter2@x.example/a", "HTTPS://me:hunter2@x.example/a", "postgres://me:hunter2@x.example/a"]
)
def test_of_an_address_of_any_scheme_no_user_is_kept(address):
    kept = str(REDACTOR.value("place", address))
    assert "x.example/a" in kept
    assert "hunter2" not in kept
